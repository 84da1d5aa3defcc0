"""What intake accepts (redaction.md 4.3). Every limit is a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; a file above any of them is Rejected("over_limits").

    `expansion` is the ratio of inflated to received bytes, looked at from `expansion_floor_bytes`
    on. `nesting` is how deep a file may lie in other files, `members` how many files one file may
    hold, `family_bytes` how large they may be together, `path_depth` how many folders a member's
    path may name, `parts` of how many parts an office file may consist. `text_chars` counts the
    characters of text files and of what a file says beside its pages; `xml_depth` and
    `xml_elements` bound one XML part; `office_s` is the CPU time of a small conversion (larger
    files get more), `ocr_page_s` that of reading one page image.
    """

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
    parts: int = 10_000
    family_bytes: int = 1_000_000_000
    path_depth: int = 32
    text_chars: int = 5_000_000
    xml_depth: int = 256
    xml_elements: int = 2_000_000
    office_s: float = 25.0
    ocr_page_s: float = 60.0

    def as_json(self) -> dict[str, Any]:
        """For a child: `Limits(**value)` there is equal."""
        return asdict(self)

    @classmethod
    def changed(cls, changes: Mapping[str, str | int | float]) -> Limits:
        """The defaults with some limits set anew. Raises ValueError for a name that is no limit and
        for a value that is no positive number of the limit's own kind."""
        kinds = {name: type(value) for name, value in asdict(cls()).items()}
        known: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"{name} is no limit; limits are {', '.join(kinds)}")
            known[name] = kinds[name](value)
            if not 0 < known[name] < float("inf"):
                raise ValueError(f"the limit {name} must be a positive number")
        return cls(**known)
