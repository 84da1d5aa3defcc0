"""What a normalised PDF says, by every reader, and what it shows besides text."""

from redaction.extract.pictures import page_pngs
from redaction.extract.read import page_png, read

__all__ = ["page_png", "page_pngs", "read"]
