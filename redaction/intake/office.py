"""LibreOffice as a converter: found on this machine, run inside the cage, one profile per job.

The profile forbids macros, updating links, calculating on load. There is no network in the cage,
and the package it is given has lost macros, formulas and outside relations before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from redaction import sandbox
from redaction.errors import Rejected
from redaction.intake import sniff
from redaction.intake.limits import Limits

BYTES_FOR_TWICE = 3_000_000  # a file of so many bytes, packed as it came, gets twice the time
_FILTERS = {
    sniff.DOCX: ("docx", "writer_pdf_Export", "MS Word 2007 XML"),
    sniff.ODT: ("odt", "writer_pdf_Export", "writer8"),
    sniff.RTF: ("rtf", "writer_pdf_Export", "Rich Text Format"),
    sniff.XLSX: ("xlsx", "calc_pdf_Export", "Calc MS Excel 2007 XML"),
    sniff.PPTX: ("pptx", "impress_pdf_Export", "Impress MS PowerPoint 2007 XML"),
}
# Format to read, format and ending to write.
_TO_MODERN = {
    sniff.DOC: ("doc", "MS Word 97", "docx", "MS Word 2007 XML"),
    sniff.XLS: ("xls", "MS Excel 97", "xlsx", "Calc MS Excel 2007 XML"),
    sniff.PPT: ("ppt", "MS PowerPoint 97", "pptx", "Impress MS PowerPoint 2007 XML"),
    sniff.ODS: ("ods", "calc8", "xlsx", "Calc MS Excel 2007 XML"),
    sniff.ODP: ("odp", "impress8", "pptx", "Impress MS PowerPoint 2007 XML"),
}
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportNotes", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportNotesInMargin", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportHiddenSlides", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportBookmarks", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportFormFields", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "UseTaggedPDF", "false"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "UseLosslessCompression", "true"),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ReduceImageResolution", "false"),
    ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),  # never
    ("org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),  # never
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),  # never
)
_RESTART = 81  # LibreOffice asks to be started again after making its profile
PROCESSES = 1_024  # counted by user over the machine, threads too; the cage has its own process list


def program() -> str | None:
    """Path of LibreOffice's own binary, or None. Its start script is not used: it needs a shell."""
    found = shutil.which("soffice")
    if found is None:
        return None
    binary = Path(os.path.realpath(found)).with_name("soffice.bin")
    return str(binary) if os.access(binary, os.X_OK) else None


def convert(data: bytes, media_type: str, limits: Limits) -> bytes:
    """The file as a PDF, or one of `sniff.MODERNISED` in its modern form, made in a child of its own.
    Raises Rejected(`no_converter`, `malformed`), sandbox.ChildDied."""
    binary = program()
    if binary is None:
        raise Rejected("no_converter")
    seconds = int(limits.office_s * (1 + len(data) / BYTES_FOR_TWICE))
    allowed = sandbox.StepLimits(cpu_s=seconds, wall_s=4.0 * seconds, descriptors=512, processes=PROCESSES)
    arguments = {"media_type": media_type, "program": binary}
    return sandbox.run("office", arguments, [data], allowed).blobs[0]


def convert_here(data: bytes, media_type: str, binary: str) -> bytes:
    """The child's side. Raises Rejected("malformed") when LibreOffice makes nothing of it.

    No clock of its own: the cage ends both, whole group and all.
    """
    if media_type in sniff.MODERNISED:
        suffix, come_from, ending, to = _TO_MODERN[media_type]
    else:
        (suffix, to, come_from), ending = _FILTERS[media_type], "pdf"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        received, made = place / f"received.{suffix}", place / "made" / f"received.{ending}"
        received.write_bytes(data)
        profile = place / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_profile())
        line = [binary, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore"]
        line += ["--nodefault", "--nolockcheck", "--nologo", f"--infilter={come_from}"]
        line += ["--convert-to", f"{ending}:{to}", "--outdir", str(made.parent), str(received)]
        environment = os.environ | {"HOME": folder, "TMPDIR": folder, "SAL_USE_VCLPLUGIN": "svp"}
        for _ in range(2):
            done = subprocess.run(
                line, cwd=folder,
 env=environment, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if done.returncode != _RESTART:
                break
        if not made.is_file():
            raise Rejected("malformed")
        return made.read_bytes()


def _profile() -> str:
    rows = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{rows}</oor:items>\n"
    )
