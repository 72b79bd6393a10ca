"""Citations and bibliographies by styles of CSL 1.0.2 (Citation Style Language).

``read_style`` reads a ``.csl`` file, ``own_style`` gives one of ours by name, ``process`` formats the citations of a
document and its bibliography as neutral trees (see ``tree``), and ``writers`` turns trees into HTML, Typst nodes or
plain text. A style is text that anybody may have written: it is read under limits and can do nothing but print.
"""

from acadsite.citations.process import Cite, Cluster, Processed, process
from acadsite.citations.style import Style, nearest_names, own_style

read_style = Style.read

__all__ = ["Cite", "Cluster", "Processed", "Style", "nearest_names", "own_style", "process", "read_style"]
