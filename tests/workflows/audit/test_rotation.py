"""New signing keys: announced under the old one, both for thirty days, then the old one is no more (E5)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit import bundle, keyring, keys, rotation, verify_bundle
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.models import Entry, Leaf
from workflows.audit.sequencer import Sequencer
from workflows.audit.tlog.checkpoint import open_checkpoint
from workflows.audit.tlog.note import NoteError
from workflows.audit.verification.whole import Asked, verify


class Rotating(LogUnderTest):
    """A log whose sequencer knows where its key lies, as the process does."""

    def sequencer(self) -> Sequencer:
        one = super().sequencer()
        one.key_file = Path(self.settings.LOG_KEY_FILE)
        return one

    def check(self) -> int:
        asked = Asked(
            ring=keyring.parse_keys(keyring.keys_text()), memory=self.memory, export_dir=self.export_dir,
            now=timezone.now(),
        )  # fmt: skip
        return verify(asked).exit

    def newest(self) -> str:
        return CheckpointRow.objects.order_by("-id")[0].note


@pytest.fixture
def rotating(own_files: Path, settings, db) -> Rotating:
    made = Rotating(own_files, settings)
    made.write(5)
    made.seal()
    return made


def test_the_log_announces_its_new_key_under_the_old_one(rotating: Rotating) -> None:
    old = keys.log_verifier()
    call_command("audit_keys", rotate_log=True)
    new = keys.log_verifier()
    assert new != old and new.name == old.name and keys.log_signer().verifier == new
    entry = Entry.objects.get(event="key.rotated")
    assert entry.digest == hashlib.sha256(str(new).encode()).hexdigest()
    covering = CheckpointRow.objects.filter(size__gt=Leaf.objects.get(entry=entry.pk).idx).order_by("id")[0]
    assert open_checkpoint(covering.note, [old]).checkpoint.size == covering.size
    with pytest.raises(NoteError):
        open_checkpoint(covering.note, [new])


def test_for_thirty_days_both_sign_and_then_the_old_one_is_destroyed(rotating: Rotating) -> None:
    old = keys.log_verifier()
    call_command("audit_keys", rotate_log=True)
    new, old_file = keys.log_verifier(), Path(f"{rotating.settings.LOG_KEY_FILE}.old")
    rotating.clock.go(days=29)
    rotating.write(2)
    rotating.seal()
    for key in (old, new):  # whoever knows only one of them can check
        assert open_checkpoint(rotating.newest(), [key]).at_s == int(rotating.clock().timestamp())
    last = Leaf.objects.count()
    assert old_file.stat().st_mode & 0o777 == 0o600

    rotating.clock.go(days=2)
    rotating.write(2)
    rotating.seal()
    open_checkpoint(rotating.newest(), [new])
    with pytest.raises(NoteError):
        open_checkpoint(rotating.newest(), [old])
    assert not old_file.exists()
    ring = keyring.parse_keys(keyring.keys_text())
    assert set(ring.for_size(last)) == {old, new} and ring.for_size(last + 1) == (new,)


def test_the_whole_log_and_its_packages_stay_good_through_two_rotations(
    rotating: Rotating, tmp_path: Path
) -> None:
    def package(name: str) -> Path:
        (entry,) = rotating.write(1, "package.built", facts={"manifest": "ab" * 32})
        rotating.seal()
        made = bundle.contents(
            files={"a.txt": b"a"}, entries=[entry], meta={}, package_key=keys.package_signer()
        )
        for path, content in made.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(content)
        return tmp_path / name

    packages = [package("first")]
    for number in range(2):
        call_command("audit_keys", rotate_package=True)
        call_command("audit_keys", rotate_log=True)
        packages.append(package(f"after-{number}"))
        call_command("audit_keys", retire_old=True)
        rotating.write(1)
        rotating.seal()
    assert rotating.check() == 0
    trust = tmp_path / "trust.txt"
    trust.write_text(keyring.keys_text())
    for one in packages:
        assert verify_bundle.check(one, trust=trust, require_trust=True).exit == 0
    ring = keyring.parse_keys(keyring.keys_text())
    assert (len(ring.logs), len(ring.packages)) == (3, 3)


def test_a_retired_key_is_believed_no_further(rotating: Rotating) -> None:
    """Who has stolen it can sign what they like."""
    stolen = keys.log_signer()
    call_command("audit_keys", rotate_log=True)
    call_command("audit_keys", retire_old=True)
    rotating.write(3)
    rotating.seal()
    assert rotating.check() == 0
    forger = super(Rotating, rotating).sequencer()
    forger.signer = stolen
    rotating.write(1)
    forger.step()
    assert rotating.check() == 20


def test_while_both_sign_there_is_no_third_and_never_beside_a_sequencer(rotating: Rotating) -> None:
    call_command("audit_keys", rotate_log=True)
    with pytest.raises(CommandError, match="Retire it first"):
        call_command("audit_keys", rotate_log=True)
    with rotating.memory.held(), pytest.raises(CommandError, match="Stop it first"):
        call_command("audit_keys", retire_old=True)


@pytest.mark.parametrize("step", ["write_once", "_publish", "os.replace"])
def test_broken_off_anywhere_it_is_taken_up_again(
    rotating: Rotating, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A power cut after each write: the log has a key at every moment, and one entry names the new one."""
    path = Path(rotating.settings.LOG_KEY_FILE)
    with monkeypatch.context() as patched:
        where = {"write_once": keys, "_publish": rotation, "os.replace": rotation.os}[step]
        true = getattr(where, step.rpartition(".")[2])

        def cut(*given: object) -> None:
            true(*given)
            if step != "write_once" or str(given[0]).endswith((".next", ".old")):
                raise KeyboardInterrupt

        patched.setattr(where, step.rpartition(".")[2], cut)
        with pytest.raises(KeyboardInterrupt):
            rotation.begin_log_key(path, rotating.seal, timezone.now())
    keys.log_signer()
    rotating.write(1)
    rotating.seal()
    if Path(f"{path}.next").exists():
        rotation.begin_log_key(path, rotating.seal, timezone.now())
    rotating.write(1)
    rotating.seal()
    assert rotating.check() == 0
    assert Entry.objects.filter(event="key.rotated").count() == 1
    assert keys.log_signer().verifier == keys.log_verifier()
