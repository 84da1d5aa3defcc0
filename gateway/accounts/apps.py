"""Registration of the room `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room `accounts` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.accounts"

    def ready(self) -> None:
        """Connect the entries of signing in and out."""
        from gateway.accounts import entries  # noqa: F401
