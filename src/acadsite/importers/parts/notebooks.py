"""Notebooks of Jupyter with other front matter and other links; code and what it printed stay as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def rewritten(text: str, front: str, change: Callable[[str], str]) -> str:
    """A notebook whose first cell holds ``front`` (YAML, perhaps empty) in place of its own front matter, and whose
    Markdown went through ``change``. What is no notebook comes back as it is."""
    try:
        whole: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text
    cells = _cells(whole)
    if cells is None:
        return text
    if cells and _is_front_matter(cells[0]):
        del cells[0]
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            cell["source"] = change(_source(cell))
    if front:
        cells.insert(0, {"cell_type": "raw", "metadata": {}, "source": f"---\n{front}---"})
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cells(whole: Any) -> list[Any] | None:
    """The cells of version 4, or of the first sheet of version 3."""
    cells = whole.get("cells") if isinstance(whole, dict) else None
    if cells is None and isinstance(whole, dict):
        sheets = whole.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        cells = first.get("cells") if isinstance(first, dict) else None
    return cells if isinstance(cells, list) else None


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _is_front_matter(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in {"raw", "markdown"}:
        return False
    text = _source(cell).strip()
    return text.startswith("---\n") and text.endswith("\n---")
