"""Programs and people as they call the API: real tokens, real sessions, CSRF checks on."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from rest_framework.test import APIClient

from gateway.accounts.models import Person
from gateway.accounts.people import create_client
from gateway.process.codes import totp
from tests import factories
from workflows.matters.models import Agency

ROOT = "/api/v1/"
PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "instance", "code"}


def own_address() -> dict[str, str]:
    """A loopback address of its own, because those without an account are counted by address."""
    a, b, c, *_ = uuid.uuid4().bytes
    return {"REMOTE_ADDR": f"127.{a}.{b}.{c or 1}"}


@dataclass
class Caller:
    """Somebody who calls; `send` adds what the way of signing in asks for."""

    http: APIClient = field(default_factory=lambda: APIClient(enforce_csrf_checks=True, **own_address()))

    def headers(self) -> dict[str, str]:
        return {}

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        seen: object = None,
        file: Any = None,
        kind: str | None = None,
        **headers: str,
    ) -> Any:
        """One request. `seen` is the version for If-Match, `file` makes it a form, `kind` sends raw text."""
        given = {**self.headers(), **headers}
        if seen is not None:
            given["If-Match"] = f'"{seen}"'
        if file is not None:
            body, kind = {**(body or {}), "file": file}, "multipart"
        how = {"content_type": kind} if kind and kind != "multipart" else {"format": kind or "json"}
        data = {} if body is None and method != "GET" else body
        return getattr(self.http, method.lower())(ROOT + path, data, headers=given, **how)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **how: Any) -> Any:
        return self.send("POST", path, body, **how)


@dataclass
class Program(Caller):
    """A client program of an agency with its secret and, once asked for, its token."""

    client_id: str = ""
    secret: str = ""
    token: str = ""
    person: Any = None
    key: str = ""  # set to send the same Idempotency-Key again

    def headers(self) -> dict[str, str]:
        made = {"Idempotency-Key": self.key or uuid.uuid4().hex}
        return {**made, "Authorization": f"Bearer {self.token}"} if self.token else made

    def ask_token(self, secret: str | None = None) -> Any:
        answer = self.http.post(
            f"{ROOT}token/",
            {
                "grant_type": "client_credentials", "client_id": self.client_id,
                "client_secret": secret or self.secret,
            },
        )  # fmt: skip
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]
        return answer


@dataclass
class Member(Caller):
    """A person of the staff with a code app."""

    person: Any = None
    totp: str = ""
    codes: int = 0

    def headers(self) -> dict[str, str]:
        cookie = self.http.cookies.get("csrftoken")
        return {"X-CSRFToken": cookie.value} if cookie else {}

    def code(self) -> str:
        """A code that has not been used: the present one first, then its neighbours."""
        shift = (0, 30, -30)[self.codes]
        self.codes += 1
        return totp(self.totp, time.time() + shift)

    def sign_in(self, password: str = factories.PASSWORD, code: str | None = None) -> Any:
        body = {"email": self.person.email, "password": password, "code": code or self.code()}
        return self.post("session/", body)


def program(agency: Agency, *, with_token: bool = True) -> Program:
    """A new client of the agency."""
    client_id, secret = create_client(agency, "Records client", actor=None)
    person = Person.objects.get(email=f"{client_id.lower()}@client.invalid")
    made = Program(client_id=client_id, secret=secret, person=person)
    if with_token:
        assert made.ask_token().status_code == 200
    return made


def member(person: Person, *, signed_in: bool = True) -> Member:
    """The person with a code app, signed in with both factors."""
    totp = generate_totp_secret()
    TOTP.activate(person, totp)
    made = Member(person=person, totp=totp)
    if signed_in:
        assert made.sign_in().status_code == 200
    return made


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer is this problem document, whole, and return it."""
    assert answer["Content-Type"] == PROBLEM, answer.content[:300]
    body = answer.json()
    assert body.keys() >= MEMBERS
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"].endswith(f":{code}") and body["instance"] == answer.request["PATH_INFO"]
    assert body["title"] and body["detail"]
    return dict(body)
