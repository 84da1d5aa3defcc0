"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs and their verification.

Sizes count leaves, indexes begin at 0. A *node* (level, index) is the root of the complete subtree
over the leaves index * 2^level up to (index + 1) * 2^level, end exclusive; `ReadNode` fetches one.
Proof lists run from the bottom of the tree to the top, as in the RFC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

ReadNode = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof does not show what it should."""


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a growing tree: enough to append and to tell the root."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []  # highest subtree first

    @classmethod
    def of_tree(cls, size: int, read: ReadNode) -> Frontier:
        """Return the frontier of the first `size` leaves of a stored tree."""
        frontier, start = cls(), 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                frontier._roots.append(read(level, start >> level))
                start += 1 << level
        frontier.size = size
        return frontier

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash on the right."""
        sha256, roots, size = hashlib.sha256, self._roots, self.size
        while size & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            size >>= 1
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def tree_root(size: int, read: ReadNode) -> bytes:
    """Return the root of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, read)


def inclusion_proof(index: int, size: int, read: ReadNode) -> tuple[bytes, ...]:
    """Return PATH(index, D[size]). Raises ValueError when there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, read: ReadNode) -> tuple[bytes, ...]:
    """Return PROOF(old, D[new]). Empty when the sizes are equal. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    start, end = 0, new
    whole = True  # the old tree is a subtree of its own up to here
    path: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(start, end, read))
    return tuple(reversed(path))


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that the proof leads to. Raises ProofError when its length is wrong."""
    if not 0 <= index < size:
        raise ProofError("the index lies outside the tree")
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(leaf) != HASH_SIZE or any(len(part) != HASH_SIZE for part in proof):
        raise ProofError("a hash has a wrong length")
    if len(proof) != inner + border:
        raise ProofError("the proof has a wrong number of hashes")
    found = _chain_inner(leaf, proof[:inner], index)
    return _chain_border(found, proof[inner:])


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Do nothing when the leaf hash stands at `index` of the tree; else raise ProofError."""
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError("the leaf is not in the tree at this place")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Do nothing when the old tree is the beginning of the new one; else raise ProofError.

    An old size of 0 says nothing and is refused here; who starts from an empty tree asks for no proof.
    """
    if old < 1 or new < old:
        raise ProofError("a consistency proof goes from a tree with leaves to one at least as large")
    if old == new:
        if proof or old_root != new_root:
            raise ProofError("two trees of one size differ")
        return
    if any(len(part) != HASH_SIZE for part in (*proof, old_root, new_root)):
        raise ProofError("a hash has a wrong length")
    trailing = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (new - 1)).bit_length() - trailing
    border = ((old - 1) >> (inner + trailing)).bit_count()
    power_of_two = old & (old - 1) == 0
    if len(proof) != inner + border + (0 if power_of_two else 1):
        raise ProofError("the proof has a wrong number of hashes")
    seed, rest = (old_root, proof) if power_of_two else (proof[0], proof[1:])
    mask = (old - 1) >> trailing
    old_found = _chain_border(_chain_inner_right(seed, rest[:inner], mask), rest[inner:])
    if old_found != old_root:
        raise ProofError("the proof does not fit the old root")
    new_found = _chain_border(_chain_inner(seed, rest[:inner], mask), rest[inner:])
    if new_found != new_root:
        raise ProofError("the proof does not fit the new root")


def _split(width: int) -> int:
    """Return the largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(start: int, end: int, read: ReadNode) -> bytes:
    """Return the hash over leaves start..end, where start is a multiple of the size's next power of two."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(width)
    return node_hash(_range_hash(start, middle, read), _range_hash(middle, end, read))


def _chain_inner(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, part in enumerate(proof):
        seed = node_hash(part, seed) if index >> level & 1 else node_hash(seed, part)
    return seed


def _chain_inner_right(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, part in enumerate(proof):
        if index >> level & 1:
            seed = node_hash(part, seed)
    return seed


def _chain_border(seed: bytes, proof: Sequence[bytes]) -> bytes:
    for part in proof:
        seed = node_hash(part, seed)
    return seed
