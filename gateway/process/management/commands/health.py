"""`manage.py health`: whether the parts of this installation are well."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gateway.process import health


class Command(BaseCommand):
    """Prints one line per part. Exit 0 when all are well, else 1."""

    help = "Say whether database, worker, sequencer, jobs and disk are well; exit 1 if one is not."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[*health.PARTS, []], help="only these parts")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.report(tuple(options["parts"]) or tuple(health.PARTS))
        if options["json"]:
            self.stdout.write(json.dumps({"profile": _profile(), "parts": found}))
        else:
            for part in found:
                value = "" if part["value"] is None else f"  {part['value']:.0f}"
                self.stdout.write(f"{part['name']:<10} {part['code']}{value}")
        if not all(part["well"] for part in found):
            raise SystemExit(1)


def _profile() -> str:
    from django.conf import settings

    return str(settings.PROFILE)
