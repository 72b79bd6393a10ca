"""The part of the HTML writer that shows diagrams.

In: the writer, and a block of code that describes one. Out: the picture with its text below it, to be unfolded; or
nothing, when it cannot be drawn and is to be shown as the code that it is. What is wrong with it is told with its line.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from acadsite.diagrams import drawn
from acadsite.markup import tree
from acadsite.markup.code import escaped
from acadsite.problems import Span

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from acadsite.diagrams import Fault
    from acadsite.markup.html import Writer

#: A diagram shrinks to this part of its size, so that its words can be read; then it scrolls.
_LEAST: Final = 0.75
#: Narrower ones fit on any screen.
_NARROW: Final = 280


def diagram(writer: Writer, element: Element) -> bool:
    """Write a diagram; False when it cannot be drawn."""
    text = element.text or ""
    picture, faults = drawn(text, element.get(tree.LANGUAGE, ""), writer.memo)
    for fault in faults:
        message = fault.message if picture else f"this diagram is shown as text: {fault.message}"
        writer._problem("markup-diagram", message, _place(writer, element, fault), fault.hint)
    if picture is None:
        return False
    title = element.get("alt") or picture.title
    svg = picture.svg
    if title != picture.title:
        start, end = svg.index("<title>") + 7, svg.index("</title>")
        svg = svg[:start] + html.escape(title) + svg[end:]
    least = round(picture.width * _LEAST)
    focus = ""
    if least > _NARROW:
        svg = svg.replace("<svg ", f'<svg style="min-inline-size:{least}px" ', 1)
        focus = f' role="region" aria-label="{html.escape(title)}" tabindex="0"'
    attributes = writer._attributes(element, "diagram")
    writer._keep(
        f"<div{attributes}{focus}>{svg}</div>\n"
        f'<details class="diagram-text"><summary>{escaped(writer.words.diagram)}</summary>'
        f"<code>{escaped(text.strip())}</code></details>\n"
    )
    return True


def _place(writer: Writer, element: Element, fault: Fault) -> Span:
    """Where a fault stands: line and column in the file."""
    source, line = writer.source, int(element.get(tree.LINE, writer._line))
    lines = (element.text or "").split("\n")

    def written(line: int) -> str:
        index = line - source.first_line
        if not 0 <= index < len(source.starts) - 1:
            return ""
        return source.data[source.starts[index] : source.starts[index + 1]].decode(errors="replace")

    # One dialect tells the line of the fence, the other that of the text in it.
    line += fault.line - (0 if written(line).lstrip(" >").startswith(("```", "~~~", "-", "*", "+")) else 1)
    place = source.line_span(line)
    text = lines[fault.line - 1].rstrip() if fault.line <= len(lines) else ""
    return Span(place.path, place.line, max(written(line).find(text), 0) + fault.column)
