"""Registration of the room `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room `audit` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.audit"
