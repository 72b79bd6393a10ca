"""Our styles and languages: complete, without problems, and right for kinds of works that the paper does not cite."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from acadsite.citations import Cite, Cluster, own_style, process, read_style
from acadsite.citations.locales import MAIN, make_locale
from acadsite.citations.style import NAMES, nearest_names
from acadsite.citations.writers import text

STYLES = sorted(set(NAMES.values()))
LANGUAGES = (
    "en-US",
    "en-GB",
    "de-DE",
    "fr-FR",
    "es-ES",
    "pt-PT",
    "pt-BR",
    "it-IT",
    "zh-CN",
    "zh-TW",
    "ja-JP",
    "ar",
)

KNUTH = [{"family": "Knuth", "given": "Donald E."}]
ITEMS: dict[str, dict[str, Any]] = {
    "article": {
        "type": "article-journal", "title": "Literate Programming", "author": KNUTH, "volume": "27", "issue": "2",
        "container-title": "The Computer Journal", "page": "97-111", "DOI": "10.1093/comjnl/27.2.97",
        "issued": {"date-parts": [[1984, 5]]},
    },
    "book": {
        "type": "book", "title": "The Art of Computer Programming", "author": KNUTH, "edition": "3", "volume": "1",
        "publisher": "Addison-Wesley", "publisher-place": "Reading, MA", "issued": {"date-parts": [[1997]]},
    },
    "chapter": {
        "type": "chapter", "title": "A Chapter", "author": KNUTH, "container-title": "The Whole Book",
        "editor": [{"family": "Doe", "given": "Jane"}, {"family": "Roe", "given": "Al"}], "page": "1-9",
        "publisher": "Springer", "issued": {"date-parts": [[2001]]},
    },
    "thesis": {
        "type": "thesis", "title": "A Thesis", "author": KNUTH, "genre": "PhD thesis", "publisher": "Caltech",
        "issued": {"date-parts": [[1963]]},
    },
    "web": {
        "type": "webpage", "title": "A Page", "URL": "https://example.org/a",
        "accessed": {"date-parts": [[2024, 1, 2]]},
        "author": [{"literal": "The Example Team"}],
    },
}  # fmt: skip

EXPECTED = {
    "apa": {
        "article": "Knuth, D. E. (1984). Literate programming. The Computer Journal, 27(2), 97–111."
        " https://doi.org/10.1093/comjnl/27.2.97",
        "book": "Knuth, D. E. (1997). The art of computer programming (3rd ed., Vol. 1). Addison-Wesley.",
        "chapter": "Knuth, D. E. (2001). A chapter. In J. Doe & A. Roe (Eds.), The whole book (pp. 1–9). Springer.",
        "thesis": "Knuth, D. E. (1963). A thesis [PhD thesis, Caltech].",
        "web": "The Example Team. (n.d.). A page. Retrieved January 2, 2024, from https://example.org/a",
    },
    "chicago-author-date": {
        "article": "Knuth, Donald E. 1984. “Literate Programming.” The Computer Journal 27 (2): 97–111."
        " https://doi.org/10.1093/comjnl/27.2.97.",
        "book": "Knuth, Donald E. 1997. The Art of Computer Programming. 3rd ed. Vol. 1. Addison-Wesley.",
        "chapter": "Knuth, Donald E. 2001. “A Chapter.” In The Whole Book, edited by Jane Doe and Al Roe. Springer.",
        "thesis": "Knuth, Donald E. 1963. “A Thesis.” PhD thesis, Caltech.",
        "web": "The Example Team. n.d. “A Page.” Accessed January 2, 2024. https://example.org/a.",
    },
    "ieee": {
        "article": "D. E. Knuth, “Literate programming,” The Computer Journal, vol. 27, no. 2, pp. 97–111, May 1984,"
        " doi: 10.1093/comjnl/27.2.97.",
        "book": "D. E. Knuth, The Art of Computer Programming, 3rd ed., vol. 1, Reading, MA: Addison-Wesley, 1997.",
        "chapter": "D. E. Knuth, “A chapter,” in The Whole Book, J. Doe and A. Roe, Eds., Springer, 2001, pp. 1–9.",
        "thesis": "D. E. Knuth, “A thesis,” PhD thesis, Caltech, 1963.",
    },
    "mla": {
        "article": "Knuth, Donald E. “Literate Programming.” The Computer Journal, vol. 27, no. 2, May 1984,"
        " pp. 97–111, https://doi.org/10.1093/comjnl/27.2.97.",
        "chapter": "Knuth, Donald E. “A Chapter.” The Whole Book, edited by Jane Doe and Al Roe, Springer, 2001,"
        " pp. 1–9.",
    },
    "vancouver": {
        "article": "Knuth DE. Literate programming. The Computer Journal. 1984 May;27(2):97–111."
        " doi:10.1093/comjnl/27.2.97.",
        "book": "Knuth DE. The art of computer programming. 3rd ed. Vol. 1. Reading, MA: Addison-Wesley; 1997.",
        "chapter": "Knuth DE. A chapter. In: Doe J, Roe A, editors. The Whole Book. Springer; 2001. p. 1–9.",
    },
    "nature": {
        "article": "Knuth, D. E. Literate programming. The Computer Journal 27, 97–111 (1984).",
        "book": "Knuth, D. E. The Art of Computer Programming (Addison-Wesley, Reading, MA, 1997).",
        "chapter": "Knuth, D. E. A chapter. in The Whole Book (eds Doe, J. & Roe, A.) 1–9 (Springer, 2001).",
    },
    "acm": {
        "article": "Donald E. Knuth. 1984. Literate Programming. The Computer Journal 27, 2 (May 1984), 97–111."
        " https://doi.org/10.1093/comjnl/27.2.97",
        "book": "Donald E. Knuth. 1997. The Art of Computer Programming (3rd ed.). Addison-Wesley, Reading, MA.",
    },
    "harvard": {
        "article": "Knuth, D.E. (1984) ‘Literate programming’, The Computer Journal, 27(2), pp. 97–111."
        " Available at: https://doi.org/10.1093/comjnl/27.2.97.",
        "book": "Knuth, D.E. (1997) The art of computer programming. 3rd edn. Reading, MA: Addison-Wesley.",
    },
}  # fmt: skip


def own_text(name: str) -> str:
    return resources.files("acadsite.citations").joinpath("styles", f"{name}.csl").read_text("utf-8")


def test_there_is_a_file_for_each_name() -> None:
    files = {
        entry.name.removesuffix(".csl")
        for entry in resources.files("acadsite.citations").joinpath("styles").iterdir()
    }
    assert files == set(STYLES)
    assert len(STYLES) == 10


@pytest.mark.parametrize("name", STYLES)
def test_our_styles_have_no_problems(name: str) -> None:
    style, problems = read_style(own_text(name), f"{name}.csl")
    assert style is not None
    assert problems == ()
    assert style.id == name
    assert style.title


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, some in EXPECTED.items() for key in some])
def test_kinds_of_works(name: str, key: str) -> None:
    style = own_style(name)
    assert style is not None
    done = process(style, ITEMS, [], uncited=[key])
    printed = text(done.bibliography[0][1])
    assert printed.removeprefix("[1] ").removeprefix("1. ") == EXPECTED[name][key]


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_style_speaks_every_language(name: str, language: str) -> None:
    style = own_style(name)
    assert style is not None
    done = process(style, ITEMS, [Cluster((Cite(key, "3-4"),)) for key in ITEMS], language)
    assert len(done.bibliography) == len(ITEMS)
    assert all(text(tree) for tree in done.citations)
    for _, tree in done.bibliography:
        assert ".." not in text(tree)
        assert "  " not in text(tree)


def test_languages_differ() -> None:
    style = own_style("chicago-author-date")
    assert style is not None

    def chapter(language: str) -> str:
        return text(process(style, ITEMS, [], language, ["chapter"]).bibliography[0][1])

    assert "In The Whole Book, edited by Jane Doe and Al Roe" in chapter("en")
    assert "In The Whole Book, herausgegeben von Jane Doe und Al Roe" in chapter("de")
    assert "„A Chapter“." in chapter("de-AT")
    assert "«\u202fA Chapter\u202f»." in chapter("fr")
    assert "editado por Jane Doe y Al Roe" in chapter("es-MX")
    assert "‘A Chapter’." in chapter("en-GB")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-US", "May 3, 1998"), ("en-GB", "3 May 1998"), ("de", "3. Mai 1998"), ("fr", "3 mai 1998"),
        ("es", "3 de mayo de 1998"), ("pt-BR", "3 de maio de 1998"), ("it", "3 maggio 1998"), ("zh", "1998年5月3日"),
        ("ja", "1998年5月3日"), ("ar", "3، مايو، 1998"), ("nl", "3 mei 1998"), ("xx", "May 3, 1998"),
    ],
)  # fmt: skip
def test_dates_in_languages(language: str, expected: str) -> None:
    style, _ = read_style(
        '<style xmlns="http://purl.org/net/xbiblio/csl"><citation><layout><date variable="issued" form="text"/>'
        "</layout></citation></style>",
        "a.csl",
    )
    assert style is not None
    items = {"a": {"issued": {"date-parts": [[1998, 5, 3]]}}}
    assert text(process(style, items, [Cluster((Cite("a"),))], language).citations[0]) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([[1998, 5, 3], [1998, 5, 7]], "May 3–7, 1998"),
        ([[1998, 5, 3], [1998, 6, 7]], "May 3–June 7, 1998"),
        ([[1998, 5, 3], [1999, 6, 7]], "May 3, 1998–June 7, 1999"),
        ([[1998, 5], [1998, 6]], "May–June 1998"),
        ([[1998], [1999]], "1998–1999"),
        ([[1998, 22]], "Summer 1998"),
        ([[-44, 3, 15]], "March 15, 44BC"),
        ([[79]], "79AD"),
    ],
)
def test_ranges_of_dates(parts: list[list[int]], expected: str) -> None:
    style, _ = read_style(
        '<style xmlns="http://purl.org/net/xbiblio/csl"><citation><layout><date variable="issued" form="text"/>'
        "</layout></citation></style>",
        "a.csl",
    )
    assert style is not None
    done = process(style, {"a": {"issued": {"date-parts": parts}}}, [Cluster((Cite("a"),))])
    assert text(done.citations[0]) == expected


@pytest.mark.parametrize("name", LANGUAGES)
def test_languages_are_complete(name: str) -> None:
    locale = make_locale(name)
    for term in ("and", "et-al", "in", "no date", "page", "edition", "volume", "editor", "accessed", "ibid"):
        assert locale.term(term), term
    assert all(locale.term(f"month-{number:02d}") for number in range(1, 13))
    assert all(locale.term(f"season-{number:02d}") for number in range(1, 5))
    assert {"text", "numeric"} <= locale.dates.keys()
    assert all(locale.marks)
    if not name.startswith("en"):
        assert locale.term("no date") != make_locale("en").term("no date")


def test_every_language_file_is_reached_and_every_main_language_has_one() -> None:
    files = {
        entry.name.removesuffix(".json")
        for entry in resources.files("acadsite.citations.locales").iterdir()
        if entry.name.endswith(".json")
    }
    assert set(MAIN.values()) <= files
    assert {name.partition("-")[0] for name in files} <= set(MAIN)
    for name in files:
        data = json.loads(
            resources.files("acadsite.citations.locales").joinpath(f"{name}.json").read_text("utf-8")
        )
        assert data.keys() <= {
            "options", "dates", "ordinals", "long-ordinals", "genders", "months", "months-short", "seasons", "terms",
        }  # fmt: skip
        assert all(len(data[months]) == 12 for months in ("months", "months-short") if months in data)


@pytest.mark.parametrize(
    "name", ["", "x", "../../etc/passwd", "de-DE-1996", "zh_TW", "EN-us", "12", "a" * 500]
)
def test_any_language_tag_gives_a_locale(name: str) -> None:
    assert make_locale(name).term("and")


def test_a_style_overrides_terms_for_its_language_only() -> None:
    style, _ = read_style(
        '<style xmlns="http://purl.org/net/xbiblio/csl"><locale xml:lang="en-GB"><terms><term name="and">british</term>'
        '</terms></locale><locale xml:lang="de"><terms><term name="and">deutsch</term></terms></locale>'
        '<locale><terms><term name="in">everywhere</term></terms></locale>'
        '<citation><layout><text term="and"/><text value=" "/><text term="in"/></layout></citation></style>',
        "a.csl",
    )
    assert style is not None
    items: dict[str, dict[str, Any]] = {"a": {"title": "T"}}
    made = [
        text(process(style, items, [Cluster((Cite("a"),))], language).citations[0])
        for language in ("en-US", "en-GB", "de-AT", "fr")
    ]
    assert made == ["and everywhere", "british everywhere", "deutsch everywhere", "et everywhere"]


def test_unknown_names_get_a_hint() -> None:
    assert own_style("no-such-style") is None
    assert nearest_names("chicgo") == "did you mean “chicago”?"
    assert "apa" in nearest_names("zzzzzz")
