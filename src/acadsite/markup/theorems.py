"""Theorems, definitions, proofs and their like, and algorithms, from fenced divs.

``::: {#thm-x}``, ``::: {.theorem #x name="…"}``, ``::: proof``; ``::: {#alg-x}`` with a numbered list or a block of
pseudocode. A heading at the start is the name. Functions here change a tree in place.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import tree
from acadsite.markup.scholarly import add_text, drop_content, kind_of, move_content, wrap_loose
from acadsite.markup.text import text_of

#: Names of classes, and the kinds that they are.
CLASSES: Final = {
    "theorem": "thm",
    "lemma": "lem",
    "corollary": "cor",
    "proposition": "prp",
    "conjecture": "cnj",
    "definition": "def",
    "example": "exm",
    "exercise": "exr",
    "solution": "sol",
    "remark": "rem",
    "proof": "prf",
    "algorithm": "alg",
}
_KINDS: Final = frozenset(CLASSES.values()) - {"alg", "prf"}
_NAMES: Final = ("name", "title")
_INPUT: Final = re.compile(
    r"(?:input|output|require|ensure|data|result|given|parameters?)s?\b\s*:?", re.IGNORECASE
)


def theorem_kind(element: Element) -> str:
    """The kind of a div that is a theorem, proof or algorithm; empty for any other."""
    kind = kind_of(element.get("id", ""))
    if kind in _KINDS or kind == "alg":
        return kind
    classes = element.get("class", "").split()
    return next((CLASSES[name] for name in classes if name in CLASSES), "")


def finish_theorem(element: Element, kind: str) -> None:
    """Make a theorem (or algorithm) of a div whose content is known."""
    classes = [name for name in element.get("class", "").split() if CLASSES.get(name) != kind]
    if kind in {"sol", "rem"} and "id" not in element.attrib and "numbered" not in classes:
        classes.append("unnumbered")  # as Quarto has it
    element.attrib.pop("class", None)
    if classes:
        element.set("class", " ".join(classes))
    wrap_loose(element)
    title = _title(element, tree.CAPTION if kind == "alg" else tree.TITLE)
    if kind == "alg":
        _algorithm(element, title)
        return
    element.tag = tree.THEOREM
    element.set(tree.KIND, kind)
    # A number and a word of its own, as LaTeX may give them.
    for name in (tree.TAG, tree.WORD):
        if given := element.attrib.pop(f"data-{name}", None):
            element.set(name, given)


def _title(element: Element, tag: str) -> Element | None:
    """The name of a div, put first: an attribute, or a heading at its start."""
    written = None
    for name in (*_NAMES, "alg-cap", "caption"):
        written = element.attrib.pop(name, None) or written
    if written:
        title = Element(tag, {tree.WRITTEN: "yes"})
        title.text = written
        element.insert(0, title)
        return title
    if len(element) and element[0].tag == tree.HEADING:
        title = element[0]
        title.tag = tag
        title.attrib.pop(tree.LEVEL, None)
        if "id" not in element.attrib and kind_of(title.get("id", "")):
            element.set("id", title.attrib.pop("id"))
        return title
    return None


# --- algorithms ------------------------------------------------------------------------------------------------


def _algorithm(element: Element, caption: Element | None) -> None:
    element.tag = tree.ALGORITHM
    lines = next((i for i, child in enumerate(element) if child.tag in {tree.NUMBERS, tree.CODE_BLOCK}), None)
    if lines is None:
        return
    block = element[lines]
    steps = _steps(block) if block.tag == tree.NUMBERS else None
    if block.tag == tree.CODE_BLOCK:
        if block.get(tree.LANGUAGE, "") not in {"pseudocode", "algorithm", ""}:
            return
        from acadsite.markup import pseudocode

        read = pseudocode.parsed(block.text or "", int(block.get(tree.LINE, "1")) + 1)
        steps = read.steps
        if caption is None and read.caption is not None:
            caption = read.caption
            element.insert(0, caption)
            lines += 1
    if steps is None:
        return
    before = [child for child in element[:lines] if child is not caption]
    behind = list(element[lines + 1 :])
    if caption is None:
        caption = _paragraph_caption(before, behind)
    needed = [
        child for child in before if child.tag == tree.PARAGRAPH and _INPUT.match(text_of(child).strip())
    ]
    for index, paragraph in enumerate(needed):
        step = Element(
            tree.STEP, {tree.INDENT: "0", "unnumbered": "yes", tree.LINE: paragraph.get(tree.LINE, "1")}
        )
        move_content(paragraph, step)
        steps.insert(index, step)
        before.remove(paragraph)
    element.text = None
    element[:] = [*([caption] if caption is not None else ()), *before, steps, *behind]


def _paragraph_caption(before: list[Element], behind: list[Element]) -> Element | None:
    """The caption of an algorithm that has no other: the last paragraph behind it, or the first before it."""
    if behind and behind[-1].tag == tree.PARAGRAPH:
        caption = behind.pop()
    elif before and before[0].tag == tree.PARAGRAPH and not _INPUT.match(text_of(before[0]).strip()):
        caption = before.pop(0)
    else:
        return None
    caption.tag = tree.CAPTION
    return caption


def alone(block: Element) -> Element | None:
    """The algorithm of a block of pseudocode that stands by itself; None when it has neither id nor caption nor
    commands."""
    from acadsite.markup import pseudocode

    read = pseudocode.parsed(block.text or "", int(block.get(tree.LINE, "1")) + 1)
    attributes = {name: value for name, value in block.attrib.items() if name != tree.LANGUAGE}
    algorithm = Element(tree.ALGORITHM, attributes)
    written = algorithm.attrib.pop("alg-cap", None) or algorithm.attrib.pop("caption", None)
    caption = read.caption
    if written:
        caption = Element(tree.CAPTION, {tree.WRITTEN: "yes"})
        caption.text = written
    if read.label and "id" not in algorithm.attrib:
        algorithm.set("id", read.label)
    if caption is not None:
        algorithm.append(caption)
    algorithm.append(read.steps)
    return algorithm


def _steps(items: Element) -> Element | None:
    """The lines of a numbered list and of the lists in it; None when an item holds more than text and lists."""
    steps = Element(tree.STEPS, {tree.LINE: items.get(tree.LINE, "1")})
    return steps if _add_steps(steps, items, 0) else None


def _add_steps(steps: Element, items: Element, indent: int) -> bool:
    for item in items:
        step = SubElement(steps, tree.STEP, {tree.INDENT: str(indent), tree.LINE: item.get(tree.LINE, "1")})
        add_text(step, item.text)
        nested: list[Element] = []
        for child in list(item):
            if child.tag in {tree.NUMBERS, tree.BULLETS}:
                nested.append(child)
            elif child.tag == tree.PARAGRAPH and not nested:
                if step.text or len(step):
                    SubElement(step, tree.BREAK)
                move_content(child, step)
            elif child.tag in tree.INLINE and not nested:
                step.append(child)
            else:
                return False
        _strip_end(step)
        if not all(_add_steps(steps, inner, indent + 1) for inner in nested):
            return False
    return True


def _strip_end(step: Element) -> None:
    if len(step):
        step[-1].tail = (step[-1].tail or "").rstrip() or None
    elif step.text:
        step.text = step.text.strip()


# --- tabs ------------------------------------------------------------------------------------------------------


def finish_tabset(element: Element) -> None:
    """Make tabs of a ``::: {.panel-tabset}``: each heading of its highest level begins one."""
    levels = [int(child.get(tree.LEVEL, "9")) for child in element if child.tag == tree.HEADING]
    if not levels:
        return
    level = str(min(levels))
    classes = [name for name in element.get("class", "").split() if name not in {"panel-tabset", "tabset"}]
    children = list(element)
    drop_content(element)
    element.tag = tree.TABS
    element.attrib.pop("class", None)
    if classes:
        element.set("class", " ".join(classes))
    tab: Element | None = None
    for child in children:
        if child.tag == tree.HEADING and child.get(tree.LEVEL) == level:
            tab = SubElement(element, tree.TAB, {tree.LINE: child.get(tree.LINE, "1")})
            for name in ("id", "class"):
                if name in child.attrib:
                    tab.set(name, child.attrib[name])
            move_content(child, SubElement(tab, tree.TITLE))
        elif tab is not None:
            tab.append(child)
    _close_gaps(element)


def _close_gaps(tabs: Element) -> None:
    for tab in tabs:
        for child in tab:
            child.tail = None
