"""``site.yaml`` as a typed, frozen ``Config``.

In: the root node of ``site.yaml``. Out: a ``Config`` and problems. Unknown keys are refused with the nearest
valid one; every key has a default, so an empty file makes a site. The schema here is the reference of the
settings: ``acadsite schema`` prints it as JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from acadsite.links import is_external, percent_encoded
from acadsite.networks import PROFILES, network
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning
from acadsite.records import FrozenMap, freeze, place_in, spans_of
from acadsite.schema import (
    Address,
    Choice,
    Either,
    Field,
    Flag,
    Free,
    Many,
    MapOf,
    Schema,
    Struct,
    Text,
    Whole,
    is_language,
)
from acadsite.sources import Node, decode, parse_yaml

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Accounts(MapOf):
    """Accounts: a network and a user name, or any label and an address; another one is told, and shows nothing."""

    def check(self, node: Node, problems: list[Problem]) -> Any:
        for name, item in node.value.items() if isinstance(node.value, dict) else ():
            if network(name) in PROFILES or not isinstance(item.value, str) or is_external(item.value):
                continue
            word = network(name)
            like = next((known for known in PROFILES if word in known.split("_")), "")
            hint = f"Did you mean “{like}”?" if like else did_you_mean(word, PROFILES)
            hint = hint or "Write the whole address, with https://; docs/content.md lists the networks."
            message = f"No network is known as {quote(name)}, and {quote(item.raw)} is no address."
            problems.append(warning("person-profile", message, node.keys.get(name, item.span), hint))
        return MapOf.check(self, node, problems)


PERSON: Final = Schema(
    "people",
    (
        Field("id", Text(), "Word for addresses and references; made from the name when absent."),
        Field(
            "name",
            Either(Text("a name"), Free()),
            "“Family, Given”, “Given Family”, or a mapping of given, family, particle, suffix or literal.",
            required=True,
        ),
        Field("aliases", Many(Text()), "Other spellings and former names.", default=[]),
        Field("url", Address(), "The person's own page."),
        Field("orcid", Text(), "The ORCID iD, with or without https://orcid.org/."),
        Field("email", Text(), "An e-mail address; only that of the site's owner is shown."),
        Field("role", Text(markdown=True), "Position, such as “Professor of Mathematics”."),
        Field("affiliation", Text(markdown=True), "Institution."),
        Field("location", Text(), "Town, or town and country."),
        Field("photo", Text(), "A picture below content/static/."),
        Field("group", Text(), "The group of a lab in which the person stands, such as Postdocs or Alumni."),
        Field(
            "profiles", Accounts(Text()), "Accounts: network or label to user name or address.", default={}
        ),
        Field("note", Text(markdown=True), "One sentence of Markdown."),
        Field("public", Flag(), "false keeps the person out of every page.", default=True),
    ),
)

#: What a list of publications may be sorted by (``kinds.order``).
_ORDERS: Final = ("year", "title", "author", "venue", "type", "citations", "file")

PUBLICATIONS: Final = Schema(
    "publications",
    (
        Field(
            "files", Many(Text()), "The .bib files below content/, in order.", default=["publications/*.bib"]
        ),
        Field("group_by", Choice(("year", "type", "none")), "Headings of the list.", default="year"),
        Field(
            "sort",
            Many(Choice((*_ORDERS, *(f"-{word}" for word in _ORDERS)))),
            "Order of the list, the most important key first; “-” in front turns it round. An author is the family "
            "name of the first, a file the place in the .bib files. Without it the newest come first.",
            default=[],
        ),
        Field("earlier", Whole(0, 9999), "Years up to this one share the heading “… and earlier”."),
        Field(
            "numbering",
            Choice(("ascending", "descending", "by-type", "none")),
            "1 is the newest, 1 is the oldest, [J1] [C1] by type, or no numbers.",
            default="descending",
        ),
        Field("names", Choice(("full", "initials")), "Given names in full or as initials.", default="full"),
        Field(
            "max_authors",
            Whole(0, 10_000),
            "Longer author lists of lists are cut, and lead to the whole; 0 never cuts.",
            default=12,
        ),
        Field(
            "details",
            Whole(0, 100_000),
            "Up to how many publications the list has abstract and BibTeX to open in itself; from a longer one links "
            "lead to those on the publications’ own pages.",
            default=30,
        ),
        Field(
            "shown",
            Whole(0, 100_000),
            "How many publications the list begins with, where there are more than twice as many. All are on a page of "
            "their own, from which the script fetches the others when somebody looks further; 0 shows all at once.",
            default=50,
        ),
        Field(
            "cited",
            Flag(),
            "Whether publications say how often they were cited, where content/snapshots/scholar.yaml has a number.",
            default=True,
        ),
        Field("links", MapOf(Text()), "More .bib fields that become buttons: field to label.", default={}),
        Field("hide", Many(Text()), "Fields left out of every page and export.", default=[]),
        Field("pages", Flag(), "One page per publication.", default=True),
        Field(
            "facets",
            Many(Choice(("year", "type", "topic", "venue", "person"))),
            "What divides the list: each value gets a page and a link above the list.",
            default=["year", "type", "topic", "person"],
        ),
        Field(
            "overview",
            Flag(),
            "A page with publications per year and co-authors, from ten publications on.",
            default=True,
        ),
        Field(
            "least", Whole(1, 10_000), "A topic, venue or person with fewer publications is none.", default=2
        ),
        Field("intro", Text(markdown=True), "Markdown above the list."),
        Field("macros", Many(Text()), "Files with LaTeX macros used in the .bib files.", default=[]),
    ),
    closed=True,
)

_LISTING = (
    Field("title", Text(), "The page's heading."),
    Field("intro", Text(markdown=True), "Markdown above the list."),
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An address of the web or of e-mail in which {title} and {url} stand for those of a page."""

    noun: str = "an address, with {title} and {url} where those of the post shall stand"

    def check(self, node: Node, problems: list[Problem]) -> Any:
        """As ``schema.Kind`` has it."""
        address = Address(self.noun).check(node, problems)
        if address is None:
            return None
        if not address.startswith(("https://", "http://", "mailto:")):
            hint = (
                "Such as mailto:jane@example.org?subject={title} or https://forum.example/new?title={title}."
            )
            problems.append(
                error("value-kind", f"Expected {self.noun}, found {quote(address)}.", node.span, hint)
            )
            return None
        for name in re.findall(r"\{([^{}]*)\}", address):
            if name not in {"title", "url"}:
                hint = did_you_mean(name, ("title", "url")) or "There are {title} and {url}."
                problems.append(
                    error("value-kind", f"{quote(f'{{{name}}}')} stands for nothing.", node.span, hint)
                )
                return None
        return address

    def json(self) -> dict[str, Any]:
        """As ``schema.Kind`` has it."""
        return {"type": "string"}


