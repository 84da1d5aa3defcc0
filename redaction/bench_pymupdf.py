"""Another redactor's time for the same boxes: run by an interpreter that has PyMuPDF, outside ours.

PyMuPDF (AGPL) is no dependency and no part of this product. `bench` runs this file with the
interpreter that REDACTION_BENCH_PYMUPDF names, if it is set, to compare with its redact and save.

Standard input is a JSON object: `repeat`, and `files`, each with `pdf` (a path) and `boxes`
([page from 0, x0, y0, x1, y1] in points from the top left). Standard output is a JSON object:
`version`, and `seconds`, the best processor time of each file.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import time
from typing import Any


def main() -> None:
    """Measure every file, print the answer."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answer:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # PyMuPDF says there what it thinks of a file
        json.dump(_measured(), answer)


def _measured() -> dict[str, Any]:
    pymupdf = importlib.import_module("pymupdf")
    asked = json.load(sys.stdin)
    seconds = [
        min(redacted(pymupdf, file["pdf"], file["boxes"]) for _ in range(asked["repeat"]))
        for file in asked["files"]
    ]
    return {"version": pymupdf.VersionBind, "seconds": seconds}


def redacted(pymupdf: Any, path: str, boxes: list[list[float]]) -> float:
    """Processor seconds for one file: open, mark, apply, save."""
    with open(path, "rb") as file:
        data = file.read()
    started = time.process_time()
    document = pymupdf.open(stream=data, filetype="pdf")
    marked: dict[float, Any] = {}
    for number, *sides in boxes:
        page = marked.setdefault(number, document[int(number)])
        page.add_redact_annot(pymupdf.Rect(*sides), fill=(0, 0, 0))
    for page in marked.values():
        page.apply_redactions()
    document.save(io.BytesIO(), garbage=3, deflate=True)
    document.close()
    return time.process_time() - started


if __name__ == "__main__":
    main()
