"""Memory is kept between pages: each needs as much as the one before.

A page of memory that the machine has to fetch anew costs 2 µs; a drawing and what is made of it are a
few thousand of them. The C library gives such large pieces back at once, unless told otherwise.
"""

from __future__ import annotations

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of mallopt(3)
KEPT_BYTES, OWN_BYTES = 64 << 20, 32 << 20  # kept when freed; pieces larger than this are not


@cache
def keep() -> None:
    """What this process frees stays its own, up to KEPT_BYTES. Where the C library is another than
    glibc, nothing happens."""
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_MMAP_THRESHOLD, OWN_BYTES)
        option(_TRIM_THRESHOLD, KEPT_BYTES)
