"""Forms of funders: what each holds and in which order, what it does not take, the text to paste, the PDF, and that
a warm build is a cold one."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from acadsite.kinds.cv.forms import FORM, form_names, in_language, languages_of, read_form
from acadsite.pdf import File
from conftest import SiteFolder
from sample import Site, contents, tree, unlike

if TYPE_CHECKING:
    from acadsite.result import Result

FOLDER = Path(__file__).resolve().parent.parent / "themes/base/templates/cv/forms"
GOLDEN = Path(__file__).parent / "golden" / "forms"
NAMES = ("dfg", "erc", "nih", "nsf", "nsf-synergistic", "ukri")

SITE = """\
title: Ada Byron
url: https://ada.example/
author:
  name: Byron, Ada
  email: ada@ada.example
  role: Professor of *Computation*
  affiliation: University of Somewhere
  location: Somewhere
  orcid: 0000-0002-1825-0097
"""
BIB = "\n".join(
    f"@{kind}{{{key}, title={{{title}}}, author={{{author}}}, year={{{year}}}{more}}}"
    for kind, key, title, author, year, more in [
        (
            "article",
            "loom",
            "Looms that weave $x^2$",
            "Byron, Ada and Babbage, Charles*",
            2024,
            ", journal={Annals of Looms}, volume=3, doi={10.1234/loom}, selected={true}",
        ),
        (
            "inproceedings",
            "notes",
            "Notes on {N}otes?",
            "Byron, Ada",
            2021,
            ", booktitle={Proceedings of Annotation}, eprint={2101.00001}, archiveprefix={arXiv}, selected={true}",
        ),
        (
            "software",
            "engine",
            "The Engine",
            "Byron, Ada",
            2023,
            ", url={https://engine.example/}, selected={true}",
        ),
        ("article", "paper", "On Paper", "Byron, Ada", 2019, ", journal={Paper}"),
        *(
            ("article", f"more{n}", f"More {n}", "Byron, Ada", 2000 + n, f", journal={{J}}, doi={{10.1/{n}}}")
            for n in range(1, 11)
        ),
    ]
)
SECTIONS = """\
theme: classic
accent: "#aa2200"
size: 9
sections:
  - title: Positions
    entries:
      - {title: Research fellow, place: Institute of Engines, dates: 2019 – 2022, details: [Built *half* an engine]}
      - {title: Professor, place: University of Somewhere, location: Somewhere, start: 2022-10}
      - {title: Adviser, place: Ministry, start: 2020-01}
  - title: Education
    entries:
      - {title: M.Sc., place: University of Elsewhere, dates: 2012 – 2015}
      - title: Ph.D. in Computation
        place: University of Elsewhere
        dates: 2015 – 2019
        grade: summa cum laude
        thesis: Punched cards
        advisors: [Augusta M.]
  - title: Awards
    entries:
      - {title: Small prize, dates: "2018"}
      - {title: Loom Medal, place: Society of Looms, dates: "2023"}
  - title: Service
    entries: [{title: Programme chair, place: Loom Days, dates: "2024"}]
    groups: [{title: Reviewing, items: [Annals of Looms, Journal of Cards]}]
  - {title: Teaching, collection: courses}
