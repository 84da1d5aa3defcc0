"""Registration of the room `holding`."""

from django.apps import AppConfig


class HoldingConfig(AppConfig):
    """The room `holding` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.holding"
