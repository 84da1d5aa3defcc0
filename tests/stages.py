"""The stages of `./test`: lint, the database tests on PostgreSQL, then everything on SQLite.

Arguments: `--lint` adds the lint stage, `--no-lint` leaves it out (default: in CI only), `--lint-only`
runs nothing else;
`--postgres` runs the chosen tests on PostgreSQL only; `--scale full` asks for the full sizes
of the T tests. The rest goes to pytest. Without arguments of its own both databases are
run. pytest's summary comes last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PRODUCT = ("gateway", "workflows", "redaction", "manage.py")
# On two cores. On PostgreSQL the tests compute. On SQLite two groups of tests mostly wait, for real programs
# to start, answer and end; they have a process each, and the other two keep the cores busy meanwhile.
ON_POSTGRESQL, ON_SQLITE = 3, 4
SCRIPTS = ("run", "test", ".ci/run", "gateway/process/find_python.sh")


def lint_commands() -> list[list[str]]:
    """Return the checks that need no test, the longest first."""
    python, tool = sys.executable, lambda name: str(BIN / name)
    return [
        [tool("mypy")],
        [python, "-m", "pytest", "--collect-only", "-q"],  # compiles the tests once for all processes
        [tool("ruff"), "check", "--output-format", "concise", "."],
        [tool("lint-imports")],
        [tool("shellcheck"), "-x", *SCRIPTS],
        [tool("hadolint"), "Dockerfile"],
        [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        [tool("compose-lint"), "check", "docker-compose.yml"],
        [tool("bandit"), "-q", "-r", "-lll", *PRODUCT],
        [python, "manage.py", "check"],
        [python, "manage.py", "makemigrations", "--check", "--dry-run"],
    ]


def lint() -> int:
    """Run every check, two at a time; return the number that failed. The output of good checks is not
    shown."""
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for ended in as_completed([pool.submit(_check, command) for command in lint_commands()]):
            done, seconds = ended.result()
            name = " ".join([Path(done.args[0]).name, *done.args[1:3]])
            word = "ok    " if done.returncode == 0 else "FAILED"
            print(f"lint  {word} {seconds:5.1f} s  {name}", flush=True)
            if done.returncode:
                failed += 1
                print(done.stdout, done.stderr, sep="\n", flush=True)
    return failed


def _check(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.monotonic()
    environment = {**os.environ, "GATEWAY_PROFILE": "test"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done, time.monotonic() - began


def pytest(arguments: list[str], environment: dict[str, str], processes: int) -> int:
    """Run pytest once, in so many processes unless the caller chose otherwise; return its exit code."""
    chosen = any(
        word == "-n" or word.startswith(("-n", "--numprocesses")) or word == "--pdb" for word in arguments
    )
    spread = [] if chosen else ["-n", str(processes), "--dist", "loadgroup"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *spread, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode


def pytest_on_postgresql(arguments: list[str]) -> tuple[int, str]:
    """Run the database tests on PostgreSQL; return the exit code and a line that says how it went."""
    with services.run_folder():
        os.environ["TEST_SERVICES_OWNER"] = str(os.getpid())
        offer = services.obtain("postgres")
        if not offer.url:
            required = services.services_required()
            return int(required), f"PostgreSQL run: {'FAILED' if required else 'left out'}, {offer.how}"
        code = pytest(arguments, {"DATABASE_URL": offer.url}, ON_POSTGRESQL)
    # 5: none of the chosen tests uses the database.
    return (
        0 if code == 5 else code
    ), f"PostgreSQL run: {'passed' if code in (0, 5) else f'FAILED (exit {code})'}"


def on_one_database(arguments: list[str], *, postgresql: bool) -> int:
    """Pytest with these arguments on one of the two databases; its exit code, the servers' line printed."""
    if not postgresql:
        return pytest(arguments, {}, 1)
    code, line = pytest_on_postgresql(arguments)
    print(line)
    return code


def main(argv: list[str]) -> int:
    """Run the stages; the exit code is 0 only if all of them passed."""
    # Hundreds of processes load the same modules: each would compile all of them anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    arguments = list(argv)
    with_lint = _take(arguments, "--lint") or (
        os.environ.get("CI") == "true" and "--no-lint" not in arguments
    )
    _take(arguments, "--no-lint")
    only_postgresql = _take(arguments, "--postgres")
    if "--scale" in arguments:
        place = arguments.index("--scale")
        os.environ["GATEWAY_SCALE"] = arguments[place + 1]
        del arguments[place : place + 2]
    if _take(arguments, "--lint-only"):
        return int(lint() > 0)
    failed = lint() if with_lint else 0
    if only_postgresql:
        code, line = pytest_on_postgresql(arguments)
        if code:
            print(line)
        return code or int(failed > 0)
    earlier, line = (0, "") if arguments else pytest_on_postgresql([])
    if failed:
        line = f"lint: {failed} checks FAILED. {line}"
    code = pytest(arguments, {"TEST_EARLIER_RUN": line}, ON_SQLITE)
    return code or earlier or int(failed > 0)


def _take(arguments: list[str], word: str) -> bool:
    if word in arguments:
        arguments.remove(word)
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
