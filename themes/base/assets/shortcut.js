/* “/” leads to the search, but where somebody writes, or has switched it off on the page of the search. */

addEventListener("keydown", event => {
	if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
	if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
	try {
		if (localStorage.searchKey === "off") return;
	} catch {
		// Nothing can be kept.
	}
	const input = document.querySelector("#search-words");
	event.preventDefault();
	if (input) input.focus();
	else document.querySelector("[aria-keyshortcuts='/']").click();
});
