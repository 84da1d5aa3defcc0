"""Views of a text: what the rules read, each with an exact map back to the source.

A rule never sees the source. It sees a view in which letters are lower case and plain, digits
are 0 to 9, invisible characters are gone, runs of blanks are one blank, and words cut at a
line end are mended. Every view is bytes, one byte per view character, so a position in the
view is a position in the two map arrays and no byte-to-code-point table is needed beside them.

The views of the design page, and where they live:

* raw: the source itself, lone surrogates counted one for one (they fold to `X`);
* folded: `Views.shape`, folded but with line ends (`\\n`) and column gaps (`\\t`) kept;
* joined: `Views.joined`, the same length as `shape`, every separator one blank;
* compact: digits and letters of `joined` without separators (`compact`), for seeds;
* ocr: not a copy of the text but look-alike classes at identifier positions (identifiers.py).

A third, tagged, view is made from `joined` by gazetteer.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redaction.detect.mending import broken, misread

Positions = NDArray[np.int32]

# Letters of other scripts that look like ours. Lower case: folding lowers first.
_LOOKALIKES = {
    **dict(zip("авеёзіїјкмнорстухѕԁһԛԝ", "abee3iijkmhopctyxsdhqw", strict=True)),
    **dict(zip("αβεικνορτυχωγ", "abeiknoptuxwy", strict=True)),
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "p", "ħ": "h", "ŧ": "t",
    "æ": "ae", "œ": "oe", "ß": "ss", "ŋ": "n", "ɡ": "g", "ƙ": "k", "ɓ": "b", "ɗ": "d",
}  # fmt: skip
_PUNCTUATION = {
    **dict.fromkeys("‘’‚‛′`´ʼʻʹˈꞌ＇ʽ", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣", "-"),
    **dict.fromkeys("«‹〈⟨", "<"),
    **dict.fromkeys("»›〉⟩", ">"),
    **dict.fromkeys("·•●◦∙⋅", "*"),
    **dict.fromkeys("☐□◻❏❑▢○", "~"),  # an empty box
    **dict.fromkeys("☑☒✓✔✗✘■◼⊠☓", "^"),  # a ticked box
    "¿": "?", "¡": "!", "⁄": "/", "∕": "/", "€": "$", "£": "$",
}  # fmt: skip
FOREIGN_LETTER = "X"  # upper case never occurs otherwise, so nothing matches it, and \b holds


def _fold_character(character: str) -> str:
    """The view's text for one character: empty when it is invisible."""
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    category = unicodedata.category(character)
    if character in "\n\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        return "\n"
    if category == "Zs" or character in "\t\x1f":
        return "\t" if character == "\t" else " "
    if category in ("Mn", "Me", "Cf", "Cc"):
        return ""
    if category in ("Cs", "Co", "Cn", "Mc") or character == "\ufffd":
        return FOREIGN_LETTER
    out = []
    for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold()):
        if part in _PUNCTUATION or part in _LOOKALIKES:
            out.append(_PUNCTUATION.get(part) or _LOOKALIKES[part])
        elif unicodedata.category(part) in ("Mn", "Me", "Cf", "Cc"):
            continue
        elif part.isspace():
            out.append(" ")
        elif part.isascii():
            out.append(part.lower())
        elif (digit := unicodedata.digit(part, None)) is not None:
            out.append(str(digit))
        else:
            out.append(FOREIGN_LETTER if part.isalpha() else "*")
    return "".join(out)


class _FoldTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 20_000:  # a text of all code points must not grow the table for ever
            self[code] = folded
        return folded


_FOLD = _FoldTable()
_ASCII_KEPT = bytes(code for code in range(128) if _fold_character(chr(code)))
_ASCII_DROPPED = bytes(code for code in range(128) if code not in _ASCII_KEPT)
_ASCII_FOLD = bytes(ord(_fold_character(chr(c)) or " ") if c < 128 else c for c in range(256))
_BLANKS_TO_ONE = bytes(32 if c in b" \t\n" else c for c in range(256))
# Linear patterns over folded bytes; none nests a repetition.
_MENDED = re.compile(rb"-\n(?<=[a-z]-\n)(?=[a-z])")  # what is rare comes first: it is looked for quickly
_JOINT = re.compile(rb"_(?<=[a-z0-9]_)(?=[a-z0-9])")
# Letters, and digits that look like one, each as one sign; of a word that may be mended these stand.
_SIGNS = bytes(97 if 97 <= c <= 122 else 48 if c in b"015" else 32 for c in range(256))
_MAY_BE_WORD = b"aa0a"
_DIGIT_IN_WORD = re.compile(rb"(?<![a-z0-9#./-])[a-z]{2,}[015][a-z]+(?![a-z0-9])")
_DIGIT_TO_LETTER = bytes.maketrans(b"015", b"ols")


