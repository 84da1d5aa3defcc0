"""Another basis than a court's order takes two lawyers and opens exactly what it names (policy 5, 9.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gateway.demo.papers import PAPERS
from tests import factories
from tests.gateway import sheets
from workflows import vault
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.flow import bases, gate, gate_triggers, papers
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.flow.authorising import authorise_status
from workflows.flow.bases import Names
from workflows.flow.facts import Situation, facts_about
from workflows.flow.scoping import ClauseDraft, set_scope
from workflows.instruments.models import Consent, Determination1373, Instrument, LegalBasisOverride
from workflows.instruments.queries import confirmed_overrides, failing_checks, is_legal_basis
from workflows.matters.models import Task
from workflows.policy import guards
from workflows.policy.bases import SET_ASIDE
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE
from workflows.records.models import Record
from workflows.releases.models import Manifest
from workflows.releases.queries import people_barred_from_approving

SUBJECT = PAPERS["sound_order"].subject
NAMES = Names(SUBJECT.name, ("police_report",), SUBJECT.born)
REASON = "Section 12 of the act asks for these reports."
PAGE = "Report of a noise complaint. Place of birth: Lima, Peru."


def now():
    return timezone.now()


@pytest.fixture
def matter(city):
    """A request whose second lawyer is on it."""
    made = factories.open_request(city)
    assign(made.pk, city.counsel2.pk, actor=city.counsel)
    return made


def filed(city, matter, kind, *, failing=SET_ASIDE, **fields):
    """A paper of this kind with its fields confirmed and its checks made, of which these fail."""
    paper = papers.file_paper(matter.pk, sheets.sheet(kind), actor=city.client, media_type="application/pdf")
    values = {
        "type": kind, "docket": "FIN 26-114", "court": "Field Office", "signer": SUBJECT.name,
        "signer_title": "Supervisory officer", "issued_on": timezone.localdate(), **fields,
    }  # fmt: skip
    papers.confirm_fields(paper.pk, papers.ConfirmedFields(**values), actor=city.verifier)
    for check in set(NEEDED_FOR_ACCEPTANCE) - {"V11"}:
        outcome = "failed" if check in failing else "passed"
        papers.record_check(paper.pk, check, outcome, actor=city.verifier)
    papers.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Clerk", outcome="passed"
    )
    return paper


def override(city, paper, *, actor=None, names=NAMES, **changes):
    values = {
        "basis": "statute", "citation": "Act of 2020, section 12", "reason": REASON, "stepped_up_at": now(),
        **changes,
    }  # fmt: skip
    return bases.propose_override(paper.pk, names, actor=actor or city.counsel, **values)


def confirm(city, row, actor=None):
    return bases.confirm_override(row.pk, actor=actor or city.counsel2, stepped_up_at=now())


def clause(**changes):
    draft = ClauseDraft("1", 1, "reports of that day", SUBJECT.name, ("police_report",), SUBJECT.born)
    return replace(draft, **changes)


def frozen(city, matter, paper, *, work=False) -> Manifest:
    """One record under the scope, reviewed and frozen; burned with `work`."""
    set_scope(matter.pk, paper.pk, [clause()], actor=city.counsel)
    factories.attest(city, matter)
    factories.take_in(city, matter, sheets.sheet(PAGE))
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    if work:
        factories.work()
    matter.refresh_from_db()
    return matter.manifests.get()


def database_refuses(manifest: Manifest, asked: gate_triggers.Rule = gate_triggers._LEGAL_BASIS) -> bool:
    """What the trigger's rule, on the legal basis or another one, says of this manifest, asked by itself."""
    words = gate_triggers.SQLITE_WORDS if connection.vendor == "sqlite" else gate_triggers.POSTGRES_WORDS
    rule = asked.violation.format(**words)
    key = manifest._meta.pk.get_db_prep_value(manifest.pk, connection)
    matter = manifest.matter._meta.pk.get_db_prep_value(manifest.matter_id, connection)
    rule = rule.replace("NEW.manifest_id", f"'{key}'").replace("NEW.matter_id", f"'{matter}'")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN {rule} THEN 1 ELSE 0 END")
        return cursor.fetchone()[0] == 1


def gate_refuses(matter) -> bool:
    facts = facts_about(Situation(matter, None, now()), [guards.LEGAL_BASIS])
    return not guards.LEGAL_BASIS.holds(facts)


