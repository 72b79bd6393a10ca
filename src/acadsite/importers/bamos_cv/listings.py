"""Repositories, talks, students and news as list files, and the printed numbers as snapshots.

In: the node of one section, or the bytes of ``metrics.json``. Out: plain values in the order of the source, as
``collect.collections`` describes them.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.bamos_cv.fields import Fields, compact, iso_date
from acadsite.importers.bamos_cv.source import items
from acadsite.problems import Problem, Span, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.importers.inline import Reader
    from acadsite.sources import Node

Entry = dict[str, Any]


def _read(node: Node | None, reading: Callable[[Fields], Entry | None], reader: Reader) -> list[Entry]:
    found = []
    if node is not None and not items(node) and node.value not in (None, ()):
        reader.problems.append(error("import-kind", "Expected a list.", node.span))
    for item in items(node):
        if not isinstance(item.value, dict):
            if item.value is not None:
                reader.problems.append(error("import-kind", "Expected “key: value” lines.", item.span))
            continue
        fields = Fields(item, reader)
        entry = reading(fields)
        fields.close()
        if entry:
            found.append(compact(entry))
    return found


def repos(node: Node | None, reader: Reader) -> list[Entry]:
    """The records of ``repos.yaml``."""
    return _read(node, _repo, reader)


def _repo(fields: Fields) -> Entry | None:
    url = fields.url("repo_url", "url").rstrip("/")
    rest = {
        "name": fields.text("name"),
        "description": fields.markdown("desc", "description"),
        "year": _year(fields),
        "homepage": fields.url("www"),
    }
    where = fields.node.span
    if not re.fullmatch(r"https?://[^/\s]+(/[^/\s]+){2,}", url):
        message = f"{quote(url)} is no address of a repository; the item is left out."
        fields.reader.problems.append(
            error("import-repo", message, where, "Write https://github.com/owner/name.")
        )
        return None
    if not rest["description"]:
        name = "/".join(url.split("/")[-2:])
        message = f"{quote(name)} has no description; the original took it from the repository's page."
        fields.reader.problems.append(
            warning("import-repo", message, where, "Write one in content/repos.yaml.")
        )
    return {"url": url, **rest}


def _year(fields: Fields) -> int | None:
    text = fields.text("year")
    if not text:
        return None
    match = re.search(r"\b(1[5-9]|20|21)\d\d\b", text)
    if match is None or match[0] != text:
        message = f"{quote(text)} is no year" + (f"; {match[0]} is taken." if match else "; it is left out.")
        fields.reader.problems.append(warning("import-date", message, fields.node.span))
    return int(match[0]) if match else None


def talks(node: Node | None, generation: str, reader: Reader) -> list[Entry]:
    """The records of ``talks.yaml``. In G3 ``url`` belongs to the title, before to the place."""
    belongs_to_title = generation == "G3" or any(item.get("location_url") for item in items(node))

    def talk(fields: Fields) -> Entry | None:
        title, event = fields.markdown("title"), fields.markdown("location")
        url, event_url = fields.url("url"), fields.url("location_url")
        if not event and title:
            url = url or event_url
            event_url = ""
        elif not title or not belongs_to_title:
            # One link only: an item without a title has nothing else that could carry it.
            event_url, url = event_url or url, url if event_url and title else ""
        text = fields.dates("year", "date")
        when: Entry = {}
        if re.fullmatch(r"\d{4}", text):
            when = {"year": int(text)}
        elif text:
            date = iso_date(text)
            when = {"date": date} if date else {}
            if not date:
                message = f"{quote(text)} is no date; it is kept as a note."
                fields.reader.problems.append(warning("import-date", message, fields.node.span))
                when = {"note": text}
        if not title and not event:
            message = "A talk needs a title or a location; it is left out."
            fields.reader.problems.append(error("import-talk", message, fields.node.span))
            return None
        return {"title": title, "event": event, "event_url": event_url, **when, "url": url}

    return _read(node, talk, reader)


_YEARS: Final = re.compile(r"(\d{4})(?: – (\d{4}|present))?\Z")


def students(node: Node | None, reader: Reader) -> list[Entry]:
    """The records of ``students.yaml``. The remark is kept whole as ``note``; ``years`` only stands where start
    and end would print differently."""

    def student(fields: Fields) -> Entry | None:
        name = fields.text("name")
        entry = {"name": name, **_span(fields.dates("year", "years", "dates"))}
        entry |= {"note": fields.markdown("details"), "url": fields.url("url")}
        if not name:
            message = "A student needs a name; the item is left out."
            fields.reader.problems.append(error("import-student", message, fields.node.span))
            return None
        return entry

    return _read(node, student, reader)


def _span(text: str) -> Entry:
    match = _YEARS.match(text)
    if match:
        start, end = int(match[1]), match[2]
        if end == "present":
            return {"status": "current", "start": start}
        return {"start": start, "end": int(end or start)}
    found = [int(year) for year in re.findall(r"\b\d{4}\b", text)]
    is_open = re.search(r"present|now|current|today|[-–—]\s*$", text, re.IGNORECASE) is not None
    entry: Entry = {"status": "current"} if is_open else {}
    if found:
        entry["start"] = found[0]
        if not is_open:
            entry["end"] = found[-1]
    return {**entry, "years": text}


def news(node: Node | None, reader: Reader) -> list[Entry]:
    """The records of ``news.yaml``."""

    def item(fields: Fields) -> Entry | None:
        shown = fields.text("date", "year")
        raw = fields.find("info", "text", "details")
        text = "" if raw is None or isinstance(raw.value, (dict, tuple)) else reader.line(raw.raw, raw.span)
        date = iso_date(shown)
        if not date or not text:
            message = f"{quote(shown)} is no date; the item is left out." if text else "The item has no text."
            fields.reader.problems.append(error("import-news", message, fields.node.span))
            return None
        return {"date": int(date) if date.isdigit() else date, "text": text, "url": fields.url("url")}

    return _read(node, item, reader)


# --- numbers ---


def number(shown: object) -> int | None:
    """A count as printed: 1400 for “1.4k”, 27600 for “27.6k+”, 1234 for “1,234”; None where it is none."""
    if isinstance(shown, bool):
        return None
    if isinstance(shown, int):
        return shown if shown >= 0 else None
    match = re.fullmatch(r"\s*(\d[\d,]{0,15}(?:\.\d{1,6})?)\s*([kKmM]?)\s*\+?\s*", str(shown))
    if match is None:
        return None
    value = Decimal(match[1].replace(",", ""))
    return int(value * {"": 1, "k": 1000, "m": 1_000_000}[match[2].lower()])


def snapshots(raw: bytes, path: str) -> tuple[dict[str, Entry], list[Problem]]:
    """``repos`` and ``scholar`` of ``metrics.json`` as snapshots, as far as they are there."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        line = getattr(failure, "lineno", 1)
        return {}, [
            error("import-metrics", f"{path} is no JSON.", Span(path, line, getattr(failure, "colno", 1)))
        ]
    where = Span(path)
    if not isinstance(data, dict):
        return {}, [error("import-metrics", f"{path} must be a JSON object.", where)]
    problems: list[Problem] = []
    date = data.get("date")
    if not isinstance(date, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        message = "The numbers have no date, so nobody will see how old they are."
        problems.append(warning("import-metrics", message, where, "Add “date” to the snapshot."))
        date = None
    head = compact({"date": date, "source": path})

    def count(shown: object, what: str) -> int | None:
        value = number(shown)
        if value is None and shown is not None:
            problems.append(error("import-metrics", f"{quote(shown)} of {what} is no number.", where))
        return value

    found: dict[str, Entry] = {}
    stars = data.get("github_stars")
    if isinstance(stars, dict):
        counted = {
            name: count(shown, name)
            for name, shown in stars.items()
            if re.fullmatch(r"[^/\s]+/[^/\s]+", name) and name.isprintable()
        }
        found["repos"] = {
            **head,
            "repos": {name: {"stars": value} for name, value in counted.items() if value is not None},
        }
    scholar = data.get("google_scholar")
    if isinstance(scholar, dict):
        numbers = {name: count(scholar.get(name), name) for name in ("citations", "h_index", "i10_index")}
        found["scholar"] = {**head, "source": "Google Scholar", **compact(numbers)}
    return found, problems
