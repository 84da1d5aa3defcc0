"""Each page answers the roles that it is for, and tells everybody else that nothing is here."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gateway.demo import papers
from gateway.demo import records as demo_records
from tests import factories
from tests.gateway import left
from tests.gateway.web.conftest import SignedIn
from workflows.flow import accounting
from workflows.flow.advance import advance
from workflows.flow.contacts import Approach, log_contact
from workflows.flow.duties import finish_task
from workflows.flow.papers import file_paper
from workflows.flow.searching import open_search
from workflows.matters.models import Matter

DESK = ("officer", "verifier", "counsel")
EVERYBODY = (*DESK, "custodian", "auditor", "admin", "client")
ABSENT = "00000000-0000-4000-8000-000000000000"
MOST_QUERIES = 60
FILES = {"accountings": 1}  # of each listed row, opened in the vault, which asks first whether it still may

# Page -> those of the assigned people who may see it; the arguments it takes.
PAGES = {
    "queue": (DESK, ""),
    "numbers": ((*DESK, "auditor"), ""),
    "new": (DESK, ""),
    "settings": (DESK, ""),
    "guide": ((*DESK, "custodian", "auditor", "admin"), ""),
    "terms": ((*DESK, "custodian", "auditor", "admin"), ""),
    "house": (("admin",), ""),
    "components": (("admin",), ""),
    "accounts": (("admin",), ""),
    "calendars": (("admin",), ""),
    "letter_texts": (("counsel", "admin"), ""),
    "policy_words": ((*DESK, "auditor", "admin"), ""),
    "agency": (("client",), ""),
    "agency_new": (("client",), ""),
    "matter": (DESK, "matter"),
    "dates": (DESK, "matter"),
    "papers": (DESK, "matter"),
    "scope": (DESK, "matter"),
    "status": (DESK, "matter"),
    "secrecy": (DESK, "matter"),
    "bases": (DESK, "matter"),
    "exigent": (DESK, "matter"),
    "searches": (DESK, "matter"),
    "records": (DESK, "matter"),
    "words": (("officer", "counsel"), "matter"),
    "letters": (DESK, "matter"),
    "notices": (DESK, "matter"),
    "notice_board": (("officer", "counsel"), ""),
    "helpers": (("counsel", "admin"), ""),
    "accountings": (("officer", "counsel"), ""),
    "forgettings": (("counsel",), ""),
    "compliance": (("auditor",), ""),
    "exports": (("auditor",), ""),
    "reports": (("counsel", "auditor"), ""),
    "court_bundle": (("counsel", "auditor"), "matter"),
    "flags": (("auditor",), ""),
    "samples": (("auditor",), ""),
    "weeks": (("auditor",), ""),
    "holds": (DESK, "matter"),
    "challenges": (DESK, "matter"),
    "recalls": (DESK, "matter"),
    "people": (DESK, "matter"),
    "my_searches": (("officer", "custodian"), ""),
    "contacts": ((*DESK, "custodian", "auditor", "admin"), ""),
    "new_contact": ((*DESK, "custodian", "auditor", "admin"), ""),
    "side_door": (("officer", "counsel"), ""),
    "agency_request": (("client",), "matter"),
    "paper": (DESK, "paper"),
    "record": (DESK, "record"),
}


@pytest.fixture
def subject(city: factories.City, collecting: Matter) -> dict[str, str]:
    """The ids that addresses take, of a matter with a paper and a record."""
    record = factories.take_in(
        city, collecting, demo_records.make("police_report", timezone.localdate()).data
    )
    return {
        "matter": str(collecting.pk),
        "paper": str(collecting.instruments.get().pk),
        "record": str(record.pk),
    }


def _address(name: str, kind: str, ids: dict[str, str]) -> str:
    return reverse(f"web:{name}", args=[ids[kind]] if kind else [])


def test_a_page_shows_itself_to_its_roles_and_the_same_absence_to_all_others(
    city: factories.City, subject: dict[str, str], as_person: SignedIn
) -> None:
    absent = dict.fromkeys(subject, ABSENT)
    browsers = {who: as_person(who) for who in (*EVERYBODY, "officer2", "other_client")}
    for name, (allowed, kind) in PAGES.items():
        for who, browser in browsers.items():
            with left.entries() as written:
                answer = browser.get(_address(name, kind, subject))
            assert written, (name, who)  # rule E12
            sees = who in allowed or (not kind and city.people[who].role in _roles(city, allowed))
            assert answer.status_code == (200 if sees else 404), (name, who)
            if kind and not sees:
                nothing = browser.get(_address(name, kind, absent))
                assert _plain(answer.content) == _plain(nothing.content), (name, who)


def _plain(page: bytes) -> bytes:
    """A page without the token of its sign-out form, which is masked anew each time, and without the
    footer's count of entries that wait for their seal: each refusal, of either kind, adds one. And without
    the time at which the session ends, which moves with each page."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)
    page = re.sub(rb'data-left="\d+"|\d\d:\d\d M[SD]T', b"", page)
    return re.sub(rb"\d+\s+waiting", b"", page)


