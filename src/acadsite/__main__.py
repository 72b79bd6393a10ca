"""``python -m acadsite``."""

from acadsite.cli import main

main()
