"""Text that a PDF keeps outside its page content, read with pikepdf from the source, inside the
cage: form values, annotations, outline, metadata, scripts, structure, and every string nobody
names (docs/redaction.md lists the places).

Nothing here survives into a rebuilt file; it is read because it names what must be found on
the pages as well, and for the log of what was dropped.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

from redaction.extract import file_places, page_places, revisions, sweep
from redaction.extract.gathered import Places
from redaction.extract.glyphs import Frame


def read(source_pdf: bytes, frames: Sequence[Frame]) -> Places:
    """Everything said outside the pages. `frames` are those of the normalised pages.

    Raises Rejected("over_limits"); errors of pikepdf rise, and the file is withheld.
    """
    found = Places()
    with pikepdf.open(io.BytesIO(source_pdf)) as pdf:
        pages = page_places.Reader(found)
        for number, (page, frame) in enumerate(zip(pdf.pages, frames, strict=True), start=1):
            pages.read(page, number, frame)
        file_places.read(pdf, found)
        sweep.objects(pdf, pages.drawn, found)
    revisions.read(source_pdf, found)
    return found
