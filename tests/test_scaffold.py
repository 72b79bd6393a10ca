"""``acadsite new-page``: every kind makes a site that builds, and nothing that is there is lost."""

import datetime as dt
import re
from pathlib import Path

import pytest

from acadsite import packaged_themes
from acadsite.build import build
from acadsite.collect.book_files import read_frame
from acadsite.commands import scaffolding
from acadsite.problems import format_text
from acadsite.scaffold import KINDS as ALL
from acadsite.scaffold import new_page
from acadsite.sources import parse_yaml, split_front_matter

TODAY = dt.date(2026, 11, 21)
KINDS = [
    ("post", "First post", "content/posts/first-post.md"),
    ("page", "About: me & “others”", "content/pages/about-me-others.md"),
    ("course", "Algebra I", "content/courses/algebra-i.md"),
    ("talk", 'On "rings": #1', "content/talks.yaml"),
    ("student", "Hermann, Grete", "content/students.yaml"),
    ("person", "van der Waerden, Bartel", "content/people.yaml"),
    ("repo", "https://github.com/owner/name", "content/repos.yaml"),
    ("project", "Chains: what ends them", "content/projects.yaml"),
    ("news", "- not a list: really", "content/news.yaml"),
    ("publication", "50% of {everything & more", "content/publications/publications.bib"),
    ("publication", "ends with a backslash \\", "content/publications/publications.bib"),
    ("publication", "}braces{", "content/publications/publications.bib"),
    ("publication", "https://doi.org/10.1000/182", "content/publications/publications.bib"),
    ("publication", "arXiv:2401.00001v2", "content/publications/publications.bib"),
    ("deck", "A {deck} #1", "content/slides/a-deck-1.md"),
    ("paper", "A paper: without an entry", "content/papers/a-paper-without-an-entry/text.md"),
]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "site.yaml").write_text("title: Jane\nauthor: Jane Doe\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("kind", "title", "path"), KINDS)
def test_each_kind_builds(root, kind, title, path):
    made = new_page(root, kind, title, TODAY)
    assert (made.paths, made.problems) == ((path,), ())
    result = build(root, root / "public", today=TODAY)
    assert not result.report.problems, format_text(result.report.problems, lambda _: None)
    assert result.library is not None


def test_lists_grow_at_the_end_and_keep_comments(root):
    path = root / "content" / "talks.yaml"
    path.parent.mkdir()
    before = "# my talks\n- title: One # first\n  year: 2020"
    path.write_text(before, encoding="utf-8")
    new_page(root, "talk", "Two", TODAY)
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before + "\n")
    assert after.count("- title") == 2


def test_a_pasted_entry_is_taken_as_it_is(root):
    entry = "@book{doe2020, title={A {Title}}, author={Doe, Jane}, year=2020}"
    made = new_page(root, "publication", entry, TODAY)
    assert not made.problems
    assert entry in (root / made.paths[0]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "title", "code"),
    [
        ("post", "???", "new-title"),
        ("post", "  ", "new-title"),
        ("repo", "not an address", "new-repo"),
        ("publication", "@article{x, title = {unclosed", "bib-truncated"),
    ],
)
def test_what_cannot_be_made_changes_nothing(root, kind, title, code):
    made = new_page(root, kind, title, TODAY)
    assert not made.paths
    assert code in {problem.code for problem in made.problems}
    assert not (root / "content").exists() or not [
        item for item in (root / "content").rglob("*") if item.is_file()
    ]


def test_nothing_is_overwritten(root):
    new_page(root, "post", "First post", TODAY)
    path = root / "content" / "posts" / "first-post.md"
    path.write_text("mine", encoding="utf-8")
    made = new_page(root, "post", "First post!", TODAY)
    assert not made.paths
    assert made.problems[0].code == "new-exists"
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_broken_list_is_left_alone(root):
    path = root / "content" / "talks.yaml"
    path.parent.mkdir()
    path.write_text("- title: [unclosed\n", encoding="utf-8")
    made = new_page(root, "talk", "Two", TODAY)
    assert not made.paths
    assert made.problems
    assert path.read_text(encoding="utf-8") == "- title: [unclosed\n"


