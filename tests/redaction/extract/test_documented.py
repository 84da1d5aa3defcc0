"""docs/redaction.md names every source of text and every signal that a page can bear."""

from __future__ import annotations

from pathlib import Path

from redaction.types import EARLIER_CODES, TextSource

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "redaction.md").read_text()
SIGNALS = ("scanned_page", "parsers_disagree", "unmapped_font", "ocr_unavailable", "ocr_low")


def test_every_source_and_signal_is_documented():
    named = [*TextSource, *EARLIER_CODES, *SIGNALS, "hidden_text", "text_layer_differs"]

    assert [name for name in named if f"`{name}`" not in PAGE] == []
