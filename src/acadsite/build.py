"""The pipeline: sources → library → page graph → bodies → pages → artifacts → public/."""

from __future__ import annotations

import gc
import hashlib
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acadsite import bytecode, unchanged, waves
from acadsite.artifacts import Artifact, Artifacts, artifacts
from acadsite.collect.gather import Gathered, decoding, gather, keep_pieces
from acadsite.config import Config, read_config
from acadsite.darkroom import Darkroom
from acadsite.extend import Registry, load_extensions
from acadsite.graph import PageGraph, make_graph
from acadsite.kinds.answers import Answers
from acadsite.kinds.cards import plan_cards
from acadsite.kinds.languages import TRANSLATED
from acadsite.kinds.names import Names, previews
from acadsite.kinds.pdfs import copied_pdfs
from acadsite.kinds.pictures import Pictures, pictures_beside
from acadsite.kinds.references import References
from acadsite.kinds.resolve import Resolver
from acadsite.kinds.sections import unknown_sections
from acadsite.kinds.sheets import accent_of, terse, terse_script
from acadsite.kinds.web import plan as plan_pages
from acadsite.memo import key_of
from acadsite.past import Past, keep_early, read, write
from acadsite.pool import can_fork, spread
from acadsite.problems import Problem, Report, Span, error, quote
from acadsite.publish import (
    Output,
    Refused,
    check_output,
    check_owner,
    finish,
    open_stage,
    publish,
    verify_published,
)
from acadsite.render import Bodies, Pages, Texts
from acadsite.result import Memory, Result
from acadsite.state import State, lock, open_state
from acadsite.templates import Theme, environment, read_theme
from acadsite.track import Site, tracking

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from acadsite.memo import Memo
    from acadsite.render import Sink
    from acadsite.sources import Source
    from acadsite.templates import Templates


#: All publications for download; a file of that name in content/static/ takes its place.
_BIBLIOGRAPHY = "publications.bib"
#: Fewer entries are decoded before a second process is there.
_MANY_ENTRIES = 300
#: New values before the collector of cycles looks at them. Python's 700 make it look 300 times at the pages of 1,500
#: records, a tenth of all work, and find next to nothing.
_SELDOM = 100_000


def build(
    root: Path,
    out: Path,
    *,
    today: dt.date,
    drafts: bool = False,
    url: str | None = None,
    from_disk: bool = False,
    jobs: int = 1,
    adopt: bool = False,
    cold: bool = False,
) -> Result:
    """Build the site in ``root`` into ``out``; with any error ``out`` stays as it is. What the last build left is
    used, unless the build is to be ``cold``; files of others in ``out`` are only taken over with ``adopt``. Pages that
    are to be opened ``from_disk`` need no server (``kinds.disk``)."""
    faults = check_output(root, out)  # before the lock, which is a file in the site
    if faults:
        return Result(Report(dict.fromkeys(faults)), read_config(root, url)[0])
    with lock(root) as busy:
        if busy:
            return Result(Report(dict.fromkeys(busy)), read_config(root, url)[0])
        state, note = open_state(root, unchanged.salt())
        try:
            wishes = {"today": today, "drafts": drafts, "url": url, "from_disk": from_disk}
            with _collector_seldom():
                result = _publish(state, root, out, jobs, adopt, cold, wishes)
        finally:
            state.close()
    result.note = note or result.note
    return result


def differences(
    root: Path,
    out: Path,
    *,
    today: dt.date,
    drafts: bool = False,
    url: str | None = None,
    from_disk: bool = False,
) -> tuple[Problem, ...]:
    """Where ``out`` is not what a build of everything gives, byte for byte. There never should be any."""
    result = render(root, today=today, drafts=drafts, url=url, from_disk=from_disk)
    hint = "This is a bug of acadsite; please report it. “build --no-cache” mends the site."
    found = []
    for path, output in result.outputs.items():
        try:
            is_same = (out / path).read_bytes() == (output.copy.read_bytes() if output.copy else output.data)
        except OSError:
            is_same = False
        if not is_same:
            message = f"The output {quote(path)} differs from that of a build without the cache."
            found.append(error("build-differs", message, None, hint))
    return tuple(found)


