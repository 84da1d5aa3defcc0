"""Form fields of the source by pikepdf, for G6: their places as a reader sees them, and their groups."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pikepdf

from redaction.types import Box
from redaction.verify.texts import ReaderFailed

CHECK_BOX_PT = 30.0  # a field larger than this is no check box
HIDDEN_OR_NO_VIEW = 2 | 32  # ISO 32000-1, table 165
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Widget:
    """One form field on a page, in points from the top left; `group` names its parent field."""

    box: Box
    group: str

    @property
    def small(self) -> bool:
        """True for a check box or radio button."""
        return max(self.box.width, self.box.height) <= CHECK_BOX_PT


def widgets(pdf: bytes, n: int) -> list[Widget]:
    """The fields that page n shows. Raises ReaderFailed."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            page = document.pages[n - 1]
            sides = [float(side) for side in page.cropbox]
            media = [float(side) for side in page.mediabox]
            visible = Box(max(sides[0], media[0]), max(sides[1], media[1]),
                          min(sides[2], media[2]), min(sides[3], media[3]))  # fmt: skip
            turned = int(page.rotation) % 360
            return [
                Widget(as_seen([float(side) for side in note.Rect], visible, turned), group_of(note))
                for note in page.obj.get("/Annots", [])
                if note.get("/Subtype") == "/Widget" and not int(note.get("/F", 0)) & HIDDEN_OR_NO_VIEW
            ]
    except Exception as error:  # what pikepdf raises for odd objects has no common base; means withheld
        raise ReaderFailed("pikepdf, form fields") from error


def group_of(note: Any) -> str:
    """The object that binds the boxes of one group: the nearest parent with a type of field."""
    parent = note.get("/Parent")
    for _ in range(MAX_DEPTH):
        if parent is None:
            return ""
        if "/FT" in parent or "/T" in parent:
            return f"{parent.objgen}"
        parent = parent.get("/Parent")
    return ""


def as_seen(sides: list[float], visible: Box, turned: int) -> Box:
    """A rectangle of the page's own space as a reader sees it (ISO 32000-1, table 30)."""
    x0, x1 = sorted((sides[0], sides[2]))
    y0, y1 = sorted((sides[1], sides[3]))
    left, bottom, right, top = visible
    match turned:
        case 90:
            return Box(y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 180:
            return Box(right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 270:
            return Box(top - y1, right - x1, top - y0, right - x0)
    return Box(x0 - left, top - y1, x1 - left, top - y0)
