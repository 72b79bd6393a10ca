"""Checks of sizes: what a visitor must load for a page, and files that hosts or Google Scholar do not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from acadsite.check.finished import Finished
    from acadsite.graph import Page
    from acadsite.publish import Output

#: https://scholar.google.com/intl/en/scholar/inclusion.html: larger files belong to Google Book Search.
_PDF: Final = 5_000_000
#: https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits.
_SITE: Final = 1_000_000_000


def check_weight(site: Finished) -> list[Problem]:
    """Pages above the budget of ``check.weight``, PDFs of papers that Scholar does not read, and a site too large to
    be hosted. A page weighs its HTML, style sheets, scripts and pictures, as they are on the disk."""
    sizes = {path: size_of(output) for path, output in site.outputs.items()}
    problems = []
    budget = site.config["check"]["weight"] * 1000
    for page in site.pages():
        weight, heaviest = _weight(page, site, sizes)
        if weight > budget:
            message = f"The page {quote(page.path)} weighs {_kilobytes(weight)}; the budget is {_kilobytes(budget)}."
            hint = f"Most of it is {heaviest} ({_kilobytes(sizes[heaviest])}). The budget is check.weight of site.yaml."
            problems.append(warning("page-weight", message, page.where, hint))
        if page.kind == "publication":
            problems += _papers(page, site, sizes)
    whole = sum(sizes.values())
    if whole > _SITE:
        message = f"The site has {whole / 1e9:.1f} GB; GitHub Pages takes 1 GB."
        problems.append(
            warning("site-size", message, Span("content"), "Put large files elsewhere and link to them.")
        )
    return problems


def size_of(output: Output) -> int:
    """Bytes of an output."""
    try:
        return output.copy.stat().st_size if output.copy else len(output.data)
    except OSError:  # it went away meanwhile; publishing tells
        return 0


def _weight(page: Page, site: Finished, sizes: dict[str, int]) -> tuple[int, str]:
    parts = {page.path}
    for address in site.facts[page.path].loaded:
        target = site.target(page, address)
        if target is not None and target[1] in sizes:
            parts.add(target[1])
    return sum(sizes[part] for part in parts), max(sorted(parts), key=lambda part: sizes[part])


def _papers(page: Page, site: Finished, sizes: dict[str, int]) -> list[Problem]:
    problems = []
    for _, address in dict.fromkeys(site.facts[page.path].addresses):
        target = site.target(page, address) if address.casefold().endswith(".pdf") else None
        size = sizes.get(target[1], 0) if target else 0
        if size > _PDF:
            message = f"The paper {quote(address)} has {size / 1e6:.1f} MB; Google Scholar reads up to 5 MB."
            hint = "Save it again with smaller pictures."
            problems.append(warning("pdf-size", message, site.place(page, address), hint))
    return problems


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f} KB"
