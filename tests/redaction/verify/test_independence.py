"""The verifier shares no code with what it judges."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[3] / "redaction" / "verify"
ALLOWED = {"redaction.types", "redaction.errors", "redaction.detect", "redaction.sandbox", "redaction.verify"}


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_a_module_of_the_verifier_imports_no_stage_but_the_detector(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        ours = [".".join(name.split(".")[:2]) for name in names if name.startswith("redaction.")]
        assert set(ours) <= ALLOWED
