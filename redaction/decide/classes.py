"""Class widths (G1), and which findings have a width that tells nothing (decision 0009).

The members of a class come from the detector's own data, so a name added to a lexicon counts here
from the next start on; the width is that of the widest member in three common typefaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from redaction.types import Box

MIN_EMS = 9.0  # 108 pt at 12 pt
FACES = ("Helvetica", "Times-Roman", "Courier")
USUAL_SIZE_PT = 12.0  # where a source does not tell the size

# Numbers given to people one by one: so many digits that a width tells which of them no more than
# its form does. One letter of 26 moves the width to one of about nine places.
NUMBERS = frozenset(
    {
        "A_NUMBER",
        "USCIS_RECEIPT_NUMBER",
        "I94_NUMBER",
        "SEVIS_ID",
        "PASSPORT_NUMBER",
        "VISA_NUMBER",
        "CONSULAR_ID",
        "FOREIGN_NATIONAL_ID",
        "US_ITIN",
        "DHS_CASE_ID",
    }
)
LETTERED = frozenset({"USCIS_RECEIPT_NUMBER"})  # begins with the letters of one of a dozen offices
LEAST_DIGITS, MOST_LETTERS = 6, 1
EVEN_EMS = 0.02  # digits of one width differ by no more than this, in font sizes


@cache
def class_ems(type_: str) -> float:
    """Width of the widest member of a type, in ems; at least nine. Nine for a type nobody knows.

    Raises DetectorError when the rule data cannot be read.
    """
    from redaction.detect import widths  # here: the burning child needs no rules and should not load them

    try:
        members = widths.class_members(type_)
    except KeyError:
        return MIN_EMS
    return max([MIN_EMS, *(stringWidth(member, face, 1) for member in members for face in FACES)])


def class_width_pt(type_: str, size_pt: float | None) -> float:
    """The least width of a box for `type_` at a font size, in points (G1)."""
    return class_ems(type_) * (size_pt if size_pt and size_pt > 0 else USUAL_SIZE_PT)


def fixed_form(type_: str, text: str, cells: Sequence[Box | None], size_pt: float, *, upright: bool) -> bool:
    """True for a number whose width is that of every number written in its form.

    `cells` belong to the characters of `text`. Digits must be equally wide here, as they are in
    most typefaces; words without a digit ("alien number") belong to the form.
    """
    if type_ not in NUMBERS or len(cells) != len(text):
        return False
    advances = [
        cell.height if upright else cell.width
        for char, cell in zip(text, cells, strict=True)
        if char in "0123456789" and cell is not None
    ]
    if len(advances) < LEAST_DIGITS or max(advances) - min(advances) > EVEN_EMS * size_pt:
        return False
    numbers = [word for word in text.split() if any(char.isdigit() for char in word)]
    letters = sum(char.isalpha() for word in numbers for char in word)
    return letters <= MOST_LETTERS or type_ in LETTERED
