// Slides: shows one slide of the page at a time. The page is complete without this file.
//
// Two views of the same elements: the show (one slide fills the window) and the page. In the show there may be an
// overview or, in a second window, the presenter's view. Classes on <html> say which it is; pages/deck.css does the
// rest. An address ends in #/12 for slide 12, in #/12/2 for its second step.
"use strict";

(() => {
	const root = document.documentElement;
	const deck = document.querySelector(".deck");
	const slides = deck ? [...deck.querySelectorAll(".slide")] : [];
	if (!slides.length) return;

	const find = (name) => deck.querySelector(name);
	const said = find(".deck-said");
	const bar = find(".deck-bar");
	const help = find(".deck-help");
	const isPresenter = new URLSearchParams(location.search).has("presenter");
	const isOn = (name) => root.classList.contains(`deck-${name}`);
	const set = (name, on) => root.classList.toggle(`deck-${name}`, on);
	const stepsOf = (at) => Number(slides[at].dataset.steps || 0);

	let now = 0; // the slide, from 0
	let step = 0;
	let typed = ""; // digits of a slide to go to
	let fitted = new WeakSet();

	// --- where we are ---

	/** Slide and step of an address, which may be an id of something on a slide; null for anything else. */
	function placeOf(hash) {
		const found = /^#\/(\d+)(?:\/(\d+))?$/.exec(hash);
		if (found) return [Math.min(Math.max(found[1], 1), slides.length) - 1, Number(found[2] || 0)];
		let name = hash.slice(1);
		try {
			name = decodeURIComponent(name);
		} catch {
			// Not what any link here says.
		}
		const target = name && document.getElementById(name);
		const at = target ? slides.indexOf(target.closest(".slide")) : -1;
		return at < 0 ? null : [at, stepsOf(at)];
	}

	/** Show a slide. `how`: "follow" leaves the address as it is, "remote" tells no one. */
	function go(at, to = 0, how = "push") {
		at = Math.min(Math.max(at, 0), slides.length - 1);
		to = Math.min(Math.max(to, 0), stepsOf(at));
		const isNew = at !== now;
		const before = step;
		now = at;
		step = to;
		draw();
		const hash = `#/${now + 1}${step ? `/${step}` : ""}`;
		if (how !== "follow" && location.hash !== hash) {
			history[isNew && how === "push" ? "pushState" : "replaceState"](null, "", hash);
		}
		if (isNew) {
			say(slides[now].getAttribute("aria-label"));
			if (isOn("on") && !isOn("overview")) focus();
		} else if (step > before) {
			say(parts(slides[now]).filter((part) => part.dataset.fragment == step).map((part) => part.textContent).join(" "));
		}
		if (how !== "remote") tell();
	}

	function next() {
		if (step < stepsOf(now)) go(now, step + 1, "replace");
		else if (now < slides.length - 1) go(now + 1);
	}

	function back() {
		if (step > 0) go(now, step - 1, "replace");
		else if (now > 0) go(now - 1, stepsOf(now - 1));
	}

	const focus = () => slides[now].focus({ preventScroll: true });

	function say(text) {
		said.textContent = text.replace(/\s+/g, " ").trim();
	}

	// --- what is seen ---

	const parts = (slide) => [...slide.querySelectorAll("[data-fragment]")];

	function reveal(slide, to) {
		for (const part of parts(slide)) part.classList.toggle("is-seen", part.dataset.fragment <= to);
	}

	/** Make the page look as the state says. */
	function draw() {
		const isShow = isOn("on");
		const isGrid = isOn("overview");
		slides.forEach((slide, at) => {
			slide.classList.toggle("is-now", at === now);
			slide.inert = isShow && !isGrid && at !== now;
			slide.querySelector(".slide-body").inert = isGrid;
			if (isShow) slide.tabIndex = -1;
			else slide.removeAttribute("tabindex");
		});
		reveal(slides[now], step);
		if (isShow) fit(slides[now]);
		reach(isShow ? [slides[now]] : slides);
		deck.style.setProperty("--done", (now + 1) / slides.length);
		if (isPresenter) drawPresenter();
	}

	/** Make the text of a slide as small as it needs to be, down to a half; what is then too long scrolls. */
	function fit(slide) {
		if (fitted.has(slide)) return;
		fitted.add(slide);
		const body = slide.querySelector(".slide-body");
		const wide = [...body.querySelectorAll(".math-block, pre, .table-wrap")];
		const isHigh = () => body.scrollHeight > body.clientHeight + 1;
		const isWide = () => wide.some((part) => part.scrollWidth > part.clientWidth + 1);
		const high = shrink(slide, isHigh, 0.5, 1);
		if (!isWide()) return;
		shrink(slide, isWide, high * 0.7, high);
		if (isWide()) slide.style.setProperty("--fit", high); // as long as that, it may scroll
	}

	/** The largest size from `low` to `high` at which nothing is too big, or `low`. */
	function shrink(slide, isTooBig, low, high) {
		const isGood = (size) => {
			slide.style.setProperty("--fit", size);
			return !isTooBig();
		};
		if (isGood(high)) return high;
		for (let turn = 0; turn < 6; turn += 1) {
			const middle = (low + high) / 2;
			if (isGood(middle)) low = middle;
			else high = middle;
		}
		slide.style.setProperty("--fit", low);
		return low;
	}

	/** What scrolls can be reached by keyboard. */
	function reach(some) {
		for (const slide of some) {
			const body = slide.querySelector(".slide-body");
			const isLong = body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
			if (isLong) body.tabIndex = 0;
			else body.removeAttribute("tabindex");
		}
	}

	/** Fit all slides while nothing else is to be done. */
	function fitAll(deadline) {
		const left = isOn("on") ? slides.filter((slide) => !fitted.has(slide)) : [];
		while (left.length && deadline.timeRemaining() > 8) fit(left.shift());
		if (left.length) idle(fitAll);
	}

	const idle = window.requestIdleCallback || ((done) => setTimeout(() => done({ timeRemaining: () => 9 }), 50));

	// --- views ---

	/** Go to the show, or back to the page. */
	function show(on) {
		set("on", on);
		set("overview", false);
		bar.hidden = !on;
		find(".deck-open").hidden = on;
		draw();
		if (on) {
			focus();
			idle(fitAll);
		} else {
			slides[now].scrollIntoView();
		}
	}

	function overview(on) {
		if (isPresenter) return;
		set("overview", on);
		draw();
		if (on) {
			slides[now].scrollIntoView({ block: "center" });
			slides[now].querySelector(".slide-number").focus({ preventScroll: true });
		} else {
			focus();
		}
	}

	function fullscreen() {
		if (document.fullscreenElement) document.exitFullscreen();
		else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
	}

	// --- the presenter's window ---

	const channel = "BroadcastChannel" in window ? new BroadcastChannel(`deck ${location.pathname}`) : null;
	const origin = location.origin === "null" ? "*" : location.origin;
	let other = isPresenter ? window.opener : null;
	let started = 0;

	function openPresenter() {
		const address = new URL(location.href);
		address.searchParams.set("presenter", "");
		other = window.open(address, "deck-presenter", "popup,width=1100,height=720");
	}

	/** Say to the other window where we are; a page from a folder may have no channel. */
	function tell(more = {}) {
		const message = { deck: location.pathname, now, step, blank: isOn("blank"), ...more };
		if (channel) channel.postMessage(message);
		if (other && !other.closed) other.postMessage(message, origin);
	}

	function hear(event) {
		const message = event.data;
		if (!message || message.deck !== location.pathname) return;
		if (!(event.target instanceof Window) || event.source === other) {
			if (message.asks) {
				tell();
			} else if (isOn("on")) {
				set("blank", Boolean(message.blank) && !isPresenter);
				if (message.now !== now || message.step !== step) go(Number(message.now), Number(message.step), "remote");
			}
		}
	}

	/** A copy without ids, which may stand beside what it is a copy of. */
	function copyOf(element) {
		const copy = element.cloneNode(true);
		for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
		return copy;
	}

	function drawPresenter() {
		const at = step < stepsOf(now) ? now : now + 1;
		const pane = find(".deck-next");
		pane.textContent = "";
		if (at < slides.length) {
			fit(slides[at]);
			const copy = copyOf(slides[at]);
			copy.classList.add("is-now");
			reveal(copy, at === now ? step + 1 : 0);
			pane.append(copy);
		}
		const notes = find(".deck-notes");
		notes.textContent = "";
		const written = slides[now].querySelector(".slide-notes");
		if (written) notes.append(...copyOf(written).childNodes);
		notes.querySelector("summary")?.remove();
		if (now || step) started = started || Date.now();
	}

	function tick() {
		find(".deck-time").textContent = new Date().toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });
		const seconds = started ? Math.floor((Date.now() - started) / 1000) : 0;
		const minutes = Math.floor(seconds / 60);
		find(".deck-timer").textContent = `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
	}

	// --- what the reader does ---

	const actions = {
		next,
		back,
		overview: () => overview(!isOn("overview")),
		presenter: openPresenter,
		fullscreen,
		page: () => isPresenter || show(false),
		show: () => show(true),
		help: () => help.showModal(),
		reset: () => {
			started = Date.now();
			tick();
		},
		blank: () => {
			set("blank", !isOn("blank"));
			tell();
		},
		first: () => go(0),
		last: () => go(slides.length - 1, stepsOf(slides.length - 1)),
		escape: () => (isOn("blank") ? actions.blank() : actions.overview()),
	};
	const forward = getComputedStyle(deck).direction === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
	const keys = {
		[forward[0]]: "next", ArrowDown: "next", PageDown: "next", " ": "next", n: "next",
		[forward[1]]: "back", ArrowUp: "back", PageUp: "back", Backspace: "back",
		Home: "first", End: "last", o: "overview", Escape: "escape", p: "presenter", s: "presenter",
		f: "fullscreen", b: "blank", ".": "blank", r: "page", "?": "help", h: "help",
	};

	/** Whether a key is better left to what has the focus: a button, a field, or something that scrolls that way. */
	function isTaken(event) {
		const focused = event.target;
		if (focused.closest("input, textarea, select, dialog[open], [contenteditable]")) return true;
		if ([" ", "Enter"].includes(event.key) && focused.closest("a, button, summary, audio, video")) return true;
		const region = focused.closest(".math-block, pre, .table-wrap, .deck-notes");
		if (!region) return false;
		const isSideways = /^Arrow(Left|Right)$/.test(event.key) && region.scrollWidth > region.clientWidth + 1;
		return isSideways || (/^Arrow(Up|Down)$/.test(event.key) && region.scrollHeight > region.clientHeight + 1);
	}

	/** Go to the right, or to the left. */
	function turn(right) {
		actions[keys[right ? "ArrowRight" : "ArrowLeft"]]();
	}

	/** Scroll a slide that is too long; false where its end is reached. */
	function scrolls(key) {
		const body = slides[now].querySelector(".slide-body");
		const way = { ArrowDown: 1, ArrowUp: -1 }[key] || 0;
		const most = body.scrollHeight - body.clientHeight;
		if (!way || most < 4 || (way > 0 ? body.scrollTop >= most - 2 : body.scrollTop <= 0)) return false;
		body.scrollBy(0, way * body.clientHeight * 0.4);
		return true;
	}

	/** In the overview, arrows go from slide to slide and from row to row. */
	function walk(key) {
		const at = slides.indexOf(document.activeElement.closest(".slide"));
		const top = slides[0].offsetTop;
		const columns = Math.max(1, slides.findIndex((slide) => slide.offsetTop > top));
		const way = { [forward[0]]: 1, [forward[1]]: -1, ArrowDown: columns, ArrowUp: -columns }[key];
		const to = { Home: 0, End: slides.length - 1 }[key] ?? (way && (at < 0 ? now : at + way));
		if (to === undefined) return false;
		const slide = slides[Math.min(Math.max(to, 0), slides.length - 1)];
		slide.querySelector(".slide-number").focus();
		return true;
	}

	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTaken(event)) return;
		if (!isOn("on")) return;
		const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
		if (/^\d$/.test(key)) {
			typed += key;
			say(typed);
			return;
		}
		const wanted = typed;
		typed = "";
		if (isOn("overview") && walk(key)) event.preventDefault();
		else if (key === "Enter" && wanted) go(Number(wanted) - 1);
		else if (scrolls(key)) event.preventDefault();
		else if (keys[key]) {
			event.preventDefault();
			if (key === " " && event.shiftKey) back();
			else actions[keys[key]]();
		}
	});

	document.addEventListener("click", (event) => {
		const button = event.target.closest("[data-do]");
		if (button) {
			actions[button.dataset.do]();
			return;
		}
		if (!isOn("on") || event.button || event.defaultPrevented) return;
		if (isOn("blank")) {
			actions.blank();
			return;
		}
		const link = event.target.closest(".slide-number");
		if (link && isOn("overview")) {
			event.preventDefault();
			go(slides.indexOf(link.closest(".slide")));
			overview(false);
			return;
		}
		const isOurs = event.target.closest(".deck-stage") && !isOn("overview");
		const theirs = "a, button, summary, input, label, pre, audio, video, [tabindex='0']:not(.slide-body)";
		if (!isOurs || event.target.closest(theirs) || String(getSelection())) return;
		const box = find(".deck-stage").getBoundingClientRect();
		const x = (event.clientX - box.left) / box.width;
		if (x < 0.2 || x > 0.8) turn(x > 0.5);
	});

	let touch = null;
	deck.addEventListener("touchstart", (event) => {
		touch = event.touches.length === 1 && !event.target.closest(".deck-bar") ? event.touches[0] : null;
	}, { passive: true });
	deck.addEventListener("touchend", (event) => {
		if (!touch || !isOn("on") || isOn("overview")) return;
		const end = event.changedTouches[0];
		const [x, y] = [end.clientX - touch.clientX, end.clientY - touch.clientY];
		touch = null;
		if (Math.abs(x) < 48 || Math.abs(x) < 2 * Math.abs(y)) return;
		turn(x < 0);
	}, { passive: true });

	// The bar comes when the pointer or a finger moves, and goes again.
	let sleeping = 0;
	function awake() {
		bar.classList.add("is-awake");
		clearTimeout(sleeping);
		sleeping = setTimeout(() => bar.classList.remove("is-awake"), 2500);
	}
	deck.addEventListener("pointermove", awake);
	deck.addEventListener("pointerdown", awake);

	window.addEventListener("popstate", () => {
		const place = placeOf(location.hash) || (location.hash ? null : [0, 0]);
		if (place) go(...place, "follow");
	});
	window.addEventListener("resize", () => {
		fitted = new WeakSet();
		draw();
		idle(fitAll);
	});
	window.addEventListener("beforeprint", () => {
		const was = isOn("on");
		if (!was) set("on", true);
		slides.forEach(fit);
		if (!was) set("on", false);
	});
	window.addEventListener("message", hear);
	if (channel) channel.addEventListener("message", hear);

	// --- begin ---

	const start = placeOf(location.hash);
	if (start) [now, step] = start;
	// A telephone held upright shows the page, where text has its size.
	const isNarrow = matchMedia("(width < 40rem) and (orientation: portrait)").matches;
	set("script", true);
	set("presents", isPresenter);
	find(".deck-presenter").hidden = !isPresenter;
	if (isPresenter || !isNarrow) {
		show(true);
	} else {
		find(".deck-open").hidden = false;
		draw();
	}
	if (isPresenter) {
		tell({ asks: true });
		tick();
		setInterval(tick, 1000);
	}
})();
