"""Hosting: the files that publish a site from a repository.

The texts are files of this package, complete as they stand: what is pinned in them (actions by commit, with the version
as comment) is checked by tests as it is shipped. Two things differ: the version of acadsite, in the site's
``requirements.txt``, where Dependabot and pip find it; and the action of acadsite, which a package knows that was built
for a release (``stamped``), and whose workflow is then ``pages-action.yml`` instead of ``pages.yml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import acadsite
from acadsite.hosting.action import FORM, PLACEHOLDER, STAMP, Action, action_of

__all__ = ["FORM", "PLACES", "Action", "action_of", "files", "stamped", "workflow"]

Name = Literal["pages", "refresh", "gitlab", "dependabot", "requirements"]

#: Where each file belongs in the site's repository.
PLACES: dict[Name, str] = {
    "pages": ".github/workflows/pages.yml",
    "refresh": ".github/workflows/refresh.yml",
    "dependabot": ".github/dependabot.yml",
    "gitlab": ".gitlab-ci.yml",
    "requirements": "requirements.txt",
}
_FOLDER = Path(__file__).parent


def stamped() -> Action | None:
    """The action of the release as which this package was built; None where it was built from anything else."""
    try:
        pin = action_of((_FOLDER / STAMP).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return Action(pin, acadsite.version()) if pin else None


def workflow(name: Name, action: Action | None = None) -> str:
    """The text of one file; where it belongs is in ``PLACES``. The workflows and the file of GitLab install what
    ``requirements`` says; with an ``action``, ``pages`` leaves everything to that."""
    if name == "requirements":
        return f"acadsite=={acadsite.version()}\n"
    if name == "pages" and action is not None:
        text = (_FOLDER / "pages-action.yml").read_text(encoding="utf-8")
        return text.replace(str(PLACEHOLDER), str(action))
    file = "gitlab-ci.yml" if name == "gitlab" else f"{name}.yml"
    return (_FOLDER / file).read_text(encoding="utf-8")


def files(
    host: Literal["github", "gitlab", "none"], *, refresh: bool = False, action: Action | None = None
) -> dict[str, str]:
    """What a new site's repository gets for a host: texts by path. ``refresh`` adds the weekly workflow that fetches
    numbers, ``action`` builds the site (both GitHub only)."""
    names: list[Name] = []
    if host == "github":
        names = ["pages", "dependabot", "requirements"]
        if refresh:
            names.append("refresh")
    elif host == "gitlab":
        names = ["gitlab", "requirements"]
    return {PLACES[name]: workflow(name, action) for name in names}
