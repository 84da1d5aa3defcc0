"""Reads the bytes of an output file with the strictness of its writer.

This is not a PDF reader: it accepts the one shape that docs/output-profile.md allows
(a header, numbered objects, one cross-reference table, one trailer) and says what
deviates. Two kinds of trouble: a *fault* is noted and reading goes on, so that the other
assertions can still be evaluated; `Unreadable` means that nothing below can be trusted.
Shares no code with the writer and none with pikepdf, PDFium or pdfminer.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import Any

HEADER = re.compile(rb"%PDF-1\.7\n%[\x80-\xff]{4}\n")
TOKEN = re.compile(
    rb"(?P<space>[\n\r\t\f\0 ]+)"
    rb"|(?P<open><<)|(?P<close>>>)|(?P<start>\[)|(?P<stop>\])"
    rb"|(?P<hex><[0-9A-Fa-f]*>)"
    rb"|(?P<text>\((?:[^()\\\r]|\\[()\\nrtbf]|\\[0-7]{3})*\))"
    rb"|/(?P<name>[A-Za-z0-9_.+\-]+)"
    rb"|(?P<ref>\d{1,10} 0 R)(?![A-Za-z0-9])"
    rb"|(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?![A-Za-z0-9.])"
    rb"|(?P<word>true|false|null)(?![A-Za-z0-9])"
)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
STANDS_LAST = 8  # the map of letters; all other objects stand in the order of their numbers
MAX_DEPTH = 12
MAX_STREAM = 256 * 1024 * 1024


class Unreadable(Exception):
    """The bytes do not have the profile's shape at all; the message names the place only."""


class Name(str):
    """A PDF name, without its slash."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to object `number`, generation 0."""

    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered object with the byte range it occupies, and that of its stream within the file."""

    number: int
    value: Any
    start: int
    end: int
    file: bytes = field(repr=False)
    inner: tuple[int, int] | None

    @property
    def stream(self) -> bytes | None:
        """The stream's bytes, still encoded; not kept twice, since they are nearly all of the file."""
        return None if self.inner is None else self.file[slice(*self.inner)]


@dataclass(slots=True)
class Structure:
    """All objects of a file, its trailer, and every fault of its byte layout."""

    objects: dict[int, Entry]
    trailer: dict[str, Any]
    faults: list[str] = field(default_factory=list)

    def resolve(self, value: Any) -> Any:
        """The value behind a reference, or the value itself. Raises Unreadable for a dead one."""
        if not isinstance(value, Ref):
            return value
        if value.number not in self.objects:
            raise Unreadable(f"reference to absent object {value.number}")
        return self.objects[value.number].value

    def entry(self, value: Any) -> Entry:
        """The object a reference points to. Raises Unreadable for anything else."""
        if not isinstance(value, Ref) or value.number not in self.objects:
            raise Unreadable("a reference to an existing object is missing")
        return self.objects[value.number]


def read_value(data: bytes, at: int, end: int, depth: int = 0) -> tuple[Any, int]:
    """One value at or after `at`, and the place behind it. Raises Unreadable."""
    kind, raw, at = next_token(data, at, end)
    if depth > MAX_DEPTH:
        raise Unreadable(f"nesting too deep at byte {at}")
    match kind:
        case "open":
            return read_dictionary(data, at, end, depth)
        case "start":
            return read_array(data, at, end, depth)
        case "hex":
            digits = raw[1:-1]
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), at
        case "text":
            return unescape(raw[1:-1]), at
        case "name":
            return Name(raw.decode("ascii")), at
        case "ref":
            return Ref(int(raw.split()[0])), at
        case "number":
            return (float(raw) if b"." in raw else int(raw)), at
        case "word":
            return {b"true": True, b"false": False, b"null": None}[raw], at
    raise Unreadable(f"unexpected {kind} at byte {at}")


def next_token(data: bytes, at: int, end: int) -> tuple[str, bytes, int]:
    """Kind, bytes and end of the next token that is not white space. Raises Unreadable."""
    while True:
        found = TOKEN.match(data, at, end)
        if found is None:
            raise Unreadable(f"no token at byte {at}")
        at = found.end()
        kind = found.lastgroup or ""
        if kind != "space":
            return kind, found.group(kind), at


def read_dictionary(data: bytes, at: int, end: int, depth: int) -> tuple[dict[str, Any], int]:
    """The dictionary whose `<<` ends at `at`; a key given twice is unreadable, since readers differ."""
    result: dict[str, Any] = {}
    while True:
        kind, raw, at = next_token(data, at, end)
        if kind == "close":
            return result, at
        key = raw.decode("ascii")
        if kind != "name" or key in result:
            raise Unreadable(f"bad or doubled key at byte {at}")
        result[key], at = read_value(data, at, end, depth + 1)


def read_array(data: bytes, at: int, end: int, depth: int) -> tuple[list[Any], int]:
    """The array whose `[` ends at `at`."""
    result: list[Any] = []
    while True:
        kind, _, behind = next_token(data, at, end)
        if kind == "stop":
            return result, behind
        value, at = read_value(data, at, end, depth + 1)
        result.append(value)


def unescape(raw: bytes) -> bytes:
    """A literal string's bytes, its backslash escapes resolved."""

    def one(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        if code.isdigit():
            return bytes([int(code, 8) & 255])
        return ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{3}|.)", one, raw, flags=re.S)


