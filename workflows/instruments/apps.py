"""Registration of the room `instruments`."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    """The room `instruments` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.instruments"
