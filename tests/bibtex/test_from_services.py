"""Works as OpenAlex, ORCID and Crossref describe them become items and entries; whatever they say, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import from_csl, read
from acadsite.bibtex.from_services import crossref_item, marked, openalex_item, orcid_item

OPENALEX = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.1007/BF01464225",
    "title": "Idealtheorie in <i>Ringbereichen</i> &amp; mehr",
    "publication_year": 1921,
    "publication_date": "1921-03-01",
    "type": "article",
    "type_crossref": "journal-article",
    "ids": {
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/29456894",
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/5815332",
    },
    "language": "de",
    "primary_location": {
        "landing_page_url": "https://doi.org/10.1007/bf01464225",
        "source": {
            "display_name": "Mathematische Annalen",
            "issn_l": "0025-5831",
            "type": "journal",
            "host_organization_name": "Springer Science+Business Media",
        },
    },
    "authorships": [
        {"author": {"display_name": "Emmy Noether"}, "raw_author_name": "NOETHER, E."},
        {"author": {"display_name": None}, "raw_author_name": "B. L. van der Waerden"},
    ],
    "biblio": {"volume": "83", "issue": "1-2", "first_page": "24", "last_page": "66"},
    "abstract_inverted_index": {"Den": [0], "Inhalt": [1], "dieser": [2], "Arbeit": [3]},
    "keywords": [{"display_name": "Guessed"}],
}
ORCID = {
    "put-code": 5,
    "title": {"title": {"value": "Hyperkomplexe Größen"}, "subtitle": {"value": "und Darstellungstheorie"}},
    "type": "journal-article",
    "publication-date": {"year": {"value": "1929"}, "month": {"value": "12"}, "day": None},
    "journal-title": {"value": "Mathematische Zeitschrift"},
    "url": {"value": "https://example.org/a"},
    "external-ids": {
        "external-id": [
            {
                "external-id-type": "doi",
                "external-id-value": "https://doi.org/10.1007/BF01187794",
                "external-id-relationship": "self",
            },
            {
                "external-id-type": "issn",
                "external-id-value": "0025-5874",
                "external-id-relationship": "part-of",
            },
            {
                "external-id-type": "doi",
                "external-id-value": "10.1/other",
                "external-id-relationship": "part-of",
            },
        ]
    },
}
CROSSREF = {
    "status": "ok",
    "message": {
        "type": "proceedings-article",
        "title": ["A <mml:math><mml:mi>p</mml:mi></mml:math>-adic view"],
        "subtitle": ["with notes"],
        "container-title": ["Proc. of X &amp; Y", "LNCS"],
        "author": [
            {"given": "Emmy", "family": "Noether", "sequence": "first"},
            {"name": "The ACME Group"},
            {"family": "van der Waerden", "given": "B. L."},
        ],
        "published-print": {"date-parts": [[2020, 5]]},
        "issued": {"date-parts": [[2019]]},
        "page": "1-10",
        "publisher": "Springer",
        "publisher-location": "Cham",
        "DOI": "10.1/AbC",
        "URL": "http://dx.doi.org/10.1/abc",
        "ISSN": ["0302-9743"],
        "ISBN": ["http://id.crossref.org/isbn/9783161484100"],
        "event": {"name": "ICM", "location": "Zürich"},
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We <jats:italic>show</jats:italic> x &lt; y.</jats:p>",
    },
}


def fields(item):
    return dict(from_csl.entry(item)[0].fields)


def test_openalex():
    item = openalex_item(OPENALEX)
    made, left = from_csl.entry(item)
    assert not left
    assert (made.type, made.key) == ("article", "noether1921idealtheorie")
    assert made.fields == {
        "author": "Noether, Emmy and van der Waerden, B. L.",
        "options": "useprefix=true",
        "title": "Idealtheorie in \\emph{Ringbereichen} \\& mehr",
        "journal": "Mathematische Annalen",
        "year": "1921",
        "month": "3",
        "day": "1",
        "volume": "83",
        "number": "1-2",
        "pages": "24--66",
        "abstract": "Den Inhalt dieser Arbeit",
        "publisher": "Springer Science+Business Media",
        "issn": "0025-5831",
        "pmid": "29456894",
        "pmcid": "PMC5815332",
        "doi": "10.1007/BF01464225",
        "langid": "de",
    }


@pytest.mark.parametrize(
    ("changes", "kind", "more"),
    [
        (
            {
                "type": "preprint",
                "primary_location": {
                    "landing_page_url": "http://arxiv.org/abs/2403.01234v2",
                    "source": {"display_name": "arXiv (Cornell University)", "type": "repository"},
                },
            },
            "misc",
            {"eprint": "2403.01234", "archiveprefix": "arXiv", "publisher": "arXiv (Cornell University)"},
        ),
        ({"type_crossref": "proceedings-article"}, "inproceedings", {"booktitle": "Mathematische Annalen"}),
        ({"type": "dissertation"}, "thesis", {"school": "Mathematische Annalen"}),
        ({"publication_date": "1921-01-01"}, "article", {"year": "1921"}),
        ({"is_retracted": True}, "article", {"pubstate": "retracted"}),
    ],
)
def test_openalex_other_kinds(changes, kind, more):
    made, _ = from_csl.entry(openalex_item({**OPENALEX, **changes}))
    assert made.type == kind
    assert more.items() <= made.fields.items()
    if "publication_date" in changes:
        assert "month" not in made.fields


def test_orcid():
    assert fields(orcid_item(ORCID)) == {
        "title": "Hyperkomplexe Größen: und Darstellungstheorie",
        "journal": "Mathematische Zeitschrift",
        "year": "1929",
        "month": "12",
        "issn": "0025-5874",
        "doi": "10.1007/BF01187794",
        "url": "https://example.org/a",
    }


def test_orcid_whole_work():
    contributors = {"contributor": [
        {"credit-name": {"value": "Emmy Noether"}, "contributor-attributes": {"contributor-role": "author"}},
        {"credit-name": {"value": "Hilbert, David"}, "contributor-attributes": {"contributor-role": "EDITOR"}},
        {"credit-name": None},
    ]}  # fmt: skip
    work = {**ORCID, "contributors": contributors, "short-description": "Text"}
    found = fields(orcid_item({"work": work}))
    assert (found["author"], found["editor"], found["abstract"]) == (
        "Noether, Emmy",
        "Hilbert, David",
        "Text",
    )
    cited = {
        "citation-type": "bibtex",
        "citation-value": "@article{a, author={Noether, E.}, pages={1--2}, title={X}}",
    }
    found = fields(orcid_item({**ORCID, "citation": cited}))
    assert (found["author"], found["pages"]) == ("Noether, E.", "1--2")
    assert found["title"].startswith("Hyperkomplexe")


def test_crossref():
    made, left = from_csl.entry(crossref_item(CROSSREF))
    assert not left
    assert made.type == "inproceedings"
    assert made.fields == {
        "author": "Noether, Emmy and {The ACME Group} and van der Waerden, B. L.",
        "options": "useprefix=true",
        "title": "A p-adic view: with notes",
        "booktitle": "Proc. of X \\& Y",
        "year": "2020",
        "month": "5",
        "pages": "1--10",
        "abstract": "Abstract We \\emph{show} x < y.",
        "venue": "Zürich",
        "eventtitle": "ICM",
        "publisher": "Springer",
        "address": "Cham",
        "issn": "0302-9743",
        "isbn": "9783161484100",
        "doi": "10.1/AbC",
    }


def test_crossref_as_csl():
    item = {
        "type": "article-journal",
        "title": "A",
        "container-title": "J",
        "issued": {"date-parts": [[2020]]},
    }
    assert crossref_item(item) == item


def test_marked():
    assert marked("A<br/>b &lt;i&gt; <em>c</em> <scp>D</scp> 1 < 2") == "A b <i> <i>c</i> D 1 < 2"


KEYS = sorted({
    *OPENALEX, *ORCID, *CROSSREF["message"], "value", "date-parts", "author", "display_name", "source", "year", "work",
    "message", "external-id", "credit-name", "contributor", "contributors", "raw_author_name", "landing_page_url",
    "citation", "citation-type", "citation-value",
})  # fmt: skip
JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(
            ["article", "bibtex", "journal-article", "@article{a, author={", "2020-02-31", "10.1/x"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JUNK)
def test_nothing_raises(junk):
    for make in (openalex_item, orcid_item, crossref_item):
        assert len(read([("a.bib", from_csl.entry_text(make(junk)))]).entries) == 1
