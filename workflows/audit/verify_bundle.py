#!/usr/bin/env python3
"""Check a release bundle, or an exported log, without trusting whoever made it.

    python verify_bundle.py FOLDER_OR_ZIP [--trust FILE] [--require-trust] [--witness FILE]
                            [--tsa-roots FILE] [--json]

Needs Python 3.11 or later and the package `cryptography`; no network. The input is a bundle (it
holds `bundle.json`) or a log in tile layout (it holds `checkpoint` and `tile/`). The exit code is
the lowest class found:

     0 good                                        20 signature or key of a note or of the bundle
     2 usage, or not readable as a bundle          21 checkpoints contradict each other
    10 a body was changed: its hash is no leaf     22 a witness disagrees
    11 something is missing or cut                 23 no witness has signed where one is configured
    12 order: the body belongs to another leaf     24 a timestamp does not fit its checkpoint
    13 a time that the place in the log excludes   30 a file is missing, changed or not listed
                                                   50 schema or forbidden content

Without --trust the keys inside the bundle are used: then the result says that the parts belong
together, not who made them. Compare the printed fingerprints with those the city publishes.

Timestamps of an outside authority (RFC 3161) are always compared with the checkpoints beside them.
Who signed them is judged only with --tsa-roots, a PEM file of the certificates you trust for that.
"""

# ruff: noqa: T201  (a command line that prints)
# One file on purpose: it must work alone in a folder.

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import itertools
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GOOD, UNREADABLE = 0, 2
BODY, MISSING, ORDER, BRACKET = 10, 11, 12, 13
SIGNATURE, FORK, WITNESS, UNWITNESSED, STAMP = 20, 21, 22, 23, 24
FILE, SCHEMA = 30, 50

NOTE_KEY, COSIGNATURE_KEY = 0x01, 0x04
WIDTH, HASH_SIZE = 256, 32
TOLERANCE = timedelta(seconds=120)
LARGEST_READ = 256 * 1024 * 1024
SIGNED_PREFIX = b"disclosure-bundle/v1\n"
EMPTY_ROOT = hashlib.sha256(b"").digest()
READ_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


class Unreadable(Exception):
    """The input is no bundle and no log."""


class Bad(Exception):
    """One part is not as it must be; the sentence says how."""


# --- findings ---------------------------------------------------------------------------------


@dataclass
class Report:
    """What was found. `facts` is what the result line and --json tell besides."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    confirmed: bool = False
    roots: list[Any] | None = None  # certificates by which timestamps are judged

    def add(self, code: int, detail: str, *, leaf: int | None = None, entry: str | None = None) -> None:
        """Note one finding."""
        self.findings.append({"code": code, "leaf": leaf, "entry": entry, "detail": detail})

    @property
    def exit(self) -> int:
        """The lowest class found, 0 when nothing was."""
        return min((finding["code"] for finding in self.findings), default=GOOD)

    @property
    def first_bad_leaf(self) -> int | None:
        """The lowest leaf named by a finding."""
        leaves = [finding["leaf"] for finding in self.findings if finding["leaf"] is not None]
        return min(leaves, default=None)


# --- where the bytes come from ----------------------------------------------------------------


class Folder:
    """A bundle or log unpacked in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.strange = [
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_symlink() or not (path.is_file() or path.is_dir())
        ]
        self.names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        self.names -= set(self.strange)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file in pieces."""
        with (self.root / name).open("rb") as file:
            while piece := file.read(1 << 20):
                yield piece


class Archive:
    """A bundle or log in a ZIP, at its top or in its one folder."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        names = [info.filename for info in self.zip.infolist() if not info.is_dir()]
        if len(set(names)) != len(names):
            raise Unreadable("the archive holds two files of one name")
        if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in names):
            raise Unreadable("the archive holds a path that leads outside")
        tops = {name.split("/", 1)[0] for name in names}
        nested = len(tops) == 1 and all("/" in name for name in names)
        self.top = f"{tops.pop()}/" if nested else ""
        self.names = {name[len(self.top) :] for name in names}
        self.strange: list[str] = []

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file in pieces."""
        with self.zip.open(self.top + name) as file:
            while piece := file.read(1 << 20):
                yield piece


Source = Folder | Archive


def open_source(path: Path) -> Source:
    """Return the input, or raise Unreadable."""
    if path.is_dir():
        return Folder(path)
    try:
        return Archive(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(f"{path} is neither a folder nor a ZIP") from error


def read(source: Source, name: str) -> bytes:
    """Return a whole file. Raises Bad when it is missing, damaged or too large to be read at once."""
    if name not in source.names:
        raise Bad(f"{plain(name)} is missing")
    whole = bytearray()
    try:
        for piece in source.chunks(name):
            whole += piece
            if len(whole) > LARGEST_READ:
                raise Bad(f"{plain(name)} is too large")
    except READ_ERRORS as error:
        raise Bad(f"{plain(name)} cannot be read") from error
    return bytes(whole)


def digest(source: Source, name: str) -> str:
    """Return the SHA-256 of a file in hex; empty when it cannot be read."""
    sha = hashlib.sha256()
    try:
        for piece in source.chunks(name):
            sha.update(piece)
    except READ_ERRORS:
        return ""
    return sha.hexdigest()


def plain(name: str) -> str:
    """Return a file name that cannot play with a terminal."""
    return ascii(name)[1:-1]


# --- notes and keys (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature) -----------------


@dataclass(frozen=True)
class Key:
    """An Ed25519 key; the tree sizes it speaks for when it is a log's."""

    name: str
    kind: int
    public: bytes
    first: int = 0
    last: int | None = None

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Say whether the raw signature over the message is good."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_kind(self, kind: int) -> Key:
        """Return the same key as a writer of other lines."""
        return Key(self.name, kind, self.public, self.first, self.last)

    def speaks_for(self, origin: str, size: int) -> bool:
        """Say whether the key may sign a tree of this size of the log of its name, or a later life of it."""
        named = origin == self.name or origin.startswith(self.name + "/")
        return named and self.first <= size and (self.last is None or size <= self.last)

    def fingerprint(self) -> str:
        """SHA-256 of the public key, in groups of eight to read aloud."""
        whole = hashlib.sha256(self.public).hexdigest()
        return " ".join(whole[i : i + 8] for i in range(0, 64, 8))


