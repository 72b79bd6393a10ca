"""The parts of docs/ that are made from the code: tables of fields, settings and commands.

A page holds them between ``<!-- made: NAME -->`` and ``<!-- end -->``; ``test_docs.py`` compares, and rewrites with
``pytest --update-golden``.
"""

import re

import click

import theme_reference
from acadsite.cli import cli
from acadsite.collect.book_files import BOOK
from acadsite.collect.books import CHAPTER
from acadsite.collect.collections import BUILT_IN, HOME
from acadsite.collect.cv import CV
from acadsite.collect.latex import words
from acadsite.collect.latex.tokens import CODE, DRAWINGS, STEPS, UNSEEN
from acadsite.collect.papers import PAPER
from acadsite.collect.publications import _KINDS, LINKS, RESOLVERS
from acadsite.config import LANGUAGE, PUBLICATIONS, SITE
from acadsite.explain import as_markdown
from acadsite.kinds.cv.forms import FORM, in_language, languages_of, read_form
from acadsite.kinds.profiles import PROFILES
from acadsite.kinds.web import URLS
from acadsite.kinds.works import TYPES
from acadsite.languages import language
from acadsite.pdf import File
from acadsite.schema import Either, Many, MapOf, Struct
from acadsite.templates import THEME

REGION = re.compile(r"(<!-- made: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def noun(kind):
    if isinstance(kind, Struct):
        return "keys below"
    if isinstance(kind, Many):
        return f"list of {noun(kind.kind)}" if not isinstance(kind.kind, Struct) else "list, keys below"
    if isinstance(kind, MapOf):
        return f"key: {noun(kind.kind)}"
    if isinstance(kind, Either):
        return f"{noun(kind.scalar)}, or {noun(kind.other)}"
    if getattr(kind, "markdown", False):
        return "Markdown"
    if hasattr(kind, "words"):
        return ", ".join(f"`{word}`" for word in kind.words)
    return kind.noun


def inner(kind):
    """The schema inside a kind, if there is one."""
    if isinstance(kind, Struct):
        return kind.schema
    if isinstance(kind, Many):
        return inner(kind.kind)
    return inner(kind.other) if isinstance(kind, Either) else None


def rows(schema, prefix="", known=None):
    """One line for each key. Keys that stand in two places (those of an entry, of a section) are listed in one."""
    known = {} if known is None else known
    names = schema.names()
    if names in known and len(names) > 5:
        yield f"| `{prefix}…` | | the keys of `{known[names]}` | |"
        return
    known[names] = prefix.rstrip(".")
    for field in schema.fields:
        default = "required" if field.required else ""
        if field.default not in (None, [], {}):
            value = field.default
            default = f"`{str(value).lower() if isinstance(value, bool) else value}`"
            if isinstance(value, list):
                default = ", ".join(f"`{item}`" for item in value)
        yield f"| `{prefix}{field.name}` | {noun(field.kind)} | {field.doc} | {default} |"
        below = inner(field.kind)
        if below is not None:
            mark = "[]" if isinstance(field.kind, Many) else ""
            yield from rows(below, f"{prefix}{field.name}{mark}.", known)


def table(schema):
    return "\n".join(["| key | value | what it is | default |", "|---|---|---|---|", *rows(schema)]) + "\n"


def leaves(command=cli, names=()):
    """Every command with its words; a group stands before its own."""
    for name, child in sorted(command.commands.items()):
        yield (*names, name), child
        if isinstance(child, click.Group):
            yield from leaves(child, (*names, name))


def commands():
    parts = []
    for names, command in leaves():
        context = click.Context(
            command,
            info_name=f"acadsite {' '.join(names)}",
            terminal_width=100,
            max_content_width=100,
            help_option_names=["-h", "--help"],
        )
        parts.append(f"{'#' * (len(names) + 2)} {' '.join(names)}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def page_kinds():
    """Every kind of page, where it is if `urls:` says nothing else, and what its template says of itself."""
    said = {
        template.name: template.doc for template in theme_reference.templates() if template.theme == "base"
    }
    rows = [
        [f"`{kind}`", f"`/{pattern}`", said[theme_reference.template_of(kind)].replace("|", r"\|")]
        for kind, pattern in URLS.items()
    ]
    return theme_reference.table(["page kind", "address", "page"], rows)


def forms():
    """Each form with its parts: what fills them by themselves, what they may hold, and where its rules stand."""
    folder = theme_reference.ROOT / "themes" / "base" / "templates" / "cv" / "forms"
    pieces = []
    for path in sorted(folder.glob("*.yaml")):
        data, _ = read_form(File(path.read_bytes(), path.name))
        form = in_language(path.stem, data, "")
        known = languages_of(data)
        said = [data["paper"], f"{data['size']} points"]
        said += [f"{data['pages']} page{'s' * (data['pages'] > 1)} at most"] if data["pages"] else []
        said += [f"headings in {' and '.join(known)}"] if len(known) > 1 else []
        rules = ", ".join(f"[{at}]({address})" for at, address in enumerate(data["rules"], 1))
        table = theme_reference.table(
            ["id", "heading", "takes by itself", "limits"],
            [[f"`{part['id']}`", _heading(part), _taken(part), _limits(part)] for part in form.parts],
        )
        pieces.append(
            f"### {data['funder']}: {form.title} (`{path.stem}`)\n\n{data['about']} Paper: {', '.join(said)}."
            f" Rules: {rules}; compared on {data['checked']}.\n\n{table}"
        )
    return "\n".join(pieces)


def _heading(part):
    return ": ".join(filter(None, (part["under"], part["title"])))


def _taken(part):
    if part["fields"]:
        return ", ".join(field["label"] for field in part["fields"])
    if part["from"]:
        when = {"now": ", what goes on", "before": ", what is over"}.get(part["when"], "")
        return f"sections such as `{part['from'][0]}`{when}"
    if part["where"]:
        where = (f"`{name}: {_written(value)}`" for name, value in part["where"].items())
        return f"{part['collection']} with {' and '.join(where)}"
    return ""


def _written(value):
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value).lower()


def _limits(part):
    said = [
        "required" if part["required"] else "",
        f"{part['most']} at most" if part["most"] else "",
        f"{part['characters']:,} characters{' each' if part['most'] else ''}" if part["characters"] else "",
        "" if part["citations"] else "no citations",
        f"each with {', '.join(part['needs'])}" if part["needs"] else "",
    ]
    return ", ".join(filter(None, said))


def networks():
    """The accounts that acadsite knows, and where a user name leads."""
    rows = [
        [f"`{name}`", label, f"`{address.format('NAME')}`"]
        for name, (label, address) in sorted(PROFILES.items())
    ]
    return theme_reference.table(["key", "network", "address"], rows)


def entry_types():
    """What each type of an entry counts as."""
    found = {}
    for name, kind in _KINDS.items():
        found.setdefault(kind, []).append(f"`@{name}`")
    found["preprint"].append("what says that it is at arXiv, and nothing of where else")
    rows = [[*TYPES[kind], ", ".join(names)] for kind, names in found.items()]
    return theme_reference.table(["heading", "letter", "types"], rows)


def entry_buttons():
    """The fields that are buttons, in their order."""
    rows = [
        [
            f"`{name}`",
            label,
            f"an address, or an id ({RESOLVERS[name]}…)" if name in RESOLVERS else "an address or a path",
        ]
        for name, label in LINKS.items()
    ]
    return theme_reference.table(["field", "button", "value"], rows)


def labels():
    """Every label, one in a line; those with plural forms say which."""
    english, german = language("en").labels, language("de").labels
    lines = []
    for label in sorted(german, key=lambda text: (text.strip("{: ").casefold(), text)):
        forms = english.get(label)
        plural = f" ({', '.join(forms)})" if forms and not isinstance(forms, str) else ""
        shown = german[label] if isinstance(german[label], str) else " / ".join(german[label].values())
        lines.append([f"`{label}`{plural}", f"`{shown}`"])
    return theme_reference.table(["label", "in German"], lines)


def latex():
    """What of LaTeX is read."""

    def names(given, mark):
        return ", ".join(f"`{mark}{name}`" for name in sorted(given, key=lambda name: (name.lower(), name)))

    rows = [
        ("sections", names(words.SECTIONS, "\\") + ", `\\appendix`"),
        (
            "styles",
            names([*words.STYLES, *words.SWITCHES, "texttt", "textsuperscript", "textsubscript"], "\\"),
        ),
        ("words in boxes and colours, as words", names(words.THROUGH, "\\")),
        (
            "links, notes, quotes",
            names(
                [
                    "href",
                    "url",
                    "nolinkurl",
                    "path",
                    "hyperref",
                    "footnote",
                    "footnotemark",
                    "footnotetext",
                    "enquote",
                ],
                "\\",
            ),
        ),
        ("citations", names(words.CITATIONS, "\\")),
        ("references", names(["label", *words.REFERENCES], "\\")),
        ("definitions", names(words.DEFINITIONS, "\\")),
        ("front matter", names(words.FRONT, "\\") + ", `abstract`, `keywords`"),
        (
            "files",
            names(
                [
                    *words.FILES,
                    "includegraphics",
                    "graphicspath",
                    "bibliography",
                    "addbibresource",
                    "printbibliography",
                ],
                "\\",
            ),
        ),
        ("lists", names(words.LISTS, "")),
        ("quotes", names([*words.QUOTES, "verse"], "")),
        ("displays", names(words.DISPLAYS, "") + ", `\\[`, `$$`"),
        ("figures", names([*words.FIGURES, *words.SUBFIGURES, "subcaptionbox"], "")),
        (
            "tables",
            names([*words.TABLES, *words.TABULARS, "threeparttable"], "") + "; `\\multicolumn`, `\\multirow`",
        ),
        ("theorems", "those of `\\newtheorem`, `proof`, and " + names(words.THEOREM_NAMES, "")),
        ("algorithms", names([*words.ALGORITHMS, *STEPS], "")),
        ("code", names([*CODE, *words.LISTINGS], "") + "; `\\verb`, `\\lstinline`, `\\mintinline`"),
        ("shown as any text", names(words.PLAIN, "")),
        ("drawings, shown as their source and told", names(DRAWINGS, "")),
        ("left out and told", "`\\todo`, `\\marginpar`, `\\missingfigure`"),
        ("left out", names([*words.LAYOUT, *words.LENGTHS], "\\") + "; " + names(UNSEEN, "")),
    ]
    lines = ["| what | names |", "|---|---|", *(f"| {what} | {given} |" for what, given in rows)]
    return "\n".join(lines) + "\n"


def made():
    """Every part by its name."""
    schemas = {collection.name: collection.schema for collection in BUILT_IN}
    schemas |= {
        "home": HOME,
        "cv": CV,
        "form-keys": FORM,
        "site": SITE,
        "publications": PUBLICATIONS,
        "book": BOOK,
        "chapters": CHAPTER,
        "papers": PAPER,
        "languages": LANGUAGE,
        "theme": THEME,
    }
    return {name: table(schema) for name, schema in schemas.items()} | {
        "commands": commands(),
        "page-kinds": page_kinds(),
        "labels": labels(),
        "entry-types": entry_types(),
        "entry-buttons": entry_buttons(),
        "networks": networks(),
        "forms": forms(),
        "problems": as_markdown(),
        "latex": latex(),
        **theme_reference.made(),
    }
