r"""TeX formulas to MathML, by math-core with what it lacks.

``mathml(tex, display)`` gives the MathML or what is wrong; it never raises and never lets math-core overflow the
stack. Three parts: a guard (math-core recurses, and a formula nested 300 deep kills a process with a small stack),
a pre-pass that rewrites what math-core does not know or gets silently wrong, and a small post-pass over its output.
Why each of them is needed was measured on 2,300 formulas of papers, decks and function lists.
"""

from __future__ import annotations

import html
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from math_core import LatexError, LatexToMathML

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Deepest nesting of groups, fences and environments in a formula, and of elements in what becomes of it.
DEEPEST: Final = 100
DEEPEST_ELEMENTS: Final = 300
#: Deepest nesting within the body of a macro.
DEEPEST_BODY: Final = 20
#: Opening brackets that no closing one follows: math-core takes twice the time for each (``((((…``: 0.15 s at 20).
MOST_OPEN: Final = 18
#: Characters, and commands and groups; 200,000 letters take 40 ms.
LONGEST: Final = 100_000
MOST_COMMANDS: Final = 20_000
#: Bytes. math-core takes about 1.7 KB a level; 1,000 expansions of 20 levels each, and 20,000 commands that are
#: each the argument of the one before, both fit. Only what is used of it is ever given by the system.
_STACK: Final = 128 * 1024 * 1024

#: Macros that math-core gets at the start; the number of arguments is read from the body.
MACROS: Final = {
    "pmb": r"\boldsymbol{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "mathnormal": "#1",
    "mathsfit": r"\mathsf{#1}",
    **dict.fromkeys(["textnormal", "textup", "textmd", "hbox", "mbox", "clap", "llap", "rlap"], r"\text{#1}"),
    **dict.fromkeys(["mathclap", "mathllap", "mathrlap", "vcenter", "ensuremath"], "#1"),
    "nicefrac": "{#1}/{#2}",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    **dict.fromkeys(["dotsb", "dotsi", "dotsm"], r"\cdots"),
    **dict.fromkeys(["dotsc", "dotso", "mathellipsis", "hdots"], r"\ldots"),
    **dict.fromkeys(["intop", "smallint"], r"\int"),
    **dict.fromkeys(["centerdot", "sdot"], r"\cdot"),
    "smallsetminus": r"\setminus",
    "thickapprox": r"\approx",
    "thicksim": r"\sim",
    "varpropto": r"\propto",
    "shortmid": r"\mid",
    "shortparallel": r"\parallel",
    "nshortmid": r"\nmid",
    "nshortparallel": r"\nparallel",
    "smallfrown": r"\frown",
    "smallsmile": r"\smile",
    "varinjlim": r"\mathop{\underrightarrow{\lim}}",
    "varprojlim": r"\mathop{\underleftarrow{\lim}}",
    "varliminf": r"\mathop{\underline{\lim}}",
    "varlimsup": r"\mathop{\overline{\lim}}",
    **{name: rf"\mathrm{{{name}}}" for name in ("TeX", "LaTeX", "KaTeX")},
    **dict.fromkeys(["allowbreak", "nobreak"], "{}"),
    "abs": r"\left|#1\right|",
    "norm": r"\left\|#1\right\|",
}


class Fault(NamedTuple):
    """Why a formula could not be done: a sentence part, and the offset in characters into the TeX (0 when not
    known)."""

    message: str
    offset: int


class Formula(NamedTuple):
    """MathML, or None and the fault."""

    mathml: str | None
    fault: Fault | None


