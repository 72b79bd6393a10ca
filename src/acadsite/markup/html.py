"""The writer of HTML: a document's tree to the markup of a page's body.

In: a tree, a resolver of links, choices. Out: HTML, and what was met on the way (headings, addresses, ids,
problems). The tree is not changed. All text is escaped here, once; raw HTML is the business of ``raw``.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, Protocol
from xml.etree.ElementTree import Element

from acadsite.links import SITE_ROOT, percent_encoded, safe_image, safe_url
from acadsite.markup import html_scholarly as shown
from acadsite.markup import tree
from acadsite.markup.code import escaped, highlighted
from acadsite.markup.math import definitions, mathml
from acadsite.markup.raw import placeholder, sanitised, unknown_element, with_addresses
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from acadsite.markup.source import Source
    from acadsite.memo import Memo

Mode = Literal["trusted", "sanitize"]
Kind = Literal["link", "image", "wiki", "cite"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture: its address, its size in pixels (0: not known), and other files of it: their
    addresses with their widths, of the kind ``kind``, or where that is empty, of the kind of the first. ``sizes`` says
    how wide it is shown, ``dark`` is the one for dark pages."""

    url: str
    width: int = 0
    height: int = 0
    files: tuple[tuple[str, int], ...] = ()
    kind: str = ""
    sizes: str = ""
    dark: Picture | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link goes: ``url`` as it is to be written (``links.SITE_ROOT`` in front: from the root of the site),
    and what to show for a link that has no text of its own. ``picture`` is there where it leads to one."""

    url: str
    title: str | None = None
    picture: Picture | None = None


class Resolve(Protocol):
    """Says where a target leads.

    ``target`` is as the author wrote it: an address or path (``link``, ``image``), or a key (``wiki``, ``cite``).
    None leaves an address as it is, and says of a key that there is no such thing. A resolver that wants to
    complain of an address does so itself; ``place`` is where it stands.
    """

    def __call__(self, target: str, kind: Kind, place: Span) -> Link | None:
        """The link, or None."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the writer itself says on a page, to be given in the language of the page."""

    permalink: str = "Link to this section"
    footnotes: str = "Footnotes"
    back: str = "Back to the text"
    table: str = "Table"
    callouts: tuple[tuple[str, str], ...] = ()  #: kind and its title; others show their kind, capitalised
    proof: str = "Proof"
    tabs: str = "Variants"
    citation: str = "Back to citation"
    diagram: str = "Text of the diagram"
    references: tuple[tuple[str, str], ...] = tuple(tree.CROSS_REFERENCES.items())


_GLOBAL: Final = frozenset({"title", "lang", "dir", "translate", "hidden", "role"})
_OWN: Final = {
    tree.LINK: frozenset({"target", "rel", "download", "hreflang", "type"}),
    tree.IMAGE: frozenset({"decoding", "fetchpriority", "loading", "usemap"}),
    tree.NUMBERS: frozenset({"start", "type", "reversed"}),
}
_NAME: Final = re.compile(r"[a-z][a-z0-9_.\-]*")
#: Characters of TeX; shorter formulas fit on a phone.
_WIDE_FORMULA: Final = 48
_PIXELS: Final = re.compile(r"([0-9]{1,5})(?:px)?")
_SIZE: Final = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,4})?(?:%|em|rem|ex|ch|vw|vh|cm|mm|in|pt|pc)")
#: Files that are played, not shown, by the end of their names.
_RECORDINGS: Final = dict.fromkeys((".mp4", ".m4v", ".webm", ".ogv"), "video") | dict.fromkeys(
    (".mp3", ".m4a", ".ogg", ".oga", ".wav", ".flac"), "audio"
)
#: Films that only some programs play.
_FOREIGN_FILMS: Final = frozenset({".mov", ".avi", ".mkv", ".wmv", ".mpg", ".mpeg", ".flv"})
#: How wide pictures of galleries are shown, as ``sizes`` of HTML.
_IN_GALLERY: Final = "(min-width: 30rem) 20rem, 100vw"
_ON_DARK: Final = "screen and (prefers-color-scheme: dark)"
_LINKS_AND_IDS: Final = re.compile(r'</?a\b[^>]*>|<sup class="footnote-ref">.*?</sup>| id="[^"]*"')


