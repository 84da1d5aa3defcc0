"""The three ways in which the redactor withholds a file.

Nothing else leaves `redaction.pipeline`. No message holds text of the document:
a code from a closed list is all that a log or a person at the door may see.
"""

from __future__ import annotations

from typing import Any

REJECTED_CODES = frozenset(
    {
        "unsupported_type",
        "no_converter",
        "malformed",
        "encrypted",
        "xfa_dynamic",
        "no_pages",
        "over_limits",
    }
)
QUARANTINED_CODES = frozenset(
    {
        "scanned_page",
        "parsers_disagree",
        "page_count_mismatch",
        "unmapped_font",
        "ocr_unavailable",
        "tracked_changes",
        "portfolio",
        "child_failed",
        "page_failed",
        # and verifier_V1 .. verifier_V16
    }
    | {f"verifier_V{n}" for n in range(1, 17)}
)
FAILED_CODES = frozenset({"detector_failed", "ruleset_mismatch", "internal"})


class Withheld(Exception):
    """Base of the three outcomes in which no output exists.

    `code` is one of the closed lists above; `page` counts from 1 where one page is meant.
    """

    codes: frozenset[str] = frozenset()
    exit_code = 1
    report: dict[str, Any] | None = None  # what `pipeline.redact` knew when it withheld the file

    def __init__(self, code: str, page: int | None = None) -> None:
        if code not in self.codes:
            raise ValueError(f"{code!r} is not a code of {type(self).__name__}")
        super().__init__(code if page is None else f"{code} (page {page})")
        self.code = code
        self.page = page


class Rejected(Withheld):
    """The file can never be processed as it is: ask for another one. Exit 4."""

    codes = REJECTED_CODES
    exit_code = 4


class Quarantined(Withheld):
    """A person has to look before anything may leave. Exit 3."""

    codes = QUARANTINED_CODES
    exit_code = 3


class Failed(Withheld):
    """Our own machinery failed; the file is withheld and may be tried again. Exit 1."""

    codes = FAILED_CODES
    exit_code = 1


class DetectorError(Exception):
    """The detector could not do its work; an empty list is never returned instead."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
