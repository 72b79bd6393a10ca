"""Cutting a file that changed, and reading blocks by their shape: the same as doing it anew."""

from __future__ import annotations

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from acadsite.bibtex import blocks
from acadsite.bibtex.blocks import read_block
from acadsite.bibtex.chunks import GROUP, HEAD, cut, cut_text, recut

_WHOLE = st.sampled_from(
    [
        "@article{a, title = {A {B} c}, year = 1999}\n",
        "@misc{b, note = {me@home.org, @foo{x}}}",
        "@misc(c, title = {x)}, note = \"a)\")\n\n",
        '@string{s = "x {y}"}\n',
        "@preamble{s # { x}}",
        "  @book {d:1,\n  title = s # {x},\n}\n",
        "% a remark\n",
        "write to a@b.org (me)\n",
        "@comment{x @y{z}}\n",
        "\n\n",
        " ",
    ]
)  # fmt: skip
_BROKEN = st.sampled_from(
    ["@misc{e, title = {x", "}", "{", "@", '"', "@comment{", "(", "@x{y, ", ",", "=", "\\"]
)


@given(st.lists(_WHOLE, max_size=12), st.lists(st.tuples(st.integers(0, 12), _WHOLE | _BROKEN), max_size=3))
@example(["@article{a, title = {A {B} c}, year = 1999}\n"] * 4, [(2, "@")])
def test_recut_is_cut(parts: list[str], edits: list[tuple[int, str]]) -> None:
    before = cut_text("".join(parts))
    for at, part in edits:
        place = at % (len(parts) + 1)
        parts[place : place + at % 2] = [part]
        text = "".join(parts)
        found, head, tail = recut(text, before)
        assert found == cut_text(text)
        assert head + tail <= min(len(found), len(before))
        ours, theirs = (list(map(it.chunk, range(len(it)))) for it in (found, before))
        assert ours[:head] == theirs[:head]
        assert ours[len(ours) - tail :] == theirs[len(theirs) - tail :]
        before = found


def test_recut_finds_what_did_not_change() -> None:
    parts = [f"@misc{{k{number}, title = {{T}}}}\n" for number in range(100)]
    before = cut_text("".join(parts))
    parts[50] = "@misc{other}\n\n"
    found, head, tail = recut("".join(parts), before)
    assert (head, tail) == (49, 49)
    assert found.lines[-1] == 101
    assert recut("".join(parts), found)[0] == found


_NAME = st.sampled_from(["title", "year", "x-y", "note"])
_VALUE = st.one_of(
    st.sampled_from(
        ["1999", "jan", "a:b", '"x {y} z"', '"a, b = {c}"', "{a # b}", "s # {x} # 12", "{}", '""']
    ),
    st.text("ab{}\"',=@#%\\ \n1", max_size=8),
    st.text("ab ,=#@\n", max_size=8).map(lambda text: f"{{{text}}}"),
)
_SPACE = st.sampled_from(["", " ", "\n  ", "  "])
_FIELD = st.tuples(_SPACE, _NAME, _SPACE, _SPACE, _VALUE, _SPACE).map(
    lambda parts: f"{parts[0]}{parts[1]}{parts[2]}={parts[3]}{parts[4]}{parts[5]}"
)
_BLOCK = st.builds(
    lambda head, key, fields, end: f"{head}{key}{','.join(['', *fields])}{end}",
    st.sampled_from(["@article{", "@string{", "@misc(", "@string(", "@preamble{", "@@book {\n"]),
    st.sampled_from(["key", "", " k ", "ä", "1990", "k@x", "a b", "x = {y}", 's = "z"', "{v}"]),
    st.lists(_FIELD, max_size=4),
    st.sampled_from(["}", ")", ",\n}\n", "}  }", "} % x, y = {z}"]),
)


@given(_BLOCK)
@example('@InCollection{k,\n  title = "a @b c",\n  crossref = "x",\n  pages = "1"\n}')
@example("@book{k1990}rest, author = {A}")
def test_a_shape_gives_what_the_parser_gives(text: str) -> None:
    """Blanking the groups with stand-ins of the same length needs no bookkeeping; it must give the same places."""
    for chunk in cut(text):
        head = HEAD.match(chunk.text) if chunk.end > 0 else None
        block = read_block(chunk.text, chunk.end)
        assume(head is not None)
        assert head is not None
        if block.is_mended or head[2].lower() == "comment":
            continue
        kind = head[2].lower() if head[2].lower() in {"string", "preamble"} else "entry"
        inner = re.sub(
            GROUP, lambda found: "{" + "x" * (len(found[0]) - 2) + "}", chunk.text[head.end() : chunk.end - 1]
        )
        begin = f"@{kind}{head[3]}"
        read = blocks._structure(kind, f"{begin}{inner}{chunk.text[chunk.end - 1]}")
        assert read is not None
        shift = head.end() - len(begin)
        places = [
            (name, name_at + shift, start + shift, stop - start) for name, name_at, start, stop in read[2]
        ]
        if kind == "preamble":
            places = [(name, start, start, size) for name, _, start, size in places]
        assert places == [
            (field.name, field.name_start, field.start, len(field.value)) for field in block.fields
        ]
        assert all(chunk.text.startswith(field.value, field.start) for field in block.fields)
