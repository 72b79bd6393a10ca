"""The waves of a build: which bodies, pages and artifacts must be made, and what all of them told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acadsite.artifacts import Later, Press
from acadsite.darkroom import picture_task, shown
from acadsite.memo import Memo
from acadsite.problems import Problem
from acadsite.render import Bodies, body_task, link_problems, page_task
from acadsite.templates import on_pages
from acadsite.trace import mark_of, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from acadsite.artifacts import Artifact, Artifacts
    from acadsite.darkroom import Darkroom
    from acadsite.kinds.resolve import Resolver
    from acadsite.past import Past
    from acadsite.render import Pages
    from acadsite.result import Result


def bodies(result: Result, past: Past, pages: Pages, changed: dict[int, Any], jobs: int) -> None:
    """Wave 1: render the bodies that must be, and enter in ``changed`` those that came out otherwise."""
    assert result.library and result.answers and result.bodies  # noqa: S101, PT018
    library, answers = result.library.library, result.answers
    tasks = {body_task(key): key for key in library.documents}
    why = plan(tasks, past.ledger, changed)
    texts = result.bodies.texts
    done = texts.render([tasks[task] for task in why], jobs, lambda: pages.warm(pages.graph.pages.values()))
    traces = past.ledger.traces
    marks = {key: traces[task].result for task, key in tasks.items() if task not in why}
    for item in done:
        key = tasks[item.task]
        marks[key] = item.result
        result.bodies.known[key] = item.value
    answers.bodies = marks
    changed |= past.ledger.changed_of("body", answers)
    result.why |= why
    result.done += done
    result.traces |= {task: traces[task] for task in tasks if task not in why}
    result.traces |= {item.task: item.trace(past.ledger) for item in done}


def pages(  # noqa: PLR0917
    result: Result,
    past: Past,
    work: Pages,
    changed: Mapping[int, Any],
    jobs: int,
    aside: Callable[[], object] = lambda: None,
) -> None:
    """Wave 2: render the pages that must be. ``aside`` starts what may go on meanwhile, when no process will be forked
    any more."""
    tasks = {page_task(page): page for page in work.graph.pages.values()}
    lost = {task for task, page in tasks.items() if page.path in past.lost} if past.lost else set()
    why = plan(tasks, past.ledger, changed, lost)
    if past.parts is not None:
        past.parts.begin(changed)
    assert result.answers is not None  # noqa: S101
    mark_fields = result.answers.mark_fields
    if not work.is_spread(len(why), jobs):
        aside()

    def meanwhile() -> None:
        aside()
        mark_fields()
        if past.keep is not None:
            past.keep(result.done)

    done = work.render([tasks[task] for task in why], jobs, meanwhile)
    traces = past.ledger.traces
    for item in done:
        if isinstance(item.value, Problem):  # the sink refused; it would the others as well
            result.report.add(item.value)
            break
        if item.value is not None:
            result.made[tasks[item.task].path] = item.value
    result.kept = past.outputs
    if len(result.made) < len(done) or past.graph is None or past.graph.urls is not work.graph.urls:
        kept = {page.path for task, page in tasks.items() if task not in why}
        result.kept = {path: output for path, output in past.outputs.items() if path in kept}
    result.why |= why
    result.done += done
    result.traces |= {task: traces[task] for task in tasks if task not in why}
    known: dict[int, tuple[int, ...]] = {}
    result.traces |= {item.task: item.trace(past.ledger, known) for item in done}


def press(past: Past, work: Artifacts, wanted: Iterable[Artifact], changed: Mapping[int, Any]) -> Press:
    """What makes those artifacts that must be made; one from the same data as before stays as it is."""
    tasks = {artifact.task: artifact for artifact in wanted}
    lost = {task for task, artifact in tasks.items() if artifact.path in past.lost}
    why = plan(tasks, past.ledger, changed, lost)
    traces = past.ledger.traces
    for task in tasks.keys() - why.keys():
        work.keep(traces[task].result)
    standing = {task: traces[task].result for task in why if task in traces and task not in lost}
    orders = tuple((tasks[task], standing.get(task, "")) for task in why)
    kept = {task: traces[task] for task in tasks if task not in why}
    return Press(work, orders, why, kept)


def artifacts(result: Result, past: Past, press: Press) -> None:
    """Wave 3: the artifacts that ``press`` made."""
    result.traces |= press.kept
    for item in press.done():
        result.traces[item.task] = item.trace(past.ledger)
        if isinstance(item.value, Problem):
            result.report.add(item.value)
        elif item.value is not None:
            result.made[item.task.removeprefix("file ")] = item.value
            result.done.append(item)
            result.why[item.task] = press.why[item.task]


def pictures(result: Result, past: Past, room: Darkroom, changed: Mapping[int, Any], jobs: int) -> None:
    """Wave 3: the files of the pictures that texts show. In the preview they come when they are asked for."""
    beside, traces = room.pictures.beside, past.ledger.traces
    tasks = {picture_task(path): path for path in shown(result.traces.values()) if path in beside}
    files = {task: room.files(path) for task, path in tasks.items()}
    for task, path in tasks.items():
        result.pictures |= dict.fromkeys(files[task], mark_of(room.pictures.pixels(path)))
    if past.shelf is not None:
        return
    lost = {task for task, paths in files.items() if not set(paths).isdisjoint(past.lost)}
    why = plan(tasks, past.ledger, changed, lost)
    for task in tasks.keys() - why.keys():
        result.traces[task] = traces[task]
        if traces[task].problems:  # it could not be read
            result.pictures = {
                path: mark for path, mark in result.pictures.items() if path not in files[task]
            }
    for item in room.make([tasks[task] for task in why], jobs):
        result.traces[item.task] = item.trace(past.ledger)
        if isinstance(item.value, Problem):
            result.report.add(item.value)
            continue
        result.made |= item.value
        if not item.value:
            result.pictures = {
                path: mark for path, mark in result.pictures.items() if path not in files[item.task]
            }
        result.done.append(item)
        result.why[item.task] = why[item.task]
    result.developed = frozenset(room.asked)


def later(  # noqa: PLR0917
    result: Result,
    past: Past,
    work: Artifacts,
    wanted: Iterable[Artifact],
    resolver: Resolver,
    room: Darkroom,
) -> Later:
    """Wave 3 in the preview: artifacts and pictures, to be made when somebody asks for them."""
    assert result.graph and result.bodies and past.shelf  # noqa: S101, PT018
    graph, text_of, made = result.graph, _text_of(result, past), result.bodies
    bodies = Bodies(replace(made.texts, memo=Memo()), made.load, dict(made.known))

    def links(found: Collection[Any]) -> tuple[Problem, ...]:
        return link_problems(resolver, graph, bodies, found, text_of)[0]

    files = {file: path for path in shown(result.traces.values()) for file in room.files(path)}
    apart = room.apart()
    work = replace(work, room=apart)
    return Later(work, {artifact.path: artifact for artifact in wanted}, links, past.shelf, apart, files)


def replay(result: Result, past: Past, resolver: Resolver) -> None:
    """Report what tasks told, in this build or in the one that made them."""
    assert result.graph and result.bodies  # noqa: S101, PT018
    faults = []
    links: list[Any] = []
    for task, trace in result.traces.items():
        if trace.problems:
            result.report.extend(trace.problems)
        links += trace.links
        if trace.faults:
            faults += [(task.removeprefix("page "), problem) for problem in trace.faults]
    result.report.extend(on_pages(faults))

    text_of = _text_of(result, past)
    found, result.reported = link_problems(resolver, result.graph, result.bodies, links, text_of)
    result.report.extend(found)


def _text_of(result: Result, past: Past) -> Callable[[str], str]:
    """The text of an output of this build by its path."""
    if past.text is not None:
        return past.text

    def text_of(path: str) -> str:
        output = result.made.get(path) or result.kept.get(path)
        return output.data.decode() if output else ""

    return text_of
