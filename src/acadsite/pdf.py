"""PDF by Typst: the files of a theme and data as JSON in, bytes out. No file is read but fonts, and no network used.

The same input gives the same bytes: the fonts are those of the ``typst`` package and the folders named, never those
of the system, and the time in the document is an argument. The document is PDF/UA-1 where Typst can make it so: where a
character has no glyph it is made without, and ``Pdf.missing`` tells which characters these are.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.sources import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: What Typst calls the first file of a document that is in memory.
_MAIN: Final = "main"
_MISSING: Final = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
#: A character in a text as Typst shows it.
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_PROBLEM: Final = re.compile(
    r"^(?P<level>error|warning): (?P<message>[^\n]*)"
    r"(?:\n +┌─ (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)$)?.*?(?=\n\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_HINT: Final = re.compile(r"= hint: (.*)")
#: What Typst says of a file that it was not given, and of a package that it looked for on the network.
_NO_FILE: Final = re.compile(r"failed to load file|file not found|.* would escape the project root")
_NO_PACKAGE: Final = re.compile(r"failed to download package|package not found")
#: The name of a package, which Typst would fetch from the network.
_PACKAGE: Final = re.compile(r'"@[A-Za-z][\w-]*/[^"\n]*"')
_COMMENT: Final = re.compile(r"(?<!:)//")
_END: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
#: Where Typst looks for files that it was not given: a file, so that there are none.
_NOWHERE: Final = Path(__file__)
_NEAR: Final = "A theme reads files that lie with it in its folder of templates/, and no others."
_OFFLINE: Final = "A build uses no network: copy what you need into the theme."


@dataclass(frozen=True, slots=True)
class File:
    """A file of a theme: its bytes, and the path that problems show."""

    data: bytes
    label: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """Folders with fonts, and a digest of the files in them: they are read again when it is another."""

    folders: tuple[Path, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Pdf:
    """``data`` is empty where there are errors. ``missing`` are characters without a glyph, in their order."""

    data: bytes
    pages: int = 0
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


NO_FONTS: Final = Fonts()


def make_pdf(
    files: Mapping[str, File], main: str, data: str, *, timestamp: int, fonts: Fonts = NO_FONTS
) -> Pdf:
    """The PDF of the Typst file ``main``, which finds the JSON text ``data`` in ``sys.inputs.data``, and other files
    beside it by their names in ``files``. ``timestamp`` is in seconds since 1970.

    Errors in the theme come back as problems with file and line.
    """
    faults = tuple(_faults(files))
    if faults:
        return Pdf(b"", problems=faults)
    made = _compiled(files, main, data, timestamp, fonts, is_strict=True)
    missing, problems = made.missing, made.problems
    not_accessible = [problem for problem in problems if problem.message.startswith("PDF/UA")]
    if missing or not_accessible:
        made = _compiled(files, main, data, timestamp, fonts, is_strict=False)
        problems = (*(replace(problem, level="warning") for problem in not_accessible), *made.problems)
    if any(map(_is_mark, missing)):
        missing = _missing_alone(missing, fonts)
    return Pdf(made.data, _pages(made.data), missing, problems)


def make_picture(files: Mapping[str, File], main: str, data: str, *, fonts: Fonts = NO_FONTS) -> Pdf:
    """The same as a picture in PNG, a point to a pixel: ``main`` makes one page. Of ``files`` it has those that it
    names, or that one of these names: Typst looks through all that it is given, which would take longer than a card."""
    files = _named(files, main)
    faults = tuple(_faults(files))
    if faults:
        return Pdf(b"", problems=faults)
    return _compiled(files, main, data, 0, fonts, is_strict=False, form="png")


def _named(files: Mapping[str, File], main: str) -> dict[str, File]:
    found = {main: files[main]}
    todo = [files[main]]
    while todo:
        text = todo.pop().data
        new = {name: file for name, file in files.items() if name not in found and name.encode() in text}
        found |= new
        todo += new.values()
    return found


def faulty_formulas(sources: Iterable[str]) -> frozenset[str]:
    """Which of the sources of formulas Typst does not take."""
    return frozenset(_faulty(tuple(dict.fromkeys(sources))))


def forget() -> None:
    """Let go of what Typst keeps of documents, to lay out the next one faster: as much memory as a hundred times the
    data, for each of the last ten. There is no call for that, but what ten documents did not use goes."""
    for _ in range(11):
        _compiled({"f.typ": File(b"", "")}, "f.typ", "", 0, NO_FONTS, is_strict=False)


def _faulty(sources: tuple[str, ...]) -> tuple[str, ...]:
    """The same by halves: mostly all of them are fine."""
    source = b'#for f in json(bytes(sys.inputs.data)) { math.equation(eval(f, mode: "math")) }\n'
    data = json.dumps(sources)
    if not _compiled({"f.typ": File(source, "")}, "f.typ", data, 0, NO_FONTS, is_strict=False).problems:
        return ()
    middle = len(sources) // 2
    return _faulty(sources[:middle]) + _faulty(sources[middle:]) if middle else sources


def _missing_alone(signs: Sequence[str], fonts: Fonts) -> tuple[str, ...]:
    """Those of ``signs`` that have no glyph by themselves. Of a letter with marks above Typst tells all characters,
    though it may be one mark that has none, or the letter with it."""
    base = next(letter for letter in map(chr, range(ord("a"), ord("z"))) if letter not in signs)
    texts = [base + sign if _is_mark(sign) else sign for sign in signs]
    source = b'#set document(title: "x")\n#for sign in json(bytes(sys.inputs.data)) { block(sign) }\n'
    made = _compiled({"f.typ": File(source, "f.typ")}, "f.typ", json.dumps(texts), 0, fonts, is_strict=True)
    marks = tuple(sign for sign in signs if _is_mark(sign))
    return tuple(sign for sign in signs if sign in made.missing) or marks


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


def _faults(files: Mapping[str, File]) -> Iterable[Problem]:
    """What is wrong with the files as such."""
    for name, file in files.items():
        if not name.endswith(".typ"):
            continue
        text, problems = decode(file.data, file.label)
        yield from problems
        for found in _PACKAGE.finditer(text):
            before = text[: found.start()]
            start = before.rfind("\n") + 1
            if _COMMENT.search(before, start):
                continue
            line, column = before.count("\n") + 1, found.start() - start + 1
            message = f"The theme asks for the package {found[0]}, which is on the network."
            place = Span(file.label, line, column, line, column + len(found[0]))
            yield error("pdf-theme", message, place, _OFFLINE)


def _compiled(  # noqa: PLR0917
    files: Mapping[str, File],
    main: str,
    data: str,
    timestamp: int,
    fonts: Fonts,
    is_strict: bool,
    form: Literal["pdf", "png"] = "pdf",
) -> Pdf:
    import typst

    # Typst takes texts only: other files count as absent, which is told where one is asked for.
    texts = {name: text for name, file in files.items() if (text := _text_of(name, file)) is not None}
    try:
        compiler = typst.Compiler(
            {**{name: text for name, text in texts.items() if name != main}, _MAIN: texts[main]},
            root=_NOWHERE,
            font_paths=_fonts(fonts),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
        )
        made, warnings = compiler.compile_with_warnings(
            format=form, timestamp=timestamp, ppi=72, pdf_standards=["ua-1"] if is_strict else []
        )
    except RuntimeError as failure:
        diagnostic = str(getattr(failure, "diagnostic", ""))
        missing = map(_unquoted, _MISSING.findall(diagnostic))
        signs = tuple(dict.fromkeys(sign for text in missing for sign in text if not sign.isspace()))
        if is_strict and signs:
            return Pdf(b"", 0, signs)
        reason = str(failure).strip().partition("\n")[0]
        message = f"Typst does not take the theme: {reason}"
        unknown = error("pdf-theme", _sentence(message), Span(files[main].label))
        return Pdf(b"", problems=tuple(_problems(diagnostic, files, main)) or (unknown,))
    except BaseException as failure:
        if type(failure).__name__ != "PanicException":
            raise
        message = "Typst gave up on the document."
        return Pdf(b"", problems=(error("pdf-theme", message, Span(files[main].label)),))
    problems: list[Problem] = []
    for said in warnings:
        problems += _problems(said.diagnostic, files, main)
    assert isinstance(made, bytes)  # noqa: S101
    return Pdf(made, problems=tuple(dict.fromkeys(problems)))


def _text_of(name: str, file: File) -> bytes | None:
    """A file as Typst gets it; None for one that is no text."""
    if name.endswith(".typ"):
        return decode(file.data, file.label)[0].encode()
    try:
        file.data.decode()
    except UnicodeDecodeError:
        return None
    return file.data


@lru_cache(maxsize=4)
def _fonts(fonts: Fonts) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=list(fonts.folders))


def _unquoted(text: str) -> str:
    """A text as Typst shows it, without its escapes."""
    return _ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), text
    )


def _problems(diagnostic: str, files: Mapping[str, File], main: str) -> Iterable[Problem]:
    """What Typst says, with the places in the files of the theme."""
    for found in _PROBLEM.finditer(diagnostic):
        name = _name_of(found["file"] or "", files, main)
        # Typst counts columns from 0.
        line, column = int(found["line"] or 1), int(found["column"] or 0) + 1
        message, hint = found["message"].strip(), _HINT.search(found[0])
        advice = _sentence(hint[1]) if hint and not hint[1].endswith(":") else ""
        if _NO_FILE.match(message):
            wanted = _literal_at(files[name], line, column)
            what = f"The theme has no file {quote(wanted)}" if wanted else "The theme has no such file"
            message, advice = what, _NEAR
            if wanted in files and _text_of(wanted, files[wanted]) is None:
                message = f"Typst gets no file {quote(wanted)}: it is no text"
                advice = "Pictures of a theme are SVG."
        elif _NO_PACKAGE.match(message):
            message, advice = "The theme asks for a package, which is on the network", _OFFLINE
        make = error if found["level"] == "error" else warning
        yield make("pdf-theme", _sentence(message), Span(files[name].label, line, column), advice)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." * (text[-1:] not in ".!?")


def _name_of(path: str, files: Mapping[str, File], main: str) -> str:
    """Which file of the theme Typst means: the one of the longest name that its path ends with."""
    path = f"/{Path(path).as_posix()}"
    names = [name for name in files if name != main and path.endswith(f"/{name}")]
    return max(names, key=len, default=main)


def _literal_at(file: File, line: int, column: int) -> str:
    """The text in quotes that begins in a place of a file."""
    lines = decode(file.data, file.label)[0].split("\n")
    found = re.match(r'"([^"]*)"', lines[line - 1][column - 1 :]) if line <= len(lines) else None
    return found[1] if found else ""


def _pages(data: bytes) -> int:
    """How many pages a PDF has: the count in the root of its page tree (ISO 32000-2, 7.5.4 and 7.7.3)."""
    end = _END.search(data, max(0, len(data) - 64))
    root = re.compile(rb"/Root (\d+) 0 R").search(data, int(end[1])) if end else None
    if end is None or root is None:
        return 0
    # The table has two lines at its head, and one of 20 bytes for each object.
    table = re.compile(rb"xref\s+0 \d+\s+").match(data, int(end[1]))
    first = table.end() if table else 0

    def inside(number: bytes, name: bytes) -> bytes:
        at = first + 20 * int(number)
        found = re.compile(rb"/%b (\d+)" % name).search(data, int(data[at : at + 10]))
        return found[1] if found else b"0"

    return int(inside(inside(root[1], b"Pages"), b"Count"))


def fonts_in(fonts: Fonts) -> tuple[str, ...]:
    """The families of letters that a document can have."""
    families: list[str] = _fonts(fonts).families()
    return tuple(sorted(set(families)))


def unknown_font(name: str, fonts: Fonts, place: Span) -> Problem | None:
    """The problem with a family of letters that there is not."""
    known = fonts_in(fonts)
    if name.casefold() in {family.casefold() for family in known}:
        return None
    return error("cv-font", f"There is no font {quote(name)}.", place, f"Fonts: {', '.join(known)}.")
