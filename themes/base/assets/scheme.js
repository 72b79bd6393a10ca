// The button for light and dark pages: as the system has them, light, dark. The choice is kept in this browser, and
// holds in all its windows. A line in the head of the page has set it before anything was shown.
(() => {
	const root = document.documentElement;
	const button = document.querySelector(".scheme");
	if (!button) return;
	const states = ["auto", "light", "dark"];
	const state = () => root.dataset.scheme || "auto";

	// Pictures with another file for dark pages ask the system; here they ask the button.
	const sources = [...document.querySelectorAll('source[media*="prefers-color-scheme"]')];
	const asked = sources.map((source) => source.media);

	const show = () => {
		button.title = button.dataset[state()];
		button.ariaLabel = button.title;
		sources.forEach((source, at) => {
			const isMeant = asked[at].includes(state());
			source.media = state() === "auto" ? asked[at] : isMeant ? "screen" : "not all";
		});
	};

	const set = (wanted) => {
		if (wanted === "light" || wanted === "dark") root.dataset.scheme = wanted;
		else delete root.dataset.scheme;
		show();
	};

	button.onclick = () => {
		set(states[(states.indexOf(state()) + 1) % 3]);
		try {
			if (state() === "auto") localStorage.removeItem("scheme");
			else localStorage.setItem("scheme", state());
		} catch {
			// A browser that keeps nothing: the choice holds for this page.
		}
	};
	addEventListener("storage", (event) => {
		if (event.key === "scheme" || event.key === null) set(event.newValue);
	});
	show();
	button.hidden = false;
})();
