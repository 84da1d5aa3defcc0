"""Hostile files harm nothing: each ends with a stated reason, in bounds, and the next file is done.

Bombs, circles, lies, locks, two files in one, calls to the outside, archives that escape. They are
made here and never kept. In CI each has the size that passes the limit it is aimed at, and the slow
ones are left out; with `GATEWAY_SCALE=full` all have an attacker's size, and each is also run as a
person who saw every page would run it.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redaction import cli, pipeline, sandbox
from redaction.errors import QUARANTINED_CODES, REJECTED_CODES, Rejected, Withheld
from redaction.intake import Limits, admit
from redaction.intake.family import children
from redaction.types import Decisions
from tests.attacks.hostile_other import OTHERS
from tests.attacks.hostile_pdf import BOMBS
from tests.attacks.rawpdf import file, one_page
from tests.attacks.twisted_pdf import TWISTED

pytestmark = [pytest.mark.slow, pytest.mark.full]

FULL = os.environ.get("GATEWAY_SCALE") == "full"
SECONDS, MEMORY = 30.0, 2 << 30  # issue: each in bounds
CODES = {0: frozenset(), 3: QUARANTINED_CODES, 4: REJECTED_CODES}
KEY = bytes(32)
GOOD = file(one_page())
LONG = {  # over a second each: a child's time, memory or stack is used up, or pixels are read
    "a_character_map_by_path",
    "a_character_map_of_everything",
    "a_font_file_of_noise",
    "a_form_that_draws_itself",
    "a_jbig2_of_noise",
    "a_million_by_user_unit",
    "a_million_objects",
    "a_page_full_of_findings",
    "a_structure_in_a_circle",
    "a_table_of_two_thousand_million",
    "a_table_stream_of_everything",
    "a_tile_of_a_thousandth",
    "a_version_that_does_not_exist",
    "also_a_picture",
    "also_an_archive",
    "entities_in_metadata",
    "fields_in_a_circle",
    "forms_in_forms",
    "gigapixels_inline",
    "glyphs_that_draw_themselves",
    "one_heavy_form_many_times",
    "page_of_nested_elements",
    "run_length_content",
    "saved_states",
    "tiff_of_frames_in_a_circle",
    "widths_of_four_thousand_million",
}
MAKERS = {**BOMBS, **{name: lambda _, make=make: make() for name, make in TWISTED.items()}, **OTHERS}
CHOSEN = sorted(MAKERS if FULL else MAKERS.keys() - LONG)
EXPECTED = {
    "a_cipher_nobody_knows": "malformed",
    "a_file_in_a_file_in_a_file": "verified",
    "a_form_of_scripts_only": "xfa_dynamic",
    "a_header_after_two_kilobytes": "unsupported_type",
    "a_page_damaged_in_the_middle": "page_failed",
    "a_page_of_200000_pt": "over_limits",
    "a_thousand_filters": "over_limits",
    "an_update_that_was_cut_off": "parsers_disagree",
    "an_update_whose_pointer_is_damaged": "parsers_disagree",
    "archive_that_escapes": "unsupported_type",
    "attachments_named_to_escape": "verified",
    "attachments_without_end": "over_limits",
    "cut_after_a_third": "malformed",
    "everything_that_points_outside": "verified",
    "flate_in_flate": "over_limits",
    "gigapixels_as_fax": "over_limits",
    "gigapixels_as_jbig2": "over_limits",
    "gigapixels_as_jpeg2000": "over_limits",
    "gigapixels_in_flate": "over_limits",
    "gigapixels_of_one_bit": "over_limits",
    "jpeg_of_gigapixels": "over_limits",
    "locked_for_editors": "verified",
    "locked_for_readers": "encrypted",
    "noise": "unsupported_type",
    "nothing": "malformed",
    # PDFium counts no further than its own bound; with ten million pages the parsers disagree.
    "pages_by_sharing": "page_count_mismatch" if FULL else "over_limits",
    "pages_one_by_one": "over_limits",
    "png_of_gigapixels": "over_limits",
    "text_in_one_line": "over_limits",
    "tiff_of_gigapixels": "over_limits",
}


class Watch:
    """The most memory that the processes below this one hold together, looked at all the time."""

    def __enter__(self) -> Watch:
        self.peak, self.done = 0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.done.wait(0.1):
            self.peak = max(self.peak, sum(resident(process) for process in below(os.getpid())))


def below(process: int) -> Iterator[int]:
    """Every process started by one, and by those."""
    parents: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        parents.setdefault(int(parent), []).append(int(entry))
    waiting = list(parents.get(process, ()))
    while waiting:
        yield (one := waiting.pop())
        waiting += parents.get(one, ())


def resident(process: int) -> int:
    """Bytes of a process that are its own."""
    try:
        fields = Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="session")
def listener():
    """Somebody on this machine whom no file may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def hostile(request, listener, tmp_path):
    """One hostile file, in a folder of its own; what it points at is the listener."""
    folder = tmp_path / "job"
    folder.mkdir()
    port = b"127.0.0.1:%05d" % listener.getsockname()[1]
    path = folder / "in"
    path.write_bytes(MAKERS[request.param](FULL).replace(b"127.0.0.1:00000", port))
    return path


def nobody_called(listener) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


def named_evil() -> dict[Path, tuple[int, int, int]]:
    """Files with the name that hostile ones give to what they want to leave behind, as they stand."""
    places = (Path.cwd(), Path(tempfile.gettempdir()), Path("/"), Path.home())
    found = {path: path.lstat() for place in places for path in place.glob("*evil*")}
    return {path: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in found.items()}


@pytest.fixture
def escaped() -> Callable[[], list[Path]]:
    """What a test left outside its folder: what somebody left there before is not its doing."""
    before = named_evil()
    return lambda: [path for path, state in named_evil().items() if before.get(path) != state]


