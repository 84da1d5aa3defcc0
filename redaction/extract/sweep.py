"""Every string of every object of a file, whether anything points at it or not.

The readers by name come first; what they have read already is not read twice. A string's key
tells where it belongs; of an object that nothing points at, it is a leftover whatever its key.
Runs inside the cage.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Stream

from redaction.extract import picture_text
from redaction.extract.gathered import Places
from redaction.extract.values import decoded_text, is_readable, text_of, without_tags
from redaction.types import TextSource

ObjectNumber = tuple[int, int]

TRAILER = (0, 0)  # stands for the trailer, which has no number
SINGLE_TEXTS = 500  # of one source; more of them are searched as one text, to stay quick
STREAM_CHARACTERS = 4_000_000

# Keys whose strings are keys, digests, dates, colours or appearances: never words of anybody.
SILENT = frozenset(
    {"ID", "CheckSum", "O", "U", "OE", "UE", "Perms", "Cert", "NM"}  # digests, keys, identifiers
    | {"M", "CreationDate", "ModDate", "LastModified"}
    | {"DA", "DS", "Panose", "CharSet", "FontFamily", "Registry", "Ordering", "Lang", "Version"}
    | {"Indexed", "DeviceRGB", "DeviceCMYK", "DeviceGray"}  # a colour table follows
)
OF_KEY = {
    **dict.fromkeys(("JS", "URI", "URL", "URLS", "Base"), TextSource.SCRIPT),
    **dict.fromkeys(("F", "UF", "Desc", "DOS", "Unix", "Mac", "EmbeddedFiles"), TextSource.ATTACHMENT_NAME),
    **dict.fromkeys(("Contents", "Subj", "OverlayText", "RC"), TextSource.ANNOTATION),
    **dict.fromkeys(("V", "DV", "RV", "Opt", "TU", "TM", "CA", "AC"), TextSource.FORM_VALUE),
    **dict.fromkeys(("ActualText", "Alt", "E", "TE"), TextSource.ACTUAL_TEXT),
    **dict.fromkeys(("Names", "Limits", "Dests", "Dest", "D", "P", "N"), TextSource.NAVIGATION),
    **dict.fromkeys(
        ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "Name", "Reason", "Location"),
        TextSource.METADATA,
    ),
    **dict.fromkeys(("ContactInfo", "Info", "OutputCondition"), TextSource.METADATA),
}
KINDS = {  # mark in an object's dictionary: kind of content that a rebuilt file does not carry
    b"/Type /Thread": "article_threads",
    b"/PieceInfo ": "private_data",
    b"/S /URI": "links",
    b"/S /JavaScript": "scripts",
    b"/PageLabels ": "page_labels",
    b"/Dests ": "destinations",
    b"/Collection ": "collections",
}
_TOKEN = re.compile(
    rb"<<|>>|/([^\s/()<>\[\]{}%]*)|(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]*>)|(\d+) (\d+) R\b", re.DOTALL
)
_SHOWN = re.compile(
    rb"\[((?:[^\[\]()\\]|\\.|\((?:\\.|[^\\()])*\))*)\]\s*TJ"
    rb"|(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)\s*(?:Tj|'|\")",
    re.DOTALL,
)
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_BINARY = re.compile(
    rb"/Length[123] |/Subtype /(?:Type1C|CIDFontType0C|OpenType)\b|/Type /(?:ObjStm|XRef|EmbeddedFile)\b"
)


@dataclass(slots=True)
class _Seen:
    """What the walk over all objects gathers before labels can be given."""

    strings: list[tuple[ObjectNumber, TextSource, str]] = field(default_factory=list)
    streams: list[tuple[ObjectNumber, Stream, bytes]] = field(default_factory=list)
    points_at: dict[ObjectNumber, list[ObjectNumber]] = field(default_factory=dict)
    role: dict[ObjectNumber, str] = field(default_factory=dict)  # key under which a stream is named
    kinds: Counter[str] = field(default_factory=Counter)


def objects(pdf: pikepdf.Pdf, drawn: Set[ObjectNumber], found: Places) -> None:
    """Strings and text streams that no reader by name has seen are in the places, and counts of
    what is dropped with them. `drawn` are the streams whose text the page readers have."""
    seen = _walk(pdf)
    reached = _reached(seen.points_at)
    found.dropped.update(seen.kinds)
    unused = sum(number not in reached for number in seen.points_at)
    if unused:
        found.dropped["unused_objects"] += unused
    texts: dict[TextSource, dict[str, None]] = defaultdict(dict)
    for number, source, text in seen.strings:
        texts[source if number in reached else TextSource.LEFTOVER][text] = None
    for number, stream, said in seen.streams:
        if number not in drawn:
            for source, text in _of_stream(stream, said, seen.role.get(number, ""), found):
                texts[source if number in reached else TextSource.LEFTOVER][text] = None
    for source, several in texts.items():
        _add(source, [text for text in several if text not in found.said], found)


def strings(pdf: pikepdf.Pdf, found: Places) -> None:
    """The strings alone, as leftovers: for an earlier state of the file."""
    seen = _walk(pdf)
    new = dict.fromkeys(text for _, _, text in seen.strings if text not in found.said)
    _add(TextSource.LEFTOVER, list(new), found)


def _add(source: TextSource, texts: list[str], found: Places) -> None:
    if len(texts) > SINGLE_TEXTS:
        texts = ["\n".join(texts)]
    for text in texts:
        found.add(source, None, text)


def _walk(pdf: pikepdf.Pdf) -> _Seen:
    seen = _Seen()
    seen.points_at[TRAILER] = [*_read_object(TRAILER, pdf.trailer.unparse(resolved=True), seen)]
    for entry in pdf.objects:
        if not isinstance(entry, pikepdf.Object):
            continue  # null, a number, a boolean
        number = entry.objgen
        if isinstance(entry, Stream):
            said = entry.stream_dict.unparse()
            seen.streams.append((number, entry, said))
        else:
            said = entry.unparse(resolved=True)
        for mark, kind in KINDS.items():
            seen.kinds[kind] += mark in said
        seen.points_at[number] = [*_read_object(number, said, seen)]
    seen.kinds = +seen.kinds
    return seen


def _read_object(number: ObjectNumber, said: bytes, seen: _Seen) -> Iterator[ObjectNumber]:
    """The numbers an object points at; its strings are in `seen` with the source its keys tell."""
    key = ""
    for match in _TOKEN.finditer(said):
        name, string, first, second = match.groups()
        if name is not None:
            key = name.decode("latin-1")
        elif first is not None:
            target = (int(first), int(second))
            seen.role.setdefault(target, key)
            yield target
        elif string is not None and key not in SILENT and len(string) > 4:
            text = text_of(pikepdf.Object.parse(string)).strip()
            if is_readable(text):
                seen.strings.append((number, _source(key, said), without_tags(text)))


def _source(key: str, said: bytes) -> TextSource:
    if key == "T":
        if b"/FT " in said or b"/Subtype /Widget" in said:
            return TextSource.FORM_VALUE
        return TextSource.ANNOTATION if b"/Rect " in said else TextSource.ACTUAL_TEXT
    if key == "Title" and b"/Parent " in said:
        return TextSource.OUTLINE
    return OF_KEY.get(key, TextSource.LEFTOVER)


def _reached(points_at: dict[ObjectNumber, list[ObjectNumber]]) -> set[ObjectNumber]:
    """Numbers of the objects that a reader can come to from the trailer, itself among them."""
    pending, reached = [TRAILER], set()
    while pending:
        number = pending.pop()
        if number not in reached:
            reached.add(number)
            pending += points_at.get(number, ())
    return reached


def _of_stream(stream: Stream, said: bytes, role: str, found: Places) -> Iterator[tuple[TextSource, str]]:
    """Text of a stream that no page draws: metadata, scripts, undrawn content, plain text."""
    if b"/Subtype /Image" in said or role == "Thumb":
        for text in picture_text.of_image(stream):
            found.dropped["picture_metadata"] += 1
            yield TextSource.METADATA, text
        return
    if role in ("ToUnicode", "CIDToGIDMap") or _BINARY.search(said) or role == "EF":
        return
    try:
        data = stream.read_bytes()[:STREAM_CHARACTERS]
    except pikepdf.PdfError:
        return  # no reader can decode it, and it is not carried over
    if b"Tj" in data or b"TJ" in data:
        text = "\n".join(filter(is_readable, shown_strings(data)))
        yield TextSource.LEFTOVER, text
        return
    text = decoded_text(data).strip()
    if is_readable(text) and b"begincmap" not in data[:2000]:
        yield _stream_source(role, said), without_tags(text)


def _stream_source(role: str, said: bytes) -> TextSource:
    if role == "JS":
        return TextSource.SCRIPT
    if role == "Metadata" or b"/Type /Metadata" in said:
        return TextSource.METADATA
    return OF_KEY.get(role, TextSource.LEFTOVER)


def shown_strings(data: bytes) -> Iterator[str]:
    """What a content stream shows, as far as its bytes are letters."""
    for match in _SHOWN.finditer(data):
        pieces = _STRING.findall(match.group(1)) if match.group(1) is not None else [match.group(2)]
        yield "".join(_letters(piece) for piece in pieces)


def _letters(token: bytes) -> str:
    raw = bytes(pikepdf.Object.parse(token))
    if len(raw) % 2 == 0 and raw[:1] == b"\0":  # two bytes a letter
        return raw.decode("utf-16-be", "replace")
    return text_of(pikepdf.Object.parse(token))
