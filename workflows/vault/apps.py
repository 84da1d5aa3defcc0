"""Registration of the room `vault`."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The room `vault` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.vault"