def _publish(  # noqa: PLR0917
    state: State, root: Path, out: Path, jobs: int, adopt: bool, cold: bool, wishes: dict[str, Any]
) -> Result:
    faults = finish(state, root)
    foreign = () if adopt else check_owner(state, root, out)
    if foreign:
        return Result(Report(dict.fromkeys((*faults, *foreign))), read_config(root)[0])
    stage = open_stage(state, root, out)
    place = stage.place
    past = Past() if cold else read(state, place)
    past.text = stage.text
    keep_early(state, place, past)
    if not cold:
        past.compiled = bytecode.load(unchanged.salt())
    past.lost = frozenset(verify_published(state, root, out))
    # Before anything is read: what changes meanwhile is seen by the next build.
    extensions = read_config(root)[0]["extensions"]
    seen = unchanged.signature(root, extensions, time.time_ns())
    result = render(root, **wishes, past=past, sink=stage, jobs=jobs)
    past.memo.kept.clear()  # steps that only this process could take again
    if not result.config["extensions"]:  # whose filters would be in the code
        bytecode.save(past.compiled, unchanged.salt())
    result.note = past.note
    result.report.extend(faults)
    staged = list(result.made.values())
    with result.stage("publish"):
        if not result.report.has_errors:
            for output in result.files.values():
                try:
                    staged.append(
                        stage.put(output.path, output.data)
                        if output.copy is None
                        else stage.copy(output.path, output.copy)
                    )
                except Refused as refused:
                    result.report.add(refused.problem)
                    if refused.problem.code == "output-write":  # the next one will meet the same full disk
                        break
        if result.report.has_errors:
            stage.discard()
            return result

        assert result.library and result.graph  # noqa: S101, PT018
        library, graph = result.library.library, result.graph

        def store() -> None:
            assert result.answers is not None  # noqa: S101
            with tracking():
                past.ledger.take(result.traces, result.changed, result.answers)
            bodies = [
                done for done in result.done if done.task.startswith("body ") and done.task not in past.kept
            ]
            documents = {f"{key[0]}/{key[1]}" for key in library.documents}
            write(state, place, past, bodies, documents)
            asked = unchanged.wishes(**wishes)
            standing = unchanged.Standing(result.report.problems, len(graph.pages))
            text = unchanged.record(asked, seen, extensions, standing)
            state.update("last", [(place, text)])

        paths = (*(page.path for page in graph.pages.values()), *result.artifacts, *result.pictures)
        kept = [path for path in paths if path not in result.made]
        with _collector_frozen(jobs):
            result.published, problems = publish(state, stage, staged, kept, store, adopt=adopt)
        if result.published is not None and past.pictures is not None:
            past.pictures.keep(result.developed)
        result.report.extend(problems)
    return result


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for cycles meanwhile: reading makes a million values that stay, and looking at all of them again
    and again makes 10,000 entries cost more than ten times 1,000."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _collector_seldom() -> Iterator[None]:
    """The collector of cycles looks at new values less often meanwhile, if at all."""
    first, *others = gc.get_threshold()
    if not 0 < first < _SELDOM:
        yield
        return
    gc.set_threshold(_SELDOM, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


@contextmanager
def _collector_frozen(jobs: int) -> Iterator[None]:
    """What is there now stays: the collector of cycles does not look at it, nor, in workers, copy it by that. Not in
    a process that may build often: it would be long until what was frozen is looked at again."""
    if jobs < 2:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def render(
    root: Path,
    *,
    today: dt.date,
    drafts: bool = False,
    url: str | None = None,
    from_disk: bool = False,
    past: Past | None = None,
    sink: Sink | None = None,
    jobs: int = 1,
) -> Result:
    """Everything of a build but the writing. Without a ``past`` everything is rendered; without a ``sink`` the
    outputs stay in memory."""
    past = past or Past()
    config, problems = read_config(root, url, from_disk)
    result = Result(Report(), config)
    result.report.extend(problems)
    with result.stage("collect"):
        registry, problems = load_extensions(root, config)
        result.report.extend(problems)
        theme, problems = read_theme(root, config["theme"], config.place("theme"))
        result.report.extend(problems)
        with _collector_paused():
            _decode(root, config, past, jobs)
            gathered = result.library = gather(root, config, registry, today, drafts=drafts, memo=past.memo)
        result.report.extend(gathered.problems)
        if past.parts is None:  # steps that only this process could take again, which ends
            past.memo.kept.clear()
    if any(problem.code == "site-missing" for problem in result.report.problems):
        return result
    with result.stage("route"):
        beside = pictures_beside(gathered.sources, gathered.static)
        graph, assets, wanted, cards = _route(result, past, registry, theme, beside)
        gathered = result.library
        result.files = _files(root, gathered, assets, past.memo)
        pictures = Pictures(root, config, beside, gathered.static, gathered.sources, past.memo)
        pictures.look(document.text for document in gathered.library.documents.values())
        pictures.settle()
        resolver = Resolver(gathered.library, graph, gathered.static, pictures)
        references = References(gathered.library, config, graph, past.memo)
        result.report.extend(references.problems())
        texts = Texts(gathered.library, config, resolver, past.memo, references)
        bodies = result.bodies = Bodies(texts, past.body)
        site = Site(gathered.library, graph.urls, bodies, TRANSLATED)
        accent, problems = accent_of(config, assets)
        result.report.extend(problems)
        names = Names(
            site,
            config,
            graph,
            gathered.static,
            assets,
            resolver,
            references,
            previews(gathered.static),
            past.parts,
            accent,
            cards,
        )
        templates = environment(
            theme, names.filters(), names.globals(), registry.filters, compiled=past.compiled, memo=past.memo
        )
        result.report.extend(unknown_sections(site))
        has_cv = _cv(result, gathered, templates, names)
        if any(artifact.subject[0] != "cv" for artifact in wanted):
            templates.documents()  # read before anything is rendered
        answers = Answers(names, templates, {}, _extensions(root, config), past.answers)
        result.answers = answers
    pages = Pages(graph, templates, config, site, names, sink or Memory())
    with _collector_frozen(jobs):
        with tracking():
            changed = result.changed = past.ledger.changed(answers, {"body"})
        with result.stage("bodies"):
            waves.bodies(result, past, pages, changed, jobs)
        # What pages keep from build to build is none of theirs.
        room = Darkroom(pictures, pages.sink, past.pictures)
        work = Artifacts(replace(names, parts=None), config, templates, past.memo, pages.sink, room)
        result.artifacts = tuple(artifact.path for artifact in wanted)
        wanted = tuple(artifact for artifact in wanted if has_cv or artifact.subject[0] != "cv")
        press = waves.press(past, work, wanted if past.shelf is None else (), changed)
        with result.stage("pages"):
            waves.pages(result, past, pages, changed, jobs, press.start)
        with result.stage("artifacts"):
            waves.artifacts(result, past, press)
        with result.stage("pictures"):
            waves.pictures(result, past, room, changed, jobs)
        if past.shelf is not None:
            result.later = waves.later(result, past, work, wanted, resolver, room)
        waves.replay(result, past, resolver)
    return result


def _cv(result: Result, gathered: Gathered, templates: Templates, names: Names) -> bool:
    """Report what is wrong with the CV, its themes and forms; whether PDFs can be made of it."""
    if ("cv", "cv") not in gathered.library:
        return False
    from acadsite.kinds.cv import faults as cv_faults

    theme, record = templates.cv(), gathered.library.get("cv", "cv")
    faults: tuple[Problem, ...] = ()
    known: tuple[str, ...] = ()
    if record is not None and any(variant["form"] for variant in record.data["variants"]):
        from acadsite.kinds.cv.forms import form_names, forms_of

        forms, faults = forms_of(record, theme.files)
        names.cv_forms.update(forms)
        known = form_names(theme.files)
    found = cv_faults(gathered.library, theme.names(), known, names.cv_forms)
    problems = (*theme.problems, *faults, *found)
    result.report.extend(problems)
    return all(problem.level != "error" for problem in problems)


def _decode(root: Path, config: Config, past: Past, jobs: int) -> None:
    """Decode entries of a new bibliography in several processes, where there are enough of them."""
    if jobs < 2 or past.ledger.traces or not can_fork():
        return
    work = decoding(root, config, past.memo)
    if len(work) >= _MANY_ENTRIES:
        for pieces in spread(jobs, lambda number: work.part(number, jobs), jobs):
            keep_pieces(past.memo, pieces)


def _extensions(root: Path, config: Config) -> str:
    """A digest of the extensions, whose code may have a hand in any page."""
    digest = hashlib.blake2b(digest_size=12)
    for name in config["extensions"]:
        with suppress(OSError):
            if (root / name).is_file():  # reading a pipe would wait for ever
                digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _route(
    result: Result, past: Past, registry: Registry, theme: Theme, beside: Mapping[str, Source]
) -> tuple[PageGraph, dict[str, Path], tuple[Artifact, ...], dict[str, str]]:
    """The page graph, with the files that take addresses as well, among them the cards of pages."""
    gathered = result.library
    assert gathered is not None  # noqa: S101
    more, problems = registry.pages(gathered.library, result.config)
    result.report.extend(problems)
    pages, menu, problems = plan_pages(gathered.library, result.config, more, past.planned, gathered.static)
    result.report.extend(problems)
    copies = copied_pdfs(gathered.library, pages, gathered.static, past.memo)
    more_files = {path: gathered.static[found] for path, found in copies}
    gathered = result.library = replace(gathered, static={**gathered.static, **more_files})
    assets, problems = theme.assets()
    result.report.extend(problems)
    files = [(f"assets/{name}", Span(f"assets/{name}")) for name in assets]
    files += [(path, Span(source.path)) for path, source in (*gathered.static.items(), *beside.items())]
    if _BIBLIOGRAPHY not in gathered.static and "publications" in gathered.library.records:
        files.append((_BIBLIOGRAPHY, Span("content/publications")))
    cards = plan_cards(pages, gathered.library, result.config, gathered.static)
    wanted = artifacts(gathered.library, gathered.static, pages, cards)
    files += [(artifact.path, artifact.where) for artifact in wanted]
    result.graph, problems = make_graph(pages, menu, files, past.graph)
    result.report.extend(problems)
    return result.graph, assets, wanted, cards


def _short(output: str, path: Path, shorten: Callable[[str], str], memo: Memo) -> Output:
    """A style sheet or script as it is published; the file itself where it is no text."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):  # who copies it will say so
        return Output(output, copy=path)
    key = key_of(path.suffix, text)
    short: str | None = memo.get("short", key, str)
    if short is None:
        short = shorten(text)
        memo.put("short", key, short, str)
    return Output(output, short.encode("utf-8"))


def _files(root: Path, gathered: Gathered, assets: dict[str, Path], memo: Memo) -> dict[str, Output]:
    """Outputs that no template makes: static files, the theme's assets, the bibliography."""
    outputs = {path: Output(path, copy=root / source.disk) for path, source in gathered.static.items()}
    for name, path in assets.items():
        output = f"assets/{name}"
        shorten = {".css": terse, ".js": terse_script}.get(path.suffix)
        outputs[output] = _short(output, path, shorten, memo) if shorten else Output(output, copy=path)
    works = gathered.library.records.get("publications", {})
    if works and _BIBLIOGRAPHY not in outputs:
        text = "\n\n".join(record.data["bibtex_whole"] for record in works.values()) + "\n"
        outputs[_BIBLIOGRAPHY] = Output(_BIBLIOGRAPHY, text.encode("utf-8"))
    return outputs
