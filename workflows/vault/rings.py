"""Which master keys wrap which files, so that a process can be given one ring and not the others."""

from __future__ import annotations

from enum import StrEnum


class Ring(StrEnum):
    """The closed list of key rings.

    A process that serves agencies is given `received` and `released` and can therefore
    open no original, whatever is done to it (reliability.md R7).
    """

    ORIGINALS = "originals"  # records as custodians handed them in, and what is made of them
    RECEIVED = "received"  # what agencies send: requests and instruments
    RELEASED = "released"  # packages ready to be pulled
