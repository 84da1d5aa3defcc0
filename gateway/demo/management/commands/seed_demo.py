"""`manage.py seed_demo`: build the demo city, once, and write down how its people sign in."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gateway.accounts.models import Person
from gateway.demo import city
from gateway.process.prepare import sign_ins_file, write_private
from workflows.audit import log


class Command(BaseCommand):
    """Builds the city only through acts that people use."""

    help = "Build the demonstration city in an empty database (demo and dev profiles)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PROFILE not in {"demo", "dev"}:
            raise CommandError("a demonstration city is built under the demo profile only")
        if Person.objects.exists():
            raise CommandError("there are people in this database already; ./run --reset-demo begins anew")
        made = city.build()
        with transaction.atomic():
            log.record(
                "demo.seeded", actor=None, facts={"counts": {"people": len(made.people), "matters": 4}}
            )
        path = sign_ins_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {"url": settings.PUBLIC_URL, "people": made.sign_ins, "agencies": made.clients}
        write_private(path, json.dumps(content, indent=1) + "\n")
        self.stdout.write(f"demo city: {len(made.people)} people, {len(made.agencies)} agencies, 4 matters")
