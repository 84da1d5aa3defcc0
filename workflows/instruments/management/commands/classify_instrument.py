"""`manage.py classify_instrument`: what papers are, one JSON line in and one out (workflow.md 3.6).

Reads JSON Lines on stdin, or one file with `--pdf`. Needs no database. Exit: 0; 1 when a line was bad;
2 usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.instruments.lines import MOST_LINE, BadLine, read_line, reading
from workflows.instruments.reading import Unreadable, read_text

BAD_LINE, USAGE = 1, 2


class Command(BaseCommand):
    """Prints one JSON object for each input, in order, flushed line by line."""

    help = "Classify instruments: JSON Lines on stdin, or one PDF. Suggests only; the gate never reads it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pdf", type=Path, help="read this file instead of stdin; its name is the id")
        parser.add_argument("--as-of", help="with --pdf: ISO date or time for `expired`; default now")
        parser.add_argument("--subject", help="with --pdf: the person of the request")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 tells that at least one line was bad."""
        path = options["pdf"]
        if path is None and (options["as_of"] or options["subject"]):
            raise CommandError("--as-of and --subject go with --pdf", returncode=USAGE)
        if path is not None and not path.is_file():
            raise CommandError("no such file", returncode=USAGE)
        rows = [self._pdf(path, options)] if path else (self._line(raw) for raw in lines_of(sys.stdin.buffer))
        bad = False
        for row in rows:
            bad |= "error" in row
            self.stdout.write(json.dumps(row))
            self.stdout.flush()
        if bad:
            sys.exit(BAD_LINE)

    def _line(self, raw: bytes | None) -> dict[str, Any]:
        if raw is None:
            return {"id": None, "error": "line is too long"}
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            return {"id": None, "error": "not UTF-8"}
        return read_line(line, now=timezone.now(), home=settings.CITY_NAME)

    def _pdf(self, path: Path, options: dict[str, Any]) -> dict[str, Any]:
        try:
            text = read_text(path)
            read = reading(
                text, options["as_of"], options["subject"], now=timezone.now(), home=settings.CITY_NAME
            )
        except Unreadable as unreadable:
            return {"id": path.name, "error": f"cannot be read: {unreadable.code}"}
        except BadLine as bad:
            return {"id": path.name, "error": str(bad)}
        return {"id": path.name, **read}


def lines_of(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream that hold anything; None for one that is longer than a line may be."""
    while raw := stream.readline(MOST_LINE + 1):
        if len(raw) > MOST_LINE and not raw.endswith(b"\n"):
            while (rest := stream.readline(MOST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif raw.strip():
            yield raw
