"""How the two ways of signing in stand in the schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class AgencyTokenScheme(OpenApiAuthenticationExtension):
    """OAuth 2 client credentials."""

    target_class = "gateway.api.auth.AgencyToken"
    name = "agency"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The grant, its address and its scope."""
        return {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/token/",
                    "scopes": {"matters": "Open and follow matters of the client's own agency"},
                }
            },
        }


class StaffSessionScheme(OpenApiAuthenticationExtension):
    """The cookie of a signed-in person of the staff."""

    target_class = "gateway.api.auth.StaffSession"
    name = "staff"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The cookie."""
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
