"""Formulas in PDFs: Typst's source from the MathML of the web page, compiled, read back, and attacked."""

import json
import re
import threading
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pypdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.markup import read, tree
from acadsite.markup.math import mathml
from acadsite.markup.typst_math import typst_math

ROWS = [
    # letters, numbers, text
    ("ab1", "a b 1"),
    ("12.5", r"12\.5"),
    (r"\alpha\Gamma\varGamma\infty", r"\α upright(\Γ)italic(\Γ)\∞"),
    (r"\mathcal{L}\mathscr{L}\mathbb{R}", "ℒ︀ ℒ︁\\ℝ"),
    (r"\mathrm{KL}\mathrm{d}\mathbf{x}\mathbf{ab}", '"KL"upright(d)\\𝐱"𝐚𝐛"'),
    (r"x\text{ if  \textbf{b}}", 'x" if "bold("b")'),
    (r"\text{a\textit{b}\texttt{c}\textsf{d}}", '"a"italic("b")mono("c")sans("d")'),
    (r"\text{\#eval(1) \$x\$ \textbackslash}", r'"#eval(1) $x$\\"'),
    ("éß", r"\é\ß"),
    (r"\slashed{D}\not\propto\not=", 'italic("D̸")∝̸\\≠'),
    # operators
    ("a+b=-c", r"a\+b\=\− c"),
    (r"{-x}{=}a{=}b", r'class("normal",\−)x class("normal",\=)a class("normal",\=)b'),
    (r"1{,}000, 2", r'1 class("normal",\,)000\,2'),
    (
        r"|x| \lvert x\rvert",
        'class("normal",\\|)x class("normal",\\|)class("opening",\\|)x class("closing",\\|)',
    ),
    (r"f\colon A : B", r'f class("punctuation",\:)A\:B'),
    (
        r"a\mathbin{R}b\mathrel{R}c\mathord{=}d",
        'a class("binary",R)b class("relation",R)c class("normal",\\=)d',
    ),
    (r"a\mathrel{|}b", r'a class("relation",\|)b'),
    (r"\sin x+\log(x)", r'"sin"#h(0.1667em)x\+"log"\(x\)'),
    (r"a\quad b\!c\hspace{1cm}d", "a#h(1em)b#h(-0.1667em)c#h(2.8453em)d"),
    (r"\ldots\cdots", r"\…\⋯"),
    (r"\#\$\_\&\%@", r"\#\$\_\&\%\@"),
    # fences
    (r"\left(\frac ab\right)", r"lr(\(frac(a,b)\))"),
    (r"\left|x\middle|y\right\}", r'lr(class("opening",\|)x class("normal",mid(\|))y\})'),
    (r"\left.x\right]", r'lr(#""x\])'),
    (
        r"\bigl(x\bigm|y\big/",
        r'lr(size:#1.2em,\()x class("relation",lr(size:#1.2em,\|))y class("normal",lr(size:#1.2em,\/))',
    ),
    (r"\langle x\rangle(]", r"\⟨ x\⟩\(\]"),
    # scripts and limits
    ("x_1^2", "attach(x,b:1,t:2)"),
    ("x^{a+b}_{i=1}", r"attach(x,b:i\=1,t:a\+b)"),
    ("f''", r"attach(f,t:\″)"),
    ("{}_2F_1", 'attach("",b:2)attach(F,b:1)'),
    (r"\prescript{14}{6}{C}", "attach(C,tl:14,bl:6)"),
    (r"\sum_{i=1}^n", r"attach(\∑,b:i\=1,t:n)"),
    (r"\int_0^1\int\limits_C", r"attach(scripts(\∫),b:0,t:1)attach(limits(\∫),b:C)"),
    (r"\sum\limits_a", r"attach(limits(\∑),b:a)"),
    (r"\max_x f", 'attach("max",b:x)#h(0.1667em)f'),
    (r"\underset{a}{b}\stackrel{?}{=}", r"attach(limits(b),b:a)attach(limits(\=),t:\?)"),
    (r"\sum_{\substack{a\\b}}", r"attach(\∑,b:mat(delim:#none,row-gap:#.1em,script(a);script(b)))"),
    (r"a\xrightarrow{f}b", r"a attach(limits(stretch(\→,size:#100%)),t:#h(0.4286em)f#h(0.4286em))b"),
    # accents and braces
    (r"\hat{x}\widehat{xy}\vec v", r"accent(x,\ˆ,size:#0%)accent(x y,\ˆ)accent(v,\→,size:#0%)"),
    (r"\overline{a}\underline{a}\overrightarrow{AB}", r"overline(a)underline(a)accent(A B,\→)"),
    (r"\underrightarrow{a}\utilde{a}", 'accent(a,"\u20ef")accent(a,"\u0330")'),
    (r"\overbrace{a+b}^n\underbrace{c}", r"overbrace(a\+b,n)underbrace(c)"),
    # fractions, roots, tables
    (r"\frac ab\dfrac12\tfrac12", "frac(a,b)display(frac(1,2))inline(frac(1,2))"),
    (r"\cfrac{1}{2}", "display(frac(display(1),display(2)))"),
    (r"\binom nk{n\brack k}", r"binom(n,k)lr(\[mat(delim:#none,n;k)\])"),
    (r"\sqrt{}\sqrt[3]{x}", 'sqrt("")root(3,x)'),
    (
        r"\begin{pmatrix}a&b\\c\end{pmatrix}",
        r'lr(\(mat(delim:#none,column-gap:#.8em,inline(a),inline(b);inline(c),"")\))',
    ),
    (
        r"\begin{aligned}a&=b\\&=e\end{aligned}",
        r'mat(delim:#none,column-gap:#1em,row-gap:#.5em,display(a)&display(\=b);""&display(\=e))',
    ),
    (
        r"\begin{cases}a&b\\c&d\end{cases}",
        r'lr(\{mat(delim:#none,column-gap:#1em,row-gap:#.3em,&inline(a),&inline(b);&inline(c),&inline(d))#"")',
    ),
    (
        r"\begin{array}{r|l}a&b\\\hline c&d\end{array}",
        "mat(delim:#none,column-gap:#.8em,augment:#(hline:(1,),vline:(1,)),inline(a)&,&inline(b);inline(c)&,&inline(d))",
    ),
    # styles and frames
    (r"\displaystyle x\scriptstyle y", "display(x script(y))"),
    (r"\color{red}a", '#text(fill:rgb("#FF0000"))[$a$]'),
    (r"\cancel{a}\bcancel{a}\xcancel{a}", "cancel(a)cancel(a,inverted:#true)cancel(a,cross:#true)"),
    (r"\phantom{a}\hphantom{a}", "#hide[$a$]#box(height:0pt)[$#hide[$a$]$]"),
    ("", ""),
]


