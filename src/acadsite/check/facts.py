"""What stands on a finished page: ids, addresses, headings, pictures, and what the head says.

In: the HTML of one page, whatever made it: our templates, a site's own ones, or HTML in Markdown. Out: ``Facts``. Read
with the standard library's parser, which takes anything; nothing is judged here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_ADDRESSES: Final = {
    ("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"),
    ("video", "src"), ("audio", "src"), ("form", "action"), ("area", "href"),
}  # fmt: skip
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
#: What cameras, scanners and programs call a picture.
_FILE_NAME: Final = re.compile(
    r"[^\s/]+\.(?:avif|gif|heic|jpe?g|png|svg|tiff?|webp)|(?:img|dsc[nf]?|pict|screenshot)[-_ ]?[0-9]+",
    re.IGNORECASE,
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class Facts(HTMLParser):
    """Facts of one page, in the order of the page."""

    ids: dict[str, int] = field(default_factory=dict)
    #: Addresses with the tag that has them.
    addresses: list[tuple[str, str]] = field(default_factory=list)
    #: Level and words of each heading.
    headings: list[tuple[int, str]] = field(default_factory=list)
    pictures_without_alt: list[str] = field(default_factory=list)
    #: Pictures of the text that say nothing, figures that say what their captions do, and pictures that say the name
    #: of their file.
    silent: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    #: Addresses of links in which a reader who sees no pictures finds no words.
    wordless: list[str] = field(default_factory=list)
    #: Style sheets, scripts and pictures.
    loaded: list[str] = field(default_factory=list)
    #: ``<meta>``: name or property → contents.
    meta: dict[str, list[str]] = field(default_factory=dict)
    #: ``<link>``: relation → addresses.
    relations: dict[str, list[str]] = field(default_factory=dict)
    #: The texts of JSON-LD.
    data: list[str] = field(default_factory=list)
    title: str = ""
    _in_title: bool = False
    _in_data: bool = False
    #: Open elements, with whether each is a text of the content.
    _open: list[tuple[str, bool]] = field(default_factory=list)
    _shown: list[tuple[str, str]] = field(default_factory=list)
    _caption: str = ""
    #: How many elements were open where a caption began, and the label in it; 0 for none.
    _caption_at: int = 0
    _label_at: int = 0
    #: The same for what is hidden from those who hear the page.
    _hidden_at: int = 0
    #: The address of the link that is open, and its words; the level of the heading that is open.
    _link: str | None = None
    _words: str = ""
    _level: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] = self.ids.get(value, 0) + 1
            elif value is not None and (tag, name) in _ADDRESSES:
                self.addresses.append((tag, value))
        if tag == "a":
            self._link_begins(dict(attrs))
        elif tag == "img":
            self._picture(dict(attrs))
        elif tag in {"meta", "link", "script"}:
            self._head(tag, dict(attrs))
        elif tag in _HEADINGS:
            self._level = _HEADINGS[tag]
            self.headings.append((self._level, ""))
        self._in_title = tag == "title" and not self._is_in("svg")
        if tag not in _VOID:
            self._enter(tag, next((value or "" for name, value in attrs if name == "class"), ""))
            if not self._hidden_at and ("aria-hidden", "true") in attrs:
                self._hidden_at = len(self._open)

    handle_startendtag = handle_starttag

    def _is_in(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)

    def _enter(self, tag: str, classes: str) -> None:
        is_text = bool(self._open and self._open[-1][1]) or "prose" in classes.split()
        self._open.append((tag, is_text))
        if tag == "figure":
            self._shown = []
        elif tag == "figcaption":
            self._caption, self._caption_at = "", len(self._open)
        elif self._caption_at and classes == "label":
            self._label_at = len(self._open)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_data = False
        if tag == "a":
            self._link_ends()
        elif tag in _HEADINGS:
            self._level = 0
        if not self._is_in(tag):
            return
        while self._open.pop()[0] != tag:
            pass
        if len(self._open) < self._label_at:
            self._label_at = 0
        if len(self._open) < self._hidden_at:
            self._hidden_at = 0
        if self._caption_at and len(self._open) < self._caption_at:
            caption, self._caption_at = " ".join(self._caption.split()), 0
            self.repeated += (source for source, words in self._shown if words and words == caption)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._in_data:
            self.data[-1] += data
        elif self._caption_at and not self._label_at:
            self._caption += data
        if self._hidden_at:
            return
        if self._link is not None:
            self._words += data
        if self._level:
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)

    def _picture(self, given: dict[str, str | None]) -> None:
        source, alternative = given.get("src") or "", given.get("alt")
        if alternative is None:
            self.pictures_without_alt.append(source)
        elif not alternative and self._open and self._open[-1][1] and given.get("role") != "presentation":
            self.silent.append(source)
        elif _FILE_NAME.fullmatch(alternative.strip()):
            self.named.append(source)
        self._words += alternative or ""
        self._shown.append((source, " ".join((alternative or "").split())))
        self.loaded.append(source)

    def _head(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "meta":
            name = given.get("name") or given.get("property") or ""
            self.meta.setdefault(name, []).append(given.get("content") or "")
        elif tag == "script":
            self.loaded += filter(None, [given.get("src")])
            self._in_data = given.get("type") == "application/ld+json"
            self.data += [""] * self._in_data
        else:
            address = given.get("href") or ""
            for relation in (given.get("rel") or "").split():
                self.relations.setdefault(relation, []).append(address)
                if relation == "stylesheet":
                    self.loaded.append(address)

    def _link_begins(self, given: dict[str, str | None]) -> None:
        self._link_ends()
        is_said = given.get("aria-hidden") == "true" or given.get("aria-label") or given.get("title")
        self._link = None if is_said else given.get("href")
        self._words = ""

    def _link_ends(self) -> None:
        if self._link and not self._words.strip():
            self.wordless.append(self._link)
        self._link = None


def facts_of(html: str) -> Facts:
    """The facts of a page."""
    facts = Facts()
    facts.feed(html)
    facts.close()
    return facts
