"""Signed notes (c2sp.org/signed-note) and their Ed25519 keys.

A note is text that ends in a newline, a blank line, and signature lines. Signatures of unknown
keys are ignored, so that kinds invented later break nothing; one bad signature of a known key
rejects the note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MOST_SIGNATURES = 100
_DASH = "\u2014 "


class NoteError(ValueError):
    """Not a note, not a key, or a signature that is not there or not good."""


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, 4-byte key id, and the signature's own bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True)
class Note:
    """`text` is what was signed, final newline included."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name and signature type. `str()` gives the vkey line."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, type and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return (
            f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"
        )

    def fingerprint(self) -> str:
        """Return the SHA-256 of the public key in hex: what two people read to each other."""
        return hashlib.sha256(self.public).hexdigest()

    def made(self, signature: Signature) -> bool:
        """Say whether the line claims to be of this key (name and id; nothing is verified)."""
        return signature.name == self.name and signature.key_id == self.key_id

    def verify(self, signed: bytes, signature: bytes) -> bool:
        """Say whether the raw Ed25519 signature over the bytes is good."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class Signer:
    """An Ed25519 private key with its name. `kind` tells which lines it writes."""

    name: str
    private: Ed25519PrivateKey
    kind: int = ED25519

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def secret_line(self) -> str:
        """Return the private key as Go's `sumdb/note` writes it. It belongs into a file of mode 0600 only."""
        keyed = bytes([self.kind]) + self.private.private_bytes_raw()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{base64.b64encode(keyed).decode()}"

    def sign(self, text: str) -> Signature:
        """Return this key's line over the text (Ed25519, type 1)."""
        if self.kind != ED25519:
            raise NoteError("this key writes other lines")
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))


def new_signer(name: str) -> Signer:
    """Return a fresh key from the system's random source."""
    return Signer(name, Ed25519PrivateKey.generate())


def check_name(name: str) -> None:
    """Raise NoteError for a name with spaces, a plus or nothing in it."""
    if not name or "+" in name or any(char.isspace() or unicodedata.category(char) == "Zs" for char in name):
        raise NoteError("a key name is not empty and holds no space and no plus")


def decode64(text: str) -> bytes:
    """Return the bytes of strict standard base64: one text per value, so that no bit is free."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise NoteError("not canonical base64")
    return raw


def parse_vkey(line: str) -> VerifierKey:
    """Return the key of a vkey line `name+hash+base64(type || key)`. Raises NoteError."""
    name, _, rest = line.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    check_name(name)
    keyed = decode64(encoded)
    if len(keyed) != 33 or keyed[0] not in (ED25519, COSIGNATURE_V1):
        raise NoteError("not an Ed25519 key")
    key = VerifierKey(name, keyed[0], keyed[1:])
    if key.key_id.hex() != key_id:
        raise NoteError("the key's hash does not fit the key")
    return key


def parse_secret(line: str) -> Signer:
    """Return the signer of a `PRIVATE+KEY+...` line. Raises NoteError without showing the line."""
    parts = line.strip().split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
        raise NoteError("not a private key line")
    keyed = decode64(parts[4])
    if len(keyed) != 33 or keyed[0] != ED25519:
        raise NoteError("not an Ed25519 private key")
    signer = Signer(parts[2], Ed25519PrivateKey.from_private_bytes(keyed[1:]))
    if signer.verifier.key_id.hex() != parts[3]:
        raise NoteError("the key's hash does not fit the key")
    return signer


def write(text: str, signatures: Sequence[Signature]) -> str:
    """Return the whole note. The text must end in a newline and hold no control characters."""
    if not text.endswith("\n") or _has_control(text) or not signatures:
        raise NoteError("a note is text that ends in a newline, and signatures")
    return text + "\n" + "".join(signature.line() for signature in signatures)


def parse(whole: str) -> Note:
    """Return text and signature lines of a note; nothing is verified. Raises NoteError."""
    if _has_control(whole):
        raise NoteError("a note holds no control characters")
    cut = whole.rfind("\n\n")
    if cut < 1 or not whole.endswith("\n"):
        raise NoteError("a note has a text, a blank line and signatures")
    lines = whole[cut + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("too many signatures")
    return Note(whole[: cut + 1], tuple(_signature(line) for line in lines))


def verified_by(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the Ed25519 note keys (type 1) among `keys` that signed the note.

    Raises NoteError when a line of a known key does not verify, or no known key signed.
    """
    known = [key for key in keys if key.kind == ED25519]
    good = []
    for signature in note.signatures:
        for key in known:
            if key.made(signature):
                if not key.verify(note.text.encode(), signature.signature):
                    raise NoteError(f"the signature of {key.name} is not good")
                good.append(key)
    if not good:
        raise NoteError("no known key signed this note")
    return tuple(dict.fromkeys(good))


def _signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise NoteError("not a signature line")
    name, space, encoded = line[len(_DASH) :].partition(" ")
    check_name(name)
    raw = decode64(encoded)
    if not space or len(raw) < 5:
        raise NoteError("not a signature line")
    return Signature(name, raw[:4], raw[4:])


def _has_control(text: str) -> bool:
    return any(char < " " and char != "\n" for char in text)
