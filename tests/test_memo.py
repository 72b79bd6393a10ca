"""The memo: what it gives is what would have been made anew, and one change costs what depends on it."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import library as bibliography
from acadsite.collect import publications
from acadsite.collect.gather import Gathered, decoding, gather, keep_pieces
from acadsite.config import read_config
from acadsite.extend import load_extensions
from acadsite.memo import Memo, key_of
from acadsite.problems import Span
from acadsite.sources import Source, scan
from acadsite.stamps import is_settled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TODAY = dt.date(2026, 1, 1)


class Site:
    """A site that is changed and read again and again, with a memo in memory and one in a store."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root, self.memo = root, Memo()
        self.store: dict[tuple[str, str], str] = {}
        self.files: dict[str, str] = {}
        self.clock = 10**18
        for path, text in files.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        """Write a file that is old enough to be trusted."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.clock += 1_000_001
        os.utime(target, ns=(self.clock, self.clock))
        self.files[path] = text

    def edit(self, path: str, old: str, new: str) -> None:
        assert old in self.files[path]
        self.write(path, self.files[path].replace(old, new, 1))

    def remove(self, path: str) -> None:
        (self.root / path).unlink()
        del self.files[path]

    def read(self, memo: Memo | None, *, drafts: bool = False) -> Gathered:
        config, _ = read_config(self.root)
        registry, _ = load_extensions(self.root, config)
        return gather(self.root, config, registry, TODAY, drafts=drafts, memo=memo)

    def warm(self) -> Gathered:
        """As the preview reads it: with what the last build knew; the store gets what is new."""
        found = self.read(self.memo)
        for name, (value, plain) in self.memo.fresh.items():
            self.store[name] = json.dumps(plain(value))
        self.store = {name: text for name, text in self.store.items() if name in self.memo.asked}
        self.memo.forget_unasked()
        return found

    def revived(self) -> Gathered:
        """As another process reads it, from the store."""

        def stored(kind: str, key: str) -> Any:
            text = self.store.get((kind, key))
            return None if text is None else json.loads(text)

        return self.read(Memo(stored))

    def shared_out(self) -> Gathered:
        """As two processes read it, each a part of the publications."""
        config, _ = read_config(self.root)
        memo = Memo()
        work = decoding(self.root, config, memo)
        for part in (2, 0, 1):
            keep_pieces(memo, pickle.loads(pickle.dumps(work.part(part, 3))))
        return self.read(memo)


def everything(found: Gathered) -> dict[str, Any]:
    """All that a library holds, in its order, with all places."""
    library = found.library
    return {
        "records": [
            (name, [(record.id, record.data, dict(record.spans)) for record in items.values()])
            for name, items in library.records.items()
        ],
        "documents": library.documents,
        "links": library.links,
        "sources": library.sources,
        "lost": library.lost,
        "unread": library.unread,
        "static": sorted(found.static),
        "problems": found.problems,
    }


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the entries that are decoded, as it happens."""
    keys: list[str] = []
    make = publications._Works.make

    def counted(self: Any, draft: Any, inputs: str) -> Any:
        keys.append(draft.key)
        return make(self, draft, inputs)

    monkeypatch.setattr(publications._Works, "make", counted)
    return keys


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed as BibTeX, as it happens."""
    texts: list[str] = []
    read = bibliography.read_block

    def counted(text: str, end: int) -> Any:
        texts.append(text)
        return read(text, end)

    monkeypatch.setattr(bibliography, "read_block", counted)
    return texts


BIB = "content/publications/all.bib"


def entry(key: str, more: str = "") -> str:
    return f"@article{{{key},\n  title = {{On {key}}},\n  author = {{Noether, Emmy}},\n  year = {{1921}}{more}\n}}\n\n"


# --- what a change costs ---


def test_one_edited_entry_of_many_is_one_entry(tmp_path: Path, decoded: list[str], blocks: list[str]) -> None:
    site = Site(
        tmp_path, {BIB: "".join(f"@misc{{k{n}, title={{T{n}}}, year=2000}}\n" for n in range(10_000))}
    )
    site.warm()
    assert len(decoded) == len(blocks) == 10_000
    decoded.clear()
    blocks.clear()
    site.edit(BIB, "{T5000}", "{Another}")
    found = site.warm()
    assert decoded == ["k5000"]
    assert blocks == ["@misc{k5000, title={Another}, year=2000}\n"]
    assert found.library.records["publications"]["k5000"].data["title_text"] == "Another"
    assert len(found.library.records["publications"]) == 10_000


def test_another_process_decodes_nothing(tmp_path: Path, decoded: list[str], blocks: list[str]) -> None:
    site = Site(tmp_path, {BIB: "".join(entry(f"k{n}") for n in range(20))})
    cold = everything(site.warm())
    decoded.clear()
    blocks.clear()
    assert everything(site.revived()) == cold
    assert decoded == blocks == []


def test_parts_that_others_decoded_are_not_decoded_again(tmp_path: Path, decoded: list[str]) -> None:
    entries = "".join(entry(f"k{n}", ", month = mar, journal = ann" if n % 2 else "") for n in range(20))
    child = "@inproceedings{c, title = {C}, crossref = {k3}}\n"
    site = Site(tmp_path, {BIB: f'@string{{ann = "Annalen"}}\n{entries}{child}'})
    cold = everything(site.read(None))
    decoded.clear()
    assert everything(site.shared_out()) == cold
    assert sorted(decoded) == sorted(["c", *(f"k{n}" for n in range(20))])


def test_moved_entries_are_not_decoded_and_have_their_places(tmp_path: Path, decoded: list[str]) -> None:
    parts = [entry(f"k{n}") for n in range(6)]
    site = Site(tmp_path, {BIB: "".join(parts)})
    before = site.warm().library.records["publications"]
    decoded.clear()
    site.write(BIB, "".join([*parts[3:], "% a remark\n", *parts[:3]]))
    after = site.warm().library.records["publications"]
    assert decoded == []
    assert after["k3"].where == Span(BIB, 1, 10, 1, 12)
    assert after["k0"].place("title") == Span(BIB, 21, 11, 21, 18)
    assert all(after[key].data is before[key].data for key in after)
    assert list(after) == ["k3", "k4", "k5", "k0", "k1", "k2"]


def test_a_string_costs_the_entries_that_use_it(tmp_path: Path, decoded: list[str]) -> None:
    text = '@string{jml = "J. M. L."}\n@string{ann = "Annals"}\n'
    text += (
        entry("a", ",\n  journal = jml")
        + entry("b", ",\n  journal = ann")
        + entry("c", ", note = jml # { x}")
    )
    site = Site(tmp_path, {BIB: text + entry("d")})
    site.warm()
    decoded.clear()
    site.edit(BIB, "J. M. L.", "Journal")
    found = site.warm().library.records["publications"]
    assert decoded == ["a", "c"]
    assert found["a"].data["venue"] == ("Journal",)


def test_a_parent_costs_itself_and_its_children(tmp_path: Path, decoded: list[str]) -> None:
    text = entry("a", ", crossref = {p}") + entry("b") + entry("c", ", crossref = {p}")
    site = Site(
        tmp_path, {BIB: text + "@proceedings{p,\n title = {Acts},\n year = 1932,\n publisher = {Old}}\n"}
    )
    before = site.warm().library.records["publications"]
    assert before["a"].place("publisher").line == 22
    decoded.clear()
    site.edit(BIB, "Old", "New")
    after = site.warm().library.records["publications"]
    assert decoded == ["a", "c", "p"]
    assert (after["a"].data["publisher"], after["b"]) == ("New", before["b"])
    decoded.clear()
    site.write(BIB, "\n\n" + site.files[BIB])
    assert site.warm().library.records["publications"]["a"].place("publisher").line == 24
    assert decoded == []


def test_settings_and_macros_cost_all_that_they_may_change(tmp_path: Path, decoded: list[str]) -> None:
    site = Site(tmp_path, {BIB: entry("a") + entry("b", ", notes = {x}"), "site.yaml": "title: A\n"})
    site.warm()
    decoded.clear()
    site.write("site.yaml", "title: Another\n")
    site.warm()
    assert decoded == []
    site.write("site.yaml", "title: Another\npublications:\n  hide: [notes]\n")
    assert site.warm().library.records["publications"]["b"].data["extra"] == {}
    assert decoded == ["a", "b"]
    decoded.clear()
    site.write(BIB, '@preamble{"\\newcommand{\\x}{y}"}\n' + site.files[BIB])
    site.warm()
    assert decoded == ["a", "b"]


# --- the same objects ---

FILES = {
    "site.yaml": "title: A\nauthor: emmy\n",
    "content/people.yaml": "- {id: emmy, name: 'Noether, Emmy'}\n- {name: Emil Artin}\n- {name: Elke Artin}\n",
    "content/students.yaml": "- {name: Grete Hermann, start: 1920, end: 1925}\n- {name: Max Deuring, end: 1930}\n",
    "content/talks.yaml": "- {title: Hyperkomplexe Systeme, date: 1932-09-07, people: [emmy], publications: [a, z]}\n",
    "content/repos.yaml": "- {url: https://github.com/a/b, people: [Emil Artin]}\n",
    "content/snapshots/repos.yaml": "date: 2025-01-01\nrepos: {a/b: 7}\n",
    "content/snapshots/scholar.yaml": "citations: 7\n",
    "content/posts/one.md": "---\ntitle: One\ndate: 2025-01-01\npublications: [b]\n---\nText.\n",
    "content/posts/two.md": "---\ntitle: Two\ndate: 2025-02-01\npeople: [Grete Hermann]\n---\nText.\n",
    "content/courses/algebra.md": "---\ntitle: Algebra\nstart: 1924-10\nstudents: [max-deuring]\n---\nText.\n",
    "content/index.md": "---\nrole: Mathematician\n---\nHello.\n",
    "content/cv.yaml": "sections:\n  - {title: Life, text: Born in Erlangen.}\n",
    BIB: '@string{ann = "Annalen"}\n'
    + entry("a", ",\n  journal = ann")
    + entry("b", ",\n  editor = {Artin, E.}")
    + entry("c", ",\n  crossref = {p},\n  author = {Hermann, Grete and Artin, Emil}")
    + "@proceedings{p, title = {Acts}, year = 1932}\n",
}


def records(found: Gathered) -> dict[tuple[str, str], Any]:
    return {(record.collection, record.id): record for record in found.library.every()}


def changed(before: Gathered, after: Gathered) -> list[str]:
    """The records that are other objects than before."""
    last = records(before)
    return sorted("/".join(key) for key, record in records(after).items() if last.get(key) is not record)


def test_what_did_not_change_is_the_same_object(tmp_path: Path) -> None:
    site = Site(tmp_path, FILES)
    before = site.warm()
    after = site.warm()
    assert changed(before, after) == []
    assert len(records(after)) == 19
    assert all(after.library.records[name] is items for name, items in before.library.records.items())
    assert after.library.links is before.library.links


@pytest.mark.parametrize(
    ("path", "old", "new", "others"),
    [
        (BIB, "On b", "Of b", ["publications/b"]),
        (BIB, "Annalen", "Annals", ["publications/a"]),
        (BIB, "{Acts}", "{Proceedings}", ["publications/c", "publications/p"]),
        (BIB, "Artin, E.", "Artin, Emil", ["publications/b"]),
        ("content/talks.yaml", "title: Hyper", "title:  Hyper", ["talks/1932-hyperkomplexe-systeme"]),
        ("content/people.yaml", "- {id: emmy", "- { id: emmy", ["people/emmy"]),
        ("content/students.yaml", "1925", "1926", ["students/grete-hermann"]),
        ("content/snapshots/repos.yaml", "7", "8", ["repos/a-b"]),
        ("content/snapshots/scholar.yaml", "7", "8", ["snapshots/scholar"]),
        ("content/posts/one.md", "Text", "Words", ["posts/one"]),
        ("content/posts/one.md", "title: One", "title: 1", ["posts/one"]),
        ("content/index.md", "Hello", "Hi", ["home/home"]),
        ("content/cv.yaml", "Born", "born", ["cv/cv"]),
        (
            "content/people.yaml",
            "Emil Artin",
            "Emil Artin, aliases: [E. Artin]",
            ["people/emil-artin", "publications/b"],
        ),
    ],
)  # fmt: skip
def test_one_change_gives_few_new_objects(
    tmp_path: Path, path: str, old: str, new: str, others: list[str]
) -> None:
    site = Site(tmp_path, FILES)
    before = site.warm()
    site.edit(path, old, new)
    after = site.warm()
    assert set(changed(before, after)) <= set(others)
    assert everything(after) == everything(site.read(None))


# --- files that look the same ---


def test_a_file_that_was_not_touched_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from acadsite.collect import files

    site = Site(tmp_path, FILES)
    now = max(source.ctime_ns for source in scan(tmp_path, "content")[0])
    monkeypatch.setattr(files.time, "time_ns", lambda: now + 3 * 10**9)
    read: list[str] = []
    load = files.load
    monkeypatch.setattr(files, "load", lambda root, source: read.append(source.path) or load(root, source))
    site.warm()
    assert len(read) == len(FILES) - 1
    read.clear()
    site.warm()
    assert read == []
    site.write("content/posts/one.md", site.files["content/posts/one.md"])
    site.warm()
    assert read == ["content/posts/one.md"]


def test_a_file_that_changed_just_before_it_was_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from acadsite.collect import files

    site = Site(tmp_path, FILES)
    post = tmp_path / "content/posts/one.md"
    changed_at = max(source.ctime_ns for source in scan(tmp_path, "content")[0])
    monkeypatch.setattr(files.time, "time_ns", lambda: changed_at + 1_000_000)
    # A second change within one tick of the clock leaves all signs as they are.
    signs = {"size": 1, "mtime_ns": changed_at, "ctime_ns": changed_at, "inode": 1}
    walk = files_walk(monkeypatch, "content/posts/one.md", signs)
    site.warm()
    post.write_text(post.read_text(encoding="utf-8").replace("One", "Two"), encoding="utf-8")
    assert site.warm().library.records["posts"]["one"].data["title"] == "Two"
    assert walk


def files_walk(monkeypatch: pytest.MonkeyPatch, path: str, signs: dict[str, int]) -> list[str]:
    """Let every walk give the same signs for one file."""
    from acadsite.collect import gather as module

    seen: list[str] = []

    def walk(root: Path, folder: str, known: Mapping[str, Source]) -> Any:
        found, problems = scan(root, folder)
        made = []
        for source in found:
            if source.path == path:
                seen.append(path)
                same = Source(path, path, **signs)
                source = known[path] if known.get(path) == same else same  # noqa: PLW2901
            made.append(source)
        return tuple(made), problems

    monkeypatch.setattr(module, "scan", walk)
    return seen


@pytest.mark.parametrize(
    ("changed_at", "read_at", "settled"),
    [
        (1_500_000_001, 1_500_000_001 + 49_000_000, False),
        (1_500_000_001, 1_500_000_001 + 51_000_000, True),
        (1_500_000_001, 1_400_000_000, False),
        (2_000_000_000, 3_900_000_000, False),
        (2_000_000_000, 4_600_000_000, True),
    ],
)
def test_when_a_file_is_trusted(changed_at: int, read_at: int, settled: bool) -> None:
    assert is_settled(changed_at, changed_at, read_at) is settled


# --- random changes ---

_KEYS = ("a", "b", "c", "Übung", "x:1")
_ENTRY = st.builds(
    lambda key, title, author, more, space: (
        f"@article{{{key}, title = {{{title}}},{space} author = {{{author}}}, year = 1921{more}}}\n"
    ),
    st.sampled_from(_KEYS),
    st.sampled_from(["On rings", "{\\\"U}ber $x^2$", "A \\unknown thing", "B"]),
    st.sampled_from(["Noether, Emmy", "Artin, E.", "Artin, Emil and Hermann, Grete", "Max Deuring"]),
    st.sampled_from(
        ["", ", journal = ann", ", month = mar", ", crossref = {p}", ", crossref = {gone}", ", hidden = {true}",
         ", public = {false}", ", ids = {z}", ", url = {javascript:x}", ", title = {Twice}", ", note = late"]
    ),
    st.sampled_from(["", "\n  ", "  "]),
)  # fmt: skip
_CHUNK = st.one_of(
    _ENTRY,
    st.sampled_from(
        ['@string{ann = "Annalen"}\n', '@string{ann = "Annals" # { x}}\n', '@string{late = "Late"}\n',
         "@proceedings{p, title = {Acts}, year = 1932, url = {https://a.org/}}\n", "@book{p, title = {P}}\n",
         '@preamble{"\\newcommand{\\unknown}{known}"}\n', "% a remark\n\n", "@misc{, title = {None}}\n",
         "@misc{broken, title = {x\n", "@comment{x}\n", "\n"]
    ),
)  # fmt: skip
_POST = st.builds(
    lambda title, date, more, body: f"---\ntitle: {title}\ndate: {date}\n{more}---\n{body}",
    st.sampled_from(["One", '"Two: 2"', "[x", "3"]),
    st.sampled_from(["2025-01-01", "2024", "2030-01-01", "1.2.2020"]),
    st.sampled_from(["", "draft: true\n", "publications: [a, z]\n", "people: [emmy, nobody]\n", "  x\n"]),
    st.sampled_from(["", "Text.\n", "# A\n"]),
)
_LIST = {
    "content/people.yaml": ["", "- {name: Grete Hermann, public: false}\n", "- {id: emmy, name: N}\n", "- [\n"],
    "content/students.yaml": ["", "- {name: Emil Artin, end: 1930}\n", "- {name: E. Artin, person: emmy}\n"],
    "content/talks.yaml": ["- {title: A, date: 2020, people: [E. Artin]}\n", "- {event: B, repos: [x]}\n", "\n"],
    "content/snapshots/repos.yaml": ["repos: {a/b: {stars: 9}}\n", "[]\n"],
    "site.yaml": ["title: B\nauthor: Emil Artin\n", "title: B\nauthor: emmy\npublications: {hide: [journal]}\n"],
}  # fmt: skip
_EDIT = st.one_of(
    st.tuples(st.just("chunk"), st.integers(0, 12), _CHUNK),
    st.tuples(st.just("insert"), st.integers(0, 12), _CHUNK),
    st.tuples(st.just("remove"), st.integers(0, 12), st.just("")),
    st.tuples(st.just("move"), st.integers(0, 12), st.just("")),
    st.tuples(st.just("post"), st.sampled_from(["one", "two", "index/three"]), _POST),
    st.tuples(st.just("rename"), st.sampled_from(["one", "two"]), st.sampled_from(["two", "four"])),
    st.sampled_from([("list", path, text) for path, texts in _LIST.items() for text in texts]),
    st.tuples(st.just("space"), st.sampled_from(sorted(_LIST)), st.sampled_from(["\n", "# x\n", "\n\n"])),
)


def apply(site: Site, chunks: list[str], edit: Any) -> None:
    kind, at, text = edit
    if kind in {"chunk", "insert", "remove", "move"}:
        place = at % (len(chunks) + 1)
        if kind == "insert":
            chunks.insert(place, text)
        elif kind == "move" and chunks:
            chunks.insert(place // 2, chunks.pop(place - 1))
        elif chunks:
            chunks[place - 1 : place or len(chunks)] = [text] if kind == "chunk" else []
        site.write(BIB, "".join(chunks))
    elif kind == "post":
        site.write(f"content/posts/{at}.md", text)
    elif kind == "rename":
        source, target = f"content/posts/{at}.md", f"content/posts/{text}.md"
        if source in site.files and target not in site.files:
            site.write(target, site.files[source])
            site.remove(source)
    elif kind == "list":
        site.write(at, text)
    else:
        site.write(at, text + site.files[at])


@settings(max_examples=int(os.environ.get("ACADSITE_EXAMPLES", "60")), deadline=None)
@given(st.lists(st.lists(_EDIT, min_size=1, max_size=3), min_size=1, max_size=5))
def test_random_changes(tmp_path_factory: pytest.TempPathFactory, rounds: list[list[Any]]) -> None:
    site = Site(tmp_path_factory.mktemp("site"), FILES)
    chunks = site.files[BIB].splitlines(keepends=True)
    site.warm()
    for edits in rounds:
        for edit in edits:
            apply(site, chunks, edit)
        cold = everything(site.read(None))
        assert everything(site.shared_out()) == cold
        assert everything(site.revived()) == cold
        assert everything(site.warm()) == cold
        assert everything(site.revived()) == cold


# --- the memo itself ---


def test_keys_tell_texts_apart() -> None:
    assert key_of("ab", "c") != key_of("a", "bc") != key_of("abc")
    assert key_of("\ud800") != key_of("\ud801")


def test_a_step_is_taken_again_only_for_other_inputs() -> None:
    memo, made = Memo(), []

    def make() -> object:
        made.append(1)
        memo.put("kind", "key", "value", str)
        return made[:]

    one, other = [1], [1]
    first = memo.step("a", (one,), 1, make)
    assert memo.step("a", (one,), 1, make) is first
    assert memo.step("a", (other,), 1, make) is not first
    assert memo.step("a", (other,), 2, make) == [1, 1, 1]
    memo.forget_unasked()
    memo.step("a", (other,), 2, make)
    assert memo.asked == {("kind", "key")}
    assert memo.fresh == {}
