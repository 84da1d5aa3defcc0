"""A real witness: its own process, folder and key, on a port of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from workflows.audit.tlog.note import VerifierKey, parse_vkey
from workflows.audit.witness import keeping

ROOT = Path(__file__).resolve().parents[3]
NAME = "oversight.test/witness"
START_S = 60.0


class WitnessProcess:
    """Made by `init`, run by `serve`; killed and started as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vkey = self.command("init", NAME).stdout.strip()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def key(self) -> VerifierKey:
        return parse_vkey(self.vkey)

    def command(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "workflows.audit.witness", "--folder", str(self.folder), *words],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    def watch(self, origin: str, key: VerifierKey) -> None:
        keeping.store(self.folder).watch(origin, key)

    def start(self) -> None:
        words = ["serve", "--port", str(self.port)]
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "workflows.audit.witness", "--folder", str(self.folder), *words],
                cwd=ROOT, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "output").read_text()
            assert self._process.poll() is None, (self.folder / "output").read_text()

    def kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=0.2).close()
        except OSError:
            return False
        return True
