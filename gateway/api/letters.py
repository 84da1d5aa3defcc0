"""Letters of a matter: what they say, and each as the PDF that the check code speaks of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller
from gateway.api.base import Resource
from workflows.errors import NotVisible
from workflows.flow.viewing import view_matter
from workflows.notices.models import Letter
from workflows.notices.pdf import file_name, letter_pdf
from workflows.releases.queries import letters_for_agency


class LetterOut(serializers.ModelSerializer[Letter]):
    """A letter."""

    class Meta:
        model = Letter
        fields = read_only_fields = (
            "id", "template", "template_version", "text_number", "language", "body", "missing", "check_code",
            "issued_at",
        )  # fmt: skip


class MatterLetters(Resource):
    """Letters of one matter."""

    serializer_class = LetterOut

    @extend_schema(responses=LetterOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every letter issued to the agency; an agency reads those that tell it nothing too early."""
        return Response(LetterOut(_letters(request, matter_id), many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, matter_id: UUID, letter_id: UUID) -> HttpResponse:
        """One of them as a tagged PDF, named after its check code."""
        letter = _letters(request, matter_id).filter(pk=letter_id).first()
        if letter is None:
            raise NotVisible()
        name = f'attachment; filename="{file_name(letter)}"'
        return HttpResponse(
            letter_pdf(letter), content_type="application/pdf", headers={"Content-Disposition": name}
        )


def _letters(request: Request, matter_id: UUID) -> QuerySet[Letter]:
    matter: Any = view_matter(matter_id, actor=caller(request), action="see_letters")
    if caller(request).role == Role.AGENCY:
        return letters_for_agency(matter)
    return matter.letters.all()
