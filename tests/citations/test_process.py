"""Citations in clusters: names, letters, positions, collapsing, order, notes."""

from __future__ import annotations

from typing import Any

import pytest

from acadsite.citations import Cite, Cluster, Processed, Style, own_style, process, read_style
from acadsite.citations.writers import text

HEAD = '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="{kind}">'


def style_of(body: str, kind: str = "in-text") -> Style:
    style, problems = read_style(HEAD.format(kind=kind) + body + "</style>", "a.csl")
    assert style is not None
    assert not problems
    return style


def own(name: str) -> Style:
    style = own_style(name)
    assert style is not None
    return style


def person(name: str) -> dict[str, str]:
    family, _, given = name.partition(", ")
    return {"family": family, "given": given}


def item(authors: str, year: int | None, title: str, **fields: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "book", "title": title, **fields}
    if authors:
        value["author"] = [person(name) for name in authors.split("; ")]
    if year:
        value["issued"] = {"date-parts": [[year]]}
    return value


ITEMS = {
    "smith-a": item("Smith, John; Jones, Ann; Brown, Bob", 2001, "Alpha"),
    "smith-b": item("Smith, John; Jones, Ann; Clark, Cy", 2001, "Beta"),
    "doe-1": item("Doe, Jane", 2005, "Gamma"),
    "doe-2": item("Doe, Jane", 2005, "Delta"),
    "doe-3": item("Doe, Jane", 2006, "Epsilon"),
    "adam": item("Doe, Adam", 2005, "Zeta"),
    "roe": item("Roe, R.", None, "No Date Here"),
    "anon": item("", 1999, "Anonymous Tales"),
}


def cited(style: Style, *clusters: Cluster | str, items: dict[str, Any] | None = None) -> list[str]:
    """The texts of clusters; a string names the keys of one."""
    made = [
        cluster if isinstance(cluster, Cluster) else Cluster(tuple(map(Cite, cluster.split())))
        for cluster in clusters
    ]
    done = process(style, ITEMS if items is None else items, made)
    return [text(tree) for tree in done.citations]


def test_author_and_year() -> None:
    apa = own("apa")
    assert cited(apa, "doe-3", "roe", "anon") == [
        "(Doe, 2006)",
        "(Roe, n.d.)",
        "(Anonymous Tales, 1999)",
    ]


def test_names_are_added_until_cites_differ() -> None:
    assert cited(own("apa"), "smith-a", "smith-b") == [
        "(Smith, Jones, & Brown, 2001)",
        "(Smith, Jones, & Clark, 2001)",
    ]
    assert cited(own("apa"), "smith-a") == ["(Smith et al., 2001)"]


def test_same_author_and_year_get_letters_in_the_order_of_the_bibliography() -> None:
    assert cited(own("apa"), "doe-1", "doe-2") == ["(Doe, 2005b)", "(Doe, 2005a)"]


def test_initials_part_authors_of_one_family_name() -> None:
    assert cited(own("apa"), "doe-3", "adam") == ["(J. Doe, 2006)", "(A. Doe, 2005)"]


def test_years_of_one_author_are_joined() -> None:
    assert cited(own("apa"), "doe-1 doe-2 doe-3 smith-a") == ["(Doe, 2005a, 2005b, 2006; Smith et al., 2001)"]


def test_locators_prefixes_and_suffixes() -> None:
    cluster = Cluster(
        (
            Cite("doe-1", "3-5", prefix="see"),
            Cite("roe", "2", "chapter"),
            Cite("anon", suffix=", and elsewhere"),
        )
    )
    assert cited(own("chicago-author-date"), cluster) == [
        "(see Doe 2005, 3–5; Roe n.d., chap. 2; Anonymous Tales 1999, and elsewhere)"
    ]


def test_the_author_in_the_sentence() -> None:
    apa = own("apa")
    clusters = [
        Cluster((Cite("doe-1"),), in_text=True),
        Cluster((Cite("doe-1", "7"),), in_text=True),
        Cluster((Cite("doe-3", suppress_author=True),)),
        Cluster((Cite("anon"),), in_text=True),
        Cluster((Cite("doe-1", author_only=True),)),
    ]
    assert cited(apa, *clusters) == [
        "Doe (2005)",
        "Doe (2005, p. 7)",
        "(2006)",
        "Anonymous Tales (1999)",
        "Doe",
    ]


def test_numbers_stay_in_the_sentence() -> None:
    assert cited(own("ieee"), Cluster((Cite("doe-1", "7"),), in_text=True)) == ["[1, p. 7]"]


