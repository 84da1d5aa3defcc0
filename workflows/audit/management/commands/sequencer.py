"""`manage.py sequencer`: the process that seals the log. Exactly one runs per installation.

Exit 0 after SIGTERM or SIGINT, or after `--once` when everything waiting is sealed; with `--once`,
21 when memory and database contradict each other. Without it a contradiction keeps the process
alive but idle, so that people can still read: the flag closes the release gate. 3 when triggers
are not ours, a key is missing, or another sequencer runs.
"""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from workflows.audit import sequencer, triggers
from workflows.audit.keys import KeyMissing
from workflows.audit.memory import MemoryInUse
from workflows.audit.sequencer import POLL_S, Sequencer, Split
from workflows.audit.timestamping import RootsMissing
from workflows.audit.tlog.tiles import TileError

logger = logging.getLogger(__name__)

LONGEST_PAUSE_S = 10.0


class Command(BaseCommand):
    """Runs the sequencer of design page "evidence"."""

    help = "Seal the log: order entries, sign checkpoints, export tiles."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="seal what waits, then exit")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        problems = triggers.check(connection)
        for sentence in problems:
            self.stderr.write(sentence)
        if problems:
            raise SystemExit(3)
        try:
            one = sequencer.from_settings()
            with one.memory.held():
                if options["once"]:
                    seal_all(one)
                else:
                    self._run(one, stop)
        except KeyMissing as error:
            self.stderr.write(error.sentence)
            raise SystemExit(3) from error
        except RootsMissing as error:
            self.stderr.write(str(error))
            raise SystemExit(3) from error
        except MemoryInUse as error:
            self.stderr.write(f"Another sequencer holds {error}.")
            raise SystemExit(3) from error
        except Split as split:
            one.stop_for(split)
            self.stderr.write(f"Sealing stopped: {split}.")
            raise SystemExit(21) from split

    def _run(self, one: Sequencer, stop: threading.Event) -> None:
        pause_s, ready = 0.0, False
        while not stop.wait(pause_s):
            close_old_connections()
            try:
                if one.incarnation is None:
                    one.start()
                while not stop.is_set() and one.step():
                    pass
                if not ready:
                    ready = True
                    self.stdout.write(f"sequencer ready, {one.sealed_size} leaves signed")
                    self.stdout.flush()
                pause_s = POLL_S
            except Split as split:
                self._idle(one, split, stop)
                return
            except (DatabaseError, OSError, TileError) as error:
                # Nothing is lost: entries wait, the gate closes with the lag, the next try begins anew.
                logger.error("sealing failed, trying again: %s", type(error).__name__)
                connection.close()
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _idle(self, one: Sequencer, split: Split, stop: threading.Event) -> None:
        self.stderr.write(
            f"Sealing stopped: {split}. The release gate is closed until people have found out why."
        )
        while not stop.is_set():
            try:
                one.stop_for(split)
                break
            except DatabaseError as error:
                logger.error("the flag could not be stored: %s", type(error).__name__)
                connection.close()
                stop.wait(LONGEST_PAUSE_S)
        connection.close()
        stop.wait()


def seal_all(one: Sequencer) -> int:
    """Start, seal until nothing waits, and return the number of entries sealed. Raises Split."""
    one.start()
    total = 0
    while placed := one.step():
        total += placed
    one.watch.catch_up(one.now())
    return total
