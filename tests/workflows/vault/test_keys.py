"""Master keys: made once, only where it is safe, and never mixed up."""

from __future__ import annotations

import json

import pytest

from workflows.vault import Ring, VaultError, keys


def test_keys_are_made_once_and_readable_by_their_owner_only(settings):
    content = settings.MASTER_KEYS_FILE.read_bytes()

    assert keys.ensure() is False
    assert settings.MASTER_KEYS_FILE.read_bytes() == content
    assert settings.MASTER_KEYS_FILE.stat().st_mode & 0o777 == 0o600
    assert settings.MASTER_KEYS_FILE.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("profile", ["production", "base", "staging"])
def test_outside_demo_dev_and_test_a_missing_key_stays_missing(settings, profile):
    settings.MASTER_KEYS_FILE.unlink()
    settings.PROFILE = profile

    with pytest.raises(VaultError) as refusal:
        keys.ensure()
    assert refusal.value.code == "vault.key_missing"
    assert not settings.MASTER_KEYS_FILE.exists()


def test_derived_keys_are_stable_per_purpose_and_survive_rotation(settings):
    detail = keys.derive("audit/detail/1")
    keys.add_version(Ring.ORIGINALS)

    assert len(detail) == 32
    assert keys.derive("audit/detail/1") == detail
    assert (
        len(
            {
                detail,
                keys.derive("audit/detail/2"),
                keys.derive("index/1"),
                keys.current(Ring.ORIGINALS).secret,
            }
        )
        == 4
    )
    assert keys.derive("audit/detail/1", 64)[:32] == detail

    settings.MASTER_KEYS_FILE.unlink()
    keys.ensure()
    assert keys.derive("audit/detail/1") != detail


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("root"),
        lambda content: content.update(root="AAAA"),
        lambda content: content.update(root="not base64 !"),
        lambda content: content.update(format=2),
        lambda content: content["rings"]["originals"].update(current=7),
        lambda content: content["rings"]["originals"].update(current=True),
        lambda content: content.update(rings=[]),
    ],
)
def test_a_damaged_key_file_is_a_missing_key(settings, spoil):
    content = json.loads(settings.MASTER_KEYS_FILE.read_text())
    spoil(content)
    settings.MASTER_KEYS_FILE.write_text(json.dumps(content))

    with pytest.raises(VaultError) as refusal:
        keys.derive("x")
        keys.current(Ring.ORIGINALS)
    assert refusal.value.code == "vault.key_missing"


def test_a_key_never_shows_when_printed():
    key = keys.current(Ring.ORIGINALS)
    assert repr(key) == "MasterKey(originals, 1)"
