"""Archetypes and skeletons are Jinja templates; these are the environments and filters in which they are filled in.

What is filled in comes from a command line: each filter makes it harmless in one kind of file.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final

import jinja2

from acadsite.people import parse_name
from acadsite.sources import parse_yaml

_PLAIN: Final = re.compile(r"[^\W\d_][\w .’()–/&+-]*(?<! )")
_BIBTEX: Final = re.compile(r"(?<!\\)([%&#_$])")
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>$#@~^{}|!])")


def environment(*, is_skeleton: bool = False) -> jinja2.Environment:
    """Where a template is filled in; an undefined name is an error. Skeletons have ``«name»`` and ``«% if … %»``,
    since the texts themselves are full of braces."""
    marks: dict[str, Any] = {}
    if is_skeleton:
        marks = {
            "variable_start_string": "«",
            "variable_end_string": "»",
            "block_start_string": "«%",
            "block_end_string": "%»",
            "comment_start_string": "«#",
            "comment_end_string": "#»",
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    made = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
        **marks,
    )
    made.filters |= {
        "yaml": quoted,
        "plain": plain,
        "bibtex": bibtex,
        "bibname": bibname,
        "markdown": markdown,
        "xml": html.escape,
    }
    return made


def quoted(text: str) -> str:
    """Text as a YAML value in quotes."""
    return json.dumps(text, ensure_ascii=False)


def plain(text: str) -> str:
    """Text as a YAML value, in quotes only where it needs them."""
    if not _PLAIN.fullmatch(text):
        return quoted(text)
    node, problems = parse_yaml(f"k: {text}", "")
    inner = node.get("k") if node is not None and not problems else None
    return text if inner is not None and inner.value == text else quoted(text)


def bibtex(text: str) -> str:
    """Text as a BibTeX value: special characters escaped, braces dropped where they do not balance."""
    if not _is_balanced(text):
        text = text.replace("{", "").replace("}", "")
    if re.search(r"(?<!\\)(\\\\)*\\\Z", text):
        text = text[:-1]  # it would take the closing brace along
    return _BIBTEX.sub(r"\\\1", text)


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def bibname(text: str) -> str:
    """A name as people write it, as one of a BibTeX list of names."""
    if not text:
        return ""
    name = parse_name(text)
    literal = re.sub(r"[{}\\~^]", "", text)
    if name["literal"] or re.search(r"(?i)\b(and|et al|others)\b|,.*,.*,", text):
        return "{" + bibtex(literal).replace(",", "") + "}"
    family = " ".join(filter(None, (name["particle"], name["family"])))
    parts = [family, name["suffix"], name["given"]]
    return bibtex(re.sub(r"[{}\\~^]", "", ", ".join(filter(None, parts))))


def markdown(text: str) -> str:
    """Text in a paragraph or heading of Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)
