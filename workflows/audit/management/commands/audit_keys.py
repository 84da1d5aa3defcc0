"""`manage.py audit_keys [--make]`: print the public keys of the log, or make missing key files first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows.audit import keys
from workflows.audit.keys import KeyMissing


class Command(BaseCommand):
    """Prints the vkeys of log and package with their fingerprints. Private halves never leave their files."""

    help = "Print the public keys of the log; with --make, first make the key files that are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--make", action="store_true", help="make missing key files (mode 0600)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["make"]:
            for path in keys.make_missing():
                self.stdout.write(f"made {path}")
        try:
            for kind, key in (("log", keys.log_verifier()), ("package", keys.package_verifier())):
                self.stdout.write(f"{kind} {key}\n  fingerprint {key.fingerprint()}")
        except KeyMissing as error:
            raise CommandError(error.sentence) from error
