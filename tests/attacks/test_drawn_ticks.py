"""Check boxes that are drawn, not typed and no form fields: which one is ticked must not be told (G6)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import pipeline
from redaction.types import Decisions, MarkMode

SIDE = 10
QUESTION = "Tick what fits the guest"
ANSWERS = ("Is in asylum proceedings", "Eats no meat", "Works at night")
KEPT = "Needs a bed tonight:"


def form(ticked: int | None, bed: bool = True, *, in_a_row: bool = False) -> bytes:
    """A question of three answers with one tick or none, and another question that may be read."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, QUESTION)
    for at, answer in enumerate(ANSWERS):
        x, y = (72 + 160 * at, 680) if in_a_row else (72, 680 - 20 * at)
        box(canvas, x, y - 2, ticked == at)
        canvas.drawString(x + 18, y, answer)
    canvas.drawString(72, 560, KEPT)
    box(canvas, 200, 558, bed)
    canvas.drawString(220, 560, "yes")
    canvas.save()
    return out.getvalue()


def box(canvas: Canvas, x: float, y: float, ticked: bool) -> None:
    canvas.rect(x, y, SIDE, SIDE)
    if ticked:
        canvas.line(x + 1, y + 1, x + SIDE - 1, y + SIDE - 1)
        canvas.line(x + 1, y + SIDE - 1, x + SIDE - 1, y + 1)


def redacted(folder: Path, data: bytes) -> tuple[bytes, dict]:
    (folder / "in.pdf").write_bytes(data)
    said = pipeline.redact(
        folder / "in.pdf", folder / "out.pdf", decisions=Decisions(), attended=False,
        requester="civil_immigration", index_key=bytes(32),
    )  # fmt: skip
    return (folder / "out.pdf").read_bytes(), said


@pytest.mark.parametrize("in_a_row", [False, True], ids=["column", "row"])
def test_a_copy_does_not_tell_which_drawn_box_is_ticked(tmp_path, in_a_row):
    outputs = [redacted(tmp_path, form(ticked, in_a_row=in_a_row))[0] for ticked in (0, 2, None)]

    assert len(set(outputs)) == 1


def test_a_drawn_box_of_another_question_stays(tmp_path):
    ticked, said = redacted(tmp_path, form(1, bed=True))
    open_, _ = redacted(tmp_path, form(1, bed=False))

    assert ticked != open_
    assert said["pages"][0]["regions"]["tick"] == 4
    boxes = [one for one in said["pages"][0]["boxes"] if one["mode"] == MarkMode.FIELD]
    assert len(boxes) == 3
    assert all(one["y1"] < 792 - 558 - SIDE for one in boxes)
