"""What workers do for the flow without being asked."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from workflows.flow import exigent, notice_steps, secrecy
from workflows.flow.leaving import expire_papers
from workflows.flow.timing import sweep


@shared_task(name="clocks.sweep", ignore_result=True)
def sweep_clocks() -> None:
    """Reckon clocks anew after a change of calendar; open tasks for those near their end; end papers and
    secrecy whose last day has passed, the latter after counsel has been asked; wake what it held; raise
    what was not met after an emergency."""
    now = timezone.now()
    sweep(now)
    expire_papers(now)
    secrecy.wake(now)
    exigent.watch(now)
    notice_steps.follow(now)
    notice_steps.catch_up(now)
