// The preview's part in a page: tells the server which version of the page this is, and works the panel of problems.
(() => {
	const version = document.currentScript.dataset.version;
	const KEY = "acadsite-preview";
	const recall = (name) => { try { return sessionStorage.getItem(`${KEY}-${name}`); } catch { return null; } };
	const store = (name, value) => { try { sessionStorage.setItem(`${KEY}-${name}`, value); } catch { /* no storage */ } };

	// livereload adds every class of such a name as a plug-in; what it says of itself is sent when it connects.
	window.LiveReloadPluginAcadsite = class {
		static identifier = "acadsite";
		static version = version;

		analyze() { return {}; }

		// True: nothing more is to be done. A page that comes back as it was, out of a cache or a service worker
		// that another site left at this address, would else load itself for ever.
		reload(path) {
			if (/\.css$/i.test(path)) return false;
			if (recall("left") === version) return true;
			store("left", version);
			return false;
		}
	};

	document.addEventListener("DOMContentLoaded", () => {
		const root = document.querySelector("acadsite-preview")?.shadowRoot;
		if (!root) return;
		// A page's content policy may forbid the style element; a sheet that a script makes is always allowed.
		const style = root.querySelector("style");
		if (!style.sheet) {
			const sheet = new CSSStyleSheet();
			sheet.replaceSync(style.textContent);
			root.adoptedStyleSheets = [sheet];
		}
		const panel = root.querySelector(".panel");
		if (!panel) return;
		const [close, open, shade] = [".close", ".open", ".shade"].map((name) => root.querySelector(name));
		const show = (is) => {
			panel.hidden = !is;
			open.hidden = is;
			if (shade) shade.hidden = !is;
			store("closed", is ? "" : panel.dataset.digest);
		};
		document.title = `⚠ ${document.title}`;
		close.addEventListener("click", () => { show(false); open.focus(); });
		open.addEventListener("click", () => { show(true); close.focus(); });
		addEventListener("keydown", (event) => {
			if (event.key === "Escape" && !event.defaultPrevented && !panel.hidden) show(false);
		});
		if (recall("closed") === panel.dataset.digest) show(false);
	});
})();
