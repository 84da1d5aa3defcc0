"""Registration of the room `flow`: the gate's triggers and the handlers of its jobs."""

from django.apps import AppConfig
from django.contrib.auth import get_user_model


class FlowConfig(AppConfig):
    """The room `flow` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "workflows.flow"

    def ready(self) -> None:
        """Register what the database enforces and what workers can do."""
        from workflows.audit import triggers
        from workflows.flow import (
            gate_triggers,
            hold_triggers,
            letter_triggers,
            policy_triggers,
            reconciling,
            ruling_triggers,
            scope_triggers,
        )

        reconciling.register()
        people = get_user_model()._meta.db_table
        triggers.register(
            *gate_triggers.gate_triggers(people),
            *hold_triggers.hold_triggers(people),
            *letter_triggers.LETTER_TRIGGERS,
            *ruling_triggers.ruling_triggers(people),
            *policy_triggers.policy_triggers(people),
            *scope_triggers.scope_triggers(people),
        )
