"""The exported log: a folder in the layout of c2sp.org/tlog-tiles that anyone may copy and check.

Tiles and entry bundles are written first, the checkpoint that needs them last. A partial file
stays until its full one is there, as the specification asks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from workflows.audit.tlog import tiles
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.audit.tlog.merkle import HASH_SIZE
from workflows.audit.tlog.note import NoteError
from workflows.audit.tlog.tiles import WIDTH, TileStore

Bodies = Callable[[int, int], Sequence[bytes]]


class TileFolder:
    """An exported log in a folder, as a store of tiles for trees up to `size` leaves."""

    def __init__(self, root: Path, size: int) -> None:
        self.root = Path(root)
        self.size = size

    def tile(self, level: int, n: int) -> bytes | None:
        """Return a full tile, or the widest partial one that a tree of `size` leaves has."""
        count = self.size >> (tiles.HEIGHT * level)
        width = min(WIDTH, count - n * WIDTH)
        if width < 1:
            return None
        for path in (tiles.tile_path(level, n), tiles.tile_path(level, n, width)):
            try:
                return (self.root / path).read_bytes()
            except FileNotFoundError:
                continue
        return None


def folder_of(export_dir: Path, incarnation: int) -> Path:
    """Return where an incarnation is exported: the folder itself, later ones under their number."""
    return Path(export_dir) if incarnation == 1 else Path(export_dir) / str(incarnation)


def exported_checkpoint(folder: Path) -> str | None:
    """Return the checkpoint file of an exported log, None when there is none."""
    try:
        return (Path(folder) / "checkpoint").read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def export(folder: Path, store: TileStore, bodies: Bodies, size: int, checkpoint: str, keys: str) -> None:
    """Bring the folder up to a tree of `size` leaves under its signed checkpoint. Raises OSError, TileError.

    Whatever an interrupted export left behind is written again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = _exported_size(folder)
    if done > size:
        done = 0
    for level, n, width in tiles.tiles_between(done, size):
        held = (store.tile(level, n) or b"")[: width * HASH_SIZE]
        if len(held) != width * HASH_SIZE:
            raise tiles.TileError(f"tile {level}/{n} is missing or too short")
        _put(folder, tiles.tile_path(level, n, width), held)
        if width == WIDTH:
            _drop_partial(folder, tiles.tile_path(level, n))
    for n in range(done // WIDTH, -(-size // WIDTH)):
        end = min((n + 1) * WIDTH, size)
        _put(folder, tiles.entries_path(n, end - n * WIDTH), tiles.bundle_entries(bodies(n * WIDTH, end)))
        if end == (n + 1) * WIDTH:
            _drop_partial(folder, tiles.entries_path(n))
    if not (folder / "keys.txt").exists() or (folder / "keys.txt").read_text() != keys:
        _put(folder, "keys.txt", keys.encode())
    _put(folder, "checkpoint", checkpoint.encode())


def _exported_size(folder: Path) -> int:
    whole = exported_checkpoint(folder)
    if whole is None:
        return 0
    try:
        return parse_unsigned(whole).size
    except NoteError:
        return 0  # a damaged export is written again from the start


def _put(folder: Path, path: str, content: bytes) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.new")
    aside.write_bytes(content)
    os.replace(aside, target)


def _drop_partial(folder: Path, path: str) -> None:
    shutil.rmtree(folder / (path + ".p"), ignore_errors=True)
