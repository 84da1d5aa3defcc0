"""Registration of the room `policy`."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """The room `policy` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.policy"
