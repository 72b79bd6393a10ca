"""Films and recordings in texts, written as pictures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "![A film](/film.mp4){width=50%}",
            'aria-label="A film" controls preload="metadata"><a href="../film.mp4">A film</a></video>',
        ),
        (
            '![Her "voice"](/Her%20voice.MP3)',
            '<audio src="../Her%20voice.MP3" aria-label="Her &quot;voice&quot;" controls preload="metadata">',
        ),
        ("![](https://x.example/a.webm?t=1#s)", '<video src="https://x.example/a.webm?t=1#s" controls'),
        ("![Rings](/film.mp4){#fig-film}\n\n@fig-film", "Rings</figcaption>"),
    ],
)
def test_recordings_are_played(site: MakeSite, written: str, shown: str) -> None:
    folder = site(
        {
            "site.yaml": "title: X\nurl: https://x.example/\n",
            "content/pages/a.md": f"---\ntitle: A\n---\n\n{written}\n",
            "content/static/film.mp4": b"film",
            "content/static/Her voice.MP3": b"voice",
        }
    )
    pages = folder.build()
    assert shown in pages["a/index.html"]
    assert "<img" not in pages["a/index.html"]
    assert folder.codes() == []


def test_a_recording_that_is_not_there_is_told(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: X\n",
            "content/pages/a.md": "---\ntitle: A\n---\n\n![Gone](gone.mp4) ![Gone](/gone.mp3)\n",
        }
    )
    told = [(one["code"], one["message"], one["hint"]) for one in folder.report()]
    assert told == [
        ("image-missing", "There is no film “gone.mp4”.", "Put it at content/static/pages/gone.mp4."),
        ("image-missing", "There is no recording “/gone.mp3”.", "Put it at content/static/gone.mp3."),
    ]


def test_javascript_is_no_film(site: MakeSite) -> None:
    folder = site(
        {"site.yaml": "title: X\n", "content/pages/a.md": "---\ntitle: A\n---\n\n![x](javascript:a.mp4)\n"}
    )
    assert "javascript:" not in folder.build()["a/index.html"]
