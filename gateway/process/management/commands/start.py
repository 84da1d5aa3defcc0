"""`manage.py start NAME`: become one program of an installation that is spread over containers."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from gateway import checks
from gateway.process import programs


class Command(BaseCommand):
    """Runs every check, with the database's; then this process is the program, under the same number."""

    help = "Run the checks, then become web, worker, beat or sequencer."
    requires_system_checks = ()  # handle runs them all

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=list(programs.COMMANDS))
        parser.add_argument("--host", default="127.0.0.1", help="web: address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="web: port to listen on")
        parser.add_argument("--queues", default="", help="worker: only these queues, with commas")
        parser.add_argument("--concurrency", type=int, default=0, help="worker: processes; 0: by cores")

    def handle(self, *args: Any, **options: Any) -> None:
        checks.refuse_foreign_keys(options["name"])
        checks.refuse_reduced_isolation(options["name"])
        call_command("check", stdout=self.stderr, **checks.at_start())
        connections.close_all()
        command = programs.COMMANDS[options["name"]](options)
        os.chdir(settings.BASE_DIR)
        os.execv(command[0], command)
