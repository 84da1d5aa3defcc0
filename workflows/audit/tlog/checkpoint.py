"""Checkpoints (c2sp.org/tlog-checkpoint): a signed note over origin, size and root of a tree."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass

from workflows.audit.tlog import cosignature, note
from workflows.audit.tlog.merkle import HASH_SIZE
from workflows.audit.tlog.note import COSIGNATURE_V1, ED25519, Note, NoteError, Signer, VerifierKey

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of the tree of one origin."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class Opened:
    """A checkpoint whose log signature is good. `at_s` is the latest signed time of the log, if any."""

    checkpoint: Checkpoint
    key: VerifierKey
    at_s: int | None
    witnessed: tuple[cosignature.Cosigned, ...]
    whole: str


def sign(checkpoint: Checkpoint, signer: Signer, at_s: int, *also: Signer) -> str:
    """Return the signed note: the log's signature and, under the same name, its timestamped one.

    Keys in `also` sign it too, so that who knows only them can check it as well.
    """
    text = checkpoint.text()
    lines = [
        line
        for one in (signer, *also)
        for line in (one.sign(text), cosignature.sign(text, cosignature.cosigner(one), at_s))
    ]
    return note.write(text, lines)


def parse(text: str) -> Checkpoint:
    """Return the checkpoint of a note text. Raises NoteError when a line is not as it must be."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or not all(lines[:-1]):
        raise NoteError("a checkpoint has three lines")
    origin, size, root, *extensions = lines[:-1]
    raw = note.decode64(root)
    if not _DECIMAL.match(size) or len(raw) != HASH_SIZE:
        raise NoteError("the size or the root of the checkpoint is malformed")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def parse_unsigned(whole: str) -> Checkpoint:
    """Return the checkpoint of a note, or of three lines copied from paper; nothing is verified."""
    text, blank, _ = whole.partition("\n\n")
    return parse(text + "\n" if blank else whole.rstrip("\n") + "\n")


def open_checkpoint(
    whole: str, keys: Collection[VerifierKey], witnesses: Collection[VerifierKey] = ()
) -> Opened:
    """Verify a checkpoint under the known log keys and return it.

    Raises NoteError when the note is malformed, no log key signed it, or a known key's line is bad.
    """
    parsed: Note = note.parse(whole)
    signers = note.verified_by(parsed, keys)
    log_names = {key.name for key in signers}
    timed_keys = [
        VerifierKey(key.name, COSIGNATURE_V1, key.public)
        for key in keys
        if key.kind == ED25519 and key.name in log_names
    ]
    times = cosignature.verified(parsed, timed_keys)
    checkpoint = parse(parsed.text)
    return Opened(
        checkpoint=checkpoint,
        key=signers[0],
        at_s=max((timed.at_s for timed in times), default=None),
        witnessed=cosignature.verified(parsed, witnesses),
        whole=whole,
    )
