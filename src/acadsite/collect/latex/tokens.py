r"""LaTeX source → tokens, and a stream of them that macros and files can be put in front of.

Catcodes are those of LaTeX and never change. Comments are gone, an empty line is a ``par``, and what LaTeX reads
sign by sign (``\verb``, ``verbatim``, listings, drawings, addresses) is one token with its text. Never raises; the time
is linear in the length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Environments whose source is code that is shown as it stands.
CODE: Final = (
    "verbatim", "verbatim*", "Verbatim", "BVerbatim", "LVerbatim", "alltt", "lstlisting", "lstlisting*", "minted",
    "minted*",
)  # fmt: skip
#: Environments that draw, by a program of their own.
DRAWINGS: Final = (
    "tikzpicture", "tikzcd", "pgfpicture", "pspicture", "picture", "circuitikz", "forest", "feynman", "asy", "axis",
    "scope", "psfrags", "overpic", "xy", "prooftree",
)  # fmt: skip
#: Environments that are not for readers.
UNSEEN: Final = ("comment", "filecontents", "filecontents*", "CCSXML")
#: Environments of algorithms, whose lines ``markup.pseudocode`` reads.
STEPS: Final = ("algorithmic", "algorithmic*")

_RAW: Final = frozenset((*CODE, *DRAWINGS, *UNSEEN, *STEPS))
_NAMED: Final = re.compile(r"\s*\{([A-Za-z0-9]+\*?)\}")
_TOKEN: Final = re.compile(
    r"(?P<command>\\(?:[A-Za-z@]+\*?|[\s\S]|\Z))"
    r"|(?P<space>[ \t\n]+)"
    r"|(?P<comment>%[^\n]*(?:\n[ \t]*|\Z))"
    r"|(?P<math>\$\$?)"
    r"|(?P<parameter>\#+[0-9]?)"
    r"|(?P<sign>[{}\[\]&^_~])"
    r"|(?P<text>[^\\ \t\n%$#{}\[\]&^_~]+)"
)
#: Commands whose argument is read sign by sign: how many of them.
_ADDRESSES: Final = {"url": 1, "nolinkurl": 1, "path": 1, "href": 1}
_CODES: Final = frozenset({"verb", "verb*", "lstinline", "Verb", "mintinline"})
_FALSE: Final = re.compile(r"\\(iffalse|if[A-Za-z@]*|fi)(?![A-Za-z@])")


class Place(NamedTuple):
    """A line of a file: the number of the file among those that were read, and the line, from 1 on."""

    file: int
    line: int


class Token(NamedTuple):
    """A piece of source. ``kind``: ``command`` (``text`` is the name), ``text``, ``space``, ``par``, ``math``,
    ``parameter``, one of the signs, ``raw`` (an environment that is one token: ``text`` its content, ``value`` its
    name and what stands in brackets or braces behind it), ``code`` (``\\verb``), ``address``, ``lost`` (an
    environment without end). ``source``: as it was written."""

    kind: str
    text: str
    source: str
    place: Place
    value: tuple[str, ...] = ()


def tokens_of(text: str, file: int, line: int = 1) -> list[Token]:
    """The tokens of a file whose number is ``file``; ``text`` is clean (``markup.source.cleaned``)."""
    return _Lexer(text, file, line).run()


class _Lexer:
    """State of reading one file."""

    def __init__(self, text: str, file: int, line: int) -> None:
        self.text, self.file = text, file
        self.at, self.line = 0, line
        self.found: list[Token] = []

    def run(self) -> list[Token]:
        text, size = self.text, len(self.text)
        while self.at < size:
            found = _TOKEN.match(text, self.at)
            if found is None:  # cannot be: every character begins a token
                break
            kind, source = found.lastgroup or "", found[0]
            if kind == "command":
                self.command(source[1:])
            elif kind == "space":
                self.add(
                    "par" if source.count("\n") > 1 else "space", "\n" if "\n" in source else " ", source
                )
            elif kind == "comment":
                self.go_on(source)
                if source.endswith("\n") or "\n" in source:
                    self.after_comment()
            elif kind == "sign":
                self.add(source, source, source)
            else:
                self.add(kind, source, source)
        return self.found

    def add(self, kind: str, text: str, source: str, value: tuple[str, ...] = ()) -> None:
        self.found.append(Token(kind, text, source, Place(self.file, self.line), value))
        self.go_on(source)

    def go_on(self, source: str) -> None:
        self.at += len(source)
        self.line += source.count("\n")

    def after_comment(self) -> None:
        """An empty line behind a comment ends a paragraph; a comment itself takes the end of its line away."""
        empty = re.compile(r"(?:[ \t]*\n)+[ \t]*").match(self.text, self.at)
        if empty is not None and empty[0]:
            self.add("par", "\n", empty[0])

    def command(self, name: str) -> None:
        """A command, and what it reads sign by sign."""
        if name == "begin" and self.raw():
            return
        if name in _CODES and self.code(name):
            return
        if name == "iffalse":
            self.skip()
            return
        if not name:
            self.add("text", "\\", "\\")
            return
        if len(name) == 1 and name in " \t\n":
            self.add("command", " ", "\\" + name)
            return
        if name.endswith("*") and name[:-1] in _ADDRESSES:
            name = name[:-1]
        self.add("command", name, "\\" + name)
        if name in _ADDRESSES:
            self.address()

    def raw(self) -> bool:
        """An environment that is one token."""
        named = _NAMED.match(self.text, self.at + len("\\begin"))
        if named is None or named[1] not in _RAW:
            return False
        name, start = named[1], named.end()
        closing = f"\\end{{{name}}}"
        end = self.text.find(closing, start)
        kind = "raw" if end >= 0 else "lost"
        stop = end if end >= 0 else len(self.text)
        options: list[str] = [name]
        inner = start
        if name not in STEPS and name not in UNSEEN:
            inner = self.options(start, stop, options, name)
        whole = self.text[self.at : stop + len(closing) if end >= 0 else stop]
        self.add(kind, self.text[inner:stop], whole, tuple(options))
        return True

    def options(self, start: int, stop: int, options: list[str], name: str) -> int:
        """Where the content begins behind the brackets and braces that follow the name; these are added to
        ``options``."""
        at = start
        if self.text[at : at + 1] == "[":
            end = _closing(self.text, at, stop, "[", "]")
            if end > 0:
                options.append(self.text[at + 1 : end])
                at = end + 1
        if len(options) == 1:
            options.append("")
        if name.startswith("minted") and self.text[at : at + 1] == "{":
            end = _closing(self.text, at, stop, "{", "}")
            if end > 0:
                options.append(self.text[at + 1 : end])
                at = end + 1
        return at

    def code(self, name: str) -> bool:
        r"""``\verb|…|`` and its like; False where it is none."""
        start = at = self.at + 1 + len(name)
        text = self.text
        language = ""
        if text[at : at + 1] == "[" and name in {"lstinline", "mintinline"}:
            at = text.find("]", at) + 1 or at
        if name == "mintinline" and text[at : at + 1] == "{":
            end = text.find("}", at)
            language, at = text[at + 1 : end], end + 1
        mark = text[at : at + 1]
        if not mark or mark.isalpha() or mark.isspace():
            return False
        end = _closing(text, at, len(text), "{", "}") if mark == "{" else text.find(mark, at + 1)
        if end < at or "\n" in text[at:end]:
            return False
        del start
        self.add("code", text[at + 1 : end], text[self.at : end + 1], (language,))
        return True

    def address(self) -> None:
        """The argument of a command that reads an address: ``%`` and ``#`` are no more than themselves."""
        blank = re.compile(r"[ \t]*").match(self.text, self.at)
        at = blank.end() if blank else self.at
        if self.text[at : at + 1] != "{":
            return
        end = _closing(self.text, at, len(self.text), "{", "}")
        if end < 0:
            return
        self.add("address", self.text[at + 1 : end], self.text[self.at : end + 1])

    def skip(self) -> None:
        r"""``\iffalse … \fi``: a comment."""
        depth, at = 0, self.at
        for found in _FALSE.finditer(self.text, self.at):
            depth += -1 if found[1] == "fi" else 1
            if depth == 0:
                at = found.end()
                break
        else:
            at = len(self.text)
        self.go_on(self.text[self.at : at])


