"""The locks, and the environment that is made from them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.process import environment

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "dev")


def pins(name: str) -> dict[tuple[str, str], set[str]]:
    """Return the hashes of every (package, version) of a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in filter(str.strip, text.splitlines()):
        package, version = re.match(r"([a-z0-9._-]+)(?:\[.*?\])?==([^ ;]+)", line).groups()
        found[package, version] = set(re.findall(r"--hash=(\S+)", line))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")

    for line in filter(str.strip, text.splitlines()):
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+ ", line), line[:80]
        assert "--hash=sha256:" in line, line[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()

    assert "://" not in text
    assert "index-url" not in text and "find-links" not in text


def test_the_development_lock_contains_the_runtime_lock() -> None:
    runtime, dev = pins("runtime"), pins("dev")

    assert runtime.keys() <= dev.keys()
    assert all(dev[name] == rest for name, rest in runtime.items())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_wish_is_in_its_lock(lock) -> None:
    text = (ROOT / f"requirements/{lock}.in").read_text()
    wishes = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", text, re.MULTILINE)
    names = {package for package, _ in pins(lock)}

    assert {wish.lower().replace("_", "-") for wish in wishes} <= names


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A place with small locks and no environment; `made` lists what was installed."""
    made: list[str] = []
    locks = {name: tmp_path / f"{name}.txt" for name in LOCKS}
    for path in locks.values():
        path.write_text("a==1\n")
    monkeypatch.setattr(environment, "LOCKS", locks)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / ".lock-digests")

    monkeypatch.setattr(environment, "_digests_of_environment", environment.digests)

    def install(name: str, *, say: bool) -> None:
        made.append(name)
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    def start(name: str) -> Path:
        return environment.ensure(name, say=False, install=install)

    return start, locks, made


def test_a_second_start_installs_nothing(place) -> None:
    start, _, made = place
    start("runtime")
    start("runtime")

    assert made == ["runtime"]


def test_a_changed_lock_is_taken_up(place) -> None:
    start, locks, made = place
    start("runtime")
    locks["runtime"].write_text("a==2\n")
    start("runtime")

    assert made == ["runtime", "runtime"]


def test_tests_after_a_plain_start_install_the_development_lock(place) -> None:
    start, _, made = place
    start("runtime")
    start("dev")
    start("runtime")

    assert made == ["runtime", "dev"]


def test_a_developers_environment_stays_one_when_the_runtime_lock_changes(place) -> None:
    start, locks, made = place
    start("dev")
    locks["runtime"].write_text("a==2\n")
    start("runtime")

    assert made == ["dev", "dev"]


def test_an_interrupted_installation_is_done_again(place) -> None:
    start, _, made = place
    start("runtime")
    environment.STAMP.unlink()
    start("runtime")

    assert made == ["runtime", "runtime"]


def test_a_damaged_stamp_counts_as_none(place) -> None:
    start, _, made = place
    start("runtime")
    environment.STAMP.write_text(json.dumps({"runtime": "x"})[:-3])
    start("runtime")

    assert made == ["runtime", "runtime"]
