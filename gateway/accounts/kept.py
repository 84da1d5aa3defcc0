"""What a person sent after their session had run out: kept sealed for an hour, for that person alone.

The bytes lie in the cache, their keys in a cookie of the browser that sent them; neither opens anything
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
MOST_FORMS = 5
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


def seal(request: HttpRequest, form: Kept, answer: HttpResponse) -> bool:
    """Keep the form beside what this browser has sent too late before, its key on the answer; the same form
    sent again is one. False, and nothing kept, for one that is too large."""
    plain = json.dumps(asdict(form)).encode()
    if len(plain) > MOST_BYTES:
        return False
    key = Fernet.generate_key()
    if not cache.add(_place(key), Fernet(key).encrypt(plain), KEPT_S):
        return False
    older = [one for one in _keys(request) if _opened(one) not in (None, form)]
    _hand_over([key, *older][:MOST_FORMS], answer)
    return True


def kept_for(request: HttpRequest) -> dict[str, Kept]:
    """What this browser holds keys of, if the person who is signed in now sent it: the last one first."""
    found = {_place(key): form for key in _keys(request) if (form := _opened(key)) is not None}
    return {place: form for place, form in found.items() if form.person == str(request.user.pk)}


def forget(request: HttpRequest, answer: HttpResponse, place: str) -> None:
    """Destroy what is kept there, and its key."""
    cache.delete(place)
    _hand_over([key for key in _keys(request) if _place(key) != place], answer)


def _keys(request: HttpRequest) -> list[bytes]:
    return [key.encode() for key in request.COOKIES.get(COOKIE, "").split(".")[:MOST_FORMS] if key]


def _hand_over(keys: list[bytes], answer: HttpResponse) -> None:
    """From now on this browser has these keys."""
    if not keys:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return
    answer.set_cookie(
        COOKIE,
        b".".join(keys).decode(),
        max_age=KEPT_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _opened(key: bytes) -> Kept | None:
    sealed = cache.get(_place(key))
    if sealed is None:
        return None
    try:
        told: dict[str, Any] = json.loads(Fernet(key).decrypt(sealed, ttl=KEPT_S))
    except (InvalidToken, ValueError):  # another key, another hour: as if nothing were there
        return None
    return Kept(**told | {"fields": [(name, value) for name, value in told["fields"]]})


def _place(key: bytes) -> str:
    """The name under which it lies; it opens nothing."""
    return f"kept-{hashlib.sha256(key).hexdigest()}"
