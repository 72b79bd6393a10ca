"""Texts of Hugo as Markdown of ours: shortcodes, links, attributes of blocks, emoji.

In: a body or a field with its place, and a ``Places`` that knows where everything is now. Out: Markdown. What is not
taken is a problem, and stays as a comment.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Protocol

from acadsite.importers.hugo_blox.shortcodes import Shortcode, replaced
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.importers.hugo_blox.source import Text


class Places(Protocol):
    """Where things are in the new site."""

    problems: list[Problem]

    def link(self, target: str, text: Text) -> str:
        """What a link of a text leads to."""

    def picture(self, target: str, text: Text) -> str:
        """Where a picture that a text names is."""

    def person(self, name: str) -> tuple[str, str]:
        """Name and address of a person."""

    def page(self, target: str, text: Text) -> tuple[str, str]:
        """Title and address of a page; empty where there is none."""

    def work(self, address: str) -> str:
        """The key of a publication by its old address, or an empty text."""

    def album(self, name: str, text: Text) -> list[tuple[str, str]]:
        """Pictures of an album: address and words."""

    def table(self, name: str, text: Text) -> str | None:
        """The text of a file with a table."""


#: Sorts of callouts there, and ours.
CALLOUTS: Final = {
    "note": "note", "info": "note", "abstract": "note", "quote": "note", "question": "note", "example": "note",
    "todo": "note", "tip": "tip", "success": "tip", "hint": "tip", "important": "important", "warning": "warning",
    "attention": "warning", "caution": "caution", "danger": "caution", "error": "caution", "failure": "caution",
    "bug": "caution",
}  # fmt: skip
#: Where a recording or a snippet is, by its id.
_ELSEWHERE: Final = {
    "youtube": ("https://www.youtube.com/watch?v={}", "Video on YouTube"),
    "vimeo": ("https://vimeo.com/{}", "Video on Vimeo"),
    "bilibili": ("https://www.bilibili.com/video/{}", "Video on Bilibili"),
    "instagram": ("https://www.instagram.com/p/{}/", "Post on Instagram"),
    "tweet": ("https://twitter.com/i/status/{}", "Post on X"),
    "x": ("https://x.com/i/status/{}", "Post on X"),
}
#: What only arranges or adorns: its text is kept.
_BARE: Final = frozenset(
    {
        "math",
        "rawhtml",
        "raw",
        "html",
        "unsafe",
        "steps",
        "cards",
        "tabs",
        "columns",
        "column",
        "row",
        "div",
        "grid",
    }
)
#: What is made here without being asked for, or is an ornament.
_NEEDLESS: Final = frozenset({"toc", "icon", "br", "clear", "section", "more"})
_EMOJI: Final = {
    "smile": "😄", "smiley": "😃", "grinning": "😀", "wink": "😉", "blush": "😊", "sunglasses": "😎", "tada": "🎉",
    "rocket": "🚀", "heart": "❤️", "star": "⭐", "sparkles": "✨", "fire": "🔥", "warning": "⚠️", "bulb": "💡",
    "memo": "📝", "book": "📖", "books": "📚", "mortar_board": "🎓", "coffee": "☕", "email": "📧", "envelope": "✉️",
    "phone": "☎️", "house": "🏠", "earth_africa": "🌍", "earth_americas": "🌎", "globe_with_meridians": "🌐",
    "computer": "💻", "bar_chart": "📊", "chart_with_upwards_trend": "📈", "white_check_mark": "✅", "x": "❌",
    "heavy_check_mark": "✔️", "+1": "👍", "thumbsup": "👍", "-1": "👎", "point_right": "👉", "point_down": "👇",
    "wave": "👋", "clap": "👏", "pray": "🙏", "muscle": "💪", "eyes": "👀", "microscope": "🔬", "telescope": "🔭",
    "dna": "🧬", "brain": "🧠", "robot": "🤖", "link": "🔗", "pushpin": "📌", "calendar": "📆", "date": "📅",
    "hourglass": "⌛", "trophy": "🏆", "medal_sports": "🏅", "seedling": "🌱", "snake": "🐍", "bug": "🐛",
    "construction": "🚧", "new": "🆕", "question": "❓", "exclamation": "❗", "100": "💯", "cat": "🐱", "dog": "🐶",
}  # fmt: skip

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE: Final = r"(?P<code>(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))"
_LINK: Final = re.compile(
    _CODE + r"|(?P<mark>!?\[(?:[^\[\]\n]|\[[^\[\]\n]{0,400}\]){0,400}\]\()"
    r"(?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"|(?P<head>^ {0,3}\[[^\]\n]+\]:[ \t]+)(?P<defined><[^<>\n]*>|\S+)"
    r"|(?P<name>\s(?:src|href|poster)=)(?P<quoted>\"[^\"\n]*\"|'[^'\n]*')"
    r"|==(?=[^\s=])(?P<marked>[^\n=]{1,500}?)(?<!\s)==|:(?P<emoji>[a-z0-9_+-]{1,30}):"
    r"|\\\\(?P<math>[(\[])(?P<formula>[^\n]{1,2000}?)\\\\[)\]]",
    re.MULTILINE,
)
_EMPTY: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
_ATTRIBUTES: Final = re.compile(r"\s*\{\s*([.#][^{}\n]*)\}\s*$")
_HEADING: Final = re.compile(r" {0,3}#{1,6}\s")


class Writer:
    """Converts texts, and collects what was not taken."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def body(self, text: Text) -> str:
        """The body of a content file."""
        return self.convert(text.body, text, text.line)

    def convert(self, raw: str, text: Text, line: int) -> str:
        """Markdown of a content file that begins on a line of it."""
        if not raw.strip():
            return ""
        made = replaced(raw, line, lambda code: self.shortcode(code, text))
        return self.plain(made, text).strip("\n")

    def field(self, raw: str, text: Text, where: Span | None) -> str:
        """The value of a field that holds inline Markdown, on one line."""
        return " ".join(self.convert(raw, text, where.line if where else 1).split())

    def plain(self, raw: str, text: Text) -> str:
        """What is left when shortcodes are gone: outside of fenced code, links and a few signs change."""
        parts: list[str] = []
        block: list[str] = []
        fence = ""

        def close() -> None:
            if block:
                made = _LINK.sub(lambda found: self._inline(found, text), "\n".join(block))
                parts.append(_EMPTY.sub("\n\n", made))
                block.clear()

        for line in _with_attributes(raw.split("\n")):
            mark = _FENCE.match(line)
            if fence:
                parts.append(line)
                if mark and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                    fence = ""
            elif mark:
                close()
                parts.append(line)
                fence = mark[1]
            else:
                block.append(line)
        close()
        return "\n".join(parts)

    def _inline(self, found: re.Match[str], text: Text) -> str:
        if found["mark"] is not None:
            is_picture = found["mark"].startswith("!")
            return found["mark"] + self._target(found["target"], text, is_picture=is_picture)
        if found["head"] is not None:
            if found["head"].lstrip().startswith("[^"):
                return found[0]
            return found["head"] + self._target(found["defined"], text, is_picture=False)
        if found["name"] is not None:
            sign, target = found["quoted"][0], found["quoted"][1:-1]
            is_picture = "src" in found["name"]
            place = self.places.picture if is_picture else self.places.link
            return f"{found['name']}{sign}{place(target, text) if target else ''}{sign}"
        if found["marked"] is not None:
            return f"<mark>{found['marked']}</mark>"
        if found["emoji"] is not None:
            return _EMOJI.get(found["emoji"], found[0])
        if found["math"] is not None:
            return f"\\{found['math']}{found['formula']}\\{')' if found['math'] == '(' else ']'}"
        return found[0]

    def _target(self, written: str, text: Text, *, is_picture: bool) -> str:
        target = written[1:-1] if written.startswith("<") else written
        if not target:
            return written
        return _safe(self.places.picture(target, text) if is_picture else self.places.link(target, text))

    # --- shortcodes ---

    def shortcode(self, code: Shortcode, text: Text) -> str:
        """What a shortcode becomes."""
        name = code.name.removesuffix(".html").removeprefix("blocks/")
        known = _KNOWN.get(name)
        if known is not None:
            made = known(self, code, text)
            if made is not None:
                return made
        elif name in CALLOUTS or name in _BARE or name in _NEEDLESS:
            if name in CALLOUTS and code.inner is not None:
                return _callout(name, code.get("title", 0), code.inner)
            return "" if code.inner is None or name in _NEEDLESS else code.inner
        elif name in _ELSEWHERE:
            return self._elsewhere(name, code)
        where = Span(text.path, code.line, 1)
        message = f"The shortcode {quote(code.name)} is not taken; it is a comment in the new text."
        hint = (
            "What stood between its two ends is kept." if code.inner else "Write what it showed as Markdown."
        )
        self.places.problems.append(warning("import-shortcode", message, where, hint))
        words = " ".join(code.written.strip("{}<>% \n").split()).replace("--", "—").replace(">", "")
        comment = f"<!-- Hugo: {words[:300].rstrip('-')} -->"
        return comment if code.inner is None else f"{comment}\n{code.inner}"

    def _elsewhere(self, name: str, code: Shortcode) -> str:
        pattern, words = _ELSEWHERE[name]
        identifier = code.get("id", 0) or code.get("user")
        title = code.get("title") or words
        return f"[{_words(title)}]({_safe(pattern.format(identifier))})" if identifier else words

    def figure(self, code: Shortcode, text: Text) -> str | None:
        """A picture with its caption."""
        source = code.get("src", 0)
        if not source:
            return None
        address = _safe(self.places.picture(source, text))
        title, caption = code.get("title"), code.get("caption") or code.get("attr")
        words = f"**{title}** {caption}".strip() if title else caption
        alternative = code.get("alt")
        attributes = []
        words = " ".join(self.plain(words, text).split())
        if words:  # only what has an id is a figure with a caption
            name = code.get("id") or PurePosixPath(source).stem
            attributes.append(f"#fig-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-') or 'figure'}")
            if alternative:
                attributes.append(f'fig-alt="{_attribute(alternative)}"')
        elif not alternative:
            attributes.append("role=presentation")
        width = code.get("width")
        if re.fullmatch(r"\d{1,5}(px|%)?", width):
            attributes.append(f"width={width.removesuffix('px')}")
        behind = f"{{{' '.join(attributes)}}}" if attributes else ""
        picture = f"![{_words(words or alternative)}]({address}){behind}"
        if code.get("link"):
            picture = f"[{picture}]({_safe(self.places.link(code.get('link'), text))})"
        return f"\n\n{picture}\n\n"

    def highlight(self, code: Shortcode, _text: Text) -> str:
        """Code."""
        inner = (code.inner or "").strip("\n")
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", inner)), 3)
        return f"\n\n{fence}{re.sub(r'[^A-Za-z0-9+#-]', '', code.get('lang', 0))}\n{inner}\n{fence}\n\n"

    def callout(self, code: Shortcode, _text: Text) -> str:
        """A callout, whose sort is an argument."""
        kind = (code.get("type") or code.get("kind") or code.get("class", 0)).casefold()
        return _callout(kind, code.get("title", 1), code.inner or code.get("text"))

    def spoiler(self, code: Shortcode, _text: Text) -> str:
        """What opens."""
        words = code.get("text") or code.get("title") or code.get("summary", 0) or "Details"
        return f"\n\n<details>\n<summary>{_html(words)}</summary>\n\n{(code.inner or '').strip()}\n\n</details>\n\n"

    def cta(self, code: Shortcode, text: Text) -> str | None:
        """A button is a link here."""
        target = code.get("cta_link") or code.get("url") or code.get("href") or code.get("link", 0)
        words = code.get("cta_text") or code.get("text") or (code.inner or "").strip() or code.get("title", 1)
        if not target:
            return words or None
        return f"[{_words(words or target)}]({_safe(self.places.link(target, text))})"

    def staticref(self, code: Shortcode, _text: Text) -> str:
        """A link to a file of ``static/``."""
        target = "/" + code.get("path", 0).lstrip("/")
        words = (code.inner or "").strip() or PurePosixPath(target).name
        return f"[{words}]({_safe(target)})"

    def reference(self, code: Shortcode, text: Text) -> str | None:
        """``ref`` and ``relref`` stand where an address stands."""
        target = code.get("path", 0)
        _, address = self.places.page(target, text)
        return address or (target if target.startswith("#") else None)

    def cite(self, code: Shortcode, text: Text) -> str | None:
        """A page, shown as an entry."""
        title, address = self.places.page(code.get("page", 0), text)
        key = self.places.work(address)
        if key:
            return f"[[{key}]]"
        return f"[{_words(title or address)}]({_safe(address)})" if address else None

    def mention(self, code: Shortcode, _text: Text) -> str:
        """A person."""
        name, address = self.places.person(code.get("user", 0))
        return f"[{_words(name)}]({_safe(address)})" if address else name

    def gallery(self, code: Shortcode, text: Text) -> str | None:
        """The pictures of an album."""
        found = self.places.album(code.get("album", 0), text)
        return (
            "\n\n".join(["", *(f"![{_words(words)}]({_safe(address)})" for address, words in found), ""])
            or None
        )

    def table(self, code: Shortcode, text: Text) -> str | None:
        """A file of comma-separated values."""
        raw = self.places.table(code.get("path", 0), text)
        if raw is None:
            return None
        try:
            rows = [
                row for row in csv.reader(io.StringIO(raw), delimiter=code.get("delimiter") or ",") if row
            ]
        except (csv.Error, TypeError, ValueError):
            return None
        if not rows:
            return None
        width = max(map(len, rows))
        head = rows.pop(0) if code.get("header") != "false" else [""] * width
        lines = [head, ["---"] * width, *rows]
        made = ("| " + " | ".join(cell.replace("|", "\\|").strip() for cell in row) + " |" for row in lines)
        caption = f"\n\n: {code.get('caption')}" if code.get("caption") else ""
        return "\n\n" + "\n".join(made) + caption + "\n\n"

    def media(self, code: Shortcode, text: Text) -> str | None:
        """A recording."""
        source = code.get("src", 0)
        if not source:
            return None
        address = self.places.picture(source, text)
        tag = "audio" if code.name == "audio" else "video"
        return f'\n\n<{tag} controls src="{_html(address)}"></{tag}>\n\n'

    def gist(self, code: Shortcode, _text: Text) -> str | None:
        """A snippet at GitHub."""
        user, identifier = code.get("user", 0), code.get("id", 1)
        return (
            f"[Code on GitHub]({_safe(f'https://gist.github.com/{user}/{identifier}')})"
            if identifier
            else None
        )

    def document(self, code: Shortcode, text: Text) -> str | None:
        """Something that was shown in a frame."""
        source = code.get("src") or code.get("url", 0)
        return (
            f"[{PurePosixPath(source).name or source}]({_safe(self.places.link(source, text))})"
            if source
            else None
        )

    def fragment(self, code: Shortcode, _text: Text) -> str:
        """A step of a slide."""
        inner = (code.inner or "").strip()
        return f"\n::: {{.fragment}}\n{inner}\n:::\n" if "\n" in inner else f"[{inner}]{{.fragment}}"

    def note(self, code: Shortcode, _text: Text) -> str:
        """Notes for the speaker."""
        return f"\n\n::: notes\n{(code.inner or '').strip()}\n:::\n\n"

    def diagram(self, code: Shortcode, _text: Text) -> str:
        """A diagram: a fence that is drawn here as well."""
        return f"\n\n```mermaid\n{(code.inner or '').strip()}\n```\n\n"

    def marked(self, code: Shortcode, _text: Text) -> str:
        """Marked text."""
        return f"<mark>{code.inner or code.get('text', 0)}</mark>"

    def emoji(self, code: Shortcode, _text: Text) -> str:
        """A small picture by its name."""
        name = code.get("name", 0).strip(":")
        return _EMOJI.get(name, f":{name}:")

    def tab(self, code: Shortcode, text: Text) -> str:
        """A tab or card is a paragraph with its name."""
        words, target = code.get("name") or code.get("title", 0), code.get("url") or code.get("link")
        if words and target:
            words = f"[{_words(words)}]({_safe(self.places.link(target, text))})"
        head = f"**{words}**" if words else ""
        rest = (code.inner or code.get("text") or code.get("subtitle") or "").strip("\n")
        return f"\n\n{head}\n\n{rest}\n\n" if head or rest else ""


