"""placeholder"""
from __future__ import annotations
from acadsite.bibtex.entries import Entry
from acadsite.bibtex.macros import Macros
from acadsite.problems import Problem
def check(entries: list[Entry], macros: Macros) -> list[Problem]:
    return []
