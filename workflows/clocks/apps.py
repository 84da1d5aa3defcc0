"""Registration of the room `clocks`."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """The room `clocks` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.clocks"
