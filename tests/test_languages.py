"""Languages: labels with values and plurals, dates, the words of all languages, pages in several languages."""

import ast
import json
import re
import shutil
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes
from markupsafe import Markup

import acadsite
from acadsite import dates
from acadsite.collect.publications import LINKS
from acadsite.kinds import languages as kind_languages
from acadsite.kinds import works
from acadsite.kinds.cv import build
from acadsite.kinds.facets import FACETS
from acadsite.kinds.web import TITLES
from acadsite.languages import Words, language, listed, plural
from acadsite.markup.tree import CROSS_REFERENCES
from acadsite.markup.typst_documents import WORDS
from conftest import SiteFolder
from sample import Site, contents, tree, unlike


def words(tag: str = "en", **own) -> Words:
    return Words(language(tag), own)


def test_a_label_takes_values():
    say = words().say
    assert say("{n} papers", {"n": 1}) == "1 paper"
    assert say("{n} papers", {"n": 3}) == "3 papers"
    assert say("of {name}, {other}", {"name": "Emmy"}) == "of Emmy, {other}", "a place without a value stays"
    assert say("{n} papers") == "{n} papers"
    assert say("no {such} label {n}", {"n": 2}) == "no {such} label 2"


def test_a_value_that_is_html_makes_html_and_nothing_else_is_trusted():
    said = words(**{"by {a} < {b}": "{a} & {b}"}).say("by {a} < {b}", {"a": Markup("<i>x</i>"), "b": "<b>"})
    assert isinstance(said, Markup)
    assert said == "<i>x</i> &amp; &lt;b&gt;"
    assert words().say("{b}", {"b": "<b>"}) == "<b>", "text stays text, which the template escapes"


def test_labels_of_the_site_win():
    own = words("en", Abstract="Summary", **{"{n} papers": {"one": "a paper", "other": "{n} texts"}})
    assert own.say("Abstract") == "Summary"
    assert [own.say("{n} papers", {"n": n}) for n in (1, 2)] == ["a paper", "2 texts"]


#: Integers for which the plural rules of CLDR differ.
PLURALS = {
    "en": {0: "other", 1: "one", 2: "other"},
    "de-AT": {0: "other", 1: "one", 5: "other"},
    "fr": {0: "one", 1: "one", 2: "other", 1_000_000: "many"},
    "pt": {0: "one", 1: "one", 2: "other"},
    "pt-PT": {0: "other", 1: "one"},
    "es": {0: "other", 1: "one", 2_000_000: "many"},
    "zh": {0: "other", 1: "other"},
    "ja": {1: "other"},
    "ar": {0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 103: "few"},
    "he": {1: "one", 2: "two", 3: "other"},
    "ru": {1: "one", 2: "few", 5: "many", 11: "many", 21: "one", 112: "many"},
    "pl": {1: "one", 2: "few", 5: "many", 12: "many", 22: "few", 21: "many"},
    "cs": {1: "one", 3: "few", 5: "other"},
}  # fmt: skip


@pytest.mark.parametrize("tag", PLURALS)
def test_plural_categories(tag):
    assert {number: plural(tag, number) for number in PLURALS[tag]} == PLURALS[tag]


@pytest.mark.parametrize("number", [True, 1.5, -1, "1", None])
def test_what_is_no_number_has_no_plural(number):
    assert plural("en", number) == "other"


# --- labels of all languages ---

LANGUAGES = ("de", "fr", "es", "pt", "it", "zh", "ja", "ar")
#: Names and signs that are the same everywhere.
NAMES = {"BibTeX", "CSL-JSON", "RIS", "PDF"}
THEMES = Path(acadsite.__file__).parents[2] / "themes"
SOURCE = Path(acadsite.__file__).parent


def texts(node: nodes.Expr) -> set[str]:
    """The texts that an argument of ``t`` in a template may be."""
    match node:
        case nodes.Const():
            return {node.value}
        case nodes.CondExpr():
            return texts(node.expr1) | texts(node.expr2)
        case nodes.Getitem(node=nodes.Dict()):
            return {text for pair in node.node.items for text in texts(pair.value)}
        case nodes.Filter():
            return texts(node.node)
    return set()