@dataclass
class Keys:
    """The keys of `keys.txt` or of a trust file."""

    logs: list[Key] = field(default_factory=list)
    packages: list[Key] = field(default_factory=list)
    witnesses: list[Key] = field(default_factory=list)


def unbase64(text: str) -> bytes:
    """Return the bytes of strict base64."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Bad("base64 is malformed") from error
    if base64.b64encode(raw).decode() != text:
        raise Bad("base64 is not canonical")
    return raw


def parse_key(line: str, first: int = 0, last: int | None = None) -> Key:
    """Return the key of a vkey line."""
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = unbase64(encoded)
    if not name or len(raw) != 33 or raw[0] not in (NOTE_KEY, COSIGNATURE_KEY):
        raise Bad("a key is malformed")
    key = Key(name, raw[0], raw[1:], first, last)
    if key.key_id.hex() != key_id:
        raise Bad("a key does not fit its hash")
    return key


def parse_keys(text: str) -> Keys:
    """Return the keys of a file: `log FIRST LAST vkey`, `package vkey`, `witness vkey`, or a bare vkey.

    A bare vkey is trusted for both logs and packages of its name.
    """
    keys = Keys()
    for line in text.splitlines():
        match line.split():
            case []:
                continue
            case [word, *_] if word.startswith("#"):
                continue
            case ["log", first, last, vkey] if first.isdecimal() and (last == "*" or last.isdecimal()):
                keys.logs.append(parse_key(vkey, int(first), None if last == "*" else int(last)))
            case ["package", vkey]:
                keys.packages.append(parse_key(vkey))
            case ["witness", vkey]:
                keys.witnesses.append(parse_key(vkey).as_kind(COSIGNATURE_KEY))
            case [vkey]:
                keys.logs.append(parse_key(vkey))
                keys.packages.append(parse_key(vkey))
            case _:
                raise Bad("a line of keys is not understood")
    return keys


@dataclass(frozen=True)
class Head:
    """A checkpoint whose log signature is good."""

    origin: str
    size: int
    root: bytes
    at: datetime | None
    witnessed: tuple[str, ...]


def open_checkpoint(whole: str, keys: Keys) -> Head:
    """Return the checkpoint of a signed note.

    Raises Bad unless a log key signed it and no line of a known key is bad. The time is the latest
    signed one: a witness's where there is one, else the log's own.
    """
    cut = whole.rfind("\n\n")
    if cut < 1 or not whole.endswith("\n") or any(char < " " and char != "\n" for char in whole):
        raise Bad("the checkpoint is not a signed note")
    text = whole[: cut + 1]
    lines = text.split("\n")
    sized = (
        len(lines) >= 4
        and not lines[-1]
        and all(lines[:-1])
        and re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1])
    )
    root = unbase64(lines[2]) if sized else b""
    if len(root) != HASH_SIZE:
        raise Bad("the checkpoint is malformed")
    origin, size = lines[0], int(lines[1])
    signed, times, witnessed = False, [], {}
    for name, key_id, raw in signature_lines(whole[cut + 2 : -1]):
        for key in (key for key in keys.logs if key.name == name and key.speaks_for(origin, size)):
            if key_id == key.key_id:
                if not key.verifies(text.encode(), raw):
                    raise Bad("the log's signature of the checkpoint is bad")
                signed = True
            elif key_id == key.as_kind(COSIGNATURE_KEY).key_id:
                times.append(cosigned_at(key, text, raw))
        for key in (key for key in keys.witnesses if key.name == name and key_id == key.key_id):
            witnessed[name] = cosigned_at(key, text, raw)
    if not signed:
        raise Bad("no trusted log key signed the checkpoint")
    at = max(witnessed.values(), default=max(times, default=None))
    return Head(origin, size, root, at, tuple(witnessed))


def signature_lines(text: str) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, key id and signature of each line."""
    for line in text.split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":
            raise Bad("a signature line is malformed")
        raw = unbase64(parts[2])
        if len(raw) < 5:
            raise Bad("a signature is too short")
        yield parts[1], raw[:4], raw[4:]


def cosigned_at(key: Key, text: str, raw: bytes) -> datetime:
    """Return the time of a good timestamped signature, else raise Bad."""
    seconds = int.from_bytes(raw[:8], "big")
    if len(raw) != 72 or not key.verifies(f"cosignature/v1\ntime {seconds}\n{text}".encode(), raw[8:]):
        raise Bad(f"the timestamped signature of {key.name} is bad")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Bad("a timestamped signature names no possible time") from error


