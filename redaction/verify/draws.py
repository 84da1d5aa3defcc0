"""Which pages are looked at twice. Drawn by the output's digest, so that nobody knows beforehand."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

BURN_AGAIN = 0.05
READ_ONE_IN = 50
PLUMBER_ONE_IN = 20


def pages_to_burn(output_sha256: str, pages: int, share: float = BURN_AGAIN) -> list[int]:
    """The pages (from 1) to burn again for V13: this share of them, at least one, in order."""
    wanted = min(pages, max(1, math.ceil(share * pages)))
    return sorted(sorted(range(1, pages + 1), key=lambda n: _number(output_sha256, "burn", n))[:wanted])


def pages_to_read(output_sha256: str, pages: Iterable[tuple[int, bool]]) -> list[int]:
    """The pages whose pixels OCR reads for V7: of (number, whether OCR fed detection) those it fed,
    and one in fifty of the others."""
    return [n for n, fed in pages if fed or _number(output_sha256, "read", n) % READ_ONE_IN == 0]


def pages_for_pdfplumber(output_sha256: str, pages: int) -> list[int]:
    """The pages that pdfplumber reads for V6 besides pdfminer, its engine: one in twenty."""
    return [n for n in range(1, pages + 1) if _number(output_sha256, "plumber", n) % PLUMBER_ONE_IN == 0]


def _number(output_sha256: str, use: str, n: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{output_sha256} {use} {n}".encode()).digest()[:8])
