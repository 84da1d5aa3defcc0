"""Papers: file, read what was suggested, confirm, check, call back, accept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, Resource, checked
from gateway.api.etag import seen_version, tagged
from gateway.api.idempotency import once
from gateway.api.parsers import FileForm
from gateway.api.uploads import uploaded
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.flow import papers
from workflows.flow.viewing import view_matter
from workflows.instruments.models import CourtContact, Instrument
from workflows.instruments.queries import failing_checks, latest_checks, standing_flags
from workflows.jobs.models import Job
from workflows.lawbook import in_force
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.policy.checks import CHECKS, OUTCOMES
from workflows.policy.instrument_types import instrument_type, instrument_types


class PaperIn(Input):
    """A paper to be filed."""

    file = serializers.FileField()
    declared_type = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class PaperOut(serializers.Serializer[Any]):
    """A paper as the desk sees it."""

    id = serializers.UUIDField()
    matter = serializers.UUIDField(source="matter_id")
    state = serializers.CharField()
    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    type = serializers.CharField()
    verdict = serializers.CharField()
    docket = serializers.CharField()
    court = serializers.CharField()
    signer = serializers.CharField()
    pages = serializers.IntegerField()
    reading = serializers.JSONField(allow_null=True)
    checks = serializers.SerializerMethodField()
    failing = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()

    def get_checks(self, paper: Instrument) -> dict[str, str]:
        """The latest outcome of each answered check."""
        return {check_id: check.outcome for check_id, check in latest_checks(paper).items()}

    def get_failing(self, paper: Instrument) -> list[str]:
        """Checks that still stand in the way."""
        return failing_checks(paper)

    def get_flags(self, paper: Instrument) -> list[dict[str, Any]]:
        """Flags that stand."""
        return [{"id": flag.pk, "flag": flag.flag} for flag in standing_flags(paper)]


class AgencyPaperOut(serializers.Serializer[Any]):
    """What the agency that filed it is told: what the paper is, and what is missing."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    status = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    def get_status(self, paper: Instrument) -> str:
        """`being_read`, `needs_paper` (cannot open the gate by itself) or `under_review`."""
        if paper.reading is None:
            return "being_read"
        return "needs_paper" if paper.reading.get("missing") else "under_review"

    def get_kind(self, paper: Instrument) -> str:
        """The kind of paper as read; a person decides."""
        return instrument_type((paper.reading or {}).get("type", "unknown")).title if paper.reading else ""

    def get_missing(self, paper: Instrument) -> list[dict[str, str]]:
        """What is missing, as codes of the closed list with their sentences."""
        codes = (paper.reading or {}).get("missing", [])
        words = in_force(timezone.now()).words("missing")
        return [{"code": code, "detail": words[code]} for code in codes if code in words]


class FieldsIn(Input):
    """Values that a person has read off the page image."""

    type = serializers.ChoiceField(sorted(instrument_types()))
    docket = serializers.CharField(max_length=80, allow_blank=True)
    court = serializers.CharField(max_length=160, allow_blank=True)
    signer = serializers.CharField(max_length=120)
    signer_title = serializers.CharField(max_length=120)
    issued_on = serializers.DateField(required=False, allow_null=True, default=None)
    execute_by = serializers.DateField(required=False, allow_null=True, default=None)
    return_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class CheckIn(Input):
    """An answer to one check."""

    check_id = serializers.ChoiceField([check.id for check in CHECKS])
    outcome = serializers.ChoiceField(OUTCOMES)
    note = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class CallIn(Input):
    """A call to the court at the directory's number."""

    contact = serializers.IntegerField()
    spoke_with = serializers.CharField(max_length=120)
    outcome = serializers.ChoiceField(["passed", "failed", "cannot_tell"])
    note = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class TextIn(Input):
    """A text of counsel."""

    text = serializers.CharField(max_length=2000)


class EndIn(Input):
    """How a paper leaves force."""

    how = serializers.CharField(max_length=16)
    reason = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


def shown(paper: Instrument, request: Request) -> dict[str, Any]:
    """The paper as this caller may see it."""
    return dict((AgencyPaperOut if caller(request).role == Role.AGENCY else PaperOut)(paper).data)


def _theirs(request: Request) -> dict[str, Any]:
    """An agency is shown what agencies filed; what others filed on the matter is the desk's business."""
    return {"filed_by__role": Role.AGENCY} if caller(request).role == Role.AGENCY else {}


