"""The demo city's own records through the command line's way, with nobody to decide anything.

Two records here, those that rules of geometry and of the verifier once kept from leaving between them;
all of them with `GATEWAY_SCALE=full`.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from gateway.demo import records
from redaction import pipeline
from redaction.types import Decisions

DAY = date(2026, 3, 2)
FULL = os.environ.get("GATEWAY_SCALE") == "full"
BORN_DIGITAL = [name for name in records.RECORDS if name != "scanned_memo"]


@pytest.mark.parametrize("name", BORN_DIGITAL if FULL else ["housing_list", "advocacy_letter"])
def test_a_record_with_a_text_of_its_own_leaves_verified(name: str, tmp_path: Path) -> None:
    received, out = tmp_path / "received", tmp_path / "out.pdf"
    received.write_bytes(records.make(name, DAY).data)
    report = pipeline.redact(
        received, out, decisions=Decisions(), attended=False, requester=None, index_key=b"k" * 32
    )
    assert report["status"] == "verified"
    assert out.exists()
