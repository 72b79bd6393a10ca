"""Compares our reading of the shared bibliographies with pandoc's: figures per kind of value, every difference.

``python tests/bibtex/compare.py`` prints the table. A difference is *explained* when we differ by decision or pandoc
is wrong; ``WHY`` says which and why. Only unexplained ones count against us.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from acadsite.bibtex import csl, decode_bytes, latex, library, macros

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
IRIDIA = ("abbrev", "journals", "authors", "articles", "biblio", "crossref")
SETS = {
    "iridia-all": [f"bib/iridia/{name}.bib" for name in IRIDIA],
    "biblatex-examples": ["bib/biblatex-examples.bib"],
    "mendeley-export": ["bib/mendeley-export.bib"],
    "bamos-2023": ["bamos/publications/all.bib"],
    "agan-references": ["paper/references.bib"],
}
KINDS = ("names", "dates", "pages", "doi", "titles")
NAME_VARIABLES = ("author", "editor", "translator", "container-author")

#: (set, entry, kind) or (set, kind) → why a difference stays.
WHY: dict[tuple[str, ...], str] = {}


def load(name):
    """Our items by id and pandoc's items, matched by position where ids were mended."""
    files = [(path, decode_bytes((DATA / path).read_bytes(), path)[0]) for path in SETS[name]]
    extra = None
    if name == "iridia-all":
        extra = macros.parse((DATA / "bib/iridia/macros.tex").read_text(encoding="utf-8"))
    found = library.read(files, macros=extra)
    expected = json.loads((DATA / "bib/expected" / f"{name}.csl.json").read_text(encoding="utf-8"))
    return found, expected


def fold(text):
    """Titles without case, markup, and kinds of quotes, dashes and spaces."""
    text = re.sub(r"</?(?:i|b|sup|sub|span|em|strong)\b[^>]*>", "", text)
    text = unicodedata.normalize("NFKD", text)
    text = re.sub(r"[\u2018\u2019\u02bc`´]", "'", text)
    text = re.sub(r"[\u201c\u201d\u201e\u00ab\u00bb]", '"', text)
    text = re.sub(r"[\u2010-\u2015\u2212]+", "-", text)
    text = re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text)
    return text.casefold().strip()


def name_key(name):
    keys = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")
    return tuple(re.sub(r"[\s\u00a0]+", " ", name.get(key, "").replace("’", "'")) for key in keys)


def values(item, kind):
    if kind == "names":
        return {v: [name_key(n) for n in item[v]] for v in NAME_VARIABLES if item.get(v)}
    if kind == "dates":
        return {
            v: item[v].get("date-parts") for v in ("issued", "accessed", "event-date", "original-date")
            if item.get(v) and item[v].get("date-parts")
        }  # fmt: skip
    if kind == "pages":
        return {"page": re.sub(r"[–—]", "-", item["page"])} if item.get("page") else {}
    if kind == "doi":
        return {"DOI": item["DOI"]} if item.get("DOI") else {}
    return {"title": fold(item["title"])} if item.get("title") else {}


def compare(name):
    """(kind → [equal, all]), list of (kind, id, variable, ours, pandoc's, why or '')."""
    found, expected = load(name)
    ours = {entry.key: csl.item(entry, found.macros) for entry in found.entries}
    nameless = [key for key in ours if key.startswith("nokey-")]
    figures = {kind: [0, 0] for kind in KINDS}
    differences = []
    seen = set()
    for item in expected:
        key = unicodedata.normalize("NFC", item["id"])
        if key in seen:
            continue  # a repeated key: reported, the first one counts
        seen.add(key)
        if key.startswith("nokey"):
            key = nameless[int(key[5:]) - 1]
        mine = ours.get(key)
        if mine is None:
            differences.append(("entries", key, "", "missing", "", WHY.get((name, key), "")))
            continue
        for kind in KINDS:
            a, b = values(mine, kind), values(item, kind)
            for variable in sorted({*a, *b}):
                x, y = a.get(variable), b.get(variable)
                pairs = [(x, y)]
                if kind == "names":
                    x, y = x or [], y or []
                    size = max(len(x), len(y))
                    pairs = list(zip(x + [None] * (size - len(x)), y + [None] * (size - len(y))))
                for left, right in pairs:
                    figures[kind][1] += 1
                    if left == right:
                        figures[kind][0] += 1
                    else:
                        differences.append((kind, key, variable, left, right, why(name, kind, key, variable, left, right)))
    return figures, differences


def why(name, kind, key, variable, left, right):
    return WHY.get((name, key, kind)) or WHY.get((name, kind)) or ""


def main():
    rows, total = [], defaultdict(lambda: [0, 0, 0])
    for name in SETS:
        figures, differences = compare(name)
        for difference in differences:
            kind, key, variable, left, right, reason = difference
            print(f"{name} {key} {kind} {variable}\n    ours   {left}\n    pandoc {right}\n    {reason or '*** unexplained'}")
        for kind in KINDS:
            equal, size = figures[kind]
            explained = sum(1 for d in differences if d[0] == kind and d[5])
            rows.append((name, kind, equal, explained, size))
            for number, part in enumerate((equal, explained, size)):
                total[kind][number] += part
    print(f"\n{'set':20}{'kind':8}{'equal':>8}{'explained':>11}{'all':>8}{'equal %':>10}{'with reasons %':>16}")
    for name, kind, equal, explained, size in [*rows, *(("all", kind, *total[kind]) for kind in KINDS)]:
        if size:
            print(f"{name:20}{kind:8}{equal:8}{explained:11}{size:8}{equal / size:10.2%}{(equal + explained) / size:16.2%}")


if __name__ == "__main__":
    sys.exit(main())
