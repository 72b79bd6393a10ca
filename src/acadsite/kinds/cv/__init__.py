"""The CV: one model from ``cv.yaml`` and the collections, shown as a web page and as a PDF.

``choice`` says which CVs there are, ``selection`` which sections, entries and records one of them shows, ``build_cv``
makes the model (``model``) of it for one output, ``data`` makes of a model what a Typst theme gets, ``faults`` finds
what is wrong in ``cv.yaml`` as a whole. ``forms`` are the forms of funders, ``filling`` fills one, ``fields`` writes it
as text to paste and ``limits`` tells what it does not take; a site without forms loads none of these but ``filling``.
"""

from acadsite.kinds.cv.build import build_cv
from acadsite.kinds.cv.choice import MAIN, Choice, cv_path, cvs
from acadsite.kinds.cv.data import data_of
from acadsite.kinds.cv.faults import faults
from acadsite.kinds.cv.missing import Missing, formula_problems, missing_problems
from acadsite.kinds.cv.model import Cv

__all__ = [
    "MAIN",
    "Choice",
    "Cv",
    "Missing",
    "build_cv",
    "cv_path",
    "cvs",
    "data_of",
    "faults",
    "formula_problems",
    "missing_problems",
]
