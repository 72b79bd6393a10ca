"""Asking for addresses of the web, politely: what answers, and how. Knows nothing of sites.

In: addresses. Out: an ``Answer`` for each, as they come. Redirects are followed by hand, since a permanent one is news.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from acadsite import version
from acadsite.wire import SilenceError, Turns, exchange, host_of, is_local, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: They only pass on: that they know where to is the answer.
_RESOLVERS: Final = frozenset({"doi.org", "dx.doi.org", "hdl.handle.net"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_HEADERS: Final = {
    "User-Agent": f"Mozilla/5.0 (compatible; acadsite/{version()}; link check)",
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
    "Accept-Language": "en,*;q=0.5",
}
#: A server that did not answer so often is not asked again.
_PATIENCE: Final = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How to ask: at most ``servers`` at once, with a ``pause`` in seconds between two requests to one of them;
    ``seconds`` is what a request may last, ``hops`` how often an address may point to another."""

    servers: int = 8
    pause: float = 1.0
    seconds: float = 15.0
    hops: int = 10
    is_local_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is that of HTTP at the end of all redirects, ``moved`` the address to write instead where the first
    ones were permanent. Without an answer there is a ``fault`` in words, of the ``kind`` "error" or "tls". ``day`` is
    that of an answer that was remembered."""

    status: int = 0
    moved: str = ""
    fault: str = ""
    kind: str = "error"
    day: str = ""


def probe(addresses: Sequence[str], limits: Limits) -> Iterator[tuple[str, Answer]]:
    """Ask for each address; answers come in any order. Nothing is left running when the caller goes away."""
    servers: dict[str, list[str]] = {}
    for address in addresses:
        servers.setdefault(host_of(address), []).append(address)
    asker = _Asker(limits, Turns(limits.pause))
    yield from side_by_side(tuple(servers.values()), asker.ask, asker.turns, limits.servers)


@dataclass(slots=True)
class _Asker:
    limits: Limits
    turns: Turns
    #: How often a server gave no answer.
    _silent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, address: str) -> Answer:
        """The answer for one address, whatever happens."""
        try:
            return self._follow(address)
        except SilenceError as silence:
            return Answer(fault=silence.words, kind=silence.kind)

    def _follow(self, address: str) -> Answer:
        here, moved, is_for_good = address, "", True
        cookies: dict[str, dict[str, str]] = {}
        seen = set()
        for _ in range(self.limits.hops + 1):
            jar = cookies.setdefault(host_of(here), {})
            state = (here, tuple(jar.items()))
            if state in seen:
                raise SilenceError("it is redirected in a circle", is_servers=False)
            seen.add(state)
            status, goes_to = self._request(here, jar)
            if status not in _REDIRECTS or not goes_to or host_of(here) in _RESOLVERS:
                return Answer(200 if status in _REDIRECTS else status, moved if status < 400 else "")
            here = urljoin(here, goes_to)
            if urlsplit(here).scheme not in {"http", "https"}:
                raise SilenceError(f"it is redirected to {here[:60]}", is_servers=False)
            if is_local(here) and not self.limits.is_local_allowed:
                raise SilenceError("it is redirected into a private network", is_servers=False)
            is_for_good = is_for_good and status in _FOR_GOOD
            moved = here if is_for_good else moved
        raise SilenceError(f"it is redirected more than {self.limits.hops} times", is_servers=False)

    def _request(self, address: str, jar: dict[str, str]) -> tuple[int, str]:
        """Status and the address that is pointed to. Some servers know no HEAD, or lie to it."""
        status, goes_to = self._once("HEAD", address, jar)
        if status >= 400 and status != 429:
            return self._once("GET", address, jar)
        return status, goes_to

    def _once(self, method: str, address: str, jar: dict[str, str]) -> tuple[int, str]:
        host = host_of(address)
        if self._silent.get(host, 0) >= _PATIENCE:
            raise SilenceError(f"{host} does not answer")
        self.turns.wait(host)
        try:
            found = self._exchange(method, address, jar)
        except SilenceError as silence:
            with self._lock:
                self._silent[host] = self._silent.get(host, 0) + silence.is_servers
            raise
        with self._lock:
            self._silent.pop(host, None)
        return found

    def _exchange(self, method: str, address: str, jar: dict[str, str]) -> tuple[int, str]:
        headers = dict(_HEADERS)
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        is_allowed = self.limits.is_local_allowed
        reply = exchange(method, address, headers, self.limits.seconds, is_local_allowed=is_allowed)
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            jar[name.strip()] = value.strip()
        return reply.status, reply.headers.get("Location", "")