@lru_cache(maxsize=8192)
def mathml(tex: str, display: bool = False, preamble: str = "") -> Formula:
    r"""The MathML of ``tex``: a ``<math>`` element with the TeX in its ``alttext``, safe in HTML.

    ``display`` sets it as a block. ``preamble`` holds definitions (``\def``, ``\newcommand``) of the document or
    site that ``tex`` may use.
    """
    source = tex.strip()
    if not source:
        return Formula("", None)
    if fault := _refused(source):
        return Formula(None, fault)
    prepared = _prepared(source, display)
    if _DEFAULT in preamble or _DEFAULT in prepared:
        prepared = _with_defaults(prepared, preamble)
    if preamble:
        prepared = _definitions_used(preamble, prepared) + prepared
    if _most_open(prepared) > MOST_OPEN:
        return Formula(None, Fault(f"more than {MOST_OPEN} brackets are open", 0))
    for name, text in _definitions(prepared):
        if _depth(text)[0] > DEEPEST_BODY:
            return Formula(None, Fault(f"the macro {name} nests more than {DEEPEST_BODY} levels deep", 0))
    out = _converted(prepared, display)
    if isinstance(out, LatexError):
        return Formula(None, _fault(out, source, prepared, tex, display))
    return Formula(_finished(out, source), None)


def definitions(tex: str) -> str:
    r"""The macro definitions in ``tex``, for the formulas after it; empty when there are none."""
    if "\\" not in tex or not _DEFINES.search(tex):
        return ""
    return "".join(text for _, text in _definitions(_prepared(tex, display=False)))


def macros(given: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    r"""The definitions that a mapping of macros gives (``macros:`` in front matter or ``site.yaml``), as TeX, and the
    names of those that are none. A value is TeX, or TeX and the number of arguments; ``#1`` says that there are
    some. Names may have their backslash."""
    out: list[str] = []
    wrong: list[str] = []
    for name, value in given.items():
        word = name.removeprefix("\\")
        body, *rest = value if isinstance(value, (list, tuple)) and value else (value,)
        text = str(body) if isinstance(body, (str, int, float)) else ""
        asked = max((int(digit) for digit in re.findall(r"#([1-9])", text)), default=0)
        count = rest[0] if rest and isinstance(rest[0], int) else asked
        if (
            not re.fullmatch(r"[A-Za-z]+", word)
            or not text
            or not asked <= count <= 9
            or not _is_balanced(text)
        ):
            wrong.append(name)
        else:
            out.append(rf"\def\{word}" + "".join(f"#{n + 1}" for n in range(count)) + f"{{{text}}}")
    return "".join(out), tuple(wrong)


def _is_balanced(tex: str) -> bool:
    level = 0
    for step in _STEP.finditer(tex):
        level += (step[0] == "{") - (step[0] == "}")
        if level < 0:
            return False
    return level == 0


@lru_cache(maxsize=1)
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False, allow_unreliable_rendering=True, macros=MACROS)


def _fault(error: LatexError, source: str, prepared: str, tex: str, display: bool) -> Fault:
    """The message without math-core's offset, and the offset where it is one into ``tex``."""
    place, _, message = str(error).partition(": ")
    if prepared != source:
        # The offset is into the rewritten text. When the original has the same fault, its offset is the one.
        first = _converted(source, display)
        place = str(first).removesuffix(f": {message}") if isinstance(first, LatexError) else ""
    return Fault(message or str(error), int(place) + tex.index(source) if place.isdecimal() else 0)


# --- guard -----------------------------------------------------------------------------------------------------

_STEP: Final = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.DOTALL)
_DEFINES: Final = re.compile(r"\\(?:[gex]?def|(?:re|provide)?newcommand|DeclareMathOperator|let)(?![A-Za-z])")
_TAG: Final = re.compile(r"<(/?)[a-z]+[^>]*?(/?)>")
_STARTING: Final = threading.Lock()


def _refused(tex: str) -> Fault | None:
    """What is not given to math-core at all."""
    if len(tex) > LONGEST:
        return Fault(f"the formula is longer than {LONGEST} characters", 0)
    steps = tex.count("{") + tex.count("\\")
    if steps <= DEEPEST:
        return None
    if steps > MOST_COMMANDS:
        return Fault(f"the formula has more than {MOST_COMMANDS} commands", 0)
    depth, offset = _depth(tex)
    return Fault(f"nested more than {DEEPEST} levels deep", offset) if depth > DEEPEST else None


