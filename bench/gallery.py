"""Screenshots of every kind of page of the example site: three themes, light and dark, telephone and desktop.

``make screenshots`` writes one picture for each theme and page into ``docs/gallery/`` (all four views side by side) and
a page that shows them. They are made anew where they are wanted, so git does not keep them.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browsing import ROOT, Served, build_example, chromium, context, looks, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

THEMES = ("reading-room", "classic", "lab")
#: Name, width and height of the window, part of that in the picture.
WINDOWS = (("desktop", 1280, 900, 0.5), ("phone", 390, 844, 0.5))
SCHEMES = ("light", "dark")
GAP = 12
BACKGROUND = (128, 128, 128)


def views(browser: Browser, address: str) -> list[Image.Image]:
    """A page in each window and scheme."""
    found = []
    for _, width, height, part in WINDOWS:
        for scheme in SCHEMES:
            options = {"color_scheme": scheme, "reduced_motion": "reduce", "device_scale_factor": 1}
            window = context(browser, width, **options)
            page = window.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            found.append(shot.resize((int(width * part), int(height * part)), Image.Resampling.LANCZOS))
            window.close()
    return found


def kinds(folder: Path) -> list[str]:
    """The address of one page of each kind."""
    found: dict[str, str] = {}
    for path in looks(folder):
        page = Served(folder, "").file(path)
        found.setdefault(html.parse(page).xpath("string(//body/@class)"), path)
    return list(found.values())


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Pictures in a row."""
    width = sum(picture.width + GAP for picture in pictures) - GAP
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), BACKGROUND)
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + GAP
    return sheet


def main(out: Path) -> None:
    """Make the gallery."""
    shutil.rmtree(out, ignore_errors=True)
    rows: dict[str, list[str]] = {}
    for theme in THEMES:
        (out / theme).mkdir(parents=True)
        with tempfile.TemporaryDirectory() as temporary:
            folder = build_example(Path(temporary), theme)
            with serving(folder.parents[1]) as url, chromium() as browser:
                for path in kinds(folder):
                    name = path.strip("/").replace("/", "-").removesuffix(".html") or "home"
                    file = f"{theme}/{name}.webp"
                    side_by_side(views(browser, url + path)).save(out / file, quality=50, method=6)
                    rows.setdefault(path or "/", []).append(file)
        print(f"{theme}: {len(list((out / theme).iterdir()))} pages")
    style = "body { font: 1rem sans-serif; margin: 2rem } img { inline-size: 100%; block-size: auto }"
    text = "".join(
        f"<h2>{escape(path)}</h2>\n"
        + "".join(
            f'<p>{file.partition("/")[0]}<br><img loading="lazy" src="{escape(file)}" alt=""></p>\n'
            for file in files
        )
        for path, files in rows.items()
    )
    page = f'<!doctype html><html lang="en"><title>Gallery</title><style>{style}</style>\n<h1>Gallery</h1>\n{text}'
    (out / "index.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(ROOT / "docs/gallery")
