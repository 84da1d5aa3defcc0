"""The custodian's page: their searches and nothing else, answered in a minute."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway import callers
from tests.gateway.web.conftest import SignedIn
from workflows.flow.searching import open_search
from workflows.matters.models import Matter
from workflows.records.models import SearchTask


def test_an_officer_gives_a_search_and_the_custodian_answers_it(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    officer, custodian = as_person("officer"), as_person("custodian")
    page = reverse("web:my_searches")
    assert "Nothing to search" in custodian.get(page).content.decode()
    officer.post(
        reverse("web:open_search", args=[collecting.pk]),
        {"department": "Housing Office", "due_on": timezone.localdate().isoformat()},
    )
    search = collecting.searches.get()
    give = reverse("web:give_search", args=[collecting.pk, search.pk])
    officer.post(give, {f"g{search.pk}-custodian": city.custodian.pk})
    shown = custodian.get(page).content.decode()
    person = collecting.parties.get().name
    assert "Housing Office" in shown and person in shown and collecting.number in shown
    assert city.agency.name not in shown
    assert "Matters" not in shown and reverse("web:queue") not in shown

    answer = reverse("web:my_attest", args=[search.pk])
    refused = custodian.post(answer, {f"s{search.pk}-where": "Tenancy archive"})
    assert refused.status_code == 422 and "Tenancy archive" in refused.content.decode()
    typed = {f"s{search.pk}-where": "Tenancy archive", f"s{search.pk}-outcome": "none"}
    assert custodian.post(answer, typed)["Location"] == page
    search.refresh_from_db()
    assert (search.outcome, search.attested_by) == ("none", city.custodian)
    assert as_person("custodian").post(answer, typed).status_code == 409
    text = officer.get(reverse("web:matter", args=[collecting.pk])).content.decode()
    assert "Certify that nothing was found" in text
    officer.post(reverse("web:move", args=[collecting.pk, "certify_none"]))
    counsel = as_person("counsel")
    brief = counsel.get(reverse("web:brief", args=[collecting.pk])).content.decode()
    assert "Each department that was asked attests" in brief and "Send the certificate of search" in brief
    counsel.post(reverse("web:move", args=[collecting.pk, "confirm_none"]))
    assert collecting.letters.filter(template="search_certificate").exists()


def test_a_search_from_before_searches_had_a_date_is_answered_like_any_other(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    open_search(collecting.pk, "Archive", actor=city.officer, custodian_id=city.custodian.pk)
    SearchTask.objects.create(
        matter=collecting, department="Old Archive", opened_by=city.officer, opened_at=timezone.now(),
        custodian=city.custodian,
    )  # fmt: skip
    shown = as_person("custodian").get(reverse("web:my_searches")).content.decode()
    assert shown.index("Archive") < shown.index("Old Archive")


def test_a_custodian_reaches_nothing_else(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    search = open_search(collecting.pk, "Archive", actor=city.officer, custodian_id=city.custodian.pk)
    custodian = as_person("custodian")
    for name in ("queue", "new", "house", "agency"):
        assert custodian.get(reverse(f"web:{name}")).status_code == 404
    for name in ("matter", "searches", "letters", "records", "papers", "brief"):
        assert custodian.get(reverse(f"web:{name}", args=[collecting.pk])).status_code == 404
    api = callers.member(city.custodian)
    for path in (f"matters/{collecting.pk}/", f"matters/{collecting.pk}/letters/"):
        assert api.get(path).status_code == 404
    for path in ("people/", "courts/", f"matters/{collecting.pk}/records/", "audit/entries/"):
        assert api.get(path).status_code == 403
    assert api.get("matters/").json()["results"] == []
    assert api.post(f"searches/{search.pk + 1}/attest/", {"outcome": "none", "where": "x"}).status_code == 404
    assert api.post(f"searches/{search.pk}/attest/", {"outcome": "none", "where": "x"}).status_code == 204
