"""A vault of its own for each test: fresh folder, fresh keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.vault import keys


@pytest.fixture(autouse=True)
def own_vault(settings, tmp_path: Path) -> Path:
    """Point the settings at an empty data folder with fresh master keys and return the folder."""
    settings.DATA_DIR = tmp_path
    settings.MASTER_KEYS_FILE = tmp_path / "keys" / "master.json"
    settings.STORAGE_URL = ""
    keys.ensure()
    return tmp_path


@pytest.fixture
def stored_file(own_vault: Path):
    """Return the path of the one encrypted file in the vault."""

    def find() -> Path:
        (path,) = (own_vault / "vault").glob("??/*")
        return path

    return find
