"""Class widths: how wide a box must be so that its width tells no member of a type from another (G1).

The members are the longest forms of each type that records use; the width is the widest of
three common typefaces. Types with a small closed vocabulary are not boxed by width at all but
to the end of their line (G4).
"""

from __future__ import annotations

from functools import cache

from reportlab.pdfbase.pdfmetrics import stringWidth

MIN_EMS = 9.0  # 108 pt at 12 pt
FACES = ("Helvetica", "Times-Roman", "Courier")
USUAL_SIZE_PT = 12.0  # where a source does not tell the size

LINE_TYPES = frozenset(
    {
        "IMMIGRATION_STATUS",
        "VISA_CLASS",
        "EAD_CATEGORY",
        "HUMANITARIAN_PROTECTION",
        "CITIZENSHIP",
        "COUNTRY_OF_BIRTH",
        "LANGUAGE_PROXY",
        "TRIBAL_AFFILIATION",
    }
)

MEMBERS: dict[str, tuple[str, ...]] = {
    "A_NUMBER": ("USCIS# A 087-654-321", "alien number A 087 654 321"),
    "USCIS_RECEIPT_NUMBER": ("MSC-21-903-12345", "WAC 21 903 12345"),
    "I94_NUMBER": ("12345678901", "123456789 A1"),
    "SEVIS_ID": ("N0012345678",),
    "PASSPORT_NUMBER": ("passport no. A12345678",),
    "PASSPORT_MRZ": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<",),
    "VISA_NUMBER": ("visa foil 20231234567890",),
    "CONSULAR_ID": ("matricula consular 12345678",),
    "FOREIGN_NATIONAL_ID": ("GAHJ850101MDFRRN09", "1234 56789 0101"),
    "US_ITIN": ("900-70-0000",),
    "DHS_CASE_ID": ("EARM case 12345678", "FIN 1234567890"),
    "IMMIGRATION_STATUS": ("conditional permanent resident", "residente permanente condicional"),
    "VISA_CLASS": ("nonimmigrant student visa", "visa de no inmigrante"),
    "EAD_CATEGORY": ("category (c)(09)P",),
    "HUMANITARIAN_PROTECTION": ("special immigrant juvenile status", "temporary protected status"),
    "IMMIGRATION_ENFORCEMENT": ("reinstatement of prior removal order", "orden de deportacion"),
    "IMMIGRATION_DOCUMENT": ("employment authorization document", "certificate of naturalization"),
    "CITIZENSHIP": ("ciudadana estadounidense", "not a United States citizen"),
    "COUNTRY_OF_BIRTH": ("San Pedro Sula, Honduras", "born in the Dominican Republic"),
    "ENTRY_HISTORY": ("entered without inspection in 2019",),
    "STATUS_ELIGIBILITY": ("no eligible immigration status",),
    "STATUS_IMPLICIT": ("afraid of being sent back there",),
    "LANGUAGE_PROXY": ("Haitian Creole interpreter", "Spanish speaking only"),
    "CONSULAR_CONTACT": ("consular notification declined",),
    "TRIBAL_AFFILIATION": ("enrolled member of Laguna Pueblo",),
}


@cache
def class_ems(type_: str) -> float:
    """Width of the widest member of a type, in ems; at least nine."""
    widths = [stringWidth(member, face, 1) for member in MEMBERS.get(type_, ()) for face in FACES]
    return max([MIN_EMS, *widths])


def class_width_pt(type_: str, size_pt: float | None) -> float:
    """The least width of a box for `type_` at a font size, in points (G1)."""
    return class_ems(type_) * (size_pt if size_pt and size_pt > 0 else USUAL_SIZE_PT)