def redact(path: Path) -> tuple[int, dict]:
    """Exit code and report of the command line, in this process."""
    out, report = path.with_name("out.pdf"), path.with_name("report.json")
    code = cli.main(["redact", str(path), str(out), "--report", str(report)])
    return code, json.loads(report.read_text())


@pytest.mark.parametrize("hostile", CHOSEN, indirect=True)
def test_a_hostile_file_ends_with_a_stated_reason_in_bounds(request, hostile, listener, escaped):
    name = request.node.callspec.params["hostile"]
    began = time.monotonic()

    with Watch() as memory:
        code, report = redact(hostile)

    assert time.monotonic() - began < SECONDS
    assert memory.peak < MEMORY
    assert code in CODES
    assert set(report["reasons"]) <= CODES[code]
    assert bool(report["reasons"]) is (code != 0)
    if name in EXPECTED:
        assert (report["reasons"] or ["verified"])[0] == EXPECTED[name]
    left = {path.name for path in hostile.parent.iterdir()}
    assert left == {"in", "report.json"} | ({"out.pdf"} if code == 0 else set())
    assert list(hostile.parent.parent.iterdir()) == [hostile.parent]
    assert escaped() == []
    assert nobody_called(listener)
    # The worker is alive: what it does next is done.
    assert sandbox.run("normalise", {"limits": Limits().as_json()}, [GOOD]).value["pages"] == 1


@pytest.mark.parametrize("hostile", CHOSEN if FULL else ["brackets_in_the_content"], indirect=True)
def test_a_hostile_file_that_a_person_let_pass_ends_in_bounds_too(hostile, listener):
    out, began = hostile.with_name("out.pdf"), time.monotonic()
    seen = Decisions(pages_seen=frozenset(range(1, 5_001)))

    with Watch() as memory:
        try:
            code = pipeline.redact(
                hostile, out, decisions=seen, attended=True, requester=None, index_key=KEY
            )["exit"]
        except Withheld as withheld:
            code = withheld.exit_code

    assert time.monotonic() - began < 2 * SECONDS  # OCR and painting come on top
    assert memory.peak < MEMORY
    assert code in CODES
    assert out.exists() is (code == 0)
    assert nobody_called(listener)


def test_the_file_after_a_bomb_is_done(tmp_path):
    bomb, good = tmp_path / "bomb", tmp_path / "good"
    bomb.write_bytes(BOMBS["forms_in_forms"](False))
    good.write_bytes(GOOD)

    assert redact(bomb)[0] in (3, 4)
    assert redact(good)[0] == 0


@pytest.mark.parametrize("folded", [60, 7_000])
def test_the_type_of_a_file_is_told_in_no_time(folded, tmp_path):
    """The first bytes are looked at by the parent, where no limit ends what takes too long."""
    path = tmp_path / "in"
    path.write_bytes(b"From: a\r\n" + b" folded\r\n" * folded + b"no field here\r\n")
    began = time.monotonic()

    assert admit(path, Limits()).media_type == "text/plain"
    assert time.monotonic() - began < 1.0


def test_links_pipes_devices_and_folders_are_no_files(tmp_path):
    (tmp_path / "whole").write_bytes(GOOD)
    (tmp_path / "link").symlink_to(tmp_path / "whole")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()

    for path in (tmp_path / "link", tmp_path / "pipe", tmp_path / "folder", Path("/dev/zero")):
        with pytest.raises(Rejected) as rejected:
            admit(path, Limits())
        assert rejected.value.code == "unsupported_type"


def test_a_link_in_the_place_of_the_output_is_replaced_and_not_followed(tmp_path):
    victim, out, source = tmp_path / "victim", tmp_path / "out.pdf", tmp_path / "in"
    victim.write_bytes(b"untouched")
    out.symlink_to(victim)
    source.write_bytes(GOOD)

    assert redact(source)[0] == 0
    assert victim.read_bytes() == b"untouched"
    assert not out.is_symlink()


@pytest.mark.parametrize(
    "name, code",
    [
        ("archive_that_escapes", "malformed"),
        ("archive_of_links", "malformed"),
        ("archive_of_zeros", "over_limits"),
        ("archive_of_many", "over_limits"),
        ("archive_that_holds_itself", "malformed"),
        ("office_file_of_zeros", "over_limits"),
    ],
)
def test_a_hostile_archive_is_not_opened(name, code, tmp_path, escaped):
    path = tmp_path / "in.zip"
    path.write_bytes(OTHERS[name](FULL))

    with pytest.raises(Rejected) as rejected:
        list(children(path, Limits()))

    assert rejected.value.code == code
    assert list(tmp_path.iterdir()) == [path]
    assert escaped() == []


def test_archives_in_archives_are_opened_to_the_second_depth_and_no_further(tmp_path):
    data, depth = OTHERS["archive_in_archive"](FULL), 0
    while True:
        path = tmp_path / str(depth)
        path.write_bytes(data)
        try:
            [child] = children(path, Limits(), depth=depth)
        except Rejected as rejected:
            assert rejected.code == "over_limits"
            break
        data, depth = child.data, depth + 1

    assert depth == Limits().nesting


@pytest.mark.parametrize("name", ["attachments_named_to_escape", "a_file_in_a_file_in_a_file"])
def test_a_name_of_an_attachment_is_a_name_and_no_path(name, tmp_path, escaped):
    path = tmp_path / "in.pdf"
    path.write_bytes(TWISTED[name]())

    found = list(children(path, Limits()))

    assert {child.data for child in found if child.data is not None}
    assert list(tmp_path.iterdir()) == [path]
    assert escaped() == []
