/* Search within a book: reads an index of its sections when somebody first asks, and lists the chapters that have all
   words. Without this script the contents list everything. */

import {excerpt, marked, pagesOf, search, wordsOf} from "../matching.js";

const box = document.querySelector(".book-search");
const input = box.querySelector("input");
const list = box.querySelector("ol");
const status = box.querySelector("[role=status]");
const most = 12;
let index;

const load = () => index ??= fetch(box.dataset.index)
	.then(answer => answer.ok ? answer.json() : [])
	.then(pagesOf)
	.catch(() => []);

const show = ({page, row}, words) => {
	const item = document.createElement("li");
	const link = document.createElement("a");
	const text = document.createElement("span");
	const has = row.heading && row.heading !== page.title;
	link.href = box.dataset.home + (row.heading ? row.address : page.address);
	link.append(marked(has ? `${page.title} – ${row.heading}` : page.title, words));
	text.append(excerpt(row, words));
	item.append(link, text);
	return item;
};

const find = async () => {
	const asked = input.value;
	const words = wordsOf(asked);
	const pages = await load();
	if (asked !== input.value) return;
	const found = words.length ? search(pages, words).slice(0, most) : [];
	list.replaceChildren(...found.map(one => show(one, words)));
	status.textContent = words.length && !found.length ? box.dataset.none : "";
	box.classList.toggle("is-used", words.length > 0);
};

box.hidden = false;
input.addEventListener("focus", load, {once: true});
input.addEventListener("input", find);
input.addEventListener("keydown", event => {
	if (event.key !== "Escape") return;
	input.value = "";
	find();
});
