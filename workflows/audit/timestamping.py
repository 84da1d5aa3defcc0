"""Timestamps of an outside authority (RFC 3161) on checkpoints: that this tree existed at a time, said by
somebody who is neither the city nor its witness. Optional.

The sequencer asks for one on the newest checkpoint after every so many. It never waits: the question is
put by a thread, and the answer is looked at in a later step. An authority that does not answer, or not as
it must, costs nothing but the timestamp; that is logged, and asked again later and later. A token is
stored once, beside its checkpoint, and only after it was checked against the roots of this installation.
What is stamped is the signed note as stored, without cosignatures, which may come later.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509
from django.conf import settings

from workflows.audit.models import Checkpoint as CheckpointRow

ANSWER_S = 10.0
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(minutes=10)
LONGEST_ANSWER = 64 * 1024
TOLERANCE = timedelta(seconds=120)  # between the clock of the authority and that of the log
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
FOLDER = "timestamps"
SHA256 = "2.16.840.1.101.3.4.2.1"

logger = structlog.get_logger(__name__)


class BadToken(Exception):
    """What an authority answered, or what lies beside a checkpoint, is no timestamp of it, and why."""


class RootsMissing(Exception):
    """The file with the certificates of the authority cannot be used."""


@dataclass
class _Question:
    """One request under way: which checkpoint, and what came of it."""

    row: int
    note: bytes
    nonce: int
    thread: threading.Thread | None = None
    answer: bytes | None = None
    why: str = ""


@dataclass
class Authority:
    """Where the authority answers, which roots its certificate must lead to, how often it is asked."""

    url: str
    roots: Sequence[x509.Certificate]
    every: int
    now: Callable[[], datetime]
    folder: Path | None = None  # where tokens are laid for strangers, beside the exported log
    _pause: timedelta = SHORTEST
    _not_before: datetime | None = None
    _seen: int = 0  # the newest checkpoint that was looked at
    _open: _Question | None = field(default=None, repr=False)

    def follow(self, incarnation: int) -> None:
        """Take up an answer that has come, and ask for the newest checkpoint when one is due.

        Never waits, nor raises for what the authority does or does not do. Raises DatabaseError, OSError.
        """
        if self._open is not None:
            if self._open.thread is not None and self._open.thread.is_alive():
                return
            question, self._open = self._open, None
            self._take(question)
        if self._not_before is not None and self.now() < self._not_before:
            return
        row = self._due(incarnation)
        if row is not None:
            self._ask(row)

    def wait(self) -> None:
        """Wait for an answer that is under way; the next `follow` takes it up."""
        if self._open is not None and self._open.thread is not None:
            self._open.thread.join()

    def _due(self, incarnation: int) -> CheckpointRow | None:
        rows = CheckpointRow.objects.filter(incarnation=incarnation).order_by("-id")
        newest = rows.only("id", "note", "token").first()
        if newest is None or newest.token is not None or newest.pk == self._seen:
            return None
        stamped = rows.filter(token__isnull=False).values_list("id", flat=True).first() or 0
        if stamped and rows.filter(id__gt=stamped).count() < self.every:
            self._seen = newest.pk
            return None
        return newest

    def _ask(self, row: CheckpointRow) -> None:
        from rfc3161_client import TimestampRequestBuilder
        from rfc3161_client.base import HashAlgorithm

        note = row.note.encode()
        request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).nonce().build()
        question = _Question(row.pk, note, request.nonce or 0)
        question.thread = threading.Thread(
            target=_put, args=(self.url, request.as_bytes(), question), name="timestamp", daemon=True
        )
        self._open = question
        question.thread.start()

    def _take(self, question: _Question) -> None:
        try:
            if question.answer is None:
                raise BadToken(question.why or "no answer")
            at = checked(question.answer, question.note, self.roots, nonce=question.nonce)
            if abs(at - self.now()) > TOLERANCE:
                raise BadToken("the clock of the authority is another one")
        except BadToken as bad:
            logger.warning("log.not_stamped", why=str(bad))
            self._not_before = self.now() + self._pause
            self._pause = min(self._pause * 2, LONGEST)
            return
        CheckpointRow.objects.filter(pk=question.row, token__isnull=True).update(token=question.answer)
        self._pause, self._not_before = SHORTEST, None
        if self.folder is not None:
            size = CheckpointRow.objects.values_list("size", flat=True).get(pk=question.row)
            _lay(self.folder / FOLDER, size, question.note, question.answer)


def checked(
    token: bytes, note: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None = None
) -> datetime:
    """Return the time that a timestamp gives to these bytes.

    Raises BadToken unless the token is whole, granted, of these bytes, and signed by a certificate for
    timestamps that leads to one of the roots and was in force at that time.
    """
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    if not roots:
        raise BadToken("no certificate of an authority is trusted here")
    try:
        found = decode_timestamp_response(_in_order(token))
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(found, note)
        at = found.tst_info.gen_time
    except Exception as error:  # a foreign file: whatever it breaks in its readers means, not believed
        raise BadToken("it is no timestamp of these bytes by a trusted authority") from error
    return at.astimezone(UTC)


def claimed(token: bytes, note: bytes) -> datetime:
    """Return the time that a token claims for these bytes; who signed it is not judged.

    Raises BadToken unless it is whole, granted, and of these bytes.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        found = decode_timestamp_response(_in_order(token))
        info = found.tst_info
        algorithm, imprint = info.message_imprint.hash_algorithm, info.message_imprint.message
        granted, at = found.status in (0, 1), info.gen_time
    except Exception as error:  # as in `checked`
        raise BadToken("it is no timestamp that can be read") from error
    if not granted or algorithm.dotted_string != SHA256 or imprint != hashlib.sha256(note).digest():
        raise BadToken("it is no timestamp of these bytes")
    return at.astimezone(UTC)


