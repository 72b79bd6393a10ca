"""Colours: contrast as the standard has it, OKLCH there and back, and shades of an accent that can be read."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.colours import accent, contrast, from_oklch, grounds, luminance, oklch, palette, readable, worst

LIGHT = ("#fcfbf8", "#f3f1ea", "#faf2d4")
DARK = ("#14161a", "#1c1f25", "#322d1b")
CHANNELS = ("00", "33", "80", "cc", "ff")
ALL = ["#" + "".join(parts) for parts in product(CHANNELS, repeat=3)]
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#fff", "#000", 21), ("#777777", "#ffffff", 4.48), ("#fff", "#fff", 1), ("#ff0000", "#ffffff", 4)],
)
def test_contrast_is_computed_as_the_standard_says(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize(
    ("colour", "lightness", "chroma"),
    # https://www.w3.org/TR/css-color-4/#ex-oklab-samples and the primaries of sRGB.
    [("#ff0000", 0.628, 0.258), ("#00ff00", 0.866, 0.295), ("#0000ff", 0.452, 0.313), ("#ffffff", 1, 0)],
)
def test_oklch_is_that_of_css(colour: str, lightness: float, chroma: float) -> None:
    found = oklch(colour)
    assert found[0] == pytest.approx(lightness, abs=0.001)
    assert found[1] == pytest.approx(chroma, abs=0.001)


@given(COLOURS)
def test_a_colour_comes_back(colour: str) -> None:
    assert from_oklch(*oklch(colour)) == colour


@pytest.mark.parametrize("colour", ALL)
def test_every_accent_can_be_read_on_both_pages(colour: str) -> None:
    shades = accent(colour, LIGHT, DARK)
    assert worst(shades.light, LIGHT) >= 4.5
    assert worst(shades.dark, DARK) >= 4.5
    assert shades.is_changed is (worst(colour, LIGHT) < 4.5)
    # No more is changed than has to be: one that is clearly lighter would not do.
    if shades.is_changed:
        assert worst(shades.light, LIGHT) < 4.75


def test_the_hue_stays() -> None:
    for colour in ("#ffd400", "#e91e63", "#2e7d32", "#9a3324"):
        shades = accent(colour, LIGHT, DARK)
        for shade in (shades.light, shades.dark):
            assert oklch(shade)[2] == pytest.approx(oklch(colour)[2], abs=0.06)


@given(COLOURS, st.lists(COLOURS, min_size=1, max_size=3))
def test_any_grounds_get_an_answer(colour: str, below: list[str]) -> None:
    found = readable(colour, below)
    possible = max(worst("#000000", below), worst("#ffffff", below))
    assert worst(found, below) >= min(4.5, possible) - 0.01 or worst(colour, below) >= 4.5
    assert 0 <= luminance(found) <= 1


def test_a_palette_is_what_the_sheet_says_last() -> None:
    sheet = """:root { --page: light-dark(#FFF, #000); --text: light-dark( #111 , #eeeeee );
    /* --page: light-dark(#123456, #123456); */ --link: var(--text); --a-b: light-dark(red, blue) }
    @layer theme { :root { --text: light-dark(#222, #ddd) } }"""
    found = palette(sheet)
    assert found == {"page": ("#ffffff", "#000000"), "text": ("#222222", "#dddddd")}
    assert grounds(found) == (("#ffffff",), ("#000000",))
    assert grounds({}) == (("#ffffff",), ("#14161a",))
