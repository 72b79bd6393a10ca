/* The search of the site: lists what has all words, by kind. Without this script the page lists everything. */

const all = document.querySelector(".search-all");
const form = document.querySelector(".search-form");
const input = form.querySelector("input");
const status = document.querySelector(".search-status");
const results = document.querySelector(".search-results");

const asked = () => new URLSearchParams(location.search).get("q") ?? "";
// How words are found and shown, and where: both come when somebody searches.
let parts, groups, left, timer;

// Titles are on the page; their texts are fetched.
const groupOf = section => {
	const links = [...section.querySelectorAll("li a")];
	const rows = links.map(link => [link.href, link.textContent, "", "", ""]);
	return {
		title: section.querySelector("h2").textContent,
		files: section.dataset.index.split(" ").filter(Boolean),
		base: new URL(section.dataset.base, location.href),
		pages: new Map(parts.pagesOf(rows).map(page => [page.address, page])),
		languages: new Map(links.map(link => [link.href, link.lang])),
	};
};

const load = async () => {
	if (left !== undefined) return;
	left = 1;
	parts = await import("./search-results.js");
	groups = [...all.children].map(groupOf);
	const wanted = groups.flatMap(group => group.files.map(file => [group, file]));
	left = wanted.length;
	show();
	wanted.forEach(async ([group, file]) => {
		const rows = await fetch(file).then(answer => answer.ok ? answer.json() : []).catch(() => []);
		for (const page of parts.pagesOf(rows)) group.pages.set(new URL(page.address, group.base).href, page);
		left--;
		later();
	});
};

const show = () => {
	if (!groups) return;
	const query = input.value.trim();
	const words = parts.wordsOf(query);
	const address = query ? `?q=${encodeURIComponent(query)}` : location.pathname;
	if (query !== asked()) history.replaceState(null, "", address);
	all.hidden = words.length > 0;
	const found = words.length ? groups.map(group => [group, parts.search(group.pages.values(), words)])
		.filter(([, pages]) => pages.length).sort((one, other) => other[1][0].points - one[1][0].points) : [];
	const here = results.contains(document.activeElement) && document.activeElement.href;
	results.replaceChildren(...found.map(([group, pages]) => parts.section(group, pages, words, status.dataset)));
	// Texts that come late do not take the place from somebody who is among the results.
	if (here) [...results.querySelectorAll("a")].find(link => link.href === here)?.focus();
	const count = found.reduce((sum, [, pages]) => sum + pages.length, 0);
	status.textContent = words.length && !left ? parts.tell(count, status.dataset) : "";
};

const later = () => {
	clearTimeout(timer);
	timer = setTimeout(show, 120);
};

form.hidden = false;
input.value = asked();
if (input.value) load();
else if (!location.hash) input.focus();
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
