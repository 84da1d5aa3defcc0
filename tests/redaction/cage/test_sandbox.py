"""A child can do nothing but answer, and however it ends the parent learns it as a stated cause."""

from __future__ import annotations

import os
import struct
import sys
import time

import pytest

from redaction import sandbox
from redaction.cage import bubble, frames
from redaction.sandbox import MIB, ChildDied, StepLimits

LIMITS = StepLimits(cpu_s=10, wall_s=60)


@pytest.fixture(params=["bubblewrap", "without bubblewrap"])
def isolation(request, monkeypatch):
    """The strongest level of this machine, and what is left where bubblewrap is not installed."""
    if request.param == "without bubblewrap":
        monkeypatch.setenv("PATH", "/nonexistent")
    sandbox.forget_self_test()
    yield sandbox.level()
    sandbox.forget_self_test()


def caged(code: str, limits: StepLimits = LIMITS) -> str:
    """What a Python program prints in the cage."""
    return sandbox.run_program([sys.executable, "-I", "-c", code], b"", limits).decode()


def test_the_level_is_named_and_proved(isolation):
    assert isolation.removesuffix("_root") in {"bubblewrap", "landlock", "rlimits"}
    assert not isolation.startswith("bubblewrap") or bubble.program() is not None


def test_the_child_has_no_network(isolation):
    code = "import socket; print([n for _, n in socket.if_nameindex() if n != 'lo'])"

    assert caged(code).strip() == "[]"


def test_the_child_inherits_no_secret(isolation, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for children")

    assert "SECRET_KEY" not in caged("import os; print(sorted(os.environ))")


def test_the_child_reads_only_its_own_files(isolation, tmp_path):
    if isolation.startswith("rlimits"):
        pytest.fail("this kernel has neither bubblewrap nor Landlock")
    (tmp_path / "vault").write_bytes(b"secret")
    paths = [str(tmp_path / "vault"), "/etc/passwd", "/etc/shadow", "/root/.profile"]
    code = f"""
for path in {paths}:
    try:
        print(open(path, "rb").read(1))
    except OSError:
        print("refused")
"""

    assert caged(code).split() == ["refused"] * 4


def test_the_child_writes_only_into_its_throw_away_folder(isolation, tmp_path):
    if isolation.startswith("rlimits"):
        pytest.fail("this kernel has neither bubblewrap nor Landlock")
    code = f"""
for path in ({str(tmp_path / "x")!r}, "/usr/x", "x"):
    try:
        open(path, "wb").write(b"x")
        print("written")
    except OSError:
        print("refused")
"""

    assert caged(code).split() == ["refused", "refused", "written"]
    assert list(tmp_path.iterdir()) == []


def test_the_child_of_root_is_not_root_and_starts_no_process():
    if not sandbox.level().startswith("bubblewrap"):
        pytest.fail("bubblewrap does not work on this machine")
    code = (
        "import os\nprint(os.getuid() != 0)\n"
        "try:\n os.fork(); print('forked')\nexcept OSError: print('refused')"
    )

    assert caged(code).split() == ["True", "refused"]


@pytest.mark.parametrize(
    "code, cause",
    [
        ("x = bytearray(4 << 30)", {"exit"}),
        ("while True: pass", {"cpu", "killed"}),
        ("import time; time.sleep(600)", {"timeout"}),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", {"killed"}),
        ("import os; os.abort()", {"killed"}),
        ("import sys; sys.exit(3)", {"exit"}),
        ("import os\nwhile True: os.write(1, bytes(1 << 20))", {"killed", "exit"}),
    ],
)
def test_a_child_that_ends_badly_has_a_stated_cause(isolation, code, cause):
    wall_s = 2 if "sleep" in code else 60
    limits = StepLimits(cpu_s=2, wall_s=wall_s, file_bytes=64 * MIB, reply_bytes=64 * MIB)
    started = time.monotonic()

    with pytest.raises(ChildDied) as died:
        caged(code, limits)

    assert died.value.cause in cause
    assert time.monotonic() - started < 60


def test_nothing_of_the_child_outlives_it(isolation):
    with pytest.raises(ChildDied):
        caged("import time; time.sleep(987654)", StepLimits(wall_s=1))

    deadline = time.monotonic() + 5  # the kernel takes a moment to bury the dead
    while alive(b"987654") and time.monotonic() < deadline:
        os.sched_yield()
    assert not alive(b"987654")


def alive(mark: bytes) -> list[bytes]:
    """Command lines of this machine's processes that hold a mark."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as line:
                found.append(line.read())
        except OSError:
            continue
    return [line for line in found if mark in line]


def test_an_error_in_a_step_crosses_without_its_message():
    secret = b"%PDF-1.7 A087654321 "

    with pytest.raises(ChildDied) as died:
        sandbox.run("render", {"page": 1, "dpi": 72, "grey": True, "most_px": 1000}, [secret])

    assert died.value.cause == "error"
    assert "A087654321" not in str(died.value)
    assert "PdfiumError" in died.value.detail


def test_a_reply_over_its_cap_is_refused():
    with pytest.raises(ChildDied) as died:
        sandbox.run("self_test", limits=StepLimits(json_bytes=10))

    assert died.value.cause == "garbled"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"RGF1",
        b"XXXX" + struct.pack("<II", 2, 0) + b"{}",
        frames.MAGIC + struct.pack("<II", 2**31, 0) + b"{}",
        frames.MAGIC + struct.pack("<II", 2, 2**31) + b"{}",
        frames.MAGIC + struct.pack("<II", 2, 1) + struct.pack("<Q", 2**63) + b"{}",
        frames.MAGIC + struct.pack("<II", 2, 0) + b"{}tail",
        frames.MAGIC + struct.pack("<II", 2, 0) + b"[]",
        frames.MAGIC + struct.pack("<II", 2, 0) + b"{]",
        frames.MAGIC + struct.pack("<II", 200_000, 0) + b"[" * 200_000,
    ],
)
def test_a_message_that_lies_about_its_lengths_is_refused(raw):
    with pytest.raises(frames.BadFrame):
        frames.unpack(memoryview(raw), json_bytes=1_000_000, total_bytes=1_000_000)


def test_a_message_comes_out_as_it_went_in():
    raw = b"".join(frames.pack({"a": "\ud800ñ", "b": None}, [b"", b"xyz"]))

    assert frames.unpack(memoryview(raw), json_bytes=1000, total_bytes=1000) == (
        {"a": "\ud800ñ", "b": None},
        (b"", b"xyz"),
    )


def test_a_child_starts_cheaply():
    sandbox.run("self_test")
    times = []
    for _ in range(3):
        started = time.monotonic()
        sandbox.run("self_test")
        times.append(time.monotonic() - started)
    assert min(times) < 1.0
