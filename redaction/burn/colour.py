"""The colour profile of archival outputs: sRGB as three primaries and one curve, made in code.

Written from IEC 61966-2-1 and ICC.1:2010 (version 4.2 of the format): no third-party profile enters an
output, and no date or maker is in it. docs/output-profile.md, 9.2.
"""

from __future__ import annotations

import struct
from functools import cache

_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {  # adapted to D50
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_D65_TO_D50 = (1.04791, 0.02293, -0.0502, 0.0296, 0.99046, -0.01707, -0.00925, 0.01506, 0.75179)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # g, a, b, c, d of a curve of type 3
NAME, NOTICE = "sRGB", "No rights reserved"


def _fixed(*values: float) -> bytes:
    """s15Fixed16Number, rounded to the nearest."""
    return b"".join(struct.pack(">l", round(value * 65536)) for value in values)


def _text(text: str) -> bytes:
    """multiLocalizedUnicodeType with one record, en-US."""
    data = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">LLL4sLL", 0, 1, 12, b"enUS", len(data), 28) + data


@cache
def srgb() -> bytes:
    """The profile: always the same bytes."""
    curve = b"para" + struct.pack(">LHH", 0, 3, 0) + _fixed(*_CURVE)
    tags = {b"desc": _text(NAME), b"cprt": _text(NOTICE), b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_D50)}
    tags[b"chad"] = b"sf32\0\0\0\0" + _fixed(*_D65_TO_D50)
    tags |= {name: b"XYZ \0\0\0\0" + _fixed(*place) for name, place in _PRIMARIES.items()}
    start = 128 + 4 + 12 * (len(tags) + 3)
    rows, body = b"", b""
    for name, data in tags.items():
        rows += struct.pack(">4sLL", name, start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    for name in (b"rTRC", b"gTRC", b"bTRC"):  # one curve for all three
        rows += struct.pack(">4sLL", name, start + len(body), len(curve))
    body += curve
    header = struct.pack(
        ">LLL4s4s4s12x4s", start + len(body), 0, 0x04200000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    header += bytes(28) + _fixed(*_D50) + bytes(48)  # no platform, flags, maker, intent, creator or digest
    return header + struct.pack(">L", len(tags) + 3) + rows + body
