"""Callers of the API for tests of its rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import factories
from tests.gateway import callers, left


@pytest.fixture(autouse=True)
def changes_speak_for_themselves(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test here has changed through a page or the API has an entry of its own (rule E12)."""
    if "city" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("city")  # so that this ends before its tables are emptied
    yield
    assert left.changes_without_an_entry() == []


@pytest.fixture
def bureau(city: factories.City) -> callers.Program:
    """A client of the agency that asks, with a token."""
    return callers.program(city.agency)


@pytest.fixture
def ledgers(city: factories.City) -> callers.Program:
    """A client of another agency, with a token."""
    return callers.program(city.other_agency)


@pytest.fixture
def staff(city: factories.City) -> Callable[[str], callers.Member]:
    """`staff("officer")` is that person, signed in; the same session each time."""
    known: dict[str, callers.Member] = {}

    def signed_in(name: str) -> callers.Member:
        if name not in known:
            known[name] = callers.member(city.people[name])
        return known[name]

    return signed_in


@pytest.fixture
def nobody() -> callers.Caller:
    """A caller without any account."""
    return callers.Caller()
