"""``acadsite new-page``: every kind makes a site that builds, and nothing that is there is lost."""

import datetime as dt

import pytest

from acadsite.build import build
from acadsite.scaffold import new_page

TODAY = dt.date(2026, 11, 21)
KINDS = [
    ("post", "First post", "content/posts/first-post.md"),
    ("page", "About: me & “others”", "content/pages/about-me-others.md"),
    ("course", "Algebra I", "content/courses/algebra-i.md"),
    ("talk", 'On "rings": #1', "content/talks.yaml"),
    ("student", "Hermann, Grete", "content/students.yaml"),
    ("person", "van der Waerden, Bartel", "content/people.yaml"),
    ("repo", "https://github.com/owner/name", "content/repos.yaml"),
    ("news", "- not a list: really", "content/news.yaml"),
    ("publication", "50% of {everything & more", "content/publications/publications.bib"),
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
    assert not [problem for problem in result.report.problems if problem.level == "error"], (
        result.report.problems
    )
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
