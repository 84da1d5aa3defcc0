"""Registration of the room `process`."""

from __future__ import annotations

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """The room `process`: how the gateway starts, what runs, and whether it is well."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.process"

    def ready(self) -> None:
        """Register the checks; under production, go no further while one fails."""
        from gateway import checks

        checks.refuse_unsafe_settings()
