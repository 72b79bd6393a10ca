"""Elements of a style → functions: what runs for each item.

``Program`` compiles the layouts and sort keys of ``cs:citation`` and ``cs:bibliography``; each area has its own
functions, since options of names are handed down from it. A function takes the ``Context`` of an item and gives nodes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.dating import compile_date
from acadsite.citations.dressing import dressing
from acadsite.citations.fields import text_nodes
from acadsite.citations.names import INHERITED, compile_names, rules_of
from acadsite.citations.numbers import is_numeric, is_plural, numbers, pages, raised
from acadsite.citations.records import DATES, NAMES, NUMBERS, SHORT
from acadsite.citations.tree import Nodes, joined, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acadsite.citations.context import Context, Run
    from acadsite.citations.source import Element
    from acadsite.citations.style import Style

RENDERS: Final = frozenset({"text", "number", "date", "names", "label", "group", "choose"})
#: Addresses that identifiers lead to.
LINKS: Final = {
    "DOI": "https://doi.org/",
    "PMID": "https://www.ncbi.nlm.nih.gov/pubmed/",
    "PMCID": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
    "URL": "",
}


@lru_cache(maxsize=64)
def program_of(style: Style) -> Program:
    """The compiled style."""
    return Program(style.root)


class Key:
    """One sort key: the function, whether it goes down, its limits of names."""

    __slots__ = ("is_down", "limits", "run")

    def __init__(self, run: Run, is_down: bool, limits: Mapping[str, str]) -> None:
        self.run = run
        self.is_down = is_down
        self.limits = limits


class Area:
    """``cs:citation`` or ``cs:bibliography``, compiled."""

    def __init__(self, program: Program, element: Element) -> None:
        self.element = element
        self.attributes = element.attributes
        self.inherited = _name_options(program.root.attributes) | _name_options(element.attributes)
        self.names_delimiter = element.get("names-delimiter", program.root.get("names-delimiter"))
        self._program = program
        self._macros: dict[str, Run] = {}
        #: The ``cs:names`` whose substitutes are being compiled: those without children are printed like it.
        self._outer: Element | None = None
        layout = element.first("layout")
        children = layout.children if layout is not None else ()
        self.layout: Mapping[str, str] = layout.attributes if layout is not None else {}
        reached = program.reached(element)
        used = {child.get("variable") for child in reached if child.name in {"text", "number"}}
        #: The style says itself where the letter at the year goes.
        self.own_suffix = "year-suffix" in used
        self.has_locator = "locator" in used
        self.tests_condition = any(child.get("disambiguate") for child in reached)
        self.children = self.compile_all(children, "")
        self.run = _sequence(self.children, "")
        sort = element.first("sort")
        self.keys = tuple(self._key(key) for key in (sort.children if sort is not None else ()))

    def compile_all(self, elements: Sequence[Element], delimiter: str) -> tuple[Run, ...]:
        """The functions of children; a ``choose`` passes on the delimiter of what it stands in."""
        return tuple(self.compile(element, delimiter) for element in elements if element.name in RENDERS)

    def compile(self, element: Element, delimiter: str = "") -> Run:
        """The function of a rendering element."""
        match element.name:
            case "text":
                return self._text(element)
            case "number":
                return self._number(element)
            case "date":
                return compile_date(element, own_suffix=self.own_suffix)
            case "names":
                return self._names(element)
            case "label":
                return self._label(element)
            case "group":
                return self._group(element)
        return self._choose(element, delimiter)

    def macro(self, name: str) -> Run:
        """The function of a macro; compiled when first called."""
        found = self._macros.get(name)
        if found is None:
            element = self._program.macros.get(name)
            outer, self._outer = self._outer, None
            found = _sequence(self.compile_all(element.children, ""), "") if element is not None else _nothing
            self._macros[name], self._outer = found, outer
        return found

    def _key(self, element: Element) -> Key:
        limits = {}
        for own, option in (
            ("names-min", "min"),
            ("names-use-first", "use-first"),
            ("names-use-last", "use-last"),
        ):
            if element.get(own):
                limits[f"et-al-{option}"] = element.get(own)
        macro = element.get("macro")
        run = self.macro(macro) if macro else self._sort_variable(element.get("variable"))
        return Key(run, element.get("sort") == "descending", limits)

    def _sort_variable(self, variable: str) -> Run:
        if variable in NAMES:
            rules = rules_of({**self.inherited, "form": "long", "name-as-sort-order": "all"}, None, None)
            return compile_names((variable,), rules, ", ", (None, None), (), None)
        if variable in DATES:

            def date_key(context: Context) -> Nodes:
                date = context.record.date(variable)
                return [date.key()] if date is not None else []

            return date_key
        return self._number_value(variable, "numeric")

    def _text(self, element: Element) -> Run:
        attributes = element.attributes
        dress = dressing(attributes)
        if "macro" in attributes:
            return self._macro_text(attributes["macro"], dress)
        if "term" in attributes:
            return self._term(element, dress)
        if "value" in attributes:
            fixed = text_nodes(attributes["value"])
            return lambda context: dress(context, list(fixed)) if dress is not None else list(fixed)
        return self._variable(element, dress)

    def _macro_text(self, name: str, dress: Any) -> Run:
        # The macro is compiled when the element first runs: a style may have more than is ever used.
        def run(context: Context) -> Nodes:
            nodes = self.macro(name)(context)
            if nodes:
                # CSL 1.0.2: a macro with text counts as a variable with a value.
                context.called += 1
                context.given += 1
            return dress(context, nodes) if dress is not None and nodes else nodes

        return run

    def _term(self, element: Element, dress: Any) -> Run:
        name, form = element.get("term"), element.get("form", "long")
        plural = element.get("plural") == "true"

        def run(context: Context) -> Nodes:
            text = context.locale.term(name, form, plural=plural)
            nodes: Nodes = [text] if text else []
            if (
                nodes
                and name == "no date"
                and context.detail.suffix
                and not self.own_suffix
                and not context.has_suffix
            ):
                context.has_suffix = True
                nodes = [f"{text}-{context.detail.suffix}"]
            return dress(context, nodes) if dress is not None and nodes else nodes

        return run

    def _variable(self, element: Element, dress: Any) -> Run:
        variable, form = element.get("variable"), element.get("form")
        if form == "short" and variable in SHORT:
            names: tuple[str, ...] = (*SHORT[variable], variable)
        else:
            names = (variable,)
        value = _SPECIAL.get(variable)
        is_link = variable in LINKS
        prefix = element.get("prefix")

        def run(context: Context) -> Nodes:
            counts = variable != "year-suffix"
            context.called += counts
            nodes: Nodes = []
            if value is not None:
                nodes = value(context)
            else:
                for name in names:
                    if name not in context.hidden:
                        nodes = list(context.record.nodes(name))
                    if nodes:
                        break
            if not nodes:
                return nodes
            context.given += counts
            if context.used is not None:
                context.used.append(variable)
            if variable == "page":
                nodes = _paged(nodes, context)
            if is_link and not context.sorts:
                return _linked(nodes, variable, prefix, dress, context)
            return dress(context, nodes) if dress is not None else nodes

        return run

    def _number(self, element: Element) -> Run:
        value = self._number_value(element.get("variable"), element.get("form", "numeric"))
        dress = dressing(element.attributes)

        def run(context: Context) -> Nodes:
            nodes = value(context)
            return dress(context, nodes) if dress is not None and nodes else nodes

        return run

    def _number_value(self, variable: str, form: str) -> Run:
        special = _SPECIAL.get(variable)

        def run(context: Context) -> Nodes:
            context.called += 1
            if special is not None:
                nodes = special(context)
            else:
                nodes = list(context.record.nodes(variable)) if variable not in context.hidden else []
            if not nodes:
                return []
            context.given += 1
            if context.used is not None:
                context.used.append(variable)
            text = plain(nodes)
            if context.sorts and variable in NUMBERS and text.strip().isdecimal() and text.isascii():
                return [f"{text.strip():0>12}"]
            if variable == "page":
                return _paged(nodes, context)
            if variable in NUMBERS or is_numeric(text):
                shown = numbers(text, form, context.locale, context.locale.genders.get(variable, ""))
                return nodes if shown == text else raised(shown)
            return nodes

        return run

    def _label(self, element: Element) -> Run:
        variable = element.get("variable")
        print_label = self._label_of(element)

        def run(context: Context) -> Nodes:
            if variable == "locator":
                text, name = context.locator, context.label
            elif variable in _SPECIAL:
                text, name = plain(_SPECIAL[variable](context)), variable
            else:
                text = "" if variable in context.hidden else context.record.text(variable)
                name = variable
            if not text:
                return []
            if variable in {"number-of-pages", "number-of-volumes"}:
                plural = text.strip() not in {"0", "1"} and is_numeric(text)
            else:
                plural = is_plural(text)
            return print_label(context, name, plural)

        return run

    @staticmethod
    def _label_of(element: Element) -> Callable[[Context, str, bool], Nodes]:
        form, number = element.get("form", "long"), element.get("plural", "contextual")
        dress = dressing(element.attributes)

        def run(context: Context, name: str, plural: bool) -> Nodes:
            is_plural_here = plural if number == "contextual" else number == "always"
            text = context.locale.term(name, form, plural=is_plural_here)
            if not text:
                return []
            return dress(context, [text]) if dress is not None else [text]

        return run

    def _group(self, element: Element) -> Run:
        delimiter = element.get("delimiter")
        children = self.compile_all(element.children, delimiter)
        dress = dressing(element.attributes)
        run_all = _sequence(children, delimiter)

        def run(context: Context) -> Nodes:
            called, given = context.called, context.given
            context.called = context.given = 0
            nodes = run_all(context)
            is_empty = context.called and not context.given
            context.called, context.given = called + bool(context.called), given
            if is_empty or not nodes:
                return []
            # A group with text counts as a variable with a value for the group around it.
            context.called += 1
            context.given += 1
            return dress(context, nodes) if dress is not None else nodes

        return run

    def _choose(self, element: Element, delimiter: str) -> Run:
        branches: list[tuple[Callable[[Context], bool] | None, Run]] = []
        for branch in element.children:
            run = _sequence(self.compile_all(branch.children, delimiter), delimiter)
            if branch.name in {"if", "else-if"}:
                branches.append((_condition(branch), run))
            elif branch.name == "else":
                branches.append((None, run))

        def choose(context: Context) -> Nodes:
            for test, run in branches:
                if test is None or test(context):
                    return run(context)
            return []

        return choose

    def _names(self, element: Element) -> Run:
        outer = self._outer
        source = element if outer is None or element.children else outer
        inherited = dict(self.inherited)
        for holder in (outer, element) if outer is not None else (element,):
            inherited |= _name_options(holder.attributes)
        name, et_al = source.first("name"), source.first("et-al")
        if outer is not None and element.children:
            name = name or outer.first("name")
            et_al = et_al or outer.first("et-al")
        rules = rules_of(inherited, name, et_al)
        delimiter = element.get("delimiter") or (outer.get("delimiter") if outer is not None else "")
        delimiter = delimiter or self.names_delimiter
        seen_name = False
        before = behind = None
        for child in source.children:
            if child.name == "name":
                seen_name = True
            elif child.name == "label":
                if seen_name:
                    behind = self._label_of(child)
                else:
                    before = self._label_of(child)
        substitute = element.first("substitute")
        self._outer = element
        runs = self.compile_all(substitute.children if substitute is not None else (), "")
        self._outer = outer
        dress = dressing(element.attributes)
        variables = tuple(element.get("variable").split())
        return compile_names(variables, rules, delimiter, (before, behind), runs, dress)


class Program:
    """A style, compiled as far as it has been needed."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.macros = {child.get("name"): child for child in root.children if child.name == "macro"}
        self.page_form = root.get("page-range-format")
        citation, bibliography = root.first("citation"), root.first("bibliography")
        self.citation = Area(self, citation) if citation is not None else None
        self.bibliography = Area(self, bibliography) if bibliography is not None else None

    def reached(self, element: Element) -> list[Element]:
        """All elements that an element runs, through macros as well."""
        out: list[Element] = []
        seen: set[str] = set()
        waiting = [element]
        while waiting:
            for child in waiting.pop().walk():
                out.append(child)
                name = child.get("macro")
                if name and name not in seen and name in self.macros:
                    seen.add(name)
                    waiting.append(self.macros[name])
        return out


