"""Plain texts, cut."""

from __future__ import annotations

import pytest

from acadsite.markup.text import shortened


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("", 5, ""),
        ("short", 5, "short"),
        ("one two three", 10, "one two…"),
        ("one two, three", 12, "one two…"),
        ("環と理想の理論についての講義", 8, "環と理想の理論…"),
        ("a " + "x" * 20, 10, "a xxxxxxx…"),
    ],
)
def test_a_text_is_cut_at_a_blank_where_there_is_one(text: str, longest: int, expected: str) -> None:
    assert shortened(text, longest) == expected
    assert len(expected) <= longest
