"""The command that measures the log's bars says plainly which of them hold."""

from __future__ import annotations

import pytest

from tests.benchmarks.evidence import main, verdicts

SMALL, LARGE = 10_000, 1_000_000


def rates(small: int, large: int) -> dict[int, dict[str, int]]:
    return {SMALL: {"per_cpu_s": small}, LARGE: {"per_cpu_s": large}}


def figures() -> dict:
    checks = {
        size: {
            "verify_audit": {"per_cpu_s": 40_000},
            "verify_bundle": {"per_cpu_s": 60_000, "peak_mib": 250},
            "hashes": {"per_cpu_s": 500_000},
        }
        for size in (SMALL, LARGE)
    }
    proof = {"path_made_cpu_ms": 0.7, "checked_ms": 0.02, "hashes": 20, "file_bytes": 1400}
    return {"log": {"sealing": rates(20_000, 18_000), "verifying": checks, "proving": proof}}


def test_every_bar_of_a_good_log_holds() -> None:
    said = verdicts(figures())
    assert len(said) == 13 and all(one["holds"] for one in said)


@pytest.mark.parametrize(
    "bar, place, name, value",
    [
        ("sequencer, entries per second", ("sealing", LARGE), "per_cpu_s", 14_999),
        ("its cost at 1000000 over 10000", ("sealing", SMALL), "per_cpu_s", 23_500),
        ("verify_audit, entries per second", ("verifying", LARGE, "verify_audit"), "per_cpu_s", 29_999),
        ("proof made, ms", ("proving",), "path_made_cpu_ms", 2.1),
        ("proof with one cosignature, bytes", ("proving",), "file_bytes", 1537),
    ],
)
def test_a_bar_that_is_missed_is_said_to_be_missed(bar: str, place: tuple, name: str, value: float) -> None:
    found = figures()
    part = found["log"]
    for step in place:
        part = part[step]
    part[name] = value
    assert bar in [one["bar"] for one in verdicts(found) if not one["holds"]]


@pytest.mark.parametrize("words", [["--size", "12345"], ["--only", "nothing"], ["--rounds", "0"]])
def test_wrong_words_measure_nothing(words: list[str], capsys) -> None:
    assert main(words) == 2
    assert capsys.readouterr().out == ""
