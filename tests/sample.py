"""A small site with a page of every kind, and warm builds of it held against cold ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING
from unittest.mock import patch

from acadsite import unchanged
from acadsite.build import build, render
from acadsite.jinja import Compiled
from acadsite.past import Past
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from acadsite.result import Result

TODAY = dt.date.fromisoformat(DAY)

#: Everything is linked with something else, but nothing with all: so that a build that does too much shows. What is
#: made of everything, such as the search, has tests of its own.
FILES: dict[str, str] = {
    "site.yaml": """\
title: Site
author: jane
theme: own
extensions: [ext.py]
publications:
  macros: [publications/macros.tex]
labels: {Talks: Lectures}
students: {intro: '[x](pages/about.md)'}
params: {motto: Rings}
search: false
""",
    "ext.py": """\
def register(r):
    r.collection("grants", "grants.yaml", title="text!", funder="markdown", year="number")
    r.page_kind("grants", collection="grants", fields=["funder"])
    r.page_kind("grant", each="grants", url="grants/{id}/")
    r.filter("shout", lambda text: text.upper() + "!")
""",
    "themes/own/theme.yaml": "title: Own\nextends: base\n",
    "themes/own/templates/talk.html": """\
{% extends "!talk.html" %}
{% from "own.html" import motto %}
{% block footer %}{{ super() }}{{ motto() }}{% include "part.html" %}
{% include "absent.html" ignore missing %}{% endblock %}
""",
    "themes/own/templates/own.html": "{% macro motto() %}<p>{{ site.params.motto }}</p>{% endmacro %}\n",
    "themes/own/templates/part.html": "<p>part</p>\n",
    "themes/own/assets/own.css": "p { color: red }\n",
    "templates/grant.html": """\
{% extends "base.html" %}
{% block main %}<h1>{{ record.title|shout }}</h1>{% if record.funder %}{{ record.funder|md }}{% endif %}{% endblock %}
""",
    "assets/custom.css": "p { color: blue }\n",
    "content/index.md": """\
---
profiles: {github: jane}
sections: [about, news, selected, 'cv:jobs', {section: talks, limit: 1}]
---
See [one](posts/one.md), [[rings]], [Chapter][c] and @chains.

[c]: courses/algebra.md#aims
""",
    "content/people.yaml": """\
- {id: jane, name: Jane Doe, role: '[Prof](pages/about.md)'}
- {id: roe, name: Richard Roe, url: 'https://roe.example'}
- {id: poe, name: Paula Poe, photo: poe.jpg}
- {id: idle, name: Ida Idle}
""",
    "content/students.yaml": """\
- {name: Grete Hermann, level: PhD, end: 1925, thesis: {title: Fields, publication: rings}}
- {name: Emil Ernst, level: MSc, start: 2023}
""",
    "content/publications/macros.tex": "\\newcommand{\\Zed}{the Integers}\n",
    "content/publications/a.bib": """\
@string{jr = "Journal of Rings"}

@article{rings,
  title = {Rings over \\Zed{}},
  author = {Doe, Jane and Hermann, Grete},
  journal = jr,
  year = {2021},
  selected = {true},
  pdf = {papers/rings.pdf},
  abstract = {Short.},
}

@inproceedings{chains,
  title = {Chains},
  author = {Doe, Jane and Roe, Richard},
  crossref = {proc},
}

@proceedings{proc,
  title = {Proceedings of Chains},
  booktitle = {Proceedings of Chains},
  year = {2019},
}

@article{old,
  title = {Old},
  author = {Poe, P.},
  journal = {Annals},
  year = {1990},
}
""",
    "content/publications/b.bib": """\
@book{ideals,
  title = {Ideals},
  author = {Doe, Jane},
  year = {2000},
}
""",
    "content/repos.yaml": """\
- {url: 'https://github.com/doe/rings', publications: [rings], year: 2020}
- {url: 'https://github.com/doe/other', description: '[x](pages/about.md)'}
""",
    "content/talks.yaml": """\
