"""Burn: a plan becomes a new PDF in which the withheld data does not exist."""

from redaction.burn.assemble import Burned, BurnedPage, apply, apply_to

__all__ = ["Burned", "BurnedPage", "apply", "apply_to"]
