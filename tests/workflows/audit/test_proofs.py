"""Sealed means proved: down to the log's signature, for these bytes."""

from __future__ import annotations

import pytest

from tests.workflows.audit.conftest import LogUnderTest, without_triggers
from workflows.audit import keys, proofs
from workflows.audit.canonical import canonical, parse
from workflows.audit.models import Checkpoint, Entry, Tile
from workflows.audit.tlog import checkpoint, note, proof


def test_an_entry_is_sealed_once_a_signed_checkpoint_covers_its_leaf(the_log: LogUnderTest) -> None:
    entry = the_log.write(1, "package.built")[0]
    assert not proofs.sealed(entry)
    assert proofs.unsealed_count() == 1
    from workflows.audit import tree

    one = the_log.sequencer()
    tree.place_pending(1)
    assert not proofs.sealed(entry)  # it has a leaf and no signature yet
    assert proofs.unsealed_count() == 2
    one.step()
    assert proofs.sealed(entry) and proofs.unsealed_count() == 0


def test_the_proof_file_shows_it_to_a_stranger(the_log: LogUnderTest) -> None:
    entries = the_log.write(300)
    the_log.seal()
    for entry in (entries[0], entries[255], entries[256], entries[-1]):
        parsed = proof.parse(proofs.proof_for(entry))
        proof.verify(parsed, bytes(entry.body))
        opened = checkpoint.open_checkpoint(parsed.checkpoint, [keys.log_verifier()])
        assert opened.checkpoint.size == 301 and len(parsed.path) <= 9


def test_an_older_proof_stays_good_when_the_log_grows(the_log: LogUnderTest) -> None:
    entry = the_log.write(1)[0]
    the_log.seal()
    early = proof.parse(proofs.proof_for(entry))
    the_log.write(600)
    the_log.seal()
    proof.verify(early, bytes(entry.body))
    proof.verify(proof.parse(proofs.proof_for(entry)), bytes(entry.body))


def edit_body(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(
        body=canonical({**parse(bytes(entry.body)), "outcome": "failed"})
    )


def edit_tile(entry: Entry) -> None:
    Tile.objects.filter(level=0).update(bytes=b"\x01" * 64)


def cut_tile(entry: Entry) -> None:
    Tile.objects.filter(level=0).update(bytes=b"\x01" * 32)


def resign_with_another_key(entry: Entry) -> None:
    row = Checkpoint.objects.order_by("-id")[0]
    head = checkpoint.parse_unsigned(row.note)
    other = note.new_signer(head.origin)
    Checkpoint.objects.filter(pk=row.pk).update(note=checkpoint.sign(head, other, int(row.at.timestamp())))


def enlarge_checkpoint_row(entry: Entry) -> None:
    Checkpoint.objects.update(size=99)


@pytest.mark.parametrize(
    "fraud", [edit_body, edit_tile, cut_tile, resign_with_another_key, enlarge_checkpoint_row]
)
def test_what_is_not_proved_is_not_sealed(the_log: LogUnderTest, fraud) -> None:
    entry = the_log.write(1, "package.built")[0]
    the_log.seal()
    assert proofs.sealed(entry)
    without_triggers()
    fraud(entry)
    assert not proofs.sealed(entry)
    with pytest.raises(proofs.NotSealed):
        proofs.proof_for(Entry.objects.get(pk=entry.pk))


def test_without_the_public_key_nothing_is_sealed(the_log: LogUnderTest) -> None:
    entry = the_log.write(1)[0]
    the_log.seal()
    the_log.settings.PROFILE = "production"
    keys.public_half(the_log.settings.LOG_KEY_FILE).unlink()
    assert not proofs.sealed(entry)
