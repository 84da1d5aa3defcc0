"""What the log says is right by software that is not ours, and each altered form of it is refused there.

200 trees here, 1,000 with `GATEWAY_SCALE=full`: all the sizes at which a tree or a tile changes shape,
the others at random. Go's packages also read exported logs tile by tile.
"""

from __future__ import annotations

import base64
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pymerkle
import pytest
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from tests.workflows.audit.conftest import LogUnderTest
from tests.workflows.audit.peers import programs
from workflows.audit import keys
from workflows.audit.tlog import checkpoint, cosignature, merkle, note, tiles
from workflows.audit.tlog.checkpoint import Checkpoint

FULL = os.environ.get("GATEWAY_SCALE") == "full"
EDGES = (1, 2, 3, 4, 5, 7, 8, 9, *range(255, 259), 511, 512, 513, *range(65_535, 65_538))
COUNT = 1_000 if FULL else 200
PREFIX = "entry "
MOST = 65_792

pytestmark = [pytest.mark.full]


class Tiles:
    """The tiles of the largest tree; a smaller one reads the beginnings of the same tiles."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.held = tiles.grow(0, leaves, self)

    def tile(self, level: int, n: int) -> bytes | None:
        return None if not hasattr(self, "held") else self.held.get((level, n))


@dataclass(frozen=True)
class Included:
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Extended:
    old: int
    old_root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Tree:
    """What we say about one tree."""

    size: int
    root: bytes
    included: tuple[Included, ...]
    extended: tuple[Extended, ...]


def body(index: int) -> bytes:
    return f"{PREFIX}{index}".encode()


@pytest.fixture(scope="module")
def trees() -> list[Tree]:
    """Roots and proofs of ours."""
    draw = random.Random(6962)
    read = tiles.node_reader(Tiles([merkle.leaf_hash(body(i)) for i in range(MOST)]))
    sizes = list(EDGES)
    while len(sizes) < COUNT:
        sizes.append(draw.choice((draw.randint(1, 3_000), draw.randint(1, MOST))))
    return [_tree(size, read, draw) for size in sizes]


def _tree(size: int, read: merkle.ReadNode, draw: random.Random) -> Tree:
    places = {draw.randrange(size), draw.choice((0, size - 1, size // 2))}
    older = {draw.randint(1, size), draw.choice((1, size, 1 << (size.bit_length() - 1), max(1, size - 1)))}
    return Tree(
        size,
        merkle.tree_root(size, read),
        tuple(Included(index, merkle.inclusion_proof(index, size, read)) for index in sorted(places)),
        tuple(
            Extended(old, merkle.tree_root(old, read), merkle.consistency_proof(old, size, read))
            for old in sorted(older)
        ),
    )


def altered(value: bytes, place: int = 11) -> bytes:
    changed = bytearray(value)
    changed[place % len(changed)] ^= 1 << place % 8
    return bytes(changed)


def worse(proof: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """The proof with each hash altered, one hash short, one too many."""
    for i, part in enumerate(proof):
        yield (*proof[:i], altered(part, i), *proof[i + 1 :])
    if proof:
        yield proof[:-1]
    yield (*proof, bytes(32))


# --- pymerkle and sigstore ------------------------------------------------------------------------


def test_pymerkle_gives_the_same_roots_and_proofs(trees: list[Tree]) -> None:
    theirs = pymerkle.InmemoryTree()
    theirs.append_entries([body(i) for i in range(MOST)])
    for tree in trees:
        assert theirs.get_root(tree.size) == tree.root, tree.size
        for one in tree.included:
            leaf = merkle.leaf_hash(body(one.index))
            made = theirs.prove_inclusion(one.index + 1, tree.size)
            assert tuple(made.path[1:]) == one.proof
            made.verify(leaf, tree.root, index=one.index + 1, size=tree.size)
            for wrong_leaf, wrong_root in ((altered(leaf), tree.root), (leaf, altered(tree.root))):
                with pytest.raises(pymerkle.InvalidProof):
                    made.verify(wrong_leaf, wrong_root)
            for proof in worse(one.proof):
                made.path = [leaf, *proof]
                with pytest.raises(pymerkle.InvalidProof):
                    made.verify(leaf, tree.root)
        for grown in tree.extended:
            between = theirs.prove_consistency(grown.old, tree.size)
            between.verify(grown.old_root, tree.root, prior_size=grown.old, later_size=tree.size)
            for old, new in (
                (altered(grown.old_root), tree.root),
                (grown.old_root, altered(tree.root)),
            ):
                with pytest.raises(pymerkle.InvalidProof):
                    between.verify(old, new)


def rekor_entry(tree: Tree, index: int, proof: tuple[bytes, ...], root: bytes, content: bytes) -> Any:
    """An entry as sigstore holds one that a log has answered with."""
    inclusion = SimpleNamespace(log_index=index, tree_size=tree.size, hashes=list(proof), root_hash=root)
    return SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=inclusion, canonicalized_body=content))


def test_sigstore_accepts_every_inclusion_and_no_altered_one(trees: list[Tree]) -> None:
    for tree in trees:
        for one in tree.included:
            content = body(one.index)
            verify_merkle_inclusion(rekor_entry(tree, one.index, one.proof, tree.root, content))
            wrong = [
                rekor_entry(tree, one.index, one.proof, altered(tree.root), content),
                rekor_entry(tree, one.index, one.proof, tree.root, altered(content)),
                *(rekor_entry(tree, one.index, proof, tree.root, content) for proof in worse(one.proof)),
            ]
            for entry in wrong:
                with pytest.raises(VerificationError):
                    verify_merkle_inclusion(entry)


# --- Go's checksum database -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return programs.compiled(tmp_path_factory.mktemp("go"))


def as_json(tree: Tree) -> dict[str, Any]:
    def proof(parts: tuple[bytes, ...]) -> list[str]:
        return [base64.b64encode(part).decode() for part in parts]

    return {
        "Size": tree.size,
        "Root": proof((tree.root,))[0],
        "Inclusion": [{"Index": one.index, "Proof": proof(one.proof)} for one in tree.included],
        "Consistency": [{"Old": one.old, "Proof": proof(one.proof)} for one in tree.extended],
    }


def test_go_agrees_on_every_tree_and_refuses_every_altered_proof(go: Path, trees: list[Tree]) -> None:
    said = programs.ask(go, {"Prefix": PREFIX, "Leaves": MOST, "Trees": [as_json(tree) for tree in trees]})

    proofs = [part.proof for tree in trees for part in (*tree.included, *tree.extended)]
    assert said["Complaints"] is None
    assert (said["Roots"], said["Proofs"]) == (COUNT, len(proofs))
    assert said["Refused"] == sum(len(list(worse(proof))) + 2 for proof in proofs)


def test_go_complains_of_a_root_and_of_a_proof_that_are_not_right(go: Path, trees: list[Tree]) -> None:
    """The judge itself can say no."""
    small = next(tree for tree in trees if tree.size == 9)
    wrong_root = {**as_json(small), "Root": as_json(trees[0])["Root"]}
    wrong_proof = as_json(small)
    wrong_proof["Inclusion"][0]["Proof"] = wrong_proof["Inclusion"][0]["Proof"][:-1]
    for tree in (wrong_root, wrong_proof):
        assert programs.ask(go, {"Prefix": PREFIX, "Leaves": 16, "Trees": [tree]})["Complaints"]


def signed_notes() -> list[tuple[str, str]]:
    """Checkpoints of several keys, sizes and times, with the key line that opens each."""
    made = []
    for n, size in enumerate((0, 1, 256, 65_537, 2**40)):
        signer = note.new_signer(f"log.city.test/{n}")
        head = Checkpoint(signer.name, size, merkle.leaf_hash(bytes([n])))
        witness = cosignature.cosigner(note.new_signer("witness.test/w"))
        whole = checkpoint.sign(head, signer, 1_790_000_000 + n)
        made.append(
            (str(signer.verifier), whole + cosignature.sign(head.text(), witness, 1_790_000_100).line())
        )
    return made


def test_go_opens_our_notes_and_no_altered_one(go: Path) -> None:
    asked = []
    for key, whole in signed_notes():
        asked.append({"Key": key, "Note": whole, "Good": True})
        text, _, lines = whole.partition("\n\n")
        changed = [
            text.replace("log.city", "lag.city") + "\n\n" + lines,
            text.replace("\n", "\n1", 1) + "\n\n" + lines,
            text + "\nmore\n\n" + lines,
            text + "\n\n" + "".join(lines.splitlines(keepends=True)[1:]),  # no line of the log's key
            text + "\n\n" + lines[:-10] + "\n",
        ]
        asked += [{"Key": key, "Note": one, "Good": False} for one in changed]
        other = note.new_signer(note.parse_vkey(key).name)
        asked.append({"Key": str(other.verifier), "Note": whole, "Good": False})

    said = programs.ask(go, {"Notes": asked})

    assert said["Complaints"] is None
    assert said["Notes"] == sum(one["Good"] for one in asked)
    assert said["Refused"] == len(asked) - said["Notes"]


@pytest.mark.parametrize("entries", [0, 5, 255, 300, *([66_000] if FULL else [])])
def test_go_reads_an_exported_log_tile_by_tile(go: Path, the_log: LogUnderTest, entries: int) -> None:
    the_log.write(entries)
    the_log.seal()

    said = programs.ask(go, {"Logs": [{"Folder": str(the_log.export_dir), "Key": str(keys.log_verifier())}]})

    size = entries + 1  # the log's own first entry
    held = list(tiles.tiles_of(size))
    assert said["Complaints"] is None
    assert (said["Entries"], said["Tiles"]) == (size, len(held))
    assert said["Refused"] == min(len(held), 40)


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000", "tile/entries/000", "tile/0/001.p/45"])
def test_go_refuses_an_exported_log_with_one_changed_bit(go: Path, the_log: LogUnderTest, path: str) -> None:
    the_log.write(300)
    the_log.seal()
    changed = the_log.export_dir / path
    changed.write_bytes(altered(changed.read_bytes(), 1_000 if "entries" in path else 40))

    said = programs.ask(go, {"Logs": [{"Folder": str(the_log.export_dir), "Key": str(keys.log_verifier())}]})

    assert said["Complaints"]


# --- OpenSSL ---------------------------------------------------------------------------------------


def test_openssl_accepts_our_signatures_and_no_altered_one(the_log: LogUnderTest, tmp_path: Path) -> None:
    """The log's line, its timed line and a witness's line, as the specifications say what is signed."""
    the_log.write(3)
    the_log.seal()
    whole = (the_log.export_dir / "checkpoint").read_text()
    witness = cosignature.cosigner(note.new_signer("witness.test/w"))
    parsed = note.parse(whole + cosignature.sign(note.parse(whole).text, witness, 1_790_000_000).line())
    log_key = keys.log_verifier()
    assert [(line.name, len(line.signature)) for line in parsed.signatures] == [
        (log_key.name, 64), (log_key.name, 72), (witness.name, 72),
    ]  # fmt: skip

    for line in parsed.signatures:
        timed = len(line.signature) == 72
        public = witness.verifier.public if line.name == witness.name else log_key.public
        message = parsed.text.encode()
        if timed:
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(line.signature[:8], "big") + message
        raw = line.signature[-64:]
        assert programs.openssl_accepts(tmp_path, public, message, raw)
        assert not programs.openssl_accepts(tmp_path, public, altered(message), raw)
        assert not programs.openssl_accepts(tmp_path, public, message, altered(raw, 3))
