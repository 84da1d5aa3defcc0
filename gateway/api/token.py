"""Tokens for agencies' clients (OAuth 2 client credentials); a refused one is an entry of the log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from oauth2_provider.views import TokenView

from workflows.audit import log


class Token(TokenView):
    """The token endpoint. Its errors follow RFC 6749, as clients' libraries expect."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A token for fifteen minutes, or the error; who was claimed to ask is not written down."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code >= 400:
            log.record_refusal("access.refused", actor=log.ANONYMOUS, reason="credentials")
        return response
