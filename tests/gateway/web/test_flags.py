"""The auditor's list of flags and the page of one: filters as addresses, and two people who settle it."""

from __future__ import annotations

import html
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from gateway.web import flag_words
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.audit import flags
from workflows.audit.events import EVENTS
from workflows.audit.flags import Raised
from workflows.audit.models import Entry, Flag

LIST = "/log/flags/"
WORDS = "The clerk called; the court's hearing was moved."


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def flag(city: factories.City) -> Flag:
    """A flag on the officer, whose entry is sealed."""
    factories.open_request(city)
    factories.seal_log()
    entry = Entry.objects.filter(matter__isnull=False).first()
    flags.store(
        [Raised(flags.MANY_READ, entry.pk, 3, city.officer.pseudonym, {"number": 31})], timezone.now()
    )
    return Flag.objects.get(code=flags.MANY_READ)


def test_two_auditors_settle_a_flag_and_the_badge_goes(city, flag: Flag, as_person: SignedIn) -> None:
    one, two = as_person("auditor"), as_person("auditor2")
    page = reverse("web:flag", args=[flag.pk])
    assert "1 open flag" in text_of(one.get("/log/"))
    shown = text_of(one.get(page))
    entry = Entry.objects.get(pk=flag.entry)
    assert reverse("web:entry", args=[entry.uuid]) in shown and "31" in shown

    short = one.post(
        reverse("web:propose_disposition", args=[flag.pk]), {"outcome": "explained", "words": "x"}
    )
    assert short.status_code == 422 and "at least 10 characters" in text_of(short)
    one.post(reverse("web:propose_disposition", args=[flag.pk]), {"outcome": "explained", "words": WORDS})
    waits = text_of(one.get(page))
    assert "waits for another auditor" in waits and WORDS in waits and "Close it as" not in waits
    assert one.post(reverse("web:close_flag", args=[flag.pk])).status_code == 403

    assert "Close it as “Explained”" in text_of(two.get(page))
    assert [who.get(LIST).context["for_me"] for who in (one, two)] == [0, 1]
    assert "Waits for the second person" in text_of(two.get(LIST, {"state": "proposed"}))
    done = two.post(reverse("web:close_flag", args=[flag.pk]), follow=True)
    assert "The flag is closed" in text_of(done) and "No open flags" in text_of(two.get("/log/"))
    assert "Nothing waits for an auditor" in text_of(two.get(LIST))
    assert "Explained" in text_of(two.get(LIST, {"state": "closed"}))


def test_the_page_of_a_flag_says_why_and_leads_to_what_the_person_did_that_day(
    city, flag: Flag, as_person: SignedIn
) -> None:
    auditor, entry = as_person("auditor"), Entry.objects.get(pk=flag.entry)
    shown = auditor.get(reverse("web:flag", args=[flag.pk]))
    assert "31 different documents within an hour. More than 30 are looked at" in text_of(shown)
    assert EVENTS[entry.event] in text_of(shown)
    day = auditor.get(f"/log/?{shown.context['day']}").context["page"].lines
    assert entry.pk in [line.entry.pk for line in day]
    assert {line.entry.actor for line in day} == {entry.actor}


@pytest.mark.parametrize("code", flags.SAYS)
def test_every_flag_says_in_a_sentence_why_it_was_raised(code: str) -> None:
    counted = {"seconds": 5300, "number": 31, "version": 1, "before": 2}
    for facts in (counted, {}):  # flags of other makers may count nothing
        said = flag_words.why(code, facts)
        assert said.endswith(".") and "None" not in said
    assert "1 hour 28 minutes" in flag_words.why(flags.NEAR_EXPIRY, counted)
    assert flag_words.why("unheard.of", {}) == ""


def test_declined_with_words_it_is_open_again(city, flag: Flag, as_person: SignedIn) -> None:
    as_person("auditor").post(
        reverse("web:propose_disposition", args=[flag.pk]), {"outcome": "corrected", "words": WORDS}
    )
    as_person("auditor2").post(
        reverse("web:decline_disposition", args=[flag.pk]), {"words": "Nothing has been put right yet."}
    )
    shown = text_of(as_person("auditor").get(reverse("web:flag", args=[flag.pk])))
    assert "Declined: Put right" in shown and "Nothing has been put right yet." in shown
    assert [row.pk for row in as_person("auditor").get(LIST).context["flags"]] == [flag.pk]


def test_the_filter_is_the_address_and_pages_meet(city, flag: Flag, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    for number in range(60):
        flags.raise_flag(flags.CLOCK, timezone.now(), {"seconds": number})
    first = auditor.get(LIST)
    older = auditor.get(LIST, {"state": "open", "before": first.context["older"]})
    seen = [row.pk for answer in (first, older) for row in answer.context["flags"]]
    assert seen == sorted(set(seen), reverse=True) and len(seen) == 61 and older.context["older"] is None
    by_person = {"actor": str(city.officer.pseudonym), "code": flags.MANY_READ, "since": "2001-01-01"}
    assert [row.pk for row in auditor.get(LIST, by_person).context["flags"]] == [flag.pk]
    assert not auditor.get(LIST, {"until": "2001-01-01"}).context["flags"]
    for name, value in (("state", "lost"), ("code", "x"), ("actor", "me"), ("since", "zz")):
        assert auditor.get(LIST, {name: value}).status_code == 422, name
    assert auditor.get(reverse("web:flag", args=[10**9])).status_code == 404


def test_the_flagged_auditor_and_a_torn_log_get_no_form(city, flag: Flag, as_person: SignedIn) -> None:
    mine = flags.raise_flag(flags.CLOCK, timezone.now(), {"seconds": 1})
    flags.store([Raised(flags.NEW_RIGHT, flag.entry, 3, city.auditor.pseudonym)], timezone.now())
    mine = Flag.objects.get(code=flags.NEW_RIGHT)
    torn = flags.raise_flag(flags.SPLIT, timezone.now(), {"size": 1})
    auditor = as_person("auditor")
    for row, says in ((mine, "Two other auditors settle it"), (torn, "begin the log anew")):
        shown = text_of(auditor.get(reverse("web:flag", args=[row.pk])))
        assert says in shown and 'name="outcome"' not in shown
    for who in ("officer", "counsel", "admin", "client"):
        for address in (LIST, reverse("web:flag", args=[flag.pk])):
            assert as_person(who).get(address).status_code == 404
    answer = auditor.post(
        reverse("web:propose_disposition", args=[torn.pk]), {"outcome": "explained", "words": WORDS}
    )
    assert answer.status_code == 409 and uuid.UUID(str(city.auditor.pseudonym))
