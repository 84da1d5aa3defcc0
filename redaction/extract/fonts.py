"""Fonts that may say other letters than they show. Runs inside the cage.

A reader's text comes from tables in the font, what a person sees from its drawings. Where the
two can be told apart without drawing (a Type 3 font, whose letters are little pictures; a table
of meanings that contradicts the encoding), the page is read by OCR as well and compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pikepdf
from pdfminer.encodingdb import EncodingDB
from pdfminer.glyphlist import glyphname2unicode
from pikepdf import Array, Dictionary, Name, Stream

CONTRADICTED = 0.2  # of the codes that both tables explain
LEAST = 3
_BASES = {"/WinAnsiEncoding": "win2unicode", "/MacRomanEncoding": "mac2unicode"}
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class Judge:
    """Looks at every font once, however many pages use it."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def any_odd(self, resources: Any) -> bool:
        """True when a font of these resources may say other letters than it shows."""
        return any(self._odd(font) for font in _fonts(resources))

    def _odd(self, font: Any) -> bool:
        if not isinstance(font, Dictionary):
            return False
        if not font.is_indirect:
            return is_odd(font)
        if font.objgen not in self._known:
            self._known[font.objgen] = is_odd(font)
        return self._known[font.objgen]


def _fonts(resources: Any) -> Iterator[Any]:
    """By name, and as parts of graphics states."""
    if not isinstance(resources, Dictionary):
        return
    named, states = resources.get(Name.Font), resources.get(Name.ExtGState)
    if isinstance(named, Dictionary):
        yield from named.values()
    for state in states.values() if isinstance(states, Dictionary) else ():
        pair = state.get(Name.Font) if isinstance(state, Dictionary) else None
        if isinstance(pair, Array) and len(pair):
            yield pair[0]


def is_odd(font: Dictionary) -> bool:
    """True for Type 3 and for a simple font whose ToUnicode contradicts its encoding."""
    kind = font.get(Name.Subtype)
    if kind == Name.Type3:
        return True
    meanings = font.get(Name.ToUnicode)
    if kind not in (Name.Type1, Name.TrueType, Name.MMType1) or not isinstance(meanings, Stream):
        return False
    try:
        encoded = _encoded(font.get(Name.Encoding))
        said = _said(meanings.read_bytes())
    except (pikepdf.PdfError, TypeError, ValueError):
        return True  # tables that cannot be read confirm nothing
    both = [code for code in said if code in encoded]
    wrong = sum(_plain(said[code]) != _plain(encoded[code]) for code in both)
    return wrong >= LEAST and wrong > CONTRADICTED * len(both)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _encoded(encoding: Any) -> dict[int, str]:
    """Code to letters or digits, where the encoding names them in the usual way."""
    table: dict[int, str] = {}
    base = encoding.get(Name.BaseEncoding) if isinstance(encoding, Dictionary) else encoding
    if str(base) in _BASES:
        table |= getattr(EncodingDB, _BASES[str(base)])
    if isinstance(encoding, Dictionary):
        code = 0
        for entry in encoding.get(Name.Differences) or ():
            if isinstance(entry, Name):
                named = glyphname2unicode.get(str(entry)[1:])
                table.pop(code, None)
                if named:
                    table[code] = named
                code += 1
            else:
                code = int(entry)
    return {code: text for code, text in table.items() if text.isalnum()}


def _said(cmap: bytes) -> dict[int, str]:
    """Code to text by a ToUnicode table of one-byte codes (Adobe Technical Note 5411)."""
    table: dict[int, str] = {}
    for block in _CHARS.findall(cmap):
        for code, text in _PAIR.findall(block):
            if len(code) == 2:
                table[int(code, 16)] = _utf16(text)
    for block in _RANGES.findall(cmap):
        for first, last, text in _TRIPLE.findall(block):
            start = _utf16(text)
            if len(first) == 2 and len(start) == 1:
                for step in range(int(last, 16) - int(first, 16) + 1):
                    table[int(first, 16) + step] = chr(min(ord(start) + step, 0x10FFFF))
    return {code: text for code, text in table.items() if text.isalnum()}


def _utf16(digits: bytes) -> str:
    whole = digits if len(digits) % 4 == 0 else digits.rjust(len(digits) + 4 - len(digits) % 4, b"0")
    return bytes.fromhex(whole.decode()).decode("utf-16-be", "replace")
