"""The neutral tree of formatted text, and how pieces become one text.

While a style runs, text is a list of nodes: strings, and tuples of a kind, perhaps a value, and child nodes (kinds as
in ``bibtex.latex.rich``, and ``quote``). ``finished`` joins them: two full stops become one, commas go inside quotes
where the language wants it, italics inside italics stand upright. The finished tree is tuples all through: ``em``,
``upright`` (in ``em``), ``strong``, ``regular`` (in ``strong``), ``sc``, ``lower`` (in ``sc``), ``u``, ``sup``,
``sub``, ``("link", url, …)``, ``("cite", key, …)``, ``("note", …)``, ``math``, ``code``, and the blocks
``left-margin``, ``right-inline``, ``indent`` and ``block``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Nodes: TypeAlias = list[Any]
Tree: TypeAlias = tuple[Any, ...]

#: Kinds whose second part is text and not nodes.
ATOMS: Final = frozenset({"math", "code"})
BLOCKS: Final = frozenset({"left-margin", "right-inline", "indent", "block"})
#: A kind and what it becomes inside itself.
FLIPS: Final = {"em": "upright", "strong": "regular", "sc": "lower"}
_UNFLIPS: Final = {value: key for key, value in FLIPS.items()}
#: Quotations: of the style, double and single ones of a field, and those that the field goes on behind.
QUOTES: Final = frozenset({"quote", "single", "quote-fixed", "single-fixed"})
#: Two marks that meet where two pieces are joined, and what remains of them; pairs not named here both stay.
_MEETING: Final = {
    "::": ":", ";:": ";", "!:": "!", "?:": "?",
    ":.": ":", "..": ".", ";.": ";", "!.": "!", "?.": "?",
    ";;": ";", ":!": "!", ";!": "!", "!!": "!", ":?": "?", ";?": "?", "??": "?", ",,": ",",
}  # fmt: skip
_INTO_QUOTES: Final = frozenset(".,!?")
#: What a text begins with that may meet what stands before it.
_MEETS: Final = frozenset(" .,:;!?")
_SPACES: Final = frozenset(" \u00a0")

_CLOSE: Final = ("/",)


def plain(nodes: Iterable[Any]) -> str:
    """The text of nodes without their structure; quotes as straight ones."""
    parts: list[str] = []
    _plain(nodes, parts)
    return "".join(parts)


def _plain(nodes: Iterable[Any], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif node[0] in ATOMS:
            parts.append(node[1])
        elif node[0] in QUOTES:
            parts.append("“")
            _plain(node[-1], parts)
            parts.append("”")
        else:
            _plain(node[-1], parts)


def mapped(
    nodes: Sequence[Any], change: Callable[[str], str], *, keeps: frozenset[str] = frozenset()
) -> Nodes:
    """The nodes with ``change`` done to every string, but not inside the kinds of ``keeps``."""
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str):
            out.append(change(node))
        elif node[0] in ATOMS or node[0] in keeps:
            out.append(node)
        else:
            out.append((*node[:-1], mapped(node[-1], change, keeps=keeps)))
    return out


def joined(pieces: Iterable[Nodes], delimiter: str) -> Nodes:
    """The pieces that are not empty, with the delimiter between them."""
    out: Nodes = []
    for piece in pieces:
        if piece:
            if out and delimiter:
                out.append(delimiter)
            out += piece
    return out


def finished(nodes: Sequence[Any], marks: Sequence[str], *, into_quotes: bool) -> Tree:
    """The tree of nodes. ``marks`` are the outer and the inner quotation marks, opening and closing each."""
    tokens: list[Any] = []
    _flatten(nodes, tokens)
    out: list[Any] = []
    for token in tokens:
        if not isinstance(token, str) or token[:1] not in _MEETS:
            if token:
                out.append(token)
        elif out and isinstance(out[-1], str) and out[-1][-1] not in _SPACES:
            if out[-1][-1] + token[0] in _MEETING:
                _append(out, token, into_quotes)
            else:
                out.append(token)
        else:
            _append(out, token, into_quotes)
    return _Rebuild(out, marks).tree()


def _flatten(nodes: Iterable[Any], tokens: list[Any]) -> None:
    for node in nodes:
        if isinstance(node, str) or node[0] in ATOMS:
            tokens.append(node)
        elif node[0] == "nocase":
            _flatten(node[-1], tokens)
        else:
            tokens.append(("(", *node[:-1]))
            _flatten(node[-1], tokens)
            tokens.append(_CLOSE)


def _append(out: list[Any], text: str, into_quotes: bool) -> None:
    """Adds a text behind what is there, minding the marks that meet."""
    while text:
        at = len(out) - 1
        while at >= 0 and not isinstance(out[at], str) and out[at][0] in {"(", "/"}:
            at -= 1
        right = text[0]
        before = out[at] if at >= 0 else ""
        if isinstance(before, str):
            left = before[-1:]
            if left in _SPACES and right == " " and left:
                text = text[1:]
                continue
            if left == " " and right in ",." and before.strip():
                # A space before a comma or a full stop is never meant.
                out[at] = before.rstrip(" ")
                continue
            kept = _MEETING.get(left + right, "")
            if len(kept) == 1:
                if kept == left:
                    text = text[1:]
                elif len(before) == 1:
                    del out[at]
                else:
                    out[at] = before[:-1]
                continue
        if into_quotes and right in _INTO_QUOTES and at >= 0 and _closes_quote(out, at):
            if isinstance(before, str):
                out[at] = before + right
            else:
                out.insert(at + 1, right)
            text = text[1:]
            continue
        break
    if text:
        out.append(text)


def _closes_quote(out: list[Any], at: int) -> bool:
    """Whether a quote that holds the token at ``at`` is closed behind it, with nothing but ends between."""
    ends = len(out) - 1 - at
    if not ends or any(token is not _CLOSE for token in out[at + 1 :]):
        return False
    depth = 0
    for place in range(at, -1, -1):
        token = out[place]
        if token is _CLOSE:
            depth += 1
        elif not isinstance(token, str) and token[0] == "(":
            if depth:
                depth -= 1
                continue
            if token[1] in {"quote", "single"}:
                return True
            ends -= 1
            if not ends:
                return False
    return False


class _Rebuild:
    """Tokens → tree. Marks of quotation and kinds inside themselves take turns."""

    def __init__(self, tokens: list[Any], marks: Sequence[str]) -> None:
        self.tokens = tokens
        self.marks = marks

    def tree(self) -> Tree:
        here: Nodes = []
        stack: list[tuple[tuple[Any, ...], Nodes]] = [((), here)]
        #: For each open quotation whether it has the inner marks.
        quotes: list[bool] = []
        on = dict.fromkeys(FLIPS, False)
        for token in self.tokens:
            if isinstance(token, str):
                if here and isinstance(here[-1], str):
                    here[-1] += token
                elif token:
                    here.append(token)
            elif token is _CLOSE:
                head, inner = stack.pop()
                here = outer = stack[-1][1]
                kind = head[0]
                if kind in QUOTES:
                    mark = 2 * quotes.pop()
                    _text(outer, self.marks[mark])
                    for node in inner:
                        _add(outer, node)
                    _text(outer, self.marks[mark + 1])
                    continue
                if kind is None:
                    for node in inner:
                        _add(outer, node)
                    continue
                base = kind if kind in FLIPS else _UNFLIPS.get(kind)
                if base:
                    on[base] = kind in _UNFLIPS
                if inner:
                    outer.append((*head, tuple(inner)))
            elif token[0] == "(":
                head = token[1:]
                kind = head[0]
                if kind in QUOTES:
                    quotes.append(not quotes[-1] if quotes else kind.startswith("single"))
                elif kind in FLIPS:
                    head = (FLIPS[kind],) if on[kind] else head
                    on[kind] = not on[kind]
                elif kind in _UNFLIPS:
                    base = _UNFLIPS[kind]
                    head = head if on[base] else (None,)
                    on[base] = False
                here = []
                stack.append((head, here))
            else:
                here.append(token)
        return tuple(stack[0][1])


def _text(out: Nodes, text: str) -> None:
    if out and isinstance(out[-1], str):
        out[-1] += text
    elif text:
        out.append(text)


def _add(out: Nodes, node: Any) -> None:
    if isinstance(node, str):
        _text(out, node)
    else:
        out.append(node)
