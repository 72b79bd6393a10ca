"""Stars of repositories: GitHub, GitLab, Codeberg, and other servers of GitLab, Forgejo and Gitea."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from acadsite.refresh.apis import APIS, Api
from acadsite.refresh.client import Answer, Client, whole

if TYPE_CHECKING:
    from acadsite.refresh.client import Pick

_HOSTS: Final = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "codeberg"}
#: They count no stars, or tell them nobody.
_WITHOUT: Final = frozenset(
    {"bitbucket.org", "sourceforge.net", "git.sr.ht", "sr.ht", "launchpad.net", "savannah.gnu.org"}
    | {"huggingface.co", "zenodo.org", "pypi.org", "cran.r-project.org", "gist.github.com", "doi.org"}
)
#: Longer descriptions are no one-liners.
_LONGEST: Final = 350
_NAME: Final = re.compile(r"[\w.~-]+(?:/[\w.~-]+)+")
#: Where the number and the name stand in the answers of each kind of server.
_KEYS: Final = {
    "github": ("stargazers_count", "full_name"),
    "gitlab": ("star_count", "path_with_namespace"),
    "codeberg": ("stars_count", "full_name"),
}


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository is: ``names`` are the services that may know it, best first; ``path`` is its name there."""

    host: str
    path: str
    names: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        """Whether we know what kind of server it is on."""
        return len(self.names) == 1


@dataclass(frozen=True, slots=True)
class Stars:
    """The number, the repository's name of today, and what it says of itself."""

    number: int
    name: str
    description: str = ""


def repository_of(address: str) -> Repository | None:
    """The repository at an address of the web; None where there is none, or none that has stars."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return None
    steps = [step for step in parts.path.partition("/-/")[0].split("/") if step]
    if parts.scheme not in {"http", "https"} or len(steps) < 2 or host in _WITHOUT or "." not in host:
        return None
    if ".." in steps or "." in steps:
        return None
    name = _HOSTS.get(host) or ("gitlab" if "gitlab" in host.split(".") else "")
    names = (name,) if name else ("gitlab", "codeberg")
    inner = steps if name not in {"github", "codeberg"} else steps[:2]
    path = "/".join(inner).removesuffix(".git")
    return Repository(host, path, names)


def stars_of(client: Client, repository: Repository, overrides: Mapping[str, Api]) -> Answer:
    """The ``Stars`` of a repository, or why they are not known."""
    answer = Answer(fault="")
    for name in repository.names:
        api = _api(name, repository.host, overrides)
        if api is None:
            return Answer(fault=f"{repository.host} is no server of the public web")
        path = repository.path if name == "gitlab" else "/".join(repository.path.split("/")[:2])
        shown = f"/projects/{quote(path, safe='')}" if name == "gitlab" else f"/repos/{quote(path)}"
        answer = client.ask(api, shown, _picks(name), is_kept=True)
        if answer.data is not None:
            data = answer.data
            return Answer(Stars(data[_KEYS[name][0]], data[_KEYS[name][1]], data.get("description", "")))
    return answer


def _api(name: str, host: str, overrides: Mapping[str, Api]) -> Api | None:
    """The service of a host. Tokens are for the three that we know."""
    if _HOSTS.get(host) == name:
        return overrides.get(name) or APIS[name]
    given = overrides.get(host)
    if given is not None:
        inner = urlsplit(APIS[name].base).path
        return replace(APIS[name], title=host, base=given.base + inner, token="", is_given=True)
    base = f"https://{host}{urlsplit(APIS[name].base).path}"
    return replace(APIS[name], title=host, base=base, token="")


def _picks(name: str) -> Pick:
    number, title = _KEYS[name]

    def pick(data: Any) -> Any:
        if not isinstance(data, Mapping) or whole(data.get(number)) is None:
            return None
        path = data.get(title)
        if not isinstance(path, str) or not _NAME.fullmatch(path) or len(path) > 300:
            return None
        said = data.get("description")
        words = " ".join(said.split()) if isinstance(said, str) and said.isprintable() else ""
        found = {number: data[number], title: path}
        return found | {"description": words} if 0 < len(words) <= _LONGEST else found

    return pick
