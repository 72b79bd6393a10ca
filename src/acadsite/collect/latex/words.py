r"""Commands and environments of LaTeX, and what becomes of them: tables, and nothing else.

What stands here is what ``docs/papers.md`` lists, and the reader knows no other names, but for those that a document
defines.
"""
# ruff: noqa: SIM905  (tables of words read better as text)

from __future__ import annotations

from typing import Final

#: Sections, by their depth.
SECTIONS: Final = {
    "part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5, "subparagraph": 6,
}  # fmt: skip

#: Commands with one argument, and the style that it gets.
STYLES: Final = {
    "emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "textsc": "sc", "underline": "u", "uline": "u",
    "ul": "u", "sout": "del", "st": "del",
}  # fmt: skip
#: Commands that set the rest of their group in a style.
SWITCHES: Final = {
    "em": "em", "it": "em", "itshape": "em", "sl": "em", "slshape": "em", "bf": "strong", "bfseries": "strong",
    "sc": "sc", "scshape": "sc",
}  # fmt: skip
#: What stands before and behind a style in Markdown.
MARKS: Final = {
    "em": ("*", "*"), "strong": ("**", "**"), "sc": ("[", "]{.smallcaps}"), "u": ("[", "]{.underline}"),
    "del": ("~~", "~~"),
}  # fmt: skip

#: Commands that are nothing on a page, and what they take: ``o`` what may stand in brackets, ``m`` an argument, ``l`` a
#: length without braces.
LAYOUT: Final = {
    **dict.fromkeys(
        """maketitle tableofcontents listoffigures listoftables noindent indent centering raggedright raggedleft
        sloppy fussy clearpage cleardoublepage newpage allowbreak nobreak smallskip medskip bigskip hfill vfill hfil
        hss vss relax protect frontmatter mainmatter backmatter makeatletter makeatother onecolumn flushbottom
        raggedbottom singlespacing onehalfspacing doublespacing normalfont upshape mdseries rm rmfamily sf sffamily tt
        ttfamily tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge selectfont unskip
        ignorespaces leavevmode strut null phantomsection boldmath unboldmath bgroup egroup begingroup endgroup
        makeindex printindex frenchspacing nonfrenchspacing balance qedhere xspace FloatBarrier nolinebreak
        samepage linenumbers nolinenumbers hline toprule midrule bottomrule break expandafter textstyle displaystyle
        limits nolimits IEEEpeerreviewmaketitle IEEEoverridecommandlockouts bibsep""".split(),
        "",
    ),
    **dict.fromkeys("pagebreak nopagebreak linebreak twocolumn addlinespace allowdisplaybreaks".split(), "o"),
    **dict.fromkeys(
        """documentstyle RequirePackage LoadClass ProvidesPackage PassOptionsToPackage vspace addvspace
        thispagestyle pagestyle pagenumbering color index glsadd nocite hyphenation theoremstyle bibliographystyle
        DeclareGraphicsExtensions setcitestyle hypersetup captionsetup lstset usetikzlibrary usepgfplotslibrary
        pgfplotsset tikzset geometry sisetup selectlanguage phantom hphantom vphantom enlargethispage pdfbookmark
        includeonly newcounter newsavebox newif newlength newtoks linespread urlstyle cmidrule cline AtBeginDocument
        AtEndDocument markright newtoggle toggletrue togglefalse providelength fancyhead fancyfoot fancyhf setlist
        setenumerate setitemize setdescription bookmarksetup MSC ccsdesc setcopyright acmConference acmYear acmISBN
        acmDOI acmPrice""".split(),
        "om",
    ),
    **dict.fromkeys(
        """setlength addtolength setcounter addtocounter rule markboth DeclareFieldFormat fontsize titleformat
        titlespacing settowidth colorlet newglossaryentry newacronym DeclareCaptionFont bibinfo
        renewbibmacro""".split(),
        "omm",
    ),
    "addcontentsline": "mmm", "definecolor": "mmm", "crefname": "mmm", "Crefname": "mmm",
    "newtheoremstyle": "mmmmmmmmm", "hskip": "l", "vskip": "l", "kern": "l", "penalty": "l", "looseness": "l",
}  # fmt: skip
#: Lengths and the like that are set: ``\parindent=0pt``, ``\parskip 1ex``.
LENGTHS: Final = frozenset(
    """parindent parskip baselineskip textwidth textheight oddsidemargin evensidemargin topmargin tabcolsep arraycolsep
    baselinestretch hsize vsize footskip headheight headsep columnsep abovecaptionskip belowcaptionskip itemsep topsep
    parsep tolerance emergencystretch hbadness vbadness hoffset voffset clubpenalty widowpenalty arraystretch
    marginparwidth hangindent leftskip rightskip intextsep textfloatsep floatsep""".split()
)