def test_a_site_has_its_own_archetypes(root):
    (root / "archetypes").mkdir()
    (root / "archetypes" / "post.md").write_text(
        "---\ntitle: {{ title|yaml }}\ndate: {{ date }}\n---\nMine.\n", "utf-8"
    )
    made = new_page(root, "post", "Hello", TODAY)
    assert (root / made.paths[0]).read_text(encoding="utf-8").endswith("Mine.\n")


def test_the_command_knows_all_kinds():
    assert set(scaffolding.KINDS) == set(ALL)
    assert set(scaffolding._MEANT.values()) < set(ALL)
    assert {kind for kind, _, _ in KINDS} == {*ALL} - {"lecture", "chapter"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [("pots", "post"), ("slides", "deck"), ("Publications", "publication"), ("people", "person")],
)
def test_a_wrong_kind_names_the_nearest(site, word, meant):
    result = site().run("new-page", word, "Title")
    assert result.exit_code == 2
    assert f"Did you mean “{meant}”?" in result.stderr


# --- publications ---


def bib(root, text):
    return new_page(root, "publication", text, TODAY), (
        root / "content/publications/publications.bib"
    ).read_text(encoding="utf-8")


def test_a_doi_is_an_entry_that_nobody_sees_yet(root):
    made, text = bib(root, "https://doi.org/10.1002/andp.19053221004.")
    assert "doi = {10.1002/andp.19053221004}" in text
    assert "hidden = {true}" in text
    assert "title" not in text.partition("@")[2]
    assert "refresh --suggest" in made.notes[0]
    again, after = bib(root, "doi:10.1002/ANDP.19053221004")
    assert again.problems[0].code == "new-exists"
    assert after == text
    assert not bib(root, "10.1002/andp.1905322100")[
        0
    ].problems  # another one, though its letters are in the first


def test_a_citation_is_read(root):
    text = (
        "Noether, E., & van der Waerden, B. L. (1921). On {rings} of things: A & B. Annals of Rings, 83(1), 24–66. "
        "https://doi.org/10.1007/BF01464225"
    )
    made, entry = bib(root, text)
    assert "citation" in made.notes[0]
    for line in (
        "@article{noether1921rings,",
        "title   = {On {rings} of things: A \\& B}",
        "author  = {Noether, E. and van der Waerden, B. L.}",
        "journal = {Annals of Rings}",
        "volume  = {83}",
        "number  = {1}",
        "pages   = {24--66}",
        "doi     = {10.1007/BF01464225}",
        "year    = {1921}",
    ):
        assert line in entry
    result = build(root, root / "public", today=TODAY)
    assert not result.report.problems


def test_words_that_are_no_citation_are_a_title(root):
    text = "Rings (2021). And what became of them"
    assert text in bib(root, text)[1]


def test_keys_are_not_used_twice(root):
    bib(root, "Rings")
    _, text = bib(root, "Rings")
    assert "{rings-2026," in text
    assert "{rings-2026b," in text
    made, after = bib(root, "@misc{rings-2026, title = {Other}}")
    assert made.problems[0].code == "new-exists"
    assert made.problems[0].where.line == 1
    assert "Other" not in after


def test_another_file_for_publications(root):
    made = new_page(root, "publication", "Rings", TODAY, "own.bib")
    assert made.paths == ("content/publications/own.bib",)
    assert new_page(root, "publication", "Fields", TODAY).paths == made.paths
    assert new_page(root, "publication", "Rings", TODAY, "../x").problems == ()
    assert not (root / "content/x.bib").exists()
    assert new_page(root, "publication", "Rings", TODAY, "..").problems[0].code == "new-in"


