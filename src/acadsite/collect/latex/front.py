r"""The front matter of a document: what its comments say in YAML, and ``\title``, ``\author`` and their like."""

from __future__ import annotations

import re
from itertools import compress
from typing import TYPE_CHECKING, Final

from acadsite import dates
from acadsite.collect.latex.tokens import Stream, Token, plain_of
from acadsite.collect.latex.writing import Row, blocks
from acadsite.problems import Span, error, quote
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.collect.latex.reading import Reading
    from acadsite.collect.latex.tokens import Place

_BEGIN: Final = re.compile(r"\s*%[ \t]*---[ \t]*\n")
_END: Final = re.compile(r"%[ \t]*(?:---|\.\.\.)[ \t]*\Z")
_EMAIL: Final = re.compile(r"[^\s@,;(){}]+@[^\s@,;(){}]+\.[A-Za-z]+")
_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_MARKS: Final = re.compile(r"\A[`<$]+|[`>$]+\Z")
#: What ends an author.
_AUTHORS: Final = frozenset({"and", "And", "AND", "AND*"})


def front_matter(
    reading: Reading, text: str, fields: Callable[[str], bool]
) -> tuple[Node | None, list[list[Row]]]:
    """The front matter of what was read, None where it has none, and blocks that stand before the text: thanks of the
    title. Values in comments win."""
    found: dict[str, Node] = {}
    keys: dict[str, Span] = {}

    def put(name: str, node: Node | None) -> None:
        if node is not None and fields(name) and name not in found:
            found[name] = node
            keys[name] = node.span

    written = _comments(reading, text)
    span = Span(reading.path, 1)
    if written is not None and isinstance(written.value, dict):
        found.update(written.value)
        keys.update(written.keys)
        span = written.span
    reading.expands = True
    put("title", _text(reading, "title"))
    put("subtitle", _text(reading, "subtitle"))
    put("authors" if fields("authors") else "author", _authors(reading))
    put("date", _date(reading))
    put("abstract", _abstract(reading))
    put("keywords" if fields("keywords") else "tags", _keywords(reading))
    put("bibliography", _bibliography(reading))
    reading.expands = False
    if not found and written is None:
        return None, []
    thanks = [reading.rows(tokens) for _, tokens in reading.front.get("title thanks", ())]
    return Node(found, span, keys=keys), thanks


def _comments(reading: Reading, text: str) -> Node | None:
    """Front matter in comments at the very start, between two lines ``% ---``."""
    begin = _BEGIN.match(text)
    if begin is None:
        return None
    first = begin[0].count("\n") + 1
    lines: list[str] = []
    for line in text[begin.end() :].split("\n"):
        if _END.match(line.strip()):
            break
        if not line.lstrip().startswith("%"):
            message = "The front matter that begins here is never closed."
            place = Span(reading.path, first - 1)
            reading.problems.append(
                error("front-matter-open", message, place, "Write a line “% ---” after the last key.")
            )
            return None
        lines.append(line.replace("%", " ", 1))
    node, problems = parse_yaml("\n".join(lines), reading.path, first)
    reading.problems += problems
    if node is not None and node.value is not None and not isinstance(node.value, dict):
        message = "Front matter must be “key: value” lines."
        reading.problems.append(error("front-matter-mapping", message, node.span))
        return None
    return node


def _text(reading: Reading, name: str) -> Node | None:
    """The last of the commands of a name, as a line of Markdown."""
    given = reading.front.get(name)
    if not given:
        return None
    place, tokens = given[-1]
    run = reading.inline(_without_thanks(reading, tokens, name))
    text = " ".join(run.line().split())
    return Node(text, reading.span(place), text) if text else None


def _without_thanks(reading: Reading, tokens: Sequence[Token], name: str) -> list[Token]:
    """Tokens without what ``\\thanks`` and footnotes say, which goes to the list of thanks of that name."""
    stream = Stream(tokens)
    out: list[Token] = []
    while (token := stream.take()) is not None:
        if token.kind == "command" and token.text in {
            "thanks",
            "footnote",
            "tnoteref",
            "corref",
            "fnref",
            "inst",
        }:
            stream.option()
            inner = stream.argument()
            if token.text in {"thanks", "footnote"}:
                reading.front.setdefault(f"{name} thanks", []).append((token.place, inner))
        elif token.kind == "command" and token.text in {"\\", "newline"}:
            stream.option()
            out.append(token._replace(kind="space", text=" ", source=" "))
        else:
            out.append(token)
    return out


def _plain(reading: Reading, tokens: Sequence[Token]) -> str:
    run = reading.inline(tokens)
    pieces = (_MARKS.sub("", piece.text) if piece.kind == "mark" else piece.text for piece in run.pieces)
    kinds = (piece.kind in {"text", "space", "mark"} for piece in run.pieces)
    return " ".join("".join(compress(pieces, kinds)).split())


def _authors(reading: Reading) -> Node | None:
    """The authors as a list, with what is said of them."""
    given = reading.front.get("author")
    if not given:
        return None
    marks = reading.front.get("author mark", [])
    places_by_mark = _institutions(reading)
    people: list[Node] = []
    for number, (place, tokens) in enumerate(given):
        mark = plain_of(marks[number][1]) if number < len(marks) else ""
        for one in _divided(tokens):
            author = _author(reading, one, place, mark, places_by_mark)
            if author is not None:
                people.append(author)
    for name in ("email", "orcid"):
        for number, (place, tokens) in enumerate(reading.front.get(name, ())):
            at = min(number, len(people) - 1)
            if at >= 0 and isinstance(people[at].value, dict):
                word = plain_of(tokens)
                people[at].value.setdefault(name, Node(word, reading.span(place), word))  # type: ignore[union-attr]
    return Node(tuple(people), reading.span(given[0][0])) if people else None


