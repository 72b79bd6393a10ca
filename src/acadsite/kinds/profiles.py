"""Accounts elsewhere as links: the networks that academics use, and what an address is likely to be."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from acadsite.graph import href_of
from acadsite.jinja import markup
from acadsite.links import is_external, unsafe_reason

if TYPE_CHECKING:
    from markupsafe import Markup

#: Profile networks: label and address, with {} for the user name.
PROFILES: dict[str, tuple[str, str]] = {
    "github": ("GitHub", "https://github.com/{}"),
    "gitlab": ("GitLab", "https://gitlab.com/{}"),
    "codeberg": ("Codeberg", "https://codeberg.org/{}"),
    "google_scholar": ("Google Scholar", "https://scholar.google.com/citations?user={}"),
    "orcid": ("ORCID", "https://orcid.org/{}"),
    "dblp": ("DBLP", "https://dblp.org/pid/{}.html"),
    "arxiv": ("arXiv", "https://arxiv.org/a/{}"),
    "semantic_scholar": ("Semantic Scholar", "https://www.semanticscholar.org/author/{}"),
    "openreview": ("OpenReview", "https://openreview.net/profile?id={}"),
    "zbmath": ("zbMATH", "https://zbmath.org/authors/{}"),
    "mathscinet": ("MathSciNet", "https://mathscinet.ams.org/mathscinet/MRAuthorID/{}"),
    "mactutor": ("MacTutor", "https://mathshistory.st-andrews.ac.uk/Biographies/{}/"),
    "mathematics_genealogy": (
        "Mathematics Genealogy",
        "https://www.genealogy.math.ndsu.nodak.edu/id.php?id={}",
    ),
    "wikidata": ("Wikidata", "https://www.wikidata.org/wiki/{}"),
    "wikipedia": ("Wikipedia", "https://en.wikipedia.org/wiki/{}"),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}"),
    "twitter": ("Twitter", "https://twitter.com/{}"),
    "x": ("X", "https://x.com/{}"),
    "bluesky": ("Bluesky", "https://bsky.app/profile/{}"),
    "mastodon": ("Mastodon", "https://{}"),
    "youtube": ("YouTube", "https://www.youtube.com/@{}"),
    "researchgate": ("ResearchGate", "https://www.researchgate.net/profile/{}"),
    "huggingface": ("Hugging Face", "https://huggingface.co/{}"),
    "inspire": ("INSPIRE", "https://inspirehep.net/authors/{}"),
}


class Link(NamedTuple):
    """A button or entry: what it says, where it leads, and how large the file there is, in words, where that says
    something."""

    name: str
    label: str
    href: str
    size: str = ""


@lru_cache(maxsize=256)
def veiled(text: str) -> Markup:
    """An e-mail address, or what begins with one, as references to characters: browsers show and open it as ever, and
    programs that look for an @ in the file find none."""
    return markup(
        "".join(f"&#{ord(char)};" if at % 3 else f"&#x{ord(char):x};" for at, char in enumerate(text))
    )


def profile(name: str, value: str) -> Link | None:
    """An account as a link: a known network with a user name, or any label with an address."""
    known = PROFILES.get(name.casefold().replace(" ", "_").replace("-", "_"))
    label = known[0] if known else name
    if is_external(value):
        href = value
    elif known is None:
        return None
    elif label == "Mastodon":  # @user@server
        user, _, server = value.lstrip("@").partition("@")
        href = f"https://{server}/@{user}" if server else ""
    else:
        href = known[1].format(href_of(value.lstrip("@")))
    return Link(name, label, href) if href and not unsafe_reason(href) else None


@lru_cache(maxsize=4096)
def label_of_address(url: str) -> str:
    """What a button with that address says, where the .bib file does not."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an open bracket in the host
        return "Paper"
    host = (parts.hostname or "").removeprefix("www.")
    if parts.path.casefold().endswith(".pdf"):
        return "PDF"
    known = {
        "arxiv.org": "arXiv",
        "doi.org": "DOI",
        "dx.doi.org": "DOI",
        "github.com": "Code",
        "openreview.net": "OpenReview",
    }
    return known.get(host, "Paper")
