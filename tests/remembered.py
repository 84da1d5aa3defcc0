"""What the cage made of a file, remembered for as long as this process tests.

Hundreds of tests file the same demonstration order and take in the same few records before they come to
what they ask. A file is read for real the first time; the same bytes, asked for the same, come out the
same every time, which tests of the cage itself ask. What is made of it afterwards is made anew.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redaction import pipeline
from workflows.instruments import reading

MOST = 40  # files of a process; the pictures of their pages are what takes room
_made: dict[Any, Any] = {}


@contextmanager
def readings() -> Iterator[None]:
    """Within this the product's question what is in a file is answered from memory, if it was asked before.

    Refusals are not remembered, and burning and its verifier never are.
    """
    scan, pages, ink = pipeline.scan, pipeline.page_images, reading.read_ink

    def scanned(path: Path, **asked: Any) -> Any:
        return _once(("scan", _digest(path), repr(asked)), lambda: scan(path, **asked))

    def drawn(path: Path, *given: Any, **asked: Any) -> Iterator[bytes]:
        return iter(
            _once(("pages", _digest(path), repr((given, asked))), lambda: [*pages(path, *given, **asked)])
        )

    def inked(document: Any, png: Callable[[int], bytes], signer: str | None) -> Any:
        # The document stands beside its answer: no other one can come to have its number.
        return copy.deepcopy(
            _once(("ink", id(document), signer), lambda: (document, ink(document, png, signer)))[1]
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "scan", scanned)
        patch.setattr(pipeline, "page_images", drawn)
        patch.setattr(reading, "read_ink", inked)
        yield


def _once(key: Any, make: Callable[[], Any]) -> Any:
    if key not in _made:
        made = make()
        while len(_made) >= 3 * MOST:
            _made.pop(next(iter(_made)))
        _made[key] = made
    return _made[key]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
