"""Values confirmed elsewhere in the matter, found again in their normal form (propagation, P7).

Text values count as whole words only; identifiers (5 or more digits) count anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from redaction.detect.engine import compile_pattern
from redaction.detect.spans import Hit
from redaction.detect.views import Views, compact, fold_text

SEED_RULE = "seed.value"


class Seed(NamedTuple):
    """A confirmed value and its type. In memory only: what is stored is a keyed hash (P10)."""

    type: str
    value: str


def find_seeds(views: Views, seeds: Sequence[Seed]) -> Iterator[Hit]:
    """Hits of every seed, in joined offsets."""
    for seed in seeds:
        body = _body(seed.value)
        if body:
            for match in compile_pattern(body).finditer(views.joined):
                yield Hit(
                    match.start(), match.end(), seed.type, 0.95, SEED_RULE, 1, "seed",
                    "The same value was confirmed elsewhere in this matter",
                )  # fmt: skip


def _body(value: str) -> str:
    letters = compact(value)
    if len(letters) < 3:
        return ""
    if sum(c.isdigit() for c in letters) >= 5:
        return r"\b" + "[ .-]{0,2}".join(re.escape(c) for c in letters) + r"\b"
    return (
        r"\b" + "[ ,.-]{1,3}".join(re.escape(w) for w in re.findall(r"[a-zX0-9']+", fold_text(value))) + r"\b"
    )
