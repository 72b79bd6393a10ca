/* Finding words in an index: rows of address, title, heading, text and note. For the search of a site and of a book. */

const letters = {ß: "ss", æ: "ae", œ: "oe", ø: "ö", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ"};
const letter = /[\p{L}\p{N}]/u;

// Small letters without marks, but for ä, ö, ü.
const fold = text => text.normalize("NFKD").toLowerCase()
	.replace(/(?<![aou])\u0308|[\u0300-\u0307\u0309-\u036f\u0591-\u05c7\u064b-\u065f]/g, "").normalize("NFC")
	.replace(/[ßæœøłđðþıς]/g, found => letters[found]);

// A word as a pattern: where one of o, oe and ö is asked for, the others will do.
const pattern = word => RegExp(fold(word).replace(/[^\p{L}\p{N}]/gu, "\\$&").replace(/[äöü]|[aou]e?/g, found => {
	const [bare, marked] = ["aä", "oö", "uü"].find(pair => pair.includes(found[0]));
	return found === marked ? `(?:${bare}e?|${marked})` : found[1] ? `(?:[${bare}${marked}]e|${marked})` : `[${bare}${marked}]`;
}), "g");

// The words of a query. What stands in quotes is one; Chinese and Japanese are cut into pairs.
export const wordsOf = query => [...query.matchAll(/"([^"]+)"|[^\s"]+/g)].flatMap(([word, phrase]) => phrase ??
	word.split(/([\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]+)/u).flatMap((piece, at) => at % 2 && piece.length > 2
		? [...piece].slice(1).map((_, start) => [...piece].slice(start, start + 2).join("")) : piece)
).map(word => word.replace(/^[\s,.;:!?()“”„'’]+|[\s,.;:!?()“”„'’]+$/g, "")).filter(Boolean).map(pattern);

// What a place of a word is worth: 3 at the beginning of one, 1 within one where it says enough.
const worth = ({0: found, index, input}) => !index || !letter.test(input[index - 1]) ? 3
	: found.length > 2 || /[\u3040-\u9fff]/.test(found) ? 1 : 0;

// The best place of a word in a text: what it is worth, and where it is.
const find = (text, word) => {
	let best = [0, 0], match;
	word.lastIndex = 0;
	while (best[0] < 3 && (match = word.exec(text))) {
		const points = worth(match);
		if (points > best[0]) best = [points, match.index];
	}
	return best;
};

// Rows as pages: a new one begins where there is no heading, or with another address.
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
const sum = numbers => numbers.reduce((one, other) => one + other, 0);

// The pages that have all words, each with the row that has most of them; best first.
export const search = (pages, words) => {
	const found = [];
	for (const page of pages) {
		const own = words.map(word => weigh(page.parts, [9, 4], word));
		const rows = page.rows.map(row => words.map(word => weigh(row.parts, [6, 2], word)));
		const most = words.map((_, at) => Math.max(own[at], ...rows.map(points => points[at])));
		if (most.includes(0)) continue;
		const sums = rows.map(sum);
		found.push({page, points: sum(most), row: page.rows[sums.indexOf(Math.max(...sums))]});
	}
	return found.sort((one, other) => other.points - one.points);
};

// A text with its words marked.
export const marked = (given, words) => {
	const text = given.normalize("NFC");
	const pieces = document.createDocumentFragment();
	const places = [];
	let plain = "", done = 0;
	for (let at = 0; at < text.length; at++) {
		plain += fold(text[at]);
		while (places.length < plain.length) places.push(at);
	}
	places.push(text.length);
	for (const match of plain.matchAll(RegExp(words.map(word => word.source).join("|"), "g"))) {
		if (!worth(match) || places[match.index] < done) continue;
		const mark = document.createElement("mark");
		mark.textContent = text.slice(places[match.index], places[match.index + match[0].length]);
		pieces.append(text.slice(done, places[match.index]), mark);
		done = places[match.index + match[0].length];
	}
	pieces.append(text.slice(done));
	return pieces;
};

// The words of a row around the first one that is found.
export const excerpt = ({text, parts: [, plain]}, words) => {
	const first = Math.min(...words.map(word => find(plain, word)).filter(([points]) => points).map(([, at]) => at), plain.length);
	const near = first < plain.length ? Math.round(first * text.length / plain.length) : 0;
	const from = near > 60 ? text.indexOf(" ", near - 60) + 1 || near : 0;
	const cut = text.slice(from, from + 170);
	const whole = from + 170 < text.length ? cut.slice(0, cut.lastIndexOf(" ") > 60 ? cut.lastIndexOf(" ") : 170) + " …" : cut;
	return marked((from ? "… " : "") + whole, words);
};
