"""Growth of a hit to the phrase that tells: what may stand before and after it.

A span should be the shortest text that tells nothing when it is gone: "claims to be Honduran",
"deported twice in 2016". Words are those of lexicon/growth.yaml; growth stops at a clause
boundary and after 40 characters each side. Words that tell nothing of their own ("is", "his") go with
it only where one that does stands among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from redaction.detect.engine import compile_pattern, expand
from redaction.detect.spans import Hit

REACH = 40  # view characters each side
ARTICLE_REACH = 8


class Growth:
    """The compiled word lists."""

    def __init__(self, words: Mapping[str, Any], macros: Mapping[str, str]) -> None:
        after = "|".join(expand(frame, macros, lambda word: None) for frame in words["after"])
        self._before = compile_pattern(rf"(?:^|[^a-z'])((?:(?:{'|'.join(words['before'])}) ){{1,5}})$")
        self._after = compile_pattern(rf"^((?:,? (?:{after}))+)(?:[^a-z0-9]|$)")
        self._plain = compile_pattern(rf"^(?:(?:{words['plain']}) )+$")
        self._article = compile_pattern(rf"(?:^|[^a-z])((?:{words['article']}) )$")

    def grow(self, hits: Iterable[Hit], data: bytes) -> list[Hit]:
        """The hits, those that may grow with what belongs to them; offsets of the joined view."""
        return [self._grown(hit, data) if hit.grow else hit for hit in hits]

    def _grown(self, hit: Hit, data: bytes) -> Hit:
        start, end = hit.start, hit.end
        match = self._before.search(data[max(0, start - REACH) : start])
        if match and not self._plain.match(match.group(1)):
            start -= match.end(1) - match.start(1)
        if match := self._after.match(data[end : end + REACH + 1]):
            end += match.end(1)
        return hit if (start, end) == (hit.start, hit.end) else hit.moved(start, end, hit.evidence)

    def with_article(self, negative: Hit, data: bytes) -> Hit:
        """A hard negative with the article before it, which hits inside it may have taken."""
        match = self._article.search(data[max(0, negative.start - ARTICLE_REACH) : negative.start])
        if match is None:
            return negative
        return negative.moved(
            negative.start - (match.end(1) - match.start(1)), negative.end, negative.evidence
        )
