"""One request to a server of the web, within a time limit and a size, and several servers side by side.

In: an address, headers. Out: a ``Reply``, or a ``SilenceError`` that says in words why there is none. Nothing is
followed and nothing tried again: that is for who asks (``check.probe``, ``refresh.client``). Proxies of the environment
(HTTPS_PROXY, NO_PROXY) are used, as by other programs.
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
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from email.message import Message

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Reply(NamedTuple):
    """What a server said. ``body`` is empty where it was not asked for."""

    status: int
    headers: Message
    body: bytes


class SilenceError(Exception):
    """A server did not answer; the words say how. ``is_servers``: it may answer to nothing else either."""

    def __init__(self, words: str, kind: str = "error", *, is_servers: bool = True) -> None:
        super().__init__(words)
        self.words, self.kind, self.is_servers = words, kind, is_servers


def exchange(
    method: str,
    address: str,
    headers: Mapping[str, str],
    seconds: float,
    *,
    body: bytes | None = None,
    most: int = 0,
    is_local_allowed: bool = False,
) -> Reply:
    """Ask once. All of it ends within ``seconds``; ``most`` is how many bytes of an answer are read, 0 reads none.

    Raises ``SilenceError`` for no connection, no HTTP, a longer or a broken answer, and a private network.
    """
    limit = f"no answer in {seconds:.0f} seconds"
    is_late = threading.Event()
    try:
        sent = dict(headers)
        connection, path = _connection(address, sent, seconds)
        timer = threading.Timer(seconds, _hang_up, (connection, is_late))
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            if not is_local_allowed:
                _look_at_peer(connection, address)
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            data = _read(response, most) if most else b""
            if is_late.is_set():
                raise SilenceError(limit)
            return Reply(response.status, response.headers, data)
        finally:
            timer.cancel()
            connection.close()
    except ssl.SSLCertVerificationError as failure:
        raise SilenceError(f"its certificate is not valid ({failure.verify_message})", "tls") from None
    except ssl.SSLError as failure:
        words = limit if is_late.is_set() else f"no encrypted connection ({failure.reason or 'TLS'})"
        raise SilenceError(words, "error" if is_late.is_set() else "tls") from None
    except TimeoutError:
        raise SilenceError(limit) from None
    except socket.gaierror:
        raise SilenceError(f"there is no server {host_of(address)}") from None
    except OSError as failure:
        words = limit if is_late.is_set() else f"no connection ({(failure.strerror or 'it was cut').lower()})"
        raise SilenceError(words) from None
    except http.client.IncompleteRead:
        raise SilenceError(limit if is_late.is_set() else "the answer breaks off") from None
    except (http.client.HTTPException, UnicodeError, ValueError):
        words = limit if is_late.is_set() else "the server or the address speaks no HTTP"
        raise SilenceError(words) from None


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
class Turns:
    """Who may ask which server when: one at a time, with a ``pause`` in seconds between two requests. ``stop`` ends
    all waiting."""

    pause: float
    stop: threading.Event = field(default_factory=threading.Event)
    _turns: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str, pause: float | None = None) -> None:
        """Return when it is our turn at a server, which may want a ``pause`` of its own. Raises ``SilenceError`` where
        everything was stopped."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._turns.get(host, 0.0))
            self._turns[host] = turn + (self.pause if pause is None else pause)
        self.sleep(turn - now)

    def sleep(self, seconds: float) -> None:
        """Wait, whoever's turn it is. Raises ``SilenceError`` where everything was stopped."""
        if self.stop.wait(seconds):
            raise SilenceError("it was not asked for", is_servers=False)


def side_by_side(
    rows: Sequence[Sequence[_Task]],
    work: Callable[[_Task], _Result],
    turns: Turns,
    servers: int,
) -> Iterator[tuple[_Task, _Result]]:
    """Do the tasks of each row one after the other, and up to ``servers`` rows at once: task and result, in any order.

    Nothing is left running when the caller goes away. An exception of ``work`` is raised here.
    """
    todo: queue.SimpleQueue[Sequence[_Task]] = queue.SimpleQueue()
    # The longest rows first: they take longest.
    for row in sorted(rows, key=len, reverse=True):
        todo.put(row)
    done: queue.SimpleQueue[tuple[_Task, _Result] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            while not turns.stop.is_set():
                for task in todo.get_nowait():
                    done.put((task, work(task)))
        except queue.Empty:
            pass
        except Exception as failure:  # noqa: BLE001 (raised below, where somebody hears it)
            done.put(failure)

    for _ in range(min(servers, len(rows))):
        threading.Thread(target=run, daemon=True).start()
    try:
        for _ in range(sum(map(len, rows))):
            found = done.get()
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        turns.stop.set()


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    data = response.read(most + 1)
    if len(data) > most:
        words = f"the answer is longer than {most / 1_000_000:g} MB"
        raise SilenceError(words, is_servers=False)
    if response.length:  # bytes that were promised
        raise http.client.IncompleteRead(data, response.length)
    return data


def _look_at_peer(connection: http.client.HTTPConnection, address: str) -> None:
    """A public name may still lead to a private number. (A proxy looks for itself.)"""
    is_direct = connection.host == host_of(address).encode("idna").decode("ascii")
    if is_direct and _is_private(connection.sock.getpeername()[0]):
        raise SilenceError("it leads into a private network", is_servers=False)


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