- {id: t, title: On Rings, event: '[E](pages/about.md)', date: 2020, publications: [rings]}
- {id: plain, title: Plain, date: 2010}
""",
    "content/talks/icm.md": "---\ntitle: ICM\ndate: 1932\nslides: icm.pdf\npeople: [roe]\n---\nText\n",
    "content/news.yaml": "- {date: 2020, text: 'Read [this](pages/about.md)'}\n- {date: 2019, text: Older}\n",
    "content/cv.yaml": """\
sections:
- id: jobs
  title: Jobs
  entries: [{title: Job, note: '[x](pages/about.md)'}, {title: Old job, tags: [long], show: [pdf]}]
- {title: Talks, collection: talks}
- {collection: publications, where: {selected: true}, show: [pdf]}
- {id: code, title: 'Code: {stars} stars', text: Words, show: [pdf]}
variants:
- {id: short, title: Short, theme: classic, without: [long], sections: [jobs], pages: 1}
""",
    "content/grants.yaml": """\
- {title: Rings, funder: '[DFG](pages/about.md)', year: 2020}
- {title: Sums, year: 2019}
""",
    "content/posts/one.md": (
        "---\ntitle: One\ndate: 2020-01-01\ntags: [a]\nsummary: '[x](two.md)'\npublications: [rings]\n---\n"
        "[2](two.md#part)\n"
    ),
    "content/posts/two.md": "---\ntitle: Two\ndate: 2021-01-01\ntags: [a, b]\n---\n## Part\n\n```python\nx = 1\n```\n",
    "content/posts/three.md": "---\ntitle: Three\ndate: 2022-01-01\ntags: [c]\naliases: [/3/]\n---\nThird. $x^2$\n",
    "content/posts/draft.md": """\
---
title: Draft
date: 2022-02-01
draft: true
tags: [b]
---
Not yet. [1](one.md)
""",
    "content/pages/about.md": """\
---
title: About
---
![p](../static/p.svg) [c](../courses/algebra.md) [gone](gone.md)
""",
    "content/pages/listed.md": "---\ntitle: Listed\nmenu: true\n---\nBy @roe, not @chain.\n",
    "content/projects.yaml": (
        "- {title: Chains, id: chains, category: Research, start: 1920, publications: [rings], people: [jane]}\n"
    ),
    "content/courses/algebra.md": (
        "---\ntitle: Algebra\nyear: 1924\npeople: [roe]\nstudents: [Grete Hermann]\n"
        "schedule: [{topic: '[s](../pages/about.md)', material: {Notes: notes.pdf, More: 'notes#2.pdf'}}]\n---\n"
        "## Aims\n\nText\n"
    ),
    "content/slides/intro.md": (
        "---\ntitle: Intro\ndate: 2023\n---\n## Goals\n\n- a\n- b\n\n::: notes\nSay it.\n:::\n"
    ),
    "content/guide/book.yaml": """\
title: Guide
menu: false
pdf: false
bibliography: refs.bib
chapters:
- index.md
- part: Both
  chapters: [one.md, two.md]
- last.md
""",
    "content/guide/index.md": "# Before\n\nSee [one](one.md).\n",
    "content/guide/one.md": (
        "# One\n\nSee @sec-own, @sec-far and [@noether, p. 3].\n\n## Own {#sec-own}\n\n"
        "$\\newcommand{\\R}{r}\\R$\n"
    ),
    "content/guide/two.md": (
        "---\ntitle: Two\ndate: 2020-02-02\n---\n\n## Near\n\n## Far {#sec-far}\n\n$\\R$\n\n"
        "{{< include _part.md >}}\n"
    ),
    "content/guide/_part.md": "A part, as @artin says.\n",
    "content/guide/last.md": "# Sources {.unnumbered}\n\n::: {#refs}\n:::\n",
    "content/guide/refs.bib": """\
