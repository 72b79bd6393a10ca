"""Pages that are opened without a server, from a folder or a stick: what a browser does not do for files is done here.

A server answers the address of a folder with the page in it; among files only the page itself is there, so links name
it. Modules are not loaded from files at all (their origin is nobody's, and so another one), and would leave an error
behind. All else works: pages have no absolute address but those for machines, which stay those of the site.
"""

from __future__ import annotations

import re
from typing import Final

from acadsite.graph import path_of

_TAG: Final = re.compile(r"<(?:a|area|iframe|link|meta)\s[^<>]*>")
#: A relative address of a folder, where one may stand.
_FOLDER: Final = re.compile(
    r"""((?:\s(?:href|src)=|\scontent="\d+;\s?url=)"?)((?![/#]|[\w+.-]+:)[^"'\s<>?#]*/)(?=["?#\s>])"""
)
_MODULE: Final = re.compile(r'<script\s[^<>]*type="module"[^<>]*></script>\n?')


def as_files(html: str) -> str:
    """A page whose links lead to files."""
    return _TAG.sub(
        lambda tag: _FOLDER.sub(lambda found: found[1] + path_of(found[2]), tag[0]), _MODULE.sub("", html)
    )
