"""The tree against its definition: every proof made is accepted, every altered one refused."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.audit.tlog import merkle, tiles
from workflows.audit.tlog.merkle import ProofError


class Tiles:
    """A store in memory that grows as the sequencer's does."""

    def __init__(self) -> None:
        self.size = 0
        self.held: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, n: int) -> bytes | None:
        return self.held.get((level, n))

    def add(self, leaves: list[bytes]) -> None:
        self.held.update(tiles.grow(self.size, leaves, self))
        self.size += len(leaves)


def leaf(i: int) -> bytes:
    return merkle.leaf_hash(str(i).encode())


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


LEAVES = [leaf(i) for i in range(70_000)]


def store_of(size: int) -> Tiles:
    store = Tiles()
    store.add(LEAVES[:size])
    return store


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1000])
def test_root_follows_the_definition(size: int) -> None:
    wanted = by_definition(LEAVES[:size])
    assert merkle.root_of(LEAVES[:size]) == wanted
    assert merkle.tree_root(size, tiles.node_reader(store_of(size))) == wanted


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_proofs_hold_at_the_edges_of_tiles(size: int) -> None:
    read = tiles.node_reader(store_of(size))
    root = merkle.root_of(LEAVES[:size])
    for index in {0, 1, size // 2, size - 2, size - 1, 254, 255, 256, 65_535, 65_536}:
        if 0 <= index < size:
            proof = merkle.inclusion_proof(index, size, read)
            merkle.verify_inclusion(index, size, LEAVES[index], proof, root)
            assert len(proof) <= max(1, (size - 1).bit_length())
    for old in {1, 2, size // 2, size - 1, size, 255, 256, 257, 65_536}:
        if 0 < old <= size:
            proof = merkle.consistency_proof(old, size, read)
            merkle.verify_consistency(old, size, merkle.root_of(LEAVES[:old]), root, proof)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_tiles_do_not_depend_on_the_size_of_batches(batches: list[int]) -> None:
    grown = Tiles()
    for batch in batches:
        grown.add(LEAVES[grown.size : grown.size + batch])
    assert grown.held == store_of(sum(batches)).held
    assert {(level, n): len(grown.held[level, n]) // 32 for level, n in grown.held} == {
        (level, n): width for level, n, width in tiles.tiles_of(grown.size)
    }


@settings(deadline=None)  # a large tree is built for each example
@given(st.data(), st.sampled_from([1, 2, 255, 256, 257, 511, 700, 65_536, 65_537, 66_000]))
def test_the_tiles_named_for_a_path_are_enough_for_it(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    whole, named = store_of(size), Tiles()
    named.held = {place: whole.held[place] for place in tiles.tiles_of_path(index, size)}

    found = merkle.inclusion_proof(index, size, tiles.node_reader(named))

    assert found == merkle.inclusion_proof(index, size, tiles.node_reader(whole))


@given(st.data(), st.integers(1, 600))
@settings(max_examples=120, deadline=None)
def test_an_inclusion_proof_holds_for_its_leaf_and_place_only(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    read = tiles.node_reader(store_of(size))
    proof, root = list(merkle.inclusion_proof(index, size, read)), merkle.root_of(LEAVES[:size])
    merkle.verify_inclusion(index, size, LEAVES[index], proof, root)

    other = data.draw(st.integers(0, size).filter(lambda i: i != index))
    with pytest.raises(ProofError):
        merkle.verify_inclusion(other, size, LEAVES[index], proof, root)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(index, size, LEAVES[index + 1], proof, root)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(index, size, LEAVES[index], [*proof, root], root)
    if proof:
        place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        proof[place] = (int.from_bytes(proof[place], "big") ^ (1 << bit)).to_bytes(32, "big")
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, LEAVES[index], proof, root)


@given(st.data(), st.integers(2, 600))
@settings(max_examples=120, deadline=None)
def test_a_consistency_proof_holds_for_a_prefix_only(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size - 1))
    read = tiles.node_reader(store_of(size))
    proof, new_root = list(merkle.consistency_proof(old, size, read)), merkle.root_of(LEAVES[:size])
    old_root = merkle.root_of(LEAVES[:old])
    merkle.verify_consistency(old, size, old_root, new_root, proof)

    rewritten = LEAVES[:old]
    rewritten[data.draw(st.integers(0, old - 1))] = leaf(-1)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, merkle.root_of(rewritten), new_root, proof)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, old_root, old_root, proof)
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    proof[place] = (int.from_bytes(proof[place], "big") ^ (1 << bit)).to_bytes(32, "big")
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, old_root, new_root, proof)


def test_no_proof_is_made_or_believed_from_an_empty_tree() -> None:
    read = tiles.node_reader(store_of(3))
    with pytest.raises(ValueError):
        merkle.consistency_proof(0, 3, read)
    with pytest.raises(ProofError):
        merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, merkle.root_of(LEAVES[:3]), [])
    with pytest.raises(ValueError):
        merkle.inclusion_proof(3, 3, read)


def test_a_missing_or_cut_tile_is_an_error_and_never_a_hash() -> None:
    store = store_of(300)
    store.held[0, 1] = store.held[0, 1][:-32]
    with pytest.raises(tiles.TileError):
        merkle.tree_root(300, tiles.node_reader(store))
    del store.held[0, 1]
    with pytest.raises(tiles.TileError):
        merkle.tree_root(300, tiles.node_reader(store))


@pytest.mark.parametrize(
    "path, wanted",
    [
        (tiles.tile_path(0, 0), "tile/0/000"),
        (tiles.tile_path(1, 1234067), "tile/1/x001/x234/067"),
        (tiles.tile_path(0, 273, 112), "tile/0/273.p/112"),
        (tiles.entries_path(999, 1), "tile/entries/999.p/1"),
        (tiles.entries_path(1000), "tile/entries/x001/000"),
    ],
)
def test_paths_are_those_of_the_specification(path: str, wanted: str) -> None:
    assert path == wanted


def test_a_tree_of_70000_has_the_tiles_the_specification_counts() -> None:
    held = list(tiles.tiles_of(70_000))
    assert sum(level == 0 and width == 256 for level, _, width in held) == 273
    assert [entry for entry in held if entry[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entry_bundles_come_back_and_a_cut_one_is_refused(entries: list[bytes]) -> None:
    bundle = tiles.bundle_entries(entries)
    assert tiles.unbundle_entries(bundle) == entries
    if entries:
        with pytest.raises(tiles.TileError):
            tiles.unbundle_entries(bundle[:-1])


def test_an_entry_longer_than_a_bundle_can_say_is_refused() -> None:
    assert tiles.bundle_entries([b"x" * 65_535])[:2] == b"\xff\xff"
    with pytest.raises(tiles.TileError):
        tiles.bundle_entries([b"x" * 65_536])
