"""The administrator's page: people and roles, and whether the parts of the house are well. No content."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts.models import Person
from gateway.process import health
from gateway.web.acting import page
from workflows import jobs
from workflows.jobs.models import Job, JobState
from workflows.policy.roles import ADMINISTRATOR


@page(roles={ADMINISTRATOR})
def house(request: HttpRequest) -> HttpResponseBase:
    """Show people, queues, isolation, disk and log."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    waiting = Job.objects.filter(state=JobState.QUEUED.value).order_by("created_at")
    context = {
        "nav": "house",
        "people": Person.objects.annotate(has_factor=Exists(factor)).order_by("role", "name"),
        "queues": jobs.health(),
        "oldest": waiting.values_list("created_at", flat=True).first(),
        "parts": health.report(),
    }
    return render(request, "staff/house.html", context)


urlpatterns = [path("house/", house, name="house")]
