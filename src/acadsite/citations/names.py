"""``cs:names``: lists of persons as a style wants them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from unicodedata import category, combining

from acadsite.citations.dressing import affixed, dressing
from acadsite.citations.fields import text_nodes
from acadsite.citations.tree import Nodes, joined, mapped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acadsite.citations.context import Context, Run
    from acadsite.citations.records import Person
    from acadsite.citations.source import Element

#: Attributes that ``cs:style``, ``cs:citation`` and ``cs:bibliography`` hand down to ``cs:name``.
INHERITED: Final = (
    "and", "delimiter-precedes-et-al", "delimiter-precedes-last", "et-al-min", "et-al-use-first", "et-al-use-last",
    "et-al-subsequent-min", "et-al-subsequent-use-first", "initialize", "initialize-with", "name-as-sort-order",
    "sort-separator", "initialize-with-hyphen", "demote-non-dropping-particle",
)  # fmt: skip
_ORDERED: Final = re.compile(
    "[A-Za-zÀ-ɏḀ-ỿͰ-Ͽἀ-῿Ѐ-ӿ\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u10a0-\u10ff\u0530-\u058f]"
)
_FAR_EAST: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_TIGHT: Final = ("’", "'", "-", "‘", "\u2010", "ʼ")


@lru_cache(maxsize=8192)
def initialized(given: str, mark: str, *, with_hyphen: bool = True, shortens: bool = True) -> str:
    """Given names as initials, each followed by ``mark``: "Jean-Paul M" and "." → "J.-P.M."

    Small words stay whole; what is an abbreviation already ("Ch.") stays as long as it is. ``shortens=False`` only
    puts the mark behind names that are initials already.
    """
    glue = mark.rstrip()
    gap = mark[len(glue) :]
    out = ""
    for word in given.replace("\u00a0", " ").split():
        is_whole = word.isalpha() and word.islower() if shortens else not _INITIALS.fullmatch(word)
        if is_whole:
            out = f"{out} {word} " if out and not out.endswith(" ") else f"{out}{word} "
            continue
        for at, piece in enumerate(_HYPHEN.split(word)):
            parts = [part if dot else _initial(part) for part, dot in _ABBREVIATED.findall(piece)]
            if not parts:
                continue
            if at and with_hyphen:
                out = out.rstrip() + "-"
            out += gap.join(part + glue for part in parts) + gap
    return out.strip()


_HYPHEN: Final = re.compile(r"[-‐–]")
_ABBREVIATED: Final = re.compile(r"([^.]+)(\.?)")
#: A word of initials and abbreviations: "J", "J.R.", "Ph.", "J.-P.".
_INITIALS: Final = re.compile(r"[^\W\d_](?:[-‐–][^\W\d_])*|(?:[^\W\d_]+\.[-‐–]?)+[^\W\d_]?")


def _initial(name: str) -> str:
    """The first letter, with what combines with it; of "TSeren" both, since they are one letter elsewhere."""
    start = next((at for at, sign in enumerate(name) if category(sign) in {"Lu", "Ll", "Lt", "Lo"}), -1)
    if start < 0:
        return ""
    end = start + 1
    while end < len(name) and (combining(name[end]) or (name[start].isupper() and name[end].isupper())):
        end += 1
    if end == len(name) or end - start > 2:
        end = start + 1
        while end < len(name) and combining(name[end]):
            end += 1
    first = name[start].upper() if len(name[start].upper()) == 1 else name[start]
    # What changes the sound of the letter stands before it ("ʿAlī").
    before = name[:start] if category(name[0]) == "Lm" else ""
    return before + first + name[start + 1 : end].lower()


def is_ordered(person: Person) -> bool:
    """Whether a name is written with the given names in front."""
    text = person.family + person.given
    return _FAR_EAST.search(text) is None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the names of one ``cs:names`` are printed."""

    link: str
    delimiter: str
    before_et_al: str
    before_last: str
    form: str
    initialize: bool
    mark: str | None
    hyphen: bool
    inverted: str
    separator: str
    demote: str
    limits: Mapping[str, str]
    et_al: str
    dress: Any
    dress_et_al: Any
    family: Any
    given: Any
    family_affixes: tuple[str, str]
    given_affixes: tuple[str, str]
    #: Names in a bibliography by person, inverted or not: the same people come again and again.
    printed: dict[tuple[Person, bool], tuple[Nodes, str]] = field(default_factory=dict, compare=False)


