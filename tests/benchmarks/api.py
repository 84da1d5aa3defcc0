"""One small DRF create for each way of keeping a log. The requests differ in nothing else.

A request is signed in by one query, checked by a serializer, and writes one row in one transaction, with its
entry where there is one; `work_ms` of its query string are slept through before the commit.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.accounts.models import Person
from tests.benchmarks.models import Chained, Plain
from workflows.audit import log
from workflows.audit.context import RequestContext, request_context, session_pseudonym

ROW_FIELDS = ("matter", "kind", "digest", "pages", "dated_on")
CONTEXT = RequestContext(auth="client", session=session_pseudonym("of a bench"), net="192.0.2.0/24")


class ByHeader(BaseAuthentication):
    """A person by the id in the header: the one query that every signed-in request makes."""

    def authenticate(self, request: Request) -> tuple[Person, None]:
        return Person.objects.get(pk=request.headers["X-Person"]), None


def unlogged(row: models.Model, person: Person) -> None:
    """Write no entry."""


def logged(row: Plain, person: Person) -> None:
    """Write an entry of ours, as an act of the product does."""
    log.record(
        "record.taken_in",
        actor=person,
        matter=row.matter,
        obj=("record", row.digest),
        facts={"refs": {"record": row.pk}, "counts": {"pages": row.pages}},
    )


def chained(row: Plain, person: Person) -> None:
    """Write the same body into the chain under its lock."""
    body = log._body(
        "record.taken_in",
        person,
        ("record", row.digest),
        "ok",
        None,
        {"refs": {"record": row.pk}, "counts": {"pages": row.pages}},
    )
    body["matter"], body["seq"] = str(row.matter), 1
    log.schema.validate(body)
    Chained.add(log.canonical(body))


def view(model: type[models.Model], write: Callable[[Any, Person], None]) -> Any:
    """A create view of one model that writes its entry with `write`."""

    class Serializer(serializers.ModelSerializer):
        class Meta:
            fields = ("id", *ROW_FIELDS)
            read_only_fields = ("id",)

    Serializer.Meta.model = model

    class Create(APIView):
        authentication_classes = (ByHeader,)
        parser_classes = (JSONParser,)
        throttle_classes = ()

        def post(self, request: Request) -> Response:
            given = Serializer(data=request.data)
            given.is_valid(raise_exception=True)
            with request_context(CONTEXT), transaction.atomic(durable=True):
                row = given.save()
                write(row, request.user)
                if work_ms := float(request.query_params.get("work_ms", 0)):
                    time.sleep(work_ms / 1000)
            return Response(given.data, status=201)

    return Create.as_view()


WAYS: dict[str, Any] = {
    "unlogged": view(Plain, unlogged),
    "logged": view(Plain, logged),
    "chained": view(Plain, chained),
}
if "auditlog" in settings.INSTALLED_APPS:
    from tests.benchmarks.models import Auditlogged, Historied

    WAYS["auditlog"] = view(Auditlogged, unlogged)
    WAYS["simple_history"] = view(Historied, unlogged)

urlpatterns = [path(f"{name}/", made, name=name) for name, made in WAYS.items()]


def body() -> dict[str, Any]:
    """What a request sends."""
    return {
        "matter": str(uuid.uuid4()),
        "kind": "incident_report",
        "digest": "ab" * 32,
        "pages": 12,
        "dated_on": "2026-01-02",
    }
