"""Themes: the chain of files, the templates' own rules, and the style sheet's colours and size.

What is said of broken templates and themes is compared word for word in ``sites-broken``; here are the rules that
hold for all of them.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from pygments.token import STANDARD_TYPES

from acadsite.colours import GROUNDS, contrast, palette

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import SiteFolder

ROOT = Path(__file__).resolve().parents[1]
THEMES = sorted(path.parent for path in (ROOT / "themes").glob("*/theme.yaml"))
TEMPLATES = sorted(path for theme in THEMES for path in theme.glob("templates/**/*.html"))
BASE = ROOT / "themes/base/assets"
#: Sheets of some pages. That of slides is a world of its own.
PAGE_SHEETS = sorted(path for path in BASE.glob("pages/*.css") if path.name != "deck.css")
BASE_CSS = "\n".join(path.read_text(encoding="utf-8") for path in (BASE / "base.css", *PAGE_SHEETS))
#: Bytes of all sheets that a page loads, as they are published.
LARGEST_SHEETS = 20_480

BIB = """@article{a2024,
  author = {Noether, Emmy and Hasse, Helmut},
  title = {On Rings},
  journal = {Annals},
  year = {2024},
  selected = {true}
}
@article{b2023, author = {Noether, Emmy}, title = {On Ideals}, journal = {Annals}, year = {2023}}
"""
FILES = {
    "site.yaml": "title: Emmy Noether\nauthor: Noether, Emmy\n",
    "content/index.md": "---\nsections: [about, selected, publications]\n---\nHello.\n",
    "content/publications/a.bib": BIB,
}


# --- the chain -------------------------------------------------------------------------------------------------


def test_there_are_themes_and_their_templates() -> None:
    assert [theme.name for theme in THEMES] == ["base", "classic", "lab", "reading-room"]
    assert len(TEMPLATES) > 20


def test_a_site_replaces_one_template(site: Callable[..., SiteFolder]) -> None:
    pages = site(FILES | {"templates/404.html": "<!doctype html><title>x</title><p>ours"}).build()
    assert pages["404.html"].endswith("<p>ours")
    assert "On Rings" in pages["publications/index.html"]


def test_a_site_extends_the_template_it_hides(site: Callable[..., SiteFolder]) -> None:
    ours = '{% extends "!publication.html" %}\n{% block main %}{{ super() }}<p class="ours">Ours</p>{% endblock %}\n'
    page = html.fromstring(
        site(FILES | {"templates/publication.html": ours}).build()["publications/a2024/index.html"]
    )
    assert page.xpath("string(//main//h1)") == "On Rings"
    assert page.xpath("string(//p[@class='ours'])") == "Ours"


def test_three_layers_extend_each_other(site: Callable[..., SiteFolder]) -> None:
    layer = '{{% extends "!404.html" %}}{{% block main %}}{{{{ super() }}}}<i>{}</i>{{% endblock %}}'
    pages = site(
        FILES
        | {
            "site.yaml": FILES["site.yaml"] + "theme: mine\n",
            "themes/mine/theme.yaml": "extends: classic\n",
            "themes/mine/templates/404.html": layer.format("theme"),
            "templates/404.html": layer.format("site"),
        }
    ).build()
    assert "</p>\n<i>theme</i><i>site</i>" in pages["404.html"]


def test_classic_stands_on_base(site: Callable[..., SiteFolder]) -> None:
    pages = site(FILES | {"site.yaml": FILES["site.yaml"] + "theme: classic\n"}).build()
    home = html.fromstring(pages["index.html"])
    names = ["base.css", "classic.css", "pages/lists.css", "pages/details.css", "pages/works.css"]
    assert home.xpath("//link[@rel='stylesheet']/@href") == [f"./assets/{name}" for name in names]
    assert home.xpath("//header[@class='masthead']/h1/text()") == ["Emmy Noether"]
    assert not home.xpath("//main//*[@class='profile']")
    assert pages["publications/index.html"].count("is-selected") == 1


def test_the_sheets_of_a_theme_come_in_order(site: Callable[..., SiteFolder]) -> None:
    sheets = {f"assets/{name}.css": "" for name in ("custom", "a-first", "z-last")}
    page = html.fromstring(site(FILES | sheets).build()["index.html"])
    hrefs = page.xpath("//link[@rel='stylesheet']/@href")
    names = [Path(href).name for href in hrefs if "/pages/" not in href]
    assert names == ["base.css", "reading-room.css", "a-first.css", "z-last.css", "custom.css"]


@pytest.mark.parametrize(
    ("files", "line", "word"),
    [
        ({"templates/post.html": "\n{{ nothing }}"}, 2, "nothing"),
        ({"templates/post.html": "a\nb\n{% if record %}"}, 3, "if"),
        ({"templates/post.html": "{{ record.title"}, 1, "end of"),
        ({"templates/post.html": '\n{% include "absent.html" %}'}, 2, "absent.html"),
        ({"templates/post.html": '{% include "post.html" %}'}, 1, "circle"),
        (
            {
                "templates/post.html": '{% from "macros/own.html" import m %}{{ m(record) }}',
                "templates/macros/own.html": "{% macro m(r) %}\n\n{{ r.nothing }}{% endmacro %}",
            },
            3,
            "nothing",
        ),
    ],
    ids=["undefined", "unclosed", "syntax", "missing", "circle", "macro"],
)
def test_a_broken_template_is_named_with_line_and_page(
    site: Callable[..., SiteFolder], files: dict[str, str], line: int, word: str
) -> None:
    post = {"content/posts/hello.md": "---\ntitle: Hello\ndate: 2024-01-01\n---\nText.\n"}
    folder = site(FILES | post | files)
    (problem,) = folder.report()
    assert problem["code"] == "template-error"
    assert (problem["file"], problem["line"]) == (list(files)[-1], line)
    assert word in problem["message"]
    assert "post:hello" in problem["message"]
    assert folder.run("build", "--out", str(folder.out)).exit_code == 1
    assert not folder.out.exists()


# --- the templates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "themes").as_posix())
def test_a_template_lets_nothing_through_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # JSON-LD is data; that nothing ends it early is tested with what makes it (test_metadata).
    text = text.replace('<script type="application/ld+json">{{ data }}</script>', "")
    # A script is a file of the theme, and waits for the page; but for the line that sets the colours before it shows.
    script = (
        r'<script src="{{ asset\("(?:pages/)?[a-z]+\.js"\) }}"'
        r'(?: data-[a-z]+="{{ t\("[^"]*"\) }}")* (?:defer|type="module")></script>'
    )
    text = re.sub(script, "", text)
    if path == ROOT / "themes/base/templates/base.html":
        text, lines = re.subn(
            r"^<script>try\{let s=localStorage[^<>{]*\}catch\{\}</script>$", "", text, flags=re.MULTILINE
        )
        assert lines == 1
    assert not re.search(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b|\bon[a-z]+=|<script|\bstyle=", text)
    assert not re.search(r"""(href|src)=["'](https?:)?//""", text), "themes load nothing from elsewhere"
    assert "\t" not in text


