"""Every public RFC 6962 vector is answered as its author says."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from workflows.audit.tlog.merkle import ProofError, verify_consistency, verify_inclusion

WANTED = 196


def _hashes(values: list[str] | None) -> list[bytes]:
    return [base64.b64decode(value) for value in values or ()]


def _bytes(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def _refused(kind: str, case: dict) -> bool:
    try:
        if kind == "inclusion":
            verify_inclusion(
                case["leafIdx"],
                case["treeSize"],
                _bytes(case["leafHash"]),
                _hashes(case["proof"]),
                _bytes(case["root"]),
            )
        else:
            verify_consistency(
                case["size1"],
                case["size2"],
                _bytes(case["root1"]),
                _bytes(case["root2"]),
                _hashes(case["proof"]),
            )
    except ProofError:
        return True
    return False


def test_all_196_public_vectors_are_answered_as_they_ask(vectors: Path) -> None:
    files = sorted((vectors / "rfc6962").rglob("*.json"))
    wrong = []
    for file in files:
        case = json.loads(file.read_text())
        kind = file.relative_to(vectors / "rfc6962").parts[0]
        if _refused(kind, case) is not case["wantErr"]:
            wrong.append(str(file))
    assert wrong == []
    assert len(files) == WANTED
