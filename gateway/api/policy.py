"""The policy as versioned data: what a proposal would change, two lawyers, and what it makes of the past."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from workflows.errors import Forbidden, Invalid, NotVisible
from workflows.flow import policymaking as acts
from workflows.flow.what_if import Past, what_if
from workflows.lawbook import in_force
from workflows.lawbook.models import PolicyVersion
from workflows.policy.compare import with_changes
from workflows.policy.roles import allowed


class PolicyPlaceIn(Input):
    """One place of the document, as a JSON pointer, and what it says from then on."""

    place = serializers.CharField(max_length=400)
    value = serializers.JSONField()


class ProposalIn(Input):
    """A whole document, or only the places that change."""

    document = serializers.DictField(required=False)
    changes = serializers.ListField(child=PolicyPlaceIn(), required=False, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if ("document" in attrs) == ("changes" in attrs):
            raise serializers.ValidationError({"document": ["Send the document, or changes."]})
        return attrs


class ProposeIn(ProposalIn):
    """A proposal with its reason. Without a day it is in force as soon as another lawyer has approved it."""

    wanted_from = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000)


class ApproveIn(Input):
    """Whether the approver has read which rows of the decision table change."""

    rows_read = serializers.BooleanField()


class ChangeOut(serializers.Serializer[Any]):
    """One place, and what stands there before and after; null for nothing."""

    place = serializers.CharField()
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)


class DiffersOut(serializers.Serializer[Any]):
    """A row of the decision table that the version answers otherwise."""

    row = serializers.CharField()
    kind = serializers.CharField(help_text="The kind of paper; empty for none.")
    result = serializers.CharField()
    instead = serializers.CharField()


class ExaminedOut(serializers.Serializer[Any]):
    """What a proposal would change. Nothing is stored."""

    changes = ChangeOut(many=True)
    table = DiffersOut(many=True)


class VersionOut(serializers.Serializer[Any]):
    """One version of the policy."""

    number = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    sha256 = serializers.CharField()
    base = serializers.IntegerField(help_text="The version whose place it takes.")
    proposed_by = name_of("proposed_by")
    proposed_at = serializers.DateTimeField(allow_null=True)
    approved_by = name_of("approved_by")
    approved_at = serializers.DateTimeField(allow_null=True)
    in_force_from = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, version: PolicyVersion) -> str:
        """proposed, tested, approved, in_force, superseded or withdrawn."""
        return version.state(timezone.now())


class WholeVersionOut(VersionOut):
    """A version with what it changes, its tests, and its document. `sha256` is of its canonical JSON."""

    reason = serializers.CharField()
    changes = serializers.ListField(child=ChangeOut())
    table = serializers.ListField(child=DiffersOut())
    document = serializers.DictField()


class DifferenceOut(serializers.Serializer[Any]):
    """One kind of difference, and the matters of it that the caller sees."""

    code = serializers.CharField()
    detail = serializers.CharField()
    count = serializers.IntegerField()
    matters = serializers.ListField(child=serializers.UUIDField())


class PastOut(serializers.Serializer[Any]):
    """What a version would have made of past decisions, as far as the caller may know of them."""

    decisions = serializers.IntegerField()
    papers = serializers.IntegerField()
    differs = DifferenceOut(many=True)


def _document(given: dict[str, Any]) -> str:
    """The whole document that is proposed, as text. Raises Invalid for a place that does not exist."""
    if "document" in given:
        return json.dumps(given["document"])
    wanted = [(one["place"], one["value"]) for one in given["changes"]]
    try:
        return json.dumps(with_changes(in_force(timezone.now()).document, wanted))
    except KeyError as error:
        raise Invalid("A change names no place of the document.", code="place") from error


def _may(request: Request, action: str) -> None:
    if not allowed(caller(request).role, action):
        raise Forbidden("The policy is counsel's.")


def _version(number: int) -> PolicyVersion:
    people = ("proposed_by", "approved_by")
    found = PolicyVersion.objects.select_related(*people).filter(number=number).first()
    if found is None:
        raise NotVisible()
    return found


def _past(past: Past) -> dict[str, Any]:
    differs = [
        {"code": code, "detail": one.says, "count": one.count, "matters": [m.pk for m in one.matters]}
        for code, one in past.differs.items()
    ]
    return {"decisions": past.decisions, "papers": past.papers, "differs": differs}


class PolicyVersions(StaffResource):
    """Versions of the policy."""

    serializer_class = VersionOut

    @extend_schema(responses=VersionOut(many=True))
    def list(self, request: Request) -> Response:
        """Every version, the newest first."""
        rows = PolicyVersion.objects.select_related("proposed_by", "approved_by")
        return Response(VersionOut(rows, many=True).data)

    @extend_schema(request=ProposalIn, responses=ExaminedOut)
    def examine(self, request: Request) -> Response:
        """What a proposal would change, and which rows of the decision table it would answer otherwise."""
        found, differs = acts.look(_document(checked(ProposalIn, request)), actor=caller(request))
        return Response(ExaminedOut({"changes": found, "table": differs}).data)

    @extend_schema(request=ProposeIn, responses={201: VersionOut})
    def create(self, request: Request) -> Response:
        """Propose the next version; it is tested at once and waits for another lawyer."""
        given = checked(ProposeIn, request)
        day: dt.date | None = given["wanted_from"]
        version = acts.propose(
            _document(given), actor=caller(request), reason=given["reason"],
            wanted_from=acts.first_moment(day), stepped_up_at=step_up_time(request),
        )  # fmt: skip
        return Response(VersionOut(version).data, status=201)

    @extend_schema(responses=WholeVersionOut)
    def retrieve(self, request: Request, number: int) -> Response:
        """One version: what it changes, its tests, its document."""
        version = _version(number)
        whole = {
            **VersionOut(version).data,
            "reason": version.reason,
            "changes": [asdict(one) for one in acts.changes_of(version)],
            "table": DiffersOut(version.differences or [], many=True).data,
            "document": version.read().document,
        }
        return Response(whole)

    @extend_schema(responses=PastOut)
    def past(self, request: Request, number: int) -> Response:
        """Ask the version about the past: which decisions it would have taken otherwise."""
        _may(request, "change_policy")
        policy = _version(number).read()
        found = what_if(policy, actor=caller(request), now=timezone.now())
        return Response(PastOut(_past(found)).data)

    @extend_schema(request=ApproveIn, responses=VersionOut)
    def approve(self, request: Request, number: int) -> Response:
        """Approve the version as another lawyer than the one who proposed it."""
        version = acts.approve(
            number, actor=caller(request), stepped_up_at=step_up_time(request), **checked(ApproveIn, request)
        )
        return Response(VersionOut(version).data)

    @extend_schema(request=ReasonIn, responses=VersionOut)
    def withdraw(self, request: Request, number: int) -> Response:
        """Withdraw a version that is not in force yet."""
        version = acts.withdraw(number, actor=caller(request), reason=checked(ReasonIn, request)["reason"])
        return Response(VersionOut(version).data)


_ONE = "policy-versions/<int:number>/"
urlpatterns = [
    path(
        "policy-versions/",
        PolicyVersions.as_view({"get": "list", "post": "create"}),
        name="policy-versions",
    ),
    path("policy-versions/examine/", PolicyVersions.as_view({"post": "examine"}), name="policy-examine"),
    path(_ONE, PolicyVersions.as_view({"get": "retrieve"}), name="policy-version"),
    path(f"{_ONE}past/", PolicyVersions.as_view({"get": "past"}), name="policy-past"),
    path(f"{_ONE}approve/", PolicyVersions.as_view({"post": "approve"}), name="policy-approve"),
    path(f"{_ONE}withdraw/", PolicyVersions.as_view({"post": "withdraw"}), name="policy-withdraw"),
]
