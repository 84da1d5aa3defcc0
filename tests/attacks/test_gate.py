"""The database itself refuses: ORM, bulk inserts, the admin, raw SQL and a loaded fixture.

Each attack is made on a matter that is one step short of what it needs, or on the real thing with
one link of the chain broken. All of them run on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.test import RequestFactory
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.audit import log
from workflows.flow import delivering, papers
from workflows.flow.advance import advance
from workflows.instruments.models import Check, Instrument
from workflows.matters.models import Block, Matter
from workflows.releases.models import (
    Approval,
    ApprovalVoid,
    Claim,
    GateDecision,
    Link,
    LinkRevoked,
    Manifest,
    ManifestRecord,
    MarkMaker,
    Package,
    PackageSeal,
    Release,
    VerifierReport,
)


def one_page() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "The tenant reported a broken window. Citizenship: Guatemala.")
    canvas.save()
    return out.getvalue()


def refused(attack: Callable[[], Any]) -> bool:
    """True when the database refused; whatever the attack did is rolled back."""
    try:
        with transaction.atomic():
            attack()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def raw_insert(row: Model) -> None:
    """INSERT the row by SQL alone."""
    fields = [field for field in row._meta.concrete_fields if not (field.primary_key and row.pk is None)]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", values)


def load_fixture(row: Model) -> None:
    """What `loaddata` does with a file that holds the row."""
    if row.pk is None:
        row.pk = 987654
    folder = (
        Path(connection.settings_dict["NAME"] or ".").parent
        if connection.vendor == "sqlite"
        else Path("/tmp")
    )
    path = folder / f"attack-{uuid.uuid4().hex}.json"
    path.write_text(serialize("json", [row]))
    try:
        call_command("loaddata", str(path), verbosity=0)
    finally:
        path.unlink()


def through_admin(row: Model) -> None:
    """What the admin does when somebody saves a form."""
    ModelAdmin(type(row), AdminSite()).save_model(RequestFactory().post("/"), row, form=None, change=False)


WAYS: dict[str, Callable[[Model], Any]] = {
    "orm": lambda row: row.save(force_insert=True),
    "bulk_create": lambda row: type(row)._default_manager.bulk_create([row]),
    "admin": through_admin,
    "raw sql": raw_insert,
    "fixture": load_fixture,
}


def entry_for(matter: Matter, event: str = "release.made") -> Any:
    return log.record(event, actor=None, matter=matter)


def a_decision(manifest: Manifest, moment: str, **changes: Any) -> GateDecision:
    """A decision that an attacker writes for himself."""
    values = {
        "matter": manifest.matter,
        "manifest": manifest,
        "manifest_sha256": manifest.sha256,
        "moment": moment,
        "passed": True,
        "predicates": {},
        "policy_version": 1,
        "at": timezone.now(),
        "entry": entry_for(manifest.matter, "gate.decided"),
    }
    return GateDecision.objects.create(**{**values, **changes})


def a_release(
    city: factories.City, approval: Approval, package: Package, decision: GateDecision, **changes: Any
) -> Release:
    values = {
        "matter": approval.matter,
        "manifest": approval.manifest,
        "manifest_sha256": approval.manifest.sha256,
        "approval": approval,
        "package": package,
        "decision": decision,
        "released_by": city.officer,
        "at": timezone.now(),
        "entry": entry_for(approval.matter),
    }
    return Release(**{**values, **changes})


def an_approval(city: factories.City, manifest: Manifest, approver: Any, **changes: Any) -> Approval:
    decision = changes.pop("decision", None) or a_decision(manifest, "approve")
    values = {
        "matter": manifest.matter,
        "manifest": manifest,
        "manifest_sha256": manifest.sha256,
        "outputs_sha256": "0" * 64,
        "decision": decision,
        "approver": approver,
        "reason": "because",
        "at": timezone.now(),
        "entry": entry_for(manifest.matter, "release.approved"),
    }
    return Approval(**{**values, **changes})


def test_no_approval_passes_without_the_chain_beneath_it(city: factories.City) -> None:
    matter = factories.to_counsel(city, one_page())
    assert matter.state == "counsel_review"
    manifest = matter.manifests.get()
    passed: list[str] = []

    def attempt(name: str, attack: Callable[[], Any]) -> None:
        if not refused(attack):
            passed.append(name)

    for way, write in WAYS.items():
        for who in ("officer", "verifier", "client", "auditor", "admin"):
            attempt(
                f"{way}: approval by {who}",
                lambda w=write, p=who: w(an_approval(city, manifest, city.people[p])),
            )
        attempt(
            f"{way}: decision did not pass",
            lambda w=write: w(
                an_approval(
                    city, manifest, city.counsel, decision=a_decision(manifest, "approve", passed=False)
                )
            ),
        )
        attempt(
            f"{way}: decision of another moment",
            lambda w=write: w(
                an_approval(city, manifest, city.counsel, decision=a_decision(manifest, "build"))
            ),
        )
        attempt(
            f"{way}: another hash",
            lambda w=write: w(an_approval(city, manifest, city.counsel, manifest_sha256="f" * 64)),
        )

    def with_open_block() -> None:
        Block.objects.create(
            matter=matter,
            kind="stay",
            opened_at=timezone.now(),
            opened_entry=entry_for(matter, "block.opened"),
        )
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def by_maker_of_a_mark() -> None:
        MarkMaker.objects.create(manifest=manifest, person=city.counsel)

    def by_caller_of_the_court() -> None:
        paper = matter.instruments.get(state="in_force")
        Check.objects.create(
            instrument=paper,
            check_id="V11",
            outcome="passed",
            by=city.counsel,
            at=timezone.now(),
            entry=entry_for(matter, "instrument.called_back"),
        )
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def paper_quashed() -> None:
        Instrument.objects.filter(matter=matter).update(
            state="quashed", state_entry=entry_for(matter, "instrument.left_force")
        )
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def paper_run_out() -> None:
        Instrument.objects.filter(matter=matter).update(
            execute_by=timezone.localdate() - dt.timedelta(days=3)
        )
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def verdict_lost() -> None:
        Instrument.objects.filter(matter=matter).update(verdict="suffices_after_counsel_review")
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def inactive_counsel() -> None:
        type(city.counsel).objects.filter(pk=city.counsel.pk).update(is_active=False)
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def later_manifest() -> None:
        Manifest.objects.create(
            matter=matter,
            number=2,
            sha256="a" * 64,
            body="{}",
            frozen_by=city.officer,
            frozen_at=timezone.now(),
            entry=entry_for(matter, "manifest.frozen"),
        )
        an_approval(city, manifest, city.counsel).save(force_insert=True)

    def empty_manifest() -> None:
        empty = Manifest.objects.create(
            matter=matter,
            number=2,
            sha256="b" * 64,
            body="{}",
            frozen_by=city.officer,
            frozen_at=timezone.now(),
            entry=entry_for(matter, "manifest.frozen"),
        )
        an_approval(city, empty, city.counsel).save(force_insert=True)

    def state_jump() -> None:
        Matter.objects.filter(pk=matter.pk).update(state="releasing", state_entry=entry_for(matter))

    def state_without_entry() -> None:
        Matter.objects.filter(pk=matter.pk).update(state="approved")

    def state_with_a_foreign_entry() -> None:
        Matter.objects.filter(pk=matter.pk).update(
            state="approved", state_entry=log.record("release.approved", actor=None, matter=uuid.uuid4())
        )

    for attack in (
        with_open_block,
        by_maker_of_a_mark,
        by_caller_of_the_court,
        paper_quashed,
        paper_run_out,
        verdict_lost,
        inactive_counsel,
        later_manifest,
        empty_manifest,
        state_jump,
        state_without_entry,
        state_with_a_foreign_entry,
    ):
        attempt(attack.__name__, attack)

    assert passed == []
    assert not Approval.objects.exists()
    # The same rows go through where the chain is whole: the refusals above were not for some other reason.
    assert not refused(lambda: an_approval(city, manifest, city.counsel).save(force_insert=True))


def test_no_release_or_claim_passes_without_the_chain_beneath_it(city: factories.City) -> None:
    matter = factories.to_approved(city, one_page())
    approval = Approval.objects.get()
    package = Package.objects.get()
    passed: list[str] = []

    def attempt(name: str, attack: Callable[[], Any]) -> None:
        if not refused(attack):
            passed.append(name)

    def decision() -> GateDecision:
        return a_decision(approval.manifest, "bytes")

    for way, write in WAYS.items():
        attempt(
            f"{way}: decision did not pass",
            lambda w=write: w(
                a_release(city, approval, package, a_decision(approval.manifest, "bytes", passed=False))
            ),
        )
        attempt(
            f"{way}: decision of another moment",
            lambda w=write: w(a_release(city, approval, package, a_decision(approval.manifest, "approve"))),
        )
        attempt(
            f"{way}: another hash",
            lambda w=write: w(a_release(city, approval, package, decision(), manifest_sha256="f" * 64)),
        )

    def approval_voided() -> None:
        ApprovalVoid.objects.create(
            approval=approval, cause="test", at=timezone.now(), entry=entry_for(matter, "approval.voided")
        )
        a_release(city, approval, package, decision()).save(force_insert=True)

    def blocked() -> None:
        Block.objects.create(
            matter=matter,
            kind="stay",
            opened_at=timezone.now(),
            opened_entry=entry_for(matter, "block.opened"),
        )
        a_release(city, approval, package, decision()).save(force_insert=True)

    def paper_gone() -> None:
        Instrument.objects.filter(matter=matter).update(
            state="stayed", state_entry=entry_for(matter, "instrument.left_force")
        )
        a_release(city, approval, package, decision()).save(force_insert=True)

    def package_of_nobody() -> None:
        bare = Package.objects.create(
            matter=matter,
            manifest=approval.manifest,
            approval=approval,
            payload=package.payload,
            sha256="c" * 64,
            built_at=timezone.now(),
            entry=entry_for(matter, "package.built"),
        )
        a_release(city, approval, bare, decision()).save(force_insert=True)

    def late_record() -> None:
        row = ManifestRecord.objects.get()
        row.pk = None
        row.save(force_insert=True)

    def second_report() -> None:
        row = VerifierReport.objects.get()
        row.pk = None
        row.save(force_insert=True)

    def rewritten(model: type[Model], **values: Any) -> Callable[[], Any]:
        return lambda: model._default_manager.update(**values)

    def deleted(model: type[Model]) -> Callable[[], Any]:
        return lambda: model._default_manager.all()._raw_delete("default")

    attacks: dict[str, Callable[[], Any]] = {
        "approval voided": approval_voided,
        "block open": blocked,
        "paper stayed": paper_gone,
        "package without proof": package_of_nobody,
        "record joins a frozen manifest": late_record,
        "second report": second_report,
        "manifest rewritten": rewritten(Manifest, body="{}"),
        "approval rewritten": rewritten(Approval, reason="another"),
        "report rewritten": rewritten(VerifierReport, passed=True),
        "decision rewritten": rewritten(GateDecision, passed=True),
        "check rewritten": rewritten(Check, outcome="passed"),
        "approval deleted": deleted(Approval),
        "manifest deleted": deleted(Manifest),
        "package deleted": deleted(Package),
        "seal deleted": deleted(PackageSeal),
        "matter deleted": deleted(Matter),
    }
    for name, attack in attacks.items():
        attempt(name, attack)
    assert passed == []
    assert not Release.objects.exists()

    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    link = Link.objects.get()
    now = timezone.now()

    def a_claim(**changes: Any) -> Claim:
        values = {
            "link": link,
            "client": city.client,
            "agency": city.agency,
            "at": now,
            "until": now,
            "entry": entry_for(matter, "link.claimed"),
        }
        return Claim(**{**values, **changes})

    def revoked() -> None:
        LinkRevoked.objects.create(link=link, cause="test", at=now, entry=entry_for(matter, "link.revoked"))
        a_claim().save(force_insert=True)

    def claim_while_blocked() -> None:
        Block.objects.create(
            matter=matter, kind="stay", opened_at=now, opened_entry=entry_for(matter, "block.opened")
        )
        a_claim().save(force_insert=True)

    for way, write in WAYS.items():
        attempt(
            f"{way}: claim by another agency's client", lambda w=write: w(a_claim(client=city.other_client))
        )
        attempt(f"{way}: claim for another agency", lambda w=write: w(a_claim(agency=city.other_agency)))
        attempt(
            f"{way}: claim after the end",
            lambda w=write: w(a_claim(at=link.expires_at + dt.timedelta(seconds=1))),
        )
        attempt(f"{way}: release twice", lambda w=write: w(a_release(city, approval, package, decision())))
    attempt("claim of a revoked link", revoked)
    attempt("claim while blocked", claim_while_blocked)
    attempt("link lives longer", rewritten(Link, expires_at=now + dt.timedelta(days=900)))
    attempt("release deleted", deleted(Release))
    assert passed == []

    delivering.claim(link.pk, actor=city.client)
    attempt("second claim", lambda: a_claim().save(force_insert=True))
    attempt("claim deleted", deleted(Claim))
    assert passed == []
    assert json.loads(approval.manifest.body)["totals"]["records"] == 1


def test_a_paper_that_leaves_force_stops_everything_that_rests_on_it(city: factories.City) -> None:
    matter = factories.to_approved(city, one_page())
    paper = matter.instruments.get(state="in_force")

    papers.end_paper(paper.pk, "stayed", actor=city.counsel, reason="The court stayed the order today.")

    matter.refresh_from_db()
    assert matter.state == "scope_review"
    assert matter.blocks.filter(lifted_at=None, kind="stay").exists()
    assert Approval.objects.get().void is not None