def in_templates() -> set[str]:
    found = set()
    for path in THEMES.rglob("templates/**/*"):
        if path.suffix in {".html", ".xml", ".json", ".txt", ".ris", ".svg"}:
            for call in jinja2.Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name in {"t", "forms"}:
                    found |= texts(call.args[0])
    return found


def constants(node: ast.AST) -> set[str]:
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def in_code() -> set[str]:
    found = set()
    for path in (SOURCE / "kinds").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and call.args:
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in {"t", "say"}:
                    found |= constants(call.args[0])
    return found


def in_tables() -> set[str]:
    """Labels that stand in tables of the code and in loops of templates."""
    groups = [
        *works.TYPES.values(),
        *([text] for text in works.MEANINGS.values()),
        *([text] for text in works._THESES.values()),
    ]
    found = {group[0] for group in groups} | {"Forthcoming", "Undated", "Thesis"}
    found |= {label for label in LINKS.values() if label not in {"DOI", "arXiv", "HTML", "HAL", "PubMed"}}
    found -= {"MathSciNet", "zbMATH"}
    found |= set(TITLES.values()) | set(FACETS.values()) | set(CROSS_REFERENCES.values())
    found |= {kind.capitalize() for kind in kind_languages._CALLOUTS} | set(WORDS.values())
    found |= {*build._LABELS.values(), "Other", "Paper", "Link", "Code", "Home"}
    # macros/deck.html, students.html, see_also in several, sections.py
    found |= {
        "Next",
        "Back",
        "First and last slide",
        "Go to a slide",
        "Overview",
        "Presenter view",
        "Full screen",
    }
    found |= {"Blank screen", "Read as a page", "Keys", "Current", "Alumni", "Courses", "Posts", "Website"}
    return found | {"All publications", "All posts", "All", "Slides", "Video", "Talk"}


USED = (in_templates() | in_code() | in_tables()) - NAMES - {""}


def test_labels_were_found():
    assert {"Abstract", "{n} papers", "Skip to content", "Theorem", "Journal articles"} <= USED
    assert len(USED) > 150


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_label_is_there_in_every_language_and_none_is_left_over(tag):
    labels = language(tag).labels
    own = json.loads((SOURCE / "languages" / f"{tag}.json").read_text("utf-8"))["labels"]
    assert USED - own.keys() == set(), "labels without words in this language"
    assert own.keys() - USED == set(), "words of labels that nothing shows"
    for text in USED:
        forms = [labels[text]] if isinstance(labels[text], str) else list(labels[text].values())
        assert all(forms), text
        for place in re.findall(r"\{\w+\}", text):
            # A form for one exact number may leave it out.
            assert any(place in form for form in forms), text
            assert not set(re.findall(r"\{\w+\}", "".join(forms))) - set(re.findall(r"\{\w+\}", text)), text


@pytest.mark.parametrize("tag", ["en", *LANGUAGES])
def test_plural_labels_have_the_categories_of_their_language(tag):
    wanted = {plural(tag, number) for number in range(200)}
    english = {text for text, forms in language("en").labels.items() if not isinstance(forms, str)}
    assert english == {text for text in USED if "{n}" in text and text.split()[0] in {"{n}", "{count}"}} - {
        "{n} of {total}"
    } | {"{count} citations"}
    for text in english:
        forms = language(tag).labels[text]
        assert wanted == {"other"} or wanted <= set(forms), text


# --- dates and lists ---

DAY = {"year": 1932, "month": 9, "day": 5, "season": None, "end": None, "circa": False, "text": ""}
MONTH = {**DAY, "day": None}
DATES = {
    "en": ("5 September 1932", "5–12 September 1932", "September – 5 October 1932", "c. Spring 1932", "5 Sep"),
    "de": (
        "5. September 1932",
        "5.–12. September 1932",
        "September – 5. Oktober 1932",
        "ca. Frühjahr 1932",
        "5. Sept.",
    ),
    "fr": ("5 septembre 1932", "5–12 septembre 1932", "septembre – 5 octobre 1932", "vers printemps 1932", "5 sept."),
    "es": (
        "5 de septiembre de 1932",
        "5–12 de septiembre de 1932",
        "septiembre – 5 de octubre de 1932",
        "c. primavera de 1932",
        "5 sept.",
    ),
    "pt": (
        "5 de setembro de 1932",
        "5–12 de setembro de 1932",
        "setembro – 5 de outubro de 1932",
        "c. primavera de 1932",
        "5 set.",
    ),
    "it": ("5 settembre 1932", "5–12 settembre 1932", "settembre – 5 ottobre 1932", "c. primavera 1932", "5 set."),
    "zh": ("1932年9月5日", "1932年9月5–12日", "1932年9月–10月5日", "约1932年春季", "9月5日"),
    "ja": ("1932年9月5日", "1932年9月5日～12日", "1932年9月～10月5日", "1932年春頃", "9月5日"),
    "ar": ("5 سبتمبر 1932", "5–12 سبتمبر 1932", "سبتمبر – 5 أكتوبر 1932", "نحو الربيع 1932", "5 سبتمبر"),
}  # fmt: skip


