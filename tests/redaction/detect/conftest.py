"""The ruleset, loaded once."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, load


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return load()
