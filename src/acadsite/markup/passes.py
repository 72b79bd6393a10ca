"""What a text shows of the numbers and citations of its work, written into a copy of its tree.

In: a document that was read, its numbers, and functions and values that say where references lead and what citations
read. Out: a document whose tree says all of that (NUMBER, WORD, SHOWN, ``href``, prepared groups, the bibliography),
and what is wrong. Writers show it and know nothing of where it is from. A pure function; the same text may be
prepared in two ways, for the page and for the PDF.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import equations, tree
from acadsite.markup.outline import clusters, walk
from acadsite.markup.scholarly import add_text
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, did_you_mean, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acadsite.markup import Document
    from acadsite.markup.numbering import Number, Target

#: References in one card; a group of more shows the first ones.
_MOST_CARDS: Final = 8
_MOST_BACK: Final = 20
_ABBREVIATED: Final = re.compile(r"[A-Za-zÀ-ÿ]+\.?\Z")


class Back(NamedTuple):
    """A place that cites: its address, and number and title of the section or chapter around it, as far as it has
    them."""

    href: str
    number: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference of the bibliography: its key, what it reads (an element whose text and children are inlines of
    ``tree``), and the label before it (``[1]``; empty for none). ``back``: places of other texts that cite it."""

    key: str
    content: Element
    label: str = ""
    back: tuple[Back, ...] = ()


@dataclass(frozen=True, slots=True)
class Citing:
    """What the citations of a text read.

    ``clusters``: by its number in the text's outline, an element whose text and children are what to show; links to
    references have ``href`` of ``reference_id``. ``entries``: the references cited, by each key that the text has for
    them, for what is shown beside a citation. ``bibliography``: those that this text lists, in order. ``page``: the
    address of the page that lists them, empty when it is this text's.
    """

    clusters: Mapping[int, Element] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    bibliography: Sequence[Entry] = ()
    page: str = ""
    title: str = ""  #: a heading before a bibliography that has no place of its own


def reference_id(key: str) -> str:
    """The id of a reference in a bibliography."""
    return f"ref-{key}"


def citation_id(index: int) -> str:
    """The id of a group of citations by its number in the outline."""
    return f"cite-{index + 1}"


def prepare(
    document: Document,
    *,
    numbers: Sequence[Number | None] = (),
    find: Callable[[str], Target | None] | None = None,
    known: Callable[[], Iterable[str]] = tuple,
    name: str = "",
    address: Callable[[str], str] | None = None,
    citing: Citing | None = None,
) -> Document:
    """``document`` as it is shown in its work.

    ``numbers``: one for each label of its outline. ``find`` says where an id leads, ``known`` gives all ids for the
    sake of a hint; without ``find`` references stay as they were read. ``name``: the text's own name; ``address``
    gives the address of the page of another text. ``citing``: what citations read; without it they stay as well.
    """
    root = deepcopy(document.tree)
    work = _Passes(document, root, find, known, name, address)
    work.number(numbers)
    if find is not None:
        work.refer()
    work.tell_cells()
    if citing is not None:
        work.cite(citing)
    return replace(document, tree=root, problems=(*document.problems, *work.problems))