POSTS: Final = Schema(
    "posts",
    (
        *_LISTING,
        Field(
            "per_page",
            Whole(0, 10_000),
            "How many posts a page of the list has; the older ones follow on pages of their own. 0 shows all at once.",
            default=0,
        ),
        Field("reading_time", Flag(), "Whether a post says how many minutes it takes to read.", default=True),
        Field(
            "discuss",
            Invitation(),
            "Where posts are discussed, such as mailto:jane@example.org?subject={title}; {title} and {url} are those "
            "of the post.",
        ),
    ),
    closed=True,
)

TALKS: Final = Schema(
    "talks",
    (
        *_LISTING,
        Field("map", Flag(), "Whether a map above the list shows where the talks were.", default=False),
    ),
    closed=True,
)

CITATIONS: Final = Schema(
    "citations",
    (
        Field(
            "style",
            Text("the name of a style"),
            "apa, chicago-author-date, ieee, vancouver, acm, nature, mla, harvard, numeric, alphabetic, or the path of "
            "a .csl file below content/.",
            default="chicago-author-date",
        ),
        Field("locale", Text(), "Language of words such as “and” and “pp.”; the text's own when absent."),
        Field(
            "bibliography",
            Many(Text()),
            "More .bib files below content/ that every text may cite; they make no list of publications.",
            default=[],
        ),
    ),
    closed=True,
)

