"""What the document themes look like: pages as pictures, against those that were looked at and kept.

As for the CV (``test_cv_pictures``). After a wished-for change: ``pytest tests/test_document_pictures.py
--update-golden``, and look at the new ones.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
import typst
from PIL import Image

from test_cv_pictures import GOLDEN, difference
from test_document_themes import FOLDER, made_by

EVERYTHING = Path(__file__).parent / "document_everything.md"
DENSITY = 40
#: Pages that are kept of each theme.
FIRST = 5


def pages(theme: str) -> list[Image.Image]:
    """The first pages of a document with every construct."""
    made = made_by(theme, EVERYTHING.read_text(encoding="utf-8"))
    files = {path.name: path.read_bytes() for path in FOLDER.glob("*.typ")}
    compiler = typst.Compiler(
        {"main": f'#include "{theme}.typ"'.encode(), **files},  # type: ignore[arg-type]
        root=Path(__file__),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(made.data)},
    )
    drawn = compiler.compile(format="png", ppi=DENSITY)
    assert drawn is not None
    every = [drawn] if isinstance(drawn, bytes) else drawn
    return [Image.open(BytesIO(page)).convert("RGB") for page in every[:FIRST]]


@pytest.mark.parametrize("theme", ["book", "paper", "slides", "handout"])
def test_pages_look_as_they_did(theme: str, request: pytest.FixtureRequest) -> None:
    made = pages(theme)
    if request.config.getoption("--update-golden"):
        for old in GOLDEN.glob(f"{theme}-*.png"):
            old.unlink()
        for number, page in enumerate(made, 1):
            page.quantize(64).save(GOLDEN / f"{theme}-{number}.png", optimize=True)
        return
    kept = sorted(GOLDEN.glob(f"{theme}-*.png"))
    assert len(kept) == len(made) >= 1
    for page, path in zip(made, kept, strict=True):
        golden = Image.open(path).convert("RGB")
        assert page.size == golden.size, path.name
        assert difference(page, golden) == "", path.name