#: Commands whose last argument is text, and what stands before it, as in ``LAYOUT``.
THROUGH: Final = {
    **dict.fromkeys(
        """mbox hbox text textrm textsf textup textnormal textmd fbox vbox nolink smash clap llap rlap centerline
        leftline rightline hl boxed NoCaseChange uppercase lowercase MakeUppercase MakeLowercase reflectbox
        tnote""".split(),
        "",
    ),
    **dict.fromkeys(["makebox", "framebox"], "oo"),
    **dict.fromkeys(["textcolor", "colorbox", "scalebox", "rotatebox", "foreignlanguage", "hypertarget"], "om"),
    **dict.fromkeys(["parbox", "raisebox"], "omoo"),
    **dict.fromkeys(["resizebox", "multicolumn"], "mm"),
    "fcolorbox": "omm", "multirow": "omom", "adjustbox": "m", "shortstack": "o", "makecell": "o", "thead": "o",
}  # fmt: skip

#: Citations: the form of it, by command. ``group`` in brackets, ``text`` in the sentence,
#: ``year`` without the name, ``note`` in a footnote.
CITATIONS: Final = {
    **dict.fromkeys("cite citep Citep parencite Parencite autocite Autocite smartcite".split(), "group"),
    **dict.fromkeys(
        "citet Citet textcite Textcite citeauthor Citeauthor citealt Citealt citealp Citealp onlinecite "
        "fullcite".split(),
        "text",
    ),
    **dict.fromkeys("citeyear citeyearpar".split(), "year"),
    **dict.fromkeys("footcite footcitetext footfullcite".split(), "note"),
}  # fmt: skip

#: Cross-references, and the command of our dialect that says the same.
REFERENCES: Final = {
    "ref": "ref", "eqref": "eqref", "cref": "cref", "Cref": "cref", "autoref": "cref", "vref": "cref", "Vref": "cref",
    "fullref": "cref", "cpageref": "cref", "pageref": "ref", "subref": "ref", "labelcref": "ref", "nameref": "name",
}  # fmt: skip

