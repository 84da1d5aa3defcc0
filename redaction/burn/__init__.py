"""Burn: a plan becomes a new PDF in which the withheld data does not exist."""

from redaction.burn.assemble import Burned, BurnedPage, apply

__all__ = ["Burned", "BurnedPage", "apply"]
