"""CSL-JSON → .bib → our reader → CSL-JSON: the same item, or a word about what BibTeX cannot hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import csl, csl_terms, from_csl, read

WORDS = [
    "Ideal",
    "theory",
    "of",
    "100%",
    "R&D",
    "x_1",
    "#5",
    "$5",
    "a\\b",
    "{a}",
    "a}b{",
    "~",
    "^",
    "`",
    "--",
    "---",
    "é",
    "Ω",
    "日本",
    "“q”",
    "‘q’",
    "rock’n’roll",
    "<b",
    "a<b>c",
    "<i>",
    "@article{x,",
    "=",
    '"',
    "\\'e",
    "?`",
    "-",
    "%",
    "et",
    "al.",
    ":",
    ";",
    ",",
    "1999",
    "\\foo",
    "\\emph{x}",
    "C#",
    "$x$y",
    "\N{EM DASH}",
    "''",
    "“",
    "al-x",
]
CAPITAL = [
    "Noether",
    "Émile",
    "O'Neill",
    "Müller",
    "van",
    "y",
    "de",
    "D’Arcy",
    "日本",
    "Jean-Paul",
    "E.",
    "{X}",
    "A&B",
    "Smith",
    "X_1",
    "and",
    "B;",
    "C,",
    "~",
    "--",
    "50%",
]


def joined(words: list[str], least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=least, max_size=most).map(" ".join)


text = joined(WORDS, 1, 6)


def tagged(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    # What stands between tags is letters, so that no tag is left out for being empty.
    word = st.sampled_from(["Galois", "DNA", "R&D", "x_1 y", "é"])
    tag = st.sampled_from(
        [
            ("<i>", "</i>"),
            ("<b>", "</b>"),
            ("<sup>", "</sup>"),
            ("<sub>", "</sub>"),
            ('<span class="nocase">', "</span>"),
            ('<span style="font-variant:small-caps;">', "</span>"),
        ]
    )
    piece = st.tuples(tag, word).map(lambda pair: f"{pair[0][0]}{pair[1]}{pair[0][1]}")
    nested = piece.map(lambda one: f'<span class="nocase">{one}</span>' if "nocase" not in one else one)
    formula = st.sampled_from(["$x^2$", "$\\alpha_{i}$", "($n=1$)"])
    plain = st.sampled_from(["On", "rings", "of", "100%", "a_b", "{", "\\"])
    return st.lists(st.one_of(piece, nested, formula, plain), min_size=1, max_size=6).map(" ".join)


given_name = joined([word for word in CAPITAL if not word.islower()], 1, 3)
family = st.builds(
    lambda first, rest: f"{first} {rest}".strip(),
    st.sampled_from(["Noether", "Ünal", "García", "Mac", "O'Neill", "日本"]),
    joined(CAPITAL, 0, 2),
)
particle = st.sampled_from(["van", "de la", "von", "d’", "van der", "Van", "Della"])
person = st.one_of(
    st.fixed_dictionaries({"family": family, "given": given_name}),
    st.fixed_dictionaries({"family": family}),
    st.fixed_dictionaries(
        {"family": family, "given": given_name, "suffix": st.sampled_from(["Jr.", "III", "PhD, MD"])}
    ),
    st.fixed_dictionaries({"family": family, "given": given_name, "non-dropping-particle": particle}),
    st.fixed_dictionaries({"family": family, "given": given_name, "dropping-particle": particle}),
    st.fixed_dictionaries(
        {"literal": joined(["The", "ACME", "Group", "and", "Sons,", "Inc.", "R&D", "of", "von"], 1, 5)}
    ),
)
people = st.lists(person, min_size=1, max_size=4)
year = st.integers(min_value=-3000, max_value=9999)
day = st.one_of(
    st.tuples(year),
    st.tuples(year, st.integers(1, 12)),
    st.tuples(year, st.integers(1, 12), st.integers(1, 28)),
).map(list)
date = st.one_of(
    st.builds(lambda one: {"date-parts": [one]}, day),
    st.builds(lambda one, other: {"date-parts": [one, other]}, day, day),
    st.builds(lambda one: {"date-parts": [one], "circa": True}, day),
    st.builds(lambda one, season: {"date-parts": [[one]], "season": season}, year, st.integers(1, 4)),
)
page = st.sampled_from(["1", "24-66", "S1-S4", "e1234", "1-5, 9", "iv-xi", "12, 14", "A-1-2"])
name_of_type = {
    "article-journal": "article-journal",
    "article-magazine": "article-magazine",
    "book": "book",
    "article-newspaper": "article-newspaper",
    "chapter": "chapter",
    "paper-conference": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "webpage": "webpage",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
    "document": "document",
    "motion_picture": "motion_picture",
    "song": "song",
    "graphic": "graphic",
    "entry-encyclopedia": "entry-encyclopedia",
    "legislation": "legislation",
    "legal_case": "legal_case",
    "treaty": "treaty",
    "pamphlet": "pamphlet",
    "periodical": "periodical",
    "performance": "performance",
    "personal_communication": "personal_communication",
    "review": "review",
    "standard": "standard",
    "manuscript": "manuscript",
    # Types for which BibTeX has no word of its own.
    "article": "manuscript",
    "bill": "legislation",
    "broadcast": "motion_picture",
    "collection": "book",
    "entry-dictionary": "entry-encyclopedia",
    "figure": "graphic",
    "map": "graphic",
    "post": "webpage",
    "post-weblog": "webpage",
    "review-book": "review",
    "speech": "document",
    "event": "document",
    "interview": "document",
    "classic": "book",
    "entry": "entry-encyclopedia",
    "hearing": "legal_case",
    "musical_score": "document",
    "regulation": "legislation",
}
code = st.sampled_from(["10.1007/BF01464225", "10.1000/a_b(1)<2::x>3.0;2-#", "10.1/x%y&z", "10.5/~u"])
items = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["noether1921", "Doe:2020", "a-b_c", "key.1"]),
        "type": st.sampled_from(sorted(name_of_type)),
        "title": tagged(text),
    },
    optional={
        "author": people,
        "editor": people,
        "translator": people,
        "container-author": people,
        "issued": date,
        "accessed": date,
        "event-date": date,
        "original-date": date,
        "container-title": tagged(text),
        "container-title-short": text,
        # A number is the how-manieth series of a journal (csl).
        "collection-title": text.filter(lambda words: not words.isdecimal()),
        "publisher": text,
        "publisher-place": text,
        "abstract": tagged(text),
        "volume": text,
        "issue": text,
        "number": text,
        "edition": text,
        "chapter-number": text,
        "number-of-volumes": text,
        "version": text,
        "event-title": text,
        "event-place": text,
        "number-of-pages": text,
        "keyword": text,
        "annote": text,
        "status": text,
        "note": text,
        "page": page,
        "DOI": code,
        "ISSN": st.just("0025-5831"),
        "ISBN": st.just("978-3-16-148410-0"),
        "PMID": st.just("123"),
        "PMCID": st.just("PMC123"),
        "language": st.sampled_from(["en", "de-DE", "fr-FR", "pt-BR", "la"]),
        "URL": st.sampled_from(
            ["https://arxiv.org/abs/2101.00001", "https://e.org/~a/b_c?d=1&e=%20#f", "https://e.org/{a}"]
        ),
        "genre": st.sampled_from(["PhD thesis", "Diplomarbeit", "White & Paper", "Master’s thesis"]),
    },
)


def same(value: object) -> object:
    """Without what is changed on purpose: the shape of apostrophes, and white space."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", " ".join(value.replace("’", "'").split()))
    if isinstance(value, list):
        return [same(one) for one in value]
    return {name: same(one) for name, one in value.items()} if isinstance(value, dict) else value


