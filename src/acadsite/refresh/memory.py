"""What services answered before, with the marks by which they tell whether it still holds: ``.acadsite/refresh.json``.

It only saves them work; without it everything is asked anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from acadsite.refresh.client import Kept
from acadsite.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FILE: Final = "refresh.json"
#: Larger files are not ours.
_MOST: Final = 10_000_000


def read(root: Path) -> dict[str, Kept]:
    """The answers by their addresses; none where the file is not there or cannot be read."""
    folder = state_folder(root)
    kept: dict[str, Kept] = {}
    if folder is None:
        return kept
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        file = folder / _FILE
        if file.stat().st_size <= _MOST:
            for address, (etag, modified, data) in json.loads(file.read_bytes()).items():
                if _is_mark(etag) and _is_mark(modified):
                    kept[address] = Kept(etag, modified, data)
    return kept


def write(root: Path, kept: Mapping[str, Kept]) -> None:
    """Keep the answers. Where that is not possible, nothing is lost but time."""
    folder = state_folder(root)
    if folder is None or not kept:
        return
    plain = {address: [one.etag, one.modified, one.data] for address, one in sorted(kept.items())}
    with suppress(OSError, ValueError):
        waiting = folder / f"{_FILE}.new"
        waiting.write_text(json.dumps(plain, indent=0) + "\n", encoding="utf-8")
        waiting.replace(folder / _FILE)


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()
