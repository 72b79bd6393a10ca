"""Names of the elements and attributes of a document's tree, and nothing else.

Both readers give ``xml.etree.ElementTree`` elements with these names; passes and writers know no others. Where
HTML has an element for the thing its name is used (``p``, ``em``, ``table``, …); what HTML has no word for gets
a neutral one (``heading``, ``math``, ``cite``, ``note``, …), so that no writer is favoured. All attribute values
are strings. Text is plain text: no markup, no entities, no control characters but line breaks.

Attributes that a person wrote, ``{#id .class key=value}``, stand on the element under their own names; a name
that one of ours has (``INTERNAL``) is kept as ``data-name``. Writers decide which of them they show.
"""

from __future__ import annotations

from typing import Final

# --- blocks: each carries LINE ---------------------------------------------------------------------------------
DOCUMENT: Final = "document"  #: the root
HEADING: Final = (
    "heading"  #: LEVEL 1 to 6, ``id`` (always set after reading), ``class`` may hold ``unnumbered``
)
PARAGRAPH: Final = "p"
QUOTE: Final = "blockquote"
BULLETS: Final = "ul"
NUMBERS: Final = "ol"  #: ``start`` when it is not 1
ITEM: Final = "li"  #: CHECKED on items of a task list; holds bare text in a tight list
DEFINITIONS: Final = "dl"
TERM: Final = "dt"
DEFINITION: Final = "dd"
CODE_BLOCK: Final = (
    "codeblock"  #: text is the code with its last line break; LANGUAGE, MARKED lines, LINE_NUMBERS
)
RULE: Final = "hr"
TABLE: Final = "table"  #: CAPTION first (if any), then HEAD, then BODY
CAPTION: Final = "caption"
HEAD: Final = "thead"
BODY: Final = "tbody"
ROW: Final = "tr"  #: GROUP on a row that is the heading of those below it: one HEAD_CELL over all columns
HEAD_CELL: Final = "th"  #: ALIGN, ``colspan``, ``rowspan``
CELL: Final = "td"  #: ALIGN, ``colspan``, ``rowspan``; holds inlines, or blocks in a grid table
TABLE_NOTES: Final = "tablenotes"  #: last child of a TABLE: blocks, what stands below it
DIV: Final = "div"  #: a fenced div; ``column`` in ``columns`` (classes) may have a ``width``
CALLOUT: Final = "callout"  #: KIND; TITLE first (if any); ``collapse`` as Quarto has it
TITLE: Final = "title"
#: an IMAGE, FIGUREs (its parts) or blocks, then FIGURE_CAPTION; COLUMNS when it has parts.
#: What its ``id`` begins with says what it is: ``tbl-`` a table made of something else.
FIGURE: Final = "figure"
FIGURE_CAPTION: Final = "figcaption"
LISTING: Final = "listing"  #: CAPTION first (if any), then CODE_BLOCK; ``id``
THEOREM: Final = (
    "theorem"  #: KIND ``thm``, ``lem``, … or ``prf``; TITLE first (if any): its name; blocks; TAG, WORD
)
ALGORITHM: Final = "algorithm"  #: CAPTION first (if any), then STEPS (and perhaps other blocks)
STEPS: Final = "steps"  #: STEP elements: the lines of an algorithm
#: inlines; INDENT; ``unnumbered`` (``yes``) for a line without number, such as what it needs
STEP: Final = "step"
TABS: Final = "tabs"  #: TAB elements
TAB: Final = "tab"  #: TITLE first, then blocks
LINE_BLOCK: Final = "lineblock"  #: inlines with BREAKs: its lines stay lines
MACROS: Final = "macros"  #: MATH elements that only define; nothing to show
#: where ``::: {#refs}`` stands or at the end; ENTRY elements once prepared
BIBLIOGRAPHY: Final = "bibliography"
ENTRY: Final = "entry"  #: a reference: ``id``, KEY, LABEL_TEXT; inlines, then BACK_LINKs
BACK_LINK: Final = "backlink"  #: ``href`` of a place that cites it
#: a slide of a deck, child of the root: KIND ``title``, ``section`` or ``slide``; HEADING first (if any), blocks, then
#: NOTES and SPEAKER_NOTES of its own
SLIDE: Final = "slide"
SPEAKER_NOTES: Final = "speakernotes"  #: blocks that only the speaker sees
RAW_BLOCK: Final = "rawblock"  #: text is HTML
NOTES: Final = "notes"  #: last child of the root: all the footnotes' texts
NOTE: Final = "note"  #: KEY; blocks

# --- inlines: RAW, MATH, LINK, IMAGE, NOTE_REFERENCE, CITATIONS, CITE, CROSS_REFERENCE and WIKI_LINK carry AT where the
# reader knows offsets ------------------------------------------------------------------------------------------
EMPHASIS: Final = "em"
STRONG: Final = "strong"
DELETED: Final = "del"
SUBSCRIPT: Final = "sub"
SUPERSCRIPT: Final = "sup"
CODE: Final = "code"  #: text
SPAN: Final = "span"
LINK: Final = "a"  #: ``href``, ``title``
IMAGE: Final = "img"  #: ``src``, ``alt``, ``title``; no children
BREAK: Final = "br"
RAW: Final = "raw"  #: text is HTML: one tag, comment or the like
#: text is TeX; DISPLAY is ``inline`` or ``block``; ``id`` and NUMBER, or an EQUATION_ROW
#: child for each row that has either
MATH: Final = "math"
EQUATION_ROW: Final = "eqrow"  #: ROW_INDEX from 0, ``id``, TAG, NUMBER; no text
NOTE_REFERENCE: Final = "noteref"  #: KEY
INLINE_NOTE: Final = "inlinenote"  #: inlines: a note written where it is called
WIKI_LINK: Final = "wiki"  #: KEY; text is what to show, empty when the target's own title is wanted
CITATIONS: Final = "citations"  #: CITE and CROSS_REFERENCE elements; FORM is ``bracket`` or ``text``
#: KEY; SUPPRESS; PREFIX and SUFFIX inside; in a prepared group: KEY, ``href``, inlines to show
CITE: Final = "cite"
#: in a prepared group: the references cited, to be shown where the pointer or the focus is
CARD: Final = "card"
#: KEY such as ``fig-model``; SUPPRESS; PREFIX and SUFFIX inside; FORM when alone;
#: once prepared ``href`` and SHOWN
CROSS_REFERENCE: Final = "xref"
PREFIX: Final = "prefix"  #: inlines before the key
SUFFIX: Final = "suffix"  #: inlines after the key: locator and more

