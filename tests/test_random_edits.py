"""Edits at random, in sequences at random: whatever is kept from build to build, the site is that of a cold build.

``--edits N`` says about how many edits are tried, ``--hypothesis-seed`` repeats a run; it is printed.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from acadsite.workshop import Workshop
from conftest import SiteFolder
from sample import FILES as SAMPLE
from sample import TODAY, Site, contents, finished, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

#: Edits in one sequence, which begins with the sample.
LENGTH = 12

Files = dict[str, str]
#: With the search, which reads everything.
FILES: Files = SAMPLE | {"site.yaml": SAMPLE["site.yaml"].replace("search: false\n", "")}

# --- edits --------------------------------------------------------------------------------------------------------
#
# An edit is a function of the files as they are and a source of chance. It changes them in place; what it cannot do,
# it leaves.

_TOKEN = re.compile(r"[\w.-]+|[^\w\s]")
_WORDS = """
    rings chains old proc ideals jane roe poe idle t plain icm one two three draft about listed algebra a b c 3 jr
    true false 2019 2020 1924 1932 2027-01-01 title date url id tags draft author name publications talks people
    posts/one.md pages/about.md images/x.png https://x.example /talks/ /about/ menu public aliases crossref selected
    Rings Chains Grete Hermann Doe Roe and base own classic de C.V. Ä ß 日本 $x$ \\Zed * [x](posts/two.md) [[old]]
    @old [[gone]] <b>b</b> ../posts/two.md notes.pdf a#b.pdf 50%25.svg [x](gone.md) ![p](../static/p.svg)
    {} [] '' "" : - # {{ }} {% %} shout motto record page site
""".split()  # noqa: SIM905
_BREAKING = (
    "\t- [",
    "{% if %}",
    "{{ nothing }}",
    "@article{x, title = {",
    "---\n",
    ": :\n",
    "}}}\n",
    "x\x00y\n",
    "{#",
)
_HARMLESS = {
    ".yaml": "# a comment\n", ".bib": "% a comment\n", ".md": "\n", ".py": "# a comment\n",
    ".html": "{# a comment #}\n", ".css": "/* a comment */\n", ".svg": "<!-- -->\n",
}  # fmt: skip


def _blocks(path: str, text: str) -> list[str]:
    """A file as parts that stand side by side: entries, items, paragraphs."""
    pattern = {".bib": r"\n(?=@)", ".yaml": r"\n(?=- |\w)"}.get(Path(path).suffix, r"\n(?=\n)")
    return re.split(pattern, text.strip("\n"))


def _some(chance: Random, files: Files, start: str = "") -> str:
    return chance.choice(sorted(path for path in files if path.startswith(start)) or [""])


def change_word(files: Files, chance: Random) -> None:
    """One word for another, out of this file, or out of all."""
    path = _some(chance, files)
    words = list(_TOKEN.finditer(files[path]))
    if not words:
        return
    old = chance.choice(words)
    pool = chance.choice((_WORDS, [word.group() for word in words]))
    files[path] = files[path][: old.start()] + chance.choice(pool) + files[path][old.end() :]


def change_all(files: Files, chance: Random) -> None:
    """One word for another wherever it stands in a file."""
    path = _some(chance, files)
    words = sorted(set(re.findall(r"\w+", files[path])))
    if words:
        old, new = chance.choice(words), chance.choice(_WORDS)
        files[path] = re.sub(rf"\b{old}\b", lambda _: new, files[path])


def add_space(files: Files, chance: Random) -> None:
    """What says nothing: a comment or an empty line at the top or the end."""
    path = _some(chance, files)
    more = _HARMLESS.get(Path(path).suffix, "\n")
    starts = path.endswith((".yaml", ".bib", ".py", ".css")) and chance.random() < 0.5
    files[path] = more + files[path] if starts else files[path] + more


def swap_blocks(files: Files, chance: Random) -> None:
    """Two entries of a file in each other's place."""
    path = _some(chance, files)
    blocks = _blocks(path, files[path])
    if len(blocks) > 1:
        one, two = chance.sample(range(len(blocks)), 2)
        blocks[one], blocks[two] = blocks[two], blocks[one]
        files[path] = "\n".join(blocks) + "\n"


def drop_block(files: Files, chance: Random) -> None:
    """An entry goes."""
    path = _some(chance, files)
    blocks = _blocks(path, files[path])
    blocks.pop(chance.randrange(len(blocks)))
    files[path] = "\n".join(blocks) + "\n"


def move_block(files: Files, chance: Random) -> None:
    """An entry of one file in another one of the sort, or in the same twice."""
    source, other = _some(chance, files), _some(chance, files)
    if Path(source).suffix == Path(other).suffix:
        block = chance.choice(_blocks(source, files[source]))
        files[other] += ("" if files[other].endswith("\n") else "\n") + block + "\n"


