"""The closed list of assertions, V1 to V16 of the design (docs/output-profile.md for the format).

Each is a function that names what is wrong; none may be left out, and what cannot be
evaluated fails. No detail quotes the document.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
from pikepdf import StreamDecodeLevel

from redaction.errors import DetectorError
from redaction.types import Assertion
from redaction.verify import again, claims, footer, geometry, ink, layer, objects, redetect, removal, tags
from redaction.verify.examined import Examined
from redaction.verify.recorded import page_digests, recorded, sha256
from redaction.verify.structure import Unreadable, unreachable
from redaction.verify.texts import ReaderFailed
from redaction.verify.windows import TooMuch

SIZE_TOLERANCE_PT = 1.0
DATE = re.compile(rb"D:\d{8}|\b(?:19|20)\d\d-[01]\d-[0-3]\dT")
SHOWN = 5  # faults named in one detail; the rest are counted


class Nowhere(io.BytesIO):
    """Takes what is written and keeps nothing of it."""

    def write(self, data: Any) -> int:
        """How many bytes were taken: all."""
        return len(data)


def v1_opens_everywhere(examined: Examined) -> list[str]:
    """Opens in pikepdf without a warning, in PDFium, in pdfplumber; all count the plan's pages."""
    found = []
    counts = {"the report": len(examined.claims.pages)}
    with pikepdf.open(io.BytesIO(examined.output)) as document:
        counts["pikepdf"] = len(document.pages)
        # Every object and stream read and decoded; content streams are V4's, token by token.
        document.save(Nowhere(), compress_streams=False, stream_decode_level=StreamDecodeLevel.all)
        if warnings := document.get_warnings():
            found.append(f"pikepdf gives {len(warnings)} warnings")
    with pypdfium2.PdfDocument(examined.output) as document:
        counts["PDFium"] = len(document)
    with pdfplumber.open(io.BytesIO(examined.output)) as document:
        counts["pdfplumber"] = len(document.pages)
    if len(set(counts.values())) != 1:
        found.append("page counts differ: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    return found


def v2_every_byte_belongs(examined: Examined) -> list[str]:
    """One end, one pointer, no earlier revision; every byte and every object has its place."""
    structure = examined.structure
    found = list(structure.faults)
    if lost := unreachable(structure):
        found.append(f"{len(lost)} objects are reachable from nowhere")
    if structure.trailer.get("Size") != len(structure.objects) + 1:
        found.append("the trailer counts other objects than the table")
    return found


def v3_only_known_objects(examined: Examined) -> list[str]:
    """Only the objects and keys that the profile names."""
    extras, marks = examined.claims.extras, []
    if extras.tagged:
        marks = [list(map(len, tags.paragraphs(layer))) for layer in examined.layers]
    return objects.faults(examined.structure, extras, examined.rows, marks)


def v4_content_grammar(examined: Examined) -> list[str]:
    """Every content stream follows the grammar and fills the page that names it."""
    found = []
    pages = objects.page_values(examined.structure)
    for n, (page, content) in enumerate(zip(pages, examined.layers, strict=True), 1):
        found += [f"page {n}: {fault}" for fault in content.faults]
        found += [f"page {n}: {fault}" for fault in footer.place_faults(examined.claims, n, content)]
        marks = tags.place_faults(examined.claims.extras.tagged, content)
        found += [f"page {n}: {fault}" for fault in marks]
        if page.get("MediaBox") != [0, 0, content.width_pt, content.sheet_height_pt]:
            found.append(f"page {n}: the image is drawn to another size than the page's")
    return found


def v5_plain_images(examined: Examined) -> list[str]:
    """Images decode to exactly width times height and carry nothing besides."""
    return [f"page {n}: {fault}" for n, look in enumerate(examined.looks, 1) for fault in look.image]


def v6_no_removed_value(examined: Examined) -> list[str]:
    """No removed value in any reading, byte or decoded stream."""
    return removal.faults(examined)


def v7_detector_finds_nothing(examined: Examined) -> list[str]:
    """The detector finds nothing in the output that is not kept by plan."""
    return redetect.faults(examined)


def v8_surviving_words(examined: Examined) -> list[str]:
    """The text layer holds surviving words and one token per box, none inside a box."""
    return layer.faults(examined)


def v9_boxes_are_opaque(examined: Examined) -> list[str]:
    """Every box shows its frame, its label and black, and every footer its number; nothing else."""
    found = [fault for look in examined.looks for fault in look.boxes]
    return found + footer.picture_faults(examined.claims, objects.pictures(examined.structure, "Im1"))


def v10_ink_outside_boxes(examined: Examined) -> list[str]:
    """Ink outside the boxes is neither lost nor new."""
    if examined.drawable is None:
        return recorded(examined, "V10")
    found = []
    for look in examined.looks:
        if isinstance(look.ink, ReaderFailed):
            raise look.ink
        found += [look.ink] if look.ink else []
    return ink.faults(found)


def v11_box_geometry(examined: Examined) -> list[str]:
    """Box geometry follows docs/output-profile.md, section 8, and no box cuts what stays."""
    return geometry.faults(examined)


def v12_page_sizes(examined: Examined) -> list[str]:
    """Pages are as large as recorded and, with the source at hand, as large as there, but for the
    band of a footer."""
    found, band = [], footer.band_pt(examined.claims)
    sizes = [(page.width_pt, page.height_pt) for page in examined.claims.pages]
    with pikepdf.open(io.BytesIO(examined.output)) as document:
        measured = [tuple(float(side) for side in page.mediabox) for page in document.pages]
    if len(measured) != len(sizes):
        return ["another number of pages than recorded"]
    for n, ((x0, y0, x1, y1), size) in enumerate(zip(measured, sizes, strict=True), 1):
        if (x0, y0) != (0, 0) or not same_size((x1, y1 - band), size):
            found.append(f"page {n}: another size than recorded")
    if examined.opened_source is None:
        return found
    if len(examined.opened_source.sizes) != len(sizes):
        return [*found, "another number of pages than the source"]
    for n, (given, size) in enumerate(zip(examined.opened_source.sizes, sizes, strict=True), 1):
        if not same_size(given, size):
            found.append(f"page {n}: another size than in the source")
    return found


def same_size(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """True when both sides agree within a point."""
    return all(abs(a - b) <= SIZE_TOLERANCE_PT for a, b in zip(one, other, strict=True))


def v13_burned_again(examined: Examined) -> list[str]:
    """Sampled pages burned again give the same bytes."""
    if examined.again is None:
        return recorded(examined, "V13")
    return again.faults(examined, examined.again)


def v14_no_origin(examined: Examined) -> list[str]:
    """Metadata is the fixed text, the identifier comes from the content, and there is no date."""
    structure, found = examined.structure, []
    body = examined.output[: examined.output.rfind(b"\nxref\n") + 1]
    identifier = hashlib.sha256(body).digest()[:16]
    if structure.trailer.get("ID") != [identifier, identifier]:
        found.append("the identifier is not made from the content")
    root = structure.resolve(structure.trailer.get("Root"))
    if structure.entry(root.get("Metadata")).stream != objects.xmp_of(examined.claims.extras):
        found.append("the metadata is not the fixed text")
    if "Info" in structure.trailer:
        found.append("there is an Info dictionary")
    streams = sorted(structure.objects.values(), key=lambda entry: entry.start)
    outside = b"".join(
        examined.output[e.start : e.end] if e.inner is None else repr(e.value).encode() for e in streams
    )
    if DATE.search(outside):
        found.append("there is a date")
    return found


def v15_no_hidden_text(examined: Examined) -> list[str]:
    """No word lies where a reader sees nothing but dark."""
    return [
        f"page {n}: {look.unseen_words} words over a dark area"
        for n, look in enumerate(examined.looks, 1)
        if look.unseen_words
    ]


def v16_recorded_digests(examined: Examined) -> list[str]:
    """Source, plan, output, page images and page texts have the recorded digests."""
    said, found = examined.claims, []
    if examined.sha256 != said.output_sha256:
        found.append("another output than the recorded one")
    if len(examined.output) != said.output_bytes:
        found.append("another output size than recorded")
    if claims.plan_sha256(said) != said.plan_sha256:
        found.append("boxes or kept spans are not those of the recorded plan")
    if examined.source is not None and sha256(examined.source) != said.source_sha256:
        found.append("another source than the recorded one")
    if examined.converted is not None and sha256(examined.converted) != said.converted_sha256:
        found.append("the source was converted to another PDF than the recorded one")
    return found + page_digests(examined)


Judge = Callable[[Examined], list[str]]
ASSERTIONS: Mapping[str, Judge] = {
    "V1": v1_opens_everywhere,
    "V2": v2_every_byte_belongs,
    "V3": v3_only_known_objects,
    "V4": v4_content_grammar,
    "V5": v5_plain_images,
    "V6": v6_no_removed_value,
    "V7": v7_detector_finds_nothing,
    "V8": v8_surviving_words,
    "V9": v9_boxes_are_opaque,
    "V10": v10_ink_outside_boxes,
    "V11": v11_box_geometry,
    "V12": v12_page_sizes,
    "V13": v13_burned_again,
    "V14": v14_no_origin,
    "V15": v15_no_hidden_text,
    "V16": v16_recorded_digests,
}


def evaluate_all(examined: Examined, judges: Mapping[str, Judge] = ASSERTIONS) -> list[Assertion]:
    """Every assertion's outcome, in order. Tests give other `judges`, to show what one that is switched
    off lets through."""
    return [evaluate(name, examined, judge) for name, judge in judges.items()]


def evaluate(name: str, examined: Examined, judge: Judge | None = None) -> Assertion:
    """One assertion's outcome; whatever goes wrong inside it means that it failed."""
    try:
        faults = (judge or ASSERTIONS[name])(examined)
    except (Unreadable, claims.BadReport, ReaderFailed, TooMuch) as error:
        return Assertion(name, "fail", f"not evaluated: {error}")
    except DetectorError as error:
        return Assertion(name, "fail", f"not evaluated: detector, {error.code}")
    except Exception as error:  # noqa: BLE001 - means withheld: what breaks has not passed
        return Assertion(name, "fail", f"not evaluated: {type(error).__name__}")
    if not faults:
        return Assertion(name, "pass")
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return Assertion(name, "fail", "; ".join(faults[:SHOWN]) + more)
