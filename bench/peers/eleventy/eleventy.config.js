import highlight from "@11ty/eleventy-plugin-syntaxhighlight";

// Ids for headings and a table of contents before the first of them: markdown-it has neither.
function contents(markdown) {
  const escape = markdown.utils.escapeHtml;
  markdown.core.ruler.push("contents", (state) => {
    const entries = [];
    state.tokens.forEach((token, index) => {
      if (token.type !== "heading_open") return;
      const text = state.tokens[index + 1].content;
      const id = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
      token.attrSet("id", id);
      entries.push(`<li><a href="#${id}">${escape(text)}</a></li>`);
    });
    if (entries.length < 2) return;
    const list = new state.Token("html_block", "", 0);
    list.content = `<nav class="toc"><ul>${entries.join("")}</ul></nav>\n`;
    state.tokens.unshift(list);
  });
}

export default function (config) {
  config.addPlugin(highlight);
  config.amendLibrary("md", contents);
  config.addPassthroughCopy({ "site/bench.css": "bench.css" });
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("years", (pages) => {
    const years = new Map();
    for (const { url, data } of pages) {
      if (!years.has(data.year)) years.set(data.year, []);
      years.get(data.year).push({ url, data });
    }
    return [...years].sort((one, other) => other[0] - one[0]);
  });
  return { dir: { input: "site", output: "_site" }, markdownTemplateEngine: false };
}
