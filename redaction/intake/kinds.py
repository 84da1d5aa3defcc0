"""The exact kind of a file that is a folder of parts. Inside the cage: this parses."""

from __future__ import annotations

import io

from redaction.errors import Rejected
from redaction.intake import sniff
from redaction.intake.archive import open_archive
from redaction.intake.beside import legacy, parts
from redaction.intake.limits import Limits

_OFFICE = {"word": sniff.DOCX, "sheet": sniff.XLSX, "slides": sniff.PPTX}
_OPEN_DOCUMENTS = frozenset({sniff.ODT, sniff.ODS, sniff.ODP})


def exact(data: bytes, told: str, limits: Limits) -> str:
    """The media type; `told` is what the first and last bytes say.

    Raises Rejected: `encrypted`, `malformed`, `over_limits`, `no_converter` for office formats that
    nobody converts here, `unsupported_type` for OLE files of other programs.
    """
    if told == sniff.OLE:
        return _ole_kind(data)
    if told in (sniff.OFFICE, sniff.ZIP):
        archive = open_archive(data, limits, office=True)
        if parts.CONTENT_TYPES not in archive.names:
            return sniff.ZIP
        return _OFFICE[parts.main_part(archive, limits)[0]]
    if told == sniff.OPEN_DOCUMENT:
        said = open_archive(data, limits, office=True).read("mimetype").strip().decode("ascii", "replace")
        if said not in _OPEN_DOCUMENTS:
            raise Rejected("no_converter")
        return said
    return told


def _ole_kind(data: bytes) -> str:
    """By the names at the root of the compound file ([MS-CFB] 2.6)."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            names = {path[0].lower() for path in ole.listdir(streams=True, storages=True)}
    except Exception:  # noqa: BLE001 - the parser raises almost anything on damage: refused, so withheld
        raise Rejected("malformed") from None
    if "__properties_version1.0" in names:
        return sniff.MSG
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise Rejected("encrypted")
    kind = legacy.kind_of(names)
    if kind is None:
        raise Rejected("unsupported_type")
    return kind
