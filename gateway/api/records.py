"""Scope, searches, records, findings and marks: what the desk does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked, name_of
from gateway.api.etag import matter_tagged, seen_version, tagged
from gateway.api.matters import shown as shown_matter
from gateway.api.parsers import FileForm
from gateway.api.uploads import uploaded
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.flow.scoping import Asked, ClauseDraft, SumDraft, set_scope
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.policy.codes import EXEMPTION_CODES, RECORD_CLASS_CHOICES
from workflows.policy.scope_words import DATA_CATEGORIES, LIMITS, SUMS, USES
from workflows.records import actions, alike, review, undoing
from workflows.records.models import Finding, Mark, Record
from workflows.records.revealing import reveal


class PlaceIn(Input):
    """Where the paper says a limit, if not in the words of the clause itself."""

    limit = serializers.ChoiceField(list(LIMITS))
    page = serializers.IntegerField(min_value=1)
    quote = serializers.CharField(max_length=600)


def _names(length: int) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=length), required=False, default=list)


def _codes(titles: dict[str, str]) -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(list(titles)), required=False, default=list)


class ClauseIn(Input):
    """One clause of a paper as counsel reads it. A limit left out is none that the paper makes."""

    item = serializers.CharField(max_length=16)
    page = serializers.IntegerField(min_value=1)
    quote = serializers.CharField(max_length=600)
    subject_name = serializers.CharField(max_length=160)
    subject_birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    record_classes = serializers.ListField(
        child=serializers.ChoiceField(list(RECORD_CLASS_CHOICES)), min_length=1
    )
    date_from = serializers.DateField(required=False, allow_null=True, default=None)
    date_to = serializers.DateField(required=False, allow_null=True, default=None)
    names_status = serializers.BooleanField(help_text="Whether the item itself asks for status data.")
    subject_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    departments = _names(160)
    categories = _codes(DATA_CATEGORIES)
    documents = _names(160)
    recipients = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, help_text="Agencies by their id."
    )
    uses = _codes(USES)
    places = PlaceIn(many=True, required=False, default=list)


def draft(given: dict[str, Any]) -> ClauseDraft:
    """A clause as the flow takes it."""
    several = ("record_classes", "departments", "categories", "documents", "uses")
    return ClauseDraft(
        **{
            **given,
            **{name: tuple(given[name]) for name in several},
            "recipients": tuple(str(one) for one in given["recipients"]),
            "places": {one["limit"]: (one["page"], one["quote"]) for one in given["places"]},
        }
    )


class AskedIn(Input):
    """What the request asks for about each person it names. No kind: every kind."""

    record_classes = serializers.ListField(
        child=serializers.ChoiceField(list(RECORD_CLASS_CHOICES)), required=False, default=list
    )
    date_from = serializers.DateField(required=False, allow_null=True, default=None)
    date_to = serializers.DateField(required=False, allow_null=True, default=None)


class SumLimitIn(Input):
    """How much the paper allows over all requests under it, and where it says so."""

    kind = serializers.ChoiceField(list(SUMS))
    most = serializers.IntegerField(min_value=1, max_value=999_999)
    page = serializers.IntegerField(min_value=1)
    quote = serializers.CharField(max_length=600)


class ScopeIn(Input):
    """The clauses of one paper in force."""

    instrument = serializers.UUIDField()
    clauses = ClauseIn(many=True)
    asked = AskedIn(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    sums = SumLimitIn(many=True, required=False, default=list)


class DescriptionIn(Input):
    """What the officer states about a record. Left out means unknown, and unknown is not covered."""

    record_class = serializers.ChoiceField(
        list(RECORD_CLASS_CHOICES), required=False, default="", allow_blank=True
    )
    subject_name = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    subject_birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    dated_on = serializers.DateField(required=False, allow_null=True, default=None)
    dated_to = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The last day of a record that spans some."
    )
    subject_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    document_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    categories = _codes(DATA_CATEGORIES)


def described(given: dict[str, Any]) -> actions.Description:
    """A description as the room of records takes it."""
    return actions.Description(**{**given, "categories": tuple(given["categories"])})


class RecordIn(DescriptionIn):
    """A file of a custodian."""

    file = serializers.FileField()
    custodian = serializers.CharField(max_length=120)


class RecordOut(serializers.Serializer[Any]):
    """A record and how far it is."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    scope = serializers.CharField()
    disposition = serializers.CharField()
    record_class = serializers.CharField()
    custodian = serializers.CharField()
    page_count = serializers.IntegerField()
    reasons = serializers.JSONField()
    pages_seen = serializers.SerializerMethodField()
    findings_open = serializers.SerializerMethodField()

    def get_pages_seen(self, record: Record) -> int:
        """Pages somebody has looked at."""
        return record.pages.filter(seen_at__isnull=False).count()

    def get_findings_open(self, record: Record) -> int:
        """Findings without a settled decision."""
        return record.findings.filter(decision__in=["", "keep_proposed"]).exclude(action="keep").count()


