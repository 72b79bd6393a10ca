r"""LaTeX as source: ``.tex`` files become front matter and Markdown. ``document`` reads them; here is only what those
need who have none."""

from __future__ import annotations

from typing import Final

#: What the names of documents of LaTeX end with.
ENDING: Final = ".tex"
