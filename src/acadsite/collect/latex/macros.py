r"""Commands and environments that a document defines: ``\newcommand`` and its relatives.

A macro is a list of tokens with parameters; it is expanded in text, and in formulas left to the formula's own reader,
which gets its definition, unless it begins or ends an environment. Nothing is executed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from acadsite.collect.latex.tokens import Token, plain_of, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.collect.latex.tokens import Stream

#: What has to be seen in a formula before it is read.
_STRUCTURE: Final = frozenset(
    {"begin", "end", "label", "tag", "nonumber", "notag", "ref", "eqref", "[", "]", "(", ")"}
)
#: What is nothing in a formula.
_NOTHING: Final = frozenset({"xspace", "protect", "relax", "null", "nobreak", "allowbreak"})
_SPEC: Final = re.compile(r"[mo]|O\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Macro:
    """A command: how many arguments it takes, the default of the first where that may be left out, its body; ``source``
    is the definition for formulas, ``alias`` the command that it is another name of."""

    count: int
    default: tuple[Token, ...] | None
    body: tuple[Token, ...]
    source: str
    alias: str = ""

    @property
    def is_structure(self) -> bool:
        """Whether it stands for a part of a formula that is looked for before the formula is read."""
        return any(
            (token.kind == "command" and token.text in _STRUCTURE) or token.kind == "math"
            for token in self.body
        )


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment: the same, with what stands at its end."""

    begin: Macro
    end: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of theorem: its word in print, the counter that it shares or is counted by (``""``: its own), whether it
    has no number."""

    word: str
    shares: str = ""
    within: str = ""
    starred: bool = False


def named(tokens: Sequence[Token]) -> str:
    r"""The name of the command that an argument holds (``{\x}`` or ``\x``); empty where it is none."""
    inner = [token for token in tokens if token.kind not in {"space", "par"}]
    return inner[0].text if len(inner) == 1 and inner[0].kind == "command" else ""


def command(stream: Stream, name: str) -> tuple[str, Macro] | None:
    r"""The macro that follows ``\newcommand``, ``\DeclareMathOperator`` or the like; None where it is none that can be
    read."""
    bare = name.rstrip("*")
    if bare in {"def", "gdef", "edef", "xdef"}:
        return _def(stream)
    if bare == "let":
        return _let(stream)
    if (token := stream.peek()) is not None and token.source == "*":
        stream.take()
        name += "*"
    word = named(stream.argument())
    if not word:
        return None
    if bare == "DeclareMathOperator":
        body = stream.argument()
        source = rf"\{name}{{\{word}}}{{{source_of(body)}}}"
        return word, Macro(0, None, tuple(_operator(body)), source)
    if bare.endswith("DocumentCommand"):
        return _document_command(stream, word)
    if bare == "DeclarePairedDelimiter":
        return _delimiters(stream, word)
    count = _count(stream)
    default = stream.option()
    body = stream.argument()
    return word, made(word, count, default, body)


def made(word: str, count: int, default: Sequence[Token] | None, body: Sequence[Token]) -> Macro:
    """A macro with the definition that formulas get."""
    numbers = f"[{count}]" if count else ""
    optional = f"[{source_of(default)}]" if default is not None else ""
    inner = source_of(token for token in body if token.kind != "command" or token.text not in _NOTHING)
    source = rf"\newcommand{{\{word}}}{numbers}{optional}{{{inner}}}"
    return Macro(count, None if default is None else tuple(default), tuple(body), source)


def _operator(body: Sequence[Token]) -> list[Token]:
    place = body[0].place if body else None
    if place is None:
        return []
    return [
        Token("command", "ensuremath", r"\ensuremath", place),
        Token("{", "{", "{", place),
        Token("command", "operatorname", r"\operatorname", place),
        Token("{", "{", "{", place),
        *body,
        Token("}", "}", "}", place),
        Token("}", "}", "}", place),
    ]


def _count(stream: Stream) -> int:
    given = stream.option()
    word = plain_of(given) if given else ""
    return int(word) if word.isdecimal() and int(word) < 10 else 0


def _def(stream: Stream) -> tuple[str, Macro] | None:
    token = stream.take()
    if token is None or token.kind != "command":
        return None
    count = 0
    while (parameter := stream.peek()) is not None and parameter.kind == "parameter":
        count += 1
        stream.take()
        if parameter.text != f"#{count}":
            return None
    stream.skip_spaces()
    opening = stream.peek()
    if opening is None or opening.kind != "{":
        return None  # parameters with words between them
    body = stream.argument()
    return token.text, made(token.text, count, None, body)


def _let(stream: Stream) -> tuple[str, Macro] | None:
    stream.skip_spaces()
    first = stream.take()
    if (token := stream.peek()) is not None and token.source == "=":
        stream.take()
    stream.skip_spaces()
    second = stream.take()
    if first is None or second is None or first.kind != "command":
        return None
    macro = made(first.text, 0, None, [second])
    return first.text, replace(macro, alias=second.text if second.kind == "command" else "")


def _document_command(stream: Stream, word: str) -> tuple[str, Macro] | None:
    spec = source_of(stream.argument()).replace(" ", "")
    body = stream.argument()
    parts = list(_SPEC.finditer(spec))
    if (
        "".join(part[0] for part in parts) != spec
        or any(part[0] != "m" for part in parts[1:])
        or len(parts) > 9
    ):
        return None
    default: list[Token] | None = None
    if parts and parts[0][0] != "m":
        place = body[0].place if body else None
        text = parts[0][1] or ""
        default = [Token("text", text, text, place)] if text and place else []
    return word, made(word, len(parts), default, body)


def _delimiters(stream: Stream, word: str) -> tuple[str, Macro]:
    left, right = stream.argument(), stream.argument()
    place = left[0].place if left else right[0].place if right else None
    if place is None:
        return word, made(word, 0, None, [])
    body = [
        *(Token("command", "left", r"\left", place), *left, Token("space", " ", " ", place)),
        *(Token("parameter", "#1", "#1", place), Token("command", "right", r"\right", place), *right),
    ]
    return word, made(word, 1, None, body)


def environment(stream: Stream) -> tuple[str, Environment] | None:
    r"""What follows ``\newenvironment``."""
    if (token := stream.peek()) is not None and token.source == "*":
        stream.take()
    word = plain_of(stream.argument())
    count = _count(stream)
    default = stream.option()
    begin, end = stream.argument(), stream.argument()
    if not word:
        return None
    return word, Environment(
        Macro(count, None if default is None else tuple(default), tuple(begin), ""), tuple(end)
    )


def theorem(stream: Stream, name: str) -> tuple[str, Kind] | None:
    r"""What follows ``\newtheorem``, ``\declaretheorem`` or ``\spnewtheorem``."""
    starred = name.endswith("*")
    if (token := stream.peek()) is not None and token.source == "*":
        stream.take()
        starred = True
    if name.startswith("declaretheorem"):
        options = _options(plain_of(stream.option() or ()))
        word = plain_of(stream.argument())
        options |= _options(plain_of(stream.option() or ()))
        shares = options.get("sibling") or options.get("numberlike") or options.get("sharenumber") or ""
        within = options.get("within") or options.get("numberwithin") or options.get("parent") or ""
        starred = starred or options.get("numbered") == "no"
        return (
            (word, Kind(options.get("name") or word.capitalize(), shares, within, starred)) if word else None
        )
    word = plain_of(stream.argument())
    shares = plain_of(stream.option() or ())
    printed = plain_of(stream.argument())
    within = plain_of(stream.option() or ())
    if name.startswith("spnewtheorem"):
        stream.argument()
        stream.argument()
    return (word, Kind(printed, shares, within, starred)) if word else None


def _options(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip(): value.strip().strip("{}") for name, _, value in pairs}


def expanded(macro: Macro, stream: Stream) -> list[Token]:
    """The body of a macro with its arguments, which are taken from ``stream``."""
    arguments: list[Sequence[Token]] = []
    if macro.count and macro.default is not None:
        given = stream.option()
        arguments.append(macro.default if given is None else given)
    while len(arguments) < macro.count:
        arguments.append(stream.argument())
    return filled(macro.body, arguments)


def filled(body: Sequence[Token], arguments: Sequence[Sequence[Token]]) -> list[Token]:
    """A body with its parameters replaced."""
    if not any(token.kind == "parameter" for token in body):
        return list(body)
    out: list[Token] = []
    for token in body:
        if token.kind != "parameter":
            out.append(token)
        elif token.text.startswith("##"):
            out.append(token._replace(text=token.text[1:], source=token.source[1:]))
        elif token.text[1:].isdigit() and 0 < int(token.text[1:]) <= len(arguments):
            out += arguments[int(token.text[1:]) - 1]
    return out