@pytest.mark.parametrize(("tex", "source"), ROWS)
def test_rule(tex: str, source: str) -> None:
    found = typst_math(tex)
    assert found.fault is None
    assert found.source == source


# --- compiled and read back ------------------------------------------------------------------------------------

DOCUMENT = b"""
#set document(title: "formulas")
#set page(width: 200cm, height: 60cm)
#for formula in json(bytes(sys.inputs.data)) {
  page(math.equation(alt: "formula", block: formula.display, eval(formula.source, mode: "math")))
}
"""


class Formula(NamedTuple):
    tex: str
    display: bool
    source: str


def compiled(formulas: list[Formula]) -> bytes:
    data = json.dumps([{"source": formula.source, "display": formula.display} for formula in formulas])
    pdf: bytes = typst.compile(
        DOCUMENT, format="pdf", ignore_system_fonts=True, sys_inputs={"data": data}, pdf_standards=["ua-1"]
    )
    return pdf


def refused(formulas: list[Formula]) -> list[tuple[str, str]]:
    """The formulas that Typst does not take, found by halves."""
    try:
        compiled(formulas)
    except typst.TypstError as error:
        if len(formulas) == 1:
            return [(formulas[0].tex, f"{error}: {formulas[0].source}")]
        half = len(formulas) // 2
        return refused(formulas[:half]) + refused(formulas[half:])
    return []


#: Written another way in a PDF: accents combine, and a root or an angle is drawn in the web page.
DRAWN = re.compile("[\u02c6-\u02dd`´¯¨~‾→←↔⇀↼√∠]")


def characters(text: str) -> Counter[str]:
    """What is read in a text, in any order: without space, accents and styles of letters."""
    plain = unicodedata.normalize("NFKD", DRAWN.sub("", text)).translate({0x131: "i", 0x237: "j"})
    kept = ("Cf", "Mn", "Cc", "Zs")
    return Counter(char for char in DRAWN.sub("", plain) if unicodedata.category(char) not in kept)


def shown(formula: Formula) -> Counter[str]:
    root = ET.fromstring(mathml(formula.tex, formula.display).mathml or "")
    for phantom in list(root.iter("mphantom")):
        phantom.clear()
    return characters("".join(root.itertext()))


