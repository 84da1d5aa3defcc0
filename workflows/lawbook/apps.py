"""Registration of the room `lawbook`, and its first version."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class LawbookConfig(AppConfig):
    """The room `lawbook` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.lawbook"

    def ready(self) -> None:
        """See to it that every installation has the version that its program shipped first."""
        post_migrate.connect(keep_first, sender=self)


def keep_first(using: str, **more: Any) -> None:
    """Version 1 is in the table. A program that ships other tables later does not change it: what is in
    force is changed by people."""
    from workflows.lawbook.models import PolicyVersion
    from workflows.lawbook.reading import write_first

    with connections[using].cursor() as cursor:
        if PolicyVersion._meta.db_table not in connections[using].introspection.table_names(cursor):
            return
    write_first(using)
