"""`manage.py begin_incarnation`: after a restore, two people let the log go on under a new origin.

    manage.py begin_incarnation --first EMAIL --second EMAIL --reason TEXT --ticket TEXT

One of the two is an audit reviewer, the other a reviewer or an administrator. Each types a password and a
code at the terminal (with `--from-stdin`, four lines: password and code of the first, then of the second).
Runs where the log's key is, while no sequencer runs. Exit 1 when it is refused, with the reason.
"""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gateway.accounts.models import Person
from gateway.accounts.session import totp_of
from workflows.audit import incarnations, log, sequencer
from workflows.audit.keys import KeyMissing
from workflows.audit.memory import MemoryInUse
from workflows.errors import Refused
from workflows.flow.words import typed
from workflows.policy.roles import ADMINISTRATOR, AUDITOR

WRONG = "This account cannot do that here, or the password or the code is wrong."


class Command(BaseCommand):
    """Opens the next life of the log."""

    help = "After a restore: two people let the log go on under a new origin."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", required=True, metavar="EMAIL")
        parser.add_argument("--second", required=True, metavar="EMAIL")
        parser.add_argument("--reason", required=True, help="why, in ten characters or more")
        parser.add_argument("--ticket", required=True, help="where the restore is written up")
        parser.add_argument("--from-stdin", action="store_true", help="four lines instead of a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        first, second = (self._person(options[name], options["from_stdin"]) for name in ("first", "second"))
        if AUDITOR not in (first.role, second.role):
            raise CommandError("One of the two must be an audit reviewer.")
        try:
            reason = typed(options["reason"], "why the log begins anew")
            one = sequencer.from_settings()
            with one.memory.held():
                opened = incarnations.begin(
                    one, first=first, second=second, now=timezone.now(),
                    detail={"reason": reason, "ticket": options["ticket"]},
                )  # fmt: skip
        except MemoryInUse:
            raise CommandError("A sequencer runs. Stop it first.") from None
        except (Refused, KeyMissing) as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"The log goes on as {opened.origin}. Start the sequencer. Whoever runs the witness must be told "
            "to watch this origin too; until then nothing is released."
        )

    def _person(self, email: str, from_stdin: bool) -> Person:
        """The person of this address, who has just proved to be there. Raises CommandError.

        A wrong answer is an entry of the log: somebody at the machine tried.
        """
        if from_stdin:
            password, code = sys.stdin.readline().rstrip("\n"), sys.stdin.readline().strip()
        else:
            password, code = getpass.getpass(f"Password of {email}: "), input(f"Code of {email}: ").strip()
        person = Person.objects.filter(email__iexact=email, is_active=True).first()
        factor = None if person is None else totp_of(person)
        good = (
            person is not None
            and person.role in (AUDITOR, ADMINISTRATOR)
            and person.check_password(password)
            and factor is not None
            and factor.validate_code(code)
        )
        if not good or person is None:
            log.record_refusal("access.refused", actor=None, reason="credentials")
            raise CommandError(WRONG)
        return person
