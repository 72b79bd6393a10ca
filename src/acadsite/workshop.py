"""Workshop: one site, built again and again in one process, as the preview does. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.artifacts import Shelf
from acadsite.build import render
from acadsite.images import store_of
from acadsite.parts import Parts
from acadsite.past import Past
from acadsite.track import tracking

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from acadsite.markup import Body
    from acadsite.result import Result


class Workshop:
    """Keeps what the last good build left. A build with errors leaves it as it was, so that the next one begins where
    that did."""

    def __init__(self, root: Path, *, drafts: bool = False, url: str | None = None) -> None:
        self.root, self.drafts, self.url = root, drafts, url
        self._bodies: dict[tuple[str, str], Body | None] = {}
        self._past = Past(shelf=Shelf(), pictures=store_of(root))
        self._past.parts = Parts(self._past.ledger)

    def build(self, today: dt.date) -> Result:
        """The site as it is now, with all outputs in memory but artifacts, which come ``later``; only what changed is
        rendered."""
        past = self._past
        result = render(self.root, today=today, drafts=self.drafts, url=self.url, past=past)
        if result.report.has_errors or result.answers is None or result.bodies is None:
            return result
        with tracking():
            past.ledger.take(result.traces, result.changed, result.answers)
        past.memo.forget_unasked()
        if past.parts is not None and result.graph is not None:
            past.parts.keep({page.url for page in result.graph.pages.values()})
        result.answers.settle()
        past.answers, past.graph = result.answers, result.graph
        # Pages only: nobody asks whether another output of that name went.
        past.outputs = {**result.kept, **result.made} if result.made else result.kept
        documents = result.library.library.documents if result.library else {}
        known = self._bodies | result.bodies.known
        # A new one: artifacts of this build may be asked for while the next one is under way.
        self._bodies = {key: known[key] for key in documents if key in known}
        past.body = self._bodies.get
        return result
