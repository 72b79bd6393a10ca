"""Asking for addresses of the web, politely: what answers, and how. Knows nothing of sites.

In: addresses. Out: an ``Answer`` for each, as they come. Redirects are followed by hand, since a permanent one is news.
Proxies of the environment (HTTPS_PROXY, NO_PROXY) are used, as by other programs.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from acadsite import version

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


class _SilenceError(Exception):
    """A server did not answer; the words say how."""

    def __init__(self, words: str, kind: str = "error", *, is_servers: bool = True) -> None:
        super().__init__(words)
        self.words, self.kind, self.is_servers = words, kind, is_servers


def probe(addresses: Sequence[str], limits: Limits) -> Iterator[tuple[str, Answer]]:
    """Ask for each address; answers come in any order. Nothing is left running when the caller goes away."""
    servers: dict[str, list[str]] = {}
    for address in addresses:
        servers.setdefault(host_of(address), []).append(address)
    # The longest rows first: they take longest.
    rows = sorted(servers.values(), key=len, reverse=True)
    todo: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for row in rows:
        todo.put(row)
    done: queue.SimpleQueue[tuple[str, Answer] | Exception] = queue.SimpleQueue()
    asker = _Asker(limits)

    def work() -> None:
        try:
            while not asker.stop.is_set():
                for address in todo.get_nowait():
                    done.put((address, asker.ask(address)))
        except queue.Empty:
            pass
        except Exception as failure:  # noqa: BLE001 (raised below, where somebody hears it)
            done.put(failure)

    for _ in range(min(limits.servers, len(rows))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in addresses:
            found = done.get()
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        asker.stop.set()


def host_of(address: str) -> str:
    """The name of the server, in lower case; empty where the address cannot be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_local(address: str) -> bool:
    """Whether an address names this computer or one of a private network."""
    host = host_of(address).rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        return _is_private(host)
    except ValueError:
        return bool(host) and "." not in host


