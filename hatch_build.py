"""Building sdist and wheel: a release learns which action builds sites with it.

``ACADSITE_ACTION=owner/repository@commit`` in the environment names it, as the workflow of releases sets it; nothing is
guessed. The sdist passes it on to the wheel. Without it, new sites get a workflow that needs no action of ours.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Stamp(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the file ``STAMP`` of ``acadsite.hosting.action`` to what is built."""

    made = ""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root, "src")))
        from acadsite.hosting.action import FORM, STAMP, action_of

        wish = os.environ.get("ACADSITE_ACTION", "")
        if wish and action_of(wish) is None:
            raise ValueError(f"ACADSITE_ACTION is {wish!r}; it needs the form {FORM}.")
        stamp = Path(self.root, "src/acadsite/hosting", STAMP)  # of an sdist
        if stamp.exists():
            if wish and action_of(wish) != action_of(stamp.read_text(encoding="utf-8")):
                raise ValueError(f"ACADSITE_ACTION is {wish!r}; this source is that of another action.")
        elif wish and version != "editable":
            self.made = mkdtemp()
            stamp = Path(self.made, STAMP)
            stamp.write_text(f"{action_of(wish)}\n", encoding="utf-8")
        else:
            return
        # Named in both cases, so that a wheel is the same whether it is built from a checkout or from an sdist.
        top = "src/acadsite" if self.target_name == "sdist" else "acadsite"
        build_data["force_include"][str(stamp)] = f"{top}/hosting/{STAMP}"

    def finalize(self, *_: object) -> None:
        if self.made:
            shutil.rmtree(self.made)
