"""Registration of the room `audit`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def reinstall_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Put every registered trigger back: SQLite drops them when a migration rebuilds a table."""
    from django.db import connections

    from workflows.audit import triggers

    triggers.install(connections[using])


class AuditConfig(AppConfig):
    """The room `audit` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.audit"

    def ready(self) -> None:
        """Register the triggers of the log, and their re-installation."""
        from workflows.audit import append_only, triggers

        triggers.register(*append_only.TRIGGERS)
        post_migrate.connect(reinstall_triggers, sender=self, dispatch_uid="audit.triggers")
