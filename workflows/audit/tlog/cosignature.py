"""Timestamped Ed25519 signatures over a checkpoint (c2sp.org/tlog-cosignature, version 1).

A witness states with one: at this time, the largest consistent tree I have seen is this. The log
itself writes one too, under its own name, so that each checkpoint carries a signed time even where
no witness is configured; it proves no more than that the log's key was used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.audit.tlog.note import COSIGNATURE_V1, Note, NoteError, Signature, Signer, VerifierKey

_LATEST = 2**63 - 1


@dataclass(frozen=True)
class Cosigned:
    """A verified cosignature: whose, and at which POSIX second."""

    key: VerifierKey
    at_s: int


def cosigner(signer: Signer) -> Signer:
    """Return the same key as a writer of cosignature lines (type 4)."""
    return Signer(signer.name, signer.private, COSIGNATURE_V1)


def message(text: str, at_s: int) -> bytes:
    """Return the bytes that are signed: two header lines and the note's text."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def sign(text: str, signer: Signer, at_s: int) -> Signature:
    """Return the cosignature line of this key at this POSIX second."""
    if signer.kind != COSIGNATURE_V1 or not 0 <= at_s <= _LATEST:
        raise NoteError("a cosignature needs a key of type 4 and a time")
    raw = at_s.to_bytes(8, "big") + signer.private.sign(message(text, at_s))
    return Signature(signer.name, signer.verifier.key_id, raw)


def verified(note: Note, keys: Iterable[VerifierKey]) -> tuple[Cosigned, ...]:
    """Return the good cosignatures of known keys (type 4), others ignored.

    Raises NoteError when a line of a known key does not verify.
    """
    known = [key for key in keys if key.kind == COSIGNATURE_V1]
    found = []
    for signature in note.signatures:
        for key in known:
            if not key.made(signature):
                continue
            at_s = int.from_bytes(signature.signature[:8], "big")
            good = len(signature.signature) == 72 and at_s <= _LATEST
            if not good or not key.verify(message(note.text, at_s), signature.signature[8:]):
                raise NoteError(f"the cosignature of {key.name} is not good")
            found.append(Cosigned(key, at_s))
    return tuple(found)
