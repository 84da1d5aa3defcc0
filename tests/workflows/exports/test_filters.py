"""An export holds what the page of the same filter shows, in every form, and the asking is an entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from tests import factories
from tests.workflows.exports.conftest import Archive
from workflows.audit import flags, queries
from workflows.audit.canonical import parse
from workflows.audit.models import About, Entry, Flag
from workflows.errors import Invalid
from workflows.exports import actions
from workflows.matters.models import Matter

PERSON = "ab" * 32


@pytest.fixture
def asked_by(city: factories.City, matter: Matter) -> dict[str, str]:
    """For each filter of the page a value that some entries fit, and not all."""
    opened = Entry.objects.filter(matter=matter.pk, event="matter.opened").get()
    last = Entry.objects.order_by("-pk")[0]
    body = parse(bytes(opened.body))
    named = Entry.objects.exclude(digest=None).order_by("pk").values_list("digest", flat=True).first()
    About.objects.create(subject=PERSON, entry=opened.pk)
    Flag.objects.create(code=flags.MANY_READ, at=timezone.now(), entry=last.pk)
    return {
        "event": "matter.opened", "outcome": "ok", "role": body["role"], "matter": str(matter.pk),
        "actor": str(opened.actor), "since": opened.at.isoformat(), "until": last.at.isoformat(),
        "subject": PERSON, "flag": flags.MANY_READ, "incarnation": "1",
    } | ({"digest": named} if named else {})  # fmt: skip


def test_every_filter_of_the_page_narrows_every_form_alike(
    city: factories.City, asked_by: dict[str, str], fetched: Callable[..., Archive]
) -> None:
    assert set(asked_by) | {"digest"} == set(actions.FILTERS) == {*queries.Filter.__dataclass_fields__}
    combined = {"subject": PERSON, "event": "matter.opened", "until": asked_by["until"]}
    for asked in [combined, *({name: value} for name, value in asked_by.items())]:
        last = Entry.objects.order_by("-pk")[0].pk
        shown = queries.page(queries.read_filter(asked), length=queries.LONGEST_PAGE)
        wanted = [str(line.entry.uuid) for line in reversed(shown.lines) if line.entry.pk <= last]
        export = actions.ask_entries(asked, "all", actor=city.auditor, stepped_up_at=timezone.now())
        assert export.entry.event == "export.asked"
        if "incarnation" in asked:
            factories.seal_log()
        archive = fetched(export, city.auditor)

        lines = [parse(line)["id"] for line in archive.file("entries.jsonl").splitlines()]
        rows = list(csv.DictReader(io.StringIO(archive.file("entries.csv").decode(), newline="")))
        assert lines == [row["id"] for row in rows] and archive.code == 0
        assert wanted and set(wanted) <= set(lines), asked
        if "incarnation" not in asked:  # the page leaves out what waits for its leaf
            assert sorted(wanted) == sorted(lines), asked
        with pypdfium2.PdfDocument(archive.file("entries.pdf")) as paper:
            text = "".join(page.get_textpage().get_text_range() for page in paper)
        assert f"{len(lines)} entries in the order of the log" in " ".join(text.split())


def test_a_flag_or_person_found_after_the_asking_changes_no_export(
    city: factories.City, asked_by: dict[str, str], fetched: Callable[..., Archive]
) -> None:
    asked: list[Any] = [
        actions.ask_entries({name: asked_by[name]}, "jsonl", actor=city.auditor, stepped_up_at=timezone.now())
        for name in ("flag", "subject")
    ]
    other = Entry.objects.exclude(pk__in=About.objects.values("entry")).order_by("pk")[0]
    Flag.objects.create(code=flags.MANY_READ, at=timezone.now(), entry=other.pk)
    About.objects.create(subject=PERSON, entry=other.pk)
    assert [fetched(export, city.auditor).listed["entries"] for export in asked] == [1, 1]


def test_another_life_of_the_log_is_refused_with_the_reason(city: factories.City, matter: Matter) -> None:
    with pytest.raises(Invalid, match="present life") as caught:
        actions.ask_entries({"incarnation": "7"}, "csv", actor=city.auditor, stepped_up_at=timezone.now())
    assert caught.value.code == "earlier_life"
