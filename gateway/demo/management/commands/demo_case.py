"""`manage.py demo_case`: drive one whole matter over HTTP against the running server.

No model and no shell is used: what this command can do, any agency and any city can do.
Exit 0; 1 with the failed step and its problem document; 2 without a server or on wrong usage.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from gateway.demo import records as demo_records
from gateway.demo.chain import Chain
from gateway.demo.client import StepFailed
from gateway.process.prepare import sign_ins

MOST_FILES = 4


class Command(BaseCommand):
    """Prints one line per step and the path of the package last."""

    help = "Drive one whole matter over HTTP, from the agency's request to its receipt."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", help="address of the running server (from the sign-in file)")
        parser.add_argument("--samples", help="folder of PDFs to take in")
        parser.add_argument(
            "--files", type=int, default=MOST_FILES, help=f"how many of them at most ({MOST_FILES})"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object per step")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        found = sign_ins()
        if found is None:
            self._stop(2, "there is no demonstration city in this data folder; start ./run first")
        url = options["url"] or found["url"]
        try:
            httpx.get(f"{url.rstrip('/')}/healthz", timeout=10, trust_env=False)
        except httpx.HTTPError:
            self._stop(2, f"no server answers at {url}; start ./run first")
        pdfs = _pdfs(options["samples"], options["files"])
        chain = Chain(url.rstrip("/") + "/", found, pdfs, Path(settings.DATA_DIR) / "demo" / "packages")
        self._run(chain, options["json"])

    def _run(self, chain: Chain, as_json: bool) -> None:
        for number, step in enumerate(chain.steps(), 1):
            try:
                said = step()
            except (StepFailed, httpx.HTTPError) as failed:
                problem = getattr(failed, "problem", None)
                self._say(as_json, number, "failed", f"{step.__name__}: {failed}", problem)
                self._stop(1, json.dumps(problem, indent=1) if problem and not as_json else "")
            self._say(as_json, number, "ok", said, None)
        self.stdout.write(f"package: {chain.package}")

    def _say(self, as_json: bool, number: int, result: str, said: str, problem: Any) -> None:
        if as_json:
            line = {
                "step": number,
                "result": result,
                "text": said,
                **({"problem": problem} if problem else {}),
            }
            self.stdout.write(json.dumps(line))
        else:
            self.stdout.write(f"{number:02d} {result} {said}")
        self.stdout.flush()

    def _stop(self, code: int, sentence: str) -> NoReturn:
        if sentence:
            self.stderr.write(sentence)
        sys.exit(code)


def _pdfs(folder: str | None, most: int) -> list[Path | tuple[str, bytes]]:
    """The smallest PDFs of the first folder that exists, else what the demo's own generator makes."""
    places = [
        folder,
        os.environ.get("GATEWAY_SAMPLES"),
        str(settings.BASE_DIR.parent / "shared" / "samples" / "pdfs"),
    ]
    for place in filter(None, places):
        found = sorted(Path(place).glob("*.pdf"), key=lambda path: path.stat().st_size)
        if found:
            return list(found[:most])
    return [(one.name, one.data) for one in demo_records.make_all(timezone.localdate())[:most]]
