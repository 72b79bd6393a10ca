"""What kramdown reads otherwise than CommonMark, rewritten: attributes on lines of their own, formulas, footnotes and
citations of Distill, HTML with ``markdown="1"``. In and out: Markdown; code is left alone.
"""

from __future__ import annotations

import re
from typing import Final

from acadsite.importers.jekyll.fences import FENCE
from acadsite.problems import Problem, Span, quote, warning

_OWN_LINE: Final = re.compile(r"\s{0,3}\{:\s*([^{}]*)\}\s*\Z")
_TOC: Final = re.compile(r"\s{0,3}(?:[*+-]|1\.)\s+.*\Z")
_BEHIND: Final = re.compile(r"\{:\s*([^{}\n]*)\}")
#: Callouts of al-folio.
_CALLOUTS: Final = {
    "block-tip": "tip",
    "block-warning": "warning",
    "block-danger": "important",
    "block-note": "note",
}
_NOTICES: Final = {"notice": "note", "notice--info": "note", "notice--success": "tip", "notice--warning": "warning",
                   "notice--danger": "important", "notice--primary": "note"}  # fmt: skip
_CITE: Final = re.compile(r"""<d-cite\s+(?:bibtex-)?key=["']([^"'<>]+)["']\s*>\s*</d-cite>""")
_NOTE: Final = re.compile(r"(?<!`)<d-footnote>((?:(?!</?d-footnote>).)*)</d-footnote>", re.DOTALL)
_CODE: Final = re.compile(r"(?<!`)<d-code([^<>]*)>((?:(?!</?d-code).)*)</d-code>", re.DOTALL)
_LANGUAGE: Final = re.compile(r"""\blanguage=["']([\w+#.-]+)["']""")
_ABBREVIATION: Final = re.compile(r" {0,3}\*\[[^\]]+\]:\s")
_MATH: Final = re.compile(r"\$\$(?!\$)((?:[^$\\\n]|\\.)+?)\$\$")


def kramdown(text: str, path: str, line: int, written: str) -> tuple[str, list[Problem]]:
    """``text`` as CommonMark with our attributes; problems for what is not understood. ``written`` is the text as it
    stands in the file, from ``line`` on."""
    problems: list[Problem] = []
    places = {row: number for number, row in reversed(list(enumerate(written.split("\n"))))}
    out: list[str] = []
    fence = ""
    for row in text.split("\n"):
        found = FENCE.match(row)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
            out.append(row)
            continue
        if found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
            out.append(row)
            continue
        own = _OWN_LINE.match(row)
        if own:
            _attributes(out, own[1].strip(), Span(path, line + places.get(row, 0)), problems)
            continue
        if _ABBREVIATION.match(row):
            place = Span(path, line + places.get(row, 0))
            message = f"Abbreviations are not understood: {quote(row.strip()[:60])} stays in the text."
            problems.append(warning("import-kramdown", message, place))
        out.append(_row(row))
    joined = "\n".join(out)
    if "<d-footnote>" in joined:
        joined = _NOTE.sub(lambda match: f"^[{' '.join(match[1].split())}]", joined)
    if "<d-code" in joined:
        joined = _CODE.sub(_code, joined)
    return joined, problems


def _code(match: re.Match[str]) -> str:
    """Code of Distill."""
    code = match[2].strip("\n")
    if not re.search(r"\bblock\b", match[1]):
        return f"`{code.strip()}`" if "`" not in code else match[0]
    language = _LANGUAGE.search(match[1])
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
    return f"{fence}{language[1] if language else ''}\n{code}\n{fence}"


def _row(row: str) -> str:
    """One line outside code."""
    if "$$" in row:
        row = _formulas(row)
    if "\\\\" in row and ("\\\\(" in row or "\\\\[" in row):
        row = re.sub(r"\\\\([()\[\]])", r"\\\1", row)
    if "{:" in row:
        row = _BEHIND.sub(lambda match: "{" + match[1].strip() + "}" if _is_list(match[1]) else match[0], row)
        row = row.replace("{}", "") if "{}" in row and "{:}" in row else row
    if "<d-cite" in row:
        row = _CITE.sub(
            lambda match: "[" + "; ".join(f"@{key}" for key in re.split(r"[\s,]+", match[1].strip())) + "]",
            row,
        )
    if 'markdown="' in row or "markdown='" in row:
        row = re.sub(r"""(<[A-Za-z][^<>]*?)\s+markdown=["']span["']([^<>]*>)""", r"\1\2", row)
        row = re.sub(r"""(<[A-Za-z][^<>]*?)\s+markdown=["']\w+["']([^<>]*>)""", r"\1\2\n", row)
    return row


def _formulas(row: str) -> str:
    """``$$x$$`` within a line is a formula of the line in kramdown, in a paragraph of its own a display."""
    if re.fullmatch(r"\s*\$\$(?:[^$]|\\\$)+\$\$\s*", row):
        return row
    parts = re.split(r"(`+[^`]*`+)", row)
    return "".join(
        part if at % 2 else _MATH.sub(lambda match: f"${match[1].strip()}$", part)
        for at, part in enumerate(parts)
    )


def _is_list(inner: str) -> bool:
    return bool(re.fullmatch(r"""\s*(?:[.#][\w:.-]+|[\w-]+=(?:"[^"]*"|'[^']*'|[^\s"'{}]+)|\s)+\s*""", inner))


def _attributes(out: list[str], inner: str, where: Span, problems: list[Problem]) -> None:
    """A list of attributes on a line of its own: what stands above it gets them."""
    if inner.split() and inner.split(maxsplit=1)[0] == "toc":
        # “* TOC” with “{:toc}” asks for the table of contents, which pages have by themselves.
        if out and _TOC.match(out[-1]):
            out.pop()
        return
    names = [name[1:] for name in inner.split() if name[:1] == "."]
    if inner in {".no_toc", ""}:
        return
    start = len(out)
    while start and out[start - 1].strip():
        start -= 1
    block = out[start:]
    if not block or not _is_list(inner):
        message = f"The attributes {quote('{: ' + inner + '}')} are not taken over."
        problems.append(warning("import-kramdown", message, where))
        return
    callout = next((kind for name, kind in (_CALLOUTS | _NOTICES).items() if name in names), "")
    if len(block) == 1 and re.match(r"\s{0,3}#", block[0]):
        out[start:] = [f"{block[0].rstrip()} {{{inner}}}"]
        return
    if callout:
        block = [re.sub(r"^\s{0,3}>\s?", "", row) for row in block]
        inner = f".callout-{callout}"
    out[start:] = [f"::: {{{inner}}}", *block, ":::"]
