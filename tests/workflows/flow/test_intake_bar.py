"""The bar of the intake guard: identifiers of somebody's status, typed into every field of text, are in no
column afterwards. The list of columns is drawn from the models; one that nobody has declared fails."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import json
import os
import pkgutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from django import forms
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from rest_framework import serializers

import gateway.api
import gateway.web
from gateway.accounts import people, saved_filters
from gateway.api.base import Input
from tests import factories
from workflows import vault
from workflows.audit.models import Entry
from workflows.errors import Refused
from workflows.flow import (
    answering,
    bases,
    clarifying,
    contacts,
    directory,
    effects,
    exigent,
    letterwriting,
    notifying,
    papers,
    policymaking,
    scope_rulings,
    scoping,
    searching,
    side_door,
)
from workflows.flow.facts import Situation
from workflows.flow.opening import Subject, Submission, open_matter
from workflows.instruments import reading
from workflows.instruments.models import SubpoenaAnswer
from workflows.instruments.queries import clauses_of
from workflows.matters.models import AgencyContact
from workflows.notices.referrals import Referral
from workflows.policy import columns
from workflows.policy.bases import EXIGENT_GROUNDS
from workflows.policy.document import shipped, to_bytes
from workflows.policy.scope_words import LIMITS, SUMS
from workflows.records import actions as records
from workflows.records import review
from workflows.records.models import Finding

# Each as people write it, and the digits that must be nowhere afterwards.
IDENTIFIERS = (
    "A 204 118 365", "A-number 204118365", "Alien number: 204-118-365", "A#204118365", "USCIS# 204118365",
    "Receipt MSC2190204118", "IOE0920411836", "SEVIS N0020411836", "I-94 number 20411836501",
)  # fmt: skip
FULL = os.environ.get("GATEWAY_SCALE") == "full"
POSTS = 1_000 if FULL else 80


def text_columns() -> dict[str, tuple[type[models.Model], str]]:
    return {
        f"{model._meta.label}.{field.name}": (model, field.name)
        for model in apps.get_models()
        if model.__module__.startswith(("workflows.", "gateway."))
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
    }


def test_every_column_of_text_is_declared_once_and_no_declaration_is_stale():
    declared = list(itertools.chain(*columns.KINDS.values()))
    assert len(declared) == len(set(declared))
    assert set(declared) == set(text_columns())


# Where the words of a field of the same name in forms and bodies go.
COLUMN, DETAIL, VAULT, NOWHERE = "a column above", "the log, encrypted", "the vault, encrypted", "nowhere"
FIELDS = {
    **dict.fromkeys((
        "agency_said", "authority", "court", "custodian", "department", "description", "docket", "item",
        "name", "official", "official_said", "official_title", "place", "recipient", "signer",
        "does_en", "does_es", "phone", "signer_title", "spoke_with", "subject_name", "text", "what", "where",
        "words", "note", "addressee", "office", "document", "document_number", "subject_number",
        "departments", "documents", *(f"{name}_quote" for name in (*LIMITS, *SUMS)),
        "letter_text", "title_en", "title_es", "source_citation", "others",
    ), COLUMN),
    **dict.fromkeys(("reason",), DETAIL),
    **dict.fromkeys(("quote", "question", "citation", "danger", "informed", "least"), VAULT),
    **dict.fromkeys(("address", "code", "declared_type", "how", "missing", "password", "received", "role",
                     "reference", "requester", "subjects", "sought"), NOWHERE),
}  # fmt: skip


def fields_of_words() -> set[str]:
    """Names of the fields of text in every form of the pages and every body of the API."""
    for room in (gateway.web, gateway.api):
        for module in pkgutil.iter_modules(room.__path__):
            if not module.ispkg:
                importlib.import_module(f"{room.__name__}.{module.name}")
    found, kinds = set(), [*forms.Form.__subclasses__(), *Input.__subclasses__()]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not kind.__module__.startswith("gateway."):
            continue
        fields = kind._declared_fields if issubclass(kind, Input) else kind.base_fields
        found |= {
            name
            for name, field in fields.items()
            if type(getattr(field, "child", field)) in (forms.CharField, serializers.CharField)
        }
    return found


def test_every_field_of_words_in_forms_and_bodies_says_where_they_go():
    assert fields_of_words() == FIELDS.keys()


class Desk:
    """Papers, searches, records and the rest, on which every field of text can be typed."""

    def __init__(self, city: factories.City) -> None:
        self.city = city
        self.matter = factories.open_request(city)
        self.paper = factories.file_demo_paper(city, self.matter)
        self.open_paper = papers.file_paper(
            self.matter.pk, b"%PDF other", actor=city.client, media_type="application/pdf"
        )
        factories.verify_paper(city, self.paper)
        papers.accept_paper(self.paper.pk, actor=city.verifier)
        self.drafts = factories.clauses()[:1]
        scoping.set_scope(self.matter.pk, self.paper.pk, self.drafts, actor=city.counsel)
        self.matter.refresh_from_db()
        self.search = searching.open_search(self.matter.pk, "Archive", actor=city.officer)
        self.record = factories.take_in(city, self.matter, b"%PDF record")
        known = self.record
        self.known = records.Description(
            known.record_class, known.subject_name, known.subject_birth_date, known.dated_on
        )
        type(self.record).objects.update(state="readable")
        self.finding = Finding.objects.create(
            record=self.record, key="k", page_n=1, source="text", type="A_NUMBER", tier=2, score=0.5,
            layer="rule", rule="r", action="review", explanation="e", value_hmac="0" * 64,
        )  # fmt: skip
        SubpoenaAnswer.objects.create(
            instrument=self.open_paper, grounds=["no_judge"], drafted_at=timezone.now(),
            entry=Entry.objects.latest("pk"),
        )  # fmt: skip
        self.contact = contacts.log_contact(self.approach(wants="warrant"), actor=city.officer)
        self.number = AgencyContact.objects.create(
            agency=city.agency, office="Duty desk", phone="505-555-0177"
        )

    def approach(self, **changes) -> contacts.Approach:
        usual = contacts.Approach(
            "phone", timezone.now() - dt.timedelta(minutes=1), "Library", "other", "none", False
        )
        return replace(usual, **changes)

    def described(self, **changes) -> None:
        names = {"description": "All records.", "authority": "", "name": "Ada Mora", **changes}
        open_matter(
            Submission(names["description"], names["authority"], (Subject(names["name"]),)),
            actor=self.city.client,
        )

    def confirm(self, **changes) -> None:
        usual = papers.ConfirmedFields("fed_production_order", "1", "A court", "A. Judge", "Judge")
        papers.confirm_fields(self.open_paper.pk, replace(usual, **changes), actor=self.city.verifier)

    def clause(self, **changes) -> None:
        draft = replace(self.drafts[0], **changes)
        with transaction.atomic():
            scoping.write_clauses(self.paper, [draft], actor=self.city.counsel, now=timezone.now())

    def rule(self, text: str) -> None:
        """A record whose kind nobody stated is for counsel to decide."""
        record = records.describe(
            self.record.pk, replace(self.known, record_class=""), actor=self.city.officer
        )
        clause = clauses_of(self.matter)[0]
        scope_rulings.rule_scope(
            record.pk, clause.pk, True, actor=self.city.counsel, page=1, quote=text,
            reason="The item names this very report.",
        )  # fmt: skip

    def sum(self, text: str) -> None:
        """The paper allows one person, and two are named."""
        usual = {"actor": self.city.counsel, "now": timezone.now()}
        two = [self.drafts[0], replace(self.drafts[0], subject_name="Bo Vale")]
        with transaction.atomic():
            entry = scoping.write_clauses(self.paper, two, **usual)
            limit = scoping.SumDraft("people", 1, 1, text)
            scoping._write_sums(self.paper, [limit], entry=entry, **usual)

    def decide_sum(self, text: str) -> None:
        self.sum("one person")
        scope_rulings.decide_sum(
            self.matter.pk, self.paper.pk, "people", actor=self.city.counsel, page=1, quote=text,
            reason="The two names are one person.", stepped_up_at=timezone.now(),
        )  # fmt: skip

    def names(self, text: str) -> None:
        bases.Names(text, ("police_report",)).columns()

    def emergency(self, **changes) -> None:
        words = {"official": "A. Lee", "official_title": "Agent", "spoke_with": "Desk", **changes}
        exigent.claim_exigent(
            self.matter.pk, actor=self.city.officer, ground=next(iter(EXIGENT_GROUNDS)),
            contact_id=self.number.pk, danger="Somebody says that a person will be shot tonight.", **words,
        )  # fmt: skip

    def read(self, text: str) -> None:
        kept = reading._kept({"docket": text, "subjects": [text], "evidence": [{"quote": text}]})
        type(self.paper).objects.filter(pk=self.paper.pk).update(reading=kept)

    def listed(self, reference: str = "PR-1", requester: str = "Ada", text: str = "Maps") -> None:
        rows = f'Reference,Requester,Request\n"{reference[:64]}","{requester}","{text}"\n'
        side_door.import_requests(rows.encode(), side_door.Columns(received=""), actor=self.city.officer)

    def approve(self, text: str) -> None:
        situation = Situation(self.matter, self.city.counsel, timezone.now())
        with transaction.atomic():
            effects._approve(situation, {"reason": text}, Entry.objects.latest("pk"))

    def ways(self) -> dict[str, Callable[[str], object]]:
        """How a text gets to each column that people's words can reach."""
        city, matter = self.city, self.matter
        other = self.open_paper.pk
        call = {"actor": city.officer, "contact_id": city.court.pk, "outcome": "passed"}
        log = contacts.log_contact
        taken = {"actor": city.officer, "kind": "copy", "pieces": 1, "receipt": True}
        take = {"actor": city.officer, "description": records.Description()}
        password = {"actor": None, "password": factories.PASSWORD, "role": people.Role.OFFICER}
        return {
            "accounts.Person.name": lambda t: people.create_person("x@city.test", t, **password),
            "accounts.Person.email": lambda t: people.create_person(f"{t}@city.test", "X", **password),
            "accounts.SavedFilter.name": lambda t: saved_filters.save_filter(t, "", actor=city.officer),
            "matters.Agency.name": lambda t: people.create_agency(t, "unknown", actor=None),
            "matters.Official.name": lambda t: people.create_client(city.agency, t, actor=None),
            "instruments.Check.note": lambda t: papers.record_check(
                other, "V01", "passed", actor=city.verifier, note=t
            ),
            "instruments.Check.spoke_with": lambda t: papers.call_back(other, spoke_with=t, **call),
            "instruments.CounselFinding.text": lambda t: papers.record_finding(
                other, f"Counsel finds this: {t}.", actor=city.counsel
            ),
            **{f"instruments.{one}.subject_name": self.names for one in (
                "Consent", "Determination1373", "ExigentDetermination", "LegalBasisOverride")},
            "instruments.Determination1373.recipient": self.recipient,
            **{f"instruments.ExigentClaim.{one}": lambda t, one=one: self.emergency(**{one: t})
               for one in ("official", "official_title", "spoke_with")},
            **{f"instruments.Instrument.{one}": lambda t, one=one: self.confirm(**{one: t})
               for one in ("court", "docket", "signer", "signer_title")},
            "instruments.Instrument.reading": self.read,
            **{f"instruments.ScopeClause.{one}": lambda t, one=one: self.clause(**{one: t})
               for one in ("item", "subject_name", "subject_number", "quote")},
            "instruments.ClauseLimit.value": lambda t: self.clause(departments=(t,)),
            "instruments.ClauseLimit.quote": lambda t: self.clause(
                departments=("Archive",), places={"department": (1, t)}
            ),
            "instruments.SubpoenaAnswer.words": lambda t: answering.edit_answer(
                other, actor=city.counsel, grounds=["no_judge"], words=t
            ),
            **{f"matters.Contact.{one}": lambda t, one=one: log(self.approach(**{one: t}), actor=city.admin)
               for one in ("agency_said", "note", "official_said", "place")},
            "matters.Taken.what": lambda t: contacts.log_taken(self.contact.pk, what=t, **taken),
            **{f"matters.ListedRequest.{one}": lambda t, one=one: self.listed(**{one: t})
               for one in ("reference", "requester", "text")},
            "instruments.Clarification.addressee": self.ask_court,
            "matters.AgencyContact.office": lambda t: directory.add_agency_contact(
                city.agency.pk, t, "505-555-0188", actor=city.admin
            ),
            "notices.ReferralList.rows": lambda t: notifying.keep_referrals(
                [Referral("Help", "Advice", t, "505-555-0190")], actor=city.counsel
            ),
            "notices.LetterText.text": lambda t: letterwriting.propose_text(
                "acknowledgement", "en", f'It came on {{{{ received_on|date:"F j" }}}}. {t}',
                actor=city.admin, stepped_up_at=timezone.now(),
            ),
            "matters.Party.name": lambda t: self.described(name=f"Ada Mora, {t}"),
            "matters.Request.description_masked": lambda t: self.described(description=t),
            "matters.Request.authority_masked": lambda t: self.described(authority=t),
            "records.SearchTask.department": lambda t: searching.open_search(
                matter.pk, t, actor=city.officer
            ),
            **{f"records.{one}.where": lambda t: searching.attest_search(
                self.search.pk, "searched", t, actor=city.officer) for one in ("SearchTask", "Attestation")},
            "records.Record.custodian": lambda t: records.take_in(matter.pk, b"%PDF x", custodian=t, **take),
            "lawbook.PolicyVersion.reason": lambda t: self.policy(reason=f"Counsel says: {t}."),
            "lawbook.PolicyVersion.body": lambda t: self.policy(sentence=f"The paper is out of time {t}"),
            **{f"records.Record.{one}": lambda t, one=one: records.describe(
                self.record.pk, records.Description(**{one: t}), actor=city.officer
            ) for one in ("subject_name", "subject_number", "document_number")},
            "records.ScopeRuling.quote": self.rule,
            "instruments.PaperLimit.quote": self.sum,
            "instruments.SumRuling.quote": self.decide_sum,
            "records.Finding.reason": lambda t: review.decide(
                self.record.pk, self.finding.pk, "keep", actor=city.officer, reason=t
            ),
            "releases.Approval.reason": self.approve,
        }  # fmt: skip

    def ask_court(self, text: str) -> None:
        """The question is asked while the scope is with counsel: on a matter of its own."""
        matter = factories.open_request(self.city)
        paper = papers.file_paper(
            matter.pk, f"%PDF {text}".encode(), actor=self.city.client, media_type="application/pdf"
        )
        factories.verify_paper(self.city, paper)
        papers.accept_paper(paper.pk, actor=self.city.verifier)
        clarifying.ask_scope(
            matter.pk, paper.pk, actor=self.city.counsel, addressee=text,
            question="Does the second item cover copies as well?",
        )  # fmt: skip

    def policy(self, reason: str = "The council has decided so.", sentence: str = "Out of time.") -> None:
        document = json.loads(to_bytes(shipped()))
        document["words"]["missing"]["expired"] = sentence
        policymaking.propose(
            json.dumps(document), actor=self.city.counsel, reason=reason, stepped_up_at=timezone.now()
        )

    def recipient(self, text: str) -> None:
        bases.propose_1373(
            self.matter.pk, bases.Names("Ada Mora", ("police_report",), types=("A_NUMBER",)),
            actor=self.city.counsel, recipient=text, reason="A reason of some length.",
            stepped_up_at=timezone.now(),
        )  # fmt: skip