def test_an_override_leads_to_a_release_of_what_it_names_after_two_lawyers(city, matter):
    paper = filed(city, matter, "ice_admin_subpoena")
    row = override(city, paper)
    assert Task.objects.filter(kind="confirm_basis", done_at__isnull=True).count() == 1
    for who, error in ((city.counsel, Forbidden), (city.officer, Forbidden), (city.client, Forbidden)):
        with pytest.raises(error):
            confirm(city, row, who)
    with pytest.raises(StepUpNeeded):
        bases.confirm_override(row.pk, actor=city.counsel2, stepped_up_at=None)
    confirm(city, row)
    assert not Task.objects.filter(kind="confirm_basis", done_at__isnull=True).exists()
    paper.refresh_from_db()
    matter.refresh_from_db()
    assert (paper.state, paper.verdict, matter.state) == ("in_force", "does_not_suffice", "scope_review")
    assert failing_checks(paper) == [] and is_legal_basis(paper, timezone.localdate())
    assert confirmed_overrides(now() - timezone.timedelta(days=1), now()) == 1
    for beyond in (
        {"record_classes": ("police_report", "housing_file")}, {"subject_name": "Another Name"},
        {"subject_birth_date": None},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            set_scope(matter.pk, paper.pk, [clause(**beyond)], actor=city.counsel)

    manifest = frozen(city, matter, paper, work=True)
    assert not gate_refuses(matter) and not database_refuses(manifest)
    barred = people_barred_from_approving(manifest)
    assert city.counsel2.pk in barred and city.counsel.pk not in barred
    # A record of another kind than the basis names, slipped under the manifest: both walls see it.
    Record.objects.update(record_class="housing_file")
    assert gate_refuses(matter) and database_refuses(manifest)
    Record.objects.update(record_class="police_report")
    approved = advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=now(), reason=REASON)
    assert approved.state == "approved"
    papers.end_paper(paper.pk, "withdrawn", actor=city.counsel, reason=REASON)
    matter.refresh_from_db()
    assert matter.state == "scope_review" and gate_refuses(matter) and database_refuses(manifest)


def test_an_override_stands_in_only_for_what_a_judges_order_is(city, matter):
    paper = filed(city, matter, "ice_admin_subpoena", failing=SET_ASIDE | {"V08"})
    row = override(city, paper)
    with pytest.raises(GuardFailed) as refused:
        confirm(city, row)
    assert dict(refused.value.failed).keys() == {"basis.checks"}
    papers.record_check(paper.pk, "V08", "passed", actor=city.verifier)
    flag = papers.raise_flag(paper.pk, "ALTERED", actor=city.verifier)
    with pytest.raises(GuardFailed) as refused:
        confirm(city, row)
    assert dict(refused.value.failed).keys() == {"paper.no_flag"}
    assert not LegalBasisOverride.objects.filter(confirmed_by__isnull=False).exists()
    papers.clear_flag(flag.pk, actor=city.counsel, reason=REASON, stepped_up_at=now())
    confirm(city, row)


def test_an_override_is_for_papers_that_do_not_suffice_and_counsel_alone_writes_it(city, matter):
    paper = filed(city, matter, "ice_admin_subpoena")
    for who in (city.officer, city.verifier, city.client):
        with pytest.raises(Forbidden):
            override(city, paper, actor=who)
    for changes, error in (
        ({"basis": "because"}, Invalid), ({"citation": "law"}, Invalid), ({"reason": ""}, Invalid),
        ({"stepped_up_at": None}, StepUpNeeded), ({"names": Names("", ("police_report",))}, Invalid),
        ({"names": Names("A", ())}, Invalid), ({"names": Names("A", ("gossip",))}, Invalid),
        ({"names": replace(NAMES, types=("WEATHER",))}, Invalid),
    ):  # fmt: skip
        with pytest.raises(error):
            override(city, paper, **changes)
    for kind in ("fed_production_order", "exigent_request", "unknown", "public_records_request"):
        Instrument.objects.filter(pk=paper.pk).update(type=kind)
        with pytest.raises(Invalid):
            override(city, paper)
    assert not LegalBasisOverride.objects.exists()


def confirm_anew(city, paper, **changes):
    paper.refresh_from_db()
    values = {name: getattr(paper, name) for name in papers.ConfirmedFields.__slots__}
    papers.confirm_fields(paper.pk, papers.ConfirmedFields(**{**values, **changes}), actor=city.verifier)


def test_what_counsel_has_found_says_nothing_of_another_kind_or_another_signer(city, matter):
    paper = filed(city, matter, "consent_waiver", failing=())
    consent(city, paper)
    for changes in ({"signer": "Somebody Else"}, {"signer": SUBJECT.name, "type": "fed_grand_jury_subpoena"}):
        confirm_anew(city, paper, **changes)
        with pytest.raises(GuardFailed) as refused:
            papers.accept_paper(paper.pk, actor=city.verifier)
        assert dict(refused.value.failed).keys() == {"paper.finding"}
    papers.record_finding(paper.pk, "A subpoena of a grand jury, signed and in order.", actor=city.counsel)
    papers.accept_paper(paper.pk, actor=city.verifier)


