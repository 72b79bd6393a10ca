"""The files of a site that is made from a CV: ``site.yaml``, ``index.md``, ``cv.yaml`` and the owner's picture.

In: plain values with texts that are Markdown already where the schemas want Markdown. Out: new files in a ``Folder``.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external
from acadsite.people import display, parse_name
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acadsite.importers.folder import Folder

#: Sections of the CV that the home page shows, too.
_HOME: Final = ("summary", "work", "experience", "education")
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"})
#: HTML and LaTeX where plain text or Markdown is meant.
HTML: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
LATEX: Final = re.compile(r"\\[a-zA-Z]+\s*\{|\\(?:LaTeX|TeX|ldots|textbf|emph)\b|\\[\"'`^~=.]\{?[A-Za-z]\}?")


def person_name(name: str) -> Any:
    """A name for ``author``: as it is written, or, where it would be taken apart wrongly, as a whole."""
    return name if display(parse_name(name)) == name else {"literal": name}


def leftovers(text: str, where: Span | None, problems: list[Problem]) -> None:
    """Warnings for HTML and LaTeX in a text that is kept as it is written."""
    found = HTML.search(text)
    if found is not None:
        message = f"HTML in the text: {quote(found[0])} is shown as it is written."
        problems.append(warning("import-html", message, where, "Look at this text in the new site."))
    found = LATEX.search(text)
    if found is not None:
        message = f"LaTeX in the text: {quote(found[0].strip())} is shown as it is written."
        problems.append(warning("import-latex", message, where, "Look at this text in the new site."))


def read_source(path: Path, problems: list[Problem]) -> bytes | None:
    """The bytes of the file that is imported, or None with a problem."""
    try:
        return path.read_bytes()
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        problems.append(
            error("import-file", f"{quote(path.name)} cannot be read: {reason}.", Span(path.name))
        )
        return None


def copy_picture(path: str, root: Path, folder: Folder, where: Span | None, problems: list[Problem]) -> str:
    """Copies a picture beside the source to ``content/static/``; its name there, or an empty string."""
    pure = PurePosixPath(path)
    if is_external(path) or pure.suffix.lower() not in _PICTURES:
        return ""
    try:
        target = (root / path).resolve()
        if not target.is_relative_to(root.resolve()):
            message = f"{quote(path)} lies outside the folder of the file; it is not copied."
            problems.append(error("import-outside", message, where, "Copy it into content/static/."))
            return ""
        raw = target.read_bytes()
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or "the name cannot be used"
        message = f"The picture {quote(path)} cannot be read: {reason}."
        problems.append(warning("import-file", message, where, "Copy it into content/static/."))
        return ""
    name = f"{slug(pure.stem) or 'portrait'}{pure.suffix.lower()}"
    return name if folder.write(f"content/static/{name}", raw) else ""


def write_site(
    folder: Folder,
    settings: Mapping[str, Any],
    cv: Mapping[str, Any],
    comment: str,
    portrait: str = "",
) -> None:
    """Writes the three files. ``settings`` are those of ``site.yaml``, ``cv`` is all of ``cv.yaml``."""
    folder.write("site.yaml", yaml_text(settings, comment))
    folder.write("content/index.md", f"---\n{_home(settings, cv.get('sections', ()), portrait)}---\n")
    if cv:
        folder.write("content/cv.yaml", yaml_text(cv))


def _home(settings: Mapping[str, Any], sections: Sequence[Mapping[str, Any]], portrait: str) -> str:
    listed = [f"cv:{one['id']}" for one in sections if one.get("id") in _HOME and not one.get("collection")]
    if any(one.get("collection") == "publications" for one in sections):
        listed.append("publications")
    name = settings.get("title") or ""
    picture = {"portrait": portrait, "portrait_alt": name} if portrait and name else {}
    picture = {"portrait": portrait} if portrait and not name else picture
    return yaml_text({**picture, "sections": listed}, "Any section of content/cv.yaml may stand here: cv:ID.")


def unique(name: str, taken: Iterable[str]) -> str:
    """``name``, with a number behind it where it is taken."""
    used, found, number = set(taken), name, 2
    while found in used:
        found, number = f"{name}-{number}", number + 1
    return found
