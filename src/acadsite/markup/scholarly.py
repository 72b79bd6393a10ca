"""What both readers make of the scholarly syntax once they have its pieces: citations, callouts, captions, spans.

Functions here change a tree in place. They know ``tree`` and ``attributes`` and no parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import tree
from acadsite.markup.attributes import BRACES, parsed, put
from acadsite.markup.rewrite import shown
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A citation much as pandoc has it: single marks may stand inside the key, not at its end. (Marks that mean
#: something to Markdown, ``$%&<>~``, may stand in ``@{key}`` alone.)
CITATION: Final = r"(?<![\w@/\\])(?P<dash>-?)@(?:(?P<key>\w+(?:[:.\#\-+?/]\w+)*)|\{(?P<braced>[^{}\s]+)\})"
_CITATION: Final = re.compile(CITATION)

#: Kinds of callouts that a bare word after ``:::`` may name; those of Quarto, GitHub, MkDocs, MyST and Docusaurus.
KINDS: Final = frozenset(
    [
        "abstract",
        "attention",
        "bug",
        "caution",
        "danger",
        "error",
        "example",
        "failure",
        "hint",
        "important",
        "info",
        "note",
        "question",
        "quote",
        "seealso",
        "success",
        "summary",
        "tip",
        "todo",
        "warning",
    ]
)
_ALERT: Final = re.compile(r"\[!([A-Za-z][\w-]*)\]([+-]?)[ \t]*")
_CAPTION: Final = re.compile(r"(?:Table)?:[ \t]+")
_WORD: Final = re.compile(r"[-:]")
_BRACKETS: Final = re.compile(r"[\[\]]")
_HIGHEST: Final = 10  # spans in spans


# --- small changes of a tree -----------------------------------------------------------------------------------


def add_text(parent: Element, text: str | None) -> None:
    """Append ``text`` behind the last child of ``parent``."""
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def drop_content(element: Element) -> None:
    """Take text and children out; attributes and tail stay."""
    element.text = None
    element[:] = []


def move_content(source: Element, target: Element) -> None:
    """Append text and children of ``source`` to ``target``."""
    add_text(target, source.text)
    target.extend(list(source))
    drop_content(source)


def unwrap(parent: Element, element: Element, before: str = "", after: str = "") -> None:
    """Replace ``element``, the last child of ``parent``, by its content between two strings."""
    tail = element.tail
    del parent[-1]
    add_text(parent, before + (element.text or ""))
    for child in list(element):
        parent.append(child)
    add_text(parent, after + (tail or ""))


# --- citations -------------------------------------------------------------------------------------------------


def has_citation(text: str) -> bool:
    """Whether a key is cited in ``text``."""
    return _CITATION.search(text) is not None


def is_cross_reference(key: str) -> bool:
    """Whether ``key`` names a part of the document (``fig-model``, ``fig:model``), not a publication."""
    return _WORD.split(key, maxsplit=1)[0] in tree.CROSS_REFERENCES and _WORD.search(key) is not None


def kind_of(name: str) -> str:
    """The kind of thing that an id names by what it begins with (``fig-model``: ``fig``); empty for any other."""
    if "-" not in name and ":" not in name:
        return ""
    kind = _WORD.split(name, maxsplit=1)[0]
    return kind if kind in tree.CROSS_REFERENCES and kind != "sec" else ""


def _item(match: re.Match[str], at: int) -> Element:
    key = match["key"] or shown(match["braced"])
    element = Element(tree.CROSS_REFERENCE if is_cross_reference(key) else tree.CITE, {tree.KEY: key})
    if at >= 0:
        element.set(tree.AT, str(at))
    if match["dash"]:
        element.set(tree.SUPPRESS, "yes")
    return element


def sought(match: re.Match[str]) -> bytes:
    """What a citation begins with in its source; behind the first mark there may be a backslash."""
    begin = "{" if match["key"] is None else re.split(r"\W", match["key"], maxsplit=1)[0]
    return f"{match['dash']}@{begin}".encode()


def citation(parent: Element, match: re.Match[str], at: int) -> None:
    """A citation in running text: ``@key`` or ``@fig-x``. ``at`` is -1 where offsets are not known."""
    item = _item(match, at)
    if item.tag == tree.CITE:
        attributes = {tree.FORM: "text"}
        if at >= 0:
            attributes[tree.AT] = str(at)
        SubElement(parent, tree.CITATIONS, attributes).append(item)
    else:
        item.set(tree.FORM, "text")
        parent.append(item)


def locator(parent: Element, element: Element) -> bool:
    """Make ``[p. 3]``, the last child of ``parent``, the suffix of the citation just before it, if there is one."""
    if len(parent) < 2:
        return False
    before = parent[-2]
    if before.tag != tree.CITATIONS or before.get(tree.FORM) != "text" or (before.tail or "").strip():
        return False
    suffix = SubElement(before[-1], tree.SUFFIX)
    move_content(element, suffix)
    before.tail = element.tail
    del parent[-1]
    return True


def fill_group(element: Element, data: bytes, start: int, end: int) -> bool:
    """Turn the content of ``[…]`` in ``element`` into CITE and CROSS_REFERENCE elements, in place.

    The content is text and inlines; ``;`` in text divides. ``data[start:end]`` is where it was written (for the
    offsets; empty where they are not known). False, and nothing changed, when no part cites anything.
    """
    parts: list[list[Element | str]] = [[]]
    for piece in _pieces(element):
        if isinstance(piece, str):
            first, *more = piece.split(";")
            parts[-1].append(first)
            parts.extend([text] for text in more)
        else:
            parts[-1].append(piece)
    items: list[Element] = []
    cursor = start
    early: list[Element | str] = []
    for part in parts:
        found = next(
            (
                (index, match)
                for index, piece in enumerate(part)
                if isinstance(piece, str) and (match := _CITATION.search(piece))
            ),
            None,
        )
        if found is None:
            if items:
                suffix = items[-1].find(tree.SUFFIX)
                suffix = SubElement(items[-1], tree.SUFFIX) if suffix is None else suffix
                _fill(suffix, [";", *part])
            else:
                early += [*part, ";"]
            continue
        index, match = found
        where = data.find(sought(match), cursor, end)
        where = data.find(b"@", cursor, end) if where < 0 else where
        if where >= 0:
            cursor = where + 1
        item = _item(match, where)
        _fill(SubElement(item, tree.PREFIX), [*early, *part[:index], match.string[: match.start()]])
        _fill(SubElement(item, tree.SUFFIX), [match.string[match.end() :], *part[index + 1 :]])
        early = []
        items.append(item)
    if not items:
        return False
    for item in items:
        for child in list(item):
            _strip(child)
            if not child.text and not len(child):
                item.remove(child)
    tail = element.tail
    drop_content(element)
    element.extend(items)
    element.tail = tail
    return True


def _pieces(element: Element) -> list[Element | str]:
    """Content as a flat list: strings, and elements without their tails."""
    pieces: list[Element | str] = [element.text or ""]
    for child in list(element):
        tail, child.tail = child.tail, None
        pieces += (child, tail or "")
    return pieces


def _fill(element: Element, pieces: list[Element | str]) -> None:
    for piece in pieces:
        if isinstance(piece, str):
            add_text(element, piece)
        else:
            element.append(piece)


def _strip(element: Element) -> None:
    if element.text:
        element.text = element.text.lstrip()
    if len(element):
        if element[-1].tail:
            element[-1].tail = element[-1].tail.rstrip()
    elif element.text:
        element.text = element.text.rstrip()


# --- runs of text ----------------------------------------------------------------------------------------------

#: A quick test whether a run of text may hold any of TOKEN. (Each alternative begins with one character, not with a
#: class of them: `re` then looks for these alone, twice as fast.)
SPECIAL: Final = re.compile(r"@|\^|~|://|www\.|\[\]\{|\[\^")

#: What may stand in a run of text, by the name of the group.
TOKEN: Final = re.compile(
    r"(?<![\w@])(?P<url>(?:https?://|www\.)[^\s<]+)"
    r"|" + CITATION + r""
    r"|\^(?P<sup>[^\s^~]+)\^"
    r"|(?<!~)~(?P<sub>[^\s^~]+)~(?!~)"
    r"|\[\](?P<empty>\{)"
    r"|\[\^(?P<note>[^\]\s]+)\]"
)


def is_script(text: str) -> bool:
    """Whether what stands between ``^`` or ``~`` is worth raising or lowering, not a face."""
    return any(char.isalnum() or char in "+-−*∗†‡′" for char in text)


def add_special(target: Element, text: str, *, in_link: bool) -> None:
    """Append ``text`` with its citations, addresses, scripts and empty spans as elements (without offsets), and without
    masks."""
    position = 0
    for token in TOKEN.finditer(text):
        kind = token.lastgroup or ""
        begin, stop = token.span()
        if begin < position or kind == "note" or (in_link and kind in {"url", "key", "braced"}):
            continue
        if kind in {"sup", "sub"} and not is_script(token[kind]):
            continue
        attributes: dict[str, str] = {}
        if kind == "empty":
            group = BRACES.match(text, stop - 1)
            found = parsed(group[0]) if group else None
            if group is None or found is None:
                continue
            stop, attributes = group.end(), found
        elif kind == "url":
            stop = begin + len(bare_url(token["url"]))
            if stop - begin < len("www.a"):
                continue
        add_text(target, shown(text[position:begin]))
        position = stop
        if kind in {"key", "braced"}:
            citation(target, token, -1)
        elif kind == "url":
            url = shown(text[begin:stop])
            href = url if url.startswith("http") else f"http://{url}"
            SubElement(target, tree.LINK, {"href": href}).text = url
        elif kind == "empty":
            put(SubElement(target, tree.SPAN), attributes)
        else:
            SubElement(target, tree.SUPERSCRIPT if kind == "sup" else tree.SUBSCRIPT).text = shown(
                token[kind]
            )
    add_text(target, shown(text[position:]))


# --- addresses in text -----------------------------------------------------------------------------------------


def bare_url(url: str) -> str:
    """The part of ``url`` that is linked when it stands in text, by GitHub's rules: no closing punctuation, no
    ``)`` without its ``(`` (https://github.github.com/gfm/#autolinks-extension-)."""
    end = len(url)
    opened, closed = url.count("("), url.count(")")
    while end:
        last = url[end - 1]
        if last in "?!.,:*_~'\"\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]}":
            end -= 1
        elif last == ")" and closed > opened:
            closed -= 1
            end -= 1
        elif last == ";":
            entity = re.search(r"&[A-Za-z0-9]{1,32};\Z", url[max(0, end - 34) : end])
            end -= len(entity[0]) if entity else 1
        else:
            break
    return url[:end]


# --- figures and captions --------------------------------------------------------------------------------------


def is_macros(paragraph: Element) -> bool:
    """Whether a paragraph holds TeX definitions and nothing else."""
    if not len(paragraph) or (paragraph.text or "").strip():
        return False
    return all(child.get(tree.DISPLAY) == "none" and not (child.tail or "").strip() for child in paragraph)


_PIPE: Final = re.compile(rb"\\\|")
_IN_CODE: Final = re.compile(rb"`[^`\n]*`")


def cells_in(row: bytes) -> int:
    """How many cells a row of a pipe table has as it is written."""
    return _PIPE.sub(b"", _IN_CODE.sub(b"", row.strip())).strip(b"|").count(b"|") + 1


def ragged(cells: int, columns: int, place: Span) -> Problem:
    """That a row has more cells than the table has columns: parsers drop what is more."""
    return warning(
        "markup-ragged-table",
        f"this row has {cells} cells and the table {columns} columns; what is more is not shown",
        place,
        "Write \\| for a bar that is text, or give the table more columns.",
    )


def wants_caption(image: Element) -> bool:
    """Whether an image is a figure when it stands alone in its paragraph."""
    return kind_of(image.get("id", "")) == "fig" or "figure" in image.get("class", "").split()


def figure(paragraph: Element, *, every: bool = False) -> None:
    """Make a figure of a paragraph that holds one such image alone (``every``: any image with a description); its
    description becomes the caption."""
    if len(paragraph) != 1 or paragraph.text or (paragraph[0].tail or "").strip():
        return
    image = paragraph[0]
    if image.tag != tree.IMAGE or not (wants_caption(image) or (every and image.get("alt"))):
        return
    paragraph.tag = tree.FIGURE
    image.tail = None
    if "id" in image.attrib:
        paragraph.set("id", image.attrib.pop("id"))
    if image.text or len(image):
        move_content(image, SubElement(paragraph, tree.FIGURE_CAPTION))
    if alternative := image.attrib.pop("fig-alt", None):
        image.set("alt", alternative)


def captions(root: Element) -> None:
    """Give tables their captions: a paragraph ``: text {#tbl-x}`` or ``Table: text`` behind (or before) one, or
    a last row that begins with ``:``."""
    for parent in list(root.iter()):
        if parent.find(tree.TABLE) is None:
            continue
        index = 0
        while index < len(parent):
            table = parent[index]
            if table.tag == tree.TABLE and table.find(tree.CAPTION) is None:
                _caption_row(table)
                for place in (index + 1, index - 1):
                    if table.find(tree.CAPTION) is not None or not 0 <= place < len(parent):
                        continue
                    paragraph = parent[place]
                    if paragraph.tag == tree.PARAGRAPH and _CAPTION.match(paragraph.text or ""):
                        parent.remove(paragraph)
                        index -= place < index
                        _set_caption(table, paragraph)
            index += 1


def _caption_row(table: Element) -> None:
    body = table.find(tree.BODY)
    if body is None or not len(body):
        return
    cells = list(body[-1])
    if (
        not cells
        or not _CAPTION.match(cells[0].text or "")
        or any(text_of(cell).strip() for cell in cells[1:])
    ):
        return
    body.remove(body[-1])
    if not len(body):
        table.remove(body)
    _set_caption(table, cells[0])


def drop_caption_mark(content: Element) -> None:
    """Take ``: `` or ``Table: `` off what a caption begins with."""
    content.text = _CAPTION.sub("", content.text or "", count=1)


def _set_caption(table: Element, content: Element) -> None:
    caption = Element(tree.CAPTION)
    drop_caption_mark(content)
    if line := content.get(tree.LINE):
        caption.set(tree.LINE, line)
    move_content(content, caption)
    last = caption[-1] if len(caption) else caption
    text = (last.tail if len(caption) else last.text) or ""
    group = re.search(r"\s*(\{[^{}]*\})\s*\Z", text)
    if group and (attributes := parsed(group[1])) is not None:
        put(table, attributes)
        text = text[: group.start()]
        if len(caption):
            last.tail = text
        else:
            last.text = text
    table.insert(0, caption)


# --- callouts and divs -----------------------------------------------------------------------------------------


def set_callout(element: Element, attributes: Mapping[str, str]) -> None:
    """Make ``element`` a callout of the kind, title and fold that ``attributes`` give."""
    element.tag = tree.CALLOUT
    for name, value in attributes.items():
        if name == "kind":
            element.set(tree.KIND, value)
        elif name == "title":
            title = Element(tree.TITLE)
            title.text = value
            element.insert(0, title)
        elif name == "class":
            put(element, {"class": value})
        else:
            element.set(name, value)


def alert(element: Element) -> None:
    """Make a callout of a quote that begins with ``[!KIND] title``; ``+`` or ``-`` behind it makes it fold."""
    if not len(element) or element[0].tag != tree.PARAGRAPH:
        return
    paragraph = element[0]
    match = _ALERT.match(paragraph.text or "")
    if match is None:
        return
    element.tag = tree.CALLOUT
    element.set(tree.KIND, match[1].lower())
    if match[2]:
        element.set("collapse", "true" if match[2] == "-" else "false")
    paragraph.text = (paragraph.text or "")[match.end() :]
    title = Element(tree.TITLE)
    _move_first_line(paragraph, title)
    _strip(title)
    if not (paragraph.text or "").strip() and not len(paragraph):
        element.remove(paragraph)
    if title.text or len(title):
        element.insert(0, title)


def _move_first_line(paragraph: Element, target: Element) -> None:
    first, line_break, rest = (paragraph.text or "").partition("\n")
    add_text(target, first)
    paragraph.text = rest
    while not line_break and len(paragraph):
        child = paragraph[0]
        paragraph.remove(child)
        if child.tag == tree.BREAK:
            paragraph.text = (child.tail or "").lstrip("\n")
            return
        first, line_break, rest = (child.tail or "").partition("\n")
        child.tail = first
        target.append(child)
        paragraph.text = rest


def wrap_loose(element: Element) -> None:
    """Put bare text and inlines of a block into paragraphs (the content of a tight list item has none)."""
    if not (element.text or "").strip() and not any(
        child.tag in tree.INLINE or (child.tail or "").strip() for child in element
    ):
        return
    children = list(element)
    text = element.text or ""
    line = element.get(tree.LINE, "1")
    drop_content(element)
    current: Element | None = None
    if text.strip():
        current = SubElement(element, tree.PARAGRAPH, {tree.LINE: line})
        current.text = text.lstrip()
    for child in children:
        tail, child.tail = child.tail or "", None
        if child.tag in tree.INLINE:
            if current is None:
                current = SubElement(element, tree.PARAGRAPH, {tree.LINE: line})
            current.append(child)
        else:
            current = None
            element.append(child)
        if tail.strip() or (tail and current is not None):
            if current is None:
                current = SubElement(element, tree.PARAGRAPH, {tree.LINE: line})
                tail = tail.lstrip()
            add_text(current, tail)


_LIFTED: Final = frozenset({tree.CALLOUT, tree.TAB})


def add_tab(parent: Element, tab: Element) -> None:
    """Append a tab to the tabs that ``parent`` ends with, or to new ones."""
    before = parent[-1] if len(parent) else None
    if before is None or before.tag != tree.TABS or (before.tail or "").strip():
        before = SubElement(parent, tree.TABS, {tree.LINE: tab.get(tree.LINE, "1")})
    before.append(tab)


def lift_callouts(parent: Element, items: Element) -> None:
    """Replace a list, the last child of ``parent``, by the callouts and tabs in it and lists of what is between
    them."""
    if not any(child.tag in _LIFTED for child in items):
        return
    del parent[-1]
    current: Element | None = None
    for child in list(items):
        child.tail = None
        if child.tag in _LIFTED:
            current = None
            if child.tag == tree.TAB:
                add_tab(parent, child)
            else:
                parent.append(child)
        else:
            if current is None:
                current = SubElement(
                    parent, items.tag, {**items.attrib, tree.LINE: child.get(tree.LINE, "1")}
                )
            current.append(child)


# --- spans in spans --------------------------------------------------------------------------------------------


def nest_spans(root: Element) -> None:
    """Find ``[… [inner]{.b} …]{.a}``: a parser of links sees the inner one alone."""
    for parent in list(root.iter()):
        if parent.tag in {tree.CODE_BLOCK, tree.RAW_BLOCK, tree.CODE, tree.RAW, tree.MATH}:
            continue
        if any("]{" in (child.tail or "") for child in parent):
            _nest(parent)


def _nest(parent: Element) -> None:
    out: list[Element | str] = []
    # Brackets still open: where in `out` they stand, and how high the spans made behind them are.
    opened: list[tuple[int, int]] = []
    for piece in _pieces(parent):
        if not isinstance(piece, str):
            out.append(piece)
            continue
        position = 0
        for match in _BRACKETS.finditer(piece):
            if match.start() < position:
                continue
            out.append(piece[position : match.start()])
            position = match.end()
            if match[0] == "[":
                opened.append((len(out), 0))
                out.append("[")
                continue
            if not opened:
                out.append("]")
                continue
            start, height = opened.pop()
            group = BRACES.match(piece, position)
            attributes = parsed(group[0]) if group else None
            if group is None or attributes is None or height >= _HIGHEST:
                out.append("]")
            else:
                position = group.end()
                height += 1
                span = Element(tree.SPAN)
                put(span, attributes)
                _fill(span, out[start + 1 :])
                out[start:] = [span]
            if opened and height > opened[-1][1]:
                opened[-1] = (opened[-1][0], height)
        out.append(piece[position:])
    drop_content(parent)
    _fill(parent, out)
