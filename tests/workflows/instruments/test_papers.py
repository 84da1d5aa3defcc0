"""Labelled papers by authors who wrote no rule, against the bars of workflow.md 6.

`papers/p` was read while the rules grew. `papers/q` was kept apart until the rules held there as
docs/instruments.md tells, and was read then; what holds there is asserted as well. The papers of `papers/v`
and `papers/w` were never read; their bounds are what was measured. Those of `papers/x` were written from
the law alone by an author who knew no rule: of them only the safe bound is asked.
"""

from __future__ import annotations

import pytest

from tests.workflows.instruments.score import DATES, PAPERS, Score, score

KIND_RIGHT, FIELDS_RIGHT, FIELDS_RIGHT_APART = 0.95, 0.97, 0.96
KIND_RIGHT_UNREAD, FIELDS_RIGHT_UNREAD = 0.94, 0.95


@pytest.fixture(scope="module")
def seen() -> Score:
    return score(PAPERS / "p")


@pytest.fixture(scope="module")
def apart() -> Score:
    return score(PAPERS / "q")


@pytest.fixture(scope="module")
def unread() -> Score:
    return score(PAPERS / "w", last=100)


@pytest.fixture(scope="module")
def newest() -> Score:
    return score(PAPERS / "v", last=90)


@pytest.fixture(scope="module")
def from_the_law() -> Score:
    return score(PAPERS / "x")


def test_both_folders_are_there(seen: Score, apart: Score) -> None:
    assert min(seen.papers, apart.papers) >= 150


def test_no_paper_opens_that_must_stay_closed(
    seen: Score, apart: Score, unread: Score, newest: Score, from_the_law: Score
) -> None:
    assert from_the_law.papers >= 70
    for papers in (seen, apart, unread, newest, from_the_law):
        assert papers.wrong_opens == 0


def test_papers_that_nobody_read_keep_what_was_measured(unread: Score, newest: Score) -> None:
    assert unread.papers + newest.papers >= 170
    for half in (unread, newest):
        assert half.share("type") >= KIND_RIGHT_UNREAD
        assert half.share("docket", "signer", *DATES) >= FIELDS_RIGHT_UNREAD


def test_most_papers_that_bind_are_read_as_such(seen: Score) -> None:
    assert seen.opens_read >= 0.9 * seen.opens_asked


def test_the_kind_is_right(seen: Score, apart: Score) -> None:
    assert seen.share("type") >= KIND_RIGHT
    assert apart.share("type") >= KIND_RIGHT


def test_docket_signer_and_dates_are_right(seen: Score, apart: Score) -> None:
    assert seen.share("docket", "signer", *DATES) >= FIELDS_RIGHT
    assert apart.share("docket", "signer", *DATES) >= FIELDS_RIGHT_APART
