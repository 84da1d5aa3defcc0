"""What auditors do besides reading the log: flags and what becomes of them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ParseError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import StaffSession, caller
from gateway.api.base import Input, checked
from workflows.audit import flags, log, queries
from workflows.audit.models import Flag
from workflows.errors import Forbidden
from workflows.flow.reviewing import close_flag, decline_disposition, propose_disposition
from workflows.policy.review import DISPOSITIONS
from workflows.policy.roles import allowed

PAGE = 100
STATES = ("open", "proposed", "closed")


class DispositionIn(Input):
    """What becomes of a flag, and why."""

    outcome = serializers.ChoiceField(choices=list(DISPOSITIONS.items()))
    words = serializers.CharField(max_length=2000)


class DeclineIn(Input):
    """Why what is proposed is declined."""

    words = serializers.CharField(max_length=2000)


class LogFlagOut(serializers.Serializer[Flag]):
    """One flag."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    at = serializers.DateTimeField()
    entry = serializers.IntegerField(allow_null=True, help_text="Key of the entry that was the cause.")
    actor = serializers.UUIDField(allow_null=True, help_text="Pseudonym of who is flagged.")
    state = serializers.SerializerMethodField()
    disposition = serializers.CharField()

    def get_state(self, row: Flag) -> str:
        """Open, proposed or closed."""
        if row.disposed_at is not None:
            return "closed"
        return "proposed" if flags.pending_proposal(row) is not None else "open"


class LogFlagsOut(serializers.Serializer[Any]):
    """Flags, newest first; `next` goes into `before` of the next request, null at the end."""

    flags = LogFlagOut(many=True)
    next = serializers.IntegerField(allow_null=True)


def _named(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


class LogFlags(viewsets.ViewSet):
    """Flags of the log (auditors)."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses=LogFlagsOut,
        parameters=[
            _named("state", "open, proposed or closed; all without it"), _named("code", "kind of flag"),
            _named("actor", "pseudonym of who is flagged"), _named("since", "from this time on"),
            _named("until", "before this time"), _named("before", "key to go on from"),
        ],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Up to 100 flags of the filter. The reading is an entry."""
        if not allowed(caller(request).role, "settle_flag"):
            raise Forbidden("Only auditors read the flags of the log.")
        given = {name: request.query_params.get(name, "").strip() for name in ("state", "code", "before")}
        if given["state"] not in ("", *STATES) or given["code"] not in ("", *flags.SAYS):
            raise ParseError("There is no such state or kind of flag.")
        if given["before"] and not (given["before"].isascii() and given["before"].isdigit()):
            raise ParseError("`before` is the id of a flag.")
        try:
            asked = {name: request.query_params.get(name, "") for name in ("actor", "since", "until")}
            shared = queries.read_filter(asked)
        except queries.BadFilter as bad:
            raise ParseError(f"`{bad.field}` cannot be read.") from bad
        rows = flags.select(
            state=given["state"], code=given["code"], actor=shared.actor, since=shared.since,
            until=shared.until,
        )  # fmt: skip
        if given["before"]:
            rows = rows.filter(pk__lt=int(given["before"][:18]))
        found = list(rows[:PAGE])
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"counts": {"flagged": len(found)}})
        return Response(
            {
                "flags": [LogFlagOut(row).data for row in found],
                "next": found[-1].pk if len(found) == PAGE else None,
            }
        )

    @extend_schema(request=DispositionIn, responses=LogFlagOut)
    def propose(self, request: Request, flag_id: int) -> Response:
        """Propose what becomes of the flag."""
        given = checked(DispositionIn, request)
        step = propose_disposition(flag_id, given["outcome"], given["words"], actor=caller(request))
        return Response(LogFlagOut(step.flag).data)

    @extend_schema(request=DeclineIn, responses=LogFlagOut)
    def decline(self, request: Request, flag_id: int) -> Response:
        """Decline what another auditor has proposed."""
        step = decline_disposition(flag_id, checked(DeclineIn, request)["words"], actor=caller(request))
        return Response(LogFlagOut(step.flag).data)

    @extend_schema(request=None, responses=LogFlagOut)
    def close(self, request: Request, flag_id: int) -> Response:
        """Close the flag as another auditor has proposed."""
        return Response(LogFlagOut(close_flag(flag_id, actor=caller(request)).flag).data)
