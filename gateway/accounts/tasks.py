"""What workers do for accounts without being asked."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import clear_expired

from gateway.accounts.session import clear_ended


@shared_task(name="accounts.clear", ignore_result=True)
def clear() -> None:
    """Sessions that ended more than a day ago and tokens of programs that have run out are no longer stored.
    Both opened nothing any more: what people did with them stands in the log."""
    clear_ended(timezone.now())
    clear_expired()