@book{noether, title = {Ideals}, author = {Noether, Emmy}, year = 1921}
@book{artin, title = {Algebra}, author = {Artin, Emil}, year = 1930}
@book{unused, title = {Unused}, author = {Nobody, N.}, year = 1900}
""",
    "content/papers/old/text.md": (
        "---\npdf: false\n---\n# One {#sec-one}\n\nSee @sec-one and @fig-map.\n\n![A map](map.svg){#fig-map}\n"
    ),
    "content/papers/old/map.svg": (
        '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="9" height="9"/></svg>\n'
    ),
    "content/pages/lab.ipynb": """\
{
 "cells": [
  {
   "cell_type": "markdown",
   "source": [
    "# Laboratory\\n",
    "\\n",
    "What is *measured*."
   ]
  },
  {
   "cell_type": "code",
   "outputs": [
    {
     "data": {
      "image/svg+xml": "<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"30\\" height=\\"20\\"/>"
     },
     "output_type": "display_data"
    }
   ],
   "source": "measure(1)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
    "content/snapshots/repos.yaml": "date: 2024-01-01\nrepos: {doe/rings: {stars: 5}}\n",
    "content/snapshots/scholar.yaml": "date: 2024-01-01\ncitations: 5\n",
    "content/static/p.svg": "<svg/>\n",
    "content/static/icm.pdf": "icm\n",
    "content/static/notes.pdf": "notes\n",
    "content/static/deep/papers/rings.pdf": "rings\n",
    "content/static/images/publications/old.svg": "<svg/>\n",
    "content/static/photos/poe.jpg": "poe\n",
}  # fmt: skip

#: Compiling costs more than all else of a small site. A warm build from a state file compiles what it needs itself.
_COMPILED = Compiled()


@dataclass
class Site:
    """A site with its output; ``options`` are those of every build."""

    folder: SiteFolder
    options: dict[str, object] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.folder.root

    @property
    def out(self) -> Path:
        return self.folder.root / "public"

    def edit(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files, and remove those that are None."""
        self.folder.write({path: text for path, text in files.items() if text is not None})
        for path, text in files.items():
            if text is None:
                (self.root / path).unlink()

    def build(self, out: Path | None = None, **more: object) -> Result:
        """A build, with what the last one left."""
        wishes = {"today": TODAY} | self.options | more
        # Who works on the sources while the tests run does not make every build a cold one.
        with patch("acadsite.unchanged.salt", return_value="tests"):
            return build(self.root, out or self.out, **wishes)  # type: ignore[arg-type]

    def standing(self) -> unchanged.Standing | None:
        """What the command line takes for the result of a build that would change nothing."""
        wishes = unchanged.wishes(
            **{"today": TODAY, "drafts": False, "url": None, "from_disk": False} | self.options
        )
        with patch("acadsite.unchanged.salt", return_value="tests"):
            return unchanged.standing(self.root, self.out, wishes)

    def cold(self, **more: object) -> Result:
        """A build in memory without any past, but for the code of the templates."""
        wishes = {"today": TODAY} | self.options | more
        return render(self.root, past=Past(compiled=_COMPILED), **wishes)  # type: ignore[arg-type]


def finished(result: Result) -> Result:
    """A build of the preview with the artifacts that it makes when they are asked for."""
    if result.later is not None:
        for path in (*result.later.wanted, *result.later.pictures):
            made = result.later.get(path)
            result.report.extend(made.problems)
            if made.output is not None:
                result.made[path] = made.output
    return result


def tree(out: Path) -> dict[str, bytes]:
    """All files of an output folder."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def contents(result: Result) -> dict[str, bytes]:
    """All files of a build in memory."""
    return {
        path: output.copy.read_bytes() if output.copy else output.data
        for path, output in result.outputs.items()
    }


def unlike(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Where two trees differ, with the first line of each file that does."""
    found = []
    for path in sorted(one.keys() | other.keys()):
        if path not in one or path not in other:
            found.append(f"{path} is {'missing' if path not in one else 'too much'}")
        elif one[path] != other[path]:
            pairs = zip_longest(one[path].splitlines(), other[path].splitlines())
            found.append(f"{path}: {next((pair for pair in pairs if pair[0] != pair[1]), 'line ends')}")
    return found