# --- the tree (RFC 6962, 2.1) -----------------------------------------------------------------


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes: list[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return roots_at([len(hashes)], hashes)[len(hashes)]


def roots_at(sizes: list[int], hashes: list[bytes]) -> dict[int, bytes]:
    """Return the root over the first leaf hashes, for each size in ascending order that there is."""
    roots: list[tuple[int, bytes]] = []
    made: dict[int, bytes] = {}
    start = 0
    for size in (size for size in sizes if size <= len(hashes)):
        for found in hashes[start:size]:
            height = 0
            while roots and roots[-1][0] == height:
                found = node_hash(roots.pop()[1], found)
                height += 1
            roots.append((height, found))
        start, root = size, roots[-1][1] if roots else EMPTY_ROOT
        for _, left in reversed(roots[:-1]):
            root = node_hash(left, root)
        made[size] = root
    return made


def root_along(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Return the root to which an inclusion path leads (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Bad("the index lies outside the tree")
    node, last, found = index, size - 1, leaf
    for part in path:
        if last == 0:
            raise Bad("the proof is too long")
        if node & 1 or node == last:
            found = node_hash(part, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, part)
        node, last = node >> 1, last >> 1
    if last:
        raise Bad("the proof is too short")
    return found


def parse_proof(raw: bytes) -> tuple[int, list[bytes], str]:
    """Return index, path and checkpoint of a `.tlog-proof` file."""
    try:
        head, blank, checkpoint = raw.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Bad("the proof is not text") from error
    lines = head.split("\n")
    if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Bad("the proof is malformed")
    if lines and lines[0].startswith("extra "):
        unbase64(lines.pop(0)[6:])
    found = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0)) if lines else None
    if not found:
        raise Bad("the proof names no index")
    path = [unbase64(line) for line in lines]
    if any(len(part) != HASH_SIZE for part in path):
        raise Bad("the proof is malformed")
    return int(found[1]), path, checkpoint


# --- bodies -----------------------------------------------------------------------------------

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
HEX64 = re.compile(r"[0-9a-f]{64}\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z0-9_]{1,40}){0,3}\Z")
WORD = re.compile(r"[a-z][a-z_]{0,31}\Z")
STRING_KEYS = {
    "id": UUID,
    "actor": UUID,
    "matter": UUID,
    "at": TIME,
    "event": CODE,
    "outcome": WORD,
    "reason": CODE,
    "role": WORD,
    "from": CODE,
    "to": CODE,
    "move": CODE,
    "result": CODE,
    "manifest": HEX64,
    "subject": HEX64,
    "words": HEX64,
    "seed": HEX64,
    "commit": HEX64,
    "auth": re.compile(r"[a-z][a-z0-9_]{0,15}(?:\+[a-z0-9_]{1,16}){0,3}\Z"),
    "session": re.compile(r"[0-9a-f]{32}\Z"),
    "net": re.compile(r"(?:(?:\d{1,3}\.){3}0/24|[0-9a-f:]{2,39}/48)\Z", re.ASCII),
    "policy": re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}\Z"),
    "detector": re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}\Z"),
    "check": re.compile(r"V[0-9]{2}\Z"),
}
# Which keys only one version of the schema has.
OF_VERSION = {1: {"subject"}, 2: {"people", "words", "seed"}}
REQUIRED_KEYS = {"v", "id", "at", "event", "outcome", "role"}


def natural(value: Any) -> bool:
    """Say whether the value is a whole number from 0 to 2^53 - 1."""
    return type(value) is int and 0 <= value < 2**53


def named_object(value: Any) -> bool:
    """Say whether the value is `{kind, sha256}`."""
    return (
        type(value) is dict
        and value.keys() == {"kind", "sha256"}
        and all(type(part) is str for part in value.values())
        and bool(WORD.match(value["kind"]) and HEX64.match(value["sha256"]))
    )


