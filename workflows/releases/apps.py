"""Registration of the room `releases`."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """The room `releases` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.releases"
