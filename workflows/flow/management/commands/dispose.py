"""`manage.py dispose`: destroy what the retention schedule lets go, and nothing that is held."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.audit import health
from workflows.flow.retention import dispose

KEPT = {
    "held": "kept, a hold stands",
    "hold_unknown": "kept, a paper on it never had its hold",
    "blocked": "kept, a block is open",
    "task_open": "kept, somebody has a task on it",
    "clock_running": "kept, a clock runs on it",
    "work_open": "kept, work on it is not over",
}


class Command(BaseCommand):
    """One line for each closed matter. Exit 0 when every one of them was looked at, else 1."""

    help = "Destroy working copies and findings of closed matters by the retention schedule; holds win."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be destroyed")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = health.gate_closed_reason()
        if reason is not None:
            raise CommandError("The log is not sound, so no deletion could be proved. Nothing was destroyed.")
        word = "would go" if options["dry_run"] else "destroyed"
        for one in dispose(timezone.now(), dry_run=options["dry_run"]):
            says = f"{one.findings} findings, {one.copies} working copies {word}"
            self.stdout.write(f"{one.number}: {KEPT.get(one.kept, 'kept') if one.kept else says}")
