"""A child can do nothing but answer, and however it ends the parent learns it as a stated cause."""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
import sys
import tempfile
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import sandbox
from redaction.cage import bubble, frames
from redaction.errors import Failed
from redaction.sandbox import MIB, ChildDied, StepLimits

LIMITS = StepLimits(cpu_s=10, wall_s=60)


@pytest.fixture(params=["bubblewrap", "without bubblewrap"])
def isolation(request, monkeypatch):
    """The strongest level of this machine, and what is left where bubblewrap is not installed."""
    if request.param == "without bubblewrap":
        monkeypatch.setenv("PATH", "/nonexistent")
    return sandbox.level()


def caged(code: str, limits: StepLimits = LIMITS) -> str:
    """What a Python program prints in the cage."""
    return sandbox.run_program([sys.executable, "-I", "-c", code], b"", limits).decode()


def test_the_level_is_named_and_proved(isolation):
    assert isolation.removesuffix("_root") in {"bubblewrap", "landlock", "rlimits"}
    assert not isolation.startswith("bubblewrap") or bubble.program() is not None


def test_a_level_below_the_two_full_ones_is_reduced():
    assert not sandbox.is_reduced("bubblewrap")
    assert not sandbox.is_reduced("landlock")
    assert sandbox.is_reduced("rlimits")
    assert sandbox.is_reduced("landlock_root")


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_UNIX"])
def test_the_child_makes_no_socket(isolation, family):
    code = f"""
import socket
try:
    socket.socket(socket.{family}, socket.SOCK_DGRAM)
    print("made")
except PermissionError:
    print("refused")
"""

    assert caged(code).strip() == "refused"


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


def test_a_bubblewrap_that_isolates_nothing_is_found_out(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text(f'#!/bin/sh\nwhile [ "$1" != {sys.executable} ]; do shift; done\nexec "$@"\n')
    fake.chmod(0o755)
    tmp_path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    sandbox.forget_self_test()
    try:
        assert bubble.program() == str(fake)
        assert not sandbox.level().startswith("bubblewrap")
    finally:
        sandbox.forget_self_test()


def test_no_file_is_opened_where_no_level_proves_itself(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    sandbox.forget_self_test()
    try:
        with pytest.raises(Failed) as failed:
            sandbox.run("self_test")
    finally:
        sandbox.forget_self_test()

    assert failed.value.code == "internal"


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


def test_a_folder_without_end_ends_the_child(isolation, monkeypatch, tmp_path):
    code = """
for number in range(1000):
    with open(str(number), "wb") as file:
        file.write(bytes(4 << 20))
"""
    limits = StepLimits(cpu_s=10, wall_s=60, folder_bytes=32 * MIB)

    with monkeypatch.context() as here:
        here.setattr(tempfile, "tempdir", str(tmp_path))
        with pytest.raises(ChildDied):
            caged(code + "import time; time.sleep(50)", limits)

    assert os.listdir(tmp_path) == []


STUBBORN = """
import os, signal, time
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_IGN)
{fork}
for escape in (os.setsid, lambda: os.setpgid(0, 0)):
    try:
        escape()
    except OSError:
        pass
time.sleep({mark})
"""


@pytest.mark.parametrize(
    "fork, limits",
    [
        ("", StepLimits(wall_s=1)),
        ("os.fork(); os.fork()", StepLimits(wall_s=1, processes=512)),
        ("if os.fork(): os._exit(0)", StepLimits(wall_s=20, processes=512)),
    ],
    ids=["alone", "family", "orphan"],
)
def test_nothing_of_the_child_outlives_it(isolation, fork, limits):
    mark = str(secrets.randbelow(10**12) + 10**12)  # of this test alone: others run at the same time
    with contextlib.suppress(ChildDied):
        caged(STUBBORN.format(fork=fork, mark=mark), limits)

    deadline = time.monotonic() + 5  # the kernel takes a moment to bury the dead
    while alive(mark.encode()) and time.monotonic() < deadline:
        os.sched_yield()
    assert not alive(mark.encode())


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
        frames.MAGIC + struct.pack("<II", 9, 0) + b'{"a":NaN}',
        frames.MAGIC + struct.pack("<II", 14, 0) + b'{"a":-Infinity}'[:14],
        frames.MAGIC + struct.pack("<II", 9007, 0) + b'{"a":' + b"9" * 9001 + b"}",
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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip
BODIES = st.dictionaries(st.text(), VALUES, max_size=5)
BLOBS = st.lists(st.binary(max_size=200), max_size=5)
CAPS = {"json_bytes": 5_000, "total_bytes": 10_000}


def read(raw: bytes):
    """What the reader takes a message for, or None where it refuses it; it raises nothing else."""
    try:
        body, blobs = frames.unpack(memoryview(raw), **CAPS)
    except frames.BadFrame:
        return None
    assert isinstance(body, dict)
    assert all(type(blob) is bytes for blob in blobs)
    assert sum(map(len, blobs)) <= len(raw) <= CAPS["total_bytes"]
    return body, blobs


@given(BODIES, BLOBS)
def test_every_message_within_the_caps_comes_out_as_it_went_in(body, blobs):
    raw = b"".join(frames.pack(body, blobs))

    assert read(raw) == (body, tuple(blobs))


@given(st.binary(max_size=300))
def test_noise_is_no_message(noise):
    assert read(noise) is None
    read(frames.MAGIC + noise)


@given(BODIES, BLOBS, st.data())
def test_a_message_with_one_byte_changed_lost_or_added_says_what_its_lengths_say(body, blobs, data):
    raw = bytearray(b"".join(frames.pack(body, blobs)))
    place = data.draw(st.integers(0, len(raw) - 1))
    way = data.draw(st.sampled_from(("change", "lose", "add", "cut")))
    if way == "change":
        raw[place] ^= data.draw(st.integers(1, 255))
    elif way == "lose":
        del raw[place]
    elif way == "add":
        raw.insert(place, data.draw(st.integers(0, 255)))
    else:
        del raw[place:]

    found = read(bytes(raw))

    if way != "change":
        assert found is None or len(b"".join(frames.pack(*found))) == len(raw)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary(max_size=64))
def test_lengths_that_are_not_there_are_refused_before_anything_is_allocated(text, count, rest):
    read(frames.MAGIC + struct.pack("<II", text, count) + rest)


def test_a_child_starts_cheaply():
    sandbox.run("self_test")
    times = []
    for _ in range(3):
        started = time.monotonic()
        sandbox.run("self_test")
        times.append(time.monotonic() - started)
    assert min(times) < 1.0
