"""Reads a damaged chunk: keeps the fields that are whole and reports each fault with its place.

Used only where bibtexparser's reading cannot be right (``blocks``). It never raises, always ends at the end of the
chunk, gives balanced values only, and looks at each character a bounded number of times.
"""

from __future__ import annotations

import re

from acadsite.bibtex.blocks import NAME, Block, Fault, RawField

_SKIP = re.compile(r"[\s,]*+")
_SPACE = re.compile(r"\s*+")
_KEY = re.compile(r"[^,={}\"\n]*+")
#: The start of a next field: what a value that is never closed must stop at. A run of whitespace is looked at from
#: its start only, or long ones would cost their square.
_NEXT_LINE = re.compile(r"(?:,|(?<!\s))[ \t]*+\n\s*+[A-Za-z_][\w:.+/-]*+\s*+=\s*+[{\"\w]")
_NEXT = re.compile(r",\s*+[A-Za-z_][\w:.+/-]*+\s*+=\s*+[{\"\w]")
_FIELD_AHEAD = re.compile(r"\s*+,?\s*+[^\s{}()\",=#%'@\\]++\s*+=(?!=)")
_RESUME = re.compile(r",|\}|(?<!\s)[ \t]*+\n\s*+[A-Za-z_][\w:.+/-]*+\s*+=")
_BRACE = re.compile(r"[{}]")
_QUOTE_MARK = re.compile(r"[{}\"]")
_MARK = re.compile(r"[{}]")


