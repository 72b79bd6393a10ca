"""Social cards: which pages have one, what is on it, and that it is drawn again only when that changes."""

# ruff: noqa: E501 - one line for each case

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from acadsite import artifacts
from acadsite.build import render
from acadsite.kinds import cards
from acadsite.past import Past
from acadsite.pdf import NO_FONTS, File, _compiled
from acadsite.workshop import Workshop
from conftest import SiteFolder
from sample import TODAY, Site, contents, tree, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.result import Result

SITE = "title: Jane’s site\nauthor: jane\nurl: https://x.example/~jane/\ncards: 3\n"
FILES: dict[str, str | bytes] = {
    "site.yaml": SITE,
    "templates/head/metadata.html": (
        "{% set card = card(page) %}{% if card %}<meta property='og:image' content='{{ card.url }}'>"
        "<meta property='og:image:width' content='{{ card.width }}'><meta property='og:image:alt' content='{{ card.alt }}'>"
        "{% endif %}"
    ),
    "content/people.yaml": "- {id: jane, name: Jane Doe, role: '*Professor*', affiliation: X}\n",
    "content/posts/one.md": "---\ntitle: One\ndate: 2020-01-01\n---\nText.\n",
    "content/posts/old.md": "---\ntitle: Old\ndate: 2010-01-01\n---\nText.\n",
    "content/publications/a.bib": (
        "@article{rings, title={Rings of $x^2$ and \\emph{more}}, author={Doe, Jane and Roe, R. and Poe, P. and Coe, C."
        " and Moe, M.}, journal={Annals}, year={2021}, abstract={Short.}}\n"
        "@article{early, title={Early}, author={Doe, Jane}, journal={Annals}, year={1990}}\n"
    ),
    "content/talks.yaml": "- {id: t, title: 'On *rings*', event: '[ICM](https://icm.example)', date: 2019, abstract: A.}\n",
}  # fmt: skip
#: Pages that have cards, the newest three, and that of the site.
CARDS = {"card.png", "publications/rings/card.png", "posts/one/card.png", "talks/t/card.png"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built. Tests leave it as it was."""
    root = tmp_path_factory.mktemp("cards") / "site"
    root.mkdir()
    found = Site(SiteFolder(root).write(FILES))
    assert drawn(found.build()) == CARDS
    return found


def drawn(result: Result) -> set[str]:
    """The cards that a build drew."""
    assert not result.report.has_errors, result.report.problems
    return {path for path in result.made if path.endswith("card.png")}


def planned(root: Path, **files: str | bytes | None) -> Result:
    """A build in the preview, which draws no card before it is asked for. Of files “_” is “/” and the last one “.”."""
    past = Past(shelf=artifacts.Shelf())
    return render(SiteFolder(root).write(FILES | files).root, today=TODAY, past=past)  # type: ignore[arg-type]


def image(result: Result, page: str) -> str:
    """The card that a page names, below the site's address."""
    text = result.made[page].data.decode()
    return str(text.partition("og:image' content='https://x.example/~jane/")[2].partition("'")[0])


# --- which pages have one ---


def test_the_newest_pages_have_cards_of_their_own(site: Site) -> None:
    for path in CARDS:
        picture = Image.open(io.BytesIO((site.out / path).read_bytes()))
        assert (picture.format, picture.size) == ("PNG", (cards.WIDTH, cards.HEIGHT))
        assert (site.out / path).stat().st_size < 300_000, "more, and some networks leave it out"
        assert len(picture.convert("L").getcolors(256)) > 20, "there are words on it"
    result = site.cold()
    for page, card in (
        ("index.html", "card.png"),
        ("posts/one/index.html", "posts/one/card.png"),
        ("publications/rings/index.html", "publications/rings/card.png"),
        ("posts/old/index.html", "card.png"),
        ("publications/early/index.html", "card.png"),
        ("people/jane/index.html", "card.png"),
    ):
        assert image(result, page) == card


def test_a_card_says_what_its_page_is(tmp_path: Path) -> None:
    result = planned(tmp_path)
    assert result.answers is not None
    said = {}
    for page in result.answers.names.cards:
        made = cards.manuscript(result.answers.names, page)
        assert made is not None
        said[page] = made.data
    assert said["home"] | {"title": "Jane’s site", "line": "Professor, X", "site": ""} == said["home"]
    rings = said["publication:rings"]
    assert rings["title"] == "Rings of x² and more"
    assert rings["authors"] == "Jane Doe, R. Roe, P. Poe, C. Coe et al."
    assert rings["line"] == "Annals, 2021"
    assert rings["site"] == "Jane’s site"
    assert said["talk:t"] | {"title": "On rings", "line": "ICM, 2019"} == said["talk:t"]
    assert said["post:one"] | {"title": "One", "line": "1 January 2020"} == said["post:one"]
    text = result.made["posts/one/index.html"].data.decode()
    assert "og:image:alt' content='One · Jane’s site'" in text
    assert "og:image:width' content='1200'" in text


def test_without_an_address_or_wish_there_are_none(tmp_path: Path) -> None:
    for name, text in (("a", SITE.replace("url", "#")), ("b", SITE.replace("3", "0"))):
        (tmp_path / name).mkdir()
        result = planned(tmp_path / name, **{"site.yaml": text})
        assert result.artifacts == ()
        assert "og:image" not in result.made["index.html"].data.decode()


def test_a_card_of_ones_own_comes_first(tmp_path: Path) -> None:
    own = {"content/static/card.png": b"own", "site.yaml": SITE.replace("3", "0")}
    result = planned(tmp_path, **own)
    assert result.artifacts == ()
    assert image(result, "posts/one/index.html") == "card.png"
    # Nobody knows its size.
    assert "og:image:width' content='0'" in result.made["index.html"].data.decode()


def test_words_without_letters_in_the_fonts_share_the_card_of_the_site(tmp_path: Path) -> None:
    files = {
        "content/posts/one.md": "---\ntitle: 環の理論\ndate: 2020-01-01\n---\n",
        "content/posts/old.md": "---\ntitle: Теория колец и идеалов, Δ ≤ ∞\ndate: 2020-01-02\n---\n",
    }
    (tmp_path / "a").mkdir()
    result = planned(tmp_path / "a", **files)
    assert set(result.artifacts) == CARDS - {"posts/one/card.png", "talks/t/card.png"} | {
        "posts/old/card.png"
    }
    assert image(result, "posts/one/index.html") == "card.png"
    (tmp_path / "b").mkdir()
    assert planned(tmp_path / "b", **{"site.yaml": SITE.replace("Jane’s site", "環")}).artifacts == ()


def test_the_fonts_have_every_letter_that_is_promised() -> None:
    letters = [
        sign
        for sign in map(chr, range(0x20, 0x2400))
        if cards._SHOWN.fullmatch(sign) and unicodedata.category(sign)[0] in "LNPS"
    ]
    assert len(letters) > 1500
    source = b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#str(sys.inputs.data)\n'
    made = _compiled({"f.typ": File(source, "f")}, "f.typ", " ".join(letters), 0, NO_FONTS, is_strict=True)
    assert made.missing == ()


@pytest.mark.parametrize(
    ("url", "path"), [("", "card.png"), ("a/b/", "a/b/card.png"), ("a/b.html", "a/b-card.png")]
)
def test_a_card_lies_beside_its_page(url: str, path: str) -> None:
    assert cards._path(url) == path


# --- when they are drawn again ---

BIB = str(FILES["content/publications/a.bib"])
TALKS = str(FILES["content/talks.yaml"])
NEW = "---\ntitle: New\ndate: 2022-01-01\n---\n"
EDITS: list[tuple[str, dict[str, str | bytes | None], set[str]]] = [
    ("a text", {"content/posts/one.md": FILES["content/posts/one.md"] + "More.\n"}, set()),  # type: ignore[operator]
    ("an abstract", {"content/publications/a.bib": BIB.replace("Short", "Long")}, set()),
    ("a title", {"content/publications/a.bib": BIB.replace("Rings", "Fields")}, {"publications/rings/card.png"}),
    ("an event", {"content/talks.yaml": TALKS.replace("ICM", "ECM")}, {"talks/t/card.png"}),
    ("the name of the site", {"site.yaml": SITE.replace("site", "pages", 1)}, CARDS),
    ("an accent", {"site.yaml": SITE + "accent: '#123456'\n"}, CARDS),
    ("the address", {"site.yaml": SITE.replace("~jane", "~doe")}, set()),
    ("a newer one", {"content/posts/new.md": NEW}, {"posts/new/card.png"}),
    ("fewer", {"site.yaml": SITE.replace("3", "1")}, set()),
    ("a card of its own", {"content/static/posts/one/card.png": b"own"}, set()),
    ("a theme", {"templates/documents/card.typ": "#set page(width: 1200pt, height: 630pt)\nx\n"}, CARDS),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_an_edit_draws_what_it_changes(
    site: Site, edit: dict[str, str | bytes | None], expected: set[str]
) -> None:
    site.edit(edit)
    result = site.build()
    assert drawn(result) == expected, result.reasons()
    assert unlike(tree(site.out), contents(site.cold())) == []
    site.edit({path: FILES.get(path) for path in edit})
    site.build()
    assert unlike(tree(site.out), contents(site.cold())) == []


def test_a_fault_in_the_theme_is_told(tmp_path: Path) -> None:
    result = render(
        SiteFolder(tmp_path).write({**FILES, "templates/documents/card.typ": '#panic("no")\n'}).root,
        today=TODAY,
    )
    assert {str(problem.where) for problem in result.report.problems if problem.level == "error"} == {
        "templates/documents/card.typ:1:2"
    }


def test_the_preview_draws_a_card_when_it_is_asked_for(tmp_path: Path) -> None:
    workshop = Workshop(SiteFolder(tmp_path).write(FILES).root)
    result = workshop.build(TODAY)
    assert drawn(result) == set()
    assert result.later is not None
    assert set(result.later.wanted) == CARDS
    made = result.later.get("posts/one/card.png")
    assert made.output is not None
    assert made.output.data.startswith(b"\x89PNG")
    assert made.problems == ()
