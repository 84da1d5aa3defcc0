"""Labelled papers by authors who wrote no rule, against the bars of workflow.md 6.

`papers/p` was read while the rules grew. `papers/q` was kept apart until the rules held there as
docs/instruments.md tells, and was read then; what holds there is asserted as well. `papers/v` was opened on
27 November 2026. Those of `papers/w`, `papers/x` and `papers/y` were never read, those of `x` and `y` written
from the law alone by authors who opened no rule; their bounds are what was measured.
"""

from __future__ import annotations

import pytest

from tests.workflows.instruments.score import DATES, PAPERS, Score, score

KIND_RIGHT, FIELDS_RIGHT, FIELDS_RIGHT_APART = 0.95, 0.97, 0.96
KIND_RIGHT_UNREAD, FIELDS_RIGHT_UNREAD = 0.94, 0.95
SUBJECTS_RIGHT, SUBJECTS_RIGHT_UNREAD = 0.93, 0.85


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
def opened() -> Score:
    return score(PAPERS / "v", last=90)


@pytest.fixture(scope="module")
def newest() -> Score:
    return score(PAPERS / "x")


@pytest.fixture(scope="module")
def written_apart() -> Score:
    return score(PAPERS / "y")


def test_both_folders_are_there(seen: Score, apart: Score) -> None:
    assert min(seen.papers, apart.papers) >= 150


def test_no_paper_opens_that_must_stay_closed(
    seen: Score, apart: Score, unread: Score, newest: Score, opened: Score, written_apart: Score
) -> None:
    assert newest.papers >= 70
    assert written_apart.papers >= 90
    for papers in (seen, apart, unread, newest, opened, written_apart):
        assert papers.wrong_opens == 0


def test_papers_that_nobody_read_keep_what_was_measured(unread: Score, newest: Score) -> None:
    assert unread.papers + newest.papers >= 170
    for half in (unread, newest):
        assert half.share("type") >= KIND_RIGHT_UNREAD
        assert half.share("docket", "signer", *DATES) >= FIELDS_RIGHT_UNREAD


def test_most_papers_that_bind_are_read_as_such(seen: Score, opened: Score) -> None:
    for folder in (seen, opened):
        assert folder.opens_read >= 0.9 * folder.opens_asked


def test_most_people_are_found_whom_a_paper_is_about(seen: Score, opened: Score, newest: Score) -> None:
    assert min(folder.share("subjects") for folder in (seen, opened)) >= SUBJECTS_RIGHT
    assert newest.share("subjects") >= SUBJECTS_RIGHT_UNREAD


def test_the_kind_is_right(seen: Score, apart: Score, opened: Score) -> None:
    assert min(seen.share("type"), opened.share("type")) >= KIND_RIGHT
    assert apart.share("type") >= KIND_RIGHT


def test_docket_signer_and_dates_are_right(seen: Score, apart: Score, opened: Score) -> None:
    assert opened.share("docket", "signer", *DATES) >= FIELDS_RIGHT
    assert seen.share("docket", "signer", *DATES) >= FIELDS_RIGHT
    assert apart.share("docket", "signer", *DATES) >= FIELDS_RIGHT_APART
