"""Fifty invented values of people, typed and filed wherever something is asked: none is told (E7, T31)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from redaction.detect import detect_text
from redaction.detect import load as load_ruleset
from workflows.audit.canonical import parse
from workflows.audit.models import Entry

NAMES = (
    "Zephyrine Quillonera", "Ximeno Drabovic", "Ottoline Vasquezar", "Thandeka Orlowski", "Basilio Nwangwa",
    "Perpetua Szymborsk", "Quirino Achterberg", "Ludmila Fonrosewa", "Casimir Etxeberri",
    "Yolotzin Brandauer",
)  # fmt: skip
STATUS = tuple(f"A{8 * 10**8 + 1_234_567 * n + 11:09d}" for n in range(1, 11))
PLACES = tuple(f"{4_110 + n} Wexcombe Hollow Lane" for n in range(6))
BORN_IN = ("Guatemaltecan", "Moldavanish", "Hondurasian", "Eritreian", "Salvadorenan", "Burkinabe-born")
FILES = ("quillonera-arrest.pdf", "drabovic_mugshot.png", "detainer I-247 scan.pdf", "nwangwa.msg")
WORDS = (
    "overstayed a visitor permit", "crossed near Sonoita", "asylum hearing pending", "undocumented brother",
    "greencard denied", "removal order issued", "wears an ankle monitor", "mother was deported",
    "speaks only Quiche", "no lawful presence", "born outside the country", "fears the agents",
    "visa ran out in May", "his status was checked",
)  # fmt: skip
CANARIES = (*NAMES, *STATUS, *PLACES, *BORN_IN, *FILES, *WORDS)
RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}")  # ids, digests


def values_of_bodies() -> str:
    """Every value of every body, one on a line, ids and digests apart."""
    values: set[str] = set()
    for body in Entry.objects.values_list("body", flat=True):
        values |= {str(value) for value in parse(bytes(body)).values()}
    return "\n".join(sorted(values))


def detected(text: str) -> list[str]:
    """What our own detector takes for a person's in a text, ids and digests apart.

    The words themselves are few and ours; that some of them, read on end, sound like a sentence about
    somebody (`refused`, `officer`) is no finding here.
    """
    text = RANDOM.sub("-", text)
    found = detect_text(text, load_ruleset())
    return [text[one.start : one.end] for one in found if one.type != "STATUS_IMPLICIT"]


def in_the_log() -> list[str]:
    """Canaries in any entry, column of the log, or file of the exported log."""
    places = tables(lambda name: name.startswith("audit_"))
    for path in sorted(path for path in Path(settings.EXPORT_DIR).rglob("*") if path.is_file()):
        places[path.name] = path.read_bytes()
    return found_in(places)


def tables(wanted: Any = lambda name: True) -> dict[str, bytes]:
    """All rows of the tables whose names are wanted, as bytes as they lie."""
    held = {}
    with connection.cursor() as cursor:
        for table in sorted(filter(wanted, connection.introspection.table_names(cursor))):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held[table] = b"\n".join(_bytes(value) for row in cursor.fetchall() for value in row)
    return held


def found_in(places: Mapping[str, bytes], canaries: Iterable[str] = CANARIES) -> list[str]:
    """Each place that holds a canary, or the last name of one, whatever the case of its letters."""
    lowered = {place: held.lower() for place, held in places.items()}
    return [
        f"{place}: {part}"
        for place, held in lowered.items()
        for canary in canaries
        for part in {canary, canary.split()[-1] if canary in NAMES else canary}
        if part.lower().encode() in held
    ]


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
