/* Publications: filters in place; abstracts and citations to open, copy and save. */
(() => {
	const all = (selector, node = document) => [...node.querySelectorAll(selector)];
	const make = (tag, more) => Object.assign(document.createElement(tag), more);
	const isPlain = event => !(event.ctrlKey || event.metaKey || event.shiftKey);
	const words = document.currentScript.dataset;

	const dress = box => {
		for (const text of all("pre[data-file]", box)) {
			const said = make("span", {role: "status"});
			const copy = make("button", {type: "button", textContent: words.copy});
			copy.onclick = () => navigator.clipboard.writeText(text.textContent).then(() => {
				said.textContent = words.copied;
				setTimeout(() => said.textContent = "", 3e3);
			});
			const download = text.dataset.file;
			const href = URL.createObjectURL(new Blob([text.textContent]));
			const row = make("p", {className: "cite-tools"});
			row.append(copy, make("a", {download, href, textContent: download}), said);
			text.after(row);
		}
	};

	const open = async link => {
		if (!link.box) {
			const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
			const name = link.hash.includes("cite") ? "cite" : "abstract";
			const box = link.box = make("div", {className: `work-${name}`, hidden: true});
			box.append(...page.querySelector(`[data-part=${name}]`).children);
			for (const node of all("h2", box)) node.remove();
			for (const node of all("[id]", box)) node.removeAttribute("id");
			for (const node of all("a[href]", box)) node.href = new URL(node.getAttribute("href"), link.href);
			dress(box);
			link.closest(".work-text").append(box);
		}
		link.ariaExpanded = link.box.hidden;
		link.box.hidden = !link.box.hidden;
	};
	const opens = node => {
		for (const link of all(".actions :is([href*='#cite'], [href*='#'][href$=abstract]):not([href*='//'])", node)) {
			link.ariaExpanded = false;
			link.onclick = event => {
				if (!isPlain(event)) return;
				event.preventDefault();
				open(link).catch(() => location.assign(link.href));
			};
		}
	};
	location.protocol === "file:" || opens();
	dress();

	// A long list begins with its newest entries. The others come when somebody goes on or is about to filter or to search.
	const [rest] = all(".rest");
	const [nav] = all(".filters");
	let coming;
	const others = () => coming ??= import("./publications-rest.js").then(part => part.fill(rest, dress, opens));
	if (rest) {
		const come = () => others().catch(() => 0);
		if (location.hash) come();
		new IntersectionObserver(([one]) => one.isIntersecting && come(), {rootMargin: "3000px"}).observe(rest);
		nav?.addEventListener("focusin", come);
		addEventListener("keydown", event => isPlain(event) || event.key !== "f" || come());
	}

	if (!nav) return;
	const [input, reset, status, save] = all("input, button, [role=status]", nav);
	const links = all(".filter a", nav);
	const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
	const facet = link => link.closest("ul").dataset.facet;
	const value = link => link.dataset.id ?? decodeURI(link.pathname.split("/").at(-2));
	const state = () => new URLSearchParams(location.search);
	const wishes = () => [...state()].filter(([name, id]) => id && (name === "q" || links.some(link => facet(link) === name)));

	const show = () => {
		const now = state();
		const wanted = wishes().filter(([name]) => name !== "q");
		const asked = plain(now.get("q") ?? "").match(/\S+/g) ?? [];
		const works = all(".work[data-type]");
		let count = 0;
		for (const work of works) {
			const fits = wanted.every(([name, id]) => work.dataset[name]?.split(" ").includes(id))
				&& asked.every(word => (work.text ??= plain(work.textContent)).includes(word));
			work.hidden = !fits;
			count += fits;
		}
		for (const group of all(".group")) group.hidden = !group.querySelector(".work:not([hidden])");
		for (const link of links) link.ariaCurrent = now.get(facet(link)) === value(link) || null;
		reset.hidden = !wanted[0] && !asked[0];
		status.textContent = reset.hidden || rest?.isConnected ? "" : words.shown.replace("{n}", count).replace("{total}", works.length);
	};
	const apply = () => {
		show();
		if (rest?.isConnected && wishes()[0]) others().then(show, () => location.assign(rest.href + location.search));
	};
	const go = (name, id) => {
		const next = name ? state() : new URLSearchParams();
		id ? next.set(name, id) : next.delete(name);
		history.replaceState(null, "", `${next}` ? `?${next}` : location.pathname);
		apply();
	};

	for (const link of links) link.onclick = event => {
		if (!isPlain(event)) return;
		event.preventDefault();
		go(facet(link), link.ariaCurrent ? "" : value(link));
	};
	if (save) save.onclick = () => import("./publications-bib.js");
	input.oninput = () => go("q", input.value);
	reset.onclick = () => { go(); input.value = ""; input.focus(); };
	input.value = state().get("q");
	input.parentNode.hidden = false;
	apply();
})();
