"""Importers: the files of another site builder or CV generator become an acadsite folder.

An importer reads only below its source, writes only new files below its target, never the network, and says in
its ``Result`` what it wrote, what it took the source for, what it decided and what a person should look at.
"""

from acadsite.importers.academicpages import import_academicpages
from acadsite.importers.al_folio import import_al_folio
from acadsite.importers.bamos_cv import import_bamos_cv
from acadsite.importers.folder import Result
from acadsite.importers.hugo_blox import import_hugo_blox
from acadsite.importers.json_resume import import_json_resume
from acadsite.importers.mkdocs import import_mkdocs
from acadsite.importers.quarto import import_quarto
from acadsite.importers.rendercv import import_rendercv
from acadsite.importers.works import import_csl_json, import_google_scholar, import_openalex, import_orcid

__all__ = [
    "Result",
    "import_academicpages",
    "import_al_folio",
    "import_bamos_cv",
    "import_csl_json",
    "import_google_scholar",
    "import_hugo_blox",
    "import_json_resume",
    "import_mkdocs",
    "import_openalex",
    "import_orcid",
    "import_quarto",
    "import_rendercv",
]
