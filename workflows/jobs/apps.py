"""Registration of the room `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room `jobs` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.jobs"
