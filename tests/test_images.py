"""Pictures beside texts: what a file is found to be, the files that are published of it, and which builds make them."""

from __future__ import annotations

import io
import random
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from acadsite import darkroom, images
from acadsite.images import Image, Rendition, Store, Undeveloped, develop, image_of, renditions
from acadsite.workshop import Workshop
from conftest import SiteFolder
from sample import TODAY, Site, contents, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeSite = Callable[..., SiteFolder]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="9" height="9"/></svg>'
POST = "---\ntitle: Post\ndate: 2024-01-01\n---\n"


def photo(
    width: int, height: int, kind: str = "JPEG", *, seed: int = 1, mode: str = "RGB", **more: Any
) -> bytes:
    """A picture with very many colours."""
    noise = random.Random(seed).randbytes(12 * 9 * 3)
    picture = Pillow.frombytes("RGB", (12, 9), noise).resize((width, height), Pillow.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.convert(mode).save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Any:
    return Pillow.open(io.BytesIO(data))


def exif(turn: int) -> Any:
    """EXIF data with a place."""
    found = Pillow.Exif()
    found[0x0112] = turn
    found[0x010F] = "Maker of cameras"
    found.get_ifd(0x8825)[1] = "N"
    found.get_ifd(0x8825)[2] = (51.0, 32.0, 2.0)
    return found


# --- what a file is ---


@pytest.mark.parametrize(
    ("name", "data", "kind", "size"),
    [
        ("a.jpg", photo(40, 30), "jpeg", (40, 30)),
        ("a.jpeg", photo(40, 30, exif=exif(6)), "jpeg", (30, 40)),
        ("a.PNG", photo(40, 30, "PNG"), "png", (40, 30)),
        ("a.webp", photo(40, 30, "WEBP"), "webp", (40, 30)),
        ("a.webp", photo(40, 30, "WEBP", lossless=True), "webp", (40, 30)),
        ("a.webp", photo(40, 30, "WEBP", exif=exif(1)), "webp", (40, 30)),
        ("a.gif", photo(40, 30, "GIF"), "gif", (40, 30)),
        ("a.avif", photo(40, 30, "AVIF"), "avif", (40, 30)),
        ("a.svg", SVG.encode(), "svg", (300, 100)),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"></svg>', "svg", (20, 10)),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1in" viewBox="0 0 2 1"/>', "svg", (96, 48)),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg", (0, 0)),
    ],
)  # fmt: skip
def test_kind_and_size(name: str, data: bytes, kind: str, size: tuple[int, int]) -> None:
    image = image_of(data, name)
    assert (image.kind, (image.width, image.height), image.fault, image.note) == (kind, size, "", "")
    assert Image.revive(image.plain()) == image


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.jpg", photo(400, 300)[:-900], "The file is cut off."),
        ("a.jpg", photo(400, 300)[:20], "The file is cut off."),
        ("a.png", photo(400, 300, "PNG")[:-9], "The file is cut off."),
        ("a.png", photo(4, 3, "PNG")[:20], "The file is cut off."),
        ("a.webp", photo(400, 300, "WEBP")[:-9], "The file is cut off."),
        ("a.webp", photo(400, 300, "WEBP")[:20], "The file is cut off."),
        ("a.gif", photo(400, 300, "GIF")[:9], "The file is cut off."),
        ("a.svg", SVG.encode()[:-9], "The file is cut off."),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' <", "It is no XML."),
        ("a.svg", b"<svg width='1' height='1'></svg>", "It has no “xmlns”, without which browsers show nothing."),
        ("a.jpg", b"<html>", "It is no picture, or none that browsers show."),
        ("a.jpg", b"", "It is no picture, or none that browsers show."),
        ("a.jpg", SVG.encode(), "It is an SVG, not what its name says."),
        ("a.gif", photo(4, 3), "It is a JPEG, not what its name says."),
        ("a.avif", photo(40, 30, "AVIF", exif=exif(1)), "It has EXIF data, which may tell where it was taken."),
        # A picture of a kilobyte with 900 million pixels.
        ("a.png", photo(4, 3, "PNG")[:16] + (30_000).to_bytes(4, "big") * 2 + photo(4, 3, "PNG")[24:],
         "It has 900 million pixels."),
    ],
)  # fmt: skip
def test_what_cannot_be_published(name: str, data: bytes, fault: str) -> None:
    assert image_of(data, name).fault == fault


