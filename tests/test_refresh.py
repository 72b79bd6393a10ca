"""``acadsite refresh`` against a server of our own that answers as the services document it, well and badly."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite import bibtex
from acadsite.bibtex import from_csl
from acadsite.refresh import Refreshed, Wishes, refresh
from acadsite.refresh.apis import APIS
from acadsite.refresh.client import Client, Limits, agent_of, at
from acadsite.refresh.hosts import repository_of
from acadsite.refresh.scholars import scholar_id
from acadsite.refresh.snapshots import Snapshot, with_values
from acadsite.refresh.suggestions import Suggestion, entry_of
from acadsite.wire import SilenceError
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = dt.date(2026, 11, 21)
QUICK = Limits(seconds=2.0, tries=3, first=0.01, patience=1.5, most=100_000, pause=0.0)

SITE = {
    "site.yaml": "title: Jane Doe\nauthor: {name: Jane Doe, email: jane@example.org, orcid: 0000-0002-1825-0097}\n",
    "content/repos.yaml": """\
- url: https://github.com/doe/rings
  name: rings
- url: https://gitlab.com/group/sub/modules
- url: https://codeberg.org/doe/ideals/
- url: https://example.org/a/page/of/software
""",
    "content/publications/all.bib": """\
@article{doe2020, author = {Doe, Jane}, title = {Rings}, journal = {J}, year = 2020, doi = {10.1000/RINGS}}
@misc{doe2021, author = {Doe, Jane}, title = {Ideals of the Second Kind}, year = 2021, eprint = {2101.00001v2},
  eprinttype = {arxiv}}
@article{doe2022, author = {Doe, Jane}, title = {Modules without a Number}, journal = {J}, year = 2022}
""",
    "content/snapshots/repos.yaml": """\
# counted on Sundays
date: 2026-01-01   # a Thursday
source: by hand
mood: hopeful
repos:
  # the first one
  doe/rings: {stars: 1200, forks: 7}  # ours
  gone/away: {stars: 3}
  sub/modules: 40

# the end
""",
}
REPOS = "content/snapshots/repos.yaml"
SCHOLAR = "content/snapshots/scholar.yaml"

Reply = tuple[int, dict[str, str], bytes]


def as_json(data: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json; charset=utf-8", **named}, json.dumps(data).encode()


def github(name: str, stars: Any, said: str | None = None, **headers: str) -> Reply:
    owner = name.partition("/")[0]
    data = {"id": 1, "name": name.partition("/")[2], "full_name": name, "owner": {"login": owner, "id": 2}}
    data |= {"description": said}
    more = {
        "private": False,
        "fork": False,
        "stargazers_count": stars,
        "watchers_count": stars,
        "license": None,
    }
    return as_json(data | more, **headers)


@dataclass
class Web:
    """The services. ``answers`` by “name path”: one reply for always, or a list of which each is used once and the last
    one stays; a function makes it from the query and the headers. ``asked`` is what came."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def base(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        parts = urlsplit(path)
        name, _, rest = unquote(parts.path).removeprefix("/").partition("/")
        key = f"{name} /{rest}"
        self.asked.append((key, parts.query, headers, body))
        found = self.answers.get(key)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(parse_qs(parts.query), headers, body)
        return found if found is not None else as_json({"message": "Not Found"}, 404)

    def places(self) -> dict[str, Any]:
        known = {name: at(api, f"{self.base}/{name}") for name, api in APIS.items()}
        return known | {"example.org": at(replace(APIS["github"], base=""), f"{self.base}/example.org")}

    @property
    def keys(self) -> list[str]:
        return [key for key, *_ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    web: Web

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.web.reply(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        if reply is None:
            return
        status, headers, data = reply
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def _server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (_Handler,), {"web": Web()})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def web(_server: ThreadingHTTPServer) -> Web:
    """Services that all answer well."""
    found = Web(server=_server)
    _server.RequestHandlerClass.web = found  # type: ignore[attr-defined]
    found.answers = {
        "github /repos/doe/rings": github("doe/rings", 1345),
        "gitlab /projects/group/sub/modules": as_json(
            {"id": 5, "path_with_namespace": "group/sub/modules", "star_count": 40, "forks_count": 1}
        ),
        "codeberg /repos/doe/ideals": as_json({"id": 9, "full_name": "doe/ideals", "stars_count": 3}),
        "openalex /authors/orcid:0000-0002-1825-0097": as_json(
            {
                "id": "https://openalex.org/A1",
                "cited_by_count": 1204,
                "summary_stats": {"2yr_mean_citedness": 1.5, "h_index": 12, "i10_index": 14},
            }
        ),
        "openalex /works": as_json(
            {
                "meta": {"count": 2, "per_page": 50},
                "results": [
                    {"doi": "https://doi.org/10.1000/rings", "cited_by_count": 100_000},
                    {"doi": "https://doi.org/10.48550/arxiv.2101.00001", "cited_by_count": 0},
                ],
            }
        ),
    }
    return found


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path / "site").write(SITE)


def run(site: SiteFolder, web: Web, *only: str, **more: Any) -> Refreshed:
    wishes = Wishes(only=frozenset(only), apis=web.places(), limits=QUICK)
    return refresh(site.root, TODAY, replace(wishes, **more))


def codes(found: Refreshed) -> list[str]:
    return [problem.code for problem in found.problems]


def text(site: SiteFolder, path: str = REPOS) -> str:
    return (site.root / path).read_text(encoding="utf-8")


# --- stars ---


