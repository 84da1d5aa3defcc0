"""Puts invented status text into copies of real documents, in four carriers at once.

Every number is made up, with right check digits where the kind has them. Each carrier gets its
own numbers, so that a leak names the carrier it came from.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas
from stdnum.mx import curp

CARRIERS = ("page", "field", "annotation", "metadata")
LINE_PT = 12.0
BLOCK_PT = 290.0  # room for one carrier's lines
BAND_PT = 3 * BLOCK_PT  # made above the first page: metadata need none
STAYS = "heliotrope meadow lantern"  # a planted line without status, which must stay searchable


@dataclass(frozen=True)
class Plant:
    """One line to plant; `secrets` are the parts that must not survive."""

    carrier: str

    kind: str
    line: str
    secrets: tuple[str, ...]


def plants(carrier: str) -> list[Plant]:
    """Twenty entity types and more for one carrier, with that carrier's own numbers."""
    n = CARRIERS.index(carrier)
    mrz = machine_readable(f"G1234567{n}", f"85041{n}", f"30041{n}")
    mexican = with_check(f"GALM90021{n + 1}MCHRPR0")
    rows = [
        ("A_NUMBER", "USCIS file number A 087 654 3{n}1", ["087 654 3{n}1"]),
        ("USCIS_RECEIPT_NUMBER", "Receipt number EAC219001234{n}", ["EAC219001234{n}"]),
        ("I94_NUMBER", "I-94 admission number 74561230 1{n}", ["74561230 1{n}"]),
        ("SEVIS_ID", "SEVIS ID: N001234567{n}", ["N001234567{n}"]),
        ("PASSPORT_NUMBER", "Passport No. G1234567{n}", ["G1234567{n}"]),
        ("PASSPORT_MRZ", mrz[0], [mrz[0]]),
        ("PASSPORT_MRZ", mrz[1], [mrz[1]]),
        ("VISA_NUMBER", "Visa control number 2019365123456{n}", ["2019365123456{n}"]),
        ("CONSULAR_ID", "Matricula consular 812345{n}", ["812345{n}"]),
        ("FOREIGN_NATIONAL_ID", f"CURP {mexican}", [mexican]),
        ("US_ITIN", "ITIN 912-78-432{n}", ["912-78-432{n}"]),
        ("DHS_CASE_ID", "FINS number: 530718642{n}", ["530718642{n}"]),
        ("IMMIGRATION_STATUS", "He said that he is undocumented.", ["undocumented"]),
        ("VISA_CLASS", "She came on an H-1B visa.", ["H-1B visa"]),
        ("HUMANITARIAN_PROTECTION", "The witness was granted asylum.", ["granted asylum"]),
        ("IMMIGRATION_ENFORCEMENT", "The jail received an immigration detainer.", ["immigration detainer"]),
        ("IMMIGRATION_DOCUMENT", "He showed his green card.", ["green card"]),
        ("CITIZENSHIP", "Citizenship: Honduran", ["Honduran"]),
        ("COUNTRY_OF_BIRTH", "Place of birth: Chiquimula, Guatemala", ["Chiquimula", "Guatemala"]),
        ("CONSULAR_CONTACT", "Consular notification: Mexican consulate", ["Mexican consulate"]),
        ("ENTRY_HISTORY", "She entered without inspection.", ["entered without inspection"]),
    ]
    return [
        Plant(
            carrier,
            kind,
            line.replace("{n}", str(n)),
            tuple(secret.replace("{n}", str(n)) for secret in secrets),
        )
        for kind, line, secrets in rows
    ]


def with_check(body: str) -> str:
    """A CURP body with its check digit."""
    return body + str(curp.calc_check_digit(body + "0"))


def machine_readable(number: str, born: str, ends: str) -> tuple[str, str]:
    """Two lines of a passport (ICAO 9303, TD3) for an invented person."""
    first = "P<GTMMORALES<<ANA<LUCIA".ljust(44, "<")
    parts = [number.ljust(9, "<"), born, ends, "<" * 14]
    digits = [check(part) for part in parts]
    whole = f"{parts[0]}{digits[0]}{parts[1]}{digits[1]}{parts[2]}{digits[2]}{parts[3]}{digits[3]}"
    second = f"{parts[0]}{digits[0]}GTM{parts[1]}{digits[1]}F{parts[2]}{digits[2]}{parts[3]}{digits[3]}"
    return first, second + check(whole)


