"""Checks of the finished pages: every link, anchor, id and heading, as a browser would find them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from acadsite.links import scheme_of, unsafe_reason
from acadsite.problems import Problem, did_you_mean, error, nearest, quote, warning

if TYPE_CHECKING:
    from acadsite.check.finished import Finished
    from acadsite.graph import Page
    from acadsite.problems import Span

#: How many addresses that lead nowhere get a hint: looking for what is meant costs the size of the site each time.
_HINTS: Final = 50
#: How addresses of pages end, as people write them.
_PAGES: Final = frozenset({"", ".html", ".md"})
#: Servers that have answered with https for years; a link to one with http only costs its reader a redirect, and what
#: he reads to everybody on the way. Any other may have none.
_SECURE: Final = frozenset(
    """aclanthology.org acm.org aeaweb.org aip.org amazon.com ams.org aps.org archive.org arxiv.org bitbucket.org
    biorxiv.org bl.uk cambridge.org cell.com codeberg.org cran.r-project.org crossref.org dagstuhl.de dblp.org
    dl.acm.org doi.org dx.doi.org elsevier.com eprint.iacr.org europepmc.org facebook.com figshare.com ghc.haskell.org
    github.com github.io gitlab.com gnu.org google.com gutenberg.org hal.science handle.net huggingface.co
    ieee.org ieeexplore.ieee.org imdb.com inspirehep.net iop.org jmlr.org jstor.org kaggle.com linkedin.com loc.gov
    mathoverflow.net mathscinet.ams.org medrxiv.org medium.com microsoft.com mozilla.org nasa.gov nature.com
    ncbi.nlm.nih.gov neurips.cc nih.gov nips.cc numdam.org openreview.net orcid.org osf.io oup.com plos.org pnas.org
    projecteuclid.org pypi.org python.org r-project.org researchgate.net royalsocietypublishing.org rsc.org
    scholar.google.com sciencedirect.com science.org sciencemag.org semanticscholar.org siam.org sourceforge.net
    springer.com ssrn.com stackexchange.com stackoverflow.com tandfonline.com tug.org twitter.com usenix.org vimeo.com
    w3.org wikidata.org wikimedia.org wikipedia.org wiley.com wordpress.com x.com youtube.com youtu.be zbmath.org
    zenodo.org zotero.org""".split()  # noqa: SIM905
)


def check_pages(site: Finished) -> list[Problem]:
    """Links and anchors that lead nowhere, links without words, ids that stand twice, pictures without alternative
    text, pages without title or main heading, headings that skip a level.

    What leads nowhere is told once, however many pages show it, and not at all where the build told of it.
    """
    problems: list[Problem] = []
    links: dict[tuple[str, str], Problem] = {}
    dead: set[str] = set()
    for page in site.pages():
        problems += (*_page(page, site), *_pictures(page, site))
        problems += _headings(page, site)
        for tag, address in dict.fromkeys(site.facts[page.path].addresses):
            found = _link(page, tag, address, site, dead)
            if found is not None:
                links.setdefault((found[0], found[1].code), found[1])
        for address in dict.fromkeys(site.facts[page.path].wordless):
            message = f"The link to {quote(address)} on {quote(page.path)} has no words."
            hint = "Write what it leads to; for a link around a picture, the picture's alternative text."
            problem = warning("link-words", message, site.place(page, address), hint)
            links.setdefault((address, problem.code), problem)
    return [*problems, *links.values()]


def _page(page: Page, site: Finished) -> list[Problem]:
    found, where = site.facts[page.path], page.where
    problems = []
    for identifier, number in found.ids.items():
        if number > 1:
            message = f"The page {quote(page.path)} has the id {quote(identifier)} {number} times."
            problems.append(warning("page-duplicate-id", message, where))
    if not found.title.strip():
        problems.append(warning("page-title", f"The page {quote(page.path)} has no title.", where))
    return problems


def _headings(page: Page, site: Finished) -> list[Problem]:
    """Exactly one main heading, and no level left out on the way down: readers who do not see the page go from heading
    to heading (https://www.w3.org/WAI/tutorials/page-structure/headings/)."""
    if page.kind == "redirect":
        return []
    headings = site.facts[page.path].headings
    problems = []
    number = sum(level == 1 for level, _ in headings)
    if number != 1:
        message = f"The page {quote(page.path)} has {number or 'no'} main headings (h1)."
        problems.append(warning("page-heading", message, page.where, "A page has exactly one."))
    before = 0
    for level, text in headings:
        words = " ".join(text.split())
        if before and level > before + 1:
            message = f"On {quote(page.path)} the heading {quote(words)} (h{level}) follows on an h{before}."
            hint = f"Make it an h{before + 1}, or add the heading between."
            problems.append(warning("heading-order", message, _heading_place(page, words, site), hint))
        before = level
    return problems


def _heading_place(page: Page, words: str, site: Finished) -> Span:
    for text in (f"# {words}", f">{words}<", words):
        found = site.line(page, text)
        if found is not None:
            return found
    return page.where


def _pictures(page: Page, site: Finished) -> list[Problem]:
    found = site.facts[page.path]
    problems = []
    for source in found.silent:
        message = (
            f"The picture {quote(source)} on {quote(page.path)} says nothing to those who do not see it."
        )
        place = site.place(page, source)
        hint = "Write what it shows: ![words](…), or {role=presentation} for decoration."
        if place.path.endswith(".ipynb") and place.column == 1:
            hint = "Write at the top of its cell what it shows: “#| fig-alt: …”."
        if place.path.endswith(".tex"):
            hint = "Write what it shows: “\\includegraphics[alt={…}]{…}”."
        problems.append(warning("image-alt", message, place, hint))
    for source in found.named:
        message = f"The picture {quote(source)} on {quote(page.path)} has a file's name as alternative text."
        problems.append(warning("image-alt", message, site.place(page, source), "Write what it shows."))
    for source in found.repeated:
        message = f"The figure {quote(source)} on {quote(page.path)} has its caption as its alternative text."
        hint = 'Say what it shows with {fig-alt="…"}.'
        problems.append(warning("image-alt", message, site.place(page, source), hint))
    for source in found.pictures_without_alt:
        message = f"The picture {quote(source)} on {quote(page.path)} has no alternative text."
        hint = 'Write what it shows, or alt="" for decoration.'
        problems.append(warning("image-alt", message, site.place(page, source), hint))
    return problems


def _link(page: Page, tag: str, address: str, site: Finished, dead: set[str]) -> tuple[str, Problem] | None:
    """What an address leads to, and what is wrong with that; None where it is fine or reported already."""
    reason = unsafe_reason(address)
    if reason and not (tag == "img" and address.startswith("data:image/")):
        message = f"The address {quote(address)} on {quote(page.path)} {reason}."
        make = error if scheme_of(address) else warning
        hint = "" if scheme_of(address) else "Write it with https:."
        return address, make("link-unsafe", message, site.place(page, address), hint)
    if address.startswith("http:"):
        return _insecure(page, address, site)
    found = site.target(page, address)
    if found is None or unquote(address) in site.reported:
        return None
    within, target = found
    if target not in site.outputs:
        dead.add(target)
        suffix = posixpath.splitext(target)[1]
        kinds = _PAGES if suffix in _PAGES else {suffix}
        alike = (path for path in site.outputs if posixpath.splitext(path)[1] in kinds)
        near = nearest(target, alike) if len(dead) <= _HINTS else None
        hint = f"Did you mean “{near}”?" if near else ""
        if not near and suffix not in _PAGES:
            hint = f"Put the file at content/static/{target}, or mend the address."
        message = f"The link to {quote(within)} on {quote(page.path)} leads to nothing."
        return target, warning("page-link", message, site.place(page, address, within), hint)
    anchor = unquote(urlsplit(address).fragment)
    whole = f"{target}#{anchor}"
    facts = site.facts.get(target)
    if tag == "link":  # nobody follows it: what stands behind the “#” is the name of a thing
        return None
    if anchor and facts and anchor not in facts.ids and anchor != "top" and whole not in site.reported:
        message = (
            f"The link {quote(address)} on {quote(page.path)} names an anchor that {quote(target)} lacks."
        )
        place = site.place(page, address, f"#{anchor}")
        return whole, warning("page-anchor", message, place, did_you_mean(anchor, facts.ids))
    return None


def _insecure(page: Page, address: str, site: Finished) -> tuple[str, Problem] | None:
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    parts = host.split(".")
    if not any(".".join(parts[at:]) in _SECURE for at in range(len(parts) - 1)):
        return None
    message = f"The link {quote(address)} on {quote(page.path)} is not encrypted, though {host} is."
    return address, warning("link-http", message, site.place(page, address), "Write it with https:.")