# --- attributes ------------------------------------------------------------------------------------------------
LINE: Final = "line"  #: 1-based line in the file as the author sees it
AT: Final = "at"  #: byte offset into ``Source.data``; see ``Source.span``
LEVEL: Final = "level"
CHECKED: Final = "checked"  #: ``yes`` or ``no``
LANGUAGE: Final = "language"
ALIGN: Final = "align"  #: ``left``, ``center`` or ``right``; absent when not given
KIND: Final = "kind"  #: of a callout: ``note``, ``tip``, ``warning``, … lower case
KEY: Final = "key"
DISPLAY: Final = "display"
FORM: Final = "form"
SUPPRESS: Final = "suppress"  #: ``yes``: the author's name (or the word "Figure") is left out
GROUP: Final = "group"  #: ``yes`` on a ROW
COLUMNS: Final = "columns"  #: of a FIGURE with parts: how many stand side by side
INDENT: Final = "indent"  #: of a STEP, from 0
ROW_INDEX: Final = "row"
TAG: Final = "tag"  #: what ``\\tag`` gives an equation instead of a number
MARKED: Final = "marked"  #: lines of code to point at, ``1,3-4``
LINE_NUMBERS: Final = "numbered"  #: ``yes``, or the number of the first line
FRAGMENT: Final = "data-fragment"  #: of what a slide does not show at once: the step that shows it, from 1
WRITTEN: Final = "written"  #: ``yes`` on a caption that stood in an attribute, until it is read
NOTED: Final = "noted"  #: notes at lines of code, ``0:1;3:2,3``: the line from 0, and the numbers
LARGE: Final = "large"  #: ``yes`` on a picture that leads to itself in full size
#: ``yes`` on a CODE_BLOCK that is shown as the diagram that it describes; ``alt`` says what it shows
DRAWN: Final = "drawn"
CELL_CODE: Final = "cell"  #: ``yes`` on code that another tool would run; here it is shown
# written by the passes:
NUMBER: Final = "number"  #: text such as ``3.1``; of a part of a figure ``(a)``
WORD: Final = "word"  #: what stands before the number: ``Figure``
SHOWN: Final = "shown"  #: the text of a cross-reference
LABEL_TEXT: Final = "label"  #: what stands before a reference in the bibliography: ``[1]``
PREPARED: Final = "prepared"  #: ``yes`` on a group of citations whose content is what to show

#: Names that a person's own attributes may not take.
INTERNAL: Final = frozenset(
    {LINE, AT, LEVEL, CHECKED, LANGUAGE, ALIGN, KIND, KEY, DISPLAY, FORM, SUPPRESS, "href", "src", "alt"}
    | {GROUP, COLUMNS, INDENT, ROW_INDEX, TAG, MARKED, LINE_NUMBERS, NUMBER, WORD, SHOWN, LABEL_TEXT}
    | {PREPARED, CELL_CODE, DRAWN, WRITTEN, NOTED, LARGE}
    | {"colspan", "rowspan"}
)

#: What the key of a cross-reference begins with, and the word that stands for it in English. The prefixes are
#: Quarto's (https://quarto.org/docs/authoring/cross-references.html) with ``def`` and ``rem`` as it has them.
CROSS_REFERENCES: Final = {
    "fig": "Figure",
    "tbl": "Table",
    "eq": "Equation",
    "sec": "Section",
    "lst": "Listing",
    "thm": "Theorem",
    "lem": "Lemma",
    "cor": "Corollary",
    "prp": "Proposition",
    "cnj": "Conjecture",
    "def": "Definition",
    "exm": "Example",
    "exr": "Exercise",
    "sol": "Solution",
    "rem": "Remark",
    "alg": "Algorithm",
}

#: Languages of code that is drawn; those of ``acadsite.diagrams``.
DIAGRAMS: Final = frozenset({"mermaid", "dot", "graphviz"})

#: Kinds of THEOREM that stand without a number, beside those that are told to.
UNNUMBERED: Final = frozenset({"prf"})

#: Deepest nesting of elements that a reader gives; what is deeper is flattened (writers may recurse).
DEEPEST: Final = 100

#: Elements that stand within a line of text.
INLINE: Final = frozenset(
    {
        EMPHASIS,
        STRONG,
        DELETED,
        SUBSCRIPT,
        SUPERSCRIPT,
        CODE,
        SPAN,
        LINK,
    }
    | {IMAGE, BREAK, RAW, MATH, NOTE_REFERENCE, INLINE_NOTE, WIKI_LINK}
    | {CITATIONS, CITE, CROSS_REFERENCE}
)