class FindingOut(serializers.ModelSerializer[Finding]):
    """A finding: type, place and reason, never the value."""

    class Meta:
        model = Finding
        fields = read_only_fields = (
            "id",
            "page_n",
            "boxes",
            "type",
            "tier",
            "score",
            "rule",
            "explanation",
            "action",
            "decision",
            "reason",
            "version",
        )


class MarkOut(serializers.Serializer[Any]):
    """A box that a person drew, in points from the top left."""

    id = serializers.IntegerField()
    page = serializers.IntegerField(source="page_n")
    box = serializers.SerializerMethodField()
    whole_page = serializers.BooleanField()
    layer = serializers.CharField()
    code = serializers.CharField()
    author = name_of("author")
    made_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)

    def get_box(self, mark: Mark) -> list[float]:
        """Left, top, right, bottom."""
        return [mark.x0, mark.y0, mark.x1, mark.y1]


class DecideIn(Input):
    """A decision on a finding."""

    decision = serializers.ChoiceField(["redact", "keep", "confirm_keep"])
    reason = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class AlikeOut(serializers.ModelSerializer[Finding]):
    """A place where the same words stand, with the record that it is in."""

    class Meta:
        model = Finding
        fields = read_only_fields = ("id", "record", "page_n", "boxes", "type", "decision", "version")


class DecideAlikeIn(Input):
    """A decision on a finding and on the same words elsewhere in the matter."""

    decision = serializers.ChoiceField(["redact", "keep"])
    reason = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)
    places = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=alike.MOST)


class MarkIn(Input):
    """A box on a page, points from the top left, or the whole page."""

    page = serializers.IntegerField(min_value=1)
    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4, required=False)
    whole_page = serializers.BooleanField(required=False, default=False)
    around = serializers.BooleanField(
        required=False, default=False, help_text="Cover all of the page but the box."
    )
    code = serializers.ChoiceField(list(EXEMPTION_CODES), required=False, default="W-1")


class ValueOut(serializers.Serializer[Any]):
    """The value of one finding and the words around it."""

    before = serializers.CharField()
    value = serializers.CharField()
    after = serializers.CharField()


class MatterScope(StaffResource):
    """The scope of one matter."""

    serializer_class = ScopeIn

    @extend_schema(request=ScopeIn)
    def update(self, request: Request, matter_id: UUID) -> Response:
        """Turn a paper in force into clauses; records are held against them again."""
        given = checked(ScopeIn, request)
        asked = given["asked"]
        matter = set_scope(
            matter_id,
            given["instrument"],
            [draft(clause) for clause in given["clauses"]],
            actor=caller(request),
            reason=given["reason"],
            asked=Asked(**{**asked, "record_classes": tuple(asked["record_classes"])}) if asked else None,
            sums=[SumDraft(**one) for one in given["sums"]],
        )
        return matter_tagged(Response(shown_matter(matter, request)), matter, request)


