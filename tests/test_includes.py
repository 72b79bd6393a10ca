"""Files that are parts of other texts: they are shown there, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


def test_a_part_is_no_page(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: X\n",
            "content/pages/about.md": "---\ntitle: About\n---\n\n{{< include _part.md >}}\n",
            "content/pages/_part.md": "Part *of* it.\n",
            "content/posts/_drafts/later.md": "---\ntitle: Later\ndate: 2024-01-01\n---\n",
        }
    )
    pages = folder.build()
    assert "<p>Part <em>of</em> it.</p>" in pages["about/index.html"]
    assert [name for name in pages if "part" in name or "later" in name] == []
    assert folder.codes() == ["file-unused"]
    pages = folder.write({"content/pages/_part.md": "Another *one*.\n"}).build()
    assert "<p>Another <em>one</em>.</p>" in pages["about/index.html"]