@dataclass(slots=True)
class Writer:
    """Writes one document. ``write`` gives the HTML; the lists hold what was met, in document order."""

    source: Source
    resolve: Resolve | None = None
    mode: Mode = "trusted"
    shift: int = 0
    highlight: bool = True
    permalinks: bool = True
    drop_title: bool = False
    id_prefix: str = ""
    preamble: str = ""
    words: Words = field(default_factory=Words)
    close_gaps: bool = True  #: no heading two levels below the one it hangs on
    memo: Memo | None = None

    problems: list[Problem] = field(default_factory=list)
    headings: list[tuple[int, str, str, str]] = field(
        default_factory=list
    )  #: level, id, plain title, HTML title
    links: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)

    _parts: list[str] = field(default_factory=list)
    _kept: list[str] = field(default_factory=list)
    _notes: dict[str, Element] = field(default_factory=dict)
    _called: list[tuple[Element, int]] = field(default_factory=list)  #: notes in order, with the times called
    _numbers: dict[str, int] = field(default_factory=dict)
    _targets: dict[str, Element] | None = None
    _root: Element | None = None
    _sanitise: bool = False
    _line: int = 0
    _quoted: int = 0
    _tables: int = 0
    _groups: int = 0
    _in_heading: bool = False
    _above: list[tuple[int, int]] = field(default_factory=list)  #: levels as written and as on the page

    def write(self, root: Element) -> str:
        """The HTML of the whole tree."""
        self._root = root
        self._line = self.source.first_line
        notes = root.find(tree.NOTES)
        if notes is not None:
            self._notes = {note.get(tree.KEY, ""): note for note in notes}
        self._sanitise = self.mode == "sanitize" and any(
            element.tag in {tree.RAW, tree.RAW_BLOCK} for element in root.iter()
        )
        children = list(root)
        if (
            self.drop_title
            and children
            and children[0].tag == tree.HEADING
            and children[0].get(tree.LEVEL) == "1"
        ):
            title = children[0]
            self._anchor(title.get("id", ""))
            if title.tail:
                self._out(escaped(title.tail))
            del children[0]
        elif root.text:
            self._out(escaped(root.text))
        for child in children:
            _HANDLERS[child.tag](self, child)
            if child.tail:
                self._out(escaped(child.tail))
        self._endnotes()
        out = "".join(self._parts)
        if self._sanitise:
            out = sanitised(out, self._kept)
        return out

    def part(self, element: Element, root: Element, skip: Collection[Element] = ()) -> str:
        """The HTML of what is in ``element``, a part of ``root`` with footnotes of its own, without ``skip``. Numbers,
        definitions and levels go on from part to part."""
        self._root, self._parts = root, []
        self._line = int(element.get(tree.LINE) or self._line)
        self._sanitise = self.mode == "sanitize"
        called = len(self._called)
        for child in element:
            if child not in skip:
                _HANDLERS[child.tag](self, child)
        self._endnotes(called)
        out = "".join(self._parts)
        return sanitised(out, self._kept) if self._sanitise else out

    def take_notes(self, element: Element) -> None:
        """Take the footnotes of a part, instead of those of the part before."""
        self._notes = {note.get(tree.KEY, ""): note for note in element.findall(f"{tree.NOTES}/{tree.NOTE}")}
        self._numbers = {}

    def inline(self, element: Element) -> str:
        """The content of a heading or the like, without links, ids and notes."""
        problems = len(self.problems)
        links = len(self.links)
        self._in_heading = True
        content = _LINKS_AND_IDS.sub("", self._captured(self._content, element)).strip()
        self._in_heading = False
        del self.problems[problems:], self.links[links:]  # told when it was written the first time
        return sanitised(content, self._kept) if self._sanitise else content

    # --- tools -------------------------------------------------------------------------------------------------

    def _out(self, text: str) -> None:
        self._parts.append(text)

    def _keep(self, text: str) -> None:
        """Write our own HTML that the sanitiser would not let through."""
        if self._sanitise:
            self._kept.append(text)
            text = placeholder(len(self._kept) - 1)
        self._parts.append(text)

    def element(self, element: Element) -> None:
        """Write one element, without its tail."""
        _HANDLERS[element.tag](self, element)

    def _content(self, element: Element) -> None:
        parts = self._parts
        text = element.text
        if text:
            parts.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        for child in element:
            _HANDLERS[child.tag](self, child)
            text = child.tail
            if text:
                parts.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def _captured(self, write: Callable[[Element], None], element: Element) -> str:
        """What ``write(element)`` writes, instead of writing it."""
        parts, self._parts = self._parts, []
        try:
            write(element)
            return "".join(self._parts)
        finally:
            self._parts = parts

    def _place(self, element: Element, inner: int = 0) -> Span:
        """Where an element stands, ``inner`` bytes further in; the line of its block when that is all we know."""
        at = element.get(tree.AT)
        if at is not None:
            return self.source.span(int(at) + inner)
        return self.source.line_span(int(element.get(tree.LINE, self._line)))

    def _problem(self, code: str, message: str, place: Span, hint: str = "") -> None:
        self.problems.append(warning(code, message, place, hint))

    def _anchor(self, name: str) -> str:
        """The attribute ``id`` for a name."""
        if not name:
            return ""
        name = self.id_prefix + name
        self.anchors.append(name)
        return f' id="{html.escape(name)}"'

    def _attributes(self, element: Element, classes: str = "") -> str:
        """The attributes a person gave an element, with our own classes."""
        attrib = element.attrib
        if not classes and (not attrib or (len(attrib) == 1 and tree.LINE in attrib)):
            return ""
        out = ""
        own = _OWN.get(element.tag, frozenset())
        for name, value in attrib.items():
            if name == "id":
                out += self._anchor(value)
            elif name == "class":
                classes = f"{classes} {value}" if classes else value
            elif name in tree.INTERNAL:
                continue
            elif name.startswith("on") or (name == "style" and self.mode != "trusted"):
                self._problem(
                    "markup-unsafe-attribute",
                    f"the attribute {quote(name)} is left out",
                    self._place(element),
                    "Attributes may not run scripts." if name != "style" else "Give it a class instead.",
                )
            elif name in _GLOBAL or name in own or name == "style" or name.startswith(("aria-", "data-")):
                if _NAME.fullmatch(name):
                    out += f' {name}="{html.escape(value)}"'
            elif _NAME.fullmatch(name) and name not in {"width", "height"}:
                out += f' data-{name}="{html.escape(value)}"'
        if classes:
            out = f' class="{html.escape(classes)}"{out}'
        return out

    # --- plain elements ----------------------------------------------------------------------------------------

    def _nothing(self, element: Element) -> None:
        """Written elsewhere."""

    def _paragraph(self, element: Element) -> None:
        self._line = int(element.get(tree.LINE) or self._line)
        self._parts.append(f"<p{self._attributes(element)}>")
        self._content(element)
        self._parts.append("</p>\n")

    def _simple(self, element: Element) -> None:
        tag = element.tag
        self._parts.append(f"<{tag}{self._attributes(element)}>" if element.attrib else f"<{tag}>")
        self._content(element)
        self._parts.append(f"</{tag}>")

    def _line_of(self, element: Element) -> None:
        self._line = int(element.get(tree.LINE) or self._line)

    def _block(self, element: Element) -> None:
        self._line_of(element)
        tag = element.tag
        self._out(f"<{tag}{self._attributes(element)}>" + ("" if tag == tree.DEFINITION else "\n"))
        self._content(element)
        self._out(f"</{tag}>\n")

    def _line_element(self, element: Element) -> None:
        self._line_of(element)
        tag = element.tag
        self._out(f"<{tag}{self._attributes(element)}>")
        self._content(element)
        self._out(f"</{tag}>\n")

    def _quote(self, element: Element) -> None:
        self._quoted += 1
        self._block(element)
        self._quoted -= 1

    def _rule(self, element: Element) -> None:
        self._out(f"<hr{self._attributes(element)}>\n")

    def _break(self, element: Element) -> None:
        self._out(f"<br{self._attributes(element)}>\n")

    def _heading(self, element: Element) -> None:
        self._line_of(element)
        level = self._level(int(element.get(tree.LEVEL, "1")))
        attributes = self._attributes(element)
        self._in_heading = True
        content = self._captured(self._content, element)
        self._in_heading = False
        if number := element.get(tree.NUMBER):
            content = f'<span class="section-number">{escaped(number)}</span> {content}'
        name = element.get("id", "")
        self._out(f"<h{level}{attributes}>{content}")
        if name:
            if not self._quoted and "unlisted" not in element.get("class", "").split():
                title = " ".join(text_of(element).split())
                shown = _LINKS_AND_IDS.sub("", content) if "<" in content else content
                self.headings.append((level, self.id_prefix + name, title, shown.strip()))
            if self.permalinks:
                self._keep(
                    f' <a class="anchor" href="#{percent_encoded(self.id_prefix + name)}"'
                    f' aria-label="{html.escape(self.words.permalink)}"><span aria-hidden="true">#</span></a>'
                )
        self._out(f"</h{level}>\n")

    def _level(self, level: int) -> int:
        """The level on the page: shifted, and never two below the heading it hangs on (readers that go from
        heading to heading would look for what is between). The page's own title is level 1."""
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        above = self._above[-1][1] if self._above else 1
        out = max(1, min(6, level + self.shift))
        if self.close_gaps:
            out = min(out, above + 1)
        self._above.append((level, out))
        return out

    def _items(self, element: Element) -> None:
        self._line_of(element)
        tasks = any(tree.CHECKED in child.attrib for child in element)
        tag = element.tag
        self._out(f"<{tag}{self._attributes(element, 'task-list' if tasks else '')}>\n")
        for child in element:
            _HANDLERS[child.tag](self, child)
        self._out(f"</{tag}>\n")

    def _item(self, element: Element) -> None:
        self._line_of(element)
        checked = element.get(tree.CHECKED)
        self._out(f"<li{self._attributes(element)}>")
        if checked is not None:
            box = f'<input type="checkbox" disabled{" checked" if checked == "yes" else ""}>'
            self._task(element, box)
        else:
            if len(element) and not (element.text or "").strip() and element[0].tag not in tree.INLINE:
                self._out("\n")
            self._content(element)
        self._out("</li>\n")

    def _task(self, element: Element, box: str) -> None:
        """A task: the box and the text beside it in one label, what comes below outside of it."""
        target = element
        if not (element.text or "").strip() and len(element) and element[0].tag == tree.PARAGRAPH:
            target = element[0]
            self._out("<p>")
        self._keep(f"<label>{box} ")
        if target.text:
            self._out(escaped(target.text))
        inside = True
        for child in target:
            if inside and child.tag not in tree.INLINE:
                self._keep("</label>")
                inside = False
            _HANDLERS[child.tag](self, child)
            if child.tail:
                self._out(escaped(child.tail))
        if inside:
            self._keep("</label>")
        if target is not element:
            self._out("</p>\n")
            for child in element[1:]:
                _HANDLERS[child.tag](self, child)
                if child.tail:
                    self._out(escaped(child.tail))

    # --- callouts, code, raw HTML ------------------------------------------------------------------------------

    def _callout(self, element: Element) -> None:
        self._line_of(element)
        kind = element.get(tree.KIND, "note")
        name = re.sub(r"[^a-z0-9-]", "", kind) or "note"
        title = element.find(tree.TITLE)
        collapse = element.get("collapse")
        classes = f"callout callout-{name}"
        attributes = self._attributes_without(element, classes, {"collapse", "appearance", "icon"})
        opening = "<details" if collapse else '<div role="note"'
        if collapse == "false":
            opening += " open"
        self._out(f"{opening}{attributes}>\n")
        tag = "summary" if collapse else "p"
        if title is None or title.text or len(title):
            self._out(f'<{tag} class="callout-title">')
            if title is not None:
                self._content(title)
            else:
                self._out(escaped(dict(self.words.callouts).get(kind, kind.capitalize())))
            self._out(f"</{tag}>\n")
        self._quoted += 1
        for child in element:
            if child is not title:
                _HANDLERS[child.tag](self, child)
                if child.tail:
                    self._out(escaped(child.tail))
        self._quoted -= 1
        self._out("</details>\n" if collapse else "</div>\n")

    def _attributes_without(self, element: Element, classes: str, names: set[str]) -> str:
        kept = {name: value for name, value in element.attrib.items() if name not in names}
        copy = element.makeelement(element.tag, kept)
        return self._attributes(copy, classes)

    def _code_block(self, element: Element) -> None:
        self._line_of(element)
        code, language = element.text or "", element.get(tree.LANGUAGE, "")
        if element.get(tree.DRAWN):
            from acadsite.markup.html_diagrams import diagram  # most sites have none

            if diagram(self, element):
                return
        if language == "math":  # as on GitHub
            formula = Element(tree.MATH, {**element.attrib, tree.DISPLAY: "block"})
            formula.attrib.pop(tree.LANGUAGE)
            formula.text = code
            self._out("<p>")
            self._math(formula)
            self._out("</p>\n")
            return
        if self.highlight and language:
            result = highlighted(code, language, self.memo)
            inner = result.html
            if not result.in_time:
                self._problem(
                    "markup-code-timeout",
                    f"this {language} code takes too long to colour and is shown plain",
                    self._place(element),
                )
        else:
            inner = escaped(code)
        if not {tree.MARKED, tree.LINE_NUMBERS, tree.NOTED}.isdisjoint(element.attrib):
            inner = shown.code_lines(inner, element)
        name = element.get("filename")
        attributes = (
            self._attributes(element) if name is None else self._attributes_without(element, "", {"filename"})
        )
        tag = f' class="language-{html.escape(language)}"' if language else ""
        block = f'<pre tabindex="0"{attributes}><code{tag}>{inner}</code></pre>\n'
        if name:
            block = f'<div class="code">\n<p class="code-title">{escaped(name)}</p>\n{block}</div>\n'
        self._keep(block)

    def _raw(self, element: Element) -> None:
        text = element.text or ""
        self._line_of(element)
        at = element.get(tree.AT)
        line = self.source.line(int(at)) if at is not None else int(element.get(tree.LINE, self._line))

        def place(offset: int) -> Span:
            return self.source.line_span(line + text.count("\n", 0, offset))

        def resolve(address: str, kind: Literal["link", "image"], offset: int) -> str | None:
            return self._address(address, kind, place(offset))

        def refuse(address: str, offset: int) -> None:
            self._refused(address, place(offset))

        if element.tag == tree.RAW and unknown_element(text):
            self._problem(
                "markup-unknown-element",
                f"{quote(text)} is no element of HTML and will not be seen",
                self._place(element),
                "Write it as code, or with a backslash before the <.",
            )
        self._out(with_addresses(text, resolve, refuse))

    # --- links and images --------------------------------------------------------------------------------------

    def _refused(self, address: str, place: Span) -> None:
        self._problem(
            "markup-unsafe-link",
            f"the address {quote(address)} is not allowed in a link and was left out",
            place,
            "Links may not run scripts, carry data or point at files of this computer.",
        )

    def _address(self, target: str, kind: Literal["link", "image"], place: Span) -> str | None:
        """The address to write for ``target``, not yet escaped; None when it is refused."""
        return self._target(target, kind, place)[0]

    def _target(
        self, target: str, kind: Literal["link", "image"], place: Span
    ) -> tuple[str | None, Link | None]:
        """The same, and what the resolver knows of it."""
        if target.startswith(SITE_ROOT):  # no text can hold this: a pass wrote the address
            return self._checked(target, place), None
        safe = safe_image(target) if kind == "image" else safe_url(target)
        if safe is None:
            self._refused(target, place)
            return None, None
        if self.resolve is not None:
            found = self.resolve(safe, kind, place)
            if found is not None:
                return self._checked(found.url, place), found
        if self.id_prefix and safe.startswith("#") and len(safe) > 1:
            safe = f"#{self.id_prefix}{safe[1:]}"
        self.links.append(safe)
        return safe, None

    def _hint(self, key: str, kind: Kind) -> str:
        """What the resolver has to say about a key that it does not know; resolvers need not have a say."""
        asked = getattr(self.resolve, "hint", None)
        return str(asked(key, kind)) if asked is not None else ""

    def _checked(self, url: str, place: Span) -> str | None:
        """An address that a resolver gave (it may come from a record)."""
        root = SITE_ROOT if url.startswith(SITE_ROOT) else ""
        safe = safe_url(url[len(root) :])
        if safe is None:
            self._refused(url, place)
            return None
        self.links.append(root + safe)
        return root + safe

    def _link(self, element: Element) -> None:
        url = self._address(element.get("href", ""), "link", self._place(element))
        if url is None:
            self._content(element)
            return
        attributes = self._attributes(element)
        if element.get("target") == "_blank" and "rel" not in element.attrib:
            attributes += ' rel="noopener"'
        self._out(f'<a href="{html.escape(percent_encoded(url))}"{attributes}>')
        self._content(element)
        self._out("</a>")

    def _image(self, element: Element) -> None:
        place = self._place(element)
        url, link = self._target(element.get("src", ""), "image", place)
        alternative = element.get("alt", "")
        if url is None:
            self._out(escaped(alternative))
            return
        if kind := recording(url):
            self._recorded(element, kind, url, alternative)
            return
        ending = posixpath.splitext(url)[1].lower()
        if ending in _FOREIGN_FILMS or ending == ".pdf":
            name = quote(element.get("src", ""))
            message = f"browsers do not play films such as {name}, so it is a link"
            hint = "Save it as MP4 (H.264)."
            if ending == ".pdf":
                message = f"browsers do not show a PDF such as {name} as a picture, so it is a link"
                hint = "Save the picture as SVG, or write a link: [text](file.pdf)."
            self._problem("image-unusable", message, place, hint)
            self._out(f'<a href="{html.escape(percent_encoded(url))}">{escaped(alternative or url)}</a>')
            return
        picture = link.picture if link else None
        large = _large(url, picture) if alternative and element.get(tree.LARGE) else ""
        if large and picture:
            picture = replace(picture, sizes=_IN_GALLERY)
        dark = picture.dark if picture else None
        if given := element.get("dark"):
            address, other = self._target(given, "image", place)
            dark = (other.picture if other else None) or (Picture(address) if address else None)
        attributes = self._attributes(element) + self._size(element, picture)
        if "loading" not in element.attrib:
            attributes += ' loading="lazy"'
        source = url if url.startswith("data:") else percent_encoded(url)
        sources = _sources(dark, picture, _ON_DARK, is_last=True) if dark else ""
        if picture and picture.kind:
            sources += _sources(picture, None, "")
        elif picture and picture.files:
            attributes = (
                f' srcset="{_srcset(picture.files)}" sizes="{html.escape(picture.sizes)}"{attributes}'
            )
        image = f'<img src="{html.escape(source)}" alt="{html.escape(alternative)}"{attributes}>'
        image = f"<picture>{sources}{image}</picture>" if sources else image
        self._out(f'<a href="{html.escape(percent_encoded(large))}">{image}</a>' if large else image)

    def _recorded(self, element: Element, kind: str, url: str, alternative: str) -> None:
        """A film or a recording, with the browser's own controls; nothing of it is loaded before somebody asks."""
        attributes = self._attributes_without(element, "", {"poster"})
        if kind == "video":
            attributes += self._size(element, None)
            given = element.get("poster")
            poster = self._target(given, "image", self._place(element))[0] if given else None
            attributes += f' poster="{html.escape(percent_encoded(poster))}"' if poster else ""
        attributes += f' aria-label="{html.escape(alternative)}"' if alternative else ""
        source = html.escape(percent_encoded(url))
        words = escaped(alternative or posixpath.basename(url))
        self._out(
            f'<{kind} src="{source}"{attributes} controls preload="metadata"><a href="{source}">{words}</a></{kind}>'
        )

    def _size(self, element: Element, picture: Picture | None) -> str:
        """Width and height as the author has them, else those of the picture: where they are known, nothing moves when
        it comes."""
        given = {name: (element.get(name) or "").strip() for name in ("width", "height")}
        attributes = style = ""
        pixels = {name: found[1] for name, value in given.items() if (found := _PIXELS.fullmatch(value))}
        if picture and picture.width and picture.height:
            if not pixels:
                pixels = {"width": str(picture.width), "height": str(picture.height)}
            elif len(pixels) == 1 and not (given["width"] and given["height"]):
                width = int(pixels.get("width", 0)) or round(
                    int(pixels["height"]) * picture.width / picture.height
                )
                height = int(pixels.get("height", 0)) or round(width * picture.height / picture.width)
                pixels = {"width": str(width), "height": str(height)}
        for name, value in given.items():
            if name in pixels:
                attributes += f' {name}="{pixels[name]}"'
            if _SIZE.fullmatch(value):
                style += f"{name}:{value};"
        if style and "style" not in element.attrib:
            attributes += f' style="{style}"'
        return attributes

    def _wiki_link(self, element: Element) -> None:
        key = element.get(tree.KEY, "")
        place = self._place(element)
        found = self.resolve(key, "wiki", place) if self.resolve is not None else None
        url = self._checked(found.url, place) if found is not None else None
        if found is None or url is None:
            if self.resolve is not None and found is None:
                hint = self._hint(key, "wiki")
                self._problem(
                    "markup-unknown-key", f"there is nothing with the key {quote(key)}", place, hint
                )
            self._out(escaped(element.text or key))
            return
        self._out(f'<a class="wiki" href="{html.escape(percent_encoded(url))}">')
        self._out(escaped(element.text or found.title or key))
        self._out("</a>")

    # --- formulas ----------------------------------------------------------------------------------------------

    def _math(self, element: Element) -> None:
        tex = element.text or ""
        if element.get(tree.DISPLAY) == "none":
            self.preamble += definitions(tex)
            return
        display = element.get(tree.DISPLAY) == "block"
        bare = shown.bare_tex(element, tex) if display else tex
        formula = mathml(bare, display, self.preamble)
        if formula.mathml is None:
            if bare != tex:
                formula = mathml(
                    tex, display, self.preamble
                )  # the place of the fault is one in what was written
            fault = formula.fault
            self._math_problem(element, tex, fault.message if fault else "", fault.offset if fault else 0)
            classes = "math math-block" if display else "math"
            self._out(f"<code{self._attributes(element, classes)}>{escaped(tex.strip())}</code>")
            return
        self.preamble += definitions(tex)
        if display and formula.mathml:
            # A wide formula scrolls on a narrow screen, and what scrolls must be reachable by keyboard.
            focus = ' tabindex="0"' if len(tex) > _WIDE_FORMULA else ""
            if tree.NUMBER in element.attrib:
                shown.numbered_formula(self, element, formula.mathml, focus)
                return
            if len(element) and shown.has_rows(element):
                shown.formula_rows(self, element, formula.mathml, focus)
                return
            self._keep(f"<span{self._attributes(element, 'math-block')}{focus}>{formula.mathml}</span>")
        elif attributes := self._attributes(element):
            self._keep(f"<span{attributes}>{formula.mathml}</span>")
        else:
            self._keep(formula.mathml)

    def _math_problem(self, element: Element, tex: str, message: str, offset: int) -> None:
        at = element.get(tree.AT)
        place = self._place(element)
        if at is not None:
            start = int(at)
            encoded = tex.encode()
            inner = self.source.data.find(encoded, start, start + len(encoded) + 4)
            if inner >= 0:
                place = self.source.span(inner + len(tex[:offset].encode()))
        self._problem(
            "markup-math",
            f"this formula is shown as TeX: {message or 'it cannot be read'}",
            place,
        )

    def _macros(self, element: Element) -> None:
        """Definitions show nothing; they hold for the formulas behind them."""
        for formula in element:
            self._math(formula)

    # --- notes -------------------------------------------------------------------------------------------------

    def _note_reference(self, element: Element) -> None:
        key = element.get(tree.KEY, "")
        note = self._notes.get(key)
        if note is None:
            self._out(escaped(f"[^{key}]"))
            return
        number = self._numbers.get(key)
        if number is None:
            self._called.append((note, 0))
            number = self._numbers[key] = len(self._called)
        note, times = self._called[number - 1]
        self._called[number - 1] = (note, times + 1)
        self._write_reference(number, times)

    def _inline_note(self, element: Element) -> None:
        self._called.append((element, 1))
        self._write_reference(len(self._called), 0)

    def _write_reference(self, number: int, times: int) -> None:
        prefix = self.id_prefix
        again = f"-{times + 1}" if times else ""
        self._keep(
            f'<sup class="footnote-ref"><a href="#{prefix}fn-{number}" id="{prefix}fnref-{number}{again}"'
            f' role="doc-noteref">{number}</a></sup>'
        )

    def _endnotes(self, first: int = 0) -> None:
        """The notes that were called, in that order, but for the ``first`` that stand elsewhere; a note may call others
        while it is written."""
        if len(self._called) == first:
            return
        prefix = self.id_prefix
        start = f' start="{first + 1}"' if first else ""
        self._keep(
            f'<div class="footnotes" role="doc-endnotes" aria-label="{html.escape(self.words.footnotes)}">\n'
            f"<ol{start}>\n"
        )
        index = first
        while index < len(self._called):
            note = self._called[index][0]
            number = index + 1
            index += 1
            self._out(f'<li id="{prefix}fn-{number}">')
            if note.tag == tree.INLINE_NOTE:
                content = "<p>" + self._captured(self._content, note) + "</p>\n"
            else:
                content = self._captured(self._content, note)
            times = self._called[number - 1][1]
            backs = "".join(
                f' <a class="footnote-back" href="#{prefix}fnref-{number}{f"-{count + 1}" if count else ""}"'
                f' role="doc-backlink" aria-label="{html.escape(self.words.back)}">↩</a>'
                for count in range(min(times, 20))
            )
            head, closing, rest = content.rpartition("</p>")
            if closing and not rest.strip():
                self._out(head)
                self._keep(backs)
                self._out(closing + rest)
            else:
                self._out(content)
                self._keep(f"<p>{backs.strip()}</p>")
            self._out("</li>\n")
        self._keep("</ol>\n</div>\n")

    # --- citations and references: what is shown until the passes for them have run ----------------------------

    def _citations(self, element: Element) -> None:
        if element.get(tree.PREPARED):
            shown.citations(self, element)
            return
        bracket = element.get(tree.FORM) == "bracket"
        if not bracket and self.resolve is None:
            for child in element:  # perhaps no citation at all, but somebody's name
                _HANDLERS[child.tag](self, child)
            return
        self._out('<span class="citation">' + ("[" if bracket else ""))
        for index, child in enumerate(element):
            if index:
                self._out("; ")
            _HANDLERS[child.tag](self, child)
        self._out(("]" if bracket else "") + "</span>")

    def _around(self, element: Element, write: Callable[[], None]) -> None:
        prefix, suffix = element.find(tree.PREFIX), element.find(tree.SUFFIX)
        if prefix is not None:
            self._content(prefix)
            self._out(" ")
        write()
        if suffix is not None:
            start = (suffix.text or " ")[:1]
            self._out("" if start in ",;:" else " ")
            self._content(suffix)

    def _cite(self, element: Element) -> None:
        key = element.get(tree.KEY, "")
        place = self._place(element)
        found = self.resolve(key, "cite", place) if self.resolve is not None else None
        url = self._checked(found.url, place) if found is not None else None
        if self.resolve is not None and found is None:
            self._problem(
                "markup-unknown-citation",
                f"there is no publication with the key {quote(key)}",
                place,
                self._hint(key, "cite") or f"Write \\@{key} when it is not meant as a citation.",
            )

        def write() -> None:
            if found is None or url is None:
                self._out(escaped(f"@{key}"))
            else:
                self._out(f'<a href="{html.escape(percent_encoded(url))}">{escaped(found.title or key)}</a>')

        self._around(element, write)

    def _cross_reference(self, element: Element) -> None:
        if tree.SHOWN in element.attrib:
            shown.cross_reference(self, element)
            return
        key = element.get(tree.KEY, "")
        if self._targets is None:
            self._targets = {}
            for other in self._root.iter() if self._root is not None else ():
                if name := other.get("id"):
                    self._targets.setdefault(name, other)
        target = self._targets.get(key)
        if target is None:
            self._problem(
                "markup-unknown-reference",
                f"nothing here has the id {quote(key)}",
                self._place(element),
                f"Give it one with {{#{key}}}.",
            )

        def write() -> None:
            if target is None:
                self._out(escaped(f"@{key}"))
                return
            word = dict(self.words.references).get(key.split("-", 1)[0], key)
            text = " ".join(text_of(target).split()) if target.tag == tree.HEADING else word
            self._out(
                f'<a class="cross-reference" href="#{html.escape(percent_encoded(self.id_prefix + key))}">'
                f"{escaped(text)}</a>"
            )

        self._around(element, write)