def back(item: dict[str, object]) -> dict[str, object]:
    library = read([("a.bib", from_csl.entry_text(item))])
    assert len(library.entries) == 1
    return csl.item(library.entries[0])


@settings(max_examples=200, deadline=None)
@given(items)
def test_an_item_comes_back_as_it_was(item):
    kind = item["type"]
    if "issue" in item and name_of_type[kind] not in {
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "periodical",
    }:
        del item["issue"]
    _, left = from_csl.entry(item)
    assert not left
    found = back(item)
    is_on_arxiv = kind == "article" and "arxiv" in item.get("URL", "")
    assert found.pop("type") == ("document" if is_on_arxiv else name_of_type[kind])
    wanted = {name: value for name, value in item.items() if name != "type"}
    assert same(found) == same(wanted)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_comes_back(title):
    found = back({"id": "a", "type": "book", "title": f"x{title}x", "publisher": f"x{title}x"})
    clean = "".join(char for char in title if ord(char) >= 32 or char.isspace())
    clean = clean.replace("\x7f", "").replace("\u202f", " ").replace("\u2009", " ").replace("\u00a0", " ")
    assert same(found["publisher"]) == same(f"x{clean}x")


LOOSE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["family", "given", "literal", "date-parts", "raw", "season"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
VARIABLES = [
    *csl_terms.ENTRY_TYPES,
    "id",
    "type",
    "title",
    "author",
    "editor",
    "issued",
    "accessed",
    "DOI",
    "URL",
    "page",
    "genre",
    "number",
    "issue",
    "ISSN",
    "language",
    "medium",
    "container-title",
    "volume-title",
    "collection-number",
]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(VARIABLES), LOOSE, max_size=8))
def test_whatever_an_item_holds_there_is_an_entry(item):
    library = read([("a.bib", from_csl.entry_text(item))])
    assert len(library.entries) == 1
    assert {problem.level for problem in library.problems} <= {"warning"}