def test_drawings_with_scripts() -> None:
    data = SVG.replace("<rect", "<script>alert(1)</script><rect").encode()
    assert image_of(data, "a.svg").fault == ""
    assert image_of(data, "a.svg", is_strict=True).fault == "It has a script."


def test_wrong_names_of_photos_are_told_and_mended() -> None:
    image = image_of(photo(40, 30), "a.png")
    assert (image.fault, image.note) == ("", "It is a JPEG, and is made a PNG, as its name says.")
    (first,) = renditions(image, "a.png", [])
    assert opened(develop(photo(40, 30), [first], 80)[0]).format == "PNG"


def test_bytes_at_random_raise_nothing() -> None:
    chance = random.Random(5)
    whole = [photo(60, 40, kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")]
    for _ in range(400):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.3 else data)
        image = image_of(cut, "a.jpg")
        if image.kind in images.DEVELOPED and image.width * image.height < 1_000_000:
            with suppress(Undeveloped):
                develop(cut, renditions(image, "a.jpg", [16]), 80)


# --- the files of a picture ---


def test_renditions() -> None:
    def of(image: Image, path: str, widths: list[int]) -> list[tuple[str, str, int, int]]:
        return [tuple(one) for one in renditions(image, path, widths)]

    wide = Image("jpeg", 4000, 3000)
    assert of(wide, "x/a.jpg", [480, 960]) == [
        ("x/a.jpg", "jpeg", 960, 720),
        ("x/a.jpg.480.webp", "webp", 480, 360),
        ("x/a.jpg.960.webp", "webp", 960, 720),
    ]
    assert [one[2] for one in of(Image("png", 600, 300), "a.png", [480, 960])] == [600, 480, 600]
    assert of(Image("jpeg", 100, 50), "a.jpg", [480]) == [
        ("a.jpg", "jpeg", 100, 50),
        ("a.jpg.100.webp", "webp", 100, 50),
    ]
    assert of(Image("webp", 600, 300), "a.webp", [480]) == [("a.webp", "webp", 480, 240)]
    assert of(Image("webp", 600, 300), "a.webp", [300, 600])[1:] == [("a.webp.300.webp", "webp", 300, 150)]
    assert of(wide, "a.jpg", []) == [("a.jpg", "jpeg", 4000, 3000)]
    for image in (
        Image("svg", 9, 9),
        Image("gif", 9, 9),
        Image("avif", 9, 9),
        Image("webp", 9, 9, is_moving=True),
    ):
        assert of(image, "a.x", [4]) == [("a.x", image.kind, 0, 0)]


@pytest.mark.parametrize("turn", range(1, 9))
def test_no_place_is_told_and_pictures_stand_upright(turn: int) -> None:
    original = photo(80, 60, quality=95)
    data = photo(80, 60, quality=95, exif=exif(turn))
    image = image_of(data, "a.jpg")
    wanted = renditions(image, "a.jpg", [30])
    upright = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT, 3: Pillow.Transpose.ROTATE_180, 4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE, 6: Pillow.Transpose.ROTATE_270, 7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }  # fmt: skip
    expected = opened(original)
    expected = expected.transpose(upright[turn]) if turn in upright else expected
    for one, made in zip(wanted, develop(data, wanted, 90), strict=True):
        picture = opened(made)
        assert picture.size == (one.width, one.height)
        assert not picture.getexif()
        assert b"Maker" not in made
        assert b"Exif" not in made
        assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(picture.info)
        assert _distance(picture, expected.resize(picture.size)) < 20, "turned otherwise it is 60"


