"""Old addresses: which of them the new site answers by itself, and the ``redirects`` for the others.

In: the folder of a new site, complete but for its redirects, and for each old address the places that it may lead to,
the best one first. Out: a mapping for ``redirects:`` in ``site.yaml``, and the addresses for which there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.collect.gather import gather
from acadsite.config import read_config
from acadsite.extend import Registry
from acadsite.graph import old_url, path_of
from acadsite.kinds.moved import is_page
from acadsite.kinds.web import plan
from acadsite.memo import Memo
from acadsite.records import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Answers:
    """The addresses of a site: of its pages, of the redirects of its documents, and of its files."""

    def __init__(self, root: Path, today: dt.date, memo: Memo | None = None) -> None:
        memo = memo or Memo()  # what did not change is read once
        config, _ = read_config(root)
        gathered = gather(root, config, Registry(), today, drafts=False, memo=memo)
        with_drafts = gather(root, config, Registry(), today, drafts=True, memo=memo)
        pages, _, _ = plan(gathered.library, config, static=gathered.static)
        # What waits will have its address one day: nothing else may take it.
        waiting, _, _ = plan(with_drafts.library, config, static=gathered.static)
        self.ids = {page.id: page.url for page in pages}
        self.paths = {fold(page.path) for page in pages} | {fold(path) for path in gathered.static}
        self.taken = self.paths | {fold(page.path) for page in waiting}
        self.folders = {path[:at] for path in self.taken for at, char in enumerate(path) if char == "/"}

    def has(self, address: str) -> bool:
        """Whether something answers at an address with a slash in front."""
        url = old_url(address)
        return url is not None and fold(path_of(url)) in self.paths

    def leads(self, target: str) -> bool:
        """Whether ``redirects`` may name that target."""
        is_elsewhere = target.startswith(("https://", "http://"))
        return is_elsewhere or target in self.ids or (target.startswith("/") and self.has(target))

    def redirects(self, wanted: Mapping[str, Iterable[str]]) -> tuple[dict[str, str], list[str]]:
        """What to write for the old addresses ``wanted``, and those that nothing can be done for."""
        found: dict[str, str] = {}
        lost: list[str] = []
        folders, taken = set(self.folders), set(self.taken)
        for old, targets in wanted.items():
            url = old_url(old)
            path = fold(path_of(url)) if url is not None else ""
            if path and path in self.paths:
                continue
            target = next((one for one in targets if self.leads(one)), None)
            above = {path[:at] for at, char in enumerate(path) if char == "/"}
            if (
                not url
                or not is_page(url)
                or target is None
                or path in folders
                or path in taken
                or above & taken
            ):
                lost.append(old)
                continue
            found[old] = target
            taken.add(path)
            folders |= above
        return found, lost