IMAGES: Final = Schema(
    "images",
    (
        Field(
            "widths",
            Many(Whole(16, 16_000)),
            "Widths in pixels in which photos are published, none above that of the original; with an empty list each "
            "has one file of its own width.",
            default=[480, 960, 1440],
        ),
        Field("quality", Whole(1, 100), "Quality of photos: 80 shows no loss, 60 little.", default=80),
        Field(
            "sizes",
            Text(),
            "How wide a theme shows them, as the attribute of that name in HTML.",
            default="(min-width: 48rem) 43rem, 100vw",
        ),
    ),
    closed=True,
)

CHECK: Final = Schema(
    "check",
    (
        Field(
            "ignore",
            Many(Text()),
            "Codes of warnings that `acadsite check` keeps to itself, such as bib-no-venue.",
            default=[],
        ),
        Field(
            "weight",
            Whole(1, 1_000_000),
            "Budget of a page in kilobytes: HTML, style sheets, scripts and pictures.",
            default=1500,
        ),
    ),
    closed=True,
)

#: Words for the labels of the theme: a text, or the forms of a plural by category (one, other, …).
_LABELS: Final = MapOf(Either(Text(), MapOf(Text())))
#: What the settings say in another language, by the name of the setting.
LANGUAGE: Final = Schema(
    "languages",
    (
        Field("title", Text(), "The site's name."),
        Field("description", Text(), "One sentence for search engines."),
        Field("footer", Text(markdown=True), "Markdown at the foot of each page."),
        Field("labels", _LABELS, "Other words for the labels of the theme.", default={}),
        *(
            Field(name, Struct(Schema(name, _LISTING, closed=True)), "Heading and intro of that list.")
            for name in ("repos", "talks", "students", "courses", "projects", "slides", "posts", "people")
        ),
        Field(
            "publications",
            Struct(Schema("publications", _LISTING[1:], closed=True)),
            "The list of publications.",
        ),
    ),
    closed=True,
)


@dataclass(frozen=True, slots=True)
class Languages:
    """Language tags: a list of them, or a mapping to what is said otherwise in each. A mapping in either case."""

    noun: str = "a list of languages"

    def check(self, node: Node, problems: list[Problem]) -> Any:
        """As ``schema.Kind`` has it."""
        if isinstance(node.value, dict):
            items = node.value.items()
        else:
            tags = Many(Text("a language")).check(node, problems) or []
            items = {tag: Node(None, node.span) for tag in tags}.items()
        struct = Struct(LANGUAGE)
        return {
            tag: LANGUAGE.empty() if item.value is None else struct.check(item, problems) or LANGUAGE.empty()
            for tag, item in items
        }

    def json(self) -> dict[str, Any]:
        """As ``schema.Kind`` has it."""
        named = {"type": "object", "additionalProperties": {"anyOf": [LANGUAGE.json(), {"type": "null"}]}}
        return {"anyOf": [Many(Text()).json(), named]}


MENU_ENTRY: Final = Schema(
    "menu",
    (
        Field(
            "page",
            Text("a page"),
            "A collection, a page's file name, kind:id, an address of the site or elsewhere, a file such as /cv.pdf.",
            required=True,
        ),
        Field("title", Text(), "Words of the entry; the page's title when absent."),
    ),
    closed=True,
)

#: How other tools call the keys of an entry.
_MENU_KEYS: Final = {"url": "page", "href": "page", "name": "title", "text": "title"}


