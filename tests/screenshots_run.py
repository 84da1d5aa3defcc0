"""What `tests.screenshots` pictures. Its name keeps it out of `./test`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone
from PIL import Image

from gateway.accounts.models import Person
from gateway.demo import records as demo_records
from tests import factories
from tests.browser import Watched, watched
from tests.gateway.web.conftest import signed_in
from tests.gateway.web.test_pages import PAGES
from workflows.flow.advance import advance
from workflows.matters.models import Matter
from workflows.records import review

__all__ = ["watched"]
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
COLOURS = 64
LONGEST = 1400  # pixels of a picture in a guide
NAMES = {
    "officer": "Harriet Osgood Lane", "officer2": "Tobias Quillfeather", "verifier": "Ines Okonkwo-Bright",
    "counsel": "Cordelia Banning", "auditor": "Beatrix Lund", "admin": "Marlow Tennant",
    "custodian": "Rosalind Achterberg", "client": "Client program",
}  # fmt: skip
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


def test_every_page_is_pictured(city: factories.City, watched: Watched) -> None:
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

    advance(
        matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(),
        reason="The order compels these pages.",
    )  # fmt: skip
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    factories.work()
    shots.stage("released", matter, [("auditor", "log", reverse("web:log"))])
    shots.public()
    assert watched.faults == []


class Shots:
    """Pictures into the folder that was asked for, by stage, theme, role and page."""

    def __init__(self, city: factories.City, watched: Watched) -> None:
        self.city, self.watched, self.folder = city, watched, os.environ["SHOTS"]
        self.pages: dict[tuple[str, str], Any] = {}

    def stage(
        self, stage: str, matter: Matter, more: list[tuple[str, str, str]], only: tuple[str, ...] = ()
    ) -> None:
        """Every page that a role has in this stage, or only these of them, and `more`."""
        for who, name, address in [*self._addresses(matter, only), *more]:
            for theme in ("light", "dark"):
                if path := self._place(stage, theme, f"{who}-{name}"):
                    self._keep(self._page(who, theme), address, path)

    def public(self) -> None:
        """The pages for everybody, in both languages."""
        for theme in ("light", "dark"):
            page = self.watched.person(color_scheme=theme, viewport={"width": 1280, "height": 800})
            for language in ("en", "es"):
                for name in PUBLIC:
                    if path := self._place("released", theme, f"public-{name}-{language}"):
                        self._keep(page, reverse(f"web:{name}", args=[language]), path)
            if path := self._place("released", theme, "public-sign-in"):
                self._keep(page, "/accounts/login/", path)

    def _addresses(self, matter: Matter, only: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        record = matter.records.get()
        ids = {"matter": matter.pk, "paper": matter.instruments.get().pk, "record": record.pk, "": None}
        for name, (roles, kind) in PAGES.items():
            if not only or name in only:
                for who in roles:
                    yield who, name, reverse(f"web:{name}", args=[ids[kind]] if kind else [])
        for who in ("officer", "counsel"):
            yield who, "review", reverse("web:review", args=[record.pk])
            yield who, "release", reverse("web:release", args=[matter.pk])

    def _page(self, who: str, theme: str) -> Any:
        if (who, theme) not in self.pages:
            key = signed_in(self.city.people[who]).cookies["sessionid"].value
            self.pages[who, theme] = self.watched.person(
                {"sessionid": key}, color_scheme=theme, viewport={"width": 1280, "height": 800}
            )
        return self.pages[who, theme]

    def _place(self, stage: str, theme: str, name: str) -> Path | None:
        """Where the picture goes; None where only those of the guides are made and it is none of them."""
        if self.folder:
            return Path(self.folder) / stage / theme / f"{name}.png"
        guide = next((guide for guide, place in GUIDES.items() if place == (stage, name)), None)
        return IMAGES / f"{guide}.png" if guide and theme == "light" else None

    def _keep(self, page: Any, address: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        page.goto(address, wait_until="load")
        page.screenshot(path=str(path), full_page="review" not in path.stem, caret="initial")
        with Image.open(path) as picture:
            tall = LONGEST if path.parent == IMAGES else picture.height
            shown = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, tall)))
        shown.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