def test_an_entry_from_stdin(site):
    folder = site()
    from click.testing import CliRunner

    from acadsite.cli import cli

    entry = "@misc{a,\n  title = {Ünder},\n  author = {Doe, Jane},\n  year = 2020\n}\n"
    result = CliRunner().invoke(cli, ["-C", str(folder.root), "new-page", "publication", "-"], input=entry)
    assert result.exit_code == 0, result.output
    text = (folder.root / "content/publications/publications.bib").read_text(encoding="utf-8")
    assert text == entry


# --- full texts ---


def test_a_full_text_belongs_to_a_key_or_a_title(root):
    bib(root, "@misc{doe2020, title = {On {R}ings}, author = {Doe, Jane}, year = 2020}")
    made = new_page(root, "paper", "on rings", TODAY)
    assert made.paths == ("content/papers/doe2020/text.md",)
    assert "title:" not in (root / made.paths[0]).read_text(encoding="utf-8")
    assert new_page(root, "paper", "doe2020", TODAY).problems[0].code == "new-exists"
    missing = new_page(root, "paper", "doe2002", TODAY).problems[0]
    assert (missing.code, missing.hint) == ("new-paper", "Did you mean “doe2020”?")
    result = build(root, root / "public", today=TODAY)
    assert not result.report.problems


# --- lectures ---

COURSE = """---
title: Algebra # the first
schedule:{}
level: BSc
---

Text --- with dashes.
"""


def lecture(root, schedule, title="Chains: the first", **more):
    path = root / "content/courses/algebra.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(COURSE.format(schedule), encoding="utf-8")
    made = new_page(root, "lecture", title, TODAY, **more)
    return made, path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("schedule", "before"),
    [
        ("", 0),
        (" []", 0),
        ("\n  - date: Week 1 # one\n    topic: A\n    # material: none\n\n  # the end", 1),
        ("\n- {date: Week 1, topic: A}\n- date: Week 2\n  topic: >-\n    Long\n    words", 2),
    ],
)
def test_a_lecture_is_a_line_of_the_schedule(root, schedule, before):
    made, text = lecture(root, schedule)
    assert (made.paths, made.problems) == (("content/courses/algebra.md",), ())
    data = split_front_matter(text, "")[0].data.plain()
    assert len(data["schedule"]) == before + 1
    assert data["schedule"][-1] == {"date": "2026-11-21", "topic": "Chains: the first"}
    assert data["level"] == "BSc"
    assert text.endswith("Text --- with dashes.\n")
    for comment in ("# the first", *(["# one", "# material", "# the end"] if "# one" in schedule else [])):
        assert comment in text
    again = new_page(root, "lecture", "Second", TODAY, "algebra")
    assert not again.problems


@pytest.mark.parametrize("schedule", [" [{date: Week 1, topic: A}]", "\n  -\n    date: Week 1", " words"])
def test_a_schedule_in_another_form_is_left_alone(root, schedule):
    made, text = lecture(root, schedule)
    assert [problem.code for problem in made.problems] == ["new-append"]
    assert text == COURSE.format(schedule)


def test_a_lecture_needs_to_know_its_course(root):
    assert new_page(root, "lecture", "One", TODAY).problems[0].code == "new-in"
    lecture(root, "")
    new_page(root, "course", "Topology", TODAY)
    unsaid = new_page(root, "lecture", "One", TODAY).problems[0]
    assert unsaid.hint == "--in with one of: algebra, topology"
    wrong = new_page(root, "lecture", "One", TODAY, "algebr").problems[0]
    assert wrong.hint == "Did you mean “algebra”?"
    assert not new_page(root, "lecture", "One", TODAY, "topology").problems


# --- chapters ---

