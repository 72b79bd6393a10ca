/* The publications that a filter leaves, as a file: cut out of the one that has all. */
const button = document.querySelector(".filters .save");
const link = document.querySelector("a[type$=bibtex]");

/* The blocks of a .bib file that are wanted by their keys, with those that others may need. In each braces are balanced. */
const cut = (text, keys) => {
	const start = /^\s*@(\w+)\s*\{\s*([^\s,=}]*)/gm;
	const brace = /[{}]/g;
	const found = [];
	for (let head; (head = start.exec(text)); start.lastIndex = brace.lastIndex) {
		brace.lastIndex = head.index;
		let depth = 0;
		do {
			const [sign] = brace.exec(text) ?? [];
			if (!sign) throw new Error("an open brace");
			depth += sign === "{" ? 1 : -1;
		} while (depth);
		if (keys.has(head[2]) || /^(string|preamble)$/i.test(head[1])) found.push(text.slice(head.index, brace.lastIndex).trim());
	}
	return `${found.join("\n\n")}\n`;
};

const save = async () => {
	const works = [...document.querySelectorAll(".work[data-type]:not([hidden])")];
	const answer = await fetch(link.href);
	if (!answer.ok) throw new Error(answer.status);
	const keys = new Set(works.map(work => work.dataset.key ?? work.id));
	const href = URL.createObjectURL(new Blob([cut(await answer.text(), keys)]));
	Object.assign(document.createElement("a"), {download: "publications.bib", href}).click();
	setTimeout(() => URL.revokeObjectURL(href), 1e4);
};

button.onclick = () => save().catch(() => location.assign(link.href));
button.onclick();