def converted(formulas: list[tuple[str, bool]]) -> list[Formula]:
    found = []
    for tex, display in formulas:
        source, fault = typst_math(tex, display)
        assert source is not None, (tex, fault)
        if source:
            found.append(Formula(tex, display, source))
    return found


def compare(formulas: list[Formula]) -> None:
    assert refused(formulas) == []
    pages = pypdf.PdfReader(BytesIO(compiled(formulas))).pages
    assert len(pages) == len(formulas)
    for formula, page in zip(formulas, pages, strict=True):
        found, expected = characters(page.extract_text()), shown(formula)
        if "\u0338" in formula.source:  # a letter and its stroke are read more than once
            found, expected = Counter(set(found)), Counter(set(expected))
        assert found == expected, formula


def test_rules_compile() -> None:
    compare(converted([(tex, display) for tex, _ in ROWS for display in (False, True)]))


#: A formula in a field, its braces closed.
IN_BIBTEX = re.compile(r"(?<!\\)\$((?:[^$\\{}]|\\.|\{(?:[^{}]|\{[^{}]*\})*\}){1,300})(?<!\\)\$")


def reference_formulas(folder: Path) -> set[tuple[str, bool]]:
    found = set()
    paths = [folder / "paper/agan.md", folder / "slides/policy-gradients.md"]
    for path in [*paths, *folder.glob("pages/*.md"), *folder.glob("handbook/*.qmd")]:
        text = path.read_text(encoding="utf-8")
        body = text.partition("\n---\n")[2] if text.startswith("---\n") else text
        for element in read(body, path.name).tree.iter(tree.MATH):
            found.add((element.text or "", element.get(tree.DISPLAY) == "block"))
    assert len(found) > 220
    for path in folder.rglob("*.bib"):
        text = path.read_bytes().decode("utf-8", "replace")
        found |= {(tex, False) for tex in IN_BIBTEX.findall(text) if mathml(tex).mathml}
    return found


@pytest.mark.shared
def test_reference_formulas(shared_data: Path) -> None:
    formulas = reference_formulas(shared_data)
    assert len(formulas) > 300
    compare(converted(sorted(formulas)))


# --- hostile ---------------------------------------------------------------------------------------------------

ATTACKS = [
    '#panic("x")',
    r"\#panic()",
    r"\text{#panic()}",
    r"\text{\#panic()}",
    r"\text{\"#panic()\"}",
    r"\text{\textbackslash \"}#panic()",
    r"\mathrm{\#read(\"/etc/passwd\")}",
    r"\mathrm{panic}(x) panic(x) p(x)",
    r"\text{x}] #panic() [",
    r"\$] \#panic() \$",
    r"\color{red}{] \#panic()}",
    r"\boxed{\$}\#panic()",
    "// x\n/* y */ @a <a> \\_ \\^ `x` ~ --- -> ... :=",
    r"\operatorname{panic}(1) \operatorname*{sys}.inputs",
    r"\text{\u{41}} \backslash u\{41\}",
    "\\text{\u2028#panic()\u2029}",
    "\u2028\u2029\x85\u200b\u0338",
    "a\u0338b \ufe00x \u0301",
    "x.y.z; a, b & c",
    r"\verb|#panic()\|",
    r"\def\x{\#panic}\x()",
    r"\mathrm{sym}\mathrm{.}\mathrm{pi} pi\,pi alpha std sys",
]


@pytest.mark.parametrize("tex", ATTACKS)
def test_attack(tex: str) -> None:
    source, fault = typst_math(tex, True)
    if source is None:
        assert fault
    else:
        assert refused([Formula(tex, True, source)]) == []


OUTSIDE = re.compile(
    r"""\\[^A-Za-z0-9\s] | "(?:[^"\\]|\\["\\])*" | \#text\(fill:rgb\("\#[0-9A-Fa-f]{6}"\)\)\[\$ | \$\]
    | \#(?:hide|smallcaps)\[\$ | \#(?:scale\(x:0%,reflow:true|box\(height:0pt|move\(dy:-\(-?[0-9.]+em\))\)\[\$
    | \#h\(-?[0-9.]+em\) | \#"" | \#box\(stroke:[^{"\#]*\{set[ ]text\([-a-z:",]*\);set[ ]par\(leading:0pt\);\$ | \$\}\)
    | augment:\#\((?:[hv]line:\([0-9,]+\),?|stroke:\(thickness:.05em,dash:"dashed"\))+\)
    | [a-z-]+:(?:\#(?:none|true|[0-9.]+(?:em|%))|90deg)? | angle:\#90deg
    | (?:accent|attach|binom|bold|cancel|class|display|frac|inline|italic|limits|lr|mat|mid|mono|op|overbrace
    |overbracket|overline|overparen|overshell|root|sans|script|scripts|sqrt|sscript|stretch|underbrace|underbracket
    |underline|underparen|undershell|upright)\( | [),;&] | [A-Za-z](?![A-Za-z]) | [0-9]+ | [ ]
    | [^\x00-\x7f][\ufe00\ufe01] | [^\x00-\x7f\w]\w?[\u0300-\u036f\u20d0-\u20ff]+""",
    re.VERBOSE,
)


