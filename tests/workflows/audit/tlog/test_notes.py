"""Signed notes, checkpoints, cosignatures and proof files, as C2SP writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.audit.tlog import checkpoint, cosignature, merkle, note, proof
from workflows.audit.tlog.checkpoint import Checkpoint
from workflows.audit.tlog.note import COSIGNATURE_V1, NoteError, VerifierKey

LOG = note.new_signer("log.city.example/audit")
OTHER = note.new_signer("log.city.example/audit")
WITNESS = cosignature.cosigner(note.new_signer("witness.city.example/w1"))
ROOT = merkle.root_of([merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")])
HEAD = Checkpoint("log.city.example/audit", 2, ROOT)
SIGNED = checkpoint.sign(HEAD, LOG, 1_800_000_000)

# A checkpoint that the Go checksum database published under its public key.
GO_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = (
    "go.sum database tree\n6353345\nd5kp6/RTbWj/e9AMga1hdcHZHcLdFKA2fjHfKJ8FfR4=\n\n\u2014 sum.golang.org "
    "Az3grhfKc0hf9eAH1x5p0VjY99pEe8l9JKKLGyf9F0m4JTrJjcsr9rUDh6kvNIl7vdzWqULpk3+azvpfJo9aOMZaYQE=\n"
)


def test_a_checkpoint_signed_by_other_software_verifies_here() -> None:
    key = note.parse_vkey(GO_VKEY)
    assert str(key) == GO_VKEY
    opened = checkpoint.open_checkpoint(GO_CHECKPOINT, [key])
    assert (opened.checkpoint.size, opened.at_s) == (6_353_345, None)
    with pytest.raises(NoteError):
        checkpoint.open_checkpoint(GO_CHECKPOINT.replace("6353345", "6353346"), [key])


def test_keys_survive_being_written_down() -> None:
    again = note.parse_secret(LOG.secret_line())
    assert again.verifier == LOG.verifier == note.parse_vkey(str(LOG.verifier))
    for broken in (str(LOG.verifier)[:-1], str(LOG.verifier).replace("log", "lag"), "x+1+2", ""):
        with pytest.raises(NoteError):
            note.parse_vkey(broken)


def test_a_checkpoint_names_origin_size_root_and_a_signed_time() -> None:
    lines = SIGNED.split("\n")
    assert lines[0] == "log.city.example/audit" and lines[1] == "2" and lines[3] == ""
    opened = checkpoint.open_checkpoint(SIGNED, [LOG.verifier])
    assert opened.checkpoint == HEAD
    assert opened.at_s == 1_800_000_000
    assert opened.witnessed == ()


def test_a_checkpoint_of_an_unknown_key_is_refused_even_under_the_same_name() -> None:
    with pytest.raises(NoteError):
        checkpoint.open_checkpoint(SIGNED, [OTHER.verifier])


def test_unknown_signature_lines_are_ignored_and_bad_known_ones_reject_the_note() -> None:
    stranger = note.Signature("new.example/ml-dsa", b"\x01\x02\x03\x04", b"s" * 2428)
    assert checkpoint.open_checkpoint(SIGNED + stranger.line(), [LOG.verifier]).checkpoint == HEAD

    text = note.parse(SIGNED).text
    bad = note.Signature(LOG.name, LOG.verifier.key_id, OTHER.private.sign(text.encode()))
    with pytest.raises(NoteError):
        checkpoint.open_checkpoint(SIGNED + bad.line(), [LOG.verifier])


def test_a_witness_line_carries_its_time_and_another_log_name_is_no_witness() -> None:
    line = cosignature.sign(HEAD.text(), WITNESS, 1_800_000_100).line()
    opened = checkpoint.open_checkpoint(SIGNED + line, [LOG.verifier], [WITNESS.verifier])
    assert [(cosigned.key.name, cosigned.at_s) for cosigned in opened.witnessed] == [
        (WITNESS.name, 1_800_000_100)
    ]

    moved = bytearray(note.parse(SIGNED + line).signatures[-1].signature)
    moved[7] ^= 1  # the time
    forged = note.Signature(WITNESS.name, WITNESS.verifier.key_id, bytes(moved))
    with pytest.raises(NoteError):
        checkpoint.open_checkpoint(SIGNED + forged.line(), [LOG.verifier], [WITNESS.verifier])


def test_the_log_cannot_pass_for_its_own_witness() -> None:
    self_witness = VerifierKey(WITNESS.name, COSIGNATURE_V1, WITNESS.verifier.public)
    assert checkpoint.open_checkpoint(SIGNED, [LOG.verifier], [self_witness]).witnessed == ()


@pytest.mark.parametrize(
    "text",
    [
        "o\n2\n",
        "o\n02\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "o\n1\nAAAA\n",
        "o\n1\n" + "A" * 42 + "B=\n",
        "o\n1\n" + "A" * 43 + "=\n\nx\n",
        "o\n1\n" + "A" * 43 + "=",
    ],
)
def test_malformed_checkpoint_texts_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)


def test_a_checkpoint_copied_from_paper_needs_no_signature_to_be_compared() -> None:
    assert checkpoint.parse_unsigned(HEAD.text()) == checkpoint.parse_unsigned(SIGNED) == HEAD


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bit_of_a_checkpoint_is_free(data: st.DataObject) -> None:
    raw = bytearray(SIGNED.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = checkpoint.open_checkpoint(raw.decode(), [LOG.verifier])
    except (NoteError, UnicodeDecodeError):
        return
    # What may survive is the loss of the optional time line, never another tree.
    assert opened.checkpoint == HEAD and opened.at_s is None


def test_a_proof_file_is_the_specified_text_and_holds_for_its_entry_only() -> None:
    path = (merkle.leaf_hash(b"b"),)
    raw = proof.write(0, path, SIGNED)
    assert raw.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    parsed = proof.parse(raw)
    assert parsed == proof.TlogProof(0, path, SIGNED)
    proof.verify(parsed, b"a")
    with pytest.raises(merkle.ProofError):
        proof.verify(parsed, b"c")
    assert proof.parse(proof.write(0, path, SIGNED, b"more")).extra == b"more"


@pytest.mark.parametrize(
    "raw", [b"", b"c2sp.org/tlog-proof@v1\n\n", b"c2sp.org/tlog-proof@v1\nindex 01\n\nx", b"\xff"]
)
def test_a_malformed_proof_file_is_refused(raw: bytes) -> None:
    with pytest.raises(proof.ProofFileError):
        proof.parse(raw)