def roots_of(path: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file. Raises RootsMissing."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise RootsMissing(
            f"GATEWAY_TSA_ROOTS: {path.name} holds no certificate that can be read."
        ) from error


def trusted_roots() -> tuple[x509.Certificate, ...]:
    """Return the certificates that this installation trusts; none where none are set. Raises RootsMissing."""
    return roots_of(Path(settings.TSA_ROOTS)) if settings.TSA_ROOTS else ()


def configured(now: Callable[[], datetime]) -> Authority | None:
    """Return the authority of this installation, if it has one. Raises RootsMissing."""
    if not settings.TSA_URL:
        return None
    return Authority(
        settings.TSA_URL, trusted_roots(), settings.TSA_EVERY, now, folder=Path(settings.EXPORT_DIR)
    )


def last_stamped_now() -> CheckpointRow | None:
    """Return the newest checkpoint that bears a token; None when no authority has stamped any."""
    return CheckpointRow.objects.filter(token__isnull=False).order_by("-id").first()


def _in_order(token: bytes) -> bytes:
    """The token with its certificates in the order that DER asks of a set (X.690, 11.6).

    OpenSSL's `ts -chain` sends them in another, which strict readers refuse. No signature covers the order;
    a token that is not of this shape comes back as it is.
    """
    try:
        response, _ = _element(token, 0)
        _, end = _element(token, response.start)
        content, _ = _element(token, end)  # the token: type, [0] { signed data }
        _, end = _element(token, content.start)
        wrapped, _ = _element(token, end)
        signed, _ = _element(token, wrapped.start)
        place = signed.start
        for _ in range(3):  # version, digest algorithms, what is signed
            _, place = _element(token, place)
        held, _ = _element(token, place)
        if token[place] != 0xA0:
            return token
        parts, at = [], held.start
        while at < held.stop:
            _, after = _element(token, at)
            parts.append(token[at:after])
            at = after
    except IndexError:
        return token
    return token[: held.start] + b"".join(sorted(parts)) + token[held.stop :]


def _element(raw: bytes, at: int) -> tuple[slice, int]:
    """Where the content of the DER element at `at` lies, and where the next one begins. Raises IndexError."""
    length, start = raw[at + 1], at + 2
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(raw[at + 2 : start], "big")
    if start + length > len(raw):
        raise IndexError
    return slice(start, start + length), start + length


def _put(url: str, query: bytes, question: _Question) -> None:
    """Ask the authority; what came of it is in the question."""
    import requests  # here, since every process of the gateway loads this module and one of them asks

    try:
        with requests.post(
            url, data=query, timeout=ANSWER_S, headers={"Content-Type": QUERY, "Accept": REPLY},
            allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            raw: Any = answer.raw.read(LONGEST_ANSWER + 1)
            if answer.status_code != 200:
                question.why = f"status {answer.status_code}"
            elif len(raw) > LONGEST_ANSWER:
                question.why = "the answer is too long"
            else:
                question.answer = raw
    except (requests.RequestException, OSError, ValueError) as error:
        question.why = type(error).__name__


def _lay(folder: Path, size: int, note: bytes, token: bytes) -> None:
    """Put what was stamped and the token where `openssl ts -verify` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((f"{size}.checkpoint", note), (f"{size}.tsr", token)):
        aside = folder / f".{name}.new"
        aside.write_bytes(content)
        os.replace(aside, folder / name)
