"""What a caged child makes of a file that is no PDF: pages, the texts beside them, the files in it.

Nothing is executed or fetched. Office files come back cleaned, for LibreOffice in a child of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redaction.errors import Quarantined, Rejected
from redaction.intake import mail, outlook, sniff
from redaction.intake.archive import open_archive
from redaction.intake.aside import Asides
from redaction.intake.beside import legacy, opendocument, parts, rtf, sheet, slides, word
from redaction.intake.html_text import text_of
from redaction.intake.kinds import exact
from redaction.intake.limits import Limits
from redaction.intake.pages import decode, holds_encoded_file, text_to_pdf
from redaction.intake.pictures import images_to_pdf
from redaction.intake.table import arranged

_OFFICE_READERS = {"word": word.read, "sheet": sheet.read, "slides": slides.read}


@dataclass(slots=True)
class Converted:
    """`pdf` is empty where `for_office` holds what LibreOffice has to convert. `plain` is the text
    of pages made from text. `files` are those in a message, with names."""

    media_type: str
    found: Asides
    pdf: bytes = b""
    for_office: bytes = b""
    plain: str = ""
    files: tuple[mail.Enclosed, ...] = field(default=())


def convert(data: bytes, told: str, limits: Limits) -> Converted:
    """`told` is what the first and last bytes say; the exact kind comes back.

    Raises Rejected (`malformed`, `over_limits`, `no_converter`, `encrypted`, `unsupported_type`),
    Quarantined("child_failed") for a file packed into the lines of a text.
    """
    kind = exact(data, told, limits)
    done = Converted(kind, Asides(limits.text_chars))
    if kind in sniff.IMAGES:
        done.pdf = images_to_pdf(data, done.found, image_px=limits.image_px, pages=limits.pages)
    elif kind in sniff.CONVERTED:
        done.for_office = _for_office(data, kind, done.found, limits)
    elif kind in sniff.MAIL:
        letter = (mail if kind == sniff.EML else outlook).read(data, done.found, limits)
        _as_pages(done, letter.text, limits)
        done.files = letter.files
    elif kind == sniff.HTML:
        _as_pages(done, text_of(decode(data), done.found), limits)
    elif kind == sniff.TEXT:
        _as_pages(done, arranged(decode(data)), limits)
    else:
        raise Rejected("unsupported_type")
    return done


def _as_pages(done: Converted, text: str, limits: Limits) -> None:
    if len(text) > limits.text_chars:
        raise Rejected("over_limits")
    if holds_encoded_file(text):
        raise Quarantined("child_failed")
    done.plain = text
    done.pdf = text_to_pdf(text, pages=limits.pages)


def _for_office(data: bytes, kind: str, found: Asides, limits: Limits) -> bytes:
    """What LibreOffice may see. Everything the file says beside its pages is in `found`."""
    if kind == sniff.RTF:
        rtf.read(data, found, limits)
        return data
    if kind in sniff.LEGACY:
        legacy.read(data, kind, found)
        return data
    archive = open_archive(data, limits, office=True)
    if kind in (sniff.ODT, sniff.ODS, sniff.ODP):
        opendocument.read(archive, found, limits)
        return data if kind == sniff.ODT else opendocument.without_formulas(archive, limits)
    which, main = parts.main_part(archive, limits)
    _OFFICE_READERS[which](archive, main, found, limits)
    change = sheet.printable(archive, limits) if which == "sheet" else _as_it_is
    return parts.cleaned(archive, limits, change)


def _as_it_is(_name: str, part: bytes) -> bytes:
    return part