def _distance(one: Any, other: Any) -> float:
    """How far two pictures are apart, in steps of 256."""
    pairs = zip(one.convert("RGB").tobytes(), other.convert("RGB").tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (3 * one.width * one.height)


def test_colours_are_those_of_the_profile() -> None:
    # Red and blue change places in this profile: a stranger one than any camera has.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tmp_").replace(b"bXYZ", b"rXYZ").replace(b"tmp_", b"bXYZ")
    data = io.BytesIO()
    Pillow.new("RGB", (40, 30), (255, 0, 0)).save(data, "JPEG", quality=95, icc_profile=swapped)
    (made,) = develop(data.getvalue(), [Rendition("a.jpg", "jpeg", 40, 30)], 90)
    red, green, blue = opened(made).getpixel((20, 15))
    assert blue > 200
    assert red < 60
    assert green < 60
    data = io.BytesIO()
    Pillow.new("RGB", (40, 30), (255, 0, 0)).save(data, "JPEG", quality=95, icc_profile=b"no profile")
    (made,) = develop(data.getvalue(), [Rendition("a.jpg", "jpeg", 40, 30)], 90)
    assert opened(made).getpixel((20, 15))[0] > 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_all_modes(mode: str) -> None:
    out = io.BytesIO()
    match mode:
        case "1":
            picture = Pillow.new("1", (40, 30), 255)
        case "I;16":
            picture = Pillow.new("I;16", (40, 30), 200 * 256)
        case _:
            picture = Pillow.new("L", (40, 30), 200).convert(mode)
    picture.save(out, "JPEG" if mode == "CMYK" else "PNG")
    name = "a.jpg" if mode == "CMYK" else "a.png"
    image = image_of(out.getvalue(), name)
    wanted = renditions(image, name, [20, 40])
    for one, made in zip(wanted, develop(out.getvalue(), wanted, 80), strict=True):
        pixel = opened(made).convert("RGB").getpixel((10, 10))
        assert opened(made).size == (one.width, one.height)
        assert all(abs(value - (255 if mode == "1" else 200)) < 8 for value in pixel)


def test_what_is_seen_through_stays_so() -> None:
    out = io.BytesIO()
    Pillow.new("RGBA", (40, 30), (10, 20, 30, 0)).save(out, "PNG")
    wanted = renditions(image_of(out.getvalue(), "a.png"), "a.png", [20, 40])
    for made in develop(out.getvalue(), wanted, 80):
        assert opened(made).convert("RGBA").getpixel((5, 5))[3] == 0
    (made,) = develop(out.getvalue(), [Rendition("a.jpg", "jpeg", 40, 30)], 80)
    assert opened(made).getpixel((5, 5)) == (255, 255, 255)


def test_drawings_are_not_blurred() -> None:
    out = io.BytesIO()
    picture = Pillow.new("RGB", (60, 40), "white")
    picture.paste((200, 0, 0), (10, 10, 30, 30))
    picture.save(out, "PNG")
    wanted = [Rendition("a.png.60.webp", "webp", 60, 40), Rendition("a.png", "png", 60, 40)]
    for made in develop(out.getvalue(), wanted, 30):
        assert opened(made).convert("RGB").tobytes() == picture.tobytes()


def test_the_same_bytes_each_time() -> None:
    data = photo(700, 500)
    wanted = renditions(image_of(data, "a.jpg"), "a.jpg", [480, 960])
    assert develop(data, wanted, 80) == develop(data, wanted, 80)
    # The first is the largest, and what it is made of does not depend on the others.
    assert develop(data, wanted[:1], 80) == develop(data, wanted, 80)[:1]


def test_what_is_kept_is_checked(tmp_path: Path) -> None:
    store = Store(tmp_path / "pictures")
    assert store.get("a") is None
    store.put("a", b"one")
    store.put("b", b"two")
    assert store.get("a") == b"one"
    (tmp_path / "pictures" / "a").write_bytes(b"something else, of more than 16 bytes")
    assert store.get("a") is None
    store.keep(frozenset({"a"}))
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["a"]


# --- on a site ---


@pytest.fixture
def small(tmp_path: Path) -> Site:
    """A site of three posts with pictures, built."""
    (tmp_path / "site").mkdir()
    files: dict[str, str | bytes] = {
        "site.yaml": "title: Site\nsearch: false\nimages: {widths: [40, 80]}\n",
        "content/posts/one.md": POST + "![A photo](figures/a.jpg)\n",
        "content/posts/two.md": POST + "![A drawing](figures/v.svg) ![B](figures/b.png){width=50%}\n",
        "content/posts/three.md": POST + "![A photo](/posts/figures/a.jpg)\n",
        "content/posts/figures/a.jpg": photo(100, 50, exif=exif(1)),
        "content/posts/figures/b.png": photo(60, 30, "PNG", seed=2),
        "content/posts/figures/v.svg": SVG,
        "content/posts/figures/unused.jpg": photo(50, 50),
    }
    site = Site(SiteFolder(tmp_path / "site").write(files))
    assert not site.build().report.problems
    return site


@pytest.fixture
def developed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are encoded from now on."""
    found: list[str] = []
    whole = darkroom.develop

    def make(data: bytes, wanted: Any, quality: int) -> list[bytes]:
        wanted = list(wanted)
        found.extend(one.path for one in wanted)
        return whole(data, wanted, quality)

    monkeypatch.setattr(darkroom, "develop", make)
    return found


A_FILES = ["posts/figures/a.jpg", "posts/figures/a.jpg.40.webp", "posts/figures/a.jpg.80.webp"]
B_FILES = ["posts/figures/b.png", "posts/figures/b.png.40.webp", "posts/figures/b.png.60.webp"]


def published(site: Site) -> list[str]:
    return sorted(path for path in tree(site.out) if path.startswith("posts/figures/"))


def check(site: Site) -> None:
    assert unlike(tree(site.out), contents(site.cold())) == []


def main_of(site: Site, name: str) -> str:
    text = (site.out / f"posts/{name}/index.html").read_text()
    return text[text.index('<div class="prose">') : text.index("</article>")]


def test_pictures_are_published_where_they_are_shown(small: Site) -> None:
    assert published(small) == sorted([*A_FILES, *B_FILES, "posts/figures/v.svg"])
    one = main_of(small, "one")
    assert (
        '<picture><source type="image/webp" srcset="../../posts/figures/a.jpg.40.webp 40w, '
        '../../posts/figures/a.jpg.80.webp 80w" sizes="(min-width: 48rem) 43rem, 100vw">'
        '<img src="../../posts/figures/a.jpg" alt="A photo" width="80" height="40" loading="lazy"></picture>'
    ) in one
    two = main_of(small, "two")
    assert (
        '<img src="../../posts/figures/v.svg" alt="A drawing" width="300" height="100" loading="lazy">' in two
    )
    assert 'alt="B" width="60" height="30" style="width:50%;"' in two
    for path in A_FILES:
        assert b"Maker" not in (small.out / path).read_bytes()
    assert opened((small.out / A_FILES[0]).read_bytes()).size == (80, 40)
    check(small)


def test_builds_make_what_changed_and_no_more(small: Site, developed: list[str]) -> None:
    assert small.standing() is not None or not small.build().made
    small.edit({"content/posts/one.md": POST + "![The photo](figures/a.jpg)\n"})
    assert sorted(small.build().made) == ["posts/one/index.html"]
    assert developed == []
    # Another photo of the same size: its files alone, no page.
    small.edit({"content/posts/figures/a.jpg": photo(100, 50, seed=7)})
    result = small.build()
    assert sorted(result.made) == A_FILES
    assert developed == A_FILES
    assert "posts/figures/a.jpg: changed: pixels posts/figures/a.jpg" in result.reasons()
    check(small)
    developed.clear()
    # Of another size: the pages that show it as well.
    small.edit({"content/posts/figures/a.jpg": photo(100, 100, seed=7)})
    assert sorted(small.build().made) == [*A_FILES, "posts/one/index.html", "posts/three/index.html"]
    check(small)
    developed.clear()
    # The same bytes in another file time: nothing.
    small.edit({"content/posts/figures/a.jpg": photo(100, 100, seed=7)})
    assert small.build().made == {}
    assert developed == []


def test_what_nobody_shows_goes(small: Site, developed: list[str]) -> None:
    small.edit({"content/posts/two.md": POST + "Text\n"})
    small.build()
    assert published(small) == A_FILES
    small.edit({"content/posts/two.md": POST + "[Large](figures/b.png)\n"})
    small.build()
    assert published(small) == [*A_FILES, *B_FILES]
    check(small)
    developed.clear()
    small.edit({"content/posts/figures/b.png": None})
    result = small.build()
    assert [problem.code for problem in result.report.problems] == ["link-missing"]
    assert published(small) == A_FILES
    check(small)


def test_outputs_that_are_lost_come_from_what_is_kept(small: Site, developed: list[str]) -> None:
    before = tree(small.out)
    (small.out / A_FILES[1]).unlink()
    (small.out / B_FILES[0]).write_bytes(b"damaged")
    assert sorted(small.build().made) == [*A_FILES, *B_FILES]
    assert tree(small.out) == before
    assert developed == []
    other = small.root.parent / "other"
    small.build(other)
    assert {path: data for path, data in tree(other).items() if path in before} == before
    assert developed == ["posts/figures/v.svg"], "what is copied only is not kept"


def test_settings_make_other_files(small: Site, developed: list[str]) -> None:
    small.edit({"site.yaml": "title: Site\nsearch: false\nimages: {widths: [40, 80], quality: 30}\n"})
    assert sorted(small.build().made) == [*A_FILES, *B_FILES, "posts/figures/v.svg"]
    check(small)
    small.edit({"site.yaml": "title: Site\nsearch: false\nimages: {widths: []}\n"})
    small.build()
    assert published(small) == ["posts/figures/a.jpg", "posts/figures/b.png", "posts/figures/v.svg"]
    assert "<picture>" not in main_of(small, "one")
    assert opened((small.out / A_FILES[0]).read_bytes()).size == (100, 50)
    assert b"Maker" not in (small.out / A_FILES[0]).read_bytes()
    check(small)


def test_pictures_for_dark_pages(small: Site) -> None:
    dark = '<source media="screen and (prefers-color-scheme: dark)"'
    small.edit({"content/posts/figures/v.dark.svg": SVG.replace("300", "200")})
    small.build()
    assert f'{dark} width="200" height="100" srcset="../../posts/figures/v.dark.svg">' in main_of(
        small, "two"
    )
    small.edit(
        {
            "content/posts/figures/v.dark.svg": None,
            "content/posts/two.md": POST + "![A drawing](figures/v.svg){dark=figures/b.png}\n",
        }
    )
    small.build()
    two = main_of(small, "two")
    assert (
        f'{dark} width="60" height="30" type="image/webp" srcset="../../posts/figures/b.png.40.webp 40w'
        in two
    )
    assert f'{dark} width="60" height="30" srcset="../../posts/figures/b.png">' in two
    assert two.index("b.png") < two.index("<img")
    check(small)


def test_pictures_of_static_have_their_size(small: Site) -> None:
    """They are published as they are."""
    small.edit(
        {
            "content/static/s.jpg": photo(50, 20, exif=exif(1)),
            "content/posts/one.md": POST + "![S](s.jpg) ![S](/s.jpg)\n",
        }
    )
    result = small.build()
    assert '<img src="../../s.jpg" alt="S" width="50" height="20" loading="lazy">' in main_of(small, "one")
    assert b"Maker" in (small.out / "s.jpg").read_bytes()
    assert [problem.code for problem in result.report.problems] == ["image-missing"]


def test_a_static_file_of_that_path_is_taken(small: Site) -> None:
    small.edit({"content/static/posts/figures/v.svg": SVG.replace("300", "77")})
    small.build()
    assert 'width="77"' in main_of(small, "two")
    assert b'width="77"' in (small.out / "posts/figures/v.svg").read_bytes()
    check(small)


def test_two_names_that_some_systems_cannot_keep_apart(small: Site) -> None:
    small.edit({"content/posts/figures/A.JPG": photo(4, 3)})
    (problem,) = small.build().report.problems
    assert (problem.level, problem.code) == ("error", "url-collision")
    assert "posts/figures/a.jpg" in problem.message


def test_pictures_that_cannot_be_shown_are_told_where_they_stand(small: Site) -> None:
    small.edit(
        {
            "content/posts/figures/cut.jpg": photo(400, 300)[:-900],
            "content/posts/figures/scan.tiff": b"II*\0",
            "content/posts/figures/name.png": photo(30, 20),
            "content/posts/one.md": POST
            + "![C](figures/cut.jpg)\n\n![T](figures/scan.tiff)\n\n![N](figures/name.png)\n\n![M](figures/mo.jpg)\n",
        }
    )
    result = small.build()
    found = [(problem.code, problem.where and problem.where.line) for problem in result.report.problems]
    assert found == [("image-unusable", 5), ("image-unusable", 7), ("image-kind", 9), ("image-missing", 11)]
    assert "posts/figures/cut.jpg" not in published(small)
    assert opened((small.out / "posts/figures/name.png").read_bytes()).format == "PNG"
    check(small)
    small.edit({"content/posts/figures/cut.jpg": photo(400, 300)})
    result = small.build()
    assert [problem.code for problem in result.report.problems] == [
        "image-unusable",
        "image-kind",
        "image-missing",
    ]
    check(small)
    # `check` does not tell it again in other words.
    small.edit({"content/posts/figures/cut.jpg": photo(400, 300)[:-900]})
    codes = small.folder.codes()
    assert "page-link" not in codes
    assert codes.count("image-unusable") == 2


def test_pixels_that_cannot_be_read_spoil_no_build(small: Site) -> None:
    whole = bytearray(photo(100, 50, "PNG"))
    at = whole.index(b"IDAT") + 8
    whole[at : at + 40] = bytes(40)
    small.edit({"content/posts/figures/a.jpg": photo(100, 50), "content/posts/figures/b.png": bytes(whole)})
    result = small.build()
    (problem,) = result.report.problems
    assert (problem.code, str(problem.where)) == ("image-unusable", "content/posts/figures/b.png:1:1")
    assert published(small) == [*A_FILES, "posts/figures/v.svg"]
    again = small.build()
    assert again.made == {}
    assert again.report.problems == result.report.problems
    check(small)


def test_the_preview_makes_files_when_they_are_asked_for(small: Site, developed: list[str]) -> None:
    for path in (small.root / ".acadsite" / "pictures").iterdir():
        path.unlink()
    workshop = Workshop(small.root)
    result = workshop.build(TODAY)
    assert not result.report.has_errors
    assert result.later is not None
    assert developed == []
    assert A_FILES[1] in result.later
    made = result.later.get(A_FILES[1])
    assert made.output is not None
    assert made.output.data == (small.out / A_FILES[1]).read_bytes()
    developed.clear()
    assert result.later.get(A_FILES[0]).output is not None
    assert developed == [], "all files of a picture are made together"
    assert "posts/figures/unused.jpg" not in result.later
    before = result.pictures
    small.edit({"content/posts/figures/a.jpg": photo(100, 50, seed=9)})
    assert workshop.build(TODAY).pictures != before, "tabs load again"


def test_a_file_that_is_lost_from_what_is_kept_is_the_same_again(small: Site) -> None:
    """A large photo is decoded at half its size, or less."""
    small.edit({"content/posts/figures/a.jpg": photo(700, 500)})
    small.build()
    before = tree(small.out)
    kept = {path.name: path for path in (small.root / ".acadsite" / "pictures").iterdir()}
    for path in kept.values():
        data = path.read_bytes()
        path.unlink()
        small.build(small.root.parent / f"other-{path.name}")
        assert path.read_bytes() == data
    assert tree(small.out) == before


def test_check_takes_what_was_made(small: Site, developed: list[str]) -> None:
    assert small.folder.codes() == []
    assert [path for path in developed if not path.endswith(".svg")] == []


def test_jobs_make_no_difference(small: Site) -> None:
    for jobs in (1, 3):
        other = small.root.parent / f"other-{jobs}"
        for path in (small.root / ".acadsite" / "pictures").iterdir():
            path.unlink()
        small.build(other, jobs=jobs)
        assert {path: data for path, data in tree(other).items() if "figures" in path} == {
            path: data for path, data in tree(small.out).items() if "figures" in path
        }


def test_pictures_in_html_and_in_lists(small: Site) -> None:
    small.edit(
        {
            "content/posts/one.md": POST + '<img src="figures/a.jpg" alt="x">\n',
            "content/talks.yaml": "- {title: Talk, date: 2020, event: '![E](posts/figures/b.png)'}\n",
        }
    )
    small.build()
    assert '<img src="../../posts/figures/a.jpg" alt="x">' in main_of(small, "one")
    assert "../posts/figures/b.png" in (small.out / "talks/index.html").read_text()
    assert {*A_FILES, *B_FILES} <= set(published(small))
    check(small)


def test_names_of_files_are_encoded(small: Site) -> None:
    name = "a, b é 100%.jpg"
    small.edit(
        {
            f"content/posts/figures/{name}": photo(60, 40),
            "content/posts/one.md": POST + f"![x](<figures/{name}>)\n",
        }
    )
    result = small.build()
    assert not result.report.problems
    one = main_of(small, "one")
    assert re.search(r'srcset="\S+a%2C%20b%20%C3%A9%20100%25\.jpg\.40\.webp 40w, ', one)
    assert f"posts/figures/{name}.40.webp" in tree(small.out)
    assert small.folder.codes() == []


# --- words for those who do not see them ---


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("![A cat](figures/a.jpg)", []),
        ("![](figures/a.jpg)", [(5, "says nothing to those who do not see it")]),
        ("![](figures/a.jpg){role=presentation}", []),
        ('![A cat](figures/a.jpg){#fig-x}', [(5, "has its caption as its alternative text")]),
        ('![A *cat*](figures/a.jpg){#fig-x fig-alt="It sleeps."}', []),
        ("Text\n\n![A cat](figures/a.jpg){#fig-x}\n", [(7, "has its caption as its alternative text")]),
        ('<figure><img src="figures/a.jpg" alt="A cat"><figcaption>A cat</figcaption></figure>',
         [(5, "has its caption as its alternative text")]),
        ('<img src="figures/a.jpg">', [(5, "says nothing to those who do not see it")]),
    ],
)  # fmt: skip
def test_check_wants_words_for_pictures(small: Site, text: str, places: list[tuple[int, str]]) -> None:
    small.edit({"content/posts/one.md": POST + text + "\n"})
    found = [item for item in small.folder.report() if item["code"] == "image-alt"]
    assert [(item["line"], item["file"]) for item in found] == [
        (line, "content/posts/one.md") for line, _ in places
    ]
    for item, (_, words) in zip(found, places, strict=True):
        assert words in item["message"]
