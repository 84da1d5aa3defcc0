"""A repeated POST of an agency has its effect once and gets the same answer again.

The key is kept for seven days with a digest of what was sent: the same key with another body
is refused, and so is a second request while the first is being answered.
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
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller
from gateway.api.errors import handle, problem
from gateway.api.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT = dt.timedelta(days=7)

View = Callable[..., Response]


def once(view: View) -> View:
    """Decorate a method of a view that an agency may repeat. Staff need no key: they see what they did."""

    @wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        if caller(request).role != Role.AGENCY:
            return view(self, request, *args, **kwargs)
        key = request.headers.get(HEADER, "").strip()
        if not 8 <= len(key) <= 120:
            return problem(
                400, "idempotency_key_needed", f"Send {HEADER} with 8 to 120 characters.", request.path
            )
        row, earlier = _begin(request, key)
        if earlier is not None:
            return earlier
        try:
            response = view(self, request, *args, **kwargs)
        except Exception as error:
            response_to_error = handle(error, {"request": request})
            if response_to_error is None:  # a bug: the key is free again, nothing is remembered
                row.delete()
                raise
            response = response_to_error
        row.status, row.answer = response.status_code, json.loads(json.dumps(response.data, default=str))
        row.save(update_fields=["status", "answer"])
        return response

    return wrapped


def _begin(request: Request, key: str) -> tuple[IdempotencyKey, Response | None]:
    now, digest = timezone.now(), _digest(request)
    IdempotencyKey.objects.filter(made_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                client=caller(request), key=key, request_sha256=digest, made_at=now
            )
        return row, None
    except IntegrityError:
        row = IdempotencyKey.objects.get(client=caller(request), key=key)
    if row.request_sha256 != digest:
        return row, problem(
            422, "key_reused", "This key was used for another request. Take a new one.", request.path
        )
    if row.status is None:
        return row, problem(
            409, "key_in_progress", "The first request with this key is being answered.", request.path
        )
    kind = "application/problem+json" if row.status >= 400 else "application/json"
    response = Response(row.answer, status=row.status, content_type=kind)
    response.headers["Idempotent-Replay"] = "true"
    return row, response


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