def _nothing(_: Context) -> Nodes:
    return []


def _name_options(attributes: Mapping[str, str]) -> dict[str, str]:
    """The options of names that an element hands down."""
    options = {name: attributes[name] for name in INHERITED if name in attributes}
    if "name-form" in attributes:
        options["form"] = attributes["name-form"]
    if "name-delimiter" in attributes:
        options["delimiter"] = attributes["name-delimiter"]
    return options


def _sequence(runs: Sequence[Run], delimiter: str) -> Run:
    if len(runs) == 1:
        return runs[0]
    if not delimiter:

        def run_all(context: Context) -> Nodes:
            out: Nodes = []
            for run in runs:
                out += run(context)
            return out

        return run_all
    return lambda context: joined([run(context) for run in runs], delimiter)


def _paged(nodes: Nodes, context: Context) -> Nodes:
    """Pages in the style's form of ranges."""
    if context.sorts:
        return nodes
    delimiter = context.locale.term("page-range-delimiter") or "–"
    return [pages(node, context.page_form, delimiter) if isinstance(node, str) else node for node in nodes]


def _linked(nodes: Nodes, variable: str, prefix: str, dress: Any, context: Context) -> Nodes:
    """An identifier as a link; an address in the prefix belongs to it."""
    text = plain(nodes).strip()
    url = text if text.startswith(("https://", "http://")) else LINKS[variable] + text
    dressed = dress(context, nodes) if dress is not None else nodes
    if prefix.startswith("http") and dressed[0] == prefix:
        return [("link", url, dressed)]
    if dressed is nodes or dressed == nodes:
        return [("link", url, nodes)]
    start = dressed.index(nodes[0]) if nodes[0] in dressed else -1
    if start < 0 or dressed[start : start + len(nodes)] != nodes:
        return [("link", url, dressed)]
    return [*dressed[:start], ("link", url, nodes), *dressed[start + len(nodes) :]]