def _roles(city: factories.City, names: tuple[str, ...]) -> set[str]:
    return {city.people[name].role for name in names}


def test_every_page_of_the_desk_is_in_the_table_above() -> None:
    own = {"home", "log", "paper_image", "calendar_file", "accounting", "letter", "agency_letter", "contact",
           "scope_answer", "fetch_export", "report", "flag", "sample", "letter_text",
           "letter_text_sample", "kept", "saved_filter",
           "paper_words"}  # fmt: skip
    rooms = ("home", "session_end", "settings", "guide", "queue", "queue_giving", "numbers", "intake",
             "matter", "dates", "papers", "bases", "exigent", "scope", "status", "secrecy", "searches",
             "custodian", "contacts", "side_door", "records", "letters",
             "notices", "accounting", "forgetting", "compliance", "exports", "reports", "challenges",
             "recalls", "holds", "people", "agency", "agency_filing", "agency_fetch", "house",
             "components", "accounts", "calendars", "flags", "samples", "weeks", "words",
             "wordbook", "letter_texts")  # fmt: skip
    listed = {
        pattern.name
        for room in rooms
        for pattern in import_module(f"gateway.web.{room}").urlpatterns
        if hasattr(pattern.callback, "shows")
    }
    assert listed - own == set(PAGES)


def test_no_page_asks_the_database_more_often_when_there_is_more_to_list(
    city: factories.City, collecting: Matter, subject: dict[str, str], as_person: SignedIn
) -> None:
    """Lists that grow with one matter are in test_size."""
    browsers = {who: as_person(who) for who in EVERYBODY}
    _more_to_list(city, collecting)
    few = _counted(browsers, subject)
    for _ in range(3):
        _more_to_list(city, collecting)
    many = _counted(browsers, subject)

    assert {
        (name, who): (few[name, who], now)
        for (name, who), now in many.items()
        if now > few[name, who] + 3 * FILES.get(name, 0)
    } == {}
    assert max(many.values()) <= MOST_QUERIES, many


def _more_to_list(city: factories.City, matter: Matter) -> None:
    """One more of what the pages list: requests, papers, searches, notes, questions, changes of the house."""
    asked = factories.open_request(city, return_on=timezone.localdate() + dt.timedelta(days=9))
    again = papers.make("sound_order", timezone.localdate()) + f"% {Matter.objects.count()}".encode()
    for one in (asked, matter):
        file_paper(one.pk, again, actor=city.client, media_type="application/pdf")
    open_search(matter.pk, "Archive", actor=city.officer, custodian_id=city.custodian.pk)
    log_contact(
        Approach(
            channel="phone", happened_at=timezone.now(), place="Library", wants="whereabouts", paper="none",
            told=False, note="Asked who borrowed a book.", agency_said="Border Bureau",
        ),
        actor=city.officer,
    )  # fmt: skip
    accounting.ask("Ada Mora", dt.date(1990, 5, 1), "care of Mesa Legal Aid", language="es")
    new_year = dt.date(timezone.localdate().year + 1, 1, 4)
    closed = [new_year + dt.timedelta(days=n) for n in range(Matter.objects.count())]
    factories.change_calendar(city, "city", closed, [])


def _counted(browsers: dict[str, Client], ids: dict[str, str]) -> dict[tuple[str, str], int]:
    """How often each page asks for the first and the last of the roles it is for, once it is warm."""
    found = {}
    for name, (allowed, kind) in PAGES.items():
        for who in {allowed[0], allowed[-1]}:
            browsers[who].get(_address(name, kind, ids))
            with CaptureQueriesContext(connection) as asked:
                assert browsers[who].get(_address(name, kind, ids)).status_code == 200, (name, who)
            found[name, who] = len(asked)
    return found


def test_nobody_sees_a_page_without_signing_in(subject: dict[str, str], client) -> None:
    for name, (_, kind) in PAGES.items():
        answer = client.get(_address(name, kind, subject))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_the_start_page_sends_each_role_to_its_work(as_person: SignedIn) -> None:
    starts = {
        "officer": "queue", "counsel": "queue", "admin": "house", "client": "agency",
        "custodian": "my_searches",
    }  # fmt: skip
    for who, where in starts.items():
        assert as_person(who).get("/")["Location"] == reverse(f"web:{where}")


