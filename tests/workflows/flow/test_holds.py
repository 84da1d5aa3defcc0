"""A hold keeps everything of its matter until two lawyers lift it, whatever the schedule says (I11, DB7)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests import factories
from tests.city import drop_triggers
from tests.gateway import sheets
from workflows import vault
from workflows.audit import triggers
from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, StepUpNeeded, WrongState
from workflows.flow import duties, holds, papers, retention
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.holding.models import Hold
from workflows.matters.models import Matter
from workflows.records import page_words
from workflows.records.models import Finding, Record
from workflows.vault.models import Blob

REASON = "The court has closed the dispute."


def lift(city: factories.City, hold: Hold) -> Hold:
    """Both lawyers, with fresh codes."""
    holds.ask_lift(hold.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    return holds.confirm_lift(hold.pk, actor=city.counsel2, stepped_up_at=timezone.now())


def refused(act) -> bool:
    """True when the database refuses the act as one of a held matter; rolled back in any case."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except DatabaseError as error:
        assert "DB7" in str(error)
        return True
    return False


def sql(text: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def attacks(matter) -> dict[str, object]:
    """Ways to destroy what belongs to the matter, by ORM, queryset, vault and SQL alone."""
    record = matter.records.get()
    blob = record.blob
    as_stored = Record._meta.pk.get_db_prep_value(record.pk, connection)
    blob_key = Blob._meta.pk.get_db_prep_value(blob.pk, connection)
    return {
        "record": lambda: sql("DELETE FROM records_record WHERE id = %s", as_stored),
        "page": lambda: record.pages.all()._raw_delete("default"),
        "finding": lambda: record.findings.all().delete(),
        "act": lambda: sql("DELETE FROM records_reviewact WHERE record_id = %s", as_stored),
        "person": lambda: matter.parties.all().delete(),
        "search": lambda: matter.searches.all()._raw_delete("default"),
        "clock": lambda: matter.clocks.all()._raw_delete("default"),
        "task": lambda: matter.tasks.all()._raw_delete("default"),
        "shred": lambda: vault.shred(blob),
        "shred of a paper": lambda: vault.shred(matter.instruments.get().blob),
        "shred of a page": lambda: vault.shred(record.pages.first().image),
        "shred of the words": lambda: vault.shred(record.words),
        "shred of the request": lambda: vault.shred(matter.requests.get().blob),
        "delete": lambda: sql("DELETE FROM vault_blob WHERE id = %s", blob_key),
        "other owner": lambda: Blob.objects.filter(pk=blob.pk).update(record_id="nobody"),
        "hold itself": lambda: matter.holds.all().delete(),
        "hold lifted by nobody": lambda: matter.holds.update(lifted_at=timezone.now()),
    }


def test_a_filed_paper_holds_everything_until_two_lawyers_say_otherwise(city: factories.City) -> None:
    matter = factories.to_review(city, sheets.sheet())
    paper = matter.instruments.get()
    hold = Hold.objects.get()
    assert (hold.ground, hold.about, hold.placed_by) == ("paper", str(paper.pk), city.client)
    record = matter.records.get()
    found = record.findings.count()
    factories.record_acts.retry_scan(record.pk, actor=city.officer)  # reading again is no disposal
    factories.work()
    record.refresh_from_db()
    assert record.state == "readable" and record.findings.count() == found > 0
    factories.review.see_page(record.pk, 1, actor=city.officer)
    papers.open_block(matter.pk, "counsel", actor=city.counsel)
    kept = {name: refused(attack) for name, attack in attacks(matter).items()}
    assert kept == dict.fromkeys(kept, True)
    vault.store.rewrap(record.blob)  # a new master key is no disposal

    now = timezone.now()
    with pytest.raises(Forbidden):
        holds.ask_lift(hold.pk, actor=city.officer, reason=REASON, stepped_up_at=now)
    with pytest.raises(StepUpNeeded):
        holds.ask_lift(hold.pk, actor=city.counsel, reason=REASON, stepped_up_at=None)
    with pytest.raises(Invalid):
        holds.ask_lift(hold.pk, actor=city.counsel, reason="done", stepped_up_at=now)
    with pytest.raises(WrongState):
        holds.confirm_lift(hold.pk, actor=city.counsel, stepped_up_at=now)
    holds.ask_lift(hold.pk, actor=city.counsel, reason=REASON, stepped_up_at=now)
    assert matter.tasks.filter(kind="hold_lift", role="counsel", done_at=None).exists()
    with pytest.raises(Forbidden):  # the second person is another one
        holds.confirm_lift(hold.pk, actor=city.counsel, stepped_up_at=now)
    assert refused(
        lambda: Hold.objects.update(lifted_at=now, lifted_by=city.officer, lifted_entry=hold.entry)
    )
    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    holds.decline_lift(hold.pk, actor=city.counsel2, reason="An appeal may follow.", stepped_up_at=now)
    assert refused(attacks(matter)["shred"])

    lift(city, hold)
    assert not matter.tasks.filter(kind="hold_lift", done_at=None).exists()
    after = attacks(matter)
    assert not any(refused(after[name]) for name in ("finding", "act", "person", "shred", "other owner"))
    assert refused(after["hold itself"]) and refused(lambda: Hold.objects.update(lifted_at=None))
    events = set(Entry.objects.filter(matter=matter.pk).values_list("event", flat=True))
    assert events >= {"hold.placed", "hold.lift_asked", "hold.lift_declined", "hold.lifted"}


def test_a_preservation_holds_runs_ninety_days_twice_and_leads_to_a_paper(city: factories.City) -> None:
    matter = factories.open_request(city)
    with pytest.raises(Forbidden):
        advance(matter.pk, "preserve", actor=city.counsel)
    matter = advance(matter.pk, "preserve", actor=city.officer)
    assert matter.state == "preserving"
    assert [hold.ground for hold in matter.holds.all()] == ["preservation"]
    clock = matter.clocks.get(kind="preservation")
    assert 89 <= (clock.ends - matter.received_at).days <= 93  # a last day on which the court is closed moves
    clock = holds.extend_preservation(matter.pk, actor=city.officer)
    assert 179 <= (clock.ends - matter.received_at).days <= 183
    with pytest.raises(WrongState):
        holds.extend_preservation(matter.pk, actor=city.officer)
    with pytest.raises(WrongState):
        advance(matter.pk, "preserve", actor=city.officer)

    factories.file_demo_paper(city, matter)
    matter.refresh_from_db()
    assert matter.state == "instrument_review" and matter.holds.count() == 2
    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    lift(city, matter.holds.get(ground="preservation"))
    assert matter.clocks.get(kind="preservation").outcome == "met"


def test_a_preservation_letter_filed_as_a_paper_runs_the_same_clock(city: factories.City) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    read = {"docket": "", "court": "Office of the agency", "signer": "A. Agent", "signer_title": "Officer"}
    fields = papers.ConfirmedFields(type="preservation_request", **read)
    papers.confirm_fields(paper.pk, fields, actor=city.verifier)
    clock = matter.clocks.get(kind="preservation", stopped_at=None)
    assert clock.about == str(paper.pk)
    assert holds.extend_preservation(matter.pk, actor=city.officer).pk == clock.pk
    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    lift(city, matter.holds.get())
    assert matter.clocks.get(kind="preservation").outcome == "met"


def of_a_matter() -> set[type]:
    """Every model whose rows lead to a matter, drawn from the models, so that no new one is left out."""
    belongs, found = {Matter}, set[type]()
    while found != belongs:
        found = set(belongs)
        belongs |= {
            model
            for model in apps.get_models()
            if model.__module__.startswith("workflows.")
            and any(field.related_model in found for field in model._meta.concrete_fields)
        }
    return belongs


def test_every_row_that_belongs_to_a_matter_is_kept_by_a_trigger() -> None:
    refusing = {trigger.table for trigger in triggers.registered() if "DELETE" in trigger.events}
    tables = {model._meta.db_table for model in of_a_matter()}
    assert len(tables) > 40 and tables - refusing == set()


def test_every_file_that_a_row_points_at_is_found_by_the_trigger() -> None:
    (kept,) = [trigger for trigger in triggers.registered() if trigger.name == "hold_vault_blob_kept"]
    for model in of_a_matter():
        for field in model._meta.concrete_fields:
            if field.related_model is Blob:
                assert f"FROM {model._meta.db_table} " in kept.postgres, field
                assert f".{field.column} = OLD.id" in kept.postgres, field


def test_counsel_holds_a_matter_before_anybody_has_sued(city: factories.City) -> None:
    matter = factories.open_request(city)
    with pytest.raises(Forbidden):
        holds.place_hold(matter.pk, actor=city.verifier, reason=REASON)
    holds.place_hold(matter.pk, actor=city.counsel, reason="A suit about this can be foreseen.")
    with pytest.raises(WrongState):
        holds.place_hold(matter.pk, actor=city.officer, reason="A suit about this can be foreseen.")
    assert refused(lambda: matter.parties.all().delete())


def test_a_hold_is_not_lifted_on_the_word_of_somebody_who_is_no_longer_counsel(city: factories.City) -> None:
    matter = factories.open_request(city)
    hold = holds.place_hold(matter.pk, actor=city.officer, reason=REASON)
    assign(matter.pk, city.counsel2.pk, actor=city.counsel)
    holds.ask_lift(hold.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    person = type(city.counsel).objects.filter(pk=city.counsel.pk)
    for changes in ({"role": "officer"}, {"role": "counsel", "is_active": False}):
        person.update(**changes)
        with pytest.raises(WrongState):
            holds.confirm_lift(hold.pk, actor=city.counsel2, stepped_up_at=timezone.now())
        assert refused(
            lambda: Hold.objects.update(
                lifted_at=timezone.now(), lifted_by=city.counsel2, lifted_entry=hold.entry
            )
        )
    holds.decline_lift(hold.pk, actor=city.counsel2, reason=REASON, stepped_up_at=timezone.now())
    person.update(is_active=True)
    lift(city, hold)


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days, hours=1)


def run(days: int, *, dry_run: bool = False) -> retention.Disposal:
    (done,) = retention.dispose(later(days), dry_run=dry_run)
    return done


def live(record: Record) -> set[str]:
    return set(Blob.objects.filter(record_id=str(record.pk), shredded_at=None).values_list("kind", flat=True))


def test_the_schedule_takes_copies_and_findings_and_a_hold_always_beats_it(city, capsys) -> None:
    matter = factories.to_counsel(city, sheets.sheet())
    record, hold = matter.records.get(), Hold.objects.get()
    advance(matter.pk, "refuse", actor=city.counsel, missing=["out_of_scope"], reason="Beyond the order.")
    assert list(retention.dispose(later(999), dry_run=False)) == []
    advance(matter.pk, "close", actor=city.officer)
    before = (record.findings.count(), live(record), Entry.objects.count())
    assert run(999).kept == "held" and before == (
        record.findings.count(), live(record), Entry.objects.count(),
    )  # fmt: skip
    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    lift(city, hold)
    call_command("dispose", "--dry-run")
    assert f"{matter.number}: 0 findings, 0 working copies would go" in capsys.readouterr().out
    assert run(29).findings == 0
    would = run(31, dry_run=True)
    assert would.findings == before[0] > 0 and would.copies == 1  # the words of its pages go with them
    assert record.findings.count() == before[0]
    assert run(31) == would and not Finding.objects.exists()
    record.refresh_from_db()
    assert (record.state, record.reasons) == ("unreadable", ["disposed"])  # never reviewed without findings
    assert record.words is None and page_words.KIND not in live(record)
    assert run(31).findings == 0

    original = vault.open(record.blob)
    gone = run(181)
    assert gone.copies >= 3  # the page, the burned page and the burned file, never released
    assert live(record) == {record.blob.kind} and vault.open(record.blob) == original
    disposed = Entry.objects.filter(matter=matter.pk, event="copy.disposed")
    assert disposed.count() == gone.copies + would.copies and all(
        b'"schedule"' in bytes(e.body) for e in disposed
    )
    assert vault.open(matter.instruments.get().blob)
    assert run(999).copies == 0


def test_what_is_open_or_of_unknown_standing_is_kept(city: factories.City) -> None:
    blocked, tasked, old = (factories.open_request(city) for _ in range(3))
    papers.open_block(blocked.pk, "counsel", actor=city.counsel)
    for task in blocked.tasks.all():
        duties.finish_task(task.pk, actor=city.counsel, note="Looked at it.")
    with transaction.atomic():
        duties.open_task(tasked, "paper_filed", "officer", timezone.now())
    factories.file_demo_paper(city, old)
    with transaction.atomic():
        drop_triggers()
        Hold.objects.all().delete()  # as a paper stands that was filed before there were holds
        triggers.install(connection)
    for matter in (blocked, tasked, old):
        advance(matter.pk, "refuse", actor=city.counsel, missing=["no_instrument"])
        advance(matter.pk, "close", actor=city.officer)
    kept = {done.number: done.kept for done in retention.dispose(later(999), dry_run=False)}
    assert kept == {blocked.number: "blocked", tasked.number: "task_open", old.number: "hold_unknown"}
