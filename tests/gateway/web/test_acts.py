"""Acts by form: one function each; a refusal is a sentence with its status, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, reverse
from django.utils import timezone

from gateway.web.urls import addresses
from tests import factories
from tests.gateway import left
from tests.gateway.web.conftest import SignedIn
from workflows.audit.models import Entry
from workflows.instruments.models import Check, Flag
from workflows.matters.models import Matter
from workflows.records.models import Record, SearchTask


def _new_request(city: factories.City, **changes: str) -> dict[str, str]:
    return {
        "agency": str(city.agency.pk),
        "channel": "letter",
        "received_at": timezone.localtime(timezone.now() - dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "requester_class": "unknown",
        "description": "All reports about the person below.",
        "subject_name": "Ada Mora",
        **changes,
    }


def test_an_officer_enters_a_letter_with_the_time_at_which_it_arrived(
    city: factories.City, as_person: SignedIn
) -> None:
    answer = as_person("officer").post(reverse("web:enter"), _new_request(city))

    matter = Matter.objects.get()
    assert answer["Location"] == reverse("web:matter", args=[matter.pk])
    assert (matter.channel, matter.state) == ("letter", "acknowledged")
    assert timezone.now() - matter.received_at > dt.timedelta(days=1, hours=23)
    assert matter.parties.get().name == "Ada Mora"


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"description": ""}, "This field is required."),
        ({"received_at": "2999-01-01T10:00"}, "cannot have arrived in the future"),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_with_its_input(
    city: factories.City, as_person: SignedIn, changes: dict[str, str], words: str
) -> None:
    answer = as_person("officer").post(reverse("web:enter"), _new_request(city, **changes))

    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text and "Ada Mora" in text
    if not changes.get("description", "x"):
        assert '<a href="#id_description">What is asked for</a>' in text  # the list on top leads to the field
    assert not Matter.objects.exists()


def test_an_act_before_its_guards_hold_is_refused_with_each_sentence(
    collecting: Matter, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    page = browser.get(reverse("web:matter", args=[collecting.pk])).content.decode()
    assert "A search has not been attested yet." in page and "disabled" in page

    answer = browser.post(reverse("web:move", args=[collecting.pk, "finish_search"]))

    assert answer.status_code == 409
    assert "A search has not been attested yet." in answer.content.decode()
    collecting.refresh_from_db()
    assert collecting.state == "collecting"
    assert Entry.objects.filter(event="move.refused", matter=collecting.pk).exists()


def test_an_old_page_is_told_that_somebody_was_faster(collecting: Matter, as_person: SignedIn) -> None:
    answer = as_person("officer").post(
        reverse("web:move", args=[collecting.pk, "withdraw"]), {"version": collecting.version - 1}
    )

    assert answer.status_code == 412
    collecting.refresh_from_db()
    assert collecting.state == "collecting"


def test_a_role_that_may_not_act_is_refused_and_a_stranger_finds_nothing(
    collecting: Matter, as_person: SignedIn
) -> None:
    address = reverse("web:refuse", args=[collecting.pk])
    typed = {"refuse-missing": ["not_judicial"], "refuse-reason": "Issued by an agency official."}

    assert as_person("officer").post(address, typed).status_code == 403
    for stranger in ("officer2", "counsel2", "auditor", "client"):
        assert as_person(stranger).post(address, typed).status_code == 404
    assert as_person("counsel").post(address, typed).status_code == 302
    collecting.refresh_from_db()
    assert collecting.state == "refused"


def test_an_act_of_weight_asks_for_a_code_and_comes_back_to_its_page(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    paper = collecting.instruments.get()
    flag = Flag.objects.create(
        instrument=paper, flag="ALTERED", raised_at=timezone.now(), entry=Entry.objects.latest("id")
    )
    address = reverse("web:clear", args=[paper.pk, flag.pk])
    typed = {"clear-reason": "Compared with the clerk's certified copy."}

    stale = as_person("counsel", factor_age_s=400.0)
    answer = stale.post(address, typed)
    assert answer["Location"] == f"/accounts/step-up/?next=/papers/{paper.pk}/"
    assert "Code from your app" in stale.get(reverse("web:paper", args=[paper.pk])).content.decode()
    flag.refresh_from_db()
    assert flag.cleared_at is None

    assert as_person("counsel").post(address, typed).status_code == 302
    flag.refresh_from_db()
    assert flag.cleared_by == city.counsel


def test_a_code_typed_into_the_form_itself_counts_once_and_a_wrong_one_never(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    import time

    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from gateway.process.codes import totp
    from workflows.flow.papers import open_block

    secret = generate_totp_secret()
    TOTP.activate(city.counsel, secret)
    block = open_block(collecting.pk, "counsel", actor=city.counsel)
    address = reverse("web:lift", args=[collecting.pk, block.pk])
    typed = {"lift-reason": "The question has been answered."}
    browser = as_person("counsel", factor_age_s=400.0)

    wrong = browser.post(address, {**typed, "code": "000000"})
    assert wrong.status_code == 422
    assert "The question has been answered." in wrong.content.decode()

    assert browser.post(address, {**typed, "code": totp(secret, time.time())}).status_code == 302
    block.refresh_from_db()
    assert block.lifted_by == city.counsel


def test_reading_the_address_of_an_act_changes_nothing(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    search = SearchTask.objects.create(
        matter=collecting, department="Archive", opened_by=city.officer, opened_at=timezone.now()
    )
    paper = collecting.instruments.get()
    values = {"matter_id": collecting.pk, "paper_id": paper.pk, "search_id": search.pk, "name": "withdraw"}
    browser = as_person("officer")
    tried = 0
    for pattern in addresses():
        assert isinstance(pattern, URLPattern)
        names = set(pattern.pattern.converters)
        if hasattr(pattern.callback, "shows") or not names <= set(values):
            continue
        with left.entries() as written:
            answer = browser.get(reverse(f"web:{pattern.name}", kwargs={n: values[n] for n in names}))
        assert answer.status_code in (302, 404, 405), pattern.name
        assert [entry.event for entry in written] == ["access.refused"] * (answer.status_code == 404)
        tried += 1
    assert tried > 10
    collecting.refresh_from_db()
    assert collecting.state == "collecting"


def test_no_act_is_taken_without_the_token_of_its_form(collecting: Matter, as_person: SignedIn) -> None:
    answer = as_person("officer", csrf=True).post(reverse("web:move", args=[collecting.pk, "withdraw"]))

    assert answer.status_code == 403
    assert "This page was out of date." in answer.content.decode()
    collecting.refresh_from_db()
    assert collecting.state == "collecting"


def test_departments_are_asked_and_attest_once(collecting: Matter, as_person: SignedIn) -> None:
    browser = as_person("officer")
    browser.post(reverse("web:open_search", args=[collecting.pk]), {"department": "Housing Office"})
    search = SearchTask.objects.get()
    address = reverse("web:attest", args=[collecting.pk, search.pk])
    typed = {f"s{search.pk}-outcome": "none", f"s{search.pk}-where": "Waiting list, mailboxes of the desk"}

    assert browser.post(address, typed).status_code == 302
    search.refresh_from_db()
    assert search.outcome == "none" and search.attested_at
    assert browser.post(address, typed).status_code == 409


def test_many_files_are_taken_in_at_once_and_each_refusal_is_told(
    collecting: Matter, as_person: SignedIn
) -> None:
    browser, address = as_person("officer"), reverse("web:take_in", args=[collecting.pk])
    typed = {"custodian": "Police Department", "record_class": "police_report"}
    files = [
        SimpleUploadedFile("secret name.pdf", body) for body in (b"%PDF one", b"%PDF two", b"%PDF one", b"")
    ]

    answer = browser.post(address, {**typed, "uploads": files}, follow=True)

    text = answer.content.decode()
    assert Record.objects.count() == 2
    assert "2 files are stored" in text and "secret name" not in text
    assert "File 3 of your choice was not taken in. This very file has been taken in" in text
    assert "File 4 of your choice was not taken in. The file is empty." in text

    again = browser.post(address, {**typed, "uploads": SimpleUploadedFile("x.pdf", b"%PDF one")})
    assert again.status_code == 422


def test_a_record_is_held_against_the_scope_as_soon_as_it_is_described(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    record = factories.take_in(city, collecting, b"%PDF one", record_class="", dated_on=None)
    assert record.scope == "unknown"
    party = collecting.parties.get()
    typed = {
        "record_class": "police_report",
        "subject_name": party.name,
        "subject_birth_date": party.birth_date.isoformat(),
        "dated_on": (timezone.localdate() - dt.timedelta(days=30)).isoformat(),
        "version": record.version,
    }
    browser, address = as_person("officer"), reverse("web:describe", args=[record.pk])

    answer = browser.post(address, typed, follow=True)
    assert "A clause covers it." in answer.content.decode()
    assert browser.post(address, typed).status_code == 412  # the same old page once more

    other = browser.post(
        address, {**typed, "subject_name": "Somebody Else", "version": record.version + 1}, follow=True
    )
    assert "No clause covers it" in other.content.decode()


def test_a_colleague_sees_the_matter_once_it_is_given_and_no_longer_when_taken(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    page = reverse("web:matter", args=[collecting.pk])
    browser = as_person("officer")

    browser.post(reverse("web:give", args=[collecting.pk]), {"person": str(city.officer2.pk)})
    assert as_person("officer2").get(page).status_code == 200

    browser.post(reverse("web:take", args=[collecting.pk, city.officer2.pk]))
    assert as_person("officer2").get(page).status_code == 404


def test_the_desk_carries_a_paper_from_filing_to_force_and_counsel_its_scope(
    city: factories.City, as_person: SignedIn
) -> None:
    from gateway.demo import papers as demo_papers
    from gateway.demo.papers import PAPERS
    from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE

    matter, facts, today = factories.open_request(city), PAPERS["sound_order"], timezone.localdate()
    officer, verifier, counsel = as_person("officer"), as_person("verifier"), as_person("counsel")
    upload = SimpleUploadedFile("order.pdf", demo_papers.make("sound_order", today))
    officer.post(reverse("web:file", args=[matter.pk]), {"paper": upload, "channel": "letter"})
    paper = matter.instruments.get()
    assert paper.channel == "letter"

    verifier.post(
        reverse("web:confirm", args=[paper.pk]),
        {
            "type": facts.type, "docket": facts.docket(today), "court": "United States District Court",
            "signer": facts.signer.name, "signer_title": facts.signer.title, "version": paper.version,
        },
    )  # fmt: skip
    for check_id in NEEDED_FOR_ACCEPTANCE:
        verifier.post(reverse("web:check", args=[paper.pk, check_id]), {"outcome": "passed", "note": ""})
    assert not Check.objects.filter(check_id="V11").exists()  # a call has its own form
    early = verifier.post(reverse("web:accept", args=[paper.pk]))
    assert early.status_code == 409 and "Not every check" in early.content.decode()

    caller = city.people["officer2"]
    officer.post(reverse("web:give", args=[matter.pk]), {"person": str(caller.pk)})
    as_person("officer2").post(
        reverse("web:call", args=[paper.pk]),
        {"call-contact": city.court.pk, "call-spoke_with": "Deputy clerk", "call-outcome": "passed"},
    )
    assert verifier.post(reverse("web:accept", args=[paper.pk])).status_code == 302

    clause = {
        "item": "1", "page": "1", "quote": facts.items[0][:200], "subject_name": facts.subject.name,
        "record_classes": ["police_report"],
    }  # fmt: skip
    posted = {f"form-0-{name}": value for name, value in clause.items()}
    posted |= {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "paper": str(paper.pk)}
    more = counsel.post(reverse("web:set_scope", args=[matter.pk]), {**posted, "add": "1"})
    assert more.status_code == 200 and b'name="form-1-quote"' in more.content
    assert facts.subject.name in more.content.decode().split('name="form-1-subject_name"')[1][:80]
    lacking = counsel.post(reverse("web:set_scope", args=[matter.pk]), {**posted, "form-0-quote": ""})
    assert lacking.status_code == 422

    assert counsel.post(reverse("web:set_scope", args=[matter.pk]), posted).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "collecting"


def test_only_counsel_waives_and_never_what_cannot_be_waived(
    city: factories.City, as_person: SignedIn
) -> None:
    paper = factories.file_demo_paper(city, factories.open_request(city))
    typed = {"note": "The clerk confirmed it in writing."}

    assert as_person("verifier").post(reverse("web:waive", args=[paper.pk, "V07"]), typed).status_code == 403
    assert as_person("counsel").post(reverse("web:waive", args=[paper.pk, "V03"]), typed).status_code == 422
    assert as_person("counsel").post(reverse("web:waive", args=[paper.pk, "V07"]), typed).status_code == 302
    assert (
        as_person("verifier")
        .post(reverse("web:check", args=[paper.pk, "V06"]), {"outcome": "waived", **typed})
        .status_code
        == 422
    )
    assert [check.check_id for check in paper.checks.all()] == ["V07"]


def test_a_quashed_paper_leaves_force_and_blocks_the_matter(collecting: Matter, as_person: SignedIn) -> None:
    paper = collecting.instruments.get()

    as_person("counsel").post(
        reverse("web:end", args=[paper.pk]), {"end-how": "quashed", "end-reason": "Order of today, docket 7."}
    )

    paper.refresh_from_db()
    assert paper.state == "quashed"
    assert collecting.blocks.get().kind == "quash"
    assert (
        "Blocked: Paper quashed"
        in as_person("officer").get(reverse("web:matter", args=[collecting.pk])).content.decode()
    )
