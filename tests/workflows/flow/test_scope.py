"""The scope from the clause to the gate: one step outside on any axis is outside, in flow and database."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.workflows.flow.test_bases import database_refuses
from workflows import vault
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, StepUpNeeded
from workflows.flow import gate_triggers, notifying
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.coverage import difference, matrix
from workflows.flow.facts import Situation, facts_about
from workflows.flow.scope_rulings import decide_sum, rule_scope
from workflows.flow.scoping import Asked, ClauseDraft, SumDraft, set_scope, write_clauses
from workflows.flow.sums import exceeded
from workflows.instruments.models import ClauseLimit, Instrument, SumRuling
from workflows.instruments.queries import clauses_in_force, clauses_of, failing_checks
from workflows.matters.models import Task
from workflows.policy import guards as g
from workflows.policy.codes import EXEMPTION_CODES
from workflows.policy.scope import Cover, name_key
from workflows.records import actions as records
from workflows.records import review
from workflows.records.models import Record, ScopeRuling
from workflows.records.queries import cover_of
from workflows.releases.models import Manifest, ManifestPage, ManifestRecord
from workflows.releases.packaging import unzipped, withholding_rows

pytestmark = pytest.mark.django_db(transaction=True)

PAPERS = 1000 if os.environ.get("GATEWAY_SCALE") == "full" else 4
DAY = dt.timedelta(days=1)
REASON = "The words name this very report."
QUOTE = "all reports of the incident"
SUBJECT = factories.PAPERS["sound_order"].subject
POLICE = "Police Department"


def refused(write, *args, **values) -> bool:
    """True when the database itself refuses the statement."""
    try:
        with transaction.atomic():
            write(*args, **values)
    except DatabaseError as error:
        assert "DB" in str(error), error
        return True
    return False


def draft(**changes) -> ClauseDraft:
    usual = ClauseDraft("1", 1, QUOTE, "Ada Mora", ("police_report", "dispatch_log"), dt.date(1980, 5, 5))
    return replace(usual, **changes)


def another_in_force(matter, model: Instrument) -> Instrument:
    """Another paper in force on the matter, accepted as the database wants to see it."""
    entries = [log.record("instrument.filed", actor=None, matter=matter) for _ in range(3)]
    paper = Instrument.objects.get(pk=model.pk)
    paper.pk, paper.state, paper.state_entry = None, "offered", entries[0]
    paper._state.adding = True
    paper.id = Instrument._meta.pk.get_default()
    paper.save()
    for state, entry in (("authenticating", entries[1]), ("in_force", entries[2])):
        paper.state, paper.state_entry = state, entry
        paper.save()
    return paper


def edge(chance: random.Random, city) -> tuple[ClauseDraft, dict]:
    """A clause that says something in every dimension, and the facts of a record right at its edge."""
    first = dt.date(2024, 1, 1) + chance.randrange(400) * DAY
    last = first + chance.randrange(1, 300) * DAY
    kinds = tuple(chance.sample(["police_report", "dispatch_log", "housing_file", "minutes"], 2))
    clause = draft(
        record_classes=kinds, date_from=first, date_to=last, subject_number="T-17",
        departments=(POLICE, "Archive"), categories=("contact", "incident"), documents=("R-17", "R-18"),
        recipients=(str(city.agency.pk),), uses=("civil_immigration",),
        places={"department": (1, "held by the police")},
    )  # fmt: skip
    facts = records.Description(
        chance.choice(kinds), "MORA, Ada", dt.date(1980, 5, 5), chance.choice([first, last]),
        subject_number="t-17", categories=(chance.choice(["contact", "incident"]),), document_number="r-18",
    )  # fmt: skip
    return clause, {"facts": facts, "custodian": POLICE}


def steps(clause: ClauseDraft, at: dict) -> dict[str, tuple[dict, dict]]:
    """One step outside by axis, and the same left unsaid; what a step changes of the record."""
    facts: records.Description = at["facts"]
    day = clause.date_from - DAY if facts.dated_on == clause.date_from else clause.date_to + DAY
    out = {
        "person": {"subject_name": "Bo Vale"},
        "birth date": {"subject_birth_date": dt.date(1980, 6, 5)},
        "number": {"subject_number": "T-18"},
        "kind": {"record_class": "library_record"},
        "day": {"dated_on": day},
        "data": {"categories": ("health",)},
        "document": {"document_number": "R-19"},
    }
    unsaid = {str: "", tuple: (), dt.date: None}
    blank = {
        name: {key: unsaid[type(value)] for key, value in change.items()} for name, change in out.items()
    }
    return {name: (out[name], blank[name]) for name in out}


def place(record: Record, facts: records.Description, custodian: str = POLICE) -> Record:
    """The record as somebody described it, whatever the way."""
    values = {**facts.columns(), "custodian": custodian, "custodian_key": name_key(custodian)}
    Record.objects.filter(pk=record.pk).update(**values, scope="out", clause=None)
    return Record.objects.select_related("matter").get(pk=record.pk)


@pytest.mark.t4
def test_of_a_thousand_papers_no_record_one_step_outside_is_put_in_scope_or_listed(city):
    matter = factories.to_collecting(city)
    record = factories.take_in(city, matter, b"%PDF one")
    manifest = Manifest.objects.create(
        matter=matter, number=1, sha256="0" * 64, body="{}", frozen_by=city.officer, frozen_at=timezone.now(),
        entry=Entry.objects.latest("pk"),
    )  # fmt: skip
    chance, released, asked = random.Random(20261126), [], 0

    def holds(kept: Record, clause, axis: str) -> None:
        nonlocal asked
        asked += 1
        covered = cover_of(kept, clause) is Cover.IN
        scoped = not refused(Record.objects.filter(pk=kept.pk).update, scope="in", clause=clause)
        listed = not refused(
            ManifestRecord.objects.create, manifest=manifest, record=kept, clause=clause,
            source_sha256=kept.sha256, decisions={}, ruleset="", pages=1,
        )  # fmt: skip
        released.extend([axis] * (covered + scoped + listed))

    def each(paper: Instrument) -> None:
        clause, at = edge(chance, city)
        write_clauses(paper, [clause], actor=city.counsel, now=timezone.now())
        row = clauses_in_force(paper)[0]
        kept = place(record, at["facts"])
        assert cover_of(kept, row) is Cover.IN
        assert not refused(Record.objects.filter(pk=kept.pk).update, scope="in", clause=row)
        for axis, changes in steps(clause, at).items():
            for change in changes:
                holds(place(record, replace(at["facts"], **change)), row, axis)
        holds(place(record, at["facts"], "Library"), row, "department")
        elsewhere = {"recipients": (str(city.other_agency.pk),)}
        for axis, change in (("recipient", elsewhere), ("use", {"uses": ("federal_other",)})):
            write_clauses(paper, [replace(clause, **change)], actor=city.counsel, now=timezone.now())
            holds(place(record, at["facts"]), clauses_in_force(paper)[0], axis)

    model = matter.instruments.get()
    for _ in range(PAPERS):
        with transaction.atomic():  # each for itself, and taken back: else one row has 40,000 versions alive
            each(another_in_force(matter, model))
            transaction.set_rollback(True)
    assert asked == PAPERS * 17 and released == []


def scoped(city, *drafts: ClauseDraft, asked: Asked | None = None, sums=()):
    """A matter whose paper has exactly these clauses."""
    matter = factories.to_collecting(city)
    advance(matter.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    paper = matter.instruments.get()
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel, asked=asked, sums=sums)


def test_every_limit_has_its_own_page_and_words_and_is_written_once_with_its_clause(city):
    matter = scoped(
        city, draft(departments=("Póli Depot", "Archive"), categories=("contact",),
                    places={"department": (1, "kept by the depot A204118365")}),
    )  # fmt: skip
    clause = clauses_of(matter)[0]
    limits = {(row.dimension, row.value): (row.key, row.page, row.quote) for row in clause.limits.all()}
    assert limits["department", "Póli Depot"][0] == "depot poli"
    assert limits["department", "Archive"][2].startswith("kept by the depot ")
    assert "204118365" not in limits["department", "Archive"][2]  # what identifies is masked
    assert limits["category", "Where somebody lives and how they are reached"] == ("contact", 1, QUOTE)
    assert clause.limit_count == 3
    more = {"clause": clause, "dimension": "department", "value": "Library", "key": "library", "page": 1}
    assert refused(ClauseLimit.objects.create, **more, quote="x")
    assert refused(ClauseLimit.objects.filter(clause=clause).update, key="library")
    assert refused(ClauseLimit.objects.filter(clause=clause).delete)


@pytest.mark.parametrize("change", [
    {"categories": ("no such",)}, {"uses": ("unknown",)}, {"departments": ("---",)},
    {"recipients": ("00000000-0000-0000-0000-000000000000",)}, {"places": {"use": (1, "x")}},
    {"uses": ("federal_other",), "places": {"use": (99, "x")}},
    {"uses": ("federal_other",), "places": {"use": (1, " ")}}, {"documents": ("A204118365",)},
])  # fmt: skip
def test_a_limit_that_says_nothing_or_cites_nothing_is_refused(city, change):
    matter = factories.to_collecting(city)
    advance(matter.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    with pytest.raises(Invalid):
        set_scope(matter.pk, matter.instruments.get().pk, [draft(**change)], actor=city.counsel)


def rule(city, record, clause, inside=True, *, actor=None, **changes):
    values = {"page": 1, "quote": QUOTE, "reason": REASON, **changes}
    return rule_scope(record.pk, clause.pk, inside, actor=actor or city.counsel, **values)


def test_what_a_clause_cannot_tell_waits_for_counsel_who_says_by_which_words(city):
    matter = factories.to_collecting(city)
    factories.attest(city, matter)
    factories.take_in(city, matter, sheets.sheet("A report."))
    kindless = factories.take_in(city, matter, sheets.sheet("A note."), record_class="")
    factories.work()
    assert kindless.scope == "unknown"
    matter = advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    with pytest.raises(GuardFailed) as waits:
        advance(matter.pk, "freeze", actor=city.officer)
    assert [name for name, _ in waits.value.failed] == ["scope.decided"]
    assert Task.objects.filter(kind="scope_unknown", done_at__isnull=True).count() == 1

    clause = next(row for row in clauses_of(matter) if "police_report" in row.record_classes)
    assert refused(Record.objects.filter(pk=kindless.pk).update, scope="in", clause=clause)
    for who in (city.officer, city.verifier):
        with pytest.raises(Forbidden):
            rule(city, kindless, clause, actor=who)
    for lacking in ({"page": 0}, {"page": 99}, {"quote": " "}, {"reason": "Yes."}):
        with pytest.raises(Invalid):
            rule(city, kindless, clause, **lacking)
    ruled = rule(city, kindless, clause)
    assert (ruled.scope, ruled.clause_id) == ("in", clause.pk)
    assert Entry.objects.filter(event="scope.ruled", matter=matter.pk).count() == 1
    assert not Task.objects.filter(kind="scope_unknown", done_at__isnull=True).exists()

    # Described anew it is another record: what counsel ruled of the old description says nothing of it.
    anew = records.Description(
        "", ruled.subject_name, ruled.subject_birth_date, ruled.dated_on, categories=("work",)
    )
    again = records.describe(ruled.pk, anew, actor=city.officer)
    assert again.scope == "unknown"
    assert refused(Record.objects.filter(pk=ruled.pk).update, scope="in", clause=clause)
    for row in clauses_of(matter):
        left = rule(city, again, row, inside=False)
    assert left.scope == "out"
    factories.review_all(city, matter)
    assert advance(matter.pk, "freeze", actor=city.officer).state == "burning"


def test_no_ruling_reaches_what_is_certainly_outside(city):
    matter = factories.to_collecting(city)
    outside = factories.take_in(city, matter, b"%PDF one", subject_name="Bo Vale")
    inside = factories.take_in(city, matter, b"%PDF two")
    clause = inside.clause
    with pytest.raises(Invalid) as said:
        rule(city, outside, clause)
    assert said.value.code == "out_of_scope"
    with pytest.raises(Invalid) as said:
        rule(city, inside, clause)
    assert said.value.code == "in_scope"
    row = {
        "record": outside, "clause": clause, "inside": True, "described": 1, "page": 1, "quote": "x",
        "at": timezone.now(), "entry": Entry.objects.latest("pk"),
    }  # fmt: skip
    assert refused(ScopeRuling.objects.create, by=city.counsel, **row)
    vague = factories.take_in(city, matter, b"%PDF three", record_class="")
    row |= {"record": vague}
    assert refused(ScopeRuling.objects.create, by=city.officer, **row)
    assert refused(ScopeRuling.objects.create, by=city.counsel, **{**row, "quote": ""})
    rule(city, vague, clause)
    # Facts under a ruling are not exchanged by another hand.
    assert refused(Record.objects.filter(pk=vague.pk).update, subject_name="Bo Vale")
    assert refused(Record.objects.filter(pk=vague.pk).update, described=0)


def test_a_name_alone_does_not_tell_two_people_apart(city):
    matter = scoped(city, draft(subject_birth_date=None))
    one = factories.take_in(city, matter, b"%PDF one", subject_name="Ada Mora", subject_birth_date=None)
    assert one.scope == "in"
    born = {"subject_name": "ada MORA", "subject_birth_date": dt.date(1980, 5, 5)}
    factories.take_in(city, matter, b"%PDF two", **born)
    other = {**born, "subject_birth_date": dt.date(1991, 1, 1)}
    doubtful = factories.take_in(city, matter, b"%PDF three", **other)
    assert doubtful.scope == "unknown"
    assert difference(matter).weak == ("Ada Mora",)
    rule(city, doubtful, clauses_of(matter)[0], inside=False)
    assert Record.objects.get(pk=doubtful.pk).scope == "out"


def test_request_and_paper_are_held_against_each_other_in_plain_words(city):
    asked = Asked(("police_report", "housing_file"), dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    matter = scoped(
        city,
        draft(
            subject_name=SUBJECT.name, subject_birth_date=SUBJECT.born, departments=(POLICE,),
            record_classes=("police_report",), date_from=dt.date(2025, 3, 1), date_to=dt.date(2026, 2, 1),
        ),
        asked=asked,
    )  # fmt: skip
    said = difference(matter)
    text = " / ".join(said.excess)
    assert "Housing file about" in text and "from Jan 1, 2025 to Feb 28, 2025" in text
    assert f"not held by {POLICE}" in text
    assert [one for one in said.slack if "from Jan 1, 2026 to Feb 1, 2026" in one] == list(said.slack)
    assert all(SUBJECT.name in one for one in (*said.excess, *said.slack))
    # What the whole request has in common is not said in each sentence.
    assert said.excess[0] == (
        f"Housing file about {SUBJECT.name}, born {SUBJECT.born:%b} {SUBJECT.born.day}, {SUBJECT.born.year}"
    )
    assert "for Bureau" not in text and "to be used for" not in text

    factories.take_in(city, matter, b"%PDF one", dated_on=dt.date(2025, 5, 1))
    factories.take_in(city, matter, b"%PDF two", dated_on=None, record_class="minutes")
    rows = matrix(matter)
    assert [[cell.cover for cell in row.cells] for row in rows] == [["in"], ["out"]]
    assert rows[0].cells[0].why == ()
    assert rows[1].cells[0].why == (
        "It is of another kind.", "Its date is not stated, or only part of its time is covered.",
    )  # fmt: skip


def test_the_gate_sees_a_record_that_was_described_otherwise_beside_the_act(city):
    matter = factories.to_review(city, sheets.sheet("A report."))
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    manifest = matter.manifests.get()
    assert not database_refuses(manifest, gate_triggers._COVERED)
    person = matter.records.values("subject_name", "subject_key").get()
    for change, back in (
        ({"dated_on": dt.date(2001, 1, 1)}, {"dated_on": timezone.localdate() - 30 * DAY}),
        ({"subject_name": "Bo Vale", "subject_key": "bo vale"}, person),
        ({"record_class": "minutes"}, {"record_class": "police_report"}),
        ({"dated_to": timezone.localdate() + 400 * DAY}, {"dated_to": None}),
    ):
        matter.records.update(**change)
        assert database_refuses(manifest, gate_triggers._COVERED), change
        with pytest.raises(GuardFailed):
            advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
        matter.records.update(**back)
    approved = advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    assert approved.state == "approved"


def test_each_page_cites_what_compels_it_and_what_nothing_compels_is_hidden_with_its_own_code(city):
    """Policy 3.2, from the reviewer's hand to the list in the package and to the database."""
    clause = draft(
        subject_name=SUBJECT.name, subject_birth_date=SUBJECT.born, record_classes=("police_report",)
    )
    matter = scoped(city, clause, replace(clause, item="2", quote="all reports of that year"))
    first, second = clauses_of(matter)
    factories.attest(city, matter)
    record = factories.take_in(city, matter, sheets.sheet(pages=3))
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    with pytest.raises(Invalid):
        review.cite_page(record.pk, 1, [second.pk + 1], actor=city.officer)
    review.cite_page(record.pk, 1, [second.pk], actor=city.officer)
    mark = review.draw(record.pk, 2, (0, 0, 0, 0), actor=city.officer, code="W-2", whole_page=True)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    manifest = matter.manifests.get()
    line = json.loads(manifest.body)["records"][0]
    assert line["cited"] == [
        {"page": 1, "clauses": [second.pk], "items": ["2"]}, {"page": 2, "clauses": [], "items": []},
        {"page": 3, "clauses": [first.pk, second.pk], "items": ["1", "2"]},
    ]  # fmt: skip
    assert line["drawn"] == 1
    rows = [(row["page"], row["code"]) for row in withholding_rows(manifest.reports.get(), EXEMPTION_CODES)]
    assert rows == [(1, "W-1"), (2, "W-2"), (3, "W-1")]  # one box hides page 2, and says why

    rule = gate_triggers._PAGES_CITED
    assert not database_refuses(manifest, rule)
    page = {"manifest": manifest, "record": record, "n": 2, "clause": first}
    assert refused(ManifestPage.objects.create, **page)  # a frozen manifest cites no more
    assert refused(ManifestPage.objects.filter(manifest=manifest).delete)
    type(mark).objects.filter(pk=mark.pk).update(removed_at=timezone.now())
    assert database_refuses(manifest, rule)
    type(mark).objects.filter(pk=mark.pk).update(removed_at=None)

    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    factories.work()
    package = matter.packages.get()
    listed = json.loads(unzipped(vault.open(package.payload))["manifest.json"])["records"][0]["cited"]
    assert listed == [
        {"page": 1, "items": ["2"]}, {"page": 2, "items": []}, {"page": 3, "items": ["1", "2"]}
    ]  # fmt: skip


