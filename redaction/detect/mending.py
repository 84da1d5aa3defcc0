"""Mends words that character recognition misread: "natlonal", "Bo1ivian", "frorn", "citi zenship" as they
were printed.

Only words that matter here are mended: a word that is none of ours, and looks like exactly one of
ours once look-alike letters are taken for one another; and pieces of a line, parted by single blanks, that
are no words of ours and together look like one. Numbers are never touched: identifiers have
look-alike classes of their own.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = ("lexicon/*.yaml", "gazetteer/terms.tsv", "model/concepts.yaml", "identifiers/*.yaml")
OTHERS = frozenset({"matters.yaml"})  # their words are of other matters, and none of ours
_WORD = re.compile(rb"[a-z]{4,}")
_TOKEN = re.compile(rb"(?<![a-z0-9@|!$#./_-])[a-z0-9@|!$]{3,24}(?![a-z0-9@|$#_])")
_ALIKE = bytes.maketrans(b"01i|!5$89q@e", b"ollllssbggac")
_APART = bytes(c if chr(c) in "abcdefghijklmnopqrstuvwxyz0123456789@|!$" else 32 for c in range(256))
_DIGITS = re.compile(rb"[^a-z]")
_BANG = re.compile(rb"!")
_RIM = b".,;:()[]\"'"
MOST_PIECES, LEAST_JOINED, LONGEST = 4, 6, 24  # of one broken word; letters that it has at least and at most
LEAST_READ = 3  # characters of a token that may be misread
FEW = 8  # misread tokens, up to which each is looked for by itself
JUDGED = 16_384  # words of which is known what they may be
SHORT_PIECE = 4  # characters of a piece, a full stop included, that may stand inside a word
_PIECE = re.compile(rb"[a-z0-9|]*[a-z][a-z0-9|]*")
_WHOLE = frozenset(b"ice ins hsi cbp dhs ero tps daca off".split())  # short words that matter
# Words of one or two letters, and short ones, that stand beside others in sound text.
_SMALL = frozenset(
    b"a i o y e u in on of to no un la de el al es or is it as at by if he we me my us so do go up am pm "
    b"se su tu mi ya va ni le lo te si en con por los las una del not for the and are was had has her his "
    b"our who out all any can may new old two she him its que sin hay fue".split()
)


def likeness(word: bytes) -> bytes:
    """The word with look-alike letters and pairs of letters taken for one another."""
    return word.translate(_ALIKE).replace(b"rn", b"m").replace(b"vv", b"w").replace(b"cl", b"d")


@functools.lru_cache(maxsize=1)
def vocabulary() -> tuple[frozenset[bytes], dict[bytes, bytes]]:
    """The words of the rule data, and for each likeness that one of them alone has, that word."""
    words: set[bytes] = set()
    for pattern in SOURCES:
        for path in sorted(HERE.glob(pattern)):
            if path.name not in OTHERS:
                words.update(_WORD.findall(path.read_bytes()))
    by_likeness: dict[bytes, bytes] = {}
    for word in sorted(words):
        like = likeness(word)
        by_likeness[like] = b"" if like in by_likeness else word
    return frozenset(words), {like: word for like, word in by_likeness.items() if word}


class _Judged:
    """What was said of words, by word: pages repeat theirs. Emptied when there is no room for more, and
    nothing is kept of a word longer than any that matters."""

    def __init__(self, judge: Callable[[bytes], bool]) -> None:
        self._judge = judge
        self._no: set[bytes] = set()
        self._yes: set[bytes] = set()

    def of(self, words: set[bytes]) -> set[bytes]:
        """Those of the words of which it is true."""
        new = words - self._no - self._yes
        if new:
            if len(self._no) + len(self._yes) + len(new) > JUDGED:
                self._no, self._yes, new = set(), set(), words
            said = {word for word in new if self._judge(word)}
            self._yes |= {word for word in said if len(word) <= LONGEST}
            self._no |= {word for word in new - said if len(word) <= LONGEST}
            return said | (words & self._yes)
        return words & self._yes


def _tokens(run: bytes) -> list[bytes]:
    """What of a run of letters, digits and their look-alikes may be a token: it begins with the run and ends
    with it or before a `!`, which may stand beside a word as well as in one."""
    ends = (*(mark.start() for mark in _BANG.finditer(run)), len(run))
    return [run[:at] for at in ends if LEAST_READ <= at <= LONGEST]


def _mended(token: bytes) -> bytes | None:
    """The word of ours that a token was printed as, or None: it is one itself, or none that it looks like."""
    words, by_likeness = vocabulary()
    word = by_likeness.get(likeness(token))
    if word is None or word == token or token in words or 3 * len(_DIGITS.findall(token)) > len(token):
        return None
    return word


def _may_be_misread(run: bytes) -> bool:
    return any(map(_mended, _tokens(run)))


@functools.lru_cache(maxsize=32_768)
def _like(run: bytes) -> bytes:
    return likeness(run)


@functools.lru_cache(maxsize=1)
def _long() -> tuple[list[bytes], list[bytes]]:
    """The longer words of ours and their likenesses in order, and the same of all of them read from their
    ends. What begins or ends one is looked up in them: all beginnings and ends would be ten times as many."""
    words, by_likeness = vocabulary()
    long = sorted({word for word in (*words, *by_likeness) if len(word) >= LEAST_JOINED})
    return long, sorted(word[::-1] for word in long)


def _cuts(word: bytes, ordered: list[bytes]) -> bool:
    """True when one of the words, in order, begins with this one and goes on."""
    at = bisect.bisect_right(ordered, word)
    return bool(word) and at < len(ordered) and ordered[at].startswith(word)


def _may_begin(piece: bytes) -> bool:
    """True for a piece that a word of ours, or its likeness, may begin with."""
    known, long = vocabulary()[0], _long()[0]
    return (
        len(piece) <= LONGEST
        and _is_piece(piece)
        and any(
            one not in known and one not in _SMALL and one not in _WHOLE and _cuts(one, long)
            for one in (piece, likeness(piece))
        )
    )


def _may_end(piece: bytes) -> bool:
    """True for a piece that a word of ours, or its likeness, may end with."""
    known, backwards = vocabulary()[0], _long()[1]
    return any(one not in known and _cuts(one[::-1], backwards) for one in (piece, likeness(piece)))


def _may_go_on(other: bytes) -> bool:
    """True for what may stand behind a piece that begins a word."""
    bare = other.rstrip(_RIM)
    return len(bare) <= LONGEST and _is_piece(bare) and (len(other) <= SHORT_PIECE or _may_end(bare))


def broken(shape: bytes) -> list[tuple[int, int, bytes]]:
    """Start, end and whole form of each word that stands in pieces, in order. Two pieces at least are no
    words at all that we know, and none is a word that matters: two words side by side are not one."""
    every = shape.split()
    begins_one = _begins.of(set(every))
    if not begins_one:
        return []
    at_one = [at for at, one in enumerate(every[:-1]) if one in begins_one]
    behind = _goes_on.of({every[at + 1] for at in at_one})
    pairs = {
        (every[at], every[at + 1])
        for at in at_one
        if every[at + 1] in behind and _whole(every[at : at + MOST_PIECES])
    }
    if not pairs:
        return []
    first = {one for one, _ in pairs}
    found: list[tuple[int, int, bytes]] = []
    start = 0
    for line in shape.replace(b"\t", b"\n").split(b"\n"):
        pieces = line.split(b" ")
        if not first.isdisjoint(pieces):
            begins = start
            for at, pair in enumerate(pairwise(pieces)):
                free = not found or begins >= found[-1][1]
                if free and pair in pairs and (whole := _whole(pieces[at : at + MOST_PIECES])):
                    found.append((begins, begins + whole[0], whole[1]))
                begins += len(pair[0]) + 1
        start += len(line) + 1
    return found


def _whole(pieces: list[bytes]) -> tuple[int, bytes] | None:
    """How many characters of these pieces, one blank between them, make which word; None for none."""
    words, by_likeness = vocabulary()
    for count in range(len(pieces), 1, -1):
        last = pieces[count - 1].rstrip(_RIM)
        several = [*pieces[: count - 1], last]
        joined = b"".join(several)
        if not LEAST_JOINED <= len(joined) <= LONGEST:
            continue
        word = joined if joined in words else by_likeness.get(_like(joined))
        if word is not None and len(word) >= LEAST_JOINED and _are_broken(several):
            return len(joined) + count - 1, word
    return None


def _is_piece(piece: bytes) -> bool:
    """True for what may be a piece of a word: it looks like one, and is no word that matters."""
    return piece not in vocabulary()[0] and piece not in _WHOLE and _PIECE.fullmatch(piece) is not None


def _are_broken(pieces: list[bytes]) -> bool:
    if not all(map(_is_piece, pieces)):
        return False
    letters = sum(len(_DIGITS.sub(b"", piece)) for piece in pieces)
    strange = sum(piece not in _SMALL for piece in pieces)
    return strange >= 2 and 3 * letters >= 2 * sum(map(len, pieces))


_begins, _goes_on, _misread = _Judged(_may_begin), _Judged(_may_go_on), _Judged(_may_be_misread)


def misread(shape: bytes) -> list[tuple[int, int, bytes]]:
    """Start, end and mended form of each misread word of a folded text, in order."""
    runs = _misread.of(set(shape.translate(_APART).split()) - vocabulary()[0])
    mended = {token: word for run in runs for token in _tokens(run) if (word := _mended(token))}
    if not mended:
        return []
    places: Iterable[re.Match[bytes]] = (
        _TOKEN.finditer(shape) if len(mended) > FEW else _read_at(shape, mended)
    )
    return [
        (match.start(), match.end(), mended[match.group()]) for match in places if match.group() in mended
    ]


def _read_at(shape: bytes, mended: Iterable[bytes]) -> list[re.Match[bytes]]:
    """Where these few tokens stand, in order: to look for each is quicker than to read every word."""
    found: list[re.Match[bytes]] = []
    for token in mended:
        at = shape.find(token)
        while at >= 0:
            if (match := _TOKEN.match(shape, at)) and match.group() == token:
                found.append(match)
            at = shape.find(token, at + len(token))
    return sorted(found, key=re.Match.start)
