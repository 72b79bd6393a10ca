"""What the CV themes look like: each page as a picture, against the one that was looked at and kept.

Typst draws the pictures itself, with its own fonts: they are the same everywhere but for rounding. After a wished-for
change: ``pytest tests/test_cv_pictures.py --update-golden``, and look at the new ones.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
import typst
from PIL import Image, ImageChops, ImageStat

from cv_data import everything

THEMES = Path(__file__).resolve().parent.parent / "themes/base/templates/cv"
GOLDEN = Path(__file__).parent / "golden"
#: Dots per inch: enough to see where everything stands, in which weight and colour.
DENSITY = 48
#: Of 255: the mean difference of a page, and from where a pixel counts as another one.
CLOSE, OTHER = 1.0, 48
#: How many pixels of a page may be others.
FEW = 0.001


def pages(theme: str) -> list[Image.Image]:
    """The pages of a CV that has everything that a CV can have."""
    files = {path.name: path.read_bytes() for path in THEMES.glob("*.typ")}
    compiler = typst.Compiler(
        {"main": f'#include "{theme}.typ"'.encode(), **files},  # type: ignore[arg-type]
        root=Path(__file__),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(everything())},
    )
    made = compiler.compile(format="png", ppi=DENSITY)
    assert made is not None
    return [
        Image.open(BytesIO(page)).convert("RGB") for page in ([made] if isinstance(made, bytes) else made)
    ]


@pytest.mark.parametrize("theme", ["classic", "compact", "modern"])
def test_pages_look_as_they_did(theme: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made = pages(theme)
    assert len(made) >= 2
    if request.config.getoption("--update-golden"):
        for old in GOLDEN.glob(f"cv-{theme}-*.png"):
            old.unlink()
        for number, page in enumerate(made, 1):
            page.quantize(64).save(GOLDEN / f"cv-{theme}-{number}.png", optimize=True)
        return
    kept = sorted(GOLDEN.glob(f"cv-{theme}-*.png"))
    assert len(kept) == len(made)
    for page, path in zip(made, kept, strict=True):
        golden = Image.open(path).convert("RGB")
        assert page.size == golden.size
        assert difference(page, golden) == "", path.name


def difference(page: Image.Image, golden: Image.Image) -> str:
    """What is not alike in two pictures of one size; empty where nothing is."""
    apart = ImageChops.difference(page, golden).convert("L")
    mean = ImageStat.Stat(apart).mean[0]
    others = sum(apart.histogram()[OTHER:]) / (page.width * page.height)
    return "" if mean <= CLOSE and others <= FEW else f"mean {mean:.2f}, {others:.2%} of the pixels"


def test_a_difference_is_seen() -> None:
    """A page lower by a pixel, another tint, a line that stands twice: each is more than what is let through."""
    page = pages("classic")[0]
    lower = ImageChops.offset(page, 0, 1)
    assert difference(page, lower)
    tinted = page.point(lambda value: value - 6 if value > 240 else value)
    assert difference(page, tinted)
    half = page.copy()
    line = (40, 200, page.width // 2, 214)
    half.paste(page.crop(line), (line[0], line[1] + 14))
    assert difference(page, half)
    assert not difference(page, page.quantize(64).convert("RGB"))
