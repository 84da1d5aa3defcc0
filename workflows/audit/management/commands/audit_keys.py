"""`manage.py audit_keys`: print the public keys of log and package; make, rotate or retire keys first.

`--make` makes missing key files. `--rotate-log` and `--rotate-package` give the log or packages a new key;
the log says so under its old one. `--retire-old` ends the thirty days in which both keys of the log sign:
after the old one was stolen, at once. The last three run where the keys are, while no sequencer runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.audit import keys, rotation, sequencer
from workflows.audit.keys import KeyMissing
from workflows.audit.memory import MemoryInUse
from workflows.errors import WrongState


class Command(BaseCommand):
    """Prints the vkeys of log and package with their fingerprints. Private halves never leave their files."""

    help = "Print the public keys of the log; with --make, first make the key files that are missing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--make", action="store_true", help="make missing key files (mode 0600)")
        way.add_argument("--rotate-log", action="store_true", help="a new key for the log")
        way.add_argument("--rotate-package", action="store_true", help="a new key for packages")
        way.add_argument("--retire-old", action="store_true", help="the log's old key signs no more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["make"]:
            for path in keys.make_missing():
                self.stdout.write(f"made {path}")
        try:
            self._change(options)
            for kind, key in (("log", keys.log_verifier()), ("package", keys.package_verifier())):
                self.stdout.write(f"{kind} {key}\n  fingerprint {key.fingerprint()}")
        except (KeyMissing, WrongState) as error:
            raise CommandError(error.sentence) from error
        except MemoryInUse:
            raise CommandError("A sequencer runs. Stop it first.") from None
        except sequencer.Split as split:
            raise CommandError(f"Sealing has stopped: {split}. No key was changed.") from None

    def _change(self, options: dict[str, Any]) -> None:
        if not (options["rotate_log"] or options["rotate_package"] or options["retire_old"]):
            return
        one = sequencer.from_settings()
        with one.memory.held():
            one.start()
            if options["rotate_log"]:
                rotation.begin_log_key(Path(settings.LOG_KEY_FILE), lambda: _seal(one), timezone.now())
            elif options["rotate_package"]:
                rotation.begin_package_key(Path(settings.PACKAGE_KEY_FILE), lambda: _seal(one))
            else:
                rotation.retire_log_key(Path(settings.LOG_KEY_FILE), one.sealed_size)


def _seal(one: sequencer.Sequencer) -> None:
    while one.step():
        pass
