"""OCR of output pages, the caller's side: the pixels come out of one cage and go into another.

tesseract where it is installed, else the rapidocr wheel. The answer is tesseract's table of words
(TSV) by page; a page that no engine could read is missing from it, which V7 does not survive.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from typing import Any

from redaction import sandbox
from redaction.errors import DetectorError, Withheld
from redaction.verify.draws import pages_to_read

MIB = 1024 * 1024
PAGE_S = 60
LANGUAGES = ("eng", "spa")
RAPIDOCR_S = 14 * PAGE_S  # so much slower, measured
Blobs = tuple[bytes, ...]


def read(output: bytes, report: Mapping[str, Any]) -> dict[int, str]:
    """The tables of all pages to read. Raises nothing: what could not be read is missing."""
    try:
        pages = [(int(page["n"]), bool(page["ocr"]["used"])) for page in report["pages"]]
    except (KeyError, TypeError, ValueError):
        return {}  # the assertions say what is wrong with such a report
    found = {}
    for n in pages_to_read(hashlib.sha256(output).hexdigest(), pages):
        try:
            with sandbox.account():  # of OCR, as when the page was read first
                found[n] = page_table(output, report, n)
        except (sandbox.ChildDied, Withheld, DetectorError):
            continue  # means withheld: V7 fails for a page without a table
    return found


def page_table(output: bytes, report: Mapping[str, Any], n: int) -> str:
    """What OCR reads on one page. Raises ChildDied, Withheld."""
    reply = sandbox.run("verify_pixels", {"report": dict(report), "page": n}, [output])
    program = shutil.which("tesseract")
    if program is None:
        return str(sandbox.run("verify_ocr", {}, reply.blobs, limits(RAPIDOCR_S, 6144)).value)
    command = [program, "stdin", "stdout", "-l", languages(program), "--psm", "3",
               "--dpi", str(reply.value["dpi"]), "tsv"]  # fmt: skip
    return sandbox.run_program(command, reply.blobs[0], limits(PAGE_S, 1536)).decode("utf-8", "replace")


def languages(program: str) -> str:
    """The languages of records that are installed. Raises ChildDied."""
    said = sandbox.run_program([program, "--list-langs"], b"", limits(20, 1024))
    return "+".join(name for name in LANGUAGES if name in said.decode("ascii", "replace").split()) or "eng"


def limits(seconds: int, memory_mib: int) -> sandbox.StepLimits:
    """What one reading may use."""
    return sandbox.StepLimits(address_space=memory_mib * MIB, cpu_s=seconds, wall_s=4.0 * seconds)


def pixels_step(arguments: dict[str, Any], blobs: Blobs) -> tuple[dict[str, int], Blobs]:
    """In the child: [output] and the report in, one page as a graymap without its boxes out."""
    from redaction.verify import claims, objects, pixels, structure

    page = claims.read(arguments["report"]).pages[arguments["page"] - 1]
    image, data = objects.page_images(structure.parse(blobs[0]))[page.n - 1]
    return {"dpi": page.dpi}, (pixels.portable(pixels.without_boxes(image, data, page)),)


def ocr_step(arguments: dict[str, Any], blobs: Blobs) -> tuple[str, Blobs]:
    """In the child: [graymap] in, a table like tesseract's out, by rapidocr."""
    from redaction.verify.pixels import table_by_rapidocr

    return table_by_rapidocr(blobs[0]), ()
