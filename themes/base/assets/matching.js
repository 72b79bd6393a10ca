/* Finding words in an index: rows of address, title, heading, text and note. For the search of a site and of a book. */

const letters = {ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ"};
const ends = /^[\s,.;:!?()“”„'’]+|[\s,.;:!?()“”„'’]+$/g;
const letter = /[\p{L}\p{N}]/u;

/* Small letters without marks: Nöther is nother. */
const fold = text => text.normalize("NFKD").replace(/[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]/g, "").toLowerCase()
	.replace(/[ßæœøłđðþıς]/g, found => letters[found]);

/* The spellings of each word, as ö may be oe. What stands in quotes is one; Chinese and Japanese are cut into pairs. */
export const wordsOf = query => [...query.matchAll(/"([^"]+)"|[^\s"]+/g)].flatMap(([word, phrase]) => phrase ??
	word.split(/([\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]+)/u).flatMap((piece, at) => at % 2 && piece.length > 2
		? [...piece].slice(1).map((_, start) => [...piece].slice(start, start + 2).join("")) : piece)
).map(word => word.normalize("NFC").replace(ends, "")).filter(Boolean).map(word => [
	...new Set([word.replace(/[äöüø]/gi, "$&e"), word, word.replace(/([aou])e/gi, "$1")].map(fold)),
]);

/* Whether a word stands there: 3 at the beginning of one, 1 within one, where it says enough. */
const stands = (text, word, at) => !text.startsWith(word, at) ? 0
	: !at || !letter.test(text[at - 1]) ? 3
	: word.length > 2 || /[\u3040-\u9fff]/.test(word) ? 1 : 0;

/* The best place of a word in a text: [points, place]. */
const find = (text, spellings) => {
	let best = [0, 0];
	for (const word of spellings) {
		for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
			const points = stands(text, word, at);
			if (points > best[0]) best = [points, at];
			if (points > 2) return best;
		}
	}
	return best;
};

/* Rows as pages: a new one begins where there is no heading, or with another address. */
export const pagesOf = rows => {
	const pages = [];
	let last;
	for (const [address, title, heading, text, note = ""] of rows) {
		const path = address.split("#")[0];
		if (!heading || path !== last) {
			pages.push({address: heading ? path : address, title, note, parts: [fold(title), fold(note)], rows: []});
		}
		last = path;
		pages.at(-1).rows.push({address, heading, text, parts: [fold(heading), fold(text)]});
	}
	return pages;
};

const weigh = (parts, weights, word) => Math.max(...parts.map((text, at) => weights[at] * find(text, word)[0]));

/* Of pages that have all words: points, and the row that has most of them. Best first. */
export const search = (pages, words) => {
	const found = [];
	for (const page of pages) {
		const own = words.map(word => weigh(page.parts, [9, 4], word));
		const rows = page.rows.map(row => words.map(word => weigh(row.parts, [6, 2], word)));
		const all = words.map((_, at) => Math.max(own[at], ...rows.map(points => points[at])));
		if (!all.every(Boolean)) continue;
		const sums = rows.map(points => points.reduce((one, other) => one + other, 0));
		found.push({page, points: all.reduce((one, other) => one + other), row: page.rows[sums.indexOf(Math.max(...sums))]});
	}
	return found.sort((one, other) => other.points - one.points);
};

/* A text with its words marked. */
export const marked = (text, words) => {
	const pieces = document.createDocumentFragment();
	const places = [];
	let plain = "", done = 0;
	for (let at = 0; at < text.length; at++) {
		plain += fold(text[at]);
		while (places.length < plain.length) places.push(at);
	}
	places.push(text.length);
	for (let at = 0; at < plain.length; at++) {
		const word = words.flat().find(word => stands(plain, word, at));
		if (!word) continue;
		const mark = document.createElement("mark");
		const end = places[at + word.length];
		mark.textContent = text.slice(places[at], end);
		pieces.append(text.slice(done, places[at]), mark);
		done = end;
		at += word.length - 1;
	}
	pieces.append(text.slice(done));
	return pieces;
};

/* The words around the first one that is found. */
export const excerpt = (row, words) => {
	const plain = row.parts[1];
	const first = Math.min(...words.map(word => find(plain, word)).filter(([points]) => points).map(([, at]) => at), plain.length);
	const near = first < plain.length ? Math.round(first * row.text.length / plain.length) : 0;
	const from = near > 60 ? row.text.indexOf(" ", near - 60) + 1 || near : 0;
	const end = from + 170;
	return marked((from ? "… " : "") + row.text.slice(from, end).trim() + (end < row.text.length ? " …" : ""), words);
};
