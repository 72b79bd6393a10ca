"""What a page is about in one or two sentences, for search engines and for links elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.bibtex import latex
from acadsite.kinds import works
from acadsite.markup.inline import plain
from acadsite.markup.text import one_line, shortened
from acadsite.people import display
from acadsite.records import FrozenMap
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.languages import Words
    from acadsite.track import RecordView

#: Search engines show about as many characters.
_LONGEST = 200
#: Longer lists of authors end in “et al.”
_AUTHORS = 3


def description(kind: str, name: str, record: RecordView | None, config: Config, words: Words) -> str:
    """Plain text for a page of a kind, at most 200 characters; ``name`` is its title and that of the site, which is all
    that there is to say of some lists. ``record`` is its subject; ``config`` and ``words`` speak its language."""
    if record is None:
        text = _listed(kind, config)
    elif kind == "home":
        current().note("config", "description")
        text = config["description"] or (record.body.excerpt if record.body is not None else "")
    elif kind == "publication":
        text = " ".join(latex.spoken(paragraph) for paragraph in record.abstract[:1]) or _reference(
            record, words
        )
    else:
        text = _told(kind, record)
    return shortened(one_line(text or name), _LONGEST)


def _listed(kind: str, config: Config) -> str:
    """The words above a list."""
    settings = config.data.get(kind)
    if not isinstance(settings, FrozenMap) or "intro" not in settings:
        return ""
    current().note("config", kind)
    return plain(settings["intro"] or "")


def _told(kind: str, record: RecordView) -> str:
    for field in ("summary", "abstract"):
        if value := getattr(record, field, None):
            return plain(str(value))
    if record.body is not None and record.body.excerpt:
        return str(record.body.excerpt)
    facts = _FACTS.get(kind, ())
    return ", ".join(plain(str(value)) for field in facts if (value := getattr(record, field, None)))


#: Fields that tell of records without a text.
_FACTS: Mapping[str, tuple[str, ...]] = {
    "person": ("display", "role", "affiliation"),
    "talk": ("title", "event", "location", "year"),
    "course": ("title", "institution", "term"),
    "project": ("title", "category", "years"),
}


def _reference(work: Any, words: Words) -> str:
    """Authors, title and where it appeared."""
    names = [display(name) for name in (work.authors or work.editors)]
    shown = ", ".join(names[:_AUTHORS]) + (" et al." if len(names) > _AUTHORS or work.others else "")
    line = works.line(work, words)
    place = f"{line.before}{latex.spoken(line.venue)}{line.after}".strip()
    return ". ".join(filter(None, (shown, work.title_text.rstrip("."), place)))
