"""The walk over LaTeX source that ``latex`` is the door to.

Knows commands by table (``symbols``) and user macros (``macros``). Nesting, expansion and the length of formulas are
limited. Never raises, and looks at each character a bounded number of times.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from acadsite.bibtex.addresses import verbatim
from acadsite.bibtex.richtext import Rich, finished, plain
from acadsite.bibtex.symbols import (
    ABOVE,
    ACCENTS,
    AROUND,
    CASES,
    FIRST,
    KNOWN,
    LOGOS,
    QUOTES,
    SECOND,
    SILENT,
    SPACING,
    STYLES,
    SWITCHES,
    SYMBOLS,
    TRANSPARENT,
)

if TYPE_CHECKING:
    from acadsite.bibtex.macros import Macro, Macros

_RUN = re.compile(r"[^\\{}$]+")
#: A lone ``\\@`` is a sign (no space after “Oper.\\@”); in front of letters it is part of a package's own word.
_WORD = re.compile(r"\\(@*+[A-Za-z][A-Za-z@]*+)(\*?)")
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"[\s]+", re.ASCII)
_MATH = re.compile(r"\$\$((?:[^$\\]|\\.|(?!))++)\$\$|\$((?:[^$\\]|\\.|(?!))*+)\$", re.DOTALL)
_OPTION = re.compile(r"\s*\[([^\[\]]*)\]")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_NUMBER = re.compile(
    r"\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|in|bp|sp|pc)?(?:\s*(?:plus|minus)\s*-?[0-9.]+\s*[a-z]*)*"
)
_MATH_ENVIRONMENT = re.compile(
    r"\\begin\{(math|displaymath|equation\*?|align\*?)\}(.*?)\\end\{\1\}", re.DOTALL
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,24});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAG = re.compile(r"<(i|em|sub|sup|sc|scp)>([^<>]*)</\1>")
_TAGS = {"i": "em", "em": "em", "sub": "sub", "sup": "sup", "sc": "sc", "scp": "sc"}
_DEPTH = 40
_MATH_DEPTH = 32
_LONGEST_MATH = 5_000
_EXPANSIONS = 400
_EXPANDED = 20_000
#: Control symbols that are not accents.
_SIGNS = {
    "&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " ", "\t": " ",
    ",": "\u202f", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "\\": " ", "|": "‖", "*": "",
}  # fmt: skip


class Decoder:
    """Walks over one source. ``straight`` keeps apostrophes and quotes as typed (names)."""

    def __init__(
        self, source: str, macros: Macros, *, straight: bool, depth: int = 0, budget: list[int] | None = None
    ):
        self.source, self.at, self.size = source, 0, len(source)
        self.macros, self.straight = macros, straight
        self.depth, self.flat, self.quotes = depth, 0, 0
        self.protected = False
        self.budget = budget if budget is not None else [_EXPANSIONS, _EXPANDED]
        self.unknown: list[tuple[str, int]] = []

    def whole(self) -> Rich:
        """All of the source. A closing brace without an opening one is dropped."""
        nodes: list[Any] = []
        while self.at < self.size:
            self.sequence(nodes)
            self.at += 1
        return finished(nodes)

    def sequence(self, nodes: list[Any]) -> None:
        """Read into ``nodes`` up to a closing brace that is not ours, or the end."""
        source = self.source
        while self.at < self.size:
            sign = source[self.at]
            if sign == "\\":
                self.command(nodes)
            elif sign == "{":
                self.group(nodes)
            elif sign == "}":
                if not self.flat:
                    return
                self.flat -= 1
                self.at += 1
            elif sign == "$":
                self.math(nodes)
            else:
                run = _RUN.match(source, self.at)
                value = run[0] if run else sign
                self.at += len(value)
                if "<" in value and ">" in value:
                    self.tagged(value, nodes)
                else:
                    nodes.append(self.run(value))

    def tagged(self, value: str, nodes: list[Any]) -> None:
        """Text with HTML in it, as publishers give it away: the tags of ``_TAGS`` are styles, others are text."""
        at = 0
        for found in _TAG.finditer(value):
            nodes.append(self.run(value[at : found.start()]))
            _append_styled(_TAGS[found[1]], [self.run(found[2])], nodes)
            at = found.end()
        nodes.append(self.run(value[at:]))

    def run(self, value: str) -> str:
        """Text without commands: ligatures, ties, whitespace, and the entities of HTML that exports leave."""
        if "&" in value and ";" in value:
            value = _ENTITY.sub(_entity, value)
        if "-" in value:
            value = value.replace("---", "—").replace("--", "–")
        if "'" in value and not self.straight:
            value = value.replace("''", "”").replace("'", "’")
        if "`" in value and not self.straight:
            value = value.replace("?`", "¿").replace("!`", "¡").replace("``", "“").replace("`", "‘")
        if "~" in value:
            value = value.replace("~", "\u00a0")
        return _SPACES.sub(" ", value)

    def math(self, nodes: list[Any]) -> None:
        """A formula at ``$``; a dollar that opens none is text."""
        found = _MATH.match(self.source, self.at)
        tex = (found[1] or found[2] or "") if found else ""
        if found is None or not _is_formula(tex):
            nodes.append("$")
            self.at += 1
            return
        self.at = found.end()
        if tex.strip():
            nodes.append(("math", tex.strip()))

    def group(self, nodes: list[Any]) -> None:
        """A brace group: protects from a change of case unless it opens with a command (BibTeX's rule)."""
        if self.depth >= _DEPTH:
            self.flat += 1
            self.at += 1
            return
        self.at += 1
        is_special = self.source.startswith("\\", self.at)
        protects = not (is_special or self.protected or self.straight)
        if protects:
            self.protected = True
        inner = self.inside()
        if protects:
            self.protected = False
            if any(char.isalpha() for char in plain(node for node in inner if node[:1] != ("math",))):
                nodes.append(("nocase", finished(inner, strip=False)))
                return
        nodes += inner

    def inside(self) -> list[Any]:
        """The nodes up to the closing brace, which is consumed."""
        nodes: list[Any] = []
        flat, self.flat = self.flat, 0
        self.depth += 1
        self.sequence(nodes)
        self.depth -= 1
        self.flat = flat
        self.at += 1
        return nodes

    def space(self) -> bool:
        found = _SPACE.match(self.source, self.at)
        if found:
            self.at = found.end()
        return found is not None

    def raw_argument(self) -> str:
        """The source of the next argument: a brace group without its braces, a command or a character."""
        self.space()
        source = self.source
        if self.at >= self.size or source[self.at] == "}":
            return ""
        if source[self.at] != "{":
            word = _WORD.match(source, self.at) if source[self.at] == "\\" else None
            end = word.end(1) if word else self.at + (2 if source[self.at] == "\\" else 1)
            value, self.at = source[self.at : end], end
            return value
        depth = 0
        start = self.at + 1
        for mark in _BRACE.finditer(source, self.at):
            depth += (mark[0] == "{") - (mark[0] == "}")
            if depth == 0:
                self.at = mark.end()
                return source[start : mark.start()]
        self.at = self.size
        return source[start:]

    def argument(self) -> list[Any]:
        """The nodes of the next argument."""
        self.space()
        if self.source.startswith("{", self.at):
            if self.depth >= _DEPTH:
                self.flat += 1
                self.at += 1
                return []
            self.at += 1
            return self.inside()
        if self.at >= self.size or self.source[self.at] == "}":
            return []
        nodes: list[Any] = []
        if self.source[self.at] == "\\" and self.depth < _DEPTH:
            self.depth += 1
            self.command(nodes)
            self.depth -= 1
        else:
            nodes.append(self.source[self.at])
            self.at += 1
        return nodes

    def option(self) -> str | None:
        found = _OPTION.match(self.source, self.at)
        if found:
            self.at = found.end()
            return found[1]
        return None

    def command(self, nodes: list[Any]) -> None:
        """A control sequence at the backslash."""
        word = _WORD.match(self.source, self.at)
        if word is None:
            self.symbol(nodes)
            return
        name, start = word[1], self.at
        self.at = word.end()
        macro = self.macros.get(name)
        if macro is not None and (macro.overrides or name not in KNOWN):
            self.expand(macro, name, nodes)
        elif name in SYMBOLS:
            self.at = word.end(1)
            self.gap()
            nodes.append(SYMBOLS[name])
        elif name in ACCENTS:
            self.at = word.end(1)
            self.accent(name, nodes)
        elif name in STYLES:
            self.styled(STYLES[name], nodes)
        elif name in SWITCHES:
            self.gap()
            self.switch(SWITCHES[name], nodes)
        elif name in SILENT:
            self.space()
            for _ in range(SILENT[name]):
                self.option()
                self.raw_argument()
        elif name in TRANSPARENT:
            self.option()
            nodes += self.argument()
        elif name in LOGOS:
            self.gap()
            nodes.append(LOGOS[name] if self.protected or self.straight else ("nocase", (LOGOS[name],)))
        elif name in KNOWN:
            self.other(name, word[2], nodes)
        else:
            self.unknown.append((name, start))
            spaced = self.space()
            self.option()
            if self.source.startswith("{", self.at):
                nodes += self.argument()
            else:
                # Better a stray word on the page, and a warning, than a hole nobody sees.
                nodes.append(name + (" " if spaced else ""))

    def gap(self) -> None:
        """The space that TeX eats after a control word, and an empty group that stops it from doing so."""
        if not self.space() and self.source.startswith("{}", self.at):
            self.at += 2

    def symbol(self, nodes: list[Any]) -> None:
        """A control sequence of one character that is no letter."""
        sign = self.source[self.at + 1 : self.at + 2]
        if sign in {"(", "["}:
            start = self.at + 2
            end = self.source.find("\\)" if sign == "(" else "\\]", start, start + _LONGEST_MATH)
            if end >= 0 and _is_formula(self.source[start:end]):
                self.at = end + 2
                if tex := self.source[start:end].strip():
                    nodes.append(("math", tex))
                return
        self.at += 1 + len(sign)
        if sign == "&" and (entity := _ENTITY.match(self.source[self.at - 1 : self.at + 31])):
            self.at += entity.end() - 1
            nodes.append(_entity(entity))
        elif sign in ACCENTS:
            self.accent(sign, nodes)
        elif sign in {")", "]"}:
            return
        else:
            if sign == "\\":
                self.option()
            nodes.append(_SIGNS.get(sign, sign))

    def accent(self, name: str, nodes: list[Any]) -> None:
        """An accent and its base; it falls on the first character of the argument."""
        base = self.argument()
        value = plain(base)
        if not value.strip():
            nodes.append(SPACING.get(name, "") + value)
            return
        if name in ABOVE and value[0] in "ıȷ":
            value = ("i" if value[0] == "ı" else "j") + value[1:]
        nodes.append(unicodedata.normalize("NFC", value[0] + ACCENTS[name] + value[1:]))

    def styled(self, style: str, nodes: list[Any]) -> None:
        inner = self.argument()
        _append_styled(style, inner, nodes)

    def switch(self, style: str | None, nodes: list[Any]) -> None:
        """A style for the rest of the group."""
        if style is None or self.depth >= _DEPTH:
            return
        rest: list[Any] = []
        self.depth += 1
        self.sequence(rest)
        self.depth -= 1
        _append_styled(style, rest, nodes)

    def other(self, name: str, star: str, nodes: list[Any]) -> None:
        """Commands with a form of their own."""
        if name in QUOTES:
            self.option()
            marks = "‘’" if star or self.quotes % 2 else "“”"
            self.quotes += 1
            nodes.append(marks[0])
            nodes += self.argument()
            nodes.append(marks[1])
            self.quotes -= 1
        elif name in AROUND:
            opening, closing = AROUND[name]
            nodes.append(opening)
            nodes += self.argument()
            nodes.append(closing)
        elif name in CASES:
            nodes.append(getattr(plain(self.argument()), CASES[name])())
        elif name in SECOND:
            self.option()
            self.raw_argument()
            self.option()
            nodes += self.argument()
        elif name in FIRST or name == "texorpdfstring":
            nodes += self.argument()
            self.raw_argument()
        elif name == "url":
            url = verbatim(self.raw_argument())
            if url:
                nodes.append(("link", url, (url,)))
        elif name == "href":
            url = verbatim(self.raw_argument())
            label = finished(self.argument(), strip=False)
            if url and label:
                nodes.append(("link", url, label))
            else:
                nodes += label or ((url,) if url else ())
        elif name == "ensuremath":
            tex = self.raw_argument().strip()
            nodes.append(("math", tex) if tex and _is_formula(tex) else tex)
        elif name == "verb":
            mark = self.source[self.at : self.at + 1]
            end = self.source.find(mark, self.at + 1) if mark and mark not in "{}" else -1
            if end > 0:
                nodes.append(("code", self.source[self.at + 1 : end]))
                self.at = end + 1
        elif name == "begin":
            start = self.at - len("\\begin")
            found = _MATH_ENVIRONMENT.match(self.source, start, start + _LONGEST_MATH)
            if found and _is_formula(found[2]):
                self.at = found.end()
                nodes.append(("math", found[2].strip()))
            else:
                self.raw_argument()
        elif name == "end":
            self.raw_argument()
        else:  # \penalty10000, \hskip 1em plus 2em
            found = _NUMBER.match(self.source, self.at)
            self.at = found.end() if found else self.at

    def expand(self, macro: Macro, name: str, nodes: list[Any]) -> None:
        """A user macro: its body with the arguments put in, read in its place."""
        arguments: list[str] = []
        if macro.arguments and macro.default is not None:
            given = self.option()
            arguments.append(macro.default if given is None else given)
        if macro.arguments == 0:
            self.gap()
        while len(arguments) < macro.arguments:
            arguments.append(self.raw_argument())
        body = re.sub(r"#([1-9])", lambda match: (arguments[int(match[1]) - 1 :] or [""])[0], macro.body)
        self.budget[0] -= 1
        self.budget[1] -= len(body)
        if min(self.budget) < 0 or self.depth >= _DEPTH:
            nodes.append(name)
            return
        inner = Decoder(body, self.macros, straight=self.straight, depth=self.depth + 2, budget=self.budget)
        inner.protected = self.protected
        while inner.at < inner.size:
            inner.sequence(nodes)
            inner.at += 1
        self.unknown += [(unknown, 0) for unknown, _ in inner.unknown]


def _entity(found: re.Match[str]) -> str:
    """The sign that a reference of HTML stands for; what is none stays."""
    from html import unescape  # its table of names is large, and few files need it

    return _CONTROL.sub("", unescape(found[0]))


def _append_styled(style: str, inner: list[Any], nodes: list[Any]) -> None:
    if not inner:
        return
    if style == "code":
        nodes.append(("code", plain(inner).strip()))
        return
    value = finished(inner, strip=False)
    if value:
        nodes.append((style, value))


def _is_formula(tex: str) -> bool:
    """Whether ``tex`` has balanced braces and is not nested deeper than any formula is."""
    if "{" not in tex and "}" not in tex:
        return True
    depth = 0
    for mark in _BRACE.finditer(tex):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth < 0 or depth > _MATH_DEPTH:
            return False
    return depth == 0
