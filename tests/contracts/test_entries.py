"""Whatever is asked through a page leaves an entry, and none holds a word of what was typed (E12, E7, T31).

A reader who presses every button: each form of each page is filled with canary values and sent, by whoever
of the desk sees it. Then every address that changes something and was not reached so is asked with nothing
typed, by somebody who knows the matter and by a stranger. The API has its table (test_matrix), pages that
are only read have theirs (test_pages). An address with neither a form nor a page is found by its route.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, URLPattern, resolve, reverse
from django.utils import timezone

from gateway.accounts.answered import LEFT_OUT
from gateway.api.urls import urlpatterns as api_patterns
from gateway.web import signin
from gateway.web.urls import addresses
from tests import factories
from tests.canaries import CANARIES, FILES, detected, in_the_log, values_of_bodies
from tests.gateway import left, sheets
from tests.gateway.web.conftest import signed_in
from tests.gateway.web.test_pages import PAGES
from workflows.audit.models import Entry
from workflows.flow import papers as paper_acts
from workflows.flow.scoping import set_scope

# After all else: these end sessions of people of this walk.
OFF = ("switch_off", "agree_account")
LAST = frozenset(
    {"refuse", "brief_refuse", "move", "seal", "end", "end_basis"}
)  # these close what others need
DESK = ("officer", "counsel", "verifier")


@dataclass
class Form:
    """A form of a page: where it goes, and what its fields take."""

    action: str
    fields: list[dict[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Every form of a page that is sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.open: Form | None = None
        self.choice: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self.open:
                self.found.append(self.open)
        elif self.open and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.open.fields.append({"tag": tag, **given})
            self.choice = self.open.fields[-1] if tag == "select" else self.choice
        elif self.open and tag == "option" and self.choice is not None and given.get("value"):
            self.choice["value"] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


class Reader:
    """Fills in whatever is asked with canaries, one after the other."""

    def __init__(self) -> None:
        self.canaries = itertools.cycle(CANARIES)
        self.typed: set[str] = set()

    def filled(self, form: Form) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for one in form.fields:
            kind, name = one.get("type", one["tag"]), one["name"]
            if kind == "file":
                typed[name] = SimpleUploadedFile(FILES[0], sheets.sheet(), "application/pdf")
            elif kind in ("text", "textarea", "search", "email") and name != "code":
                typed[name] = self._next()
            elif kind == "date":
                typed[name] = timezone.localdate().isoformat()
            elif kind == "datetime-local":
                typed[name] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
            elif kind == "number":
                typed[name] = one.get("value") or "1"
            elif kind in ("checkbox", "radio"):
                typed.setdefault(name, one.get("value", "on"))
            elif kind in ("hidden", "select") and name != "csrfmiddlewaretoken":
                typed[name] = one.get("value", "")
        return typed

    def _next(self) -> str:
        one = next(self.canaries)
        self.typed.add(one)
        return one


def acts() -> dict[str, URLPattern]:
    """Every address of the staff's and agency's pages that changes something."""
    return {
        str(one.name): one
        for one in addresses()
        if isinstance(one, URLPattern)
        and not hasattr(one.callback, "shows")
        and f"web:{one.name}" not in LEFT_OUT
    }


def shown_elsewhere() -> list[URLPattern]:
    """Pages that test_pages does not open: those of one letter, contact or proof, images, files."""
    return [
        one
        for one in addresses()
        if isinstance(one, URLPattern) and hasattr(one.callback, "shows") and one.name not in PAGES
        and f"web:{one.name}" not in LEFT_OUT
    ]  # fmt: skip


def collecting(city: factories.City) -> dict[str, Any]:
    """A matter with a paper in force and a record, and the ids that addresses take."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    drafts = [draft for draft in factories.clauses() if draft.page == 1]
    set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)
    record = factories.take_in(city, matter, sheets.sheet())
    return {"matter_id": matter.pk, "paper_id": paper.pk, "record_id": record.pk}


def pages(ids: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each page with one of the people who see it."""
    kinds = {"matter": ids["matter_id"], "paper": ids["paper_id"], "record": ids["record_id"]}
    for name, (people, kind) in PAGES.items():
        for who in people if set(people) <= set(DESK) else people[:1]:
            yield who, reverse(f"web:{name}", args=[kinds[kind]] if kind else [])


def name_of(address: str) -> str:
    try:
        return str(resolve(address.partition("?")[0]).url_name)
    except Resolver404:
        return ""


def address_of(pattern: URLPattern, ids: dict[str, Any]) -> str:
    """The address with the ids at hand, and with ids that nothing has for all else."""
    values: dict[str, Any] = {}
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__
        absent = uuid.UUID(int=4) if kind == "UUIDConverter" else 7 if kind == "IntConverter" else "nothing"
        values[name] = ids.get(name, absent)
    return reverse(f"web:{pattern.name}", kwargs=values)


def test_every_form_leaves_an_entry_and_no_entry_holds_what_was_typed(city: factories.City) -> None:
    ids, reader = collecting(city), Reader()
    browsers: dict[str, Client] = {name: signed_in(person) for name, person in city.people.items()}
    sent: dict[str, set[int]] = {}
    silent: list[tuple[str, str, int]] = []

    def press(who: str, address: str, typed: dict[str, Any]) -> None:
        name = name_of(address)
        with left.entries() as written:
            answer = browsers[who].post(address, typed)
        sent.setdefault(name, set()).add(answer.status_code)
        if not written:
            silent.append((who, name, answer.status_code))

    later: list[tuple[str, str, dict[str, Any]]] = []
    for who, address in pages(ids):
        html = Forms()
        html.feed(browsers[who].get(address).content.decode())
        for form in html.found:
            target = form.action or address
            if not name_of(target) or target.startswith("/accounts/"):
                continue
            if name_of(target) in (*LAST, *OFF) or name_of(target) in sent:
                later.append((who, target, reader.filled(form)))
            else:
                press(who, target, reader.filled(form))
    for pattern in acts().values():
        if str(pattern.name) not in sent:
            press("officer", address_of(pattern, ids), {})
        press("officer2", address_of(pattern, ids), {})
    for pattern in shown_elsewhere():
        for who in ("officer", "officer2", "auditor", "client"):
            with left.entries() as written:
                answer = browsers[who].get(address_of(pattern, ids))
            if not written and answer.status_code != 302:  # the start page leads on, and reads nothing
                silent.append((who, str(pattern.name), answer.status_code))
    once = {name_of(target): (who, target, typed) for who, target, typed in later}
    for who, target, typed in sorted(once.values(), key=lambda one: name_of(one[1]) in OFF):
        press(who, target, typed)

    assert silent == []
    assert acts().keys() <= sent.keys()
    done = {name for name, statuses in sent.items() if 302 in statuses}
    assert len(done) >= 15, sorted(done)  # the walk does change things
    assert len(reader.typed) == len(CANARIES) >= 50
    factories.seal_log()
    assert Entry.objects.count() > 100
    assert in_the_log() == []
    assert detected(values_of_bodies()) == []


def test_what_leaves_no_entry_is_a_known_address_with_a_reason_and_names_nothing_of_a_matter() -> None:
    routes = {f"web:{one.name}": one for one in addresses() if isinstance(one, URLPattern)}
    known = routes.keys() | {str(one.name) for one in signin.urlpatterns} | {"healthz"}
    known |= {f"api:{one.name}" for one in api_patterns}
    assert LEFT_OUT.keys() <= known
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())
    for name in LEFT_OUT.keys() & routes.keys():
        assert not [taken for taken in routes[name].pattern.converters if taken.endswith("_id")]
