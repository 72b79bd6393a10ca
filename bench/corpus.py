"""Synthetic sites: publications in one .bib file and posts in Markdown, the same for every run of a size.

A publication has six authors with accents, an abstract of 1 KB, links and keywords (1.5 KB); a post has headings,
lists, a table, code and formulas (3.5 KB). Words come from a fixed generator, so that two machines make the same
files.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WORDS = """ideal ring module field chain order norm basis lattice prime group invariant form kernel trace degree
factor limit measure operator spectrum bundle sheaf cover graph flow model sample prior bound rate proof lemma
""".split()  # noqa: SIM905
GIVEN = ("Emmy", "Emil", "Bartel", "Grete", "Heinrich", "Ruth", "Jakob", "Olga", "Helmut", "Wolfgang")
FAMILY = (
    "Noether", "Artin", "{\\O}re", "van der Waerden", 'G{\\"o}del', "Krull", "Levitzki", "Tausskyov{\\'a}",
    "Hasse", "Weil",
)  # fmt: skip
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


def sentence(source: random.Random, words: int) -> str:
    text = " ".join(source.choice(WORDS) for _ in range(words))
    return text[0].upper() + text[1:] + "."


def paragraph(source: random.Random, sentences: int) -> str:
    return " ".join(sentence(source, source.randint(8, 16)) for _ in range(sentences))


def entry(number: int) -> str:
    source = random.Random(number)
    authors = " and ".join(f"{source.choice(FAMILY)}, {source.choice(GIVEN)}" for _ in range(6))
    title = sentence(source, 9).rstrip(".")
    return (
        f"@article{{bench{number:05d},\n"
        f"  title    = {{{title} of {{$\\ell_{{{number % 9}}}$}}}},\n"
        f"  author   = {{{authors}}},\n"
        f"  journal  = {{Journal of {source.choice(WORDS).title()} Theory}},\n"
        f"  year     = {{{1990 + number % 36}}},\n"
        f"  volume   = {{{number % 90}}},\n"
        f"  pages    = {{{number}--{number + 20}}},\n"
        f"  doi      = {{10.1234/bench.{number:05d}}},\n"
        f"  url      = {{https://example.org/a_b%20c~d/{number}}},\n"
        f"  code     = {{https://github.com/example/bench{number}}},\n"
        f"  keywords = {{{source.choice(WORDS)}, {source.choice(WORDS)}}},\n"
        f"  abstract = {{{paragraph(source, 10)}}}\n}}\n"
    )


def post(number: int) -> str:
    source = random.Random(-1 - number)
    day = f"{2000 + number % 26}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    parts = [
        f'---\ntitle: "Post {number}: {sentence(source, 5)}"\ndate: {day}\ntags: [{source.choice(WORDS)}]\n---\n'
    ]
    for section in range(3):
        parts += [
            f"## {sentence(source, 4)}\n",
            paragraph(source, 5) + f" It holds that $x_{section}^2 + y^2 = z^{number % 7}$.\n",
            "\n".join(f"- {sentence(source, 6)}\n  - {sentence(source, 4)}" for _ in range(3)) + "\n",
            f"$$\\sum_{{k=1}}^n k = \\frac{{n(n+1)}}{{{section + 2}}}$$\n",
        ]
    rows = "\n".join(f"| {source.choice(WORDS)} | {source.randint(1, 999)} |" for _ in range(4))
    parts += [
        f"| word | number |\n|---|--:|\n{rows}\n",
        CODE.replace("chain", f"chain_{number}"),
        paragraph(source, 4),
    ]
    return "\n".join(parts) + f" See [another](post-{(number + 1):05d}.md).\n"


def make(folder: Path, publications: int, posts: int) -> None:
    """Write a site of that size into ``folder``, which must be empty or absent."""
    (folder / "content" / "publications").mkdir(parents=True)
    (folder / "content" / "posts").mkdir()
    (folder / "site.yaml").write_text("title: Bench\nurl: https://example.org/\n", encoding="utf-8")
    bibliography = "\n".join(entry(number) for number in range(publications))
    (folder / "content" / "publications" / "all.bib").write_text(bibliography, encoding="utf-8")
    for number in range(posts):
        text = post(number).replace(f"post-{posts:05d}.md", "post-00000.md")
        (folder / "content" / "posts" / f"post-{number:05d}.md").write_text(text, encoding="utf-8")
