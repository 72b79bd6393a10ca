r"""A document of LaTeX, token by token → lines of Markdown.

``Reading`` is the state of one document, ``Flow`` that of one run of blocks in it: the body, what is in an
environment, a footnote, a cell. What commands and environments do is in ``inline`` and ``environments``, by name. A
document is read twice: what a label stands for is known when all of it was read once.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.bibtex.symbols import ABOVE, ACCENTS, LOGOS, SPACING, SYMBOLS
from acadsite.collect.latex import macros, words
from acadsite.collect.latex.tokens import Place, Stream, Token, plain_of, source_of, tokens_of
from acadsite.collect.latex.writing import Row, Run, blocks, code_span, written
from acadsite.problems import Problem, Span, error, nearest, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acadsite.collect.latex.macros import Environment, Kind, Macro

#: Groups and environments in each other; files in each other.
DEEPEST: Final = 60
DEEPEST_FILES: Final = 20
#: Expansions of macros, tokens that come of them, and tokens in all.
MOST_EXPANSIONS: Final = 20_000
MOST_EXPANDED: Final = 400_000
#: Characters of all files.
LONGEST: Final = 5_000_000

_LIGATURES: Final = re.compile(r"---?|``|''|\?`|!`|[`']")
_LIGATURE: Final = {
    "---": "—", "--": "–", "``": "“", "''": "”", "?`": "¿", "!`": "¡", "`": "‘", "'": "’",
}  # fmt: skip
_SHORTHAND: Final = re.compile(r'"([aouAOUs`\'=~|-])')
_SHORTHANDS: Final = {
    "a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü", "s": "ß", "`": "„", "'": "“", "=": "-", "~": "-",
    "|": "", "-": "",
}  # fmt: skip
_UNIT: Final = r"[0-9]*\.?[0-9]+\s*(?:pt|em|ex|mm|cm|in|bp|sp|pc|mu|fil+|true\s?[a-z]{2})?"
_LENGTH: Final = re.compile(rf"\s*=?\s*(?:-?{_UNIT}(?:\s*(?:plus|minus)\s*-?{_UNIT})*)?")
_SLUG: Final = re.compile(r"[^\w]+|_+")
_LABEL: Final = re.compile(r"[:\-_. /]")


class Target(NamedTuple):
    """What a label stands for: an id, the kind of thing, the text that refers to it where no number does, its title."""

    id: str
    kind: str
    text: str = ""
    title: str = ""


@dataclass(slots=True)
class Anchor:
    """Something that labels may name: its number among all of them, its kind, and the id that it has."""

    number: int
    kind: str
    id: str = ""
    text: str = ""
    title: str = ""


@dataclass(slots=True)
class Known:
    """What the first reading found: labels, and the ids of what they name by number."""

    labels: dict[str, Target] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    #: Keys of ``thebibliography``, and what stands for each in the text.
    items: dict[str, str] = field(default_factory=dict)


class Reading:
    """State of reading one document. ``text_of`` gives the text of a file by its path, ``has`` says whether there is
    one; ``known`` is what the first reading found."""

    def __init__(
        self,
        path: str,
        text_of: Callable[[str], str | None],
        has: Callable[[str], bool],
        known: Known | None = None,
    ) -> None:
        self.path, self.text_of, self.has = path, text_of, has
        self.known = known
        self.found = Known()
        self.files: list[str] = []
        self.problems: list[Problem] = []
        self.begun = Place(0, 1)
        self.told: set[tuple[str, str]] = set()
        self.macros: dict[str, Macro] = {}
        self.environments: dict[str, Environment] = {}
        self.theorems: dict[str, Kind] = {}
        self.within: dict[str, str] = {}
        self.language = ""
        self.folders: list[str] = []
        self.front: dict[str, list[tuple[Place, list[Token]]]] = {}
        self.abstract: list[tuple[Place, list[Row]]] = []
        self.used_macros: dict[str, str] = {}
        self.anchors: list[Anchor] = []
        self.count = 0
        self.counters: dict[str, int] = {}
        self.sections: list[int] = []
        self.lettered = False
        self.appendix = False
        self.has_chapters = False
        self.taken_ids: set[str] = set()
        self.notes: list[list[Row]] = []
        self.note_count = 0
        self.mark_count: list[str] = []
        self.depth = 0
        self.expansions = self.expanded = 0
        self.length = 0
        self.cited: set[str] = set()
        self.stopped = False
        self.open_files: list[str] = []
        #: Environments of the document that are open, and those that flows are in.
        self.open_environments: list[str] = []
        self.stops: list[str] = []
        self.preamble = False
        #: Whether formulas get no definitions, so that those of the document are expanded in them.
        self.expands = False
        self.bibliographies: dict[str, Place] = {}
        self.list_depth = 0
        #: Whether what is counted by sections gets its number here; in a book the book counts.
        self.counts = True
        self.deepest = DEEPEST

    # --- problems ---

    def span(self, place: Place) -> Span:
        return Span(self.files[place.file], place.line)

    def warn(self, code: str, message: str, place: Place, hint: str = "") -> None:
        self.problems.append(warning(code, message, self.span(place), hint))

    def fail(self, code: str, message: str, place: Place, hint: str = "") -> None:
        self.problems.append(error(code, message, self.span(place), hint))

    def once(self, code: str, name: str, message: str, place: Place, hint: str = "") -> None:
        """Warn of something that may be there many times, the first time."""
        if (code, name) not in self.told:
            self.told.add((code, name))
            self.warn(code, message, place, hint)

    # --- files ---

    def open(self, path: str, text: str) -> list[Token]:
        """The tokens of a file."""
        number = len(self.files)
        self.files.append(path)
        self.length += len(text)
        if self.length > LONGEST:
            self.fail("latex-limit", f"More than {LONGEST:,} characters are not read.", Place(number, 1))
            return []
        return tokens_of(text, number)

    # --- labels ---

    @contextmanager
    def anchor(self, kind: str) -> Iterator[Anchor]:
        """Something that labels may name, for as long as it is read."""
        found = self.new_anchor(kind)
        self.anchors.append(found)
        try:
            yield found
        finally:
            self.anchors.remove(found)

    def new_anchor(self, kind: str) -> Anchor:
        """Something that labels may name; its id is that of its first label, which is known in the second reading."""
        self.count += 1
        identifier = self.known.ids.get(self.count, "") if self.known is not None else ""
        return Anchor(self.count, kind, identifier)

    def label(self, name: str, place: Place) -> None:
        """A label, for what is being read."""
        name = " ".join(name.split())
        if not name:
            return
        if not self.anchors:
            self.once("latex-label", name, f"The label {quote(name)} names nothing that has a number.", place)
            return
        self.name(self.anchors[-1], name)

    def name(self, anchor: Anchor, name: str) -> str:
        """Give something a label; its id."""
        if anchor.number not in self.found.ids:
            known = self.known.ids.get(anchor.number) if self.known is not None else None
            self.found.ids[anchor.number] = known or self.free(identifier(name, anchor.kind))
        anchor.id = self.found.ids[anchor.number]
        self.found.labels.setdefault(name, Target(anchor.id, anchor.kind, anchor.text, anchor.title))
        return anchor.id

    def free(self, name: str) -> str:
        """An id that nothing has yet."""
        found, number = name, 1
        while found in self.taken_ids:
            number += 1
            found = f"{name}-{number}"
        self.taken_ids.add(found)
        return found

    def automatic(self, anchor: Anchor) -> str:
        """The id of something that has a number and no label."""
        if not anchor.id:
            anchor.id = self.free(f"{anchor.kind}-n{anchor.number}")
        return anchor.id

    def target(self, name: str) -> Target | None:
        """What a label stands for."""
        name = " ".join(name.split())
        return (self.known or self.found).labels.get(name)

    # --- numbers ---

    def section_number(self, depth: int) -> str:
        """The number of the section that is open, with as many parts as a depth of ``words.SECTIONS`` asks for."""
        first = 1 if self.has_chapters else 2
        parts = [str(count) for count in self.sections[: max(1, depth - first + 1)]]
        if parts and self.lettered:
            parts[0] = chr(64 + min(26, max(1, int(parts[0]))))
        return ".".join(parts)

    def counted(self, name: str) -> str:
        """Count something; its number where that is not the plain count, because it is counted by sections."""
        within = self.within.get(name, "")
        self.counters[name] = self.counters.get(name, 0) + 1
        depth = words.SECTIONS.get(within)
        if depth is None or not self.counts:
            return ""
        return f"{self.section_number(depth) or 0}.{self.counters[name]}"

    def section(self, depth: int) -> None:
        """Count a section: what is counted by such ones begins anew."""
        first = 1 if self.has_chapters else 2
        index = max(0, depth - first)
        del self.sections[index + 1 :]
        while len(self.sections) <= index:
            self.sections.append(0)
        self.sections[index] += 1
        for name, within in self.within.items():
            if words.SECTIONS.get(within, -1) >= depth:
                self.counters[name] = 0

    # --- macros ---

    def expand(self, name: str, stream: Stream, place: Place) -> bool:
        """Put the body of a macro in front; False where there is none of that name, or no more are expanded."""
        macro = self.macros.get(name)
        if macro is None and name.endswith("*") and (macro := self.macros.get(name[:-1])) is not None:
            stream.put([Token("text", "*", "*", place)])
        if macro is None:
            return False
        return self.put(macro, stream, place, name)

    def put(self, macro: Macro, stream: Stream, place: Place, name: str) -> bool:
        """Put the body of a macro with its arguments in front, all at the place where it is called."""
        if not macro.count:
            stream.skip_spaces()
        tokens = macros.expanded(macro, stream)
        self.expansions += 1
        self.expanded += len(tokens)
        if self.expansions > MOST_EXPANSIONS or self.expanded > MOST_EXPANDED:
            message = (
                f"The definitions of this text do not end: {quote(chr(92) + name)} is not expanded any more."
            )
            self.once_failed("latex-limit", message, place, "Does a command call itself?")
            return False
        stream.put(token._replace(place=place) for token in tokens)
        return True

    def once_failed(self, code: str, message: str, place: Place, hint: str = "") -> None:
        if (code, "") not in self.told:
            self.told.add((code, ""))
            self.fail(code, message, place, hint)

    # --- parts of the text ---

    def inline(self, tokens: Sequence[Token]) -> Run:
        """Inline content of an argument."""
        flow = Flow(self, Stream(tokens), one=True)
        flow.read()
        return flow.run

    def rows(self, tokens: Sequence[Token]) -> list[Row]:
        """The lines of the blocks of an argument."""
        return blocks(self.parts(tokens))

    def parts(self, tokens: Sequence[Token]) -> list[list[Row]]:
        """The blocks of an argument."""
        flow = Flow(self, Stream(tokens))
        flow.read()
        return flow.parts


class Scope(NamedTuple):
    """A group: how many marks of emphasis are open before it, and where it begins."""

    open: int
    place: Place


class Flow:
    """One run of blocks. ``stop``: the environment that it is in; ``one``: it is inline content, and becomes one
    paragraph."""

    def __init__(self, reading: Reading, stream: Stream, stop: str = "", *, one: bool = False) -> None:
        self.reading, self.stream, self.stop, self.one = reading, stream, stop, one
        self.run = Run()
        self.parts: list[list[Row]] = []
        self.scopes: list[Scope] = []
        #: Marks of emphasis that are open.
        self.styles: list[tuple[str, str]] = []
        self.ended = False
        self.last = Place(0, 1)
        self.quotes = 0

    # --- what is written ---

    def text(self, text: str, place: Place) -> None:
        self.run.add("text", text, place)

    def mark(self, text: str, place: Place) -> None:
        if text:
            self.run.add("mark", text, place)

    def space(self, place: Place, text: str = " ") -> None:
        self.run.add("space", text, place)

    def flush(self) -> None:
        """End the paragraph; styles that are open go on in the next one."""
        if self.one:
            self.space(self.last)
            return
        for _, closing in reversed(self.styles):
            self.run.add("close", closing, self.last)
        run, self.run = self.run, Run()
        if run:
            rows = written(run)
            if rows:
                self.parts.append(rows)
            self.take_notes()
        for opening, _ in self.styles:
            self.run.add("open", opening, self.last)

    def take_notes(self) -> None:
        """Put the footnotes that wait behind the block; those of lists, tables and the like behind the whole of it."""
        if self.reading.depth <= 1:
            self.parts += self.reading.notes
            self.reading.notes = []

    def block(self, rows: Sequence[Row]) -> None:
        """A block of its own."""
        if self.one:
            for row in rows:
                self.run.add("mark", row.text.strip(), row.place)
                self.space(row.place)
            return
        self.flush()
        if rows:
            self.parts.append(list(rows))
        self.take_notes()

    # --- groups and styles ---

    def open(self, place: Place) -> None:
        self.scopes.append(Scope(len(self.styles), place))

    def style(self, name: str, place: Place) -> None:
        """Set what follows, to the end of the group, in a style."""
        marks = words.MARKS[name]
        if marks in self.styles:
            return
        self.styles.append(marks)
        self.run.add("open", marks[0], place)

    def close(self, place: Place) -> None:
        """The end of a group."""
        scope = self.scopes.pop()
        while len(self.styles) > scope.open:
            self.run.add("close", self.styles.pop()[1], place)

    def styled(self, name: str, place: Place) -> None:
        """A style for the argument that follows."""
        self.stream.skip_spaces()
        token = self.stream.peek()
        if token is not None and token.kind == "{":
            self.stream.take()
            self.open(token.place)
            self.style(name, place)
            return
        inner = self.stream.argument()
        opening, closing = words.MARKS[name]
        self.run.add("open", opening, place)
        self.run.pieces += self.reading.inline(inner).pieces
        self.run.add("close", closing, place)

    # --- tokens ---

    def read(self) -> None:
        """Read to the end of the environment or of the tokens."""
        reading = self.reading
        reading.depth += 1
        reading.stops.append(self.stop)
        if reading.depth > DEEPEST:
            self.too_deep()
        else:
            while not self.ended and not reading.stopped and (token := self.stream.take()) is not None:
                self.last = token.place
                self.one_token(token)
            if self.stop and not self.ended and not reading.stopped:
                self.missing_end()
        while self.scopes:
            scope = self.scopes[-1]
            reading.fail("latex-unbalanced", "This brace is never closed.", scope.place)
            self.close(self.last)
        while self.styles:
            self.run.add("close", self.styles.pop()[1], self.last)
        if not self.one:
            self.flush()
            self.take_notes()
        reading.stops.pop()
        reading.depth -= 1

    def too_deep(self) -> None:
        """What is nested too deep is shown as it is written."""
        reading = self.reading
        found: list[Token] = []
        depth = 0
        while (token := self.stream.take()) is not None:
            name = ""
            if token.kind == "command" and token.text in {"begin", "end"}:
                name = plain_of(self.stream.group() or ())
                depth += 1 if token.text == "begin" else -1
                if self.stop and depth < 0:
                    break
                found.append(token._replace(source=f"{token.source}{{{name}}}"))
                continue
            found.append(token)
        place = found[0].place if found else self.last
        reading.once_failed(
            "latex-limit", f"More than {DEEPEST} groups and environments are in each other.", place
        )
        self.mark(code_span(source_of(found).strip()), place)

    def missing_end(self) -> None:
        self.reading.fail(
            "latex-unbalanced",
            f"The environment {quote(self.stop)} is never ended.",
            self.begun,
            f"Write “\\end{{{self.stop}}}” where it ends.",
        )

    begun: Place = Place(0, 1)

    def one_token(self, token: Token) -> None:
        kind, text, place = token.kind, token.text, token.place
        if kind == "text":
            self.text(self.typeset(text), place)
        elif kind == "space":
            self.space(place, text)
        elif kind == "par":
            self.flush()
        elif kind == "command":
            self.command(token)
        elif kind == "{":
            self.open(place)
        elif kind == "}":
            if self.scopes:
                self.close(place)
            else:
                self.reading.fail("latex-unbalanced", "This brace closes nothing.", place)
        elif kind == "math":
            from acadsite.collect.latex.formulas import dollars

            dollars(self, token)
        elif kind == "~":
            self.text("\u00a0", place)
        elif kind == "code":
            self.mark(code_span(text), place)
        elif kind in {"raw", "lost"}:
            from acadsite.collect.latex.environments import raw

            raw(self, token)
        elif kind == "address":
            self.text(text, place)
        else:  # brackets are text, and so are signs of formulas and tables that are in none
            self.text(text, place)

    def typeset(self, text: str) -> str:
        """Text with the signs that LaTeX makes of it."""
        if '"' in text:
            if "german" in self.reading.language or "austrian" in self.reading.language:
                text = _SHORTHAND.sub(lambda found: _SHORTHANDS[found[1]], text)
            text = text.replace('"', "”")
        if "-" in text or "'" in text or "`" in text:
            text = _LIGATURES.sub(lambda found: _LIGATURE[found[0]] if found[0] != "-" else "-", text)
        return text

    # --- commands ---

    def command(self, token: Token) -> None:
        """A command, by its name: that of a macro, a table's, an accent, or none that is known."""
        from acadsite.collect.latex.inline import COMMANDS

        name, place = token.text, token.place
        reading = self.reading
        macro = reading.macros.get(name.rstrip("*"))
        if macro is not None and macro.alias:
            # It was what it names then, whatever that has become since.
            name = macro.alias
            token = token._replace(text=name, source=f"\\{name}")
        elif macro is not None and reading.expand(name, self.stream, place):
            return
        for known in (name, name.rstrip("*")):
            if known in COMMANDS:
                COMMANDS[known](self, token._replace(text=known))
                return
        if name.endswith("*") and (name[:-1] in SYMBOLS or name[:-1] in LOGOS):
            self.stream.put([Token("text", "*", "*", place)])
            name = name[:-1]
        if name in SYMBOLS or name in LOGOS:
            self.stream.skip_spaces() if name.isalpha() else None
            text = LOGOS.get(name) or SYMBOLS[name]
            self.text(text, place)
        elif name in ACCENTS:
            self.accent(name, place)
        else:
            self.unknown(token)

    def accent(self, name: str, place: Place) -> None:
        """An accent on the first letter of its argument."""
        run = self.reading.inline(self.stream.argument())
        base = run.plain() if run.is_text else ""
        if not base:
            self.text(SPACING.get(name, ""), place)
            self.run.pieces += run.pieces
            return
        if name in ABOVE and base[0] in "ıȷ":
            base = ("i" if base[0] == "ı" else "j") + base[1:]
        self.text(unicodedata.normalize("NFC", base[0] + ACCENTS[name] + base[1:]), place)

    def unknown(self, token: Token) -> None:
        """A command that is not known stays visible as code, with what stands in brackets; its arguments are read as
        text."""
        from acadsite.collect.latex.inline import COMMANDS

        name, place = token.text, token.place
        if len(name) == 1 and not name.isalpha():
            self.text(name, place)
            return
        if self.reading.preamble:
            return  # settings of packages
        if ("latex-unknown", name) not in self.reading.told:
            near = nearest(name, [*COMMANDS, *self.reading.macros], 0.8)
            hint = f"Did you mean “\\{near}”? " if near else ""
            message = f"The command {quote(chr(92) + name)} is not known: it is shown as it is written."
            self.reading.once("latex-unknown", name, message, place, f"{hint}Define it with “\\newcommand”.")
        options = "".join(f"[{source_of(option)}]" for option in iter(self.stream.option, None))
        self.mark(code_span(f"\\{name}{options}"), place)

    def nested(self, stop: str, place: Place) -> list[list[Row]]:
        """The blocks up to the end of an environment."""
        flow = Flow(self.reading, self.stream, stop)
        flow.begun = place
        flow.read()
        return flow.parts

    def collect(self, name: str, place: Place) -> list[Token]:
        """The tokens up to the end of an environment, not expanded but for what begins or ends environments."""
        reading, stream = self.reading, self.stream
        found: list[Token] = []
        counts: dict[str, int] = {}
        while (token := stream.take()) is not None:
            if token.kind != "command":
                found.append(token)
                continue
            if token.text in {"begin", "end"}:
                group = stream.group() or []
                inner = plain_of(group)
                if token.text == "end":
                    if inner == name and not counts.get(inner):
                        return found
                    if inner == "document":
                        stream.put([token, *_braced(inner, token.place)])
                        break
                    if inner in reading.environments and not counts.get(inner):
                        stream.put(_at(reading.environments[inner].end, token.place))
                        continue
                counts[inner] = counts.get(inner, 0) + (1 if token.text == "begin" else -1)
                found += (token, *_braced(inner, token.place))
                continue
            macro = reading.macros.get(token.text)
            if (
                macro is not None
                and macro.is_structure
                and reading.put(macro, stream, token.place, token.text)
            ):
                continue
            found.append(token)
        reading.fail(
            "latex-unbalanced",
            f"The environment {quote(name)} is never ended.",
            place,
            f"Write “\\end{{{name}}}” where it ends.",
        )
        return found


