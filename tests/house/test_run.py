"""`./run` as a person meets it: ready, stopped, started again, interrupted. Real processes, real data.

The tests share one data folder and run in order in one process; the first start is paid once.
"""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
ROOT = Path(__file__).resolve().parents[2]
ROLES = ("officer", "officer2", "verifier", "counsel", "counsel2", "auditor", "auditor2", "admin", "admin2")
READY = re.compile(
    r"READY (http://127\.0\.0\.1:\d+/) " + " ".join(rf"{role}@demo\.test" for role in ROLES)
    + r" password=(\S+) file=(\S+)\n"
)  # fmt: skip
STOP_LIMIT_S = 25


class Run:
    """One `./run`: its process, and what it has said so far."""

    def __init__(self, data: Path, *words: str, root: Path = ROOT) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")}
        for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BROKER_URL", "PYTHONPATH"):
            clean.pop(name, None)
        self.data = data
        self.out, self.err = data.with_suffix(".out"), data.with_suffix(".err")
        self.process = subprocess.Popen(
            [str(root / "run"), "--port", "0", "--data", str(data), *words], cwd=root, env=clean,
            stdin=subprocess.DEVNULL, stdout=self.out.open("w"), stderr=self.err.open("w"),
            start_new_session=True,
        )  # fmt: skip

    def wait_for(self, condition: Callable[[], bool], limit_s: float = 300) -> None:
        end = time.monotonic() + limit_s
        while not condition():
            code = self.process.poll()
            assert code is None, f"ended with {code}: {self.err.read_text()[-2000:]}"
            assert time.monotonic() < end, f"still waiting: {self.err.read_text()[-2000:]}"
            time.sleep(0.05)

    def ready(self) -> re.Match[str]:
        """Wait for the ready line, which is all that standard output ever holds."""
        self.wait_for(lambda: self.out.read_text().endswith("\n"))
        found = READY.fullmatch(self.out.read_text())
        assert found, self.out.read_text()
        return found

    def said(self, words: str) -> bool:
        return words in self.err.read_text()

    def stop(self, number: int) -> tuple[int, float]:
        """Send a signal to the one process and return its exit code and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(60), time.monotonic() - began

    def left(self) -> list[str]:
        """Return the command lines of processes that know our data folder and have not ended."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.data).encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return [line for line in found if line]

    def program(self, words: str) -> int:
        """Return the number of the oldest process of ours whose command line holds these words."""
        listing = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        ours = [int(line.split()[0]) for line in listing.splitlines() if words in line]
        mine = [pid for pid in ours if str(self.data).encode() in Path(f"/proc/{pid}/environ").read_bytes()]
        return min(mine)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "city"


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Run]]:
    """Start `./run` on the shared data folder; whatever still runs at the end is killed."""
    made: list[Run] = []

    def begin(*words: str) -> Run:
        made.append(Run(data, *words))
        return made[-1]

    yield begin
    for run in made:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)


def manage(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_") and k != "DJANGO_SETTINGS_MODULE"
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words, "--data", str(data)], cwd=ROOT, env=clean, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_builds_the_city_and_everything_answers(start, data) -> None:
    run = start()
    url, password, file = run.ready().groups()

    assert run.said("building the demonstration city")
    assert json.load(urllib.request.urlopen(f"{url}healthz", timeout=5)) == {"status": "ok"}
    assert mode(data) == 0o700
    assert Path(file) == data / "demo" / "sign-ins.json"
    assert mode(Path(file)) == 0o600
    told = json.loads(Path(file).read_text())
    assert told["url"] == url
    assert [person["email"] for person in told["people"]] == [f"{role}@demo.test" for role in ROLES]
    assert {person["password"] for person in told["people"]} == {password}
    assert all(agency.keys() >= {"name", "client_id", "client_secret"} for agency in told["agencies"])

    health = manage(data, "health", "database", "sequencer", "disk")
    assert health.returncode == 0, health.stdout
    assert re.fullmatch(r"\d{6}\n", manage(data, "demo_code", "counsel").stdout)

    code, seconds = run.stop(signal.SIGTERM)
    assert code == 0, run.err.read_text()
    assert seconds < STOP_LIMIT_S
    assert run.left() == []


def test_a_second_start_keeps_the_data_and_installs_nothing(start, data) -> None:
    before = json.loads((data / "demo" / "sign-ins.json").read_text())
    run = start()
    url = run.ready()[1]

    assert not run.said("Installing")
    assert not run.said("building")
    after = json.loads((data / "demo" / "sign-ins.json").read_text())
    assert after == {**before, "url": url}

    code, seconds = run.stop(signal.SIGINT)
    assert code == 0, run.err.read_text()
    assert seconds < STOP_LIMIT_S
    assert run.left() == []


@pytest.mark.parametrize("moment", ["keys", "tables", "web answers", "sequencer answers"])
def test_stopped_during_the_start_it_ends_well(start, moment) -> None:
    run = start()
    run.wait_for(lambda: run.said(moment))

    code, seconds = run.stop(signal.SIGINT)

    assert code == 0, run.err.read_text()
    assert seconds < STOP_LIMIT_S
    assert run.left() == []
    assert "READY" not in run.out.read_text()


@pytest.mark.parametrize("name, words", [("sequencer", "manage.py sequencer"), ("worker", "app worker")])
def test_when_one_program_dies_all_stop_and_its_name_is_said(start, name, words) -> None:
    run = start()
    run.ready()

    os.kill(run.program(words), signal.SIGKILL)

    assert run.process.wait(60) == 1
    assert f"{name} ended by itself" in run.err.read_text()
    assert run.left() == []


def test_a_city_that_was_half_built_is_built_anew(start, data) -> None:
    first = start("--reset-demo", "--seed-only")
    first.wait_for(lambda: first.said("building the demonstration city"))
    assert first.stop(signal.SIGTERM)[0] == 130
    assert (data / "demo" / "building").exists()

    again = start("--seed-only")
    assert again.process.wait(300) == 0, again.err.read_text()

    assert again.said("throwing the demonstration city away")
    assert len(json.loads((data / "demo" / "sign-ins.json").read_text())["people"]) == len(ROLES)
    assert again.out.read_text() == ""


def test_without_the_demo_there_are_no_demo_people(tmp_path) -> None:
    run = Run(tmp_path / "plain", "--no-demo", "--setup-only")

    assert run.process.wait(300) == 0, run.err.read_text()
    assert not (run.data / "demo" / "sign-ins.json").exists()
    assert list(run.data.glob("*.sqlite3"))
    assert run.left() == []