@dataclass(slots=True)
class _Passes:
    """State of one preparation."""

    document: Document
    root: Element
    find: Callable[[str], Target | None] | None
    known: Callable[[], Iterable[str]]
    name: str
    address: Callable[[str], str] | None
    problems: list[Problem] = field(default_factory=list)

    def place(self, element: Element, line: int) -> Span:
        source = self.document.source
        at = element.get(tree.AT)
        return (
            source.span(int(at)) if at is not None else source.line_span(int(element.get(tree.LINE) or line))
        )

    # --- numbers -----------------------------------------------------------------------------------------------

    def number(self, numbers: Sequence[Number | None]) -> None:
        for (element, _kind, _part), number in zip(walk(self.root), numbers, strict=False):
            if number is not None:
                element.set(tree.NUMBER, number.number)
                if number.word:
                    element.set(tree.WORD, number.word)

    # --- cross-references --------------------------------------------------------------------------------------

    def refer(self) -> None:
        line = self.document.source.first_line
        for element in self.root.iter():
            line = int(element.get(tree.LINE) or line)
            if element.tag == tree.CROSS_REFERENCE:
                self.reference(element, line)
            elif element.tag == tree.MATH and "ref" in (element.text or ""):
                self.formula(element, line)
        for group in [group for group in self.root.iter(tree.CITATIONS) if group.find(tree.CITE) is None]:
            # No citations: nothing that brackets would mark.
            group.tag = tree.SPAN
            for name in (tree.FORM, tree.AT):
                group.attrib.pop(name, None)
            for item in group[:-1]:
                item.tail = ", "

    def look(self, key: str, place: Span) -> Target | None:
        found = self.find(key) if self.find is not None else None
        if found is None:
            hint = did_you_mean(key, self.known()) or f"Give it one with {{#{key}}}."
            self.problems.append(
                warning("markup-unknown-reference", f"nothing here has the id {quote(key)}", place, hint)
            )
        return found

    def href(self, target: Target) -> str:
        page = self.address(target.text) if self.address is not None and target.text != self.name else ""
        return f"{page}#{target.id}"

    def reference(self, element: Element, line: int) -> None:
        key = element.get(tree.KEY, "")
        target = self.look(key, self.place(element, line))
        if target is None:
            element.set(tree.SHOWN, f"@{key}")
            return
        element.set("href", self.href(target))
        prefix = element.find(tree.PREFIX)
        form = element.get(tree.KIND, "")
        if not target.number:
            text = target.title or target.word or key
        elif form == "eqref":
            text = f"({target.number})"
        elif element.get(tree.SUPPRESS) == "yes" or form == "ref" or self.is_word(prefix, target):
            text = target.number
        else:
            text = f"{target.word}\N{NO-BREAK SPACE}{target.number}" if target.word else target.number
        element.set(tree.SHOWN, text)

    @staticmethod
    def is_word(prefix: Element | None, target: Target) -> bool:
        """Whether what stands before a reference is its word, perhaps shortened (``[Fig. @fig-x]``)."""
        words = text_of(prefix).split() if prefix is not None else []
        if not words or not _ABBREVIATED.fullmatch(words[-1]):
            return False
        word = words[-1].rstrip(".").casefold()
        return len(word) > 1 and (
            target.word.casefold().startswith(word) or word.startswith(target.word.casefold()[:4])
        )

    def formula(self, element: Element, line: int) -> None:
        tex = element.text or ""
        numbers = {}
        for key in equations.references(tex):
            target = self.look(key, self.place(element, line))
            if target is not None and target.number:
                numbers[key] = target.number
        if numbers:
            element.text = equations.with_references(tex, numbers)

    def tell_cells(self) -> None:
        """One notice for all the code that another tool would run."""
        cells = [block for block in self.root.iter(tree.CODE_BLOCK) if block.get(tree.CELL_CODE)]
        if cells:
            count = f"{len(cells)} code cells are" if len(cells) > 1 else "a code cell is"
            self.problems.append(
                warning(
                    "markup-code-not-run",
                    f"{count} shown and not run",
                    self.place(cells[0], self.document.source.first_line),
                    "Write ```python instead of ```{python} when it is not meant to run.",
                )
            )

    # --- citations ---------------------------------------------------------------------------------------------

    def cite(self, citing: Citing) -> None:
        back: dict[str, list[Back]] = {}
        around = _sections(self.root) if citing.bibliography else {}
        for index, (group, _note) in enumerate(clusters(self.root)):
            keys = [item.get(tree.KEY, "") for item in group.iter(tree.CITE)]
            cited = {citing.entries[key].key: citing.entries[key] for key in keys if key in citing.entries}
            shown = citing.clusters.get(index)
            if shown is None:
                continue
            for name in dict.fromkeys(
                citing.entries[key].key if key in citing.entries else key for key in keys
            ):
                section = around.get(group, ("", ""))
                back.setdefault(name, []).append(Back(f"#{citation_id(index)}", *section))
            _show(group, shown, citation_id(index))
            _add_card(group, list(cited.values()))
        if citing.page:
            _point_at(self.root, citing.page)
        if citing.bibliography:
            self.list_references(citing, back)

    def list_references(self, citing: Citing, back: Mapping[str, Sequence[Back]]) -> None:
        place = next(self.root.iter(tree.BIBLIOGRAPHY), None)
        if place is None:
            notes = self.root.find(tree.NOTES)
            at = list(self.root).index(notes) if notes is not None else len(self.root)
            line = str(self.document.source.first_line)
            place = Element(tree.BIBLIOGRAPHY, {"id": _free(self.root, "refs"), tree.LINE: line})
            self.root.insert(at, place)
            if citing.title:
                self.root.insert(at, _heading(self.root, citing.title))
        for entry in citing.bibliography:
            element = SubElement(place, tree.ENTRY, {"id": reference_id(entry.key), tree.KEY: entry.key})
            if entry.label:
                element.set(tree.LABEL_TEXT, entry.label)
            _fill(element, entry.content)
            for href, number, title in (*back.get(entry.key, ()), *entry.back)[:_MOST_BACK]:
                about = {name: value for name, value in ((tree.NUMBER, number), ("title", title)) if value}
                SubElement(element, tree.BACK_LINK, {"href": href, **about})


