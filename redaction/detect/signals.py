"""Signs that a whole page is about status, whatever its spans (document_level_signals of the law)."""

from __future__ import annotations

from redaction.detect.ruleset import Ruleset
from redaction.detect.scan import read
from redaction.errors import DetectorError


def signals_of(text: str, ruleset: Ruleset) -> tuple[str, ...]:
    """Codes of the signs met in the text of one page, sorted; such a page goes to a person whole.

    Raises DetectorError; an empty answer means "looked, met none".
    """
    try:
        data = read(text, ruleset).tagged.data
        return tuple(sorted(code for code, rules in ruleset.signals.items() if any(rules.run(data))))
    except DetectorError:
        raise
    except Exception as wrong:  # withheld: whatever broke must not pass for "no sign"
        raise DetectorError("detector_failed", type(wrong).__name__) from wrong
