"""The auditor's pages: the whole log and nothing of a record, each reading an entry, proofs that hold."""

from __future__ import annotations

import hashlib
import html
import re
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.city import drop_triggers
from tests.gateway import callers
from tests.gateway.web.conftest import SignedIn
from workflows.audit import flags
from workflows.audit.flags import Raised
from workflows.audit.models import Entry, Flag
from workflows.errors import NotVisible
from workflows.flow.advance import advance

LOG = "/log/"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def matter(city: factories.City):
    """A request whose agency was asked for a paper, and a refused move; sealed."""
    matter = factories.open_request(city)
    advance(matter.pk, "ask_paper", actor=city.officer, missing=["no_instrument"])
    with pytest.raises(NotVisible):
        advance(matter.pk, "close", actor=city.counsel2)
    factories.seal_log()
    return matter


def test_the_log_is_read_by_filter_and_by_page(city, matter, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    shown = auditor.get(LOG)
    assert shown.context["total"] == Entry.objects.count() - 1  # the reading itself came after
    assert "local only" in text_of(shown)

    by_matter = auditor.get(LOG, {"matter": str(matter.pk)})
    assert {line.entry.matter for line in by_matter.context["page"].lines} == {matter.pk}
    refused = auditor.get(LOG, {"outcome": "refused"})
    assert [line.entry.event for line in refused.context["page"].lines] == ["move.refused"]
    by_person = auditor.get(LOG, {"actor": str(city.officer.pseudonym), "event": "paper.asked"})
    assert by_person.context["total"] == 1
    assert auditor.get(LOG, {"until": "2001-01-01"}).context["total"] == 0
    assert "No entry fits" in text_of(auditor.get(LOG, {"until": "2001-01-01"}))
    for name in (
        "event", "role", "outcome", "matter", "actor", "since", "subject", "digest", "flag", "incarnation",
    ):  # fmt: skip
        assert auditor.get(LOG, {name: "zz"}).status_code == 422, name

    # keyset pages meet without gap or overlap, whatever is written meanwhile
    oldest = shown.context["page"].lines[-1].entry.pk
    older = auditor.get(LOG, {"before": oldest}).context["page"].lines
    assert all(line.entry.pk < oldest for line in older)


def test_document_person_and_flag_are_addresses_too_and_the_interface_takes_them(
    city, matter, as_person: SignedIn
) -> None:
    auditor, program = as_person("auditor"), callers.member(city.auditor)
    filed = Entry.objects.exclude(digest=None).order_by("id").first()
    flags.store([Raised(flags.MANY_READ, filed.pk, 1, city.officer.pseudonym)], timezone.now())
    flag = Flag.objects.get(code=flags.MANY_READ)
    for asked, keys in (
        (
            {"digest": filed.digest},
            set(Entry.objects.filter(digest=filed.digest).values_list("pk", flat=True)),
        ),
        ({"flag": flags.MANY_READ}, {filed.pk}),
        ({"flag": flags.MANY_READ, "incarnation": "2"}, set()),
        ({"subject": "ab" * 32}, set()),
    ):
        shown = auditor.get(LOG, asked)
        assert {line.entry.pk for line in shown.context["page"].lines} == keys, asked
        assert "Export these entries" in text_of(shown)
        answer = program.get(f"audit/entries/?{urlencode(asked)}")
        assert {one["id"] for one in answer.json()["entries"]} == keys, asked
    assert program.get("audit/entries/?digest=zz").status_code == 400
    page = text_of(auditor.get(reverse("web:entry", args=[filed.uuid])))
    assert f"?digest={filed.digest}" in page and reverse("web:flag", args=[flag.pk]) in page


def test_an_entry_shows_a_proof_that_can_be_followed_by_hand(city, matter, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    entry = Entry.objects.filter(event="paper.asked").get()
    shown = auditor.get(reverse("web:entry", args=[entry.uuid]))
    proof = shown.context["proof"]
    value = hashlib.sha256(b"\x00" + bytes(entry.body)).digest()
    for step in proof.steps:
        sibling = bytes.fromhex(step.sibling)
        pair = sibling + value if step.sibling_left else value + sibling
        value = hashlib.sha256(b"\x01" + pair).digest()
        assert value.hex() == step.gives and step.gives in text_of(shown)
    assert value.hex() == proof.root
    assert bytes(entry.body).decode() in text_of(shown)

    file = auditor.get(reverse("web:entry_proof", args=[entry.uuid]))
    assert file.headers["Content-Disposition"].endswith('.tlog-proof"')
    assert file.content.startswith(b"c2sp.org/tlog-proof@v1")
    waiting = Entry.objects.order_by("-id").first()
    assert "Not sealed yet" in text_of(auditor.get(reverse("web:entry", args=[waiting.uuid])))
    assert auditor.get(reverse("web:entry_proof", args=[waiting.uuid])).status_code == 503


def test_every_reading_is_an_entry_and_nobody_else_reads(city, matter, as_person: SignedIn) -> None:
    entry = Entry.objects.order_by("id").first()
    pages = [LOG, reverse("web:entry", args=[entry.uuid]), reverse("web:entry_proof", args=[entry.uuid])]
    for address in pages:
        before = Entry.objects.filter(event="audit.viewed", actor=city.auditor.pseudonym).count()
        as_person("auditor").get(address)
        after = Entry.objects.filter(event="audit.viewed", actor=city.auditor.pseudonym).count()
        assert after == before + 1, address
        for other in ("officer", "verifier", "counsel", "admin", "client"):
            assert as_person(other).get(address).status_code == 404, (other, address)
    integrity = reverse("web:integrity")
    assert as_person("admin").get(integrity).status_code == 200
    for other in ("officer", "counsel", "client"):
        assert as_person(other).get(integrity).status_code == 404
        assert as_person(other).post(reverse("web:verify_log")).status_code == 404


def test_no_page_of_the_auditor_says_what_was_asked_or_about_whom(city, matter, as_person: SignedIn) -> None:
    party = matter.parties.get().name
    for entry in Entry.objects.all():
        shown = text_of(as_person("auditor").get(reverse("web:entry", args=[entry.uuid])))
        assert party not in shown and "All records about" not in shown


def test_verify_now_finds_an_edited_row(city, matter, as_person: SignedIn) -> None:
    cache.clear()  # it remembers the last full check, of this process's other tests too
    admin, verify = as_person("admin"), reverse("web:verify_log")
    assert admin.get(verify).status_code == 302  # nothing happens on GET
    assert "none yet" in text_of(admin.get(reverse("web:integrity")))
    good = admin.post(verify, follow=True)
    assert re.search(r"The whole log was checked: \d+ entries, nothing wrong", text_of(good))

    drop_triggers()
    entry = Entry.objects.filter(event="paper.asked").get()
    with connection.cursor() as cursor:
        body = bytes(entry.body).replace(b'"officer"', b'"counsel"')
        cursor.execute("UPDATE audit_entry SET body = %s WHERE id = %s", [body, entry.pk])
    bad = text_of(admin.post(verify, follow=True))
    assert "Faults found" in bad and "a body was changed" in bad
    assert Entry.objects.filter(event="audit.viewed", actor=city.admin.pseudonym).count() == 2
