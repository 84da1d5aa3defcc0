"""What workers do for the register without being asked."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from workflows.transparency.editions import publish_finished


@shared_task(name="register.publish", ignore_result=True)
def publish_register() -> None:
    """Publish the edition of each quarter that is over and sealed; nothing when there is none."""
    publish_finished(timezone.now())
