"""Office files from before 2007 (DOC, XLS, PPT): which one, and what their folder of streams tells.

Their words are not read here: LibreOffice makes the file's modern form in the cage, and our readers of
that one list what it says beside its pages. Only versions of which LibreOffice keeps that are taken.
"""

from __future__ import annotations

import io
import struct
from typing import Any

from redaction.errors import Rejected
from redaction.intake import sniff
from redaction.intake.aside import Asides

_MAIN = {"worddocument": sniff.DOC, "workbook": sniff.XLS, "powerpoint document": sniff.PPT}
_OLD = frozenset({"book"})  # workbooks of Excel 5 and 95, and their copy in files for both
_MACROS = frozenset({"macros", "_vba_project_cur"})
_REVISIONS = frozenset({"revision log"})
_WORD_MAGIC, _WORD_97, _WORD_LOCKED = 0xA5EC, 0x00C1, 0x0100  # [MS-DOC] 2.5.2
_BOF, _FILE_PASS, _EOF, _BIFF8 = 0x0809, 0x002F, 0x000A, 0x0600  # [MS-XLS] 2.3
_SLIDES_OPEN, _SLIDES_LOCKED = 0xE391C05F, 0xF3D1C4DF  # [MS-PPT] 2.3.2
_MOST_RECORDS = 100_000


def kind_of(names: set[str]) -> str | None:
    """The media type by the names at the root, None for files of other programs. Raises Rejected:
    `malformed` for two kinds at once, `no_converter` for older ones."""
    found = {kind for name, kind in _MAIN.items() if name in names}
    if len(found) > 1:
        raise Rejected("malformed")  # two readers would open it as two different files
    if names & _OLD:
        raise Rejected("no_converter")
    return found.pop() if found else None


def read(data: bytes, kind: str, found: Asides) -> None:
    """Counts macros, embedded files and revisions. Raises Rejected: `encrypted`, `malformed`,
    `no_converter` for versions before 97."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            _CHECKS[kind](ole)
            paths = [
                tuple(name.lower() for name in path) for path in ole.listdir(streams=True, storages=True)
            ]
    except Rejected:
        raise
    except Exception:  # noqa: BLE001 - the parser raises almost anything on damage: refused, so withheld
        raise Rejected("malformed") from None
    roots = {path[0] for path in paths}
    found.count("macros", sum(name in _MACROS for name in roots))
    found.count("tracked_changes", sum(name in _REVISIONS for name in roots))
    pooled = {path[:2] for path in paths if path[0] == "objectpool" and len(path) > 1}
    found.count("embedded_objects", len(pooled) + sum(name.startswith("mbd") for name in roots))


def _check_text(ole: Any) -> None:
    head = ole.openstream("WordDocument").read(12)
    magic, version, flags = struct.unpack("<HH6xH", head)
    if magic != _WORD_MAGIC:
        raise Rejected("malformed")
    if version < _WORD_97:
        raise Rejected("no_converter")
    if flags & _WORD_LOCKED:
        raise Rejected("encrypted")


def _check_workbook(ole: Any) -> None:
    """The records of the workbook's own part, up to its end."""
    stream = ole.openstream("Workbook")
    for number in range(_MOST_RECORDS):
        record, size = struct.unpack("<HH", stream.read(4))
        body = stream.read(size)
        if number == 0 and (record != _BOF or len(body) < 2):
            raise Rejected("malformed")
        if number == 0 and struct.unpack("<H", body[:2])[0] != _BIFF8:
            raise Rejected("no_converter")
        if record == _FILE_PASS:
            raise Rejected("encrypted")
        if record == _EOF:
            return
    raise Rejected("malformed")


def _check_slides(ole: Any) -> None:
    (token,) = struct.unpack("<12xI", ole.openstream("Current User").read(16))
    if token == _SLIDES_LOCKED:
        raise Rejected("encrypted")
    if token != _SLIDES_OPEN:
        raise Rejected("malformed")


_CHECKS = {sniff.DOC: _check_text, sniff.XLS: _check_workbook, sniff.PPT: _check_slides}
