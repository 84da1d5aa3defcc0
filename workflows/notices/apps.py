"""Registration of the room `notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room `notices` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.notices"

    def ready(self) -> None:
        """Register what the database enforces."""
        from workflows.audit import triggers

        for table in ("notice", "noticestep", "toldafter", "referrallist", "accountingrequest", "accounting"):
            triggers.register(
                *triggers.append_only(
                    f"notices_{table}", "DB5: this row is written once; a change is a new row."
                )
            )
