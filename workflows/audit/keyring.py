"""Which public keys speak for the log, for packages and for witnesses: `keys.txt` and trust files.

One key per line: `log <first size> <last size or *> <vkey>`, `package <vkey>`, `witness <vkey>`.
Lines that begin with # are remarks. A bare vkey counts as a log key for every size.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.audit.tlog.note import COSIGNATURE_V1, NoteError, VerifierKey, parse_vkey


@dataclass(frozen=True)
class LogKey:
    """A key of the log and the tree sizes it speaks for, both ends included; `last` None is open."""

    key: VerifierKey
    first: int = 0
    last: int | None = None

    def covers(self, size: int) -> bool:
        """Say whether the key may sign a tree of this size."""
        return self.first <= size and (self.last is None or size <= self.last)


@dataclass(frozen=True)
class Keyring:
    """The trusted public keys."""

    logs: tuple[LogKey, ...] = ()
    packages: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()

    def for_size(self, size: int) -> tuple[VerifierKey, ...]:
        """Return the log keys that may sign a tree of this size."""
        return tuple(held.key for held in self.logs if held.covers(size))


def parse_keys(text: str) -> Keyring:
    """Return the keys of a `keys.txt` or trust file. Raises NoteError for any line it does not know."""
    logs: list[LogKey] = []
    packages: list[VerifierKey] = []
    witnesses: list[VerifierKey] = []
    for line in text.splitlines():
        words = line.split()
        match words:
            case []:
                continue
            case [word, *_] if word.startswith("#"):
                continue
            case ["log", first, last, vkey]:
                if not first.isdecimal() or not (last == "*" or last.isdecimal()):
                    raise NoteError("a log key has a range of sizes")
                logs.append(LogKey(parse_vkey(vkey), int(first), None if last == "*" else int(last)))
            case ["package", vkey]:
                packages.append(parse_vkey(vkey))
            case ["witness", vkey]:
                witnesses.append(parse_vkey(vkey))
            case [vkey]:
                logs.append(LogKey(parse_vkey(vkey)))
            case _:
                raise NoteError("a line of keys that is not understood")
    if any(held.key.kind == COSIGNATURE_V1 for held in logs):
        raise NoteError("a cosignature key speaks for no log")
    return Keyring(tuple(logs), tuple(packages), tuple(witnesses))


def keys_text() -> str:
    """Return `keys.txt` of this installation. Raises KeyMissing."""
    from workflows.audit import keys

    witness = keys.witness_verifier()
    last = "" if witness is None else f"witness {witness}\n"
    return f"log 0 * {keys.log_verifier()}\npackage {keys.package_verifier()}\n{keys.earlier_lines()}{last}"
