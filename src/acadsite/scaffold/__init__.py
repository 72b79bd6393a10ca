"""New files: a whole site (``sites``), a page or record of one (``pages``). Nothing that is there is ever
overwritten."""

from acadsite.scaffold.pages import KINDS, new_page
from acadsite.scaffold.sites import (
    COLLECTIONS,
    DEFAULTS,
    SITES,
    Address,
    Plan,
    address_of,
    home_of,
    new_site,
    there_is_one,
)
from acadsite.scaffold.wish import Made

__all__ = [
    "COLLECTIONS",
    "DEFAULTS",
    "KINDS",
    "SITES",
    "Address",
    "Made",
    "Plan",
    "address_of",
    "home_of",
    "new_page",
    "new_site",
    "there_is_one",
]
