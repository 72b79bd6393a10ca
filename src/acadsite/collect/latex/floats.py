r"""Figures and tables that float, with captions, labels and parts; pictures and where they are."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.collect.latex import tables, words
from acadsite.collect.latex.tokens import Stream, Token, plain_of, source_of
from acadsite.collect.latex.writing import Row, Run, blocks, code_span, div, quoted
from acadsite.problems import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.collect.latex.reading import Anchor, Flow, Reading
    from acadsite.collect.latex.tokens import Place

#: Pictures that browsers show, in the order in which they are looked for.
SHOWN: Final = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".gif", ".avif")
#: Those that LaTeX takes and browsers do not.
PRINTED: Final = (".pdf", ".eps", ".ps", ".tif", ".tiff", ".epdf")
_RELATIVE: Final = re.compile(
    r"\s*([0-9]*\.?[0-9]*)\s*\\(?:textwidth|linewidth|columnwidth|hsize|columnwidth)\s*\Z"
)
_ABSOLUTE: Final = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(cm|mm|in|pt|bp|px|em)\s*\Z")
_PIXELS: Final = {"cm": 37.8, "mm": 3.78, "in": 96, "pt": 1.328, "bp": 1.333, "px": 1, "em": 16}
_LAYOUT: Final = frozenset(
    [
        "centering",
        "hfill",
        "hspace",
        "vspace",
        "quad",
        "qquad",
        "newline",
        "par",
        "hfil",
        "small",
        "footnotesize",
        "scriptsize",
        "raggedright",
        "smallskip",
        "medskip",
        "bigskip",
        "vfill",
        "captionsetup",
        "label",
    ]
)
_MOST_COLUMNS: Final = 12


class Picture(NamedTuple):
    """A picture: its path from the folder of the site, its width as Markdown has it, words for those who do not see it,
    and where it is named."""

    path: str
    width: str
    alt: str
    place: Place

    def markdown(self, caption: str, identifier: str, file: str) -> str:
        """The picture in a text of ``file``; with an id it is a figure."""
        target = self.path
        if target.startswith("content/"):
            target = posixpath.relpath(target, posixpath.dirname(file) or ".")
        attributes = [f"#{identifier}"] if identifier else []
        attributes += [f"fig-alt={quoted(self.alt)}"] if self.alt else []
        attributes += [f"width={self.width}"] if self.width else []
        braces = f"{{{' '.join(attributes)}}}" if attributes else ""
        address = f"<{target}>" if re.search(r"[\s()]", target) else target
        return f"![{caption}]({address}){braces}"


def picture(reading: Reading, stream: Stream, token: Token) -> Picture | str:
    r"""What ``\includegraphics`` names; its source where there is no picture that can be shown, which is told."""
    star = stream.peek()
    if star is not None and star.source == "*":
        stream.take()
    given = stream.option() or []
    more = stream.option()  # the older form: two corners
    options = _options(source_of(given)) if more is None else {}
    name = plain_of(stream.argument()).strip('"')
    path = _found(reading, name, token.place)
    if path is None:
        return f"\\includegraphics{{{name}}}"
    alt = re.sub(r"\\([&%$#_{}])", r"\1", options.get("alt", "")).replace("~", " ")
    return Picture(path, _width(options.get("width", "")), alt, token.place)


def _options(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.findall(r"(?:[^,{}]|\{(?:[^{}]|\{[^{}]*\})*\})+", text):
        name, _, value = part.partition("=")
        value = value.strip()
        if value.startswith("{") and value.endswith("}"):
            value = value[1:-1]
        found[name.strip()] = " ".join(value.split())
    return found


def _width(text: str) -> str:
    relative = _RELATIVE.match(text)
    if relative is not None:
        share = float(relative[1]) if relative[1] not in {"", "."} else 1.0
        return f"{round(min(share, 1.0) * 100)}%" if share > 0 else ""
    absolute = _ABSOLUTE.match(text)
    if absolute is not None:
        return str(max(1, round(float(absolute[1]) * _PIXELS[absolute[2]])))
    return ""


def _found(reading: Reading, name: str, place: Place) -> str | None:
    """The path of a picture that a page can show."""
    from acadsite.collect.latex.inline import named_file

    stem, ending = posixpath.splitext(name)
    ending = ending.lower()
    if ending not in SHOWN and ending not in PRINTED:
        stem, ending = name, ""
    endings = [ending, *SHOWN] if ending in SHOWN else list(SHOWN)
    outside = True
    for folder in ("", *reading.folders):
        for one in endings:
            written = name if one == ending else f"{stem}{one}"
            path = named_file(posixpath.join(folder, written), reading.path)
            if path is None:
                continue
            outside = False
            if reading.has(path):
                return path
            if one.upper() != one and reading.has(upper := f"{posixpath.splitext(path)[0]}{one.upper()}"):
                return upper
    if outside:
        reading.warn("latex-picture", f"The picture {quote(name)} is out of the folder of the site.", place)
        return None
    printed = [
        path
        for folder in ("", *reading.folders)
        for one in PRINTED
        if (path := named_file(posixpath.join(folder, f"{stem}{one}"), reading.path)) and reading.has(path)
    ]
    if printed:
        kind = posixpath.splitext(printed[0])[1]
        base = posixpath.basename(printed[0]).removesuffix(kind)
        tool = (
            f"pdftocairo -svg {base}{kind} {base}.svg"
            if kind == ".pdf"
            else f"inkscape {base}{kind} -o {base}.svg"
        )
        message = f"Browsers show no {kind} as a picture: {quote(name)} is shown as its name."
        reading.warn(
            "latex-picture", message, place, f"Put “{base}.svg” or “{base}.png” beside it: “{tool}”."
        )
        return None
    message = f"There is no picture {quote(name)}."
    reading.warn("latex-picture", message, place, f"It may end with {', '.join(SHOWN[:4])}.")
    return None


@dataclass(slots=True)
class _Part:
    """A part of a float: a picture, a table, or blocks; with a caption and an id of its own where it is one that has
    them. ``share`` is its width as a part of the line, 0 where that is not said."""

    picture: Picture | None = None
    table: tables.Table | None = None
    rows: list[Row] = field(default_factory=list)
    caption: Run | None = None
    id: str = ""
    share: float = 0.0
    place: Place | None = None


@dataclass(slots=True)
class _Float:
    """State of reading one float."""

    reading: Reading
    kind: str
    anchor: Anchor
    parts: list[_Part] = field(default_factory=list)
    caption: Run | None = None
    notes: list[list[Row]] = field(default_factory=list)
    loose: list[Token] = field(default_factory=list)
    is_numbered: bool = True

    def read(self, tokens: Sequence[Token]) -> None:
        stream = Stream(tokens)
        self.reading.depth += 1
        if self.reading.depth > self.reading.deepest:
            self.parts.append(_Part(rows=self.reading.rows(tokens)))
            stream = Stream()
        while (token := stream.take()) is not None:
            if token.kind in {"raw", "lost"}:
                self.loose.append(token)
            elif token.kind != "command":
                if token.kind not in {"space", "par", "~", "{", "}"} or self.has_loose():
                    self.loose.append(token)
            else:
                self.command(token, stream)
        self.end_loose()
        self.reading.depth -= 1

    def has_loose(self) -> bool:
        return any(token.kind not in {"space", "par"} for token in self.loose)

    def end_loose(self) -> None:
        """What stands between pictures and tables, as blocks."""
        loose, self.loose = self.loose, []
        if any(token.kind not in {"space", "par", "{", "}", "~"} for token in loose):
            depth = 0
            for token in loose:
                depth += (token.kind == "{") - (token.kind == "}")
            if depth:
                loose = [token for token in loose if token.kind not in {"{", "}"}]
            rows = self.reading.rows(loose)
            if rows:
                self.parts.append(_Part(rows=rows, place=rows[0].place))

    def command(self, token: Token, stream: Stream) -> None:
        name, place = token.text, token.place
        reading = self.reading
        if name in {"caption", "caption*", "captionof", "captionof*"}:
            if name.startswith("captionof"):
                stream.argument()
            stream.option()
            given = reading.inline(stream.argument())
            self.caption = given
            self.is_numbered = self.is_numbered and not name.endswith("*")
        elif name == "label":
            reading.label(plain_of(stream.argument()), place)
        elif name in {"includegraphics", "includesvg", "includegraphics*"}:
            self.end_loose()
            found = picture(reading, stream, token)
            if isinstance(found, Picture):
                self.parts.append(_Part(picture=found, place=place))
            else:
                self.parts.append(_Part(rows=[Row(code_span(found), place)], place=place))
        elif name in {"subfloat", "subfigure", "subcaptionbox", "subtable"}:
            self.end_loose()
            self.boxed(name, stream, place)
        elif name == "begin":
            self.begin(stream, token)
        elif name in _LAYOUT or name in {"\\", " ", ",", ";"}:
            if self.has_loose():
                self.loose.append(token)
            elif name in {"hspace", "vspace", "captionsetup"}:
                stream.option()
                stream.argument()
            else:
                stream.option() if name == "\\" else None
        elif (macro := reading.macros.get(name)) is not None and _draws(macro.body):
            reading.put(macro, stream, place, name)
        elif name in {
            "resizebox",
            "scalebox",
            "adjustbox",
            "makebox",
            "fbox",
            "centerline",
            "parbox",
            "raisebox",
        }:
            takes = words.THROUGH.get(name, "")
            for kind in takes:
                stream.option() if kind == "o" else stream.argument()
            stream.put(stream.argument())
        else:
            self.loose.append(token)

    def begin(self, stream: Stream, token: Token) -> None:
        """An environment in a float."""
        from acadsite.collect.latex.reading import Flow

        reading = self.reading
        kept = list(stream.tokens)
        name = plain_of(stream.argument())
        flow = Flow(reading, stream)
        if name in words.SUBFIGURES:
            self.end_loose()
            inner = flow.collect(name, token.place)
            self.sub(inner, token.place)
        elif name in words.TABULARS and name != "array":
            self.end_loose()
            table = tables.read(reading, name, flow.collect(name, token.place), token.place)
            if table is not None:
                self.caption = self.caption or table.caption
                self.parts.append(_Part(table=table, place=token.place))
        elif name in {
            "center",
            "flushleft",
            "flushright",
            "threeparttable",
            "small",
            "footnotesize",
            "adjustbox",
        }:
            inner = flow.collect(name, token.place)
            inside = Stream(inner)
            for kind in words.PLAIN.get(name, ""):
                inside.option() if kind == "o" else inside.argument()
            stream.put(reversed(inside.tokens))
        elif name == "minipage":
            inner = flow.collect(name, token.place)
            inside = Stream(inner)
            for _ in range(3):
                inside.option()
            share = _share(source_of(inside.argument()))
            rest = list(reversed(inside.tokens))
            if any(part.kind == "command" and part.text == "caption" for part in rest):
                self.end_loose()
                self.sub(rest, token.place, share, own=True)
            else:
                stream.put(rest)
        elif name == "tablenotes":
            rows = reading.rows(
                [token, *_begun(name, token), *flow.collect(name, token.place), *_ended(name, token)]
            )
            self.notes.append(div(rows, "{.table-notes}", token.place))
        else:
            stream.tokens = kept
            self.loose += (token, *_begun(name, token))
            stream.argument()
            self.loose += (*flow.collect(name, token.place), *_ended(name, token))

    def boxed(self, name: str, stream: Stream, place: Place) -> None:
        r"""``\subfloat[caption]{content}``, ``\subcaptionbox{caption}{content}``."""
        caption: list[Token] | None
        if name == "subcaptionbox":
            caption = stream.argument()
            stream.option()
            stream.option()
        else:
            caption = stream.option()
            caption = stream.option() or caption
        content = stream.argument()
        with self.reading.anchor(self.kind) as anchor:
            inner = _Float(self.reading, self.kind, anchor)
            if caption is not None:
                # The label may stand in the caption.
                inner.caption = self.reading.inline(caption)
            inner.read(content)
            self.add_sub(inner, 0.0, place)

    def sub(self, tokens: Sequence[Token], place: Place, share: float = 0.0, *, own: bool = False) -> None:
        """A part with a caption of its own."""
        stream = Stream(tokens)
        if not own:
            stream.option()
            stream.option()
            stream.option()
            share = _share(source_of(stream.argument()))
        with self.reading.anchor(self.kind) as anchor:
            inner = _Float(self.reading, self.kind, anchor)
            inner.read(list(reversed(stream.tokens)))
            self.add_sub(inner, share, place)

    def add_sub(self, inner: _Float, share: float, place: Place) -> None:
        only = inner.parts[0] if len(inner.parts) == 1 else None
        if only is None:
            only = _Part(rows=blocks([self.content(part) for part in inner.parts]))
        only.caption, only.id = inner.caption, inner.anchor.id
        only.share, only.place = share, place
        if only.picture is not None and share:
            only.picture = only.picture._replace(width="")
        self.parts.append(only)
        self.notes += inner.notes

    # --- Markdown ---

    def content(self, part: _Part) -> list[Row]:
        """A part without its caption."""
        if part.picture is not None:
            file = self.reading.files[part.picture.place.file]
            return [Row(part.picture.markdown("", "", file), part.picture.place)]
        return tables.markdown(part.table) if part.table is not None else part.rows

    def rows(self, place: Place) -> list[Row]:
        """The float as blocks."""
        if not self.parts and not self.caption:
            return []
        caption = self.caption.line() if self.caption is not None else ""
        has_number = self.is_numbered and (bool(caption) or bool(self.anchor.id))
        identifier = self.reading.automatic(self.anchor) if has_number else ""
        only = self.parts[0] if len(self.parts) == 1 and self.parts[0].caption is None else None
        if only is not None and only.picture is not None and self.kind == "fig":
            file = self.reading.files[only.picture.place.file]
            if not identifier and caption:
                text = only.picture.markdown(caption, "", file)
                text = f"{text[:-1]} .figure}}" if text.endswith("}") else f"{text}{{.figure}}"
                return [Row(text, only.picture.place)]
            return [Row(only.picture.markdown(caption, identifier, file), only.picture.place)]
        if only is not None and only.table is not None and (self.kind == "tbl" or not identifier):
            rows = tables.markdown(only.table)
            if caption:
                braces = f" {{#{identifier}}}" if identifier else ""
                rows = blocks([rows, [Row(f": {caption}{braces}", rows[0].place)]])
            return blocks([rows, *self.notes])
        return self.divided(caption, identifier, place)

    def divided(self, caption: str, identifier: str, place: Place) -> list[Row]:
        """A float of parts, or of something else, in a div."""
        inner: list[list[Row]] = []
        captioned = [part for part in self.parts if part.caption is not None]
        if captioned:
            inner += (self.part(part, place) for part in self.parts)
        else:
            pictures = [part for part in self.parts if part.picture is not None]
            rows = [self.content(part) for part in self.parts]
            if len(pictures) > 1:  # side by side, and no parts with letters
                inner.append(div(blocks(rows), "{.pictures}", place))
            else:
                inner += rows
        inner += self.notes
        if caption:
            inner.append([Row(caption, self.parts[-1].place or place if self.parts else place)])
        if not identifier:
            return blocks(inner)
        layout = f" layout-ncol={self.columns(captioned)}" if len(captioned) > 1 else ""
        body = blocks(inner)
        return div(body, f"{{#{identifier}{layout}}}", place)

    def part(self, part: _Part, place: Place) -> list[Row]:
        caption = part.caption.line() if part.caption is not None else ""
        if part.picture is not None:
            file = self.reading.files[part.picture.place.file]
            return [Row(part.picture.markdown(caption, part.id, file), part.picture.place)]
        rows = self.content(part)
        if part.table is not None:
            return blocks(
                [rows, [Row(f": {caption}" + (f" {{#{part.id}}}" if part.id else ""), rows[0].place)]]
            )
        if part.caption is None:
            return rows
        identifier = part.id or self.reading.free(f"{self.kind}-part")
        return div(
            blocks([rows, [Row(caption, part.place or place)]]), f"{{#{identifier}}}", part.place or place
        )

    @staticmethod
    def columns(parts: Sequence[_Part]) -> int:
        """How many parts stand side by side."""
        shares = [part.share for part in parts if part.share > 0]
        if not shares:
            return min(len(parts), 4)
        return max(1, min(len(parts), int(1.02 / max(shares)), _MOST_COLUMNS))


def _share(text: str) -> float:
    relative = _RELATIVE.match(text)
    if relative is None:
        return 0.0
    return float(relative[1]) if relative[1] not in {"", "."} else 1.0


def _draws(body: Sequence[Token]) -> bool:
    return any(token.text in {"includegraphics", "caption", "begin", "subfloat"} for token in body)


def _begun(name: str, token: Token) -> list[Token]:
    return [
        Token("{", "{", "{", token.place),
        Token("text", name, name, token.place),
        Token("}", "}", "}", token.place),
    ]


def _ended(name: str, token: Token) -> list[Token]:
    return [Token("command", "end", "\\end", token.place), *_begun(name, token)]


def begin(flow: Flow, name: str, place: Place) -> None:
    """A float, up to its end."""
    reading = flow.reading
    kind = "tbl" if name in words.TABLES else "fig"
    if not flow.one:
        flow.flush()
    tokens = flow.collect(name, place)
    stream = Stream(tokens)
    stream.option()
    if name in {"wrapfigure", "wraptable"}:
        stream.option()
        stream.argument()
        stream.option()
        stream.argument()
    with reading.anchor(kind) as anchor:
        found = _Float(reading, kind, anchor)
        found.read(list(reversed(stream.tokens)))
        flow.block(found.rows(place))


def tabular(flow: Flow, name: str, place: Place) -> None:
    """A table that does not float."""
    reading = flow.reading
    if not flow.one:
        flow.flush()
    tokens = flow.collect(name, place)
    with reading.anchor("tbl") as anchor:
        table = tables.read(reading, name, tokens, place)
        if table is None:
            return
        rows = tables.markdown(table)
        if table.caption is not None:
            identifier = reading.automatic(anchor)
            rows = blocks([rows, [Row(f": {table.caption.line()} {{#{identifier}}}", place)]])
        if flow.one:
            flow.run.pieces += reading.inline(tokens).pieces
        else:
            flow.block(rows)
