"""`manage.py people`: who works at the gateway, on the machine itself.

    people list
    people add EMAIL --name NAME --role ROLE --to FILE [--desk] [--head]
    people change EMAIL [--active yes|no] [--desk yes|no] [--head yes|no]

A new account gets a password and a secret for its code app. Both stand once, in a file for its owner's
eyes; nothing secret is shown or kept. Every change is an entry of the log.
"""

from __future__ import annotations

import json
import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.accounts.models import Person, Role
from gateway.accounts.people import change_rights, create_person
from workflows.errors import Invalid
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.flow.opening import INTAKE_GROUP

GROUPS = {"desk": INTAKE_GROUP, "head": DEPARTMENT_HEADS}
MEANS = {
    "desk": "is given every new matter",
    "head": "confirms an emergency (officers only)",
    "active": "may sign in",
}


def yes_or_no(text: str) -> bool:
    """What was typed, as a truth value. Raises ValueError."""
    return {"yes": True, "no": False}[text]


class Command(BaseCommand):
    """Makes and changes accounts of the staff."""

    help = "List, add and change the accounts of the people who work here."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        ways.add_parser("list", help="every account of the staff")
        add = ways.add_parser("add", help="make an account")
        add.add_argument("email")
        add.add_argument("--name", required=True, help="as colleagues know them")
        roles = sorted(role.value for role in Role if role is not Role.AGENCY)
        add.add_argument("--role", required=True, choices=roles)
        add.add_argument("--to", required=True, metavar="FILE", help="a new file for password and secret")
        change = ways.add_parser("change", help="change what an account may do")
        change.add_argument("email")
        change.add_argument("--active", choices=["yes", "no"], help=MEANS["active"])
        for name in GROUPS:
            add.add_argument(f"--{name}", action="store_true", help=MEANS[name])
            change.add_argument(f"--{name}", choices=["yes", "no"], help=MEANS[name])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['way']}")(options)
        except Invalid as refused:
            raise CommandError(refused.sentence) from None

    def _list(self, options: dict[str, Any]) -> None:
        people = Person.objects.exclude(role=Role.AGENCY).prefetch_related("groups").order_by("role", "name")
        for person in people:
            more = sorted(group.name for group in person.groups.all())
            off = [] if person.is_active else ["switched off"]
            self.stdout.write("  ".join([person.role, person.email, person.name, *more, *off]))

    def _add(self, options: dict[str, Any]) -> None:
        groups = tuple(group for name, group in GROUPS.items() if options[name])
        if Person.objects.filter(email__iexact=options["email"]).exists():
            raise CommandError("There is an account with this address.")
        if options["head"] and options["role"] != Role.OFFICER.value:
            raise CommandError("A department head is an officer.")
        password = secrets.token_urlsafe(15)
        try:
            descriptor = os.open(options["to"], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as error:
            raise CommandError(f"The file cannot be made: {error.strerror}. No account was made.") from None
        with os.fdopen(descriptor, "w") as file:
            try:
                role = Role(options["role"])
                _, secret = create_person(
                    options["email"], options["name"], role, password, actor=None, groups=groups
                )
            except Invalid:
                os.unlink(options["to"])
                raise
            json.dump({"email": options["email"], "password": password, "totp_secret": secret}, file)
        self.stdout.write("The account is there. Hand the file over and delete it.")

    def _change(self, options: dict[str, Any]) -> None:
        typed = {name: yes_or_no(options[name]) for name in ("active", *GROUPS) if options[name]}
        if not typed:
            raise CommandError("Say what changes: --active, --desk or --head.")
        groups = {GROUPS[name]: belongs for name, belongs in typed.items() if name in GROUPS}
        change_rights(options["email"], actor=None, active=typed.get("active"), groups=groups)
        self.stdout.write("Changed.")
