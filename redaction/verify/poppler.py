"""How pdftotext is called, for the parent that starts it in a cage of its own."""

from __future__ import annotations

import shutil


def pdftotext_command() -> list[str] | None:
    """The command that reads a PDF from standard input, or None where poppler is not installed."""
    program = shutil.which("pdftotext")
    return None if program is None else [program, "-enc", "UTF-8", "-", "-"]
