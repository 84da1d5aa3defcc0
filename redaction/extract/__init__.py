"""What a normalised PDF says, by every reader, and what it shows besides text."""

from redaction.extract.pictures import page_pngs
from redaction.extract.read import page_png, read
from redaction.extract.sameness import text_digest

__all__ = ["page_png", "page_pngs", "read", "text_digest"]