#: Text that would run, were it let through.
HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def _front(data: dict[str, Any], body: str = "") -> str:
    """A Markdown file with that front matter; JSON is YAML."""
    return f"---\n{json.dumps(data)}\n---\n{body}\n"


def test_text_of_every_kind_of_record_is_escaped(site: Callable[..., SiteFolder]) -> None:
    evil = HOSTILE
    name, day, sections = (
        {"literal": evil},
        "2024-01-01",
        "about news repos talks students courses posts publications",
    )
    entry = {"title": evil, "location": evil, "dates": evil}
    lists = {
        "people": [{"id": "noether", "name": name, "role": evil, "email": "a@b.org"}],
        "repos": [{"url": "https://github.com/a/b", "name": evil, "links": {evil: "https://x.org"}}],
        "talks": [{"title": evil, "event": evil, "location": evil, "date": day, "note": evil}],
        "students": [{"name": name, "level": evil, "note": evil, "years": evil, "now": evil}],
        "news": [{"date": day, "text": evil, "url": "https://x.org"}],
        "cv": {
            "sections": [
                {"id": "x", "title": evil, "entries": [entry], "groups": [{"title": evil, "items": [evil]}]}
            ]
        },
    }
    config = {
        "title": evil,
        "author": "noether",
        "footer": evil,
        "markup": {"html": "sanitize"},
        "labels": {"Main": evil},
    }
    home = {"title": evil, "role": evil, "location": evil, "sections": [*sections.split(), "cv:x"]}
    post = {"title": evil, "date": day, "tags": [evil], "summary": evil}
    course = {"title": evil, "term": evil, "role": evil, "schedule": [{"date": evil, "topic": evil}]}
    fields = "".join(f", {field} = {{{evil}}}" for field in ("title", "journal", "note", "abstract"))
    files = {f"content/{name}.yaml": json.dumps(data) for name, data in lists.items()} | {
        "site.yaml": json.dumps(config),
        "content/index.md": _front(home, evil),
        "content/publications/a.bib": f"@article{{k, year = 2024, author = {{Noether, {evil}}}{fields}}}",
        "content/posts/p.md": _front(post, evil),
        "content/courses/c.md": _front(course),
        "content/pages/q.md": _front({"title": evil, "menu": evil}),
    }
    pages = {path: text for path, text in site(files).build().items() if path.endswith(".html")}
    assert len(pages) > 12
    for path, text in pages.items():
        assert not html.fromstring(text).xpath("//@onerror"), path
        if path not in {"404.html", "tags/index.html"}:
            assert "onerror=alert(1)&gt;" in text, path


