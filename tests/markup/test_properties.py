"""What holds for any text at all."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.markup import Body, Link, read, render
from acadsite.markup.inline import inline, plain
from acadsite.markup.math import mathml
from acadsite.memo import Memo

PIECES = st.sampled_from(
    [
        *(
            "$",
            "$$",
            "\\(",
            "\\)",
            "\\[",
            "\\]",
            "`",
            "```\n",
            "~~~\n",
            "\n",
            "\n\n",
            "    ",
            "- ",
            "1. ",
            "> ",
            "# ",
        ),
        *(
            "::: {.a}\n",
            ":::\n",
            "!!! note\n    ",
            "[",
            "]",
            "(",
            ")",
            "{.a}",
            "{#x}",
            "[@a; @b]",
            "@a",
            "@fig-x",
            "^[",
        ),
        *(
            "[^1]",
            "[^1]: ",
            "| a | b |\n",
            "|-|-|\n",
            ": ",
            "*",
            "**",
            "_",
            "~",
            "^",
            "<b>",
            "</div>",
            "<div>",
            "<!--",
        ),
        *(
            "\\@",
            "\\begin{align}",
            "\\end{align}",
            "http://x.y",
            "[[k]]",
            "](u)",
            "![",
            "&#2;",
            "&amp;",
            "[!NOTE]",
        ),
        *('<a href="javascript:x">', "<script>", "\\", "\t", "\r", "\x00", "\ud800", "é", "漢", "\u202e"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=30).map("".join)
SETTINGS = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def resolve(target: str, kind: str, place: object) -> Link | None:
    return Link(f"\x02{target}", "T") if target != "b" else None


def as_xml(html: str) -> str:
    html = re.sub(r"<(br|hr|img|input|col|wbr|source)\b([^>]*)>", r"<\1\2/>", html)
    html = re.sub(r" (disabled|checked|open|reversed|hidden)(?=[ >/])", r' \1=""', html)
    return f"<r>{html}</r>".replace("\x02", "").replace("&nbsp;", " ")


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
@SETTINGS
@given(text=TEXTS)
def test_nothing_raises_and_our_html_is_balanced(dialect: str, text: str) -> None:
    body = render(read(text, "a.md", dialect=dialect), resolve=resolve)  # type: ignore[arg-type]
    if "<" not in text and "&#" not in text:
        ET.fromstring(as_xml(body.html))
    assert all(problem.where for problem in body.problems)


@SETTINGS
@given(text=TEXTS)
def test_a_body_survives_as_json(text: str) -> None:
    body = render(read(text, "a.md"), resolve=resolve)
    assert Body.revive(json.loads(json.dumps(body.plain()))) == body


@SETTINGS
@given(text=TEXTS, code=st.lists(st.sampled_from(["```python\nif x:\n```\n", "~~~\n", "```x\n&\n```\n"])))
def test_a_memo_changes_nothing(text: str, code: list[str]) -> None:
    document = read(text + "\n\n" + "".join(code), "a.md")
    body = render(document, resolve=resolve)
    first = Memo()
    assert render(document, resolve=resolve, memo=first) == body
    stored = {key: json.loads(json.dumps(plain(value))) for key, (value, plain) in first.fresh.items()}
    later = Memo(lambda kind, key: stored.get((kind, key)))
    assert render(document, resolve=resolve, memo=later) == body
    assert later.asked == first.asked
    assert not later.fresh


@SETTINGS
@given(text=TEXTS)
def test_sanitised_html_is_always_balanced(text: str) -> None:
    body = render(read(text, "a.md", html="sanitize"), resolve=resolve)
    assert "<script" not in body.html
    ET.fromstring(as_xml(re.sub(r"&#\d+;", "", body.html)))


@SETTINGS
@given(text=TEXTS)
def test_short_texts_raise_nothing(text: str) -> None:
    assert isinstance(inline(text), str)
    assert "\x02" not in plain(text)


TEX = st.sampled_from(
    [
        *"{}\\&$^_[]",
        *("\\frac", "\\sqrt", "\\left(", "\\text{", "\\begin{align}", "\\\\[1ex]", "\\def\\a", "\\a", "#1"),
        *("\\operatorname{", "\\mathop{"),
    ]
)


@SETTINGS
@given(tex=st.lists(st.one_of(TEX, st.text(max_size=3)), max_size=20).map("".join))
def test_formulas_raise_nothing_and_give_xml(tex: str) -> None:
    formula = mathml(tex.encode("utf-8", "ignore").decode(), True)
    if formula.mathml and tex.isprintable():
        ET.fromstring(formula.mathml)
