"""acadsite: a static website builder for academics.

The version stands in ``pyproject.toml`` only; it is read from the installed package's metadata, lazily, since
importing ``importlib.metadata`` costs a third of the start-up time of ``acadsite --help``.
"""


def version() -> str:
    """The installed version, as in ``pyproject.toml``."""
    from importlib.metadata import version as installed

    return installed("acadsite")
