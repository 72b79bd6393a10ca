/* What the search of the site has found, as HTML. */

import {excerpt, marked} from "./matching.js";

export {pagesOf, search, wordsOf} from "./matching.js";

const few = 5;

const node = (name, ...children) => {
	const made = document.createElement(name);
	made.append(...children);
	return made;
};

const link = (group, address, ...children) => {
	const made = node("a", ...children);
	made.href = new URL(address, group.base);
	return made;
};

const item = (group, {page, row}, words) => {
	const title = link(group, page.address, marked(page.title, words));
	const language = group.languages.get(title.href);
	if (language) title.lang = language;
	const made = node("li", title);
	if (page.note) made.append(" ", node("small", marked(page.note, words)));
	const text = node("p");
	if (row.heading) text.append(link(group, row.address, marked(row.heading, words)), row.text ? ": " : "");
	text.append(excerpt(row, words));
	if (text.textContent) made.append(text);
	return made;
};

/* The results of one kind: `found` by `search`, with `words` marked; `said` has the words of the page for a button. */
export const section = (group, found, words, said) => {
	const list = node("ol", ...found.slice(0, few).map(one => item(group, one, words)));
	const made = node("section", node("h2", group.title, " ", node("small", `${found.length}`)), list);
	if (found.length > few) {
		const more = node("button", said.more.replace("{n}", found.length));
		more.type = "button";
		more.onclick = () => {
			list.append(...found.slice(few).map(one => item(group, one, words)));
			list.children[few].querySelector("a").focus();
			more.remove();
		};
		made.append(more);
	}
	return made;
};

/* How many there are, in words. */
export const tell = (count, said) => {
	if (!count) return said.none;
	const forms = JSON.parse(said.found);
	// The language alone: a browser throws at a tag that only looks right.
	const rules = new Intl.PluralRules(document.documentElement.lang.split("-")[0]);
	return (forms[rules.select(count)] ?? forms.other).replace("{n}", count);
};
