"""What a code block turns out to be: a listing with a caption, a cell of a notebook, pseudocode, a diagram, raw HTML.

In: a CODE_BLOCK whose text is known, and what stood behind its fence. Out: the element to put in its place. Code is
never run; the options of a cell (``#| label: fig-x``) say how it is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import theorems, tree
from acadsite.markup.scholarly import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

#: ``{python}``, ``{r, echo=FALSE}``, ``{python #id}``: code that knitr or Jupyter would run.
_CELL: Final = re.compile(
    r"\s*\{\{?(python|r|julia|ojs|bash|sh|sql|rust|haskell|dot|mermaid|stata)(?=[\s,}])"
)
_RAW: Final = re.compile(r"\s*\{=(\w+)\}\s*\Z")
_OPTION: Final = re.compile(r"(?:#|//|--|%%?)\|[ \t]*([A-Za-z][\w.-]*)[ \t]*:[ \t]*(.*?)[ \t]*\Z")
_LINES: Final = re.compile(r"[0-9]+(?:-[0-9]*)?(?:[, |]+[0-9]+(?:-[0-9]*)?)*\Z")
_AFTER_WORD: Final = re.compile(r"[^\s{]*[ \t]*\{([0-9][0-9, -]*)\}")
#: What the fence of a diagram may say; other options of Quarto are about its own program.
_DIAGRAM: Final = frozenset({"id", "label", "caption", "fig-cap", "fig-alt", "alt"})
_FALSE: Final = frozenset({"false", "FALSE", "False", "no", "0"})
_NUMBERED: Final = frozenset({"numberLines", "number-lines", "linenums", "numbered"})


def finished(block: Element, info: str) -> Element | None:
    """The element that stands for ``block``; None when nothing of it is shown. ``info`` is what stood behind the
    fence."""
    if block.get(tree.LANGUAGE) in tree.DIAGRAMS and "{{" not in info:
        return _diagram(block)
    if "{" in info:
        if raw := _RAW.match(info):
            if raw[1].lower() in {"html", "html5"}:
                out = Element(tree.RAW_BLOCK, {tree.LINE: block.get(tree.LINE, "1")})
                out.text = block.text
                return out
            return None  # raw LaTeX, Typst and the like are for other outputs
        if found := _CELL.match(info):
            return _cell(block, found[1])
        if lines := _AFTER_WORD.match(info.strip()):
            block.set(tree.MARKED, _lines(lines[1]))
    if not block.attrib.keys() - {tree.LINE, tree.LANGUAGE} and block.get(tree.LANGUAGE) != "pseudocode":
        return block
    _set_lines(block)
    if block.get(tree.LANGUAGE) == "pseudocode":
        return theorems.alone(block)
    return _listing(block)


def _lines(written: str) -> str:
    """``1 3-4`` and ``1, 3-4`` as ``1,3-4``; of what is shown step by step (``1|2-3``), the first step."""
    first = written.partition("|")[0].strip()
    return ",".join(first.replace(",", " ").split()) if _LINES.match(first) else ""


def _set_lines(block: Element) -> None:
    """Which lines are pointed at and whether they have numbers, as Quarto, MkDocs and pandoc write it."""
    written = block.attrib.pop("code-line-numbers", None) or block.attrib.pop("data-line-numbers", None)
    marked = block.attrib.pop("hl_lines", None) or block.attrib.pop("hl-lines", None)
    if written is not None:
        if _LINES.match(written.strip()):
            marked = written
            block.set("steps", written) if "|" in written else None
        elif written not in _FALSE:
            block.set(tree.LINE_NUMBERS, "yes")
    if marked and (lines := _lines(marked)):
        block.set(tree.MARKED, lines)
    first = block.attrib.pop("linenums", None) or block.attrib.pop("startfrom", None)
    classes = block.get("class", "").split()
    if first is not None or _NUMBERED & set(classes):
        block.set(tree.LINE_NUMBERS, first if first and first.isdecimal() and first != "1" else "yes")
        classes = [name for name in classes if name not in _NUMBERED]
        if classes:
            block.set("class", " ".join(classes))
        else:
            block.attrib.pop("class", None)


def _listing(block: Element) -> Element:
    """The block in a LISTING when it has a caption or an id that says so."""
    caption = block.attrib.pop("lst-cap", None) or block.attrib.pop("caption", None)
    if caption is None and kind_of(block.get("id", "")) != "lst":
        return block
    return _wrapped(block, block.attrib.pop("id", ""), caption)


def _wrapped(block: Element, name: str, caption: str | None) -> Element:
    listing = Element(tree.LISTING, {tree.LINE: block.get(tree.LINE, "1")})
    if name:
        listing.set("id", name)
    if caption:
        SubElement(listing, tree.CAPTION, {tree.WRITTEN: "yes"}).text = caption
    listing.append(block)
    return listing


# --- cells -----------------------------------------------------------------------------------------------------


def _cell(block: Element, language: str) -> Element | None:
    """A cell: its code unless it says otherwise, in a float when it is what makes a figure or table."""
    options = {name: value for name, value in block.attrib.items() if name not in {tree.LINE, tree.LANGUAGE}}
    for name in list(options):
        del block.attrib[name]
    lines = (block.text or "").split("\n")
    count = 0
    while count < len(lines) and (found := _OPTION.match(lines[count])):
        options[found[1].lower()] = found[2].strip("\"'")
        count += 1
    block.text = "\n".join(lines[count:])
    block.set(tree.LANGUAGE, language)
    if options.get("include") in _FALSE:
        return None
    block.set(tree.CELL_CODE, "yes")
    shown = options.get("echo") not in _FALSE
    if options.get("code-line-numbers"):
        block.set("code-line-numbers", options["code-line-numbers"])
        _set_lines(block)
    if options.get("filename"):
        block.set("filename", options["filename"])
    name = options.get("label") or options.get("id", "")
    return _float(block, name, options, shown)


def _diagram(block: Element) -> Element:
    """A diagram, in a figure when it has a caption or the label of one. Its options are comments of its language, and
    stay where they are."""
    options = {name: block.attrib.pop(name) for name in list(block.attrib) if name in _DIAGRAM}
    for line in (block.text or "").split("\n"):
        if found := _OPTION.match(line):
            options[found[1].lower()] = found[2].strip("\"'")
        elif line.strip():
            break
    block.set(tree.DRAWN, "yes")
    if alternative := options.get("fig-alt"):
        block.set("alt", alternative)
    name = options.get("label") or options.get("id", "")
    caption = options.get("fig-cap") or options.get("caption")
    if not caption and kind_of(name) != "fig":
        if name:
            block.set("id", name)
        return block
    figure = Element(tree.FIGURE, {tree.LINE: block.get(tree.LINE, "1")})
    if name:
        figure.set("id", name)
    figure.append(block)
    if caption:
        SubElement(figure, tree.FIGURE_CAPTION, {tree.WRITTEN: "yes"}).text = caption
    return figure


def _float(block: Element, name: str, options: Mapping[str, str], shown: bool) -> Element | None:
    kind = kind_of(name)
    if options.get("lst-label") or kind == "lst":
        block = _wrapped(block, options.get("lst-label") or name, options.get("lst-cap"))
    if kind not in {"fig", "tbl"}:
        return block if shown else None
    figure = Element(tree.FIGURE, {"id": name, tree.LINE: block.get(tree.LINE, "1")})
    if shown:
        figure.append(block)
    if caption := options.get(f"{kind}-cap"):
        SubElement(figure, tree.FIGURE_CAPTION, {tree.WRITTEN: "yes"}).text = caption
    return figure
