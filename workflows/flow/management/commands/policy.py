"""`manage.py policy`: read the policy in force, and look a document through before it is proposed.

Changes nothing: a version is proposed and approved by two lawyers, on their pages.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.errors import Invalid
from workflows.flow.policymaking import examine
from workflows.lawbook import in_force
from workflows.policy.table import RESULTS


class Command(BaseCommand):
    """`show` prints the document in force; `check FILE` says whether a document may be proposed, `diff FILE`
    also what it changes. `-` is standard input. Exit 0 when it may be proposed, else 1."""

    help = "Print the policy in force, or look a document through: show, check FILE, diff FILE."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("show", "check", "diff"))
        parser.add_argument("file", nargs="?", help="the document, JSON; - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "show":
            policy = in_force(timezone.now())
            self.stderr.write(f"version {policy.number}, {policy.sha256}: {policy.source.line()}")
            self.stdout.write(json.dumps(policy.document, indent=2, ensure_ascii=False, sort_keys=True))
            return
        if not options["file"]:
            raise CommandError("Say which file.")
        try:
            policy, changes, rows = examine(_text(options["file"]))
        except Invalid as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["what"] == "diff":
            for change in changes:
                self.stdout.write(f"{change.place}: {change.old} -> {change.new}")
        for row in rows:
            self.stdout.write(f"table {row.row} {row.kind}: {RESULTS[row.result]} -> {RESULTS[row.instead]}")
        self.stdout.write(f"It may be proposed: {len(changes)} changes, {len(rows)} cases of the table.")


def _text(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError("The file cannot be read as text.") from error
