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
	for (const link of all(".actions a").filter(node => node.host === location.host && /#(cite|(paper-)?abstract)/.test(node.hash))) {
		link.ariaExpanded = false;
		link.onclick = event => {
			if (!isPlain(event)) return;
			event.preventDefault();
			open(link).catch(() => location.assign(link.href));
		};
	}
	dress();

	const nav = document.querySelector(".filters");
	if (!nav) return;
	const [input, reset, status] = all("input, button, [role=status]", nav);
	const links = all(".filter a", nav);
	const works = all(".work[data-type]");
	const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
	const facets = all(".filter", nav).map(list => list.dataset.facet);
	const facet = link => link.closest("ul").dataset.facet;
	const value = link => link.dataset.id ?? decodeURI(link.pathname.split("/").at(-2));
	const state = () => new URLSearchParams(location.search);

	const apply = () => {
		const now = state();
		const wanted = [...now].filter(([name, id]) => facets.includes(name) && id);
		const asked = plain(now.get("q") ?? "").split(/\s+/).filter(Boolean);
		let count = 0;
		for (const work of works) {
			const fits = wanted.every(([name, id]) => work.dataset[name]?.split(" ").includes(id))
				&& (!asked[0] || asked.every(word => (work.text ??= plain(work.textContent)).includes(word)));
			work.hidden = !fits;
			count += fits;
		}
		for (const group of all("main .group")) group.hidden = !group.querySelector(".work:not([hidden])");
		for (const link of links) link.ariaCurrent = now.get(facet(link)) === value(link) || null;
		reset.hidden = !wanted[0] && !asked[0];
		status.textContent = reset.hidden ? "" : words.shown.replace("{n}", count).replace("{total}", works.length);
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
	input.oninput = () => go("q", input.value);
	reset.onclick = () => { go(); input.value = ""; input.focus(); };
	input.value = state().get("q");
	input.parentNode.hidden = false;
	apply();
})();
