r"""Formulas of a document: their source as our Markdown has it, with labels and numbers as LaTeX gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.collect.latex import words
from acadsite.collect.latex.reading import guessed
from acadsite.collect.latex.tokens import Stream, Token, plain_of, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.collect.latex.reading import Flow, Reading
    from acadsite.collect.latex.tokens import Place

#: Environments in which each row has a number.
_BY_ROW: Final = frozenset({"align", "alignat", "eqnarray", "flalign", "gather"})
#: What is nothing in a formula of a page.
_DROPPED: Final = frozenset(
    {"qedhere", "displaybreak", "allowdisplaybreaks", "hfill", "noindent", "protect", "relax", "xspace"}
)
_ENDS: Final = {"math": None, "(": ")", "[": "]"}


def dollars(flow: Flow, token: Token) -> None:
    """A formula between dollars."""
    found = _upto(flow, token, token.text)
    if found is None:
        _never_closed(flow, token, token.text)
    elif token.text == "$":
        inline(flow, found, token.place)
    else:
        display(flow, "equation*", found, token.place)


def brackets(flow: Flow, token: Token) -> None:
    r"""A formula between ``\(`` and ``\)``, or ``\[`` and ``\]``."""
    found = _upto(flow, token, ")" if token.text == "(" else "]")
    if found is None:
        _never_closed(flow, token, "\\" + token.text)
    elif token.text == "(":
        inline(flow, found, token.place)
    else:
        display(flow, "equation*", found, token.place)


def _never_closed(flow: Flow, token: Token, mark: str) -> None:
    flow.reading.fail(
        "latex-unbalanced", f"The formula that begins here with “{mark}” is never ended.", token.place
    )
    flow.text(mark, token.place)


def _upto(flow: Flow, opening: Token, closing: str) -> list[Token] | None:
    """The tokens of a formula; None where it is not ended in its paragraph, and nothing is taken."""
    stream, reading = flow.stream, flow.reading
    found: list[Token] = []
    depth = 0
    while (token := stream.take()) is not None:
        kind = token.kind
        if depth == 0 and (
            (kind == "math" and opening.kind == "math" and token.text == closing)
            or (kind == "command" and opening.kind == "command" and token.text == closing)
        ):
            return found
        if kind == "math" and opening.kind == "math" and depth == 0 and closing == "$" and token.text == "$$":
            stream.put([token._replace(text="$", source="$")])
            return found
        if (kind == "par" and closing in {"$", ")"}) or (kind == "}" and depth == 0):
            break
        if kind == "command" and token.text == "end" and _name(stream) == "document":
            break
        depth += (kind == "{") - (kind == "}")
        if kind == "command" and (macro := reading.macros.get(token.text)) is not None:
            needed = macro.is_structure or reading.expands or not token.text.isalpha()
            if needed and reading.put(macro, stream, token.place, token.text):
                continue
        found.append(token)
    stream.put([*found, *([token] if token is not None else [])])
    return None


def _name(stream: Stream) -> str:
    return plain_of(Stream(stream.tokens[-3:][::-1]).group() or ())


def inline(flow: Flow, tokens: Sequence[Token], place: Place) -> None:
    """A formula in the line."""
    tex = " ".join(_source(flow.reading, tokens).split())
    if not tex:
        return
    tex = _closed(tex)
    flow.mark(rf"\({tex}\)" if "$" in tex else f"${tex}$", place)


def _closed(tex: str) -> str:
    """A formula that does not end with a lone backslash."""
    return f"{tex} {{}}" if (len(tex) - len(tex.rstrip("\\"))) % 2 else tex


def display(flow: Flow, name: str, tokens: Sequence[Token], place: Place) -> None:
    """A formula by itself, of an environment whose name is ours."""
    reading = flow.reading
    bare = name.rstrip("*")
    if bare == "math":
        inline(flow, tokens, place)
        return
    numbered = not name.endswith("*")
    if bare in _BY_ROW:
        tex = _rows(reading, tokens, numbered)
    else:
        tex, identifier = _single(reading, tokens, numbered, keeps=bare == "multline")
    lines = _lines(tex)
    if not lines:
        return
    if flow.one:
        flow.mark(
            f"$\\displaystyle {_closed(' '.join(lines))}$"
            if bare == "equation"
            else _begun(name, lines, " "),
            place,
        )
        return
    if bare == "equation":
        end = f"$$ {{#{identifier}}}" if identifier else "$$"
        text = "\n".join(("$$", *lines, end))
    else:
        text = _begun(name, lines, "\n")
    flow.run.add("display", text, place)


def _begun(name: str, lines: Sequence[str], between: str) -> str:
    return between.join((f"\\begin{{{name}}}", *lines, f"\\end{{{name}}}"))


def _lines(tex: str) -> list[str]:
    lines = [" ".join(line.split()) for line in tex.split("\n")]
    return [line for line in lines if line]


def _single(reading: Reading, tokens: Sequence[Token], numbered: bool, *, keeps: bool) -> tuple[str, str]:
    """The source of a formula with one number, and its id; ``keeps``: the label stays in the source."""
    with reading.anchor("eq") as anchor:
        tex = _source(reading, tokens, drops=True)
        has_number = numbered and not _has(tokens, "nonumber", "notag")
        tagged = _has(tokens, "tag")
        if has_number and not tagged:
            tex += _number(reading)
        if has_number and not anchor.id:
            reading.automatic(anchor)
        identifier = anchor.id if has_number or tagged else ""
    if keeps and identifier:
        return f"{tex} \\label{{{identifier}}}", identifier
    return tex, identifier


def _number(reading: Reading) -> str:
    r"""Count an equation; a ``\tag`` where equations are counted by sections."""
    return "".join(rf" \tag{{{number}}}" for number in [reading.counted("equation")] if number)


def _rows(reading: Reading, tokens: Sequence[Token], numbered: bool) -> str:
    """The source of rows with a number each."""
    out: list[str] = []
    for row, end in _split(tokens):
        with reading.anchor("eq") as anchor:
            tex = _source(reading, row, drops=True)
            if not tex.strip() and not end:
                continue
            tagged = _has(row, "tag")
            if tex.strip() and numbered and not tagged and not _has(row, "nonumber", "notag"):
                tex = tex.rstrip() + _number(reading)
                reading.automatic(anchor)
                tagged = True
            if anchor.id and tagged:
                tex = f"{tex.rstrip()} \\label{{{anchor.id}}}"
        out.append(tex.rstrip() + (" " + end if end else ""))
    return "\n".join(out)


def _split(tokens: Sequence[Token]) -> list[tuple[list[Token], str]]:
    r"""The rows of an environment, each with the ``\\`` behind it."""
    found: list[tuple[list[Token], str]] = []
    row: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.kind == "{") - (token.kind == "}")
        if token.kind == "command" and token.text in {"begin", "end"}:
            depth += 1 if token.text == "begin" else -1
        if depth == 0 and token.kind == "command" and token.text == "\\":
            found.append((row, "\\\\"))
            row = []
            continue
        row.append(token)
    found.append((row, ""))
    return found


def _has(tokens: Sequence[Token], *names: str) -> bool:
    return any(token.kind == "command" and token.text.rstrip("*") in names for token in tokens)


def _source(reading: Reading, tokens: Sequence[Token], *, drops: bool = False) -> str:
    """The source of a formula. ``drops``: labels are told, and gone."""
    stream = Stream(tokens)
    out: list[Token] = []
    while (token := stream.take()) is not None:
        kind, name, place = token.kind, token.text, token.place
        if kind == "par":
            out.append(token._replace(source="\n"))
        elif kind != "command":
            out.append(token._replace(source=token.source.replace("``", "“").replace("`", "‘")))
        elif name == "label":
            label = plain_of(stream.argument())
            if drops:
                reading.label(label, place)
        elif name.rstrip("*") in words.REFERENCES:
            label = plain_of(stream.argument())
            target = reading.target(label)
            form = "eqref" if name == "eqref" else "ref"
            source = rf"\{form}{{{target.id if target else guessed(label)}}}"
            out.append(token._replace(kind="text", source=source))
        elif name in _DROPPED:
            stream.option()
        elif name in {"intertext", "shortintertext"}:
            inner = source_of(stream.argument())
            out.append(token._replace(kind="text", source=rf"\text{{{inner}}} \notag \\ "))
        elif name == "ensuremath":
            stream.put(stream.argument())
        elif name == "texorpdfstring":
            first = stream.argument()
            stream.argument()
            stream.put(first)
        elif name in {"hspace*", "operatorname*"} and name == "hspace*":
            out.append(token._replace(source=r"\hspace"))
        else:
            use(reading, name)
            out.append(token)
    return source_of(out)


def use(reading: Reading, name: str) -> None:
    """Note that a formula uses a command of the document, and those that this one uses."""
    todo = [name.rstrip("*")]
    while todo:
        name = todo.pop()
        macro = reading.macros.get(name)
        if macro is None or name in reading.used_macros or not name.isalpha():
            continue
        reading.used_macros[name] = " ".join(macro.source.split())
        todo += [token.text for token in macro.body if token.kind == "command"]
