"""Officer and counsel tell the people concerned from a page; who helps is kept on another."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.matters.models import Matter
from workflows.notices import referrals

HELPER = {
    "name": "Mesa Legal Aid", "does_en": "free legal help", "does_es": "ayuda legal gratuita",
    "phone": "505-555-0140", "place": "",
}  # fmt: skip


def test_a_letter_is_written_sent_and_taken_back_from_the_page(
    city: factories.City, collecting: Matter, as_person: SignedIn, client: Client
) -> None:
    officer, counsel = as_person("officer"), as_person("counsel")
    page, notice = reverse("web:notices", args=[collecting.pk]), collecting.notices.get()
    assert "The list of those who help is empty" in officer.get(page).content.decode()
    assert counsel.post(reverse("web:helper_add"), HELPER)["Location"] == reverse("web:helpers")
    assert HELPER["name"] in client.get(reverse("web:public_help", args=["es"])).content.decode()

    draft = reverse("web:notice_draft", args=[collecting.pk, notice.pk])
    typed = {"language": "es", "channel": "post", "address": "12 Alder Street"}
    prefixed = {f"d{notice.pk.hex}-{name}": value for name, value in typed.items()}
    assert as_person("verifier").post(draft, prefixed).status_code == 403
    refused = officer.post(draft, {**prefixed, f"d{notice.pk.hex}-channel": ""})
    assert refused.status_code == 422 and typed["address"] in refused.content.decode()
    assert officer.post(draft, prefixed)["Location"] == page
    text = officer.get(page).content.decode()
    assert "Letter written" in text and "Una carta de la ciudad" in text and typed["address"] in text
    assert typed["address"] not in as_person("verifier").get(page).content.decode()

    officer.post(reverse("web:notice_sent", args=[collecting.pk, notice.pk]))
    board = officer.get(reverse("web:notice_board")).content.decode()
    assert notice.person_name in board and ">Sent <" in board.replace("\n", "")
    back = reverse("web:notice_take_back", args=[collecting.pk, notice.pk])
    officer.post(back, {f"b{notice.pk.hex}-words": "It still lies on the desk."})
    text = officer.get(page).content.decode()
    assert "An earlier step was taken back" in text and "It was sent" in text

    # The agency that asks never learns of it.
    told = as_person("client").get(reverse("web:agency_request", args=[collecting.pk])).content.decode()
    assert "documentos sobre usted" not in told and "notice" not in told.lower()


def test_counsel_and_administrator_keep_the_list_and_a_changed_list_is_not_cut(
    city: factories.City, as_person: SignedIn
) -> None:
    admin = as_person("admin")
    admin.post(reverse("web:helper_add"), HELPER)
    admin.post(reverse("web:helper_add"), {**HELPER, "name": "Second House"})
    drop = reverse("web:helper_drop", args=[0])
    assert admin.post(drop, {"name": "Second House"}).status_code == 422
    admin.post(drop, {"name": HELPER["name"]})
    assert [one.name for one in referrals.current()] == ["Second House"]
    assert as_person("officer").get(reverse("web:helpers")).status_code == 404
