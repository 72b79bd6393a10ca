"""Asking services for JSON, politely. Knows nothing of sites.

In: a service and what to ask it. Out: an ``Answer``, whatever happens: no exception, and nothing that is no JSON.
One request at a time to a service, with a pause; what was answered before is asked for with its ETag; a server that is
busy or broken is asked again a few times, later each time; one that wants to be left alone, is.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

from acadsite import version
from acadsite.wire import Reply, SilenceError, Turns, exchange, is_local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.refresh.apis import Api

#: Takes from an answer what is used of it, as JSON; None where that is not there. Must take its own result, too.
Pick = Callable[[Any], Any]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({500, 502, 503, 504})
_HOPS: Final = 5
#: A service that did not answer so often is not asked again.
_PATIENCE: Final = 2
#: Of an error's text, which may name the limit that was reached.
_EXCERPT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How to ask. ``seconds`` is what a request may last, ``tries`` how often it is made, ``first`` the seconds before
    the second try (the third comes after twice as many), ``patience`` the longest time in seconds to wait because a
    server says so, ``most`` the bytes of an answer. ``pause`` takes the place of the services' own."""

    seconds: float = 20.0
    tries: int = 4
    first: float = 1.0
    patience: float = 60.0
    most: int = 20_000_000
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out: ``data``, or a ``fault`` in words. ``is_gone``: the service answers that there is no such
    thing; ``is_closed``: it answers nothing else either, for now."""

    data: Any = None
    fault: str = ""
    is_gone: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of an earlier run: its marks (ETag, Last-Modified), and what was picked from it."""

    etag: str
    modified: str
    data: Any


