"""Lines of words: which text runs along the page and which runs up it."""

from __future__ import annotations

from redaction.decide.lines import stands
from redaction.types import Box


def test_a_narrow_word_on_a_line_does_not_stand_and_a_rotated_one_does() -> None:
    narrow = [Box(70, 100, 75, 112), Box(75, 100, 78, 112)]  # "el": higher than wide
    rotated = [Box(70, 100, 82, 106), Box(70, 94, 82, 100), Box(70, 88, 82, 94)]

    assert not stands(narrow)
    assert not stands(narrow[:1])
    assert stands(rotated)