def test_no_page_holds_inline_script_or_style_and_every_page_forbids_them(
    subject: dict[str, str], as_person: SignedIn
) -> None:
    for name, (allowed, kind) in PAGES.items():
        answer = as_person(allowed[0]).get(_address(name, kind, subject))
        text = answer.content.decode()
        assert "<style" not in text and " style=" not in text and "javascript:" not in text, name
        assert all("src=" in part.split(">")[0] for part in text.split("<script")[1:]), name
        assert " onclick" not in text and " onload" not in text, name
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert "no-store" in answer["Cache-Control"]


def test_a_title_or_address_never_names_the_person_or_the_agency(
    city: factories.City, subject: dict[str, str], as_person: SignedIn
) -> None:
    person = Matter.objects.get().parties.get().name
    for name in ("matter", "papers", "records", "record", "paper", "people"):
        text = as_person("officer").get(_address(name, PAGES[name][1], subject)).content.decode()
        title = text.split("<title>")[1].split("</title>")[0]
        assert person not in title and city.agency.name not in title


def test_the_queue_counts_what_it_lists_and_puts_the_nearest_court_date_first(
    city: factories.City, as_person: SignedIn
) -> None:
    today = timezone.localdate()
    far = factories.open_request(city, return_on=today + dt.timedelta(days=30))
    near = factories.open_request(city, return_on=today + dt.timedelta(days=2))
    none = factories.open_request(city)

    answer = as_person("officer").get(reverse("web:queue"))

    assert [matter.pk for matter, _, _ in answer.context["rows"]] == [near.pk, far.pk, none.pk]
    assert {name: count for name, _, count, _ in answer.context["filters"]} == {
        "open": 3, "mine": 3, "blocked": 0, "over": 0,
    }  # fmt: skip


def test_an_order_that_comes_after_the_answer_is_in_counsels_queue_until_the_task_is_done(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.open_request(city)
    advance(matter.pk, "withdraw", actor=city.client)
    assert as_person("counsel").get(reverse("web:queue")).context["rows"] == []
    factories.file_demo_paper(city, matter)

    answer = as_person("counsel").get(reverse("web:queue"))
    assert answer.context["chosen"] == "mine" and "a task of yours" in answer.content.decode()
    assert [row[0].pk for row in answer.context["rows"]] == [matter.pk]
    assert {name: count for name, _, count, _ in answer.context["filters"]} == {
        "open": 1, "mine": 1, "blocked": 0, "over": 1,
    }  # fmt: skip
    assert as_person("officer").get(reverse("web:queue"), {"show": "open"}).context["rows"]
    task = matter.tasks.get(kind="paper_filed")
    finish_task(task.pk, actor=city.counsel, note="A new matter was opened for it.")
    assert as_person("counsel").get(reverse("web:queue")).context["rows"] == []


def test_an_empty_queue_says_what_fills_it(as_person: SignedIn) -> None:
    assert b"A matter appears here when" in as_person("officer2").get(reverse("web:queue")).content


def test_the_agency_sees_the_coarse_state_and_its_letters_and_nothing_of_records(
    subject: dict[str, str], as_person: SignedIn
) -> None:
    text = as_person("client").get(_address("agency_request", "matter", subject)).content.decode()

    assert "Under review" in text and "check code" in text
    assert "Collecting" not in text and "Police Department" not in text


def test_pages_say_while_the_gate_is_closed_why(as_person: SignedIn) -> None:
    text = as_person("officer").get(reverse("web:queue")).content.decode()
    assert "Nothing can be released now." in text and "no checkpoint yet" in text

    factories.seal_log()
    assert (
        "Nothing can be released now." not in as_person("officer").get(reverse("web:queue")).content.decode()
    )


def test_progress_is_polled_only_while_something_runs(
    city: factories.City, subject: dict[str, str], as_person: SignedIn
) -> None:
    from workflows.jobs.models import Job

    browser, address = as_person("officer"), _address("records", "matter", subject)
    Job.objects.filter(kind="record.scan").update(total=3, done=1)
    busy = browser.get(address).content.decode()
    assert "1 of 3 pages" in busy and 'hx-trigger="every 2s"' in busy

    Job.objects.filter(kind="record.scan").update(state="parked", attempts=5)
    stopped = browser.get(address).content.decode()
    assert "Stopped after 5 tries" in stopped and "every 2s" not in stopped

    Job.objects.filter(kind="record.scan").update(state="done")
    assert "every 2s" not in browser.get(address).content.decode()
