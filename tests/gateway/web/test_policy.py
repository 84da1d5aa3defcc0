"""The page of the policy: counsel proposes, reads what changes, another lawyer approves; all are told."""

from __future__ import annotations

import copy
import datetime as dt
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gateway.web.policy import place_words
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import policymaking
from workflows.flow.advance import advance
from workflows.flow.what_if import what_if
from workflows.lawbook import in_force
from workflows.lawbook.models import PolicyVersion
from workflows.notices.letters import templates
from workflows.policy.compare import changes
from workflows.policy.document import shipped, to_bytes
from workflows.transparency.counting import Quarter
from workflows.transparency.editions import ends, publish_finished

SOURCE = {
    "source_kind": "ordinance", "title_en": "Ordinance on welcoming city services",
    "title_es": "Ordenanza sobre servicios de acogida", "source_citation": "O-26-14",
}  # fmt: skip
REASON = "The council has made the order an ordinance."


def post(browser: Client, name: str, number: int | None = None, **typed: object):
    return browser.post(reverse(f"web:{name}", args=[] if number is None else [number]), typed, follow=True)


def test_an_order_becomes_an_ordinance_on_the_page(city: factories.City, as_person: SignedIn) -> None:
    counsel, counsel2 = as_person("counsel"), as_person("counsel2")
    looked = post(counsel, "propose_policy", look="1", others="/clocks/recall/amount = 3", **SOURCE)
    said = looked.content.decode()
    assert (
        looked.status_code == 200 and "What this would change" in said and "Nothing has been stored" in said
    )
    assert "Clock: Answer to a recall, amount" in said and "<td>3 business days</td>" in said
    assert PolicyVersion.objects.count() == 1

    proposed = post(
        counsel, "propose_policy", reason=REASON, others="/clocks/recall/amount = 3", **SOURCE
    ).content.decode()
    asked = counsel2.get(reverse("web:queue")).content.decode()
    assert "another one waits for a second lawyer" in asked
    task = "<strong>A task for counsel:</strong>"
    assert task in asked and reverse("web:policy_version", args=[2]) in asked
    for other in (counsel, as_person("officer")):  # nobody else can approve it
        assert task not in other.get(reverse("web:queue")).content.decode()
    assert "Version 2 is proposed and tested." in proposed and "Waits for another lawyer" in proposed
    own = counsel.get(reverse("web:policy_version", args=[2])).content.decode()
    assert "Another lawyer approves it" in own and "Approve version 2" not in own

    page = counsel2.get(reverse("web:policy_version", args=[2]), {"past": "1"}).content.decode()
    assert "Approve version 2" in page and "Every case of the decision table is answered as before." in page
    assert "Under this version every one of them would have come out the same." in page
    assert post(counsel2, "approve_policy", 2).status_code == 422  # the box is not ticked
    approved = post(counsel2, "approve_policy", 2, **{"approval-rows_read": "on"}).content.decode()
    assert "Version 2 is approved" in approved and in_force(timezone.now()).number == 2
    assert task not in counsel2.get(reverse("web:queue")).content.decode()

    for who in ("officer", "admin", "auditor"):
        shown = as_person(who).get(reverse("web:policy")).content.decode()
        assert "Ordinance on welcoming city services (O-26-14)" in shown and "Propose a version" not in shown
    public = Client()
    english = public.get(reverse("web:public_rules", args=["en"])).content.decode()
    spanish = public.get(reverse("web:public_rules", args=["es"])).content.decode()
    assert (
        "Requests are answered under: Ordinance on welcoming city services (O-26-14) (version 2)." in english
    )
    assert "Ordenanza sobre servicios de acogida (O-26-14) (versión 2)." in spanish
    told = public.get("/api/v1/public/policy/").json()
    assert (told["number"], told["source"]["kind"]) == (2, "ordinance")
    assert told["sha256"] == PolicyVersion.objects.get(number=2).sha256
    body = counsel.get(reverse("web:policy_document", args=[2])).content
    assert json.loads(body) == told["document"] and body == to_bytes(told["document"])


