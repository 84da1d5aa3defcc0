"""What the report records of the run that made an output, for a check without the source."""

from __future__ import annotations

import hashlib

from redaction.verify import objects
from redaction.verify.examined import Examined


def recorded(examined: Examined, name: str) -> list[str]:
    """For an assertion that needs what is not at hand: the run that had it passed, with these pages."""
    found = page_digests(examined)
    if examined.claims.recorded.get(name) != "pass":
        found.append("the source is not at hand, and the report records no pass of a run that had it")
    return found


def page_digests(examined: Examined) -> list[str]:
    """Pages whose image or text is not the recorded one."""
    said, found = examined.claims, []
    images, contents = objects.page_images(examined.structure), examined.contents
    if not len(images) == len(contents) == len(said.pages):
        return ["another number of pages than recorded"]
    for page, (_, data), content in zip(said.pages, images, contents, strict=True):
        if sha256(data) != page.raster_sha256:
            found.append(f"page {page.n}: another image than the recorded one")
        if sha256(content) != page.text_sha256:
            found.append(f"page {page.n}: another text layer than the recorded one")
    return found


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()