def test_stars_are_exchanged_where_they_stand_and_all_else_stays(site, web):
    found = run(site, web, "github", "gitlab", "codeberg")
    assert (
        text(site)
        == """\
# counted on Sundays
date: 2026-11-21   # a Thursday
source: "Codeberg, GitHub and GitLab"
mood: hopeful
repos:
  # the first one
  doe/rings: {stars: 1345, forks: 7}  # ours
  gone/away: {stars: 3}
  sub/modules: 40
  doe/ideals: {stars: 3}

# the end
"""
    )
    assert found.problems == []
    assert found.summary == ["3 repositories: 2 changed (rings 1.2k → 1.3k, doe/ideals 3)"]
    assert found.written == [REPOS]


def test_what_repositories_say_of_themselves_follows_them(site, web):
    """Also where the snapshot has a number only, or a description already; never where the list has its own."""
    own = SITE["content/repos.yaml"] + "- {url: https://github.com/doe/own, description: Mine.}\n"
    site.write({"content/repos.yaml": own})
    web.answers["github /repos/doe/own"] = github("doe/own", 7, "Theirs.")
    modules = {
        "path_with_namespace": "group/sub/modules",
        "star_count": 40,
        "description": "Modules, said: #1",
    }
    web.answers["gitlab /projects/group/sub/modules"] = as_json(modules)
    for words in ("Counts *rings*.", "Counts rings & ideals."):
        web.answers["github /repos/doe/rings"] = github("doe/rings", 1345, words)
        found = run(site, web)
        assert "new description" in found.summary[0]
        data = yaml.safe_load(text(site))["repos"]
        assert data["doe/rings"] == {"stars": 1345, "forks": 7, "description": words}
        assert data["sub/modules"] == {"stars": 40, "description": "Modules, said: #1"}
        assert data["doe/own"] == {"stars": 7}
        assert words.replace("&", "&amp;") in site.build()["repos/index.html"]
    before = text(site)
    web.answers["github /repos/doe/rings"] = github("doe/rings", 1345)
    assert run(site, web, "github", "gitlab").summary == ["3 repositories: nothing changed"]
    assert text(site) == before


def test_a_part_that_is_asked_leaves_the_source_of_the_others(site, web):
    run(site, web, "codeberg")
    assert yaml.safe_load(text(site))["source"] == "Codeberg"
    run(site, web, "github")
    assert yaml.safe_load(text(site))["source"] == "Codeberg and GitHub"


def test_the_build_shows_what_was_fetched(site, web):
    run(site, web)
    files = site.build()
    assert "1.3k" in files["repos/index.html"]
    assert "Google Scholar" not in files["publications/index.html"]
    assert (
        "OpenAlex: 1.2k+ citations and an h-index of 12 (21 November 2026)"
        in files["publications/index.html"]
    )


def test_nothing_new_touches_nothing(site, web):
    run(site, web)
    before = {path: ((site.root / path).read_bytes(), (site.root / path).stat()) for path in (REPOS, SCHOLAR)}
    found = refresh(site.root, dt.date(2027, 1, 1), Wishes(apis=web.places(), limits=QUICK))
    assert found.written == []
    assert found.changes == []
    assert found.problems == []
    for path, (data, info) in before.items():
        assert (site.root / path).read_bytes() == data
        assert (site.root / path).stat().st_mtime_ns == info.st_mtime_ns
    assert found.summary[0] == "3 repositories: nothing changed"


def test_a_dry_run_writes_nothing_at_all(site, web):
    before = sorted(path for path in site.root.rglob("*") if ".acadsite" not in path.parts)
    found = run(site, web, is_dry=True)
    assert text(site) == SITE[REPOS]
    assert sorted(path for path in site.root.rglob("*") if ".acadsite" not in path.parts) == before
    assert not (site.root / ".acadsite/refresh.json").exists()
    assert set(found.texts) == {REPOS, SCHOLAR}
    assert found.written == []


def test_what_did_not_change_is_asked_for_by_its_mark(site, web):
    def with_mark(_query: Any, headers: dict[str, str], _body: bytes) -> Reply:
        if headers.get("if-none-match") == 'W/"abc"':
            return 304, {"ETag": 'W/"abc"'}, b""
        return github("doe/rings", 1345, ETag='W/"abc"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    web.answers["github /repos/doe/rings"] = with_mark
    run(site, web, "github")
    assert "stars: 1345" in text(site)
    site.write({REPOS: text(site).replace("1345", "7")})  # somebody wrote into it
    found = run(site, web, "github")
    assert "stars: 1345" in text(site)
    assert found.problems == []
    first, second = (headers for _, _, headers, _ in web.asked)
    assert "if-none-match" not in first
    assert second["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    "spoilt", ['{"a": 1}', "[", '{"ADDRESS": ["W/\\"abc\\"", "", {"stargazers_count": -1}]}']
)
def test_a_spoilt_memory_is_none(site, web, spoilt):
    web.answers["github /repos/doe/rings"] = github("doe/rings", 1345, ETag='W/"abc"')
    address = f"{web.base}/github/repos/doe/rings"
    site.write({".acadsite/refresh.json": spoilt.replace("ADDRESS", address)})
    found = run(site, web, "github")
    assert found.problems == []
    assert "stars: 1345" in text(site)
    assert "if-none-match" not in web.asked[0][2]


LIMITED = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 3000)}


