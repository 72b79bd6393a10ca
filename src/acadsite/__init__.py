"""acadsite: a static website builder for academics.

The version stands in ``pyproject.toml`` only; it is read from the installed package's metadata, lazily, since
importing ``importlib.metadata`` costs a third of the start-up time of ``acadsite --help``.
"""

from pathlib import Path


def packaged_themes() -> Path:
    """The folder of the themes that come with acadsite: in the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent / "themes"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "themes"


def version() -> str:
    """The installed version, as in ``pyproject.toml``."""
    from importlib.metadata import version as installed

    return installed("acadsite")
