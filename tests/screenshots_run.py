"""What `tests.screenshots` pictures. Its name keeps it out of `./test`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from gateway.accounts.models import Person
from gateway.demo import records as demo_records
from gateway.web.agency_page import KEPT
from tests import factories
from tests.browser import Watched, watched
from tests.gateway.web.conftest import signed_in
from tests.gateway.web.test_pages import PAGES
from tests.gateway.web.test_public import edition
from workflows.audit.models import Entry
from workflows.flow.advance import advance
from workflows.matters.models import Matter
from workflows.records import review

__all__ = ["edition", "watched"]
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
COLOURS = 64
LONGEST = 1400  # pixels of a picture in a guide
NAMES = {
    "officer": "Harriet Osgood Lane", "officer2": "Tobias Quillfeather", "verifier": "Ines Okonkwo-Bright",
    "counsel": "Cordelia Banning", "auditor": "Beatrix Lund", "admin": "Marlow Tennant",
    "custodian": "Rosalind Achterberg", "client": "Client program",
}  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
}
# The pages that people spend their day on, as a telephone, a doubled window and a printer show them.
OTHER_LOOKS: dict[str, dict[str, Any]] = {
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "zoomed": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "zoomed-dark": {
        "viewport": {"width": 640, "height": 400},
        "device_scale_factor": 2,
        "color_scheme": "dark",
    },
    "printed": {"viewport": {"width": 720, "height": 1000}},
}
# The pictures of the guides: what they are called there, and whose page in which stage.
GUIDES = {
    "queue": ("review", "officer-queue"),
    "matter": ("review", "officer-matter"),
    "review": ("review", "officer-review"),
    "records": ("review", "officer-records"),
    "paper": ("review", "verifier-form"),
    "checks": ("review", "verifier-paper"),
    "scope": ("review", "counsel-scope"),
    "brief": ("counsel", "counsel-brief"),
    "release": ("released", "officer-release"),
    "agency": ("released", "client-agency_request"),
    "log": ("released", "auditor-log"),
    "samples": ("released", "auditor-samples"),
    "house": ("released", "admin-house"),
    "searches": ("review", "custodian-my_searches"),
    "guide": ("review", "officer-guide"),
    "register": ("released", "public-register-en"),
}
PUBLIC = ("register", "public_rules", "public_help", "asking", "letter_form")


def test_every_page_is_pictured(
    city: factories.City, watched: Watched, request: pytest.FixtureRequest
) -> None:
    for short, name in NAMES.items():
        Person.objects.filter(pk=city.people[short].pk).update(name=name)
        city.people[short].refresh_from_db()
    shots = Shots(city, watched)
    factories.open_request(city, description="A letter asks for everything about a tenant.")
    with_form = factories.open_request(city, description="Records of a tenant for a removal case.")
    factories.file_demo_paper(city, with_form, "i205")
    matter = factories.to_review(city, demo_records.make("police_report", timezone.localdate()).data)
    record = matter.records.get()
    for finding in record.findings.filter(page_n=1)[:3]:
        review.decide(record.pk, finding.pk, "redact", actor=city.officer)
    form = reverse("web:paper", args=[with_form.instruments.get().pk])
    shots.stage("review", matter, [("verifier", "form", form)])

    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    matter.refresh_from_db()
    assert matter.state == "counsel_review"
    brief = reverse("web:brief", args=[matter.pk])
    shots.stage("counsel", matter, [("counsel", "brief", brief)], only=("release", "review", "matter"))
    manifest = reverse("web:release", args=[matter.pk])
    shots.main_pages("counsel", matter, [("counsel", "brief", brief), ("counsel", "manifest", manifest)])

    advance(
        matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(),
        reason="The order compels these pages.",
    )  # fmt: skip
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    factories.work()
    request.getfixturevalue("edition")
    log = ("auditor", "log", reverse("web:log"))
    entry = reverse("web:entry", args=[Entry.objects.filter(event="release.made").latest("pk").uuid])
    policy, first = reverse("web:policy"), reverse("web:policy_version", args=[1])
    more = [log, ("auditor", "entry", entry), ("auditor", "integrity", reverse("web:integrity"))]
    more += [("counsel", "policy", policy), ("admin", "policy", policy), ("admin", "policy_version", first)]
    shots.stage("released", matter, more)
    ours = reverse("web:agency_request", args=[matter.pk])
    month = ("auditor", "report", reverse("web:report", args=[f"{timezone.localdate():%Y-%m}"]))
    clients = [("client", "request", ours), ("client-es", "request", ours)]
    texts = reverse("web:letter_text", args=["refusal", "en"])
    shots.main_pages("released", matter, [log, month, ("admin", "letter_text", texts), *clients])
    shots.public()
    assert watched.faults == []


class Shots:
    """Pictures into the folder that was asked for, by stage, theme, role and page."""

    def __init__(self, city: factories.City, watched: Watched) -> None:
        self.city, self.watched, self.folder = city, watched, os.environ["SHOTS"]
        self.only = os.environ.get("SHOTS_ONLY", "")
        self.pages: dict[tuple[str, str], Any] = {}

    def stage(
        self, stage: str, matter: Matter, more: list[tuple[str, str, str]], only: tuple[str, ...] = ()
    ) -> None:
        """Every page that a role has in this stage, or only these of them, and `more`."""
        for who, name, address in [*self._addresses(matter, only), *more]:
            self._picture(stage, LOOKS, who, name, address)

    def main_pages(self, stage: str, matter: Matter, more: list[tuple[str, str, str]]) -> None:
        """Queue, matter, review and `more` in the looks that are not a desk's."""
        queue, review_page = reverse("web:queue"), reverse("web:review", args=[matter.records.get().pk])
        for who, name, address in [
            ("officer", "queue", queue),
            ("officer", "matter", reverse("web:matter", args=[matter.pk])),
            ("officer", "review", review_page),
            *more,
        ]:
            self._picture(stage, OTHER_LOOKS, who, name, address)

    def public(self) -> None:
        """The pages for everybody, in both languages."""
        for language in ("en", "es"):
            for name in PUBLIC:
                looks = LOOKS | OTHER_LOOKS if name == "register" else LOOKS
                address = reverse(f"web:{name}", args=[language])
                self._picture("released", looks, "public", f"{name}-{language}", address)
        self._picture("released", LOOKS, "public", "sign-in", "/accounts/login/")

    def _addresses(self, matter: Matter, only: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        record = matter.records.get()
        ids = {"matter": matter.pk, "paper": matter.instruments.get().pk, "record": record.pk, "": None}
        for name, (roles, kind) in PAGES.items():
            if not only or name in only:
                for who in roles:
                    address = reverse(f"web:{name}", args=[ids[kind]] if kind else [])
                    yield who, name, address
                    if who == "client":
                        yield "client-es", name, address
        for who in ("officer", "counsel"):
            yield who, "review", reverse("web:review", args=[record.pk])
            yield who, "release", reverse("web:release", args=[matter.pk])

    def _picture(self, stage: str, looks: dict[str, Any], who: str, name: str, address: str) -> None:
        for look in looks:
            path = self._place(stage, look, f"{who}-{name}")
            if path and re.search(self.only, str(path)):
                self._keep(self._page(who, look), address, path)

    def _page(self, who: str, look: str) -> Any:
        """A window of this person in this look; `public` has no session, `client-es` speaks Spanish."""
        if (who, look) not in self.pages:
            cookies = {} if who == "public" else {"sessionid": self._session(who)}
            self.pages[who, look] = self.watched.person(cookies, **(LOOKS | OTHER_LOOKS)[look])
            if look == "printed":
                self.pages[who, look].emulate_media(media="print")
        return self.pages[who, look]

    def _session(self, who: str) -> str:
        client = signed_in(self.city.people[who.partition("-")[0]])
        if who.endswith("-es"):
            session = client.session
            session[KEPT] = "es"
            session.save()
        return str(client.cookies["sessionid"].value)

    def _place(self, stage: str, theme: str, name: str) -> Path | None:
        """Where the picture goes; None where only those of the guides are made and it is none of them."""
        if self.folder:
            return Path(self.folder) / stage / theme / f"{name}.png"
        guide = next((guide for guide, place in GUIDES.items() if place == (stage, name)), None)
        return IMAGES / f"{guide}.png" if guide and theme == "light" else None

    def _keep(self, page: Any, address: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        page.goto(address, wait_until="load")
        whole = "review" not in path.stem or path.parent.name in OTHER_LOOKS
        page.screenshot(path=str(path), full_page=whole, caret="initial")
        with Image.open(path) as picture:
            tall = LONGEST if path.parent == IMAGES else picture.height
            shown = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, tall)))
        shown.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
