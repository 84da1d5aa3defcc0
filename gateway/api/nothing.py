"""An address that the API does not know is answered as a problem document too."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.api.errors import problem


@extend_schema(exclude=True)
class NothingHere(APIView):
    """404 for every method, signed in or not."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes: list[Any] = []

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The same answer as for a thing that is hidden."""
        wrapped: Request = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers, self.args, self.kwargs = wrapped, {}, args, kwargs
        answer: Response = problem(404, "not_found", "There is nothing here that you can see.", request.path)
        return self.finalize_response(wrapped, answer, *args, **kwargs)
