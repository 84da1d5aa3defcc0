"""A bundle: released files with the entries they rest on, and all a stranger needs to check both.

`contents` makes the files in memory, `write` puts them into a folder, `zipped` into one archive whose
bytes depend on nothing but the contents. The checker is `verify_bundle.py`, copied in verbatim.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from workflows.audit import keyring, proofs, schema, stamps
from workflows.audit.canonical import canonical, parse
from workflows.audit.models import Entry
from workflows.audit.tlog.note import Signer

HERE = Path(__file__).resolve().parent
SIGNED_PREFIX = b"disclosure-bundle/v1\n"  # so that no signature of this key means anything else

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def contents(
    *, files: Mapping[str, bytes], entries: Sequence[Entry], meta: Mapping[str, Any], package_key: Signer
) -> dict[str, bytes]:
    """Return every file of the bundle by its path.

    `files` are named relative to `files/`, in plain ASCII; names must say nothing about a person.
    `entries` must all be sealed; they get their proofs under one checkpoint. A file whose digest an
    entry names (as object or manifest) is tied to that entry. `meta` is any canonical value. Timestamps of
    an outside authority over these entries come along (`stamps`).
    Raises NotSealed, KeyMissing, ValueError for a bad name.
    """
    if not entries:
        raise ValueError("a bundle rests on at least one entry")
    opened = proofs.open_latest()
    seals = list(zip(entries, proofs.seals_of(entries, opened), strict=True))
    made: dict[str, bytes] = {
        "checkpoint": opened.whole.encode(),
        "keys.txt": keyring.keys_text().encode(),
        "verify_bundle.py": (HERE / "verify_bundle.py").read_bytes(),
        "README.en.txt": (HERE / "pages" / "README.en.txt").read_bytes(),
        "README.es.txt": (HERE / "pages" / "README.es.txt").read_bytes(),
    }
    made |= stamps.files_for([seal.index for _, seal in seals], opened)
    named: dict[str, int] = {}
    for entry, seal in seals:
        body = bytes(entry.body)
        made[f"entries/{seal.index}.json"] = body
        made[f"proofs/{seal.index}.tlog-proof"] = seal.file()
        for sha256 in _named_digests(body):
            named.setdefault(sha256, seal.index)
    for name, content in files.items():
        if not _NAME.match(name):
            raise ValueError("a file of a bundle has a plain relative ASCII name")
        made[f"files/{name}"] = content
    signed = {
        "v": 1,
        "origin": opened.checkpoint.origin,
        "made_at": schema.time_text(timezone.now()),
        "size": opened.checkpoint.size,
        "meta": dict(meta),
        "entries": [
            {"index": seal.index, "event": entry.event, "sha256": _sha256(bytes(entry.body))}
            for entry, seal in sorted(seals, key=lambda pair: pair[1].index)
        ],
        "files": [
            {
                "path": path,
                "sha256": _sha256(content),
                "bytes": len(content),
                "entry": _tied(path, content, named),
            }
            for path, content in sorted(made.items())
        ],
    }
    made["bundle.json"] = _sign(signed, package_key)
    return made


def write(
    folder: Path,
    *,
    files: Mapping[str, bytes],
    entries: Sequence[Entry],
    meta: Mapping[str, Any],
    package_key: Signer,
) -> dict[str, bytes]:
    """Put a bundle into an empty or new folder and return its contents. Raises as `contents`, and OSError."""
    made = contents(files=files, entries=entries, meta=meta, package_key=package_key)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError("the folder of a new bundle must be empty")
    for path, content in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return made


def zipped(made: Mapping[str, bytes]) -> bytes:
    """Return the contents as one ZIP; equal contents give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(made.items()):
            item = zipfile.ZipInfo(path, _ZIP_TIME)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = 0o644 << 16
            archive.writestr(item, content)
    return buffer.getvalue()


def _sign(signed: Mapping[str, Any], package_key: Signer) -> bytes:
    value = package_key.private.sign(SIGNED_PREFIX + canonical(dict(signed)))
    signature = {
        "name": package_key.name,
        "key": package_key.verifier.key_id.hex(),
        "value": base64.b64encode(value).decode(),
    }
    return canonical({"signed": dict(signed), "signature": signature}) + b"\n"


def _named_digests(body: bytes) -> list[str]:
    fields = parse(body)
    found = [fields.get("obj", {}).get("sha256"), fields.get("manifest")]
    return [sha256 for sha256 in found if sha256]


def _tied(path: str, content: bytes, named: Mapping[str, int]) -> int | None:
    return named.get(_sha256(content)) if path.startswith("files/") else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
