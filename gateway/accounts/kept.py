"""What a person sent after their session had run out: kept sealed for an hour, for that person alone.

The bytes lie in the cache, their key in a cookie of the browser that sent them; neither opens anything
without the other, and the words are given back only in a session of the same person. Files, codes and
passwords are never kept. Nothing is done with what is kept until the person sends it again by hand.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from gateway.accounts.models import Person
from workflows.policy.codes import EXEMPTION_CODES

KEPT_S = 60 * 60
COOKIE = "kept"
MOST_BYTES = 256 * 1024
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "code", "password"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: whose, to which address, its fields in order, how many files came with it."""

    person: str
    path: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: int = 0


def form_of(request: HttpRequest, person: Person) -> Kept:
    """The form at hand as it would be kept."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in map(str, values)
        if name not in NEVER_KEPT or (name == "code" and value in EXEMPTION_CODES)  # the ground of a box
    ]
    files = sum(len(request.FILES.getlist(name)) for name in request.FILES)
    return Kept(str(person.pk), request.path, fields, files)


def seal(kept: Kept, answer: HttpResponse) -> bool:
    """Keep the form, with its key on the answer. False, and nothing kept, for one that is too large."""
    plain = json.dumps(asdict(kept)).encode()
    if len(plain) > MOST_BYTES:
        return False
    key = Fernet.generate_key()
    cache.set(_place(key), Fernet(key).encrypt(plain), KEPT_S)
    answer.set_cookie(
        COOKIE,
        key.decode(),
        max_age=KEPT_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return True


def kept_for(request: HttpRequest) -> Kept | None:
    """What this browser holds the key of, if it was sent by the person who is signed in now."""
    key = request.COOKIES.get(COOKIE, "").encode()
    sealed = cache.get(_place(key)) if key else None
    if sealed is None:
        return None
    try:
        told: dict[str, Any] = json.loads(Fernet(key).decrypt(sealed, ttl=KEPT_S))
    except (InvalidToken, ValueError):  # another key, another hour: as if nothing were there
        return None
    if told["person"] != str(request.user.pk):
        return None
    return Kept(**told | {"fields": [(name, value) for name, value in told["fields"]]})


def forget(request: HttpRequest, answer: HttpResponse) -> None:
    """Destroy what is kept under this browser's key, and the key."""
    key = request.COOKIES.get(COOKIE, "").encode()
    if key:
        cache.delete(_place(key))
    answer.delete_cookie(COOKIE, samesite="Lax")


def _place(key: bytes) -> str:
    return f"kept.{hashlib.sha256(key).hexdigest()}"
