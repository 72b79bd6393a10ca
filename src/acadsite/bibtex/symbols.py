# ruff: noqa: SIM905  (tables of words read better as text)
"""What LaTeX commands of running text mean, as tables: symbols, accents, styles, and commands to pass through.

Data only. The names are those of LaTeX2e, textcomp, csquotes, BibLaTeX and the packages people use in .bib files.
"""

from __future__ import annotations

#: Accent commands → combining characters (applied to the first character of the argument).
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "h": "\u0309",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "U": "\u030e",
    "G": "\u030f",
    "f": "\u0311",
    "d": "\u0323",
    "textcommabelow": "\u0326",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
#: Accents that sit above: on them a dotless i or j gets its dot back before Unicode composes it.
ABOVE = frozenset("`'^~=u.\"hrHvUGf")
#: An accent on nothing: the sign itself.
SPACING = {
    "`": "`",
    "'": "´",
    "^": "^",
    "~": "~",
    "=": "¯",
    '"': "¨",
    ".": "˙",
    "u": "˘",
    "v": "ˇ",
    "c": "¸",
    "k": "˛",
    "H": "˝",
    "r": "˚",
}

#: Commands without argument → text.
SYMBOLS = {
    # letters
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "SS": "ẞ", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
    "ng": "ŋ", "NG": "Ŋ", "ij": "ĳ", "IJ": "Ĳ", "textschwa": "ə", "textcrd": "đ", "textcrh": "ħ",
    "textThorn": "Þ", "textthorn": "þ", "cprime": "ʹ", "textayn": "ʿ", "textain": "ʿ", "textlhookt": "ţ",
    # punctuation
    "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "⋯", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "lq": "‘",
    "rq": "’", "textquotedbl": '"', "textquotesingle": "'", "quotesinglbase": "‚", "quotedblbase": "„",
    "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›",
    "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»",
    "guilsinglleft": "‹", "guilsinglright": "›", "og": "« ", "fg": " »", "textexclamdown": "¡",
    "textquestiondown": "¿", "textbullet": "•", "textperiodcentered": "·", "textbrokenbar": "¦", "slash": "/",
    "hyphen": "-", "bibrangedash": "–", "textvisiblespace": "␣", "textasteriskcentered": "∗", "ast": "∗",
    "addspace": " ", "space": " ", "nobreakspace": "\u00a0", "thinspace": "\u202f", "enspace": " ", "quad": " ",
    "qquad": " ", "newline": " ", "linebreak": " ", "par": " ", "addcomma": ",", "addcolon": ":", "adddot": ".",
    "isdot": "", "dotfill": "…", "colon": ":", "psq": "\u00a0sq.", "psqq": "\u00a0sqq.",
    # signs
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`",
    "textasciiacute": "´", "textunderscore": "_", "textbar": "|", "textbardbl": "‖", "textless": "<",
    "textgreater": ">", "textbraceleft": "{", "textbraceright": "}", "textdollar": "$", "textsterling": "£",
    "pounds": "£", "euro": "€", "texteuro": "€", "EUR": "€", "textyen": "¥", "textcent": "¢", "textcurrency": "¤",
    "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶",
    "textsection": "§", "textparagraph": "¶", "dag": "†", "ddag": "‡", "dagger": "†", "ddagger": "‡",
    "textdagger": "†", "textdaggerdbl": "‡", "textdegree": "°", "degree": "°", "degreeCelsius": "°C",
    "textcelsius": "℃", "celsius": "℃", "textmu": "µ", "micro": "µ", "textohm": "Ω", "textnumero": "№",
    "textordmasculine": "º", "textordfeminine": "ª", "textonehalf": "½", "textonequarter": "¼",
    "textthreequarters": "¾", "textonesuperior": "¹", "texttwosuperior": "²", "textthreesuperior": "³",
    "texttimes": "×", "textdiv": "÷", "textpm": "±", "textminus": "−", "textlnot": "¬", "textperthousand": "‰",
    "textpertenthousand": "‱", "checkmark": "✓", "textestimated": "℮", "textrecipe": "℞", "textreferencemark": "※",
    "textmusicalnote": "♪", "textleftarrow": "←", "textrightarrow": "→", "textuparrow": "↑", "textdownarrow": "↓",
    "And": "&",
    # mathematics met in running text
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "textalpha": "α", "textbeta": "β", "textgamma": "γ",
    "textdelta": "δ", "textepsilon": "ε", "textlambda": "λ", "textpi": "π", "textsigma": "σ", "textomega": "ω",
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "infty": "∞", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "equiv": "≡", "to": "→", "rightarrow": "→",
    "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "mapsto": "↦", "circ": "∘", "bullet": "•",
    "ell": "ℓ", "star": "⋆", "partial": "∂", "nabla": "∇", "in": "∈", "cup": "∪", "cap": "∩", "setminus": "∖",
    "otimes": "⊗", "oplus": "⊕", "prime": "′", "sharp": "♯", "flat": "♭", "natural": "♮", "heartsuit": "♡",
    "varheart": "♥", "mid": "|", "langle": "⟨", "rangle": "⟩", "bigcirc": "◯", "Box": "□",
}  # fmt: skip

#: Names in a logo's letters: never to be put in another case.
LOGOS = {
    "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "LuaTeX": "LuaTeX",
    "XeLaTeX": "XeLaTeX", "LuaLaTeX": "LuaLaTeX", "pdfTeX": "pdfTeX", "pdfLaTeX": "pdfLaTeX", "AmS": "AMS",
    "ConTeXt": "ConTeXt", "METAFONT": "METAFONT", "MP": "MetaPost", "MF": "METAFONT", "TikZ": "TikZ",
    "KOMAScript": "KOMA-Script",
    "eTeX": "ε-TeX", "biblatex": "biblatex",
}  # fmt: skip

#: Commands with one argument that set it in a style.
STYLES = {
    "emph": "em", "textit": "em", "textsl": "em", "mkbibemph": "em", "mkbibitalic": "em", "mathit": "em",
    "textbf": "strong", "mkbibbold": "strong", "textsc": "sc", "mkbibacro": "sc", "textsuperscript": "sup",
    "mkbibsuperscript": "sup", "up": "sup", "textsubscript": "sub", "mkbibsubscript": "sub", "underline": "u",
    "uline": "u", "ul": "u", "NoCaseChange": "nocase", "texttt": "code",
}  # fmt: skip

#: Commands that set what follows, to the end of the group, in a style; None: in none we keep.
SWITCHES: dict[str, str | None] = {
    "it": "em", "itshape": "em", "em": "em", "sl": "em", "slshape": "em", "bf": "strong", "bfseries": "strong",
    "boldmath": "strong", "sc": "sc", "scshape": "sc", "tt": "code", "ttfamily": "code",
    **dict.fromkeys(
        "rm rmfamily sf sffamily normalfont upshape mdseries tiny scriptsize footnotesize small normalsize large "
        "Large LARGE huge Huge selectfont cal mathcal raggedright centering unboldmath mit".split()
    ),
}  # fmt: skip

#: Commands whose one argument is plain text to us.
TRANSPARENT = frozenset(
    "mbox hbox text textrm textsf textup textnormal textmd fbox makebox framebox singleletter autocap MakeCapital "
    "capitalize MakeSentenceCase MakeTitlecase bibstring mkbibnamefamily mkbibnamegiven mkbibnameprefix textlatin "
    "textgreek mkbibordinal ensureascii textlf texttlf textos pdftooltip nolinkurl path detokenize makefirstuc "
    "hl smash textls operatorname mathrm mathbf mathsf mathtt textlarger ieme st nd rd nth".split()
)
#: Commands that put signs around their argument.
AROUND = {
    "cite": ("[", "]"),
    "citep": ("[", "]"),
    "citet": ("[", "]"),
    "parencite": ("[", "]"),
    "mkbibparens": ("(", ")"),
    "mkbibbrackets": ("[", "]"),
    "parentext": ("(", ")"),
    "brackettext": ("[", "]"),
}
#: Commands that quote their argument.
QUOTES = frozenset({"enquote", "textquote", "mkbibquote", "blockquote", "quote"})
#: Commands that put their argument in capitals or small letters.
CASES = {"uppercase": "upper", "MakeUppercase": "upper", "lowercase": "lower", "MakeLowercase": "lower"}

#: Commands that print nothing, and how many arguments they take with them.
SILENT = {
    "relax": 0, "protect": 0, "noindent": 0, "nobreak": 0, "allowbreak": 0, "unskip": 0, "ignorespaces": 0,
    "xspace": 0, "null": 0, "strut": 0, "displaystyle": 0, "textstyle": 0, "limits": 0, "leavevmode": 0,
    "sloppy": 0, "break": 0, "nolinebreak": 0, "noopsort": 1, "SortNoop": 1, "hspace": 1, "vspace": 1, "label": 1,
    "index": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "color": 1, "thanks": 1, "selectlanguage": 1,
    "nocite": 1, "pagebreak": 0, "newpage": 0, "smallskip": 0, "medskip": 0, "bigskip": 0, "hfill": 0, "hfil": 0,
    "hyphenation": 1, "kern": 0, "negthinspace": 0, "/": 0, "cyr": 0, "Cyr": 0, "unicode": 0, "bibinfo": 1,
    "bibfnamefont": 0, "bibnamefont": 0, "natexlab": 0, "urlprefix": 0, "BibitemOpen": 0, "BibitemShut": 1,
}  # fmt: skip
#: Commands of two arguments of which the second is the text.
SECOND = frozenset({"foreignlanguage", "textcolor", "raisebox", "colorbox", "parbox", "hyperref"})
#: Commands of two arguments of which the first is the text.
FIRST = frozenset({"printfirst"})

#: Special characters of BibTeX: commands that count as one letter when a name is looked at.
LOWER_SPECIAL = frozenset({"aa", "ae", "oe", "o", "l", "ss", "i", "j", "dh", "dj", "th", "ng"})
UPPER_SPECIAL = frozenset({"AA", "AE", "OE", "O", "L", "SS", "DH", "DJ", "TH", "NG"})

KNOWN = (
    frozenset(SYMBOLS)
    | frozenset(LOGOS)
    | frozenset(STYLES)
    | frozenset(SWITCHES)
    | TRANSPARENT
    | frozenset(AROUND)
    | QUOTES
    | frozenset(CASES)
    | frozenset(SILENT)
    | SECOND
    | FIRST
    | frozenset(key for key in ACCENTS if key.isalpha())
    | {"url", "href", "ensuremath", "begin", "end", "verb", "texorpdfstring", "penalty", "hskip"}
)
