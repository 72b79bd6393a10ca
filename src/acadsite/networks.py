"""The networks that academics have accounts at."""

from __future__ import annotations

from typing import Final

#: Profile networks: label and address, with {} for the user name.
PROFILES: Final[dict[str, tuple[str, str]]] = {
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


def network(name: str) -> str:
    """The key of ``PROFILES`` that a name stands for, if it is one."""
    return name.casefold().replace(" ", "_").replace("-", "_")
