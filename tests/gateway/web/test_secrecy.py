"""A sealed matter is in no list, count, page or answer of anybody who was not named; the page of secrecy."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from gateway.api.urls import urlpatterns as api_addresses
from gateway.web.urls import addresses
from tests import factories
from tests.gateway import callers
from tests.gateway.web.conftest import SignedIn
from workflows.flow import secrecy
from workflows.instruments.models import SecrecyOrder
from workflows.matters.models import Matter

OUT = ("officer", "verifier", "counsel2", "admin", "other_client")
REASON = "The court has ordered it under seal."


def lists() -> dict[str, str]:
    """Every address of pages and API that takes no argument, from the tables of addresses themselves."""
    found = {}
    for space, patterns in (("web", addresses()), ("api", api_addresses)):
        for pattern in patterns:
            if pattern.name in ("schema", "docs"):  # the same for everybody, and slow to make
                continue
            try:
                found[f"{space}:{pattern.name}"] = reverse(f"{space}:{pattern.name}")
            except NoReverseMatch:
                continue
    return found


def about(matter_id: UUID, paper_id: UUID) -> dict[str, str]:
    """Every address of a page or of the API that takes a matter, or a paper, and no more."""
    found = {}
    ids = {"matter_id": matter_id, "pk": matter_id, "paper_id": paper_id}
    for space, patterns in (("web", addresses()), ("api", api_addresses)):
        for pattern in patterns:
            for name, value in ids.items():
                if name == "pk" and not str(pattern.name).startswith("matter-"):
                    continue
                try:
                    found[f"{space}:{pattern.name}"] = reverse(
                        f"{space}:{pattern.name}", kwargs={name: value}
                    )
                except NoReverseMatch:
                    continue
    return found


def test_a_sealed_matter_is_in_no_list_count_page_or_answer_of_others(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    open_one = factories.open_request(city)
    browsers = {who: as_person(who) for who in (*OUT, "counsel")}
    before = {who: browsers[who].get(reverse("web:queue")) for who in ("officer", "verifier")}
    assert all(answer.context["filters"][0][2] == 2 for answer in before.values())
    secrecy.seal(
        collecting.pk, [], actor=city.counsel, ground="court_order", reason=REASON,
        stepped_up_at=timezone.now(),
    )  # fmt: skip

    secrets = [collecting.number.encode(), str(collecting.pk).encode(), collecting.pk.hex.encode()]
    hidden, absent = about(collecting.pk, collecting.instruments.get().pk), about(uuid4(), uuid4())
    assert len(lists()) > 15 and len(hidden) > 40
    for who in OUT:
        for name, address in lists().items():
            body = browsers[who].get(address).content
            assert not any(secret in body for secret in secrets), (who, name)
    for name, address in hidden.items():
        answer = browsers["officer"].get(address, follow=True)
        assert answer.status_code >= 400, name
        if name.startswith("api:"):  # whatever it answers, it answers so for what is not there
            assert answer.status_code == browsers["officer"].get(absent[name]).status_code, name
        else:
            assert answer.status_code == 404, name
    for who in ("officer", "verifier"):
        answer = browsers[who].get(reverse("web:queue"))
        assert [count for _, _, count, _ in answer.context["filters"]][0] == 1
        assert [row[0].pk for row in answer.context["rows"]] == [open_one.pk]
    stranger = callers.program(city.other_agency)
    assert collecting.number not in stranger.get("matters/").content.decode()

    text = browsers["counsel"].get(reverse("web:queue")).content.decode()
    assert collecting.number in text
    page = browsers["counsel"].get(reverse("web:matter", args=[collecting.pk])).content.decode()
    assert re.search(r"chip-warn\">Sealed<", page)


def test_counsel_records_an_order_and_ends_it_on_its_page(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    page = reverse("web:secrecy", args=[collecting.pk])
    counsel, officer = as_person("counsel"), as_person("officer")
    typed = {
        "order-paper": str(collecting.instruments.get().pk), "order-ground": "usc_18_2705b",
        "order-quote": "shall not notify any other person", "order-reason": REASON,
    }  # fmt: skip
    address = reverse("web:order_secrecy", args=[collecting.pk])
    assert officer.post(address, typed).status_code == 403
    assert counsel.post(address, {**typed, "order-quote": ""}).status_code == 422
    assert counsel.post(address, typed)["Location"] == page
    text = counsel.get(page).content.decode()
    assert "Nobody concerned is told" in text and "shall not notify" in text
    text = officer.get(page).content.decode()
    assert "Nobody concerned is told" in text and "shall not notify" not in text and "<form" in text

    made = SecrecyOrder.objects.get()
    typed = {f"e{made.pk}-reason": "The investigation has ended."}
    assert counsel.post(reverse("web:end_secrecy", args=[collecting.pk, made.pk]), typed)["Location"] == page
    assert "Nobody concerned is told" not in counsel.get(page).content.decode()


def test_counsel_seals_and_a_second_lawyer_lifts_it(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    page = reverse("web:secrecy", args=[collecting.pk])
    typed = {"seal-ground": "grand_jury", "seal-reason": REASON, "seal-people": str(city.counsel2.pk)}
    counsel, second = as_person("counsel"), as_person("counsel2")
    assert counsel.post(reverse("web:seal", args=[collecting.pk]), typed)["Location"] == page
    asked = {"ask-reason": "The indictment has been unsealed."}
    assert counsel.post(reverse("web:ask_unseal", args=[collecting.pk]), asked)["Location"] == page
    assert counsel.post(reverse("web:unseal", args=[collecting.pk])).status_code == 403
    assert "asks to lift it" in second.get(page).content.decode()
    assert second.post(reverse("web:unseal", args=[collecting.pk]))["Location"] == page
    assert "Not sealed." in second.get(page).content.decode()
