"""The CV themes of base: what is in the PDF, where it stands, and that no input breaks them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdf
import pytest
import typst

from cv_data import contact, cv, everything, group, many, names, reference, row, section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).resolve().parent.parent / "themes/base/templates/cv"
THEMES = ("classic", "compact", "modern")
#: Those that have dates in a column at the beginning of lines.
MARGIN = ("compact", "modern")
POINTS = {"a4": (595, 842), "us-letter": (612, 792)}

#: Keys whose value the reader does not see as text.
UNSEEN = {
    "id",
    "k",
    "u",
    "url",
    "kind",
    "mark",
    "title of the document",
    "author",
    "keywords",
    "language",
    "direction",
    "paper",
    "accent",
    "font",
    "page",
    "of",
}

HOSTILE = (
    "#set page(fill: red)",
    '#import "@preview/x:1.0.0": *',
    "$x$ and $ x $",
    "*b* _i_ `c`",
    "@ref <lab>",
    "a \\ b \\#c",
    "// no comment",
    "/* nor this */",
    "``` raw ```",
    "] ) }",
    "= Heading",
    "- item",
    "+ item",
    "/ term: x",
    "#panic()",
    "a -- b --- c ... \"q\" 'q'",
    "~ and -?",
    "#{ 1 + 1 }",
)


class Word(NamedTuple):
    """A word of a page and its box, in points from the upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


@cache
def _compiled(theme: str, data: str) -> bytes:
    return compile_(f'#include "{theme}.typ"', data)


def compile_(main: str, data: str = "{}") -> bytes:
    """The PDF of Typst source that can import the files of the themes. In PDF/UA-1 mode; a warning is a failure."""
    files = {path.name: path.read_bytes() for path in FOLDER.glob("*.typ")}
    compiler = typst.Compiler(
        {"main": main.encode(), **files},  # type: ignore[arg-type]
        root=Path(__file__),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf", timestamp=1_700_000_000, pdf_standards=["ua-1"]
    )
    assert [warning.diagnostic for warning in warnings] == []
    assert isinstance(pdf, bytes)
    return pdf


def make(theme: str, data: dict[str, Any]) -> bytes:
    return _compiled(theme, json.dumps(data))


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf))


def run(*command: str | Path) -> str:
    """The output of one of poppler's or qpdf's programs; skips where it is not installed."""
    program = shutil.which(str(command[0]))
    if program is None and not os.environ.get("CI"):
        pytest.skip(f"{command[0]} is not installed")
    assert program, f"{command[0]} is not installed"
    done = subprocess.run([program, *map(str, command[1:])], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[bytes], Path]:
    """Stores a PDF as a file for ``run``."""

    def store(pdf: bytes) -> Path:
        path = tmp_path / "cv.pdf"
        path.write_bytes(pdf)
        return path

    return store


@pytest.fixture
def pages(stored: Callable[[bytes], Path]) -> Callable[[bytes], list[str]]:
    """The text of each page, with single blanks."""

    def texts(pdf: bytes) -> list[str]:
        found = run("pdftotext", "-raw", "-enc", "UTF-8", stored(pdf), "-").split("\f")[:-1]
        return [" ".join(text.split()) for text in found]

    return texts


@pytest.fixture
def words(stored: Callable[[bytes], Path]) -> Callable[[bytes], list[Word]]:
    """All words with their boxes."""

    def boxes(pdf: bytes) -> list[Word]:
        text = run("pdftotext", "-enc", "UTF-8", "-bbox", stored(pdf), "-")
        found, page = [], 0
        box = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
        for line in text.splitlines():
            page += "<page " in line
            if match := box.search(line):
                found.append(Word(page, *map(float, match.groups()[:4]), match[5]))  # type: ignore[arg-type]
        return found

    return boxes


