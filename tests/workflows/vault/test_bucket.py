"""The same vault over an S3-compatible store."""

from __future__ import annotations

import os
from uuid import uuid4

import boto3
import pytest

from workflows import vault
from workflows.vault import VaultError, storage

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


@pytest.fixture
def bucket(s3_url, settings, monkeypatch):
    """Point the vault at an empty bucket under a prefix and return the bucket."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"vault-{uuid4().hex}"
    bucket = boto3.resource("s3").Bucket(name)
    bucket.create()
    settings.STORAGE_URL = f"s3://{name}/deep/down"
    return bucket


def test_a_bucket_holds_ciphertext_and_gives_the_bytes_back(bucket, own_vault):
    data = os.urandom(9 << 20) + b"Ysolde Quarrington"
    blob = vault.put(data, kind="application/pdf", record_id="r1")
    (stored,) = bucket.objects.all()

    assert stored.key == f"deep/down/{blob.name}"
    assert b"Ysolde" not in stored.get()["Body"].read()
    assert vault.open(blob) == data
    assert b"".join(vault.chunks(blob, 5 << 20)) == data[5 << 20 :]
    assert vault.orphans() == []
    assert sorted(path.name for path in own_vault.iterdir()) == ["keys"]


@pytest.mark.django_db(transaction=True)
def test_shredding_reaches_the_bucket(bucket):
    blob = vault.put(b"memo", kind="text/plain", record_id="r1")
    vault.shred(blob)

    assert list(bucket.objects.all()) == []


def test_a_changed_lost_or_unreachable_object_is_withheld(bucket, settings, monkeypatch):
    blob = vault.put(b"memo", kind="text/plain", record_id="r1")
    (stored,) = bucket.objects.all()
    whole = stored.get()["Body"].read()
    stored.put(Body=whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(VaultError, check=lambda error: error.code == "vault.changed"):
        vault.open(blob)
    stored.delete()
    with pytest.raises(VaultError, check=lambda error: error.code == "vault.file_missing"):
        vault.open(blob)

    settings.STORAGE_URL = "s3://no-such-bucket-here"
    with pytest.raises(VaultError, check=lambda error: error.code == "vault.storage_down"):
        vault.put(b"more", kind="text/plain", record_id="r1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    storage._bucket.cache_clear()
    with pytest.raises(VaultError, check=lambda error: error.code == "vault.storage_down"):
        vault.put(b"more", kind="text/plain", record_id="r1")
    storage._bucket.cache_clear()
