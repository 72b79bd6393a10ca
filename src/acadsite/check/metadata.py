"""Checks of what machines read in the head of a page: addresses and, on paper pages, what Google Scholar needs.

The rules for papers are those of https://scholar.google.com/intl/en/scholar/inclusion.html: title, at least one author
and a date, or the page counts as one without any tag; a PDF in the folder of its page.
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from acadsite.graph import href_of, path_of
from acadsite.problems import quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.check.facts import Facts
    from acadsite.check.finished import Finished
    from acadsite.graph import Page
    from acadsite.problems import Problem

#: Kinds of publications that Scholar lists.
_PAPERS: Final = frozenset({"article", "book", "chapter", "edited", "paper", "preprint", "report", "thesis"})
#: ``<meta>`` that names a file.
_FILES: Final = ("og:image", "twitter:image", "citation_pdf_url", "citation_abstract_html_url")
_THEME: Final = "The theme has left it out: compare its head/metadata.html with that of base."


def check_metadata(site: Finished) -> list[Problem]:
    """A site without address; pages whose canonical address is another's or missing; papers without the tags of
    Scholar; files that the head names and that are not there; JSON-LD that is no JSON. What a record lacks is told by
    the check of the bibliography, not here. What is wrong with many pages in the same way is told once: the theme is
    wrong."""
    problems = []
    if not site.config["url"]:
        message = (
            "The site has no address: canonical links, feeds, the sitemap and Google Scholar's tags need it."
        )
        hint = "Add the address where it will live: url: https://example.org/"
        problems.append(warning("site-url", message, site.config.place("url"), hint))
    lacking: dict[str, list[Page]] = {}
    for page in site.pages():
        if page.kind in {"404", "redirect"}:
            continue
        facts = site.facts[page.path]
        problems += _files(page, facts, site)
        for text in facts.data:
            problems += _json(page, text)
        if site.config["url"]:
            problems += _address(page, facts, site)
            if "canonical" not in facts.relations:
                lacking.setdefault("canonical address", []).append(page)
        if page.kind == "publication":
            problems += _pdf(page, facts, site)
            missing = _missing(page, facts, site)
            if missing:
                lacking.setdefault(", ".join(missing), []).append(page)
    for words, pages in lacking.items():
        code = "meta-canonical" if words == "canonical address" else "meta-citation"
        needs = "" if code == "meta-canonical" else ", which Google Scholar needs"
        more = f" (and {len(pages) - 1} more)" if len(pages) > 1 else ""
        message = f"The page {quote(pages[0].path)}{more} has no {words}{needs}."
        problems.append(warning(code, message, pages[0].where, _THEME))
    return problems


def _address(page: Page, facts: Facts, site: Finished) -> Iterator[Problem]:
    wanted = f"{site.config['url']}{href_of(page.url)}"
    found = facts.relations.get("canonical", [])
    if found and found != [wanted]:
        message = f"The canonical address of {quote(page.path)} is {_list(found)}, not {quote(wanted)}."
        yield warning("meta-canonical", message, page.where, _THEME)
    also = facts.meta.get("og:url", [])
    if also and found and also != found:
        message = f"On {quote(page.path)} og:url is {_list(also)} and the canonical address {_list(found)}."
        yield warning("meta-canonical", message, page.where, "Make them the same.")


def _files(page: Page, facts: Facts, site: Finished) -> Iterator[Problem]:
    """Files of the site that the head names by whole addresses, and that are not there."""
    own = site.config["url"]
    for name in _FILES if own else ():
        for address in facts.meta.get(name, ()):
            if (
                address.startswith(own)
                and path_of(unquote(urlsplit(address[len(own) :]).path)) not in site.outputs
            ):
                message = f"{name} of {quote(page.path)} names {quote(address, 120)}, which is not there."
                yield warning("meta-missing", message, page.where, "Mend the address, or leave the tag out.")


def _json(page: Page, text: str) -> Iterator[Problem]:
    try:
        json.loads(text)
    except ValueError as failure:
        message = f"The JSON-LD of {quote(page.path)} cannot be read: {failure}."
        yield warning("meta-json", message, page.where, "Write values with the filter tojson.")


def _list(values: list[str]) -> str:
    return " and ".join(map(quote, values))


def _missing(page: Page, facts: Facts, site: Finished) -> list[str]:
    """Tags that a paper page lacks although its record has what stands in them."""
    record = site.library.get(*page.subject) if page.subject else None
    if record is None or record.data["kind"] not in _PAPERS:
        return []
    data = record.data
    needed = {
        "citation_title": bool(data["title_text"]),
        "citation_author": bool(data["authors"]),
        "citation_publication_date": data["year"] is not None,
    }
    return [name for name, is_known in needed.items() if is_known and not any(facts.meta.get(name, ()))]


def _pdf(page: Page, facts: Facts, site: Finished) -> Iterator[Problem]:
    for pdf in facts.meta.get("citation_pdf_url", ()):
        home = f"{site.config['url'] or ''}{href_of(page.url)}"
        if posixpath.dirname(urlsplit(pdf).path) != posixpath.dirname(urlsplit(home).path):
            message = f"The PDF {quote(pdf)} of {quote(page.path)} is not in the folder of its page."
            yield warning(
                "meta-pdf", message, page.where, "Google Scholar takes no other; leave the tag out."
            )