def parse(data: bytes) -> Structure:
    """The file's objects, trailer and faults. Raises Unreadable when it has no such shape."""
    faults = [*layout_faults(data)]
    mark = data.rfind(b"startxref")
    tail = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF").match(data, mark) if mark >= 0 else None
    if tail is None:
        raise Unreadable("no cross-reference pointer")
    if data[mark:] != b"startxref\n%s\n%%%%EOF\n" % tail.group(1):
        faults.append("the end of the file is not the profile's")
    table_at = int(tail.group(1))
    offsets, trailer_at = read_table(data, table_at, faults)
    if data[trailer_at : trailer_at + 8] != b"trailer\n":
        raise Unreadable("no trailer behind the table")
    trailer, behind = read_value(data, trailer_at + 8, mark)
    if not isinstance(trailer, dict):
        raise Unreadable("the trailer is not a dictionary")
    if data[behind:mark] != b"\n":
        faults.append("bytes between trailer and startxref")
    objects = read_objects(data, offsets, table_at, faults)
    return Structure(objects, trailer, faults)


def layout_faults(data: bytes) -> list[str]:
    """Counts of words that may occur once only outside stream bytes, or not at all."""
    faults = []
    outside = outside_streams(data)
    for word, allowed in ((b"%%EOF", 1), (b"startxref", 1), (b"trailer", 1), (b"/Prev", 0), (b"/Encrypt", 0),
                          (b"/Linearized", 0), (b"/XRefStm", 0), (b"/ObjStm", 0)):  # fmt: skip
        if outside.count(word) != allowed:
            faults.append(f"{word.decode()} occurs {outside.count(word)} times")
    if HEADER.match(data) is None:
        faults.append("the header is not the profile's")
    return faults


def outside_streams(data: bytes) -> bytes:
    """The bytes without those of streams, each with its two words: a new line stands for it."""
    parts, at = [], 0
    while (start := data.find(b"\nstream\n", at)) >= 0:
        end = data.find(b"\nendstream\n", start + len(b"\nstream\n"))
        if end < 0:
            break
        parts.append(data[at:start])
        at = end + len(b"\nendstream\n")
    return b"\n".join([*parts, data[at:]])


def read_table(data: bytes, at: int, faults: list[str]) -> tuple[dict[int, int], int]:
    """Offsets by object number, and where the trailer begins. Raises Unreadable."""
    head = re.compile(rb"xref\n0 (\d{1,7})\n").match(data, at)
    if head is None:
        raise Unreadable("no classic cross-reference table at the recorded place")
    count = int(head.group(1))
    rows = data[head.end() : head.end() + 20 * count]
    if count < 1 or len(rows) != 20 * count or rows[:20] != b"0000000000 65535 f \n":
        raise Unreadable("the cross-reference table is cut or has no head")
    offsets = {}
    for number in range(1, count):
        row = re.fullmatch(rb"(\d{10}) 00000 n \n", rows[20 * number : 20 * number + 20])
        if row is None:
            faults.append(f"object {number} is free or has another generation")
        else:
            offsets[number] = int(row.group(1))
    return offsets, head.end() + 20 * count


def read_objects(data: bytes, offsets: dict[int, int], table_at: int, faults: list[str]) -> dict[int, Entry]:
    """Every object of the table, read at its offset; gaps, overlaps and another order become faults."""
    header = HEADER.match(data)
    at = header.end() if header else 0
    objects: dict[int, Entry] = {}
    for number, start in sorted(offsets.items(), key=lambda pair: pair[1]):
        if start != at:
            faults.append(f"bytes before object {number} belong to nothing")
        entry = read_object(data, number, start, table_at)
        objects[number] = entry
        at = entry.end
    if list(objects) != [*(number for number in sorted(objects) if number != STANDS_LAST), STANDS_LAST]:
        faults.append("objects stand in another order")
    if at != table_at:
        faults.append("bytes before the cross-reference table belong to nothing")
    return objects


def read_object(data: bytes, number: int, start: int, limit: int) -> Entry:
    """The object that begins at `start`. Raises Unreadable when it does not, or runs over."""
    head = b"%d 0 obj\n" % number
    if data[start : start + len(head)] != head:
        raise Unreadable(f"object {number} is not where the table says")
    value, at = read_value(data, start + len(head), limit)
    inner = None
    if data.startswith(b"\nstream\n", at):
        length = value.get("Length") if isinstance(value, dict) else None
        if not isinstance(length, int) or length < 0:
            raise Unreadable(f"stream {number} has no direct length")
        inner = at + 8, at + 8 + length
        at += 8 + length
        if not data.startswith(b"\nendstream", at):
            raise Unreadable(f"stream {number} is longer or shorter than it says")
        at += len(b"\nendstream")
    if not data.startswith(b"\nendobj\n", at) or at + 8 > limit:
        raise Unreadable(f"object {number} has no end")
    return Entry(number, value, start, at + 8, data, inner)


def references(value: Any) -> list[int]:
    """Numbers of every object that a value points to, however deep."""
    if isinstance(value, Ref):
        return [value.number]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [number for part in inner for number in references(part)]


def unreachable(structure: Structure) -> list[int]:
    """Objects that no path from the trailer reaches: bytes that nobody draws but anyone can read."""
    seen: set[int] = set()
    waiting = references(structure.trailer)
    while waiting:
        number = waiting.pop()
        if number not in seen and number in structure.objects:
            seen.add(number)
            waiting += references(structure.objects[number].value)
    return sorted(set(structure.objects) - seen)


def inflate(data: bytes, limit: int = MAX_STREAM) -> bytes:
    """Flate-decoded bytes; raises Unreadable on damage, trailing bytes or more than `limit`."""
    worker = zlib.decompressobj()
    try:
        result = worker.decompress(data, limit)
    except zlib.error:
        raise Unreadable("a compressed stream is damaged") from None
    if worker.unconsumed_tail or not worker.eof:
        raise Unreadable("a compressed stream is cut or too large")
    if worker.unused_data:
        raise Unreadable("bytes behind the end of a compressed stream")
    return result
