"""`manage.py make_keys`: the key files of a new installation, made once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gateway.process import prepare


class Command(BaseCommand):
    """Writes each key where its GATEWAY_*_FILE variable says. Touches no database; exit 1 if one exists."""

    help = "Make the key files of a new installation where the environment names them (dev profile)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = prepare.make_first_keys()
        except prepare.NotPossible as reason:
            raise CommandError(str(reason)) from None
        for path in made:
            self.stdout.write(f"made {path}")
