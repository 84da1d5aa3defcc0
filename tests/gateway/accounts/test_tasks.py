"""What ran out is not stored for ever."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import AccessToken, get_application_model

from gateway.accounts import tasks
from gateway.broker import QUEUES
from gateway.celery import app
from tests import factories


def test_what_has_run_out_is_cleared_but_for_the_sessions_of_the_last_day(city: factories.City) -> None:
    now = timezone.now()
    kept = {"open": timedelta(minutes=5), "ended": timedelta(minutes=-5)}
    for key, ends in (kept | {"old": timedelta(days=-1, minutes=-5)}).items():
        Session.objects.create(session_key=key, session_data="x", expire_date=now + ends)
    program = get_application_model().objects.create(
        client_type="confidential", authorization_grant_type="client-credentials"
    )
    for token, ends in (("good", 1), ("gone", -1)):
        AccessToken.objects.create(
            token=token, application=program, scope="matters", expires=now + timedelta(minutes=ends)
        )
    due = app.conf.beat_schedule["clear"]
    assert due["task"] == tasks.clear.name and tasks.__name__ in app.conf.include
    assert due["options"]["queue"] in QUEUES
    for _ in range(2):
        tasks.clear()
        assert set(Session.objects.values_list("pk", flat=True)) == set(kept)
        assert list(AccessToken.objects.values_list("token", flat=True)) == ["good"]