def test_a_page_whose_item_covers_its_record_no_more_holds_the_freeze_up(city):
    matter = factories.to_review(city, sheets.sheet())
    factories.review_all(city, matter)
    matter.records.get().pages.update(cited=[matter.records.get().clause_id + 1])
    with pytest.raises(Invalid) as said:
        advance(matter.pk, "freeze", actor=city.officer)
    assert said.value.code == "page_uncited"
    review.cite_page(matter.records.get().pk, 1, [], actor=city.officer)
    assert advance(matter.pk, "freeze", actor=city.officer).state == "burning"


def test_the_gate_asks_each_question_of_a_manifest_once_however_many_records_it_lists(city):
    matter = factories.to_collecting(city)
    factories.attest(city, matter)
    for name in ("one", "two"):
        factories.take_in(city, matter, sheets.sheet(name))
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    matter = advance(matter.pk, "freeze", actor=city.officer)
    assert matter.manifests.get().records.count() == 2
    asked = []

    def listen(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    guards = (g.SCOPE_COVERS, g.LEGAL_BASIS, g.PAPER_STILL_SOUND, g.WITHHOLDING_CHOSEN)
    with connection.execute_wrapper(listen):
        facts = facts_about(Situation(matter, city.counsel, timezone.now()), guards)

    assert all(guard.holds(facts) for guard in guards)
    own = [sql for sql in asked if "releases_" in sql or "records_" in sql]
    assert own and len(own) == len(set(own)), own


def under_the_same_paper(city, matter, *drafts: ClauseDraft, sums=()):
    """Another request for which the very same paper was filed."""
    other = factories.open_request(city)
    paper = factories.file_demo_paper(city, other)
    factories.work()
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    return set_scope(other.pk, paper.pk, drafts or factories.clauses(), actor=city.counsel, sums=sums)


def decide(city, matter, kind, **changes):
    values = {
        "actor": city.counsel, "page": 1, "quote": QUOTE, "reason": REASON, "stepped_up_at": timezone.now(),
        **changes,
    }  # fmt: skip
    return decide_sum(matter.pk, matter.instruments.get().pk, kind, **values)


def test_small_requests_that_together_name_more_people_than_the_paper_wait_for_counsel(city):
    limit = SumDraft("people", 2, 1, "of no more than two people")
    first = scoped(city, draft(), sums=[limit])
    assert not first.blocks.exists()
    second = under_the_same_paper(city, first, draft(subject_name="Bo Vale"))
    assert not second.blocks.exists()
    third = under_the_same_paper(city, first, draft(subject_name="Cy Wells"))
    assert [block.kind for block in third.blocks.filter(lifted_at=None)] == ["sum"]
    assert third.tasks.filter(kind="block_sum", role="counsel", done_at__isnull=True).exists()
    assert [(one.kind, one.most, one.used) for one in exceeded(third)] == [("people", 2, 3)]
    assert "people: the paper allows 2" in exceeded(third)[0].sentence
    assert first.number not in exceeded(third)[0].sentence

    for lacking in ({"page": 0}, {"quote": ""}, {"reason": "no"}):
        with pytest.raises(Invalid):
            decide(city, third, "people", **lacking)
    with pytest.raises(Forbidden):
        decide(city, third, "people", actor=city.officer)
    with pytest.raises(StepUpNeeded):
        decide(city, third, "people", stepped_up_at=None)
    ruling = decide(city, third, "people")
    assert ruling.upto == 3 and not third.blocks.filter(lifted_at=None).exists()
    assert refused(SumRuling.objects.filter(pk=ruling.pk).update, upto=9)
    fourth = under_the_same_paper(city, first, draft(subject_name="Di Marsh"))
    assert fourth.blocks.filter(kind="sum", lifted_at=None).exists()  # decided up to three, and no further
    # A narrower reading lifts the block by itself.
    advance(fourth.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    set_scope(fourth.pk, fourth.instruments.get().pk, [draft()], actor=city.counsel)
    assert not fourth.blocks.filter(lifted_at=None).exists()


def test_what_has_left_counts_and_the_database_counts_each_kind_too(city):
    text = sheets.sheet("A report.")
    most = {"records": 1, "days": 20, "productions": 1}
    sums = [SumDraft(kind, number, 1, "no more than that") for kind, number in most.items()]
    wide = draft(
        subject_name=SUBJECT.name, subject_birth_date=SUBJECT.born, record_classes=("police_report",),
        date_from=timezone.localdate() - 40 * DAY, date_to=timezone.localdate() - 21 * DAY,
    )  # fmt: skip
    first = scoped(city, wide, sums=sums)
    manifest = _burned(city, first, text)
    assert not database_refuses(manifest, gate_triggers._SUM) and not exceeded(first, manifest)
    now = timezone.now()
    advance(first.pk, "approve", actor=city.counsel, stepped_up_at=now, reason=REASON)
    factories.work()
    for notice in first.notices.all():
        notifying.excuse_notice(notice.pk, "told_already", actor=city.counsel, words="Told by their lawyer.")
    advance(first.pk, "release", actor=city.officer, stepped_up_at=timezone.now())

    later = replace(wide, date_from=timezone.localdate() - 30 * DAY, date_to=timezone.localdate() - 10 * DAY)
    second = under_the_same_paper(city, first, later)
    beyond = _burned(city, second, sheets.sheet("Another report."), dated_on=timezone.localdate() - 10 * DAY)
    assert second.blocks.filter(kind="sum", lifted_at=None).exists()
    assert {one.kind for one in exceeded(second, beyond)} == most.keys()
    for block in second.blocks.filter(lifted_at=None):  # the block goes, and the gate still says no
        paper_acts.lift_block(block.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    assert database_refuses(beyond, gate_triggers._SUM)
    with pytest.raises(GuardFailed) as failed:
        advance(second.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    assert "gate.sum" in dict(failed.value.failed)
    for kind in most:  # each of them holds the manifest up by itself
        assert database_refuses(beyond, gate_triggers._SUM)
        decide(city, second, kind)
    assert not database_refuses(beyond, gate_triggers._SUM) and not exceeded(second, beyond)


def _burned(city, matter, data: bytes, **changes) -> Manifest:
    factories.attest(city, matter)
    factories.take_in(city, matter, data, **changes)
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    return matter.manifests.get()


def test_a_release_uses_the_paper_up_wherever_else_it_stands_until_the_court_is_asked_anew(city):
    """Policy 3.3: not counsel, but a fresh V05 and V11, and the database compares their times."""
    first = factories.to_approved(city, sheets.sheet("A report."))
    second = under_the_same_paper(city, first)
    manifest = _burned(city, second, sheets.sheet("Another report."))
    rule, paper = gate_triggers._USED_UP, second.instruments.get()
    assert not database_refuses(manifest, rule) and failing_checks(paper) == []
    for notice in first.notices.all():
        notifying.excuse_notice(notice.pk, "told_already", actor=city.counsel, words="Told by their lawyer.")
    advance(first.pk, "release", actor=city.officer, stepped_up_at=timezone.now())

    paper.refresh_from_db()
    assert database_refuses(manifest, rule) and failing_checks(paper) == ["V05", "V11"]
    assert second.tasks.filter(kind="paper_used_up", done_at__isnull=True).count() == 1
    with pytest.raises(GuardFailed):
        advance(second.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    paper_acts.record_check(paper.pk, "V05", "passed", actor=city.verifier)
    assert database_refuses(manifest, rule)
    paper_acts.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Deputy clerk", outcome="passed"
    )
    assert not database_refuses(manifest, rule) and failing_checks(paper) == []
    advance(second.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
