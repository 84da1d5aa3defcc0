"""Browsers of the test city, and a matter in collection that no file had to be read for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests import factories
from workflows.flow import papers as paper_acts
from workflows.flow.scoping import set_scope
from workflows.matters.models import Matter

SignedIn = Callable[..., Client]


def signed_in(person: Any, *, factor_age_s: float | None = 0.0, csrf: bool = False) -> Client:
    """A client with this person's session; with `factor_age_s` None no second factor was proved."""
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[1])
    session = client.session
    proofs: list[dict[str, Any]] = [{"method": "password", "at": time.time()}]
    if factor_age_s is not None:
        proofs.append({"method": "mfa", "type": "totp", "id": 1, "at": time.time() - factor_age_s})
    session["account_authentication_methods"] = proofs
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


@pytest.fixture
def as_person(city: factories.City) -> SignedIn:
    """`as_person("officer")` is a browser of that person."""

    def browser(name: str, **options: Any) -> Client:
        return signed_in(city.people[name], **options)

    return browser


@pytest.fixture
def collecting(city: factories.City) -> Matter:
    """A matter whose paper is in force and scoped: its first page was read by people alone."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    drafts = [draft for draft in factories.clauses() if draft.page == 1]
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)
