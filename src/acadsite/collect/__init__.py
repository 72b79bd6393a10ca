"""Collectors: from sources to records. One module per form of source; each is a function without state."""
