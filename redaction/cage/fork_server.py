"""The program of a warm cage: `python -I -B fork_server.py SETTINGS`, started as `child.py` is.

It loads our libraries and rules once and then, for each request, forks a child that does exactly
what `child.py` does: it gives up its rights, answers one step, and ends. This process itself never
sees a foreign byte: requests come as descriptors of files that only the child reads.

SETTINGS is a JSON object: `root` and `environment` as for `child.py`. On descriptor 0 is a socket;
a request is the JSON settings of one child with the descriptors of its request and reply files, an
answer is `frames.ENDED`: how the child ended (as `waitpid` has it), its seconds of processor time, and
the most memory it held. The other end gone, this process ends.
"""

from __future__ import annotations

import array
import ctypes
import gc
import json
import os
import socket
import sys

PR_SET_DUMPABLE = 4
YOUNG_OBJECTS = 10_000  # made before Python looks for cycles among them: a page has that many letters


def load() -> None:
    """Everything the warm steps import is in memory, and the rules are compiled."""
    import cv2
    import pdfplumber
    import pikepdf
    import pypdfium2
    from PIL import Image

    import redaction.burn.again
    import redaction.cage.child
    import redaction.cage.confine
    import redaction.cage.document_frames
    import redaction.cage.landlock
    import redaction.cage.plan_frames
    import redaction.cage.steps
    import redaction.decide.blanks
    import redaction.extract.file_places
    import redaction.extract.fonts
    import redaction.extract.page_places
    import redaction.extract.page_reader
    import redaction.extract.picture_text
    import redaction.extract.places
    import redaction.extract.render
    import redaction.extract.revisions
    import redaction.extract.sweep
    import redaction.extract.values
    import redaction.intake.flatten
    import redaction.intake.join
    import redaction.intake.look
    import redaction.verify.assertions
    import redaction.verify.caged
    import redaction.verify.reading
    from redaction import detect

    cv2.setNumThreads(1)  # a child may not start threads
    Image.preinit()  # the formats that Pillow otherwise loads when the first image is saved
    detect.detect_text("Nobody was born in Honduras.", detect.load())
    assert all((pdfplumber, pikepdf, pypdfium2, redaction))  # for those who come later


def serve(connection: socket.socket) -> None:
    """Answers requests until the other end is gone."""
    from redaction.cage.frames import ENDED

    while True:
        message, files = _receive(connection)
        if len(files) != 2:
            return
        child = os.fork()
        if child == 0:
            _be_child(connection, message, files)
        for descriptor in files:
            os.close(descriptor)
        _, status, used = os.wait4(child, 0)
        connection.send(ENDED.pack(status, used.ru_utime + used.ru_stime, used.ru_maxrss))


def _receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    from redaction.cage.frames import REQUEST_BYTES

    files = array.array("i")
    message, ancillary, flags, _ = connection.recvmsg(REQUEST_BYTES, socket.CMSG_SPACE(2 * files.itemsize))
    for level, kind, raw in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            files.frombytes(raw[: len(raw) - len(raw) % files.itemsize])
    if flags & socket.MSG_TRUNC:
        return b"", []
    return message, list(files)


def _be_child(connection: socket.socket, message: bytes, files: list[int]) -> None:
    """One step, then the end of this process, whatever happens."""
    try:
        from redaction.cage import child

        os.dup2(files[0], 0)
        os.dup2(files[1], 1)
        for descriptor in {connection.fileno(), *files} - {0, 1, 2}:
            os.close(descriptor)
        child.answer(json.loads(message))
    finally:
        os._exit(70)


def main() -> None:
    """Load, say so, serve."""
    settings = json.loads(sys.argv[1])
    os.environ.update(settings["environment"])
    sys.path.insert(0, settings["root"])
    from redaction.cage.frames import ENDED

    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no child may look into this process
    connection = socket.socket(fileno=os.dup(0))
    load()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    connection.send(ENDED.pack(0, 0.0, 0))
    serve(connection)


if __name__ == "__main__":
    main()
