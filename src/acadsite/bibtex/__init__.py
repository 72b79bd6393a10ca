"""BibTeX and BibLaTeX files → entries, text, names, dates; and clean files out of them again."""

from acadsite.bibtex.encoding import decode_bytes
from acadsite.bibtex.entries import Entry, Library
from acadsite.bibtex.library import read

__all__ = ["Entry", "Library", "decode_bytes", "read"]
