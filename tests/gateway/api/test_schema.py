"""The contract: OpenAPI 3.1, true to the routes, served without anything from outside, and checked in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from gateway.api.urls import urlpatterns
from tests.gateway.api.test_matrix import methods_of

COPY = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"
HOW = (
    "run `GATEWAY_PROFILE=test python manage.py spectacular --file docs/openapi.yaml`, look at what "
    "changed, and commit it"
)
NOT_IN_IT = {"token", "schema", "docs", "nothing"}  # OAuth's own, and the pages about the API


def made() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


@pytest.mark.django_db
def test_the_schema_is_valid_openapi_3_1_and_served_without_sign_in(client: Client) -> None:
    from drf_spectacular.validation import validate_schema  # builds a grammar: a second of every process

    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    schema = yaml.safe_load(answer.content)
    assert schema["openapi"].startswith("3.1.")
    validate_schema(schema)
    assert schema["components"]["securitySchemes"].keys() == {"agency", "staff"}


def _bare(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"{[^}]+}", "{}", path)


def test_the_schema_holds_every_operation_and_says_who_may_call_it() -> None:
    paths = made()["paths"]
    held = {(_bare(path), method.upper()) for path, operations in paths.items() for method in operations}
    routed = set()
    for pattern in urlpatterns:
        if pattern.name in NOT_IN_IT:
            continue
        path = re.sub(r"<[^>]+>", "{}", str(pattern.pattern))
        routed |= {(f"/api/v1/{path}", method) for method in methods_of(pattern)}
    assert held == routed
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path} says nothing of itself"
            if path.startswith("/api/v1/public/"):
                assert "security" not in operation, f"{method} {path} asks for an account"
            elif path != "/api/v1/session/":
                assert {} not in operation["security"], f"{method} {path} is open"


def test_the_checked_in_copy_is_what_the_code_says() -> None:
    assert COPY.is_file(), HOW
    assert yaml.safe_load(COPY.read_text(encoding="utf-8")) == made(), HOW


@pytest.mark.django_db
def test_the_page_about_the_api_needs_no_script_and_nothing_from_elsewhere(client: Client) -> None:
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page and " style=" not in page
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    for path, operations in made()["paths"].items():
        assert path in page
        assert all(method.upper() in page for method in operations)
