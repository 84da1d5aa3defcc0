"""Registration of the room `matters`."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The room `matters` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.matters"
