r"""What environments do: a table of functions by name, called at ``\begin`` with the flow, the name and the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.collect.latex import floats, formulas, words
from acadsite.collect.latex.tokens import CODE, STEPS, UNSEEN, Stream, Token, plain_of, source_of
from acadsite.collect.latex.writing import Row, Run, blocks, code_span, div, escaped, fenced, indented
from acadsite.problems import nearest, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.collect.latex.macros import Kind
    from acadsite.collect.latex.reading import Flow
    from acadsite.collect.latex.tokens import Place

_PLAIN_NAME: Final = re.compile(r"[^*_`$\\\[\]@<>^~&{}\"'#|]+\Z")
_NUMERAL: Final = re.compile(r"\\(arabic|roman|Roman|alph|Alph)\s*\*?")
_LANGUAGES: Final = {"c++": "cpp", "[latex]tex": "latex", "tex": "latex", "sh": "bash", "text": ""}
#: How LaTeX calls the levels of numbered lists.
_LEVELS: Final = ("i", "ii", "iii", "iv")
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_ALGORITHM_BLOCKS: Final = {
    "For": ("For", "EndFor"), "ForEach": ("ForEach", "EndFor"), "ForAll": ("ForAll", "EndFor"),
    "While": ("While", "EndWhile"), "If": ("If", "EndIf"), "uIf": ("If", ""), "lIf": ("If", "EndIf"),
    "ElseIf": ("ElsIf", ""), "uElseIf": ("ElsIf", ""), "lFor": ("For", "EndFor"), "lWhile": ("While", "EndWhile"),
}  # fmt: skip


def begin(flow: Flow, token: Token) -> None:
    r"""``\begin{name}``."""
    name, place = plain_of(flow.stream.argument()), token.place
    reading = flow.reading
    own = reading.environments.get(name)
    if own is not None:
        if reading.put(own.begin, flow.stream, place, name):
            reading.open_environments.append(name)
        return
    function = ENVIRONMENTS.get(name)
    if name in reading.theorems or (function is None and name.rstrip("*") in words.THEOREM_NAMES):
        theorem(flow, name, place)
    elif function is not None:
        function(flow, name, place)
    else:
        unknown(flow, name, place)


def end(flow: Flow, token: Token) -> None:
    r"""``\end{name}``."""
    inner_ = flow.stream.argument()
    name = plain_of(inner_)
    reading = flow.reading
    if name == flow.stop:
        flow.ended = True
    elif name == "document":
        if flow.stop and flow.stop != "document":
            flow.missing_end()
        reading.stopped = True
    elif name in reading.open_environments:
        reading.open_environments.remove(name)
        flow.stream.put(part._replace(place=token.place) for part in reading.environments[name].end)
    elif name in reading.stops:
        # One that is further out: what is between was not ended.
        flow.missing_end()
        flow.ended = True
        braces = (Token(sign, sign, sign, token.place) for sign in "{}")
        flow.stream.put([token, next(braces), *inner_, next(braces)])
    else:
        reading.fail("latex-unbalanced", f"There is no “\\begin{{{name}}}” to this end.", token.place)


def unknown(flow: Flow, name: str, place: Place) -> None:
    """An environment that is not known: its text is read, and its name told."""
    reading = flow.reading
    near = nearest(name, [*ENVIRONMENTS, *reading.environments, *reading.theorems], 0.8)
    hint = f"Did you mean “{near}”?" if near else "Define it with “\\newenvironment” or “\\newtheorem”."
    message = f"The environment {quote(name)} is not known: its text is shown as any other."
    reading.once("latex-unknown", f"begin {name}", message, place, hint)
    options = "".join(f"[{source_of(option)}]" for option in iter(flow.stream.option, None))
    if options:
        flow.mark(code_span(options), place)
    inner(flow, name, place)


def inner(flow: Flow, name: str, place: Place) -> None:
    """What is in an environment, as blocks of their own."""
    flow.flush()
    for part in flow.nested(name, place):
        flow.block(part)


def plain(flow: Flow, name: str, place: Place) -> None:
    """An environment that shows what is in it."""
    _pass(flow, words.PLAIN[name])
    if name in {"appendices", "appendix"}:
        flow.reading.appendix = flow.reading.lettered = True
        flow.reading.sections = []
    if name in words.HEADED:
        flow.block([Row(f"# {words.HEADED[name]} {{.unnumbered}}", place)])
    inner(flow, name, place)


def _pass(flow: Flow, takes: str) -> None:
    for kind in takes:
        if kind == "o":
            flow.stream.option()
        else:
            flow.stream.argument()


def document(flow: Flow, name: str, place: Place) -> None:
    """The text itself: what stood in front of it is no part of it."""
    del place
    flow.run = Run()
    flow.parts.clear()
    flow.reading.preamble = False
    flow.stop = name


def abstract(flow: Flow, name: str, place: Place) -> None:
    """The abstract, which is in the front matter."""
    flow.stream.option()
    flow.reading.expands = True
    parts = flow.nested(name, place)
    flow.reading.abstract.append((place, blocks([*parts, *flow.reading.notes])))
    flow.reading.notes = []
    flow.reading.expands = False


def keywords(flow: Flow, name: str, place: Place) -> None:
    """Keywords in an environment."""
    flow.reading.front.setdefault("keywords", []).append((place, flow.collect(name, place)))


def quotation(flow: Flow, name: str, place: Place) -> None:
    """A quote."""
    flow.stream.option()
    flow.flush()
    flow.block(indented(blocks(flow.nested(name, place)), "> ", "> "))


def verse(flow: Flow, name: str, place: Place) -> None:
    """A poem: its lines stay lines."""
    flow.stream.option()
    flow.flush()
    parts = flow.nested(name, place)
    rows = [[Row(f"| {row.text.removesuffix(chr(92))}", row.place) for row in part] for part in parts]
    flow.block(indented(blocks(rows), "> ", "> "))


# --- lists ---


def items(flow: Flow, name: str, place: Place) -> None:
    """A list."""
    reading = flow.reading
    kind = words.LISTS[name]
    options = source_of(flow.stream.option() or ())
    if name in {"list"}:
        flow.stream.argument()
        flow.stream.argument()
    flow.flush()
    found = _Items(flow, name, place)
    form = _form(options, reading.list_depth if kind == "1" else 0)
    own = reading.macros.get(f"labelenum{_LEVELS[min(reading.list_depth, 3)]}")
    if own is not None and "label" not in options:
        form = re.sub(r"\{enum[iv]+\}", "", source_of(own.body).replace("\\theenum", "\\arabic "))
    reading.list_depth += kind == "1"
    parts = found.read(form if kind == "1" else None)
    reading.list_depth -= kind == "1"
    if not parts:
        return
    if kind == ":":
        flow.block(_definitions(parts))
        return
    rows = _listed(parts, kind, options)
    numeral = _NUMERAL.search(form) if kind == "1" else None
    if numeral is not None and numeral[1] in _TYPES:
        flow.block(div(rows, f"{{type={_TYPES[numeral[1]]}}}", place))
        return
    if flow.parts and _is_list(flow.parts[-1]) and not flow.run:
        flow.block([Row("<!---->", place)])
    flow.block(rows)


def _is_list(rows: Sequence[Row]) -> bool:
    """Whether a block is a list that may follow a paragraph at once."""
    return bool(rows) and re.match(r"- |1\. ", rows[0].text) is not None


class _Items:
    """State of reading the items of one list."""

    def __init__(self, flow: Flow, name: str, place: Place) -> None:
        self.flow, self.name, self.place = flow, name, place

    def read(self, form: str | None) -> list[tuple[Run | None, list[Row], Place]]:
        """The items: label in brackets (None: none), blocks, place."""
        reading = self.flow.reading
        found: list[tuple[Run | None, list[Row], Place]] = []
        tokens = self.flow.collect(self.name, self.place)
        # LaTeX calls an item of an inner list “1a”.
        outer = next((held for held in reversed(reading.anchors) if held.kind == "item"), None)
        above = outer.text if outer is not None and form == r"\alph*" else ""
        for number, (option, inner_, place) in enumerate(_split(tokens), 1):
            label = reading.inline(option) if option is not None else None
            with reading.anchor("item") as anchor:
                anchor.text = label.plain() if label is not None else ""
                if form and label is None:
                    anchor.text = above + _numbered(form, number)
                item = reading.parts(inner_)
                is_tight = all(_is_list(part) for part in item[1:])
                rows = [row for part in item for row in part] if is_tight else blocks(item)
                if anchor.id and rows:
                    first = f"[]{{#{anchor.id}}}{rows[0].text}"
                    rows = [Row(first, rows[0].place), *rows[1:]]
            found.append((label, rows, place))
        return found


def _split(tokens: Sequence[Token]) -> list[tuple[list[Token] | None, list[Token], Place]]:
    """The items in the tokens of a list."""
    found: list[tuple[list[Token] | None, list[Token], Place]] = []
    stream = Stream(tokens)
    depth = 0
    while (token := stream.take()) is not None:
        if token.kind == "command" and token.text in {"begin", "end"}:
            depth += 1 if token.text == "begin" else -1
        if depth == 0 and token.kind == "command" and token.text in {"item", "task"}:
            found.append((stream.option(), [], token.place))
        elif found:
            found[-1][1].append(token)
        elif token.kind not in {"space", "par"}:
            found.append((None, [token], token.place))
    return found


def _form(options: str, depth: int) -> str:
    r"""How the items of a numbered list are numbered: ``(\roman*)`` of enumitem, ``(i)`` of enumerate."""
    label = re.search(r"label\s*=\s*(\{[^{}]*\}|[^,]*)", options)
    if label is not None:
        return label[1].strip("{} ")
    if options and "=" not in options:
        short = re.search(r"[aAiI1]", options)
        if short is not None:
            word = {"a": "alph", "A": "Alph", "i": "roman", "I": "Roman", "1": "arabic"}[short[0]]
            return f"{options[: short.start()]}\\{word}*{options[short.end() :]}"
    return (r"\arabic*", r"\alph*", r"\roman*", r"\Alph*")[min(depth, 3)]


def _numbered(form: str, number: int) -> str:
    """The number of an item, as it is referred to."""
    found = _NUMERAL.search(form)
    if found is None:
        return str(number)
    text = f"{form[: found.start()]}{_numeral(found[1], number)}{form[found.end() :]}"
    return re.sub(r"\\[A-Za-z]+\s*|[{}]", "", text).rstrip(".").strip()


def _numeral(kind: str, number: int) -> str:
    if kind == "arabic":
        return str(number)
    if kind.lower() == "alph":
        text = chr(96 + min(number, 26))
    else:
        text, left = "", min(number, 39)
        for value, letters in _ROMAN:
            while left >= value:
                text, left = text + letters, left - value
    return text.upper() if kind[0].isupper() else text


_TYPES: Final = {"roman": "i", "Roman": "I", "alph": "a", "Alph": "A"}


def _listed(parts: Sequence[tuple[Run | None, list[Row], Place]], kind: str, options: str) -> list[Row]:
    """Items with marks."""
    start = re.search(r"start\s*=\s*(\d+)", options)
    number = int(start[1][:6]) if start else 1
    is_tight = all(len([row for row in rows if not row.text]) == 0 for _, rows, _ in parts)
    made: list[list[Row]] = []
    for label, rows, place in parts:
        mark = "- " if kind == "-" else f"{number}. "
        number += 1
        own = f"{label.line()} " if label is not None and label else ""
        if not rows:
            made.append([Row((mark + own).rstrip() if own else f"{mark}&#32;", place)])
            continue
        if own and re.match(r"```|:::|[-+*] |\d+\. |> |\$\$|\\begin|\|", rows[0].text):
            rows = [Row(own.rstrip(), place), Row("", place), *rows]  # noqa: PLW2901
            own = ""
        made.append(indented(rows, mark + own, " " * len(mark)))
    return [row for part in made for row in part] if is_tight else blocks(made)


def _definitions(parts: Sequence[tuple[Run | None, list[Row], Place]]) -> list[Row]:
    """Terms and what they mean."""
    made: list[list[Row]] = []
    for label, rows, place in parts:
        term = label.line() if label is not None else ""
        body = indented(rows, ": ", "  ") if rows else [Row(": &#32;", place)]
        made.append([Row(term or "&#32;", place), *body])
    return blocks(made)


# --- theorems ---


def theorem(flow: Flow, name: str, place: Place) -> None:
    """A theorem or the like."""
    reading = flow.reading
    kind, number = _kind_of(flow, name)
    word = kind.word or words.THEOREM_NAMES.get(name.rstrip("*"), name)
    printed = _plain_word(word)
    code = words.THEOREMS.get(printed.casefold().rstrip("*"), "")
    option = flow.stream.option()
    flow.flush()
    anchor = reading.new_anchor(code or "thm")
    reading.anchors.append(anchor)
    parts = flow.nested(name, place)
    reading.anchors.remove(anchor)
    title = reading.inline(option) if option else None
    attributes = [f"#{anchor.id}" if anchor.id else f".{words.CLASSES[code or 'thm']}"]
    if kind.starred:
        attributes.append(".unnumbered")
    elif code in {"rem", "sol"} and not anchor.id:
        attributes.append(".numbered")
    head: list[list[Row]] = []
    if title is not None and title:
        plain_title = title.plain()
        if title.is_text and _PLAIN_NAME.match(plain_title):
            attributes.append(f'name="{plain_title}"')
        else:
            head.append([Row(f"## {title.line()}", place)])
    if not code:
        attributes.append(f'word="{printed}"')
    if number and not kind.starred:
        attributes.append(f'tag="{number}"')
    flow.block(div(blocks([*head, *parts]), f"{{{' '.join(attributes)}}}", place))


def _plain_word(word: str) -> str:
    return re.sub(r"[\"{}\\]|\\[A-Za-z]+", "", word.replace("~", " ")).strip() or "Theorem"


def _kind_of(flow: Flow, name: str) -> tuple[Kind, str]:
    """The kind of a theorem, and its number where it is not the one that our own count gives."""
    from acadsite.collect.latex.macros import Kind

    reading = flow.reading
    kind = reading.theorems.get(name) or Kind("", starred=name.endswith("*"))
    if kind.starred:
        return kind, ""
    shared = kind.shares or name
    top = shared
    for _ in range(8):
        above = reading.theorems.get(top)
        if above is None or not above.shares:
            break
        top = above.shares
    users = [other for other, one in reading.theorems.items() if top in {one.shares or other, other}]
    if top == "equation" or top in words.SECTIONS:
        return kind, reading.counted(top)
    counter = f"theorem {top}"
    number = reading.counted(counter)
    code = words.THEOREMS.get(kind.word.casefold() or words.THEOREM_NAMES.get(name, name), "")
    same = [
        other
        for other, one in reading.theorems.items()
        if not one.starred and words.THEOREMS.get(one.word.casefold(), "") == code and other not in users
    ]
    is_ours = not reading.counts or (bool(code) and len(users) < 2 and not same)
    return kind, number or ("" if is_ours else str(reading.counters[counter]))


def proof(flow: Flow, name: str, place: Place) -> None:
    """A proof, perhaps with a name."""
    option = flow.stream.option()
    flow.flush()
    parts = flow.nested(name, place)
    head: list[list[Row]] = []
    attributes = "{.proof}"
    title = flow.reading.inline(option) if option else None
    if title is not None and title:
        if title.is_text and _PLAIN_NAME.match(title.plain()):
            attributes = f'{{.proof name="{title.plain()}"}}'
        else:
            head.append([Row(f"## {title.line()}", place)])
    flow.block(div(blocks([*head, *parts]), attributes, place))


# --- code, drawings, algorithms ---


def raw(flow: Flow, token: Token) -> None:
    """An environment that is one token."""
    name, place = token.value[0], token.place
    reading = flow.reading
    if token.kind == "lost":
        reading.fail(
            "latex-unbalanced", f"The environment {quote(name)} is never ended.", place,
            f"Write “\\end{{{name}}}” where it ends.",
        )  # fmt: skip
    if name in UNSEEN:
        return
    if name in STEPS:
        _steps(flow, token.source, place)
        return
    if name not in CODE:
        message = f"A drawing of {quote(name)} is shown as its source: nothing draws it here."
        hint = "Let LaTeX make a picture of it (class “standalone”), and take it in with “\\includegraphics”."
        reading.warn("latex-drawing", message, place, hint)
        flow.block(_code(token.source, "latex", "", place, 0))
        return
    options = token.value[1] if len(token.value) > 1 else ""
    language = token.value[2] if len(token.value) > 2 else _option(options, "language")
    caption = _option(options, "caption")
    label = _option(options, "label")
    language = _language(language)
    offset = 1 if token.text.startswith("\n") else 0
    rows = _code(token.text.removeprefix("\n"), language, "", place, offset)
    if not caption and not label:
        flow.block(rows)
        return
    with reading.anchor("lst") as anchor:
        if label:
            reading.label(label, place)
        identifier = reading.automatic(anchor)
        inner_ = [rows]
        if caption:
            from acadsite.collect.latex.tokens import tokens_of

            run = reading.inline([part._replace(place=place) for part in tokens_of(caption, place.file)])
            inner_.append([Row(run.line(), place)])
        flow.block(div(blocks(inner_), f"{{#{identifier}}}", place))


def _option(text: str, name: str) -> str:
    found = re.search(rf"(?:^|,)\s*{name}\s*=\s*(\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}|[^,]*)", text)
    if found is None:
        return ""
    value = found[1].strip()
    return value[1:-1] if value.startswith("{") else value


def _language(name: str) -> str:
    name = name.strip().lower()
    name = _LANGUAGES.get(name, name)
    return re.sub(r"\[.*?\]|[^a-z0-9+#-]", "", name)[:40]


def _code(text: str, language: str, attributes: str, place: Place, offset: int) -> list[Row]:
    """Code in a fence; its first line is ``offset`` lines below ``place``."""
    lines = text.rstrip().split("\n")
    rows = [
        Row(line.rstrip(), type(place)(place.file, place.line + offset + at)) for at, line in enumerate(lines)
    ]
    return fenced(rows, f"{language}{attributes}", place)


def _steps(flow: Flow, source: str, place: Place, caption: Run | None = None, identifier: str = "") -> None:
    """The lines of an algorithm."""
    text = re.sub(r"(?<!\\)%.*", "", source)
    is_alone = not identifier and not caption
    rows = _code(text, "pseudocode" if is_alone else "", "", place, 0)
    attributes = f"{{#{identifier}}}" if identifier else "{.algorithm}"
    head = [[Row(f"## {caption.line()}", place)]] if caption is not None and caption else []
    flow.block(rows if is_alone else div(blocks([*head, rows]), attributes, place))


def _captioned(flow: Flow, name: str, place: Place, kind: str) -> tuple[Run | None, list[Token], str]:
    """The caption of a float that is no figure or table, what else is in it, and its id; its labels are taken."""
    reading = flow.reading
    stream = Stream(flow.collect(name, place))
    stream.option()
    caption: Run | None = None
    rest: list[Token] = []
    with reading.anchor(kind) as anchor:
        while (token := stream.take()) is not None:
            if token.kind == "command" and token.text in {"caption", "caption*"}:
                stream.option()
                caption = reading.inline(stream.argument())
            elif token.kind == "command" and token.text == "label":
                reading.label(plain_of(stream.argument()), token.place)
            else:
                rest.append(token)
        identifier = reading.automatic(anchor)
    return caption, rest, identifier


def algorithm(flow: Flow, name: str, place: Place) -> None:
    """An algorithm that floats."""
    reading = flow.reading
    caption, steps, identifier = _captioned(flow, name, place, "alg")
    for token in steps:
        formulas.use(reading, token.text) if token.kind == "command" else None
    listed = next((token for token in steps if token.kind == "raw" and token.value[0] in STEPS), None)
    if listed is not None:
        for word in re.findall(r"\\([A-Za-z]+)", listed.source):
            formulas.use(reading, word)
        _steps(flow, listed.source, listed.place, caption, identifier)
        rest = [token for token in steps if token is not listed]
        if any(token.kind in {"text", "math"} for token in rest):
            flow.block(reading.rows(rest))
        return
    source = _algorithm2e(Stream(steps), 0)
    _steps(flow, "\\begin{algorithmic}\n" + source + "\n\\end{algorithmic}", place, caption, identifier)


def _algorithm2e(stream: Stream, depth: int) -> str:
    """The lines of algorithm2e as ``algorithmic`` has them."""
    out: list[str] = []
    line: list[str] = []

    def end_line() -> None:
        text = " ".join("".join(line).split())
        line.clear()
        if text:
            out.append(f"\\State {text}")

    while (token := stream.take()) is not None:
        name = token.text if token.kind == "command" else ""
        if name in {";", "\\"}:
            end_line()
        elif name in _ALGORITHM_BLOCKS and depth < 20:
            end_line()
            first, last = _ALGORITHM_BLOCKS[name]
            head = source_of(stream.argument())
            body = _algorithm2e(Stream(stream.argument()), depth + 1)
            out += (f"\\{first}{{{head}}}", body)
            out += [f"\\{last}"] if last else []
        elif name in {"eIf"} and depth < 20:
            end_line()
            head = source_of(stream.argument())
            then = _algorithm2e(Stream(stream.argument()), depth + 1)
            other = _algorithm2e(Stream(stream.argument()), depth + 1)
            out += (f"\\If{{{head}}}", then, "\\Else", other, "\\EndIf")
        elif name in {"Else", "uElse", "lElse"} and depth < 20:
            end_line()
            if out and out[-1] == "\\EndIf":
                out.pop()
            out += ("\\Else", _algorithm2e(Stream(stream.argument()), depth + 1), "\\EndIf")
        elif name in {"Repeat"} and depth < 20:
            end_line()
            head = source_of(stream.argument())
            out += ("\\Repeat", _algorithm2e(Stream(stream.argument()), depth + 1), f"\\Until{{{head}}}")
        elif name in {"KwIn", "KwData", "Input", "KwOut", "KwResult", "Output"}:
            end_line()
            word = "Output" if name in {"KwOut", "KwResult", "Output"} else "Input"
            out.append(f"\\{word} {source_of(stream.argument())}")
        elif name in {"KwRet", "Return", "Ret"}:
            end_line()
            out.append(f"\\Return {source_of(stream.argument())}")
            semicolon = stream.peek()
            if semicolon is not None and semicolon.text == ";":
                stream.take()
        elif name in {"tcp", "tcc", "tcp*", "tcc*"}:
            stream.option()
            line.append(f"\\Comment{{{source_of(stream.argument())}}}")
        elif name in {
            "DontPrintSemicolon",
            "SetAlgoLined",
            "LinesNumbered",
            "SetAlgoNoLine",
            "BlankLine",
            "centering",
        }:
            continue
        elif name in {"SetKwInOut", "SetKwFunction", "SetKwData", "SetKwInput"}:
            stream.argument()
            stream.argument()
        elif token.kind == "par":
            end_line()
        else:
            line.append(token.source)
    end_line()
    return "\n".join(out)


def listing(flow: Flow, name: str, place: Place) -> None:
    """Code that floats, with a caption."""
    caption, rest, identifier = _captioned(flow, name, place, "lst")
    rows = flow.reading.rows(rest)
    inner_ = [rows, [Row(caption.line(), place)]] if caption is not None and caption else [rows]
    flow.block(div(blocks(inner_), f"{{#{identifier}}}", place))


def display(flow: Flow, name: str, place: Place) -> None:
    """A formula by itself."""
    tokens = flow.collect(name, place)
    if name.startswith(("alignat", "xalignat", "IEEEeqnarray")):
        stream = Stream(tokens)
        columns = source_of(stream.argument())
        tokens = list(reversed(stream.tokens))
        if "alignat" in name:
            prefix = Token("text", "", f"{{{columns}}}", place)
            tokens = [prefix, *tokens]
    if flow.run and flow.run.pieces[-1].kind != "space":
        flow.space(place)
    formulas.display(flow, words.DISPLAYS[name], tokens, place)


def bib_id(key: str) -> str:
    """The id of an item of ``thebibliography``."""
    return "bib-" + re.sub(r"[^\w]+", "-", key)


def references(flow: Flow, name: str, place: Place) -> None:
    r"""``thebibliography``: a list of what is written there, under the keys that the text cites."""
    reading = flow.reading
    flow.stream.argument()
    tokens = flow.collect(name, place)
    stream = Stream(tokens)
    found: list[tuple[str, list[Token], Place]] = []
    while (token := stream.take()) is not None:
        if token.kind == "command" and token.text == "bibitem":
            given = reading.inline(stream.option() or ()).plain()
            key = plain_of(stream.argument())
            reading.found.items[key] = re.sub(r"\s*\((\d{4}[a-z]?)\).*", r", \1", given) or str(
                len(found) + 1
            )
            found.append((key, [], token.place))
        elif found:
            found[-1][1].append(token)
    rows: list[list[Row]] = []
    for key, inner_, place_ in found:
        content = reading.rows(inner_) or [Row(escaped(key), place_)]
        content[0] = Row(f"[]{{#{bib_id(key)}}}{content[0].text}", content[0].place)
        mark = f"{len(rows) + 1}. "
        rows.append(indented(content, mark, " " * len(mark)))
    if rows:
        flow.block([Row("# References {.unnumbered}", place)])
        flow.block([row for part in rows for row in part])
        message = "The references of “thebibliography” are shown as they are written."
        reading.warn(
            "latex-bibliography", message, place, "Keep them in a .bib file: “\\bibliography{references}”."
        )


ENVIRONMENTS: Final[dict[str, Callable[[Flow, str, Place], None]]] = {
    **dict.fromkeys(words.PLAIN, plain),
    **dict.fromkeys(words.QUOTES, quotation),
    **dict.fromkeys(words.LISTS, items),
    **dict.fromkeys(words.FIGURES, floats.begin),
    **dict.fromkeys(words.TABLES, floats.begin),
    **dict.fromkeys(words.SUBFIGURES, floats.begin),
    **dict.fromkeys(words.TABULARS, floats.tabular),
    **dict.fromkeys(words.DISPLAYS, display),
    **dict.fromkeys(words.ALGORITHMS, algorithm),
    **dict.fromkeys(words.LISTINGS, listing),
    **dict.fromkeys(["proof", "pf"], proof),
    **dict.fromkeys(["keyword", "keywords", "IEEEkeywords"], keywords),
    "document": document, "abstract": abstract, "verse": verse, "thebibliography": references,
}  # fmt: skip
