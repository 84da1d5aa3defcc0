"""Kinds of work made for tests, and people who ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.accounts.models import Person, Role
from workflows.jobs import registry


@pytest.fixture
def officer(db) -> Person:
    """A records officer."""
    return Person.objects.create_user("officer@city.test", name="Ada Okonjo", role=Role.OFFICER)


@pytest.fixture
def kind() -> Any:
    """Register work of the kind `test.NAME` from plain functions; forgotten again after the test."""
    made: list[str] = []

    def make(
        name: str = "quick",
        *,
        work: Callable[[str, Any], Any] = lambda subject, ctx: subject.upper(),
        save: Callable[[str, Any, Any], None] = lambda subject, outcome, ctx: None,
        may: Callable[[str, Any], bool] = lambda subject, actor: True,
        queue: str = "read",
        codes: frozenset[str] = frozenset(),
    ) -> str:
        full = f"test.{name}"
        parts = {"work": staticmethod(work), "save": staticmethod(save), "may": staticmethod(may)}
        registry.handler(full, queue=queue, codes=codes)(type(f"Test_{name}", (), parts))
        made.append(full)
        return full

    yield make
    for full in made:
        del registry.HANDLERS[full]
