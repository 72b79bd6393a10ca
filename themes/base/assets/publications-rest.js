/* The rest of a long list of publications, taken from the page that has all. */
const all = (selector, node = document) => [...node.querySelectorAll(selector)];

/* Puts the entries that are not here yet at the end of their groups, and the link `rest` away. `dressings` get each list. */
export const fill = async (rest, ...dressings) => {
	const answer = await fetch(rest.href);
	if (!answer.ok) throw new Error(answer.status);
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const isThere = document.querySelector(":target");
	for (const list of all("main .works", page)) {
		for (const dress of dressings) dress(list);
		for (const node of all("a", list)) node.href = new URL(node.getAttribute("href"), rest.href);
		for (const node of all("img", list)) node.src = new URL(node.getAttribute("src"), rest.href);
		const heading = list.parentNode.querySelector(".group-heading")?.id;
		const mine = heading ? document.getElementById(heading)?.parentNode.querySelector(".works") : all("main .works").at(-1);
		if (mine) mine.append(...all(".work", list).filter(work => !document.getElementById(work.id)));
		else rest.parentNode.before(list.parentNode);
	}
	rest.parentNode.remove();
	if (isThere || !location.hash) return;
	location.replace(location.hash);
	requestAnimationFrame(() => document.querySelector(":target")?.scrollIntoView()); // heights are known now
};
