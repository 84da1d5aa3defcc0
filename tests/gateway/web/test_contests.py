"""Counsel enters a challenge and settles it; the office calls a release back and the agency answers."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.gateway.web.conftest import SignedIn
from workflows.flow.advance import advance
from workflows.holding.models import Recall, RecallReply
from workflows.matters.models import Matter


def at(name: str, *ids: object) -> str:
    return reverse(f"web:{name}", args=ids)


def test_counsel_enters_a_challenge_and_settles_it(collecting: Matter, as_person: SignedIn) -> None:
    counsel, page = as_person("counsel"), at("challenges", collecting.pk)
    typed = {"kind": "motion", "party": "person", "court_on": "2031-02-03"}
    file = at("file_challenge", collecting.pk)
    assert as_person("officer").post(file, typed).status_code == 403
    assert counsel.post(file, {**typed, "court_on": "soon"}).status_code == 422
    assert counsel.post(file, typed)["Location"].endswith(page)
    text = counsel.get(page).content.decode()
    assert "the court has not spoken" in text and "Feb 3, 2031" in text
    assert "Blocked: Challenge" in as_person("officer").get(at("matter", collecting.pk)).content.decode()

    challenge = collecting.challenges.get()
    settle, key = at("settle_challenge", collecting.pk, challenge.pk), f"c{challenge.pk}"
    said = {f"{key}-step": "decided:denied", f"{key}-reason": "Order of the court, page two."}
    assert counsel.post(settle, {**said, f"{key}-step": "closed"}).status_code == 422
    assert counsel.post(settle, said)["Location"].endswith(page)
    assert "the order stands" in counsel.get(page).content.decode()
    assert not collecting.blocks.filter(lifted_at=None).exists()


def test_a_release_is_called_back_answered_and_followed_by_another(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    officer, page = as_person("officer"), at("recalls", matter.pk)
    assert "Call it back" in officer.get(page).content.decode()
    typed = {"reason": "wrong_person", "note": "A page of somebody else was in it."}
    assert officer.post(at("recall", matter.pk), {**typed, "note": "Oh."}).status_code == 422
    assert officer.post(at("recall", matter.pk), typed)["Location"].endswith(page)
    text = officer.get(page).content.decode()
    assert "Called back" in text and "dead" in text and "Call it back" not in text

    recall, client = matter.recalls.get(), as_person("client")
    text = client.get(at("agency_request", matter.pk)).content.decode()
    assert "A package is called back" in text and typed["note"] not in text
    answer = at("answer_recall", matter.pk, recall.pk)
    assert client.post(answer, {}).status_code == 422
    assert as_person("other_client").post(answer, {f"r{recall.pk}-outcome": "destroyed"}).status_code == 404
    assert client.post(answer, {f"r{recall.pk}-outcome": "destroyed"}).status_code == 302
    assert "You answered" in client.get(at("agency_request", matter.pk)).content.decode()
    assert "All copies were destroyed" in officer.get(page).content.decode()
    for rows in (Recall.objects, RecallReply.objects):  # what was said stays said, on both databases
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(by=city.counsel2)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()