def _depth(tex: str) -> tuple[int, int]:
    r"""How deep braces, ``\left`` and ``\begin`` nest, and where they are deepest."""
    level = deepest = where = 0
    for step in _STEP.finditer(tex):
        token = step[0]
        if token in {"{", r"\left", r"\begin"}:
            level += 1
            if level > deepest:
                deepest, where = level, step.start()
        elif token in {"}", r"\right", r"\end"}:
            level -= level > 0
    return deepest, where


_BRACKETS: Final = re.compile(
    r"\\(?:left|right)(?![A-Za-z])\s*(?:\\?.)?|\\(?:[A-Za-z]+|.)|[()\[\]⟨⟩⌊⌋⌈⌉⟦⟧⟪⟫⟬⟭⎰⎱⌜⌝⌞⌟⦅⦆⦃⦄⟮⟯]", re.DOTALL
)
_OPENING: Final = frozenset("([⟨⌊⌈⟦⟪⟬⎰⌜⌞⦅⦃⟮") | {
    r"\{", r"\langle", r"\lang", r"\lAngle", r"\llangle", r"\lbrace", r"\lBrace", r"\lbrack", r"\llbracket", r"\lceil",
    r"\lfloor", r"\lgroup", r"\lmoustache", r"\lparen", r"\llparenthesis", r"\lvert", r"\lVert", r"\ulcorner",
    r"\llcorner",
}  # fmt: skip
_CLOSING: Final = frozenset(")]⟩⌋⌉⟧⟫⟭⎱⌝⌟⦆⦄⟯") | {
    r"\}", r"\rangle", r"\rang", r"\rAngle", r"\rrangle", r"\rbrace", r"\rBrace", r"\rbrack", r"\rrbracket", r"\rceil",
    r"\rfloor", r"\rgroup", r"\rmoustache", r"\rparen", r"\rrparenthesis", r"\rvert", r"\rVert", r"\urcorner",
    r"\lrcorner",
}  # fmt: skip


def _most_open(tex: str) -> int:
    """How many brackets are open at once in prepared TeX, those that its macros open included."""
    if not _DEFINES.search(tex):
        return _open_in(tex, {}) if len(tex) > MOST_OPEN else 0
    bodies = [(name, text[max(text.find("{"), text.rfind("=\\")) :]) for name, text in _definitions(tex)]
    macros: dict[str, int] = {}
    before: dict[str, int] | None = None
    while macros != before:  # a macro may use one that is defined after it
        before = dict(macros)
        for name, body in bodies:
            macros[name] = min(_open_in(body, macros), MOST_OPEN + 1)
    return _open_in(tex, macros)


def _open_in(tex: str, macros: dict[str, int]) -> int:
    level = most = 0
    for found in _BRACKETS.finditer(tex):
        token = found[0]
        if token in _OPENING:
            level += 1
        elif token in _CLOSING:
            level -= level > 0
        else:
            level += macros.get(token, 0)
        most = max(most, level)
    return most


def _converted(tex: str, display: bool) -> str | LatexError:
    """math-core's answer. What may nest deep without braces (``\\sqrt\\sqrt…``, macros) is done by a thread with a
    stack for it."""
    if tex.count("{") + tex.count("\\") <= DEEPEST and not _DEFINES.search(tex):
        return _answer(tex, display)
    answers: list[str | LatexError] = []
    with _STARTING:  # the size holds for all threads that start until it is set back
        before = threading.stack_size(_STACK)
        try:
            thread = threading.Thread(target=lambda: answers.append(_answer(tex, display)))
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    answer = answers[0] if answers else LatexError("0: math-core failed")
    if isinstance(answer, str):
        level = deepest = 0
        for tag in _TAG.finditer(answer):
            level += -1 if tag[1] else not tag[2]
            deepest = max(deepest, level)
        if deepest > DEEPEST_ELEMENTS:
            return LatexError(f"0: nested more than {DEEPEST} levels deep")
    return answer


