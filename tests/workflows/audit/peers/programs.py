"""The two programs outside Python: one compiled from Go's own packages, and `openssl`."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import services

# Debian: gccgo, golang-golang-x-mod-dev. The sources are compiled where they lie; no module is fetched.
SUMDB = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
PACKAGE = "golang.org/x/mod/sumdb"
ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: SubjectPublicKeyInfo before the key


def absent(what: str) -> None:
    """End the test: without the program nothing can be said. Where all servers are required, it fails."""
    if services.services_required():
        pytest.fail(f"{what} is required here and is not installed", pytrace=False)
    pytest.skip(f"{what}: not installed")


def compiled(folder: Path) -> Path:
    """Return the program of `sumdb.go`, compiled with Go's packages for signed notes and logs."""
    compiler = shutil.which("gccgo")
    if compiler is None or not SUMDB.is_dir():
        absent("gccgo and golang.org/x/mod")
    assert compiler
    objects = []
    for name in ("note", "tlog"):
        target = folder / PACKAGE / f"{name}.o"
        target.parent.mkdir(parents=True, exist_ok=True)
        sources = [path for path in sorted((SUMDB / name).glob("*.go")) if not path.stem.endswith("_test")]
        _compile(compiler, "-c", f"-fgo-pkgpath={PACKAGE}/{name}", "-o", target, *sources)
        objects.append(target)
    program = folder / "sumdb"
    own = Path(__file__).with_name("sumdb.go")
    _compile(compiler, "-O1", "-I", folder, "-o", program, own, *objects)
    return program


def _compile(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def ask(program: Path, question: dict[str, Any]) -> dict[str, Any]:
    """Return what the program says about trees, notes and exported logs."""
    done = subprocess.run(
        [program], input=json.dumps(question), capture_output=True, text=True, check=True, timeout=600
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def openssl_accepts(folder: Path, public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the `openssl` program finds this Ed25519 signature good. `public` is the raw key."""
    program = shutil.which("openssl")
    if program is None:
        absent("openssl")
    assert program
    key, signed, over = folder / "key.pem", folder / "signature", folder / "message"
    text = base64.b64encode(ED25519_HEAD + public).decode()
    key.write_text(f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    signed.write_bytes(signature)
    over.write_bytes(message)
    done = subprocess.run(
        [program, "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", over, "-sigfile", signed],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    good = "Signature Verified Successfully" in done.stdout
    assert good == (done.returncode == 0), done.stderr
    assert good or "Verification Failure" in done.stdout, done.stderr
    return good