def _divided(tokens: Sequence[Token]) -> list[list[Token]]:
    r"""The authors in an ``\author``: cut at each ``\and``."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "{") - (token.kind == "}")
        if token.kind == "command" and token.text in _AUTHORS:
            found.append([])
        else:
            found[-1].append(token)
    return [part for part in found if any(token.kind not in {"space", "par"} for token in part)]


def _author(
    reading: Reading, tokens: Sequence[Token], place: Place, mark: str, institutions: dict[str, str]
) -> Node | None:
    """An author: the first line is the name, others are where they work; so are notes."""
    name_tokens, lines, notes = _parts(tokens)
    name = _plain(reading, name_tokens).strip(" ,")
    if not name:
        return None
    span = reading.span(place)
    about = [_plain(reading, line) for line in (*lines, *notes)]
    values: dict[str, Node] = {"name": Node(name, span, name)}
    email = next((found[0] for text in about if (found := _EMAIL.search(text))), "")
    orcid = next((found[0] for text in about if (found := _ORCID.search(text))), "")
    where = [_EMAIL.sub("", text).strip(" ,;()") for text in about]
    where = [text for text in where if text and not _ORCID.fullmatch(text)]
    where += [institutions[word] for word in re.split(r"[,\s]+", mark) if word in institutions]
    if not mark and "" in institutions:
        where.append(institutions[""])
    if where:
        values["affiliation"] = Node(tuple(Node(text, span, text) for text in where), span)
    for key, value in (("email", email), ("orcid", orcid)):
        if value:
            values[key] = Node(value, span, value)
    return Node(values, span, keys=dict.fromkeys(values, span))


def _parts(tokens: Sequence[Token]) -> tuple[list[Token], list[list[Token]], list[list[Token]]]:
    """Name, further lines, and notes of an author."""
    stream = Stream(tokens)
    lines: list[list[Token]] = [[]]
    notes: list[list[Token]] = []
    while (token := stream.take()) is not None:
        name = token.text if token.kind == "command" else ""
        if name in {
            "thanks",
            "footnote",
            "affiliation",
            "affil",
            "email",
            "institute",
            "address",
            "orcid",
            "orcidlink",
        }:
            stream.option()
            notes.append(stream.argument())
        elif name in {"\\", "newline", "par"}:
            stream.option()
            lines.append([])
        elif name in {
            "inst",
            "corref",
            "fnref",
            "IEEEauthorrefmark",
            "textsuperscript",
            "footnotemark",
            "IEEEmembership",
        }:
            stream.option()
            stream.argument()
        elif name in {"IEEEauthorblockN", "IEEEauthorblockA", "name", "fnm", "sur", "spfx"}:
            if name == "IEEEauthorblockA":
                lines.append([])
            stream.put([*stream.argument(), token._replace(kind="space", text=" ", source=" ")])
        elif name == "hspace":
            stream.argument()
        else:
            lines[-1].append(token)
    return lines[0], [line for line in lines[1:] if line], notes


def _institutions(reading: Reading) -> dict[str, str]:
    r"""What ``\affil[1]{…}`` and its like say, by mark."""
    found: dict[str, str] = {}
    for name in ("affil", "affiliation", "institute", "address"):
        marks = reading.front.get(f"{name} mark", [])
        for number, (_, tokens) in enumerate(reading.front.get(name, ())):
            mark = plain_of(marks[number][1]) if number < len(marks) else ""
            text = _plain(reading, tokens)
            if text:
                found[mark] = f"{found[mark]}, {text}" if mark in found else text
    return found


def _date(reading: Reading) -> Node | None:
    given = reading.front.get("date")
    if not given:
        return None
    place, tokens = given[-1]
    text = _plain(reading, _without_thanks(reading, tokens, "date"))
    if not text:
        return None
    day = text if re.fullmatch(r"\d{4}(?:-\d\d){0,2}", text) else dates.read(text)
    if not day:
        message = f"The date {quote(text)} is not understood."
        reading.warn(
            "latex-date",
            message,
            place,
            "Write it as in 2024-05-31, or in the front matter: “% date: 2024-05-31”.",
        )
        return None
    return Node(day, reading.span(place), day)


def _abstract(reading: Reading) -> Node | None:
    given = list(reading.abstract)
    for place, tokens in reading.front.get("abstract", ()):
        given.append((place, reading.rows(tokens)))
    if not given:
        return None
    text = "\n".join(row.text for row in blocks([rows for _, rows in given]))
    return Node(text, reading.span(given[0][0]), text) if text.strip() else None


def _keywords(reading: Reading) -> Node | None:
    given = reading.front.get("keywords")
    if not given:
        return None
    place, tokens = given[-1]
    words = [word.strip(" .") for word in re.split(r"[,;·]", _plain(reading, tokens))]
    span = reading.span(place)
    return Node(tuple(Node(word, span, word) for word in words if word), span)


def _bibliography(reading: Reading) -> Node | None:
    if not reading.bibliographies:
        return None
    nodes = tuple(Node(name, reading.span(place), name) for name, place in reading.bibliographies.items())
    return Node(nodes, nodes[0].span)