@pytest.mark.parametrize(
    ("answers", "code", "words"),
    [
        pytest.param([as_json({}, 404)], "refresh-gone", "knows no repository “doe/rings”", id="gone"),
        pytest.param([as_json({}, 403, **LIMITED)], "refresh-limit", "GITHUB_TOKEN", id="403 limit"),
        pytest.param(
            [as_json({"message": "API rate limit exceeded"}, 403)], "refresh-limit", "no more", id="403 words"
        ),
        pytest.param([as_json({}, 403)], "refresh-failed", "answers with 403", id="403"),
        pytest.param([as_json({}, 429, Retry_After="9000")], "refresh-limit", "before", id="429 long"),
        pytest.param([as_json({}, 429)], "refresh-limit", "no more", id="429 for ever"),
        pytest.param([as_json({}, 500)], "refresh-failed", "answers with 500", id="500 for ever"),
        pytest.param([as_json({}, 401)], "refresh-failed", "401", id="401"),
        pytest.param([as_json({}, 451)], "refresh-failed", "451", id="451"),
        pytest.param(
            [(200, {"Content-Type": "application/json"}, b'{"stargazers_count": 13')],
            "refresh-failed",
            "broken JSON",
            id="truncated",
        ),
        pytest.param(
            [
                (
                    200,
                    {"Content-Type": "application/json", "Content-Length": "900"},
                    b'{"stargazers_count": 13',
                )
            ],
            "refresh-failed",
            "breaks off",
            id="promised more",
        ),
        pytest.param(
            [(200, {"Content-Type": "text/html"}, b"<p>Hello")], "refresh-failed", "text/html", id="HTML"
        ),
        pytest.param([(200, {}, b"{}")], "refresh-failed", "not with JSON", id="no type"),
        pytest.param([as_json("x" * 200_000)], "refresh-failed", "longer than 0.1 MB", id="huge"),
        pytest.param(
            [(200, {"Content-Type": "application/json"}, b"[" * 60_000)],
            "refresh-failed",
            "broken",
            id="deep",
        ),
        pytest.param([github("doe/rings", None)], "refresh-failed", "documented", id="null"),
        pytest.param([github("doe/rings", -4)], "refresh-failed", "documented", id="negative"),
        pytest.param([github("doe/rings", "12")], "refresh-failed", "documented", id="text"),
        pytest.param([github("doe/rings", 12.5)], "refresh-failed", "documented", id="fraction"),
        pytest.param([github("doe/rings", True)], "refresh-failed", "documented", id="flag"),
        pytest.param([github("doe/rings", float("nan"))], "refresh-failed", "broken JSON", id="NaN"),
        pytest.param([github("doe/rings", 10**40)], "refresh-failed", "documented", id="too many"),
        pytest.param([github("doe/rings\n- url: x", 5)], "refresh-failed", "documented", id="name"),
        pytest.param([as_json([])], "refresh-failed", "documented", id="list"),
        pytest.param(
            [(302, {"Location": "https://example.net/x"}, b"")], "refresh-failed", "another server", id="away"
        ),
        pytest.param(
            [(302, {"Location": "http://[::1"}, b"")], "refresh-failed", "no address", id="bad place"
        ),
        pytest.param(
            [(302, {"Location": "/github/repos/doe/rings"}, b"")],
            "refresh-failed",
            "redirected more",
            id="circle",
        ),
        pytest.param([(304, {}, b"")], "refresh-failed", "304", id="304 unasked"),
    ],
)
def test_on_any_failure_the_file_is_as_it_was(site, web, answers, code, words):
    web.answers["github /repos/doe/rings"] = answers
    found = run(site, web, "github")
    assert (site.root / REPOS).read_bytes() == SITE[REPOS].encode()
    assert codes(found) == [code]
    assert words in found.problems[0].message
    assert found.summary == ["1 repository: nothing changed, 1 could not be asked"]
    if code != "refresh-limit":
        assert str(found.problems[0].where) == "content/repos.yaml:1:8"


def test_a_server_that_does_not_answer_in_time(site, web):
    def slow(*_: Any) -> Reply:
        time.sleep(0.8)
        return github("doe/rings", 5)

    web.answers["github /repos/doe/rings"] = slow
    found = run(site, web, "github", limits=replace(QUICK, seconds=0.2, tries=2))
    assert text(site) == SITE[REPOS]
    assert codes(found) == ["refresh-failed"]
    assert "no answer in" in found.problems[0].message
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    "first",
    [
        as_json({}, 500),
        as_json({}, 503, Retry_After="0"),
        as_json({}, 429, Retry_After="1"),
        as_json({}, 429, Retry_After=formatdate(time.time() - 5, usegmt=True)),
        as_json({}, 403, X_RateLimit_Remaining="0", X_RateLimit_Reset="1"),
        as_json({}, 429, RateLimit_Remaining="0", RateLimit_Reset="x"),
    ],
)
def test_a_busy_server_is_asked_again(site, web, first):
    web.answers["github /repos/doe/rings"] = [first, github("doe/rings", 1345)]
    start = time.monotonic()
    found = run(site, web, "github")
    assert found.problems == []
    assert "stars: 1345" in text(site)
    assert len(web.asked) == 2
    if first[1].get("Retry-After") == "1":
        assert time.monotonic() - start > 0.9


def test_a_server_that_says_no_is_left_alone(site, web):
    urls = [f"- url: https://github.com/doe/number{number}\n" for number in range(20)]
    site.write({"content/repos.yaml": "".join(urls)})
    web.answers = {
        f"github /repos/doe/number{number}": as_json({}, 429, Retry_After="500") for number in range(20)
    }
    found = run(site, web)
    assert len(web.asked) == 1 + 2  # and OpenAlex for the author and the works
    assert codes(found)[0] == "refresh-limit"
    assert "20 repositories not asked" in found.problems[0].message
    assert found.summary[0] == "20 repositories: nothing changed, 20 could not be asked"


