/* Search within a book: reads an index of its sections when somebody first asks, and lists those that have all words.
   Without this script the contents list everything. */

(() => {
	const box = document.querySelector(".book-search");
	if (!box || !window.fetch) return;
	const input = box.querySelector("input");
	const list = box.querySelector("ol");
	const status = box.querySelector("[role=status]");
	const most = 12;
	let index;

	const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

	/* Rows are address, title of the chapter, title of the section, text. */
	const load = () => index ??= fetch(box.dataset.index)
		.then(answer => answer.ok ? answer.json() : [])
		.then(rows => rows.map(row => ({row, title: plain(`${row[1]} ${row[2]}`), text: plain(row[3])})))
		.catch(() => []);

	const rank = (entry, words) => {
		let points = 0;
		for (const word of words) {
			if (entry.title.includes(word)) points += 10;
			else if (entry.text.includes(word)) points += 1;
			else return 0;
		}
		return points;
	};

	/* The words around the first one that was found; marks of NFKD may shift it by a letter or two. */
	const around = (entry, words) => {
		const text = entry.row[3];
		const first = Math.min(...words.map(word => entry.text.indexOf(word)).filter(found => found >= 0), text.length);
		const at = first > 40 ? text.indexOf(" ", first - 40) + 1 : 0;
		const end = at + 120;
		return (at > 0 ? "… " : "") + text.slice(at, end).trim() + (end < text.length ? " …" : "");
	};

	const show = (entry, words) => {
		const item = document.createElement("li");
		const link = document.createElement("a");
		link.href = box.dataset.home + entry.row[0];
		link.textContent = entry.row[2] && entry.row[2] !== entry.row[1] ? `${entry.row[1]} – ${entry.row[2]}` : entry.row[1];
		const text = document.createElement("span");
		text.textContent = around(entry, words);
		item.append(link, text);
		return item;
	};

	const search = async () => {
		const asked = input.value;
		const words = plain(asked).split(/\s+/).filter(Boolean);
		const entries = await load();
		if (asked !== input.value) return;
		const found = words.length ? entries
			.map(entry => [rank(entry, words), entry])
			.filter(([points]) => points)
			.sort((one, other) => other[0] - one[0])
			.slice(0, most) : [];
		list.replaceChildren(...found.map(([, entry]) => show(entry, words)));
		status.textContent = words.length && !found.length ? box.dataset.none : "";
		box.classList.toggle("is-used", words.length > 0);
	};

	box.hidden = false;
	input.addEventListener("focus", load, {once: true});
	input.addEventListener("input", search);
	input.addEventListener("keydown", event => {
		if (event.key === "Escape") {
			input.value = "";
			search();
		}
	});
})();
