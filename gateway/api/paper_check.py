"""What a paper is, said before it is filed: the same look as on the agency's pages. Nothing is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.rates import CheckThrottle
from gateway.api.auth import caller
from gateway.api.base import Input, Resource, checked
from gateway.api.parsers import FileForm
from gateway.api.throttle import ClientThrottle
from gateway.api.uploads import uploaded
from workflows.flow.looking import Look, look_at_paper
from workflows.lawbook import in_force
from workflows.policy.instrument_types import COUNSEL, INFORMATIONAL, NEVER, SUFFICES


class LookIn(Input):
    """A paper that is not filed yet, and whom the request would name."""

    file = serializers.FileField()
    subjects = serializers.ListField(
        child=serializers.CharField(max_length=160), required=False, default=list, max_length=100
    )


class LookOut(serializers.Serializer[Any]):
    """What the machine reads off the paper. It binds nobody: a person checks every paper that is filed."""

    kind = serializers.CharField(source="title")
    type = serializers.CharField(source="kind")
    verdict = serializers.ChoiceField([SUFFICES, COUNSEL, NEVER, INFORMATIONAL])
    judicial = serializers.BooleanField(allow_null=True)
    court = serializers.CharField()
    docket = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    execute_by = serializers.DateField(allow_null=True)
    return_on = serializers.DateField(allow_null=True)
    missing = serializers.SerializerMethodField()
    unreadable = serializers.CharField()

    def get_missing(self, look: Look) -> list[dict[str, str]]:
        """What is missing, as codes of the closed list with their sentences."""
        words = in_force(timezone.now()).words("missing")
        return [{"code": code, "detail": words[code]} for code in look.missing if code in words]


class PaperCheck(Resource):
    """Look at a paper before filing it."""

    serializer_class = LookOut
    parser_classes = [FileForm]
    throttle_classes = [ClientThrottle, CheckThrottle]

    @extend_schema(request={"multipart/form-data": LookIn}, responses=LookOut)
    def create(self, request: Request) -> Response:
        """Say what the paper is and what is missing. Nothing of it is stored."""
        given = checked(LookIn, request)
        source = uploaded(given["file"])
        if isinstance(source, Path):
            return self._look(source, given, request)
        with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="in-") as place:
            place.write(source)
            place.flush()
            return self._look(Path(place.name), given, request)

    def _look(self, source: Path, given: dict[str, Any], request: Request) -> Response:
        found = look_at_paper(source, actor=caller(request), subjects=given["subjects"])
        return Response(LookOut(found).data)


urlpatterns = [path("papers/check/", PaperCheck.as_view({"post": "create"}), name="paper-check")]
