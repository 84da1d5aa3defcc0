"""What box geometry must know of the vocabularies (redaction.md 4.1, G1 and G4)."""

from __future__ import annotations

import functools

from redaction.detect import lexicon
from redaction.detect.gazetteer.tagger import read_terms
from redaction.detect.policy import read_law
from redaction.detect.ruleset import HERE

# The longest forms of identifiers as people write them, with separators.
_LONGEST_NUMBERS = {
    "A_NUMBER": ("A 000-000-000", "USCIS# 000-000-000"),
    "USCIS_RECEIPT_NUMBER": ("MSC-00-000-00000", "IOE 00 000 00000"),
    "I94_NUMBER": ("000000000 00", "000000000A0"),
    "SEVIS_ID": ("N000-000-0000", "WWW000F00000000"),
    "PASSPORT_NUMBER": ("W00000000", "000000000000"),
    "PASSPORT_MRZ": ("W" * 44,),
    "VISA_NUMBER": ("20000000000000", "AA00WWWWWW"),
    "CONSULAR_ID": ("Matricula consular 000000000",),
    "FOREIGN_NATIONAL_ID": ("WWWW000000MWWWWW00", "0000 00000 0000", "000-000000-0000W"),
    "US_ITIN": ("900-00-0000",),
    "DHS_CASE_ID": ("WWW0000000000", "000000000000"),
}
_CLASS_OF = {
    "COUNTRY_OF_BIRTH": ("country", "weak_country", "place", "weak_place", "state", "city", "us"),
    "CITIZENSHIP": ("country", "weak_country", "demonym", "demonym_us", "us"),
    "LANGUAGE_PROXY": ("language", "rare", "english"),
    "TRIBAL_AFFILIATION": ("tribe", "weak_tribe"),
}


@functools.lru_cache(maxsize=1)
def _closed() -> dict[str, bool]:
    kinds, _ = read_law(lexicon.read_yaml(lexicon.FOLDER / "law.yaml"))
    return {name: kind.closed for name, kind in kinds.items()}


def closed_vocabulary(type_id: str) -> bool:
    """True when the type has few possible values, so that a box must run to the end of its line.
    Raises KeyError for a type that is not of the taxonomy."""
    return _closed()[type_id]


@functools.lru_cache(maxsize=32)
def class_members(type_id: str) -> tuple[str, ...]:
    """Texts that a value of this type may show, the longest forms among them, without doubles.
    Numbers are given as patterns of zeros and W, the widest letter."""
    if type_id not in _closed():
        raise KeyError(type_id)
    members = set(_LONGEST_NUMBERS.get(type_id, ()))
    classes = set(_CLASS_OF.get(type_id, ()))
    if classes:
        members.update(
            term.text.title()
            for term in read_terms(HERE / "gazetteer" / "terms.tsv")
            if term.classes & classes
        )
    for path in sorted(lexicon.FOLDER.glob("*.yaml")):
        entries = lexicon.read_yaml(path)
        for entry in entries if isinstance(entries, list) else ():
            if entry.get("type") == type_id and "labels" not in entry:
                members.update(str(term) for term in entry.get("terms", ()))
                members.update(str(text) for text in entry.get("members", ()))
    return tuple(sorted(members)) or ("W" * 18,)