def test_a_broken_server_is_not_asked_for_ever(site, web):
    urls = [f"- url: https://github.com/doe/number{number}\n" for number in range(20)]
    site.write({"content/repos.yaml": "".join(urls)})
    web.answers = {f"github /repos/doe/number{number}": as_json({}, 502) for number in range(20)}
    found = run(site, web, "github")
    assert len(web.asked) == 2 * QUICK.tries
    assert codes(found).count("refresh-failed") == 2
    assert codes(found).count("refresh-limit") == 1


def test_one_failure_does_not_keep_the_others_from_being_new(site, web):
    web.answers["gitlab /projects/group/sub/modules"] = as_json({}, 500)
    web.answers["codeberg /repos/doe/ideals"] = as_json({"full_name": "doe/ideals", "stars_count": 100_000})
    found = run(site, web, "github", "gitlab", "codeberg")
    data = yaml.safe_load(text(site))
    assert data["repos"]["doe/rings"] == {"stars": 1345, "forks": 7}
    assert data["repos"]["sub/modules"] == 40
    assert data["repos"]["doe/ideals"] == {"stars": 100_000}
    assert found.summary == [
        "3 repositories: 2 changed (rings 1.2k → 1.3k, doe/ideals 100k), 1 could not be asked"
    ]


def test_a_repository_that_moved_is_told_with_its_line(site, web):
    web.answers["github /repos/doe/rings"] = (301, {"Location": f"{web.base}/github/repositories/77"}, b"{}")
    web.answers["github /repositories/77"] = github("algebra/rings", 1345)
    found = run(site, web, "github")
    assert "doe/rings: {stars: 1345, forks: 7}" in text(site)
    (problem,) = found.problems
    assert (problem.code, str(problem.where)) == ("refresh-moved", "content/repos.yaml:1:8")
    assert problem.hint == "Write https://github.com/algebra/rings"


def test_another_case_is_no_move(site, web):
    web.answers["github /repos/doe/rings"] = github("Doe/Rings", 1345)
    assert run(site, web, "github").problems == []


def test_two_repositories_of_one_name_are_told(site, web):
    site.write(
        {
            "content/repos.yaml": "- url: https://github.com/doe/rings\n- {id: b, url: https://codeberg.org/doe/rings}\n"
        }
    )
    web.answers["codeberg /repos/doe/rings"] = as_json({"full_name": "doe/rings", "stars_count": 5})
    found = run(site, web, "github", "codeberg")
    assert codes(found) == ["refresh-twice"]
    assert "stars: 1345" in text(site)


def test_other_hosts_are_found_out(site, web):
    site.write(
        {"content/repos.yaml": "- url: https://example.org/doe/tools\n- url: https://example.org/only\n"}
    )
    web.answers["example.org /api/v1/repos/doe/tools"] = as_json({"full_name": "doe/tools", "stars_count": 8})
    found = run(site, web, "codeberg", tokens={"GITLAB_TOKEN": "secret", "CODEBERG_TOKEN": "secret"})
    assert found.problems == []
    assert "doe/tools: {stars: 8}" in text(site)
    assert web.keys == ["example.org /api/v4/projects/doe/tools", "example.org /api/v1/repos/doe/tools"]
    assert "secret" not in str(web.asked)


@pytest.mark.parametrize(
    ("address", "path", "names"),
    [
        ("https://github.com/a/b", "a/b", ("github",)),
        ("https://www.github.com/a/b.git", "a/b", ("github",)),
        ("https://github.com/a/b/tree/main/c", "a/b", ("github",)),
        ("https://gitlab.com/a/b/c/-/tree/main", "a/b/c", ("gitlab",)),
        ("https://gitlab.inria.fr/a/b", "a/b", ("gitlab",)),
        ("https://codeberg.org/a/b/src/branch/main", "a/b", ("codeberg",)),
        ("https://git.example.org/a/b", "a/b", ("gitlab", "codeberg")),
        ("https://github.com/a", None, ()),
        ("https://bitbucket.org/a/b", None, ()),
        ("https://localhost/a/b", None, ()),
        ("https://github.com/../b", None, ()),
        ("mailto:a@example.org", None, ()),
        ("/files/a/b", None, ()),
        ("https://[/a/b", None, ()),
    ],
)
def test_addresses_of_repositories(address, path, names):
    found = repository_of(address)
    assert (found.path if found else None) == path
    assert found is None or found.names == names


# --- tokens ---


def test_tokens_go_where_they_belong_and_nowhere_else(site, web):
    tokens = {
        "GITHUB_TOKEN": "tokenofgithub",
        "GITLAB_TOKEN": "tokenofgitlab",
        "CODEBERG_TOKEN": "tokenofcodeberg",
        "OPENALEX_API_KEY": "keyofopenalex",
    }
    other = web.base.replace("127.0.0.1", "localhost")
    web.answers["codeberg /repos/doe/ideals"] = (302, {"Location": f"{other}/codeberg/elsewhere"}, b"")
    found = run(site, web, tokens=tokens)
    by_key = {key: (query, headers) for key, query, headers, _ in web.asked}
    assert by_key["github /repos/doe/rings"][1]["authorization"] == "Bearer tokenofgithub"
    assert by_key["gitlab /projects/group/sub/modules"][1]["private-token"] == "tokenofgitlab"
    assert by_key["codeberg /repos/doe/ideals"][1]["authorization"] == "token tokenofcodeberg"
    assert "api_key=keyofopenalex" in by_key["openalex /works"][0]
    assert "codeberg /elsewhere" not in by_key
    for key, (query, headers) in by_key.items():
        for token in tokens.values():
            is_own = key.partition(" ")[0] in token
            assert is_own or token not in f"{query}{headers}", key
    kept = (site.root / ".acadsite").rglob("*")
    everything = repr(found) + "".join(path.read_text("utf-8", "replace") for path in kept if path.is_file())
    assert "tokenof" not in everything
    assert "keyof" not in everything