#: A list of chapters by its name, and what is to be in it after “Rings & *fields*” has become a chapter.
BOOKS = {
    "plain": (
        "book.yaml",
        "# mine\ntitle: B # title\nchapters:\n  - index.md # first\n  - one.md\n  # end\nappendices: [z.md]\n",
        "  - one.md\n  - rings-fields.md\n  # end\nappendices",
    ),
    "references": (
        "book.yaml",
        "chapters:\n- one.md\n- references.md\n",
        "- one.md\n- rings-fields.md\n- references.md\n",
    ),
    "parts": (
        "book.yaml",
        """chapters:
  - part: A
    chapters:
      - one.md
  - part: B
    chapters:
      - file: two.md
        title: Second
  - references.md
""",
        "        title: Second\n      - rings-fields.md\n  - references.md\n",
    ),
    "flow": ("book.yaml", "chapters: [one.md, two.md] # all\n", "[one.md, two.md, rings-fields.md] # all"),
    "flow in a part": (
        "book.yaml",
        "chapters:\n  - part: A\n    chapters: [one.md]\n",
        "    chapters: [one.md, rings-fields.md]\n",
    ),
    "quarto": (
        "_quarto.yml",
        """project: {type: book}
book:
  title: B
  chapters:
    - index.qmd
    - one.qmd
  # more
format:
  html: {}
""",
        "    - one.qmd\n    - rings-fields.qmd\n  # more\n",
    ),
    "mkdocs": (
        "mkdocs.yml",
        "site_name: B\nnav:\n  - Home: index.md\n  - More:\n      - One: one.md\ntheme:\n  name: !!python/name:x\n",
        '      - One: one.md\n      - "Rings & *fields*": rings-fields.md\ntheme:',
    ),
    "mdbook": (
        "SUMMARY.md",
        "# Summary\n\n[Preface](index.md)\n\n* [One](one.md)\n    * [Two](two.md)\n\n[End](z.md)\n",
        "    * [Two](two.md)\n* [Rings & \\*fields\\*](rings-fields.md)\n\n[End]",
    ),
}


def book(root, name, text):
    top = root / "content/handbook"
    top.mkdir(parents=True)
    (top / name).write_text(text, encoding="utf-8")
    end = "qmd" if name == "_quarto.yml" else "md"
    inner = top / "docs" if name == "mkdocs.yml" else top
    inner.mkdir(exist_ok=True)
    for stem in ("index", "one", "two", "references", "z"):
        if f"{stem}.{end}" in text:
            (inner / f"{stem}.{end}").write_text(f"# The {stem}\n", encoding="utf-8")
    return top / name, inner / f"rings-fields.{end}"


@pytest.mark.parametrize("form", BOOKS)
def test_a_chapter_is_in_the_list_of_its_book(root, form):
    name, text, wanted = BOOKS[form]
    path, chapter = book(root, name, text)
    made = new_page(root, "chapter", "Rings & *fields*", TODAY)
    assert not made.problems, format_text(made.problems, lambda _: None)
    assert made.paths == tuple(file.relative_to(root).as_posix() for file in (chapter, path))
    after = path.read_text(encoding="utf-8")
    assert wanted in after
    if "flow" not in form:
        assert [line for line in after.split("\n") if "rings-fields" not in line] == text.split("\n")
    assert new_page(root, "chapter", "Rings -- fields", TODAY).problems[0].code == "new-exists"
    result = build(root, root / "public", today=TODAY)
    told = [problem for problem in result.report.problems if problem.code != "book-cells"]
    assert not told, format_text(told, lambda _: None)
    assert (root / "public/handbook/rings-fields/index.html").is_file()


def test_a_book_of_all_files_needs_no_list(root):
    path, chapter = book(root, "book.yaml", "title: B # one.md\n")
    made = new_page(root, "chapter", "Rings & *fields*", TODAY, "handbook")
    assert made.paths == (chapter.relative_to(root).as_posix(),)
    assert path.read_text(encoding="utf-8") == "title: B # one.md\n"


@pytest.mark.parametrize(
    "text", ["chapters:\n  -\n    file: one.md\n", "chapters: [{file: one.md, title: T}]\n"]
)
def test_a_list_of_chapters_in_another_form_is_left_alone(root, text):
    path, chapter = book(root, "book.yaml", text)
    made = new_page(root, "chapter", "Rings & *fields*", TODAY)
    assert [problem.code for problem in made.problems] == ["new-append"]
    assert path.read_text(encoding="utf-8") == text
    assert not chapter.exists()


