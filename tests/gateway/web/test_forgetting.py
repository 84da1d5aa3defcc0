"""One lawyer asks on the page that a person be forgotten, another one agrees there; the auditor sees that."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from gateway.web.forgetting import GROUND_WORDS
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import accounting
from workflows.holding.models import FORGET_GROUNDS, Forgetting
from workflows.records import people

NAME, BORN = "Ada Mora", dt.date(1990, 2, 1)


def test_two_lawyers_forget_a_person_and_the_log_says_so(city: factories.City, as_person: SignedIn) -> None:
    accounting.make(NAME, BORN, actor=city.officer, proof="in_person", language="es")
    page, ask = reverse("web:forgettings"), reverse("web:ask_forgetting")
    counsel, second = as_person("counsel"), as_person("counsel2")
    who = {"name": NAME, "birth_date": BORN.isoformat()}
    typed = {f"new-{name}": value for name, value in who.items()}
    typed |= {"new-ground": "court_order", "new-reason": "Order of the third, entry 14."}
    assert counsel.post(ask, typed | {"new-reason": "No."}).status_code == 422
    assert counsel.post(ask, typed)["Location"].endswith(page)
    row = Forgetting.objects.get()
    agree = reverse("web:settle_forgetting", args=[row.pk, "agree"])
    first = counsel.get(page).content.decode()
    assert "Another lawyer has to agree" in first and agree not in first
    assert "waits for a second lawyer" in second.get(reverse("web:accountings")).content.decode()
    assert NAME not in second.get(page).content.decode()

    named = {f"p{row.pk.hex}-{name}": value for name, value in who.items()}
    other = second.post(agree, named | {f"p{row.pk.hex}-name": "Ben Tilling"})
    assert other.status_code == 422 and "not the person for whom it was asked" in other.content.decode()
    assert second.post(agree, named)["Location"].endswith(page)
    assert "Forgotten" in second.get(page).content.decode()

    auditor, log = as_person("auditor"), reverse("web:log")
    gone = auditor.get(log, {"subject": people.reference(NAME, BORN)}).content.decode()
    assert "found by no reference any more" in gone
    assert "1 person forgotten" in auditor.get(log, {"event": "accounting.made"}).content.decode()


def test_every_ground_has_its_words() -> None:
    assert set(GROUND_WORDS) == set(FORGET_GROUNDS)
