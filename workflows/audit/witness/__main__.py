"""The commands of a witness."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from workflows.audit.tlog.note import NoteError, parse_vkey
from workflows.audit.witness import app, keeping
from workflows.audit.witness.keeping import NotReady

PORT = 8411


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 2 when something given cannot be used, 3 without key or store."""
    options = _parser().parse_args(argv)
    try:
        options.run(options)
    except NotReady as error:
        sys.stderr.write(f"{error}\n")
        return 3
    except (NoteError, OSError) as error:
        sys.stderr.write(f"This cannot be used: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="witness", description="Cosigns logs that only grow.")
    parser.add_argument("--folder", type=Path, required=True, help="where the witness keeps key and store")
    commands = parser.add_subparsers(required=True)
    init = commands.add_parser("init", help="make the key of this witness; prints its vkey")
    init.add_argument("name", help="as it stands on its cosignatures, such as oversight.example.gov/witness")
    init.set_defaults(run=_init)
    watch = commands.add_parser("watch", help="watch a log")
    watch.add_argument("vkey", help="the log's vkey, read out by somebody you know")
    watch.add_argument("--origin", help="the log's origin, when it is not the name in the vkey")
    watch.set_defaults(run=_watch)
    serve = commands.add_parser("serve", help="answer POST /add-checkpoint")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=PORT)
    serve.set_defaults(run=_serve)
    export = commands.add_parser("export", help="write everything cosigned into a folder, for a reviewer")
    export.add_argument("target", type=Path)
    export.set_defaults(run=_export)
    return parser


def _init(options: argparse.Namespace) -> None:
    sys.stdout.write(f"{keeping.make(options.folder, options.name)}\n")


def _watch(options: argparse.Namespace) -> None:
    key = parse_vkey(options.vkey)
    keeping.store(options.folder).watch(options.origin or key.name, key)


def _serve(options: argparse.Namespace) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    keeping.signer(options.folder), keeping.store(options.folder)  # said here, not by a worker that dies
    os.environ[app.FOLDER_VARIABLE] = str(options.folder.resolve())
    Server(
        "workflows.audit.witness.app:application", address=options.host, port=options.port, factory=True,
        interface=Interfaces.WSGI, workers=1, blocking_threads=2, websockets=False, log_access=False,
        workers_kill_timeout=5,
    ).serve()  # fmt: skip


def _export(options: argparse.Namespace) -> None:
    """One file for each cosigned checkpoint, and the public key. Files that are there stay."""
    store = keeping.store(options.folder)
    options.target.mkdir(parents=True, exist_ok=True)
    public = keeping.signer(options.folder).verifier
    (options.target / "keys.txt").write_text(f"witness {public}\n", encoding="ascii")
    for number, whole in store.cosigned():
        path = options.target / f"{number:08d}.checkpoint"
        if not path.exists():
            path.write_text(whole, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