def change_id(files: Files, chance: Random) -> None:
    """Another id, key or address."""
    path = _some(chance, files, "content/")
    new = chance.choice(["rings", "chains", "x-y", "roe", "one", "about", "talks/z/"])
    text = files[path]
    if path.endswith(".bib"):
        keys = re.findall(r"@\w+\{([\w-]+),", text) or ["rings"]
        files[path] = text.replace(chance.choice(keys), new)
    elif path.endswith(".md") and text.startswith("---\n"):
        files[path] = text.replace("---\n", f"---\n{chance.choice(('url', 'id', 'title'))}: {new}\n", 1)
    else:
        files[path] = re.sub(r"\bid: [\w-]+", f"id: {new}", text, count=1)


def rename(files: Files, chance: Random) -> None:
    """A file with another name, here or in another folder."""
    path = _some(chance, files)
    if path == "site.yaml":
        return
    folder = path.rpartition("/")[0] if chance.random() < 0.7 else _some(chance, files).rpartition("/")[0]
    stem = chance.choice(
        ["one", "two", "x", "gone", "part", "absent", "favicon", "rings", "a#b", "50%", "é", Path(path).stem]
    )
    new = f"{folder}/{stem}{Path(path).suffix}".lstrip("/")
    if new not in files and not any(other.startswith(f"{new}/") for other in files):
        files[new] = files.pop(path)


def copy(files: Files, chance: Random) -> None:
    """A file a second time."""
    path = _some(chance, files)
    stem = chance.choice(["one", "x", "gone", "absent", "favicon", "old", "two"])
    new = f"{path.rpartition('/')[0]}/{stem}{Path(path).suffix}"
    files.setdefault(new.lstrip("/"), files[path])


def remove(files: Files, chance: Random) -> None:
    """A file goes."""
    path = _some(chance, files)
    if path != "site.yaml":
        del files[path]


def mend(files: Files, chance: Random) -> None:
    """A file is as it was at the beginning."""
    path = _some(chance, FILES)
    if not any(other.startswith(f"{path}/") for other in files):
        files[path] = FILES[path]


def mend_all(files: Files, chance: Random) -> None:
    """All is as it was."""
    files.clear()
    files.update(FILES)


def damage(files: Files, chance: Random) -> None:
    """What cannot be read."""
    path = _some(chance, files)
    at = chance.randrange(len(files[path]) + 1)
    files[path] = files[path][:at] + chance.choice(_BREAKING) + files[path][at:]


def set_option(files: Files, chance: Random) -> None:
    """A setting of site.yaml."""
    line = chance.choice(
        (
            "publications: {group_by: type, numbering: by-type}", "publications: {pages: false}", "theme: base",
            "publications: {names: initials, max_authors: 1}", "theme: classic", "language: de", "url: https://x.y/z",
            "markup: {html: sanitize}", "markup: {dialect: python-markdown}", "menu: [talks, listed]", "author: roe",
            "urls: {post: 'p/{id}/', talk: 't/{id}/'}", "footer: '[a](content/pages/about.md) [[rings]]'", "labels: {}",
            "extensions: []", "description: 'Words'", "accent: '#123456'", "params: {motto: Other}", "title: Other",
            "posts: {title: Blog, intro: '[x](pages/about.md)'}",
            "talks: {intro: '[x](posts/two.md#part) ![p](static/p.svg)'}",
            "students: {title: Pupils, intro: '[x](content/pages/gone.md)'}",
            "publications: {files: [publications/b.bib]}", "publications: {shown: 1}",
        )
    )  # fmt: skip
    key = line.partition(":")[0]
    kept = re.sub(rf"(?m)^{key}:.*\n(?:[ -].*\n)*", "", files["site.yaml"])
    files["site.yaml"] = f"{kept}{line}\n"


EDITS: tuple[Callable[[Files, Random], None], ...] = (
    change_word, change_word, change_word, change_all, add_space, swap_blocks, drop_block, move_block, change_id,
    rename, copy, remove, mend, mend, mend_all, damage, set_option, set_option,
)  # fmt: skip


# --- what happens beside the files --------------------------------------------------------------------------------


def nothing(site: Site, chance: Random) -> None:
    """The usual."""


def lose_output(site: Site, chance: Random) -> None:
    """A published file goes, or is changed by someone."""
    files = sorted(path for path in site.out.rglob("*") if path.is_file())
    for path in chance.sample(files, min(2, len(files))):
        if chance.random() < 0.5:
            path.unlink()
        else:
            path.write_bytes(path.read_bytes() + b"!")


def lose_all_output(site: Site, chance: Random) -> None:
    """The output folder goes."""
    shutil.rmtree(site.out, ignore_errors=True)


def lose_state(site: Site, chance: Random) -> None:
    """The state goes."""
    for path in (site.root / ".acadsite").glob("state.db*"):
        path.unlink()


