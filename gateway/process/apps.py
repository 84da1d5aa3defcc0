"""Registration of the room `process`."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """The room `process`: how the gateway starts, what runs, and whether it is well."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.process"