@pytest.mark.parametrize("tag", DATES)
def test_dates(tag):
    calendar = language(tag).calendar
    shown = (
        dates.long(DAY, calendar),
        dates.long({**DAY, "end": {**DAY, "day": 12}}, calendar),
        dates.long({**MONTH, "end": {**DAY, "month": 10}}, calendar),
        dates.long({**MONTH, "month": None, "season": 1, "circa": True}, calendar),
        dates.yearless(DAY, calendar),
    )
    assert shown == DATES[tag]


def test_more_dates():
    french, chinese, unknown = (language(tag).calendar for tag in ("fr", "zh", "nl"))
    assert dates.long({**DAY, "day": 1}, french) == "1er septembre 1932"
    open_end = {**MONTH, "end": {**MONTH, "year": None, "month": None, "text": "present"}}
    assert dates.long(open_end, french) == "septembre 1932 – aujourd’hui"
    assert dates.short(open_end, chinese) == "1932年9月–至今"
    assert dates.long(DAY, unknown) == "5 September 1932", "a language without words has those of English"
    assert dates.yearless({**MONTH, "month": None}) == "1932"


def test_names_of_a_list():
    assert listed(["A"], language("en").joints) == "A"
    assert listed(["A", "B", "C"], language("en").joints) == "A, B, and C"
    assert listed(["A", "B", "C"], language("de").joints) == "A, B und C"
    assert listed(["A", "B", "C"], language("zh").joints) == "A、B和C"
    assert listed(["A", "B"], language("ar").joints) == "A وB"
    assert listed([Markup("<b>A</b>"), "<"], language("en").joints) == Markup("<b>A</b> and &lt;")


def test_regions():
    assert language("pt-BR").labels["Abstract"] == "Resumo"
    assert language("pt-BR").locale == "pt_BR"
    assert (language("de").locale, language("nl").locale) == ("de_DE", "")
    assert language("ar-EG").is_rtl
    assert not language("nl").is_known


# --- pages ---

