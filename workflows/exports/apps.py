"""Registration of the room `exports`."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """The room `exports` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.exports"

    def ready(self) -> None:
        """Register what the database enforces."""
        from workflows.audit import triggers
        from workflows.exports import reconciling

        reconciling.register()
        for table in ("export", "prepared", "sealed"):
            triggers.register(
                *triggers.append_only(
                    f"exports_{table}", "DB5: this row is written once; a change is a new row."
                )
            )
