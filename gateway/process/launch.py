"""The part of `./run` before the environment exists. Standard library only.

Checks what can be checked at once (port, data folder), makes `.venv`, then becomes
`manage.py up`. Exit 2 with one sentence when the machine or the arguments do not allow it.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from gateway.process.environment import ROOT, NotReady, ensure

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What a data folder of ours holds; a folder with other things in it is not taken over.
OURS = ("gateway.sqlite3", "keys", "incoming", "logs", "broker")


class Interrupted(BaseException):
    """Stopped while installing."""


def parser() -> argparse.ArgumentParser:
    """Return the command line of `./run`, which `manage.py up` shares."""
    command = argparse.ArgumentParser(prog="./run", description="Start the gateway on this machine.")
    add_arguments(command)
    return command


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `./run` to a parser."""
    command.add_argument(
        "--port", type=int, default=8000, help="port on 127.0.0.1; 0 takes a free one (8000)"
    )
    command.add_argument("--data", metavar="DIR", help="data folder (var)")
    command.add_argument("--no-demo", action="store_true", help="start without the demonstration city")
    command.add_argument("--reset-demo", action="store_true", help="throw the demonstration city away first")
    command.add_argument("--setup-only", action="store_true", help="environment and migrations, then exit")
    command.add_argument(
        "--seed-only", action="store_true", help="the same and the demonstration city, then exit"
    )


def port_is_free(port: int) -> bool:
    """True if we could listen there now."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def take_folder(folder: Path) -> None:
    """Make the data folder, readable to us alone. Raises NotReady with a sentence."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = {entry.name for entry in folder.iterdir()}
        if there and not there & set(OURS):
            raise NotReady(f"{folder} holds other things; name an empty folder with --data.")
        folder.chmod(0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except NotADirectoryError:
        raise NotReady(f"{folder} is not a folder.") from None
    except FileExistsError:
        raise NotReady(f"{folder} is not a folder.") from None
    except OSError as error:
        raise NotReady(f"{folder} cannot be written ({error.strerror}); name another with --data.") from None


def environment_with(data: Path) -> dict[str, str]:
    """Return the environment of every program of this installation.

    Bytecode is kept beside the modules, whatever the shell says: the programs and each of their cages
    load the same ones, and would all compile them anew, which takes longer than the rest of a start.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "GATEWAY_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}


def main(argv: list[str]) -> int:
    """Prepare and hand over; returns only when that was not possible."""
    os.environ.pop("PYTHONPATH", None)
    options = parser().parse_args(argv)
    once = options.setup_only or options.seed_only

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted

    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
    data = Path(options.data or os.environ.get("GATEWAY_DATA_DIR") or ROOT / "var").absolute()
    try:
        if not once and not port_is_free(options.port):
            raise NotReady(
                f"Port {options.port} is taken; choose another with --port, or --port 0 for a free one."
            )
        take_folder(data)
        python = ensure("runtime")
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 2
    except Interrupted:
        print("Stopped while preparing; nothing runs.", file=sys.stderr)
        return 130 if once else 0
    # Signals that arrive while the other program loads wait until it can handle them.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    return os.execve(python, [str(python), str(ROOT / "manage.py"), "up", *argv], environment_with(data))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
