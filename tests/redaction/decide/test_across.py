"""A word that runs across a box (the label of an axis) goes whole, along its own direction."""

from __future__ import annotations

import io
import random
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import pipeline
from redaction.decide import plan
from redaction.decide.lines import stands
from redaction.types import Box, Decisions, Document, DrawnBox, Plan
from redaction.verify.claims import ClaimedBox, ClaimedPage
from redaction.verify.geometry import source_faults
from redaction.verify.survivors import Source
from tests.redaction.burn import papers

LINES = ("Prices were told by", "the desk in Honduras", "and read at noon", "to all who asked")


def chart(label: str, *, turn: int, x: float, y: float = 400) -> bytes:
    """Lines at the left of a page and a label that runs up or down beside them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    canvas.setFont("Helvetica", 11)
    for at in range(28):
        canvas.drawString(72, 700 - 20 * at, LINES[at % 4] if at == 13 else LINES[at % 2 * 2])
    canvas.translate(x, y)
    canvas.rotate(turn)
    canvas.drawString(0, 0, label)
    canvas.save()
    return out.getvalue()


def words(source: Source) -> Iterator[tuple[str, Box, bool]]:
    """Every word of the first page, its place, whether it runs up or down."""
    signs = source.signs(1)
    for run in signs.words(signs.solid()):
        cells = [Box(*map(float, signs.places[at])) for at in run]
        box = cells[0]
        for cell in cells:
            box = box.union(cell)
        yield "".join(chr(signs.codes[at]) for at in run), box, stands(cells)


def faults(source: Source, made: Plan) -> list[str]:
    """What V11 says of the boxes."""
    width, height = source.sizes[0]
    boxes = tuple(
        ClaimedBox(one.id, one.page, one.box, one.mode.value, one.label, one.findings) for one in made.boxes
    )
    return list(source_faults(ClaimedPage(1, width, height, 200, "ccitt", "", "", 0, False, boxes), source))


def hidden(box: Box, made: Plan) -> bool:
    """True when the middle of a place lies in a box."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(one.box.x0 < x < one.box.x1 and one.box.y0 < y < one.box.y1 for one in made.boxes)


@pytest.mark.parametrize("turn, x", [(90, 46), (90, 480), (-90, 46), (-90, 480)])
def test_a_label_beside_the_lines_is_not_cut(turn: int, x: float) -> None:
    y = 260 if turn == 90 else 560
    pdf = chart("Thousands of calls a month, in the whole county", turn=turn, x=x, y=y)
    document, source = papers.read(pdf), Source(pdf)

    made = plan(document, papers.findings(document, "Honduras", "COUNTRY_OF_BIRTH"), Decisions())

    label = {word: hidden(box, made) for word, box, upright in words(source) if upright}
    assert faults(source, made) == []
    if x > 72:  # the box reaches the right margin; what stands before it stays
        assert sum(label.values()) >= 1
    assert not label["county"] and not label["Thousands"]  # far along the label's own line
    assert all(one.findings for one in made.boxes)


def test_a_hidden_label_takes_the_words_that_it_runs_across_whole() -> None:
    pdf = chart("Asked in Guatemala", turn=90, x=95, y=430)
    document, source = papers.read(pdf), Source(pdf)

    made = plan(document, papers.findings(document, "Guatemala", "COUNTRY_OF_BIRTH"), Decisions())

    assert [fault for fault in faults(source, made) if "cut" in fault] == []


def test_a_short_label_whose_box_is_no_higher_than_wide_joins_the_box_beside_it(
    samples: Path, tmp_path: Path
) -> None:
    """Two boxes beside each other on one line would tell how wide what stays between them is."""
    said = pipeline.redact(
        samples / "pdfs" / "issue-848.pdf", tmp_path / "out.pdf", decisions=Decisions(), attended=False,
        requester=None, index_key=secrets.token_bytes(32),
    )  # fmt: skip

    assert said["status"] == "verified"


def findings_at_random(chance: random.Random, document: Document) -> list[object]:
    text = document.texts[0].text
    places = chance.sample([found.span() for found in re.finditer(r"\S+", text)], chance.randint(1, 4))
    types = [chance.choice(("A_NUMBER", "COUNTRY_OF_BIRTH")) for _ in places]
    return [papers.finding(document, 0, *place, type_) for place, type_ in zip(places, types, strict=True)]


def test_labels_of_the_charts_of_a_sample_go_whole_or_stay(samples: Path, tmp_path: Path) -> None:
    path = samples / "pdfs" / "ag-energy-round-up-2017-02-24.pdf"
    pdf = path.read_bytes()
    document, source, chance = papers.read(pdf), Source(pdf), random.Random(20)
    labels = [box for _, box, upright in words(source) if upright]
    assert len(labels) == 3

    swallowed = 0
    for _ in range(12):
        made = plan(document, findings_at_random(chance, document), Decisions())
        assert faults(source, made) == []
        swallowed += sum(hidden(box, made) for box in labels)
    for label in labels * 2:
        x, y = chance.uniform(label.x0 - 20, label.x1), chance.uniform(label.y0, label.y1)
        drawn = DrawnBox(1, Box(x, y, x + chance.uniform(5, 60), y + chance.uniform(3, 20)))
        assert faults(source, plan(document, [], Decisions(drawn=(drawn,)))) == []

    said = pipeline.redact(
        path,
        tmp_path / "out.pdf",
        decisions=Decisions(pages_seen=frozenset({1}), drawn=(drawn,)),
        attended=True,
        requester=None,
        index_key=secrets.token_bytes(32),
    )
    assert swallowed > 2  # so boxes on lines did cross them
    assert said["status"] == "verified"