def test_a_refused_token_is_named_not_shown(site, web):
    web.answers["github /repos/doe/rings"] = as_json({"message": "Bad credentials"}, 401)
    found = run(site, web, "github", tokens={"GITHUB_TOKEN": "abcdef"})
    assert codes(found) == ["refresh-limit"]
    assert "refuses the token in GITHUB_TOKEN" in found.problems[0].message
    assert "abcdef" not in repr(found)


def test_we_say_who_we_are(site, web):
    run(site, web)
    assert {headers["user-agent"] for _, _, headers, _ in web.asked} == {agent_of("jane@example.org")}
    assert "mailto:jane@example.org" in agent_of("jane@example.org")
    assert "\n" not in agent_of("a\nb@example.org")
    queries = [parse_qs(query) for key, query, *_ in web.asked if key.startswith("openalex")]
    assert all(query["mailto"] == ["jane@example.org"] for query in queries)


# --- citations ---


def test_citations_of_the_author_and_of_works(site, web):
    found = run(site, web, "openalex")
    assert (
        text(site, SCHOLAR)
        == """\
date: 2026-11-21
source: OpenAlex
citations: 1204
h_index: 12
i10_index: 14
publications:
  doe2020: 100000
  doe2021: 0
"""
    )
    assert found.problems == []
    assert found.summary == ["OpenAlex: citations 1.2k, h-index 12, i10-index 14; 2 publications, 2 changed"]
    (query,) = [parse_qs(query) for key, query, *_ in web.asked if key == "openalex /works"]
    assert query["filter"] == ["doi:10.1000/rings|10.48550/arxiv.2101.00001"]
    assert not [problem for problem in site.report() if "snapshot" in problem["code"]]


def test_numbers_of_someone_else_are_left_alone(site, web):
    by_hand = "date: 2026-01-01\nsource: Google Scholar\ncitations: 2000\n"
    site.write({SCHOLAR: by_hand})
    found = run(site, web)
    assert text(site, SCHOLAR) == by_hand
    assert found.problems == []
    (note,) = found.notes
    assert note.startswith(f"{SCHOLAR} has numbers of “Google Scholar”: they are left as they are.")
    assert codes(run(site, web, "openalex")) == ["refresh-source"]
    assert text(site, SCHOLAR) == by_hand


def test_works_are_asked_for_in_batches(site, web):
    entries = [
        f"@misc{{k{n:03}, author={{A B}}, title={{T {n}}}, year=2000, doi={{10.1/{n:03}}}}}\n"
        for n in range(120)
    ]
    site.write({"content/publications/all.bib": "".join(entries)})

    def works(query: dict[str, list[str]], *_: Any) -> Reply:
        dois = query["filter"][0].removeprefix("doi:").split("|")
        assert len(dois) <= 50
        return as_json({"results": [{"doi": f"https://doi.org/{doi}", "cited_by_count": 3} for doi in dois]})

    web.answers["openalex /works"] = works
    run(site, web, "openalex")
    assert web.keys.count("openalex /works") == 3
    assert yaml.safe_load(text(site, SCHOLAR))["publications"] == {f"k{n:03}": 3 for n in range(120)}


@pytest.mark.parametrize(
    "author",
    [
        as_json({"cited_by_count": None, "summary_stats": None}),
        as_json({"cited_by_count": 5, "summary_stats": {"h_index": -1}}),
        as_json({"cited_by_count": 5, "summary_stats": {"h_index": "many"}}),
        as_json({}, 404),
        as_json({}, 500),
    ],
)
def test_totals_that_are_none_stay_as_they_were(site, web, author):
    before = "source: OpenAlex\ncitations: 1000   # so many\nh_index: 11\n"
    site.write({SCHOLAR: before})
    web.answers["openalex /authors/orcid:0000-0002-1825-0097"] = author
    found = run(site, web, "openalex")
    data = yaml.safe_load(text(site, SCHOLAR))
    assert (data["citations"], data["h_index"]) == (1000, 11)
    assert data["publications"] == {"doe2020": 100_000, "doe2021": 0}
    assert codes(found) == ["refresh-failed"]


def test_semantic_scholar_is_asked_where_the_author_has_an_account_there(site, web):
    account = "https://www.semanticscholar.org/author/J.-Doe/1234567"
    site.write({"site.yaml": f"author: {{name: Jane Doe, profiles: {{semanticscholar: '{account}'}}}}\n"})

    def batch(query: dict[str, list[str]], _headers: Any, body: bytes) -> Reply:
        assert query["fields"] == ["citationCount"]
        assert json.loads(body) == {"ids": ["ARXIV:2101.00001", "DOI:10.1000/rings"]}
        return as_json([None, {"paperId": "x", "citationCount": 17}])

    web.answers["semantic-scholar /paper/batch"] = batch
    web.answers["semantic-scholar /author/1234567"] = as_json(
        {"authorId": "1234567", "citationCount": 99, "hIndex": 4}
    )
    found = run(site, web, tokens={"S2_API_KEY": "keyofsemantic"})
    assert found.problems == []
    assert yaml.safe_load(text(site, SCHOLAR)) == {
        "date": TODAY,
        "source": "Semantic Scholar",
        "citations": 99,
        "h_index": 4,
        "publications": {"doe2020": 17},
    }
    assert {headers["x-api-key"] for key, _, headers, _ in web.asked if key.startswith("semantic")} == {
        "keyofsemantic"
    }
    web.answers["semantic-scholar /paper/batch"] = as_json([{"citationCount": 18}])  # one answer too few
    assert codes(run(site, web)) == ["refresh-failed"]
    assert yaml.safe_load(text(site, SCHOLAR))["publications"] == {"doe2020": 17}


