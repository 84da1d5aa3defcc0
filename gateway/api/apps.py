"""Registration of the room `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room `api` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.api"