class MatterPapers(Resource):
    """The papers of one matter."""

    serializer_class = PaperOut
    parser_classes = [FileForm]

    @extend_schema(responses=PaperOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """All papers filed on the matter."""
        matter = view_matter(matter_id, actor=caller(request))
        found = matter.instruments.filter(**_theirs(request)).order_by("filed_at")
        return Response([shown(paper, request) for paper in found])

    @extend_schema(request={"multipart/form-data": PaperIn}, responses={202: PaperOut})
    @once
    def create(self, request: Request, matter_id: UUID) -> Response:
        """File a paper. It is read at once; what it is and what is missing follows at its own address."""
        given = checked(PaperIn, request)
        upload = given["file"]
        paper = papers.file_paper(
            matter_id,
            uploaded(upload),
            actor=caller(request),
            media_type="application/octet-stream",
            channel="api" if caller(request).role == Role.AGENCY else "portal",
            declared_type=given["declared_type"],
        )
        job = Job.objects.filter(kind="instrument.read", subject=str(paper.pk)).order_by("-pk").first()
        answer = {**shown(paper, request), "job": job.pk if job else None}
        response = Response(answer, status=202)
        response.headers["Location"] = f"/api/v1/instruments/{paper.pk}/"
        return response


class Papers(Resource):
    """One paper and what people make of it."""

    serializer_class = PaperOut

    @extend_schema(responses=PaperOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The paper, what was read off it and what is missing; reading it is an entry."""
        paper = Instrument.objects.filter(pk=pk, **_theirs(request)).first()
        with act("see_paper", actor=caller(request), matter_id=paper.matter_id if paper else None):
            if paper is None:
                raise NotVisible()
            matter = access_matter(caller(request), paper.matter_id, "see_matter")
            log.record(
                "instrument.viewed",
                actor=caller(request),
                matter=matter,
                obj=("instrument", paper.sha256),
                facts={"refs": {"instrument": paper.pk}},
            )
        return tagged(Response(shown(paper, request)), paper.version)

    @extend_schema(request=FieldsIn, responses=PaperOut)
    @action(detail=True, methods=["put"])
    def fields(self, request: Request, pk: UUID) -> Response:
        """Confirm the fields of the paper against its image."""
        fields = papers.ConfirmedFields(**checked(FieldsIn, request))
        paper = papers.confirm_fields(pk, fields, actor=caller(request), version=seen_version(request))
        return tagged(Response(shown(paper, request)), paper.version)

    @extend_schema(request=CheckIn, responses={201: None})
    @action(detail=True, methods=["post"])
    def checks(self, request: Request, pk: UUID) -> Response:
        """Answer one check of V01 to V13."""
        papers.record_check(
            pk, **checked(CheckIn, request), actor=caller(request), stepped_up_at=step_up_time(request)
        )
        return Response(status=201)

    @extend_schema(request=CallIn, responses={201: None})
    @action(detail=True, methods=["post"], url_path="call-back")
    def call_back(self, request: Request, pk: UUID) -> Response:
        """Record a call to the court at the number of the city's directory (V11)."""
        given = checked(CallIn, request)
        papers.call_back(pk, contact_id=given.pop("contact"), actor=caller(request), **given)
        return Response(status=201)

    @extend_schema(request=TextIn, responses={201: None})
    @action(detail=True, methods=["post"])
    def findings(self, request: Request, pk: UUID) -> Response:
        """Counsel's written finding."""
        papers.record_finding(pk, checked(TextIn, request)["text"], actor=caller(request))
        return Response(status=201)

    @extend_schema(request=None, responses=PaperOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: UUID) -> Response:
        """Accept the paper: it is in force for the gate from now on."""
        paper = papers.accept_paper(pk, actor=caller(request), version=seen_version(request))
        return tagged(Response(shown(paper, request)), paper.version)

    @extend_schema(request=EndIn, responses=PaperOut)
    @action(detail=True, methods=["post"], url_path="court-events")
    def court_events(self, request: Request, pk: UUID) -> Response:
        """The paper leaves force: stayed, quashed, expired, withdrawn ..."""
        paper = papers.end_paper(pk, actor=caller(request), **checked(EndIn, request))
        return tagged(Response(shown(paper, request)), paper.version)


class CourtContactOut(serializers.ModelSerializer[CourtContact]):
    """A line of the directory."""

    class Meta:
        model = CourtContact
        fields = read_only_fields = ("id", "court", "office", "phone")
