"""What intake accepts (redaction.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; a file above any of them is Rejected("over_limits")."""

    file_bytes: int = 250_000_000
    pages: int = 5_000
    side_pt: float = 5_000.0
    raster_px: int = 40_000_000
    image_px: int = 100_000_000
    stream_bytes: int = 256_000_000
    objects: int = 1_000_000
    expansion: int = 200
    expansion_floor_bytes: int = 64_000_000  # below this much in all, the ratio is not looked at
    nesting: int = 2
    members: int = 1_000
    ocr_page_s: float = 60.0
