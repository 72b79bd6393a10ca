"""The part of the HTML writer that shows what scholarly documents have: floats with their numbers, theorems,
algorithms, tabs, prepared citations and the bibliography.

In: the writer, and an element of the tree. Numbers, words and references stand on the elements already (``passes``);
where they do not, things are shown without.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from acadsite.links import percent_encoded
from acadsite.markup import equations, tree
from acadsite.markup.annotations import noted_lines
from acadsite.markup.code import escaped
from acadsite.markup.text import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from acadsite.markup.html import Writer

_FRACTION: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
_COLUMN: Final = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,4})?(?:%|em|rem|ch|px)")
_SPAN: Final = re.compile(r"</?span[^>]*>")
_ROW: Final = re.compile(r"<(/?)(mtable|mtr|mtd)\b([^>]*)>")
_MOST_INDENT: Final = 8


def label_of(element: Element) -> str:
    """Word and number of an element, such as “Figure 3”; empty when it has no number."""
    number, word = element.get(tree.NUMBER, ""), element.get(tree.WORD, "")
    return f"{word}\N{NO-BREAK SPACE}{number}" if word and number else number


def caption(writer: Writer, element: Element, content: Element | None, tag: str) -> None:
    """A caption with the label of ``element`` in front."""
    label = label_of(element)
    attributes = ""
    if content is not None:
        writer._line_of(content)
        attributes = writer._attributes(content)
    writer._out(f"<{tag}{attributes}>")
    if label:
        mark = ":" if content is not None and element.get(tree.WORD) else ""
        writer._out(
            f'<span class="label">{escaped(label)}{mark}</span>' + (" " if content is not None else "")
        )
    if content is not None:
        writer._content(content)
    writer._out(f"</{tag}>\n")


# --- figures and tables ----------------------------------------------------------------------------------------


def figure(writer: Writer, element: Element) -> None:
    """A figure; its parts side by side."""
    writer._line_of(element)
    columns = element.get(tree.COLUMNS)
    own = element.get("colspan")
    classes = f"span-{own}" if own else ""
    writer._out(f"<figure{writer._attributes(element, classes)}>\n")
    parts = [child for child in element if child.tag == tree.FIGURE] if columns else []
    if parts:
        writer._out(f'<div class="subfigures columns-{columns}">\n')
    content = None
    for child in element:
        if child.tag == tree.FIGURE_CAPTION and content is None:
            content = child
            continue
        if parts and child.tag != tree.FIGURE:
            continue
        writer.element(child)
    if parts:
        writer._out("</div>\n")
        for child in element:
            if child.tag != tree.FIGURE and child is not content:
                writer.element(child)
    if content is not None or tree.NUMBER in element.attrib:
        caption(writer, element, content, "figcaption")
    writer._out("</figure>\n")


def table(writer: Writer, element: Element) -> None:
    """A table in a region that scrolls, and its notes below."""
    writer._line_of(element)
    writer._tables += 1
    content = element.find(tree.CAPTION)
    title = " ".join(text_of(content).split()) if content is not None else ""
    number = label_of(element)
    label = ": ".join(filter(None, (number, title))) or f"{writer.words.table} {writer._tables}"
    widths = element.get("tbl-colwidths", "")
    attributes = (
        writer._attributes_without(element, "", {"tbl-colwidths"}) if widths else writer._attributes(element)
    )
    writer._out(
        f'<div class="table-wrap" role="region" aria-label="{html.escape(label)}" tabindex="0">\n'
        f"<table{attributes}>\n"
    )
    if content is not None or number:
        caption(writer, element, content, "caption")
    if widths:
        _column_widths(writer, widths)
    for part in element:
        if part.tag in {tree.CAPTION, tree.TABLE_NOTES}:
            continue
        if part.tag == tree.HEAD and not any(
            len(cell) or (cell.text or "").strip() for row in part for cell in row
        ):
            continue  # a table without a head is written with an empty one
        writer._out(f"<{part.tag}>\n")
        for index, row in enumerate(part):
            writer._line_of(row)
            if index and row.get(tree.GROUP) and part.tag == tree.BODY:
                writer._out("</tbody>\n<tbody>\n")
            writer._out('<tr class="group-row">\n' if row.get(tree.GROUP) else "<tr>\n")
            for cell in row:
                _cell(writer, cell, row)
            writer._out("</tr>\n")
        writer._out(f"</{part.tag}>\n")
    writer._out("</table>\n</div>\n")
    for notes in element.findall(tree.TABLE_NOTES):
        writer._out('<div class="table-notes">\n')
        writer._content(notes)
        writer._out("</div>\n")


def _cell(writer: Writer, cell: Element, row: Element) -> None:
    align = cell.get(tree.ALIGN)
    tag = cell.tag
    if tag == tree.HEAD_CELL and not len(cell) and not (cell.text or "").strip():
        tag = tree.CELL  # an empty heading would be announced as one
    spans = ""
    for name in ("colspan", "rowspan"):
        if (count := cell.get(name, "")).isdecimal():
            spans += f' {name}="{count}"'
    if spans and tag == tree.HEAD_CELL and "colspan" in cell.attrib:
        spans += f' scope="{"rowgroup" if row.get(tree.GROUP) else "colgroup"}"'
    if align and len(cell.attrib) == 1:
        writer._parts.append(f'<{tag} class="align-{align}">')
    else:
        attributes = writer._attributes(cell, f"align-{align}" if align else "")
        writer._parts.append(f"<{tag}{attributes}{spans}>")
    writer._content(cell)
    writer._parts.append(f"</{tag}>\n")


def _column_widths(writer: Writer, written: str) -> None:
    numbers = [float(number) for number in _FRACTION.findall(written)]
    total = sum(numbers)
    if total > 0:
        columns = "".join(f'<col style="width:{round(100 * number / total, 2):g}%">' for number in numbers)
        writer._out(f"<colgroup>{columns}</colgroup>\n")


def div(writer: Writer, element: Element) -> None:
    """A div; a column of several has the width that it says. What is for other outputs alone is not there."""
    if _is_for_others(element):
        return
    width = (element.get("width") or "").strip()
    if width and "column" in element.get("class", "").split() and _COLUMN.fullmatch(width):
        writer._line_of(element)
        attributes = writer._attributes(element)
        style = "" if "style" in element.attrib else f' style="flex-basis:{width}"'
        writer._out(f"<div{attributes}{style}>\n")
        writer._content(element)
        writer._out("</div>\n")
    else:
        writer._block(element)


def _is_for_others(element: Element) -> bool:
    """Whether Quarto's conditions keep a div for other outputs than the web."""
    formats = {element.get("when-format", ""), element.get("data-when-format", "")} - {""}
    classes = element.get("class", "").split()
    is_web = bool(formats & {"html", "html5", "web"})
    return bool(formats) and (
        ("content-visible" in classes and not is_web) or ("content-hidden" in classes and is_web)
    )


