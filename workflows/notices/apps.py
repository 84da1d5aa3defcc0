"""Registration of the room `notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room `notices` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.notices"
