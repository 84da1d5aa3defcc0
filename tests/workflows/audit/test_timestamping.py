"""An outside authority says when a checkpoint existed: asked without waiting, believed only when it proves
it, checked again with the log. The authority is OpenSSL's, over HTTP."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from tests.workflows.audit.stamping import Stamper, served, stamper
from workflows.audit import timestamping
from workflows.audit.models import Checkpoint
from workflows.audit.sequencer import Sequencer
from workflows.audit.timestamping import Authority, BadToken


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Stamper]:
    with served(stamper(tmp_path / "tsa")) as one:
        yield one


def sealing(the_log: LogUnderTest, one: Stamper, every: int = 3, **given: Any) -> Sequencer:
    """A sequencer that asks this authority."""
    found = the_log.sequencer()
    given = {"roots": [one.root.cert], "folder": the_log.export_dir, **given}
    found.authority = Authority(one.url, every=every, now=the_log.clock, **given)
    return found


def seal(the_log: LogUnderTest, sequencer: Sequencer, count: int = 1) -> None:
    """So many checkpoints, each over an entry more."""
    for _ in range(count):
        the_log.write(1)
        sequencer.step()


def taken_up(sequencer: Sequencer) -> None:
    assert sequencer.authority is not None
    sequencer.authority.wait()
    sequencer.step()


def stamped() -> list[int]:
    return list(Checkpoint.objects.filter(token__isnull=False).order_by("id").values_list("size", flat=True))


def verified(the_log: LogUnderTest, one: Stamper | None, capsys: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and object of `verify_audit`."""
    roots = [] if one is None else ["--tsa-roots", str(one.folder / "root.pem")]
    code = 0
    try:
        call_command("verify_audit", "--json", *roots)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_each_so_many_th_checkpoint_is_stamped_and_strangers_can_check_it(
    the_log: LogUnderTest, authority: Stamper, capsys: Any
) -> None:
    sequencer = sealing(the_log, authority)
    for _ in range(7):
        seal(the_log, sequencer)
        taken_up(sequencer)
    sizes = list(Checkpoint.objects.order_by("id").values_list("size", flat=True))
    assert stamped() == [sizes[0], sizes[3], sizes[6]] and authority.asked == 3

    last = timestamping.last_stamped_now()
    assert last is not None and last.size == sizes[6]
    folder = the_log.export_dir / "timestamps"
    checked = subprocess.run(
        ["openssl", "ts", "-verify", "-data", folder / f"{sizes[3]}.checkpoint", "-in",
         folder / f"{sizes[3]}.tsr", "-CAfile", authority.folder / "root.pem"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in checked.stdout + checked.stderr

    code, said = verified(the_log, authority, capsys)
    assert (code, said["timestamps"]["good"], said["timestamps"]["size"]) == (0, 3, sizes[6])
    assert said["timestamps"]["at"].startswith(f"{the_log.clock():%Y-%m-%dT%H}")
    code, said = verified(the_log, None, capsys)  # without certificates nothing is claimed
    assert (code, said["timestamps"]) == (0, {"good": 0, "unchecked": 3, "size": None, "at": None})


def test_sealing_does_not_wait_for_an_authority_that_does_not_answer(
    the_log: LogUnderTest, authority: Stamper
) -> None:
    authority.hold.clear()
    sequencer = sealing(the_log, authority)
    began = time.monotonic()
    seal(the_log, sequencer, 4)
    assert time.monotonic() - began < 5 and Checkpoint.objects.count() >= 4 and stamped() == []
    authority.hold.set()
    taken_up(sequencer)
    assert len(stamped()) == 1  # of the checkpoint that was asked about, not of a later one
    assert stamped()[0] == Checkpoint.objects.order_by("id").values_list("size", flat=True)[0]


@pytest.mark.parametrize("mood", ["fail", "garbage"])
def test_a_failure_is_said_and_asked_again_later(
    the_log: LogUnderTest, authority: Stamper, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    authority.mood = mood
    sequencer = sealing(the_log, authority)
    seal(the_log, sequencer)
    taken_up(sequencer)
    assert "log.not_stamped" in caplog.text
    authority.mood, asked = "answer", authority.asked
    seal(the_log, sequencer)
    assert stamped() == [] and authority.asked == asked  # not at once
    the_log.clock.go(seconds=30)
    # a new checkpoint is stamped: its clock and the authority's are half a minute apart
    seal(the_log, sequencer)
    taken_up(sequencer)
    assert len(stamped()) == 1


def test_nobody_there_is_a_failure_like_another(the_log: LogUnderTest, authority: Stamper) -> None:
    sequencer = sealing(the_log, authority)
    assert sequencer.authority is not None
    sequencer.authority.url = "http://127.0.0.1:9/"
    seal(the_log, sequencer)
    taken_up(sequencer)
    assert stamped() == [] and sequencer.sealed_size > 0


def test_a_token_that_proves_nothing_is_not_stored(
    the_log: LogUnderTest, authority: Stamper, tmp_path: Path
) -> None:
    other = stamper(tmp_path / "other")
    sequencer = sealing(the_log, authority, roots=[other.root.cert])
    seal(the_log, sequencer)
    taken_up(sequencer)
    assert authority.asked == 1 and stamped() == []


def test_an_authority_with_another_clock_is_not_believed(the_log: LogUnderTest, authority: Stamper) -> None:
    sequencer = sealing(the_log, authority)
    the_log.clock.go(hours=-1)
    seal(the_log, sequencer)
    taken_up(sequencer)
    assert authority.asked == 1 and stamped() == []


def reply(one: Stamper, note: bytes) -> bytes:
    (one.folder / "note").write_bytes(note)
    query = subprocess.run(
        ["openssl", "ts", "-query", "-data", "note", "-sha256", "-cert"],
        cwd=one.folder, capture_output=True, check=True,
    ).stdout  # fmt: skip
    return one.answer(query)


def test_only_a_timestamp_of_these_bytes_by_a_certificate_for_timestamps_counts(tmp_path: Path) -> None:
    note = b"city.test/log\n8\nroot\n"
    good = stamper(tmp_path / "good")
    token = reply(good, note)
    assert abs(timestamping.checked(token, note, [good.root.cert]).timestamp() - time.time()) < 60
    for roots, text, nonce in (
        ([], note, None), ([stamper(tmp_path / "x").root.cert], note, None),
        ([good.root.cert], note + b"x", None), ([good.root.cert], note, 7),
    ):  # fmt: skip
        with pytest.raises(BadToken):
            timestamping.checked(token, text, roots, nonce=nonce)
    between = stamper(tmp_path / "between", between=True)  # `-chain` sends three certificates
    assert timestamping.checked(reply(between, note), note, [between.root.cert])
    with pytest.raises(subprocess.CalledProcessError):  # OpenSSL itself stamps with no such certificate
        reply(stamper(tmp_path / "code", stamps=False), note)


def test_a_token_with_a_flipped_bit_never_passes_as_another_time(tmp_path: Path) -> None:
    note, one = b"city.test/log\n8\nroot\n", stamper(tmp_path / "one")
    token = reply(one, note)
    honest, chance, passed = timestamping.checked(token, note, [one.root.cert]), random.Random(7), 0
    for _ in range(400):
        altered = bytearray(token)
        altered[chance.randrange(len(token))] ^= 1 << chance.randrange(8)
        try:
            assert timestamping.checked(bytes(altered), note, [one.root.cert]) == honest
            passed += 1  # a bit that no signature covers: of the status text, of a certificate not needed
        except BadToken:
            continue
    assert passed < 200
    version = b"\xa0\x03\x02\x01"  # of a certificate: its reader has an error of its own for an unknown one
    with pytest.raises(BadToken):
        timestamping.checked(token.replace(version + b"\x02", version + b"\x06"), note, [one.root.cert])
    for cut in (0, 1, len(token) // 2, len(token) - 1):
        with pytest.raises(BadToken):
            timestamping.checked(token[:cut], note, [one.root.cert])


def test_a_stored_token_is_never_changed_and_a_planted_one_is_found(
    the_log: LogUnderTest, authority: Stamper, capsys: Any
) -> None:
    sequencer = sealing(the_log, authority, every=1)
    for _ in range(2):
        seal(the_log, sequencer)
        taken_up(sequencer)
    first, second = Checkpoint.objects.filter(token__isnull=False).order_by("id")[:2]
    rows = Checkpoint.objects.filter(pk=second.pk)
    for token in (first.token, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(token=token)

    without_triggers()
    rows.update(token=first.token)  # an honest token, of another checkpoint
    code, said = verified(the_log, authority, capsys)
    assert code == 24 and said["timestamps"]["good"] == Checkpoint.objects.exclude(token=None).count() - 1
    (finding,) = said["findings"]
    assert f"timestamp of checkpoint {second.pk}" in finding["detail"]


def test_a_checkpoint_that_was_stamped_before_the_time_it_claims_is_found(
    the_log: LogUnderTest, authority: Stamper, capsys: Any
) -> None:
    sequencer = sealing(the_log, authority, every=1)
    seal(the_log, sequencer)
    taken_up(sequencer)
    the_log.clock.go(minutes=10)
    seal(the_log, sequencer)  # ten minutes before its time; the authority's answer is not stored
    taken_up(sequencer)
    last = Checkpoint.objects.order_by("-id")[0]
    assert last.token is None and last.at - the_log.clock() <= timedelta(0)
    token = reply(authority, last.note.encode())
    sql("UPDATE audit_checkpoint SET token = %s WHERE id = %s", token, last.pk)
    code, said = verified(the_log, authority, capsys)
    assert code == 21 and any("before the time that it claims" in one["detail"] for one in said["findings"])


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_text("no certificate")
    for name in ("roots.pem", "absent.pem"):
        with pytest.raises(timestamping.RootsMissing):
            timestamping.roots_of(tmp_path / name)
