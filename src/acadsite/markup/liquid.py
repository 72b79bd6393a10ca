"""Code as Jekyll's Liquid writes it: ``{% highlight python %}`` … ``{% endhighlight %}``, read as a fenced block.

The only thing of Liquid that has a meaning in Markdown; in old posts it stands around most of the code, which
without it would be read as text. Every line stays where it is.
"""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = re.compile(r" {0,3}\{%-?\s*highlight\s+([\w+#.-]+)[^%}]*%\}[ \t]*\Z")
_CLOSE: Final = re.compile(r" {0,3}\{%-?\s*endhighlight\s*-?%\}[ \t]*\Z")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
#: Longer than what code has in it.
_LONG: Final = "`" * 12


def with_fences(text: str) -> str:
    """``text`` with fences in place of the tags; a tag in a fenced block, or without its end, stays."""
    if "{%" not in text or "endhighlight" not in text:
        return text
    lines = text.split("\n")
    fence, opened = "", -1
    for at, line in enumerate(lines):
        if opened >= 0:
            if _CLOSE.match(line):
                found = _OPEN.match(lines[opened])
                lines[opened] = f"{_LONG} {found[1] if found else ''}"
                lines[at] = _LONG
                opened = -1
            continue
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        elif _OPEN.match(line):
            opened = at
    return "\n".join(lines)
