"""What BibTeX's and BibLaTeX's words are called in CSL: types, fields, languages, terms. Data only."""

import re

TYPES = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "commentary": "book",
    "dataset": "dataset",
    "image": "graphic",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case",
    "legal": "treaty",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "book",
    "mastersthesis": "thesis",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "mvreference": "book",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
}
NAMES = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
    "director": "director",
}
TEXTS = {
    "abstract": "abstract",
    "annote": "annote",
    "annotation": "annote",
    "chapter": "chapter-number",
    "edition": "edition",
    "keywords": "keyword",
    "shorttitle": "title-short",
    "volume": "volume",
    "volumes": "number-of-volumes",
    "version": "version",
    "venue": "event-place",
    "eventtitle": "event-title",
    "origtitle": "original-title",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
    "pagetotal": "number-of-pages",
    "pubstate": "status",
    "library": "call-number",
    "part": "part-number",
}
LISTS = {
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("location", "address", "city"),
}
CODES = {"issn": "ISSN", "isbn": "ISBN", "pmid": "PMID", "pmcid": "PMCID"}
LANGUAGES = {
    "american": "en-US", "usenglish": "en-US", "english": "en-US", "british": "en-GB", "ukenglish": "en-GB",
    "canadian": "en-CA", "australian": "en-AU", "german": "de-DE", "ngerman": "de-DE", "austrian": "de-AT",
    "naustrian": "de-AT", "swissgerman": "de-CH", "nswissgerman": "de-CH", "french": "fr-FR", "francais": "fr-FR",
    "italian": "it-IT", "spanish": "es-ES", "portuguese": "pt-PT", "brazil": "pt-BR", "brazilian": "pt-BR",
    "dutch": "nl-NL", "danish": "da-DK", "swedish": "sv-SE", "norwegian": "nb-NO", "nynorsk": "nn-NO",
    "finnish": "fi-FI", "polish": "pl-PL", "czech": "cs-CZ", "slovak": "sk-SK", "hungarian": "hu-HU",
    "magyar": "hu-HU", "russian": "ru-RU", "ukrainian": "uk-UA", "greek": "el-GR", "latin": "la", "turkish": "tr-TR",
    "japanese": "ja-JP", "chinese": "zh-CN", "korean": "ko-KR", "catalan": "ca-AD", "croatian": "hr-HR",
    "slovene": "sl-SI", "slovenian": "sl-SI", "romanian": "ro-RO", "hebrew": "he-IL", "arabic": "ar",
}  # fmt: skip
THESES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "bachelorsthesis": "Bachelor’s thesis",
    "bachelorthesis": "Bachelor’s thesis",
    "diplomathesis": "Diploma thesis",
    "masterthesis": "Master’s thesis",
}
#: What people call the theses that BibTeX has types for.
THESIS_WORDS = {
    "phdthesis": re.compile(
        r"ph\.?\s?d\.?( thesis| dissertation)?|doctoral (thesis|dissertation)|dissertation", re.IGNORECASE
    ),
    "mastersthesis": re.compile(r"(master['’]?s?|m\.?sc\.?|m\.?a\.?)( thesis| dissertation)?", re.IGNORECASE),
}
LOCAL = {
    "phdthesis": "PhD thesis",
    "mathesis": "Master’s thesis",
    "mastersthesis": "Master’s thesis",
    "candthesis": "Candidate thesis",
    "techreport": "technical report",
    "resreport": "research report",
    "software": "computer software",
    "patent": "patent",
    "patenteu": "European patent",
    "patentus": "U.S. patent",
    "patentfr": "French patent",
    "patentde": "German patent",
    "patentuk": "British patent",
    "patreqfr": "French patent request",
    "patreqeu": "European patent request",
    "patrequs": "U.S. patent request",
    "newseries": "New series",
    "oldseries": "Old series",
}
#: The way back: CSL type → BibTeX or BibLaTeX type, with one choice where several lead there.
ENTRY_TYPES = {
    "article": "unpublished", "article-journal": "article", "article-magazine": "article",
    "article-newspaper": "article", "bill": "legislation", "book": "book", "broadcast": "video",
    "chapter": "incollection", "classic": "book", "collection": "collection", "dataset": "dataset",
    "document": "misc", "entry": "inreference", "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference", "event": "misc", "figure": "image", "graphic": "image",
    "hearing": "jurisdiction", "interview": "misc", "legal_case": "jurisdiction", "legislation": "legislation",
    "manuscript": "unpublished", "map": "image", "motion_picture": "movie", "musical_score": "misc",
    "pamphlet": "booklet", "paper-conference": "inproceedings", "patent": "patent", "performance": "performance",
    "periodical": "periodical", "personal_communication": "letter", "post": "online", "post-weblog": "online",
    "regulation": "legislation", "report": "techreport", "review": "review", "review-book": "review",
    "software": "software", "song": "music", "speech": "misc", "standard": "standard", "thesis": "thesis",
    "treaty": "legal", "webpage": "online",
}  # fmt: skip
#: Names that older versions of CSL or citeproc gave variables.
OLDER = {
    "journalAbbreviation": "container-title-short",
    "shortTitle": "title-short",
    "event": "event-title",
    "publisher-location": "publisher-place",
}
