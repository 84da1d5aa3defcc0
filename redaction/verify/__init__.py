"""The independent verifier: says whether an output may leave, from its bytes and the report alone.

Nothing in here is shared with the code that made the output (`burn`, `extract`, `decide`);
formats are parsed and pixels decoded by other means. Fail closed: what cannot be evaluated
has failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from redaction.types import Assertion

__all__ = ["Assertion", "check"]


def check(
    output: bytes,
    report: Mapping[str, Any],
    *,
    key: bytes,
    source: bytes | None = None,
    converted: bytes | None = None,
    poppler: str | None = None,
    tables: Mapping[int, str] | None = None,
    again: Sequence[Mapping[str, Any]] | None = None,
    clear: Iterable[str] = (),
) -> list[Assertion]:
    """V1 to V16 in order, each `pass` or `fail`; all are always evaluated.

    `key` is the key of the report's hashes. With the `source` as received, and the PDF it was
    `converted` to where it is none, words, ink, page sizes and boxes are compared with it; without,
    the recorded digests and verdicts count. `again` describes the pages burned a second time (V13).
    `poppler` is the text pdftotext gave for the output and `tables` what OCR read on the pages of
    `draws.pages_to_read`, for a caller in a cage that may start no program; None means that they
    are run here where installed. `clear` are removed or kept values as the caller knows them: each is
    believed only so far as its keyed hash is in the report, and saves hashing every window of the
    output for it; without any, the same values are found, slowly. Nothing is raised, whatever the
    output or the report holds.
    """
    # Here, so that the parent, which parses nothing, does not load every parser with `caged`.
    from redaction.verify.assertions import evaluate_all
    from redaction.verify.examined import Examined
    from redaction.verify.texts import pdftotext

    with ThreadPoolExecutor(1) as beside:  # another program: it reads while the first assertions are judged
        poppler_text = (lambda: poppler) if poppler is not None else beside.submit(pdftotext, output).result
        return evaluate_all(
            Examined(output, report, key, source, converted, poppler_text, tables, again, tuple(clear))
        )
