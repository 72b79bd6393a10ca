"""Liquid in the texts of a Jekyll site: what it says, and what is left of it as it is written.

In: a text and what it may refer to. Out: the text with known tags converted; every other tag is a problem with its line
and stays visible, as code, so that nothing of it runs and nothing of it is lost.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.importers.jekyll.fences import fences
from acadsite.importers.jekyll.tags import PLAIN, arguments, filtered, included, plain_words, split
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: How far a search goes for what a tag belongs to.
_FAR: Final = 4000
_QUOTED: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*\Z""")
_NAME: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Known:
    """What texts may refer to. ``addresses``: source path, or the name of a post, → address; ``lists``: name of a
    collection → title and address of our list of it; ``settings`` and ``page`` give a scalar by its dotted name.
    ``here`` is the address of the page, ``path`` its source: relative links start there."""

    addresses: Mapping[str, str]
    lists: Mapping[str, tuple[str, str]]
    settings: Callable[[str], str | None]
    page: Callable[[str], str | None]
    base: str = ""
    url: str = ""
    here: str = "/"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """``{% … %}`` or ``{{ … }}``: where it stands, and what is in it."""

    start: int
    end: int
    is_output: bool
    inner: str

    @property
    def name(self) -> str:
        return self.inner.split(None, 1)[0] if self.inner and not self.is_output else ""

    @property
    def rest(self) -> str:
        parts = self.inner.split(None, 1)
        return parts[1].strip() if len(parts) > 1 else ""


def tags(text: str) -> list[Tag]:
    """All tags in order; one that is not closed is text. In time linear in the text."""
    found = []
    at = 0
    closers = {"{%": "%}", "{{": "}}"}
    gone: set[str] = set()
    for match in re.finditer(r"\{[%{]", text):
        if match.start() < at or match[0] in gone:
            continue
        end = text.find(closers[match[0]], match.end())
        if end < 0:
            gone.add(match[0])
            continue
        inner = text[match.end() : end].strip().strip("-").strip()
        at = end + 2
        found.append(Tag(match.start(), at, match[0] == "{{", inner))
    return found


#: Blocks, and those of them in which nothing else is read.
_BLOCKS: Final = frozenset({"for", "raw", "comment", "highlight"})
_OPAQUE: Final = ("raw", "comment", "highlight")


