"""A new lecture: one more line of the schedule in the front matter of a course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acadsite.problems import Problem, Span, error
from acadsite.scaffold.wish import Made, Refused, Wish
from acadsite.scaffold.writing import after_item, replace_text, unfit
from acadsite.sources import Node, split_front_matter

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class _Course:
    """What a file of a course says: the front matter without its schedule, the meetings of that, and the text."""

    rest: dict[str, Any]
    meetings: list[Any]
    body: str


def new_lecture(wish: Wish) -> Made:
    """Add a meeting to a course: ``wish.inside``, else the only one there is."""
    folder = wish.root / "content/courses"
    files = sorted(path.name for path in folder.glob("*.md") if path.is_file())
    path = wish.choice("course", {name.removesuffix(".md"): f"content/courses/{name}" for name in files})
    before, old = wish.read(path)
    node = _front(old, path)
    new = _with(old, node, wish.fill("lecture.yaml"))
    if new is None or not _is_more(_course(old, path), _course(new, path)):
        raise Refused(unfit(path))
    replace_text(wish.root, path, before, new)
    return Made((path,))


def _front(text: str, path: str) -> Node:
    parts, problems = split_front_matter(text, path)
    errors: list[Problem] = [problem for problem in problems if problem.level == "error"]
    if parts.data is None and not errors:
        errors.append(error("new-append", "The course has no front matter.", Span(path)))
    if errors or parts.data is None:
        raise Refused(*errors)
    return parts.data


def _with(text: str, front: Node, item: str) -> str | None:
    """The text with an item (lines of a YAML list) more in its schedule; None where there is no way to put it
    there."""
    lines = text.split("\n")
    schedule = front.get("schedule")
    item_lines = item.rstrip("\n").split("\n")
    if schedule is None or schedule.value in (None, ()):
        end = next(at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
        if schedule is not None:  # “schedule:” or “schedule: []” on a line of its own
            end = front.keys["schedule"].line
            lines[end - 1] = lines[end - 1].partition(":")[0] + ":"
        else:
            item_lines.insert(0, "schedule:")
        lines[end:end] = [line if line == "schedule:" else f"  {line}" for line in item_lines]
        return "\n".join(lines)
    if not isinstance(schedule.value, tuple):
        return None
    place = after_item(lines, schedule.value[-1].span.line - 1)
    if place is None:
        return None
    end, indent = place
    lines[end:end] = [f"{indent}{line}" for line in item_lines]
    return "\n".join(lines)


def _course(text: str, path: str) -> _Course | None:
    parts, problems = split_front_matter(text, path)
    if parts.data is None or any(problem.level == "error" for problem in problems):
        return None
    data = parts.data.plain()
    if not isinstance(data, dict):
        return None
    meetings = data.pop("schedule", None) or []
    return _Course(data, meetings if isinstance(meetings, list) else [], parts.body)


def _is_more(old: _Course | None, new: _Course | None) -> bool:
    """Whether ``new`` is ``old`` and one meeting more at the end."""
    if old is None or new is None:
        return False
    return (
        new.rest == old.rest
        and new.body == old.body
        and new.meetings[:-1] == old.meetings
        and len(new.meetings) == len(old.meetings) + 1
    )
