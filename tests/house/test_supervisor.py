"""All programs run or none does, and nothing is left behind. Real processes throughout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gateway.process.supervisor import (
    Died,
    Late,
    Program,
    Stopped,
    Supervisor,
    run_aside,
    stop_on_signal,
)

ROOT = Path(__file__).resolve().parents[2]
IDLE = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
WITH_CHILD = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
)


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path / "logs", dict(os.environ))
    yield made
    made.stop()


def members(group: int) -> list[str]:
    """Return the living processes of a group (dead ones that nobody has collected do not count)."""
    listing = subprocess.run(
        ["ps", "-e", "-o", "pgid=,stat=,pid="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listing.stdout.splitlines()]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


def wait_for(condition, limit_s: float = 20.0) -> bool:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_stop_ends_the_programs_and_their_children(supervisor) -> None:
    supervisor.start([Program("a", python(WITH_CHILD.format(child=IDLE)), lambda: True)])
    group = supervisor.running["a"].pid
    assert wait_for(lambda: len(members(group)) == 2)

    supervisor.stop()

    assert members(group) == []


def test_a_grandchild_in_a_session_of_its_own_is_killed_after_the_grace(
    supervisor, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr("gateway.process.supervisor.GRACE_S", 0.5)
    note = tmp_path / "pid"
    source = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-c', {IDLE!r}], start_new_session=True);"
        f"open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(600)"
    )
    supervisor.start([Program("a", python(source), lambda: True)])
    assert wait_for(lambda: note.exists() and note.read_text())
    caged = int(note.read_text())
    assert members(caged)

    supervisor.stop()

    assert wait_for(lambda: members(caged) == [])


def test_a_program_that_ignores_term_is_killed_after_the_grace(supervisor, monkeypatch) -> None:
    monkeypatch.setattr("gateway.process.supervisor.GRACE_S", 0.5)
    supervisor.start([Program("a", python(WITH_CHILD.format(child=STUBBORN)), lambda: True)])
    group = supervisor.running["a"].pid
    assert wait_for(lambda: len(members(group)) == 2)

    supervisor.stop()

    assert wait_for(lambda: members(group) == [])


@pytest.mark.parametrize(
    "end, said", [("raise SystemExit(3)", "exit 3"), ("import os; os.kill(os.getpid(), 9)", "SIGKILL")]
)
def test_the_end_of_one_is_reported_with_its_name(supervisor, end, said) -> None:
    supervisor.start([Program("a", python(IDLE), lambda: True), Program("b", python(end), lambda: True)])

    with pytest.raises(Died, match=rf"b ended by itself \({'signal ' if said == 'SIGKILL' else ''}{said}\)"):
        supervisor.watch()


def test_a_program_that_dies_while_others_are_awaited_ends_the_wait(supervisor) -> None:
    programs = [
        Program("a", python(IDLE), lambda: False),
        Program("b", python("raise SystemExit(1)"), lambda: False),
    ]
    supervisor.start(programs)

    with pytest.raises(Died, match="^b "):
        supervisor.wait_until_all_answer(programs, 30, lambda _: None)


def test_a_program_that_never_answers_is_named(supervisor) -> None:
    programs = [Program("a", python(IDLE), lambda: True), Program("mute", python(IDLE), lambda: False)]
    supervisor.start(programs)

    with pytest.raises(Late, match="mute$"):
        supervisor.wait_until_all_answer(programs, 0.5, lambda _: None)


def test_logs_are_ours_alone(supervisor, tmp_path) -> None:
    supervisor.start([Program("a", python("print('here', flush=True);" + IDLE), lambda: True)])
    log = tmp_path / "logs" / "a.log"

    assert wait_for(lambda: log.read_text() == "here\n")
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


SCRIPT = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from gateway.process.supervisor import Program, Stopped, Supervisor, stop_on_signal

    supervisor = Supervisor(Path(sys.argv[1]), dict(os.environ))
    programs = [Program("a", [sys.executable, "-c", {idle!r}], lambda: True)]
    try:
        with stop_on_signal():
            supervisor.start(programs)
            print(supervisor.running["a"].pid, flush=True)
            supervisor.watch()
    except Stopped:
        supervisor.stop()
        print("stopped", flush=True)
""").format(idle=IDLE)


def supervised(tmp_path) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [*python(SCRIPT), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return process, int(process.stdout.readline())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_stop_signal_is_an_orderly_stop_even_when_it_comes_twice(tmp_path, number) -> None:
    process, group = supervised(tmp_path)

    process.send_signal(number)
    process.send_signal(number)

    assert process.stdout.read() == "stopped\n"
    assert process.wait(30) == 0
    assert members(group) == []


def test_the_programs_end_even_when_the_supervisor_is_killed(tmp_path) -> None:
    process, group = supervised(tmp_path)

    process.kill()
    process.wait()
    process.stdout.close()

    assert wait_for(lambda: members(group) == [])


class StoppedWhileStarting(subprocess.Popen):
    """A program whose start is hit by a stop signal at the worst moment: it runs, and nobody knows it."""

    made: list[int] = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.made.append(self.pid)
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_stop_while_a_command_starts_leaves_no_orphan(monkeypatch) -> None:
    monkeypatch.setattr(StoppedWhileStarting, "made", [])
    monkeypatch.setattr(subprocess, "Popen", StoppedWhileStarting)

    with pytest.raises(Stopped), stop_on_signal():
        run_aside(python(IDLE), dict(os.environ))

    (group,) = StoppedWhileStarting.made
    assert members(group) == []


def test_a_stop_while_programs_start_is_heard_when_the_started_one_is_known(supervisor, monkeypatch) -> None:
    monkeypatch.setattr(StoppedWhileStarting, "made", [])
    programs = [Program(name, python(IDLE), lambda: True) for name in ("a", "b")]
    with monkeypatch.context() as during:
        during.setattr(subprocess, "Popen", StoppedWhileStarting)
        with pytest.raises(Stopped), stop_on_signal():
            supervisor.start(programs)

    assert [process.pid for process in supervisor.running.values()] == StoppedWhileStarting.made
    assert list(supervisor.running) == ["a"]
