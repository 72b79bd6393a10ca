"""Fields that are no text: links, identifiers, file names, keys. LaTeX's escapes come off, nothing else changes."""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_URL_COMMAND = re.compile(r"\s*\\(?:url|nolinkurl|path)\s*\{(.*)\}\s*", re.DOTALL)
_HREF = re.compile(r"\s*\\href\s*\{([^{}]*)\}.*", re.DOTALL)
_ESCAPED = re.compile(
    r"\{?\\([_%&#$~^])(?:\{\})?\}?|\\([{}])|\{?\\text(asciitilde|underscore|asciicircum|backslash)\b\s*(?:\{\})?\}?"
    r"|\{?\$\\(sim)\$\}?|\\(slash|/)(?:\{\})?|\{?\\char`?\\?([~_%])\s*\}?"
)
_NAMED = {
    "asciitilde": "~",
    "underscore": "_",
    "asciicircum": "^",
    "backslash": "\\",
    "sim": "~",
    "slash": "/",
    "/": "",
}


def verbatim(raw: str) -> str:
    """The text of an address, an identifier or a file name: only the escapes that people write there to please
    LaTeX are undone (``\\_``, ``\\%``, ``\\&``, ``\\#``, ``\\~{}``, ``\\url{…}``, outer braces)."""
    if "\\" not in raw and "{" not in raw and "\n" not in raw:
        return raw.strip()
    value = raw.strip()
    for _ in range(4):
        if not (value.startswith("{") and value.endswith("}") and _closes_last(value)):
            break
        value = value[1:-1].strip()
    found = _URL_COMMAND.fullmatch(value) or _HREF.fullmatch(value)
    if found:
        value = found[1]
    value = _ESCAPED.sub(
        lambda match: next((_NAMED.get(part, part) for part in match.groups() if part), ""), value
    )
    return _SPACE.sub(" ", value).strip()


def _closes_last(value: str) -> bool:
    depth = 0
    for mark in _BRACE.finditer(value):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                return mark.end() == len(value)
    return False
