"""Sources: the files of a site, read safely, and YAML in which every value knows its place.

In: a folder. Out: ``Source`` values (found by ``scan``), text (``decode``), and ``Node`` trees
(``parse_yaml``, ``split_front_matter``). Nothing here knows what a value means; that is ``schema``. Files are
untrusted: links that leave the site, pipes, deep nesting, alias bombs and odd encodings end in problems,
never in an exception.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from acadsite.problems import Problem, Span, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: YAML nesting beyond this is an accident or an attack; people nest to five or six levels.
MAX_DEPTH: Final = 64
#: How many times aliases (``*name``) may be expanded in one file, and how many values they may make.
MAX_ALIASES: Final = 100
MAX_ALIASED_NODES: Final = 10_000
#: Editors, sync tools and systems leave these behind; they are no content.
_LITTER = re.compile(r"^(\.|~\$|#.*#$|4913$|Thumbs\.db$|desktop\.ini$)|~$|\.(swp|swx|tmp|bak|orig|part)$")

#: Hidden names that servers want in a site.
SERVER_FILES = {".well-known", ".htaccess", ".nojekyll"}


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is no content, but what an editor or a system leaves behind."""
    return name not in SERVER_FILES and bool(_LITTER.search(name))


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the site. ``path`` is relative to the site, POSIX, NFC; ``disk`` is the name to open it by,
    which differs where a file system keeps decomposed Unicode. The rest is what the system says of the file: all
    of it changes with the content, but for changes within one tick of the system's clock. What is a ``part`` of another
    file has the name of that one as ``disk``; from and up to which character of its text it is, as JSON."""

    path: str
    disk: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int = 0
    part: tuple[int, int] | None = None


def scan(
    root: Path, folder: str, known: Mapping[str, Source] | None = None
) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """All regular files below ``root/folder``, sorted by path; an absent folder is empty.

    Symbolic links are followed only while they stay inside ``root`` (B10 of the checks); loops, broken links,
    pipes, sockets and unreadable files are problems. Editor litter is passed over, and so are hidden files but for
    those that servers want. ``known`` are the sources of an earlier walk by path; of a file that did not change the
    same object comes again.
    """
    walk = _Walk(root, known or {})
    start = root / folder
    if start.is_symlink():
        walk.visit(start, folder, ())
    elif start.is_dir():
        walk.enter(start, folder, (start.resolve(),))
    sources: dict[str, Source] = {}
    for source in sorted(walk.found, key=attrgetter("path", "disk")):
        if sources.setdefault(source.path, source) is not source:
            message = "There are two files of this name, which differ in the Unicode form of a letter alone."
            walk.problems.append(error("file-twice", message, Span(source.path), "Remove one of them."))
    return tuple(sources.values()), tuple(walk.problems)


class _Walk:
    """One walk through a folder. Asks the system once for each file, and for real paths at links alone."""

    def __init__(self, root: Path, known: Mapping[str, Source]) -> None:
        self.root, self.base, self.known = root, root.resolve(), known
        self.found: list[Source] = []
        self.problems: list[Problem] = []

    def enter(self, directory: Path, disk: str, above: tuple[Path, ...]) -> None:
        """All entries of a folder; ``above`` are the real paths of the folders that led here, it included."""
        try:
            with os.scandir(directory) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as failure:
            reason = f"The folder cannot be read: {failure.strerror}."
            self.problems.append(error("file-unreadable", reason, _place(disk)))
            return
        for entry in entries:
            name = entry.name
            inner = f"{disk}/{name}"
            if inner not in self.known and _LITTER.search(name) and name not in SERVER_FILES:
                continue
            if entry.is_symlink():
                self.visit(Path(entry.path), inner, above)
                continue
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError as failure:
                self.unreadable(inner, failure)
                continue
            if stat.S_ISREG(info.st_mode):
                self.take(inner, info)
            else:
                self.other(Path(entry.path), inner, info, (*above, above[-1] / name))

    def visit(self, path: Path, disk: str, above: tuple[Path, ...]) -> None:
        """A link."""
        try:
            real = path.resolve(strict=True)
            info = path.stat()
        except (OSError, RuntimeError) as failure:
            reason = getattr(failure, "strerror", None) or "a loop of links"
            self.problems.append(
                error("file-broken-link", f"The file cannot be opened: {reason}.", _place(disk))
            )
            return
        if not real.is_relative_to(self.base):
            message = f"The link points outside the site, to {quote(real)}."
            self.problems.append(error("file-outside", message, _place(disk), "Copy the file into the site."))
        elif stat.S_ISREG(info.st_mode):
            self.take(disk, info)
        elif real in above:
            self.problems.append(
                error("file-link-loop", "The link leads back to a folder above it.", _place(disk))
            )
        else:
            self.other(path, disk, info, (*above, real))

    def other(self, path: Path, disk: str, info: os.stat_result, above: tuple[Path, ...]) -> None:
        """What is no regular file."""
        if stat.S_ISDIR(info.st_mode):
            self.enter(path, disk, above)
        else:
            message = "A pipe, socket or device is no content; it is left out."
            self.problems.append(warning("file-special", message, _place(disk)))

    def take(self, disk: str, info: os.stat_result) -> None:
        path = disk if disk.isascii() else unicodedata.normalize("NFC", disk)
        known = self.known.get(path)
        if (
            known is None
            or known.mtime_ns != info.st_mtime_ns
            or known.ctime_ns != info.st_ctime_ns
            or known.size != info.st_size
            or known.inode != info.st_ino
            or known.disk != disk
        ):
            known = Source(path, disk, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
        self.found.append(known)

    def unreadable(self, disk: str, failure: OSError) -> None:
        reason = f"The file cannot be read: {failure.strerror}."
        self.problems.append(error("file-unreadable", reason, _place(disk)))


def _place(disk: str) -> Span:
    return Span(unicodedata.normalize("NFC", disk))


def load(root: Path, source: Source) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes of a source; empty with a problem where it cannot be read."""
    try:
        with open(os.path.join(root, source.disk), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - thousands
            return file.readall(), ()
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        return b"", (error("file-unreadable", f"The file cannot be read: {reason}.", Span(source.path)),)


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Bytes as text with ``\\n`` line ends and no byte-order mark.

    UTF-8 is expected; UTF-16 is read where a mark announces it. Other bytes are kept as U+FFFD and reported
    with their place, so that nothing is lost in silence. NUL and other control characters are dropped.
    """
    problems: tuple[Problem, ...] = ()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as failure:
            before = data[: failure.start].decode("utf-8", errors="replace")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            problems = (
                error(
                    "text-encoding",
                    f"The byte 0x{data[failure.start]:02X} is not UTF-8.",
                    Span(path, line, column),
                    "Save the file as UTF-8.",
                ),
            )
            text = data.decode("utf-8-sig", errors="replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_CONTROLS), problems


_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_ESCAPED: Final = _CONTROLS | {13: None}


# --- YAML ---


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place.

    ``value`` is None, bool, int, float or str for scalars (YAML 1.2 core rules: ``no``, ``on``, ``1:30`` and
    ``0123`` are text), a dict of nodes, or a tuple of nodes. ``raw`` is a scalar's text as written, so that a
    text field can take ``1.10`` as it stands. ``keys`` has the place of each key of a mapping.
    """

    value: bool | int | float | str | dict[str, Node] | tuple[Node, ...] | None
    span: Span
    raw: str = ""
    keys: dict[str, Span] = field(default_factory=dict)

    def plain(self) -> object:
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """The node of a key, where this is a mapping that has it."""
        return self.value.get(key) if isinstance(self.value, dict) else None


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CORE_TAGS = {None, "!", "tag:yaml.org,2002:str"}


class _Refused(Exception):  # noqa: N818
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_yaml(
    text: str, path: str, first_line: int = 1, *, foreign: bool = False
) -> tuple[Node | None, tuple[Problem, ...]]:
    """One YAML document as a ``Node``; None where it cannot be read at all. An empty document is a null node.

    ``first_line`` is the line of the file on which ``text`` begins. Duplicate keys are errors and the first
    value is kept. Merge keys (``<<``) and aliases work, within limits. In a ``foreign`` file, one of another program,
    tags are passed over: what they mark is read as plain values.
    """
    reader = _YamlReader(path, first_line, foreign)
    try:
        node = reader.read(text)
    except _Refused as refused:
        return None, (*reader.problems, refused.problem)
    except yaml.YAMLError as failure:
        return None, (*reader.problems, _syntax_problem(failure, text, path, first_line))
    return node, tuple(reader.problems)


class _YamlReader:
    """Builds nodes from parser events. Depth and aliases are bounded as they are met, before any recursion."""

    def __init__(self, path: str, first_line: int, foreign: bool = False) -> None:
        self.path, self.shift, self.foreign = path, first_line, foreign
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.aliases = self.aliased = 0

    def read(self, text: str) -> Node:
        events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(
                        error(
                            "yaml-documents",
                            "A second YAML document begins here.",
                            self.span(event),
                            "Remove the line “---”; one file holds one document.",
                        )
                    )
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)):
                root = self.value(event, events, 1)
        return root or Node(None, Span(self.path, self.shift, 1))

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(
            self.path, start.line + self.shift, start.column + 1, end.line + self.shift, end.column + 1
        )

    def value(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event)
        else:
            if depth > MAX_DEPTH:
                raise _Refused(
                    error("yaml-too-deep", f"More than {MAX_DEPTH} levels of nesting.", self.span(event))
                )
            self.check_tag(event)
            build = self.mapping if isinstance(event, yaml.MappingStartEvent) else self.sequence
            node = build(event, events, depth)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def check_tag(self, event: Any) -> None:
        tag = event.tag
        if self.foreign:
            return
        if tag and not tag.startswith("tag:yaml.org,2002:"):
            name = tag
        elif tag and tag.startswith("tag:yaml.org,2002:python"):
            name = "!!" + tag.removeprefix("tag:yaml.org,2002:")
        else:
            return
        raise _Refused(
            error(
                "yaml-tag",
                f"The tag {quote(name)} is not allowed.",
                self.span(event),
                "Remove the tag; write the plain value.",
            )
        )

    def alias(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise _Refused(
                error(
                    "yaml-alias",
                    f"The alias {quote('*' + event.anchor)} has no anchor before it, or stands inside it.",
                    self.span(event),
                )
            )
        self.aliases += 1
        self.aliased += _weight(node)
        if self.aliases > MAX_ALIASES or self.aliased > MAX_ALIASED_NODES:
            raise _Refused(
                error(
                    "yaml-alias-limit",
                    f"Too many aliases: at most {MAX_ALIASES} of them, with {MAX_ALIASED_NODES:,} values.",
                    self.span(event),
                    "Write the values out.",
                )
            )
        return node

    def scalar(self, event: Any) -> Node:
        if event.tag not in _CORE_TAGS:
            self.check_tag(event)
        text: str = event.value
        span = self.span(event)
        if not text.isascii() and _SURROGATE.search(
            text
        ):  # "\\ud800" between double quotes is half a character
            self.problems.append(
                error(
                    "yaml-character",
                    "An escape here stands for half a character (a surrogate).",
                    span,
                    "Write the character itself.",
                )
            )
            text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        # “\frac” between double quotes begins with a form feed, “\rho” with a carriage return.
        if event.style == '"' and text.translate(_ESCAPED) != text:
            self.problems.append(
                error(
                    "yaml-character",
                    "A backslash here makes a control character, which is left out.",
                    span,
                    "Double the backslash, or use single quotes.",
                )
            )
            text = text.translate(_ESCAPED)
        if not event.implicit[0] or event.tag == "tag:yaml.org,2002:str":
            return Node(text, span, text)
        return Node(_resolve(text), span, text)

    def sequence(self, start: Any, events: Iterator[Any], depth: int) -> Node:
        items = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, events, depth + 1))
        return Node(tuple(items), self.span(start))

    def mapping(self, start: Any, events: Iterator[Any], depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        merged: list[Node] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_node = self.value(event, events, depth + 1)
            if isinstance(key_node.value, (dict, tuple)):
                raise _Refused(error("yaml-key", "A key must be one word or text.", key_node.span, _BRACES))
            value = self.value(next(events), events, depth + 1)
            key = key_node.raw
            if key == "<<" and event.implicit[0]:
                merged += value.value if isinstance(value.value, tuple) else (value,)
            elif key in values:
                self.problems.append(
                    error(
                        "yaml-duplicate-key",
                        f"The key {quote(key)} stands twice; the first is in line {keys[key].line}.",
                        key_node.span,
                        "Remove one of them.",
                    )
                )
            else:
                values[key], keys[key] = value, key_node.span
        for source in merged:
            for key, value in (source.value if isinstance(source.value, dict) else {}).items():
                if key not in values:
                    values[key], keys[key] = value, source.keys[key]
        return Node(values, self.span(start), keys=keys)


_BRACES: Final = "Put quotes around text that begins with “{{”."


def _weight(node: Node) -> int:
    """How many values a node holds, counted no further than the limit."""
    total, waiting = 0, [node]
    while waiting and total <= MAX_ALIASED_NODES:
        current = waiting.pop()
        total += 1
        if isinstance(current.value, dict):
            waiting += current.value.values()
        elif isinstance(current.value, tuple):
            waiting += current.value
    return total


def _resolve(text: str) -> bool | int | float | str | None:
    """A plain scalar by the YAML 1.2 core schema (section 10.3.2), less octal, hexadecimal, .inf and .nan,
    which nobody means in a site and JSON has no place for."""
    first = text[:1]
    if not first or first in "~nN":
        return None if text in _NULL else text
    if first in "tTfF":
        return _BOOL.get(text, text)
    if first.isdigit() or first in "-+":
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


def _syntax_problem(failure: yaml.YAMLError, text: str, path: str, first_line: int) -> Problem:
    mark = getattr(failure, "problem_mark", None) or getattr(failure, "context_mark", None)
    reason = getattr(failure, "problem", None) or getattr(failure, "reason", None) or "it cannot be read"
    if mark is None:  # a reader error: a character that YAML forbids
        position = getattr(failure, "position", 0)
        before = text[:position] if isinstance(position, int) else ""
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    else:
        line, column = mark.line, mark.column
    context, start = str(getattr(failure, "context", None) or ""), getattr(failure, "context_mark", None)
    lines = text.split("\n")
    message, hint, is_at_start = _explain(str(reason), context, lines, line, column, start)
    if is_at_start and start is not None:
        line, column = start.line, start.column
    return error("yaml-syntax", message, Span(path, line + first_line, column + 1), hint)


#: A value of one line that begins with a sign which means something else to YAML.
_VALUE: Final = re.compile(r"\s*(?:- +)*(?:[\w-]+: +)?(?:- +)*([\[{*&>|])")


def _explain(  # noqa: PLR0917
    reason: str, context: str, lines: list[str], line: int, column: int, start: Any
) -> tuple[str, str, bool]:
    """Message and hint for libyaml's words, and whether the beginning of the construct is the place to show."""
    shown = lines[line] if line < len(lines) else ""
    first = shown[column : column + 1]
    opened = lines[start.line][start.column : start.column + 1] if start and start.line < len(lines) else ""
    if "\t" in shown[: column + 1]:
        return "A tab stands where YAML allows blanks only.", "Indent with blanks.", False
    if "escape" in reason:
        return (
            "This is no escape between double quotes.",
            "Double the backslash, or use single quotes.",
            False,
        )
    if "quoted scalar" in context:
        return "The quotation mark that opens here is never closed.", "Add the second one.", True
    if "flow" in context and opened not in {"[", "{"}:
        message = f"A value is missing before “{first}”." if first else "A bracket is open at the end."
        return message, "Text that holds brackets or commas needs quotes.", False
    if "flow" in context:
        message = f"The “{opened}” that opens here is not closed, or a comma is missing after an item in it."
        return message, "Text that holds brackets or commas needs quotes.", True
    if "mapping values" in reason:
        if shown[:column].rstrip().rpartition(" ")[0].strip().endswith(":") or ": " in shown[:column]:
            return "A second “: ” in one line.", "Put quotes around text that contains “: ”.", False
        return "This key does not fit the lines above it.", "Indent it like the keys beside it.", False
    value = _VALUE.match(shown)
    if value and value.end() <= column and "did not find expected" in reason:
        return f"A text cannot begin with “{value[1]}”.", "Put quotes around the whole text.", False
    if "cannot start any token" in reason:
        return f"A value cannot begin with “{first}”.", "Put quotes around the text.", False
    if "expected ':'" in reason:
        return "A “:” is missing.", "Write “key: value”; a text of several lines needs quotes or “|”.", True
    if "sequence entries" in reason:
        return "A list cannot begin in this line.", "Begin it on a line of its own, or quote the text.", False
    if "did not find expected" in reason and shown[:column].rstrip()[-1:] in ("'", '"') and first.strip():
        hint = "Double a quotation mark inside the text, or use the other kind around it."
        return "Text follows the closing quotation mark.", hint, False
    if "did not find expected" in reason and ("key" in reason or "indicator" in reason or "block" in context):
        return "The line does not fit what stands above it.", "Look at indentation and quotes here.", False
    if "simple key" in context:
        return "A key is not complete.", "Write “key: value”.", True
    return f"This is no YAML: {reason}.", "", False


# --- front matter ---


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A Markdown source in its two parts. ``body_line`` is the line of the file on which the body begins."""

    data: Node | None
    body: str
    body_line: int


def split_front_matter(text: str, path: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Front matter between two ``---`` lines (the second may be ``...``), and the body after it.

    A document without front matter has ``data`` None. Front matter that is never closed, cannot be read or is
    no mapping is an error, and the body is kept.
    """
    if not text.startswith("---"):
        return FrontMatter(None, text, 1), ()
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return FrontMatter(None, text, 1), ()
    lines = rest.split("\n")
    index = next((at for at, line in enumerate(lines) if line.rstrip() in ("---", "...")), None)
    if index is None:
        problem = error(
            "front-matter-open",
            "The front matter that begins here is never closed.",
            Span(path, 1, 1),
            "Write a line “---” after the last key.",
        )
        return FrontMatter(None, text, 1), (problem,)
    node, problems = parse_yaml("\n".join(lines[:index]), path, 2)
    body = "\n".join(lines[index + 1 :])
    if node is not None and node.value is None:
        node = Node({}, node.span)
    if node is not None and not isinstance(node.value, dict):
        problems = (
            *problems,
            error("front-matter-mapping", "Front matter must be “key: value” lines.", node.span),
        )
        node = None
    return FrontMatter(node, body, index + 3), problems
