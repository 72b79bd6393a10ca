"""site.yaml: defaults, what is refused and where, the JSON Schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.config import PUBLICATIONS, SITE, Config, json_schema, read_config
from acadsite.problems import Problem, Span
from acadsite.records import FrozenMap

if TYPE_CHECKING:
    from pathlib import Path


def config_of(folder: Path, text: str, url: str | None = None) -> tuple[Config, tuple[Problem, ...]]:
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return read_config(folder, url)


#: Those of site.yaml, and what a build may be told.
KNOWN = {*SITE.names(), "from_disk"}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~\n", "{}\n"])
def test_an_empty_file_is_a_whole_config(tmp_path: Path, text: str) -> None:
    config, problems = config_of(tmp_path, text)
    assert problems == ()
    assert set(config.data) == KNOWN
    assert config["publications"]["files"] == ("publications/*.bib",)
    assert config["publications"]["numbering"] == "descending"
    assert config["markup"] == FrozenMap(
        {"dialect": "commonmark", "dialects": FrozenMap(), "macros": None, "html": "trusted"}
    )
    assert config["theme"] == "reading-room"
    assert config.base_path == "/"
    assert config.place("theme") == Span("site.yaml")


def test_every_setting_has_a_sentence() -> None:
    for schema in (SITE, PUBLICATIONS):
        assert schema.closed
        for field in schema.fields:
            assert field.doc.endswith("."), field.name


def test_no_file_and_no_mapping_are_problems(tmp_path: Path) -> None:
    config, (problem,) = read_config(tmp_path)
    assert (problem.code, config.is_readable) == ("site-missing", False)
    for text, code in (("- a\n", "config-kind"), ("title: [\n", "yaml-syntax"), ("title", "config-kind")):
        config, (problem,) = config_of(tmp_path, text)
        assert (problem.code, config.is_readable) == (code, False)
        assert config["theme"] == "reading-room"


@pytest.mark.parametrize(
    ("url", "clean", "base"),
    [
        ("https://example.org", "https://example.org/", "/"),
        ("https://example.org/~noether", "https://example.org/~noether/", "/~noether/"),
        ("https://a.github.io/b/c/", "https://a.github.io/b/c/", "/b/c/"),
        ("http://localhost:8000//x//", "http://localhost:8000//x//", "/x/"),
        (
            "https://köln.example/über uns/",
            "https://xn--kln-sna.example/%C3%BCber%20uns/",
            "/%C3%BCber%20uns/",
        ),
        ("https://a.example/%7Eb", "https://a.example/%7Eb/", "/%7Eb/"),
        ("http://[::1]:8000/", "http://[::1]:8000/", "/"),
    ],
)
def test_urls(tmp_path: Path, url: str, clean: str, base: str) -> None:
    config, problems = config_of(tmp_path, f"url: {url}\n")
    assert problems == ()
    assert (config["url"], config.base_path) == (clean, base)
    assert config_of(tmp_path, "url: https://other.example/\n", url)[0]["url"] == clean


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/?a",
        "https://x.y/#a",
        "http://[x",
        "https://me:word@x.y/",
        'https://x".y/',
        "https://x y/",
    ],
)
def test_wrong_urls(tmp_path: Path, url: str) -> None:
    config, (problem,) = config_of(tmp_path, f"title: x\nurl: '{url}'\n")
    assert problem.code == ("link-unsafe" if "[" in url else "config-url")
    assert problem.where is not None
    assert (problem.where.line, problem.where.column) == (2, 6)
    assert config["url"] is None
    _, (problem,) = config_of(tmp_path, "url: https://fine.example/\n", url)
    assert (problem.code, problem.where) == ("config-url", None)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("titel: x\n", "key-unknown", (1, 1)),
        ("publications:\n  nubering: none\n", "key-unknown", (2, 3)),
        ("menu: [a, {titel: x, page: y}]\n", "key-unknown", (1, 12)),
        ("menu: [{title: x}]\n", "key-missing", (1, 8)),
        ("publications: {earlier: soon}\n", "value-kind", (1, 25)),
        ("accent: '#12345'\n", "config-accent", (1, 9)),
        ("language: deutsch-land-x\n", "config-language", (1, 11)),
        ("author: {url: https://x.y/}\n", "key-missing", (1, 9)),
        ("author: {name: x, url: 'javascript:x'}\n", "link-unsafe", (1, 24)),
        ("theme: [a]\n", "value-kind", (1, 8)),
        ("markup: {html: clean}\n", "value-kind", (1, 16)),
        ("markup: {dialects: {posts: markdown}}\n", "value-kind", (1, 28)),
        ("title: a\ntitle: b\n", "yaml-duplicate-key", (2, 1)),
    ],
)
def test_faults_have_a_place(tmp_path: Path, text: str, code: str, place: tuple[int, int]) -> None:
    _, (problem,) = config_of(tmp_path, text)
    assert problem.where is not None
    assert (problem.code, (problem.where.line, problem.where.column)) == (code, place)


def test_places_inside_values(tmp_path: Path) -> None:
    config, _ = config_of(tmp_path, "menu: [a, {title: x, page: y}]\nurls:\n  post: b/{id}/\n")
    assert config.place("menu", 0).column == 8
    assert config.place("menu", 1, "page").column == 28
    assert config.place("menu", 7) == config.place("menu")
    assert config.place("urls", "post") == Span("site.yaml", 3, 9, 3, 16)


def test_the_schema_is_json_and_names_every_setting() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(SITE.names())
    assert schema["additionalProperties"] is False


@given(st.text(max_size=120))
def test_any_text_is_a_config(text: str) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "site.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
        config, problems = read_config(Path(folder))
    assert set(config.data) == KNOWN
    assert all(problem.where is not None for problem in problems)
