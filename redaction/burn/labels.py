"""Label glyphs, 5 x 7 cells, seven rows from the top as two hex digits (docs/output-profile.md, 7)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

GLYPHS = {
    "-": "0000001F000000",
    "0": "0E11131519110E",
    "1": "040C040404040E",
    "2": "0E11010204081F",
    "3": "1F02040201110E",
    "4": "02060A121F0202",
    "5": "1F101E0101110E",
    "6": "0608101E11110E",
    "7": "1F010204080808",
    "8": "0E11110E11110E",
    "9": "0E11110F01020C",
    "A": "0E11111F111111",
    "B": "1E11111E11111E",
    "C": "0E11101010110E",
    "D": "1E11111111111E",
    "E": "1F10101E10101F",
    "F": "1F10101E101010",
    "G": "0E11101711110F",
    "H": "1111111F111111",
    "I": "0E04040404040E",
    "J": "0702020202120C",
    "K": "11121418141211",
    "L": "1010101010101F",
    "M": "111B1515111111",
    "N": "11191513111111",
    "O": "0E11111111110E",
    "P": "1E11111E101010",
    "Q": "0E11111115120D",
    "R": "1E11111E141211",
    "S": "0F10100E01011E",
    "T": "1F040404040404",
    "U": "1111111111110E",
    "V": "11111111110A04",
    "W": "11111115151B11",
    "X": "11110A040A1111",
    "Y": "11110A04040404",
    "Z": "1F01020408101F",
}
MAX_LENGTH = 8


def bitmap(label: str, cell_px: int) -> npt.NDArray[np.bool_]:
    """The label as True where ink stands, `cell_px` pixels a cell, one empty column between glyphs.

    Raises ValueError for a label that is not one to eight characters of `A-Z 0-9 -`.
    """
    if not 0 < len(label) <= MAX_LENGTH or any(char not in GLYPHS for char in label):
        raise ValueError("a label is one to eight characters of A-Z 0-9 -")
    return drawn(label, cell_px)


@lru_cache(maxsize=64)
def drawn(text: str, cell_px: int) -> npt.NDArray[np.bool_]:
    """As `bitmap`, of any length; a space is an empty glyph. Raises KeyError for other characters.
    Nobody may write into the array: it is handed out again."""
    cells = np.zeros((7, 6 * len(text) - 1), dtype=np.bool_)
    for at, char in enumerate(text):
        for row, bits in enumerate(bytes.fromhex(GLYPHS[char]) if char != " " else b""):
            for column in range(5):
                cells[row, 6 * at + column] = bool(bits >> (4 - column) & 1)
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1)
