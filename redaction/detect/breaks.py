"""Where one statement ends and another begins, for hard negatives alone.

What excuses a word must stand in the same statement: "Mexican restaurant" is food, but "Mexico"
at the end of one line or cell and "restaurant" at the beginning of the next are two. Only prose
that was wrapped at the margin goes on over a line end. Findings do not heed breaks: a birthplace
cut in two by a line end is still one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redaction.detect.views import Views

BREAK = 10  # in `parted`, the byte of a blank over which no hard negative reaches
PROSE_CHARACTERS = 40  # a shorter line is an entry of a form or list, not a line of prose
PROSE_BLANKS = 5
ALIKE = 0.8  # of the longest line around: so long is a line that was wrapped
_LABEL = re.compile(rb":(?![0-9])")
# A stop behind an ordinary word. The stop is looked for first: there are fewer stops than words.
_SENTENCE = re.compile(rb"[.!?](?<=[a-z]{4}.)(?=[ \n])")
_ABBREVIATED = frozenset((b"blvd", b"prof", b"dept", b"univ", b"capt", b"assn", b"natl", b"hosp", b"elem"))


def parted(views: Views) -> bytes:
    """`views.joined` with a line end (byte 10) for each blank that parts cells, lines or sentences.

    Same length and offsets. A blank that only wraps a line of prose stays a blank.
    """
    at = [match.start() for match in re.finditer(rb"\t", views.shape)]
    at += _hard_line_ends(views)
    at += [
        match.end()
        for match in _SENTENCE.finditer(views.joined)
        if not _abbreviated(views.joined, match.start()) and _initial(views, match.end() + 1).isupper()
    ]
    out = bytearray(views.joined)
    for i in at:
        out[i] = BREAK
    return bytes(out)


def _abbreviated(data: bytes, stop: int) -> bool:
    """True where the word before the stop is one of four letters that is written short."""
    return data[stop - 4 : stop] in _ABBREVIATED and not (stop > 4 and 97 <= data[stop - 5] <= 122)


def _initial(views: Views, at: int) -> str:
    """The source character behind view character `at`, empty past the end."""
    return views.source[int(views.starts[at])] if at < len(views.joined) else ""


def _hard_line_ends(views: Views) -> Iterator[int]:
    """Line ends that are not those of running prose."""
    lines = views.shape.split(b"\n")
    at = -1
    for number, line in enumerate(lines[:-1]):
        at += len(line) + 1
        if not (_wraps(lines, number) and _initial(views, at + 1).islower()):
            yield at


def _wraps(lines: Sequence[bytes], number: int) -> bool:
    """True when a line goes on in the next: long, of many words, without a label, cells, or a stop
    at its end, among lines of like length, and without room for the next line's first word."""
    before, after = lines[number], lines[number + 1]
    if len(before) < PROSE_CHARACTERS or before.count(b" ") < PROSE_BLANKS:
        return False
    if b"\t" in before + after or _LABEL.search(before) or before[-1:] in b".!?:;":
        return False
    lengths = sorted(len(line) for line in lines[max(0, number - 2) : number + 3])
    first_word = after.split(b" ", 1)[0]
    return len(before) + 1 + len(first_word) > lengths[-1] and lengths[-2] >= ALIKE * lengths[-1]