def balanced(text: str) -> str:
    """``text`` with unmatched braces removed (closing ones) or closed at the end (opening ones)."""
    depth, keep, at = 0, [], 0
    for mark in _MARK.finditer(text):
        if mark[0] == "{":
            depth += 1
        elif depth:
            depth -= 1
        else:
            keep.append(text[at : mark.start()])
            at = mark.end()
    keep.append(text[at:])
    return "".join(keep) + "}" * depth


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a match of ``pattern`` at ``at`` ends; ``at`` itself when there is none."""
    found = pattern.match(text, at)
    return found.end() if found else at


#: Faults after which nothing is lost and nothing is in doubt.
_MENDED = frozenset({"bib-missing-comma"})


class _Reader:
    def __init__(self, text: str, end: int, head: re.Match[str]) -> None:
        self.text, self.end, self.head = text, end, head
        self.closer = "}" if head[3] == "{" else ")"
        self.stop = len(text)
        self.at = head.end()
        self.faults: list[Fault] = []
        self.fields: list[RawField] = []
        self.reported_unclosed = False
        self.partner = self._partners()
        self.found: dict[re.Pattern[str], tuple[int, re.Match[str] | None]] = {}

    def _following(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """The first match from ``start`` on; remembered, so that all searches of a chunk are one pass."""
        begin, match = self.found.get(pattern, (-1, None))
        if begin < 0 or begin > start or (match is not None and match.start() < start):
            match = pattern.search(self.text, start)
            self.found[pattern] = (start, match)
        return match

    def _partners(self) -> dict[int, int]:
        """Closing brace of each opening one, over the whole chunk (one pass)."""
        stack: list[int] = []
        partner = {}
        start = self.head.end() if self.closer == "}" else self.head.start(3)
        for mark in _BRACE.finditer(self.text, start):
            if mark[0] == "{":
                stack.append(mark.start())
            elif stack:
                partner[stack.pop()] = mark.start()
        return partner

    def fault(self, code: str, message: str, start: int, hint: str = "", end: int = 0) -> None:
        self.faults.append(
            Fault("warning" if code in _MENDED else "error", code, message, start, end or start + 1, hint)
        )

    def key(self) -> tuple[str, int]:
        """The key, read as far as it can be one; what is wrong with it is reported by the caller."""
        start = _end(_SPACE, self.text, self.at)
        end = _end(_KEY, self.text, start)
        key = self.text[start:end].rstrip()
        after = self.text[end : end + 1]
        if self.closer == ")" and after != "," and key.endswith(")"):
            key = key[:-1].rstrip()
        if after == "=":
            # No comma after the key (its last word is a field's name), or no key at all.
            words = key.split()
            if len(words) <= 1:
                return "", self.at
            self.fault("bib-missing-comma", f"no comma after the key “{words[0]}”", start + len(words[0]))
            self.at = start + len(words[0])
            return words[0], start
        if after in {"{", '"'}:
            words = key.split()
            self.fault("bib-missing-comma", "no comma after the key", start + len(key))
            self.at = start + (len(words[0]) if words else 0)
            return (words[0] if words else ""), start
        self.at = end
        if after == "\n" and not _FIELD_AHEAD.match(self.text, self.at) and not self.text[self.at :].strip():
            return key, start
        if after == "\n":
            self.fault(
                "bib-missing-comma", f"no comma after the key “{key}”", start + len(key), "Add a comma."
            )
        return key, start

    def body(self) -> None:
        """All fields up to the end of the chunk."""
        text = self.text
        while self.at < self.stop:
            end = _end(_SKIP, text, self.at)
            if text.count(",", self.at, end) > 1:
                place = text.index(",", text.index(",", self.at) + 1)
                self.faults.append(
                    Fault("warning", "bib-surplus-comma", "a comma too many", place, place + 1, "Delete it.")
                )
            self.at = end
            if self.at >= self.stop:
                return
            sign = text[self.at]
            if sign in {self.closer, "}"}:
                if not self._closes():
                    return
                continue
            name = NAME.match(text, self.at)
            if name is None:
                self._resume("bib-syntax", f"“{sign}” where the name of a field should stand")
                continue
            self._field(name)

    def _closes(self) -> bool:
        """At a closing sign: whether fields follow it all the same (then it is a surplus one)."""
        if _FIELD_AHEAD.match(self.text, self.at + 1):
            self.fault("bib-surplus-brace", "a } too many", self.at, "Delete it, or open it before.")
            self.at += 1
            return True
        return False

    def _field(self, name: re.Match[str]) -> None:
        text = self.text
        behind = _end(_SPACE, text, name.end())
        at = behind
        if text.startswith("=", at):
            behind = _end(_SPACE, text, at + 1)
            at = behind
        elif text.startswith(("{", '"'), at):
            self.fault(
                "bib-missing-equals",
                f"no = after “{name[0]}”",
                name.end(),
                f"Write {name[0]} = …",
                name.end() + 1,
            )
        else:
            self._resume("bib-missing-equals", f"“{name[0]}” has no = and no value", name.start())
            return
        start = at
        self.at = at
        pieces = self._value()
        if pieces is None:
            self._resume("bib-missing-value", f"“{name[0]}” has no value", name.start())
            return
        self.fields.append(RawField(name[0].lower(), pieces, start, name.start()))
        self._after(name[0])

    def _value(self) -> str | None:
        """An expression of pieces joined by ``#``; each is rewritten so that it is well formed."""
        pieces: list[str] = []
        while True:
            piece = self._piece()
            if piece is None:
                return " # ".join(pieces) or None
            pieces.append(piece)
            behind = _end(_SPACE, self.text, self.at)
            if not self.text.startswith("#", behind):
                return " # ".join(pieces)
            behind = _end(_SPACE, self.text, behind + 1)
            self.at = behind

    def _piece(self) -> str | None:
        text, start = self.text, self.at
        if text.startswith("{", start):
            return self._braced(start)
        if text.startswith('"', start):
            return self._quoted(start)
        name = NAME.match(text, start)
        if name is None:
            return None
        self.at = name.end()
        return name[0]

    def _braced(self, start: int) -> str:
        text = self.text
        close = self.partner.get(start)
        cut = None
        if close is None or self.end < 0:
            following = self._following(_NEXT_LINE, start)
            if following is None and close is None:
                following = self._following(_NEXT, start)
            cut = following.start() if following else None
        if close is not None and (cut is None or close < cut):
            self.at = close + 1
            return text[start : close + 1]
        if cut is None:
            self._unclosed(start)
            self.at = self.stop
            inner = text[start + 1 :].rstrip()
            if self.end > 0:
                inner = inner.removesuffix(self.closer)
        else:
            self._unclosed(start)
            self.at = cut
            inner = text[start + 1 : cut].rstrip()
        return "{" + balanced(inner) + "}"

    def _unclosed(self, start: int) -> None:
        self.reported_unclosed = True
        self.fault("bib-unclosed-brace", "this { is never closed", start, "Add the missing }.")

    def _quoted(self, start: int) -> str:
        text, depth = self.text, 0
        following = self._following(_NEXT_LINE, start + 1) or self._following(_NEXT, start + 1)
        limit = following.start() if following else self.stop
        for mark in _QUOTE_MARK.finditer(text, start + 1, limit):
            if mark[0] == "{":
                depth += 1
            elif mark[0] == "}":
                depth -= 1
            elif depth <= 0 and text[mark.start() - 1] != "\\":
                self.at = mark.end()
                inner = text[start + 1 : mark.start()]
                if depth < 0 or balanced(inner) != inner:
                    self.fault("bib-surplus-brace", "unbalanced braces inside quotes", start, "Balance them.")
                return "{" + balanced(inner) + "}"
        self.fault("bib-unclosed-quote", "no closing quote", start, 'Add the missing ".')
        self.at = limit
        inner = text[start + 1 : limit].rstrip()
        if not following:
            inner = inner.removesuffix(self.closer).rstrip()
        return "{" + balanced(inner) + "}"

    def _after(self, name: str) -> None:
        """What stands between a value and the next field: a comma, the end, or a fault."""
        text = self.text
        behind = _end(_SPACE, text, self.at)
        at = behind
        if at >= self.stop or text[at] in {",", self.closer}:
            self.at = at
            return
        if _FIELD_AHEAD.match(text, at):
            self.fault("bib-missing-comma", f"no comma after the value of “{name}”", self.at, "Add a comma.")
            self.at = at
            return
        if text.startswith("\\}", at) or text[at] == "}":
            self.at = at
            return
        # Text behind the value: keep it when a surplus brace shows that it belongs to the value.
        found = _RESUME.search(text, at)
        if found and found[0] == "}" and _FIELD_AHEAD.match(text, found.end()):
            last = self.fields[-1]
            inner = balanced(text[last.start : found.start()])
            self.fault(
                "bib-surplus-brace", f"a }} too many in the value of “{name}”", self.at - 1, "Delete it."
            )
            self.fields[-1] = RawField(last.name, "{" + inner + "}", last.start, last.name_start)
            self.at = found.end()
            return
        self._resume("bib-syntax", f"unexpected text after the value of “{name}”", at)

    def _resume(self, code: str, message: str, start: int | None = None) -> None:
        """Report, then go on behind the next comma or at the next field on a line of its own."""
        begin = self.at if start is None else start
        self.fault(code, message, begin)
        at = max(self.at, begin)
        found = _RESUME.search(self.text, at)
        if found is None:
            self.at = self.stop
        elif found[0] == "}":
            self.at = max(found.start(), at)
            if not self._closes():
                self.at = self.stop
        else:
            self.at = max(found.start() + (found[0][0] == ","), at)
            if self.at == begin:
                self.at += 1