def check(text: str) -> str:
    """Check digit: weights 7, 3, 1 over 0-9, A-Z as 10-35, filler as 0."""
    values = [0 if sign == "<" else int(sign, 36) for sign in text]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def plant(source: Path, target: Path) -> list[Plant]:
    """A copy of `source` with every line planted in every carrier, and the line that stays on page 1."""
    lines = {carrier: plants(carrier) for carrier in CARRIERS}
    with pikepdf.open(source) as document:
        write_band(document, [STAYS, *(entry.line for entry in lines["page"])])
        add_fields(document, lines["field"])
        add_notes(document, lines["annotation"])
        add_metadata(document, lines["metadata"])
        document.save(target)
    return [entry for entries in lines.values() for entry in entries]


def write_band(document: pikepdf.Pdf, lines: list[str]) -> None:
    """The first page grows upward and the lines are drawn there."""
    page = document.pages[0]
    x0, y0, x1, y1 = (float(side) for side in page.mediabox)
    for key in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if key in page.obj:
            del page.obj[key]
    page.mediabox = [x0, y0, x1, y1 + BAND_PT]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(x1 - x0, y1 - y0 + BAND_PT))
    canvas.setFont("Helvetica", 9)
    for row, line in enumerate(lines):
        canvas.drawString(40, y1 - y0 + BAND_PT - 14 - LINE_PT * row, line)
    canvas.save()
    with pikepdf.open(io.BytesIO(out.getvalue())) as overlay:
        page.add_overlay(overlay.pages[0], pikepdf.Rectangle(x0, y0, x1, y1 + BAND_PT))


def place(document: pikepdf.Pdf, row: int, block: int) -> list[float]:
    """Where the row's field (block 1) or note (block 2) stands, in the band of the first page."""
    x0, _, _, top = (float(side) for side in document.pages[0].mediabox)
    y = top - 14 - block * BLOCK_PT - LINE_PT * row
    return [x0 + 40, y, x0 + 440, y + LINE_PT - 1]


def appearance(document: pikepdf.Pdf, text: str, box: list[float]) -> pikepdf.Object:
    """A drawn text as wide as its box."""
    shown = text.replace("\\", "").replace("(", "").replace(")", "")
    return document.make_stream(
        b"/Tx BMC q BT /Helv 8 Tf 2 2 Td (%s) Tj ET Q EMC" % shown.encode("latin-1"),
        Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, box[2] - box[0], box[3] - box[1]],
        Resources=Dictionary(Font=Dictionary(Helv=helvetica())),
    )  # fmt: skip


def helvetica() -> Dictionary:
    """The standard font."""
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )


def add_fields(document: pikepdf.Pdf, planted: list[Plant]) -> None:
    """Filled text fields, one a line."""
    fields = []
    for row, entry in enumerate(planted):
        box = place(document, row, 1)
        fields.append(
            document.make_indirect(
                Dictionary(
                    Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(f"field{row}"), F=4,
                    Rect=Array(box),
                    V=String(entry.line), DA=String("/Helv 8 Tf 0 g"), P=document.pages[0].obj,
                    AP=Dictionary(N=appearance(document, entry.line, box)),
                )
            )
        )  # fmt: skip
    annotate(document, fields)
    document.Root.AcroForm = Dictionary(
        Fields=Array(fields), DR=Dictionary(Font=Dictionary(Helv=helvetica())), DA=String("/Helv 8 Tf 0 g")
    )


def add_notes(document: pikepdf.Pdf, planted: list[Plant]) -> None:
    """Free text that is drawn on even rows, notes that only pop up on odd rows."""
    notes = []
    for row, entry in enumerate(planted):
        box = place(document, row, 2)
        note = Dictionary(Type=Name.Annot, Rect=Array(box), Contents=String(entry.line), F=4)
        if row % 2:
            note.Subtype, note.T = Name.Text, String("someone")
            note.Rect = Array([box[0] + 420, box[1], box[0] + 430, box[3]])
        else:
            note.Subtype, note.DA = Name.FreeText, String("/Helv 8 Tf 0 g")
            note.AP = Dictionary(N=appearance(document, entry.line, box))
        notes.append(document.make_indirect(note))
    annotate(document, notes)


def annotate(document: pikepdf.Pdf, more: list[pikepdf.Object]) -> None:
    """Adds annotations to the first page."""
    page = document.pages[0].obj
    page.Annots = Array([*page.get("/Annots", Array()), *more])


def add_metadata(document: pikepdf.Pdf, planted: list[Plant]) -> None:
    """Title, author, keywords, a custom key, XMP, an outline entry and an attachment's name."""
    text = "; ".join(entry.line for entry in planted)
    for key in ("/Title", "/Author", "/Subject", "/Keywords", "/Remarks"):
        document.docinfo[key] = text
    with document.open_metadata() as metadata:
        metadata["dc:description"] = text
    with document.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(entry.line, 0) for entry in planted)
    document.attachments[planted[0].line + ".txt"] = text.encode()
