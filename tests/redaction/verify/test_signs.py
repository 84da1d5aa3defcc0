"""Words of a source as the verifier takes them."""

from __future__ import annotations

import numpy as np

from redaction.verify.survivors import Signs


def test_a_word_parted_at_a_line_end_is_two_words():
    text = "on Wall\x02Street to\ufffeday"  # PDFium's two marks of such a hyphen
    signs = Signs(tuple(map(ord, text)), np.zeros((len(text), 4)), 612.0, 792.0)

    words = signs.words(np.ones(len(text), bool))

    assert ["".join(text[at] for at in word) for word in words] == [
        "on",
        "Wall\x02",
        "Street",
        "to\ufffe",
        "day",
    ]
