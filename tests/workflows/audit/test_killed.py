"""The process that seals the log is killed at random moments while entries are written.

6 kills here, 200 with `GATEWAY_SCALE=full` or `just kills 200`. After each kill the log is good by all that
`verify_audit` asks, what had a leaf keeps it, and no flag is raised but a true one; after the last restart
every entry that a writer was told is written has one leaf. Sequencer and writers are processes of their own,
forked because most of the moments would else fall into Python's own start.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit import export, flags, keyring
from workflows.audit.models import Checkpoint, Entry, Flag, Leaf, Pending
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.audit.verification.whole import Asked, verify
from workflows.errors import NotRecorded
from workflows.policy.review import bounds

FULL = os.environ.get("GATEWAY_SCALE") == "full"
KILLS = int(os.environ.get("KILLS", "200" if FULL else "6"))
WRITERS = 2
PAUSE_S = 0.1
READY_S = 60.0

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
forked = multiprocessing.get_context("fork")


class House:
    """The writers and the sequencer of one log, each a process."""

    def __init__(self, the_log: LogUnderTest) -> None:
        self.the_log = the_log
        self.output = the_log.folder / "output"
        self.over, self.sealing = forked.Event(), forked.Event()
        self.told = [the_log.folder / f"written-{n}" for n in range(WRITERS)]
        self.running: list[multiprocessing.process.BaseProcess] = []

    def start(self, work, *words) -> multiprocessing.process.BaseProcess:
        """Fork once no connection of ours is open, so that none is shared."""
        connections.close_all()
        process = forked.Process(target=work, args=words)
        process.start()
        self.running.append(process)
        return process

    def end(self) -> None:
        self.over.set()
        for process in self.running:
            process.join(30)
            process.kill()
            process.join()

    def write(self, told: Path) -> None:
        """Write entries of one to four to a transaction until it is over, note each once it is committed.

        Only while somebody seals: what is written while the log is checked makes the next check longer, and
        that the one after it.
        """
        draw = random.Random(told.name)
        with told.open("w", buffering=1) as noted:
            while not self.over.wait(draw.uniform(0.0, 0.02)):
                if not self.sealing.wait(PAUSE_S):
                    continue
                try:
                    entries = self.the_log.write(draw.randint(1, 4))
                except (DatabaseError, NotRecorded):
                    continue  # nothing was written, as the writer was told
                noted.write("".join(f"{entry.uuid}\n" for entry in entries))

    def seal(self) -> None:
        with self.output.open("a") as output:
            call_command("sequencer", stdout=output, stderr=output)

    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def until_sealing(self, sequencer: multiprocessing.process.BaseProcess) -> float:
        """Wait until the process has signed a checkpoint; return how many seconds that took."""
        begun, signed = time.monotonic(), Checkpoint.objects.count()
        while Checkpoint.objects.count() == signed:
            sequencer.join(0.005)
            assert sequencer.exitcode is None and time.monotonic() - begun < READY_S, self.said()
        return time.monotonic() - begun


@pytest.fixture
def house(own_files: Path, settings) -> Iterator[House]:
    made = House(LogUnderTest(own_files, settings))
    made.the_log.seal()  # the log is open, and a first checkpoint is signed
    yield made
    made.end()


def order() -> list[tuple[int, int]]:
    return list(Leaf.objects.order_by("idx").values_list("idx", "entry"))


def faults(the_log: LogUnderTest) -> list[str]:
    ring = keyring.parse_keys(keyring.keys_text())
    asked = Asked(ring=ring, memory=the_log.memory, export_dir=the_log.export_dir, now=timezone.now())
    return [finding.detail for finding in verify(asked).findings]


def left(the_log: LogUnderTest) -> str:
    """Behind which of its steps the process was killed, as far as what it left tells."""
    kept = the_log.memory.read(the_log.settings.LOG_ORIGIN)
    signed = Checkpoint.objects.order_by("-id")[0]
    exported = parse_unsigned(str(export.exported_checkpoint(the_log.export_dir))).size
    assert kept is not None
    if Leaf.objects.count() > kept.size:
        return "ordered, not remembered"
    if kept.size > signed.size:
        return "remembered, not signed"
    return "signed, not exported" if signed.size > exported else "at rest"


def truly_late(flag: Flag) -> bool:
    """Nothing was sealed for as long as the flag says: on a slow machine the checks between kills take that
    long, and then saying so is no false alarm."""
    if flag.code != flags.LATE:
        return False
    entry, leaf = Entry.objects.get(pk=flag.entry), Leaf.objects.get(entry=flag.entry)
    sealed = Checkpoint.objects.filter(size__gt=leaf.idx).order_by("id")[0]
    return entry.at + bounds().lag < sealed.at


def test_killed_at_random_moments_it_gives_every_entry_one_place(house: House) -> None:
    the_log, draw = house.the_log, random.Random(9)
    for told in house.told:
        house.start(house.write, told)
    before, where, begun_s = order(), Counter[str](), PAUSE_S
    for _ in range(KILLS):
        sequencer = house.start(house.seal)
        house.sealing.set()
        if draw.random() < 0.6:
            begun_s = house.until_sealing(sequencer)
            sequencer.join(draw.uniform(0.0, PAUSE_S))
        else:
            sequencer.join(draw.uniform(0.0, begun_s))
        assert sequencer.exitcode is None, house.said()
        sequencer.kill()
        sequencer.join()
        house.sealing.clear()

        after = order()
        assert after[: len(before)] == before  # no second order
        assert faults(the_log) == []
        where[left(the_log)] += 1
        before = after

    house.end()
    the_log.clock.now = timezone.now()  # the processes had the real one
    the_log.seal()
    assert order()[: len(before)] == before
    assert faults(the_log) == []
    assert [flag.code for flag in Flag.objects.all() if not truly_late(flag)] == []
    assert not Pending.objects.exists() and Leaf.objects.count() == Entry.objects.count()
    written = [line for told in house.told for line in told.read_text().split()]
    sealed = Counter(Leaf.objects.values_list("entry", flat=True))
    places = dict(Entry.objects.values_list("uuid", "pk"))
    assert written and all(sealed[places[UUID(entry)]] == 1 for entry in written)
    assert "Sealing stopped" not in house.said()
    print(f"{KILLS} kills, {len(before)} leaves, {dict(where)}")
