"""What the readers noticed about a page besides its findings, in sentences and with places."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.web import wording
from gateway.web.review_state import Box, box_of
from workflows.records.models import Page

LOOK = "earlier"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A redaction that somebody tried before us and that left the words in the file."""

    words: str
    place: str
    box: Box


def earlier_of(page: Page | None) -> list[Earlier]:
    """Failed earlier redactions of the page, from top to bottom."""
    if page is None:
        return []
    found = [sign for sign in page.signals if isinstance(sign, dict)]
    return [
        Earlier(
            wording.EARLIER.get(sign["code"], wording.EARLIER["covered_text"]),
            _place(sign["box"], page.width_pt, page.height_pt),
            box_of(sign["box"], LOOK),
        )
        for sign in sorted(found, key=lambda sign: (sign["box"][1], sign["box"][0]))
    ]


def doubts_of(page: Page | None) -> list[str]:
    """Why the words of the page may not be all of its words, each sentence once."""
    if page is None:
        return []
    codes = [sign for sign in page.signals if isinstance(sign, str)]
    return list(dict.fromkeys(wording.SIGNALS.get(code) or wording.reason(code) for code in codes))


def _place(box: list[float], width: float, height: float) -> str:
    """Which ninth of the page the middle of a box lies in, in words."""
    x, y = (box[0] + box[2]) / 2 / max(width, 1), (box[1] + box[3]) / 2 / max(height, 1)
    down = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else "middle"
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else "centre"
    return f"{down}, {across}"
