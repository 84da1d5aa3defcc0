"""`log.record`: no entry, no act; nothing in an entry that could tell about a person."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from tests.workflows.audit.conftest import LogUnderTest, Somebody, sql, without_triggers
from workflows.audit import context, details, log, schema
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS
from workflows.audit.models import Detail, Entry, Pending
from workflows.errors import NotRecorded

SHA = "ab" * 32


def body_of(entry: Entry) -> dict:
    return parse(bytes(Entry.objects.get(pk=entry.pk).body))


def test_an_entry_holds_exactly_what_happened(the_log: LogUnderTest) -> None:
    counsel, matter = Somebody("counsel"), uuid.uuid4()
    where = context.RequestContext(
        "password+totp", context.session_pseudonym("k" * 32), context.coarse_network("192.0.2.77")
    )
    with context.request_context(where):
        entry = the_log.write(
            1,
            "release.approved",
            actor=counsel,
            matter=matter,
            obj=("manifest", SHA),
            facts={
                "from": "counsel_review",
                "to": "approved",
                "move": "approve",
                "guards": {"approver.independent": True},
                "counts": {"records": 3, "pages": 41},
                "refs": {"approval": uuid.UUID(int=7)},
            },
        )[0]
    body = body_of(entry)
    assert (
        body.pop("id") == str(entry.uuid) and body.pop("at").endswith("Z") and len(body.pop("session")) == 32
    )
    assert body == {
        "v": 2,
        "event": "release.approved",
        "outcome": "ok",
        "actor": str(counsel.pseudonym),
        "role": "counsel",
        "auth": "password+totp",
        "net": "192.0.2.0/24",
        "matter": str(matter),
        "seq": 1,
        "obj": {"kind": "manifest", "sha256": SHA},
        "from": "counsel_review",
        "to": "approved",
        "move": "approve",
        "guards": {"approver.independent": True},
        "counts": {"records": 3, "pages": 41},
        "refs": {"approval": "00000000-0000-0000-0000-000000000007"},
    }
    assert (entry.event, entry.role, entry.matter, entry.matter_seq, entry.digest, entry.outcome) == (
        "release.approved",
        "counsel",
        matter,
        1,
        SHA,
        "ok",
    )


def test_a_new_entry_waits_for_its_leaf(the_log: LogUnderTest) -> None:
    entry = the_log.write()[0]
    assert list(Pending.objects.values_list("entry", flat=True)) == [entry.pk]


def test_numbers_of_a_matter_have_no_gaps_even_after_a_rollback(the_log: LogUnderTest) -> None:
    matter, other = uuid.uuid4(), uuid.uuid4()
    the_log.write(2, matter=matter)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.record("page.viewed", actor=None, matter=matter)
        raise ZeroDivisionError
    the_log.write(1, matter=other)
    the_log.write(1, matter=matter)
    assert list(Entry.objects.filter(matter=matter).order_by("id").values_list("matter_seq", flat=True)) == [
        1,
        2,
        3,
    ]
    assert Entry.objects.get(matter=other).matter_seq == 1


def test_what_is_returned_is_what_is_stored(the_log: LogUnderTest) -> None:
    for entry in (the_log.write(2, matter=uuid.uuid4(), obj=("manifest", SHA))[1], the_log.write()[0]):
        stored = Entry.objects.get(pk=entry.pk)
        names = [field.attname for field in Entry._meta.fields]
        assert {name: getattr(entry, name) for name in names} == {
            name: getattr(stored, name) for name in names
        }
        assert log.derived(parse(bytes(stored.body))) == {
            name: getattr(stored, name) for name in names if name not in ("id", "body")
        }


def test_writers_of_one_matter_at_once_share_its_numbers_out(own_files, committed_db) -> None:
    matter, begun = uuid.uuid4(), threading.Barrier(4)

    def write() -> None:
        try:
            begun.wait()
            for _ in range(5):
                log.record_refusal(actor=Somebody(), matter=matter, reason="wrong_state")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as writers:
        for ended in [writers.submit(write) for _ in range(4)]:
            ended.result()
    numbers = Entry.objects.filter(matter=matter).values_list("matter_seq", "body")
    assert sorted(seq for seq, _ in numbers) == list(range(1, 21))
    assert all(parse(bytes(body))["seq"] == seq for seq, body in numbers)


@pytest.mark.postgres
def test_without_the_trigger_that_numbers_entries_nothing_is_written(the_log: LogUnderTest) -> None:
    sql("DROP TRIGGER audit_entry_takes_its_number ON audit_entry")
    with pytest.raises(NotRecorded), transaction.atomic():
        log.record("matter.opened", actor=None, matter=uuid.uuid4())
    assert not Entry.objects.exists()


@pytest.mark.postgres
@pytest.mark.parametrize("changed", [{"matter": None}, {"body": b"{}"}])
def test_an_entry_that_waits_for_its_number_needs_a_matter_and_a_place_for_it(the_log, changed: dict) -> None:
    row = {"matter": uuid.uuid4(), "body": b'{"seq":%d}' % log.ANY_SEQ} | changed
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            event="x", at=the_log.clock(), role="x", outcome="ok", matter_seq=log.ANY_SEQ, **row
        )


def test_two_entries_of_a_matter_cannot_share_a_number(the_log: LogUnderTest) -> None:
    entry = the_log.write(1, matter=uuid.uuid4())[0]
    entry.pk, entry.uuid = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_an_entry_outside_a_transaction_is_a_mistake(own_files, committed_db) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        log.record("matter.opened", actor=None)


@pytest.mark.parametrize(
    "given",
    [
        {"event": "matter.guessed"},
        {"reason": "The officer wrote this sentence."},
        {"outcome": "fine"},
        {"facts": {"name": "x"}},
        {"facts": {"counts": {"a_numbers": 3}}},
        {"facts": {"counts": {"pages": -1}}},
        {"facts": {"counts": {"pages": True}}},
        {"facts": {"refs": {"record": "report about J. Doe.pdf"}}},
        {"facts": {"from": "In Review"}},
        {"facts": {"failed": ["no instrument in force"]}},
        {"facts": {"policy": "x" * 65}},
        {"facts": {"v": 2}},
        {"facts": {"commit": SHA}},
        {"obj": ("photo", SHA)},
        {"obj": ("record", "A123456789")},
        {"actor": Somebody("root")},
    ],
)
def test_what_the_schema_does_not_know_cannot_be_written(the_log: LogUnderTest, given: dict) -> None:
    with pytest.raises(schema.SchemaError) as caught:
        the_log.write(1, **{"event": "matter.opened", **given})
    assert "Doe" not in str(caught.value) and "A123456789" not in str(caught.value)
    assert Entry.objects.count() == 0


def test_words_go_into_the_encrypted_detail_and_only_a_commitment_into_the_log(the_log: LogUnderTest) -> None:
    words = "Judge Okafor's clerk said the order stands"
    entry = the_log.write(1, "instrument.called_back", detail=words)[0]
    assert details.read(entry) == {"text": words}
    stored = b"".join(
        bytes(part) for part in sql("SELECT salt, wrapped_key, ciphertext FROM audit_detail")[0]
    )
    assert b"Okafor" not in bytes(entry.body) and b"Okafor" not in stored
    assert len(body_of(entry)["commit"]) == 64


def test_the_same_words_twice_give_two_commitments(the_log: LogUnderTest) -> None:
    one, two = the_log.write(2, detail="yes")
    assert body_of(one)["commit"] != body_of(two)["commit"]


def test_shredding_forgets_the_words_and_leaves_the_entry(the_log: LogUnderTest) -> None:
    entry = the_log.write(1, detail="to be forgotten")[0]
    before = bytes(Entry.objects.get(pk=entry.pk).body)
    shredded = details.shred(entry, actor=Somebody("administrator"), reason="retention")
    assert shredded.event == "detail.shredded" and body_of(shredded)["refs"] == {"entry": str(entry.uuid)}
    with pytest.raises(details.DetailUnreadable):
        details.read(entry)
    row = Detail.objects.get(entry=entry)
    assert (row.salt, row.wrapped_key, row.ciphertext) == (None, None, None)
    assert bytes(Entry.objects.get(pk=entry.pk).body) == before


def test_a_detail_moved_to_another_entry_is_not_believed(the_log: LogUnderTest) -> None:
    one, two = the_log.write(1, detail="one") + the_log.write(1, detail="two")
    without_triggers()
    row = Detail.objects.get(entry=one)
    Detail.objects.filter(entry=two).update(
        salt=row.salt, wrapped_key=row.wrapped_key, ciphertext=row.ciphertext
    )
    with pytest.raises(details.DetailUnreadable):
        details.read(two)


def test_a_refusal_outlives_the_rollback_of_what_was_refused(the_log: LogUnderTest) -> None:
    matter = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.record("release.approved", actor=Somebody("counsel"), matter=matter)
        raise ZeroDivisionError
    entry = log.record_refusal(
        actor=Somebody("counsel"),
        matter=matter,
        reason="guard_failed",
        facts={"move": "approve", "failed": ["instrument.in_force"]},
    )
    assert [one.event for one in Entry.objects.all()] == ["move.refused"]
    assert body_of(entry)["outcome"] == "refused" and body_of(entry)["failed"] == ["instrument.in_force"]


def test_a_refusal_cannot_be_recorded_inside_the_refused_transaction(own_files, committed_db) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        log.record_refusal(actor=None, reason="forbidden")


def test_an_entry_that_cannot_be_written_fails_the_act(the_log: LogUnderTest) -> None:
    without_triggers()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER disk_full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
            if connection.vendor == "sqlite"
            else "ALTER TABLE audit_entry ADD CONSTRAINT disk_full CHECK (false) NOT VALID"
        )
    with pytest.raises(NotRecorded), transaction.atomic():
        log.record("matter.opened", actor=None)


def test_somebody_who_has_not_signed_in_has_a_role_and_no_pseudonym(the_log: LogUnderTest) -> None:
    body = body_of(the_log.write(1, "person.sign_in_failed", actor=log.ANONYMOUS, outcome="failed")[0])
    assert body["role"] == "anonymous" and "actor" not in body


@pytest.mark.parametrize(
    "address, wanted",
    [
        ("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("not an address", None), ("", None),
    ],
)  # fmt: skip
def test_addresses_are_kept_coarse(address: str, wanted: str | None) -> None:
    assert context.coarse_network(address) == wanted
    assert wanted is None or schema.FIELDS["net"](wanted)


def test_the_context_of_a_request_ends_with_it() -> None:
    with context.request_context(context.RequestContext(auth="client")):
        assert context.current().auth == "client"
    assert context.current() == context.NOWHERE


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_has_a_room_an_act_and_a_sentence(event: str) -> None:
    room, _, act = event.partition(".")
    assert room.isidentifier() and act.isidentifier() and len(event) <= 40
    assert schema.FIELDS["event"](event)
    assert EVENTS[event].endswith(".") and EVENTS[event][0].isupper()
