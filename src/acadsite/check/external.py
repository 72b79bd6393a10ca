"""Links to the web: who answers, who has moved, who is gone. Together with ``refresh`` the only user of the network.

Polite by design: HEAD first, GET only where HEAD is refused; one request at a time to a server, with a pause; few
servers at once; what answered well is not asked again for a week (``.acadsite/links.json``). DOIs are asked for at
doi.org only: that it knows one is enough, and most publishers keep programs out.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urldefrag

from acadsite.check.probe import Answer, Limits, probe
from acadsite.graph import path_of
from acadsite.problems import Problem, quote, warning
from acadsite.state import state_folder
from acadsite.wire import is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from acadsite.check.finished import Finished
    from acadsite.graph import Page

_FILE: Final = "links.json"
#: For how many days an answer holds.
_DAYS: Final = 7
#: What servers say to programs that may well be fine for people: not logged in, forbidden, too many, not here.
_UNSURE: Final = frozenset({401, 402, 403, 407, 418, 425, 429, 451, 999})


class Verdict(NamedTuple):
    """What is wrong, how many links were looked at, and those that let no program in."""

    problems: list[Problem]
    number: int
    unsure: tuple[str, ...]


def check_external(
    site: Finished,
    root: Path,
    tell: Callable[[int, int], object],
    limits: Limits | None = None,
) -> Verdict:
    """Ask for each link to the web on the pages of a site; ``tell`` hears how many of how many are done."""
    limits = limits or Limits()
    links = _links(site)
    folder = state_folder(root)
    known = _remembered(folder, site.today)
    private = {address for address in links if is_local(address) and not limits.is_local_allowed}
    asked = [address for address in links if address not in private and address not in known]
    fresh: dict[str, Answer] = {}
    for address, answer in probe(asked, limits):
        fresh[address] = answer
        tell(len(fresh), len(asked))
    answers = {address: answer for address, answer in (known | fresh).items() if address in links}
    _remember(folder, site.today, answers)
    problems = [_private(page, address, site) for address, page in links.items() if address in private]
    unsure = []
    for address, answer in answers.items():
        if answer.status in _UNSURE:
            unsure.append(address)
        else:
            problems += _judged(address, answer, links[address], site)
    return Verdict(problems, len(links), tuple(sorted(unsure)))


def _links(site: Finished) -> dict[str, Page]:
    """Each address of the web without its fragment, with the page that knows best where it stands. Pages of the site
    itself may not be there yet; other things may live below its address, as those of other repositories do."""
    own = site.config["url"] or "//"
    found: dict[str, Page] = {}
    for page in site.pages():
        for tag, address in site.facts[page.path].addresses:
            if tag not in {"link", "form"} and address.casefold().startswith(("http://", "https://")):
                whole = urldefrag(address.strip()).url
                if not (whole.startswith(own) and path_of(unquote(whole[len(own) :])) in site.outputs):
                    found.setdefault(whole, page)
    return found


def _private(page: Page, address: str, site: Finished) -> Problem:
    message = f"The link {quote(address)} leads into this computer or a private network."
    hint = "Put the file below content/static/, or link to a public address."
    return warning("external-local", message, site.place(page, address), hint)


def _judged(address: str, answer: Answer, page: Page, site: Finished) -> Iterable[Problem]:
    shown = f"The link {quote(address, 120)}"
    hint = ""
    if answer.fault:
        code = "external-tls" if answer.kind == "tls" else "external-error"
        message = f"{shown}: {answer.fault}."
    elif answer.status in {404, 410}:
        code, message = "external-gone", f"{shown} leads to nothing ({answer.status})."
        hint = "Look for its new address, or for a copy at https://web.archive.org/."
    elif answer.status >= 400:
        code, message = "external-error", f"{shown}: the server answers with {answer.status}."
    elif answer.moved:
        code, message = "external-moved", f"{shown} has moved for good."
        hint = f"Write {answer.moved}"
    else:
        return ()
    return (warning(code, message, site.place(page, address), hint),)


# --- what was answered before ---


def _remembered(folder: Path | None, today: dt.date) -> dict[str, Answer]:
    """Good answers of the last days. A file that cannot be read is none."""
    if folder is None:
        return {}
    kept: dict[str, Answer] = {}
    with suppress(OSError, ValueError, TypeError, AttributeError):
        plain: Mapping[str, Any] = json.loads((folder / _FILE).read_text("utf-8"))
        for address, (day, status, moved) in plain.items():
            age = (today - dt.date.fromisoformat(day)).days
            if 0 <= age < _DAYS:
                kept[address] = Answer(int(status), str(moved), day=day)
    return kept


def _remember(folder: Path | None, today: dt.date, answers: Mapping[str, Answer]) -> None:
    if folder is None:
        return
    good = {
        address: (answer.day or today.isoformat(), answer.status, answer.moved)
        for address, answer in sorted(answers.items())
        if not answer.fault and (answer.status < 400 or answer.status in _UNSURE)
    }
    with suppress(OSError):  # it only saves work
        folder.mkdir(exist_ok=True)
        text = json.dumps(good, ensure_ascii=False, indent=1)
        (folder / _FILE).write_text(text + "\n", encoding="utf-8")
