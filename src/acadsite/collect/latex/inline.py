r"""What commands do in the running text: a table of functions by name.

Each takes the flow that it stands in and its own token, reads its arguments from the flow's stream, and writes into the
flow.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from acadsite.collect.latex import environments, floats, formulas, macros, words
from acadsite.collect.latex.reading import DEEPEST_FILES, Flow, guessed, skip_length
from acadsite.collect.latex.tokens import Stream, Token, plain_of, source_of
from acadsite.collect.latex.writing import Row, Run, code_span, escaped, indented
from acadsite.markup.source import cleaned
from acadsite.problems import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.collect.latex.tokens import Place

_KEY: Final = re.compile(r"\w+(?:[:.#\-+?/]\w+)*\Z")
_URL: Final = re.compile(r"\\([%#&_~{}^$])")
_PARAMETERS: Final = re.compile(r"[mo]")
_DOTS: Final = "…"


# --- words, styles, spaces ---


def sign(flow: Flow, token: Token) -> None:
    """A sign behind a backslash."""
    flow.text(words.SIGNS[token.text], token.place)


def text(flow: Flow, token: Token) -> None:
    """A command that stands for a text."""
    name = token.text
    if name == "hspace":
        flow.stream.argument()
    elif name.isalpha():
        _after_word(flow)
    value = words.TEXTS[name]
    if value == " ":
        flow.space(token.place)
    else:
        flow.text(value, token.place)


def _after_word(flow: Flow) -> None:
    """The blanks that a command takes with it, and the empty group that keeps one."""
    stream = flow.stream
    before = stream.peek()
    if before is not None and before.kind == "space":
        stream.skip_spaces()
    elif (
        before is not None and before.kind == "{" and len(stream.tokens) > 1 and stream.tokens[-2].kind == "}"
    ):
        stream.take()
        stream.take()


def blank(flow: Flow, token: Token) -> None:
    r"""``\ ``: a blank."""
    flow.space(token.place)


def styled(flow: Flow, token: Token) -> None:
    """A style for an argument."""
    flow.styled(words.STYLES[token.text], token.place)


def switched(flow: Flow, token: Token) -> None:
    """A style for the rest of a group."""
    flow.stream.skip_spaces()
    flow.style(words.SWITCHES[token.text], token.place)


def script(flow: Flow, token: Token) -> None:
    """Raised or lowered words: as text where they are one word, else as a formula."""
    mark = "^" if token.text == "textsuperscript" else "~" if token.text == "textsubscript" else "^"
    run = flow.reading.inline(flow.stream.argument())
    plain = run.plain()
    is_one = (
        run.is_text
        and plain
        and not re.search(r"\s", plain)
        and any(char.isalnum() or char in "+-−*∗†‡′" for char in plain)
    )
    if is_one:
        flow.mark(f"{mark}{escaped(plain)}{mark}", token.place)
    elif len(run.pieces) == 1 and run.pieces[0].kind == "mark" and run.pieces[0].text.startswith("$"):
        tex = run.pieces[0].text.strip("$")
        flow.mark(f"${'^' if mark == '^' else '_'}{{{tex}}}$", token.place)
    elif run.is_text and plain:
        tex = re.sub(r"([#$%&_{}])", r"\\\1", plain.replace("\\", ""))
        flow.mark(f"${'^' if mark == '^' else '_'}{{\\text{{{tex}}}}}$", token.place)
    else:
        flow.run.pieces += run.pieces


def typewriter(flow: Flow, token: Token) -> None:
    """Code in the line, where it is plain text."""
    run = flow.reading.inline(flow.stream.argument())
    if run.is_text:
        flow.mark(code_span(run.plain()), token.place)
    else:
        flow.run.pieces += run.pieces


def nothing(flow: Flow, token: Token) -> None:
    """A command that is nothing on a page, with what it takes."""
    name = token.text
    flow.stream.skip_spaces() if not words.LAYOUT[name] else None
    _pass(flow, words.LAYOUT[name])


def _pass(flow: Flow, takes: str) -> None:
    for kind in takes:
        if kind == "o":
            flow.stream.option()
        elif kind == "m":
            flow.stream.argument()
        else:
            skip_length(flow)


def length(flow: Flow, token: Token) -> None:
    """A length that is set."""
    del token
    skip_length(flow)


def through(flow: Flow, token: Token) -> None:
    """A command whose last argument is text."""
    name = token.text
    _pass(flow, words.THROUGH[name])
    flow.stream.skip_spaces()
    following = flow.stream.peek()
    if following is not None and following.kind == "{":
        return  # it is read as a group
    flow.stream.put(flow.stream.argument())


def first_of_two(flow: Flow, token: Token) -> None:
    r"""``\texorpdfstring``: the first argument is for readers."""
    del token
    first = flow.stream.argument()
    flow.stream.argument()
    flow.stream.put(first)


def line_break(flow: Flow, token: Token) -> None:
    r"""``\\`` and ``\newline``."""
    star = flow.stream.peek()
    if star is not None and star.source == "*":
        flow.stream.take()
    flow.stream.option()
    if flow.run:
        flow.run.add("break", "\\", token.place)


def paragraph_end(flow: Flow, token: Token) -> None:
    r"""``\par``."""
    del token
    flow.flush()


def quoted(flow: Flow, token: Token) -> None:
    r"""``\enquote``."""
    marks = words.QUOTE_MARKS.get(flow.reading.language, words.ENGLISH)
    inner = flow.stream.argument()
    level = 2 if (flow.quotes % 2) != token.source.endswith("*") else 0
    flow.text(marks[level], token.place)
    flow.quotes += 1
    sub = Flow(flow.reading, Stream(inner), one=True)
    sub.quotes = flow.quotes
    sub.read()
    flow.run.pieces += sub.run.pieces
    flow.quotes -= 1
    flow.text(marks[level + 1], flow.last)


def rule_of_page(flow: Flow, token: Token) -> None:
    """A line across the page."""
    flow.block([Row("* * *", token.place)])


# --- links and notes ---


def url(flow: Flow, token: Token) -> None:
    """An address that is shown."""
    address = _address(flow)
    if address:
        flow.mark(
            f"<{address}>" if re.match(r"https?://[^\s<>]+\Z", address) else code_span(address), token.place
        )


def link(flow: Flow, token: Token) -> None:
    r"""``\href{address}{words}``."""
    address = _address(flow)
    run = flow.reading.inline(flow.stream.argument())
    _linked(flow, run, address, token.place)


def _linked(flow: Flow, run: Run, address: str, place: Place) -> None:
    if not address or not run:
        flow.run.pieces += run.pieces
        return
    flow.run.add("open", "[", place)
    flow.run.pieces += run.pieces
    target = re.sub(r"[\\<>]", lambda found: "\\" + found[0], address.replace("\n", ""))
    flow.run.add("close", f"](<{target}>)" if re.search(r"[\s()]", target) else f"]({target})", place)


def _address(flow: Flow) -> str:
    stream = flow.stream
    token = stream.peek()
    if token is not None and token.kind == "address":
        stream.take()
        written_ = token.text
    else:
        written_ = source_of(stream.argument())
    return _URL.sub(r"\1", "".join(written_.split()))


def hyperref(flow: Flow, token: Token) -> None:
    r"""``\hyperref[label]{words}``."""
    label = plain_of(flow.stream.option() or ())
    run = flow.reading.inline(flow.stream.argument())
    target = flow.reading.target(label)
    _linked(flow, run, f"#{target.id if target else guessed(label)}" if label else "", token.place)


def hyperlink(flow: Flow, token: Token) -> None:
    r"""``\hyperlink{name}{words}``: what it leads to has no name here."""
    del token
    flow.stream.argument()


def footnote(flow: Flow, token: Token) -> None:
    """A footnote: its text stands behind the paragraph."""
    reading = flow.reading
    flow.stream.option()
    name = _next_note(flow)
    flow.mark(f"[^{name}]", token.place)
    _note(flow, name, reading.rows(flow.stream.argument()), token.place)


def _next_note(flow: Flow) -> str:
    flow.reading.note_count += 1
    return f"n{flow.reading.note_count}"


def _note(flow: Flow, name: str, rows: Sequence[Row], place: Place) -> None:
    if rows:
        flow.reading.notes.append(indented(rows, f"[^{name}]: ", "    "))
    else:
        flow.reading.notes.append([Row(f"[^{name}]: {_DOTS}", place)])


def footnote_mark(flow: Flow, token: Token) -> None:
    r"""``\footnotemark``, whose text comes by itself."""
    flow.stream.option()
    name = _next_note(flow)
    flow.reading.mark_count.append(name)
    flow.mark(f"[^{name}]", token.place)


def footnote_text(flow: Flow, token: Token) -> None:
    r"""``\footnotetext``: of the mark that waits longest."""
    flow.stream.option()
    rows = flow.reading.rows(flow.stream.argument())
    waiting = flow.reading.mark_count
    if waiting:
        _note(flow, waiting.pop(0), rows, token.place)
        return
    name = _next_note(flow)
    flow.mark(f"[^{name}]", token.place)
    _note(flow, name, rows, token.place)


def left_out(flow: Flow, token: Token) -> None:
    """Notes to authors: they are told, and left out."""
    name = token.text
    flow.stream.option()
    inner = source_of(flow.stream.argument())
    shown = " ".join(inner.split())[:60]
    message = f"What stands in {quote(chr(92) + name)} is for the authors, and not shown: {quote(shown)}."
    flow.reading.warn("latex-left-out", message, token.place)


# --- labels and references ---


def label(flow: Flow, token: Token) -> None:
    r"""``\label``."""
    flow.reading.label(plain_of(flow.stream.argument()), token.place)


def reference(flow: Flow, token: Token) -> None:
    r"""``\ref`` and its like; several labels with commas between them."""
    form = words.REFERENCES[token.text]
    names = [" ".join(name.split()) for name in plain_of(flow.stream.argument()).split(",")]
    for at, name in enumerate(name for name in names if name):
        if at:
            flow.text(", ", token.place)
        _refer(flow, name, form, token.place)


def _refer(flow: Flow, name: str, form: str, place: Place) -> None:
    target = flow.reading.target(name)
    if target is None:
        flow.mark(rf"\{'ref' if form == 'name' else form}{{{guessed(name)}}}", place)
    elif target.kind == "item":
        flow.mark(f"[{escaped(target.text)}](#{target.id})", place)
    elif form == "name" and target.title:
        flow.mark(f"[{escaped(target.title)}](#{target.id})", place)
    else:
        flow.mark(rf"\{'ref' if form == 'name' else form}{{{target.id}}}", place)


# --- citations ---


def citation(flow: Flow, token: Token) -> None:
    """A citation, with what stands before and behind it."""
    form = words.CITATIONS[token.text]
    first, second = flow.stream.option(), flow.stream.option()
    before, behind = (first, second) if second is not None else (None, first)
    keys = [key for part in plain_of(flow.stream.argument()).split(",") if (key := part.strip())]
    if not keys:
        return
    flow.reading.cited.update(keys)
    prefix = flow.reading.inline(before or ()).line()
    suffix = flow.reading.inline(behind or ()).line()
    written = (flow.reading.known or flow.reading.found).items
    if all(key in written for key in keys):
        shown = ", ".join(f"[{escaped(written[key])}](#{environments.bib_id(key)})" for key in keys)
        about = f"{prefix} " if prefix else "", f", {suffix}" if suffix else ""
        flow.mark(f"&#91;{about[0]}{shown}{about[1]}&#93;", token.place)
        return
    if form == "text":
        _in_text(flow, keys, prefix, suffix, token.place)
        return
    dash = "-" if form == "year" else ""
    items = [f"{dash}@{_braced(key)}" for key in keys]
    items[0] = f"{prefix} {items[0]}" if prefix else items[0]
    items[-1] += f", {suffix}" if suffix else ""
    group = f"[{'; '.join(items)}]"
    if form != "note":
        flow.mark(group, token.place)
        return
    name = _next_note(flow)
    flow.mark(f"[^{name}]", token.place)
    _note(flow, name, [Row(group, token.place)], token.place)


def _braced(key: str) -> str:
    if _KEY.match(key):
        return key
    return "{" + re.sub(r"[{}\s]", "", key) + "}"


def _in_text(flow: Flow, keys: Sequence[str], prefix: str, suffix: str, place: Place) -> None:
    if prefix:
        flow.mark(prefix, place)
        flow.space(place)
    for at, key in enumerate(keys):
        if at:
            flow.text(" and " if at == len(keys) - 1 else ", ", place)
        flow.run.add("key", f"@{_braced(key)}", place)
    if suffix:
        flow.mark(f" [{suffix}]", place)


# --- sections ---


def section(flow: Flow, token: Token) -> None:
    """A heading."""
    reading = flow.reading
    starred = token.source.endswith("*")
    name = token.text.rstrip("*")
    depth = words.SECTIONS[name]
    flow.stream.option()
    title = flow.stream.argument()
    flow.flush()
    # A label in a section, wherever it stands, is one of the section.
    anchor = reading.new_anchor("sec")
    reading.anchors[:] = [held for held in reading.anchors if held.kind != "sec"]
    reading.anchors.insert(0, anchor)
    run = reading.inline(title)
    anchor.title = run.plain()
    if not starred and depth:
        reading.section(depth)
    first = 1 if reading.has_chapters else 2
    level = min(6, max(1, depth - first + 1))
    attributes = [f"#{anchor.id}"] if anchor.id else []
    attributes += [".unnumbered"] if starred else []
    attributes += [".appendix"] if reading.appendix and level == 1 and not starred else []
    braces = f" {{{' '.join(attributes)}}}" if attributes else ""
    words_ = run.line() or _DOTS
    flow.block([Row(f"{'#' * level} {words_}{braces}", token.place)])


def appendix(flow: Flow, token: Token) -> None:
    r"""``\appendix``: sections have letters from here on."""
    del token
    flow.reading.appendix = flow.reading.lettered = True
    flow.reading.sections = []


# --- definitions ---


def define(flow: Flow, token: Token) -> None:
    """A definition of a command."""
    name = token.source.removeprefix("\\")
    found = macros.command(flow.stream, name)
    if found is None:
        if not flow.reading.preamble:  # there it is told where it is used
            message = f"This {quote(chr(92) + name)} is not understood."
            flow.reading.warn("latex-definition", message, token.place, "Write it with “\\newcommand”.")
        return
    word, macro = found
    reading = flow.reading
    if name.startswith("provide") and (word in reading.macros or word in COMMANDS):
        return
    if macro.alias:
        if macro.alias == word:
            return
        macro = reading.macros.get(macro.alias, macro)
    reading.macros[word] = macro


def define_environment(flow: Flow, token: Token) -> None:
    """A definition of an environment."""
    found = macros.environment(flow.stream)
    if found is not None:
        flow.reading.environments[found[0]] = found[1]
    else:
        flow.reading.warn("latex-definition", "This environment has no name.", token.place)


def define_theorem(flow: Flow, token: Token) -> None:
    """A kind of theorem."""
    found = macros.theorem(flow.stream, token.source.removeprefix("\\"))
    if found is not None:
        flow.reading.theorems[found[0]] = found[1]
        if found[1].within:
            flow.reading.within[f"theorem {found[0]}"] = found[1].within


def number_within(flow: Flow, token: Token) -> None:
    r"""``\numberwithin{equation}{section}``."""
    del token
    counter = plain_of(flow.stream.argument())
    flow.reading.within[counter] = plain_of(flow.stream.argument())


# --- files, packages, what stands in front ---


def package(flow: Flow, token: Token) -> None:
    """Packages are what they are; of babel the language is of use."""
    options = plain_of(flow.stream.option() or ())
    name = plain_of(flow.stream.argument())
    if name in {"babel", "polyglossia"} or token.text == "documentclass":
        named = [part.strip().removeprefix("main=") for part in options.split(",")]
        known = [
            part
            for part in named
            if part in words.QUOTE_MARKS or part in {"english", "american", "USenglish"}
        ]
        flow.reading.language = known[-1] if known else flow.reading.language
    if token.text == "documentclass" and re.fullmatch(
        r"(?:scr)?(?:book|report|reprt)|memoir|amsbook|thesis.*|.*thesis", name
    ):
        flow.reading.has_chapters = True


def pictures_in(flow: Flow, token: Token) -> None:
    r"""``\graphicspath``."""
    del token
    given = source_of(flow.stream.argument())
    flow.reading.folders += [folder.strip() for folder in re.findall(r"\{([^{}]*)\}", given)] or [
        given.strip()
    ]


def front(flow: Flow, token: Token) -> None:
    """What goes into the front matter."""
    option = flow.stream.option()
    reading = flow.reading
    inner = flow.stream.argument()
    if option and token.text in {"author", "affil"}:
        reading.front.setdefault(f"{token.text} mark", []).append((token.place, option))
    else:
        reading.front.setdefault(f"{token.text} mark", []).append((token.place, []))
    reading.front.setdefault(token.text, []).append((token.place, inner))


def take_file(flow: Flow, token: Token) -> None:
    r"""``\input`` and its like: the tokens of the file come next."""
    reading = flow.reading
    folder = posixpath.join("", plain_of(flow.stream.argument())) if words.FILES[token.text] == 2 else ""
    name = _file_name(flow)
    if not name:
        return
    path = named_file(posixpath.join(folder, name), reading.path)
    if path is None:
        message = f"{quote(name)} leads out of the folder of the site: it is not read."
        reading.fail("latex-input", message, token.place, "Put the file beside the text.")
        return
    candidates = [path] if path.endswith((".tex", ".ltx", ".sty", ".tikz", ".bbl")) else [f"{path}.tex", path]
    text = None
    for candidate in candidates:
        text = reading.text_of(candidate)
        if text is not None:
            path = candidate
            break
    if text is None:
        reading.fail("latex-input", f"There is no file {quote(candidates[0])} to take in.", token.place)
        return
    if path in reading.open_files:
        chain = " → ".join((*reading.open_files, path))
        reading.fail("latex-input", f"{quote(path)} takes itself in.", token.place, chain)
        return
    if len(reading.open_files) > DEEPEST_FILES or len(reading.files) > 500:
        reading.once_failed("latex-limit", "Too many files take each other in.", token.place)
        return
    reading.open_files.append(path)
    inner = reading.open(path, cleaned(text))
    closing = Token("command", "acadsite@end", "", token.place)
    if any(part.kind == "command" and part.text == "documentclass" for part in inner):
        inner = _body(inner)
    flow.stream.put([*inner, closing])


def _body(tokens: list[Token]) -> list[Token]:
    r"""What stands between ``\begin{document}`` and its end, of a file that is whole (``\subfile``)."""
    starts = [
        at for at, part in enumerate(tokens) if part.kind == "command" and part.text in {"begin", "end"}
    ]
    spots = [at for at in starts if "".join(part.text for part in tokens[at + 1 : at + 4]) == "{document}"]
    return tokens[spots[0] + 4 : spots[-1]] if len(spots) > 1 else tokens


def _file_name(flow: Flow) -> str:
    stream = flow.stream
    stream.skip_spaces()
    token = stream.peek()
    if token is not None and token.kind == "text":  # \input file
        stream.take()
        return token.text.strip()
    return plain_of(stream.argument())


def named_file(name: str, main: str) -> str | None:
    """The path of a file that a document names, from the folder of the site; None where it leads out of
    ``content/``."""
    if not name or name.startswith(("/", "~", "|")) or "\\" in name or ":" in name or "\x00" in name:
        return None
    folder = posixpath.dirname(main)
    path = posixpath.normpath(posixpath.join(folder, name))
    inside = "content/" if main.startswith("content/") else f"{folder}/" if folder else ""
    return path if path.startswith(inside) and path.split("/")[0] != ".." else None


def end_file(flow: Flow, token: Token) -> None:
    """The end of a file that was taken in."""
    del token
    if flow.reading.open_files:
        flow.reading.open_files.pop()


def end_input(flow: Flow, token: Token) -> None:
    r"""``\endinput``: the rest of the file is not read."""
    while (following := flow.stream.peek()) is not None and following.place.file == token.place.file:
        if following.text == "acadsite@end":
            break
        flow.stream.take()


def bibliography(flow: Flow, token: Token) -> None:
    r"""``\bibliography`` and ``\printbibliography``: the place of the references."""
    flow.stream.option()
    if token.text == "bibliography":
        names = [name.strip() for name in plain_of(flow.stream.argument()).split(",")]
        for name in names:
            _bib_file(flow, name if name.endswith(".bib") else f"{name}.bib", token.place)
    flow.flush()
    word = words.REFERENCE_WORDS.get(flow.reading.language, "References")
    flow.block([Row(f"# {word} {{.unnumbered}}", token.place)])
    flow.block(references_here(token.place))


def references_here(place: Place) -> list[Row]:
    """Where the references stand."""
    return [Row("::: {#refs}", place), Row(":::", place)]


def bib_resource(flow: Flow, token: Token) -> None:
    r"""``\addbibresource``."""
    flow.stream.option()
    _bib_file(flow, plain_of(flow.stream.argument()), token.place)


def _bib_file(flow: Flow, name: str, place: Place) -> None:
    """A .bib file beside the text is one that it cites."""
    path = named_file(name, flow.reading.path)
    if path is not None and flow.reading.has(path):
        folder = posixpath.dirname(flow.reading.path)
        flow.reading.bibliographies.setdefault(posixpath.relpath(path, folder or "."), place)


def picture(flow: Flow, token: Token) -> None:
    """A picture in the text."""
    found = floats.picture(flow.reading, flow.stream, token)
    if isinstance(found, str):
        flow.mark(code_span(found), token.place)
    else:
        flow.mark(found.markdown("", "", flow.reading.files[token.place.file]), token.place)


def begin(flow: Flow, token: Token) -> None:
    r"""``\begin``."""
    environments.begin(flow, token)


def end(flow: Flow, token: Token) -> None:
    r"""``\end``."""
    environments.end(flow, token)


def item(flow: Flow, token: Token) -> None:
    r"""``\item`` out of a list."""
    flow.stream.option()
    flow.reading.once("latex-unknown", "item", "“\\item” stands in no list.", token.place)
    flow.flush()


def caption(flow: Flow, token: Token) -> None:
    """A caption that stands in no figure: a paragraph."""
    del token
    flow.stream.option()
    flow.flush()
    run = flow.reading.inline(flow.stream.argument())
    flow.run.pieces += run.pieces
    flow.flush()


COMMANDS: Final[dict[str, Callable[[Flow, Token], None]]] = {
    **dict.fromkeys(words.LAYOUT, nothing),
    **dict.fromkeys(words.LENGTHS, length),
    **dict.fromkeys(words.THROUGH, through),
    **dict.fromkeys(words.STYLES, styled),
    **dict.fromkeys(words.SWITCHES, switched),
    **dict.fromkeys(words.SIGNS, sign),
    **dict.fromkeys(words.TEXTS, text),
    **dict.fromkeys(words.CITATIONS, citation),
    **dict.fromkeys(words.REFERENCES, reference),
    **dict.fromkeys(words.SECTIONS, section),
    **dict.fromkeys(words.FRONT, front),
    **dict.fromkeys(words.FILES, take_file),
    **dict.fromkeys([name for name in words.DEFINITIONS if "theorem" in name], define_theorem),
    **dict.fromkeys([name for name in words.DEFINITIONS if name.endswith("environment")], define_environment),
    **dict.fromkeys([name for name in words.DEFINITIONS if name.endswith("within")], number_within),
    **dict.fromkeys(
        [name for name in words.DEFINITIONS if not name.endswith(("theorem", "environment", "within"))], define
    ),
    **dict.fromkeys(["textsuperscript", "textsubscript", "up"], script),
    **dict.fromkeys(["texttt", "code", "file"], typewriter),
    **dict.fromkeys(["documentclass", "usepackage"], package),
    **dict.fromkeys(["todo", "marginpar", "missingfigure", "PackageWarning"], left_out),
    **dict.fromkeys(["enquote", "enquote*", "textquote"], quoted),
    **dict.fromkeys(["\\", "newline", "tabularnewline"], line_break),
    **dict.fromkeys(["(", "["], formulas.brackets),
    **dict.fromkeys(["bibliography", "printbibliography"], bibliography),
    " ": blank, "par": paragraph_end, "hrule": rule_of_page, "hrulefill": rule_of_page, "texorpdfstring": first_of_two,
    "url": url, "nolinkurl": url, "path": url, "href": link, "hyperref": hyperref, "hyperlink": hyperlink,
    "footnote": footnote, "footnotemark": footnote_mark, "footnotetext": footnote_text, "label": label,
    "appendix": appendix, "graphicspath": pictures_in, "addbibresource": bib_resource, "acadsite@end": end_file,
    "endinput": end_input, "includegraphics": picture, "begin": begin, "end": end, "item": item, "caption": caption,
    "ensuremath": lambda flow, token: formulas.inline(flow, flow.stream.argument(), token.place),
}  # fmt: skip
