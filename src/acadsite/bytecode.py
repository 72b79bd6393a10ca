"""The code of the packaged templates, kept from process to process, as Python keeps that of modules.

It lies in the ``__pycache__`` of the package itself, or where ``PYTHONPYCACHEPREFIX`` says, and is written only where
Python would write there. So it is trusted as the package is: who can change it can change the package as well. No code
is read from a site, a theme of a site or a state. What was made under another ``salt`` (versions of Python, of
libraries, of acadsite) or is damaged counts as never made.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from acadsite import packaged_themes
from acadsite.jinja import Compiled, plain, revive

if TYPE_CHECKING:
    from types import CodeType

#: What reading damaged bytes may raise.
_DAMAGE = (EOFError, KeyError, TypeError, ValueError)


def load(salt: str) -> Compiled:
    """The code and outlines of packaged templates that were stored under ``salt``; none where there are none."""
    compiled = Compiled()
    with suppress(OSError, *_DAMAGE):
        data = _place().read_bytes()
        if data[:32] == _seal(salt, data[32:]):
            codes, outlines = marshal.loads(data[32:])  # noqa: S302 - the package's own
            compiled.codes.update(codes)
            for file, (digest, outline) in outlines.items():
                compiled.outlines[file] = (digest, revive(outline))
            compiled.stored = frozenset((key, made_of) for key, (made_of, _) in codes.items())
    return compiled


def save(compiled: Compiled, salt: str) -> None:
    """Store the code and outlines of packaged templates where some of them are not yet; nothing where that is not
    allowed."""
    home = f"{packaged_themes()}{os.sep}"
    codes = {key: known for key, known in compiled.codes.items() if key[1].startswith(home)}
    if sys.dont_write_bytecode or compiled.stored.issuperset((key, code[0]) for key, code in codes.items()):
        return
    stored = {key: (made_of, _bytes(code)) for key, (made_of, code) in sorted(codes.items())}
    outlines = {
        file: (digest, plain(outline))
        for file, (digest, outline) in sorted(compiled.outlines.items())
        if file.startswith(home)
    }
    data = marshal.dumps((stored, outlines))
    place = _place()
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(_seal(salt, data) + data)
        beside.replace(place)
    except OSError:  # a package that others installed
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _bytes(code: CodeType | bytes) -> bytes:
    return code if isinstance(code, bytes) else marshal.dumps(code)


def _place() -> Path:
    return Path(cache_from_source(str(Path(__file__).with_name("packaged-templates.py"))))


def _seal(salt: str, data: bytes) -> bytes:
    return hashlib.blake2b(salt.encode() + data, digest_size=32).digest()