@pytest.mark.parametrize(
    ("collapse", "expected"),
    [
        ("year-suffix", "(Doe 2005a,b,c)"),
        ("year-suffix-ranged", "(Doe 2005a–c)"),
        ("year", "(Doe 2005a; 2005b; 2005c)"),
    ],
)
def test_letters_are_joined(collapse: str, expected: str) -> None:
    delimiter = ' cite-group-delimiter="; "' if collapse == "year" else ""
    style = style_of(
        f'<citation collapse="{collapse}" disambiguate-add-year-suffix="true" year-suffix-delimiter=","{delimiter}>'
        '<layout prefix="(" suffix=")" delimiter="; "><group delimiter=" "><names variable="author">'
        '<name form="short"/></names><date variable="issued"><date-part name="year"/></date></group></layout>'
        "</citation>"
    )
    items = {key: item("Doe, Jane", 2005, key) for key in ("one", "two", "three")}
    assert cited(style, "one two three", items=items) == [expected]


def test_numbers_are_collapsed_only_where_nothing_else_is_said() -> None:
    items = {f"k{number}": item("Doe, J.", 2000 + number, "T") for number in range(6)}
    whole = "k0 k1 k2 k3 k4 k5"
    some = Cluster((Cite("k0"), Cite("k1", "3"), Cite("k2"), Cite("k3"), Cite("k4")))
    assert cited(own("numeric"), whole, some, "k4 k5", items=items) == [
        "[1–6]",
        "[1, 2, p. 3, 3–5]",
        "[5, 6]",
    ]
    assert cited(own("ieee"), whole, items=items) == ["[1]–[6]"]


NOTES = (
    '<citation near-note-distance="2"><layout delimiter="; "><choose>'
    '<if position="ibid-with-locator"><text value="ibid-at"/></if>'
    '<else-if position="ibid"><text value="ibid"/></else-if>'
    '<else-if position="near-note"><text value="near"/></else-if>'
    '<else-if position="subsequent"><text value="again"/></else-if><else><text variable="title"/></else>'
    '</choose><text variable="locator" prefix=" "/></layout></citation>'
)


def test_positions() -> None:
    def note(number: int, *cites: Cite) -> Cluster:
        return Cluster(cites, note=number)

    clusters = [
        note(1, Cite("doe-1")),
        note(2, Cite("doe-1")),
        note(3, Cite("doe-1", "5")),
        note(4, Cite("doe-1", "5")),
        note(5, Cite("doe-1")),
        note(6, Cite("roe"), Cite("roe", "2")),
        note(7, Cite("doe-1")),
        note(20, Cite("roe")),
        note(21, Cite("roe"), Cite("anon")),
        note(22, Cite("anon")),
    ]
    assert cited(style_of(NOTES, "note"), *clusters) == [
        "Gamma",
        "ibid",
        "ibid-at 5",
        "ibid 5",
        "near",
        "No Date Here; ibid-at 2",
        "near",
        "again",
        "ibid; Anonymous Tales",
        "near",
    ]


def test_a_note_is_a_node_behind_the_author() -> None:
    style = style_of(
        '<citation><layout suffix="."><group delimiter=", "><names variable="author"><name form="short"/></names>'
        '<text variable="title"/></group></layout></citation>',
        "note",
    )
    done = process(style, ITEMS, [Cluster((Cite("doe-1"),), in_text=True), Cluster((Cite("doe-1"),))])
    assert done.is_note
    assert done.citations == (
        (("cite", "doe-1", ("Doe",)), ("note", (("cite", "doe-1", ("Gamma",)), "."))),
        (("note", (("cite", "doe-1", ("Doe, Gamma",)), ".")),),
    )


def test_the_condition_is_tried_before_letters() -> None:
    mla = own("mla")
    assert cited(mla, "doe-1", "doe-2", "roe") == ["(Doe, Gamma)", "(Doe, Delta)", "(Roe)"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("all-names", ["Jane Doe 2006, Smith 2000", "Adam Doe 2005, Smith 2000"]),
        ("primary-name", ["Jane Doe 2006", "Adam Doe 2005"]),
        ("by-cite", ["Doe 2006", "Doe 2005"]),
    ],
)
def test_rules_of_given_names(rule: str, expected: list[str]) -> None:
    style = style_of(
        f'<citation disambiguate-add-givenname="true" givenname-disambiguation-rule="{rule}"><layout delimiter=", ">'
        '<group delimiter=" "><names variable="author"><name form="short"/></names>'
        '<date variable="issued"><date-part name="year"/></date></group></layout></citation>'
    )
    items = {**ITEMS, "smith": item("Smith, Al", 2000, "Eta")}
    clusters = ["doe-3 smith", "adam smith"] if rule == "all-names" else ["doe-3", "adam"]
    assert cited(style, *clusters, items=items) == expected


