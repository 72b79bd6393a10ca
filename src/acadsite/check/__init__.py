"""``acadsite check``: what a build does not look at, since it would have to read every page again.

In: a site that was rendered in memory. Out: warnings, by area. Nothing is written, and the network is not used, but by
``external``, when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.check.finished import Finished
from acadsite.problems import Problem, did_you_mean, quote, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from acadsite.config import Config

__all__ = ["AREAS", "Finished", "check_site", "kept", "unknown_codes"]

#: What can be checked apart, as ``--only`` names it.
AREAS: Final = ("pages", "metadata", "bibliography", "contrast", "weight")


def check_site(site: Finished, root: Path, areas: Collection[str] = AREAS) -> list[Problem]:
    """Problems of the finished site whose folder is ``root``, in the given areas."""
    problems: list[Problem] = []
    if "pages" in areas:
        from acadsite.check.pages import check_pages

        problems += check_pages(site)
    if "metadata" in areas:
        from acadsite.check.metadata import check_metadata

        problems += check_metadata(site)
    if "bibliography" in areas:
        from acadsite.check.bibliography import check_bibliography, check_people

        problems += (*check_bibliography(site, root), *check_people(site))
    if "contrast" in areas:
        from acadsite.check.contrast import check_contrast

        problems += check_contrast(site, root)
    if "weight" in areas:
        from acadsite.check.weight import check_weight

        problems += check_weight(site)
    return problems


def kept(problems: Iterable[Problem], config: Config) -> list[Problem]:
    """Without the warnings that ``check.ignore`` of site.yaml names; errors stay."""
    ignored = set(config["check"]["ignore"])
    return [problem for problem in problems if problem.level == "error" or problem.code not in ignored]


def unknown_codes(config: Config, codes: Collection[str]) -> list[Problem]:
    """Words in ``check.ignore`` that are no codes."""
    return [
        warning(
            "check-code",
            f"There is no problem with the code {quote(code)}.",
            config.place("check", "ignore", at),
            did_you_mean(code, codes),
        )
        for at, code in enumerate(config["check"]["ignore"])
        if code not in codes
    ]
