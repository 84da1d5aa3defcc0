"""Registration of the room `demo`."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room `demo` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.demo"