def rules_of(inherited: Mapping[str, str], name: Element | None, et_al: Element | None) -> Rules:
    """The rules that attributes make; ``inherited`` are those of the elements around."""
    options = dict(inherited)
    if name is not None:
        options |= name.attributes
    parts = {part.get("name"): part for part in (name.children if name is not None else ())}
    family, given = parts.get("family"), parts.get("given")
    return Rules(
        options.get("and", ""),
        options.get("delimiter", ", "),
        options.get("delimiter-precedes-et-al", "contextual"),
        options.get("delimiter-precedes-last", "contextual"),
        options.get("form", "long"),
        options.get("initialize", "true") != "false",
        options.get("initialize-with"),
        options.get("initialize-with-hyphen", "true") != "false",
        options.get("name-as-sort-order", ""),
        options.get("sort-separator", ", "),
        options.get("demote-non-dropping-particle", "display-and-sort"),
        {key: options[key] for key in options if key.startswith("et-al")},
        et_al.get("term", "et-al") if et_al is not None else "et-al",
        dressing(name.attributes) if name is not None else None,
        dressing(et_al.attributes) if et_al is not None else None,
        dressing(family.attributes, affixes=False) if family else None,
        dressing(given.attributes, affixes=False) if given else None,
        (family.get("prefix"), family.get("suffix")) if family else ("", ""),
        (given.get("prefix"), given.get("suffix")) if given else ("", ""),
    )


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else default


class Limits:
    """How many names of a list are printed."""

    __slots__ = ("first", "has_last", "is_cut")

    def __init__(self, rules: Rules, context: Context, count: int, *, has_others: bool) -> None:
        limits = {**rules.limits, **context.key} if context.key else rules.limits
        least, first = limits.get("et-al-min"), limits.get("et-al-use-first")
        if "subsequent" in context.positions and not context.key:
            least = limits.get("et-al-subsequent-min", least)
            first = limits.get("et-al-subsequent-use-first", first)
        use_first = max(_number(first, 1), context.detail.names if not context.sorts else 0)
        self.first = count
        self.is_cut = has_others
        self.has_last = False
        if _number(least) and count >= _number(least) and use_first < count:
            self.first = use_first
            self.is_cut = True
            self.has_last = (
                limits.get("et-al-use-last") == "true" and count - use_first >= 2 and not has_others
            )
        if has_others and _number(least) and count > use_first and count + 1 >= _number(least):
            self.first = use_first


class List:
    """The names of one variable, printed. ``each`` are the names as text, ``all`` tells of "et al." too."""

    __slots__ = ("all", "count", "each", "nodes")

    def __init__(
        self, rules: Rules, context: Context, variable: str, people: Sequence[Person], *, is_first: bool
    ) -> None:
        has_others = people[-1].literal in {"others", "et al."} and len(people) > 1
        if has_others:
            people = people[:-1]
        limits = Limits(rules, context, len(people), has_others=has_others)
        shown = people[: limits.first]
        self.count = len(shown)
        if is_first or not context.sorts:
            context.hidden_names = max(context.hidden_names, len(people) - len(shown))
        names: list[Nodes] = []
        texts: list[str] = []
        inverted: list[bool] = []
        for at, person in enumerate(shown):
            if not context.sorts:
                context.shown.append((variable, person, not context.shown, rules))
            is_inverted = rules.inverted == "all" or (rules.inverted == "first" and at == 0) or context.sorts
            nodes, text = _printed(rules, context, variable, person, is_inverted)
            names.append(nodes)
            texts.append(text)
            inverted.append(
                is_inverted
                and bool(person.given)
                and is_ordered(person)
                and not person.is_fixed
                and rules.form == "long"
            )
        self.each = tuple(texts)
        self.all = (*self.each, "…") if limits.is_cut else self.each
        names = _substituted(names, self.each, self.all, context) if is_first else names
        self.nodes = self._joined(rules, context, names, inverted, limits, people)
        if (
            is_first
            and context.substitute
            and self.all == context.substitute.all_before
            and context.substitute.rule == "complete-all"
        ):
            self.nodes = [context.substitute.text] if context.substitute.text else []
        if rules.dress is not None:
            self.nodes = rules.dress(context, self.nodes)

    def _joined(  # noqa: PLR0917
        self,
        rules: Rules,
        context: Context,
        names: list[Nodes],
        inverted: list[bool],
        limits: Limits,
        people: Sequence[Person],
    ) -> Nodes:
        delimiter = rules.delimiter
        if not limits.is_cut or (context.sorts and not limits.has_last):
            link = {
                "text": context.locale.term("and"),
                "symbol": context.locale.term("and", "symbol") or "&",
            }.get(rules.link, "")
            if not link or len(names) < 2:
                return joined(names, delimiter)
            comes = _precedes(rules.before_last, len(names) > 2, inverted[-2])
            gap = delimiter if comes else ""
            gap = gap if gap.endswith((" ", "\u00a0")) else gap + " "
            if delimiter.strip() == "" and not comes:
                gap = " "
            return [*joined(names[:-1], delimiter), f"{gap}{link} ", *names[-1]]
        out = joined(names, delimiter)
        if limits.has_last:
            last = _Name(rules, context, "", rules.inverted == "all" or context.sorts).nodes(people[-1])
            return [*out, delimiter + "… ", *last]
        term = context.locale.term(rules.et_al)
        if not term or not out:
            return out
        ending: Nodes = [term]
        if rules.dress_et_al is not None:
            ending = rules.dress_et_al(context, ending)
        comes = _precedes(rules.before_et_al, len(names) > 1, inverted[-1])
        gap = delimiter if comes else ("" if out[-1:] == [" "] else " ")
        return [*out, gap, *ending]


