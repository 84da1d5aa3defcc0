"""Check digits that python-stdnum does not have. Input: upper-case letters and digits only."""

from __future__ import annotations

import re
from datetime import date

# Digits as optical readers give them, and what they stand for.
LOOKALIKE = str.maketrans("oqdilszb|", "000115281")


def digits_of(text: str) -> str:
    """The digits of a folded token, look-alike letters read as digits, all else dropped."""
    return "".join(c for c in text.translate(LOOKALIKE) if c.isdigit())


def mrz_digit(field: str) -> str:
    """ICAO Doc 9303-3, 4.9: weights 7, 3, 1; `<` counts 0, A is 10."""
    total = 0
    for index, character in enumerate(field):
        value = 0 if character == "<" else int(character, 36)
        total += value * (7, 3, 1)[index % 3]
    return str(total % 10)


CURP_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def curp_holds(value: str) -> bool:
    """The 18th character of a CURP (RENAPO instructive: weights 18 to 2 over a 37-letter alphabet)."""
    if not re.fullmatch(r"[A-ZÑ]{4}[0-9]{6}[HMX][A-Z]{2}[A-ZÑ]{3}[0-9A-Z][0-9]", value):
        return False
    total = sum(CURP_ALPHABET.index(c) * (18 - i) for i, c in enumerate(value[:17]))
    return value[17] == str((10 - total % 10) % 10)


def cui_holds(value: str) -> bool:
    """CUI of Guatemala: 8 digits, check digit mod 11, department 01 to 22, municipality from 01."""
    if not re.fullmatch(r"[0-9]{13}", value):
        return False
    total = sum(int(c) * (i + 2) for i, c in enumerate(value[:8]))
    return total % 11 == int(value[8]) and 1 <= int(value[9:11]) <= 22 and int(value[11:13]) >= 1


def dui_holds(value: str) -> bool:
    """DUI of El Salvador: weights 9 to 2, check digit mod 10 (documented by users, not the issuer)."""
    if not re.fullmatch(r"[0-9]{9}", value) or value == "0" * 9:
        return False
    return int(value[8]) == -sum(int(c) * (9 - i) for i, c in enumerate(value[:8])) % 10


def honduras_holds(value: str) -> bool:
    """DNI of Honduras: department 01 to 18, municipality, year of birth, serial. No check digit."""
    if not re.fullmatch(r"[0-9]{13}", value):
        return False
    year = int(value[4:8])
    return 1 <= int(value[:2]) <= 18 and 1 <= int(value[2:4]) <= 28 and 1900 <= year <= 2035


def nicaragua_holds(value: str) -> bool:
    """Cedula of Nicaragua: municipality, date of birth DDMMYY, serial, letter from the remainder mod 23."""
    if not re.fullmatch(r"[0-9]{13}[A-HJ-NP-Y]", value):
        return False
    return date_holds(value[3:9], "dmy")


def date_holds(six: str, order: str) -> bool:
    """True when six digits are a day of the calendar, `ymd` or `dmy`."""
    parts = dict(zip(order, (int(six[0:2]), int(six[2:4]), int(six[4:6])), strict=True))
    try:
        date(2000 + parts["y"] % 100, parts["m"], parts["d"])
    except ValueError:
        return False
    return True


def luhn_holds(value: str) -> bool:
    """The Luhn check over digits."""
    total = 0
    for index, character in enumerate(reversed(value)):
        digit = int(character)
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return bool(value) and total % 10 == 0


def itin_holds(value: str) -> bool:
    """ITIN: 9xx, group 50-65, 70-88, 90-92 or 94-99 (IRS); group 93 is an adoption number."""
    if not re.fullmatch(r"9[0-9]{8}", value):
        return False
    group = int(value[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99


def receipt_holds(value: str) -> bool:
    """USCIS receipt: fiscal year 1 to 2 digits after the letters plausible, workday 1 to 366."""
    if value.startswith("IOE"):
        return True
    return int(value[5:8]) <= 366