#: A picture of a colour; what a script fills; a citation for reference managers, which is in its title.
FILLED = {"legend-box", "book-found", "book-results", "search-status", "search-results", "Z3988"}
NEVER_EMPTY = r"p|[uod]l|li|div|span|a|section|article|header|nav|h[1-6]|th|strong|em|time"


def test_pages_have_sound_headings_and_nothing_empty(site: Callable[..., SiteFolder]) -> None:
    example = site(FILES)
    for name in ("site.yaml", "content"):
        source = ROOT / name
        files = [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]
        example.write({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files})
    pages = {path: html.fromstring(text) for path, text in example.build().items() if path.endswith(".html")}
    heavy = {
        path: weight
        for path, page in pages.items()
        if (weight := _weight(example, path, page)) > LARGEST_SHEETS
    }
    assert heavy.keys() == {
        path for path in pages if path.startswith("slides/") and path != "slides/index.html"
    }
    for path, page in pages.items():
        if page.xpath("//meta[@http-equiv='refresh']"):
            continue
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        hollow = page.xpath("//main//*[not(*) and not(normalize-space())]")
        empty = [
            element
            for element in hollow
            if re.fullmatch(NEVER_EMPTY, element.tag)
            and element.get("class") not in FILLED
            and element.get("role") != "status"
        ]
        assert not empty, (path, [html.tostring(element) for element in empty])
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
    home = pages["index.html"]
    assert home.xpath("//main//h2/text()") == ["News", "Selected publications", "Latest writing"]


def _weight(folder: SiteFolder, path: str, page: Any) -> int:
    """Bytes of all sheets that a page loads."""
    hrefs = [href.partition("assets/")[2] for href in page.xpath("//link[@rel='stylesheet']/@href")]
    assert len(hrefs) == len(set(hrefs)), path
    return sum((folder.out / "assets" / href).stat().st_size for href in hrefs)


# --- the sheet -------------------------------------------------------------------------------------------------


def sheets() -> Iterator[tuple[str, str]]:
    """Each theme with all its sheets, the lowest first."""
    yield "base", BASE_CSS
    for theme in THEMES:
        if theme.name != "base":
            own = "".join(path.read_text(encoding="utf-8") for path in sorted(theme.glob("assets/*.css")))
            yield theme.name, BASE_CSS + own


SHEETS = dict(sheets())


TEXTS = ("text", "muted", "link", "mark", "green", "amber", "purple", "red", "blue", "rose")


@pytest.mark.parametrize("theme", SHEETS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme: str, scheme: int) -> None:
    known = {name: pair[scheme] for name, pair in palette(SHEETS[theme]).items()}
    weak = [
        (text, ground, round(contrast(known[text], known[ground]), 2))
        for text in TEXTS
        for ground in GROUNDS
        if contrast(known[text], known[ground]) < 4.5
    ]
    assert not weak
    # Borders of buttons: WCAG 1.4.11.
    assert contrast(known["control"], known["page"]) >= 3


@pytest.mark.parametrize("theme", SHEETS)
def test_every_property_used_is_defined(theme: str) -> None:
    sheet = SHEETS[theme]
    defined = set(re.findall(r"(--[a-z][a-z-]*):", sheet))
    used = set(re.findall(r"var\((--[a-z][a-z-]*)", sheet))
    assert used == defined


def test_colours_are_custom_properties() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PAGE_SHEETS]
    texts.append((BASE / "base.css").read_text(encoding="utf-8").partition("@layer page {")[2])
    rules = re.sub(r"/\*.*?\*/", "", "\n".join(texts), flags=re.DOTALL)
    # White is the plate under figures and the paper; what stands in the margin of paper is of one grey.
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) == {"#fff", "#585c66"}