def _precedes(rule: str, contextual: bool, inverted: bool) -> bool:
    return {"always": True, "never": False, "after-inverted-name": inverted}.get(rule, contextual)


def _substituted(
    names: list[Nodes], each: tuple[str, ...], whole: tuple[str, ...], context: Context
) -> list[Nodes]:
    """Names that the entry before had as well, by the rules that replace single names."""
    substitute = context.substitute
    if substitute is None or substitute.rule == "complete-all":
        return names
    text: Nodes = [substitute.text]
    if substitute.rule == "complete-each":
        return [text for _ in names] if whole == substitute.all_before else names
    same = 0
    for mine, other in zip(each, substitute.before, strict=False):
        if mine != other:
            break
        same += 1
    if substitute.rule == "partial-first":
        same = min(same, 1)
    return [text if at < same else name for at, name in enumerate(names)]


def _printed(
    rules: Rules, context: Context, variable: str, person: Person, is_inverted: bool
) -> tuple[Nodes, str]:
    """One name as nodes, which are not to be changed, and as text. What it depends on besides its arguments are the
    letter case of an item's language and, in citations, what tells people apart."""
    is_kept = not (context.sorts or context.area == "citation" or rules.family or rules.given)
    found = rules.printed.get((person, is_inverted)) if is_kept else None
    if found is None:
        nodes = _Name(rules, context, variable, is_inverted).nodes(person)
        found = nodes, plain(nodes)
        if is_kept:
            rules.printed[person, is_inverted] = found
    return found


class _Name:
    """One name."""

    __slots__ = ("context", "inverted", "rules", "variable")

    def __init__(self, rules: Rules, context: Context, variable: str, inverted: bool) -> None:
        self.rules = rules
        self.context = context
        self.variable = variable
        self.inverted = inverted

    def nodes(self, person: Person, level: int | None = None) -> Nodes:
        rules = self.rules
        if person.literal:
            literal = person.literal
            if self.context.sorts:
                literal = re.sub(r"^(?:the|an?) ", "", literal, flags=re.IGNORECASE)
            return affixed(self._in(rules.family, literal), *rules.family_affixes)
        if level is None:
            # A bibliography has its own way with given names, a sort key all of them.
            cites = self.context.area == "citation" and not self.context.sorts
            level = self.context.detail.given.get((self.variable, person), 0) if cites else 0
        form = "long" if level else rules.form
        if not is_ordered(person):
            return self._far_eastern(person, form)
        if form == "short":
            short = self._with(self._in(rules.family, person.particle), self._in(rules.family, person.family))
            return affixed(short, *rules.family_affixes)
        given = self._given(person, level)
        if person.is_fixed:
            return self._with(self._in(rules.family, person.family), given)
        if self.inverted:
            return self._inverted(person, given)
        family = self._with(self._in(rules.family, person.particle), self._in(rules.family, person.family))
        if person.suffix:
            family = [*family, ", " if person.has_comma else " ", *text_nodes(person.suffix)]
        front, dropping = affixed(given, *rules.given_affixes), self._in(rules.given, person.dropping)
        if person.dropping.endswith(_TIGHT):
            family, dropping = dropping + family, []
        family = affixed(family, *rules.family_affixes)
        return self._with(self._with(front, dropping), family)

    def _given(self, person: Person, level: int) -> Nodes:
        rules = self.rules
        given = person.given
        if rules.mark is None or not given:
            return self._in(rules.given, given)
        nodes = text_nodes(given)
        if len(nodes) == 1 and isinstance(nodes[0], str):
            return self._in(rules.given, self._short(given, level))
        # A given name with markup: each piece on its own, the spaces between as the mark says.
        out: Nodes = []
        for node in nodes:
            if isinstance(node, str):
                lead = "-" if node[:1] == "-" else " " if node[:1] == " " and rules.mark.endswith(" ") else ""
                out.append(lead + self._short(node.lstrip("- ")))
            else:
                out += mapped([node], self._short)
        return rules.given(self.context, out) if rules.given is not None else out

    def _short(self, given: str, level: int = 0) -> str:
        rules = self.rules
        shortens = rules.initialize and level < 2
        return initialized(given, rules.mark or "", with_hyphen=rules.hyphen, shortens=shortens)

    def _inverted(self, person: Person, given: Nodes) -> Nodes:
        rules = self.rules
        family = self._in(rules.family, person.family)
        particle = self._in(rules.family, person.particle)
        dropping = self._in(rules.given, person.dropping)
        keeps = rules.demote == "never" or (rules.demote == "sort-only" and not self.context.sorts)
        if keeps:
            family, particle = self._with(particle, family), []
        behind = self._with(self._with(given, dropping), particle)
        pieces = [affixed(family, *rules.family_affixes), affixed(behind, *rules.given_affixes)]
        if person.suffix:
            pieces.append(list(text_nodes(person.suffix)))
        return joined(pieces, rules.separator)

    def _far_eastern(self, person: Person, form: str) -> Nodes:
        family = self._in(self.rules.family, person.particle + person.family)
        if form == "short":
            return affixed(family, *self.rules.family_affixes)
        given = self._in(self.rules.given, person.given)
        if _ORDERED.search(person.family + person.given):
            return self._with(family, given)
        return [*family, *given]

    def _in(self, dress: Callable[[Context, Nodes], Nodes] | None, text: str) -> Nodes:
        nodes = list(text_nodes(text))
        return dress(self.context, nodes) if dress is not None and nodes else nodes

    @staticmethod
    def _with(left: Nodes, right: Nodes) -> Nodes:
        """Two parts with a space between, but none behind an apostrophe or a hyphen."""
        if not left or not right:
            return left or right
        tight = plain(left)[-1:] in _TIGHT
        return [*left, *right] if tight else [*left, " ", *right]