def test_accounts_at_semantic_scholar():
    assert scholar_id({"Semantic Scholar": "1741101"}) == "1741101"
    assert scholar_id({"x": "https://www.semanticscholar.org/author/1741101"}) == "1741101"
    assert scholar_id({"semanticscholar": "J. Doe", "github": "123"}) == ""


# --- suggestions ---


def orcid_works(*works: tuple[str, str]) -> Reply:
    """A record of works (DOI or nothing, title), as ORCID’s version 3.0 gives it."""
    groups = []
    for doi, title in works:
        identifiers = [
            {"external-id-type": "doi", "external-id-value": doi, "external-id-relationship": "self"},
            {
                "external-id-type": "issn",
                "external-id-value": "1234-5678",
                "external-id-relationship": "part-of",
            },
        ]
        summary = {"title": {"title": {"value": title}}, "publication-date": {"year": {"value": "2023"}}}
        groups.append({"external-ids": {"external-id": identifiers[not doi :]}, "work-summary": [summary]})
    return as_json({"group": groups, "path": "/0000-0002-1825-0097/works"})


def test_what_orcid_and_crossref_know_is_suggested(site, web, tmp_path):
    bare = "@article{bare, doi = {10.1000/bare}}\n"
    site.write({"content/publications/all.bib": SITE["content/publications/all.bib"] + bare})
    web.answers |= {
        "orcid /0000-0002-1825-0097/works": orcid_works(
            ("https://doi.org/10.1000/Rings", "Rings, again"),
            ("", "Modules Without a Number"),
            ("10.1000/new", "On {Something} & New"),
            ("", "A talk without a number"),
        ),
        "crossref /works": as_json(
            {
                "status": "ok",
                "message": {
                    "items": [
                        {"DOI": "10.1/other", "title": ["Modules"], "author": [{"family": "Doe"}]},
                        {
                            "DOI": "10.1/Modules",
                            "title": ["Modules Without a Number"],
                            "author": [{"given": "Jane", "family": "Doe"}],
                            "issued": {"date-parts": [[2022, 5]]},
                        },
                    ]
                },
            }
        ),
        "doi /10.1000/new": (302, {"Location": f"{web.base}/crossref/works/10.1000/new/transform"}, b""),
        "crossref /works/10.1000/new/transform": as_json(
            {
                "type": "journal-article",
                "DOI": "10.1000/new",
                "title": "On {Something} & New",
                "author": [{"given": "Jane", "family": "Doe"}],
                "issued": {"date-parts": [[2023]]},
                "container-title": "Journal of N",
            }
        ),
        "doi /10.1000/bare": as_json(
            {
                "type": "article-journal",
                "title": "Bare no more",
                "author": [{"family": "Doe"}],
                "DOI": "10.1000/bare",
            }
        ),
    }
    file = tmp_path / "new.bib"
    before = (site.root / "content/publications/all.bib").read_bytes()
    found = run(site, web, "orcid", "crossref", bib=file)
    assert found.problems == []
    assert [(one.kind, one.doi, one.key) for one in found.suggestions] == [
        ("complete", "10.1000/bare", "bare"),
        ("new", "10.1000/new", ""),
        ("new", "", ""),
        ("doi", "10.1/modules", "doe2022"),
    ]
    written = file.read_text(encoding="utf-8")
    assert "@article{bare," in written
    assert "10.1000/new" in written
    assert r"\{Something\} \& New" in written
    assert (site.root / "content/publications/all.bib").read_bytes() == before
    listed = site.run("refresh", "--suggest", "--only", "crossref", *places(web), env=NO_TOKENS)
    assert listed.exit_code == 0, listed.stderr
    assert "bare: has a DOI and no title (10.1000/bare)\n@article{bare," in listed.stdout
    assert "doe2022: doi = {10.1/modules}" in listed.stdout
    again = run(site, web, "orcid", bib=file)
    assert codes(again) == ["refresh-write"]
    assert file.read_text(encoding="utf-8") == written


ITEMS = st.dictionaries(
    st.sampled_from(
        ["type", "title", "author", "issued", "container-title", "volume", "page", "DOI", "URL", "id"]
    ),
    st.none()
    | st.text(max_size=12)
    | st.integers(-5, 3000)
    | st.lists(
        st.dictionaries(st.sampled_from(["family", "given", "literal"]), st.text(max_size=6)), max_size=2
    )
    | st.fixed_dictionaries(
        {"date-parts": st.lists(st.lists(st.integers(-5, 3000), max_size=3), max_size=2)}
    ),
)


@settings(max_examples=60, deadline=None)
@given(item=ITEMS)
def test_whatever_a_doi_leads_to_becomes_one_entry(item):
    made = entry_of(Suggestion("complete", "10.1000/x", "", "", "doe2020"), item, {"doe2020"})
    read = bibtex.read([("new.bib", from_csl.bibtex([made]))])
    assert [entry.key for entry in read.entries] == ["doe2020"]
    assert not [problem for problem in read.problems if problem.level == "error"]