def damage_state(site: Site, chance: Random) -> None:
    """The state is damaged somewhere, or cut."""
    path = site.root / ".acadsite" / "state.db"
    if path.exists():
        data = bytearray(path.read_bytes())
        at = chance.randrange(len(data) or 1)
        if chance.random() < 0.5:
            data[at : at + 600] = b"\xff" * len(data[at : at + 600])
        else:
            del data[at:]
        path.write_bytes(data)


def switch_drafts(site: Site, chance: Random) -> None:
    """With drafts, or without."""
    site.options["drafts"] = not site.options.get("drafts")


def switch_url(site: Site, chance: Random) -> None:
    """At another address."""
    site.options["url"] = chance.choice([None, "https://x.example/", "https://x.example/~jane/"])


def build_elsewhere(site: Site, chance: Random) -> None:
    """Another build into another folder."""
    wishes = {"drafts": not site.options.get("drafts"), "url": "https://other.example/"}
    result = site.build(site.root / "other", **wishes)
    if not result.report.has_errors:
        assert unlike(tree(site.root / "other"), contents(site.cold(**wishes))) == []


def touch(site: Site, chance: Random) -> None:
    """A source is written as it is."""
    path = chance.choice(
        sorted(path for path in (site.root / "content").rglob("*") if path.is_file()) or [site.root]
    )
    path.touch()


BESIDE: tuple[Callable[[Site, Random], None], ...] = (
    *(nothing,) * 24, lose_output, lose_all_output, lose_state, damage_state, switch_drafts, switch_url, touch,
    build_elsewhere,
)  # fmt: skip


# --- the test -----------------------------------------------------------------------------------------------------


@dataclass
class Trial:
    """A site under edits. ``published`` is what the last build without errors left, ``good`` what it was made of."""

    site: Site
    workshop: Workshop
    files: Files = field(default_factory=lambda: dict(FILES))
    good: Files = field(default_factory=lambda: dict(FILES))
    published: dict[str, bytes] = field(default_factory=dict)

    def begin(self, chance: Random) -> Files:
        """The files to edit: where they have errors, mostly what they were before."""
        return dict(self.good if chance.random() < 0.8 else self.files)

    def write(self, files: Files) -> None:
        """Make the files of the site those."""
        for path in self.files.keys() - files.keys():
            (self.site.root / path).unlink()
        # A folder may stand where a file is to come.
        for folder in sorted(self.site.root.rglob("*"), reverse=True):
            is_made = folder.relative_to(self.site.root).parts[0] in {".acadsite", "public", "other"}
            if folder.is_dir() and not is_made and not any(folder.iterdir()):
                folder.rmdir()
        new = {path: text for path, text in files.items() if self.files.get(path) != text}
        self.site.folder.write(new)
        self.files = files

    def check(self) -> None:
        """Build warm in both ways, and compare with a cold build."""
        options = self.site.options
        cold = self.site.cold()
        standing = self.site.standing()
        if standing is not None:  # a build would not even look
            assert standing.problems == cold.report.problems
            assert unlike(tree(self.site.out), contents(cold)) == []
        warm = self.site.build()
        assert warm.report.problems == cold.report.problems
        if not cold.report.has_errors:
            self.good, self.published = self.files, contents(cold)
            assert unlike(tree(self.site.out), self.published) == []
        kept = self.workshop
        kept.drafts, kept.url = bool(options.get("drafts")), options.get("url")  # type: ignore[assignment]
        made = finished(kept.build(TODAY))
        assert made.report.problems == cold.report.problems
        if not cold.report.has_errors:
            assert unlike(contents(made), self.published) == []


def run(steps: list[tuple[int, int, int]]) -> None:
    """One sequence: for each build how many edits, what else happens, and the seed of both."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        root.mkdir()
        site = Site(SiteFolder(root).write(FILES))
        trial = Trial(site, Workshop(root))
        trial.check()
        for count, beside, seed in steps:
            chance = Random(seed)
            files = trial.begin(chance)
            for _ in range(count):
                chance.choice(EDITS)(files, chance)
            trial.write(files)
            BESIDE[beside](site, chance)
            trial.check()


_STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 1, 1, 2, 5]), st.integers(0, len(BESIDE) - 1), st.integers(0, 2**32)),
    min_size=1,
    max_size=LENGTH,
)


def test_warm_builds_are_cold_builds(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    given_seed = request.config.getoption("--hypothesis-seed")
    number = Random().randrange(2**32) if given_seed is None else int(given_seed)
    edits = request.config.getoption("--edits")
    with capsys.disabled():
        print(f"\nrandom edits: --edits {edits} --hypothesis-seed {number}")

    @seed(number)
    @settings(
        max_examples=max(1, edits * 2 // LENGTH),
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(_STEPS)
    def sequence(steps: list[tuple[int, int, int]]) -> None:
        run(steps)

    sequence()