@dataclass(frozen=True, slots=True)
class Menu(Many):
    """The entries of the menu, each a page or ``{title, page}``; or as other tools have them: ``{words: page}``, one by
    one or all in one mapping, and ``{name, url}``."""

    def check(self, node: Node, problems: list[Problem]) -> Any:
        """As ``schema.Kind`` has it; an entry that is wrong is an empty mapping, which keeps the places of others."""
        entries = node.value if isinstance(node.value, tuple) else (node,)
        if isinstance(node.value, dict) and not {*node.value} & {*MENU_ENTRY.names(), *_MENU_KEYS}:
            entries = tuple(Node({words: page}, page.span) for words, page in node.value.items())
        whole = replace(node, value=tuple(map(_menu_entry, entries)))
        return Many.check(self, node if node.value is None else whole, problems)

    def json(self) -> dict[str, Any]:
        """As ``schema.Kind`` has it."""
        named = {"type": "object", "additionalProperties": {"type": "string"}}
        item = {"anyOf": [self.kind.json(), {**named, "maxProperties": 1}]}
        return {"anyOf": [{"type": "array", "items": item}, {"type": "string"}, named]}


def _menu_entry(node: Node) -> Node:
    """An entry with our keys."""
    if not isinstance(node.value, dict):
        return node
    ours = {_MENU_KEYS.get(key, key): item for key, item in node.value.items()}
    if len(ours) == 1 and not {*ours} & {*MENU_ENTRY.names()}:
        ((words, page),) = ours.items()
        ours = {"title": Node(words, page.span, words), "page": page}
    return replace(node, value=ours) if len(ours) >= len(node.value) else node


SITE: Final = Schema(
    "site.yaml",
    (
        Field("title", Text(), "The site's name; the author's name when absent."),
        Field("description", Text(), "One sentence for search engines."),
        Field("url", Address(), "Where the site will live, such as https://example.org/~noether/."),
        Field("language", Text(), "Language of the texts, as in HTML (en, de, pt-BR).", default="en"),
        Field(
            "languages",
            Languages(),
            "All languages of the site, such as [en, de]; or each with title, description, footer, labels and intros "
            "in it.",
            default={},
        ),
        Field(
            "author",
            Either(Text("a person's id or name"), Struct(PERSON)),
            "The site's owner: an id of people.yaml, a name, or the person in full.",
        ),
        Field(
            "theme",
            Text(),
            "A folder in themes/, or a theme that comes with acadsite.",
            default="reading-room",
        ),
        Field("accent", Text(), "One colour as #rrggbb for links and marks."),
        Field(
            "menu",
            Menu(Either(Text("a page"), Struct(MENU_ENTRY)), lost={}),
            "What the menu has: pages, files, addresses, each alone or as {title, page} or title: page; made from what "
            "exists when absent.",
        ),
        Field("footer", Text(markdown=True), "Markdown at the foot of each page."),
        Field(
            "license", Text(markdown=True), "The terms of its texts, as Markdown, at the foot of each page."
        ),
        Field("source", Address(), "Where the files of the site are kept: a link at the foot of each page."),
        Field("publications", Struct(PUBLICATIONS), "The list of publications."),
        Field("citations", Struct(CITATIONS), "Citations in texts."),
        Field(
            "feeds", Whole(0, 10_000), "How many entries a feed has, the newest; 0 makes none.", default=20
        ),
        Field(
            "cards",
            Whole(0, 100_000),
            "Up to how many pages, the newest, have a picture of their own for links to them elsewhere; the others "
            "show that of the site. 0 makes none.",
            default=30,
        ),
        Field("images", Struct(IMAGES), "Pictures beside texts."),
        Field("check", Struct(CHECK), "What `acadsite check` tells."),
        Field("repos", Struct(Schema("repos", _LISTING, closed=True)), "The list of repositories."),
        Field("talks", Struct(TALKS), "The list of talks."),
        Field("students", Struct(Schema("students", _LISTING, closed=True)), "The list of students."),
        Field("courses", Struct(Schema("courses", _LISTING, closed=True)), "The list of courses."),
        Field("projects", Struct(Schema("projects", _LISTING, closed=True)), "The list of projects."),
        Field("slides", Struct(Schema("slides", _LISTING, closed=True)), "The list of slides."),
        Field("posts", Struct(POSTS), "Posts and their list."),
        Field("people", Struct(Schema("people", _LISTING, closed=True)), "The list of people."),
        Field(
            "markup",
            Struct(
                Schema(
                    "markup",
                    (
                        Field(
                            "dialect",
                            Choice(("commonmark", "python-markdown")),
                            "How Markdown is read.",
                            default="commonmark",
                        ),
                        Field(
                            "dialects",
                            MapOf(Choice(("commonmark", "python-markdown"))),
                            "Another dialect for a folder or file below content/.",
                            default={},
                        ),
                        Field("macros", Text(), "TeX definitions that hold for all formulas."),
                        Field(
                            "html",
                            Choice(("trusted", "sanitize")),
                            "Whether HTML in Markdown is kept as it is or cleaned.",
                            default="trusted",
                        ),
                    ),
                    closed=True,
                )
            ),
            "Reading of Markdown.",
        ),
        Field(
            "search",
            Flag(),
            "Whether the site has a search: a page that lists everything, and an index of all texts.",
            default=True,
        ),
        Field(
            "llms",
            Flag(),
            "Whether the site has /llms.txt: a list of all its pages and data as Markdown, for programs.",
            default=False,
        ),
        Field(
            "urls",
            MapOf(Text()),
            "Another address for a page kind, such as publication: papers/{id}/.",
            default={},
        ),
        Field(
            "redirects",
            MapOf(Text("a page")),
            "Old addresses and where they lead: a page such as cv or publication:KEY, an address of the site, or "
            "one elsewhere.",
            default={},
        ),
        Field("labels", _LABELS, "Other words for the labels of the theme.", default={}),
        Field(
            "extensions",
            Many(Text()),
            "Python files that add collections, page kinds or filters.",
            default=[],
        ),
        Field("params", Free(), "Anything for your own templates, as site.params.", default={}),
    ),
    closed=True,
)


