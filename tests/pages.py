"""Built pages as a browser finds them: elements, text, links, and what could run."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_BASE = Path(__file__).resolve().parents[1] / "themes/base/templates/base.html"
#: The one script that stands in pages, letter for letter: the colours the reader chose, before anything is painted.
(COLOURS,) = re.findall(r"<script>.*?</script>", _BASE.read_text(encoding="utf-8"), re.DOTALL)


class Page(HTMLParser):
    """The elements of a page with their attributes, as a browser would find them, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self._link: list[str] = []
        self.feed(html.replace(COLOURS, "", 1))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self.ids.add(attributes.get("id", ""))
        if tag == "a":
            self._link = [attributes.get("href", ""), ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self.links.append((self._link[0], " ".join(self._link[1].split())))
            self._link = []

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._link:
            self._link[1] += data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def active(self) -> list[str]:
        """What could run: scripts that are not data, event attributes, addresses with a scheme that runs."""
        found = []
        for tag, attributes in self.tags:
            if tag in {"script", "iframe", "object", "embed", "base"}:
                is_data = tag == "script" and attributes.get("type", "").endswith("json")
                is_ours = tag == "script" and attributes.get("src", "").startswith((".", "/assets/"))
                found += [] if is_data or is_ours else [tag]
            for name, value in attributes.items():
                address = re.sub(r"[\x00-\x20]", "", value).casefold()
                runs = name in {
                    "href",
                    "src",
                    "action",
                    "formaction",
                    "xlink:href",
                    "data",
                } and address.startswith(("javascript:", "vbscript:", "data:text", "file:"))
                if name.startswith("on") or runs or name == "srcdoc":
                    found.append(f"{tag} {name}={value}")
        return found


def dead_links(built: dict[str, str], base: str) -> list[str]:
    """Every address of the site that leads nowhere when the site lives below ``base`` (``/~user/``)."""
    origin = "https://host.example"
    pages = {path: Page(text) for path, text in built.items() if path.endswith(".html")}
    found = []
    for path, page in pages.items():
        # The page for “not found” is served at any address.
        at = origin + base + ("no/such/page/" if path == "404.html" else path.removesuffix("index.html"))
        for tag, attributes in page.tags:
            for name in ("href", "src"):
                value = attributes.get(name)
                if value is None or (tag == "link" and attributes.get("rel") in {"canonical", "alternate"}):
                    continue
                if value.startswith("#"):
                    found += [] if unquote(value[1:]) in page.ids else [f"{path}: {value}"]
                    continue
                whole = urlsplit(urljoin(at, value))
                if f"{whole.scheme}://{whole.netloc}" != origin:
                    continue
                target = unquote(whole.path)
                inner = target.removeprefix(base)
                file = posixpath.join(inner, "index.html") if inner == "" or inner.endswith("/") else inner
                anchor = unquote(whole.fragment)
                is_known = target.startswith(base) and file in built
                if not is_known or (anchor and file in pages and anchor not in pages[file].ids):
                    found.append(f"{path}: {value}")
    return found
