"""`manage.py setup_database`: tables of this version, cache table, triggers compared."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gateway.process import prepare


class Command(BaseCommand):
    """Runs before web, worker, beat and sequencer of the same version. Exit 1 when a trigger is not ours."""

    help = "Migrate, make the cache table, install and compare the triggers."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare.make_database()
        except prepare.NotPossible as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write("the database is that of this version")
