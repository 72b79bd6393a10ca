"""llms.txt: all pages and data of a site as Markdown, where a site wants it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

FILES = {
    "site.yaml": "title: Rings & more\nurl: https://x.example/~doe/\nllms: true\n",
    "content/index.md": "Hello.\n",
    "content/publications/a.bib": (
        "@article{a, title={Chains over $\\mathbb{Z}[x]$ & *}, author={Doe, J}, journal={J}, year=2020}\n"
    ),
    "content/posts/one.md": "---\ntitle: One\ndate: 2024-05-31\n---\n\nText.\n",
    "content/guide/book.yaml": "title: Guide\nchapters: [a.md]\n",
    "content/guide/a.md": "# First\n\nText.\n",
}


def links(text: str) -> dict[str, str]:
    """Address to words."""
    found = re.findall(r"^- \[(.*)\]\((\S+)\)(?:: .*)?$", text, re.MULTILINE)
    return {address: unescape(re.sub(r"\\([][])", r"\1", words)) for words, address in found}


def test_everything_is_listed(site: MakeSite) -> None:
    folder = site(FILES)
    pages = folder.build()
    text = pages["llms.txt"]
    assert text.startswith("# Rings &amp; more\n\n## Pages\n\n- [")
    assert "\n\n\n" not in text
    found = links(text)
    base = "https://x.example/~doe/"
    assert found[f"{base}publications/a/"] == "Chains over ℤ[x] & *"
    assert found[f"{base}posts/one/"] == "One"
    assert found[f"{base}guide/a/"] == "1 First"
    for address in found:
        path = address.removeprefix(base)
        assert (path if path and not path.endswith("/") else f"{path}index.html") in pages, address
    assert folder.codes() == []


def test_it_follows_every_edit(site: MakeSite) -> None:
    folder = site(FILES)
    folder.build()
    folder.write({"content/posts/one.md": "---\ntitle: Two\ndate: 2024-05-31\n---\n\nText.\n"})
    result = folder.run("build", "--date", "2026-11-21", "--out", str(folder.out), "--verify")
    assert result.exit_code == 0, result.stderr
    assert "[Two]" in (folder.out / "llms.txt").read_text(encoding="utf-8")


def test_a_site_has_none_unless_it_asks_and_its_own_wins(site: MakeSite) -> None:
    assert "llms.txt" not in site({"site.yaml": "title: X\n"}, "none").build()
    own = {"site.yaml": "title: X\nllms: true\n", "content/static/llms.txt": "Mine.\n"}
    assert site(own, "own").build()["llms.txt"] == "Mine.\n"
    files = FILES | {"site.yaml": "title: X\nllms: true\nsearch: false\n"}
    assert {"publications/a/", "guide/a/"} <= links(site(files, "relative").build()["llms.txt"]).keys()
