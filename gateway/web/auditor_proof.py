"""The inclusion proof of one entry, step by step, as a person can follow it with any SHA-256 tool."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.audit import proofs
from workflows.audit.keys import KeyMissing
from workflows.audit.models import Entry
from workflows.audit.tlog import merkle


@dataclass(frozen=True, slots=True)
class Step:
    """Hash the pair: the sibling on its side and what came out before."""

    sibling: str
    sibling_left: bool
    gives: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof that leads to the signed root."""

    index: int
    size: int
    leaf: str
    steps: tuple[Step, ...]
    root: str
    checkpoint: str


def proof_of(entry: Entry) -> Shown | None:
    """The proof under the newest checkpoint, or None while the entry is not sealed (or no longer proved)."""
    try:
        seal = proofs.seal_of(entry)
    except (proofs.NotSealed, KeyMissing):
        return None
    head = seal.opened.checkpoint
    leaf = merkle.leaf_hash(bytes(entry.body))
    return Shown(
        seal.index, head.size, leaf.hex(), _steps(seal.index, head.size, leaf, seal.path), head.root.hex(),
        seal.checkpoint,
    )  # fmt: skip


def _steps(index: int, size: int, leaf: bytes, path: tuple[bytes, ...]) -> tuple[Step, ...]:
    """RFC 6962, 2.1.1: below `inner` the bits of the index say the side, above it every sibling is left."""
    inner, value, steps = (index ^ (size - 1)).bit_length(), leaf, []
    for level, sibling in enumerate(path):
        left = level >= inner or bool(index >> level & 1)
        value = merkle.node_hash(sibling, value) if left else merkle.node_hash(value, sibling)
        steps.append(Step(sibling.hex(), left, value.hex()))
    return tuple(steps)
