"""`manage.py verify_audit`: check the whole log, or what is new since your own checkpoint.

Exit: 0 good; 2 usage; 10 body changed; 11 missing or cut; 12 order; 13 time bracket; 14 derived
column; 20 signature or key; 21 fork, rollback, or memory contradicts; 22 the witness contradicts;
23 not cosigned where a witness is configured; 24 a timestamp that does not fit; 40 reconciliation;
50 schema; 60 stale. All findings are reported; the exit is the lowest class.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workflows.audit import keyring
from workflows.audit.keyring import Keyring
from workflows.audit.keys import KeyMissing
from workflows.audit.memory import SignerMemory
from workflows.audit.timestamping import RootsMissing, roots_of, trusted_roots
from workflows.audit.tlog.note import NoteError
from workflows.audit.verification.findings import CLASSES, MOST_FINDINGS, Result
from workflows.audit.verification.whole import Asked, verify

USAGE = 2
MOST_SHOWN = 50


class Command(BaseCommand):
    """Prints findings in plain words (or one JSON object) and exits with the class of the worst."""

    help = "Check the audit log: bodies, order, signatures, signer memory, times and columns."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--from", dest="start", type=Path, help="your own checkpoint: check only what is new"
        )
        parser.add_argument("--seen", type=Path, help="a checkpoint copied from paper (three lines)")
        parser.add_argument(
            "--witness", type=Path, help="what the witness exported (folder or one cosigned checkpoint)"
        )
        parser.add_argument("--trust", type=Path, help="file of keys you trust (as in keys.txt)")
        parser.add_argument(
            "--tsa-roots", type=Path, help="certificates (PEM) of the authority that stamps checkpoints"
        )
        parser.add_argument(
            "--reconcile", action="store_true", help="compare the log with packages and files"
        )
        parser.add_argument(
            "--without-memory",
            action="store_true",
            help="the signer's memory is not reachable here; a rollback cannot be excluded then",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked = Asked(
                ring=self._ring(options["trust"]),
                memory=None if options["without_memory"] else SignerMemory(settings.MEMORY_FILE),
                export_dir=Path(settings.EXPORT_DIR),
                now=timezone.now(),
                start=options["start"],
                seen=options["seen"],
                witness=options["witness"],
                reconcile=options["reconcile"],
                roots=trusted_roots() if options["tsa_roots"] is None else roots_of(options["tsa_roots"]),
            )
            result = verify(asked, self._progress(options["json"]))
        except (OSError, UnicodeDecodeError, NoteError, KeyMissing, RootsMissing) as error:
            self._unusable(str(error), options["json"])
            raise SystemExit(USAGE) from error
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), sort_keys=True))
        else:
            self._tell(result, confirmed=options["trust"] is not None, compared=not options["without_memory"])
        if result.exit:
            raise SystemExit(result.exit)

    def _ring(self, trust: Path | None) -> Keyring:
        text = keyring.keys_text() if trust is None else trust.read_text(encoding="utf-8")
        return keyring.parse_keys(text)

    def _progress(self, quiet: bool) -> Any:
        if quiet or not sys.stderr.isatty():
            return lambda done, total: None
        return lambda done, total: self.stderr.write(f"\r{done} of {total} leaves", ending="")

    def _witness(self, result: Result) -> str:
        """How far somebody outside has looked."""
        if result.witnessed_size is None:
            return "witness: none; whoever holds the signing key can rewrite all of it"
        return (
            f"witness: {result.witnessed_size} leaves are cosigned; what came later rests on the signer alone"
        )

    def _stamps(self, result: Result) -> str:
        """What an outside authority has said about the time; empty when it was never asked."""
        stamped = result.stamped
        if stamped.unchecked:
            return (
                f"timestamps: {stamped.unchecked} fit their checkpoints; who signed them was not judged, "
                "since no certificate of an authority is given (--tsa-roots)"
            )
        if stamped.size is None or stamped.at is None:
            return ""
        by = f"{stamped.at:%Y-%m-%d %H:%M} UTC"
        return f"timestamps: {stamped.good} good; {stamped.size} leaves existed by {by}"

    def _unusable(self, sentence: str, as_json: bool) -> None:
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "result": "bad",
                        "exit": USAGE,
                        "findings": [{"code": USAGE, "leaf": None, "entry": None, "detail": sentence}],
                    },
                    sort_keys=True,
                )
            )
        else:
            self.stderr.write(f"A file of keys or a checkpoint cannot be used: {sentence}")

    def _tell(self, result: Result, *, confirmed: bool, compared: bool) -> None:
        write = self.stdout.write
        origin, root = result.origin or "(never started)", result.root.hex()[:16] or "-"
        write(f"log {origin}: {result.size} leaves, root {root}")
        write(f"checked {result.entries} entries from leaf {result.checked_from}; {result.pending} wait")
        write(f"signer: {'confirmed by your trust file' if confirmed else 'keys of this installation'}")
        write(self._witness(result))
        if stamps := self._stamps(result):
            write(stamps)
        if not compared:
            write("signer memory: not compared, a rollback is not excluded")
        for life in result.lives:
            lost = max(0, life["signed"] - life["size"])
            write(f"an earlier life, {life['origin']}: {life['size']} leaves, {lost} signed ones lost")
        for one in result.as_json()["findings"][:MOST_SHOWN]:
            place = "" if one["leaf"] is None else f"leaf {one['leaf']}: "
            write(f"[{one['code']}] {place}{one['detail']}")
        for code, count in sorted(result.counts.items()):
            more = f" (the first {MOST_FINDINGS} are listed)" if count > MOST_FINDINGS else ""
            write(f"{count} x {code}: {CLASSES[code]}{more}")
        if result.first_bad_leaf is not None:
            write(f"first bad leaf: {result.first_bad_leaf}")
            write(f"last good checkpoint: {result.last_good_size} leaves")
        write("good" if result.exit == 0 else f"NOT GOOD (exit {result.exit})")
