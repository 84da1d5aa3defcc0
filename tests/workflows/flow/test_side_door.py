"""The public-records list: federal requesters and immigration purposes are shown to counsel, and nothing
of it is half taken."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from workflows.errors import Forbidden, Invalid, WrongState
from workflows.flow import side_door as acts
from workflows.matters.models import ListedRequest
from workflows.policy.guard_text import MASK
from workflows.policy.side_door import reasons

HEAD = "Reference,Received,Requester,E-mail,Request\n"
ROWS = (
    'PR-1,2026-11-02,Ada Mora,ada@paper.example,"Minutes of the council, please"\n'
    "PR-2,11/03/2026,R. Stone,r.stone@ice.dhs.gov,Leases of the north quarter\n"
    "PR-3,,Enforcement and Removal Operations,,Visitor lists of the library\n"
    "PR-4,2026-11-05,Joe Doe,,The file of A-number A 204 118 365\n"
    'PR-5,2026-11-06,Una Vidal,una@news.example,"=HYPERLINK(""http://a.example"")"\n'
    "PR-6,2026-11-07,Bureau of Ledgers,,Grant files\n"
    "PR-7,2026-11-08,Iker Sol,,Correos sobre deportaciones\n"
)


def take(city, text, columns=None, who="officer"):
    data = text if isinstance(text, bytes) else text.encode()
    return acts.import_requests(data, columns or acts.Columns(), actor=city.people[who])


def test_each_sign_is_shown_with_its_reason_and_only_masked_words_are_kept(city):
    came = take(city, HEAD + ROWS)
    assert (came.rows, came.new, came.flagged) == (7, 7, 5)
    found = dict(ListedRequest.objects.values_list("reference", "reasons"))
    assert found["PR-1"] == [] and found["PR-5"] == []
    assert found["PR-2"] == ["federal_address"] and found["PR-3"] == ["federal_name"]
    assert "status_words" in found["PR-4"] and found["PR-6"] == ["known_agency"]
    assert "immigration_purpose" in found["PR-7"]
    office = ListedRequest.objects.get(reference="PR-3")
    assert office.requester == "Enforcement and Removal Operations"
    text = ListedRequest.objects.get(reference="PR-4").text
    assert MASK in text and "204" not in text
    assert ListedRequest.objects.get(reference="PR-5").text.startswith("=HYPERLINK(")
    assert [row.reference for row in acts.flagged_requests()] == ["PR-2", "PR-3", "PR-4", "PR-6", "PR-7"]


def test_the_same_list_again_adds_nothing_and_a_changed_row_is_new(city):
    take(city, HEAD + ROWS)
    assert take(city, HEAD + ROWS).new == 0
    came = take(city, HEAD + ROWS.replace("Grant files", "All grant files") + "PR-8,,Ada Mora,,Maps\n")
    assert (came.rows, came.new) == (8, 2) and ListedRequest.objects.count() == 9


@pytest.mark.parametrize(
    "bad, numbers",
    [
        ("PR-9,2026-11-02,Ada\n", "Row 9 "), ("PR-9,yesterday,Ada,,Maps\n", "Row 9 "),
        (",2026-11-02,Ada,,Maps\n", "Row 9 "), ("PR-9,,Ada,,\n", "Row 9 "),
        (f"PR-9,,Ada,,{'x' * 4001}\n", "Row 9 "), ("PR-1,,Ada,,Other words\n", "Row 9 "),
        ("PR-9,,Ada,,Maps\nPR-8,x,Ada,,Maps\nPR-7\n", "Rows 10, 11 "), ("PR-9,,A\x00da,,Maps\n", "Row 9 "),
    ],
)  # fmt: skip
def test_bad_rows_are_named_by_number_and_nothing_is_taken(city, bad, numbers):
    with pytest.raises(Invalid) as refused:
        take(city, HEAD + ROWS + bad)
    assert refused.value.code == "bad_rows" and numbers in refused.value.sentence
    assert not ListedRequest.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"", HEAD.encode(), b"a,b\n1,2\n", b"\x00\x01\x02", (HEAD + '"PR-1,,Ada,,Maps').encode(),
        b"x" * (acts.MOST_BYTES + 1), (HEAD + "PR,,Ada,,Maps\n" * 1001).encode(),
    ],
)  # fmt: skip
def test_what_is_no_list_is_said_to_be_none(city, data):
    with pytest.raises(Invalid):
        take(city, data)
    assert not ListedRequest.objects.exists()


def test_columns_are_mapped_and_other_delimiters_and_code_pages_are_read(city):
    columns = acts.Columns(
        reference="nr", received="", requester="QUIEN", address="", text=" qué  pide "
    )  # fmt: skip
    take(city, "Nr;Quien;Qué pide\n7;Peña;Informe\n".encode("cp1252"), columns)
    row = ListedRequest.objects.get()
    assert (row.reference, row.requester, row.text, row.received_on) == ("7", "Peña", "Informe", None)
    take(city, "﻿nr\tquien\tqué pide\n8\tPeña\tInforme\n", columns)
    assert ListedRequest.objects.count() == 2


def test_counsel_settles_once_and_what_was_read_stays(city):
    take(city, HEAD + ROWS)
    row = acts.flagged_requests()[0]
    for who in ("officer", "verifier", "custodian"):
        with pytest.raises(Forbidden):
            acts.settle_request(row.pk, "stays", actor=city.people[who])
    with pytest.raises(Invalid):
        acts.settle_request(row.pk, "burn", actor=city.counsel)
    acts.settle_request(row.pk, "belongs_here", actor=city.counsel)
    with pytest.raises(WrongState):
        acts.settle_request(row.pk, "stays", actor=city.counsel)
    assert row not in acts.flagged_requests()
    rows = ListedRequest.objects.filter(pk=row.pk)
    for act in (lambda: rows.update(text="x"), lambda: rows.update(outcome="stays"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize("who", ["verifier", "auditor", "admin", "custodian", "client"])
def test_only_officers_and_counsel_import(city, who):
    with pytest.raises(Forbidden):
        take(city, HEAD + ROWS, who=who)


@pytest.mark.parametrize(
    "requester, text, expected",
    [
        ("Police Department", "Icebreaker course for officers", []), ("A. Rice", "Price list", []),
        ("X", "Write to me at x@mail.notdhs.gov.example", []), ("X <x@cabq.gov>", "Maps", []),
        ("X", "Copies to x@Mail.CBP.DHS.gov please", ["federal_address"]),
        ("U.S. Attorney's Office", "Maps", ["federal_name"]), ("HSI", "Maps", ["federal_name"]),
        ("X", "Records about detainers at the jail", ["immigration_purpose"]),
        ("X", "Everything that ICE wrote to the city", ["immigration_purpose"]),
    ],
)  # fmt: skip
def test_signs(requester, text, expected):
    assert reasons(requester, text, text, ["Bureau of Ledgers"]) == expected
