"""`POST /add-checkpoint` of c2sp.org/tlog-witness: what is asked, and what is answered.

The body is a line `old SIZE`, the lines of a consistency proof from that size, a blank line, and the
signed checkpoint. The answers:

200 the cosignature line; 400 not such a body, or an old size above the new one; 403 no known key signed
it; 404 a log that is not watched; 409 the old size is not the one last cosigned (the body says which), or
the same size with another root; 422 the proof does not fit.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from workflows.audit.tlog import cosignature, merkle, note
from workflows.audit.tlog.checkpoint import Checkpoint, parse
from workflows.audit.tlog.note import Note, NoteError, Signer
from workflows.audit.witness.store import Seen, Store

LONGEST_BODY = 64 * 1024
LONGEST_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True)
class Answer:
    """Status, media type and text of an answer."""

    status: int
    text: str
    media_type: str = TEXT_TYPE


@dataclass(frozen=True)
class Asked:
    """A request to cosign."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def body(old: int, proof: tuple[bytes, ...], checkpoint: str) -> str:
    """The request that asks to cosign this signed checkpoint, given that `old` leaves were cosigned."""
    lines = [f"old {old}", *(base64.b64encode(node).decode() for node in proof)]
    return "".join(f"{line}\n" for line in lines) + "\n" + checkpoint


def read(text: str) -> Asked:
    """What a request asks. Raises NoteError when it is not of the form."""
    head, blank, checkpoint = text.partition("\n\n")
    first, *proof = head.split("\n")
    old = _OLD.match(first)
    if not blank or old is None or len(proof) > LONGEST_PROOF:
        raise NoteError("the request has not the form of add-checkpoint")
    nodes = tuple(note.decode64(line) for line in proof)
    if any(len(node) != merkle.HASH_SIZE for node in nodes):
        raise NoteError("a line of the proof is no hash")
    parsed = note.parse(checkpoint)
    return Asked(int(old[1]), nodes, parsed, parse(parsed.text))


def add_checkpoint(raw: bytes, store: Store, signer: Signer, now_s: Callable[[], int]) -> Answer:
    """Cosign the checkpoint, if the tree has only grown since the last one cosigned; say so, or why not."""
    try:
        asked = read(raw.decode("utf-8"))
    except (UnicodeDecodeError, NoteError):
        return Answer(400, "This is not a request to add a checkpoint.\n")
    new = asked.checkpoint
    keys = store.keys(new.origin)
    if not keys:
        return Answer(404, "This log is not watched here.\n")
    try:
        note.verified_by(asked.note, keys)
    except NoteError:
        return Answer(403, "No key known for this log has signed the checkpoint.\n")
    if asked.old > new.size:
        return Answer(400, "The old size is larger than the checkpoint.\n")
    with store.turn() as turn:
        seen = turn.latest(new.origin, merkle.EMPTY_ROOT)
        same_size_other_root = seen.size == new.size and seen.root != new.root
        if asked.old != seen.size or same_size_other_root:
            return Answer(409, f"{seen.size}\n", SIZE_TYPE)
        if not _extends(seen, asked):
            return Answer(422, "The proof does not lead from the tree last cosigned to this one.\n")
        at_s = now_s()
        line = cosignature.sign(asked.note.text, signer, at_s)
        whole = note.write(asked.note.text, (*asked.note.signatures, line))
        turn.keep(new.origin, Seen(new.size, new.root), whole, at_s)
    return Answer(200, line.line())


def _extends(seen: Seen, asked: Asked) -> bool:
    """The proof shows that the new tree begins with the old one. From nothing every tree grows, without
    a proof, which RFC 6962 leaves out."""
    new = asked.checkpoint
    if seen.size == 0:
        return not asked.proof and (new.size > 0 or new.root == merkle.EMPTY_ROOT)
    try:
        merkle.verify_consistency(seen.size, new.size, seen.root, new.root, asked.proof)
    except (merkle.ProofError, ValueError):
        return False
    return True