def line_block(writer: Writer, element: Element) -> None:
    """Lines that stay lines."""
    writer._line_of(element)
    writer._out(f"<p{writer._attributes(element, 'line-block')}>")
    writer._content(element)
    writer._out("</p>\n")


# --- listings --------------------------------------------------------------------------------------------------


def listing(writer: Writer, element: Element) -> None:
    """Code with a caption above it."""
    _captioned(writer, element, "listing")


def algorithm(writer: Writer, element: Element) -> None:
    """An algorithm: its caption above its lines."""
    _captioned(writer, element, "algorithm")


def _captioned(writer: Writer, element: Element, kind: str) -> None:
    writer._line_of(element)
    writer._out(f"<figure{writer._attributes(element, kind)}>\n")
    content = element.find(tree.CAPTION)
    if content is not None or tree.NUMBER in element.attrib:
        caption(writer, element, content, "figcaption")
    for child in element:
        if child is not content:
            writer.element(child)
    writer._out("</figure>\n")


def code_lines(inner: str, block: Element) -> str:
    """Coloured code with each line in an element of its own: those pointed at marked, all with their numbers."""
    numbered = block.get(tree.LINE_NUMBERS, "")
    marked = _numbers(block.get(tree.MARKED, ""))
    notes = noted_lines(block)
    first = int(numbered) if numbered.isdecimal() else 1
    out: list[str] = []
    open_: list[str] = []
    for number, line in enumerate(inner.removesuffix("\n").split("\n"), first):
        before = "".join(open_)
        for tag in _SPAN.findall(line):
            if tag.startswith("</"):
                if open_:
                    open_.pop()
            else:
                open_.append(tag)
        classes = "line marked" if number in marked else "line"
        label = f' data-line="{number}"' if numbered else ""
        # The number is made by the sheet, so that it is not copied with the code.
        note = f'<span data-note="{notes[number - first]}"></span>' if number - first in notes else ""
        out.append(f'<span class="{classes}"{label}>{before}{line}{"</span>" * len(open_)}{note}\n</span>')
    return "".join(out)


