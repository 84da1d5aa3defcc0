"""Registration of the room `transparency`."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """The room `transparency` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.transparency"

    def ready(self) -> None:
        """Register what the database enforces."""
        from workflows.audit import triggers

        for table in ("transparency_edition", "transparency_cell", "transparency_counted"):
            triggers.register(*triggers.append_only(table, "An edition of the register is written once."))
