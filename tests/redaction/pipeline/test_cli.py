"""`python -m redaction`: fixed exit codes, three different files, a report for every outcome."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.redaction import papers

ROOT = Path(__file__).resolve().parents[3]


def redaction(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "redaction", *map(str, arguments)],
        cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_a_sound_file_gives_0_and_verify_agrees(tmp_path):
    (tmp_path / "in").write_bytes(papers.page(papers.STATUS, papers.PLAIN))

    done = redaction("redact", tmp_path / "in", tmp_path / "out.pdf", "--report", tmp_path / "r.json")
    said = json.loads((tmp_path / "r.json").read_text())
    checked = redaction("verify", tmp_path / "out.pdf", "--plan", tmp_path / "r.json")

    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (0, "verified")
    assert len(bytes.fromhex(said["index_key"])) == 32
    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == 0o600
    assert checked.returncode == 0, checked.stdout


def test_extras_are_asked_for_made_and_verified(tmp_path):
    (tmp_path / "in").write_bytes(papers.page(papers.STATUS, papers.PLAIN))
    places = (tmp_path / "in", tmp_path / "out.pdf", "--report", tmp_path / "r.json")

    done = redaction("redact", *places, "--footer", "MATTER-7", "--archival", "--tagged")
    said = json.loads((tmp_path / "r.json").read_text())
    checked = redaction("verify", tmp_path / "out.pdf", "--plan", tmp_path / "r.json")
    wrong = redaction("redact", *places, "--footer", "Jane Doe")

    assert done.returncode == 0, done.stderr
    assert said["extras"] == {"footer": "MATTER-7", "archival": True, "tagged": True}
    assert {one["result"] for one in said["assertions"]} == {"pass"}
    assert checked.returncode == 0, checked.stdout
    assert wrong.returncode == 2
    assert "Jane" not in wrong.stderr


def test_verify_refuses_a_changed_output_with_5(tmp_path):
    (tmp_path / "in").write_bytes(papers.page(papers.STATUS))
    redaction("redact", tmp_path / "in", tmp_path / "out.pdf", "--report", tmp_path / "r.json")
    data = bytearray((tmp_path / "out.pdf").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "out.pdf").write_bytes(data)

    checked = redaction("verify", tmp_path / "out.pdf", "--plan", tmp_path / "r.json")

    assert checked.returncode == 5
    assert "V16" in checked.stdout


@pytest.mark.parametrize(
    "data, code, reason",
    [
        (papers.picture_bytes("PNG", "Born in Guatemala"), 3, "scanned_page"),
        (b"", 4, "malformed"),
        (b"MZ\x90\x00", 4, "unsupported_type"),
    ],
    ids=["scan", "empty", "program"],
)
def test_withheld_files_give_3_or_4_with_a_report_and_no_output(tmp_path, data, code, reason):
    (tmp_path / "in").write_bytes(data)
    (tmp_path / "out.pdf").write_bytes(b"an older result")

    done = redaction("redact", tmp_path / "in", tmp_path / "out.pdf", "--report", tmp_path / "r.json")

    said = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == said["exit"] == code
    assert said["reasons"] == [reason]
    assert reason in done.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_input_output_and_report_must_differ(tmp_path):
    (tmp_path / "in").write_bytes(papers.page(papers.PLAIN))
    os.link(tmp_path / "in", tmp_path / "same")
    os.symlink(tmp_path / "in", tmp_path / "link")
    before = (tmp_path / "in").read_bytes()

    for out, report in (
        ("in", "r.json"),
        ("out", "in"),
        ("out", "out"),
        ("same", "r.json"),
        ("link", "r.json"),
    ):
        done = redaction("redact", tmp_path / "in", tmp_path / out, "--report", tmp_path / report)
        assert done.returncode == 2, (out, report)

    assert (tmp_path / "in").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["redact"],
        ["redact", "in", "out"],
        ["redact", "absent", "out", "--report", "r.json"],
        ["redact", "in", "out", "--report", "r.json", "--requester", "anyone"],
        ["redact", "in", "no-such-folder/out", "--report", "r.json"],
    ],
)
def test_wrong_usage_gives_2(tmp_path, arguments):
    (tmp_path / "in").write_bytes(papers.page(papers.PLAIN))
    paths = [
        tmp_path / a if a in ("in", "out", "absent", "r.json", "no-such-folder/out") else a for a in arguments
    ]

    assert redaction(*paths).returncode == 2


def test_help_gives_0():
    assert redaction("--help").returncode == redaction("redact", "--help").returncode == 0


def test_detect_reads_json_lines():
    done = redaction("detect", stdin='{"id": 1, "text": "Her A-number is A087654321."}\n')

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    # The number, and the label word that in free text applies to some people only (P4).
    assert {(f["type"], f["action"]) for f in answer["findings"]} == {("A_NUMBER", "redact")}


def test_no_text_of_the_document_reaches_the_terminal(tmp_path):
    (tmp_path / "in").write_bytes(papers.page(papers.STATUS))

    done = redaction("redact", tmp_path / "in", tmp_path / "out.pdf", "--report", tmp_path / "r.json")

    assert "Mexican" not in done.stdout + done.stderr and "087654321" not in done.stdout + done.stderr
