"""The start page: each role is sent to where its work is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path

from gateway.web.acting import page, role_of
from workflows.policy.roles import ADMINISTRATOR, AGENCY, AUDITOR, CUSTODIAN, STAFF_ROLES

START = {CUSTODIAN: "web:my_searches", AUDITOR: "web:log", ADMINISTRATOR: "web:house", AGENCY: "web:agency"}


@page(roles=STAFF_ROLES | {AGENCY, CUSTODIAN})
def home(request: HttpRequest) -> HttpResponseBase:
    """Send the desk to the queue, the auditor to the log, the rest to their own page."""
    return redirect(START.get(role_of(request), "web:queue"))


urlpatterns = [path("", home, name="home")]
