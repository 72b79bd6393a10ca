"""The services that are asked: where they are, how they want to be asked, and which token they take.

Sources: docs.github.com (REST, “Rate limits”, 2022-11-28), docs.gitlab.com (Projects API), the Swagger description of
Forgejo, developers.openalex.org, api.semanticscholar.org (Academic Graph), info.orcid.org (API 3.0), api.crossref.org
(“Access and authentication”), doi.org (content negotiation), operations.osmfoundation.org (Nominatim usage policy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Api:
    """One service. ``token`` names the variable of the environment whose value goes into ``header`` (name and value
    with {}), or, for a name that begins with ``?``, into the query. ``pause`` is in seconds, between two requests.
    ``is_elsewhere``: it answers by passing on to other servers, as doi.org does."""

    name: str
    title: str
    base: str
    token: str = ""
    header: tuple[str, str] = ("", "{}")
    accept: str = "application/json"
    more: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.2
    is_elsewhere: bool = False
    #: Known to us by a place that the user gave (``--api``).
    is_given: bool = False


#: By the name that ``--only`` and ``--api`` use.
APIS: Final = {
    api.name: api
    for api in (
        Api(
            "github",
            "GitHub",
            "https://api.github.com",
            "GITHUB_TOKEN",
            ("Authorization", "Bearer {}"),
            "application/vnd.github+json",
            {"X-GitHub-Api-Version": "2022-11-28"},
        ),
        Api("gitlab", "GitLab", "https://gitlab.com/api/v4", "GITLAB_TOKEN", ("PRIVATE-TOKEN", "{}")),
        Api(
            "codeberg",
            "Codeberg",
            "https://codeberg.org/api/v1",
            "CODEBERG_TOKEN",
            ("Authorization", "token {}"),
        ),
        Api("openalex", "OpenAlex", "https://api.openalex.org", "OPENALEX_API_KEY", ("?api_key", "{}")),
        Api(
            "semantic-scholar",
            "Semantic Scholar",
            "https://api.semanticscholar.org/graph/v1",
            "S2_API_KEY",
            ("x-api-key", "{}"),
            pause=1.1,
        ),
        Api("orcid", "ORCID", "https://pub.orcid.org/v3.0"),
        Api("crossref", "Crossref", "https://api.crossref.org", pause=1.0),
        Api(
            "doi",
            "doi.org",
            "https://doi.org",
            accept="application/vnd.citationstyles.csl+json, application/json;q=0.5",
            pause=0.5,
            is_elsewhere=True,
        ),
        Api("nominatim", "Nominatim", "https://nominatim.openstreetmap.org", pause=1.1),
    )
}
