"""Anybody may ask whether a letter is genuine. The answer has one shape and holds no content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.accounts.rates import PublicThrottle
from workflows.releases.queries import confirm_letter


class LetterCheckOut(serializers.Serializer[Any]):
    """What is known of a check code. Of a wrong one all is null but whether its check character fits."""

    genuine = serializers.BooleanField()
    code_fits = serializers.BooleanField(
        help_text="False: the code was not typed as it is printed on a letter."
    )
    kind = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True, help_text="In English.")
    titulo = serializers.CharField(allow_null=True, help_text="In Spanish.")
    issued_on = serializers.DateField(allow_null=True)
    city = serializers.CharField()


class PublicLetterView(APIView):
    """The public check of letters."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [PublicThrottle]

    @extend_schema(responses=LetterCheckOut, auth=[])
    def get(self, request: Request, code: str) -> Response:
        """Whether a letter with this check code was issued, of which kind and on which day."""
        found = confirm_letter(code)
        answer = {
            "genuine": found.genuine,
            "code_fits": found.fits,
            "kind": found.kind or None,
            "title": found.titles.get("en"),
            "titulo": found.titles.get("es"),
            "issued_on": found.issued_on,
            "city": settings.CITY_NAME,
        }
        return Response(LetterCheckOut(answer).data)
