"""What the resources of the API share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from gateway.api.auth import AgencyToken, IsStaff, StaffSession, caller
from workflows.errors import Forbidden
from workflows.policy.roles import allowed


class Resource(GenericViewSet):
    """A resource for agencies with a token and for staff with a session; nothing is open."""

    authentication_classes = [AgencyToken, StaffSession]
    permission_classes = [IsAuthenticated]
    lookup_value_converter = "uuid"
    pagination_class: Any = None


class StaffResource(Resource):
    """A resource for the staff only."""

    permission_classes = [IsAuthenticated, IsStaff]


class Input(serializers.Serializer[Any]):
    """A body. A field that is not listed is an error: a misspelt one must not be passed over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values. Raises ValidationError, with a line for each unknown field."""
        unknown = sorted(set(map(str, data)) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({name[:60]: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class ReasonIn(Input):
    """Why, in words for the log."""

    reason = serializers.CharField(max_length=2000)


def name_of(source: str) -> serializers.CharField:
    """The name of the person or agency in a field of a row; null where there is none."""
    return serializers.CharField(source=f"{source}.name", allow_null=True, read_only=True)


def require(request: Request, action: str) -> None:
    """The caller's role may do this. Raises Forbidden."""
    role = caller(request).role
    if not allowed(role, action):
        raise Forbidden(f"Your role ({role}) does not do this.")


def checked(kind: type[Input], request: Request) -> dict[str, Any]:
    """The validated body. Raises ValidationError."""
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