def test_a_document_that_crosses_a_bound_is_refused_on_the_page_and_kept_in_the_form(
    city: factories.City, as_person: SignedIn
) -> None:
    counsel = as_person("counsel")
    document = copy.deepcopy(shipped())
    document["papers"]["ice_admin_subpoena"]["verdict"] = "suffices"
    file = SimpleUploadedFile("policy.json", json.dumps(document).encode())
    answer = post(counsel, "propose_policy", reason=REASON, file=file, **SOURCE)
    assert answer.status_code == 422 and "/papers/ice_admin_subpoena/verdict" in answer.content.decode()
    for typed in (
        {"others": "/second_review = never"}, {"others": "/nowhere/at/all = 1"}, {"others": "no sign"},
        {"document": "<script>"}, {"file": SimpleUploadedFile("policy.json", b"\xff\xfe")},
        {"others": "/words/missing/expired = Ada Mora is undocumented"},
    ):  # fmt: skip
        answer = post(counsel, "propose_policy", **{**SOURCE, "reason": REASON, **typed})
        assert answer.status_code == 422 and REASON in answer.content.decode(), typed
    assert PolicyVersion.objects.count() == 1


def test_only_counsel_changes_the_policy_and_needs_a_fresh_code(
    city: factories.City, as_person: SignedIn
) -> None:
    for who, status in (("officer", 404), ("admin", 404), ("auditor", 404), ("client", 404)):
        answer = as_person(who).post(reverse("web:propose_policy"), {"reason": REASON, **SOURCE})
        assert answer.status_code == status, who
    assert as_person("client").get(reverse("web:policy")).status_code == 404
    old = as_person("counsel", factor_age_s=400)
    sent = old.post(reverse("web:propose_policy"), {"reason": REASON, **SOURCE})
    assert sent.status_code == 302 and "step-up" in sent["Location"]
    assert PolicyVersion.objects.count() == 1


def test_a_version_that_waits_is_withdrawn_with_a_reason(city: factories.City, as_person: SignedIn) -> None:
    counsel = as_person("counsel")
    post(counsel, "propose_policy", reason=REASON, **SOURCE)
    assert "A version waits already" in counsel.get(reverse("web:policy")).content.decode()
    assert post(counsel, "withdraw_policy", 2).status_code == 422
    words = {"withdrawal-reason": "The council has moved the day."}
    assert "Version 2 is withdrawn" in post(counsel, "withdraw_policy", 2, **words).content.decode()
    assert in_force(timezone.now()).number == 1
    assert counsel.get(reverse("web:policy_version", args=[7])).status_code == 404


def test_a_version_is_asked_about_the_past_and_changes_nothing(
    city: factories.City, collecting, as_person: SignedIn
) -> None:
    policy, _, rows = policymaking.examine(
        to_bytes(changed := {**shipped(), "papers": {**shipped()["papers"], "fed_production_order": {
            "verdict": "suffices_after_counsel_review", "counsel_task": False}}}).decode()
    )  # fmt: skip
    assert rows and changes(shipped(), changed)
    past = what_if(policy, actor=city.counsel, now=timezone.now())
    assert {code: one.count for code, one in past.differs.items()} == {"paper_waits": 1}
    assert past.differs["paper_waits"].matters == [collecting]
    other = what_if(policy, actor=city.counsel2, now=timezone.now())  # a number, and no matter of others
    assert other.differs["paper_waits"].count == 1 and other.differs["paper_waits"].matters == []

    policymaking.propose(
        json.dumps(changed), actor=city.counsel2, reason=REASON, stepped_up_at=timezone.now()
    )
    page = as_person("counsel").get(reverse("web:policy_version", args=[2]), {"past": "1"}).content.decode()
    assert "A paper that was taken would wait for counsel" in page and collecting.number in page
    paper = collecting.instruments.get()
    assert (paper.state, paper.verdict) == ("in_force", "suffices")


