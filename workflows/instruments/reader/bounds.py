"""How much text is read at once. What is larger is read by a person first and stays closed.

Every stage takes time that grows with the length of the text, and the reading of a filed paper runs outside
the cage: these bounds, not the goodwill of a sender, say how long a worker is busy with one paper.
"""

from __future__ import annotations

MOST_CHARACTERS = 300_000  # some hundred pages; more is no instrument
MOST_LINES = 12_000  # forty full pages have 2,600; each line is looked at as the head of another paper
MOST_PAGES = 500
MOST_IN_LINE = 20_000  # a whole letter without a line break has a quarter of it


def is_beyond(text: str) -> bool:
    """True for a text that is longer, has more lines or pages, or a longer line than is read at once."""
    return (
        len(text) > MOST_CHARACTERS
        or text.count("\n") >= MOST_LINES
        or text.count("\f") >= MOST_PAGES
        or max(map(len, text.split("\n"))) > MOST_IN_LINE
    )