def test_line_ends_and_marks_of_a_list_stay(root):
    path, _ = book(root, "book.yaml", "chapters:\n  - one.md\n")
    path.write_bytes(b"\xef\xbb\xbf# m\xc3\xa4h\r\nchapters:\r\n  - one.md\r\n")
    assert not new_page(root, "chapter", "Two", TODAY).problems
    assert path.read_bytes() == b"\xef\xbb\xbf# m\xc3\xa4h\r\nchapters:\r\n  - one.md\r\n  - two.md\r\n"
    assert read_frame("h", ["book.yaml"], lambda _: path.read_text("utf-8-sig"))[0] is not None


# --- archetypes and editors ---


def test_a_theme_has_archetypes_and_the_site_wins(root):
    (root / "site.yaml").write_text("title: Jane\ntheme: mine\n", encoding="utf-8")
    for folder, word in (("themes/mine/archetypes", "theme"), ("archetypes", "site")):
        (root / folder).mkdir(parents=True)
        (root / folder / "news.yaml").write_text(f"- date: {{{{ date }}}}\n  text: of the {word}", "utf-8")
        if word == "theme":
            (root / "themes/mine/theme.yaml").write_text("extends: base\n", encoding="utf-8")
            assert not new_page(root, "news", "x", TODAY).problems
    new_page(root, "news", "x", TODAY)
    node, _ = parse_yaml((root / "content/news.yaml").read_text(encoding="utf-8"), "")
    assert [item["text"] for item in node.plain()] == ["of the theme", "of the site"]


@pytest.mark.parametrize("title", ["a\x00b", "a\x1b[31m", "bytes \udcff"])
def test_what_no_file_may_have_is_refused(root, title):
    for kind in ALL:
        problems = new_page(root, kind, title, TODAY).problems
        assert problems, kind
    assert not (root / "content").exists()


def test_a_link_out_of_the_site_is_not_followed(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (root / "content").mkdir()
    (root / "content/posts").symlink_to(outside)
    assert new_page(root, "post", "Hello", TODAY).problems[0].code == "new-outside"
    assert not list(outside.iterdir())


def test_the_editor_opens_the_new_file(site, tmp_path, monkeypatch):
    folder = site()
    seen = tmp_path / "seen file"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'sh -c \'printf %s "$1" > "{seen}"\' editor')
    result = folder.run("new-page", "post", "Hello; $(world)", "--edit")
    assert result.exit_code == 0, result.stderr
    assert seen.read_text(encoding="utf-8") == str(folder.root / "content/posts/hello-world.md")
    for editor, said in (
        ("no-such-program", "cannot be started"),
        ("false", "code 1"),
        ("", "No editor"),
        ("'", "no editor"),
    ):
        monkeypatch.setenv("EDITOR", editor)
        result = folder.run("new-page", "post", f"Hello {len(editor)} {said}", "--edit")
        assert result.exit_code == 1
        assert said in result.stderr
        assert (folder.root / result.stdout.strip()).is_file()


def test_the_archetype_of_the_documentation(root):
    page = Path(__file__).parents[1] / "docs/new.md"
    example = re.search(r"```yaml file=(archetypes/\S+)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    (root / example[1]).parent.mkdir()
    (root / example[1]).write_text(example[2], encoding="utf-8")
    assert not new_page(root, "talk", "A: “b”", TODAY).problems
    assert "location: Room 1.23\n" in (root / "content/talks.yaml").read_text(encoding="utf-8")
    assert not build(root, root / "public", today=TODAY).report.problems
    names = {path.name for path in (packaged_themes() / "base/archetypes").iterdir()}
    assert len(names) == 16
    assert [name for name in sorted(names) if f"`{name}`" not in page.read_text("utf-8")] == []
