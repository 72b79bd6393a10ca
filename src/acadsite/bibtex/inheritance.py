"""placeholder"""
from __future__ import annotations
from acadsite.bibtex.entries import Entry
from acadsite.problems import Problem
def resolve(entries: list[Entry]) -> tuple[list[Entry], list[Problem]]:
    return entries, []
