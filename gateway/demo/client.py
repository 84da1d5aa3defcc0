"""A small HTTP client for `demo_case`: JSON, a cookie jar, problem documents, nothing of Django."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from gateway.process.codes import totp

PATIENCE_S = 300.0


class StepFailed(Exception):
    """An answer that the step did not expect. `problem` is the problem document, if there was one."""

    def __init__(self, what: str, answer: httpx.Response | None = None) -> None:
        super().__init__(what)
        self.problem: Any = None
        if answer is not None:
            try:
                self.problem = answer.json()
            except ValueError:
                self.problem = {"status": answer.status_code}


@dataclass
class Staff:
    """One person of the staff with a session of their own."""

    url: str
    who: dict[str, str]
    http: httpx.Client = field(init=False)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def fresh_code(self) -> str:
        """A code that this person has not used: waits for the next one when need be."""
        while (code := totp(self.who["totp_secret"], time.time())) in self.used:
            time.sleep(1)
        self.used.add(code)
        return code

    def sign_in(self) -> None:
        """Sign in with both factors; a code used by an earlier run is replaced by the next."""
        self.http.get("api/v1/session/")
        for _ in range(3):
            body = {"email": self.who["email"], "password": self.who["password"], "code": self.fresh_code()}
            answer = self.http.post("api/v1/session/", json=body, headers=self._headers())
            if answer.status_code == 200:
                return
        raise StepFailed(f"{self.who['email']} could not sign in", answer)

    def step_up(self) -> None:
        """Prove the second factor anew."""
        for _ in range(3):
            answer = self.http.post(
                "api/v1/session/step-up/", json={"code": self.fresh_code()}, headers=self._headers()
            )
            if answer.status_code == 204:
                return
        raise StepFailed("the code was not taken", answer)

    def _headers(self, version: int | None = None) -> dict[str, str]:
        headers = {"X-CSRFToken": self.http.cookies.get(self._csrf_name()) or "", "Referer": self.url}
        return headers if version is None else {**headers, "If-Match": f'"{version}"'}

    def _csrf_name(self) -> str:
        return next((name for name in self.http.cookies if "csrf" in name), "csrftoken")

    def get(self, path: str) -> Any:
        """The JSON at a path. Raises StepFailed."""
        return _expect(self.http.get(f"api/v1/{path}"), f"GET {path}", (200,))

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: int | None = None,
        files: Any = None,
        expect: tuple[int, ...] = (200, 201, 202, 204),
    ) -> Any:
        """Send and return the JSON of the answer. Raises StepFailed for a status not expected."""
        given = _body(body, files)
        answer = self.http.request(method, f"api/v1/{path}", headers=self._headers(version), **given)
        return _expect(answer, f"{method} {path}", expect)

    def move(self, matter_id: str, move: str, body: Any = None, expect: tuple[int, ...] = (200,)) -> Any:
        """Take a move of a matter, having looked at it."""
        version = self.get(f"matters/{matter_id}/")["version"]
        return self.send("POST", f"matters/{matter_id}/{move}/", body, version=version, expect=expect)


@dataclass
class AgencyClient:
    """An agency's client program with a token."""

    url: str
    who: dict[str, str]
    http: httpx.Client = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def get_token(self) -> None:
        """Get a token by client credentials. Raises StepFailed."""
        answer = self.http.post(
            "api/v1/token/",
            data={"grant_type": "client_credentials", "scope": "matters"},
            auth=(self.who["client_id"], self.who["client_secret"]),
        )
        self.token = _expect(answer, "POST token", (200,))["access_token"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _patient(
        self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any
    ) -> httpx.Response:
        """Send; when these were too many requests, wait as long as the answer says and send again."""
        while True:
            answer = self.http.request(
                method, f"api/v1/{path}", headers={**self._headers(), **(headers or {})}, **given
            )
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", "5")))

    def get(self, path: str) -> Any:
        """The JSON at a path. Raises StepFailed."""
        answer = self._patient("GET", path)
        return _expect(answer, f"GET {path}", (200,))

    def post(
        self, path: str, body: Any = None, *, files: Any = None, expect: tuple[int, ...] = (200, 201, 202)
    ) -> Any:
        """POST with a key of its own. Raises StepFailed for a status not expected."""
        given = _body(body, files)
        headers = {**self._headers(), "Idempotency-Key": str(uuid.uuid4())}
        return _expect(self._patient("POST", path, headers, **given), f"POST {path}", expect)

    def download(self, path: str, target: Path) -> str:
        """Stream a file to the disk and return its SHA-256."""
        digest = hashlib.sha256()
        with self.http.stream("GET", f"api/v1/{path}", headers=self._headers()) as answer:
            if answer.status_code != 200:
                answer.read()
                raise StepFailed(f"GET {path}", answer)
            with target.open("wb") as file:
                for part in answer.iter_bytes():
                    digest.update(part)
                    file.write(part)
        return digest.hexdigest()


def _body(body: Any, files: Any) -> dict[str, Any]:
    if files:
        return {"data": body, "files": files}
    return {"json": body if body is not None else {}}


def _expect(answer: httpx.Response, what: str, statuses: tuple[int, ...]) -> Any:
    if answer.status_code not in statuses:
        raise StepFailed(f"{what} was answered {answer.status_code}", answer)
    return answer.json() if answer.content else None


def until(what: str, look: Any, limit_s: float = PATIENCE_S, pause_s: float = 0.5) -> Any:
    """Ask until the answer is truthy and return it. Raises StepFailed when patience ends."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(pause_s)
    raise StepFailed(f"{what} did not happen within {limit_s:.0f} s")