def _numbers(written: str) -> frozenset[int]:
    found: set[int] = set()
    for piece in filter(None, written.split(",")):
        begin, dash, end = piece.partition("-")
        low = int(begin) if begin.isdecimal() else 0
        high = (int(end) if end.isdecimal() else low + 10_000) if dash else low
        found.update(range(low, min(high, low + 10_000) + 1))
    return frozenset(found)


# --- theorems and algorithms -----------------------------------------------------------------------------------


def theorem(writer: Writer, element: Element) -> None:
    """A theorem or the like: its head runs into its first paragraph; a proof ends with a mark."""
    writer._line_of(element)
    kind = re.sub(r"[^a-z]", "", element.get(tree.KIND, "thm"))
    title = element.find(tree.TITLE)
    word = (
        label_of(element)
        or element.get(tree.WORD)
        or (writer.words.proof if kind == "prf" else dict(writer.words.references).get(kind, kind))
    )
    writer._out(f"<div{writer._attributes(element, f'theorem theorem-{kind}')}>\n")
    children = [child for child in element if child is not title]
    runs_in = bool(children) and children[0].tag == tree.PARAGRAPH
    if runs_in:
        writer._line_of(children[0])
        writer._out(f"<p{writer._attributes(children[0])}>")
    else:
        writer._out("<p>")
    writer._out(f'<span class="theorem-head"><span class="label">{escaped(word)}</span>')
    if title is not None and (title.text or len(title)):
        writer._out(' <span class="theorem-name">(')
        writer._content(title)
        writer._out(")</span>")
    writer._out(".</span>")
    ends = kind == "prf"
    mark = ' <span class="proof-end">∎</span>'
    if runs_in:
        writer._out(" ")
        writer._content(children[0])
        if ends and len(children) == 1:
            writer._out(mark)
            ends = False
    writer._out("</p>\n")
    rest = children[1:] if runs_in else children
    for index, child in enumerate(rest):
        if ends and index == len(rest) - 1 and child.tag == tree.PARAGRAPH:
            writer._line_of(child)
            writer._out(f"<p{writer._attributes(child)}>")
            writer._content(child)
            writer._out(f"{mark}</p>\n")
            ends = False
        else:
            writer.element(child)
    if ends:
        writer._out(f"<p>{mark.strip()}</p>\n")
    writer._out("</div>\n")


def steps(writer: Writer, element: Element) -> None:
    """The lines of an algorithm, with numbers but for those that say what it needs and gives."""
    writer._line_of(element)
    skipped = False
    number = 0
    writer._out('<ol class="steps">\n')
    for step in element:
        writer._line_of(step)
        depth = min(int(step.get(tree.INDENT, "0") or 0), _MOST_INDENT)
        classes = f"indent-{depth}" if depth else ""
        if step.get("unnumbered"):
            skipped = True
            writer._out(f'<li class="{" ".join(filter(None, ("unnumbered", classes)))}">')
        else:
            number += 1
            value = f' value="{number}"' if skipped else ""
            skipped = False
            kind = f' class="{classes}"' if classes else ""
            writer._out(f"<li{kind}{value}>")
        writer._content(step)
        writer._out("</li>\n")
    writer._out("</ol>\n")


