"""Pygments' lexers with the very same tokens, three times as fast.

A ``RegexLexer`` tries the rules of its state in turn at every place, some thirty for each token. Here a state has
for each character only those rules that can match where that character comes next, as read off their parsed
patterns. What is not known for certain stays in: other characters than ASCII's, other kinds of rules, patterns or
lexers are tried as Pygments tries them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pygments.lexer import Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Chars = frozenset[str]
#: A rule of Pygments: what tries it, its kind of token or what makes tokens of the match, and the next state.
Rule = tuple["Callable[[str, int], re.Match[str] | None]", Any, Any]

#: The characters that rules are told apart by.
_CHARS: Final[Chars] = frozenset("\t\n" + "".join(map(chr, range(0x20, 0x7F))))
_NONE: Final[Chars] = frozenset()

#: To know what the rules can begin with takes about as long as it saves on this many blocks.
_WORTH: Final = 12


class QuickLexer:
    """A lexer (with the options ``stripnl`` and ``ensurenl`` off), and what is known of its states."""

    __slots__ = ("lexer", "states", "texts")

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self.texts = 0
        plain = (
            isinstance(lexer, RegexLexer)
            and type(lexer).get_tokens is Lexer.get_tokens
            and type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed
            and not lexer.filters
            and _PARSER is not None
        )
        tokens: Any = getattr(lexer, "_tokens", None)
        self.states = (
            {name: _State(rules) for name, rules in tokens.items()}
            if plain and type(tokens) is dict
            else None
        )

    def tokens(self, text: str) -> Iterable[tuple[Any, str]]:
        """What ``lexer.get_tokens(text)`` gives: kinds of tokens and their texts."""
        self.texts += 1
        if self.states is None or self.texts <= _WORTH or "\r" in text or text[:1] == "\ufeff":
            return self.lexer.get_tokens(text)
        return _tokens(self.lexer, self.states, text)


class _State(dict[str, "Sequence[Rule]"]):
    """The rules of a state to try, by the character that comes next (an empty string at the end)."""

    __slots__ = ("rules",)

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self.rules = rules

    def __missing__(self, char: str) -> Sequence[Rule]:
        rules = self.rules
        if char in _CHARS:
            rules = [rule for rule in rules if char in _beginnings_of(rule[0])]
        self[char] = rules
        return rules


def _tokens(lexer: Lexer, states: dict[str, _State], text: str) -> Iterator[tuple[Any, str]]:
    stack = ["root"]
    state = states["root"]
    position = 0
    while True:
        char = text[position : position + 1]
        for match, action, follows in state[char]:
            found = match(text, position)
            if found is None:
                continue
            if type(action) is _TokenType:
                yield action, found[0]
            elif action is not None:
                for _, kind, piece in action(lexer, found):
                    yield kind, piece
            position = found.end()
            if follows is not None:
                _follow(stack, follows)
                state = states[stack[-1]]
            break
        else:
            if not char:
                return
            if char == "\n":  # whatever went wrong in a line ends with it
                stack = ["root"]
                state = states["root"]
            yield (Whitespace if char == "\n" else Error), char
            position += 1


def _follow(stack: list[str], follows: Any) -> None:
    """Change the stack of states as a rule says: a number to drop, ``#push``, or a tuple of steps."""
    if isinstance(follows, int):
        del stack[max(1, len(stack) - abs(follows)) :]
        return
    for step in follows if isinstance(follows, tuple) else (follows,):
        if step == "#pop":
            if len(stack) > 1:
                stack.pop()
        else:
            stack.append(stack[-1] if step == "#push" else step)


# --- what a pattern can begin with -----------------------------------------------------------------------------

try:  # Python's own parser of patterns, which it does not promise to keep
    _PARSER: Final[Any] = import_module("re._parser")
except ImportError:
    _PARSER = None  # type: ignore[misc]


def _beginnings_of(match: Any) -> Chars:
    pattern = getattr(match, "__self__", None)
    return beginnings(pattern) if isinstance(pattern, re.Pattern) and match == pattern.match else _CHARS


