"""Bounds of the review: what makes an entry worth a look, how many releases are sampled, when a week is late.

Pure data, read once from `data/review.yaml`.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "review.yaml"

# What becomes of a flag, in the words of its form.
DISPOSITIONS = {
    "explained": "There was a good reason, and it is written down.",
    "corrected": "It was a mistake, and it has been put right.",
    "referred": "It goes on elsewhere: to counsel, or to whoever employs the person.",
    "false_alarm": "The bound was crossed and nothing was behind it.",
}
# What a checker finds in a release of the sample.
FAULTS = {
    "status_left": "Status-related data was left in sight without an authorisation.",
    "out_of_scope": "Something was released that no clause of the paper covers.",
    "paper_unsound": "The paper should not have been accepted.",
    "wrong_recipient": "It went to somebody whom the paper does not name.",
    "over_withheld": "Something was withheld that the paper compels.",
    "log_gap": "The log does not show how the release came about.",
}


@dataclass(frozen=True, slots=True)
class Review:
    """The bounds; times as durations, lists as sets."""

    opens: dt.time
    closes: dt.time
    days: frozenset[int]
    closed: frozenset[tuple[int, int]]  # month and day
    readings: frozenset[str]
    most_an_hour: int
    own_times: int
    own_days: dt.timedelta
    own_hours_known: int
    own_least: int
    refusals: frozenset[str]
    refusals_number: int
    refusals_within: dt.timedelta
    refusals_left_out: frozenset[str]
    second_guards: frozenset[str]
    second_reasons: frozenset[str]
    expiry: dt.timedelta
    quick: dt.timedelta
    changes: frozenset[str]
    approvals: frozenset[str]
    new_right: dt.timedelta
    rights_given: frozenset[str]
    rights_used: frozenset[str]
    policy_settles: dt.timedelta
    clock_step: dt.timedelta
    lag: dt.timedelta
    failed: Mapping[str, str]
    sample_least: int
    sample_percent: int
    certainty_percent: int
    sign_off_due: dt.timedelta

    def in_hours(self, local: dt.datetime) -> bool:
        """True when the offices are open at this time of the city's own clock."""
        if local.weekday() not in self.days or (local.month, local.day) in self.closed:
            return False
        return self.opens <= local.time() < self.closes

    def sample_size(self, releases: int) -> int:
        """How many of so many releases are drawn: the share, but no fewer than the least."""
        share = -(-releases * self.sample_percent // 100)
        return min(releases, max(share, self.sample_least))


@functools.cache
def bounds() -> Review:
    """The bounds of this version of the program."""
    row = yaml.safe_load(DATA.read_text())
    hours, reading, refusals = row["hours"], row["reading"], row["refusals"]
    quick, right, sampling = row["quick_approval"], row["new_right"], row["sampling"]
    month_days = (day.split("-") for day in hours["closed"])
    return Review(
        opens=dt.time.fromisoformat(hours["from"]), closes=dt.time.fromisoformat(hours["until"]),
        days=frozenset(hours["days"]), closed=frozenset((int(m), int(d)) for m, d in month_days),
        readings=frozenset(reading["events"]), most_an_hour=reading["most_an_hour"],
        own_times=reading["own_times"], own_days=dt.timedelta(days=reading["own_days"]),
        own_hours_known=reading["own_hours_known"], own_least=reading["own_least"],
        refusals=frozenset(refusals["events"]), refusals_number=refusals["number"],
        refusals_within=dt.timedelta(hours=refusals["hours"]),
        refusals_left_out=frozenset(refusals["left_out"]),
        second_guards=frozenset(row["two_roles"]["guards"]),
        second_reasons=frozenset(row["two_roles"]["reasons"]),
        expiry=dt.timedelta(hours=row["expiry_hours"]), quick=dt.timedelta(seconds=quick["seconds"]),
        changes=frozenset(quick["changes"]), approvals=frozenset(quick["approvals"]),
        new_right=dt.timedelta(hours=right["hours"]), rights_given=frozenset(right["given"]),
        rights_used=frozenset(right["used"]),
        policy_settles=dt.timedelta(seconds=row["policy_settles_seconds"]),
        clock_step=dt.timedelta(seconds=row["clock_step_seconds"]),
        lag=dt.timedelta(seconds=row["lag_seconds"]), failed=row["failed"],
        sample_least=sampling["least"], sample_percent=sampling["percent"],
        certainty_percent=sampling["certainty_percent"],
        sign_off_due=dt.timedelta(days=row["sign_off_due_days"]),
    )  # fmt: skip
