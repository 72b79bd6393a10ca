"""Whether a tool really made the site: every page, with its text, its contents and its highlighted code."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import corpus

if TYPE_CHECKING:
    from pathlib import Path


def faults(out: Path, publications: int, posts: int, *, has_details: bool = True) -> list[str]:
    """What is missing in the folder of a built site, one line for each kind of fault; empty when it is complete."""
    found: dict[str, list[str]] = {}

    def note(page: str, lacks: list[str]) -> None:
        for what in lacks:
            found.setdefault(what, []).append(page)

    home = _text(out / "index.html")
    note("home", [] if "posts/" in home and "publications/" in home else ["no links on the home page"])
    whole = out / "publications" / "all" / "index.html"  # a long list has a page of its own
    listed = _text(out / "posts" / "index.html")
    works = _text(whole if whole.is_file() else out / "publications" / "index.html")
    for number in range(posts):
        post = corpus.post(number, posts)
        note(post.slug, post_faults(_text(out / "posts" / post.slug / "index.html"), post))
        note(post.slug, [] if f"{post.slug}/" in listed else ["not in the list of posts"])
    years = set()
    for number in range(publications):
        work = corpus.publication(number)
        years.add(str(work.year))
        if has_details:
            note(work.key, work_faults(_text(out / "publications" / work.key / "index.html"), work))
        note(work.key, [] if work.key in works else ["not in the list of publications"])
    headings = {
        html.unescape(re.sub(r"<.*?>", "", part)) for part in re.findall(r"<h\d.*?</h\d>", works, re.DOTALL)
    }
    for year in sorted(years):
        note(year, [] if any(year in heading for heading in headings) else ["no heading of a year"])
    return [f"{what}: {pages[0]}{_more(len(pages) - 1)}" for what, pages in found.items()]


def size(out: Path) -> tuple[int, int]:
    """Files and bytes."""
    files = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    return len(files), sum(files)


def post_faults(text: str, post: corpus.Post) -> list[str]:
    """What the page of a post lacks."""
    if not text:
        return ["no page of a post"]
    code = "".join(re.findall(r"<pre.*?</pre>", text, re.DOTALL))
    wanted = {
        "no title": post.title in text,
        "no heading": all(heading in text for heading in post.headings)
        and text.count("<h2") >= len(post.headings),
        "no table of contents": len(set(re.findall(r'href="#([^"]+)"', text))) >= len(post.headings),
        "code not highlighted": code.count("<span") > 10,
        "no code": "stationary" in code,
        "no table": "<table" in text and text.count("<td") >= 8,
        "lists not nested": len(re.findall(r"<li>[^<]*(?:<p>[^<]*</p>)?\s*<ul>", text)) >= 9,
        "no formulas": "frac" in text or "<mfrac" in text,
        "no link to another post": post.follows in text,
        "cut off": post.ending in text,
    }
    return [what for what, is_there in wanted.items() if not is_there]


def work_faults(text: str, work: corpus.Publication) -> list[str]:
    """What the page of a publication lacks."""
    if not text:
        return ["no page of a publication"]
    wanted = {
        "no title": work.title.partition(" of $")[0] in text,
        "no authors": all(family in text for _, family in work.authors),
        "no journal": work.journal in text,
        "no year": str(work.year) in text,
        "no DOI": work.doi in text,
        "no link": work.code in text,
        "no abstract": work.abstract[-60:] in text,
        "no keywords": all(keyword in text for keyword in work.keywords),
        "no BibTeX": f"@article{{{work.key}" in text,
    }
    return [what for what, is_there in wanted.items() if not is_there]


def _text(path: Path) -> str:
    try:
        return html.unescape(path.read_text(encoding="utf-8"))
    except OSError:
        return ""


def _more(count: int) -> str:
    return f" and {count:,} more" if count else ""
