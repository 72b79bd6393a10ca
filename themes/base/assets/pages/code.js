/* Code: a button that copies it. */
(() => {
	const words = document.currentScript.dataset;
	const make = (tag, more) => Object.assign(document.createElement(tag), more);

	for (const block of navigator.clipboard ? document.querySelectorAll(".prose pre:not([data-file])") : []) {
		const said = make("span", {role: "status"});
		const button = make("button", {type: "button", textContent: words.copy});
		button.onclick = () => navigator.clipboard.writeText(block.textContent).then(() => {
			said.textContent = `${words.copied} `;
			setTimeout(() => said.textContent = "", 3e3);
		});
		const box = make("div", {className: "code"});
		const tools = make("small", {className: "copy"});
		tools.append(said, button);
		block.replaceWith(box);
		box.append(block, tools);
	}
})();