def bibliography(style: Style, items: dict[str, Any]) -> list[str]:
    done = process(style, items, [], uncited=list(items))
    return [text(tree) for _, tree in done.bibliography]


BY = '<names variable="author"><name name-as-sort-order="all"/></names>'


@pytest.mark.parametrize(
    ("rule", "second", "third"),
    [
        ("complete-all", "———. Two", "Doe, Jane, Roe, Al. Three"),
        ("complete-each", "———. Two", "Doe, Jane, Roe, Al. Three"),
        ("partial-each", "———. Two", "———, Roe, Al. Three"),
        ("partial-first", "———. Two", "———, Roe, Al. Three"),
    ],
)
def test_names_that_come_again(rule: str, second: str, third: str) -> None:
    style = style_of(
        '<citation><layout><text variable="title"/></layout></citation>'
        f'<bibliography subsequent-author-substitute="———" subsequent-author-substitute-rule="{rule}">'
        f'<layout><group delimiter=". ">{BY}<text variable="title"/></group></layout></bibliography>'
    )
    items = {
        "1": item("Doe, Jane", 1, "One"),
        "2": item("Doe, Jane", 1, "Two"),
        "3": item("Doe, Jane; Roe, Al", 1, "Three"),
        "4": item("Roe, Al", 1, "Four"),
    }
    assert bibliography(style, items) == ["Doe, Jane. One", second, third, "Roe, Al. Four"]


def test_order_of_the_bibliography() -> None:
    style = style_of(
        '<citation><layout><text variable="title"/></layout></citation>'
        '<bibliography><sort><key variable="issued" sort="descending"/><key variable="author"/></sort>'
        '<layout><text variable="title"/></layout></bibliography>'
    )
    items = {
        "a": item("Éluard, Paul", 2000, "E"),
        "b": item("Zola, Émile", 2000, "Z"),
        "c": item("Foucault, M.", 2000, "F"),
        "d": item("", 2010, "new"),
        "e": item("Aa, A.", None, "none"),
        "f": item("Caesar, G.", None, "old", issued={"date-parts": [[-50]]}),
    }
    assert bibliography(style, items) == ["new", "E", "F", "Z", "old", "none"]


def test_unknown_keys_are_shown_and_told() -> None:
    done = process(own("apa"), ITEMS, [Cluster((Cite("doe-3"), Cite("nobody")))])
    assert done.missing == ("nobody",)
    assert text(done.citations[0]) == "(Doe, 2006; ?nobody)"
    assert [key for key, _ in done.bibliography] == ["doe-3"]


def test_uncited_items_are_listed_and_count_for_letters() -> None:
    done = process(own("apa"), ITEMS, [Cluster((Cite("doe-1"),))], uncited=["doe-2", "doe-1"])
    assert text(done.citations[0]) == "(Doe, 2005b)"
    assert [key for key, _ in done.bibliography] == ["doe-2", "doe-1"]


def test_numbers_hang_in_the_margin() -> None:
    done = process(own("ieee"), ITEMS, [Cluster((Cite("doe-1"),))])
    assert done.second_field_align == "flush"
    (_, entry), *_ = done.bibliography
    assert entry[0] == ("left-margin", ("[1]",))
    assert entry[1][0] == "right-inline"
    assert process(own("apa"), ITEMS, []).has_hanging_indent


def test_every_cite_names_its_entry() -> None:
    done = process(own("numeric"), ITEMS, [Cluster(tuple(map(Cite, list(ITEMS)[:4])))])
    assert done.citations[0] == ("[", ("cite", "smith-a", ("1",)), "–", ("cite", "doe-2", ("4",)), "]")


def test_two_runs_give_the_same() -> None:
    def run() -> Processed:
        return process(own("harvard"), ITEMS, [Cluster(tuple(map(Cite, ITEMS)))], "de")

    assert run() == run()


def test_formulas_and_markup_of_titles_come_through() -> None:
    title = ("On ", ("math", "x^2"), " and ", ("em", ("E. coli",)), " in ", ("nocase", ("McDonald",)))
    items = {"a": {"type": "article-journal", "title": title, "container-title": "J"}}
    done = process(own("mla"), items, [], uncited=["a"])
    assert done.bibliography[0][1] == (
        "“On ",
        ("math", "x^2"),
        " and ",
        ("em", ("E. Coli",)),
        " in McDonald.” ",
        ("em", ("J",)),
        ".",
    )


def test_et_al_in_the_data() -> None:
    items = {"a": item("Doe, Jane", 2000, "T")}
    items["a"]["author"].append({"literal": "others"})
    assert cited(own("apa"), "a", items=items) == ["(Doe et al., 2000)"]
    assert bibliography(own("apa"), items) == ["Doe, J., et al. (2000). T."]
