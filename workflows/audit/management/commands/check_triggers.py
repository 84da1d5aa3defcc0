"""`manage.py check_triggers`: refuse to go on when the database's triggers are not ours."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from workflows.audit import triggers


class Command(BaseCommand):
    """Compares every registered trigger with the catalogue of the database. Exit 0 when all stand, else 1."""

    help = "Compare the database's triggers with those this version installs; exit 1 on any difference."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = triggers.check(connections[options["database"]])
        for sentence in problems:
            self.stderr.write(sentence)
        if problems:
            raise SystemExit(1)
        self.stdout.write(f"{len(triggers.registered())} triggers stand, digest {triggers.digest()[:16]}")
