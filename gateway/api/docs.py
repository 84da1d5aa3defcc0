"""The schema (OpenAPI 3.1) and a page that prints it, without any script or outside file."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from gateway.api import openapi  # noqa: F401 - the generator knows the ways of signing in once this is loaded


class MadeOnce(SchemaGenerator):
    """The schema of this program, made once in a process: it is the same for everybody, and takes a while."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """The schema as everybody sees it, whoever asks."""
        return _schema()


@functools.cache
def _schema() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


schema_view = SpectacularAPIView.as_view(
    authentication_classes=[],
    permission_classes=[AllowAny],
    patterns=None,
    urlconf=None,
    generator_class=MadeOnce,
)


class DocsPage(View):
    """Every operation with what it takes and gives, drawn from the schema itself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; it needs no sign-in, like the schema."""
        schema = _schema()
        return render(request, "api/docs.html", {"operations": _operations(schema), "info": schema["info"]})


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for address, methods in sorted(schema["paths"].items()):
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            found.append({
                "method": method.upper(),
                "address": address,
                "summary": operation.get("description", ""),
                "fields": _fields(schema, body),
                "kinds": sorted(body),
                "answers": sorted(operation.get("responses", {})),
                "parameters": [one["name"] for one in operation.get("parameters", [])],
            })  # fmt: skip
    return found


def _fields(schema: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    for content in body.values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        shape = schema["components"]["schemas"].get(name, {})
        needed = set(shape.get("required", []))
        return [
            {"name": field, "type": rule.get("type", ""), "needed": field in needed}
            for field, rule in shape.get("properties", {}).items()
        ]
    return []
