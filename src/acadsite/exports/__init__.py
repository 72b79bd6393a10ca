"""Exports of a whole site for other programs: the CV as JSON Resume.

In: the library of a site. Out: plain values. Publications as BibTeX, CSL-JSON and RIS are in ``bibtex.exports``.
"""

from acadsite.exports.json_resume import json_resume, variants

__all__ = ["json_resume", "variants"]