def _ends(found: list[Tag]) -> dict[int, int]:
    """For each tag that opens a block the one that closes it, by their numbers."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {name: [] for name in _BLOCKS}
    for at, tag in enumerate(found):
        inside = next((name for name in _OPAQUE if opened[name]), "")
        name = tag.name
        if name[:3] == "end" and opened.get(name[3:]) and (not inside or inside == name[3:]):
            ends[opened[name[3:]].pop()] = at
        elif name in _BLOCKS and not inside:
            opened[name].append(at)
    return ends


@dataclass(slots=True)
class Liquid:
    """One text."""

    text: str
    path: str
    line: int
    known: Known
    problems: list[Problem] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)

    def run(self) -> str:
        found = tags(self.text)
        if not found:
            return self.text
        code = fences(self.text)
        self.ends = _ends(found)
        at, index = 0, 0
        while index < len(found):
            tag = found[index]
            if tag.start < at:
                index += 1
                continue
            self.out.append(self.text[at : tag.start])
            is_code = any(start <= tag.start < end for start, end in code) or self.in_inline_code(tag.start)
            at, index = self.one(tag, found, index, is_code)
        self.out.append(self.text[at:])
        return "".join(self.out)

    # --- places ---

    def span(self, at: int) -> Span:
        start = self.text.rfind("\n", 0, at) + 1
        return Span(self.path, self.line + self.text.count("\n", 0, at), at - start + 1)

    def in_inline_code(self, at: int) -> bool:
        start = self.text.rfind("\n", 0, at) + 1
        return self.text.count("`", start, at) % 2 == 1

    def in_html(self, at: int) -> bool:
        """Whether the block in which a place lies begins with an element: Markdown is not read there."""
        above = max(0, at - _FAR)
        start = self.text.rfind("\n\n", above, at)
        start = above if start < 0 else start + 2
        return bool(re.match(r"\s*</?[A-Za-z!]", self.text[start : at + 1]))

    def in_attribute(self, at: int) -> bool:
        start = max(0, at - _FAR)
        opened = self.text.rfind("<", start, at)
        return (
            opened >= 0
            and self.text.rfind(">", start, at) < opened
            and self.text[opened + 1 : opened + 2].isalpha()
        )

    def is_alone(self, tag: Tag) -> bool:
        """Whether a tag is a paragraph of its own."""
        before, after = self.line_around(tag)
        above = self.text[max(0, tag.start - len(before) - 80) : tag.start - len(before)].rstrip(" \t")
        return (
            not before.strip()
            and not after.strip()
            and len(before) < 4
            and (not above or above.endswith("\n\n"))
        )

    # --- tags ---

    def one(self, tag: Tag, found: list[Tag], index: int, is_code: bool) -> tuple[int, int]:
        """Writes what a tag becomes; where the text goes on, and with which tag."""
        if tag.is_output:
            self.out.append(self.output(tag, is_code))
            return tag.end, index + 1
        name = tag.name
        if name in {"raw", "comment", "highlight"}:
            end = self.ends.get(index)
            if end is not None:
                inner = self.text[tag.end : found[end].start]
                if name == "raw":
                    self.out.append(inner)
                elif name == "highlight":
                    self.out.append(self.highlighted(tag, inner))
                return found[end].end, end + 1
        if name == "for" and not is_code:
            end = self.ends.get(index)
            wanted = re.search(r"\bin\s+(?:site\.)?([\w.]+)", tag.rest)
            if end is not None and wanted and wanted[1] in self.known.lists:
                self.out.append(self.listed(tag, self.text[tag.end : found[end].start], wanted[1]))
                return found[end].end, end + 1
        converted = None if is_code else self.converted(tag)
        self.out.append(self.visible(tag, is_code) if converted is None else converted)
        return tag.end, index + 1

    def highlighted(self, tag: Tag, inner: str) -> str:
        language = tag.rest.split()[0] if tag.rest else ""
        code = re.sub(r"\{%-?\s*(?:end)?raw\s*-?%\}\n?", "", inner).strip("\n")
        fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
        return f"{'' if self.is_line_start(tag) else chr(10)}{fence}{language}\n{code}\n{fence}\n"

    def is_line_start(self, tag: Tag) -> bool:
        return not self.line_around(tag)[0].strip()

    def line_around(self, tag: Tag) -> tuple[str, str]:
        """What stands before and behind a tag in its lines."""
        start = self.text.rfind("\n", 0, tag.start) + 1
        end = self.text.find("\n", tag.end)
        return self.text[start : tag.start], self.text[tag.end : end if end >= 0 else len(self.text)]

    def listed(self, tag: Tag, inner: str, name: str) -> str:
        """A loop over a collection: our list of it, by a link."""
        title, address = self.known.lists[name]
        words = re.sub(r"<[^<>]*>", "", without_tags(inner)).strip()
        if words:
            message = (
                f"The template that lists {quote(name)} says {quote(' '.join(words.split())[:60])}, which "
                "is left out."
            )
            self.problems.append(
                warning("import-liquid", message, self.span(tag.start), "Say it in the new list.")
            )
        if self.in_html(tag.start):
            return f'<a href="{html.escape(address)}">{html.escape(title)}</a>'
        return f"[{title}]({address})"

    def visible(self, tag: Tag, is_code: bool) -> str:
        """A tag that is not known, as it is written and told."""
        raw = self.text[tag.start : tag.end]
        shown = " ".join(raw.split())
        message = f"{quote(shown[:80])} is not taken over; it stands in the text as it is written."
        hint = "Write in the new site what it made."
        self.problems.append(warning("import-liquid", message, self.span(tag.start), hint))
        if is_code or self.in_attribute(tag.start):
            return raw
        if self.in_html(tag.start):
            return f"<code>{html.escape(shown)}</code>"
        ticks = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
        return f"{ticks}{shown}{ticks}"

    def output(self, tag: Tag, is_code: bool) -> str:
        value = self.value(tag.inner)
        return self.visible(tag, is_code) if value is None else value

    def value(self, expression: str) -> str | None:
        """What ``{{ … }}`` prints; None where it is more than a setting, a text and simple filters."""
        first, *filters = (part.strip() for part in split(expression, "|"))
        literal = _QUOTED.match(first)
        value: str | None
        if literal:
            value = literal[1] if literal[1] is not None else literal[2]
        elif first in {"site.baseurl", "base_path", "site.url", "toc", "site.github.url"}:
            value = ""
        elif first.startswith("site.") and _NAME.match(first):
            value = self.known.settings(first[5:])
        elif first.startswith("page.") and _NAME.match(first):
            value = self.known.page(first[5:])
        else:
            return None
        for one in filters:
            value = filtered(value, one)
        return value

    def converted(self, tag: Tag) -> str | None:
        """What a known tag becomes; None for others."""
        name, rest = tag.name, tag.rest
        if name in PLAIN:
            return PLAIN[name](rest)
        if name in {"link", "post_url"}:
            return self.known.addresses.get(rest.strip("\"'").lstrip("/"))
        if name == "bibliography":
            return self.bibliography(tag)
        if name == "include":
            called, values = arguments(rest)
            if called in {"figure", "figure.html", "figure.liquid"} and values.get("source"):
                return self.figure(tag, values["source"], values)
            return included(called, values)
        return None

    def bibliography(self, tag: Tag) -> str:
        if "--cited" in tag.rest:
            return ""  # a text lists what it cites by itself
        title, address = self.known.lists.get("publications", ("Publications", "/publications/"))
        if tag.rest:
            message = f"{quote(tag.inner)} becomes a link to all publications."
            hint = "Mark entries as selected, or write the list here with citations."
            self.problems.append(warning("import-liquid", message, self.span(tag.start), hint))
        return f"[{title}]({address})"

    def figure(self, tag: Tag, source: str, values: dict[str, str]) -> str | None:
        if is_external(source) and unsafe_reason(source):
            return None
        caption = values.get("caption", "")
        words = plain_words(values.get("alt") or caption or values.get("title", ""))
        if not caption and self.is_alone(tag) and not self.in_html(tag.start):
            target = f"<{source}>" if re.search(r"[\s()]", source) else source
            return f"![{words.replace(']', chr(92) + ']')}]({target})"
        picture = f'<img src="{html.escape(source)}" alt="{html.escape(words)}">'
        if not caption:
            return picture
        return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def without_tags(text: str) -> str:
    parts, at = [], 0
    for tag in tags(text):
        parts.append(text[at : tag.start])
        at = tag.end
    return "".join([*parts, text[at:]])