@dataclass(frozen=True, slots=True)
class Views:
    """The folded views of one text. `starts[i]` and `ends[i]` are the code points of the source
    behind view character i, end exclusive; both never fall from one i to the next."""

    source: str
    shape: bytes
    joined: bytes
    starts: Positions
    ends: Positions

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The source range behind view characters `start` to `end`, blanks at the rim left out."""
        while start < end and self.joined[start] == 32:
            start += 1
        while end > start and self.joined[end - 1] == 32:
            end -= 1
        if start == end:
            at = int(self.starts[start]) if start < len(self.starts) else len(self.source)
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])

    def index_of(self, at: int) -> int:
        """The first view character whose source begins at or after code point `at`."""
        return int(np.searchsorted(self.starts, at))

    def original(self, start: int, end: int) -> str:
        """The source text behind a span of the view."""
        first, last = self.source_span(start, end)
        return self.source[first:last]


def fold_text(text: str) -> str:
    """The folded form of a term, blanks collapsed: for building rules and comparing values."""
    return " ".join(text.translate(_FOLD).split())


def make_views(text: str) -> Views:
    """The views of `text` with their maps. Linear in its length; never raises for any string."""
    folded, starts, ends = _fold(text)
    keep, shape = _collapse(folded)
    if keep is not None:
        starts, ends = starts[keep], ends[keep]
    mended = [m.start() for m in _MENDED.finditer(shape)]
    if mended:
        mask = np.ones(len(shape), dtype=bool)
        for at in mended:
            mask[at : at + 2] = False
        shape = np.frombuffer(shape, dtype=np.uint8)[mask].tobytes()
        starts, ends = starts[mask], ends[mask]
    if changes := broken(shape):
        shape, starts, ends = _replaced(shape, starts, ends, changes)
    if changes := misread(shape):
        shape, starts, ends = _replaced(shape, starts, ends, changes)
    joined = shape.translate(_BLANKS_TO_ONE)
    if b"_" in joined:
        joined = _JOINT.sub(b" ", joined)
    if _MAY_BE_WORD in joined.translate(_SIGNS):
        joined = _DIGIT_IN_WORD.sub(_mend_digits, joined)
    return Views(text, shape, joined, starts, ends)


def _replaced(
    shape: bytes, starts: Positions, ends: Positions, changes: Sequence[tuple[int, int, bytes]]
) -> tuple[bytes, Positions, Positions]:
    """The view with words put in; the letters of a new word lie evenly over those of the old one."""
    parts: list[bytes] = []
    places: list[NDArray[np.intp]] = []
    at = 0
    for start, end, word in changes:
        parts += [shape[at:start], word]
        places += [np.arange(at, start), start + np.arange(len(word)) * (end - start) // len(word)]
        at = end
    parts.append(shape[at:])
    places.append(np.arange(at, len(shape)))
    place = np.concatenate(places)
    # The last letter of a new word stands for all that is left of the old one.
    reach = np.append(place[1:], len(shape)) - 1
    return b"".join(parts), starts[place], ends[np.maximum(place, reach)]


def _mend_digits(match: re.Match[bytes]) -> bytes:
    """A zero, one or five inside a longer word is a misread letter; visa classes are short."""
    word = match.group()
    return word.translate(_DIGIT_TO_LETTER) if len(word) >= 5 else word


def _fold(text: str) -> tuple[bytes, Positions, Positions]:
    """Folded bytes and the source range of each."""
    if text.isascii():
        data = text.encode("ascii")
        folded = data.translate(_ASCII_FOLD)
        starts = np.arange(len(data), dtype=np.int32)
        if any(code in data for code in _ASCII_DROPPED):
            kept = ~np.isin(np.frombuffer(data, np.uint8), np.frombuffer(_ASCII_DROPPED, np.uint8))
            starts = starts[kept]
            folded = np.frombuffer(folded, np.uint8)[kept].tobytes()
        return folded, starts, _ends(starts, starts + 1, len(text))
    folded_text = text.translate(_FOLD)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    widths = np.ones(len(codes), dtype=np.int32)
    for code, width in ((ord(c), len(_FOLD[ord(c)])) for c in set(text)):
        if width != 1:
            widths[codes == code] = width
    starts = np.repeat(np.arange(len(text), dtype=np.int32), widths)
    return folded_text.encode("ascii"), starts, _ends(starts, starts + 1, len(text))


def _ends(starts: Positions, ends: Positions, length: int) -> Positions:
    """Each end reaches over the invisible characters that follow, so that no mark stays behind."""
    if not len(starts):
        return ends.astype(np.int32)
    following = np.append(starts[1:], length)
    return np.where(following > starts, following, ends).astype(np.int32)


def _collapse(folded: bytes) -> tuple[NDArray[np.intp] | None, bytes]:
    """One separator between words: a line end wins over a gap (two blanks or a tab), a gap over
    a blank. Returns the positions kept (None for all) and the bytes."""
    data = np.frombuffer(folded, dtype=np.uint8)
    blank = (data == 32) | (data == 9) | (data == 10)
    following_blank = np.zeros(len(data), dtype=bool)
    following_blank[1:] = blank[1:] & blank[:-1]
    if not following_blank.any():
        return None, folded
    keep = np.flatnonzero(~following_blank)
    out = data[keep].copy()
    run_length = np.diff(np.append(keep, len(data)))
    has_line_end = np.add.reduceat((data == 10).astype(np.int32), keep) > 0
    is_blank = blank[keep]
    out[is_blank & (run_length > 1)] = 9
    out[is_blank & has_line_end] = 10
    return keep, out.tobytes()


def compact(text: str) -> str:
    """Letters and digits only, folded: the form in which values are compared."""
    return "".join(c for c in text.translate(_FOLD) if c.isalnum())
