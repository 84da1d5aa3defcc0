"""What must be there before the programs start: keys, tables, triggers, static files, the demo city."""

from __future__ import annotations

import gc
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connections
from django.db.migrations.exceptions import InconsistentMigrationHistory

from gateway.checks import DEMO_MARK
from gateway.process.programs import MANAGE
from gateway.process.supervisor import run_aside
from workflows.audit import keys as log_keys
from workflows.audit import triggers
from workflows.vault import keys as vault_keys

# Everything a demo installation makes, by name below the data folder.
DEMO_PARTS = (
    "gateway.sqlite3", "gateway.sqlite3-wal", "gateway.sqlite3-shm", "keys", "memory", "export", "vault",
    "broker", "beat-schedule", "beat-schedule.db", "beat-schedule.dat", "beat-schedule.dir",
    "beat-schedule.bak", "mail", "demo", "incoming", "packages", "logs",
)  # fmt: skip

Say = Callable[[str], None]


class NotPossible(Exception):
    """Preparing failed; the message is one sentence for the operator."""


def makes_own_keys() -> bool:
    """True under the profiles that make their keys themselves."""
    return settings.PROFILE in {"demo", "dev", "test"}


def make_keys() -> None:
    """Every key file is there; under production nothing is made and what is missing is an error later."""
    if not makes_own_keys():
        return
    path = Path(settings.SECRET_KEY_FILE)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.PROFILE != "test":
        (path.parent / "DEMO").touch()  # production refuses keys that lie beside it
    if not path.exists():
        write_private(path, DEMO_MARK + secrets.token_urlsafe(48))
    vault_keys.ensure()
    log_keys.ensure()


def make_first_keys() -> tuple[Path, ...]:
    """Make the key files of a new installation where the environment names them, and return the paths.

    Raises NotPossible when one is there already: a new key would orphan what the old one protects.
    """
    names = ("SECRET_KEY_FILE", "MASTER_KEYS_FILE", "LOG_KEY_FILE", "PACKAGE_KEY_FILE")
    paths = tuple(Path(getattr(settings, name)) for name in names)
    there = [path for path in paths if path.exists()]
    if there:
        raise NotPossible(f"{there[0]} is there already; keys are made once")
    if not makes_own_keys():
        raise NotPossible("keys are made under the dev profile, which needs none to start")
    write_private(paths[0], secrets.token_urlsafe(64))
    vault_keys.ensure()
    log_keys.make_missing()
    return paths


def make_database() -> None:
    """Tables are those of this version and every trigger stands. Raises NotPossible."""
    gc.disable()  # a fifth of the time: thousands of model classes are made, and none is garbage yet
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except InconsistentMigrationHistory:
        raise NotPossible(
            "the database was made by another version of this program; name another folder with --data,"
            " or throw a demonstration city away with --reset-demo"
        ) from None
    finally:
        gc.enable()
    call_command("createcachetable", verbosity=0)
    problems = triggers.check(connections["default"])
    if problems:
        raise NotPossible(f"the triggers of the database are not ours: {problems[0]}")


def make_static_files() -> None:
    """Static files can be served: collected where the profile does not take them from the packages."""
    if not settings.WHITENOISE_USE_FINDERS:
        call_command("collectstatic", interactive=False, verbosity=0)


def reset_demo() -> None:
    """Throw the demo city away with its database, keys and log. Raises NotPossible elsewhere than in demo."""
    data = Path(settings.DATA_DIR)
    secret = Path(settings.SECRET_KEY_FILE)
    made_here = not secret.exists() or secret.read_text().startswith(DEMO_MARK)
    on_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    if settings.PROFILE != "demo" or not made_here or not on_sqlite:
        raise NotPossible("only a demonstration city in its own data folder can be thrown away")
    for name in DEMO_PARTS:
        path = data / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)


def seed_demo(environment: Mapping[str, str], say: Say) -> None:
    """The demo city is there, built once. A build that was broken off begins anew. Raises NotPossible."""
    if settings.PROFILE not in {"demo", "dev"}:
        return
    folder = Path(settings.DATA_DIR) / "demo"
    done, begun = folder / "built", folder / "building"
    if done.exists():
        return
    if "seed_demo" not in get_commands():
        say("this version has no demonstration city")
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun.touch()
    say("building the demonstration city (first start only)")
    began = time.monotonic()
    code = run_aside([sys.executable, MANAGE, "seed_demo"], environment)
    if code:
        raise NotPossible(f"the demonstration city could not be built (exit {code}); see above")
    begun.rename(done)
    say(f"the demonstration city stands after {time.monotonic() - began:.0f} s")


def half_built() -> bool:
    """True if an earlier build of the demo city was broken off."""
    return (Path(settings.DATA_DIR) / "demo" / "building").exists()


def sign_ins_file() -> Path:
    """Return the file with the demo sign-ins."""
    return Path(settings.DATA_DIR) / "demo" / "sign-ins.json"


def sign_ins(url: str | None = None) -> dict[str, Any] | None:
    """Return the demo sign-ins, None without a demo; with a URL, the file names it from now on."""
    path = sign_ins_file()
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text())
    if url is not None and found.get("url") != url:
        found["url"] = url
        write_private(path, json.dumps(found, indent=1) + "\n")
    return found


def write_private(path: Path, text: str) -> None:
    """Put a whole file in place that only we can read."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