def _closing(text: str, start: int, stop: int, opening: str, closing: str) -> int:
    """Where the bracket that opens at ``start`` is closed; -1 where it is not."""
    depth = 0
    step = re.compile(rf"\\[\s\S]|[{re.escape(opening + closing)}]")
    for found in step.finditer(text, start, stop):
        depth += (found[0] == opening) - (found[0] == closing)
        if depth == 0 and found[0] == closing:
            return found.start()
    return -1


_MOST_FAILED: Final = 200


class Stream:
    """Tokens to be read, the next one last. ``failed`` counts the brackets that nothing closes: where there are very
    many, no more are looked for, since each costs the length of the text."""

    __slots__ = ("failed", "tokens")

    def __init__(self, tokens: Sequence[Token] = ()) -> None:
        self.tokens = list(reversed(tokens))
        self.failed = 0

    def take(self) -> Token | None:
        """The next token; None at the end."""
        return self.tokens.pop() if self.tokens else None

    def peek(self) -> Token | None:
        """The next token, which stays."""
        return self.tokens[-1] if self.tokens else None

    def put(self, tokens: Iterable[Token]) -> None:
        """Put tokens in front."""
        self.tokens.extend(reversed(list(tokens)))

    def skip_spaces(self) -> None:
        """Pass over blanks, but not over the end of a paragraph."""
        while self.tokens and self.tokens[-1].kind == "space":
            self.tokens.pop()

    def group(self) -> list[Token] | None:
        """The tokens of the group that is next, without its braces; None where it is never closed, and nothing is
        taken."""
        tokens = self.tokens
        depth = 0
        if self.failed > _MOST_FAILED:
            return None
        for at in range(len(tokens) - 1, -1, -1):
            kind = tokens[at].kind
            if kind == "{":
                depth += 1
            elif kind == "}":
                depth -= 1
                if depth == 0:
                    found = tokens[at + 1 : -1]
                    del tokens[at:]
                    found.reverse()
                    return found
        self.failed += 1
        return None

    def argument(self) -> list[Token]:
        """The next argument: a group without its braces, or one token; a run of text gives its first character."""
        self.skip_spaces()
        token = self.peek()
        if token is None or token.kind in {"}", "par"}:
            return []
        if token.kind == "{":
            found = self.group()
            if found is not None:
                return found
            self.take()
            return []
        self.take()
        if token.kind == "text" and len(token.text) > 1:
            rest = token.text[1:]
            self.tokens.append(token._replace(text=rest, source=rest))
            return [token._replace(text=token.text[0], source=token.text[0])]
        return [token]

    def option(self) -> list[Token] | None:
        """The tokens in brackets that are next; None where there are none."""
        tokens = self.tokens
        at = len(tokens) - 1
        while at >= 0 and tokens[at].kind == "space":
            at -= 1
        if at < 0 or tokens[at].kind != "[" or self.failed > _MOST_FAILED:
            return None
        start = at
        depth = brackets = 0
        for at in range(start, -1, -1):
            kind = tokens[at].kind
            depth += (kind == "{") - (kind == "}")
            if kind == "par" or depth < 0:
                break
            if depth == 0:
                brackets += (kind == "[") - (kind == "]")
                if brackets == 0:
                    found = tokens[at + 1 : start]
                    del tokens[at:]
                    found.reverse()
                    return found
        self.failed += 1
        return None


def source_of(tokens: Iterable[Token]) -> str:
    """Tokens as they were written; where a macro brought two together, a blank keeps a command from what follows."""
    out: list[str] = []
    word = False
    for token in tokens:
        if word and token.source[:1].isalpha():
            out.append(" ")
        out.append(token.source)
        word = token.kind == "command" and token.text[-1:].isalpha()
    return "".join(out)


def plain_of(tokens: Iterable[Token]) -> str:
    """The text of tokens that are to be a name, a length or the like, on one line."""
    return " ".join("".join(token.source for token in tokens).split())