def named(rule: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return a rule for objects with words as keys and values of the given rule."""
    return lambda value: type(value) is dict and all(WORD.match(key) and rule(value[key]) for key in value)


def commitments(value: Any) -> bool:
    """Say whether the value lists digests in their order, each once."""
    return (
        type(value) is list
        and len(value) > 0
        and all(type(one) is str and HEX64.match(one) for one in value)
        and all(one < other for one, other in itertools.pairwise(value))
    )


OTHER_KEYS: dict[str, Callable[[Any], bool]] = {
    "v": lambda value: type(value) is int and value in OF_VERSION,
    "people": commitments,
    "seq": lambda value: natural(value) and value >= 1,
    "obj": named_object,
    "counts": named(natural),
    "refs": named(lambda ref: natural(ref) or (type(ref) is str and UUID.match(ref) is not None)),
    "guards": lambda value: (
        type(value) is dict and all(CODE.match(key) and type(value[key]) is bool for key in value)
    ),
    "failed": lambda value: (
        type(value) is list and all(type(code) is str and CODE.match(code) for code in value)
    ),
}


def refuse_number(literal: str) -> Any:
    raise Bad("a body holds a number with a fraction")


# Made once: a log has millions of bodies.
DECODER = json.JSONDecoder(parse_float=refuse_number, parse_constant=refuse_number)
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_body(body: bytes) -> dict[str, Any]:
    """Return the fields of a body. Raises Bad unless it is canonical and every key is of the schema."""
    try:
        value = DECODER.decode(body.decode())
        again = ENCODER.encode(value).encode()
    except (ValueError, RecursionError) as error:
        raise Bad("the body is not JSON") from error
    if again != body or type(value) is not dict:
        raise Bad("the body is not in canonical form")
    for key, inner in value.items():
        pattern = STRING_KEYS.get(key)
        if pattern is not None:
            if type(inner) is not str or not pattern.match(inner):
                raise Bad(f"the value under {key} is not allowed")
            continue
        rule = OTHER_KEYS.get(key)
        if rule is None:
            raise Bad("the body has a key that the schema does not know")
        if not rule(inner):
            raise Bad(f"the value under {key} is not allowed")
    if not value.keys() >= REQUIRED_KEYS:
        raise Bad("the body lacks a required key")
    if ("seq" in value) != ("matter" in value):
        raise Bad("matter and seq go together")
    if not OF_VERSION[3 - value["v"]].isdisjoint(value):
        raise Bad("the body has a key of another version of the schema")
    return value


def body_time(value: dict[str, Any]) -> datetime:
    """Return the time an entry claims."""
    try:
        return datetime.fromisoformat(value["at"])
    except ValueError as error:
        raise Bad("the body names no possible time") from error


# --- timestamps of an outside authority (RFC 3161, 5652, 5816) --------------------------------

STAMPED = re.compile(r"timestamps/(0|[1-9][0-9]{0,18})\.(?:checkpoint|tsr)\Z")
SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE, MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910022f")
DIGESTS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
KNOWN_EXTENSIONS = {"2.5.29.15", "2.5.29.19", "2.5.29.37"}  # what a certificate may ask to be understood
LONGEST_CHAIN = 6


class Der:
    """One element: its tag, its whole bytes, and what is in it."""

    def __init__(self, raw: bytes, at: int = 0) -> None:
        if at + 2 > len(raw):
            raise Bad("the timestamp is cut")
        self.tag, length, start = raw[at], raw[at + 1], at + 2
        if length > 0x80:
            start += length - 0x80
            length = int.from_bytes(raw[at + 2 : start], "big")
        elif length == 0x80:
            raise Bad("the timestamp has a part of no stated length")
        self.whole, self.content = raw[at : start + length], raw[start : start + length]
        if len(self.content) != length:
            raise Bad("the timestamp is cut")

    def parts(self) -> list[Der]:
        """Return the elements inside."""
        found, at = [], 0
        while at < len(self.content):
            found.append(Der(self.content, at))
            at += len(found[-1].whole)
        return found

    def only(self, tag: int) -> Der:
        """Return the element itself when it has this tag."""
        if self.tag != tag:
            raise Bad("the timestamp is not built as it must be")
        return self


@dataclass(frozen=True)
class Stamp:
    """A token taken apart: what it is of, the time it claims, what its signer signed. Nothing is judged."""

    imprint: bytes
    at: datetime
    info: bytes
    certificates: tuple[bytes, ...]
    issuer: bytes
    serial: int
    digest: str
    attributes: bytes
    signature: bytes


def read_stamp(raw: bytes) -> Stamp:
    """Return the token of an authority's answer. Raises Bad."""
    try:
        status, token = Der(raw).only(0x30).parts()
        if len(Der(raw).whole) != len(raw) or int.from_bytes(status.parts()[0].only(2).content, "big") > 1:
            raise Bad("the authority has not granted the timestamp")
        kind, wrapped = token.only(0x30).parts()
        _, _, held, *rest = wrapped.only(0xA0).parts()[0].only(0x30).parts()
        what, content = held.only(0x30).parts()
        if kind.content != SIGNED_DATA or what.content != TST_INFO:
            raise Bad("it is no timestamp")
        info = content.only(0xA0).parts()[0].only(4).content
        (signer,) = rest[-1].only(0x31).parts()
        _, named, digest, attributes, _, signature, *_ = signer.only(0x30).parts()
        issuer, serial = named.only(0x30).parts()
        _, _, imprint, _, at, *_ = Der(info).only(0x30).parts()
        algorithm, hashed = imprint.only(0x30).parts()
        if DIGESTS.get(algorithm.parts()[0].content) != "sha256":
            raise Bad("the timestamp is not over SHA-256")
        return Stamp(
            imprint=hashed.only(4).content,
            at=stamp_time(at.only(0x18).content),
            info=info,
            certificates=tuple(one.whole for part in rest if part.tag == 0xA0 for one in part.parts()),
            issuer=issuer.whole,
            serial=int.from_bytes(serial.only(2).content, "big", signed=True),
            digest=DIGESTS[digest.parts()[0].content],
            attributes=attributes.only(0xA0).content,
            signature=signature.only(4).content,
        )
    except (ValueError, IndexError, KeyError) as error:
        raise Bad("the timestamp is not built as it must be") from error


def stamp_time(raw: bytes) -> datetime:
    """Return the time of a GeneralizedTime in UTC."""
    found = re.fullmatch(rb"(\d{14})(?:\.(\d{1,6})\d*)?Z", raw)
    if not found:
        raise Bad("the timestamp names no possible time")
    whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return whole + timedelta(microseconds=int((found[2] or b"0").ljust(6, b"0")))


def judge_stamp(stamp: Stamp, roots: list[Any]) -> None:
    """Raise Bad unless a certificate for timestamps signed the token and leads to one of the roots."""
    from cryptography import x509

    try:
        held = [x509.load_der_x509_certificate(raw) for raw in stamp.certificates]
        known = [*held, *roots]
        signer = next(
            (one for one in known if one.serial_number == stamp.serial
             and one.issuer.public_bytes() == stamp.issuer),
            None,
        )  # fmt: skip
        if signer is None:
            raise Bad("the certificate of its signer is not there")
        check_attributes(stamp, signer)
        check_signed(
            signer.public_key(), stamp.signature, Der(b"\x31" + resized(stamp.attributes)).whole, stamp.digest
        )
        uses = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        if not uses.critical or [use.dotted_string for use in uses.value] != [TIME_STAMPING]:
            raise Bad("its signer has no certificate for timestamps")
        check_chain(signer, held, roots, stamp.at)
    except Bad:
        raise
    except Exception as error:  # a foreign certificate: whatever it breaks in its readers means, not believed
        raise Bad("its signature or certificate cannot be read") from error


def resized(content: bytes) -> bytes:
    """Return the content behind its length (X.690, 8.1.3)."""
    if len(content) < 0x80:
        return bytes([len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([0x80 + len(size)]) + size + content


def check_attributes(stamp: Stamp, signer: Any) -> None:
    """Raise Bad unless the signed attributes name the token's content and the signer's certificate."""
    found: dict[bytes, Der] = {}
    at = 0
    while at < len(stamp.attributes):
        one = Der(stamp.attributes, at).only(0x30)
        at += len(one.whole)
        name, values = one.parts()
        (found[name.content],) = values.only(0x31).parts()
    digested = hashlib.new(stamp.digest, stamp.info).digest()
    if found[CONTENT_TYPE].content != TST_INFO or found[MESSAGE_DIGEST].only(4).content != digested:
        raise Bad("its signature is over something else")
    named = found[SIGNING_CERTIFICATE].parts()[0].parts()[0].parts()
    way = "sha256" if named[0].tag == 4 else DIGESTS[named[0].parts()[0].content]
    wanted = next(part.content for part in named if part.tag == 4)
    if hashlib.new(way, certificate_bytes(signer)).digest() != wanted:
        raise Bad("its signer is another than it names")


def certificate_bytes(certificate: Any) -> bytes:
    """Return a certificate as DER."""
    from cryptography.hazmat.primitives.serialization import Encoding

    raw: bytes = certificate.public_bytes(Encoding.DER)
    return raw


def check_signed(key: Any, signature: bytes, message: bytes, digest_name: str) -> None:
    """Raise Bad unless the signature is good: RSA (PKCS #1 v1.5), ECDSA or Ed25519."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    ways: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    way = ways[digest_name]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), way)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(way))
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            raise Bad("its signer has a key of an unknown kind")
    except InvalidSignature as error:
        raise Bad("its signature is bad") from error


def check_chain(signer: Any, held: list[Any], roots: list[Any], at: datetime) -> None:
    """Raise Bad unless certificates in force at that time lead from the signer to one of the roots."""
    link, passed = signer, 0
    while True:
        if not link.not_valid_before_utc <= at <= link.not_valid_after_utc:
            raise Bad("a certificate of its signer was not in force at that time")
        if any(one.critical and one.oid.dotted_string not in KNOWN_EXTENSIONS for one in link.extensions):
            raise Bad("a certificate of its signer asks for what is not known here")
        if link in roots:
            return
        above = next((one for one in (*roots, *held) if issued(link, one, passed)), None)
        if above is None or passed == LONGEST_CHAIN:
            raise Bad("no certificate of your file stands behind its signer")
        link, passed = above, passed + 1


def issued(link: Any, above: Any, passed: int) -> bool:
    """Say whether the upper certificate may sign others, this far up, and has signed this one."""
    from cryptography import x509

    try:
        limits = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = above.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    if not limits.ca or not usage.key_cert_sign:
        return False
    if limits.path_length is not None and limits.path_length < passed:
        return False
    try:
        link.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def older_root(old: int, new: int, path: list[bytes], old_root: bytes) -> bytes:
    """Return the root of the newer tree to which a consistency proof leads (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        raise Bad("the stamped tree is larger than the log")
    if old == new:
        if path:
            raise Bad("the proof is too long")
        return old_root
    parts = path if old & (old - 1) else [old_root, *path]
    if not parts:
        raise Bad("the proof is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            raise Bad("the proof is too long")
        if node & 1 or node == last:
            before, after = node_hash(part, before), node_hash(part, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, part)
        node, last = node >> 1, last >> 1
    if last or before != old_root:
        raise Bad("the proof does not fit the stamped tree")
    return after


def stamped_sizes(source: Source) -> list[int]:
    """Return the sizes of the trees that have a timestamp here."""
    return sorted({int(found[1]) for name in source.names if (found := STAMPED.match(name))})


Extends = Callable[[int, bytes], bool]  # whether the log goes on from the tree of this size and root


def check_stamps(
    source: Source, head: Head, keys: Keys, roots: list[Any] | None, extends: Extends, report: Report
) -> None:
    """Check every timestamp: of its checkpoint, which is of this log; and by the roots, if any were given."""
    sizes = stamped_sizes(source)
    told: dict[str, Any] = {
        "fit": 0,
        "signer": "not judged" if roots is None else "judged",
        "size": None,
        "at": None,
    }
    for size in sizes:
        where = f"the timestamp of {size} leaves"
        try:
            note, token = (
                read(source, f"timestamps/{size}.checkpoint"),
                read(source, f"timestamps/{size}.tsr"),
            )
        except Bad as error:
            report.add(FILE, f"{where}: {error}")
            continue
        try:
            own = open_checkpoint(note.decode(), keys)
        except (Bad, UnicodeDecodeError) as error:
            report.add(SIGNATURE, f"{where}: its checkpoint: {error}")
            continue
        try:
            if own.size != size or own.origin != head.origin or not extends(size, own.root):
                report.add(FORK, f"{where}: its checkpoint is none of this log")
                continue
        except Bad as error:
            report.add(FORK, f"{where}: {error}")
            continue
        try:
            stamp = read_stamp(token)
            if stamp.imprint != hashlib.sha256(note).digest():
                raise Bad("it is of other bytes than its checkpoint")
            if roots is not None:
                judge_stamp(stamp, roots)
        except Bad as error:
            report.add(STAMP, f"{where}: {error}")
            continue
        if own.at is not None and stamp.at < own.at - TOLERANCE:
            report.add(FORK, f"{where} is older than the time that its checkpoint claims")
            continue
        told.update(fit=told["fit"] + 1, size=size, at=stamp.at.isoformat())
    if sizes or roots is not None:
        report.facts["timestamps"] = told


def load_roots(path: Path | None) -> list[Any] | None:
    """Return the certificates of a PEM file; None when none was given."""
    if path is None:
        return None
    from cryptography import x509

    return list(x509.load_pem_x509_certificates(path.read_bytes()))


# --- a bundle ---------------------------------------------------------------------------------


def check_bundle(source: Source, keys: Keys, report: Report) -> None:
    """Check signature, files, checkpoint, and each entry with its proof."""
    signed = open_bundle(source, keys, report)
    listed = {item["path"]: item for item in signed["files"]}
    check_files(source, listed, report)
    digests = {path: item["sha256"] for path, item in listed.items()}
    head, note = None, ""
    try:
        note = read(source, "checkpoint").decode()
        head = open_checkpoint(note, keys)
    except UnicodeDecodeError:
        report.add(SIGNATURE, "the checkpoint is not text")
    except Bad as error:
        report.add(FILE if "checkpoint" not in source.names else SIGNATURE, str(error))
    if head is not None:
        report.facts.update(size=head.size, root=head.root.hex(), origin=head.origin)
        report.facts["checkpoint_at"] = head.at.isoformat() if head.at else None
        if head.origin != signed["origin"]:
            report.add(FORK, "the checkpoint is of another log than the bundle says")
        check_witnesses(head, keys, report)
        check_stamps(source, head, keys, report.roots, proved_by_files(source, head), report)
    bodies: dict[int, dict[str, Any]] = {}
    others = {item["sha256"]: item["index"] for item in signed["entries"]}
    for item in signed["entries"]:
        body = check_entry(source, item, others, digests, head, note, report)
        if body is not None:
            bodies[item["index"]] = body
    check_named_digests(signed, bodies, report)
    report.facts.update(entries=len(signed["entries"]), files=len(listed))


def proved_by_files(source: Source, head: Head) -> Extends:
    """Return how a bundle shows that the log goes on from an earlier tree: by a proof in a file."""

    def extends(size: int, root: bytes) -> bool:
        try:
            lines = read(source, f"timestamps/{size}.consistency").decode().split()
        except UnicodeDecodeError as error:
            raise Bad("its proof is not text") from error
        return older_root(size, head.size, [unbase64(line) for line in lines], root) == head.root

    return extends


def open_bundle(source: Source, keys: Keys, report: Report) -> dict[str, Any]:
    """Return the signed part of bundle.json. A bad signature is a finding; raises Unreadable."""
    try:
        raw = read(source, "bundle.json")
        whole = json.loads(raw, parse_float=refuse_number, parse_constant=refuse_number)
        canonical = (
            json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        )
        signed, signature = whole["signed"], whole["signature"]
        check_shape(signed)
        name, key_id, value = signature["name"], signature["key"], signature["value"]
        message = (
            SIGNED_PREFIX
            + json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        )
    except (Bad, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("bundle.json cannot be read as a bundle") from error
    if (
        raw != canonical
        or whole.keys() != {"signed", "signature"}
        or signature.keys() != {"name", "key", "value"}
    ):
        report.add(SIGNATURE, "bundle.json is not in the one form that is signed")
    known = [key for key in keys.packages if key.name == name and key.key_id.hex() == key_id]
    try:
        good = any(key.verifies(message, unbase64(value)) for key in known)
    except (Bad, TypeError):
        good = False
    if not known:
        report.add(SIGNATURE, "bundle.json is signed by a key that is not trusted")
    elif not good:
        report.add(SIGNATURE, "the signature of bundle.json is bad")
    result: dict[str, Any] = signed
    return result


def check_shape(signed: Any) -> None:
    """Raise Bad unless the signed part has the fields of version 1."""
    fine = (
        type(signed) is dict
        and signed.get("v") == 1
        and type(signed.get("origin")) is str
        and type(signed.get("entries")) is list
        and type(signed.get("files")) is list
    )
    if not fine:
        raise Bad("not a bundle of version 1")
    for item in signed["entries"]:
        if (
            type(item) is not dict
            or not natural(item.get("index"))
            or not HEX64.match(item.get("sha256", ""))
        ):
            raise Bad("an entry is not listed as it must be")
    for item in signed["files"]:
        if (
            type(item) is not dict
            or type(item.get("path")) is not str
            or not HEX64.match(item.get("sha256", ""))
        ):
            raise Bad("a file is not listed as it must be")
        if item.get("entry") is not None and not natural(item["entry"]):
            raise Bad("a file is not listed as it must be")
    indexes = [item["index"] for item in signed["entries"]]
    paths = [item["path"] for item in signed["files"]]
    if len(set(indexes)) != len(indexes) or len(set(paths)) != len(paths):
        raise Bad("something is listed twice")


def check_files(source: Source, listed: dict[str, Any], report: Report) -> None:
    """Compare every file with its listed digest, and the list with what is there."""
    for path, item in sorted(listed.items()):
        if path not in source.names:
            report.add(FILE, f"{plain(path)} is missing")
        elif digest(source, path) != item["sha256"]:
            report.add(FILE, f"{plain(path)} is not the file that was signed")
    for path in sorted(source.names - listed.keys() - {"bundle.json"}):
        report.add(FILE, f"{plain(path)} is not listed")
    for path in source.strange:
        report.add(FILE, f"{plain(path)} is not a plain file")


def check_entry(
    source: Source,
    item: dict[str, Any],
    others: dict[str, int],
    digests: dict[str, str],
    head: Head | None,
    note: str,
    report: Report,
) -> dict[str, Any] | None:
    """Check one entry and its proof; return its fields when they can be read."""
    index = item["index"]
    try:
        body = read(source, f"entries/{index}.json")
    except Bad as error:
        report.add(MISSING, str(error), leaf=index)
        return None
    found = hashlib.sha256(body).hexdigest()
    fields, entry_id = None, None
    try:
        fields = parse_body(body)
        entry_id = fields["id"]
        claimed = body_time(fields)
        if head is not None and head.at is not None and claimed > head.at + TOLERANCE:
            report.add(
                BRACKET, "the entry claims a time after the checkpoint over it", leaf=index, entry=entry_id
            )
    except Bad as error:
        report.add(SCHEMA, str(error), leaf=index)
    if found != item["sha256"]:
        other = others.get(found)
        if other is None:
            report.add(
                BODY, "the body was changed: it is not the one that was signed", leaf=index, entry=entry_id
            )
        else:
            report.add(ORDER, f"the body belongs to leaf {other}", leaf=index, entry=entry_id)
    parts = ("checkpoint", f"proofs/{index}.tlog-proof")
    intact = all(part in source.names and digest(source, part) == digests.get(part) for part in parts)
    if intact and found == item["sha256"]:
        # A part that was changed after signing is a finding of its own and says nothing about the others.
        check_proof(source, index, body, head, note, report, entry_id)
    return fields


def check_proof(
    source: Source,
    index: int,
    body: bytes,
    head: Head | None,
    note: str,
    report: Report,
    entry_id: str | None,
) -> None:
    """Check that the proof leads from the body to the root of the checkpoint."""
    name = f"proofs/{index}.tlog-proof"
    try:
        claimed, path, own_note = parse_proof(read(source, name))
        if own_note != note:
            report.add(FORK, f"{name} names another checkpoint", leaf=index, entry=entry_id)
            return
        if head is None:
            return  # already a finding: without a signed root nothing can be compared
        if claimed != index:
            report.add(ORDER, f"{name} is for leaf {claimed}", leaf=index, entry=entry_id)
            return
        if root_along(index, head.size, leaf_hash(body), path) != head.root:
            report.add(BODY, "the hash of the body is no leaf of the signed tree", leaf=index, entry=entry_id)
    except Bad as error:
        report.add(FILE, f"{name}: {error}", leaf=index, entry=entry_id)


def check_named_digests(signed: dict[str, Any], bodies: dict[int, dict[str, Any]], report: Report) -> None:
    """A file that refers to an entry must be the one whose digest the entry names."""
    for item in signed["files"]:
        index = item.get("entry")
        if index is None:
            continue
        body = bodies.get(index)
        named = set() if body is None else {body.get("manifest"), body.get("obj", {}).get("sha256")}
        if item["sha256"] not in named:
            report.add(FILE, f"{plain(item['path'])} is not the file that entry {index} names", leaf=index)


def check_witnesses(head: Head, keys: Keys, report: Report) -> None:
    """Where witnesses are configured, one of them must have signed."""
    report.facts["witnessed_by"] = list(head.witnessed)
    if keys.witnesses and not head.witnessed:
        report.add(UNWITNESSED, "no configured witness has signed the checkpoint")


# --- an exported log --------------------------------------------------------------------------


def tile_name(kind: str, n: int, width: int) -> str:
    """Return the path of tile or entry bundle `n`."""
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(reversed(parts))}{suffix}"


def read_tile(source: Source, kind: str, n: int, width: int) -> bytes:
    """Return a partial tile, or the full one that replaced it."""
    name = tile_name(kind, n, width)
    return read(source, name if name in source.names else tile_name(kind, n, WIDTH))


def check_log(source: Source, keys: Keys, report: Report) -> None:
    """Check a whole exported log: bodies against tiles, tiles against the signed root."""
    try:
        note = read(source, "checkpoint").decode()
    except (Bad, UnicodeDecodeError) as error:
        raise Unreadable("the log has no readable checkpoint") from error
    try:
        head = open_checkpoint(note, keys)
    except Bad as error:
        report.add(SIGNATURE, str(error))
        return
    report.facts.update(size=head.size, root=head.root.hex(), origin=head.origin, entries=head.size)
    report.facts["checkpoint_at"] = head.at.isoformat() if head.at else None
    if head.at is None:  # its line is there in every checkpoint; a changed name or id makes it a stranger's
        report.add(SIGNATURE, "the log has not signed the time of its checkpoint")
    check_witnesses(head, keys, report)
    hashes = hash_bodies(source, head, report)
    tiles = leaf_tiles(source, head.size, report)
    bodies_fit = None not in hashes and tree_root([one for one in hashes if one is not None]) == head.root
    whole = [one for one in hashes if one is not None]
    if bodies_fit:
        earlier = roots_at(stamped_sizes(source), whole)
        check_stamps(source, head, keys, report.roots, lambda size, root: earlier.get(size) == root, report)
    tiles_fit = None not in tiles and tree_root([one for one in tiles if one is not None]) == head.root
    if not bodies_fit:
        compare_leaves(hashes, tiles if tiles_fit else [], report)
    elif not tiles_fit:
        place = next(i for i in range(head.size) if tiles[i] != hashes[i])
        report.add(FILE, f"tile/0/{place // WIDTH} is not what the entries give", leaf=place)
    if bodies_fit:
        check_upper_tiles(source, whole, report)


def hash_bodies(source: Source, head: Head, report: Report) -> list[bytes | None]:
    """Return the leaf hash of every body, None where a body is missing; checks schema and time on the way."""
    hashes: list[bytes | None] = []
    for n in range(-(-head.size // WIDTH)):
        width = min(WIDTH, head.size - n * WIDTH)
        try:
            bodies = split_bundle(read_tile(source, "entries", n, width))[:width]
        except Bad as error:
            report.add(MISSING, str(error), leaf=n * WIDTH)
            bodies = []
        if bodies and len(bodies) < width:
            report.add(MISSING, "an entry bundle ends early", leaf=n * WIDTH + len(bodies))
        for offset, body in enumerate(bodies):
            check_logged_body(body, n * WIDTH + offset, head, report)
        hashes += [leaf_hash(body) for body in bodies] + [None] * (width - len(bodies))
    return hashes


def check_logged_body(body: bytes, index: int, head: Head, report: Report) -> None:
    """Note a body outside the schema, or a time after the checkpoint."""
    try:
        fields = parse_body(body)
        if head.at is not None and body_time(fields) > head.at + TOLERANCE:
            report.add(
                BRACKET, "the entry claims a time after the checkpoint", leaf=index, entry=fields["id"]
            )
    except Bad as error:
        report.add(SCHEMA, str(error), leaf=index)


def split_bundle(raw: bytes) -> list[bytes]:
    """Return the entries of a bundle of uint16-prefixed bodies."""
    bodies, position = [], 0
    while position < len(raw):
        end = position + 2 + int.from_bytes(raw[position : position + 2], "big")
        if end > len(raw):
            raise Bad("an entry bundle is cut")
        bodies.append(raw[position + 2 : end])
        position = end
    return bodies


def leaf_tiles(source: Source, size: int, report: Report) -> list[bytes | None]:
    """Return the leaf hashes that the level 0 tiles hold, None where one is missing."""
    hashes: list[bytes | None] = []
    for n in range(-(-size // WIDTH)):
        width = min(WIDTH, size - n * WIDTH)
        try:
            raw = read_tile(source, "0", n, width)[: width * HASH_SIZE]
        except Bad as error:
            report.add(FILE, str(error), leaf=n * WIDTH)
            raw = b""
        found = [raw[i : i + HASH_SIZE] for i in range(0, len(raw) - HASH_SIZE + 1, HASH_SIZE)]
        hashes += [*found, *[None] * (width - len(found))]
    return hashes


def compare_leaves(hashes: list[bytes | None], tiles: list[bytes | None], report: Report) -> None:
    """Name each body that is no leaf of the signed tree, or belongs to another place."""
    if not tiles:
        report.add(FORK, "neither the entries nor the tiles give the root that was signed")
        return
    places = {found: index for index, found in enumerate(tiles)}
    for index, found in enumerate(hashes):
        if found is None or found == tiles[index]:
            continue
        if found in places:
            report.add(ORDER, f"the body belongs to leaf {places[found]}", leaf=index)
        else:
            report.add(BODY, "the hash of the body is no leaf of the signed tree", leaf=index)


def check_upper_tiles(source: Source, hashes: list[bytes], report: Report) -> None:
    """Compare every tile above the leaves with what the leaves give."""
    level, below = 1, hashes
    while len(below) >= WIDTH:
        below = [tree_root(below[i : i + WIDTH]) for i in range(0, len(below) - WIDTH + 1, WIDTH)]
        for n in range(-(-len(below) // WIDTH)):
            wanted = below[n * WIDTH : (n + 1) * WIDTH]
            try:
                raw = read_tile(source, str(level), n, len(wanted))
            except Bad as error:
                report.add(FILE, str(error))
                continue
            if raw[: len(wanted) * HASH_SIZE] != b"".join(wanted):
                report.add(FILE, f"tile {level}/{n} is not what the entries give")
        level += 1


# --- the command ------------------------------------------------------------------------------


def load_keys(source: Source, trust: Path | None, witness: Path | None, report: Report) -> Keys:
    """Return the keys to use: those of the trust file, else the bundle's own, which confirm nobody."""
    try:
        own = parse_keys(read(source, "keys.txt").decode())
    except (Bad, UnicodeDecodeError) as error:
        own = Keys()
        report.add(FILE if "keys.txt" not in source.names else SIGNATURE, f"keys.txt: {error}")
    keys = own
    if trust is not None:
        keys = parse_keys(trust.read_text(encoding="utf-8"))
        report.confirmed = True
    if witness is not None:
        found = parse_keys(witness.read_text(encoding="utf-8"))
        keys.witnesses = [key.as_kind(COSIGNATURE_KEY) for key in (*found.witnesses, *found.logs)]
    report.keys = [
        f"{word} {key.name}: {key.fingerprint()}"
        for word, some in (("log", keys.logs), ("package", keys.packages), ("witness", keys.witnesses))
        for key in some
    ]
    return keys


def check(
    path: Path,
    *,
    trust: Path | None = None,
    require_trust: bool = False,
    witness: Path | None = None,
    tsa_roots: Path | None = None,
) -> Report:
    """Return the report on a bundle or exported log. Raises Unreadable."""
    report = Report()
    try:
        report.roots = load_roots(tsa_roots)
    except (OSError, ValueError) as error:
        raise Unreadable("the file of certificates for timestamps cannot be used") from error
    source = open_source(path)
    is_bundle = "bundle.json" in source.names
    if not is_bundle and not (
        "checkpoint" in source.names and any(name.startswith("tile/") for name in source.names)
    ):
        raise Unreadable("this holds neither bundle.json nor a log in tile layout")
    try:
        keys = load_keys(source, trust, witness, report)
    except (OSError, UnicodeDecodeError, Bad) as error:
        raise Unreadable(f"the trust or witness file cannot be used: {error}") from error
    if require_trust and not report.confirmed:
        report.add(SIGNATURE, "no trust file was given, so the signer is not confirmed")
    report.facts["kind"] = "bundle" if is_bundle else "log"
    (check_bundle if is_bundle else check_log)(source, keys, report)
    return report


def tell_stamps(told: dict[str, Any]) -> None:
    """Print what the timestamps show, and what they do not."""
    if not told["fit"]:
        print("timestamps: none that fits")
        return
    print(f"timestamps: {told['fit']} fit their checkpoints; {told['size']} leaves existed by {told['at']}")
    if told["signer"] == "judged":
        print("  signed by an authority of your file of certificates")
    else:
        print("  who signed them was not judged: anybody could have made them (--tsa-roots FILE)")


def tell(report: Report) -> None:
    """Print the report in plain words."""
    facts = report.facts
    print(f"signer: {'confirmed by your trust file' if report.confirmed else 'not confirmed'}")
    for line in report.keys:
        print(f"  {line}")
    if "size" in facts:
        print(f"log {facts['origin']}: {facts['size']} entries, root {facts['root'][:16]}")
        print(f"checkpoint signed at {facts['checkpoint_at']}")
    if "timestamps" in facts:
        tell_stamps(facts["timestamps"])
    for finding in report.findings[:100]:
        place = "" if finding["leaf"] is None else f" (leaf {finding['leaf']})"
        print(f"[{finding['code']}] {finding['detail']}{place}")
    if len(report.findings) > 100:
        print(f"... and {len(report.findings) - 100} more findings")
    if report.first_bad_leaf is not None:
        print(f"first bad leaf: {report.first_bad_leaf}")
    print("good" if report.exit == GOOD else f"NOT GOOD (exit {report.exit})")


def main(argv: list[str] | None = None) -> int:
    """Run the check; return the exit code."""
    parser = argparse.ArgumentParser(description="Check a release bundle or an exported log.")
    parser.add_argument("bundle", type=Path, help="folder or ZIP")
    parser.add_argument("--trust", type=Path, help="file of keys you trust (as in keys.txt)")
    parser.add_argument("--require-trust", action="store_true", help="fail (20) unless --trust is given")
    parser.add_argument("--witness", type=Path, help="file of witness keys, one of which must have signed")
    parser.add_argument("--tsa-roots", type=Path, help="certificates (PEM) of the authority for timestamps")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        report = check(
            options.bundle,
            trust=options.trust,
            require_trust=options.require_trust,
            witness=options.witness,
            tsa_roots=options.tsa_roots,
        )
    except Unreadable as error:
        report = Report()
        report.add(UNREADABLE, str(error))
    if options.json:
        summary = {
            "result": "good" if report.exit == GOOD else "bad",
            "exit": report.exit,
            "signer": "confirmed" if report.confirmed else "not confirmed",
            "keys": report.keys,
            "first_bad_leaf": report.first_bad_leaf,
            **report.facts,
            "findings": report.findings,
        }
        print(json.dumps(summary, sort_keys=True))
    else:
        tell(report)
    return report.exit


if __name__ == "__main__":
    sys.exit(main())
