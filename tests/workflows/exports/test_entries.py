"""Entries leave as one archive that checks itself, only for those who read the log, and never unseen."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests import factories
from tests.city import drop_triggers
from tests.workflows.exports.conftest import Archive, check, seal
from workflows import vault
from workflows.audit import triggers
from workflows.audit.bundle import zipped
from workflows.audit.canonical import parse
from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.exports import actions, reconciling, tables
from workflows.exports.models import Export, Prepared, Sealed
from workflows.matters.models import Matter
from workflows.releases.packaging import unzipped

Fetch = Callable[..., Archive]


def ask(city: factories.City, form: str = "all", who: str = "auditor", **asked: str) -> Export:
    return actions.ask_entries(asked, form, actor=city.people[who], stepped_up_at=timezone.now())


def test_an_export_is_one_archive_that_a_stranger_can_check(
    city: factories.City, matter: Matter, fetched: Fetch
) -> None:
    wanted = Entry.objects.filter(matter=matter.pk).order_by("pk")
    bodies = [bytes(entry.body) for entry in wanted]
    archive = fetched(ask(city, matter=str(matter.pk)), city.auditor)

    assert (archive.code, archive.said["result"]) == (0, "good")
    assert archive.said["entries"] == len(bodies) + 1  # its own entry is in it
    assert archive.names == {"entries.csv", "entries.jsonl", "entries.pdf", "export.json"}
    assert archive.file("entries.jsonl").splitlines() == bodies
    assert len(list((archive.folder / "proofs").iterdir())) == len(bodies) + 1

    rows = list(csv.DictReader(io.StringIO(archive.file("entries.csv").decode(), newline="")))
    assert [row["event"] for row in rows] == [parse(body)["event"] for body in bodies]
    assert archive.file("entries.csv").count(b"\r\n") == len(bodies) + 1
    with pypdfium2.PdfDocument(archive.file("entries.pdf")) as paper:
        text = "".join(page.get_textpage().get_text_range() for page in paper)
    assert "A request arrived and a matter was opened." in text.replace("\r\n", " ")

    # the entry names the list, the list names the files, and the bundle says which entry that is
    made = Entry.objects.get(event="export.made")
    assert made.digest == hashlib.sha256(archive.file("export.json")).hexdigest()
    assert archive.listed["files"] == {
        name: hashlib.sha256(archive.file(name)).hexdigest() for name in archive.names - {"export.json"}
    }
    bundle = parse((archive.folder / "bundle.json").read_bytes().rstrip(b"\n"))["signed"]
    (tied,) = [one["entry"] for one in bundle["files"] if one["path"] == "files/export.json"]
    assert parse((archive.folder / f"entries/{tied}.json").read_bytes())["id"] == str(made.uuid)


def test_an_export_whose_files_are_others_is_found_by_reconciling(
    city: factories.City, matter: Matter, fetched: Fetch
) -> None:
    fetched(ask(city, "csv", event="matter.opened"), city.auditor)
    assert list(reconciling.exports()) == []
    files = unzipped(vault.open(Prepared.objects.get().payload))
    edited = zipped({**files, "entries.csv": files["entries.csv"].replace(b"ok", b"no", 1)})
    others = [
        Sealed.objects.get().bundle,
        *(vault.put(data, kind="application/zip", record_id="x") for data in (edited, b"no archive")),
    ]
    drop_triggers()
    try:
        for other in others:
            with transaction.atomic():
                Prepared.objects.update(payload=other)
                told = [fault.detail for fault in reconciling.exports()]
                transaction.set_rollback(True)
            assert told == [f"the files of export {Export.objects.get().pk} are others"]
    finally:
        triggers.install(connection)


@pytest.mark.parametrize("form", ["csv", "jsonl", "pdf"])
def test_each_form_is_an_archive_of_its_own(
    city: factories.City, matter: Matter, fetched: Fetch, form: str
) -> None:
    archive = fetched(ask(city, form, event="matter.opened"), city.auditor)
    assert archive.code == 0
    assert archive.names == {f"entries.{form}", "export.json"}
    assert archive.listed["asked"] == {"filter": {"event": "matter.opened"}, "form": form}
    assert archive.listed["entries"] == 1


def test_an_altered_file_of_an_export_is_found(city: factories.City, matter: Matter, fetched: Fetch) -> None:
    archive = fetched(ask(city, matter=str(matter.pk)), city.auditor)
    sheet = archive.folder / "files" / "entries.csv"
    sheet.write_bytes(sheet.read_bytes().replace(b"ok", b"no", 1))
    assert check(archive.folder)[0] == 30
    body = next((archive.folder / "entries").iterdir())
    body.write_bytes(body.read_bytes().replace(b'"outcome":"ok"', b'"outcome":"failed"'))
    assert check(archive.folder)[0] == 10


def test_what_is_written_after_the_asking_is_not_in_it(
    city: factories.City, matter: Matter, fetched: Fetch
) -> None:
    export = ask(city, event="matter.opened")
    factories.open_request(city)
    assert fetched(export, city.auditor).listed["entries"] == 1


@pytest.mark.parametrize(
    "who, fresh, asked, form, refusal, code",
    [
        ("auditor", False, {}, "csv", StepUpNeeded, "step_up_needed"),
        ("counsel", True, {}, "csv", Forbidden, "forbidden"),
        ("admin", True, {}, "csv", Forbidden, "forbidden"),
        ("client", True, {}, "csv", Forbidden, "forbidden"),
        ("auditor", True, {}, "xlsx", Invalid, "unknown_choice"),
        ("auditor", True, {"event": "matter.sold"}, "csv", Invalid, "bad_filter"),
        ("auditor", True, {"until": "2001-01-01"}, "csv", Invalid, "empty"),
    ],
)
def test_an_export_is_refused_and_the_refusal_is_an_entry(
    city: factories.City, matter: Matter, who: str, fresh: bool, asked: dict[str, str], form: str,
    refusal: Any, code: str,
) -> None:  # fmt: skip
    stepped_up_at = timezone.now() if fresh else None
    with pytest.raises(refusal) as caught:
        actions.ask_entries(asked, form, actor=city.people[who], stepped_up_at=stepped_up_at)
    assert caught.value.code == code
    body = parse(bytes(Entry.objects.order_by("-pk")[0].body))
    assert (body["event"], body["move"], body["reason"]) == ("move.refused", "export_log", code)
    assert not Export.objects.exists()


def test_more_than_an_export_can_hold_is_refused_with_what_to_do(
    city: factories.City, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_ENTRIES", 3)
    with pytest.raises(Invalid, match="narrow the filter") as caught:
        ask(city)
    assert caught.value.code == "too_many"


def test_nothing_is_handed_out_before_it_is_proved_and_every_download_is_an_entry_first(
    city: factories.City, matter: Matter
) -> None:
    export = ask(city, "csv", matter=str(matter.pk))
    with pytest.raises(WrongState, match="still being made"):
        actions.open_export(export.pk, actor=city.auditor)
    factories.work()
    for who in ("counsel", "officer", "client"):
        with pytest.raises(NotVisible):
            actions.open_export(export.pk, actor=city.people[who])
    _, parts = actions.open_export(export.pk, actor=city.auditor)
    read = Entry.objects.filter(event="export.read").get()  # before the first byte was taken
    assert read.digest == hashlib.sha256(b"".join(parts)).hexdigest()
    events = Entry.objects.filter(event__startswith="export.").order_by("pk").values_list("event", flat=True)
    assert list(events) == ["export.asked", "export.made", "export.sealed", "export.read"]


def test_nothing_of_a_sealed_matter_leaves_with_the_log(
    city: factories.City, matter: Matter, fetched: Fetch
) -> None:
    other = factories.open_request(city)
    before = ask(city, "jsonl", event="matter.opened")
    factories.work()
    seal(city, matter)
    with pytest.raises(WrongState) as caught:  # made before the seal, asked for after it
        actions.open_export(before.pk, actor=city.auditor)
    assert caught.value.code == "sealed"

    archive = fetched(ask(city, "jsonl", event="matter.opened"), city.auditor)
    (left,) = archive.file("entries.jsonl").splitlines()
    assert archive.code == 0 and parse(left)["matter"] == str(other.pk)
    assert str(matter.pk).encode() not in archive.everything()
    with pytest.raises(Invalid):
        ask(city, matter=str(matter.pk))


def test_the_rows_of_an_export_are_written_once(city: factories.City, matter: Matter) -> None:
    export = ask(city, "csv")
    factories.work()
    export.refresh_from_db()
    for row, change in (
        (export, {"asked": {}}), (export.prepared, {"sha256": "0" * 64}), (export.sealed, {"size": 1}),
    ):  # fmt: skip
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    (line,) = csv.reader(
        io.StringIO(tables.sheet(("a",), [(text,)]).decode().split("\r\n", 1)[1], newline="")
    )
    assert line == [f"'{text}"]


def test_cells_with_quotes_commas_and_lines_come_back_as_they_were() -> None:
    cell = 'a "b", c\r\nd'
    read = csv.reader(io.StringIO(tables.sheet(("x", "y"), [(cell, None)]).decode(), newline=""))
    assert list(read) == [["x", "y"], [cell, ""]]
