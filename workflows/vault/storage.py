"""Where encrypted files lie: a local folder, or a bucket of an S3-compatible store.

Chosen by `settings.STORAGE_URL`: empty for `DATA_DIR/vault`, or `s3://bucket[/prefix]` with
endpoint and account from the usual `AWS_...` variables. Neither sees plaintext or keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workflows.vault.errors import VaultError
from workflows.vault.files import FULL, flush_folder, write_whole


class Storage(Protocol):
    """What a place for encrypted files can do; every failure is a VaultError."""

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Keep the parts under the name, whole or not at all."""

    def read(self, name: str) -> Any:
        """Return a context manager giving the file as a seekable binary stream."""

    def remove(self, name: str) -> None:
        """Remove the file; absent is well."""

    def names(self) -> Iterator[str]:
        """Yield the names of all files."""


def current() -> Storage:
    """Return the storage of the settings. Raises ImproperlyConfigured for an unknown scheme."""
    url = str(settings.STORAGE_URL)
    if not url:
        return Folder(Path(settings.DATA_DIR) / "vault")
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ImproperlyConfigured("STORAGE_URL must be empty or s3://bucket[/prefix]")
    return _bucket(parts.netloc, parts.path.strip("/"))


class Folder:
    """A local folder of mode 0700, spread over 256 sub-folders."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name[2:]

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        path = self._path(name)
        try:
            if not path.parent.is_dir():
                self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                flush_folder(self.root)
        except OSError as failure:
            raise VaultError("vault.disk_full" if failure.errno in FULL else "vault.storage_down")
        write_whole(path, parts, replace=True)

    @contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        try:
            source = self._path(name).open("rb")
        except FileNotFoundError:
            raise VaultError("vault.file_missing")
        except OSError:
            raise VaultError("vault.storage_down")
        with source:
            yield source

    def remove(self, name: str) -> None:
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError:
            raise VaultError("vault.storage_down")

    def names(self) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            if not path.name.startswith("."):
                yield path.parent.name + path.name


@lru_cache(maxsize=4)
def _bucket(bucket: str, prefix: str) -> Bucket:
    return Bucket(bucket, prefix)


@contextmanager
def _store_errors() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except FileNotFoundError:
        raise VaultError("vault.file_missing")
    except OSError as failure:
        raise VaultError("vault.disk_full" if failure.errno in FULL else "vault.storage_down")
    except (Boto3Error, BotoCoreError, ClientError):
        raise VaultError("vault.storage_down")


class Bucket:
    """A bucket of an S3-compatible store, private, through django-storages."""

    def __init__(self, bucket: str, prefix: str) -> None:
        from botocore.config import Config
        from storages.backends.s3 import S3Storage

        self._storage = S3Storage(
            bucket_name=bucket,
            location=prefix,
            default_acl=None,
            file_overwrite=True,
            gzip=False,
            max_memory_size=8 << 20,  # above, ciphertext being read spills to a temporary file
            object_parameters={"ContentType": "application/octet-stream"},
            client_config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3}),
        )

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        from django.core.files import File

        with _store_errors(), TemporaryFile(dir=settings.DATA_DIR) as whole:  # ciphertext only
            for part in parts:
                whole.write(part)
            whole.seek(0)
            self._storage.save(name, File(whole, name=name))

    @contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        with _store_errors():
            source = self._storage.open(name, "rb")
            source.file.seek(0)  # fetches the object
        try:
            yield source.file
        finally:
            source.close()

    def remove(self, name: str) -> None:
        with _store_errors():
            self._storage.delete(name)

    def names(self) -> Iterator[str]:
        with _store_errors():
            yield from self._storage.listdir("")[1]
