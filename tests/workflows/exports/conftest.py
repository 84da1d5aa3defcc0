"""A city with one matter that waits for a paper, its log sealed; strangers who check what was exported."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from workflows.exports import actions
from workflows.exports.models import Export
from workflows.flow import secrecy
from workflows.flow.advance import advance
from workflows.matters.models import Matter


@dataclass
class Archive:
    """An export in a stranger's hands: unpacked, with what its own checker said of it."""

    folder: Path
    code: int
    said: dict[str, Any]

    def file(self, name: str) -> bytes:
        return (self.folder / "files" / name).read_bytes()

    @property
    def listed(self) -> dict[str, Any]:
        return json.loads(self.file("export.json"))

    @property
    def names(self) -> set[str]:
        return {path.name for path in (self.folder / "files").iterdir()}

    def everything(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


def check(folder: Path) -> tuple[int, dict[str, Any]]:
    """Run the checker that lies in the archive, as somebody who has nothing else of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "verify_bundle.py", ".", "--json"],
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def matter(city: factories.City) -> Matter:
    found = factories.open_request(city)
    advance(found.pk, "ask_paper", actor=city.officer, missing=["no_instrument"])
    factories.seal_log()
    return found


@pytest.fixture
def fetched(tmp_path: Path) -> Callable[..., Archive]:
    """`fetched(export, actor)`: let the workers make it, fetch it, unpack and check it."""

    def fetch(export: Export, actor: Any) -> Archive:
        factories.work()
        _, parts = actions.open_export(export.pk, actor=actor)
        folder = tmp_path / str(export.pk)
        with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
            archive.extractall(folder)
        return Archive(folder, *check(folder))

    return fetch


def seal(city: factories.City, matter: Matter) -> None:
    """Counsel seals the matter for everybody but themselves."""
    secrecy.seal(
        matter.pk, [], actor=city.counsel, ground="court_order", reason="The court has sealed it.",
        stepped_up_at=timezone.now(),
    )  # fmt: skip
