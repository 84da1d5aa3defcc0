"""Registration of the room `flow`."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """The room `flow` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.flow"