def compile_names(  # noqa: PLR0917
    variables: Sequence[str],
    rules: Rules,
    delimiter: str,
    labels: tuple[Any, Any],
    substitutes: Sequence[Run],
    dress: Any,
) -> Run:
    """The function that prints a ``cs:names``. ``labels`` are those before and behind the name, or none."""
    before, behind = labels
    counts = rules.form == "count"

    def run(context: Context) -> Nodes:
        hides = context.hides_names and context.names is None
        found = []
        for variable in variables:
            people = () if variable in context.hidden else context.record.people(variable)
            if people:
                found.append((variable, people))
        if not found:
            context.called += 1
            return _substitution(context, substitutes, hides)
        context.called += 1
        context.given += 1
        if context.used is not None:
            context.used += [variable for variable, _ in found]
        is_first = context.names is None
        pieces: list[Nodes] = []
        total = 0
        each: tuple[str, ...] = ()
        whole: tuple[str, ...] = ()
        for variable, people in _merged(found):
            made = List(rules, context, variable, people, is_first=is_first and not pieces)
            total += made.count
            each += made.each
            whole += made.all
            piece = made.nodes
            if not context.sorts and piece:
                plural = len(people) > 1
                if before is not None:
                    piece = [*before(context, variable, plural), *piece]
                if behind is not None:
                    piece = [*piece, *behind(context, variable, plural)]
            pieces.append(piece)
        if counts:
            nodes: Nodes = [f"{total:04d}" if context.sorts else str(total)]
            return nodes
        nodes = joined(pieces, delimiter)
        if dress is not None:
            nodes = dress(context, nodes)
        if is_first:
            context.names = nodes
            context.each_name, context.all_names = each, whole
            if hides:
                context.called -= 1
                context.given -= 1
                return []
        return nodes

    return run


def _substitution(context: Context, substitutes: Sequence[Run], hides: bool) -> Nodes:
    for substitute in substitutes:
        outer, context.used = context.used, []
        nodes = substitute(context)
        used, context.used = context.used, outer
        if nodes or (hides and context.names is not None):
            context.hidden.update(used or ())
            if outer is not None and used:
                outer += used
            if context.names is None:
                context.names = nodes
                context.each_name = ()
            return [] if hides else nodes
    return []


def _merged(found: list[tuple[str, tuple[Person, ...]]]) -> list[tuple[str, tuple[Person, ...]]]:
    """Editors who are the translators as well are printed once."""
    roles = dict(found)
    if len(found) > 1 and roles.get("editor") and roles.get("editor") == roles.get("translator"):
        out = []
        for variable, people in found:
            if variable not in {"editor", "translator"}:
                out.append((variable, people))
            elif not any(name == "editortranslator" for name, _ in out):
                out.append(("editortranslator", people))
        return out
    return found


def name_text(rules: Rules, context: Context, person: Person, level: int) -> str:
    """A name as it prints at a level of given names (0: as the style has it, 1: initials, 2: in full)."""
    return plain(_Name(rules, context, "", False).nodes(person, level))
