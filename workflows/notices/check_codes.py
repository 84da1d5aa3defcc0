"""The code on a letter: random signs that nobody can guess, and a last one that notices slips of the pen.

Twelve signs in three groups, of an alphabet without signs that people misread. Eleven are random (53
bits); the twelfth is the check character of ISO 7064 over this alphabet (MOD 31,30), which differs for
every single wrong sign and for nearly every two neighbours that were swapped.
"""

from __future__ import annotations

import secrets

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0, 1, I, L, O, U
LENGTH = 12
_GROUP = 4


def new_code() -> str:
    """A fresh code, in groups."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return grouped(signs + mod_37_36.calc_check_digit(signs, alphabet=ALPHABET))


def tidied(typed: str) -> str:
    """The code as it is printed, out of what somebody typed: case, blanks and dashes do not matter.

    What cannot be a code comes back as an empty string.
    """
    signs = "".join(sign for sign in typed.upper()[:64] if sign.isalnum())
    known = len(signs) == LENGTH and all(sign in ALPHABET for sign in signs)
    return grouped(signs) if known else ""


def fits(code: str) -> bool:
    """True when the check character of a tidied code fits the rest: it was typed as it is printed."""
    signs = code.replace("-", "")
    return len(signs) == LENGTH and mod_37_36.is_valid(signs, alphabet=ALPHABET)


def grouped(signs: str) -> str:
    """The signs in groups of four."""
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
