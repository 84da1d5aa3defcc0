"""Puts flattened files one behind the other. Inside the cage."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf


def joined(files: Sequence[bytes]) -> bytes:
    """One PDF with the pages of all, in order. Errors of pikepdf rise, and the file is withheld."""
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for data in files:
            with pikepdf.open(io.BytesIO(data)) as one:
                whole.pages.extend(one.pages)
        whole.save(out)
    return out.getvalue()