def outline(pdf: bytes) -> list[tuple[int, str]]:
    """Bookmarks with their depth."""

    def flat(items: list[Any], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            if isinstance(item, list):
                yield from flat(item, depth + 1)
            else:
                yield depth, str(item.title)

    return list(flat(read(pdf).outline, 1))


def links(pdf: bytes) -> set[str]:
    """The addresses of all links."""
    found = set()
    for page in read(pdf).pages:
        for note in page.get("/Annots", []):
            found.add(str(note.get_object()["/A"]["/URI"]))
    return found


def texts_of(value: Any, key: str = "") -> Iterator[str]:
    """Every text in the data that a reader must see."""
    if isinstance(value, dict):
        formula = value.get("k") == "math"
        for name, inner in value.items():
            if not formula and name not in UNSEEN:
                yield from texts_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, key)
    elif isinstance(value, str) and value.strip():
        yield value


def addresses_of(value: Any) -> Iterator[str]:
    """Every address in the data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("url", "u") and inner:
                yield inner
            else:
                yield from addresses_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from addresses_of(inner)


def named(text: str, titles: list[str]) -> None:
    """All of the titles occur, in this order."""
    at = 0
    for title in titles:
        found = text.find(title, at)
        assert found >= 0, f"{title!r} is missing or out of order"
        at = found + len(title)


# What is in it


@pytest.mark.parametrize("theme", THEMES)
def test_every_field_is_in_the_text(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    data = everything()
    found = pages(make(theme, data))
    assert len(found) == 2
    text = " ".join(found)
    head = {key: data[key] for key in ("name", "role", "contacts", "updated")}
    evident = {"E-mail", "Home page", "Phone"}  # labels that the text makes needless
    hidden = {"S1924", "student", ""}  # the date of a section with dates: none
    wanted = [text for text in texts_of([head, data["sections"]]) if text not in evident | hidden]
    assert len(wanted) > 100
    for part in wanted:
        if part not in ("none", "left", "right"):
            assert " ".join(part.split()) in text, part
    assert "E-mail" not in text
    assert "S1924" not in text
    named(
        text,
        [
            "Emmy Noether",
            "Mathematician",
            "emmy@example.org",
            "noether.example",
            "GitHub enoether",
            "Last updated",
            "Positions",
            "Privatdozentin",
            "Habilitation",
            "Second line",
            "Visiting professor",
            "Honours",
            "Publications",
            "Scholar",
            "Selected publications",
            "An introduction",
            "after the break",
            "Ideal theory in rings",
            "code",
            "slides",
            "Ada Byron",
            "Emmy Noether",
            "and Max Deuring, et al.",
            "Mathematische Annalen 1921 (Oral)",
            "Best Paper",
            "A note below",
            "What is a ring?",
            "Invariants",
            "Repositories",
            "leanprover/mathlib4",
            "★ 1.4k",
            "A library",
            "Talks",
            "Hypercomplex systems, ICM, Zürich",
            "video",
            "Students",
            "Grete Hermann (Göttingen, now in Bremen)",
            "Service",
            "Editor",
            "Reviewing",
            "Journal of Algebra",
            "Annals",
            "Teaching",
            "Group theory (Math 101), Lecturer",
            "Skills",
            "German, English, Russian",
            "of variations",
            "and of invariants",
        ],
    )


@pytest.mark.parametrize("theme", THEMES)
def test_all_links_can_be_clicked(theme: str) -> None:
    data = everything()
    wanted = set(addresses_of(data))
    assert len(wanted) > 15
    assert links(make(theme, data)) == wanted


@pytest.mark.parametrize("theme", THEMES)
def test_pages_are_counted_on_each(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    found = pages(make(theme, many(120 if theme == "compact" else 60)))
    assert len(found) > 3
    for number, text in enumerate(found, 1):
        assert text.endswith(f"Page {number} of {len(found)}")
    words = {"page": "Seite", "of": "von"}
    assert pages(make(theme, cv(footer=words)))[0].endswith("Seite 1 von 1")
    assert pages(make(theme, cv(footer={"page": "", "of": ""})))[0].endswith("1 / 1")


@pytest.mark.parametrize("theme", THEMES)
def test_bookmarks_are_the_headings(theme: str) -> None:
    data = everything()
    titles = [(1, section["title"][0]) for section in data["sections"]]
    titles.insert(3, (2, "1921"))
    titles.insert(4, (2, "1920 and earlier"))
    titles.insert(9, (2, "Reviewing"))
    assert outline(make(theme, data)) == titles


@pytest.mark.parametrize("theme", THEMES)
def test_groups_of_a_section_without_a_heading_leave_no_level_out(theme: str) -> None:
    data = cv(
        section("", "works", groups=[group("2021", row(title=["A"]))]),
        section("Talks", "talks", row(title=["B"])),
    )
    assert outline(make(theme, data)) == [(1, "2021"), (1, "Talks")]


@pytest.mark.parametrize("theme", THEMES)
def test_properties_of_the_document(theme: str, stored: Callable[[bytes], Path]) -> None:
    pdf = make(theme, {**everything(), "language": "pt-BR"})
    path = stored(pdf)
    info = dict(line.split(":", 1) for line in run("pdfinfo", path).splitlines())
    info = {key: value.strip() for key, value in info.items()}
    assert info["Title"] == "Curriculum vitae – Emmy Noether"
    assert info["Author"] == "Emmy Noether"
    assert info["Keywords"] == "algebra, rings"
    assert info["Tagged"] == "yes"
    assert read(pdf).root_object["/Lang"] == "pt-BR"
    assert "pdfuaid:part" in read(pdf).xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert len(fonts) > 3
    for font in fonts:
        embedded, subset = font.split()[-5:-3]
        assert (embedded, subset) == ("yes", "yes"), font


@pytest.mark.parametrize("theme", THEMES)
def test_same_data_same_bytes(theme: str) -> None:
    data = json.dumps(everything())
    main = f'#include "{theme}.typ"'
    assert compile_(main, data) == compile_(main, data)


@pytest.mark.parametrize("paper", POINTS)
@pytest.mark.parametrize("theme", THEMES)
def test_paper(theme: str, paper: str) -> None:
    box = read(make(theme, {**everything(), "paper": paper})).pages[0].mediabox
    assert (round(box.width), round(box.height)) == POINTS[paper]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_never_markup(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    fields = dict.fromkeys(("location", "date", "label", "authors_after", "stars"), "")
    for text in HOSTILE:
        data = cv(
            section(
                text,
                "works",
                note=[text],
                text=[[text]],
                legend=[{"mark": "*", "text": text}],
                groups=[
                    group(
                        text,
                        row(
                            **{**fields, "location": text},
                            title=[text],
                            place=[{"k": "em", "c": [text]}],
                            aside=[text],
                            lines=[[text]],
                            authors=names(text),
                            venue=[text],
                            award=[text],
                            buttons=[{"label": text, "url": "https://example.org"}],
                        ),
                    )
                ],
            ),
            name=text,
            title=text,
            author=text,
            role=[text],
            updated=text,
            contacts=[contact("x", text, text + "!", "https://example.org")],
        )
        found = " ".join(pages(make(theme, data)))
        assert found.count(text) >= 16, text
        assert outline(make(theme, data)) == [(1, text), (2, text)]


def test_only_formulas_are_evaluated() -> None:
    sources = {path.name: path.read_text() for path in FOLDER.glob("*.typ")}
    assert set(sources) == {"classic.typ", "compact.typ", "form.typ", "lib.typ", "modern.typ"}
    calls = [
        (name, line.strip())
        for name, text in sources.items()
        for line in text.splitlines()
        if "eval(" in line
    ]
    assert calls == [
        ("lib.typ", 'let body = math.equation(block: false, alt: node.alt, eval(node.t, mode: "math"))')
    ]
    assert not any("@preview" in text or re.search(r"\b(read|plugin)\(", text) for text in sources.values())


# Where it stands


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_runs_off_the_page(theme: str, words: Callable[[bytes], list[Word]]) -> None:
    long, url, prose = "W" * 300, "https://example.org/" + "a_very/long-path?with=query&" * 10, "Word " * 400
    people = [*names(long, "Ada Byron"), *names(*["Bartel Leendert van der Waerden"] * 60)]
    full = {
        "number": "12",
        "place": [url],
        "location": long,
        "aside": [long],
        "label": long,
        "lines": [[url], [long]],
        "authors": people,
        "venue": [long],
        "award": [url],
        "buttons": [{"label": "code", "url": "https://example.org"}] * 40,
        "stars": "1k",
    }
    dates = (long, "September 2019 – December 2023", "", "2019")
    rows = [
        row(**full, title=[title], date=date, selected=bool(date), url="https://example.org")
        for title, date in zip((prose, long, url, {"k": "code", "t": long}), dates, strict=True)
    ]
    kinds = ("entries", "works", "repos", "talks", "students", "courses", "list", "table")
    sections = [
        section(
            long,
            kind,
            note=[url],
            text=[[url]],
            legend=[{"mark": "*", "text": long}, {"mark": "selected", "text": prose}],
            groups=[group(long, *rows), group("2022", rows[0])],
        )
        for kind in kinds
    ]
    contacts = [
        contact("email", "E-mail", long, "mailto:x"),
        contact("x", long, "x"),
        *(contact("github", "GitHub", "a" * n, url) for n in range(1, 30)),
    ]
    pdf = make(theme, cv(*sections, name=long, role=[long], contacts=contacts, updated=long))
    found = words(pdf)
    assert len(found) > 10_000
    width, height = POINTS["a4"]
    outside = [
        word
        for word in found
        if word.left < 55 or word.right > width - 55 or word.top < 45 or word.bottom > height - 28
    ]
    assert outside == []
    assert sum(word.text.count("W") for word in found) >= 300 * len(kinds) * 6


@pytest.mark.parametrize("theme", THEMES)
def test_names_stay_on_one_line(theme: str, words: Callable[[bytes], list[Word]]) -> None:
    people = [f"Given{i} Heli-Ben van Family{i}" for i in range(60)]
    found = words(make(theme, cv(section("W", "works", row(title=["T"], authors=names(*people))))))
    starts = [i for i, word in enumerate(found) if word.text.startswith("Given")]
    assert len(starts) == 60
    for i in starts:
        assert len({word.top for word in found[i : i + 4]}) == 1
    loose = [{**person, "keep": False} for person in names(*people)]
    found = words(make(theme, cv(section("W", "works", row(title=["T"], authors=loose)))))
    starts = [i for i, word in enumerate(found) if word.text.startswith("Given")]
    assert any(len({word.top for word in found[i : i + 4]}) == 2 for i in starts)


@pytest.mark.parametrize("theme", THEMES)
def test_entries_are_not_split(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    """Each page begins with a heading or with the first line of an entry, never inside one."""
    found = pages(make(theme, many(180 if theme == "compact" else 90)))
    assert len(found) >= 5
    for text in found[1:]:
        assert re.match(r"(20\d\d )?\d+\. Ideal", text), text[:40]


@pytest.mark.parametrize("theme", THEMES)
def test_a_long_entry_is_split(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    lines = [[f"Detail number {i}"] for i in range(150)]
    found = pages(make(theme, cv(section("Posts", "entries", row(title=["Long"], lines=lines)))))
    assert 3 <= len(found) <= 5
    assert "Posts" in found[0]
    assert "Detail number 0" in found[0]
    named(" ".join(found), [text for (text,) in lines])


@pytest.mark.parametrize("theme", THEMES)
def test_headings_are_not_left_at_the_end_of_a_page(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    """Section heading, note, legend, year and the first two short rows after it share a page, wherever they fall."""
    moved = 0
    for filler in range(50, 66) if theme == "compact" else range(36, 52):
        data = cv(
            section("First", "entries", *(row(title=[f"Filler {i}"]) for i in range(filler))),
            section(
                "Second",
                "works",
                text=[["Words"]],
                legend=[{"mark": "*", "text": "legend"}],
                groups=[
                    group(
                        "1999",
                        row(number="1", title=["Alpha"]),
                        row(number="2", title=["Beta"]),
                        row(number="3", title=["Gamma"]),
                    )
                ],
            ),
        )
        found = pages(make(theme, data))
        on = [
            next(i for i, text in enumerate(found) if part in text)
            for part in ("Second", "legend", "Words", "1999", "Alpha", "Beta")
        ]
        assert len(set(on)) == 1, (filler, on)
        moved += on[0] == 1
        assert not re.search(r"^3. Gamma Page|^3. Gamma Emmy", found[-1])
    assert 0 < moved < 16


@pytest.mark.parametrize("theme", THEMES)
def test_place_of_dates(theme: str, words: Callable[[bytes], list[Word]]) -> None:
    width = POINTS["a4"][0]

    def date(side: str, kind: str = "entries") -> Word | None:
        found = words(make(theme, cv(section("S", kind, row(title=["Title"], date="1919"), dates=side))))
        return next((word for word in found if word.text == "1919"), None)

    for kind in ("entries", "list", "talks", "works"):
        left, right = date("left", kind), date("right", kind)
        if kind != "list" or theme in MARGIN:
            assert left is not None
            assert left.left < 65
        assert right is not None
        assert right.right == pytest.approx(width - (56.7 if theme == "classic" else 59.5), abs=1)
        assert date("none", kind) is None
        assert date("", kind) == (left if theme in MARGIN else right)


@pytest.mark.parametrize("theme", THEMES)
def test_right_to_left(theme: str, words: Callable[[bytes], list[Word]]) -> None:
    data = cv(
        section("Works", "works", row(number="7", title=["Title"], selected=True)),
        section("Posts", "entries", row(title=["Post"], date="1919")),
        direction="rtl",
        language="he",
    )
    found = {word.text: word for word in words(make(theme, data))}
    assert found["Works"].right > 530
    number = next(word for text, word in found.items() if "7" in text)
    assert number.left > found["Title"].right
    assert (found["1919"].left > found["Post"].right) == (theme in MARGIN)
    assert read(make(theme, data)).root_object["/Lang"] == "he"


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_end_at_one_edge(theme: str, words: Callable[[bytes], list[Word]]) -> None:
    found = words(
        make(theme, cv(section("T", "talks", *(row(number=str(n), title=["Title"]) for n in (1, 12, 103)))))
    )
    edges = {round(word.right, 1) for word in found if re.fullmatch(r"\d+\.", word.text)}
    titles = {round(word.left, 1) for word in found if word.text == "Title"}
    assert len(edges) == len(titles) == 1
    assert min(word.left for word in found) > 55


@pytest.mark.parametrize("theme", THEMES)
def test_page_break(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    parts = (
        section("One", "list", row(title=["a"])),
        section("Two", "list", row(title=["b"]), page_break=True),
    )
    found = pages(make(theme, cv(*parts)))
    assert len(found) == 2
    assert "Two" in found[1]
    assert len(pages(make(theme, cv({**parts[1]}, name="")))) == 1


# What is missing leaves no trace


@pytest.mark.parametrize(
    "kind", ["entries", "works", "repos", "talks", "students", "courses", "list", "table"]
)
@pytest.mark.parametrize("theme", THEMES)
def test_missing_pieces_leave_nothing(theme: str, kind: str, pages: Callable[[bytes], list[str]]) -> None:
    pieces: list[dict[str, Any]] = [
        {},
        {"title": ["T"]},
        {"place": ["P"]},
        {"location": "L"},
        {"aside": ["A"]},
        {"title": ["T"], "location": "L"},
        {"place": [""], "title": ["T"]},
        {"venue": ["V"]},
        {"award": ["W"]},
        {"lines": [[], [""], ["D"]]},
        {"stars": "3"},
        {"title": ["T?"], "place": ["P"]},
        {"title": ["", {"k": "em", "c": []}]},
    ]
    data = cv(section("", kind, *(row(**piece) for piece in pieces)), section("", "entries"), name="N")
    text = pages(make(theme, data))[0]
    assert not re.search(r"\(\)|\[\]|, ,|\?,|(^|\s),|,\s*$|\(\s|\s\)", text), text
    assert text.startswith("N ")
    assert "T? P" in text
    assert ("T L" if kind == "repos" else "T, L") in text
    assert outline(make(theme, data)) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_cv_of_nothing(theme: str, pages: Callable[[bytes], list[str]]) -> None:
    assert pages(make(theme, cv(name="Jane Roe", title="", author="", language="english"))) in (
        ["Jane Roe Page 1 of 1"],
        ["Jane Roe Jane Roe Page 1 of 1"],
    )


# The building blocks


def test_colours_are_legible() -> None:
    """Whatever accent a user has, text in it has a contrast of 4.5 on white and on the tint (WCAG 2.2, 1.4.3)."""
    compile_("""
      #import "lib.typ": *
      #set document(title: "x")
      #let light(c) = {
        let part(x) = { let v = x / 100%; if v <= .04045 { v / 12.92 } else { calc.pow((v + .055) / 1.055, 2.4) } }
        let (r, g, b) = rgb(c).components(alpha: false)
        .2126 * part(r) + .7152 * part(g) + .0722 * part(b)
      }
      #let contrast(a, b) = (calc.max(light(a), light(b)) + .05) / (calc.min(light(a), light(b)) + .05)
      #for accent in ("", "#ffff00", "#00ff00", "#00ffff", "#ffffff", "#ff00ff", "#000000", "#f2c400", "#2a5db0") {
        let look = palette(accent)
        for ink in (look.ink, look.muted, look.accent, look.person) {
          for paper in (white, look.tint, rgb("#fdf0c4")) {
            assert(contrast(ink, paper) >= 4.5, message: accent + repr(ink) + repr(paper))
          }
        }
      }
    """)


def test_words_break_only_where_they_are_too_long() -> None:
    compile_("""
      #import "lib.typ": *
      #set document(title: "x")
      #let prose = "short words of any number, however many there are, are left alone"
      #assert.eq(loose(prose), prose)
      #assert.eq(type(loose("x" * 41)), content)
      #assert.eq(loose("日本語" * 40), "日本語" * 40)
      #assert.eq(plain(("a", (k: "em", c: ("b", (k: "br"), (k: "code", t: "c"))))), "ab c")
      #assert(blank(()) and blank(("", (k: "em", c: (" ",)))) and not blank(("x",)))
      #assert.eq(joined(", ", none, "a", none, "b"), "a, b")
      #assert.eq(joined(", ", none), none)
    """)


@pytest.mark.parametrize("theme", THEMES)
def test_many_publications_take_no_more_than_their_share(theme: str) -> None:
    """Nothing grows with the square: eight times the publications, about eight times the work."""

    def seconds(count: int) -> float:
        data = json.dumps(many(count))
        start = time.process_time()
        compile_(f'#include "{theme}.typ"', data)
        return time.process_time() - start

    compile_(f'#include "{theme}.typ"', json.dumps(cv()))
    few, lots = seconds(250), seconds(2000)
    assert lots < 20 * few


# The reference CV


@pytest.mark.shared
@pytest.mark.parametrize("theme", THEMES)
def test_the_reference_cv(theme: str, shared_data: Path, pages: Callable[[bytes], list[str]]) -> None:
    data = reference(shared_data)
    pdf = make(theme, data)
    found = pages(pdf)
    assert 4 <= len(found) <= 6 if theme == "compact" else 7 <= len(found) <= 9
    text = " ".join(re.sub(r"(Brandon Amos )?Page \d of \d$", "", page) for page in found)
    text = re.sub(r"\s+", " ", text)
    facts = json.loads((shared_data / "bamos/reference/facts.json").read_text())
    named(text, facts["section_order"])
    for work in facts["publications"]:
        named(text, [f"{work['n']}. {work['title']}", work["authors"], work["venue"]])
    named(text, [f"{repo['n']}. {repo['repo']}" for repo in facts["repos"]])
    named(text, [f"{talk['n']}. {talk['title']}, {talk['location']}" for talk in facts["talks"]])
    named(text, facts["reviewing"])
    for skill in facts["skills"]:
        assert f"{skill['title']} {skill['details']}" in text
    years = list(dict.fromkeys(work["year_heading"] for work in facts["publications"]))
    assert [title for depth, title in outline(pdf) if depth == 2] == [*years, "Reviewing"]
    assert set(addresses_of(data)) == links(pdf)
