"""Texts of RenderCV as ours: both are Markdown, but Typst formulas and commands stand in theirs, and formulas,
citations, scripts and totals have a meaning in ours alone.

In: a text with its place. Out: inline Markdown, and a problem for what was not understood; its text is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.exports.plain import plain
from acadsite.importers.cv_site import HTML, LATEX
from acadsite.importers.inline import escaped
from acadsite.links import unsafe_reason
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from acadsite.sources import Node

_TOKEN: Final = re.compile(
    r"(?P<code>(`+)(?!`).+?(?<!`)\2(?!`))"
    r"|(?P<math>\$\$(?P<tex>[^$]+)\$\$)"
    r"|\\(?P<literal>[\\!-/:-@\[-`{-~])"
    r"|(?P<image>!?)\[(?P<words>(?:[^\[\]\\]|\\.)*)\]\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
    r"|#link\(\"(?P<href>[^\"]*)\"\)(?:\[(?P<shown>[^\[\]]*)\])?"
    r"|#(?P<command>emph|strong|underline|strike|smallcaps|text|box)(?:\([^()]*\))?\[(?P<inner>[^\[\]]*)\]"
    r"|(?P<space>#(?:h|v)\([^()]*\)|#linebreak\(\))"
    r"|(?P<marks>[*_]+)"
    r"|(?P<text>[^`$\\\[!#*_]+|.)",
    re.DOTALL,
)
_UNKNOWN: Final = re.compile(r"(?<![\w&])#[a-z][a-z-]*[(\[]")
_WRAPS: Final = {"emph": "*", "strong": "**"}


@dataclass(slots=True)
class Texts:
    """Reads texts and collects the problems met in them."""

    problems: list[Problem] = field(default_factory=list)

    def markdown(self, node: Node) -> str:
        """A text, number or date as inline Markdown of ours; empty with a problem where it is none."""
        if isinstance(node.value, (dict, tuple)):
            self.warn("import-kind", "Expected text; it is left out.", node.span)
            return ""
        return "" if node.value is None else self.converted(node.raw, node.span)

    def plain(self, node: Node) -> str:
        """The same without any markup, on one line."""
        return " ".join(plain(self.markdown(node)).split())

    def converted(self, text: str, where: Span | None) -> str:
        """RenderCV's Markdown as ours."""
        text = text.strip()
        if not text:
            return ""
        bare = _TOKEN.sub(lambda found: found["text"] or "", text)
        self.look(bare, where)
        return _TOKEN.sub(lambda found: self.token(found, where), text)

    def look(self, bare: str, where: Span | None) -> None:
        """Warnings for what is printed as it is written."""
        for code, what, pattern in (
            ("html", "HTML", HTML),
            ("latex", "LaTeX", LATEX),
            ("typst", "Typst", _UNKNOWN),
        ):
            found = pattern.search(bare)
            if found is not None:
                message = f"{what} in the text: {quote(found[0].strip())} is shown as it is written."
                self.warn(f"import-{code}", message, where)

    def token(self, found: re.Match[str], where: Span | None) -> str:
        """One piece of the text."""
        if found["code"] or found["marks"]:
            return found[0]
        if found["math"]:
            message = f"The formula {quote(found['tex'].strip())} is Typst's; here it is read as TeX."
            self.warn("import-math", message, where, "Write it as in LaTeX, such as $\\alpha \\leq 1$.")
            return f"${found['tex'].strip()}$"
        if found["literal"]:
            # “\(” begins a formula in ours.
            return found["literal"] if found["literal"] in "()]" else f"\\{found['literal']}"
        if found["url"] is not None:
            return self.link(found["url"], self.inner(found["words"], where), where, found["image"])
        if found["href"] is not None:
            return self.link(found["href"], self.inner(found["shown"] or found["href"], where), where)
        if found["command"]:
            mark = _WRAPS.get(found["command"], "")
            return f"{mark}{self.inner(found['inner'], where)}{mark}"
        if found["space"]:
            return " "
        return _kept_blanks(found["text"])

    def inner(self, text: str, where: Span | None) -> str:
        return _TOKEN.sub(lambda found: self.token(found, where), text)

    def link(self, url: str, words: str, where: Span | None, image: str = "") -> str:
        reason = unsafe_reason(url)
        if reason:
            self.warn("link-unsafe", f"The address {quote(url)} {reason}; it is left out.", where)
            return words
        if image:
            self.warn("import-picture", f"The picture {quote(url)} is not taken; its words are kept.", where)
            return words
        return f"[{words}]({url})"

    def warn(self, code: str, message: str, where: Span | None, hint: str = "") -> None:
        """Adds a warning."""
        self.problems.append(warning(code, message, where, hint))


def _kept_blanks(text: str) -> str:
    """Text between marks, escaped; blanks at its ends are text as well."""
    body = text.strip()
    if not body:
        return text
    start = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    return f"{start}{escaped(body, is_start=False)}{end}"
