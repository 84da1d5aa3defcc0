"""The tree as tiles of 256 hashes (c2sp.org/tlog-tiles): paths, bytes, growth, and reading nodes.

Tile (level, n) holds the hashes of tile level `level` from n * 256 on; each hash of level 1 and above
is the root of one full tile below. Partial tiles are prefixes of the full tile, so a store that keeps
the widest version serves every older tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from workflows.audit.tlog.merkle import HASH_SIZE, ReadNode

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL_BYTES = WIDTH * HASH_SIZE
LONGEST_ENTRY = 0xFFFF


class TileError(ValueError):
    """A tile or entry bundle is missing, too short, or not well formed."""


class TileStore(Protocol):
    """Where tiles lie: a table, a folder, a dictionary."""

    def tile(self, level: int, n: int) -> bytes | None:
        """Return the hashes of a tile as far as they are known, None when there is no such tile."""


def number_path(n: int) -> str:
    """Return a tile number as path elements of three digits; all but the last begin with x."""
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    return "/".join(reversed(parts))


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """Return `tile/<L>/<N>[.p/<W>]`."""
    return f"tile/{level}/{number_path(n)}{_partial(width)}"


def entries_path(n: int, width: int = WIDTH) -> str:
    """Return `tile/entries/<N>[.p/<W>]`."""
    return f"tile/entries/{number_path(n)}{_partial(width)}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, n, width) of every tile of a tree of `size` leaves."""
    return tiles_between(0, size)


def tiles_between(old: int, new: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, n, width) of the tiles of a tree of `new` leaves that one of `old` has not in full."""
    level, begun, count = 0, old, new
    while count:
        for n in range(begun // WIDTH, -(-count // WIDTH)):
            yield level, n, min(WIDTH, count - n * WIDTH)
        level, begun, count = level + 1, begun // WIDTH, count // WIDTH


def grow(old_size: int, leaves: Sequence[bytes], store: TileStore) -> dict[tuple[int, int], bytes]:
    """Return the new bytes of each tile that changes when leaf hashes are added behind `old_size` leaves.

    Raises TileError when the store does not hold the partial tiles of the old tree.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, count, fresh = 0, old_size, list(leaves)
    while fresh:
        above: list[bytes] = []
        position = 0
        while position < len(fresh):
            n, held = divmod(count + position, WIDTH)
            begun = _prefix(store, level, n, held)
            part = fresh[position : position + WIDTH - held]
            whole = begun + b"".join(part)
            changed[level, n] = whole
            position += len(part)
            if len(whole) == FULL_BYTES:
                above.append(subtree_root(whole))
        level, count, fresh = level + 1, count // WIDTH, above
    return changed


def subtree_root(hashes: bytes) -> bytes:
    """Return the root over concatenated hashes; their number must be a power of two."""
    sha256, pair = hashlib.sha256, 2 * HASH_SIZE
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [sha256(b"\x01" + hashes[i : i + pair]).digest() for i in range(0, len(hashes), pair)]
        )
    return hashes


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the single hashes of a tile."""
    if len(hashes) % HASH_SIZE:
        raise TileError("a tile is a row of whole hashes")
    return [hashes[i : i + HASH_SIZE] for i in range(0, len(hashes), HASH_SIZE)]


def tiles_of_path(index: int, size: int) -> list[tuple[int, int]]:
    """Return (level, n) of the tiles from which the inclusion proof of a leaf is made.

    Of each level the tile above the leaf and the last one: what closes the tree on the right lies there.
    """
    needed, level = [], 0
    while size:
        needed += [(level, n) for n in sorted({min(index, size - 1) // WIDTH, (size - 1) // WIDTH})]
        level, index, size = level + 1, index // WIDTH, size // WIDTH
    return needed


def node_reader(store: TileStore) -> ReadNode:
    """Return a function that reads tree nodes from tiles. Each tile is fetched once, each node made once.

    The function raises TileError when a tile is missing or too short.
    """
    tiles: dict[tuple[int, int], bytes] = {}
    nodes: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        if (level, index) in nodes:
            return nodes[level, index]
        tile_level, above = divmod(level, HEIGHT)
        n, first = divmod(index << above, WIDTH)
        if (tile_level, n) not in tiles:
            tiles[tile_level, n] = store.tile(tile_level, n) or b""
        part = tiles[tile_level, n][first * HASH_SIZE : (first + (1 << above)) * HASH_SIZE]
        if len(part) != HASH_SIZE << above:
            raise TileError(f"tile {tile_level}/{n} is missing or too short")
        nodes[level, index] = found = subtree_root(part)
        return found

    return read


def bundle_entries(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry behind its big-endian uint16 length."""
    parts = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise TileError("an entry is longer than 65,535 bytes")
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def unbundle_entries(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises TileError when the lengths do not come out even."""
    entries, position = [], 0
    while position < len(bundle):
        length = int.from_bytes(bundle[position : position + 2], "big")
        entry = bundle[position + 2 : position + 2 + length]
        if position + 2 > len(bundle) or len(entry) != length:
            raise TileError("an entry bundle is cut")
        entries.append(entry)
        position += 2 + length
    return entries


def _partial(width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise TileError("a tile is 1 to 256 hashes wide")
    return "" if width == WIDTH else f".p/{width}"


def _prefix(store: TileStore, level: int, n: int, held: int) -> bytes:
    if not held:
        return b""
    begun = (store.tile(level, n) or b"")[: held * HASH_SIZE]
    if len(begun) != held * HASH_SIZE:
        raise TileError(f"tile {level}/{n} is missing or too short")
    return begun