def test_an_override_is_confirmed_for_the_kind_it_was_written_for_and_while_its_writer_is_counsel(
    city, matter
):
    paper = filed(city, matter, "ice_admin_subpoena")
    row = override(city, paper)
    for kind in ("exigent_request", "unknown"):
        confirm_anew(city, paper, type=kind)
        with pytest.raises(Invalid):
            confirm(city, row)
    confirm_anew(city, paper, type="ice_admin_subpoena")
    for changes in ({"is_active": False}, {"role": "officer"}):
        type(city.counsel).objects.filter(pk=city.counsel.pk).update(**changes)
        with pytest.raises(WrongState):
            confirm(city, row)
        type(city.counsel).objects.filter(pk=city.counsel.pk).update(is_active=True, role="counsel")
    confirm(city, row)


def test_words_of_a_basis_are_in_the_vault_and_its_row_is_confirmed_once_and_never_changes(city, matter):
    paper = filed(city, matter, "ice_admin_subpoena")
    row = override(city, paper)
    assert b"section 12" in vault.open(row.words)
    assert b"section 12" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    rows, entry = LegalBasisOverride.objects.filter(pk=row.pk), Entry.objects.latest("pk")
    done = {"confirmed_at": now(), "confirmed_entry": entry}
    for change in (
        {"classes": ",police_report,housing_file,"}, {"subject_name": "Another"}, {"types": ["A_NUMBER"]},
        {"basis": "agreement"}, {**done, "confirmed_by": city.counsel},
        {**done, "confirmed_by": city.officer},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    for bad in ({**done, "confirmed_by": city.counsel2}, {"proposed_by": city.officer}):
        values = {
            "instrument": paper, "basis": "statute", "words": row.words, "subject_name": "A",
            "classes": ",other,", "proposed_by": city.counsel, "proposed_at": now(), "entry": entry, **bad,
        }  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            LegalBasisOverride.objects.create(**values)


def determine(city, matter, *, actor=None, names=None, **changes):
    values = {"recipient": "Agent Orla Finch", "reason": REASON, "stepped_up_at": now(), **changes}
    return bases.propose_1373(
        matter.pk, names or replace(NAMES, types=("COUNTRY_OF_BIRTH",)), actor=actor or city.counsel, **values
    )


def test_a_1373_determination_ships_off_and_says_that_it_needs_counsel(city, matter, settings):
    assert settings.DETERMINATION_1373 is False
    with pytest.raises(Invalid) as refused:
        determine(city, matter)
    assert refused.value.code == "determination_off" and "needs counsel" in refused.value.sentence
    assert "forbidden" not in refused.value.sentence


def test_a_1373_determination_opens_named_data_for_its_agency_once_a_second_lawyer_confirms(
    city, matter, settings
):
    settings.DETERMINATION_1373 = True
    for who in (city.officer, city.verifier, city.client):
        with pytest.raises(Forbidden):
            determine(city, matter, actor=who)
    for changes, error in (
        ({"recipient": ""}, Invalid), ({"reason": ""}, Invalid), ({"names": NAMES}, Invalid),
        ({"stepped_up_at": None}, StepUpNeeded),
    ):  # fmt: skip
        with pytest.raises(error):
            determine(city, matter, **changes)
    row = determine(city, matter)
    with pytest.raises(Forbidden):
        bases.confirm_1373(row.pk, actor=city.counsel, stepped_up_at=now())
    assert matter.instruments.count() == 0
    bases.confirm_1373(row.pk, actor=city.counsel2, stepped_up_at=now())
    with pytest.raises(WrongState):
        bases.confirm_1373(row.pk, actor=city.counsel2, stepped_up_at=now())
    matter.refresh_from_db()
    paper = matter.instruments.get()
    assert (matter.state, paper.state, paper.verdict) == ("scope_review", "in_force", "determination_1373")
    events = set(Entry.objects.filter(matter=matter.pk).values_list("event", flat=True))
    assert {"determination_1373.recorded", "determination_1373.confirmed", "basis.set"} <= events

    manifest = frozen(city, matter, paper)
    assert not gate_refuses(matter) and not database_refuses(manifest)
    item = matter.records.get().clause
    values = {"quote": "the place of birth on file", "reason": REASON, "stepped_up_at": now()}
    with pytest.raises(Invalid) as refused:
        authorise_status(matter.pk, item.pk, actor=city.counsel, types=["A_NUMBER"], **values)
    assert refused.value.code == "beyond_basis"
    authorise_status(matter.pk, item.pk, actor=city.counsel, types=["COUNTRY_OF_BIRTH"], **values)
    # Another agency's matter is no matter of this determination.
    type(matter).objects.filter(pk=matter.pk).update(agency=city.other_agency)
    matter.refresh_from_db()
    assert gate_refuses(matter) and database_refuses(manifest)


def test_a_determination_written_before_it_was_switched_off_is_not_confirmed(city, matter, settings):
    settings.DETERMINATION_1373 = True
    row = determine(city, matter)
    settings.DETERMINATION_1373 = False
    with pytest.raises(Invalid):
        bases.confirm_1373(row.pk, actor=city.counsel2, stepped_up_at=now())
    assert not Determination1373.objects.filter(instrument__isnull=False).exists()


def consent(city, paper, *, actor=None, names=NAMES, **changes):
    values = {"informed": "By the clinic's advocate, in Spanish, on the day.", "reason": REASON, **changes}
    return bases.record_consent(paper.pk, names, actor=actor or city.counsel, **values)


def test_a_consent_opens_the_signers_own_records_until_it_is_taken_back(city, matter):
    paper = filed(city, matter, "consent_waiver", failing=(), docket="", court="")
    with pytest.raises(GuardFailed):
        papers.accept_paper(paper.pk, actor=city.verifier)
    papers.record_finding(paper.pk, "The form is signed and dated.", actor=city.counsel)
    with pytest.raises(GuardFailed):  # a finding alone is no consent
        papers.accept_paper(paper.pk, actor=city.verifier)
    with pytest.raises(Forbidden):
        consent(city, paper, actor=city.officer)
    with pytest.raises(Invalid) as refused:
        consent(city, paper, names=replace(NAMES, subject_name="Somebody Else"))
    assert refused.value.code == "consent_of_another"
    with pytest.raises(Invalid):
        consent(city, paper, informed="")
    consent(city, paper)
    with pytest.raises(WrongState):
        consent(city, paper)
    papers.accept_paper(paper.pk, actor=city.verifier)
    with pytest.raises(Invalid):
        set_scope(matter.pk, paper.pk, [clause(subject_name="Somebody Else")], actor=city.counsel)
    manifest = frozen(city, matter, paper)
    assert not gate_refuses(matter) and not database_refuses(manifest)
    assert gate.ask("approve", matter, city.counsel2, now())["gate.paper_sound"] is True
    for moment in (None, now()):  # a clause that was read before a court narrowed the paper covers nothing
        Instrument.objects.filter(pk=paper.pk).update(scope_from=moment)
        assert database_refuses(manifest, gate_triggers._CLAUSES_IN_FORCE) is (moment is not None)
    Instrument.objects.filter(pk=paper.pk).update(scope_from=None, signer="Somebody Else")
    assert gate_refuses(matter) and database_refuses(manifest)  # a signature opens the signer's own records
    Instrument.objects.filter(pk=paper.pk).update(signer=SUBJECT.name)
    for change in ({"subject_name": "Another"}, {"classes": ",other,"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.update(**change)
    # The same paper dressed up as one that does not suffice: what one lawyer wrote opens nothing by itself.
    rows = Instrument.objects.filter(pk=paper.pk)
    rows.update(type="ice_admin_subpoena", verdict="does_not_suffice")
    assert gate_refuses(matter) and database_refuses(manifest)
    LegalBasisOverride.objects.create(
        instrument=paper, basis="statute", words=Consent.objects.get().words, subject_name=SUBJECT.name,
        subject_birth_date=SUBJECT.born, classes=",police_report,", proposed_by=city.counsel,
        proposed_at=now(), entry=Entry.objects.latest("pk"),
    )  # fmt: skip
    assert gate_refuses(matter) and database_refuses(manifest)
    rows.update(verdict="determination_1373")
    assert gate_refuses(matter) and database_refuses(manifest)
    rows.update(verdict="exigent_determination")
    assert gate_refuses(matter) and database_refuses(manifest)
    rows.update(type="consent_waiver", verdict="suffices_after_counsel_review")
    assert not gate_refuses(matter) and not database_refuses(manifest)
    bases.revoke_consent(paper.pk, actor=city.officer, reason="The person said so at the counter.")
    assert gate_refuses(matter) and database_refuses(manifest)
    assert matter.blocks.filter(lifted_at__isnull=True).exists()
    with pytest.raises(WrongState):
        bases.revoke_consent(paper.pk, actor=city.officer, reason="The person said so again.")


def test_a_basis_of_a_matter_that_one_does_not_have_is_not_there(city, matter):
    paper = filed(city, matter, "ice_admin_subpoena")
    row = override(city, paper)
    with pytest.raises(NotVisible):
        confirm(city, row, city.other_client)
    with pytest.raises(NotVisible):
        bases.confirm_override(
            "00000000-0000-4000-8000-000000000000", actor=city.counsel, stepped_up_at=now()
        )
