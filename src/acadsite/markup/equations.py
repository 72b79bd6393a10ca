r"""Display formulas as LaTeX writes them: their rows, labels, tags, and which of them LaTeX would number.

In: TeX, with or without its environment (``\begin{align}…``). Out: plain values, and the elements that a tree keeps
of them. Nothing is numbered here, and no TeX is changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree.ElementTree import SubElement

from acadsite.markup import tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Environments in which each row is an equation of its own.
BY_ROW: Final = frozenset({"align", "alignat", "eqnarray", "flalign", "gather"})
#: Environments that LaTeX numbers when they have no star.
NUMBERED: Final = BY_ROW | {"equation", "multline"}

_OUTER: Final = re.compile(r"\s*\\begin\{([A-Za-z]+)(\*?)\}([\s\S]*)\\end\{\1\2\}\s*\Z")
_STEP: Final = re.compile(r"\\begin(?=\s*\{)|\\end(?=\s*\{)|\\\\|\\.|[{}%]", re.DOTALL)
_LABEL: Final = re.compile(r"\\label\s*\{([^{}]*)\}")
_TAG: Final = re.compile(r"\\tag\s*(\*?)\s*\{([^{}]*)\}")
_NONE: Final = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
_REFERENCE: Final = re.compile(r"\\(eqref|ref|autoref|cref|Cref)\s*\{([^{}]*)\}")


class Row(NamedTuple):
    """A row: its label and tag (empty: none), whether the tag stands without brackets, whether LaTeX numbers it."""

    label: str
    tag: str
    bare: bool
    numbered: bool


def environment(tex: str) -> tuple[str, bool]:
    """Name and star of the environment that ``tex`` is, as a whole; an empty name when it is none."""
    found = _OUTER.match(tex)
    return (found[1], bool(found[2])) if found else ("", False)


def split_rows(tex: str) -> list[str]:
    r"""The rows of ``tex``, an environment or what is in one: cut at each ``\\`` that stands in no group and no
    inner environment."""
    outer = _OUTER.match(tex)
    body = outer[3] if outer else tex
    rows: list[str] = []
    depth = start = position = 0
    while found := _STEP.search(body, position):
        position = found.end()
        step = found[0]
        if step in {"{", r"\begin"}:
            depth += 1
        elif step in {"}", r"\end"}:
            depth -= 1
        elif step == "%":
            end = body.find("\n", position)
            position = len(body) if end < 0 else end
        elif step == r"\\" and depth <= 0:
            rows.append(body[start : found.start()])
            start = position
    last = body[start:]
    return [*rows, last] if last.strip() or not rows else rows


def rows_of(tex: str) -> tuple[Row, ...]:
    """The rows of ``tex`` that can have a number each: one for anything but the environments of ``BY_ROW``."""
    name, starred = environment(tex)
    numbered = name in NUMBERED and not starred
    pieces = split_rows(tex) if name in BY_ROW else [tex]
    return tuple(_row(piece, numbered) for piece in pieces)


def _row(text: str, numbered: bool) -> Row:
    label, tag = _LABEL.search(text), _TAG.search(text)
    return Row(
        label[1].strip() if label else "",
        tag[2].strip() if tag else "",
        bool(tag and tag[1]),
        numbered and not _NONE.search(text),
    )


def set_rows(root: Element) -> None:
    """Write what display formulas say of themselves onto their elements: ``id`` and TAG of a formula with one
    number, an EQUATION_ROW for each row of one with several."""
    for formula in root.iter(tree.MATH):
        tex = formula.text or ""
        if formula.get(tree.DISPLAY) != "block" or "\\" not in tex:
            continue
        name, starred = environment(tex)
        if "\\label" not in tex and "\\tag" not in tex and (not name or starred or name not in NUMBERED):
            continue
        rows = rows_of(tex)
        if len(rows) == 1:
            _set_one(formula, rows[0])
            continue
        for index, row in enumerate(rows):
            if row.label or row.tag or row.numbered:
                _set_one(SubElement(formula, tree.EQUATION_ROW, {tree.ROW_INDEX: str(index)}), row)


def _set_one(element: Element, row: Row) -> None:
    if row.label and "id" not in element.attrib:
        element.set("id", row.label)
    if row.tag:
        element.set(tree.TAG, row.tag if row.bare else f"({row.tag})")
    if row.numbered:
        element.set(tree.FORM, "numbered")


def without_numbers(tex: str) -> str:
    r"""``tex`` less its ``\label`` and ``\tag``, for a formula whose numbers stand beside it."""
    return _TAG.sub("", _LABEL.sub("", tex))


def references(tex: str) -> tuple[str, ...]:
    r"""The labels that ``\ref`` and ``\eqref`` in ``tex`` ask for."""
    if "ref" not in tex:
        return ()
    return tuple(found[2].strip() for found in _REFERENCE.finditer(tex))


def with_references(tex: str, numbers: dict[str, str]) -> str:
    r"""``tex`` with the numbers of the labels that ``\ref`` and ``\eqref`` name; others stay as they are."""

    def number(found: re.Match[str]) -> str:
        text = numbers.get(found[2].strip())
        if text is None:
            return found[0]
        return rf"\text{{({text})}}" if found[1] == "eqref" else rf"\text{{{text}}}"

    return _REFERENCE.sub(number, tex)