@lru_cache(maxsize=8192)
def beginnings(pattern: re.Pattern[str]) -> Chars:
    """Those characters (tab, line break and printable ASCII) before which ``pattern`` may match; perhaps more."""
    try:
        parsed = _PARSER.parse(pattern.pattern, pattern.flags)
        chars, empty, before = _sequence(parsed, parsed.state.flags)
    except Exception:  # noqa: BLE001 - a parser unlike the one that is known
        return _CHARS
    return chars | before if empty else chars


def _sequence(items: Any, flags: int) -> tuple[Chars, bool, Chars]:
    """With what a match of ``items`` can begin; whether it may be empty; before what an empty one may stand."""
    chars, before = _NONE, _CHARS
    for item in items:
        first, empty, here = _item(str(item[0]), item[1], flags)
        chars |= first & before
        if not empty:
            return chars, False, before
        before &= here
    return chars, True, before


def _item(name: str, value: Any, flags: int) -> tuple[Chars, bool, Chars]:
    """As ``_sequence``, of one step of a parsed pattern."""
    if name == "LITERAL":
        return _either_case(_literal(value), value > 0x7F, flags), False, _CHARS
    if name == "NOT_LITERAL":
        return _CHARS - _literal(value), False, _CHARS
    if name == "IN":
        return _one_of(value, flags), False, _CHARS
    if name == "ANY":
        return (_CHARS if flags & re.DOTALL else _CHARS - {"\n"}), False, _CHARS
    if name == "SUBPATTERN":
        _, added, removed, inner = value
        return _sequence(inner, (flags | added) & ~removed)
    if name == "ATOMIC_GROUP":
        return _sequence(value, flags)
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, _, inner = value
        chars, empty, before = _sequence(inner, flags)
        return (chars, empty, before) if least else (chars, True, _CHARS)
    if name == "BRANCH":
        parts = [_sequence(inner, flags) for inner in value[1]]
        before = _NONE.union(*(before for _, empty, before in parts if empty))
        return _NONE.union(*(chars for chars, _, _ in parts)), any(part[1] for part in parts), before
    if name == "ASSERT" and value[0] > 0:
        chars, empty, before = _sequence(value[1], flags)
        return _NONE, True, chars | before if empty else chars
    if name in {"ASSERT", "ASSERT_NOT"}:
        return _NONE, True, _CHARS
    if name == "AT":
        ends = {"AT_END": frozenset("\n"), "AT_END_STRING": _NONE}
        return _NONE, True, ends.get(str(value), _CHARS)
    return _CHARS, True, _CHARS  # references to groups, and what is not known


def _one_of(items: Any, flags: int) -> Chars:
    """The characters of a class in brackets."""
    chars, negated, foreign = _NONE, False, False
    for item, value in items:
        name = str(item)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            chars |= _literal(value)
            foreign |= value > 0x7F
        elif name == "RANGE":
            low, high = value
            chars |= {char for char in _CHARS if low <= ord(char) <= high}
            foreign |= high > 0x7F
        elif name == "CATEGORY" and str(value) in _CATEGORIES:
            chars |= _CATEGORIES[str(value)]
        else:
            return _CHARS
    # Without regard to case a class holds more than it says: its complement without those is too large, not too small.
    return _CHARS - chars if negated else _either_case(chars, foreign, flags)


def _literal(code: int) -> Chars:
    return _CHARS & {chr(code)}


def _either_case(chars: Chars, foreign: bool, flags: int) -> Chars:
    """With the letters of the other case where case does not matter; all, where letters are not ASCII's (the
    Kelvin sign is a K)."""
    if not flags & re.IGNORECASE:
        return chars
    return _CHARS if foreign else chars | {char.swapcase() for char in chars}


#: Printable ASCII is divided alike with and without ``re.ASCII``.
_CATEGORIES: Final = {
    f"CATEGORY_{name}": frozenset(char for char in _CHARS if re.match(pattern, char))
    for name, pattern in (
        ("DIGIT", r"\d"),
        ("NOT_DIGIT", r"\D"),
        ("SPACE", r"\s"),
        ("NOT_SPACE", r"\S"),
        ("WORD", r"\w"),
        ("NOT_WORD", r"\W"),
    )
}
