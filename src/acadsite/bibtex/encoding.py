"""Bytes of a .bib file → text, whatever program wrote it.

A byte-order mark decides (UTF-8, UTF-16); else UTF-8; lines that are not are read as Windows-1252 (a superset of
what Latin-1 files hold) and reported. Line ends become ``\\n``, NUL characters are dropped. Also finds text that was
decoded wrongly before it came here (“TÃ¼bingen”).
"""

from __future__ import annotations

import codecs
import re

from acadsite.problems import Problem, Span, quote, warning

_ENDS = re.compile(r"\r\n?")
_SIGN = re.compile(r"[ÃÂÄÅ][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€")
_WORD_END = re.compile(r"[\s{}]|$")


def decode_bytes(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file, and warnings with the line where the encoding is not what it should be."""
    problems: list[Problem] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as fault:
            line = data.count(b"\n", 0, fault.start) + 1
            text = _by_line(data)
            problems.append(
                warning(
                    "bib-encoding",
                    "this line is not UTF-8; it is read as Windows-1252",
                    Span(path, line, fault.start - data.rfind(b"\n", 0, fault.start)),
                    "Save the file as UTF-8.",
                )
            )
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = _ENDS.sub("\n", text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.append(
            warning(
                "bib-encoding", "NUL characters are left out", Span(path, line), "Save the file as UTF-8."
            )
        )
        text = text.replace("\0", "")
    problems += mojibake(text, path)
    return text, tuple(problems)


def _by_line(data: bytes) -> str:
    lines = []
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(_windows(line))
    return "\n".join(lines)


def _windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 gives every byte a character.
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def mojibake(text: str, path: str, limit: int = 20) -> list[Problem]:
    """Warnings for words that are UTF-8 read as Windows-1252, at most ``limit``, each with the word it should be."""
    if text.isascii():
        return []
    problems: list[Problem] = []
    done = 0
    for found in _SIGN.finditer(text):
        if found.start() < done:
            continue
        at = found.start()
        while at > done and not (text[at - 1].isspace() or text[at - 1] in "{}"):
            at -= 1
        end = _WORD_END.search(text, found.end())
        done = end.start() if end else len(text)
        word = text[at:done]
        repaired = repair(word)
        if repaired is None:
            continue
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        problems.append(
            warning(
                "bib-mojibake",
                f"{quote(word)} looks like text decoded wrongly",
                Span(path, line, column, line, column + len(word)),
                f"Did you mean {quote(repaired)}?",
            )
        )
        if len(problems) == limit:
            break
    return problems


def repair(word: str) -> str | None:
    """The word that was meant, or None when ``word`` is fine or cannot be repaired."""
    try:
        data = b"".join(_byte(char) for char in word)
        repaired = data.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return repaired if repaired != word and repaired.isprintable() else None


def _byte(char: str) -> bytes:
    return bytes([ord(char)]) if ord(char) < 0xA0 else char.encode("cp1252")
