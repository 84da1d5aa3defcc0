"""C3: of many sabotaged outputs none leaves. 60 of them here; `GATEWAY_SCALE=full` makes 500."""

from __future__ import annotations

import os
import random

import pytest

from redaction.verify import check
from tests.redaction.verify import forge, sabotage

COUNT = 500 if os.environ.get("GATEWAY_SCALE") == "full" else 60
SEED = 20260411


def refused(made: sabotage.Made) -> bool:
    output, report, more = made
    return any(one.result != "pass" for one in check(output, report, key=forge.KEY, **more))


def test_what_is_sabotaged_was_sound():
    """Else a refusal would say nothing."""
    for seed, codec in enumerate(sabotage.CODECS):
        output, report, more = sabotage.made(sabotage.sound(random.Random(seed), codec=codec))
        found = check(output, report, key=forge.KEY, **more)
        assert {one.id: one.detail for one in found if one.result != "pass"} == {}


@pytest.mark.parametrize("spoil", sabotage.KINDS, ids=lambda spoil: spoil.__name__)
def test_every_sabotage_of_a_kind_is_refused(spoil):
    place = sabotage.KINDS.index(spoil)
    share = range(place, COUNT, len(sabotage.KINDS))
    assert len(share) >= 2

    passed = [number for number in share if not refused(spoil(random.Random(f"{SEED} {number}")))]

    assert passed == []  # numbers of the seeds that got through
