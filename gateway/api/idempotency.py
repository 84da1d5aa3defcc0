"""A repeated POST of an agency has its effect once and gets the same answer again.

The key is kept for seven days with a digest of what was sent: the same key with another body
is refused, and so is a second request while the first is being answered. An answer that says
"try again" (a failure on our side, or a header that was left out) frees its key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller
from gateway.api.errors import handle
from gateway.api.models import IdempotencyKey
from workflows.errors import Refused

HEADER = "Idempotency-Key"
KEPT = dt.timedelta(days=7)
NOT_KEPT = frozenset({428, 429})  # nothing was done, and the same request cannot succeed as it was sent

View = Callable[..., Response]


class KeyNeeded(Refused):
    """The request carries no usable key."""

    code, status = "idempotency_key_needed", 400


class KeyReused(Refused):
    """The key stands for another request."""

    code, status = "key_reused", 422


class KeyInProgress(Refused):
    """The first request with this key is still being answered."""

    code, status = "key_in_progress", 409


def once(view: View) -> View:
    """Decorate a method of a view that an agency may repeat. Staff need no key: they see what they did."""

    @wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        if caller(request).role != Role.AGENCY:
            return view(self, request, *args, **kwargs)
        key = request.headers.get(HEADER, "").strip()
        if not (8 <= len(key) <= 120 and key.isascii() and key.isprintable()):
            raise KeyNeeded(f"Send {HEADER} with 8 to 120 printable characters.")
        row, earlier = _begin(request, key)
        if earlier is not None:
            return earlier
        try:
            response = view(self, request, *args, **kwargs)
        except Exception as error:
            refused = handle(error, {"request": request})
            if refused is None:  # a bug: the key is free again, nothing is remembered
                row.delete()
                raise
            response = refused
        if response.status_code >= 500 or response.status_code in NOT_KEPT:
            row.delete()
            return response
        row.status = response.status_code
        sent = JSONRenderer().render(response.data)  # kept as it is sent, to the letter
        row.answer = json.loads(sent or "null")
        row.save(update_fields=["status", "answer"])
        return response

    return wrapped


def _begin(request: Request, key: str) -> tuple[IdempotencyKey, Response | None]:
    """The row of a key that is taken now, or the answer given earlier. Raises KeyReused, KeyInProgress."""
    now, digest = timezone.now(), _digest(request)
    IdempotencyKey.objects.filter(made_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                client=caller(request), key=key, request_sha256=digest, made_at=now
            )
        return row, None
    except IntegrityError:
        known = IdempotencyKey.objects.filter(client=caller(request), key=key).first()
    if known is None or (known.request_sha256 == digest and known.status is None):
        raise KeyInProgress("The first request with this key is being answered. Ask again in a moment.")
    if known.request_sha256 != digest:
        raise KeyReused("This key was used for another request. Take a new one.")
    kind = "application/problem+json" if known.status and known.status >= 400 else "application/json"
    response = Response(known.answer, status=known.status, content_type=kind)
    response.headers["Idempotent-Replay"] = "true"
    return known, response


def _digest(request: Request) -> str:
    """SHA-256 over method, path, fields and the bytes of files."""
    sha = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    files = set(request.FILES)
    data: Any = request.data
    fields = {key: data[key] for key in data if key not in files} if hasattr(data, "keys") else data
    sha.update(json.dumps(fields, sort_keys=True, default=str).encode())
    for name in sorted(files):
        upload = request.FILES[name]
        sha.update(name.encode())
        for chunk in upload.chunks():
            sha.update(chunk)
        upload.seek(0)
    return sha.hexdigest()
