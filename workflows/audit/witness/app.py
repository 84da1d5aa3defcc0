"""The witness on HTTP: a WSGI application of one address."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from workflows.audit.tlog.note import Signer
from workflows.audit.witness import keeping
from workflows.audit.witness.protocol import LONGEST_BODY, Answer, add_checkpoint
from workflows.audit.witness.store import Store

FOLDER_VARIABLE = "WITNESS_FOLDER"
ADDRESS = "/add-checkpoint"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Application:
    """The application over the folder that the environment names (for a WSGI server)."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    return over(keeping.store(folder), keeping.signer(folder), lambda: int(time.time()))


def over(store: Store, signer: Signer, now_s: Callable[[], int]) -> Application:
    """The application over one store, one key and one clock."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        given = _answer(environ, store, signer, now_s)
        text = given.text.encode()
        start(
            f"{given.status} {HTTPStatus(given.status).phrase}",
            [("Content-Type", given.media_type), ("Content-Length", str(len(text)))],
        )
        return [text]

    return answer


def _answer(environ: dict[str, Any], store: Store, signer: Signer, now_s: Callable[[], int]) -> Answer:
    if environ["PATH_INFO"] != ADDRESS:
        return Answer(404, "Nothing is here.\n")
    if environ["REQUEST_METHOD"] != "POST":
        return Answer(405, "A checkpoint is added by POST.\n")
    raw = environ["wsgi.input"].read(LONGEST_BODY + 1)
    if len(raw) > LONGEST_BODY:
        return Answer(413, "No request to add a checkpoint is so long.\n")
    return add_checkpoint(raw, store, signer, now_s)
