"""V7 on a table: numbers of several cells are no number of a person, and one number still is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import pipeline
from redaction.types import Decisions
from redaction.verify import check

KEY = bytes(32)
ROWS = (("Rhode Island", 954, 932, 57, 135, 0), ("Puerto Rico", 17, 905, 65, 31, 45), ("Guam", 6, 1, 0, 2, 3))


def table() -> bytes:
    """A page of little but numbers in columns."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setFont("Helvetica", 7)
    for row, (name, *numbers) in enumerate(ROWS * 6):
        y = 760 - 10 * row
        canvas.drawString(40, y, name)
        for column, number in enumerate([*numbers, *numbers, *numbers]):
            canvas.drawRightString(130 + 26 * column, y, str(number))
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, dict]:
    """The table, its copy, and the report."""
    folder: Path = tmp_path_factory.mktemp("table")
    source = table()
    (folder / "in").write_bytes(source)
    nobody = Decisions()
    report = pipeline.redact(
        folder / "in", folder / "out", decisions=nobody, attended=False, requester=None, index_key=KEY
    )
    return source, (folder / "out").read_bytes(), report


def v7(output: bytes, report: dict, source: bytes | None = None) -> str:
    return next(one.result for one in check(output, report, key=KEY, source=source) if one.id == "V7")


def test_cells_side_by_side_are_no_number(made: tuple[bytes, bytes, dict]) -> None:
    source, output, report = made
    assert report["status"] == "verified"
    assert v7(output, report, source) == "pass"


def test_without_the_source_only_the_verdict_of_the_run_that_had_it_counts(
    made: tuple[bytes, bytes, dict],
) -> None:
    _, output, report = made
    assert v7(output, report) == "pass"
    assert v7(output, report | {"assertions": []}) == "fail"
    other = [{**page, "text_sha256": "0" * 64} for page in report["pages"]]
    assert v7(output, report | {"pages": other}) == "fail"


def test_a_number_of_one_cell_is_found_in_the_source_s_own_gaps(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "The taxpayer number that was given is 932 70 1234 as of today.")
    canvas.save()
    source = tmp_path / "in"
    source.write_bytes(out.getvalue())
    keep = frozenset(one.key for one in pipeline.scan(source, requester=None).findings)
    assert keep
    report = pipeline.redact(
        source,
        tmp_path / "out",
        decisions=Decisions(keep=keep),
        attended=True,
        requester=None,
        index_key=KEY,
    )
    output = (tmp_path / "out").read_bytes()
    assert v7(output, report, source.read_bytes()) == "pass"
    assert v7(output, report | {"keeps": []}, source.read_bytes()) == "fail"
