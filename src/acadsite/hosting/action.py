"""The action of acadsite as a workflow names it: ``owner/repository@commit``.

A release cannot hold the hash of its own commit, but what is built from that commit can: ``hatch_build.py`` writes it
into sdist and wheel (``STAMP``) from the environment, by the rule of this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: The file beside this one that has the pin of the release; there is none in a checkout.
STAMP: Final = "action.txt"
#: What a pin looks like, for messages.
FORM: Final = "OWNER/REPOSITORY@COMMIT, the commit with all of its 40 digits"
#: Owners and repositories as GitHub allows them. Tags and branches move, so neither is a commit.
_PIN: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}(?<!-))?/(?!\.{1,2}@)[A-Za-z0-9._-]{1,100}@[0-9a-f]{40}"
)


@dataclass(frozen=True, slots=True)
class Action:
    """``pin`` is one that ``action_of`` gave; ``version`` is that of acadsite at its commit, empty if nobody knows."""

    pin: str
    version: str = ""

    def __str__(self) -> str:
        """As it stands behind ``uses:``; Dependabot moves commit and comment together."""
        return f"{self.pin} # v{self.version}" if self.version else self.pin


#: Stands in our text of the workflow.
PLACEHOLDER: Final = Action(f"acadsite/acadsite@{'0' * 40}", "0.0.0")


def action_of(text: str) -> str | None:
    """The pin that a text is, spaces around it aside; None where it is none."""
    text = text.strip()
    return text if _PIN.fullmatch(text) else None
