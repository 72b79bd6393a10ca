"""Raw HTML in a document: its links in trusted mode, all of it in sanitised mode.

Trusted raw HTML is kept as it is but for addresses: dangerous ones go, the others are resolved like those of
Markdown. Sanitised HTML goes through nh3 (Ammonia) with the lists below; SVG and MathML are never let through
there, since the ways around a sanitiser lead through them.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, Literal

import nh3

from acadsite.links import percent_encoded, safe_image, safe_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Attributes that hold an address, and what is resolved in them.
_ADDRESSES: Final[dict[str, Literal["link", "image"]]] = {
    "href": "link",
    "xlink:href": "link",
    "action": "link",
    "formaction": "link",
    "cite": "link",
    "longdesc": "link",
    "src": "image",
    "poster": "image",
    "background": "image",
    "data": "image",
}
_PIXELS: Final = re.compile(r"\s*([0-9]+)\s*px\s*")  # written often, and not valid
_TAG: Final = re.compile(r"<[A-Za-z][^\s/>]*+")
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*+(?P<name>[^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'"""
    r"""|(?P<open>["'][\s\S]*+)|(?P<bare>[^\s>"'][^\s>]*+))|(?!))?+"""
)


def with_addresses(
    text: str,
    resolve: Callable[[str, Literal["link", "image"], int], str | None],
    refuse: Callable[[str, int], None],
) -> str:
    """``text`` with its addresses resolved.

    ``resolve(address, kind, offset)`` gives the address to write or None to leave it; ``refuse(address, offset)``
    is told of each dangerous one, which is left out with its attribute. Offsets are into ``text``.
    """
    if "=" not in text:
        return text
    edits: list[tuple[int, int, str]] = []
    position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        is_picture = tag[0].lower() == "<img"
        described = False
        while attribute := _ATTRIBUTE.match(text, position):
            start = attribute.start("name")
            position = attribute.end()
            name = attribute["name"].lower()
            if name == "markdown":  # Python-Markdown's and kramdown's, no attribute of HTML
                edits.append((start, position, ""))
                continue
            described = described or name == "alt"
            if name in {"width", "height"} and (
                size := _PIXELS.fullmatch(attribute["double"] or attribute["single"] or "")
            ):
                edits.append((start, position, f'{name}="{size[1]}"'))
                continue
            kind = _ADDRESSES.get(name)
            if kind is None or (name == "data" and tag[0].lower() != "<object"):
                continue
            group = next((g for g in ("double", "single", "bare", "open") if attribute[g] is not None), None)
            if group is None:
                continue
            address = html.unescape(attribute[group].lstrip("\"'") if group == "open" else attribute[group])
            is_image = name == "src" and tag[0].lower() in {"<img", "<source", "<video", "<audio"}
            safe = (safe_image if is_image else safe_url)(address)
            if safe is None:
                refuse(address, start)
                if group == "open":  # the value runs on behind this piece: no tag then
                    edits.append((tag.start(), tag.start() + 1, "&lt;"))
                else:
                    edits.append((start, position, ""))
                continue
            if group == "open":
                continue
            resolved = resolve(address, kind, start)
            if resolved is not None and (
                resolved not in {address, safe} or (" " in address and "\n" not in address)
            ):
                if not resolved.startswith("data:"):
                    resolved = percent_encoded(resolved)
                edits.append((start, position, f'{attribute["name"]}="{html.escape(resolved)}"'))
        if is_picture and not described:
            edits.append((tag.end(), tag.end(), ' alt=""'))
    if not edits:
        return text
    out: list[str] = []
    position = 0
    for start, end, new in sorted(edits):
        out += (text[position:start], new)
        position = end
    return "".join((*out, text[position:]))


#: Elements of HTML, and of SVG and MathML that people write by hand.
_ELEMENTS: Final = frozenset(
    """a abbr address area article aside audio b base bdi bdo big blockquote body br button canvas caption center cite
    code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
    footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li
    link main map mark marquee menu meta meter nav nobr noframes noscript object ol optgroup option output p param
    picture pre progress q rp rt ruby s samp script search section select slot small source span strike strong style
    sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr
    animate circle defs desc ellipse filter g image line lineargradient marker mask path pattern polygon polyline
    radialgradient rect stop symbol text textpath tspan use math mfrac mi mn mo mover mrow mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover semantics annotation""".split()  # noqa: SIM905
)
_NAME: Final = re.compile(r"</?([A-Za-z][^\s/>]*)")


def unknown_element(tag: str) -> str:
    """The name of the element in ``tag`` (one tag) when there is none of that name; else an empty string.

    ``vector<double>`` in a text is a tag to every Markdown parser, and what it says is lost on the page.
    """
    found = _NAME.match(tag)
    name = found[1] if found else ""
    return "" if not name or "-" in name or name.lower() in _ELEMENTS else name


# --- sanitised mode --------------------------------------------------------------------------------------------

_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "li",
        "mark",
        "nav",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ANYWHERE: Final = frozenset("id class title lang dir role tabindex translate".split())  # noqa: SIM905
_ATTRIBUTES: Final = {
    "*": set(_ANYWHERE),
    "a": {"href", "hreflang", "rel", "target", "download"},
    "img": {"src", "alt", "width", "height", "loading", "decoding", "sizes"},
    "source": {"src", "type", "media"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "details": {"open"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"datetime"},
    "ins": {"datetime"},
}
_SCHEMES: Final = frozenset("http https mailto tel ftp doi".split())  # noqa: SIM905

#: Private characters around the number of a piece of our own HTML that the sanitiser is not to see.
_KEPT: Final = ("\ue000", "\ue001")
_KEPT_OR_TAG: Final = re.compile('(<[A-Za-z/](?:[^">]|"[^"]*")*>)|\ue000([0-9]+)\ue001')
_KEPT_ALONE: Final = re.compile("\ue000[0-9]*\ue001?")


def placeholder(number: int) -> str:
    """What stands for the piece of that number in HTML that will be sanitised."""
    return f"{_KEPT[0]}{number}{_KEPT[1]}"


def sanitised(text: str, kept: Sequence[str]) -> str:
    """``text`` made harmless and balanced; then ``kept``, our own HTML, in place of its placeholders.

    A placeholder that raw HTML has drawn into an attribute is dropped: what stands for text may hold quotes.
    """
    clean = nh3.clean(
        text,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        generic_attribute_prefixes={"aria-", "data-"},
        url_schemes=set(_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )

    def put_back(found: re.Match[str]) -> str:
        if found[1] is not None:
            return _KEPT_ALONE.sub("", found[1])
        number = int(found[2])
        return kept[number] if number < len(kept) else ""

    return _KEPT_OR_TAG.sub(put_back, clean)
