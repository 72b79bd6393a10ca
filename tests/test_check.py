"""``acadsite check``: each area finds what it is for, in its place, and nothing on a site that is fine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from acadsite import bibtex
from acadsite.bibtex.review import review
from acadsite.check import AREAS
from acadsite.check.facts import facts_of
from acadsite.cli import AREAS as WORDS
from acadsite.cli import cli
from acadsite.kinds.orcid import orcid
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

URL = "title: T\nurl: https://example.org/\n"


def told(folder: SiteFolder, *areas: str) -> list[tuple[str, str, int]]:
    """Code, file and line of what ``check`` tells, in the given areas."""
    options = [word for area in areas for word in ("--only", area)]
    result = folder.run("check", "--json", "--date", DAY, *options)
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return [(one["code"], one["file"], one["line"]) for one in problems]


def test_the_command_line_knows_the_areas() -> None:
    assert WORDS == AREAS


# --- the bibliography ---

GOOD = """\
@article{good, title = {A Good Title}, author = {Noether, Emmy}, journal = {J}, year = 1920, pages = {1--9},
  doi = {10.1007/BF01464225}, issn = {0025-5831}, isbn = {978-3-540-43462-7}, codeurl = {https://github.com/a/b}}
@book{edited, title = {Another}, editor = {Noether, Emmy}, publisher = {Springer}, year = 1983}
@phdthesis{thesis, title = {A Good Title}, author = {Noether, Emmy}, school = {Erlangen}, year = 1920}
@misc{code, title = {Some Code}, howpublished = {Web}, year = 2020, _mine = {x}, mendeley-tags = {y}}
@article{preprint, title = {On Rings}, author = {Noether, Emmy}, eprint = {2403.01234}, archiveprefix = {arXiv},
  year = 2024}
@control{c, author = {x}}
"""
#: An entry, and the code that it gets.
SLIPS = [
    ("@article{k, author = {A, B}, journal = {J}, year = 1920}", "bib-no-title"),
    ("@article{k, title = {T}, journal = {J}, year = 1920}", "bib-no-author"),
    ("@article{k, title = {T}, author = {A, B}, year = 1920}", "bib-no-venue"),
    ("@inproceedings{k, title = {T}, author = {A, B}, year = 1920}", "bib-no-venue"),
    ("@phdthesis{k, title = {T}, author = {A, B}, year = 1920}", "bib-no-venue"),
    ("@misc{k, title = {T}, doi = {BF01464225}, year = 1920}", "bib-doi"),
    ("@misc{k, title = {T}, arxiv = {about rings}, year = 1920}", "bib-arxiv"),
    ("@misc{k, title = {T}, isbn = {978-3-540-43462-8}, year = 1920}", "bib-isbn"),
    ("@misc{k, title = {T}, isbn = {0025-5831}, year = 1920}", "bib-isbn"),
    ("@misc{k, title = {T}, issn = {0025-5832}, year = 1920}", "bib-isbn"),
    ("@misc{k, title = {T}, pages = {90--12}, year = 1920}", "bib-pages"),
    ("@misc{k, title = {T}, year = 1192}", "bib-year-odd"),
    ("@misc{k, title = {T}, year = 2192}", "bib-year-odd"),
    ("@misc{k, title = {T}, date = {2020-01}, year = 2019}", "bib-year-odd"),
    ('@misc{k, title = {Der K{"o}rper}, year = 1920}', "bib-lost-accent"),
    ("@misc{k, title = {Der K\ufffdrper}, year = 1920}", "bib-lost-character"),
    ("@misc{k, title = {ABSTRAKTER AUFBAU DER THEORIE}, year = 1920}", "bib-title-capitals"),
    ("@misc{k, title = {T}, year = 1920, keywors = {rings}}", "bib-unknown-field"),
    (
        "@inproceedings{k, title = {T}, author = {A, B}, booktitle = {P}, journal = {J}, year = 1920}",
        "bib-field-unused",
    ),
]


def looked(text: str, known: tuple[str, ...] = (), used: str = "") -> list[tuple[str, str]]:
    library = bibtex.read([("a.bib", text)])
    problems = [*library.problems, *review(library.entries, library.macros, 2026, known, used)]
    return [(problem.code, problem.message) for problem in problems]


def test_a_good_bibliography_is_good() -> None:
    assert looked(GOOD, ("codeurl",)) == []


@pytest.mark.parametrize(("entry", "code"), SLIPS, ids=lambda word: word if word.startswith("bib-") else "")
def test_each_slip_is_found(entry: str, code: str) -> None:
    assert [name for name, _ in looked(entry)] == [code]


@pytest.mark.parametrize(
    "entry",
    [
        (
            "@book{a, title = {P}, editor = {A, B}, publisher = {S}, year = 1920}\n@inproceedings{k, title = {T}, "
            "author = {A, B}, crossref = {a}}"
        ),
        "@inproceedings{k, title = {T}, author = {A, B}, year = 1920, crossref = {elsewhere}}",
        "@misc{k, title = {T}, isbn = {9780822363613 0822363615}, year = 1920}",
        "@misc{k, title = {T}, issn = {0025-5831 (print), 1432-1807 (online)}, year = 1920}",
        "@misc{k, title = {T}, doi = {https://doi.org/10.1007/BF01464225}, year = 1920}",
        "@misc{k, title = {T}, pages = {1234--56}, year = 1920}",
        f"@misc{{k, title = {{T}}, pages = {{{'9' * 5000}--{'1' * 5000}}}, year = 1920}}",
        "@misc{k, title = {IMAGENET}, year = 1920}",
        "@misc{k, title = {{'t} Hooft}, year = 1920}",
        "@misc{k, title = {T}, year = {in press}}",
    ],
)
def test_what_is_fine_is_not_told(entry: str) -> None:
    codes = {code for code, _ in looked(entry)}
    assert codes <= {"bib-crossref-missing", "bib-year-text"}


@given(
    st.text(),
    st.sampled_from(["doi", "arxiv", "isbn", "issn", "pages", "year", "date", "title", "author", "colour"]),
)
def test_no_value_is_too_odd(value: str, field: str) -> None:
    library = bibtex.read(
        [("a.bib", f"@article{{k, {field} = {{{value}}}}}\n@misc{{l, {field} = {{{value}}}}}")]
    )
    review(library.entries, library.macros, 2026)


def test_works_that_are_there_twice() -> None:
    head = "author = {Noether, Emmy}, journal = {J}, year ="
    doi = "@misc{a, title = {A}, doi = {10.1007/A}, year = 1920}\n@misc{b, title = {B}, doi = {10.1007/a}, year = 1921}"
    assert looked(doi) == [("bib-duplicate-doi", "b: the DOI “10.1007/a” is that of “a” (a.bib:1:7), too.")]
    title = f'@article{{a, title = {{{{\\"U}}ber R}}, {head} 1920}}\n@article{{b, title = {{über r}}, {head} 1920}}'
    assert [code for code, _ in looked(title)] == ["bib-duplicate-title"]
    # Parts of one name, years later; a thesis and the paper of it.
    assert (
        looked(f"@article{{a, title = {{T}}, {head} 1920}}\n@article{{b, title = {{T}}, {head} 1921}}") == []
    )
    preprint = (
        "@misc{a, title = {T}, author = {Noether, Emmy}, archiveprefix = {arXiv}, eprint = {2403.01234}, year = 2024}\n"
        f"@article{{b, title = {{T}}, {head} 2025}}"
    )
    assert [code for code, _ in looked(preprint)] == ["bib-duplicate-title"]


def test_an_unknown_field_is_told_once_and_not_where_a_template_names_it() -> None:
    text = "@misc{a, title = {T}, year = 1920, colour = {red}}\n@misc{b, title = {S}, year = 1920, colour = {red}}"
    assert looked(text) == [("bib-unknown-field", "a: nothing shows the field “colour” (and in 1 more).")]
    assert looked(text, ("colour",)) == []
    assert looked(text, (), "{{ work.extra.colour }}") == []


def test_the_bibliography_of_a_site(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: T\npublications: {links: {appendix: Appendix}}\n",
            "content/publications/a.bib": "@misc{a, title = {T}, year = 1920, appendix = {https://example.org/a},\n"
            "  colour = {red}, shape = {round}}\n@article{b, title = {S}, author = {A, B}, year = 1920}\n"
            "@article{hidden, hidden = {true}}\n",
            "content/people.yaml": "- {id: a, name: Emmy Noether, orcid: 0000-0002-1825-0098}\n",
            "themes/mine/theme.yaml": "extends: base\n",
            "themes/mine/templates/own.html": "{{ work.extra.shape }}",
        }
    )
    assert told(folder, "bibliography") == [
        ("person-orcid", "content/people.yaml", 1),
        ("bib-unknown-field", "content/publications/a.bib", 2),
        ("bib-no-venue", "content/publications/a.bib", 3),
        ("bib-no-year", "content/publications/a.bib", 4),
    ]


@pytest.mark.parametrize(
    ("written", "is_right"),
    [
        ("0000-0002-1825-0097", True),
        ("https://orcid.org/0000-0002-1694-233X", True),
        ("0000-0002-1694-233x", True),
        ("0000-0002-1825-0079", False),
        ("0000-0002-1825", False),
        ("0000-0002-1825-00X7", False),
        ("Emmy", False),
        ("٠٠٠٠-0002-1825-0097", False),
    ],
)
def test_orcid(written: str, is_right: bool) -> None:
    assert bool(orcid(written)) is is_right


def test_a_bibliography_without_entries(site: MakeSite) -> None:
    folder = site({"content/publications/a.bib": "Just words.\n"})
    assert told(folder, "bibliography") == [("bib-empty", "content/publications/a.bib", 1)]
    folder.write(
        {"content/publications/a.bib": "@article{k, title = {T}, author = {A, B}, journal = {J}, year = 1}\n"}
    )
    assert "bib-empty" not in {code for code, _, _ in told(folder, "bibliography")}


# --- pages ---


def test_links_of_a_page(site: MakeSite) -> None:
    folder = site(
        {
            "content/pages/a.md": "---\ntitle: A\n---\n[](https://example.org/empty) [old](http://arxiv.org/abs/1) "
            '[odd](http://odd.example/)\n<a href="https://example.org/said" aria-label="Said"></a>\n',
        }
    )
    assert told(folder, "pages") == [
        ("link-words", "content/pages/a.md", 4),
        ("link-http", "content/pages/a.md", 4),
    ]


def test_headings_skip_no_level(site: MakeSite) -> None:
    """Those of a text never do (``markup.headings``); a template's may."""
    page = "<!doctype html><html lang=en><title>A</title><h1>A</h1><h2>B</h2>{{ page.title }}<h4>C</h4><h2>D</h2>"
    folder = site(
        {
            "site.yaml": "title: T\ntheme: mine\n",
            "themes/mine/theme.yaml": "extends: base\n",
            "themes/mine/templates/page.html": page,
            "content/pages/a.md": "---\ntitle: A\n---\n# C\n",
        }
    )
    result = folder.run("check", "--only", "pages", "--date", DAY)
    assert (
        "content/pages/a.md:4:1: warning: On “a/index.html” the heading “C” (h4) follows on an h2."
        in result.stderr
    )
    assert result.stderr.count("heading-order") == 1


def test_facts_of_a_page() -> None:
    facts = facts_of(
        '<html><head><title>T</title><link rel="icon" href=i.svg><link rel=stylesheet href=a.css>'
        "<meta name=citation_author content=A><meta name=citation_author content=B><meta property=og:url content=u>"
        "<script src=s.js></script></head><body><h1>A <em>b</em></h1><h3>c</h3><svg><title>no</title></svg>"
        '<a href=x><img src=p.png alt="words"></a><a href=y><img src=q.png alt=""></a><a href=z> </a>'
        '<img src=r.png alt="IMG_2041"><img src=s.png alt="plot.png"><img src=t.png alt="A plot.">'
        '<script type="application/ld+json">{"a": "<b>"}</script><a href=w><span aria-hidden=true>#</span></a>'
    )
    assert facts.title == "T"
    assert facts.headings == [(1, "A b"), (3, "c")]
    assert facts.meta == {"citation_author": ["A", "B"], "og:url": ["u"]}
    assert facts.relations == {"icon": ["i.svg"], "stylesheet": ["a.css"]}
    assert facts.loaded == ["a.css", "s.js", "p.png", "q.png", "r.png", "s.png", "t.png"]
    assert facts.wordless == ["y", "z", "w"]
    assert facts.named == ["r.png", "s.png"]
    assert facts.data == ['{"a": "<b>"}']


# --- metadata ---

PAPER = (
    "@article{k, title = {T}, author = {Noether, Emmy}, journal = {J}, year = 1920}\n"
    "@article{none, title = {No Author}, journal = {J}, year = 1921}\n"
    "@misc{code, title = {Some code}, year = 1920}\n"
)
HEAD = "themes/mine/templates/head/metadata.html"


def test_a_site_without_address(site: MakeSite) -> None:
    assert told(site({}), "metadata") == [("site-url", "site.yaml", 1)]
    assert told(site({"site.yaml": URL}, name="other"), "metadata") == []


def test_papers_have_what_scholar_needs(site: MakeSite) -> None:
    theme = {"site.yaml": URL + "theme: mine\n", "themes/mine/theme.yaml": "extends: base\n"}
    papers = {"content/publications/a.bib": PAPER}
    assert told(site({"site.yaml": URL, **papers}, name="base"), "metadata") == []
    found = told(site({**theme, **papers, HEAD: ""}, name="empty"), "metadata")
    assert sorted(code for code, _, _ in found) == ["meta-canonical", "meta-citation", "meta-citation"]


def test_addresses_in_the_head_are_those_of_the_page(site: MakeSite) -> None:
    head = (
        '<link rel="canonical" href="https://example.org/wrong/">\n<meta property="og:url" content="https://x.org/">\n'
        '<meta name="citation_pdf_url" content="https://example.org/files/a.pdf">\n'
        '<meta name="citation_title" content="T"><meta name="citation_author" content="A">\n'
        '<meta name="citation_publication_date" content="1920">\n'
    )
    folder = site(
        {
            "site.yaml": URL + "theme: mine\n",
            "themes/mine/theme.yaml": "extends: base\n",
            HEAD: "{% if page.kind == 'publication' %}" + head + "{% else %}"
            '<link rel="canonical" href="{{ page.canonical }}">{% endif %}\n',
            "content/static/files/a.pdf": b"%PDF-1.4",
            "content/publications/a.bib": "@article{k, title = {T}, author = {A, B}, journal = {J}, year = 1920}\n",
        }
    )
    found = [code for code, _, _ in told(folder, "metadata")]
    assert sorted(found) == ["meta-canonical", "meta-canonical", "meta-pdf"]


def test_what_the_head_names_is_there(site: MakeSite) -> None:
    head = (
        '<link rel="canonical" href="{{ page.canonical }}">\n'
        '<meta property="og:image" content="https://example.org/cards/none.png">\n'
        '<meta name="twitter:image" content="https://example.org/a%20b.png">\n'
        '<script type="application/ld+json">{"name": \'T\'}</script>\n'
    )
    folder = site(
        {
            "site.yaml": URL + "theme: mine\nsearch: false\n",
            "themes/mine/theme.yaml": "extends: base\n",
            HEAD: "{% if page.kind == 'home' %}" + head + "{% else %}"
            '<link rel="canonical" href="{{ page.canonical }}">{% endif %}\n',
            "content/index.md": "Hello.\n",
            "content/static/a b.png": b"x",
        }
    )
    assert sorted(code for code, _, _ in told(folder, "metadata")) == ["meta-json", "meta-missing"]


# --- colours and sizes ---


def test_colours_that_cannot_be_read(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: T\ntheme: mine\n",
            "themes/mine/theme.yaml": "extends: base\n",
            "themes/mine/assets/base.css": "/* --text: #eeeeee; */\n:root {\n  --page: light-dark(#fff, #000);\n"
            "  --text: light-dark(#111, #eee);\n  --muted: light-dark(#ccc, #aaa);\n  --link: #808080;\n"
            "  --control: light-dark(#999, #222);\n}\n",
        }
    )
    found = told(folder, "contrast")
    assert {code for code, _, _ in found} <= {"colour-contrast"}
    places = [(file, line) for _, file, line in found]
    assert ("themes/mine/assets/base.css", 5) in places
    assert ("themes/mine/assets/base.css", 7) in places
    assert ("themes/mine/assets/base.css", 4) not in places


@pytest.mark.parametrize("theme", ["base", "classic"])
def test_colours_of_our_themes_can_be_read(site: MakeSite, theme: str) -> None:
    assert told(site({"site.yaml": f"title: T\ntheme: {theme}\n"}), "contrast") == []


def test_weight(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: T\ncheck: {weight: 300}\n",
            "content/index.md": "![Dots](/large.gif)\n",
            "content/pages/light.md": "---\ntitle: Light\n---\nText.\n",
            "content/static/large.gif": b"GIF89a\1\0\1\0\0\0\0;" + bytes(400_000),
            "content/static/paper.pdf": b"%PDF-1.4" + bytes(5_100_000),
            "content/publications/a.bib": "@misc{k, title = {T}, year = 1920, pdf = {paper.pdf}}\n",
        }
    )
    assert told(folder, "weight") == [
        ("page-weight", "content/index.md", 1),
        ("pdf-size", "content/publications/a.bib", 1),
    ]