def _answer(tex: str, display: bool) -> str | LatexError:
    try:
        return str(_converter().convert_with_local_state(tex, displaystyle=display))
    except LatexError as error:
        return error
    except UnicodeEncodeError as error:
        return LatexError(f"{error.start}: Not a character.")


# --- pre-pass --------------------------------------------------------------------------------------------------

#: Nothing of the pre-pass is needed when none of these occurs.
_TRIGGER: Final = re.compile(
    r"\\\\|\$|\\\(|\\(?:re|provide)?newcommand|\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE"
    r"|huge|Huge|smash|rule|f?colorbox|cr|newline|operatorname|mathop|label|tag|notag|nonumber|eqref|ref|verb|href"
    r"|begin|sout|DeclareMathOperator|textcolor|color|kern|limits)(?![A-Za-z])"
)
_LENGTH: Final = r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\s*(?:ex|em|pt|cm|mm|in|mu|pc|bp|sp|\\[A-Za-z]+)"
_SIZES: Final = "tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge"

#: Replacements in this order, each on the whole text.
_SIMPLE: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"\\\\\*?\s*\[\s*{_LENGTH}\s*\]", r"\\\\"),
        (r"\\\\\*", r"\\\\"),
        (rf"\\(?:{_SIZES}|notag|nonumber|nolimits)(?![A-Za-z])", ""),
        (r"\\(?:cr|newline)(?![A-Za-z])", r"\\\\"),
        (r"\\smash\s*(?:\[[tb]\])?(?![A-Za-z])", ""),
        (r"\\rule\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*\{[^{}]*\}", r"\\;"),
        (r"\\fcolorbox\s*\{[^{}]*\}\s*\{[^{}]*\}\s*\{([^{}]*)\}", r"\\boxed{\\text{\1}}"),
        (r"\\colorbox\s*\{[^{}]*\}\s*\{([^{}]*)\}", r"\\text{\1}"),
        (r"\\sout(?![A-Za-z])", r"\\xcancel"),
        (r"\\textcolor\s*\{#([0-9A-Fa-f]{6})\}\s*\{", r"{\\color[HTML]{\1} "),
        (r"\\color\s*\{#([0-9A-Fa-f]{6})\}", r"\\color[HTML]{\1}"),
        (r"\\kern\s*\{([^{}]*)\}", r"\\kern\1 "),
        (r"\\(begin|end)\{([pbvBV]?matrix)\*\}(?:\[[lcr]\])?", r"\\\1{\2}"),
        (r"\\(begin|end)\{(?:split|align\*?|flalign\*?)\}", r"\\\1{aligned}"),
        (r"\\(begin|end)\{(?:gather|multline)\*?\}", r"\\\1{gathered}"),
        (r"\\(begin|end)\{smallmatrix\}", r"\\\1{matrix}"),
        (r"\\begin\{alignat(?:ed)?\*?\}\s*\{[^{}]*\}", r"\\begin{aligned}"),
        (r"\\end\{alignat(?:ed)?\*?\}", r"\\end{aligned}"),
        (r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}", ""),
        (r"\\label\s*\{[^{}]*\}", ""),
        (r"\\eqref\s*\{([^{}]*)\}", r"(\\text{\1})"),
        (r"\\ref\s*\{([^{}]*)\}", r"\\text{\1}"),
        (r"\\tag\*\s*\{([^{}]*)\}", r"\\qquad\\text{\1}"),
        (r"\\tag\s*\{([^{}]*)\}", r"\\qquad(\\text{\1})"),
        (r"\\href\s*\{[^{}]*\}\s*(?=\{)", ""),
        (
            r"\\(?:(?:re|provide)?newcommand)\s*\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*(?:\[([1-9])\])?\s*(?:\[([^\[\]]*)\])?\s*(?=\{)",
            lambda found: (
                (rf"\def{found[1] or found[2]}{_DEFAULT}{{{found[4]}}}" if found[4] is not None else "")
                + rf"\def{found[1] or found[2]}"
                + "".join(f"#{n + 1}" for n in range(int(found[3] or 0)))
            ),
        ),
        (
            r"\\DeclareMathOperator\s*(\*?)\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}",
            lambda found: rf"\def{found[2] or found[3]}{{\operatorname{found[1]}{{{found[4]}}}}}",
        ),
        (r"\\verb\*?([^A-Za-z\s*])(.*?)\1", lambda found: rf"\texttt{{{_tex_escaped(found[2])}}}"),
    )
)
_EQNARRAY: Final = re.compile(r"\\begin\{eqnarray\*?\}(.*?)\\end\{eqnarray\*?\}", re.DOTALL)
_MATH_IN_TEXT: Final = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$|\\\(((?:[^\\]|\\[^)])*)\\\)")
_SCRIPTED: Final = re.compile(r"\\mathop\s*(?=\{)")
_OPERATOR: Final = re.compile(r"\\operatorname(\*?)\s*(?=\{)")
_SPACES_ONLY: Final = re.compile(r"\\[,;:! ]|\\[A-Za-z]*space|[^\\]")


