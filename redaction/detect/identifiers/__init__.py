"""Numbers issued to people: grammars, labels and check digits.

`shapes.yaml` holds the grammars and `shapes.py` applies them, `mrz.py` the machine-readable zones,
`checks.py` and `validators.py` the check digits. Look-alike letters at digit positions are the
`ocr` view of the design page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detect.engine import compile_pattern, spans_of
from redaction.detect.identifiers import mrz
from redaction.detect.identifiers.shapes import BREAK, Near, ShapeBook
from redaction.detect.spans import Hit
from redaction.detect.views import Views

_DIGITS = compile_pattern(r"\b[a-z]{0,3}[0-9](?:[ -]?[0-9]){5,}[a-z]?\b")
# What a run of digits is when it is none of ours: dates, telephone numbers, money, social security.
_PLAIN = re.compile(
    r"(?:(?:19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d|[01]?\d[ -][0-3]?\d[ -](?:19|20)?\d{2}|"
    r"(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}|\d{3}[ -]\d{4}|[0-8]\d{2}-\d{2}-\d{4}|"
    r"(?:19|20)\d{2}[ -](?:19|20)\d{2}|\d{5}-\d{4})"
)
CUE_REACH = 40


def find(views: Views, near: Near, book: ShapeBook, parted: bytes = b"") -> Iterator[Hit]:
    """Hits of every kind of number, in joined offsets. `near` finds status cues around a span."""
    yield from book.find(views.joined, near, parted)
    yield from mrz.find(views)
    yield from _loose_digits(views.joined, near, parted or views.joined)


def _loose_digits(data: bytes, near: Near, parted: bytes) -> Iterator[Hit]:
    """Six or more digits beside a status cue that fit no grammar: a person looks at them."""
    for (start, end), *_ in spans_of(_DIGITS, data):
        if BREAK in parted[start:end] or _PLAIN.fullmatch(data[start:end].decode("ascii")):
            continue
        if cue := near("status", start, end, CUE_REACH):
            yield Hit(
                start, end, "DHS_CASE_ID", 0.3, "digits.beside_cue", 1, "identifier",
                "A number beside words about immigration", evidence=(cue,),
            )  # fmt: skip
