"""The map of letters in a file: every letter of the layer is read as itself, and no other is told of."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from redaction.burn import font
from redaction.burn.content import PlacedWord, content
from redaction.burn.encode import Raster
from redaction.burn.write import Writer
from redaction.types import Extras
from redaction.verify import objects
from redaction.verify.assertions import evaluate
from redaction.verify.examined import Examined

WORDS = ("Amount", "złoty", "Дело", "部门", "ﬁle", "\ufffd")
GREY = "/ColorSpace /DeviceGray /BitsPerComponent 8"


def written(*pages: tuple[str, ...], archival: bool = False) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, len(pages), Extras(archival=archival))
    for words in pages:
        placed = [PlacedWord(36, 700 - 12 * at, word) for at, word in enumerate(words)]
        writer.page(612, 792, Raster(1, 1, "grey", GREY, b"\xff"), content(612, 792, placed))
    writer.close()
    assert writer.size == len(out.getvalue())
    return out.getvalue()


def rows(data: bytes) -> list[str]:
    """The high bytes of the map, in its order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = pdf.pages[0].Resources.Font.F0.ToUnicode.read_bytes()
    found = re.findall(rb"<(..)00> <\1FF> <\1(?:00)>\n", said)
    assert b"%d beginbfrange" % len(found) in said
    return [row.decode() for row in found]


def test_every_reader_reads_letters_of_every_script() -> None:
    data = written(WORDS[:3], WORDS[3:])

    with pypdfium2.PdfDocument(data) as pdf:
        by_pdfium = " ".join(page.get_textpage().get_text_range() for page in pdf)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        by_plumber = " ".join(page.extract_text() for page in pdf.pages)
    texts = [by_pdfium, by_plumber]
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        assert done.stderr == b""
        texts.append(done.stdout.decode())
    for text in texts:
        assert [word for word in WORDS if word.replace("ﬁ", "fi") not in text.replace("ﬁ", "fi")] == []


@pytest.mark.parametrize(
    "pages, found",
    [
        ([()], ["00"]),  # the space
        ([("plain",), ("letters",)], ["00"]),
        ([("plain",), ("złoty",)], ["00", "01"]),
        ([WORDS], ["00", "01", "04", "90", "95", "FB", "FF"]),
    ],
)
def test_the_map_has_the_rows_in_use_and_no_other(pages: list[tuple[str, ...]], found: list[str]) -> None:
    assert rows(written(*pages)) == found


@pytest.mark.parametrize("archival", [False, True])
def test_the_map_stands_behind_all_other_objects(archival: bool) -> None:
    data = written(WORDS, archival=archival)
    order = [int(number) for number in re.findall(rb"\n(\d+) 0 obj\n", data)]

    assert order[-1] == 8
    assert order[:-1] == [number for number in range(1, len(order) + 1) if number != 8]
    assert evaluate("V2", Examined(data, {}, b"")).result == "pass"


def test_the_verifier_expects_what_the_writer_writes() -> None:
    for used in ({0}, {0, 1, 4, 0xFF}, set(range(256)) - set(range(0xD8, 0xE0))):
        assert font.to_unicode(used) == objects.to_unicode(used)