def recording(url: str) -> str:
    """Which element plays the file at an address: video or audio; empty for any other."""
    return _RECORDINGS.get(posixpath.splitext(url.partition("?")[0].partition("#")[0])[1].lower(), "")


def _large(url: str, picture: Picture | None) -> str:
    """The address of the largest file of a picture of dots; empty for one that has no size of its own."""
    if posixpath.splitext(url.partition("?")[0])[1].lower() in {".svg", ""} or url.startswith("data:"):
        return ""
    files = ((picture.url, picture.width), *picture.files) if picture and picture.files else ((url, 0),)
    return max(files, key=lambda file: file[1])[0]


def _sources(picture: Picture, like: Picture | None, media: str, *, is_last: bool = False) -> str:
    """The files of a picture that browsers may take in place of its first one; ``is_last``: that one as well. Its size
    is told where it differs from that of the picture that it stands for."""
    about = f' media="{media}"' if media else ""
    if picture.width and like is not None and (picture.width, picture.height) != (like.width, like.height):
        about += f' width="{picture.width}" height="{picture.height}"'
    out = ""
    if picture.files:
        kind = f' type="{picture.kind}"' if picture.kind else ""
        sizes = f' sizes="{html.escape(picture.sizes)}"'
        out += f'<source{about}{kind} srcset="{_srcset(picture.files)}"{sizes}>'
    if is_last and (picture.kind or not picture.files):
        out += f'<source{about} srcset="{_set_address(picture.url)}">'
    return out


