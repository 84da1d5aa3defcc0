"""Registration of the room `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room `web` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.web"