def test_what_bibtex_has_no_field_for_is_named():
    item = {
        "type": "book",
        "title": "A",
        "medium": "Print",
        "source": "zotero.org",
        "archive": "B",
        "issued": 5,
    }
    assert from_csl.entry(item)[1] == ("archive", "issued", "medium")


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"id": "doe2020", "title": "A B"}, "doe2020"),
        ({"id": "x", "citation-key": "doeBetter2020"}, "doeBetter2020"),
        (
            {
                "id": "http://zotero.org/users/1/items/AB12",
                "title": "The Öl of Düren",
                "author": [{"family": "van Dœ"}],
                "issued": {"date-parts": [["2020"]]},
            },
            "vandœ2020ol",
        ),
        ({"id": 5, "title": "<i>On</i> rings", "author": [{"literal": "A B"}]}, "ab" + "rings"),
        ({"id": "", "title": ""}, "work"),
        ({"id": "12", "title": "日本"}, "work"),
    ],
)
def test_key(item, key):
    assert from_csl.entry({"type": "book", **item})[0].key == key.replace("œ", "")


def test_keys_differ():
    item = {"id": "a", "type": "book", "title": "A"}
    assert from_csl.entry(item, {"a"})[0].key == "ab"
    assert (
        from_csl.entry(item, {"a", *(f"a{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")})[0].key == "a-2"
    )


def test_particles_in_family_names_are_found():
    """As processors of CSL do; see the names of Crossref, which knows no particles."""
    made, _ = from_csl.entry({"type": "book", "author": [{"family": "van der Waerden", "given": "B. L."}]})
    assert made.fields["author"] == "van der Waerden, B. L."
    assert csl.item(made)["author"] == [
        {"family": "Waerden", "given": "B. L.", "non-dropping-particle": "van der"}
    ]


def test_dates_of_other_forms():
    def issued(value):
        made, left = from_csl.entry({"type": "book", "title": "A", "issued": value})
        assert not left
        return {name: raw for name, raw in made.fields.items() if name != "title"}

    assert issued({"raw": "2021-03-05"}) == {"year": "2021", "month": "3", "day": "5"}
    assert issued({"date-parts": [["2021", "02", "31"]]}) == {"year": "2021", "month": "2"}
    assert issued({"date-parts": [[2021, 3, None]]}) == {"year": "2021", "month": "3"}
    assert issued({"literal": "forthcoming"}) == {"pubstate": "forthcoming"}
    assert issued({"literal": "around 2021, or so"}) == {"year": "around 2021, or so"}
    assert issued({"date-parts": [[2021, 14]]}) == {"date": "2021-22"}
    assert issued({"date-parts": [[2021]], "season": "Fall"}) == {"date": "2021-23"}
