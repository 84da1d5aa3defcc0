"""Codes of a code app, for the demo people whose secrets are written down beside them."""

from __future__ import annotations

import base64
import hashlib
import hmac

STEP_S = 30


def totp(secret: str, at: float) -> str:
    """Return the code of RFC 6238 (SHA-1, 30 s, six digits) for a base32 secret."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    counter = int(at // STEP_S).to_bytes(8, "big")
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
