"""Damages PDF files, by bytes, by tokens and by objects. One number decides everything."""

from __future__ import annotations

import io
import random
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

MOST_BYTES = 400_000
NUMBERS = b"0 -1 1 7 255 65536 2147483647 -2147483648 4294967296 1e9 0.00001 99999999999999999999".split()
WORDS = b"obj endobj stream endstream xref trailer startxref %%EOF << >> [ ] R null true ( )".split()
FILTERS = (
    *("FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "CCITTFaxDecode"),
    *("JBIG2Decode", "DCTDecode", "JPXDecode", "Crypt", "Nonsense"),
)
KEYS = (
    *("Type", "Subtype", "Kids", "Count", "Parent", "MediaBox", "CropBox", "Rotate", "Resources", "Contents"),
    *("Font", "XObject", "Filter", "DecodeParms", "Length", "Width", "Height", "Encoding", "ToUnicode", "W"),
    *("Annots", "AcroForm", "Fields", "V", "Matrix", "BBox", "FontMatrix", "Widths", "UserUnit", "OCGs"),
)
SIDES = ("0 0 0 0", "200 100 0 0", "0 0 99999999 99999999", "-100 -50 100 50", "0 0 0.001 0.001", "0 0 50")
KEYWORD = rb"\b(?:obj|endobj|stream|endstream|xref|trailer|startxref)\b|%%EOF|<<|>>"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One damaged file: `seed` and `base` make it again."""

    seed: int
    base: str
    way: str
    data: bytes


def mutant(seed: int, bases: Sequence[tuple[str, bytes]]) -> Mutant:
    """The damaged file that belongs to a number. The same number always makes the same file."""
    dice = random.Random(seed)
    name, data = dice.choice(bases)
    way = dice.choice((of_bytes, of_tokens, of_objects))
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        data = way(dice, data)
    return Mutant(seed, name, way.__name__, data[:MOST_BYTES])


def of_bytes(dice: random.Random, data: bytes) -> bytes:
    """Bits turned over, spans lost, doubled, zeroed, moved, made up; the file cut off."""
    out = bytearray(data)
    at = dice.randrange(len(out))
    span = min(len(out) - at, dice.choice((1, 2, 4, 16, 64, 512, 4096)))
    way = dice.randrange(8)
    if way == 0:
        for _ in range(dice.choice((1, 3, 10, 50))):
            out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    elif way == 1:
        del out[at : at + span]
    elif way == 2:
        out[at:at] = out[at : at + span]
    elif way == 3:
        out[at : at + span] = bytes(span)
    elif way == 4:
        out[at : at + span] = dice.randbytes(span)
    elif way == 5:
        out[at:at] = dice.randbytes(span)
    elif way == 6:
        other = dice.randrange(len(out))
        out[at : at + span] = out[other : other + span]
    else:
        del out[at:]
    return bytes(out) or b"%PDF-"


def of_tokens(dice: random.Random, data: bytes) -> bytes:
    """A number, a name, a reference or a keyword replaced by another."""
    patterns: tuple[tuple[bytes, Callable[[list[bytes]], bytes]], ...] = (
        (rb"(?<![\d.])-?\d+(?:\.\d+)?", lambda _: dice.choice(NUMBERS)),
        (rb"/[A-Za-z][A-Za-z0-9]*", dice.choice),
        (rb"\d+ 0 R", dice.choice),
        (KEYWORD, lambda _: dice.choice(WORDS)),
    )
    pattern, replacement = dice.choice(patterns)
    found = list(re.finditer(pattern, data))
    if not found:
        return of_bytes(dice, data)
    chosen = dice.choice(found)
    new = replacement([m.group() for m in found])
    return data[: chosen.start()] + new + data[chosen.end() :]


def of_objects(dice: random.Random, data: bytes) -> bytes:
    """Something in the tree of objects made wrong; the file around it is sound again."""
    try:
        with warnings.catch_warnings(action="ignore"), pikepdf.open(io.BytesIO(data)) as pdf:
            for _ in range(dice.choice((1, 1, 2, 4))):
                _twist(dice, pdf)
            out = io.BytesIO()
            packed = dice.choice((pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable))
            pdf.save(out, object_stream_mode=packed, deterministic_id=True)
            return out.getvalue()
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, RuntimeError):
        return of_bytes(dice, data)  # what pikepdf does not open is damaged by bytes


def _twist(dice: random.Random, pdf: pikepdf.Pdf) -> None:
    """One change to one dictionary of the file."""
    every = [entry for entry in pdf.objects if isinstance(entry, Dictionary | Stream)]
    if not every:
        return
    entry = dice.choice(every)
    keys = sorted(entry.keys())
    key = dice.choice(keys) if keys and dice.random() < 0.7 else "/" + dice.choice(KEYS)
    if isinstance(entry, Stream) and dice.random() < 0.3:
        _twist_stream(dice, entry)
    elif dice.random() < 0.25 and key in entry and key != "/Length":
        del entry[key]
    elif key != "/Length":
        entry[key] = _value(dice, pdf, every)


def _twist_stream(dice: random.Random, entry: Stream) -> None:
    if dice.random() < 0.4:
        chosen = [Name("/" + dice.choice(FILTERS)) for _ in range(dice.choice((1, 1, 2, 5)))]
        entry.write(entry.read_raw_bytes(), filter=chosen)
        return
    try:
        lines = entry.read_bytes().split(b"\n")
    except pikepdf.PdfError:
        return
    dice.shuffle(lines) if dice.random() < 0.5 else lines.extend(lines[: dice.randrange(len(lines) + 1)])
    entry.write(b"\n".join(lines)[:MOST_BYTES])


def _value(dice: random.Random, pdf: pikepdf.Pdf, every: Sequence[Any]) -> Any:
    """Something that does not belong there: a number, a box, a circle, another object."""
    other = dice.choice(every)
    values: tuple[Callable[[], Any], ...] = (
        lambda: dice.choice((0, -1, 1, 2**31 - 1, 10**9)),
        lambda: pikepdf.Object.parse(f"[{dice.choice(SIDES)}]".encode()),
        lambda: Name("/" + dice.choice(KEYS)),
        lambda: other,
        lambda: Array([other] * dice.choice((1, 2, 30))),
        lambda: pdf.Root,
        lambda: String(dice.choice(("", "x" * 3000, "\ufeff\ud7ff", "../../etc/passwd"))),
        lambda: Dictionary(Kids=Array([other]), Parent=other),
        lambda: Array([]),
        lambda: dice.random() < 0.5,
    )
    return dice.choice(values)()
