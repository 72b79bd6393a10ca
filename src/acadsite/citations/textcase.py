"""Letter case of formatted text: ``lowercase``, ``uppercase``, ``capitalize-first``, ``capitalize-all``,
``sentence`` and ``title`` (English titles). What is marked ``nocase``, formulas and code stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.tree import ATOMS, Nodes, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEPT: Final = frozenset({"nocase"})
_WORD: Final = re.compile(r"[^\s/\-–—\u00a0]+|[\s/\-–—\u00a0]+")
_BREAK: Final = re.compile(r"[:?!.—][\"'”’“‘]*\s*$")
#: Small words of English titles: articles, conjunctions, prepositions, and particles of names.
_SMALL: Final = frozenset(
    """a about above across after against al along alongside amid amidst among amongst an and around as aside
    at atop before behind below beneath beside besides between beyond but by ca circa d d' d’ da das de dei
    del della der des despite di down du during el en et except for from in inside into las le les like los
    near next nor of off on onto or out over per plus so since than the through throughout till to toward
    towards under underneath until unto up upon v v. van versus via von vs vs. when with within without yet""".split()  # noqa: SIM905
)
#: Small words that are small in hyphened compounds as well ("state-of-the-art").
_ENDINGS: Final = ".,;:!?\"'”’)]}"


def cased(nodes: Sequence[Any], case: str, *, is_english: bool = True) -> Nodes:
    """The nodes in a letter case; an unknown one changes nothing."""
    if len(nodes) == 1 and isinstance(nodes[0], str):
        return [_text_cased(nodes[0], case, is_english)]
    return _cased(nodes, case, is_english)


@lru_cache(maxsize=2048)
def _text_cased(text: str, case: str, is_english: bool) -> str:
    """A text in a letter case: journals come again and again."""
    found: str = _cased([text], case, is_english)[0]
    return found


def _cased(nodes: Sequence[Any], case: str, is_english: bool) -> Nodes:
    match case:
        case "lowercase":
            return _over(nodes, str.lower)
        case "uppercase":
            return _over(nodes, str.upper)
        case "capitalize-first":
            return _first(nodes)
        case "capitalize-all":
            return _over(nodes, lambda text: _WORD.sub(lambda word: _capital(word[0]), text))
        case "sentence":
            if _is_shouted(nodes):
                nodes = _over(nodes, str.lower)
            elif is_english:
                nodes = _Sentence().over(nodes)
            return _first(nodes)
        case "title":
            return _titled(nodes) if is_english else list(nodes)
    return list(nodes)


def _over(nodes: Sequence[Any], change: Any) -> Nodes:
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str):
            out.append(change(node))
        elif node[0] in ATOMS or node[0] in _KEPT:
            out.append(node)
        else:
            out.append((*node[:-1], _over(node[-1], change)))
    return out


def _capital(word: str) -> str:
    """The word with a capital in front; a word that has capitals of its own stays."""
    for at, letter in enumerate(word):
        if letter.isalpha():
            if not word.islower():
                return word
            return word[:at] + _upper(letter) + word[at + 1 :]
        if letter.isdigit():
            return word
    return word


def _upper(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def _strings(nodes: Sequence[Any]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif node[0] not in ATOMS and node[0] not in _KEPT:
            yield from _strings(node[-1])


def _is_shouted(nodes: Sequence[Any]) -> bool:
    text = "".join(_strings(nodes))
    return text.isupper() and sum(map(str.isalpha, text)) > 3


def _first(nodes: Sequence[Any]) -> Nodes:
    """A capital for the first word, where it is small."""
    out = list(nodes)
    for at, node in enumerate(out):
        if isinstance(node, str):
            found = re.search(r"\S+", node)
            if found is None:
                continue
            word = re.match(r"[^\s\-–—/]+|\S+", found[0])
            first = word[0] if word else found[0]
            letter = next((sign for sign in first if sign.isalnum()), "")
            if letter.islower() and (first.islower()):
                place = node.index(letter, found.start())
                out[at] = node[:place] + _upper(letter) + node[place + 1 :]
            return out
        if node[0] in ATOMS or node[0] in _KEPT:
            return out
        inner = _first(node[-1])
        if any(True for _ in _strings(node[-1])):
            out[at] = (*node[:-1], inner)
            return out
    return out


def _titled(nodes: Sequence[Any]) -> Nodes:
    shouted = _is_shouted(nodes)
    last = _words(plain(nodes))
    state = _Title(shouted, last)
    return state.over(nodes)


def _words(text: str) -> int:
    """How many words there are."""
    return sum(map(_is_word, _WORD.findall(text)))


def _is_word(piece: str) -> bool:
    return piece.isalnum() or (not piece.isspace() and any(map(str.isalnum, piece)))


def _opens(before: str) -> bool:
    """Whether a word is the first one behind this text."""
    return not before.strip("\"'“‘([{¿¡ ") or _BREAK.search(before) is not None


class _Title:
    """One walk over a title: which word it is, and what stood before it."""

    def __init__(self, shouted: bool, words: int) -> None:
        self.shouted = shouted
        self.words = words
        self.seen = 0
        #: The end of the text so far, for what stands before a word.
        self.before = ""

    def over(self, nodes: Sequence[Any]) -> Nodes:
        out: Nodes = []
        for node in nodes:
            if isinstance(node, str):
                out.append("".join(map(self._piece, _WORD.findall(node))))
            elif node[0] in ATOMS or node[0] in _KEPT:
                self.before += "x"
                self.seen += _words(plain((node,)))
                out.append(node)
            else:
                out.append((*node[:-1], self.over(node[-1])))
        return out

    def _piece(self, piece: str) -> str:
        if not _is_word(piece):
            self.before += piece
            return piece
        before, self.before = self.before, (self.before + piece)[-40:]
        self.seen += 1
        if before[-1:].isalnum():
            return piece.lower() if self.shouted else piece
        core = piece.strip("\"'“”‘’()[]{}.,;:!?").lower()
        word = piece.lower() if self.shouted else piece
        is_small = core in _SMALL or core + "." in _SMALL
        if is_small and self.seen != self.words and not _opens(before):
            is_inner = piece.islower() or self.shouted or piece[1:].islower() or len(core) == 1
            return piece.lower() if is_inner and not (len(core) == 1 and piece[0].isupper()) else piece
        if before[-1:] in {"-", "–"} and len(core) == 1:
            return word
        return _capital(word)


class _Sentence:
    """One walk over a title in English: words with a capital in front and nowhere else get small."""

    def __init__(self) -> None:
        self.before = ""

    def over(self, nodes: Sequence[Any]) -> Nodes:
        out: Nodes = []
        for node in nodes:
            if isinstance(node, str):
                out.append("".join(map(self._piece, _WORD.findall(node))))
            elif node[0] in ATOMS or node[0] in _KEPT:
                self.before = "x"
                out.append(node)
            else:
                out.append((*node[:-1], self.over(node[-1])))
        return out

    def _piece(self, piece: str) -> str:
        before, self.before = self.before, (self.before + piece)[-20:]
        if piece.islower() or piece.isspace():
            return piece
        core = piece.strip("\"'“”‘’()[]{}.,;:!?")
        if not core[:1].isupper() or core == "I" or core.startswith("I’"):
            return piece
        if before[-1:].isalnum() or _opens(before):
            return piece
        plain_word = core[1:].islower() or (len(core) == 1 and core == "A" and not piece.endswith("."))
        return piece.lower() if plain_word else piece
