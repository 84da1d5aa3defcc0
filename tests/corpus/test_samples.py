"""Every sample document ends in one of the stated ways, with its reason, and never in silence.

All of `pdfs` are run, and of `odd` the ones whose outcome is known plus a seeded selection;
`GATEWAY_SCALE=full` runs everything.
"""

from __future__ import annotations

import json
import os
import random
import stat
from pathlib import Path

import pytest

from redaction import cli
from redaction.errors import QUARANTINED_CODES, REJECTED_CODES
from tests.conftest import _samples_folder

pytestmark = pytest.mark.slow

STATUS = {0: "verified", 3: "quarantined", 4: "rejected"}
CODES = {0: frozenset(), 3: QUARANTINED_CODES, 4: REJECTED_CODES}
SEED = 20260305
SAMPLED = 6
KNOWN = {  # file of `odd`: exit code and first reason
    "GHOSTSCRIPT-698804-1-fuzzed.pdf": (3, "page_count_mismatch"),
    "PDFBOX-4352-0.pdf": (3, "page_count_mismatch"),
    "bug1980958.pdf": (3, "page_count_mismatch"),
    "encrypted-attachment.pdf": (3, "page_count_mismatch"),
    "bitmap-symbol-texttranspose.pdf": (3, "scanned_page"),
    "bug1782186.pdf": (4, "encrypted"),
    "issue6010_1.pdf": (4, "encrypted"),
    "issue14130.pdf": (4, "xfa_dynamic"),
    "bug1871353.1.pdf": (0, None),
    "rotation.pdf": (0, None),
    "signed_verified.pdf": (0, None),
}
FULL = os.environ.get("GATEWAY_SCALE") == "full"


def names(folder: str) -> list[str]:
    """The sample files of one folder; one name that does not exist where the folder is absent, so
    that the fixture speaks."""
    found = sorted(path.name for path in (_samples_folder() / folder).glob("*.pdf"))
    return found or ["absent.pdf"]


def chosen_odd() -> list[str]:
    """Known ones and a seeded selection of the others, or all."""
    everything = names("odd")
    rest = [name for name in everything if name not in KNOWN]
    if FULL or everything == ["absent.pdf"]:
        return everything
    return sorted([*KNOWN, *random.Random(SEED).sample(rest, SAMPLED)])


@pytest.fixture
def run(samples: Path, tmp_path: Path):
    """Redacts one sample from the command line: exit code, report, output path."""

    def redact(folder: str, name: str):
        out, report = tmp_path / "out.pdf", tmp_path / "report.json"
        out.write_bytes(b"an older file that must not be taken for the result")
        code = cli.main(["redact", str(samples / folder / name), str(out), "--report", str(report)])
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
            ["report.json"] + (["out.pdf"] if code == 0 else [])
        )
        return code, json.loads(report.read_text()), out, report

    return redact


def ends_as_stated(code: int, report: dict) -> None:
    """The outcome is one of three, and the report says which and why."""
    assert code in STATUS
    assert (report["exit"], report["status"]) == (code, STATUS[code])
    assert set(report["reasons"]) <= CODES[code]
    assert bool(report["reasons"]) is (code != 0)
    assert (report["output"] is not None) is (code == 0)


@pytest.mark.parametrize("name", names("pdfs"))
def test_a_public_record_ends_verified_or_waits_for_a_person(name, run, capsys):
    code, report, out, report_path = run("pdfs", name)

    ends_as_stated(code, report)
    assert code in (0, 3)
    if code == 0:
        assert {row["result"] for row in report["assertions"]} == {"pass"}
        assert cli.main(["verify", str(out), "--plan", str(report_path)]) == 0


@pytest.mark.parametrize("name", chosen_odd())
def test_an_odd_file_ends_in_one_of_the_three_ways(name, run):
    code, report, _, _ = run("odd", name)

    ends_as_stated(code, report)
    if name in KNOWN:
        known_code, reason = KNOWN[name]
        assert (code, report["reasons"][:1]) == (known_code, [] if reason is None else [reason])


def test_the_samples_show_every_exit_code():
    assert {code for code, _ in KNOWN.values()} == {0, 3, 4}


def test_what_is_no_document_is_rejected(tmp_path):
    for content in (b"", b"no pdf at all \x00\x01\x02", b"%PDF-1.7\n" + b"\0" * 100):
        source, out, report = tmp_path / "in.pdf", tmp_path / "out.pdf", tmp_path / "report.json"
        source.write_bytes(content)

        code = cli.main(["redact", str(source), str(out), "--report", str(report)])

        said = json.loads(report.read_text())
        ends_as_stated(code, said)
        assert (code in (3, 4), out.exists()) == (True, False)