@dataclass(slots=True)
class _Asker:
    limits: Limits
    stop: threading.Event = field(default_factory=threading.Event)
    #: When a server may be asked again, and how often it gave no answer.
    _turns: dict[str, float] = field(default_factory=dict)
    _silent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, address: str) -> Answer:
        """The answer for one address, whatever happens."""
        try:
            return self._follow(address)
        except _SilenceError as silence:
            return Answer(fault=silence.words, kind=silence.kind)

    def _follow(self, address: str) -> Answer:
        here, moved, is_for_good = address, "", True
        cookies: dict[str, dict[str, str]] = {}
        seen = set()
        for _ in range(self.limits.hops + 1):
            jar = cookies.setdefault(host_of(here), {})
            state = (here, tuple(jar.items()))
            if state in seen:
                raise _SilenceError("it is redirected in a circle", is_servers=False)
            seen.add(state)
            status, goes_to = self._request(here, jar)
            if status not in _REDIRECTS or not goes_to or host_of(here) in _RESOLVERS:
                return Answer(200 if status in _REDIRECTS else status, moved if status < 400 else "")
            here = urljoin(here, goes_to)
            if urlsplit(here).scheme not in {"http", "https"}:
                raise _SilenceError(f"it is redirected to {here[:60]}", is_servers=False)
            if is_local(here) and not self.limits.is_local_allowed:
                raise _SilenceError("it is redirected into a private network", is_servers=False)
            is_for_good = is_for_good and status in _FOR_GOOD
            moved = here if is_for_good else moved
        raise _SilenceError(f"it is redirected more than {self.limits.hops} times", is_servers=False)

    def _request(self, address: str, jar: dict[str, str]) -> tuple[int, str]:
        """Status and the address that is pointed to. Some servers know no HEAD, or lie to it."""
        status, goes_to = self._once("HEAD", address, jar)
        if status >= 400 and status != 429:
            return self._once("GET", address, jar)
        return status, goes_to

    def _once(self, method: str, address: str, jar: dict[str, str]) -> tuple[int, str]:
        host = host_of(address)
        if self._silent.get(host, 0) >= _PATIENCE:
            raise _SilenceError(f"{host} does not answer")
        self._wait_for_turn(host)
        try:
            found = self._exchange(method, address, jar)
        except _SilenceError as silence:
            with self._lock:
                self._silent[host] = self._silent.get(host, 0) + silence.is_servers
            raise
        with self._lock:
            self._silent.pop(host, None)
        return found

    def _wait_for_turn(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._turns.get(host, 0.0))
            self._turns[host] = turn + self.limits.pause
        if self.stop.wait(turn - now):
            raise _SilenceError("it was not asked for", is_servers=False)

    def _look_at_peer(self, connection: http.client.HTTPConnection, address: str) -> None:
        """A public name may still lead to a private number. (A proxy looks for itself.)"""
        is_direct = connection.host == host_of(address).encode("idna").decode("ascii")
        if is_direct and not self.limits.is_local_allowed and _is_private(connection.sock.getpeername()[0]):
            raise _SilenceError("it leads into a private network", is_servers=False)

    def _exchange(self, method: str, address: str, jar: dict[str, str]) -> tuple[int, str]:
        headers = dict(_HEADERS)
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        limit = f"no answer in {self.limits.seconds:.0f} seconds"
        is_late = threading.Event()
        try:
            connection, path = _connection(address, headers, self.limits.seconds)
            timer = threading.Timer(self.limits.seconds, _hang_up, (connection, is_late))
            timer.daemon = True
            timer.start()
            try:
                connection.connect()
                self._look_at_peer(connection, address)
                connection.request(method, path, headers=headers)
                response = connection.getresponse()
                for cookie in response.headers.get_all("Set-Cookie", []):
                    name, _, value = cookie.partition(";")[0].partition("=")
                    jar[name.strip()] = value.strip()
                return response.status, response.headers.get("Location", "")
            finally:
                timer.cancel()
                connection.close()
        except ssl.SSLCertVerificationError as failure:
            raise _SilenceError(f"its certificate is not valid ({failure.verify_message})", "tls") from None
        except ssl.SSLError as failure:
            words = limit if is_late.is_set() else f"no encrypted connection ({failure.reason or 'TLS'})"
            raise _SilenceError(words, "error" if is_late.is_set() else "tls") from None
        except TimeoutError:
            raise _SilenceError(limit) from None
        except socket.gaierror:
            raise _SilenceError(f"there is no server {host_of(address)}") from None
        except OSError as failure:
            words = (
                limit if is_late.is_set() else f"no connection ({(failure.strerror or 'it was cut').lower()})"
            )
            raise _SilenceError(words) from None
        except (http.client.HTTPException, UnicodeError, ValueError):
            words = limit if is_late.is_set() else "the server or the address speaks no HTTP"
            raise _SilenceError(words) from None


def _is_private(number: str) -> bool:
    return not ipaddress.ip_address(number.partition("%")[0]).is_global


def _hang_up(connection: http.client.HTTPConnection, is_late: threading.Event) -> None:
    """End a request that drags on; each byte would give it another time limit of its own."""
    is_late.set()
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _connection(
    address: str, headers: dict[str, str], seconds: float
) -> tuple[http.client.HTTPConnection, str]:
    """A connection for an address, by a proxy where there is one, and what to ask for."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if not host:
        raise ValueError(address)
    path = quote(parts.path or "/", safe="/%:=&?~#+!$,;'@()*[]")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:=&?~#+!$,;'@()*[]")
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    proxy = "" if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(parts.scheme, "")
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    if not proxy:
        return kind(host, port, timeout=seconds), path
    by = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = kind(by.hostname or "", by.port or 8080, timeout=seconds)
    login = {}
    if by.username:
        word = f"{unquote(by.username)}:{unquote(by.password or '')}".encode()
        login["Proxy-Authorization"] = f"Basic {base64.b64encode(word).decode()}"
    if is_secure:
        connection.set_tunnel(host, port, login)
        return connection, path
    headers |= login
    return connection, f"http://{host}:{port}{path}"