def _tex_escaped(text: str) -> str:
    return re.sub(
        r"([\\{}$&#^_%~])",
        lambda found: rf"\char{ord(found[1])} " if found[1] == "\\" else "\\" + found[1],
        text,
    )


def _prepared(tex: str, display: bool) -> str:
    """``tex`` rewritten for math-core."""
    if r"\text" in tex and _TYPED.search(tex):
        tex = _typeset_text(tex)
    if not _TRIGGER.search(tex):
        return tex
    for pattern, replacement in _SIMPLE:
        tex = pattern.sub(replacement, tex)
    if "eqnarray" in tex:
        tex = _EQNARRAY.sub(_aligned, tex)
    if "$" in tex or r"\(" in tex:
        tex = _split_text(tex)
    if r"\operatorname" in tex:
        tex = _OPERATOR.sub("\x00\\1", tex)
        tex = _operators(tex)
    if display and r"\mathop" in tex:
        tex = _limits(tex)
    if "\\\\" in tex and display and r"\begin" not in tex and not _DEFINES.search(tex):
        name = "aligned" if re.search(r"(?<!\\)&", tex) else "gathered"
        tex = rf"\begin{{{name}}}{tex}\end{{{name}}}"
    return tex


def _aligned(found: re.Match[str]) -> str:
    r"""``eqnarray`` has ``a &=& b``; ``aligned`` wants one ``&``."""
    rows = [re.sub(r"(?<!\\)&([^&]*?)(?<!\\)&", r"&\1", row, count=1) for row in found[1].split("\\\\")]
    return r"\begin{aligned}" + "\\\\".join(rows) + r"\end{aligned}"


def _group_end(tex: str, start: int) -> int:
    """The offset behind the group that begins with the brace at ``start``; -1 when it is not closed."""
    level = 0
    for step in _STEP.finditer(tex, start):
        if step[0] == "{":
            level += 1
        elif step[0] == "}":
            level -= 1
            if not level:
                return step.end()
    return -1


#: What a macro is called that holds the default of another one's optional argument.
_DEFAULT: Final = "Zdefault"
_WITH_DEFAULT: Final = re.compile(r"(\\[A-Za-z]+)" + _DEFAULT + r"\Z")


def _with_defaults(tex: str, preamble: str) -> str:
    r"""``tex`` with every optional argument as an ordinary one: ``\x[a]`` is ``\x{a}``, ``\x`` without one gets its
    default."""
    known = {**(_known(preamble) if preamble else {}), **dict(_definitions(tex))}
    for name, text in known.items():
        if found := _WITH_DEFAULT.match(name):
            default = text[text.index("{") + 1 : -1]
            use = re.compile(rf"(?<!\\def){re.escape(found[1])}(?![A-Za-z])\s*(?:\[([^\[\]]*)\])?")
            tex = use.sub(
                lambda use, name=found[1], default=default: (  # type: ignore[misc]
                    rf"{name}{{{default if use[1] is None else use[1]}}}"
                ),
                tex,
            )
    return tex


