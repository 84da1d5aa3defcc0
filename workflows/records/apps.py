"""Registration of the room `records`."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room `records` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.records"
