"""PDF by Typst: the files of a theme and data as JSON in, bytes out. No file is read but fonts, and no network used.

The same input gives the same bytes: the fonts are those of the ``typst`` package and the folders named, never those
of the system, and the time in the document is an argument. The document is PDF/UA-1 where Typst can make it so: where a
character has no glyph it is made without, and ``Pdf.missing`` tells which characters these are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, Span, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: What Typst calls the first file of a document that is in memory.
_MAIN: Final = "main"
_MISSING: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_PROBLEM: Final = re.compile(
    r"^(?P<level>error|warning): (?P<message>[^\n]*)"
    r"(?:\n +┌─ (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)$)?.*?(?=\n\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_HINT: Final = re.compile(r"= hint: (.*)")
#: An import of a package, which Typst would fetch from the network.
_PACKAGE: Final = re.compile(r'"@[^"\n]*"')
_COUNT: Final = re.compile(
    rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b", re.DOTALL
)
#: Where Typst looks for files that it was not given: a file, so that there are none.
_NOWHERE: Final = Path(__file__)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a theme: its bytes, and the path that problems show."""

    data: bytes
    label: str


@dataclass(frozen=True, slots=True)
class Pdf:
    """``data`` is empty where there are errors. ``missing`` are characters without a glyph, in their order."""

    data: bytes
    pages: int = 0
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def make_pdf(
    files: Mapping[str, File], main: str, data: str, *, timestamp: int, fonts: Sequence[Path] = ()
) -> Pdf:
    """The PDF of the Typst file ``main``, which finds the JSON text ``data`` in ``sys.inputs.data``, and other files
    beside it by their names in ``files``. ``timestamp`` is in seconds since 1970, ``fonts`` are folders.

    Errors in the theme come back as problems with file and line.
    """
    faults = tuple(_packages(files))
    if faults:
        return Pdf(b"", problems=faults)
    made = _compiled(files, main, data, timestamp, fonts, is_strict=True)
    missing, problems = made.missing, made.problems
    not_accessible = [problem for problem in problems if problem.message.startswith("PDF/UA")]
    if missing or not_accessible:
        made = _compiled(files, main, data, timestamp, fonts, is_strict=False)
        problems = (*(replace(problem, level="warning") for problem in not_accessible), *made.problems)
    return Pdf(made.data, _pages(made.data), missing, problems)


def faulty_formulas(sources: Iterable[str]) -> frozenset[str]:
    """Which of the sources of formulas Typst does not take."""
    return frozenset(source for source in sources if not _is_formula(source))


@lru_cache(maxsize=4096)
def _is_formula(source: str) -> bool:
    text = b'#set document(title: "x")\n#let f = sys.inputs.data\n#math.equation(eval(f, mode: "math"))\n'
    made = _compiled({"f.typ": File(text, "f.typ")}, "f.typ", source, 0, (), is_strict=False)
    return not made.problems


def _packages(files: Mapping[str, File]) -> Iterable[Problem]:
    for name, file in files.items():
        if not name.endswith(".typ"):
            continue
        text = file.data.decode("utf-8", "replace")
        for found in _PACKAGE.finditer(text):
            before = text[: found.start()]
            line = before.count("\n") + 1
            column = found.start() - (before.rfind("\n") + 1) + 1
            message = f"The theme asks for the package {found[0]}, which is on the network."
            place = Span(file.label, line, column, line, column + len(found[0]))
            yield error(
                "cv-theme", message, place, "A build uses no network: copy what you need into the theme."
            )


def _compiled(  # noqa: PLR0917
    files: Mapping[str, File],
    main: str,
    data: str,
    timestamp: int,
    fonts: Sequence[Path],
    is_strict: bool,
) -> Pdf:
    import typst

    inner = {name: file.data for name, file in files.items() if name != main}
    try:
        compiler = typst.Compiler(
            {_MAIN: files[main].data, **inner},
            root=_NOWHERE,
            font_paths=_fonts(tuple(fonts)),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
        )
        made, warnings = compiler.compile_with_warnings(
            format="pdf", timestamp=timestamp, pdf_standards=["ua-1"] if is_strict else []
        )
    except typst.TypstError as failure:
        missing = map(_unquoted, _MISSING.findall(failure.diagnostic))
        signs = tuple(dict.fromkeys(sign for text in missing for sign in text if not sign.isspace()))
        if is_strict and signs:
            return Pdf(b"", 0, signs)
        return Pdf(b"", problems=tuple(_problems(failure.diagnostic, files, main)))
    except BaseException as failure:
        if type(failure).__name__ != "PanicException":
            raise
        message = "Typst gave up on the document."
        return Pdf(b"", problems=(error("cv-theme", message, Span(files[main].label)),))
    problems: list[Problem] = []
    for said in warnings:
        problems += _problems(said.diagnostic, files, main)
    assert isinstance(made, bytes)  # noqa: S101
    return Pdf(made, problems=tuple(problems))


@lru_cache(maxsize=4)
def _fonts(folders: tuple[Path, ...]) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=list(folders))


def _unquoted(text: str) -> str:
    """A text as Rust's ``{:?}`` shows it."""
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), text)
    return text.replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")


def _problems(diagnostic: str, files: Mapping[str, File], main: str) -> Iterable[Problem]:
    """What Typst says, with the places in the files of the theme."""
    for found in _PROBLEM.finditer(diagnostic):
        path = Path(found["file"] or "").as_posix()
        names = (name for name in files if name != main and path.endswith(f"/{name}"))
        name = main if path.endswith(f"/{_MAIN}") or not path else next(names, main)
        place = Span(files[name].label, int(found["line"] or 1), int(found["column"] or 1))
        hint = _HINT.search(found[0])
        message = found["message"].strip()
        message = message[:1].upper() + message[1:]
        make = error if found["level"] == "error" else warning
        yield make("cv-theme", message + "." * (message[-1:] not in ".!?"), place, hint[1] if hint else "")


def _pages(data: bytes) -> int:
    """How many pages a PDF has: the largest count of its page tree."""
    return max((int(first or second) for first, second in _COUNT.findall(data)), default=0)


def fonts_in(folders: Sequence[Path]) -> tuple[str, ...]:
    """The families of letters that a document can have with these folders of fonts."""
    families: list[str] = _fonts(tuple(folders)).families()
    return tuple(sorted(set(families)))


def unknown_font(name: str, folders: Sequence[Path], place: Span) -> Problem | None:
    """The problem with a family of letters that there is not."""
    known = fonts_in(folders)
    if name.casefold() in {family.casefold() for family in known}:
        return None
    return error("cv-font", f"There is no font {quote(name)}.", place, f"Fonts: {', '.join(known)}.")
