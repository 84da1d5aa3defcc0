"""Pictures of every page of a PDF, many to a child. Runs in the parent, which encodes pixels and
parses nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from redaction import sandbox
from redaction.errors import Quarantined

BATCH = 16  # pages per child at most
BATCH_BYTES = 48 * 1024 * 1024  # pixels after which a child begins no further page
PAGES = 5000
RASTER_PX = 40_000_000


def page_pngs(pdf: bytes, dpi: int) -> Iterator[bytes]:
    """PNG of every page in order, in colour, as it is in the file given.

    Pages are drawn as they are asked for; in memory is one child's worth. A child that dies costs
    its pages, which are drawn again one by one. Raises Quarantined(`page_failed`).
    """
    number, count = 1, 1
    while number <= count:
        try:
            reply = _drawn(pdf, number, dpi, BATCH)
        except sandbox.ChildDied:
            reply = _alone(pdf, number, dpi)
        if number > 1 and reply.value["count"] != count:
            raise Quarantined("page_failed", number)
        count = _checked(reply, number)
        for size, pixels in zip(reply.value["sizes"], reply.blobs, strict=True):
            yield _png(size, pixels)
        number += len(reply.blobs)


def _alone(pdf: bytes, number: int, dpi: int) -> sandbox.Reply:
    """One page in a child of its own. Raises Quarantined("page_failed")."""
    try:
        return _drawn(pdf, number, dpi, 1)
    except sandbox.ChildDied:
        raise Quarantined("page_failed", number) from None


def _drawn(pdf: bytes, first: int, dpi: int, pages: int) -> sandbox.Reply:
    asked = {
        "first": first,
        "dpi": dpi,
        "most_px": RASTER_PX,
        "most_pages": pages,
        "most_bytes": BATCH_BYTES,
    }
    return sandbox.run("render_from", asked, [pdf], sandbox.StepLimits.for_pages(pages))


def _checked(reply: sandbox.Reply, first: int) -> int:
    """The file's page count; the reply holds at least one page, none too large, none too many."""
    count, sizes = reply.value["count"], reply.value["sizes"]
    sound = (
        isinstance(count, int)
        and first <= count <= PAGES
        and 0 < len(sizes) == len(reply.blobs) <= min(BATCH, count - first + 1)
        and all(
            0 < width * height <= RASTER_PX and len(pixels) == 3 * width * height
            for (width, height), pixels in zip(sizes, reply.blobs, strict=True)
        )
    )
    if not sound:
        raise Quarantined("page_failed", first)
    return int(count)


def _png(size: list[int], pixels: bytes) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (size[0], size[1]), pixels).save(out, "PNG", compress_level=3)
    return out.getvalue()