_KNOWN: Final[dict[str, Callable[[Writer, Shortcode, Text], str | None]]] = {
    "figure": Writer.figure, "img": Writer.figure, "image": Writer.figure, "highlight": Writer.highlight,
    "code": Writer.highlight, "callout": Writer.callout, "alert": Writer.callout, "admonition": Writer.callout,
    "spoiler": Writer.spoiler, "details": Writer.spoiler, "toggle": Writer.spoiler, "expand": Writer.spoiler,
    "cta": Writer.cta, "button": Writer.cta, "btn": Writer.cta, "staticref": Writer.staticref, "ref": Writer.reference,
    "relref": Writer.reference, "cite": Writer.cite, "mention": Writer.mention, "gallery": Writer.gallery,
    "table": Writer.table, "video": Writer.media, "audio": Writer.media, "gist": Writer.gist,
    "gdocs": Writer.document, "pdf": Writer.document, "iframe": Writer.document, "fragment": Writer.fragment,
    "speaker_note": Writer.note, "mermaid": Writer.diagram, "diagram": Writer.diagram, "hl": Writer.marked,
    "mark": Writer.marked, "emoji": Writer.emoji, "tab": Writer.tab, "card": Writer.tab, "step": Writer.tab,
}  # fmt: skip


def _callout(kind: str, title: str, inner: str) -> str:
    title = f' title="{_attribute(title)}"' if title else ""
    fence = ":" * max(3, *(len(run) + 1 for run in re.findall(r"^:{3,}", inner, re.MULTILINE)), 3)
    return f"\n\n{fence} {{.callout-{CALLOUTS.get(kind, 'note')}{title}}}\n{inner.strip()}\n{fence}\n\n"


