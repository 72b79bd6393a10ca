"""``site.yaml`` of a site that came from Hugo Blox, and the files around the content: copied, or told of."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import person_name
from acadsite.importers.hugo_blox.addresses import joined
from acadsite.importers.hugo_blox.listings import list_of_section, moved_feeds, want_lists
from acadsite.importers.hugo_blox.settings import is_true, items_of, number_of, pick, text_of
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import leads_elsewhere, unsafe_reason
from acadsite.memo import Memo
from acadsite.problems import Span, quote

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from acadsite.importers.hugo_blox.world import World

#: Files of data that only told the theme how to look.
_DATA_OF_LOOKS: Final = re.compile(r"data/(?:fonts|themes|page_sharer|i18n|assets|address_formats|lang)\b")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


class SiteFile:
    """Writes ``site.yaml``. ``labels`` are those of unusual links of publications, ``said`` is what sections say of
    themselves, ``anchors`` are the blocks of the home page with the pages that they are now."""

    def __init__(
        self, world: World, labels: Mapping[str, str], said: Mapping[str, Any], anchors: Mapping[str, str]
    ) -> None:
        self.world = world
        self.labels = dict(labels)
        self.said = said
        self.anchors = anchors
        self.today: dt.date = world.today

    def write(self) -> None:
        """``site.yaml``: first without what depends on all the rest, then with menu and redirects."""
        world = self.world
        feeds = want_lists(world)
        settings = self._settings()
        comment = "Settings of the site, imported from Hugo Blox. Every key has a default and may go."
        is_ours = world.folder.write("site.yaml", yaml_text(settings, comment))
        memo = Memo()
        pages = Answers(world.folder.root, self.today, memo)
        self._static(pages)
        self._templates()
        answers = Answers(world.folder.root, self.today, memo)
        for path, text in moved_feeds(world, feeds, answers, str(settings.get("url", ""))).items():
            target = f"content/static/{path}"
            if target not in world.folder.written:
                world.folder.write(target, text)
        answers = Answers(world.folder.root, self.today, memo)
        redirects, lost = answers.redirects(world.wanted)
        waiting = self._waiting()
        for old in sorted(set(lost) - waiting):
            message = f"Nothing answers at the old address {quote(old)}."
            world.warn("import-address", message, None, "Write it into “redirects” of site.yaml.")
        settings["menu"] = self._menu(answers)
        settings["redirects"] = dict(sorted(redirects.items()))
        world.counts["redirects"] = len(redirects)
        settings = {key: value for key, value in settings.items() if value}
        if is_ours:
            world.folder.replace("site.yaml", yaml_text(settings, comment))
        if world.looks:
            words = ", ".join(f"{key} ({count})" for key, count in sorted(world.looks.items()))
            world.notes.append(f"Settings of the old theme are comments in the new files: {words}.")

    def _waiting(self) -> set[str]:
        """Addresses of what comes later: nothing is there yet, as there."""
        world = self.world
        return {world.new_url(text) for text in world.texts if not world.is_public(text)}

    def _settings(self) -> dict[str, Any]:
        world, settings = self.world, self.world.settings
        owner = next((person for person in world.people if person.is_owner), None)
        url = settings.url.strip()
        if url and "://" not in url:
            url = f"https://{url.lstrip('/')}"
        if not re.match(r"https?://[^/\s.]+\.[^\s]+\Z", url) or "example.com" in url or unsafe_reason(url):
            if url.strip("/") not in {"", "https:"}:
                world.notes.append(
                    f"The address {quote(url)} is not taken: write the site's own into site.yaml."
                )
            url = ""
        params = settings.params
        description = text_of(pick(params, "marketing", "seo", "description")) or text_of(
            pick(params, "description")
        )
        description = description or text_of(pick(params, "hugoblox", "identity", "description"))
        author = None
        if owner is not None:
            author = {key: value for key, value in owner.record.items() if key != "id"}
            author.setdefault("name", person_name(owner.name))
        language = settings.language if _LANGUAGE.match(settings.language) else "en"
        found = {
            "title": settings.title or (owner.name if owner is not None else ""),
            "description": " ".join(description.split()),
            "url": url,
            "language": language,
            "languages": self._languages(),
            "author": author,
            "footer": self._footer(),
            "license": self._license(),
            "urls": world.urls,
            "publications": {"links": self.labels} if self.labels else {},
        }
        for key, value in self.said.items():
            found[key] = {**value, **(found.get(key) or {})} if isinstance(value, dict) else value
        return {key: value for key, value in found.items() if value}

    def _languages(self) -> Any:
        world, settings = self.world, self.world.settings
        tags = [tag for tag in settings.languages if _LANGUAGE.match(tag)]
        used = [tag for tag in tags[1:] if any(text.language == tag for text in world.texts)]
        if not used:
            return None
        titles = {tag: text_of(pick(settings.own[tag], "title")) for tag in used}
        if any(title and title != settings.title for title in titles.values()):
            return {tag: {"title": title} if title else {} for tag, title in titles.items()}
        return [settings.language, *used]

    def _license(self) -> str:
        """The licence that the foot of the old pages told."""
        node = pick(self.world.settings.params, "footer", "copyright", "license")
        if not is_true(pick(node, "enable")):
            return ""
        parts = ["BY", "" if is_true(pick(node, "allow_commercial")) else "NC"]
        if not is_true(pick(node, "allow_derivatives")):
            parts.append("ND")
        elif is_true(pick(node, "share_alike")):
            parts.append("SA")
        name = "-".join(filter(None, parts))
        return f"[CC {name} 4.0](https://creativecommons.org/licenses/{name.lower()}/4.0/)"

    def _footer(self) -> str:
        """The line at the foot; what stands for the year is left out."""
        settings = self.world.settings
        node = pick(settings.params, "footer", "copyright", "notice") or pick(settings.params, "copyright")
        node = node or pick(settings.root, "copyright")
        raw = text_of(node)
        if not raw or node is None:
            return ""
        raw = html.unescape(re.sub(r"\s*\{\{?\s*\.?[yY]ear\s*\}?\}", "", raw))
        kept = [sentence for sentence in re.split(r"(?<=[.!?])\s+", raw) if "{" not in sentence]
        if "{license}" in raw and self._license():
            return " ".join(" ".join(kept).split())
        if "{" in raw:
            message = f"Of the line at the foot {quote(raw)} the sentences with braces are left out."
            self.world.warn("import-key", message, node.span)
        raw = " ".join(kept)
        return " ".join(raw.split())

    def _menu(self, answers: Answers) -> list[Any]:
        """The entries of the menu that lead to pages, files or elsewhere."""
        world = self.world
        node = world.settings.menus.get(world.settings.language)
        by_url = {
            url: name for name, url in reversed(answers.ids.items()) if not name.startswith("redirect:")
        }
        found: list[Any] = []
        items = [item for item in items_of(pick(node, "main")) if isinstance(item.value, dict)]
        for item in sorted(items, key=lambda item: number_of(text_of(pick(item, "weight")))):
            words = text_of(pick(item, "name")) or text_of(pick(item, "title"))
            url = text_of(pick(item, "url")) or text_of(pick(item, "pageRef"))
            page = url if leads_elsewhere(url) else self._menu_page(url, answers, by_url)
            if page and page not in [one["page"] for one in found]:
                found.append({"page": page, "title": words} if words else {"page": page})
            elif not page and not is_true(pick(item, "params", "hasChildren")) and url:
                world.warn("import-menu", f"The entry {quote(words)} of the menu leads to no page here.", item.span,
                           "Link it in the text of the home page.")  # fmt: skip
        return found

    def _menu_page(self, url: str, answers: Answers, by_url: dict[str, str]) -> str:
        target = url.strip()
        anchor = target.lstrip("/")
        if anchor.startswith("#"):
            name = anchor[1:]
            known = self.anchors.get(name) or list_of_section(name)
            return known if known in answers.ids else "home" if name in {"top", "about", "hero", ""} else ""
        if re.match(r"[a-z]+:|//", target):
            return ""
        path = target.partition("#")[0].partition("?")[0]
        address = self.world.moved.get(joined(path), joined(path))
        name = by_url.get(address.lstrip("/")) or by_url.get(path.lstrip("/"), "")
        if not name:
            text = self.world.by_url.get(joined(path))
            name = by_url.get(self.world.new_url(text).lstrip("/"), "") if text is not None else ""
        if not name and f"content/static/{path.lstrip('/')}" in self.world.folder.written:
            return f"/{path.lstrip('/')}"
        return name or (
            list_of_section(path.strip("/")) if list_of_section(path.strip("/")) in answers.ids else ""
        )

    def _static(self, pages: Answers) -> None:
        """Files of ``static/`` and pictures of ``assets/``, and those that lie beside texts without belonging to
        one."""
        world = self.world
        owned = {path for text in world.texts for path in text.resources}
        own = {path.casefold() for path in pages.paths}
        for path in sorted(world.source.files):
            top, _, inner = path.partition("/")
            if top == "static" or re.match(r"assets/(?:media|images|uploads)/", path):
                if inner.casefold() in own and inner.endswith((".html", ".htm")):
                    message = "A page of the new site has this address; the file is not taken."
                    world.warn("import-exists", message, Span(path))
                    continue
                if world.static(path, f"/{inner}"):
                    world.count("files")
            elif (
                top not in {"config", "data", "assets", "layouts"}
                and "/" in path
                and path not in owned
                and path not in world.by_path
            ):
                self._stray(path)

    def _stray(self, path: str) -> None:
        world = self.world
        pure = PurePosixPath(path)
        if pure.suffix.lower() in {
            ".html",
            ".htm",
            ".org",
            ".rst",
            ".adoc",
            ".rmd",
            ".rmarkdown",
            ".ipynb",
            ".md",
            ".pdc",
        }:
            return  # told already, or never published
        folder = next((one for one in world.settings.folders.values() if path.startswith(one + "/")), "")
        inner = str(pure.parent)[len(folder) :] if folder else ""
        if folder and world.static(path, joined(*map(world.name, inner.split("/"))) + pure.name):
            world.count("files")

    def _templates(self) -> None:
        """Templates, styles, scripts and data: not taken, and told."""
        world = self.world
        looks = 0
        for path in sorted(world.source.files):
            if path.startswith("data/") and not re.match(r"data/(?:[a-zA-Z-]{2,7}/)?authors/", path):
                if _DATA_OF_LOOKS.match(path):
                    looks += 1
                else:
                    world.warn(
                        "import-template",
                        "Data for templates is not taken.",
                        Span(path),
                        "Write it as content.",
                    )
            elif path.startswith("layouts/"):
                hint = "Say it by a theme of your own, or by content."
                world.warn("import-template", "A template of Hugo is not taken.", Span(path), hint)
            elif path.startswith("assets/") and not re.match(r"assets/(?:media|images|uploads)/", path):
                hint = "Rules of your own go into assets/custom.css."
                world.warn(
                    "import-template", "Styles and scripts of the old theme are not taken.", Span(path), hint
                )
        if looks:
            world.notes.append(f"{looks} files of fonts and colours in data/ are not taken.")