FILES = {
    "site.yaml": """\
title: Emmy Noether
url: https://example.org/~noether/
author: Emmy Noether
language: en
languages:
  de:
    title: Noether
    footer: Göttingen
    labels: {Talks: Reden, "{n} posts": {one: ein Text, other: "{n} Texte"}}
    posts: {intro: Notizen}
  ar: {}
menu: [publications, posts, talks, about, {page: about, title: Me}]
cards: 0
posts: {title: Notes, intro: Some notes}
""",
    "content/index.md": "---\nrole: Professor\n---\nHello, [about](pages/about.md).\n",
    "content/index.de.md": (
        "---\nrole: Professorin\n---\nHallo, [über](pages/about.md#here) und [x](posts/one.md), [y](posts/two.md), "
        "[[about]], [daheim](index.md), [alle](/posts/).\n"
    ),
    "content/pages/about.md": "---\ntitle: About\nmenu: true\naliases: [old/]\n---\n## Here {#here}\n\nText.\n",
    "content/pages/about.de.md": (
        "---\ntitle: Über mich\n---\n## Hier {#here}\n\n::: {.callout-note}\nAha.\n:::\n\n[Home](../index.md)\n"
    ),
    "content/posts/one.md": "---\ntitle: One\ndate: 2024-05-06\ntags: [Ideals]\nsummary: First.\n---\nEnglish.\n",
    "content/posts/one.de.md": "---\ntitle: Eins\nurl: /de/notizen/eins/\n---\nDeutsch.\n",
    "content/posts/two.md": "---\ntitle: Two\ndate: 2024-05-01\n---\nOnly English.\n",
    "content/posts/drei.md": "---\ntitle: Drei\nlang: de\ndate: 2024-04-01\n---\nNur Deutsch, [one](one.md).\n",
    "content/talks.yaml": "- {id: icm, title: Talk, event: ICM, date: 1932-09-05/1932-09-12, abstract: Summary}\n",
    "content/talks.de.yaml": "icm: {title: Vortrag}\n",
    "content/publications/a.bib": (
        "@incollection{a, title={Titel}, author={Noether, E. and B, C.}, booktitle={Buch}, year=1921, "
        "langid={german}}\n"
        "@article{b, title={عنوان}, author={D, E.}, journal={J}, year=1920, langid={arabic}}\n"
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    root = tmp_path_factory.mktemp("languages") / "site"
    root.mkdir()
    site = SiteFolder(root).write(FILES)
    assert site.codes() == []
    site.build()
    return site


def page(folder: SiteFolder, path: str) -> str:
    return (folder.out / path / "index.html").read_text("utf-8")


def test_lists_are_there_in_each_language(folder):
    for tag in ("", "de/", "ar/"):
        for name in ("", "publications/", "posts/", "talks/", "people/", "posts/tags/", "posts/tags/ideals/"):
            assert (folder.out / tag / name / "index.html").is_file(), tag + name
    assert not (folder.out / "de/publications/a").exists(), "publications have one page"
    assert not (folder.out / "ar/posts/one").exists(), "nothing translates it"
    assert not (folder.out / "de/old").exists(), "an old address is not inherited"


def test_a_german_page(folder):
    html = page(folder, "de")
    assert '<html lang="de">' in html
    assert "<title>Noether</title>" in html
    assert "Professorin" in html
    assert "Göttingen" in html
    assert '<a class="skip-link" href="#main">Zum Inhalt springen</a>' in html
    assert '<a href="../de/about/#here">über</a> und <a href="../de/notizen/eins/">x</a>' in html
    assert '<a href="../posts/two/">y</a>' in html, "what is not translated is linked as it is"
    assert '<a class="wiki" href="../de/about/">Über mich</a>, <a href="../de/">daheim</a>' in html
    assert '<a href="../de/notizen/eins/">Eins</a>' in html
    assert '<a href="../posts/two/" lang="en">Two</a>' in html
    assert '<a href="../posts/drei/">Drei</a>' in html, "its language is that of the page"


def test_menu_of_each_language(folder):
    def menu(path: str) -> list[tuple[str, str]]:
        entries = re.search(r'<ul id="site-menu".*?</ul>', page(folder, path), re.DOTALL)[0]
        return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', entries)

    assert menu("") == [
        ("./publications/", "Publications"),
        ("./posts/", "Notes"),
        ("./talks/", "Talks"),
        ("./about/", "About"),
        ("./about/", "Me"),
    ]
    assert menu("de") == [
        ("../de/publications/", "Veröffentlichungen"),
        ("../de/posts/", "Notizen"),
        ("../de/talks/", "Reden"),
        ("../de/about/", "Über mich"),
        ("../de/about/", "Me"),
    ]
    assert menu("ar")[2:4] == [("../ar/talks/", "المحاضرات"), ("../about/", "About")]


def test_translations_complete_what_they_do_not_say(folder):
    assert "First." in page(folder, "de/posts"), "the summary of the original"
    assert "Notizen" in page(folder, "de/posts")
    assert '<time datetime="2024-05-06">6. Mai 2024</time>' in page(folder, "de/notizen/eins")
    talk = page(folder, "de/talks/icm")
    assert "<h1>Vortrag</h1>" in talk
    assert "Summary" in talk
    assert "5.–12. September 1932" in talk
    assert "ein Text" in page(folder, "de/posts/tags"), "labels of the site win, also in a language"


def test_bodies_speak_their_language(folder):
    html = page(folder, "de/about")
    assert "Hinweis" in html
    assert "Link zu diesem Abschnitt" in html
    assert '<a href="../../de/">Home</a>' in html


def test_a_text_in_one_of_the_languages_has_a_page_in_it(folder):
    html = page(folder, "posts/drei")
    assert '<html lang="de">' in html
    assert 'href="../../de/posts/"' in html
    assert '<a href="../../de/notizen/eins/">one</a>' in html


def test_right_to_left(folder):
    html = page(folder, "ar/publications")
    assert '<html lang="ar" dir="rtl">' in html
    assert re.search(r'<[^>]* lang="de" dir="ltr"[^>]*>(<a[^>]*>)?Titel', html)
    assert not re.search(r'lang="ar"[^>]*>(<a[^>]*>)?عنوان', html), "its language is that of the page"
    assert re.search(r'lang="ar" dir="rtl"[^>]*>(<a[^>]*>)?عنوان', page(folder, "publications"))


def test_publications_are_said_in_the_language_of_the_page(folder):
    html = page(folder, "de/publications")
    assert "E. Noether" in re.sub(r"<[^>]*>", "", html)
    assert " und " in re.sub(r"<[^>]*>", "", html)
    assert re.search(r"In:\s*<cite", html)
    assert re.search(r"In\s*<cite", page(folder, "publications"))


def test_versions_for_readers_and_machines(folder):
    def alternates(path: str) -> list[tuple[str, str]]:
        return re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page(folder, path))

    base = "https://example.org/~noether/"
    about = [("en", f"{base}about/"), ("x-default", f"{base}about/"), ("de", f"{base}de/about/")]
    assert alternates("about") == alternates("de/about") == about
    assert [tag for tag, _ in alternates("posts")] == ["en", "x-default", "de", "ar"]
    assert alternates("posts/two") == alternates("publications/a") == []
    html = page(folder, "de/about")
    assert '<meta property="og:locale" content="de_DE">' in html
    assert '<meta property="og:locale:alternate" content="en_US">' in html
    switch = re.findall(r'<li><a href="([^"]*)" lang="([^"]*)" hreflang="[^"]*">([^<]*)</a>', html)
    assert switch == [("../../about/", "en", "English"), ("../../ar/", "ar", "العربية")]


def test_one_language_needs_nothing_of_this(site):
    folder = site({"content/index.md": "Hello\n"})
    folder.build()
    html = (folder.out / "index.html").read_text("utf-8")
    assert "hreflang" not in html
    assert "og:locale:alternate" not in html


def test_a_site_in_another_language(site):
    own = {name: text for name, text in FILES.items() if ".de." not in name}
    folder = site({**own, "site.yaml": "title: N\nlanguage: fr\nlabels: {Talks: Conférences}\n"})
    folder.build()
    html = page(folder, "posts")
    assert '<html lang="fr">' in html
    assert "6 mai" in html
    assert "Conférences" in html


def test_what_translates_nothing(site):
    folder = site(
        {
            "site.yaml": "languages: [en, de]\n",
            "content/posts/other.de.md": "---\ntitle: Anders\n---\nText.\n",
            "content/posts/draft.md": "---\ntitle: D\ndate: 2024-01-01\ndraft: true\n---\nText.\n",
            "content/posts/draft.de.md": "---\ntitle: E\n---\nText.\n",
        }
    )
    assert folder.codes() == ["translation-alone"]
    assert folder.report()[0]["file"] == "content/posts/other.de.md"


def test_a_translation_that_the_site_does_not_ask_for(site):
    folder = site(
        {"content/index.md": "Hello\n", "content/index.de.md": "Hallo\n", "content/index.x.md": "?\n"}
    )
    found = {item["file"]: item["hint"] for item in folder.report()}
    assert found["content/index.de.md"] == "A translation? Say in site.yaml: “languages: [en, de]”."
    assert "languages" not in found["content/index.x.md"]


def test_what_a_language_says_holds_for_that_of_the_site_as_well(site):
    folder = site(
        {
            "site.yaml": "language: de\nlabels: {Talks: Reden}\nlanguages:\n  en: {title: Title}\n"
            "  de: {title: Titel, posts: {intro: Notizen}, labels: {Menu: Karte}}\n",
            "content/talks.yaml": "- {title: T}\n",
            "content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\nText.\n",
        }
    )
    folder.build()
    html = page(folder, "posts")
    assert all(words in html for words in ("Titel", "Notizen", "Karte", "Reden"))
    html = page(folder, "en/posts")
    assert all(words in html for words in ("Title", "Talks", "Menu"))


def test_a_language_that_is_none(site):
    assert site({"site.yaml": "languages: [en, x_y]\n"}).codes() == ["config-language"]


# --- edits ---

#: What is edited, how, and some pages that are rendered, and some that are not.
EDITS: dict[str, tuple[dict[str, str | None], set[str], set[str]]] = {
    "a translation's text": (
        {"content/posts/one.de.md": FILES["content/posts/one.de.md"] + "Mehr.\n"},
        {"post:one@de"},
        {"post:one", "posts@de", "posts", "home@de"},
    ),
    "a translation's title": (
        {"content/posts/one.de.md": FILES["content/posts/one.de.md"].replace("Eins", "Erstens")},
        {"post:one@de", "posts@de", "home@de", "tag:ideals@de"},
        {"post:one", "posts", "home", "posts@ar"},
    ),
    "what a translation takes from its original": (
        {"content/posts/one.md": FILES["content/posts/one.md"].replace("First.", "Second.")},
        {"posts", "posts@de", "posts@ar"},
        {"publication:a", "talks@ar", "page:about@de"},
    ),
    "a translation appears": (
        {"content/posts/two.de.md": "---\ntitle: Zwei\n---\nText.\n"},
        {"post:two@de", "posts@de", "home@de", "post:two"},
        {"posts", "posts@ar", "page:about"},
    ),
    "a translation goes": (
        {"content/pages/about.de.md": None},
        {"page:about", "home@de", "posts@de"},
        {"posts", "home", "home@ar"},
    ),
    "the home page loses its text": (
        {"content/index.de.md": None},
        {"home@de"},
        {"home", "posts@de"},
    ),
    "a list's translation": (
        {"content/talks.de.yaml": "icm: {title: Rede}\n"},
        {"talks@de", "talk:icm@de"},
        {"talks", "talk:icm", "talks@ar"},
    ),
    "labels of a language": (
        {"site.yaml": FILES["site.yaml"].replace("Reden", "Gespräche")},
        {"talks@de", "home@de", "post:one@de"},
        set(),
    ),
    "a language more": (
        {"site.yaml": FILES["site.yaml"].replace("  ar: {}\n", "  ar: {}\n  it: {}\n")},
        {"home", "posts@de", "home@it"},
        set(),
    ),
    "a language less": (
        {"site.yaml": FILES["site.yaml"].replace("  ar: {}\n", "")},
        {"home", "posts@de"},
        set(),
    ),
    "another language of the site": (
        {"site.yaml": FILES["site.yaml"].replace("language: en", "language: fr")},
        {"home", "home@de", "publication:a"},
        set(),
    ),
    "words of the site in a language": (
        {"site.yaml": FILES["site.yaml"].replace("footer: Göttingen", "footer: Erlangen")},
        {"home@de", "posts@de"},
        set(),
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("edits") / "site"
    root.mkdir()
    assert not Site(SiteFolder(root).write(FILES)).build().report.has_errors
    return root


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_pages_are_those_of_a_cold_build(built, tmp_path, name):
    edit, made, kept = EDITS[name]
    shutil.copytree(built, tmp_path / "site")
    site = Site(SiteFolder(tmp_path / "site"))
    site.edit(edit)
    result = site.build()
    assert unlike(tree(site.out), contents(site.cold())) == []
    rendered = {page.id for page in result.graph.pages.values() if page.path in result.made}
    assert made - rendered == set(), "should have been rendered"
    assert kept & rendered == set(), "should not have been"
    site.edit({path: FILES.get(path) for path in edit})
    site.build()
    assert unlike(tree(site.out), contents(site.cold())) == []


def test_a_topic_that_only_a_translation_has_is_words(tmp_path):
    files = {
        "site.yaml": "title: T\nlanguages: [en, de]\n",
        "content/posts/one.md": "---\ntitle: One\ndate: 2024-05-06\ntags: [Ideals]\n---\nText.\n",
        "content/posts/one.de.md": "---\ntitle: Eins\ntags: [Ideals, Körper]\n---\nText.\n",
    }
    text = SiteFolder(tmp_path / "topics").write(files).build()["de/posts/one/index.html"]
    assert "<li>Körper</li>" in text
    assert re.search(r'<li><a href="[^"]*tags/ideals/">Ideals</a></li>', text)
