"""``acadsite refresh``: numbers that others count, fetched into small dated files that are committed.

In: a site, and what to ask. Out: ``content/snapshots/repos.yaml`` (stars), ``scholar.yaml`` (citations) and
``places.yaml`` (where talks were) with what is new, and a ``Refreshed`` that tells all of it. Old values stay on any
failure; nothing else of the user's is changed.
Besides ``check --external`` nothing in acadsite uses the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite import bibtex
from acadsite.collect.gather import bibliography, gather
from acadsite.config import read_config
from acadsite.extend import load_extensions
from acadsite.refresh import memory
from acadsite.refresh.advice import advise
from acadsite.refresh.citations import fetch_citations
from acadsite.refresh.client import Client, agent_of
from acadsite.refresh.places import fetch_places
from acadsite.refresh.run import GAZETTEER, SERVICES, Refreshed, Run, Wishes
from acadsite.refresh.snapshots import FOLDER
from acadsite.refresh.stars import fetch_stars

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["SERVICES", "Refreshed", "Wishes", "refresh"]


def refresh(
    root: Path, today: dt.date, wishes: Wishes, tell: Callable[[int, int], object] = lambda *_: None
) -> Refreshed:
    """Ask, and write what is new. ``tell`` hears how many of how many questions are answered."""
    config, faults = read_config(root)
    found = Refreshed([one for one in faults if one.level == "error"])
    if not config.is_readable:
        return found
    registry, _ = load_extensions(root, config)
    gathered = gather(root, config, registry, today, drafts=False)
    found.problems += (
        one
        for one in gathered.problems
        if one.level == "error" and not (one.where and one.where.path.startswith(f"{FOLDER}/"))
    )
    records = gathered.library.records
    owner = next((one for one in records.get("people", {}).values() if one.data["is_owner"]), None)
    email = str((owner.data["email"] if owner else None) or "")
    client = Client(wishes.limits, wishes.tokens, agent_of(email), memory.read(root))
    run = Run(root, today, wishes, client, found, owner, tell)
    fetch_stars(run, list(records.get("repos", {}).values()))
    is_shown = config["publications"]["cited"]
    fetch_citations(run, list(records.get("publications", {}).values()) if is_shown else [])
    if wishes.wants(GAZETTEER) and (config["talks"]["map"] or wishes.only):
        fetch_places(run, list(records.get("talks", {}).values()), config["language"])
    if wishes.wants("orcid") or wishes.wants("crossref"):
        texts, macros, _ = bibliography(root, config)
        advise(run, bibtex.read(texts, bibtex.macros.parse(macros) if macros else None).entries)
    if not wishes.is_dry:
        memory.write(root, client.kept)
    return found
