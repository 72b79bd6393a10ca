"""ORCID iDs: sixteen digits of which the last one checks the others (ISO 7064 MOD 11-2, as support.orcid.org says)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_FORM: Final = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])/?"
)


@lru_cache(maxsize=1024)
def orcid(text: str) -> str:
    """The iD as 0000-0000-0000-0000; empty where the text is none, or where its check digit is wrong."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        return ""
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(found.groups()).upper() if digits[-1] == ("X" if check == 10 else str(check)) else ""
