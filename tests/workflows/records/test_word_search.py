"""Words are found on every page of a matter, and marked in every place; no entry holds them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.gateway.web.conftest import signed_in
from tests.pdfs import pdf_of
from workflows.audit.models import Entry
from workflows.errors import Invalid, Refused
from workflows.records import word_search
from workflows.records.models import Mark, Record
from workflows.records.undoing import undo
from workflows.records.word_search import mark_everywhere, search


def test_words_are_found_marked_and_taken_back_and_no_entry_holds_them(city: factories.City) -> None:
    matter = factories.to_collecting(city)
    factories.take_in(city, matter, pdf_of("The José  Pérez garage, bay 4", "Citizenship: Guatemala"))
    factories.take_in(city, matter, pdf_of("Keys of JOSE PEREZ were returned."))
    factories.work()

    found = search(matter.pk, "jose-perez", actor=city.officer)
    assert [(place.record.number, place.page) for place in found.places] == [(1, 1), (2, 1)]
    assert (found.records, found.pages, found.go_on, found.unread) == (2, 2, None, ())
    assert all(place.boxes for place in found.places) and "garage" in found.places[0].after
    (part,) = search(matter.pk, "arag", actor=city.officer).places  # inside a word: no blank that it has not
    assert part.before.endswith("g") and part.words == "arag" and part.after.startswith("e,")
    (country,) = search(matter.pk, "guatemala", actor=city.officer).places
    assert country.findings
    entries = [bytes(entry.body) for entry in Entry.objects.filter(event="words.searched")]
    assert len(entries) == 3 and b'"places":2' in entries[0]
    assert not any(word in body.lower() for body in entries for word in (b"jose", b"perez", b"guatemala"))

    # every place that was listed is marked once; a finding is redacted, and one undo takes all back
    for who in ("verifier", "officer2", "auditor", "client"):
        with pytest.raises(Refused):
            search(matter.pk, "jose", actor=city.people[who])
    ids = {place.id for place in found.places}
    with pytest.raises(Invalid, match="other words"):
        mark_everywhere(matter.pk, "garage", ids, actor=city.officer)
    for _ in range(2):
        mark_everywhere(matter.pk, "jose perez", ids, actor=city.officer)
    assert Mark.objects.filter(removed_at=None).count() == 2
    mark = Mark.objects.get(record__number=2)
    ((x0, y0, x1, y1),) = found.places[1].boxes
    assert mark.x0 < x0 and mark.y0 < y0 and mark.x1 > x1 and mark.y1 > y1
    undo(Record.objects.get(number=2).pk, actor=city.officer)
    assert not Mark.objects.filter(removed_at=None).exists()
    mark_everywhere(matter.pk, "guatemala", {country.id}, actor=city.officer)
    assert country.record.findings.get(key=country.findings[0]).decision == "redact"

    # the page: posted, never in an address, kept by nobody; what was not read as text is named. It asks the
    # database once for each record whose words it reads, and no more often where it finds more in one
    officer = signed_in(city.officer)
    asked = {}
    for sought in ("jose", "er"):
        officer.post(reverse("web:look_for_words", args=[matter.pk]), {"sought": sought})
        with CaptureQueriesContext(connection) as queries:
            shown = officer.post(reverse("web:look_for_words", args=[matter.pk]), {"sought": sought})
        asked[sought] = (len(shown.context["searched"].places), len(queries))
    assert asked["jose"][0] == 2 < asked["er"][0] and asked["jose"][1] == asked["er"][1] <= 55, asked
    Record.objects.filter(number=2).update(words=None)
    with CaptureQueriesContext(connection) as queries:
        shown = officer.post(reverse("web:look_for_words", args=[matter.pk]), {"sought": "jose"})
    assert len(queries) == asked["jose"][1] - 1
    text = shown.content.decode()
    assert "<mark>José" in text and "no words of theirs are kept: record 2" in text
    assert "no-store" in shown.headers["Cache-Control"]
    led = officer.get(shown.context["sheets"][0].to)
    assert 'class="rv-box rv-box-sought"' in led.content.decode()
    sent = {"sought": "xylophone", "from_record": "2", "from_page": "1"}
    nothing = officer.post(reverse("web:look_for_words", args=[matter.pk]), sent).content.decode()
    assert "found nowhere" in nothing and "Back to page 1 of record 2" in nothing
    sent["from_record"] = "77"
    away = officer.post(reverse("web:look_for_words", args=[matter.pk]), sent).content.decode()
    assert "found nowhere" in away and "Back to page" not in away
    assert officer.post(reverse("web:look_for_words", args=[matter.pk]), {"sought": "."}).status_code == 422
    marked = officer.post(
        reverse("web:mark_words", args=[matter.pk]), {"sought": "garage", "place": ["1.1.0.0"]}
    )
    assert marked.status_code == 422


def test_a_search_that_is_cut_off_says_where_it_stopped_and_goes_on_from_there(
    city: factories.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = factories.to_collecting(city)
    for lines in (("key key key key", "no lock"), ("one key",), ("a key",)):
        factories.take_in(city, matter, pdf_of(*lines))
    factories.work()
    every = search(matter.pk, "key", actor=city.officer)
    assert (len(every.places), every.go_on, every.crowded) == (6, None, None)

    monkeypatch.setattr(word_search, "MOST", 3)  # places in one answer
    cut = search(matter.pk, "key", actor=city.officer)
    assert (len(cut.places), cut.crowded, cut.go_on) == (3, (1, 1), (2, 1))
    assert cut.go_on is not None
    rest = search(matter.pk, "key", actor=city.officer, first=cut.go_on)
    assert [(place.record.number, place.page) for place in rest.places] == [(2, 1), (3, 1)]

    monkeypatch.setattr(word_search, "MOST_BYTES", 1)  # of stored words: one record is always searched
    small = search(matter.pk, "key", actor=city.officer, first=(2, 1))
    assert (small.records, small.go_on) == (1, (3, 1))
    last = Entry.objects.filter(event="words.searched").latest("pk")
    assert b"cut_off" in bytes(last.body)