def _citation_number(context: Context) -> Nodes:
    context.numbered = True
    if context.sorts:
        return [f"{context.number:012d}"]
    return [str(context.number)] if context.number else []


def _year_suffix(context: Context) -> Nodes:
    if not context.detail.suffix:
        return []
    context.has_suffix = True
    return [context.detail.suffix]


def _locator(context: Context) -> Nodes:
    if not context.locator:
        return []
    nodes = list(text_nodes(context.locator))
    if context.label == "page":
        form = context.page_form
        delimiter = context.locale.term("page-range-delimiter") or "–"
        nodes = [pages(node, form, delimiter) if isinstance(node, str) else node for node in nodes]
    return [node.replace("-", "–") if isinstance(node, str) else node for node in nodes]


def _first_note(context: Context) -> Nodes:
    return [str(context.first_note)] if context.first_note else []


def _citation_label(context: Context) -> Nodes:
    """The item's own label, or letters of its authors and two digits of the year, as in alphabetic styles."""
    record = context.record
    own = record.nodes("citation-label")
    if own:
        return list(own)
    people = next(
        (record.people(name) for name in ("author", "editor", "translator") if record.people(name)), ()
    )
    families = [person.family or person.literal for person in people if person.literal != "others"]
    if not families:
        letters = "".join(sign for sign in record.text("title") if sign.isalnum())[:3]
    elif len(families) == 1:
        letters = "".join(sign for sign in families[0] if sign.isalnum())[:3]
    else:
        letters = "".join(family[:1] for family in families[: 4 if len(families) <= 4 else 3])
        letters += "+" if len(families) > 4 or people[-1].literal == "others" else ""
    date = record.date("issued")
    year = f"{abs(date.start.year) % 100:02d}" if date is not None and date.start is not None else ""
    suffix = context.detail.suffix if not context.sorts else ""
    if suffix:
        context.has_suffix = True
    return [letters + year + suffix] if letters or year else []