_TYPED: Final = re.compile(r"\"|--|``|''")
_TYPEWRITTEN: Final = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_QUOTED: Final = re.compile(r'"([^"]*)"')


def _typeset_text(tex: str) -> str:
    r"""Quotes and dashes in ``\text{…}`` as TeX would set them (``"a"`` as people mean it)."""
    out: list[str] = []
    position = 0
    while found := _TEXT.search(tex, position):
        end = _group_end(tex, found.end())
        if end < 0:
            break
        inner = _QUOTED.sub(r"“\1”", tex[found.end() : end])
        for written, meant in _TYPEWRITTEN:
            inner = inner.replace(written, meant)
        out += (tex[position : found.end()], inner)
        position = end
    return "".join(out) + tex[position:]


_TEXT: Final = re.compile(r"\\(text(?:rm|it|bf|sf|tt|normal|up)?|mbox|hbox)\s*(?=\{)")


def _split_text(tex: str) -> str:
    r"""``\text{if $x$}`` becomes ``{\text{if }{x}\text{}}``."""
    out: list[str] = []
    position = 0
    while found := _TEXT.search(tex, position):
        end = _group_end(tex, found.end())
        if end < 0:
            break
        inner = tex[found.end() + 1 : end - 1]
        out.append(tex[position : found.start()])
        if _MATH_IN_TEXT.search(inner):
            name = found[1]
            pieces = _MATH_IN_TEXT.sub(lambda m, name=name: rf"}}{{{m[1] or m[2]}}}\{name}{{", inner)  # type: ignore[misc]
            out.append(rf"{{\{name}{{{pieces}}}}}")
        else:
            out.append(tex[found.start() : end])
        position = end
    return "".join(out) + tex[position:]


def _operators(tex: str) -> str:
    r"""``\operatorname`` takes plain text and spaces only; anything else becomes an upright ``\mathop``."""
    out: list[str] = []
    position = 0
    while (found := tex.find("\x00", position)) >= 0:
        star = tex[found + 1 : found + 2] == "*"
        brace = found + 1 + star
        end = _group_end(tex, brace)
        out.append(tex[position:found])
        inner = tex[brace + 1 : end - 1] if end >= 0 else ""
        if end >= 0 and "\\" in _SPACES_ONLY.sub("", inner):
            out.append(rf"\mathop{{\mathrm{{{inner.replace(chr(0), chr(92) + 'operatorname')}}}}}")
            position = end
        else:
            out.append(r"\operatorname" + "*" * star)
            position = brace
    return "".join(out) + tex[position:]


_SCRIPT: Final = re.compile(r"\s*(?:\\limits\s*)?([_^])\s*(?:(?=\{)|([^\s{}\\_^&]|\\[A-Za-z]+))")


def _limits(tex: str) -> str:
    r"""In display style, ``\mathop{X}_{a}^{b}`` has its scripts below and above."""
    out: list[str] = []
    position = 0
    while found := _SCRIPTED.search(tex, position):
        end = _group_end(tex, found.end())
        if end < 0:
            break
        scripts: dict[str, str] = {}
        behind = end
        while (script := _SCRIPT.match(tex, behind)) and script[1] not in scripts:
            if script[2] is not None:
                scripts[script[1]], behind = f"{{{script[2]}}}", script.end()
            else:
                close = _group_end(tex, script.end())
                if close < 0:
                    break
                scripts[script[1]], behind = tex[script.end() : close], close
        out.append(tex[position : found.start()])
        core = tex[found.start() : end]
        if "^" in scripts:
            core = rf"\overset{scripts['^']}{{{core}}}"
        if "_" in scripts:
            core = rf"\underset{scripts['_']}{{{core}}}"
        out.append(core)
        position = behind if scripts else end
    return "".join(out) + tex[position:]


_DEF: Final = re.compile(
    r"\\[gex]?def\s*(\\[A-Za-z]+)\s*((?:#[1-9])*)\s*(?=\{)|\\let\s*(\\[A-Za-z]+)\s*=?\s*\\(?:[A-Za-z]+|.)"
)


