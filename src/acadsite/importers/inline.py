"""LaTeX and HTML of other tools as Markdown.

In: text as it stands in a source, with its place. Out: inline Markdown (``latex_markdown``), plain text
(``latex_plain``) or Markdown paragraphs (``html_markdown``, which also reads the LaTeX between the tags), and a
problem for everything that was not understood; its text is kept. LaTeX is decoded by ``bibtex.latex``; this
module writes the trees that come from there (docs of ``bibtex.latex.Rich``) as Markdown.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import latex
from acadsite.links import unsafe_reason
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Node = Any  # str, or a tuple with a word first; see bibtex.latex.Rich
Rich = tuple[Node, ...]

#: Formulas that are only a sign of text. Keys are the formula's LaTeX without blanks.
_SIGNS: Final = {
    "\\varheart": "♥",
    "\\heartsuit": "♥",
    "\\varheartsuit": "♥",
    "\\star": "★",
    "\\bigstar": "★",
    "\\cdot": "·",
    "\\bullet": "•",
    "\\rightarrow": "→",
    "\\to": "→",
    "\\leftarrow": "←",
    "\\times": "×",
    "\\sim": "~",
    "\\approx": "≈",
    "\\pm": "±",
    "\\leq": "≤",
    "\\geq": "≥",
    "\\infty": "∞",
    "<": "<",
    ">": ">",
    "|": "|",
    "+": "+",
}
#: What has a meaning in a line of Markdown. The signs of the first group are looked for once more in the text that was
#: read, escaped or not: there a comment must part them from what follows.
_SPECIAL: Final = re.compile(
    r"(?P<parted>[~^](?=[^\s^~]+[~^])|\[(?=\^)|(?<=\[)\](?=\{))|[\\`*\[<>$]|(?<![^\W_])_|_(?![^\W_])|~"
    r"|(?<!\w)@(?=[\w{])|&(?=#?\w+;)|:(?=::)|\{(?=[a-z][a-z0-9_-]*\})"
)
_BLANKS: Final = re.compile(r"[ \t\n\u00a0]+")
#: What must be escaped even where Markdown may stand: text that would become HTML.
_MARKUP: Final = re.compile(r"<(?=[\w/!?])|&(?=#?\w+;)")


# --- trees to text ---


def plain(rich: Rich) -> str:
    """The text of a tree without any structure, blanks folded."""
    return _BLANKS.sub(" ", "".join(_plain(node) for node in rich)).strip()


def _plain(node: Node) -> str:
    if isinstance(node, str):
        return node
    kind = node[0]
    if kind == "math":
        return _sign(node[1]) or str(node[1])
    if kind == "break":
        return " "
    if kind == "code":
        return str(node[1])
    return "".join(_plain(inner) for inner in node[-1])


def _sign(tex: str) -> str:
    return _SIGNS.get("".join(tex.split()).strip("{}"), "")


def escaped(text: str, *, is_start: bool = True) -> str:
    """Plain text as Markdown that prints as it is written, blanks folded, lines kept: inline, or as paragraphs.

    ``is_start`` False: the text stands within a line."""
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    text = _escaped("\n".join(kept))
    return "\n".join(_START.sub(_guarded, line) for line in text.split("\n")) if is_start else text


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_sign_escaped, text)


def _sign_escaped(match: re.Match[str]) -> str:
    sign = match[0]
    if sign == "~" and match.string.count("~") == 1:
        return sign
    text = _REFERENCES.get(sign) or (sign if sign in "^]" else "\\" + sign)
    return text + "<!-- -->" if match["parted"] else text


#: “{citations}” is a total in a CV, and no backslash keeps it from being one; “\\~n” looks like LaTeX.
_REFERENCES: Final = {"{": "&#123;", "~": "&#126;"}


#: What begins a list, a heading, a quotation, a table, a rule or a division at the start of a line.
_START: Final = re.compile(r"\A(?:[-+!?%](?!\w)|[>|:]|#+(?=\s|$)|=+$|\(?\d+(?=[.)](?:\s|$)))")


def _guarded(match: re.Match[str]) -> str:
    return match[0] + "\\" if match[0][-1:].isalnum() else "\\" + match[0]


def markdown(rich: Rich, *, escape: bool = True) -> str:
    """A tree as inline Markdown on one line. ``escape`` False leaves Markdown that stands in the text alone."""
    return _BLANKS.sub(" ", _inline(rich, escape)).strip()


def _inline(rich: Iterable[Node], escape: bool) -> str:
    return "".join(_written(node, escape) for node in rich)


def _written(node: Node, escape: bool) -> str:
    if isinstance(node, str):
        return _escaped(node) if escape else _MARKUP.sub(r"\\\g<0>", node)
    kind = node[0]
    if kind == "math":
        sign = _sign(node[1])
        return _written(sign, escape) if sign else f"${node[1].strip()}$"
    if kind == "code":
        ticks = "``" if "`" in node[1] else "`"
        return f"{ticks}{node[1]}{ticks}"
    if kind == "break":
        return " "
    if kind == "link":
        return _link(node[1], _inline(node[2], escape))
    inner = _inline(node[-1], escape)
    if kind == "em":
        return _wrapped(inner, "*")
    if kind == "strong":
        return _wrapped(inner, "**")
    if kind in {"sup", "sub"} and inner.strip():
        return f"<{kind}>{inner}</{kind}>"
    return inner


#: What would begin a heading, a list or a quotation at the start of a line.
_BLOCK_START: Final = re.compile(r"([-+*]|#+|\d+[.)])(\s|$)|[>|:]|=+$|[-*_][-*_ ]*$|~~~|```")


def _wrap(paragraph: str) -> str:
    """A paragraph in lines of at most 100 characters, or in one where a line would change its meaning."""
    lines = textwrap.wrap(paragraph, 100, break_long_words=False, break_on_hyphens=False)
    if any(_BLOCK_START.match(line) for line in lines[1:]):
        return paragraph
    return "\n".join(lines)


def _wrapped(inner: str, mark: str) -> str:
    """Emphasis marks hold only where no blank stands inside of them."""
    text = inner.strip()
    if not text:
        return inner
    before = inner[: len(inner) - len(inner.lstrip())]
    after = inner[len(inner.rstrip()) :]
    return f"{before}{mark}{text}{mark}{after}"


def _link(url: str, text: str) -> str:
    target = address(url)
    if not target or unsafe_reason(target):
        return text
    if any(char in target for char in " ()<>"):
        target = f"<{target.replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>"
    if text.strip() == target and target.startswith(("http://", "https://")):
        return f"<{target}>"
    words = text.strip() or _escaped(url)
    return f"[{words}]({target})"


def address(raw: str) -> str:
    """A web address as it is: the escapes that LaTeX needs are undone, blanks and line breaks are dropped."""
    return re.sub(r"\s+", "", latex.verbatim(raw))


# --- LaTeX ---


@dataclass(slots=True)
class Reader:
    """Decodes texts and collects the problems met in them."""

    problems: list[Problem] = field(default_factory=list)

    def rich(self, raw: str, where: Span | None) -> Rich:
        """LaTeX as a tree. Commands that the decoder does not know are reported at ``where``; their arguments
        are kept. Apostrophes stay as they are typed: these texts are no typesetting yet."""
        decoded = latex.decode(raw)
        for name, _ in decoded.unknown:
            message = f"The LaTeX command {quote(chr(92) + name)} is not known; its text is kept."
            self.problems.append(
                warning("import-latex", message, where, "Look at this text in the new site.")
            )
        if "’" in raw or "`" in raw:
            return decoded.text
        return tuple(_straight(node) for node in decoded.text)

    def markdown(self, raw: str, where: Span | None) -> str:
        """LaTeX as inline Markdown."""
        return markdown(self.rich(raw, where))

    def plain(self, raw: str, where: Span | None) -> str:
        """LaTeX as plain text."""
        return plain(self.rich(raw, where))

    def paragraphs(self, raw: str, where: Span | None) -> str:
        """HTML mixed with LaTeX as Markdown: paragraphs, lists and inline markup; an empty line between blocks.

        Markdown that stands in the text already is kept.
        """
        if not _TAG.search(raw):
            blocks = [self.rich(part, where) for part in re.split(r"\n[ \t]*\n", raw)]
            return "\n\n".join(filter(None, (_wrap(markdown(block, escape=False)) for block in blocks)))
        parser = _Html(lambda text: self.rich(text, where))
        # The parser of the standard library fails on declarations other than comments.
        parser.feed(re.sub(r"<(?=[!?])(?!!--)", "&lt;", raw))
        parser.close()
        for tag in parser.dropped:
            message = f"The element {quote(f'<{tag}>')} is not imported; its text is kept."
            if tag in _SILENT:
                message = f"The element {quote(f'<{tag}>')} is left out with all it holds."
            self.problems.append(warning("import-html", message, where))
        return parser.text()

    def line(self, raw: str, where: Span | None) -> str:
        """Like ``paragraphs``, but on one line, for fields that hold inline Markdown."""
        return _BLANKS.sub(" ", self.paragraphs(raw, where)).strip()


def _straight(node: Node) -> Node:
    if isinstance(node, str):
        return node.replace("’", "'")
    if node[0] in {"math", "code"}:
        return node
    return (*node[:-1], tuple(_straight(inner) for inner in node[-1]))


# --- HTML ---

_TAG: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_WORDS: Final = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "sup": "sup",
    "sub": "sub",
    "code": "code",
    "tt": "code",
}
_BLOCKS: Final = frozenset({"p", "div", "ul", "ol", "li", "center", "section", "blockquote"})
_IGNORED: Final = frozenset({"span", "font", "small", "big", "u"})
_SILENT: Final = frozenset({"script", "style", "iframe", "object", "noscript", "template"})


@dataclass(frozen=True, slots=True)
class _Open:
    """An inline element whose end has not come yet."""

    tag: str
    url: str
    inside: list[Node]


class _Html(HTMLParser):
    """Builds paragraphs from tags; the text between them goes through ``decode``."""

    def __init__(self, decode: Callable[[str], Rich]) -> None:
        super().__init__(convert_charrefs=True)
        self.decode = decode
        self.blocks: list[tuple[str, list[Node]]] = []
        self.marks: list[str] = []
        self.root: list[Node] = []
        self.open: list[_Open] = []
        self.silent = 0
        self.breaks = 0
        self.bullet = ""
        self.dropped: dict[str, None] = {}

    @property
    def here(self) -> list[Node]:
        return self.open[-1].inside if self.open else self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
            self.dropped[tag] = None
        elif tag in _BLOCKS:
            self.end_block()
            if tag in {"ul", "ol"}:
                self.marks.append("1. " if tag == "ol" else "- ")
            elif tag == "li":
                self.bullet = self.marks[-1] if self.marks else "- "
        elif tag == "br":
            self.breaks += 1
            self.here.append(("break",))
            if self.breaks == 2:
                self.end_block()
        elif tag in _WORDS:
            self.open.append(_Open(tag, "", []))
        elif tag == "a":
            url = next((value or "" for name, value in attrs if name == "href"), "")
            self.open.append(_Open(tag, url, []))
        elif tag == "img":
            alternative = next((value for name, value in attrs if name == "alt" and value), "")
            self.dropped[tag] = None
            self.here.append(alternative)
        elif tag not in _IGNORED:
            self.dropped[tag] = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in {"br", "img"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.end_block()
            if tag in {"ul", "ol"} and self.marks:
                self.marks.pop()
        elif any(element.tag == tag for element in self.open):
            while self.close_one() != tag:
                pass

    def close_one(self) -> str:
        element = self.open.pop()
        if element.tag == "a":
            node: Node = ("link", element.url, tuple(element.inside))
        elif _WORDS[element.tag] == "code":
            node = ("code", plain(tuple(element.inside)))
        else:
            node = (_WORDS[element.tag], tuple(element.inside))
        if element.inside:
            self.here.append(node)
        return element.tag

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if data.strip():
            self.breaks = 0
        # The decoder may trim; the blanks at the seams of two elements are text.
        before = " " if data[:1].isspace() else ""
        after = " " if data[-1:].isspace() and data.strip() else ""
        self.here.extend((before, *self.decode(data.strip()), after))

    def end_block(self) -> None:
        # An inline element that is open across a block is closed and opened again behind it.
        again = [replace(element, inside=[]) for element in self.open]
        while self.open:
            self.close_one()
        self.blocks.append((self.bullet, self.root))
        self.root, self.open, self.bullet, self.breaks = [], again, "", 0

    def text(self) -> str:
        """All blocks as Markdown."""
        self.end_block()
        parts: list[str] = []
        was_item = False
        for bullet, nodes in self.blocks:
            words = markdown(tuple(nodes), escape=False)
            if not words:
                continue
            if parts:
                parts.append("\n" if bullet and was_item else "\n\n")
            parts.append(bullet + words if bullet else _wrap(words))
            was_item = bool(bullet)
        return "".join(parts)
