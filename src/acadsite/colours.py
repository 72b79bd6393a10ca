"""Colours: the contrast of two, and the shades of one accent that can be read on light and on dark pages.

In: colours as #rgb or #rrggbb, or the text of a style sheet. Out: the same form, always #rrggbb in lower case.
Lightness is changed in OKLCH (Björn Ottosson, https://bottosson.github.io/posts/oklab/), in which equal steps look
equal and the hue stays; what sRGB does not have loses chroma, as CSS Color 4 maps it. Contrast is that of WCAG 2.2.
Nothing here reads files or knows of a site.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: What text needs on its ground (WCAG 2.2, 1.4.3), and what borders of controls need (1.4.11).
TEXT: Final = 4.5
CONTROL: Final = 3.0
#: Tokens of a theme on which text stands.
GROUNDS: Final = ("page", "surface", "highlight")
#: How light text at least is on dark pages, and how much of its chroma it keeps there: less glares.
_LIGHTNESS: Final = 0.77
_CHROMA: Final = 0.9

_TOKEN = re.compile(r"--([\w-]+)\s*:\s*light-dark\(\s*(#[0-9a-fA-F]{3,6})\s*,\s*(#[0-9a-fA-F]{3,6})\s*\)")


@dataclass(frozen=True, slots=True)
class Accent:
    """The colour of a site's links and marks: on light pages and on dark ones. ``wanted`` is the user's own."""

    wanted: str
    light: str
    dark: str

    @property
    def is_changed(self) -> bool:
        """Whether light pages have another colour than the one that was wanted."""
        return self.light != self.wanted


def rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1, of #rgb or #rrggbb."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white): https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = map(_linear, rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def worst(colour: str, grounds: Collection[str]) -> float:
    """The least contrast of a colour with any of these grounds."""
    return min(contrast(colour, ground) for ground in grounds)


def oklch(colour: str) -> tuple[float, float, float]:
    """Lightness (0 to 1), chroma (0 to about 0.37) and hue (radians) of a colour."""
    red, green, blue = map(_linear, rgb(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The colour of that lightness and hue, with as much of the chroma as sRGB has there."""
    least, most = 0.0, chroma
    if _is_shown(_channels(lightness, chroma, hue)):
        least = chroma
    else:
        for _ in range(16):
            middle = (least + most) / 2
            if _is_shown(_channels(lightness, middle, hue)):
                least = middle
            else:
                most = middle
    parts = (round(255 * _gamma(part)) for part in _channels(lightness, least, hue))
    return "#" + "".join(f"{min(255, max(0, part)):02x}" for part in parts)


def readable(colour: str, grounds: Collection[str], least: float = TEXT) -> str:
    """The colour itself where its contrast with all grounds is enough, else the nearest shade of it that has it:
    darker on light grounds, lighter on dark ones. Grounds so grey that neither black nor white has it get the better
    of both."""
    colour = _whole(colour)
    if worst(colour, grounds) >= least:
        return colour
    end = max((0.0, 1.0), key=lambda light: worst(from_oklch(light, 0, 0), grounds))
    lightness, chroma, hue = oklch(colour)
    weak, strong = lightness, end
    for _ in range(12):
        middle = (weak + strong) / 2
        if worst(from_oklch(middle, chroma, hue), grounds) >= least:
            strong = middle
        else:
            weak = middle
    return from_oklch(strong, 0 if strong == end else chroma, hue)


def accent(colour: str, light: Collection[str], dark: Collection[str]) -> Accent:
    """What a site with this accent shows on light grounds and on dark ones, each with enough contrast."""
    colour = _whole(colour)
    lightness, chroma, hue = oklch(colour)
    bright = colour if lightness >= _LIGHTNESS else from_oklch(_LIGHTNESS, _CHROMA * chroma, hue)
    return Accent(colour, readable(colour, light), readable(bright, dark))


def palette(sheet: str) -> Mapping[str, tuple[str, str]]:
    """The colours that a style sheet defines as ``--name: light-dark(#…, #…)``: name to light and dark, the last
    definition of each, as a browser takes it."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return {name: (_whole(light), _whole(dark)) for name, light, dark in _TOKEN.findall(text)}


def grounds(colours: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of a palette on which text stands, light and dark; white and near black where it names none."""
    pairs = [colours[name] for name in GROUNDS if name in colours] or [("#ffffff", "#14161a")]
    return tuple(light for light, _ in pairs), tuple(dark for _, dark in pairs)


def _whole(colour: str) -> str:
    digits = colour.removeprefix("#").lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4)


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * math.pow(part, 1 / 2.4) - 0.055


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear red, green and blue; outside of 0 to 1 where sRGB does not have the colour."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in channels)