def _definitions(tex: str) -> list[tuple[str, str]]:
    """The definitions in prepared TeX: name with its backslash, and the whole definition."""
    found = []
    position = 0
    while match := _DEF.search(tex, position):
        end = match.end() if match[3] else _group_end(tex, match.end())
        if end < 0:
            break
        found.append((match[1] or match[3], tex[match.start() : end]))
        position = end
    return found


@lru_cache(maxsize=256)
def _known(preamble: str) -> dict[str, str]:
    return dict(_definitions(_prepared(preamble, display=False)))


def _definitions_used(preamble: str, tex: str) -> str:
    """Those definitions of ``preamble`` that ``tex`` needs, each followed by what it needs in turn."""
    known = _known(preamble)
    used: dict[str, str] = {}
    todo = [name for name in re.findall(r"\\[A-Za-z]+", tex) if name in known]
    while todo:
        name = todo.pop()
        if name not in used:
            used[name] = known[name]
            todo += [other for other in re.findall(r"\\[A-Za-z]+", known[name]) if other in known]
    return "".join(text for name, text in known.items() if name in used)


# --- post-pass -------------------------------------------------------------------------------------------------

_SCRIPT_LEVEL: Final = re.compile(r'(<mtable[^>]*?) scriptlevel="[^"]*"')
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")


#: Accents as combining characters may not stand alone in an element; these mean the same.
_SPACING: Final = str.maketrans(
    "\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u030a\u030c\u0332\u20d6\u20d7",
    "`\u00b4\u02c6\u02dc\u00af\u203e\u02d8\u02d9\u00a8\u02da\u02c7\u203e\u2190\u2192",
)
_ACCENT: Final = re.compile("(?<=>)[\u0300-\u0308\u030a\u030c\u0332\u20d6\u20d7](?=<)")


#: ``displaystyle`` and ``scriptlevel`` belong to every element in MathML Core, but to these alone in MathML 3,
#: which checkers of HTML and older renderers follow.
_STYLED: Final = re.compile(r'<(mrow|mfrac)((?: (?:displaystyle|scriptlevel)="[^"]*")+)([^>]*)>')
_ELEMENT: Final = re.compile(r"<(/?)([a-z]+)[^>]*?(/?)>")


def _with_styles(out: str) -> str:
    """Style attributes of rows and fractions moved to an ``mstyle`` around them (or in place of the row)."""
    parts: list[str] = []
    endings: list[str] = []
    at = 0
    for tag in _ELEMENT.finditer(out):
        parts.append(out[at : tag.start()])
        at = tag.end()
        if tag[1]:
            parts.append(endings.pop() if endings else tag[0])
            continue
        styled = _STYLED.fullmatch(tag[0])
        ending = f"</{tag[2]}>"
        if styled is None:
            parts.append(tag[0])
        elif styled[1] == "mrow":
            parts.append(f"<mstyle{styled[2]}{styled[3]}>")
            ending = "</mstyle>"
        else:
            parts.append(f"<mstyle{styled[2]}><{styled[1]}{styled[3]}>")
            ending += "</mstyle>"
        if not tag[3]:
            endings.append(ending)
    return "".join(parts) + out[at:]


def _finished(out: str, tex: str) -> str:
    """math-core's output with its named entities as characters (they are none in XML), without what HTML's rules
    for MathML do not know, and with the TeX beside it."""
    if "&" in out:
        out = _ENTITY.sub(lambda found: html.unescape(found[0]), out)
    if "<mtable" in out:
        out = _SCRIPT_LEVEL.sub(r"\1", out)
    if _STYLED.search(out):
        out = _with_styles(out)
    if not out.isascii():
        out = _ACCENT.sub(lambda found: found[0].translate(_SPACING), out)
    if out in {"<math></math>", '<math display="block"></math>'}:
        return ""
    alternative = html.escape(" ".join(tex.split()))
    return f'<math alttext="{alternative}"{out[len("<math") :]}'