def test_the_sheets_need_nothing_else() -> None:
    for sheet in SHEETS.values():
        assert not re.search(r"@import|@font-face|url\(|!important", sheet)


def test_the_sheet_has_no_rule_for_a_class_that_nothing_writes() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    written += "".join(
        path.read_text(encoding="utf-8")
        for path in (*sorted((ROOT / "src/acadsite").rglob("*.py")), *sorted(BASE.rglob("*.js")))
    )
    rules = re.sub(r"/\*.*?\*/", "", SHEETS["classic"], flags=re.DOTALL)
    rules = re.sub(r'"[^"]*"', "", rules)
    classes = set(re.findall(r"\.([a-z][a-z0-9-]*)(?=[\s,.:>+{)\[])", rules))
    assert len(classes) > 150
    made = r"(?:kind|callout|action|align|columns|span|indent|theorem|book|ratio|cv|work)-"
    own = {name for name in classes if not re.match(made, name)}
    unknown = own - set(STANDARD_TYPES.values()) - set(re.findall(r"[a-z][a-z0-9-]*", written))
    assert not unknown


def test_every_kind_of_code_has_a_readable_colour() -> None:
    """A class that Pygments writes and the sheet does not name has the colour of text, which is fine; no class may
    have two colours, of which one would win by chance."""
    seen: dict[str, str] = {}
    sheet = (BASE / "pages/code.css").read_text(encoding="utf-8")
    kinds = sheet.split("\tpre {")[1].split("\n\t}")[0]
    for names, colour in re.findall(r"^\t\t([^{]*) \{ color: var\(--([a-z]+)\); \}", kinds, re.MULTILINE):
        for name in names.replace(", ::before", "").replace(".", "").split(", "):
            assert name not in seen
            assert name in STANDARD_TYPES.values()
            seen[name] = colour
    assert len(seen) > 50
    assert set(seen.values()) <= set(TEXTS)


def test_the_accent_of_a_site_is_on_its_pages(site: Callable[..., SiteFolder]) -> None:
    folder = site(FILES | {"site.yaml": FILES["site.yaml"] + 'accent: "#0b6e4f"\n'})
    page = folder.build()["publications/index.html"]
    assert "<style>:root { --link: light-dark(#0b6e4f, #7dc6a6); --mark: var(--link); }</style>" in page
    assert folder.report() == []
    assert "<style>" not in site(FILES, "plain").build()["publications/index.html"]


def test_an_accent_that_cannot_be_read_is_changed_and_said(site: Callable[..., SiteFolder]) -> None:
    folder = site(FILES | {"site.yaml": FILES["site.yaml"] + 'accent: "#FFD400"\n'})
    (problem,) = folder.report()
    assert (problem["code"], problem["level"]) == ("config-accent-contrast", "warning")
    assert (problem["file"], problem["line"]) == ("site.yaml", 3)
    assert "1.3" in problem["message"]
    shown = re.findall("#[0-9a-f]{6}", problem["hint"])
    assert f"light-dark({shown[0]}, #ffd400)" in folder.build()["index.html"]
    # The grounds are those of the site's own sheets.
    black = "".join(f"--{name}: light-dark(#000, #111);" for name in GROUNDS)
    folder.write({"assets/custom.css": f":root {{ {black} }}"})
    assert folder.report() == []


def test_people_are_shown_with_name_and_photo_wherever_they_are_listed(
    site: Callable[..., SiteFolder],
) -> None:
    built = site(
        {
            "content/index.md": "---\nsections: [{section: people, title: Team}, students]\n---\n",
            "content/people.yaml": "- {id: a, name: 'Öz, Anna', photo: a.png, role: Postdoc}\n",
            "content/students.yaml": "- {name: Bo Li, photo: b.png}\n",
            "content/static/a.png": b"\x89PNG",
            "content/static/b.png": b"\x89PNG",
        }
    ).build()
    pages = {"index.html": "./", "people/index.html": "../", "people/a/index.html": "../../"}
    for path, up in pages.items():
        page = html.fromstring(built[path])
        assert "Anna Öz" in page.find(".//main").text_content()
        assert "given" not in page.find(".//main").text_content()
        assert page.xpath(f"//img[@class='photo' and @src='{up}a.png']")
    assert html.fromstring(built["index.html"]).xpath("//img[@src='./b.png']")