variants:
"""
STATEMENT = "I *weave* numbers [here](https://x.example).\n\n          And $x^2$."
VARIANTS = {
    "nsf": "    sections: [{id: related, keys: [notes, loom]}, {id: other, where: {kind: software}}]\n",
    "nsf-synergistic": "    sections: [{id: activities, texts: [A school of **looms**, A library]}]\n",
    "nih": (
        "    sections:\n"
        "      - {id: contributions, texts: [First words, Second words]}\n"
        "      - {id: related, keys: [loom]}\n"
        f"      - id: statement\n        text: |\n          {STATEMENT}\n"
    ),
    "erc": (
        "    sections:\n"
        "      - {id: outputs, keys: [engine: Why it *matters*., loom]}\n"
        "      - {id: breaks, text: A year of leave.}\n"
    ),
    "dfg": (
        "    language: de\n"
        "    sections:\n"
        "      - {id: person, entries: [{label: Titel, title: Prof. Dr.}, {label: Telefon, title: '123'}]}\n"
        "      - {id: supervision, collection: students}\n"
    ),
    "ukri": (
        "    words: 20\n"
        "    sections:\n"
        "      - {id: knowledge, text: one two three}\n"
        "      - {id: people, text: four five six}\n"
        "      - {id: community, text: seven eight nine}\n"
        "      - {id: society, text: 'ten, as [@loom]'}\n"
    ),
}


def variant(name: str, more: str = "", identifier: str = "") -> str:
    """A variant that fills a form."""
    return f"  - id: {identifier or name}\n    form: {name}\n{more}"


FILES: dict[str, str | bytes] = {
    "site.yaml": SITE,
    "content/publications/a.bib": BIB,
    "content/students.yaml": "- {name: Old Student, level: PhD, start: 2010, end: 2014, thesis: {title: Wefts}}\n",
    "content/courses/algebra.md": "---\ntitle: Algebra\nterm: Winter 2023/24\n---\nText\n",
    "content/cv.yaml": SECTIONS + "".join(variant(name, more) for name, more in VARIANTS.items()),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that fills every form, built."""
    site = Site(SiteFolder(tmp_path_factory.mktemp("forms") / "site"))
    site.root.mkdir()
    site.folder.write(FILES)
    result = site.build()
    assert [str(problem) for problem in result.report.problems] == []
    return site


def problems(tmp_path: Path, cv: str, **files: str) -> list[str]:
    """What is told of a site with these variants, as “file:line: message”."""
    root = tmp_path / "site"
    root.mkdir(exist_ok=True)
    folder = SiteFolder(root).write(FILES | {"content/cv.yaml": SECTIONS + cv} | files)
    found = Site(folder).cold().report.problems
    return [f"{one.where.path}:{one.where.line}: {one.message}" for one in found if one.where]


def line_of(cv: str, words: str) -> int:
    """The line of cv.yaml in which words stand."""
    whole = SECTIONS + cv
    return whole[: whole.index(words)].count("\n") + 1


def told(cv: str, words: str, message: str) -> str:
    """A problem with a text of cv.yaml as ``problems`` has it."""
    return f"content/cv.yaml:{line_of(cv, words)}: {message}"


def data_of(name: str) -> Any:
    path = FOLDER / f"{name}.yaml"
    data, faults = read_form(File(path.read_bytes(), path.name))
    assert faults == ()
    assert data is not None
    return data


# --- the forms that come with acadsite --------------------------------------------------------------------------------