def test_suggestions_are_not_asked_for_unless_wished(site, web):
    run(site, web)
    assert not [key for key in web.keys if key.startswith(("orcid", "crossref", "doi"))]
    run(site, web, suggest=True)
    assert [key for key in web.keys if key.startswith("orcid")]


# --- the command ---


def places(web: Web) -> list[str]:
    return [part for name in APIS for part in ("--api", f"{name}={web.base}/{name}")]


NO_TOKENS = {api.token: "" for api in APIS.values() if api.token}


def test_the_command(site, web):
    only = ["--only", "github,openalex", "--date", "2026-11-21", *places(web)]
    dry = site.run("refresh", "--dry-run", *only, env=NO_TOKENS)
    assert dry.exit_code == 0, dry.stderr
    assert (
        "-  doe/rings: {stars: 1200, forks: 7}  # ours\n+  doe/rings: {stars: 1345, forks: 7}  # ours"
        in dry.stdout
    )
    assert "--- a/content/snapshots/repos.yaml" in dry.stdout
    done = site.run("refresh", *only, env=NO_TOKENS)
    assert done.exit_code == 0
    assert done.stdout == f"{REPOS}\n{SCHOLAR}\n"
    assert "1 repository: 1 changed (rings 1.2k → 1.3k)" in done.stderr
    web.answers["github /repos/doe/rings"] = as_json({}, 404)
    bad = site.run("refresh", *only, "--json", env=NO_TOKENS)
    assert bad.exit_code == 1
    document = json.loads(bad.stdout)
    assert (document["ok"], document["written"], document["date"]) == (False, [], "2026-11-21")
    assert [one["code"] for one in document["problems"]] == ["refresh-gone"]


def test_the_command_says_what_is_wrong_with_its_options(site):
    for options in (
        ["--only", "githb"],
        ["--only", ","],
        ["--only", "github", "--suggest"],
        ["--api", "github=http://example.org"],
        ["--api", "x"],
    ):
        result = site.run("refresh", *options)
        assert result.exit_code == 2
    assert "Did you mean “github”?" in site.run("refresh", "--only", "githb").stderr


def test_a_token_with_odd_characters_is_not_sent_nor_shown(site, web):
    env = {**NO_TOKENS, "GITHUB_TOKEN": "abc\ndef"}
    result = site.run("refresh", "--only", "github", *places(web), env=env)
    assert result.exit_code == 1
    assert "refresh-token" in result.stderr
    assert "def" not in result.stderr.replace("default", "")
    assert "authorization" not in web.asked[0][2]


def test_a_site_with_nothing_to_ask_for(tmp_path, web):
    site = SiteFolder(tmp_path / "empty").write({"site.yaml": "title: x\n"})
    result = site.run("refresh", *places(web), env=NO_TOKENS)
    assert (result.exit_code, web.asked) == (0, [])
    assert "nothing to ask for" in result.stderr


def test_private_addresses_are_refused_unless_given(site, web):
    wishes = Wishes(
        frozenset({"github"}),
        limits=QUICK,
        apis={"github": replace(APIS["github"], base=f"{web.base}/github")},
    )
    found = refresh(site.root, TODAY, wishes)
    assert web.asked == []
    assert "not on the public web" in found.problems[0].message


@pytest.mark.parametrize(
    "address",
    ["http://api.example.org", "https://localhost", "https://10.0.0.1", "https://[::1]", "https://nas.local"],
)
def test_nothing_but_the_public_web_is_asked(address):
    client = Client(QUICK, {}, "x")
    answer = client.ask(replace(APIS["doi"], base=address), "/x", lambda data: data)
    assert answer.fault == "doi.org: it is not on the public web"


@pytest.mark.parametrize(
    ("api", "goes_to", "is_followed"),
    [
        ("doi", "https://api.example.org/x", True),
        ("doi", "http://api.example.org/x", False),
        ("doi", "https://127.0.0.1/x", False),
        ("github", "https://api.example.org/x", False),
        ("github", "http://api.github.com/x", False),
        ("github", "https://api.github.com:8443/x", False),
        ("github", "/x", True),
    ],
)
def test_where_a_redirect_may_lead(api, goes_to, is_followed):
    client = Client(QUICK, {}, "x")
    here = f"{APIS[api].base}/y"
    if is_followed:
        assert client._next(APIS[api], here, goes_to).endswith("/x")
    else:
        with pytest.raises(SilenceError):
            client._next(APIS[api], here, goes_to)


def test_the_last_request_of_an_hour_is_the_last(site, web):
    site.write(
        {"content/repos.yaml": "- url: https://github.com/doe/rings\n- url: https://github.com/doe/other\n"}
    )
    web.answers["github /repos/doe/rings"] = github("doe/rings", 1345, **LIMITED)
    found = run(site, web, "github")
    assert web.keys == ["github /repos/doe/rings"]
    assert codes(found) == ["refresh-limit"]
    assert "stars: 1345" in text(site)


def test_citations_that_are_not_shown_are_not_asked_for(site, web):
    site.write({"site.yaml": SITE["site.yaml"] + "publications: {cited: false}\n"})
    run(site, web, "openalex")
    assert "openalex /works" not in web.keys
    assert yaml.safe_load(text(site, SCHOLAR))["citations"] == 1204


# --- the files ---


