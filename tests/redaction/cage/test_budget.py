"""All steps of one file share one account of processor time."""

from __future__ import annotations

import sys
from dataclasses import asdict

import pytest

from redaction import bench_set, pipeline, sandbox
from redaction.cage import budget
from redaction.cage.budget import Account, account
from redaction.intake import Limits
from redaction.sandbox import AccountSpent, ChildDied, StepLimits
from redaction.types import Decisions

PDF = next(bench_set.papers(1, 1))
LOOK = {"as_received": True, "limits": asdict(Limits())}
BUSY = "import time\nwhile time.process_time() < {}: pass"
TEN = StepLimits(cpu_s=10, wall_s=60)


def busy(seconds: float) -> bytes:
    """A program in the cage that uses so much processor time."""
    return sandbox.run_program([sys.executable, "-I", "-c", BUSY.format(seconds)], b"", TEN)


def test_the_roomiest_step_says_how_much_all_may_use() -> None:
    one = Account()
    assert one.grant(22) == 22
    one.used_s += 20
    assert one.grant(22) == 2
    assert one.grant(60) == 40
    assert one.grant(1) == 1


def test_a_file_that_is_slow_at_every_step_is_not_given_the_limit_of_each() -> None:
    with account(Account(allowed_s=10, used_s=9.5)):
        with pytest.raises(ChildDied) as died:
            busy(3)  # within its own limit, but the file has less left
        assert died.value.cause == "cpu"
        with pytest.raises(AccountSpent, match="child_failed"):
            busy(0.1)
    with account() as own:
        busy(0.2)  # the next file
    assert own.used_s >= 0.2


def test_a_step_that_takes_all_that_is_left_ends_with_the_account() -> None:
    """And not with a reason of its own: it had less time than it needs."""
    pages, long = 200, bench_set.long_paper(3, 200)
    arguments = {"pages": list(range(1, pages + 1))}
    with account(Account(allowed_s=22, used_s=21.5)), pytest.raises(AccountSpent):
        sandbox.run("read_pages", arguments, [long])


@pytest.mark.parametrize("step, arguments", [("look", LOOK), ("kind", {"media_type": "text/plain"} | LOOK)])
def test_a_child_of_the_warm_cage_and_one_of_its_own_are_both_charged(
    step: str, arguments: dict[str, object]
) -> None:
    with account() as own:
        sandbox.run(step, arguments, [PDF if step == "look" else b"A note about a bench in the park.\n"])
    assert 0 < own.used_s < 20


def test_accounts_within_one_another_pay_for_themselves() -> None:
    with account() as outer:
        with account() as inner:
            sandbox.run("look", LOOK, [PDF])
        paid = outer.used_s
        sandbox.run("look", LOOK, [PDF])
    assert inner.used_s > 0 == paid < outer.used_s


def test_every_step_of_a_file_is_paid_from_one_account(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.pdf").write_bytes(PDF)
    seen: dict[str, Account | None] = {}

    def telling(step, *arguments, **more):
        seen[step] = budget._open.get()
        return run_step(step, *arguments, **more)

    run_step = sandbox.run
    monkeypatch.setattr(sandbox, "run", telling)
    pipeline.redact(
        tmp_path / "in.pdf",
        tmp_path / "out.pdf",
        decisions=Decisions(),
        attended=False,
        requester=None,
        index_key=bytes(32),
    )
    assert {"look", "normalise", "places", "read_pages", "detect", "burn", "burn_again", "verify"} <= set(
        seen
    )
    assert len({id(one) for one in seen.values()}) == 1
    assert None not in seen.values()
    assert budget._open.get() is None


def test_pictures_are_paid_from_one_account_that_is_closed_between_them(tmp_path) -> None:
    (tmp_path / "in.pdf").write_bytes(PDF)
    drawn = pipeline.page_images(tmp_path / "in.pdf", dpi=36)
    next(drawn)
    assert budget._open.get() is None