#: Environments that show what is in them as any text, and what stands behind their name.
PLAIN: Final = {
    "center": "", "flushleft": "", "flushright": "", "minipage": "ooom", "small": "", "footnotesize": "", "large": "",
    "sloppypar": "", "multicols": "m", "multicols*": "m", "spacing": "m", "landscape": "", "singlespace": "",
    "onehalfspace": "", "doublespace": "", "adjustwidth": "mm", "subequations": "", "samepage": "", "document": "",
    "titlepage": "", "appendices": "", "framed": "", "mdframed": "o", "tcolorbox": "o", "raggedright": "",
    "centering": "", "threeparttable": "o", "adjustbox": "m", "onecolabstract": "", "frontmatter": "",
    "tiny": "", "scriptsize": "", "normalsize": "", "Large": "", "otherlanguage": "m", "otherlanguage*": "om",
    "linenumbers": "", "acks": "", "acknowledgments": "", "acknowledgements": "", "acknowledgement": "",
}  # fmt: skip
#: Headings that some of these bring with them.
HEADED: Final = {
    "acks": "Acknowledgments", "acknowledgments": "Acknowledgments", "acknowledgements": "Acknowledgements",
    "acknowledgement": "Acknowledgement",
}  # fmt: skip
QUOTES: Final = ("quote", "quotation", "displayquote", "quoting", "displaycquote")
LISTS: Final = {
    "itemize": "-", "itemize*": "-", "enumerate": "1", "enumerate*": "1", "description": ":", "description*": ":",
    "compactitem": "-", "compactenum": "1", "compactdesc": ":", "inparaenum": "1", "inparaitem": "-", "list": "-",
    "trivlist": "-", "asparaenum": "1", "asparaitem": "-", "tasks": "-", "tablenotes": "-",
}  # fmt: skip
FIGURES: Final = (
    "figure",
    "figure*",
    "wrapfigure",
    "SCfigure",
    "sidewaysfigure",
    "floatingfigure",
    "marginfigure",
)
SUBFIGURES: Final = ("subfigure", "subtable", "subfloat")
TABLES: Final = ("table", "table*", "wraptable", "sidewaystable", "sidewaystable*", "SCtable", "margintable")
#: Environments of rows and cells, and what stands before the columns.
TABULARS: Final = {
    "tabular": "o", "tabular*": "mo", "tabularx": "mo", "tabulary": "mo", "longtable": "o", "array": "o",
    "supertabular": "",
    "tblr": "o", "xltabular": "mo", "longtabu": "o", "tabu": "o",
}  # fmt: skip
#: Displays: our name for them.
_OWN: Final = ("align", "alignat", "eqnarray", "flalign", "gather", "multline", "equation")
DISPLAYS: Final = {
    **{name: name for name in _OWN},
    **{f"{name}*": f"{name}*" for name in _OWN},
    "displaymath": "equation*", "math": "math", "dmath": "equation", "dmath*": "equation*",
    "IEEEeqnarray": "eqnarray", "IEEEeqnarray*": "eqnarray*", "xalignat": "alignat", "xalignat*": "alignat*",
}  # fmt: skip
ALGORITHMS: Final = ("algorithm", "algorithm*", "algorithm2e", "Algorithm")
LISTINGS: Final = ("listing", "listing*", "code", "program")

#: Kinds of theorems by their names in print.
THEOREMS: Final = {
    "theorem": "thm", "lemma": "lem", "corollary": "cor", "proposition": "prp", "conjecture": "cnj",
    "definition": "def",
    "example": "exm", "exercise": "exr", "remark": "rem", "solution": "sol",
    # as other languages have them
    "satz": "thm", "korollar": "cor", "vermutung": "cnj", "beispiel": "exm", "aufgabe": "exr", "bemerkung": "rem",
    "lösung": "sol", "théorème": "thm", "lemme": "lem", "corollaire": "cor", "définition": "def", "exemple": "exm",
    "exercice": "exr", "remarque": "rem", "teorema": "thm", "lema": "lem", "corolario": "cor", "proposición": "prp",
    "proposizione": "prp", "definición": "def", "definizione": "def", "ejemplo": "exm", "esempio": "exm",
    "osservazione": "rem", "observación": "rem", "corollario": "cor", "congettura": "cnj", "conjetura": "cnj",
}  # fmt: skip
#: Names of environments that classes define, and people's usual short ones, where the document defines none.
THEOREM_NAMES: Final = {
    **{name: name for name in ("theorem", "lemma", "corollary", "proposition", "conjecture", "definition")},
    **{name: name for name in ("example", "exercise", "remark", "solution")},
    "thm": "theorem", "lem": "lemma", "cor": "corollary", "prop": "proposition", "conj": "conjecture",
    "defn": "definition",
    "defi": "definition", "exa": "example", "rem": "remark", "rmk": "remark", "ex": "example",
}  # fmt: skip
CLASSES: Final = {
    "thm": "theorem", "lem": "lemma", "cor": "corollary", "prp": "proposition", "cnj": "conjecture",
    "def": "definition",
    "exm": "example", "exr": "exercise", "sol": "solution", "rem": "remark", "alg": "algorithm",
}  # fmt: skip
#: What labels begin with, and the kind that it stands for.
PREFIXES: Final = {
    **dict.fromkeys(["fig", "figure", "f", "subfig"], "fig"),
    **dict.fromkeys(["tab", "tbl", "table", "t"], "tbl"),
    **dict.fromkeys(["eq", "eqn", "equation", "e", "eqs"], "eq"),
    **dict.fromkeys(
        ["sec", "section", "subsec", "ssec", "subsubsec", "sssec", "app", "appendix", "ch", "chap", "chapter", "part",
         "s", "sect"],
        "sec",
    ),
    **dict.fromkeys(["thm", "theorem", "th", "theo"], "thm"),
    **dict.fromkeys(["lem", "lemma", "l"], "lem"),
    **dict.fromkeys(["cor", "corollary", "coro"], "cor"),
    **dict.fromkeys(["prop", "prp", "proposition"], "prp"),
    **dict.fromkeys(["conj", "cnj", "conjecture"], "cnj"),
    **dict.fromkeys(["def", "defn", "definition", "defi"], "def"),
    **dict.fromkeys(["exm", "ex", "exa", "example"], "exm"),
    **dict.fromkeys(["exr", "exercise"], "exr"),
    **dict.fromkeys(["rem", "rmk", "remark"], "rem"),
    **dict.fromkeys(["alg", "algo", "algorithm"], "alg"),
    **dict.fromkeys(["lst", "listing", "code"], "lst"),
    **dict.fromkeys(["item", "it", "enum"], "item"),
}  # fmt: skip