def _sections(root: Element) -> dict[Element, tuple[str, str]]:
    """Number and title of the section of each group of citations; those of a footnote where it is first called."""
    found: dict[Element, tuple[str, str]] = {}
    called: dict[str, tuple[str, str]] = {}
    here = ("", "")
    for element in root.iter():
        if element.tag == tree.HEADING:
            here = (element.get(tree.NUMBER, ""), " ".join(text_of(element).split()))
        elif element.tag == tree.NOTE_REFERENCE:
            called.setdefault(element.get(tree.KEY, ""), here)
        elif element.tag == tree.NOTE:
            here = called.get(element.get(tree.KEY, ""), ("", ""))
        elif element.tag == tree.CITATIONS:
            found[element] = here
    return found


def _fill(target: Element, content: Element) -> None:
    """Append a copy of what ``content`` holds."""
    add_text(target, content.text)
    target.extend(deepcopy(child) for child in content)


def _show(group: Element, shown: Element, name: str) -> None:
    """Make a group of citations what it reads; cross-references in it stay behind it."""
    others = [child for child in group if child.tag == tree.CROSS_REFERENCE]
    group.text = None
    group[:] = []
    group.set(tree.PREPARED, "yes")
    group.set("id", name)
    _fill(group, shown)
    for other in others:
        add_text(group, "; ")
        other.tail = None
        group.append(other)


def _add_card(group: Element, entries: Sequence[Entry]) -> None:
    if not entries or next(group.iter(tree.LINK), None) is None:
        return
    card = SubElement(group, tree.CARD)
    for entry in entries[:_MOST_CARDS]:
        element = SubElement(card, tree.SPAN)
        if entry.label:
            element.text = f"{entry.label} "
        _fill(element, entry.content)
        for link in list(element.iter(tree.LINK)):
            link.tag = tree.SPAN  # a card is a note; its links stand in the bibliography
            link.attrib.clear()
    if len(entries) > _MOST_CARDS:
        SubElement(card, tree.SPAN).text = "…"


def _point_at(root: Element, page: str) -> None:
    """Links of citations lead to the bibliography on another page."""
    for group in root.iter(tree.CITATIONS):
        for link in group.iter(tree.LINK):
            href = link.get("href", "")
            if href.startswith("#ref-"):
                link.set("href", page + href)


def _heading(root: Element, title: str) -> Element:
    """A heading of the topmost level that the text's sections have, without a number."""
    headings = [element for element in root if element.tag == tree.HEADING]
    levels = [int(element.get(tree.LEVEL, "1")) for element in headings]
    if len(levels) > 1 and levels.count(1) == 1 and root[0].tag == tree.HEADING and levels[0] == 1:
        levels = levels[1:]
    level = str(min(levels, default=1))
    name = _free(root, "references")
    heading = Element(tree.HEADING, {tree.LEVEL: level, "class": "unnumbered", "id": name})
    heading.text = title
    return heading


def _free(root: Element, name: str) -> str:
    """``name``, or with a number behind it when something has that id."""
    taken = {element.get("id", "") for element in root.iter()}
    return next(
        free for free in (name, *(f"{name}-{n}" for n in range(1, len(taken) + 2))) if free not in taken
    )
