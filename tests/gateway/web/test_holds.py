"""Counsel asks for a hold to be lifted, another lawyer agrees, both on the page of the matter's holds."""

from __future__ import annotations

from django.urls import reverse

from gateway.web import challenges, holds, recalls
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow.assigning import assign
from workflows.holding.models import GROUNDS
from workflows.holding.states import CHALLENGE_KINDS, CHALLENGE_STATES, OUTCOMES, PARTIES, REPLIES


def test_one_lawyer_asks_and_another_agrees(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    overview, page = (reverse(f"web:{name}", args=[matter.pk]) for name in ("matter", "holds"))
    officer, counsel = as_person("officer"), as_person("counsel")
    assert "asks to preserve" in officer.get(overview).content.decode()
    officer.post(reverse("web:move", args=[matter.pk, "preserve"]))
    text = officer.get(page).content.decode()
    assert "The agency asked to preserve" in text and "Ask for it to be lifted" not in text
    officer.post(reverse("web:extend_preservation", args=[matter.pk]))
    assert "renewed once" in officer.get(page).content.decode()

    hold = matter.holds.get()
    ask, agree = (reverse("web:lift_hold", args=[matter.pk, hold.pk, how]) for how in ("ask", "agree"))
    typed = {f"h{hold.pk}-reason": "The agency has let it rest."}
    assert as_person("verifier").post(ask, typed).status_code == 403
    assert counsel.post(ask, {f"h{hold.pk}-reason": "No."}).status_code == 422
    assert counsel.post(ask, typed)["Location"].endswith(page)
    assert "Another lawyer has to agree" in counsel.get(page).content.decode()
    assert counsel.post(agree).status_code == 403
    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    second = as_person("counsel2")
    assert "Agree and lift the hold" in second.get(page).content.decode()
    assert second.post(agree)["Location"].endswith(page)
    assert "No hold stands" in second.get(page).content.decode()
    another = reverse("web:lift_hold", args=[factories.open_request(city).pk, hold.pk, "agree"])
    assert second.post(another).status_code == 404


def test_every_ground_state_and_reason_has_its_words() -> None:
    assert set(holds.GROUND_WORDS) == set(GROUNDS)
    assert set(challenges.KIND_WORDS) == set(CHALLENGE_KINDS)
    assert set(challenges.PARTY_WORDS) == set(PARTIES)
    assert set(challenges.STATE_WORDS) == set(CHALLENGE_STATES)
    assert set(challenges.OUTCOME_WORDS) == set(OUTCOMES)
    steps = {step for state in CHALLENGE_STATES for step, _ in challenges.steps_from(state)}
    assert {step.partition(":")[0] for step in steps} == set(CHALLENGE_STATES) - {"filed"}
    assert set(recalls.REPLY_WORDS) == set(REPLIES)