def _at(tokens: Sequence[Token], place: Place) -> list[Token]:
    return [token._replace(place=place) for token in tokens]


def _braced(text: str, place: Place) -> list[Token]:
    return [Token("{", "{", "{", place), Token("text", text, text, place), Token("}", "}", "}", place)]


def identifier(label: str, kind: str) -> str:
    """The id of what a label names: its kind, and the label without what says the kind."""
    prefix, rest = _prefix(label)
    rest = _SLUG.sub("-", rest if prefix else label).strip("-") or "x"
    return f"{kind}-{rest}"


def _prefix(label: str) -> tuple[str, str]:
    """The kind that a label begins with, and the rest; no kind where it does not say one."""
    found = _LABEL.search(label)
    if found is None or not label[found.end() :]:
        return "", label
    return words.PREFIXES.get(label[: found.start()].casefold(), ""), label[found.end() :]


def guessed(label: str) -> str:
    """The id of a label of another text, by what it begins with."""
    prefix, _ = _prefix(label)
    return identifier(label, prefix or "sec")


def skip_length(flow: Flow) -> None:
    """Pass over a length without braces: ``=1pt plus 2pt``."""
    stream = flow.stream
    stream.skip_spaces()
    taken: list[Token] = []
    while (token := stream.peek()) is not None and token.kind in {"text", "space"} and len(taken) < 12:
        taken.append(token)
        stream.take()
    text = source_of(taken)
    found = _LENGTH.match(text)
    rest = text[found.end() :] if found else text
    if rest and taken:
        stream.put(tokens_of(rest, taken[0].place.file, taken[0].place.line))
    token = stream.peek()
    if not rest and token is not None and token.kind == "command" and token.text in words.LENGTHS:
        stream.take()
