"""Hosting: the files that publish a site from a repository.

The texts are files of this package, complete as they stand: what is pinned in them (actions by commit, with the version
as comment) is checked by tests as it is shipped. The version of acadsite alone differs; it stands in the site's
``requirements.txt``, where Dependabot and pip find it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import acadsite

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


def workflow(name: Name) -> str:
    """The text of one file; where it belongs is in ``PLACES``. The workflows and the file of GitLab install what
    ``requirements`` says."""
    if name == "requirements":
        return f"acadsite=={acadsite.version()}\n"
    file = "gitlab-ci.yml" if name == "gitlab" else f"{name}.yml"
    return (_FOLDER / file).read_text(encoding="utf-8")


def files(host: Literal["github", "gitlab", "none"], *, refresh: bool = False) -> dict[str, str]:
    """What a new site's repository gets for a host: texts by path. ``refresh`` adds the weekly workflow that fetches
    numbers (GitHub only)."""
    names: list[Name] = []
    if host == "github":
        names = ["pages", "dependabot", "requirements"]
        if refresh:
            names.append("refresh")
    elif host == "gitlab":
        names = ["gitlab", "requirements"]
    return {PLACES[name]: workflow(name) for name in names}
