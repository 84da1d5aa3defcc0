"""Key files: made once, for the owner only, and never in production by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workflows.audit import keyring, keys
from workflows.audit.tlog.note import NoteError


def files(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (folder / "keys").iterdir()}


def test_missing_keys_are_made_once_with_narrow_modes(own_files: Path) -> None:
    keys.ensure()
    made = files(own_files)
    assert made == {
        "log.key": 0o600,
        "package.key": 0o600,
        "audit-detail.json": 0o600,
        "log.key.vkey": 0o644,
        "package.key.vkey": 0o644,
    }
    before = (own_files / "keys" / "log.key").read_bytes()
    keys.ensure()
    assert (own_files / "keys" / "log.key").read_bytes() == before
    assert keys.log_signer().verifier == keys.log_verifier()
    assert keys.package_signer().verifier == keys.package_verifier()
    assert keys.log_verifier().public != keys.package_verifier().public


def test_production_makes_no_key_by_itself(own_files: Path, settings, capsys) -> None:
    settings.PROFILE = "production"
    for needs_key in (keys.log_signer, keys.package_signer, keys.log_verifier, keys.current_detail_key):
        with pytest.raises(keys.KeyMissing):
            needs_key()
    with pytest.raises(CommandError):
        call_command("audit_keys")
    call_command("audit_keys", "--make")
    assert str(keys.log_verifier()) in capsys.readouterr().out


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_not_used(own_files: Path, mode: int) -> None:
    keys.ensure()
    (own_files / "keys" / "log.key").chmod(mode)
    with pytest.raises(keys.KeyMissing):
        keys.log_signer()


@pytest.mark.parametrize("content", ["", "PRIVATE+KEY+x", "PRIVATE+KEY+a+00000000+AAAA", "\u00e9"])
def test_a_damaged_key_is_said_and_not_shown(own_files: Path, content: str) -> None:
    keys.ensure()
    (own_files / "keys" / "log.key").write_text(content)
    with pytest.raises(keys.KeyMissing) as caught:
        keys.log_signer()
    assert "log.key" in str(caught.value) and "PRIVATE" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "{}", '{"keys": {}}', '{"keys": {"1": "AAAA"}}', '{"keys": {"x": "AAAA"}}']
)
def test_a_damaged_detail_key_is_refused(own_files: Path, content: str) -> None:
    keys.ensure()
    (own_files / "keys" / "audit-detail.json").write_text(content)
    with pytest.raises(keys.KeyMissing):
        keys.current_detail_key()


def test_a_keyring_says_which_key_speaks_for_which_size(own_files: Path) -> None:
    log, package = keys.log_verifier(), keys.package_verifier()
    ring = keyring.parse_keys(f"# remark\n\nlog 0 99 {log}\nlog 100 * {package}\npackage {package}\n")
    assert ring.for_size(99) == (log,) and ring.for_size(100) == (package,) == ring.packages
    assert keyring.parse_keys(keyring.keys_text()).for_size(7) == (log,)


@pytest.mark.parametrize("line", ["log 0 x", "log -1 * k", "package", "owner k", "log 0 * x+y+z"])
def test_a_line_of_keys_that_is_not_understood_is_an_error(line: str) -> None:
    with pytest.raises(NoteError):
        keyring.parse_keys(line)