def _srcset(files: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{_set_address(url)} {width}w" for url, width in files)


def _set_address(url: str) -> str:
    """An address in a list of them, where commas and blanks part them."""
    return html.escape(percent_encoded(url).replace(",", "%2C"))


_HANDLERS: Final[Mapping[str, Callable[[Writer, Element], None]]] = {
    tree.PARAGRAPH: Writer._paragraph,
    **dict.fromkeys([tree.EMPHASIS, tree.STRONG, tree.DELETED, tree.CODE, tree.SPAN], Writer._simple),
    **dict.fromkeys([tree.SUBSCRIPT, tree.SUPERSCRIPT], Writer._simple),
    tree.HEADING: Writer._heading,
    tree.QUOTE: Writer._quote,
    tree.BULLETS: Writer._items,
    tree.NUMBERS: Writer._items,
    tree.ITEM: Writer._item,
    **dict.fromkeys([tree.DEFINITIONS, tree.DEFINITION], Writer._block),
    tree.DIV: shown.div,
    tree.FIGURE: shown.figure,
    tree.LISTING: shown.listing,
    tree.THEOREM: shown.theorem,
    tree.ALGORITHM: shown.algorithm,
    tree.STEPS: shown.steps,
    tree.TABS: shown.tabs,
    tree.LINE_BLOCK: shown.line_block,
    tree.MACROS: Writer._macros,
    tree.BIBLIOGRAPHY: shown.bibliography,
    **dict.fromkeys([tree.TERM, tree.FIGURE_CAPTION, tree.TITLE], Writer._line_element),
    tree.CODE_BLOCK: Writer._code_block,
    tree.RULE: Writer._rule,
    tree.TABLE: shown.table,
    tree.CALLOUT: Writer._callout,
    tree.RAW_BLOCK: Writer._raw,
    tree.RAW: Writer._raw,
    tree.NOTES: Writer._nothing,
    tree.SPEAKER_NOTES: Writer._nothing,
    tree.LINK: Writer._link,
    tree.IMAGE: Writer._image,
    tree.BREAK: Writer._break,
    tree.MATH: Writer._math,
    tree.NOTE_REFERENCE: Writer._note_reference,
    tree.INLINE_NOTE: Writer._inline_note,
    tree.WIKI_LINK: Writer._wiki_link,
    tree.CITATIONS: Writer._citations,
    tree.CITE: Writer._cite,
    tree.CROSS_REFERENCE: Writer._cross_reference,
}