def assert_only_ours(source: str) -> None:
    """The source is made of nothing but names of ours, escapes, strings, and letters that stand alone."""
    position = 0
    while position < len(source):
        token = OUTSIDE.match(source, position)
        assert token, (source[position : position + 40], source)
        position = token.end()


@pytest.mark.parametrize("tex", [tex for tex, _ in ROWS] + ATTACKS)
def test_nothing_but_our_names(tex: str) -> None:
    assert_only_ours(typst_math(tex, True).source or "")


PIECES = st.lists(
    st.one_of(
        st.sampled_from([tex for tex, _ in ROWS if tex] + ATTACKS),
        st.sampled_from([*"#\"\\$][/*@&_^{}()|'`~%;:,.<>=-+!?", "//", "/*"]),
        st.sampled_from(
            [r"\frac", r"\sqrt", r"\left(", r"\right)", r"\hat", r"\text", r"\color{red}", r"\mathrm"]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)


@given(PIECES, st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_text(tex: str, display: bool) -> None:
    source, fault = typst_math(tex, display)
    assert (source is None) == (fault is not None)
    if source:
        assert_only_ours(source)
        data = json.dumps([{"source": source, "display": display}])
        typst.compile(DOCUMENT, format="pdf", ignore_system_fonts=True, sys_inputs={"data": data})


# --- deep, long, slow ------------------------------------------------------------------------------------------

NESTS = [
    ("{", "}"),
    ("x^{", "}"),
    (r"\frac{1}{", "}"),
    (r"\cfrac{1}{", "}"),
    (r"\sqrt{", "}"),
    (r"\left(", r"\right)"),
    (r"\begin{pmatrix}", r"\end{pmatrix}"),
    (r"\begin{aligned}a&=", r"\end{aligned}"),
    (r"\boxed{", "}"),
    (r"\phantom{", "}"),
    (r"\hphantom{", "}"),
    (r"\textcolor{red}{", "}"),
    (r"\hat{", "}"),
    (r"\overset{a}{", "}"),
    (r"\overset{", "}{b}"),
    (r"\xrightarrow{", "}"),
    (r"\cancel{", "}"),
    (r"\mathop{", "}"),
    (r"\displaystyle ", ""),
    (r"\sum_{", "}"),
    (r"\phantom{\boxed{\hphantom{\frac{", "}{b}}}}"),
]


def test_nesting_is_refused_before_typst_fails() -> None:
    """Also in a thread with the small stack that threads have on some systems."""
    deepest = []
    for start, end in NESTS:
        found = [typst_math(start * n + "x" + end * n, True) for n in range(1, 100)]
        assert all(formula.source or "deep" in formula.fault.message for formula in found if formula.fault)
        sources = [formula.source for formula in found if formula.source]
        deepest.append(Formula(start, True, sources[-1]))
        assert len(sources) >= 2
    problems: list[object] = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: problems.extend(refused(deepest)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert problems == []


def test_long_formulas_are_done() -> None:
    source = typst_math(" + ".join([r"\frac{a}{\sqrt{b}}"] * 500)).source
    assert source
    assert refused([Formula("long", False, source)]) == []


def test_open_brackets_end_soon() -> None:
    assert typst_math("(" * 18 + "x").source
    for tex in ("(" * 60, r"\bigl\langle " * 30, r"\def\a{((((((}" + r"\a" * 9, r"\newcommand{\b}{\b(}\b"):
        assert "brackets" in (typst_math(tex).fault or ("",))[0]


def test_faults_are_those_of_the_web_page() -> None:
    assert typst_math(r"x + \foo") == (None, mathml(r"x + \foo").fault)
    assert typst_math("a\ud800") == (None, ("Not a character.", 1))
