"""What a build gives: everything it found, rendered and told, as one value that the stages fill."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite.publish import Output
from acadsite.render import page_task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.artifacts import Later
    from acadsite.collect.gather import Gathered
    from acadsite.config import Config
    from acadsite.graph import PageGraph
    from acadsite.kinds.answers import Answers
    from acadsite.problems import Report
    from acadsite.publish import Published
    from acadsite.render import Bodies, Done
    from acadsite.trace import Reason, Trace


@dataclass(slots=True)
class Memory:
    """A sink that keeps everything."""

    def put(self, path: str, data: bytes) -> Output:
        """The output itself."""
        return Output(path, data)


@dataclass(slots=True)
class Result:
    """What a build made: its report, the graph, seconds by stage, and which links of the content are ``reported``
    already (``kinds.resolve``). ``done`` has the bodies and pages that were rendered, ``why`` the reason for each
    task; ``made`` what the sink gave for each rendered page and made artifact, by path, ``files`` the other
    outputs, ``artifacts`` the paths of all artifacts, and ``pictures`` those of the files of pictures, with a mark of
    what is in them; both are to be had from ``later`` where it is there. ``developed``: the keys of such files."""

    report: Report
    config: Config
    library: Gathered | None = None
    graph: PageGraph | None = None
    files: dict[str, Output] = field(default_factory=dict)
    artifacts: tuple[str, ...] = ()
    later: Later | None = None
    pictures: dict[str, str] = field(default_factory=dict)
    developed: frozenset[str] = frozenset()
    made: dict[str, Any] = field(default_factory=dict)
    done: list[Done[Any]] = field(default_factory=list)
    why: dict[str, Reason] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)
    changed: dict[int, Any] = field(default_factory=dict)
    answers: Answers | None = None
    bodies: Bodies | None = None
    kept: Mapping[str, Output] = field(default_factory=dict)
    published: Published | None = None
    note: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    reported: frozenset[str] = frozenset()

    @property
    def outputs(self) -> dict[str, Output]:
        """All outputs of a build in memory."""
        return {**self.kept, **self.made, **self.files}

    def reasons(self) -> list[str]:
        """For each page that was rendered and each artifact that was made, by path: why."""
        assert self.graph is not None  # noqa: S101
        tasks = {page_task(page): page.path for page in self.graph.pages.values()}
        tasks |= {f"file {path}": path for path in self.artifacts}
        tasks |= {f"picture {path}": path for path in self.pictures}
        return sorted(
            f"{path}: {why}" for task, path in tasks.items() if (why := self.why.get(task)) is not None
        )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure one stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
