"""What the resources of the API share."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import GenericViewSet

from gateway.api.auth import AgencyToken, StaffSession


class Resource(GenericViewSet):
    """A resource for agencies with a token and for staff with a session; nothing is open."""

    authentication_classes = [AgencyToken, StaffSession]
    permission_classes = [IsAuthenticated]
    lookup_value_converter = "uuid"
    pagination_class: Any = None
