"""Numbers issued to people: grammars, labels and check digits.

`shapes.py` holds the grammars, `national.py` those of other countries, `mrz.py` the
machine-readable zones, `checks.py` the check digits.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from redaction.detect.engine import compile_pattern
from redaction.detect.identifiers import checks, mrz, shapes
from redaction.detect.spans import Hit
from redaction.detect.views import Views

Near = Callable[[str, int, int, int], tuple[int, int] | None]
_DIGITS = compile_pattern(r"\b[a-z]{0,3}[0-9](?:[ -]?[0-9]){5,}[a-z]?\b")
# What a run of digits is when it is none of ours: dates, telephone numbers, money, social security.
_PLAIN = re.compile(
    r"(?:(?:19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d|[01]?\d[ -][0-3]?\d[ -](?:19|20)?\d{2}|(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}|"
    r"[0-8]\d{2}-\d{2}-\d{4}|(?:19|20)\d{2}[ -](?:19|20)\d{2}|\d{5}-\d{4})"
)


@functools.lru_cache(maxsize=1)
def _book() -> tuple[object, list[object], list[object], dict[str, int]]:
    index = {shape.id: at for at, shape in enumerate(shapes.SHAPES)}
    return shapes.rules(), list(shapes.labels()), list(shapes.refusals()), index


def find(views: Views, near: Near) -> Iterator[Hit]:
    """Hits of every kind of number, in joined offsets. `near` finds status cues around a span."""
    rules, labels, refusals, index = _book()
    data = views.joined
    for raw in rules.run(data):  # type: ignore[attr-defined]
        at = index[raw.rule.id]
        hit = _judge(shapes.SHAPES[at], labels[at], refusals[at], data, raw.start, raw.end, near)
        if hit is not None:
            yield hit
    yield from mrz.find(views)
    yield from _loose_digits(data, near)


def _judge(shape, label, refuse, data: bytes, start: int, end: int, near: Near) -> Hit | None:  # type: ignore[no-untyped-def]
    value = data[start:end].decode()
    if sum(c.isdigit() for c in value) < shape.digits:
        return None
    before, after = data[max(0, start - shape.reach) : start], data[end : end + 24]
    if refuse is not None and refuse.search(before):
        return Hit(start, end, shape.type, 0.0, shape.id + ".refused", 1, "hard_negative", "A number of another kind, by the word before it")
    plain = "".join(c for c in value.upper() if c.isalnum() or c == "&")
    evidence: tuple[tuple[int, int], ...] = ()
    if shape.label == "." :
        score = shapes.LABELLED
    elif label is not None and (found := label.search(before) or label.search(after)):
        score = shapes.LABELLED
    elif shape.valid is not None and _holds(shape.valid, plain):
        score = shape.valid_score
    elif shape.near and (cue := near("status", start, end, 80)):
        score, evidence = max(shape.near, shape.alone), (cue,)
    else:
        score = shape.alone
    if score <= 0:
        return None
    return Hit(start, end, shape.type, score, shape.id, 1, "identifier", shape.why, evidence=evidence)


def _holds(valid: Callable[[str], bool], value: str) -> bool:
    try:
        return valid(value) or (value[-1:] != "" and valid(checks.digits_of(value.lower())) and not value.isdigit())
    except (ValueError, IndexError):  # a validator that cannot read it does not vouch for it
        return False


def _loose_digits(data: bytes, near: Near) -> Iterator[Hit]:
    """Six or more digits beside a status cue that fit no grammar: a person looks at them."""
    for match in _DIGITS.finditer(data):
        start, end = match.span()
        value = data[start:end].decode()
        if _PLAIN.fullmatch(value):
            continue
        if cue := near("status", start, end, 40):
            yield Hit(
                start, end, "DHS_CASE_ID", 0.3, "digits.beside_cue", 1, "identifier",
                "A number beside words about immigration", evidence=(cue,),
            )  # fmt: skip
