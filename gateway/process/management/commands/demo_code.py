"""`manage.py demo_code ROLE`: the current second-factor code of a demo account."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.process import prepare
from gateway.process.codes import totp


class Command(BaseCommand):
    """Prints six digits for the first demo person with that role, or the one with that address."""

    help = "Print the current sign-in code of a demo person: a role (counsel) or an address."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="role, name before the @, or address")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PROFILE not in {"demo", "dev"}:
            raise CommandError("there are no demo accounts under this profile")
        found = prepare.sign_ins()
        if found is None:
            raise CommandError("there is no demonstration city in this data folder; start ./run first")
        who = options["who"]
        for person in found["people"]:
            if who in {person["role"], person["email"], person["email"].split("@")[0]}:
                self.stdout.write(totp(person["totp_secret"], time.time()))
                return
        raise CommandError("no demo person has this role or address")
