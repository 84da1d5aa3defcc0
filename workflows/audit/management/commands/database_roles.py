"""`manage.py database_roles --application ROLE --sequencer ROLE [--print]`: rights of PostgreSQL roles.

The roles exist (the administrator of the server makes them, with LOGIN and nothing else). Run by the owner
of the tables, after the first migration and after every later one; `--print` shows the statements instead.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from workflows.audit import database_roles


class Command(BaseCommand):
    """Gives the application and the sequencer their rights, and takes all others."""

    help = "Give two PostgreSQL roles, of the application and of the sequencer, the rights that are theirs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--application", required=True, metavar="ROLE")
        parser.add_argument("--sequencer", required=True, metavar="ROLE")
        parser.add_argument("--print", action="store_true", help="show the statements, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = [*database_roles.statements(connection, options["application"], options["sequencer"])]
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in found:
                    if options["print"]:
                        self.stdout.write(f"{statement.as_string(cursor.connection)};")
                    else:
                        cursor.execute(statement)
        except database_roles.NotPostgreSQL:
            raise CommandError("This database has no roles: one file, one owner.") from None
        except DatabaseError as error:
            raise CommandError(f"The rights were not given: {str(error).splitlines()[0]}") from None
        if not options["print"]:
            self.stdout.write(f"{len(found)} statements: the rights are as this version needs them")