@pytest.mark.parametrize(
    "before",
    [
        "repos: {doe/rings: 5}\n",
        "repos:\n  doe/rings: 5",
        "{date: 2020-01-01, repos: {}}\n",
        "{}",
        "repos:\n",
        "repos: ~ # none\n",
        "# only words\n",
        "",
        "\ufeffdate: 2020-01-01\r\nrepos:\r\n  doe/rings: {stars: 5}\r\n",
        "repos:\n    doe/rings:\n        stars: 5\n        note: |\n          long\n          text\n\nother: 1\n",
        "repos:\n  'doe/rings': {\n    stars: 5,\n    x: [1,\n 2] }\nz: end\n",
        '"repos":\n  ? doe/rings\n  : stars: 5\n',
        "repos:\n  doe/rings:\n",
        "repos:\n  doe/rings: {stars: }\n",
        "repos: &a\n  doe/rings: {stars: 5}\nmore: *a\n",
        "  repos:\n    a/b: 1\n",
        "---\nrepos:\n  a/b: 1\n...\n",
        "date: 2020-01-01\nrepos:\n  x/y: >-\n    5\n  a/b: 1",
    ],
)
def test_ways_of_writing_a_snapshot(before, site, web):
    site.write({REPOS: before})
    found = run(site, web, "github", "codeberg")
    old, new = yaml.safe_load(before) or {}, yaml.safe_load(text(site))
    if codes(found) == ["refresh-snapshot"]:
        assert (site.root / REPOS).read_bytes() == before.encode()
        assert any(odd in before for odd in ("*a", "...", "? doe")), "only what is odd may be refused"
        return
    assert found.problems == []
    item = new["repos"]["doe/rings"]
    assert (item["stars"] if isinstance(item, dict) else item) == 1345
    assert new["repos"]["doe/ideals"] == {"stars": 3}
    for key in (old.get("repos") or {}).keys() - {"doe/rings"}:
        assert new["repos"][key] == old["repos"][key]
    for key in old.keys() - {"date", "repos"}:
        assert new[key] == old[key]
    assert ("\r\n" in before) == ("\r\n" in (site.root / REPOS).read_bytes().decode())
    assert not [code for code in site.codes() if code.startswith(("yaml", "snapshot"))]


@pytest.mark.parametrize("before", ["repos: [\n", "- a\n", "date: x\nrepos: [1]\n", b"\xff\xfe"])
def test_a_snapshot_that_is_wrong_is_not_touched(before, site, web):
    site.write({REPOS: before})
    found = run(site, web, "github")
    assert [problem.level for problem in found.problems] == ["error"]
    data = before if isinstance(before, bytes) else before.encode()
    assert (site.root / REPOS).read_bytes() == data


def test_a_file_that_cannot_be_written(site, web, tmp_path):
    (site.root / REPOS).unlink()
    (tmp_path / "away.yaml").write_text("repos: {}\n")
    (site.root / REPOS).symlink_to(tmp_path / "away.yaml")
    found = run(site, web, "github")
    assert codes(found) == ["refresh-snapshot"]
    assert (tmp_path / "away.yaml").read_text() == "repos: {}\n"
    assert found.written == []


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "stargazers_count",
                    "full_name",
                    "results",
                    "doi",
                    "cited_by_count",
                    "summary_stats",
                    "h_index",
                    "group",
                ]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=PLAIN, author=PLAIN, status=st.sampled_from([200, 200, 200, 201, 204, 400, 403, 418]))
def test_no_answer_spoils_a_snapshot(site, web, data, author, status):
    site.write({REPOS: SITE[REPOS], SCHOLAR: "source: OpenAlex\ncitations: 7\n"})
    web.answers = {
        "github /repos/doe/rings": as_json(data, status),
        "openalex /works": as_json(data, status),
        "openalex /authors/orcid:0000-0002-1825-0097": as_json(author, status),
        "orcid /0000-0002-1825-0097/works": as_json(data, status),
        "crossref /works": as_json(author, status),
    }
    found = run(site, web, "github", "openalex", "orcid", "crossref", limits=replace(QUICK, tries=1))
    assert all(problem.code.startswith("refresh-") for problem in found.problems)
    for path in (REPOS, SCHOLAR):
        now = yaml.safe_load(text(site, path))
        numbers = [now.get("citations", 0), now.get("h_index", 0)]
        numbers += [
            item["stars"] if isinstance(item, dict) else item for item in now.get("repos", {}).values()
        ]
        assert all(type(number) is int and 0 <= number < 10**9 for number in numbers)
    assert "# ours" in text(site)


KEYS = st.text(st.sampled_from("ab/0 :#'\"{}[],&*!|>-?\\é"), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    known=st.dictionaries(
        KEYS, st.integers(0, 99) | st.fixed_dictionaries({"stars": st.integers(0, 9)}), max_size=3
    ),
    new=st.dictionaries(KEYS, st.integers(0, 10**8), min_size=1, max_size=3),
    is_flow=st.booleans(),
)
def test_any_key_is_written_so_that_it_is_read_again(known, new, is_flow):
    from acadsite.sources import parse_yaml

    before = yaml.safe_dump({"repos": known}, default_flow_style=is_flow, allow_unicode=True)
    node, problems = parse_yaml(before, "x")
    assert node is not None
    assert not problems
    values: dict[tuple[str, ...], Any] = {
        ("repos", key, "stars") if isinstance(known.get(key), dict) else ("repos", key): number
        for key, number in new.items()
    }
    after = with_values(Snapshot("x", before, node.plain()), values)
    assert after is not None
    read, problems = parse_yaml(after, "x")
    assert read is not None
    assert not problems
    repos = read.plain()["repos"]
    for key, number in new.items():
        assert (repos[key]["stars"] if isinstance(repos[key], dict) else repos[key]) == number
    assert {key: repos[key] for key in known.keys() - new.keys()} == {
        key: known[key] for key in known.keys() - new.keys()
    }
