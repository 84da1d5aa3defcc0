"""The independent verifier: says whether an output may leave, from its bytes and the report alone.

Nothing in here is shared with the code that made the output (`burn`, `extract`, `decide`);
formats are parsed and pixels decoded by other means. Fail closed: what cannot be evaluated
has failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from redaction.types import Assertion

__all__ = ["Assertion", "check"]


def check(
    output: bytes,
    report: Mapping[str, Any],
    *,
    source: bytes | None = None,
    key: bytes,
    poppler: str | None = None,
    clear: Iterable[str] = (),
) -> list[Assertion]:
    """V1 to V16 in order, each `pass`, `fail` or `not_built`; all are always evaluated.

    `key` is the key of the report's hashes. With the `source` as received, words and page sizes
    are compared with it; without, with the recorded digests. `poppler` is the text pdftotext
    gave for the output, for a caller in a cage that may start no program; None means it is run
    here where installed. `clear` are removed or kept values as the caller knows them: each is
    believed only so far as its keyed hash is in the report, and saves hashing every window of the
    output for it; without any, the same values are found, slowly. Nothing is raised, whatever the
    output or the report holds.
    """
    # Here, so that the parent, which parses nothing, does not load every parser with `caged`.
    from redaction.verify.assertions import ASSERTIONS, evaluate
    from redaction.verify.examined import Examined

    examined = Examined(output, report, key, source, poppler, tuple(clear))
    return [evaluate(name, examined) for name in ASSERTIONS]
