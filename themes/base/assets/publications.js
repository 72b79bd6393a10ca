/* The list of publications in place: filters by year, type, topic, person and text, with the state in the address;
   abstracts, citations and long author lists fetched from the publications' own pages; buttons to copy and save what
   one cites. Without this script all of it is there behind plain links. */

(() => {
	const words = document.currentScript.dataset;
	const nav = document.querySelector(".filters");

	const filter = () => {
		const input = nav.querySelector("input");
		const status = nav.querySelector("[role=status]");
		const reset = nav.querySelector("button");
		const links = [...nav.querySelectorAll("[data-facet] a")];
		const works = [...document.querySelectorAll("main .work")].map(item => ({item, ...item.dataset}));
		const groups = [...document.querySelectorAll("main .group")];
		const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
		const facet = link => link.closest("ul").dataset.facet;
		const has = (work, name, id) => (work[name] ?? "").split(" ").includes(id);

		const apply = () => {
			const wanted = [...new URLSearchParams(location.search)].filter(([name, id]) => id && name !== "q");
			const query = new URLSearchParams(location.search).get("q") ?? "";
			const asked = plain(query).split(/\s+/).filter(Boolean);
			let count = 0;
			for (const work of works) {
				const fits = wanted.every(([name, id]) => has(work, name, id)) && (!asked.length
					|| asked.every(word => (work.text ??= plain(work.item.textContent)).includes(word)));
				if (work.item.hidden === fits) work.item.hidden = !fits;
				count += fits;
			}
			for (const group of groups) group.hidden = !group.querySelector(".work:not([hidden])");
			for (const link of links) {
				const on = wanted.some(([name, id]) => name === facet(link) && id === link.dataset.id);
				on ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
			}
			if (document.activeElement !== input) input.value = query;
			const all = !wanted.length && !asked.length;
			reset.hidden = all;
			status.textContent = all ? "" : status.dataset.words.replace("{n}", count).replace("{total}", works.length);
		};

		const go = change => {
			const state = new URLSearchParams(location.search);
			change(state);
			history.replaceState(null, "", `${location.pathname}${state.size ? `?${state}` : ""}`);
			apply();
		};

		nav.addEventListener("click", event => {
			const link = event.target.closest("[data-facet] a");
			if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
			event.preventDefault();
			const [name, id] = [facet(link), link.dataset.id];
			go(state => state.get(name) === id ? state.delete(name) : state.set(name, id));
		});
		input.addEventListener("input", () => go(state => input.value ? state.set("q", input.value) : state.delete("q")));
		reset.addEventListener("click", () => {
			go(state => [...state.keys()].forEach(name => state.delete(name)));
			input.value = "";
			input.focus();
		});
		addEventListener("popstate", apply);
		input.parentNode.hidden = false;
		apply();
	};

	/* The part of a publication's page, with its addresses as they are here. */
	const part = async (href, selector) => {
		const page = new DOMParser().parseFromString(await (await fetch(href)).text(), "text/html");
		const found = page.querySelector(selector);
		for (const link of found.querySelectorAll("[href]")) link.href = new URL(link.getAttribute("href"), href);
		found.querySelectorAll("h2, [id]").forEach(node => node.tagName === "H2" ? node.remove() : node.removeAttribute("id"));
		found.removeAttribute("id");
		return found;
	};
	const parts = {abstract: ".paper-abstract", cite: ".paper-cite", authors: ".work-authors"};

	const open = async link => {
		const name = link.dataset.open;
		let box = link.box;
		if (!box) {
			box = await part(link.href, parts[name]);
			if (name === "authors") {
				link.closest(".work-authors").replaceWith(box);
				box.tabIndex = -1;
				box.focus();
				return;
			}
			link.box = box;
			link.closest(".work-foot").append(box);
			dress(box);
			box.hidden = true;
		}
		box.hidden = !box.hidden;
		link.setAttribute("aria-expanded", !box.hidden);
	};

	const dress = box => {
		for (const text of box.querySelectorAll("pre[data-file]")) {
			const row = document.createElement("p");
			row.className = "cite-tools";
			const copy = document.createElement("button");
			copy.type = "button";
			copy.textContent = words.copy;
			copy.onclick = async () => {
				await navigator.clipboard.writeText(text.textContent);
				said.textContent = words.copied;
				setTimeout(() => said.textContent = "", 2000);
			};
			const said = document.createElement("span");
			said.setAttribute("role", "status");
			const save = document.createElement("a");
			save.textContent = text.dataset.file;
			save.download = text.dataset.file;
			save.href = URL.createObjectURL(new Blob([text.textContent]));
			row.append(copy, " ", save, " ", said);
			text.after(row);
		}
	};

	document.addEventListener("click", event => {
		const link = event.target.closest("a[data-open]");
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		open(link).catch(() => location.assign(link.href));
	});
	for (const link of document.querySelectorAll("a[data-open]:not(.author-cut)")) link.setAttribute("aria-expanded", "false");
	dress(document);
	if (nav) filter();
})();
