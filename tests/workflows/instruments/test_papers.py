"""Labelled papers by authors who wrote no rule: no wrong opening, and the bars of workflow.md 6.

`papers/p` was read while the rules grew; of `papers/q` only totals were ever looked at.
"""

from __future__ import annotations

import pytest

from tests.workflows.instruments.score import DATES, PAPERS, Score, score

FLOORS = {
    # folder: (kind right, docket, signer and dates right)
    "p": (0.95, 0.97),
    "q": (0.95, 0.93),
}
TEXTS_A_SECOND = 20


@pytest.fixture(scope="module", params=sorted(FLOORS))
def measured(request: pytest.FixtureRequest) -> tuple[str, Score]:
    folder = PAPERS / request.param
    total = score(folder)
    assert total.papers >= 150, "the papers are part of the repository"
    return request.param, total


def test_no_paper_opens_that_must_stay_closed(measured: tuple[str, Score]) -> None:
    assert measured[1].wrong_opens == 0


def test_the_kind_is_right(measured: tuple[str, Score]) -> None:
    assert measured[1].share("type") >= FLOORS[measured[0]][0]


def test_docket_signer_and_dates_are_right(measured: tuple[str, Score]) -> None:
    assert measured[1].share("docket", "signer", *DATES) >= FLOORS[measured[0]][1]


def test_twenty_texts_a_second_are_read(measured: tuple[str, Score]) -> None:
    assert measured[1].papers / measured[1].seconds >= TEXTS_A_SECOND
