"""What a normalised PDF says, by every reader, and what it shows besides text."""

from redaction.extract.read import page_png, read

__all__ = ["page_png", "read"]