@dataclass(slots=True)
class Client:
    """``tokens`` by the name of their variable; ``agent`` says who asks; ``kept`` by address, and is brought up to
    date. ``clock`` gives seconds since 1970, as services do that say when they may be asked again."""

    limits: Limits
    tokens: Mapping[str, str]
    agent: str
    kept: dict[str, Kept] = field(default_factory=dict)
    turns: Turns = field(default_factory=lambda: Turns(0.0))
    clock: Callable[[], float] = time.time
    _closed: dict[str, str] = field(default_factory=dict)
    _silent: dict[str, int] = field(default_factory=dict)

    def ask(
        self,
        api: Api,
        path: str,
        pick: Pick,
        query: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        is_kept: bool = False,
    ) -> Answer:
        """What ``pick`` takes from the answer. ``path`` is quoted already; a ``body`` is sent as JSON by POST.
        ``is_kept``: the answer may be asked for with its mark the next time."""
        if api.base in self._closed:
            return Answer(fault=self._closed[api.base], is_closed=True)
        address = f"{api.base}{path}" + (f"?{urlencode(query)}" if query else "")
        request = _Request(api, address, pick, None if body is None else json.dumps(body).encode(), is_kept)
        later = _Later("")
        for number in range(self.limits.tries):
            try:
                if number:
                    wait = self.limits.first * 2 ** (number - 1) * random.uniform(0.75, 1.25)  # noqa: S311
                    self.turns.sleep(max(wait, later.seconds))
                found = self._try(request)
            except SilenceError as silence:
                found = self._unheard(api, silence)
            if isinstance(found, Answer):
                return found
            later = found
            if later.seconds > self.limits.patience:
                return self._close(api, later.words)
        if later.is_limit:
            return self._close(api, later.words)
        self._silent[api.base] = self._silent.get(api.base, 0) + 1
        if self._silent[api.base] >= _PATIENCE:
            self._closed[api.base] = later.words
        return Answer(fault=later.words)

    # --- one try ---

    def _try(self, request: _Request) -> Answer | _Later:
        api = request.api
        known = self.kept.get(request.address) if request.is_kept else None
        if known is not None and request.pick(known.data) is None:
            del self.kept[request.address]  # somebody wrote into the file
            known = None
        reply = self._follow(request, known)
        status = reply.status
        if status == 304 and known is not None:
            self._silent.pop(api.base, None)
            return Answer(request.pick(known.data))
        if status == 200:
            self._silent.pop(api.base, None)
            if self._wish(reply) > self.limits.patience:  # this was the last one for now
                self._closed[api.base] = self._words_of_limit(api, self._wish(reply))
            return self._read(request, reply)
        if status in {404, 410}:
            return Answer(fault=f"{api.title} does not know it ({status})", is_gone=True)
        if status == 401:
            words = (
                f"{api.title} refuses the token in {api.token}" if self._token(api) else "it wants a log-in"
            )
            return self._close(api, f"{words} (401)") if self._token(api) else Answer(fault=f"{words} (401)")
        if status == 429 or (status == 403 and _is_limited(reply)):
            return self._limited(api, reply)
        if status in _BUSY:
            return _Later(f"{api.title} answers with {status}", self._wish(reply))
        return Answer(fault=f"{api.title} answers with {status}")

    def _follow(self, request: _Request, known: Kept | None) -> Reply:
        api, address = request.api, request.address
        headers = {"User-Agent": self.agent, "Accept": api.accept, **api.more}
        if known is not None:
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.modified} if known.modified else {}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        for _ in range(_HOPS + 1):
            # A token goes to the service that it is for, and nowhere else.
            is_at_home = _origin(address) == _origin(api.base)
            login, key = self._login(api) if is_at_home else ({}, {})
            whole = address
            if key:
                whole += f"{'&' if urlsplit(address).query else '?'}{urlencode(key)}"
            if not api.is_given and (urlsplit(address).scheme != "https" or is_local(address)):
                raise SilenceError("it is not on the public web", is_servers=False)
            self._turn(api, address)
            reply = exchange(
                "GET" if request.body is None else "POST",
                whole,
                headers | login,
                self.limits.seconds,
                body=request.body,
                most=self.limits.most,
                is_local_allowed=api.is_given,
            )
            goes_to = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not goes_to or request.body is not None:
                return reply
            address = self._next(api, address, goes_to)
        raise SilenceError(f"it is redirected more than {_HOPS} times", is_servers=False)

    def _next(self, api: Api, here: str, goes_to: str) -> str:
        try:
            there = urljoin(here, goes_to)
            is_same = _origin(there) == _origin(here)
        except ValueError:
            raise SilenceError("it is redirected to what is no address", is_servers=False) from None
        if is_same:
            return there
        is_public = urlsplit(there).scheme == "https" and not is_local(there)
        if not api.is_elsewhere or not (is_public or api.is_given):
            raise SilenceError("it is redirected to another server", is_servers=False)
        return there

    def _read(self, request: _Request, reply: Reply) -> Answer:
        api = request.api
        kind = reply.headers.get_content_type()
        if kind != "application/json" and not kind.endswith("+json"):
            return Answer(fault=f"{api.title} answers with {kind}, not with JSON")
        try:
            plain = json.loads(reply.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return Answer(fault=f"{api.title} answers with broken JSON")
        data = request.pick(plain)
        if data is None:
            return Answer(fault=f"{api.title} answers with something else than is documented")
        marks = reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", "")
        if request.is_kept and any(marks) and all(map(_is_mark, marks)):
            self.kept[request.address] = Kept(*marks, data)
        return Answer(data)

    # --- limits ---

    def _limited(self, api: Api, reply: Reply) -> Answer | _Later:
        seconds = self._wish(reply)
        words = self._words_of_limit(api, seconds)
        if reply.status == 403 and not seconds:  # GitHub: a minute at least, and longer each time
            return self._close(api, words)
        return _Later(words, seconds, is_limit=True)

    def _words_of_limit(self, api: Api, seconds: float) -> str:
        words = f"{api.title} wants no more requests"
        if seconds > 0:
            until = time.strftime("%H:%M", time.localtime(self.clock() + seconds))
            words += f" before {until}"
        if api.token and not self._token(api):
            words += f"; with a token in {api.token} it takes more"
        return words

    def _wish(self, reply: Reply) -> float:
        """How many seconds the server wants us to wait; 0 where it does not say."""
        after = reply.headers.get("Retry-After", "").strip()
        if after:
            if after.isascii() and after.isdigit():
                return float(after[:9])
            try:
                return max(0.0, parsedate_to_datetime(after).timestamp() - self.clock())
            except (ValueError, TypeError, OverflowError, OSError):
                pass
        names = "X-RateLimit", "RateLimit"
        for name in names:
            reset = reply.headers.get(f"{name}-Reset", "").strip()
            left = reply.headers.get(f"{name}-Remaining", "").strip()
            if left == "0" and reset.isascii() and reset.isdigit():
                # GitHub and GitLab give a time, others the seconds until then.
                number = float(reset[:12])
                return max(0.0, number - self.clock()) if number > 1e9 else number
        return 0.0

    def _close(self, api: Api, words: str) -> Answer:
        self._closed[api.base] = words
        return Answer(fault=words, is_closed=True)

    def _unheard(self, api: Api, silence: SilenceError) -> Answer | _Later:
        words = f"{api.title}: {silence.words}"
        return _Later(words) if silence.is_servers else Answer(fault=words)

    def _turn(self, api: Api, address: str) -> None:
        self.turns.wait(
            urlsplit(address).netloc, api.pause if self.limits.pause is None else self.limits.pause
        )

    # --- tokens ---

    def _token(self, api: Api) -> str:
        return self.tokens.get(api.token, "") if api.token else ""

    def _login(self, api: Api) -> tuple[dict[str, str], dict[str, str]]:
        """The header and the part of the query that hold the token."""
        token = self._token(api)
        if not token:
            return {}, {}
        name, value = api.header
        said = {name.removeprefix("?"): value.format(token)}
        return ({}, said) if name.startswith("?") else (said, {})


@dataclass(frozen=True, slots=True)
class _Request:
    api: Api
    address: str
    pick: Pick
    body: bytes | None
    is_kept: bool


@dataclass(frozen=True, slots=True)
class _Later:
    """No answer yet: why, and after how many seconds to ask again."""

    words: str
    seconds: float = 0.0
    is_limit: bool = False


def agent_of(email: str) -> str:
    """How we present ourselves: the program, where it comes from, and whom to write to."""
    contact = f"; mailto:{quote(email, safe='@+.')}" if email else ""
    return f"acadsite/{version()} (+https://github.com/acadsite/acadsite{contact})"


def whole(value: Any) -> int | None:
    """A count that can be true: a whole number, not negative, below a thousand million. None for anything else."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 1_000_000_000 else None


def at(api: Api, base: str) -> Api:
    """The service at another place, such as a server for tests. The user said so: it may be this computer."""
    return replace(api, base=base.rstrip("/"), is_given=True)


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").rstrip("."), port


def _is_limited(reply: Reply) -> bool:
    """Whether “forbidden” means “too much” (GitHub, and OpenAlex)."""
    if reply.headers.get("X-RateLimit-Remaining", "").strip() == "0" or reply.headers.get("Retry-After"):
        return True
    return b"rate limit" in reply.body[:_EXCERPT].lower()


def _is_mark(text: str) -> bool:
    return len(text) < 200 and text.isascii() and text.isprintable()


def _no_number(name: str) -> Any:
    raise ValueError(name)