# --- what is told, and how ---


def test_warnings_may_be_ignored(site: MakeSite) -> None:
    files = {"content/publications/a.bib": "@article{k, title = {T}, author = {A, B}, year = 1920}\n"}
    assert told(site(files), "bibliography") == [("bib-no-venue", "content/publications/a.bib", 1)]
    files["site.yaml"] = "title: T\ncheck:\n  ignore: [bib-no-venue, bib-no-vnue]\n"
    folder = site(files, name="ignoring")
    assert told(folder, "bibliography") == [("check-code", "site.yaml", 3)]
    result = folder.run("check", "--only", "bibliography", "--date", DAY)
    assert "Did you mean “bib-no-venue”?" in result.stderr


def test_exit_codes_and_formats(site: MakeSite) -> None:
    folder = site({"content/publications/a.bib": "@article{k, title = {T}, author = {A, B}, year = 1920}\n"})
    options = ("check", "--only", "bibliography", "--date", DAY)
    assert folder.run(*options).exit_code == 0
    assert folder.run(*options, "--strict").exit_code == 1
    assert folder.run(*options, "--only", "nothing").exit_code == 2
    line = folder.run(*options, "--format", "github").stdout
    assert line.startswith("::warning file=content/publications/a.bib,line=1,col=10,title=bib-no-venue::")
    assert json.loads(folder.run(*options, "--json").stdout)["ok"] is False


def test_the_example_has_no_problem() -> None:
    root = Path(__file__).parents[1]
    result = CliRunner().invoke(
        cli, ["-C", str(root), "check", "--strict", "--date", DAY], catch_exceptions=False
    )
    assert (result.exit_code, result.stderr) == (0, "No problem.\n")