# --- tabs ------------------------------------------------------------------------------------------------------


def tabs(writer: Writer, element: Element) -> None:
    """Variants of which one is open: no script, and all of them are reached by keyboard."""
    writer._line_of(element)
    writer._groups += 1
    name = f"{writer.id_prefix}tabs-{writer._groups}"
    attributes = writer._attributes(element, "tabs")
    writer._keep(f'<div{attributes} role="group" aria-label="{html.escape(writer.words.tabs)}">\n')
    for index, tab in enumerate(element):
        title = tab.find(tree.TITLE)
        writer._line_of(tab)
        shown = " open" if index == 0 else ""
        writer._keep(f'<details{writer._attributes(tab)} name="{html.escape(name)}"{shown}>\n<summary>')
        if title is not None:
            writer._content(title)
        writer._keep("</summary>\n")
        writer._quoted += 1
        for child in tab:
            if child is not title:
                writer.element(child)
        writer._quoted -= 1
        writer._keep("</details>\n")
    writer._keep("</div>\n")


# --- formulas --------------------------------------------------------------------------------------------------


def numbered_formula(writer: Writer, element: Element, mathml: str, focus: str) -> None:
    """A display formula with its number beside it; the number is a link to the formula."""
    label = element.get(tree.NUMBER, "")
    label = label if label.startswith("(") or element.get(tree.TAG) else f"({label})"
    name = element.get("id", "")
    attributes = writer._attributes(element, "equation")
    writer._keep(f'<span{attributes}><span class="math-block"{focus}>{mathml}</span> ')
    if name:
        href = percent_encoded(writer.id_prefix + name)
        writer._keep(f'<a class="equation-number" href="#{html.escape(href)}">{escaped(label)}</a></span>')
    else:
        writer._keep(f'<span class="equation-number">{escaped(label)}</span></span>')


def formula_rows(writer: Writer, element: Element, mathml: str, focus: str) -> None:
    """A display formula whose rows have numbers of their own, in a column of the table that the rows are."""
    rows = {int(row.get(tree.ROW_INDEX, "-1")): row for row in element if row.tag == tree.EQUATION_ROW}
    out: list[str] = []
    depth = index = position = 0
    for tag in _ROW.finditer(mathml):
        closing, name = tag[1] == "/", tag[2]
        if name == "mtable":
            depth += -1 if closing else 1
        if name != "mtr" or depth != 1:
            continue
        row = rows.get(index)
        if not closing and row is not None and row.get("id"):
            out.append(mathml[position : tag.start()] + f"<mtr{writer._anchor(row.get('id', ''))}{tag[3]}>")
            position = tag.end()
        elif closing:
            number = row.get(tree.NUMBER, "") if row is not None else ""
            if number:
                shown = number if number.startswith("(") else f"({number})"
                cell = f'<mtd class="equation-number"><mtext>{escaped(shown)}</mtext></mtd>'
                out.append(mathml[position : tag.start()] + cell)
                position = tag.start()
            index += 1
    out.append(mathml[position:])
    writer._keep(f"<span{writer._attributes(element, 'math-block')}{focus}>{''.join(out)}</span>")


def has_rows(element: Element) -> bool:
    """Whether rows of a formula have ids or numbers of their own."""
    return any(tree.NUMBER in row.attrib or "id" in row.attrib for row in element)


def bare_tex(element: Element, tex: str) -> str:
    """The TeX to set: without the tags and labels of a formula that is shown with a number beside it."""
    if tree.NUMBER in element.attrib or has_rows(element):
        return equations.without_numbers(tex)
    return tex


# --- citations and references ----------------------------------------------------------------------------------