#: More than any list has.
_ALL: Final = 1_000_000
#: A language tag (BCP 47), as far as it concerns us.
_HOST: Final = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a site, complete with defaults. ``data`` is frozen; ``spans`` has the place of each value
    (``records.spans_of``). ``is_readable`` is False where nothing of site.yaml could be read."""

    data: FrozenMap
    spans: Mapping[str, Span]
    is_readable: bool = True

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def place(self, *path: str | int) -> Span:
        """Where a value stands, or the nearest thing around it; at last the beginning of site.yaml."""
        return place_in(self.spans, *path) or Span("site.yaml")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, its own first."""
        return tuple(dict.fromkeys((self.data["language"], *self.data["languages"])))

    def in_language(self, tag: str) -> Config:
        """The settings as pages in one of the other languages show them. Labels are those of that language alone."""
        if tag == self.data["language"]:
            return self
        found = {**self.data, "labels": {}, "language": tag}
        return replace(self, data=freeze({**found, **_said_in(tag, found)}))

    @property
    def base_path(self) -> str:
        """The path under which the site will live, with a slash at both ends; ``/`` at a domain's root."""
        path = urlsplit(self.data["url"] or "").path
        return "/" + "".join(f"{part}/" for part in path.split("/") if part)


def _with_defaults(schema: Schema, data: dict[str, Any]) -> None:
    """Fills the absent sections of ``data`` with the defaults of their own schemas."""
    for field in schema.fields:
        if isinstance(field.kind, Struct) and data.get(field.name) is None:
            data[field.name] = field.kind.schema.read(Node({}, Span("")), [])


