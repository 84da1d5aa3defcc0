"""An authority for timestamps of our own: OpenSSL's `ts` behind an address on this machine."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.57264.2
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Party:
    """A certificate with its key."""

    cert: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)


def certified(name: str, issuer: Party | None, *, ca: bool, stamps: bool = True) -> Party:
    """A party whose certificate the issuer (None: itself) has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.cert.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=ca, crl_sign=ca,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if not ca:
        use = ExtendedKeyUsageOID.TIME_STAMPING if stamps else ExtendedKeyUsageOID.CODE_SIGNING
        made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    return Party(made.sign(signer, hashes.SHA256()), key)


@dataclass
class Stamper:
    """The authority: its root, and what it does with the next question."""

    folder: Path
    root: Party
    leaf: Party
    between: Party | None = None
    asked: int = 0
    mood: str = "answer"  # answer, fail, silent, garbage, refuse
    hold: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tsa.cnf").write_text(CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        key = self.leaf.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (self.folder / "tsa.key").write_bytes(key)
        (self.folder / "tsa.pem").write_bytes(self.leaf.pem())
        (self.folder / "root.pem").write_bytes(self.root.pem())
        chain = (self.between.pem() if self.between else b"") + self.root.pem()
        (self.folder / "chain.pem").write_bytes(chain)
        self.hold.set()

    def answer(self, query: bytes) -> bytes:
        """What `openssl ts -reply` makes of a question."""
        self.asked += 1
        (self.folder / "query.tsq").write_bytes(query)
        command = [
            "openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-inkey", "tsa.key",
            "-signer", "tsa.pem", "-chain", "chain.pem", "-out", "reply.tsr",
        ]  # fmt: skip
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()


def stamper(folder: Path, *, between: bool = False, stamps: bool = True) -> Stamper:
    """An authority with a fresh root, with or without a certificate between the two."""
    root = certified("Root of stamps", None, ca=True)
    middle = certified("Between", root, ca=True) if between else None
    return Stamper(folder, root, certified("Stamps", middle or root, ca=False, stamps=stamps), middle)


@contextmanager
def served(one: Stamper) -> Iterator[Stamper]:
    """The authority answers at `url` inside the block."""

    class Handler(BaseHTTPRequestHandler):
        """RFC 3161 over HTTP, section 3.4."""

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            one.hold.wait(20)
            right = self.headers["Content-Type"] == "application/timestamp-query"
            status = 500 if one.mood == "fail" or not right else 200
            body = b"\x30\x03\x02\x01\x07" if one.mood == "garbage" else one.answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Nothing is written to the output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield one
    finally:
        one.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
