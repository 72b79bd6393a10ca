/* The search of the site: lists what has all words, by kind. Without this script the page lists everything. */

import {excerpt, marked, pagesOf, search, wordsOf} from "./matching.js";

const all = document.querySelector(".search-all");
const form = document.querySelector(".search-form");
const input = form.querySelector("input");
const status = document.querySelector(".search-status");
const results = document.querySelector(".search-results");
const said = status.dataset;
const few = 5;

// Titles are on the page; texts come when somebody searches.
const groups = [...all.children].map(section => {
	const links = [...section.querySelectorAll("li a")];
	const rows = links.map(link => [link.href, link.textContent, "", "", ""]);
	return {
		title: section.querySelector("h2").textContent,
		files: section.dataset.index.split(" ").filter(Boolean),
		base: new URL(section.dataset.base, location.href),
		pages: new Map(pagesOf(rows).map(page => [page.address, page])),
		languages: new Map(links.map(link => [link.href, link.lang])),
	};
});
const asked = () => new URLSearchParams(location.search).get("q") ?? "";
let left, timer;

const load = () => {
	if (left !== undefined) return;
	const wanted = groups.flatMap(group => group.files.map(file => [group, file]));
	left = wanted.length;
	wanted.forEach(async ([group, file]) => {
		const rows = await fetch(file).then(answer => answer.ok ? answer.json() : []).catch(() => []);
		for (const page of pagesOf(rows)) group.pages.set(new URL(page.address, group.base).href, page);
		left--;
		later();
	});
};

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

const section = (group, found, words) => {
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

const tell = count => {
	if (!count) return said.none;
	const forms = JSON.parse(said.found);
	// The language alone: a browser throws at a tag that only looks right.
	const rules = new Intl.PluralRules(document.documentElement.lang.split("-")[0]);
	return (forms[rules.select(count)] ?? forms.other).replace("{n}", count);
};

const show = () => {
	const query = input.value.trim();
	const words = wordsOf(query);
	const address = query ? `?q=${encodeURIComponent(query)}` : location.pathname;
	if (query !== asked()) history.replaceState(null, "", address);
	all.hidden = words.length > 0;
	const found = words.length ? groups.map(group => [group, search(group.pages.values(), words)])
		.filter(([, pages]) => pages.length).sort((one, other) => other[1][0].points - one[1][0].points) : [];
	results.replaceChildren(...found.map(([group, pages]) => section(group, pages, words)));
	const count = found.reduce((sum, [, pages]) => sum + pages.length, 0);
	status.textContent = words.length && !left ? tell(count) : "";
};

const later = () => {
	clearTimeout(timer);
	timer = setTimeout(show, 120);
};

form.hidden = false;
input.value = asked();
if (input.value) {
	load();
	show();
} else if (!location.hash) {
	input.focus();
}
input.addEventListener("focus", load, {once: true});
input.addEventListener("input", () => {
	load();
	later();
});
form.addEventListener("submit", event => {
	event.preventDefault();
	results.querySelector("a")?.focus();
});

// Arrows lead from the words to the results and back.
addEventListener("keydown", event => {
	const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
	const stops = [input, ...results.querySelectorAll("li > a, button")];
	const at = stops.indexOf(document.activeElement);
	if (event.key === "Escape" && at > 0) input.focus();
	if (!step || at < 0 || !stops[at + step]) return;
	event.preventDefault();
	stops[at + step].focus();
});

// Who cannot use a key of one letter switches it off (shortcut.js).
const key = document.querySelector(".search-key");
const box = key.querySelector("input");
try {
	box.checked = localStorage.searchKey !== "off";
	box.addEventListener("change", () => localStorage.searchKey = box.checked ? "on" : "off");
	key.hidden = false;
} catch {
	// Nothing can be kept.
}
