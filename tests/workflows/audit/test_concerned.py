"""Whom an entry is about: each person behind a commitment of their own, found and forgotten one by one."""

from __future__ import annotations

import contextlib
import json
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.workflows.audit.conftest import LogUnderTest, Somebody, without_triggers
from workflows.audit import concerned, log, queries, schema
from workflows.audit.canonical import canonical, parse
from workflows.audit.models import About, Entry
from workflows.audit.queries import Filter
from workflows.audit.verify_bundle import Bad, parse_body

ADA, BEN = "ab" * 32, "cd" * 32


def found(person: str) -> list[int]:
    return [line.entry.pk for line in queries.page(Filter(subject=person)).lines]


def in_version_1(event: str, subject: str) -> Entry:
    """An entry as the first version of the schema wrote it."""
    with transaction.atomic():
        entry = log.record(event, actor=Somebody())
        body = parse(bytes(entry.body)) | {"v": 1, "subject": subject, "id": str(uuid.uuid4())}
        schema.validate(body)
        return Entry.objects.create(body=canonical(body), **log.derived(body))


def verified(capsys) -> tuple[int, list[str]]:
    with contextlib.suppress(SystemExit):
        call_command("verify_audit", "--json")
    told = json.loads(capsys.readouterr().out)
    return told["exit"], [one["detail"] for one in told["findings"]]


def test_an_entry_about_several_people_is_found_by_each_and_says_of_none_who_it_is(
    the_log: LogUnderTest,
) -> None:
    one, two = the_log.write(2, "release.approved", people=[BEN, ADA, None, ADA])
    assert found(ADA) == found(BEN) == [two.pk, one.pk]
    bodies = [parse(bytes(Entry.objects.get(pk=entry.pk).body)) for entry in (one, two)]
    assert [len(body["people"]) for body in bodies] == [2, 2]
    told = {text for body in bodies for text in body["people"]}
    assert len(told) == 4 and not told & {ADA, BEN}  # nothing links two entries about one person
    assert concerned.people_of(one, bodies[0]) == (ADA, BEN)
    assert parse_body(bytes(one.body)) == bodies[0]


def test_the_most_people_of_an_entry_fit_into_its_body_and_one_more_is_refused(the_log: LogUnderTest) -> None:
    most = [f"{n:064x}" for n in range(schema.MOST_PEOPLE)]
    entry = the_log.write(1, "release.approved", people=most, matter=uuid.uuid4(), detail="yes")[0]
    assert len(bytes(entry.body)) < 65_536 - 2_000 and About.objects.filter(entry=entry.pk).count() == len(
        most
    )
    with pytest.raises(schema.SchemaError, match="people"):
        the_log.write(1, "release.approved", people=[*most, ADA])


def test_one_person_is_forgotten_and_the_others_and_all_proofs_stay(the_log: LogUnderTest, capsys) -> None:
    entry = the_log.write(1, "release.approved", people=[ADA, BEN])[0]
    alone = the_log.write(1, "accounting.made", people=[ADA])[0]
    the_log.seal()
    with transaction.atomic():
        told = concerned.forget(ADA, actor=Somebody("administrator"), reason="retention")
    the_log.seal()
    assert (told.event, parse(bytes(told.body))["counts"]) == ("person.forgotten", {"entries": 2})
    assert (found(ADA), found(BEN)) == ([], [entry.pk])
    assert not About.objects.filter(subject=ADA).exists()
    assert About.objects.get(entry=alone.pk).salt is None
    assert verified(capsys) == (0, [])
    for attempt in (
        lambda: About.objects.filter(entry=alone.pk).update(subject=ADA),
        lambda: About.objects.filter(subject=BEN).update(entry=alone.pk),
        lambda: About.objects.filter(subject=BEN).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_person_taken_out_of_or_put_into_an_entry_behind_its_back_is_told(
    the_log: LogUnderTest, capsys
) -> None:
    entry = the_log.write(1, "release.approved", people=[ADA, BEN])[0]
    other = the_log.write(1)[0]
    the_log.seal()
    without_triggers()
    row, mine = About.objects.get(subject=BEN), About.objects.get(subject=ADA).pk
    for change in (
        lambda: About.objects.filter(subject=BEN).delete(),
        lambda: About.objects.filter(subject=BEN).update(entry=other.pk),
        lambda: About.objects.filter(subject=BEN).update(subject="ef" * 32),
        lambda: About.objects.create(subject=ADA, entry=other.pk),
        lambda: About.objects.create(subject=None, entry=entry.pk),
    ):
        change()
        code, told = verified(capsys)
        assert code == 14 and told
        About.objects.exclude(pk=mine).delete()
        row.save(force_insert=True)
    assert verified(capsys) == (0, [])


def test_what_version_1_says_of_a_person_counts_and_what_it_kept_of_texts_does_not(
    the_log: LogUnderTest, capsys
) -> None:
    person, text = in_version_1("record.taken_in", ADA), in_version_1("status.authorised", BEN)
    the_log.seal()
    assert (found(ADA), found(BEN)) == ([person.pk], [])
    assert concerned.people_of(person, parse(bytes(person.body))) == (ADA,)
    assert verified(capsys) == (0, [])
    for body in (
        parse(bytes(person.body)) | {"v": 2}, parse(bytes(person.body)) | {"people": [ADA]},
        parse(bytes(text.body)) | {"v": 3},
    ):  # fmt: skip
        with pytest.raises(schema.SchemaError):
            schema.validate(body)
        with pytest.raises(Bad):
            parse_body(canonical(body))


def test_rows_of_an_earlier_version_that_stand_for_texts_are_taken_out(the_log: LogUnderTest) -> None:
    person, text = in_version_1("record.taken_in", ADA), in_version_1("status.authorised", BEN)
    About.objects.create(subject=ADA, entry=person.pk)
    About.objects.create(subject=BEN, entry=text.pk)
    if connection.vendor == "sqlite":
        without_triggers()  # as the migration begins there
    editor = connection.SchemaEditorClass(connection)  # not entered: SQLite cannot in a transaction
    import_module("workflows.audit.migrations.0006_several_people").take_out_what_is_nobody(apps, editor)
    assert list(About.objects.values_list("subject", flat=True)) == [ADA]