def test_the_register_hides_and_says_what_the_policy_calls_a_small_number(
    city: factories.City,
) -> None:
    """Counted under a version that prints from eight on: seven refusals are a small number too."""
    document = {**shipped(), "register": {"smallest_printed": 8}}
    policymaking.propose(
        json.dumps(document), actor=city.counsel, reason=REASON, stepped_up_at=timezone.now()
    )
    policymaking.approve(2, actor=city.counsel2, rows_read=True, stepped_up_at=timezone.now())
    for _ in range(7):
        matter = factories.open_request(city)
        advance(matter.pk, "refuse", actor=city.counsel, missing=["no_instrument"], reason="None is filed.")
    factories.seal_log()
    over = ends(Quarter.of(timezone.localdate())) + dt.timedelta(hours=2)
    with time_machine.travel(over, tick=False):
        factories.seal_log()
        (edition,) = publish_finished(over)
        assert edition.policy_version == 2
        assert not edition.cells.filter(value__gte=1, value__lte=7).exclude(table="days").exists()
        page = Client().get(reverse("web:register", args=["en"])).content.decode()
        rows = Client().get(reverse("web:register_csv", args=["en"])).content.decode()
    assert "&lt;8" in page and "fewer than 8" in page and "&lt;5" not in page and "<8" in rows
    assert "(version 2)" in page.partition("Rules in force at that time")[2]


def test_places_are_said_in_words() -> None:
    assert place_words("/papers/fed_search_warrant/verdict") == (
        "Kind of paper: Search and Seizure Warrant, verdict"
    )
    assert place_words("/second_review") == "A second reviewer looks"
    assert place_words("/words/missing/no_instrument") == "Sentence: missing, no instrument"


@pytest.mark.django_db
def test_the_command_shows_checks_and_compares(tmp_path, capsys) -> None:
    call_command("policy", "show")
    document = json.loads(capsys.readouterr().out)
    assert document == shipped()
    file = tmp_path / "next.json"
    document["papers"]["ig_subpoena"]["verdict"] = "does_not_suffice"
    file.write_text(json.dumps(document))
    call_command("policy", "diff", str(file))
    said = capsys.readouterr().out
    assert "/papers/ig_subpoena/verdict: suffices_after_counsel_review -> does_not_suffice" in said
    assert "table other.agency_paper ig_subpoena" in said and "It may be proposed: 1 changes" in said
    document["papers"]["unknown"]["verdict"] = "suffices"
    file.write_text(json.dumps(document))
    with pytest.raises(CommandError, match="/papers/unknown/verdict"):
        call_command("policy", "check", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("policy", "check", str(tmp_path / "nothing.json"))


def test_each_sentence_and_letter_says_its_version_and_leads_counsel_into_a_proposal(
    city: factories.City, as_person: SignedIn
) -> None:
    page, place = reverse("web:policy_words"), "/words/missing/unsigned"
    counsel, admin = as_person("counsel"), as_person("admin")
    shown = admin.get(page).content.decode()
    assert "version 1, as shipped" in shown and templates()["refusal"].source("en").sha256 in shown
    assert "?place=" not in shown and f"?place={place}#propose" in counsel.get(page).content.decode()
    form = counsel.get(reverse("web:policy"), {"place": place}).content.decode()
    assert f"{place} = &quot;The paper does not bear" in form

    said = f'{place} = "No judge has signed the paper."'
    post(counsel, "propose_policy", reason=REASON, others=said, **SOURCE)
    post(as_person("counsel2"), "approve_policy", 2, **{"approval-rows_read": "on"})

    lists = dict(admin.get(page).context["lists"])["What a refusal names as missing"]
    since = {row["code"]: (row["words"], row["since"].number) for row in lists}
    assert since["unsigned"] == ("No judge has signed the paper.", 2) and since["expired"][1] == 1
    for who in ("client", None):
        browser = as_person(who) if who else Client()
        assert browser.get(page).status_code == (404 if who else 302)
