"""`./run` on a machine that does not allow it: exit 2 and one sentence, before anything is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.process import launch

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, path: str | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")}
    return subprocess.run(
        [str(ROOT / "run"), *words],
        cwd=cwd,
        env={**clean, **({"PATH": path} if path else {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def assert_refused(answer: subprocess.CompletedProcess[str], words: str) -> None:
    assert answer.returncode == 2, answer.stderr
    assert words in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stdout == ""


def test_a_taken_port_is_named(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(run("--port", str(port), "--data", str(tmp_path / "data")), f"Port {port} is taken")


def test_a_folder_that_is_a_file_is_refused(tmp_path) -> None:
    (tmp_path / "file").touch()
    assert_refused(run("--port", "0", "--data", str(tmp_path / "file")), "is not a folder")
    assert_refused(run("--port", "0", "--data", str(tmp_path / "file" / "below")), "is not a folder")


@pytest.mark.parametrize("place", ["/proc/gateway", "/sys/gateway"])
def test_a_folder_that_cannot_be_written_is_refused(place) -> None:
    assert_refused(run("--port", "0", "--data", place), "cannot be written")


def test_a_folder_with_other_things_in_it_is_not_taken_over(tmp_path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.txt").write_text("years of work")

    assert_refused(run("--port", "0", "--data", str(tmp_path)), "holds other things")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_an_old_python_is_refused(tmp_path) -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3", "python"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\nexit 1\n")  # what the version question gets from an old or absent one
        old.chmod(0o755)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)

    assert_refused(run("--port", "0", path=str(tmp_path)), "Python 3.11 or later is needed")


def test_a_stub_of_a_version_manager_is_passed_over(tmp_path) -> None:
    stub = tmp_path / "python3.11"
    stub.write_text("#!/bin/sh\necho not installed >&2\nexit 127\n")
    stub.chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    (tmp_path / "file").touch()

    answer = run("--port", "0", "--data", str(tmp_path / "file"), path=str(tmp_path))

    assert_refused(answer, "is not a folder")  # so it ran


def test_the_programs_keep_bytecode_and_the_rest_of_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("CITY", "Mesa")

    given = launch.environment_with(tmp_path)

    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert (given["CITY"], given["GATEWAY_DATA_DIR"]) == ("Mesa", str(tmp_path))
