"""The step that searches a document gives what `redaction.detect.detect` gives, without its frame."""

from __future__ import annotations

import subprocess
import sys

import pytest

from redaction.cage import steps
from redaction.cage.document_frames import pack_document, unpack_document
from redaction.cage.plan_frames import pack_finding
from redaction.detect import Seed, detect, load
from redaction.types import Box, Document, PageText, TextSource

LINE = "POB Zacapa DOB 4/5/1990 She is Honduran, A087-654-321, speaks only Mam."


def laid_out(source: TextSource, page: int, text: str) -> PageText:
    """A text whose words stand in columns 20 pt apart."""
    lefts = [20.0 * text.count(" ", 0, at) + 5 * at for at in range(len(text))]
    cells = tuple(Box(left, 10, left + 5, 20) for left in lefts)
    return PageText(source, page, text, cells, (10.0,) * len(text))


DOCUMENT = Document(
    "0" * 64,
    "application/pdf",
    (),
    (
        laid_out(TextSource.PDFPLUMBER, 1, LINE),
        laid_out(TextSource.PDFIUM, 1, LINE),  # the same text by another reader
        PageText(TextSource.PDFIUM, 2, LINE),  # the same letters without places
        PageText(TextSource.FORM_VALUE, 2, "Nothing"),
        PageText(TextSource.PDFIUM, 3, "She lived in New Mexico. He is from Mexico."),
        PageText(TextSource.METADATA, None, "undocumented worker, ref 4471 223 199"),
    ),
)
SEEDS = (Seed("DHS_CASE_ID", "4471223199"),)


@pytest.mark.parametrize("requester", [None, "civil_immigration", "federal_criminal"])
@pytest.mark.parametrize("seeds", [(), SEEDS])
def test_the_step_finds_what_the_frame_hands_on(requester, seeds):
    body, blobs = pack_document(DOCUMENT)
    arguments = {"document": body, "seeds": seeds, "requester": requester}

    reply, _ = steps.detect(arguments, tuple(blobs))

    framed = detect(unpack_document(body, blobs), load(), seeds, requester)
    assert reply == {"ruleset": load().sha256, "findings": [pack_finding(one) for one in framed]}
    assert {one.text_index for one in framed} >= {0, 1, 2, 4, 5}
    assert any(one.action == "keep" for one in framed)


def test_the_step_loads_neither_presidio_nor_spacy():
    program = (
        "import sys\n"
        "from redaction.cage import steps\n"
        "from redaction.cage.document_frames import pack_document\n"
        "from redaction.types import Document, PageText, TextSource\n"
        "texts = (PageText(TextSource.PDFIUM, 1, 'She is Cuban.'),)\n"
        "body, blobs = pack_document(Document('0' * 64, 'application/pdf', (), texts))\n"
        "reply, _ = steps.detect({'document': body, 'seeds': [], 'requester': None}, tuple(blobs))\n"
        "assert len(reply['findings']) == 1\n"
        "bad = {'presidio_analyzer', 'spacy', 'django'} & set(sys.modules); assert not bad, bad"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
