r"""Algorithms written as LaTeX's ``algorithmic`` has them (``\State``, ``\For{…}``, ``\EndFor``), or plainly with
indented lines, to the lines of an algorithm.

In: the text of a block, and its first line in the file. Out: STEPS with formulas and bold keywords, the caption and
the label. Nothing raises; what is not understood is text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import tree
from acadsite.markup.scholarly import add_text

#: Words in bold where a line is plain.
_KEYWORDS: Final = (
    "and|begin|break|continue|do|each|elif|else|elseif|end|ensure|for|forall|foreach|from|function|if|in|input|loop|not"
    "|or|output|procedure|repeat|require|return|step|then|to|until|while|yield"
)
_PLAIN: Final = re.compile(
    r"\$(?P<math>(?![\s$])(?:[^$\\]|\\.)+)\$|(?P<comment>(?://|▷|#\s).*)|(?<![\w\\])(?P<word>(?i:"
    + _KEYWORDS
    + r"))(?!\w)"
)
_TEX: Final = re.compile(
    r"\$(?P<math>(?:[^$\\]|\\.)+)\$|\\\((?P<round>(?:[^\\]|\\[^)])+)\\\)"
    r"|\\(?P<escaped>[%&#_{}$\\])|\\(?P<command>[A-Za-z]+)\*?|(?P<brace>[{}])|(?P<tie>~)|(?P<dash>---?)"
)
_COMMANDS: Final = re.compile(r"\\[A-Za-z]")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)\*?[ \t]*")
_COMMENT: Final = re.compile(r"(?<!\\)%.*")
_ALGORITHM: Final = re.compile(r"\\(?:begin|end)\s*\{algorithm(?:ic|2e)?\*?\}(?:\[[^\]\n]*\])?")
_STRUCTURE: Final = re.compile(
    r"\\begin\s*\{algorithm|\\(?:State|STATE|For|FOR|While|WHILE|If|IF|Procedure|Function)\b"
)

#: Commands by their name in lower case: words before and behind the argument, and how the indent changes
#: before and after the line.
_LINES: Final = {
    "state": ("", "", 0, 0),
    "statex": ("", "", 0, 0),
    "for": ("for", "do", 0, 1),
    "forall": ("for all", "do", 0, 1),
    "foreach": ("for each", "do", 0, 1),
    "endfor": ("end for", "", -1, 0),
    "while": ("while", "do", 0, 1),
    "endwhile": ("end while", "", -1, 0),
    "if": ("if", "then", 0, 1),
    "elsif": ("else if", "then", -1, 1),
    "elseif": ("else if", "then", -1, 1),
    "else": ("else", "", -1, 1),
    "endif": ("end if", "", -1, 0),
    "repeat": ("repeat", "", 0, 1),
    "until": ("until", "", -1, 0),
    "loop": ("loop", "", 0, 1),
    "endloop": ("end loop", "", -1, 0),
    "procedure": ("procedure", "", 0, 1),
    "endprocedure": ("end procedure", "", -1, 0),
    "function": ("function", "", 0, 1),
    "endfunction": ("end function", "", -1, 0),
    "return": ("return", "", 0, 0),
    "print": ("print", "", 0, 0),
    "require": ("Require:", "", 0, 0),
    "ensure": ("Ensure:", "", 0, 0),
    "input": ("Input:", "", 0, 0),
    "output": ("Output:", "", 0, 0),
    "comment": ("", "", 0, 0),
}
_UNNUMBERED: Final = frozenset({"require", "ensure", "input", "output", "statex"})
_FACES: Final = {"textbf": tree.STRONG, "textit": tree.EMPHASIS, "emph": tree.EMPHASIS, "texttt": tree.CODE}
_DEEPEST: Final = 20


class Pseudocode(NamedTuple):
    """What was read: STEPS, a CAPTION or None, and the label (empty for none)."""

    steps: Element
    caption: Element | None
    label: str


def parsed(text: str, line: int) -> Pseudocode:
    """The algorithm in ``text``, whose first line is ``line`` of its file."""
    steps = Element(tree.STEPS, {tree.LINE: str(line)})
    if _STRUCTURE.search(text):
        return _from_commands(text, line, steps)
    for number, written in enumerate(text.split("\n"), line):
        content = written.strip()
        if content:
            width = len(written.expandtabs(4)) - len(written.expandtabs(4).lstrip())
            _plain(_step(steps, width, number), content)
    _even_indents(steps)
    return Pseudocode(steps, None, "")


def _step(steps: Element, indent: int, line: int) -> Element:
    return SubElement(
        steps, tree.STEP, {tree.INDENT: str(max(0, min(indent, _DEEPEST * 8))), tree.LINE: str(line)}
    )


def _even_indents(steps: Element) -> None:
    """Blanks before a line to levels: each deeper width seen is one level."""
    open_: list[int] = []
    for step in steps:
        width = int(step.get(tree.INDENT, "0"))
        while open_ and open_[-1] > width:
            open_.pop()
        if not open_ or open_[-1] < width:
            open_.append(width)
        step.set(tree.INDENT, str(min(len(open_) - 1, _DEEPEST)))


def _plain(step: Element, content: str) -> None:
    """A line of plain pseudocode: formulas, bold keywords, a comment."""
    position = 0
    for found in _PLAIN.finditer(content):
        add_text(step, content[position : found.start()])
        position = found.end()
        if found["math"] is not None:
            _formula(step, found["math"])
        elif found["comment"] is not None:
            SubElement(step, tree.EMPHASIS, {"class": "comment"}).text = found["comment"]
        else:
            SubElement(step, tree.STRONG).text = found["word"]
    add_text(step, content[position:])


def _formula(step: Element, tex: str) -> None:
    SubElement(step, tree.MATH, {tree.DISPLAY: "inline"}).text = tex


# --- LaTeX -----------------------------------------------------------------------------------------------------


def _from_commands(text: str, line: int, steps: Element) -> Pseudocode:
    text = _ALGORITHM.sub("", _COMMENT.sub("", text))
    caption: Element | None = None
    label = ""
    indent = position = 0
    current: Element | None = None
    while position < len(text):
        found = _COMMAND.search(text, position)
        name = found[1].lower() if found else ""
        if found is None or (name not in _LINES and name not in {"caption", "label"}):
            end = found.end() if found else len(text)
            current = _go_on(steps, current, text[position:end], indent, line + text.count("\n", 0, position))
            position = end
            continue
        current = _go_on(
            steps, current, text[position : found.start()], indent, line + text.count("\n", 0, position)
        )
        number = line + text.count("\n", 0, found.start())
        position = found.end()
        if name in {"caption", "label"}:
            inner, position = _argument(text, position)
            if name == "label":
                label = inner.strip()
            else:
                caption = Element(tree.CAPTION, {tree.LINE: str(number)})
                _tex(caption, inner)
            continue
        if name == "comment":
            inner, position = _argument(text, position)
            target = current if current is not None else _step(steps, indent, number)
            _flush(target)
            add_text(target, " ")
            note = SubElement(target, tree.EMPHASIS, {"class": "comment"})
            note.text = "▷ "
            _tex(note, inner)
            continue
        before, behind, change, after = _LINES[name]
        inner = ""
        if name == "until" or before in {"for", "for all", "for each", "while", "if", "else if"}:
            inner, position = _argument(text, position)
        arguments: list[str] = []
        while name in {"procedure", "function"} and text[position : position + 1] == "{":
            more, position = _argument(text, position)
            arguments.append(more)
        if (
            name == "return"
            and current is not None
            and "pending" in current.attrib
            and not current.get("pending")
        ):
            SubElement(current, tree.STRONG).text = before
            add_text(current, " ")
            continue
        indent = max(0, indent + change)
        _close(current)
        current = _step(steps, indent, number)
        current.set("pending", "")
        if name in _UNNUMBERED:
            current.set("unnumbered", "yes")
        if before:
            SubElement(current, tree.STRONG).text = before
        if inner or arguments:
            add_text(current, " ")
        if arguments:
            SubElement(current, tree.SPAN, {"class": "small-caps"}).text = arguments[0]
            for more in arguments[1:]:
                add_text(current, "(")
                _tex(current, more)
                add_text(current, ")")
        elif inner:
            _tex(current, inner)
        if behind:
            add_text(current, " ")
            SubElement(current, tree.STRONG).text = behind
        elif before and not inner and not arguments:
            add_text(current, " ")
        indent += after
    _close(current)
    for step in list(steps):
        step.attrib.pop("pending", None)
        if not len(step) and not (step.text or "").strip():
            steps.remove(step)
    return Pseudocode(steps, caption, label)


def _go_on(steps: Element, current: Element | None, text: str, indent: int, line: int) -> Element | None:
    """More text of the line that is open; text before the first command is a line of its own."""
    if current is None:
        if not text.strip():
            return None
        current = _step(steps, indent, line)
        current.set("pending", "")
    current.set("pending", current.get("pending", "") + text)
    return current


def _flush(step: Element) -> None:
    """Read the text that was held back for a step."""
    text = " ".join(step.get("pending", "").split())
    step.set("pending", "")
    if text:
        _tex(step, text)


def _close(step: Element | None) -> None:
    if step is None:
        return
    _flush(step)
    if len(step):
        step[-1].tail = (step[-1].tail or "").rstrip() or None


def _argument(text: str, position: int) -> tuple[str, int]:
    """The group in braces at ``position``, and where it ends."""
    while position < len(text) and text[position].isspace():
        position += 1
    if text[position : position + 1] != "{":
        return "", position
    depth = 0
    for index in range(position, len(text)):
        char = text[index]
        if text[index - 1] == "\\" and index > position:
            continue
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return text[position + 1 : index], index + 1
    return text[position + 1 :], len(text)


def _tex(target: Element, text: str, depth: int = 0) -> None:
    """Text with formulas and a few commands of LaTeX."""
    position = 0
    while found := _TEX.search(text, position):
        add_text(target, text[position : found.start()])
        position = found.end()
        if (tex := found["math"] or found["round"]) is not None:
            _formula(target, tex)
        elif found["escaped"] is not None:
            add_text(target, found["escaped"])
        elif found["tie"] is not None:
            add_text(target, "\N{NO-BREAK SPACE}")
        elif found["dash"] is not None:
            add_text(target, "—" if len(found["dash"]) == 3 else "–")
        elif (name := found["command"]) is not None:
            position = _inner_command(target, text, name, position, depth)
    add_text(target, text[position:])


def _inner_command(target: Element, text: str, name: str, position: int, depth: int) -> int:
    lower = name.lower()
    if lower in {"return", "and", "or", "not", "to", "true", "false"} and name[0].isupper():
        SubElement(target, tree.STRONG).text = lower
        return position
    if lower == "call" and name[0].isupper():
        inner, position = _argument(text, position)
        SubElement(target, tree.SPAN, {"class": "small-caps"}).text = inner
        inner, position = _argument(text, position)
        add_text(target, "(")
        _tex(target, inner, depth + 1)
        add_text(target, ")")
        return position
    if text[position : position + 1] != "{" or depth > _DEEPEST:
        add_text(target, f"\\{name}")
        return position
    inner, position = _argument(text, position)
    face = _FACES.get(name)
    if face == tree.CODE:
        SubElement(target, tree.CODE).text = inner
    else:
        _tex(SubElement(target, face) if face else target, inner, depth + 1)
    return position