def recover(text: str, end: int, head: re.Match[str]) -> Block:
    """The block of a damaged chunk; ``head`` is the match of ``chunks.HEAD`` at its start."""
    kind = head[2].lower()
    reader = _Reader(text, end, head)
    if kind == "preamble":
        value = reader._value()
        fields = (RawField("", value, head.end(), head.end()),) if value else ()
        reader.fault("bib-syntax", "the @preamble is damaged", 0, end=head.end())
        return Block("preamble", kind, fields=fields, faults=tuple(reader.faults))
    key, key_start = ("", head.end()) if kind == "string" else reader.key()
    reader.body()
    if kind == "string":
        if not reader.fields:
            reader.fault("bib-syntax", "the @string has no value", 0, '@string{name = "value"}', head.end())
            return Block("string", kind, faults=tuple(reader.faults))
        first = reader.fields[0]
        if end < 0 and not reader.reported_unclosed:
            reader.fault(
                "bib-unclosed-brace", "the @string is never closed", head.start(3), "Add the missing }."
            )
        return Block("string", kind, first.name, first.name_start, (first,), tuple(reader.faults))
    if end < 0 and not reader.reported_unclosed:
        reader.fault("bib-unclosed-brace", "the entry is never closed", head.start(3), "Add the missing }.")
    return Block("entry", kind, key, key_start, tuple(reader.fields), tuple(reader.faults))