@pytest.fixture
def desk(city, settings) -> Desk:
    settings.DETERMINATION_1373 = True
    return Desk(city)


def stored(digits: str) -> list[str]:
    """The columns in which these digits stand, one after the other, whatever stands between them."""
    found = []
    for label, (model, name) in text_columns().items():
        if label in columns.ENCRYPTED:
            continue
        for value in model._default_manager.values_list(name, flat=True).iterator():
            text = value if isinstance(value, str) else json.dumps(value)
            if digits in "".join(sign for sign in text if sign.isdigit()):
                found.append(label)
    return found


def test_every_column_that_words_can_reach_has_its_way_here(desk):
    assert set(desk.ways()) == columns.GUARDED | columns.MASKED


def test_no_identifier_that_is_typed_anywhere_is_stored(desk):
    ways = desk.ways()
    posts = list(itertools.islice(itertools.cycle(itertools.product(IDENTIFIERS, ways)), POSTS))
    if not FULL:  # every column once, with the identifiers in turn
        posts = [(IDENTIFIERS[n % len(IDENTIFIERS)], name) for n, name in enumerate(ways)]
        posts += [(IDENTIFIERS[0], name) for name in ways]
    refused, digits = 0, "20411836"
    for identifier, name in posts:
        try:
            ways[name](identifier if name != "instruments.ScopeClause.item" else identifier[:16])
        except Refused:
            refused += 1
    assert stored(digits) == []
    assert refused >= len(posts) * len(columns.GUARDED) // (len(ways) + 8)
    assert digits.encode() not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert vault.open(desk.matter.requests.get().blob)  # what an agency sent stays as it came, encrypted


def test_a_guarded_column_says_why_it_refuses(desk):
    ways, said = desk.ways(), {}
    for name in columns.GUARDED:
        with pytest.raises(Refused) as refusal:
            ways[name]("A204118365")
        said[name] = refusal.value.code
    assert set(said.values()) == {"status_data"}, said