class MatterRecords(StaffResource):
    """Records of one matter."""

    serializer_class = RecordOut
    parser_classes = [FileForm]

    @extend_schema(responses=RecordOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """All records with their progress."""
        with act("see_matter", actor=caller(request), matter_id=matter_id):
            matter = access_matter(caller(request), matter_id, "see_pages")
            log.record("matter.viewed", actor=caller(request), matter=matter)
        return Response(RecordOut(matter.records.all(), many=True).data)

    @extend_schema(request={"multipart/form-data": RecordIn}, responses={202: RecordOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Take in a file. It is read by a job; nothing of its name is kept."""
        given = checked(RecordIn, request)
        source, custodian = uploaded(given.pop("file")), given.pop("custodian")
        record = actions.take_in(
            matter_id,
            source,
            actor=caller(request),
            custodian=custodian,
            description=described(given),
        )
        return tagged(Response(RecordOut(record).data, status=202), record.version)


class Records(StaffResource):
    """One record under review."""

    serializer_class = RecordOut

    def _record(self, request: Request, pk: UUID) -> Record:
        record = Record.objects.filter(pk=pk).first()
        with act("see_pages", actor=caller(request), matter_id=record.matter_id if record else None):
            if record is None:
                raise NotVisible()
            matter = access_matter(caller(request), record.matter_id, "see_pages")
            log.record(
                "matter.viewed", actor=caller(request), matter=matter, facts={"refs": {"record": record.pk}}
            )
        return record

    @extend_schema(responses=RecordOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The record and how far it is."""
        record = self._record(request, pk)
        return tagged(Response(RecordOut(record).data), record.version)

    @extend_schema(request=DescriptionIn, responses=RecordOut)
    def update(self, request: Request, pk: UUID) -> Response:
        """Describe the record anew; it is held against the scope again."""
        description = described(checked(DescriptionIn, request))
        record = actions.describe(pk, description, actor=caller(request), version=seen_version(request))
        return tagged(Response(RecordOut(record).data), record.version)

    @extend_schema(responses=FindingOut(many=True))
    @action(detail=True, methods=["get"])
    def findings(self, request: Request, pk: UUID) -> Response:
        """Every finding of the record."""
        return Response(FindingOut(self._record(request, pk).findings.all(), many=True).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="pages/<int:n>/seen")
    def seen(self, request: Request, pk: UUID, n: int) -> Response:
        """Say that a person has looked at the whole page."""
        review.see_page(pk, n, actor=caller(request))
        return Response(status=204)

    @extend_schema(request=MarkIn, responses={201: None})
    @action(detail=True, methods=["post"])
    def marks(self, request: Request, pk: UUID) -> Response:
        """Draw a box, or cover a whole page."""
        given = checked(MarkIn, request)
        if "box" not in given and not given["whole_page"]:
            raise serializers.ValidationError({"box": ["Send a box, or whole_page."]})
        box = tuple(given.get("box", (0.0, 0.0, 0.0, 0.0)))
        if given["around"] and not given["whole_page"]:
            marks = review.draw_around(
                pk, given["page"], (box[0], box[1], box[2], box[3]), actor=caller(request), code=given["code"]
            )
            return Response({"ids": [mark.pk for mark in marks]}, status=201)
        mark = review.draw(
            pk,
            given["page"],
            (box[0], box[1], box[2], box[3]),
            actor=caller(request),
            code=given["code"],
            whole_page=given["whole_page"],
        )
        return Response({"id": mark.pk}, status=201)

    @extend_schema(responses=MarkOut(many=True))
    @marks.mapping.get
    def drawn(self, request: Request, pk: UUID) -> Response:
        """Boxes that people drew; one that was removed says when."""
        return Response(MarkOut(self._record(request, pk).marks.select_related("author"), many=True).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: UUID) -> Response:
        """Take back the caller's last step on this record."""
        undoing.undo(pk, actor=caller(request))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: UUID) -> Response:
        """Do the step again that the caller has undone last on this record."""
        undoing.redo(pk, actor=caller(request))
        return Response(status=204)

    @extend_schema(responses=AlikeOut(many=True))
    @action(detail=True, methods=["get"], url_path="findings/<int:finding>/alike")
    def alike(self, request: Request, pk: UUID, finding: int) -> Response:
        """The finding and the undecided ones of the matter that are about the same words."""
        record = self._record(request, pk)
        row = record.findings.filter(pk=finding).first()
        if row is None:
            raise NotVisible()
        return Response(AlikeOut(alike.alike(row), many=True).data)

    @extend_schema(request=DecideAlikeIn, responses=FindingOut(many=True))
    @action(detail=True, methods=["post"], url_path="findings/<int:finding>/decide-alike")
    def decide_alike(self, request: Request, pk: UUID, finding: int) -> Response:
        """Decide a finding and the same words in other places of the matter, in one step: send the keys of
        those places. One undo takes all of them back."""
        given, version = checked(DecideAlikeIn, request), seen_version(request)
        rows = alike.decide_alike(pk, finding, **given, actor=caller(request), version=version)
        return Response(FindingOut(rows, many=True).data)

    @extend_schema(request=None, responses=ValueOut)
    @action(detail=True, methods=["post"], url_path="findings/<int:finding>/value")
    def value(self, request: Request, pk: UUID, finding: int) -> Response:
        """What a finding says, with a few words around it in which other findings are masked. Each showing
        is an entry of the log; no copy may be kept."""
        shown = ValueOut(reveal(pk, finding, actor=caller(request))).data
        return Response(shown, headers={"Cache-Control": "no-store"})

    @extend_schema(request=DecideIn, responses=FindingOut)
    @action(detail=True, methods=["post"], url_path="findings/<int:finding>/decide")
    def decide(self, request: Request, pk: UUID, finding: int) -> Response:
        """Decide a finding, or confirm as the second person that a tier-1 finding stays."""
        given, version = checked(DecideIn, request), seen_version(request)
        if given["decision"] == "confirm_keep":
            row = review.confirm_keep(pk, finding, actor=caller(request), version=version)
        else:
            row = review.decide(
                pk,
                finding,
                given["decision"],
                actor=caller(request),
                reason=given["reason"],
                version=version,
            )
        return tagged(Response(FindingOut(row).data), row.version)
