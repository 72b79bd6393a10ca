"""The examples of the CommonMark specification, and of GitHub's tables and strikethrough, through our own tree and
writer.

The examples are those of the npm package ``commonmark-spec`` (``npm install commonmark-spec@0.31.2`` in the root of
the repository, or ``ACADSITE_COMMONMARK_SPEC=/path/to/spec.txt``); the file is too large to keep a copy of.
"""

import html
import os
import re
from pathlib import Path

import pytest

from acadsite.markup import commonmark, read
from acadsite.markup.html import Writer
from acadsite.markup.source import Source

ROOT = Path(__file__).parents[2]

#: What is something else with the extensions on, by the number of the example.
OURS = {
    590: "`[[foo]]` is the key of another page",
    602: "an address in text is a link, as on GitHub",
    608: "an address in text is a link, as on GitHub",
    611: "an address in text is a link, as on GitHub",
}
#: ``none``: extensions off; ``all``: on; ``whole``: on, with all that is done to a tree after it was read.
MEANT: dict[str, set[int]] = {"none": set(), "all": set(OURS), "whole": set(OURS)}


def examples() -> list[tuple[int, str, str]]:
    named = os.environ.get("ACADSITE_COMMONMARK_SPEC")
    path = Path(named) if named else ROOT / "node_modules" / "commonmark-spec" / "spec.txt"
    if not path.is_file():
        if os.environ.get("CI"):
            pytest.fail("CI must install commonmark-spec: npm install commonmark-spec@0.31.2")
        pytest.skip("commonmark-spec is not installed: npm install commonmark-spec@0.31.2")
    found = re.findall(
        r"^`{32} example\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [
        (number, text.replace("→", "\t"), out.replace("→", "\t"))
        for number, (text, out) in enumerate(found, 1)
    ]


def normal(text: str) -> str:
    """HTML without what the specification leaves open and what our writer adds."""
    text = re.sub(r' (tabindex="0"|loading="lazy"|class="[^"]*"|id="[^"]*"|alt="")', "", text)
    text = re.sub(r"<(br|hr|img)([^>]*?) ?/?>", r"<\1\2>", text)
    text = re.sub(r"\s*\n\s*|(?<=>)\s+(?=<)", "\n", text)
    text = re.sub(
        r"\n?(</?(?:p|li|ul|ol|blockquote|h\d|hr|pre|table|thead|tbody|tr|t[hd])\b[^>]*>)\n?", r"\1", text
    )
    return html.unescape(text).strip()


def rendered(text: str, extensions: str) -> str:
    source = Source.of(text, "x.md")
    if extensions == "whole":
        root = read(text, "x.md").tree
    else:
        root, _ = commonmark.read(source, extensions=extensions)
    return Writer(source, highlight=False, permalinks=False, close_gaps=False).write(root)


@pytest.mark.parametrize("extensions", ["none", "all", "whole"])
def test_examples(extensions: str) -> None:
    cases = examples()
    assert len(cases) == 652
    assert {n for n, text, out in cases if normal(rendered(text, extensions)) != normal(out)} == MEANT[
        extensions
    ]


#: Written after the examples of https://github.github.com/gfm/ for tables and strikethrough.
GFM = [
    ("| foo | bar |\n| --- | --- |\n| baz | bim |\n", [["foo", "bar"], ["baz", "bim"]]),
    ("| abc | defghi |\n:-: | -----------:\nbar | baz\n", [["abc", "defghi"], ["bar", "baz"]]),
    ("| f\\|oo |\n| ------ |\n| b `\\|` az |\n", [["f|oo"], ["b <code>|</code> az"]]),
    (
        "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |\n",
        [["abc", "def"], ["bar", ""], ["bar", "baz"]],
    ),
]


@pytest.mark.parametrize(("text", "rows"), GFM)
def test_tables(text: str, rows: list[list[str]]) -> None:
    out = rendered(text, "gfm")
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>([\s\S]*?)</tr>", out)]
    assert found == rows


def test_no_table_when_the_counts_differ() -> None:
    assert "<table" not in rendered("| abc | def |\n| --- |\n| bar |\n", "gfm")


@pytest.mark.parametrize(
    ("text", "out"),
    [("~~Hi~~ there ~~a\n\nb~~", "<p><del>Hi</del> there ~~a</p>\n<p>b~~</p>\n"), ("~~~~a", None)],
)
def test_strikethrough(text: str, out: str | None) -> None:
    found = rendered(text, "all")
    assert found == out if out else "<del>" not in found
