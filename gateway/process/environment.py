"""Makes `.venv` from a lock file: `python -m gateway.process.environment runtime|dev`.

Standard library only: this runs before anything is installed. A stamp in `.venv` holds the
digests of the locks that were installed, so that a second start installs nothing and a
changed lock is always taken up. Packages come with hashes and as wheels only; nothing is
ever compiled.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".lock-digests"
LOCKS = {"runtime": ROOT / "requirements" / "runtime.txt", "dev": ROOT / "requirements" / "dev.txt"}


class Install(Protocol):
    """Puts one lock into the environment; raises NotReady."""

    def __call__(self, name: str, *, say: bool) -> None: ...


class NotReady(Exception):
    """The environment cannot be made; the message is one sentence for the person who started us."""


def digests() -> dict[str, str]:
    """Return the SHA-256 of each lock and of the interpreter's minor version, which wheels depend on."""
    minor = f"{sys.version_info.major}.{sys.version_info.minor}".encode()
    return {name: hashlib.sha256(minor + path.read_bytes()).hexdigest() for name, path in LOCKS.items()}


def installed() -> dict[str, str]:
    """Return what the stamp says; empty when there is no whole environment."""
    try:
        found = json.loads(STAMP.read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return {}
    return found if python_path().exists() else {}


def python_path() -> Path:
    """Return the environment's interpreter."""
    return VENV / "bin" / "python"


def ensure(wanted: str, *, say: bool = True, install: Install | None = None) -> Path:
    """Return the interpreter of an environment that holds the wanted lock, installing it if need be.

    Two starts at once wait for each other. Raises NotReady.
    """
    with LOCKS["runtime"].open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now, have = _digests_of_environment(), installed()
        if have.get(wanted) == now[wanted]:
            return python_path()
        # A developer's environment stays one: the development lock contains the runtime lock.
        chosen = "dev" if "dev" in have else wanted
        (install or _install)(chosen, say=say)
        covered = {"runtime", "dev"} if chosen == "dev" else {"runtime"}
        STAMP.write_text(json.dumps({name: digest for name, digest in now.items() if name in covered}))
    return python_path()


def _digests_of_environment() -> dict[str, str]:
    """Digests as the environment's own interpreter would give them, if there is one, else as ours."""
    if not python_path().exists() or Path(sys.executable).parent == python_path().parent:
        return digests()
    asked = subprocess.run(
        [python_path(), "-m", "gateway.process.environment", "digests"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(asked.stdout) if asked.returncode == 0 else digests()


def _install(name: str, *, say: bool) -> None:
    lock = LOCKS[name]
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    uv = shutil.which("uv")
    if say:
        size = "about 800 MB on disk" if name == "runtime" else "about 1.1 GB on disk"
        print(
            f"Installing {count} packages into .venv with {'uv' if uv else 'pip'} ({size}) ...",
            file=sys.stderr,
            flush=True,
        )
    STAMP.unlink(missing_ok=True)
    if uv:
        _install_with_uv(uv, lock)
    else:
        _install_with_pip(lock, count, say=say)


def _install_with_uv(uv: str, lock: Path) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    environment["UV_PYTHON_DOWNLOADS"] = "never"  # the interpreter is the one that runs us
    if not python_path().exists():
        _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV)], environment)
    _run(
        [
            uv,
            "pip",
            "install",
            "--python",
            str(python_path()),
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            str(lock),
        ],
        environment,
    )


def _install_with_pip(lock: Path, count: int, *, say: bool) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    pip = [str(python_path()), "-m", "pip"]
    have_pip = (
        python_path().exists()
        and not subprocess.run(
            [*pip, "--version"], env=environment, capture_output=True, check=False
        ).returncode
    )
    if not have_pip:
        try:
            _run([sys.executable, "-m", "venv", str(VENV)], environment)
        except NotReady:
            raise NotReady(
                "This Python cannot make virtual environments; install its venv module"
                " (python3-venv) or uv, then start again."
            ) from None
    command = [
        *pip,
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--progress-bar",
        "off",
        "-r",
        str(lock),
    ]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as pip_run:
        try:
            _follow(pip_run, count if say else 0)
        except BaseException:  # we are being stopped: so is pip
            pip_run.kill()
            raise
    if pip_run.returncode:
        raise NotReady(f"pip could not install the lock (exit {pip_run.returncode}); see above.")


def _follow(pip_run: subprocess.Popen[str], count: int) -> None:
    """Read pip's output to its end; with a count, say now and then how far it is."""
    assert pip_run.stdout is not None
    seen = 0
    for line in pip_run.stdout:
        if line.startswith("Collecting "):
            seen += 1
            if count and seen % 20 == 0:
                print(f"  {min(seen, count)} of {count} fetched", file=sys.stderr, flush=True)
        elif line.startswith("Installing collected") and count:
            print("  unpacking", file=sys.stderr, flush=True)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        raise NotReady(
            f"{Path(command[0]).name} could not make the environment (exit {done.returncode});"
            " its message stands above."
        )


def main(argv: list[str]) -> int:
    """Command line: make one environment, or print the digests that this interpreter computes."""
    os.environ.pop("PYTHONPATH", None)
    if argv == ["digests"]:
        print(json.dumps(digests()))
        return 0
    try:
        ensure(argv[0] if argv else "runtime")
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
