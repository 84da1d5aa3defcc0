"""Twenty sentences that must come out right before anything else may run (D8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.detect import lexicon
from redaction.errors import DetectorError

if TYPE_CHECKING:
    from redaction.detect.ruleset import Ruleset


def run(ruleset: Ruleset) -> None:
    """Returns when every canary sentence gives the types (or the silence) written beside it.
    Raises DetectorError('canary_failed') otherwise."""
    from redaction.detect.scan import scan_text

    rows = lexicon.read_yaml(lexicon.FOLDER / "canary.yaml")
    if len(rows) < 20:
        raise DetectorError("canary_failed", "the canary is incomplete")
    for number, row in enumerate(rows, 1):
        found = {s.hit.type for s in scan_text(row["text"], ruleset) if s.action.value != "keep"}
        expected = {row["type"]} if row["type"] else set()
        if not expected <= found or (not expected and found):
            raise DetectorError("canary_failed", f"canary sentence {number} came out wrong")
