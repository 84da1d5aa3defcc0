"""A warm cage saves time and nothing else: each step still has a child of its own, closed as before."""

from __future__ import annotations

import io
import os
import signal
import threading
from dataclasses import asdict

import pikepdf
import pytest

from redaction import sandbox
from redaction.bench_set import papers
from redaction.cage import warm
from redaction.intake import Limits
from redaction.sandbox import ChildDied, StepLimits

PDF = next(papers(1, 1))
LOOK = {"as_received": True, "limits": asdict(Limits())}


def the_cage() -> warm.WarmCage:
    """The warm cage of the level in use; started if there is none."""
    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2
    found = sandbox._cages.of(sandbox.level(), lambda: None)
    assert found is not None
    return found


@pytest.fixture
def cage():
    """The warm cage of the strongest level, kept from test to test."""
    return the_cage()


@pytest.fixture(scope="module", autouse=True)
def _none_is_left():
    sandbox.forget_self_test()
    yield
    sandbox.forget_self_test()


def children_of(process: int) -> set[int]:
    """Every process below one."""
    below: dict[int, set[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        below.setdefault(parent, set()).add(int(entry))
    found, waiting = set(), [process]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            found.add(child)
            waiting.append(child)
    return found


def test_the_steps_of_the_main_way_are_done_in_it(cage):
    before = sandbox.warm_use()[0]

    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2
    assert sandbox.warm_use()[0] > before
    assert sandbox.warm_use()[1] > 1000


@pytest.mark.parametrize("path", [os.environ.get("PATH", ""), "/nonexistent"], ids=["bubblewrap", "without"])
def test_its_children_are_closed_as_any_other_and_can_leave_nothing(path, monkeypatch):
    monkeypatch.setenv("PATH", path)
    how, cage = sandbox._strongest(), the_cage()
    fresh = sandbox._run_step(how, "self_test", {}, (), StepLimits()).value
    warmed = sandbox._run_step(how, "self_test", {}, (), StepLimits(), cage).value

    assert warmed | {"leaves_files": None} == fresh | {"leaves_files": None}
    assert warmed["leaves_files"] is False
    assert sandbox._problem_with(how, cage) is None


def test_a_child_that_crashes_is_named_and_the_next_one_answers(cage):
    with pikepdf.new() as many:  # work for a second: the kernel looks at the clock now and then only
        for _ in range(3000):
            many.add_blank_page()
        many.save(long := io.BytesIO())
    with pytest.raises(ChildDied) as died:
        sandbox.run("look", LOOK, [long.getvalue()], StepLimits(cpu_s=0))
    assert died.value.cause in ("cpu", "killed")

    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2
    assert sandbox._cages.of(sandbox.level(), lambda: None) is cage


def test_a_child_that_takes_too_long_ends_with_its_cage_and_another_cage_follows(cage):
    below = {cage.process.pid} | children_of(cage.process.pid)

    with pytest.raises(ChildDied) as died:
        sandbox.run("look", LOOK, [PDF], StepLimits(wall_s=0.0001))

    assert died.value.cause == "timeout"
    assert cage.process.poll() is not None
    assert not below & children_of(os.getpid())
    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2


def test_a_cage_that_is_gone_costs_no_step(cage):
    os.killpg(cage.process.pid, signal.SIGKILL)
    cage.process.wait()

    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2


def test_who_finds_it_busy_takes_a_fresh_cage(cage):
    answers = []
    with cage.free:
        other = threading.Thread(target=lambda: answers.append(sandbox.run("look", LOOK, [PDF])))
        other.start()
        other.join()

    assert answers[0].value["pikepdf"] == 2


def test_a_forked_process_leaves_the_cage_of_its_parent_alone(cage):
    child = os.fork()
    if child == 0:
        try:
            answer = sandbox.run("look", LOOK, [PDF]).value["pikepdf"]
            other = sandbox._cages.of(sandbox.level(), lambda: None)
            other.end()
            os._exit(0 if answer == 2 and other.process.pid != cage.process.pid else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert cage.process.poll() is None
    assert sandbox.run("look", LOOK, [PDF]).value["pikepdf"] == 2


def test_a_program_that_is_no_fork_server_is_no_cage():
    with pytest.raises(warm.Gone):
        warm.start(["/bin/true"], {"environment": {}})