def test_all_forms_are_tested() -> None:
    assert form_names(f"forms/{path.name}" for path in FOLDER.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_form_says_where_its_rules_stand(name: str) -> None:
    data = data_of(name)
    assert data["rules"]
    assert all(address.startswith("https://") for address in data["rules"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data["checked"])
    ids = [part["id"] for part in data["sections"]]
    assert len(ids) == len(set(ids))
    for language in languages_of(data):
        form = in_language(name, data, language)
        assert all(part["title"] or part["under"] for part in form.parts)
        assert form.language == language


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_form(built: Site, name: str, update_golden: bool) -> None:
    text = (built.out / f"cv-{name}.txt").read_text(encoding="utf-8")
    golden = GOLDEN / f"{name}.txt"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def pdf_of(built: Site, name: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(built.out / f"cv-{name}.pdf")


@pytest.mark.parametrize("name", NAMES)
def test_page_pdf_and_text_say_the_same(built: Site, name: str) -> None:
    text = (built.out / f"cv-{name}.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    heads = [
        re.sub(r" \[[\d,]+ / [\d,]+\]$", "", above)
        for above, below in pairwise(lines)
        if below and set(below) in ({"-"}, {"="})
    ][1:]
    page = (built.out / f"cv/{name}/index.html").read_text(encoding="utf-8")
    titles = re.findall(r'<h[23](?! class="group)[^>]*>(.*?)</h[23]>', page.split("<main")[1])
    assert [re.sub("<.*?>", "", title) for title in titles] == heads
    reader = pdf_of(built, name)
    written = " ".join("".join(one.extract_text() for one in reader.pages).split())
    at = 0
    for head in heads:
        at = written.index(head, at) + len(head)


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_is_what_the_form_asks_for(built: Site, name: str) -> None:
    data = data_of(name)
    reader = pdf_of(built, name)
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == ("de" if name == "dfg" else "en")
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    width = round(float(reader.pages[0].mediabox.width))
    assert width == (612 if data["paper"] == "letter" else 595)
    assert len(reader.pages) <= (data["pages"] or 9)
    path = built.out / f"cv-{name}.pdf"
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    edges = [
        (float(left), float(right)) for left, right in re.findall(r'<word xMin="(.*?)".*?xMax="(.*?)"', boxes)
    ]
    margin = data["margin"] / 25.4 * 72
    assert min(left for left, _ in edges) >= margin - 1
    assert max(right for _, right in edges) <= width - margin + 1
    sizes: set[float] = set()
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, _, __, ___, size: sizes.add(size) if text.strip() else None
        )
    # The footer is smaller, and so are superscripts.
    assert sorted(sizes)[-1] > data["size"]


def test_a_form_in_its_other_language(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    files = FILES | {"site.yaml": SITE + "language: de\n", "content/cv.yaml": SECTIONS + variant("dfg")}
    result = Site(SiteFolder(root).write(files)).cold()
    text = contents(result)["cv-dfg.txt"].decode()
    assert text.startswith("DFG – Curriculum Vitae – Ada Byron\n")
    assert "First name: Ada\n" in text
    assert "Professor, University of Somewhere, Somewhere, Oct 2022 – present\n" in text
    page = contents(result)["cv/dfg/index.html"].decode()
    assert "Oct 2022 – present" in page
    assert '<html lang="de"' in page
    assert "Okt. 2022 – heute" in contents(result)["cv/index.html"].decode()


# --- who finds them ---------------------------------------------------------------------------------------------------


def test_a_form_is_found_by_nobody(built: Site) -> None:
    assert '<meta name="robots" content="noindex">' in (built.out / "cv/nih/index.html").read_text()
    assert "cv/nih" not in (built.out / "sitemap.xml").read_text()
    for path in ("cv/index.html", "index.html", "llms.txt", "cv/nsf/index.html"):
        file = built.out / path
        assert not file.exists() or "cv-nih" not in file.read_text()
    words = "".join(path.read_text() for path in built.out.rglob("*.json"))
    assert "Personal Statement" not in words


def test_a_form_may_be_found(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    cv = variant("ukri", "    listed: true\n    menu: true\n" + VARIANTS["ukri"])
    made = contents(Site(SiteFolder(root).write(FILES | {"content/cv.yaml": SECTIONS + cv})).cold())
    assert b"noindex" not in made["cv/ukri/index.html"]
    assert b"cv/ukri/" in made["sitemap.xml"]
    assert b'href="../cv/ukri/"' in made["cv/index.html"]
    assert b'cv/ukri/">' in made["index.html"]


def test_what_of_a_variant_is_made(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    cv = (
        variant("nsf", "    show: pdf\n" + VARIANTS["nsf"])
        + variant("ukri", "    show: []\n" + VARIANTS["ukri"])
        + "  - {id: web, show: web}\n  - {id: paper, show: pdf}\n"
        + "  - {id: hidden, listed: false}\n  - {id: later, draft: true}\n"
    )
    site = Site(SiteFolder(root).write(FILES | {"content/cv.yaml": SECTIONS + cv}))
    made = contents(site.cold())
    assert sorted(path for path in made if path.startswith(("cv-", "cv/")) and "card" not in path) == [
        "cv-hidden.pdf",
        "cv-nsf.pdf",
        "cv-nsf.txt",
        "cv-paper.pdf",
        "cv-ukri.txt",
        "cv/hidden/index.html",
        "cv/index.html",
        "cv/web/index.html",
    ]
    main = made["cv/index.html"].decode()
    assert re.findall(r'class="action" href="(.*?)"', main) == ["../cv.pdf", "../cv/web/", "../cv-paper.pdf"]
    assert ".pdf" not in re.findall(r"cv-downloads.*?</ul>", made["cv/web/index.html"].decode(), re.DOTALL)[
        0
    ].replace("../../cv.pdf", "").replace("../../cv-paper.pdf", "")
    drafts = contents(site.cold(drafts=True))
    assert {"cv/later/index.html", "cv-later.pdf"} == {
        path for path in drafts.keys() - made.keys() if "later" in path
    }


# --- what a form does not take ----------------------------------------------------------------------------------------


def test_a_text_that_is_too_long(tmp_path: Path) -> None:
    cv = variant(
        "nih",
        "    sections:\n"
        "      - {id: related, keys: [loom]}\n"
        f"      - {{id: statement, text: '{'w' * 3501}'}}\n"
        f"      - id: contributions\n        texts:\n          - '{'a' * 2000}'\n          - '**{'b' * 2001}**'\n",
    )
    assert problems(tmp_path, cv) == [
        told(cv, "www", "“Personal Statement” has 3,501 characters, NIH takes 3,500."),
        told(cv, "bbb", "“Contributions to Science” 2 has 2,001 characters, NIH takes 2,000."),
    ]


def test_what_is_counted(tmp_path: Path) -> None:
    """Blanks, line ends and the words of links; neither marks nor addresses."""
    root = tmp_path / "site"
    root.mkdir()
    nih = VARIANTS["nih"].replace("First words", "'ä *b* [c](https://x.example) `d`'")
    site = Site(SiteFolder(root).write(FILES | {"content/cv.yaml": SECTIONS + variant("nih", nih)}))
    text = contents(site.cold())["cv-nih.txt"].decode()
    assert "1. [7 / 2,000]\n\nä b c d\n" in text
    shown = "I weave numbers here.\n\nAnd x^2."
    assert f"Personal Statement [{len(shown)} / 3,500]\n" in text
    assert shown in text


def test_too_many(tmp_path: Path) -> None:
    keys = ", ".join(f"more{n}" for n in range(1, 7))
    prizes = "".join(f"\n          - {{title: Prize {n}, dates: '{2000 + n}'}}" for n in range(16))
    cv = variant(
        "nih",
        "    sections:\n"
        f"      - {{id: related, keys: [{keys}]}}\n"
        "      - {id: other, where: {kind: article}}\n"
        f"      - id: honors\n        entries:{prizes}\n"
        "      - {id: contributions, texts: [a, b, c, d, e, f]}\n"
        "      - {id: statement, text: x}\n",
    )
    related = "“Products Most Closely Related to the Proposed Project”"
    line = BIB[: BIB.index("@article{paper")].count("\n") + 1
    lacks = "“paper” has no address (doi, arxiv or url): NIH wants it of each work."
    assert problems(tmp_path, cv) == [
        told(cv, "{id: related", f"{related} has 6 works, NIH takes 5."),
        told(cv, "{id: other", "“Other Significant Products” has 12 works, NIH takes 5."),
        told(cv, "id: honors", "“Honors” has 16 entries, NIH takes 15."),
        told(cv, "{id: contributions", "“Contributions to Science” has 6 texts, NIH takes 5."),
        f"content/publications/a.bib:{line}: {lacks}",
    ]


def test_what_is_missing(tmp_path: Path) -> None:
    cv = variant("nsf")
    labels = ("Location", "ORCID iD", "Organization", "Position Title")
    related = "“Products Most Closely Related to the Proposed Project”"
    assert problems(tmp_path, cv, **{"site.yaml": "title: Ada\nauthor: {name: Ada Byron}\n"}) == [
        *(told(cv, "form: nsf", f"NSF wants “{label}”: it is not known.") for label in labels),
        told(cv, "form: nsf", f"NSF wants {related}: nothing fills it."),
    ]


def test_citations_and_words(tmp_path: Path) -> None:
    nih = VARIANTS["nih"].replace("Second words", "'As [@loom] has it'")
    ukri = VARIANTS["ukri"].replace("words: 20", "words: 11")
    cv = variant("nih", nih) + variant("ukri", ukri)
    assert problems(tmp_path, cv) == [
        told(cv, "As [@loom]", "“Contributions to Science” 2 cites: NIH takes no citations there."),
        told(cv, "words: 11", "The texts have 15 words together, UKRI takes 11."),
    ]


def test_too_many_pages(tmp_path: Path) -> None:
    text = " ".join(["word"] * 900)
    cv = variant("nsf-synergistic", f"    sections: [{{id: activities, texts: [{text}]}}]\n", "one")
    assert problems(tmp_path, cv) == [
        f"content/cv.yaml:{line_of(cv, 'form: nsf-synergistic')}: cv-one.pdf has 2 pages, NSF takes 1."
    ]


def test_slips_are_told(tmp_path: Path) -> None:
    cv = (
        "  - {id: a, form: nfs}\n"
        "  - {id: b, form: ukri, language: fr, sections: [knowlege, {id: people, text: x}, {id: people, text: y},"
        " {id: knowledge, text: x}, {id: community, text: x}, {id: society, keys: [loom, lom, loom]}]}\n"
        "  - {id: c, words: 7}\n"
    )
    at = line_of(cv, "form: nfs")
    assert problems(tmp_path, cv) == [
        f"content/cv.yaml:{at}: There is no form “nfs”.",
        f"content/cv.yaml:{at + 1}: The form “ukri” is not there in “fr”.",
        f"content/cv.yaml:{at + 1}: The form “ukri” has no section “knowlege”.",
        f"content/cv.yaml:{at + 1}: The section “people” of the form is filled twice: the first counts.",
        f"content/cv.yaml:{at + 1}: There is no “lom” in publications.",
        f"content/cv.yaml:{at + 1}: “loom” is named twice.",
        f"content/cv.yaml:{at + 2}: “words” is for forms: this variant fills none.",
    ]


# --- forms of one's own -----------------------------------------------------------------------------------------------

OWN = """\
title: Narrative CV
funder: SNSF
pages: 3
sections:
  - {id: achievements, title: Major achievements, most: 3, characters: 10, required: true}
  - {id: jobs, title: Employment, from: [positions], when: before}
"""


def test_a_form_of_ones_own(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    cv = variant("snsf", "    sections: [{id: achievements, texts: [Short, Much too long]}]\n")
    files = FILES | {"content/cv.yaml": SECTIONS + cv, "templates/cv/forms/snsf.yaml": OWN}
    result = Site(SiteFolder(root).write(files)).cold()
    assert [problem.message for problem in result.report.problems] == [
        "“Major achievements” 2 has 13 characters, SNSF takes 10."
    ]
    assert (
        contents(result)["cv-snsf.txt"]
        .decode()
        .endswith(
            "Employment\n----------\n\nResearch fellow, Institute of Engines, 2019 – 2022\nBuilt half an engine\n"
        )
    )


def test_a_form_takes_the_place_of_ours(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    ours = (FOLDER / "nsf.yaml").read_text(encoding="utf-8").replace("most: 5", "most: 1")
    cv = variant("nsf", VARIANTS["nsf"])
    files = FILES | {"content/cv.yaml": SECTIONS + cv, "templates/cv/forms/nsf.yaml": ours}
    result = Site(SiteFolder(root).write(files)).cold()
    assert [problem.message for problem in result.report.problems] == [
        "“Products Most Closely Related to the Proposed Project” has 2 works, NSF takes 1."
    ]


def test_what_is_wrong_with_a_form_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    cv = variant("snsf")
    wrong = OWN.replace("most: 3", "moust: 3")
    found = problems(tmp_path, cv, **{"templates/cv/forms/snsf.yaml": wrong})
    assert found == ["templates/cv/forms/snsf.yaml:5: Unknown key “moust” in sections."]
    found = problems(tmp_path, cv, **{"templates/cv/forms/snsf.yaml": "- x\n"})
    assert found == ["templates/cv/forms/snsf.yaml:1: A form must be “key: value” lines."]


@pytest.mark.parametrize("name", ["a b", "", "jobs"])
def test_ids_of_parts_are_words_and_each_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "site").mkdir()
    own = {"templates/cv/forms/snsf.yaml": OWN.replace("id: achievements", f"id: '{name}'")}
    message = f"“{name}” cannot be the id of a section of a form."
    assert problems(tmp_path, variant("snsf"), **own) == [f"templates/cv/forms/snsf.yaml:1: {message}"]


def test_what_is_written_in_an_odd_way(tmp_path: Path) -> None:
    """Nothing is lost, and nothing is read as another thing than it is."""
    root = tmp_path / "site"
    root.mkdir()
    cv = variant(
        "nsf",
        "    sections:\n"
        "      - {id: related, keys: [{notes: , loom: '<i>x</i> & y'}]}\n"
        "      - {id: education, texts: [One, '']}\n"
        "      - {id: positions, text: Words}\n"
        "      - {id: other, groups: [{title: G, items: [a, {title: b}]}]}\n"
        "      - {id: identity, entries: [{label: Name, title: '*Ada* B.'}, {label: '<x>', title: '& y'}]}\n",
    )
    result = Site(SiteFolder(root).write(FILES | {"content/cv.yaml": SECTIONS + cv})).cold()
    assert [str(problem) for problem in result.report.problems] == []
    text = contents(result)["cv-nsf.txt"].decode()
    assert "\n\n\n" not in text
    assert "Name: Ada B.\n" in text
    assert text[text.index("Professional") :] == (
        "Professional Preparation\n------------------------\n\n1.\n\nOne\n\n"
        "Appointments and Positions\n--------------------------\n\nWords\n\n"
        "Products\n========\n\n"
        "Products Most Closely Related to the Proposed Project [2 / 5]\n"
        "-------------------------------------------------------------\n\n"
        "1. Ada Byron. Notes on Notes? In Proceedings of Annotation, 2021. https://arxiv.org/abs/2101.00001\n"
        "2. Ada Byron and Charles Babbage. Looms that weave x^2. Annals of Looms 3, 2024. https://doi.org/10.1234/loom\n"
        "x & y\n\n"
        "Other Significant Products [2 / 5]\n----------------------------------\n\nG:\n\n1. a\n2. b\n"
    )
    page = contents(result)["cv/nsf/index.html"].decode()
    assert "&lt;x&gt;" in page


def test_every_key_of_a_form_is_in_its_schema() -> None:
    used = {key for name in NAMES for key in data_of(name)}
    assert used == set(FORM.names())


# --- keys and texts in other CVs --------------------------------------------------------------------------------------


def test_keys_and_texts_are_for_every_cv(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    cv = (
        "sections:\n"
        "  - {title: Best, keys: [notes: A *remark*., loom], numbering: ascending, group_by: none}\n"
        "  - {title: Pupils, collection: students, keys: [old-student]}\n"
        "  - {title: Words, texts: [One, Two]}\n"
    )
    result = Site(SiteFolder(root).write(FILES | {"content/cv.yaml": cv})).cold()
    assert [str(problem) for problem in result.report.problems] == []
    page = contents(result)["cv/index.html"].decode()
    words = re.sub(r"\s+", " ", re.sub("<.*?>", " ", page.split("<main")[1]))
    order = [
        "Best",
        "[1]",
        "Notes on Notes?",
        "A remark",
        "[2]",
        "Looms that weave",
        "Pupils",
        "Old Student",
        "One",
    ]
    at = 0
    for word in order:
        at = words.index(word, at)
    pdf = " ".join(
        pypdf.PdfReader(_stored(tmp_path, contents(result)["cv.pdf"])).pages[0].extract_text().split()
    )
    assert "A remark." in pdf
    assert "Two" in pdf


def _stored(folder: Path, data: bytes) -> Path:
    path = folder / "x.pdf"
    path.write_bytes(data)
    return path


# --- warm builds ------------------------------------------------------------------------------------------------------

NIH = "cv-form:nih cv-fields:nih"
ALL = " ".join(f"cv-form:{name} cv-fields:{name}" for name in NAMES)
PDFS = " ".join(f"cv-{name}.pdf" for name in NAMES)
CV = "content/cv.yaml"
SHOWING = "cv-nsf.pdf cv-nih.pdf cv-erc.pdf cv-dfg.pdf"
WORKS = " ".join(f"cv-form:{name} cv-fields:{name}" for name in ("nsf", "nih", "erc", "dfg"))
#: An edit of a file, and the pages of CVs and the PDFs that are made again.
EDITS = [
    ("a statement", CV, ("I *weave*", "I *wove*"), f"cv {ALL} cv-nih.pdf"),
    ("a comment moves lines", CV, ("variants:", "# x\nvariants:"), ""),
    ("an entry", CV, ("title: Adviser", "title: Advisor"), f"cv {ALL} cv.pdf {SHOWING}"),
    ("a DOI", "content/publications/a.bib", ("10.1234/loom", "10.1234/web"), f"{WORKS} {SHOWING}"),
    ("a student", "content/students.yaml", ("Wefts", "Warps"), "cv-form:dfg cv-fields:dfg cv-dfg.pdf"),
    (
        "the ORCID iD",
        "site.yaml",
        ("0000-0002-1825-0097", "0000-0001-5109-3700"),
        f"cv {ALL} cv.pdf {SHOWING}",
    ),
]


def made_again(result: Result) -> set[str]:
    assert result.graph is not None
    pages = {page.id for page in result.graph.pages.values() if page.path in result.made}
    wanted = {page for page in pages if page.startswith("cv")}
    return wanted | {path for path in result.artifacts if path in result.made and path.startswith("cv")}


@pytest.mark.parametrize(
    ("path", "change", "pages"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS]
)
def test_an_edit_makes_what_it_changes(built: Site, path: str, change: tuple[str, str], pages: str) -> None:
    before = str(FILES[path])
    assert change[0] in before
    built.build()
    built.edit({path: before.replace(*change)})
    try:
        result = built.build()
        assert made_again(result) == set(pages.split()), result.reasons()
        cold = built.cold()
        assert result.report.problems == cold.report.problems
        assert unlike(tree(built.out), contents(cold)) == []
    finally:
        built.edit({path: before})


def test_a_form_that_changes_makes_its_pages(built: Site) -> None:
    own = "templates/cv/forms/ukri.yaml"
    text = (FOLDER / "ukri.yaml").read_text(encoding="utf-8")
    built.edit({own: text.replace("wider research", "broader research")})
    try:
        result = built.build()
        assert {"cv-form:ukri", "cv-fields:ukri", "cv-ukri.pdf"} <= made_again(result)
        assert unlike(tree(built.out), contents(built.cold())) == []
    finally:
        built.edit({own: None})
    built.build()
    assert unlike(tree(built.out), contents(built.cold())) == []


def test_warnings_are_told_again_where_they_stand_now(built: Site) -> None:
    long = str(FILES[CV]).replace("Second words", "w" * 2001)
    built.edit({CV: long})
    try:
        first = built.build().report.problems
        assert [problem.code for problem in first] == ["cv-limit"]
        built.edit({CV: long.replace("variants:", "# x\nvariants:")})
        second = built.build().report.problems
    finally:
        built.edit({CV: FILES[CV]})
    assert first[0].where is not None
    assert second[0].where is not None
    assert second[0].where.line == first[0].where.line + 1
    assert built.build().report.problems == ()
