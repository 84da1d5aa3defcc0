"""Damaged files, by bytes, by tokens and by objects: each ends in a stated way, and none is verified
that another parser reads otherwise.

60 here; 1,000 with `GATEWAY_SCALE=full`; `just mutants 10000` for more.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from redaction.sandbox import Reply
from tests.corpus import bases, damaged
from tests.corpus.mutator import Mutant, mutant

pytestmark = [pytest.mark.slow, pytest.mark.full]

FOUND = (
    1636,  # a page a thousandth of a point wide
    1823,  # annotations that PDFium does not find, and so draws into no page
)
COUNT = 1_000 if os.environ.get("GATEWAY_SCALE") == "full" else 60


def test_every_damaged_file_ends_in_a_stated_way(samples: Path):
    tally = damaged.run(range(COUNT), bases.every(samples))

    assert tally.wrong == []
    assert tally.runs == sum(tally.outcomes.values()) == COUNT
    assert tally.slowest_s < damaged.STUCK_S
    # Damage of every depth: some is mended alike by all parsers, some ends at the door.
    assert {"verified", "page_count_mismatch", "malformed"} <= set(tally.outcomes)


def test_what_longer_runs_have_found_stays_mended(samples: Path):
    found = damaged.run(FOUND, bases.every(samples))

    assert found.wrong == []
    assert found.outcomes == {"page_failed": 1, "parsers_disagree": 1}


def test_a_seed_makes_its_file_again():
    files = bases.every()
    ways = {mutant(seed, files).way for seed in range(40)}

    assert ways == {"of_bytes", "of_tokens", "of_objects"}
    for seed in range(40):
        assert mutant(seed, files) == mutant(seed, bases.every())


SOUND = {
    "exit": 0,
    "pages_by_parser": {"pdfium": 1, "pikepdf": 1},
    "assertions": [],
    "pages": [{"boxes": []}],
}
PAGE = bases.plain()


@pytest.mark.parametrize(
    "outcome, changes, output, said",
    [
        ("internal", {"exit": 1}, b"", "no stated reason: internal"),
        ("malformed", {"exit": 0}, b"", "no stated reason: malformed"),
        ("malformed", {"exit": 4}, PAGE, "no stated reason: malformed"),
        ("verified", {"pages_by_parser": {"pdfium": 1, "pikepdf": 2}}, PAGE, "disagree on pages"),
        ("verified", {"assertions": [{"result": "fail"}]}, PAGE, "an assertion failed"),
        ("verified", {}, b"", "output unreadable"),
        ("verified", {"pages": [{}, {}]}, PAGE, "output unreadable"),
        ("verified", {}, PAGE, "secret in the output"),
        ("verified", {}, PAGE, "text that was not searched"),
    ],
)
def test_a_broken_promise_is_named(outcome, changes, output, said):
    damaged.searched.clear()

    found = damaged.broken(PAGE, outcome, SOUND | changes, output)

    assert any(said in one for one in found)


def test_a_file_that_ends_its_process_is_run_again_in_children(tmp_path, monkeypatch):
    def dies(*_: object) -> Reply:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(damaged, "_step_here", dies)
    tmp_path.joinpath("bin").mkdir()
    one = Mutant(0, "none", "of_bytes", b"%PDF-1.7\nnothing more")

    pipe, process = damaged._start(one, tmp_path)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)

    assert damaged._finish(pipe, process) is None
    assert damaged._in_children(one, tmp_path)["outcome"] == "malformed"
