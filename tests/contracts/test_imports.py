"""Imports run one way, frameworks stay out of the pure rooms, heavy libraries out of the web process."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = ("django", "rest_framework", "guardian", "celery")
HEAVY = (
    "pdfplumber", "pdfminer", "pikepdf", "pypdfium2", "presidio_analyzer", "spacy", "rapidocr", "onnxruntime",
)  # fmt: skip
# style.md section 2; an `apps.py` is the registration of the room, not the room.
PURE = (
    "redaction",
    "workflows/policy",
    "workflows/flow/moves.py",
    "workflows/matters/states.py",
    "workflows/audit/tlog",
    "workflows/audit/witness",
    "workflows/clocks/reckon.py",
)


def imported(path: Path) -> set[str]:
    """Return the top-level names of every import in a file, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def sources(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else [one for one in sorted(path.rglob("*.py")) if one.name != "apps.py"]


def test_the_written_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("place", PURE)
def test_no_framework_in_a_pure_room(place) -> None:
    for path in sources(place):
        assert not imported(path) & set(FRAMEWORKS), path.relative_to(ROOT)


def test_the_rooms_that_must_be_pure_are_there() -> None:
    later = {"workflows/audit/witness", "workflows/clocks/reckon.py"}  # with the witness and the clocks
    assert all((ROOT / place).exists() for place in set(PURE) - later)


@pytest.mark.parametrize("name", ["core", "common", "utils", "helpers", "services", "util", "helper", "misc"])
def test_no_room_is_named_after_everything(name) -> None:
    for room in ("gateway", "workflows", "redaction"):
        assert not [path for path in (ROOT / room).rglob(f"{name}*") if path.stem == name]


def test_the_web_process_loads_no_heavy_library() -> None:
    """stack.md K1: what `check` and the first answer load, in a process of its own."""
    program = (
        "import django, sys; django.setup()\n"
        "from django.core.management import call_command\n"
        "from django.test import Client\n"
        "call_command('check', verbosity=0)\n"
        "Client().get('/healthz')\n"
        f"print(sorted(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "gateway.settings.test"},
    )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr[-2000:]
