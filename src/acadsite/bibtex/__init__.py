"""BibTeX and BibLaTeX files → entries, text, names, dates; and clean files out of them again.

How to use it::

    text, problems = decode_bytes(data, "publications/all.bib")
    library = read([("publications/all.bib", text)])
    for entry in library.entries:
        title = latex.rich(entry.fields.get("title", ""), library.macros)       # Rich, see latex.rich
        people = names.parse(entry.fields.get("author", ""), library.macros)    # names, others, faults
        date, _ = dates.parse(entry.fields)                                      # Date or None
        where = pages.normal(entry.fields.get("pages", ""))                      # "12–34"
        url = latex.verbatim(entry.fields.get("url", ""))                        # see kinds.is_verbatim

Rule of the whole: every entry of a file comes out or is named by a problem; one broken entry never loses another, and
no input raises. ``csl.item`` gives CSL-JSON, ``to_bibtex``, ``to_csl_json`` and ``to_ris`` give files. The package
knows nothing of sites, pages or HTML.
"""

from acadsite.bibtex import csl, dates, kinds, latex, macros, names, pages
from acadsite.bibtex.dates import Date
from acadsite.bibtex.encoding import decode_bytes
from acadsite.bibtex.entries import Entry, Library
from acadsite.bibtex.exports import safe_key, to_bibtex, to_csl_json, to_ris
from acadsite.bibtex.library import read
from acadsite.bibtex.names import Name

__all__ = [
    "Date",
    "Entry",
    "Library",
    "Name",
    "csl",
    "dates",
    "decode_bytes",
    "kinds",
    "latex",
    "macros",
    "names",
    "pages",
    "read",
    "safe_key",
    "to_bibtex",
    "to_csl_json",
    "to_ris",
]
