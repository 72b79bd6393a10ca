"""Compares our reading of the shared bibliographies with pandoc's: figures per kind of value, every difference.

``python tests/bibtex/compare.py`` prints the table. A difference is *explained* when we differ by decision or pandoc
is wrong; ``why`` says so. Only unexplained ones count against us.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

from acadsite.bibtex import csl, decode_bytes, library, macros, names

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
#: CSL variable → our field, where they differ.
FIELD = {"container-author": "bookauthor", "issued": "year", "page": "pages", "DOI": "doi"}
NAME_VARIABLES = ("author", "editor", "translator", "container-author")


def why(place, raw, ours, pandoc):
    """Why a difference stays: who is right and by which rule; empty when it counts against us.

    ``place`` is (set, key, kind), ``raw`` the field as written.
    """
    _, _, kind = place
    if kind == "names":
        if pandoc and pandoc[5] == "others" and ours is None and names.parse(raw).others:
            return "ours: “and others” is a flag, no person"
        if ours and pandoc and ours[0] == f"{pandoc[3]} {pandoc[0]}" and ours[1] == pandoc[1]:
            return "ours: {da Costa} in braces is one family name (BibTeX); pandoc takes it apart again"
        if pandoc and pandoc[2] and pandoc[2][:1].isupper() and not pandoc[2].isascii():
            return "pandoc: a given name that begins with an accent command is no particle"
        if pandoc and "*" in pandoc[0] and ours and ours[0] == pandoc[0].replace("*", ""):
            return "ours: * is a mark of equal contribution, no letter"
        if pandoc and "ı\u0301" in "".join(pandoc):
            return "pandoc: dotless i keeps its dot off under an accent; ours composes í"
        if (pandoc and "(" in "".join(pandoc)) or (ours and "(" in "".join(ours)):
            return "pandoc: takes “(” for a small letter; BibTeX looks at the first letter"
        return SINGLE.get(place, "")
    if kind == "pages" and ours and ours.endswith("sqq."):
        return "ours: \\psqq is “sqq.”; pandoc drops it"
    if kind == "titles" and re.search(r"\\(?:rpackage|proglang|softwarepackage|MaxMinAntSystem)", raw):
        return "ours: macros of macros.tex; pandoc had not the file and drops them"
    return SINGLE.get(place, "")


SINGLE = {
    (
        "iridia-all",
        "BarGolKel1995",
        "names",
    ): "ours: “Stewart, Jr.” has a suffix, and a warning; BibTeX’s rule makes Jr. the given name",
    (
        "iridia-all",
        "IzzSimMar2013tour",
        "names",
    ): "ours: C.H.E. as typed; it is spaced where initials are made",
    ("iridia-all", "ModCMA", "titles"): "ours: shows the key of a \\cite in a title; pandoc drops it",
    (
        "mendeley-export",
        "nokey-769f800d",
        "names",
    ): "ours: BibTeX’s rule for the last small word before the last word",
    ("biblatex-examples", "rvonr", "names"): "ours: useprefix=true is said for this name",
    ("mendeley-export", "nokey-f1f68f71", "dates"): "pandoc: there is no month 31; ours warns",
    ("mendeley-export", "Evans2016", "dates"): "pandoc: there is no month 25; ours warns",
    ("mendeley-export", "Gruzd2012", "titles"): "pandoc: loses a title that begins with #",
    ("biblatex-examples", "t1", "titles"): "pandoc: takes a lone % for a comment; ours keeps it as text",
}


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
    text = re.sub(r"[\u2018\u2019\u02bc`´\u201c\u201d\u201e\u00ab\u00bb\"]", "'", text)
    text = text.replace("$", "")  # pandoc drops the dollars of a formula
    text = re.sub(r"[\u2010-\u2015\u2212]+", "-", text)
    text = re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text)
    return text.casefold().strip()


def name_key(name):
    keys = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")
    nfc = [unicodedata.normalize("NFC", name.get(key, "")) for key in keys]
    return tuple(re.sub(r"[\s\u00a0]+", " ", value.replace("’", "'")) for value in nfc)


def values(item, kind):
    if kind == "names":
        return {v: [name_key(n) for n in item[v]] for v in NAME_VARIABLES if item.get(v)}
    if kind == "dates":
        return {
            v: item[v].get("date-parts") for v in ("issued", "accessed", "event-date", "original-date")
            if item.get(v) and item[v].get("date-parts")
        }  # fmt: skip
    if kind == "pages":
        return (
            {
                "page": re.sub(
                    r"\s*([-–—]|,)\s*", lambda m: m[1].replace("–", "-").replace("—", "-"), item["page"]
                )
            }
            if item.get("page")
            else {}
        )
    if kind == "doi":
        return {"DOI": item["DOI"]} if item.get("DOI") else {}
    return {"title": fold(item["title"])} if item.get("title") else {}


def compare(name):
    """(kind → [equal, all]), list of (kind, id, variable, ours, pandoc's, why or '')."""
    found, expected = load(name)
    ours = {entry.key: csl.item(entry, found.macros) for entry in found.entries}
    sources = {entry.key: entry.fields for entry in found.entries}
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
            differences.append(("entries", key, "", "missing", "", ""))
            continue
        for kind in KINDS:
            a, b = values(mine, kind), values(item, kind)
            for variable in sorted({*a, *b}):
                x, y = a.get(variable), b.get(variable)
                pairs = [(x, y)]
                if kind == "names":
                    x, y = x or [], y or []
                    pairs = list(zip_longest(x, y))
                raw = sources[key].get(FIELD.get(variable, variable), "")
                for left, right in pairs:
                    figures[kind][1] += 1
                    if left == right:
                        figures[kind][0] += 1
                    else:
                        differences.append(
                            (
                                kind,
                                key,
                                variable,
                                left,
                                right,
                                why((name, key, kind), raw, left, right),
                            )
                        )
    return figures, differences


def main():
    rows, total = [], defaultdict(lambda: [0, 0, 0])
    for name in SETS:
        figures, differences = compare(name)
        for difference in differences:
            kind, key, variable, left, right, reason = difference
            print(f"{name} {key} {kind} {variable}\n    ours   {left}\n    pandoc {right}")
            print(f"    {reason or '*** unexplained'}")
        for kind in KINDS:
            equal, size = figures[kind]
            explained = sum(1 for d in differences if d[0] == kind and d[5])
            rows.append((name, kind, equal, explained, size))
            for number, part in enumerate((equal, explained, size)):
                total[kind][number] += part
    print(
        f"\n{'set':20}{'kind':8}{'equal':>8}{'explained':>11}{'all':>8}{'equal %':>10}{'with reasons %':>16}"
    )
    for name, kind, equal, explained, size in [*rows, *(("all", kind, *total[kind]) for kind in KINDS)]:
        if size:
            shares = f"{equal / size:10.2%}{(equal + explained) / size:16.2%}"
            print(f"{name:20}{kind:8}{equal:8}{explained:11}{size:8}{shares}")


if __name__ == "__main__":
    sys.exit(main())
