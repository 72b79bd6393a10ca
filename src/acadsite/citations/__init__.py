"""Citations and bibliographies by styles of CSL 1.0.2 (Citation Style Language).

``read_style`` reads a ``.csl`` file, ``own_style`` gives one of ours by name, ``process`` formats the citations of a
document and its bibliography as neutral trees (see ``tree``), and ``writers`` turns trees into HTML, Typst nodes or
plain text. A style is text that anybody may have written: it is read under limits and can do nothing but print.
Modules are loaded when a name is first asked for: most sites cite nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acadsite.citations.clusters import Cite, Cluster
    from acadsite.citations.processing import Processed, process, reference
    from acadsite.citations.style import Style, nearest_names, own_style, read_style

__all__ = [
    "Cite",
    "Cluster",
    "Processed",
    "Style",
    "nearest_names",
    "own_style",
    "process",
    "read_style",
    "reference",
]

_HOMES = {
    "Cite": "clusters", "Cluster": "clusters", "Processed": "processing", "process": "processing",
    "reference": "processing",
    "Style": "style", "nearest_names": "style", "own_style": "style", "read_style": "style",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(name)
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
