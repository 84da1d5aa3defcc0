"""The locks, and the environment that is made from them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.process import environment

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "dev")


def pins(name: str) -> dict[str, str]:
    """Return `package -> the rest of its line` for every pin of a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    for line in lines:
        head, _, rest = line.partition("==")
        found[head + rest.split(" --hash")[0]] = rest
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
    wishes = re.findall(
        r"^([A-Za-z0-9][A-Za-z0-9._-]*)", (ROOT / f"requirements/{lock}.in").read_text(), re.MULTILINE
    )
    names = {re.split(r"[=\[ ;]", name)[0].split("==")[0] for name in _names(lock)}

    assert {wish.lower().replace("_", "-") for wish in wishes} <= names


def _names(lock: str) -> set[str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return set(re.findall(r"^([a-z0-9._-]+)", text, re.MULTILINE))


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

    def install(name: str, *, say: bool) -> None:
        made.append(name)
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(environment, "_install", install)
    monkeypatch.setattr(environment, "_digests_of_environment", environment.digests)
    return locks, made


def test_a_second_start_installs_nothing(place) -> None:
    _, made = place
    environment.ensure("runtime", say=False)
    environment.ensure("runtime", say=False)

    assert made == ["runtime"]


def test_a_changed_lock_is_taken_up(place) -> None:
    locks, made = place
    environment.ensure("runtime", say=False)
    locks["runtime"].write_text("a==2\n")
    environment.ensure("runtime", say=False)

    assert made == ["runtime", "runtime"]


def test_tests_after_a_plain_start_install_the_development_lock(place) -> None:
    _, made = place
    environment.ensure("runtime", say=False)
    environment.ensure("dev", say=False)
    environment.ensure("runtime", say=False)

    assert made == ["runtime", "dev"]


def test_a_developers_environment_stays_one_when_the_runtime_lock_changes(place) -> None:
    locks, made = place
    environment.ensure("dev", say=False)
    locks["runtime"].write_text("a==2\n")
    environment.ensure("runtime", say=False)

    assert made == ["dev", "dev"]


def test_an_interrupted_installation_is_done_again(place) -> None:
    _, made = place
    environment.ensure("runtime", say=False)
    environment.STAMP.unlink()
    environment.ensure("runtime", say=False)

    assert made == ["runtime", "runtime"]


def test_a_damaged_stamp_counts_as_none(place) -> None:
    _, made = place
    environment.ensure("runtime", say=False)
    environment.STAMP.write_text(json.dumps({"runtime": "x"})[:-3])
    environment.ensure("runtime", say=False)

    assert made == ["runtime", "runtime"]
