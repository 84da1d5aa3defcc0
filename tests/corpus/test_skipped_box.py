"""C3: an output in which one box was skipped is refused, whichever box it was.

A real burner that forgets a box: the pipeline runs once with every box and once more with one
box's findings kept; the second output is then presented with the first run's plan, and with
digests that fit it.
"""

from __future__ import annotations

import copy
import io
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import pipeline
from redaction.types import Decisions
from redaction.verify import check

KEY = bytes(range(32))
LINES = (
    "Incident report, invented for this test",
    "USCIS file number A 087 654 321",
    "The caller waited beside the library.",
    "Receipt number EAC2190012345",
    "Officers spoke with two neighbours.",
    "ITIN 912-78-4321",
    "The matter was closed the same evening.",
)


def source() -> bytes:
    """One page, three numbers to hide; what stands around them may be shown to a person as well."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(396, 306), invariant=1)
    canvas.setFont("Helvetica", 11)
    for row, line in enumerate(LINES):
        canvas.drawString(36, 270 - 34 * row, line)
    canvas.save()
    return out.getvalue()


def redact(folder: Path, keep: frozenset[str] = frozenset()) -> tuple[bytes, dict]:
    """Output and report."""
    path, out = folder / "in.pdf", folder / "out.pdf"
    path.write_bytes(source())
    report = pipeline.redact(
        path, out, decisions=Decisions(keep=keep), attended=True, requester="civil_immigration", index_key=KEY
    )
    return out.read_bytes(), report


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[bytes, dict]:
    """The sound output and its report."""
    return redact(tmp_path_factory.mktemp("whole"))


def results(output: bytes, report: dict) -> dict[str, str]:
    return {one.id: one.result for one in check(output, report, source=source(), key=KEY)}


def test_the_sound_output_has_its_boxes_and_passes(whole):
    output, report = whole

    assert len(report["pages"][0]["boxes"]) >= 3
    assert "fail" not in results(output, report).values()


@pytest.mark.parametrize("number", ["A_NUMBER", "USCIS_RECEIPT_NUMBER", "US_ITIN"])
def test_an_output_in_which_one_box_was_skipped_is_refused(whole, number, tmp_path):
    _, report = whole
    rules = {one["key"]: one["rule"] for one in report["findings"]}
    of_number = {one["key"] for one in report["findings"] if one["type"] == number}
    (box,) = (one for one in report["pages"][0]["boxes"] if not of_number.isdisjoint(one["findings"]))
    # Another reader's finding of the same words is kept with it, as a person's decision is for both.
    kept = {rules[key] for key in box["findings"]}
    skipped = frozenset(key for key, rule in rules.items() if rule in kept)
    output, other = redact(tmp_path, keep=skipped)
    forged = copy.deepcopy(report)
    forged["output"] = other["output"]
    for page, seen in zip(forged["pages"], other["pages"], strict=True):
        page |= {name: seen[name] for name in ("raster_sha256", "text_sha256", "words", "codec", "dpi")}

    found = results(output, forged)

    assert (found["V6"], found["V8"], found["V9"]) == ("fail", "fail", "fail")
    assert found["V16"] == "pass"  # so it was not refused for its digests
