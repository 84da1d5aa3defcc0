"""The whole way: what leaves is verified, what is in doubt is withheld, nothing half-made stays."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from redaction import extract, pipeline, report, sandbox
from redaction.errors import Failed, Quarantined, Rejected, Withheld
from redaction.types import Action, Decisions, DrawnBox
from redaction.types import Box as PointBox
from tests.redaction import papers

KEY = b"k" * 32


@pytest.fixture
def place(tmp_path):
    """A folder with a received file in it: give it bytes, get INPUT and OUTPUT."""

    def put(data: bytes):
        (tmp_path / "in.pdf").write_bytes(data)
        return tmp_path / "in.pdf", tmp_path / "out.pdf"

    return put


def run(source, out, *, attended=False, requester=None, **changes) -> dict:
    settings = {"decisions": Decisions(), "index_key": KEY} | changes
    return pipeline.redact(source, out, attended=attended, requester=requester, **settings)


def words_of(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def test_a_sound_file_leaves_without_its_status_data(place):
    source, out = place(papers.page(papers.STATUS, papers.PLAIN))

    said = run(source, out)

    text = words_of(out.read_bytes())
    assert "small hall" in text
    assert "Mexican" not in text and "087654321" not in text
    assert b"087654321" not in out.read_bytes()
    assert (said["status"], said["exit"], said["reasons"]) == ("verified", 0, [])
    assert {f["type"] for f in said["findings"]} >= {"A_NUMBER", "CITIZENSHIP"}
    assert {a["result"] for a in said["assertions"]} == {"pass"}
    assert len(said["assertions"]) == 16
    assert said["output"]["bytes"] == out.stat().st_size
    assert said["pages_by_parser"] == {"pdfplumber": 1, "pdfium": 1, "pikepdf": 1}
    assert said["sandbox"]["level"] == sandbox.level()
    assert said["pages"][0]["dpi"] == 200 and said["pages"][0]["boxes"]


def test_the_report_holds_no_clear_value(place):
    source, out = place(papers.page(papers.STATUS))

    text = json.dumps(run(source, out)).lower()

    assert "mexican" not in text and "087654321" not in text


def test_the_same_file_gives_the_same_bytes(place):
    source, out = place(papers.page(papers.STATUS, papers.PLAIN))
    run(source, out)
    first = out.read_bytes()

    run(source, out)

    assert out.read_bytes() == first


def scanned() -> bytes:
    return papers.picture_bytes("PNG", "Born in Guatemala")


def encrypted() -> bytes:
    lock = pikepdf.Encryption(user="u", owner="o")
    return papers.edited(papers.page(papers.PLAIN), lambda pdf: None, encryption=lock)


@pytest.mark.parametrize(
    "make, error, code",
    [
        (scanned, Quarantined, "scanned_page"),
        (encrypted, Rejected, "encrypted"),
        (lambda: b"", Rejected, "malformed"),
        (lambda: b"%PDF-1.7 nothing more", Rejected, "malformed"),
        (lambda: b"\x00\x01\x02\x03", Rejected, "unsupported_type"),
        (lambda: b"PK\x03\x04....word/document.xml", Rejected, "malformed"),
    ],
)
def test_what_may_not_leave_has_a_code_and_a_report_and_no_output(place, make, error, code):
    source, out = place(make())
    out.write_bytes(b"an older result")

    with pytest.raises(error) as withheld:
        run(source, out)

    said = withheld.value.report
    assert withheld.value.code == code
    assert (said["exit"], said["reasons"][0], said["output"]) == (error.exit_code, code, None)
    assert said["status"] == report.STATUS[error.exit_code]
    assert sorted(p.name for p in out.parent.iterdir()) == ["in.pdf"]


def test_the_parent_loads_no_parser():
    program = (
        "import sys\n"
        "import redaction.cli, redaction.pipeline\n"
        "bad = {'pikepdf', 'pdfplumber', 'pdfminer', 'pypdfium2'} & set(sys.modules)\n"
        "assert not bad, bad"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_a_missing_file_is_withheld_not_a_crash(tmp_path):
    with pytest.raises(Failed, match="internal"):
        run(tmp_path / "absent.pdf", tmp_path / "out.pdf")


def test_a_full_or_read_only_folder_leaves_nothing(tmp_path, place):
    source, _ = place(papers.page(papers.PLAIN))

    with pytest.raises(Failed, match="internal"):
        run(source, tmp_path / "no such folder" / "out.pdf")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.pdf"]


def test_a_scanned_page_leaves_only_when_a_person_has_seen_it(place):
    source, out = place(scanned())

    with pytest.raises(Quarantined, match="scanned_page"):
        run(source, out, attended=True)
    with pytest.raises(Quarantined, match="scanned_page"):
        run(source, out, decisions=Decisions(pages_seen=frozenset({1})))  # but nobody attends
    said = run(source, out, attended=True, decisions=Decisions(pages_seen=frozenset({1})))

    assert said["exit"] == 0
    assert "Guatemala" not in words_of(out.read_bytes())


def test_other_rules_than_those_reviewed_stop_the_burn(place):
    source, out = place(papers.page(papers.STATUS))

    with pytest.raises(Failed, match="ruleset_mismatch"):
        run(source, out, expected_ruleset="0" * 64)

    assert not out.exists()


def test_decisions_taken_after_a_scan_apply_when_it_is_burned(place):
    source, out = place(
        papers.page("Born in Guatemala, lives in town.", "Nacionalidad: Honduras", papers.PLAIN)
    )
    seen = pipeline.scan(source, requester=None)
    texts = seen.document.texts
    of_honduras = {f.key for f in seen.findings if "Honduras" in texts[f.text_index].text[f.start : f.end]}
    assert of_honduras

    said = run(
        source, out, attended=True, expected_ruleset=seen.ruleset,
        decisions=Decisions(
            keep=frozenset(of_honduras), drawn=(DrawnBox(1, PointBox(60, 130, 560, 150), author="r1"),)
        ),
    )  # fmt: skip

    text = words_of(out.read_bytes())
    assert "Honduras" in text and "Guatemala" not in text
    assert "meeting" not in text, "the drawn box lies over the third line"
    assert {f["final"] for f in said["findings"] if f["key"] in of_honduras} == {"keep"}
    assert said["keeps"]


def test_a_scan_reads_and_writes_nothing(place):
    source, _ = place(papers.page(papers.STATUS, pages=2))

    seen = pipeline.scan(source)

    assert seen.page_sizes == ((612, 792), (612, 792))
    assert {f.page for f in seen.findings} == {1, 2}
    assert all(f.action in (Action.REDACT, Action.REVIEW, Action.KEEP) for f in seen.findings)
    assert {key for box in seen.proposed for key in box.findings} <= {f.key for f in seen.findings}
    assert seen.proposed and seen.reasons == ()
    assert [p.name for p in source.parent.iterdir()] == ["in.pdf"]


def test_a_scan_of_a_scanned_page_says_why_it_cannot_leave_unattended(place):
    source, _ = place(scanned())

    reasons = pipeline.scan(source).reasons

    assert ("scanned_page", 1) in {(r.code, r.page) for r in reasons}


def test_page_images_come_as_png(place):
    source, out = place(papers.page(papers.STATUS))
    run(source, out)

    for image in (pipeline.page_image(source, 1, dpi=72), pipeline.output_image(out, 1, dpi=72)):
        drawn = Image.open(io.BytesIO(image))
        assert (drawn.format, drawn.size) == ("PNG", (612, 792))


@pytest.mark.parametrize("most_bytes", [1, 48 * 1024 * 1024])
def test_images_of_all_pages_are_those_of_each_page(place, monkeypatch, most_bytes):
    monkeypatch.setattr(extract.pictures, "BATCH_BYTES", most_bytes)  # one page to a child, or all
    form = papers.edited(
        papers.page(papers.STATUS, pages=3), papers.text_field("n", "Ximena Robles", (200, 480, 400, 500))
    )
    source, out = place(form)
    run(source, out)

    assert list(pipeline.page_images(source, dpi=72)) == [
        pipeline.page_image(source, n, dpi=72) for n in (1, 2, 3)
    ]
    assert list(pipeline.output_images(out, dpi=72)) == [
        pipeline.output_image(out, n, dpi=72) for n in (1, 2, 3)
    ]


def test_pages_are_drawn_as_they_are_asked_for(place, monkeypatch):
    monkeypatch.setattr(extract.pictures, "BATCH", 2)
    source, _ = place(papers.page(papers.PLAIN, pages=5))
    steps = []
    monkeypatch.setattr(sandbox, "run", recorded(sandbox.run, steps))

    images = pipeline.page_images(source, dpi=36)
    next(images)
    assert steps == ["normalise", "render_from"]
    assert len([*images]) == 4
    assert steps == ["normalise", "render_from", "render_from", "render_from"]


def recorded(run_step, steps):
    """The step runner itself, telling which step it was asked for."""

    def run_and_tell(step, *arguments, **more):
        steps.append(step)
        return run_step(step, *arguments, **more)

    return run_and_tell


def test_a_child_that_dies_costs_no_page(place, monkeypatch):
    """Drawing sixteen pages ends in the dark twice; each page gets a child of its own."""
    source, _ = place(papers.page(papers.PLAIN, pages=3))
    alone = list(pipeline.page_images(source, dpi=36))
    started = []

    def dying(step, arguments, blobs, limits):
        if step == "render_from":
            started.append(arguments["most_pages"])
            if arguments["most_pages"] > 1:
                raise sandbox.ChildDied(step, "killed")
        return run_step(step, arguments, blobs, limits)

    run_step = sandbox.run
    monkeypatch.setattr(sandbox, "run", dying)

    assert list(pipeline.page_images(source, dpi=36)) == alone
    assert started == [16, 1, 16, 1, 16, 1]


@pytest.mark.parametrize("make, code", [(encrypted, "encrypted"), (lambda: b"%PDF-1.7 cut", "malformed")])
def test_pictures_of_a_file_that_does_not_open_are_withheld(place, make, code):
    source, _ = place(make())

    with pytest.raises(Rejected, match=code):
        list(pipeline.page_images(source))


def test_a_page_image_shows_form_values(place):
    blank = papers.page("Name:")
    source, _ = place(papers.edited(blank, papers.text_field("n", "Ximena Robles", (200, 680, 400, 700))))

    drawn = Image.open(io.BytesIO(pipeline.page_image(source, 1, dpi=72))).convert("L")

    assert min(drawn.crop((200, 92, 400, 112)).tobytes()) < 100


@pytest.mark.parametrize("number", [0, 2])
def test_an_image_of_a_page_that_is_not_there_is_withheld(place, number):
    source, _ = place(papers.page(papers.PLAIN))

    with pytest.raises(Withheld):
        pipeline.page_image(source, number)


def test_text_files_go_the_whole_way(place):
    source, out = place(b"name,note\nMaria Robles,born in Guatemala\nJane Roe,went to school\n")

    said = run(source, out)

    assert said["source"]["media_type"] == "text/plain"
    assert "Guatemala" not in words_of(out.read_bytes()) and "school" in words_of(out.read_bytes())


def test_a_value_that_touches_its_neighbours_in_a_table_does_not_leave(place):
    rows = (("name", "citizenship", "bed"), ("maria lopez", "guatemala", "12"), ("ana", "chile", "7"))

    def draw(canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for line, row in enumerate(rows):
            for x, value in zip((72, 72 + canvas.stringWidth("maria lopez"), 190), row, strict=True):
                canvas.drawString(x, 480 - 16 * line, value)

    source, out = place(papers.page(papers.PLAIN, draw=draw))

    run(source, out)

    words = words_of(out.read_bytes())
    assert "guatemala" not in words and "chile" not in words and "citizenship" in words


def test_status_data_in_metadata_annotations_and_fields_does_not_leave(place):
    def load(pdf: pikepdf.Pdf) -> None:
        papers.text_field("f", "Citizenship: Honduras", (200, 600, 420, 620))(pdf)
        pdf.docinfo["/Title"] = "Removal of A 087 654 321"
        pdf.attachments["born in Guatemala.txt"] = b"A087654321"

    source, out = place(papers.edited(papers.page(papers.PLAIN), load))

    said = run(source, out)

    data = out.read_bytes()
    assert said["dropped"]["attachments"] == 1
    assert {f["source"] for f in said["findings"]} >= {"form_value", "metadata"}
    for value in (b"Honduras", b"Guatemala", b"087654321", b"087 654 321"):
        assert value not in data and value.decode() not in words_of(data)


def test_report_files_are_for_their_owner_only_and_whole(tmp_path):
    old = os.umask(0)
    try:
        report.write(tmp_path / "r.json", report.blank())
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "r.json").read_text())["version"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]
