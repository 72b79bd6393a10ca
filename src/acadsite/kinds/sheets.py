"""The style sheets of a site: their order, what of them is published, and what its accent becomes on the grounds
that they have."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from acadsite import colours
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from acadsite.config import Config

#: What stays as it is; space and comments; signs that need no space around them; numbers below one.
_PIECES: Final = re.compile(
    r"""(?P<kept>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|url\(\s*[^"'\s)][^)]*\))"""
    r"|(?P<space>(?:\s+|/\*.*?\*/)+)"
    r"|(?P<zero>(?<![\w.#])0(?=\.\d))",
    re.DOTALL,
)
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIGNS: Final = re.compile(r" ?([<>]=|[{};,<>/]) ?|(?<=[\w)-]): ")


def in_order(assets: Iterable[str]) -> list[str]:
    """The sheets that every page has, of the theme's assets in the order of the chain: base.css, the others, so that
    those of a theme win over those of what it extends, and custom.css at last."""
    names = [name for name in assets if name.endswith(".css") and "/" not in name]
    return sorted(names, key=lambda name: (name != "base.css", name == "custom.css"))


def palette_of(assets: Mapping[str, Path]) -> Mapping[str, tuple[str, str]]:
    """The colours of the site, light and dark, by the name of the custom property."""
    texts = []
    for name in in_order(assets):
        with suppress(OSError):  # publishing it will say so
            texts.append(assets[name].read_text(encoding="utf-8", errors="replace"))
    return colours.palette("\n".join(texts))


def accent_of(
    config: Config, assets: Mapping[str, Path]
) -> tuple[colours.Accent | None, tuple[Problem, ...]]:
    """The shades of the site's accent, none where it has none; and a warning where light pages need another one.

    On dark pages it is always lighter than its owner wrote it, which is no problem."""
    wanted: Any = config["accent"]
    if wanted is None:
        return None, ()
    light, dark = colours.grounds(palette_of(assets))
    accent = colours.accent(wanted, light, dark)
    if not accent.is_changed:
        return accent, ()
    ratio = colours.worst(accent.wanted, light)
    message = f"On the pages {quote(wanted)} has a contrast of {ratio:.1f}, and text needs {colours.TEXT}."
    hint = f'Text has {accent.light} in its place. Write accent: "{accent.light}", or a darker colour.'
    return accent, (warning("config-accent-contrast", message, config.place("accent"), hint),)


def terse(sheet: str) -> str:
    """The sheet without comments and without the space that only people need; as it is where it has a comment, a
    text or a bracket that does not end. What it says stays the same, rule by rule; a test asks a browser."""
    kept: list[str] = []

    def piece(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "kept":
                kept.append(found[0])
                return f"\x00{len(kept) - 1}\x00"
            case "space":
                return " " if _COMMENT.sub("", found[0]) else "/**/"
        return ""

    text = _PIECES.sub(piece, sheet)
    if "\x00" in sheet or not _is_whole(text.replace("/**/", "")):
        return sheet
    text = _SIGNS.sub(lambda found: found[1] or ":", text).replace(";}", "}")
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text).strip() + "\n"


def terse_script(script: str) -> str:
    """The script without indentation and without the lines that are comments; as it is where a text goes over several
    lines."""
    lines = script.split("\n")
    if any(line.count("`") % 2 or line.endswith("\\") for line in lines):
        return script
    kept = (
        line.strip()
        for line in re.sub(r"\A(?://[^\n]*\n)*/\*.*?\*/\n", "", script, flags=re.DOTALL).split("\n")
    )
    return "".join(f"{line}\n" for line in kept if line and not line.startswith("//"))


def _is_whole(text: str) -> bool:
    """Whether nothing is open at the end of a sheet, texts and comments taken out."""
    pairs = (("{", "}"), ("(", ")"), ("[", "]"))
    return not re.search(r"[\"']|/\*|\\", text) and all(
        text.count(one) == text.count(two) for one, two in pairs
    )
