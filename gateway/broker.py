"""The filesystem transport of kombu, made to survive a kill at any moment.

As it comes, a message file is visible before it is written, and a worker that reads an
empty or torn one stops for good; so does one that finds a torn table of bindings. Here a
message appears by renaming, a torn one is dropped (the sweep sends it again), the bindings
of our own exchange are fixed, and a torn table of any other exchange is made anew.
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

EXCHANGE = "jobs"
QUEUES = ("read", "ocr", "burn", "verify", "pack", "mail")
HALF_WRITTEN_S = 60.0
BINDINGS = [filesystem.exchange_queue_t(name, "", name) for name in QUEUES]


def clear_leftovers(messages: Path, control: Path) -> None:
    """Remove what earlier nodes left: their bindings, messages to themselves, half-written files.

    Call it only as the one node of the folder. Messages in our queues stay.
    """
    for table in control.glob("*.exchange"):
        table.unlink(missing_ok=True)
    for path in messages.iterdir():
        hidden = path.name.startswith(".")
        with suppress(FileNotFoundError):  # its writer was quicker
            if hidden and time.time() - path.stat().st_mtime < HALF_WRITTEN_S:
                continue
            if hidden or path.name.partition(".")[2].removesuffix(".msg") not in QUEUES:
                path.unlink()


class Channel(filesystem.Channel):
    """Messages as files that appear whole."""

    def get_table(self, exchange: str) -> list[Any]:
        if exchange == EXCHANGE:
            return BINDINGS
        with suppress(ValueError):
            return list(super().get_table(exchange))
        return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        if exchange == EXCHANGE:
            return
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            self._exchange_file(exchange).unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # kombu's two differ
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        hidden = folder / f".{name}"
        hidden.write_bytes(str_to_bytes(dumps(payload)))
        os.rename(hidden, folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            hidden = folder / f".{name}"
            try:
                os.rename(folder / name, hidden)
            except FileNotFoundError:  # another process of this worker was quicker
                continue
            content = hidden.read_bytes()
            hidden.unlink()
            with suppress(ValueError):
                return loads(bytes_to_str(content))
        raise Empty


class Transport(filesystem.Transport):
    """The transport behind `filesystem://` (see `gateway.celery`)."""

    Channel = Channel