def read_config(
    root: Path, url: str | None = None, from_disk: bool = False
) -> tuple[Config, tuple[Problem, ...]]:
    """The config of the site in folder ``root``; defaults where ``site.yaml`` has faults. ``url`` takes the
    place of the one that stands there (a preview, or the address that GitHub Pages gives). Pages that are to be opened
    ``from_disk`` have nothing that would be fetched."""
    try:
        raw = (root / "site.yaml").read_bytes()
    except OSError as failure:
        reason = failure.strerror or "cannot be read"
        problem = error(
            "site-missing",
            f"There is no site here: site.yaml: {reason}.",
            Span("site.yaml"),
            "Use -C FOLDER.",
        )
        return _config(None, [problem], url, from_disk)
    text, problems = decode(raw, "site.yaml")
    node, faults = parse_yaml(text, "site.yaml")
    found = [*problems, *faults]
    if node is not None and node.value is not None and not isinstance(node.value, dict):
        found.append(error("config-kind", "site.yaml must be “key: value” lines.", node.span))
        node = None
    return _config(node, found, url, from_disk)


def _config(
    given: Node | None, problems: list[Problem], url: str | None, from_disk: bool
) -> tuple[Config, tuple[Problem, ...]]:
    node = given or Node({}, Span("site.yaml"))
    data = SITE.read(node, problems)
    spans = spans_of(node)
    if url:
        data["url"] = url
        spans.pop("url", None)
    _with_defaults(SITE, data)
    for check in (_check_url, _check_accent, _check_language):
        check(data, spans, problems)
    data |= _said_in(data["language"], data)
    data["from_disk"] = from_disk
    if from_disk:
        data["search"] = False
        data["publications"] |= {"shown": 0, "details": _ALL}
    return Config(freeze(data), spans, given is not None), tuple(problems)


def _said_in(tag: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``languages`` has for a language, those of a section laid over its others."""
    given = data["languages"].get(tag, {})
    return {
        name: {**data[name], **{key: item for key, item in value.items() if item is not None}}
        if isinstance(value, Mapping)
        else value
        for name, value in given.items()
        if value is not None
    }


def _check_url(data: dict[str, Any], spans: Mapping[str, Span], problems: list[Problem]) -> None:
    url = data["url"]
    if url is None:
        return
    data["url"] = site_url(url)
    if data["url"] is None:
        hint = "Write it with https://, such as https://example.org/."
        problems.append(error("config-url", f"{quote(url)} is no address of a site.", spans.get("url"), hint))


def site_url(url: str) -> str | None:
    """An address under which a site may live, in ASCII (RFC 3986, RFC 3490) and with a slash at its end; None for what
    is none. A name and a password would stand on every page."""
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
        if (
            parts.scheme not in {"http", "https"}
            or not _HOST.fullmatch(host)
            or parts.query
            or parts.fragment
        ):
            return None
    except ValueError:
        return None
    path = percent_encoded(parts.path)
    return f"{parts.scheme}://{host}{path}{'' if path.endswith('/') else '/'}"


def _check_accent(data: dict[str, Any], spans: Mapping[str, Span], problems: list[Problem]) -> None:
    accent = data["accent"]
    if accent is not None and not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        hint = 'Six hexadecimal digits in quotes: "#9a3324".'
        problems.append(error("config-accent", f"{quote(accent)} is no colour.", spans["accent"], hint))
        data["accent"] = None


def _check_language(data: dict[str, Any], spans: Mapping[str, Span], problems: list[Problem]) -> None:
    if not is_language(data["language"]):
        message = f"{quote(data['language'])} is no language code."
        problems.append(error("config-language", message, spans["language"], "Such as en, de or pt-BR."))
        data["language"] = "en"
    for tag in [tag for tag in data["languages"] if not is_language(tag)]:
        place = spans.get(f"languages.{tag}") or spans.get("languages")
        message = f"{quote(tag)} is no language code."
        problems.append(error("config-language", message, place, "Such as en, de or pt-BR."))
        del data["languages"][tag]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``site.yaml``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "acadsite: site.yaml",
        **SITE.json(),
    }
