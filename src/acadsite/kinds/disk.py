"""Pages that are opened without a server, from a folder or a stick: what a browser does not do for files is done here.

A server answers the address of a folder with the page in it; among files only the page itself is there, so links name
it. Modules are not loaded from files at all (their origin is nobody's, and so another one), and would leave an error
behind. All else works: pages have no absolute address but those for machines, which stay those of the site.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from acadsite.graph import path_of
from acadsite.links import is_external

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Elements that lead to pages, each with the attribute that says where.
_LEADING: Final = {"a": "href", "area": "href", "link": "href", "iframe": "src", "meta": "content"}


def as_files(html: str) -> str:
    """A page whose links lead to files. Every other tag and text stays as it is written."""
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.written)


class _Page(HTMLParser):
    """Writes what it reads, but for the tags that change."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._is_left_out = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and given.get("type") == "module":
            self._is_left_out = True
            return
        wanted = {**given, **_as_file(tag, given)}
        self.written.append(
            (self.get_starttag_text() or "") if wanted == given else f"<{tag}{_attributes(wanted)}>"
        )

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._is_left_out and tag == "script":
            self._is_left_out = False
        else:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")


def _as_file(tag: str, given: dict[str, str | None]) -> dict[str, str]:
    """The attribute of a tag that leads to a folder, as it has to be; nothing where there is none."""
    name = _LEADING.get(tag, "")
    value = given.get(name) or ""
    before = ""
    if tag == "meta":
        wait, mark, value = value.partition("url=")
        before = wait + mark if given.get("http-equiv") == "refresh" else ""
        value = value if before else ""
    path = value.partition("#")[0].partition("?")[0]
    if not path.endswith("/") or path.startswith("/") or is_external(value):
        return {}
    return {name: before + path_of(path) + value[len(path) :]}


def _attributes(values: dict[str, str | None]) -> str:
    return "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in values.items()
    )
