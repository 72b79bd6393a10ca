"""Synthetic sites: publications and posts, the same for every run of a size, as values and as a site of acadsite.

A publication has six authors with accents, an abstract of 1.1 KB, links and keywords (1.5 KB of BibTeX); a post has
headings, nested lists, a table, code and formulas (3.5 KB of Markdown). Words come from a fixed generator, so that
two machines make the same files. What other tools are given of it is in contestants.py.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Publications and posts by the letter that the command line takes.
SIZES = {"S": (100, 50), "M": (1_000, 500), "L": (10_000, 5_000)}

TITLE = "Bench"
URL = "https://example.org/"
WORDS = """ideal ring module field chain order norm basis lattice prime group invariant form kernel trace degree
factor limit measure operator spectrum bundle sheaf cover graph flow model sample prior bound rate proof lemma
""".split()  # noqa: SIM905
GIVEN = ("Emmy", "Emil", "Bartel", "Grete", "Heinrich", "Ruth", "Jakob", "Olga", "Helmut", "Wolfgang")
#: Family names as BibTeX writes them, and decoded.
FAMILY = (
    ("Noether", "Noether"),
    ("Artin", "Artin"),
    ("{\\O}re", "Øre"),
    ("van der Waerden", "van der Waerden"),
    ('G{\\"o}del', "Gödel"),
    ("Krull", "Krull"),
    ("Levitzki", "Levitzki"),
    ("Tausskyov{\\'a}", "Tausskyová"),
    ("Hasse", "Hasse"),
    ("Weil", "Weil"),
)
CODE = """```python
def chain(ideals):
    \"\"\"Whether an ascending chain becomes stationary.\"\"\"
    last = None
    for number, ideal in enumerate(ideals):
        if ideal == last:
            return number
        last = ideal
    return None
```
"""


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication: ``bibtex`` is what acadsite reads, the other fields are the same facts, decoded."""

    key: str
    title: str
    authors: tuple[tuple[str, str], ...]
    journal: str
    year: int
    volume: str
    pages: str
    doi: str
    url: str
    code: str
    keywords: tuple[str, ...]
    abstract: str
    bibtex: str

    @property
    def citation(self) -> str:
        """The entry as a page shows it for copying, without what concerns nobody who cites."""
        return "".join(
            line
            for line in self.bibtex.splitlines(keepends=True)
            if not line.startswith(("  abstract", "  keywords", "  code"))
        )

    @property
    def names(self) -> list[str]:
        """Authors as a page shows them: given name, then family name."""
        return [f"{given} {family}" for given, family in self.authors]


@dataclass(frozen=True, slots=True)
class Post:
    """One post; ``body`` is Markdown, and its last link goes to the post ``follows``."""

    slug: str
    title: str
    date: str
    tag: str
    headings: tuple[str, ...]
    body: str
    ending: str
    follows: str


def sentence(source: random.Random, words: int) -> str:
    text = " ".join(source.choice(WORDS) for _ in range(words))
    return text[0].upper() + text[1:] + "."


def paragraph(source: random.Random, sentences: int) -> str:
    return " ".join(sentence(source, source.randint(8, 16)) for _ in range(sentences))


@cache
def publication(number: int) -> Publication:
    source = random.Random(number)
    authors = [(source.choice(GIVEN), source.choice(FAMILY)) for _ in range(6)]
    title = f"{sentence(source, 9).rstrip('.')} of {{}}"
    formula = f"$\\ell_{{{number % 9}}}$"
    journal = f"Journal of {source.choice(WORDS).title()} Theory"
    keywords = (source.choice(WORDS), source.choice(WORDS))
    year, pages, doi = 1990 + number % 36, f"{number}--{number + 20}", f"10.1234/bench.{number:05d}"
    url, code = f"https://example.org/a_b%20c~d/{number}", f"https://github.com/example/bench{number}"
    abstract = paragraph(source, 13)
    fields = {
        "title": title.format(f"{{{formula}}}"),
        "author": " and ".join(f"{family[0]}, {given}" for given, family in authors),
        "journal": journal,
        "year": str(year),
        "volume": str(number % 90),
        "pages": pages,
        "doi": doi,
        "url": url,
        "code": code,
        "keywords": ", ".join(keywords),
        "abstract": abstract,
    }
    key = f"bench{number:05d}"
    lines = ",\n".join(f"  {name:<8} = {{{value}}}" for name, value in fields.items())
    return Publication(
        key,
        title.format(formula),
        tuple((given, family[1]) for given, family in authors),
        journal,
        year,
        fields["volume"],
        pages.replace("--", "–"),
        doi,
        url,
        code,
        keywords,
        abstract,
        f"@article{{{key},\n{lines}\n}}\n",
    )


@cache
def post(number: int, posts: int) -> Post:
    """Number ``number`` of ``posts``. Displayed formulas are all different, those in the text repeat."""
    source = random.Random(-1 - number)
    title = f"Post {number}: {sentence(source, 5).rstrip('.')}"
    tag = source.choice(WORDS)
    headings = tuple(f"{sentence(source, 4).rstrip('.')} {section}" for section in range(3))
    parts = []
    for section, heading in enumerate(headings):
        parts += [
            f"## {heading}\n",
            paragraph(source, 6) + f" It holds that $x_{section}^2 + y^2 = z^{number % 7}$.\n",
            "\n".join(f"- {sentence(source, 6)}\n    - {sentence(source, 4)}" for _ in range(3)) + "\n",
            f"$$\\sum_{{k=1}}^n k^{{{number}}} = \\frac{{n(n+1)}}{{{section + 2}}}$$\n",
        ]
    rows = "\n".join(f"| {source.choice(WORDS)} | {source.randint(1, 999)} |" for _ in range(4))
    ending = sentence(source, 9)
    parts += [
        f"| word | number |\n|---|--:|\n{rows}\n",
        CODE.replace("chain(", f"chain_{number}("),
        f"{paragraph(source, 8)} See [another](LINK). {ending}\n",
    ]
    day = f"{2000 + number % 26}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    follows = f"post-{(number + 1) % posts:05d}"
    return Post(f"post-{number:05d}", title, day, tag, headings, "\n".join(parts), ending, follows)


def markdown(entry: Post, link: Callable[[str], str]) -> str:
    """The body, with the link to another post as a tool wants it."""
    return entry.body.replace("(LINK)", f"({link(entry.follows)})")


def make(folder: Path, publications: int, posts: int) -> None:
    """Write a site of that size for acadsite into ``folder``, which must be empty or absent."""
    (folder / "content" / "publications").mkdir(parents=True)
    (folder / "content" / "posts").mkdir()
    (folder / "site.yaml").write_text(f"title: {TITLE}\nurl: {URL}\n", encoding="utf-8")
    bibliography = "\n".join(publication(number).bibtex for number in range(publications))
    (folder / "content" / "publications" / "all.bib").write_text(bibliography, encoding="utf-8")
    for number in range(posts):
        entry = post(number, posts)
        head = f'---\ntitle: "{entry.title}"\ndate: {entry.date}\ntags: [{entry.tag}]\n---\n\n'
        text = head + markdown(entry, "{}.md".format)
        (folder / "content" / "posts" / f"{entry.slug}.md").write_text(text, encoding="utf-8")