_SPECIAL: Final[dict[str, Callable[[Context], Nodes]]] = {
    "citation-number": _citation_number,
    "year-suffix": _year_suffix,
    "locator": _locator,
    "first-reference-note-number": _first_note,
    "citation-label": _citation_label,
}


def _condition(element: Element) -> Callable[[Context], bool]:
    tests: list[Callable[[Context], bool]] = []
    for name, value in element.attributes.items():
        make = _TESTS.get(name)
        if make is not None:
            tests += [make(word) for word in value.split()]
    match = element.get("match", "all")
    if match == "any":
        return lambda context: any(test(context) for test in tests)
    if match == "none":
        return lambda context: not any(test(context) for test in tests)
    if len(tests) == 1:
        return tests[0]
    return lambda context: all(test(context) for test in tests)


def _has(variable: str) -> Callable[[Context], bool]:
    if variable == "locator":
        return lambda context: bool(context.locator)
    if variable == "citation-number":
        return lambda context: context.number > 0
    if variable == "year-suffix":
        return lambda context: bool(context.detail.suffix)
    if variable == "first-reference-note-number":
        return lambda context: context.first_note > 0
    return lambda context: context.record.has(variable)


def _numeric(variable: str) -> Callable[[Context], bool]:
    if variable == "locator":
        return lambda context: is_numeric(context.locator)
    if variable == "citation-number":
        return lambda context: context.number > 0
    return lambda context: is_numeric(context.record.text(variable))


def _uncertain(variable: str) -> Callable[[Context], bool]:
    def test(context: Context) -> bool:
        date = context.record.date(variable)
        return date is not None and date.is_uncertain

    return test


def _at_position(position: str) -> Callable[[Context], bool]:
    return lambda context: position in context.positions


def _at_label(label: str) -> Callable[[Context], bool]:
    wanted = label.replace("sub-verbo", "sub verbo")
    return lambda context: bool(context.locator) and context.label == wanted


def _disambiguates(value: str) -> Callable[[Context], bool]:
    return lambda context: context.detail.condition == (value == "true")


def _of_type(kind: str) -> Callable[[Context], bool]:
    return lambda context: context.record.type == kind


_TESTS: Final[dict[str, Callable[[str], Callable[[Context], bool]]]] = {
    "type": _of_type,
    "variable": _has,
    "is-numeric": _numeric,
    "is-uncertain-date": _uncertain,
    "locator": _at_label,
    "position": _at_position,
    "disambiguate": _disambiguates,
}