#: Quotes of \enquote by the language of babel: outer ones and inner ones.
QUOTE_MARKS: Final = {
    **dict.fromkeys(["german", "ngerman", "austrian", "naustrian"], "„“‚‘"),
    **dict.fromkeys(["french", "francais"], "«»“”"),
    **dict.fromkeys(["italian", "spanish", "portuguese"], "«»“”"),
    **dict.fromkeys(["british", "UKenglish"], "‘’“”"),
}
ENGLISH: Final = "“”‘’"

#: What stands above the references, by the language of babel.
REFERENCE_WORDS: Final = {
    **dict.fromkeys(["german", "ngerman", "austrian", "naustrian"], "Literatur"),
    **dict.fromkeys(["french", "francais"], "Références"),
    "italian": "Riferimenti bibliografici", "spanish": "Referencias", "portuguese": "Referências",
}  # fmt: skip

#: Spaces and signs behind a backslash.
SIGNS: Final = {
    "&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", ",": "\u202f", ";": "\u00a0", ":": "\u00a0",
    ">": "\u00a0", "!": "", "-": "", "/": "", "@": "", "|": "‖",
}  # fmt: skip
#: Words whose text is known.
TEXTS: Final = {
    "today": "", "LaTeXe": "LaTeX2e", "thinspace": "\u202f", "enspace": " ", "enskip": " ", "nobreakspace": "\u00a0",
    "space": " ", "quad": " ", "qquad": " ", "hspace": " ", "textbullet": "•", "qed": "∎", "newblock": " ",
    "cdots": "⋯",
    "textquotesingle": "'", "dots": "…", "ldots": "…", "slash": "/", "hfill": " ",
    "textasteriskcentered": "∗", "abstractname": "Abstract", "refname": "References", "figurename": "Figure",
    "tablename": "Table", "and": " ",
}  # fmt: skip

#: Definitions.
DEFINITIONS: Final = (
    "newcommand", "renewcommand", "providecommand", "DeclareRobustCommand", "def", "gdef", "edef", "xdef", "let",
    "DeclareMathOperator", "newenvironment", "renewenvironment", "newtheorem", "declaretheorem", "spnewtheorem",
    "NewDocumentCommand", "RenewDocumentCommand", "DeclareDocumentCommand", "ProvideDocumentCommand",
    "DeclarePairedDelimiter", "numberwithin", "counterwithin",
)  # fmt: skip
#: What stands in front of the text, and goes into its front matter.
FRONT: Final = (
    "title", "subtitle", "author", "date", "thanks", "affil", "affiliation", "institute", "address", "email", "orcid",
    "keywords", "abstract",
)  # fmt: skip
#: Files that are taken in.
FILES: Final = {"input": 1, "include": 1, "subfile": 1, "InputIfFileExists": 1, "import": 2, "subimport": 2}