def _with_attributes(lines: list[str]) -> list[str]:
    """Blocks with ``{.class}`` on the line below them, as Goldmark has it, in divisions."""
    found: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark:
            is_end = fence and line.strip().startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if is_end else fence or mark[1]
        attributes = None if fence else _ATTRIBUTES.match(line)
        if attributes is None or not found or not found[-1].strip() or _HEADING.match(found[-1]):
            found.append(line)
            continue
        start = len(found) - 1
        while start and found[start - 1].strip() and not _FENCE.match(found[start]):
            start -= 1
        found[start:] = ["", f"::: {{{attributes[1].strip()}}}", *found[start:], ":::", ""]
    return found


def _safe(address: str) -> str:
    """An address as it may stand in the brackets of a link."""
    if re.fullmatch(r"[^\s()<>]+", address):
        return address
    return "<" + " ".join(address.split()).replace("<", "%3C").replace(">", "%3E") + ">"


def _words(text: str) -> str:
    """Words of a link: brackets that do not pair are escaped."""
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            break
    return text if depth == 0 else re.sub(r"([\[\]])", r"\\\1", text)


def _attribute(text: str) -> str:
    """Words as they may stand between the quotation marks of an attribute."""
    return " ".join(text.replace('"', "”").replace("{", "(").replace("}", ")").split())


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
