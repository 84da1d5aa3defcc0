"""Proof files (c2sp.org/tlog-proof): one entry's inclusion under one checkpoint, checkable offline."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.audit.tlog import merkle, note
from workflows.audit.tlog.checkpoint import parse_unsigned

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})\Z")


class ProofFileError(ValueError):
    """Not a proof file."""


@dataclass(frozen=True)
class TlogProof:
    """Index and path of an entry, and the checkpoint verbatim. `extra` is not authenticated by anything."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None


def write(index: int, path: Sequence[bytes], checkpoint: str, extra: bytes | None = None) -> bytes:
    """Return the file."""
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {base64.b64encode(extra).decode()}")
    lines.append(f"index {index}")
    lines += [base64.b64encode(part).decode() for part in path]
    return ("\n".join(lines) + "\n\n" + checkpoint).encode()


def parse(raw: bytes) -> TlogProof:
    """Return the parts of a proof file; nothing is verified. Raises ProofFileError."""
    try:
        head, blank, checkpoint = raw.decode().partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != HEADER:
            raise ProofFileError("not a proof file")
        extra = note.decode64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        index = _INDEX.match(lines.pop(0)) if lines else None
        if index is None:
            raise ProofFileError("the proof names no index")
        return TlogProof(int(index[1]), tuple(note.decode64(line) for line in lines), checkpoint, extra)
    except (UnicodeDecodeError, note.NoteError) as error:
        raise ProofFileError("the proof file is malformed") from error


def verify(proof: TlogProof, entry: bytes) -> None:
    """Do nothing when the path leads from the entry to the root its checkpoint names; else raise.

    Raises ProofError, NoteError. Whether the checkpoint is signed is another question: `open_checkpoint`.
    """
    head = parse_unsigned(proof.checkpoint)
    merkle.verify_inclusion(proof.index, head.size, merkle.leaf_hash(entry), proof.path, head.root)