def citations(writer: Writer, element: Element) -> None:
    """A group of citations whose text is known, and what it cites in a card beside it."""
    writer._out(f"<span{writer._attributes(element, 'citation')}>")
    card = element.find(tree.CARD)
    if element.text:
        writer._out(escaped(element.text))
    for child in element:
        if child is not card:
            if child.tag == tree.LINK:
                _reference_link(writer, child)
            else:
                writer.element(child)
        if child.tail:
            writer._out(escaped(child.tail))
    if card is not None and not writer._in_heading:
        writer._keep('<span class="cite-card" hidden>')
        for entry in card:
            writer._out('<span class="cite-entry">')
            writer._content(entry)
            writer._out("</span>")
        writer._keep("</span>")
    writer._out("</span>")


def _reference_link(writer: Writer, element: Element) -> None:
    href = element.get("href", "")
    if not href.startswith("#"):
        writer._link(element)
        return
    writer._keep(
        f'<a href="#{html.escape(percent_encoded(writer.id_prefix + href[1:]))}" role="doc-biblioref">'
    )
    writer._content(element)
    writer._keep("</a>")


def bibliography(writer: Writer, element: Element) -> None:
    """The list of references; each leads back to where it is cited, and names the sections."""
    writer._line_of(element)
    entries = [child for child in element if child.tag == tree.ENTRY]
    writer._out(f"<div{writer._attributes(element, 'references' if entries else '')}>\n")
    for child in element:
        if child.tag != tree.ENTRY:
            writer.element(child)
    if entries:
        labelled = any(tree.LABEL_TEXT in entry.attrib for entry in entries)
        tag = "ol" if labelled else "ul"
        writer._out(f'<{tag} class="{"labelled" if labelled else "hanging"}">\n')
        for entry in entries:
            _entry(writer, entry)
        writer._out(f"</{tag}>\n")
    writer._out("</div>\n")


def _entry(writer: Writer, element: Element) -> None:
    writer._out(f"<li{writer._attributes(element)}>")
    if label := element.get(tree.LABEL_TEXT):
        writer._out(f'<span class="reference-label">{escaped(label)}</span> ')
    writer._out('<span class="reference">')
    if element.text:
        writer._out(escaped(element.text))
    backs = [child for child in element if child.tag == tree.BACK_LINK]
    for child in element:
        if child.tag != tree.BACK_LINK:
            writer.element(child)
            if child.tail:
                writer._out(escaped(child.tail))
    for index, back in enumerate(backs, 1):
        href = back.get("href", "")
        href = f"#{writer.id_prefix}{href[1:]}" if href.startswith("#") else href
        checked = writer._checked(href, writer._place(element))
        if checked is None:
            continue
        name = f"{writer.words.citation} {index}" if len(backs) > 1 else writer.words.back
        number = f"§{found}" if (found := back.get(tree.NUMBER, "")) else ""
        mark = f"↩{number or (index if len(backs) > 1 else '')}"
        section = " ".join(filter(None, (number, back.get("title", ""))))
        title = f' title="{html.escape(section)}"' if section else ""
        name = ": ".join(filter(None, (name, section)))
        writer._keep(
            f' <a class="footnote-back" href="{html.escape(percent_encoded(checked))}" role="doc-backlink"'
            f' aria-label="{html.escape(name)}"{title}>{escaped(mark)}</a>'
        )
    writer._out("</span></li>\n")


def cross_reference(writer: Writer, element: Element) -> None:
    """A reference whose target is known (or known to be nowhere)."""

    def write() -> None:
        text = escaped(element.get(tree.SHOWN, ""))
        href = element.get("href")
        if href is None:
            writer._out(text)
            return
        url: str | None = f"#{writer.id_prefix}{href[1:]}" if href.startswith("#") else href
        if not href.startswith("#"):
            url = writer._checked(href, writer._place(element))
        if url is None:
            writer._out(text)
            return
        writer._out(f'<a class="cross-reference" href="{html.escape(percent_encoded(url))}">{text}</a>')

    prefix = element.find(tree.PREFIX)
    if prefix is not None and _ends_open(text_of(prefix)):
        writer._content(prefix)
        write()
        return
    writer._around(element, write)


def _ends_open(text: str) -> bool:
    return text.endswith(("(", "[", "\N{NO-BREAK SPACE}"))
