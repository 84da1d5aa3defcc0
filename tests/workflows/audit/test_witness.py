"""The witness: cosigns what has only grown, remembers it where nobody else can reach, and says when it has
not (c2sp.org/tlog-witness; design page "evidence", 2, 3.4 and the bar of twelve attacks)."""

from __future__ import annotations

import base64
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.audit import test_attacks as attacks
from tests.workflows.audit.attacker import Attacker
from tests.workflows.audit.conftest import LogUnderTest, without_triggers
from tests.workflows.audit.witness_process import NAME, ROOT, WitnessProcess
from workflows.audit import bundle, cosigning, export, flags, health, keys, proofs, tree, verify_bundle
from workflows.audit.memory import Remembered
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.models import Leaf
from workflows.audit.proofs import NotSealed
from workflows.audit.tlog import checkpoint, cosignature, merkle, note, tiles
from workflows.audit.tlog.checkpoint import Checkpoint
from workflows.audit.verification.findings import Result
from workflows.audit.witness import keeping, protocol
from workflows.audit.witness.store import Store

ORIGIN = "city.test/log"
LOG = note.new_signer(ORIGIN)
AT_S = 1_790_000_000
NODE = base64.b64encode(bytes(32)) + b"\n"


@dataclass
class Held:
    """Tiles in memory."""

    tiles: dict[tuple[int, int], bytes]

    def tile(self, level: int, n: int) -> bytes | None:
        return self.tiles.get((level, n))


class Tree:
    """A tree in memory and its signed checkpoints."""

    def __init__(self, words: list[bytes]) -> None:
        self.hashes = [merkle.leaf_hash(word) for word in words]

    def signed(self, size: int, signer: note.Signer = LOG, origin: str = ORIGIN) -> str:
        return checkpoint.sign(Checkpoint(origin, size, merkle.root_of(self.hashes[:size])), signer, AT_S)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        if not old:
            return ()
        held = Held({})
        held.tiles = tiles.grow(0, self.hashes[:new], held)
        return tuple(merkle.consistency_proof(old, new, tiles.node_reader(held)))

    def body(self, old: int, new: int, **given: object) -> bytes:
        return protocol.body(old, self.proof(old, new), self.signed(new, **given)).encode()  # type: ignore[arg-type]


HONEST = Tree([f"entry {number}".encode() for number in range(40)])
OTHER = Tree([f"entry {number}".encode() for number in range(7)] + [b"changed"] * 33)


class Desk:
    """A witness without a network: store, key and answers."""

    def __init__(self, folder: Path) -> None:
        keeping.make(folder, NAME)
        self.folder, self.store, self.signer = folder, keeping.store(folder), keeping.signer(folder)
        self.store.watch(ORIGIN, LOG.verifier)

    def ask(self, raw: bytes) -> protocol.Answer:
        return protocol.add_checkpoint(raw, self.store, self.signer, lambda: AT_S)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "witness")


def test_a_tree_that_grows_is_cosigned_and_the_line_verifies(desk: Desk) -> None:
    for old, new in ((0, 5), (5, 5), (5, 16), (16, 40)):
        answer = desk.ask(HONEST.body(old, new))
        assert answer.status == 200
        opened = checkpoint.open_checkpoint(
            HONEST.signed(new) + answer.text, [LOG.verifier], [desk.signer.verifier]
        )
        assert [one.at_s for one in opened.witnessed] == [AT_S]


@pytest.mark.parametrize(
    "raw, status, text",
    [
        (HONEST.body(5, 16), 409, "8\n"),
        (HONEST.body(16, 40), 409, "8\n"),
        (OTHER.body(8, 8), 409, "8\n"),
        (OTHER.body(8, 16), 422, None),
        (protocol.body(8, (), HONEST.signed(16)).encode(), 422, None),
        (protocol.body(8, HONEST.proof(7, 16), HONEST.signed(16)).encode(), 422, None),
        (protocol.body(17, (), HONEST.signed(16)).encode(), 400, None),
        (HONEST.body(8, 16, signer=note.new_signer(ORIGIN)), 403, None),
        (HONEST.body(8, 16, signer=note.new_signer("elsewhere"), origin="elsewhere"), 404, None),
        (HONEST.body(8, 16).replace(b"old 8", b"old 08"), 400, None),
        (HONEST.body(8, 16).replace(b"old 8\n", b""), 400, None),
        (b"old 8\n\n", 400, None),
        (b"\xff\xfe", 400, None),
        (b"old 8\n" + base64.b64encode(b"short") + b"\n\n" + HONEST.signed(16).encode(), 400, None),
        (b"old 8\n" + b"A" * 44 + b"\n\n" + HONEST.signed(16).encode(), 400, None),
        (b"old 8\n" + NODE * 64 + b"\n" + HONEST.signed(16).encode(), 400, None),
    ],
)  # fmt: skip
def test_what_is_not_cosigned_and_why(desk: Desk, raw: bytes, status: int, text: str | None) -> None:
    assert desk.ask(HONEST.body(0, 8)).status == 200
    answer = desk.ask(raw)
    assert answer.status == status
    assert text is None or (answer.text, answer.media_type) == (text, "text/x.tlog.size")
    assert [size_of(whole) for _, whole in desk.store.cosigned()] == [8]  # nothing was kept
    assert desk.ask(HONEST.body(8, 16)).status == 200  # and the honest log goes on


def size_of(whole: str) -> int:
    return checkpoint.parse_unsigned(whole).size


def test_from_nothing_a_proof_is_refused_and_an_empty_tree_is_the_empty_one(desk: Desk) -> None:
    assert desk.ask(protocol.body(0, (bytes(32),), HONEST.signed(4)).encode()).status == 422
    wrong = checkpoint.sign(Checkpoint(ORIGIN, 0, bytes(32)), LOG, AT_S)
    assert desk.ask(protocol.body(0, (), wrong).encode()).status == 409
    assert desk.ask(HONEST.body(0, 0)).status == 200


@settings(deadline=None, max_examples=30)
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 40)), max_size=12))
def test_whatever_is_asked_all_that_is_cosigned_is_one_growing_tree(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("witness") / "own")
    for honest, one, other in steps:
        some, (old, new) = (HONEST if honest else OTHER), sorted((one, other))
        desk.ask(some.body(old, new))
        desk.ask(some.body(0, new))
    seen = [checkpoint.parse_unsigned(whole) for _, whole in desk.store.cosigned()]
    assert [one.size for one in seen] == sorted(one.size for one in seen)
    assert any(all(head.root == merkle.root_of(some.hashes[: head.size]) for head in seen)
               for some in (HONEST, OTHER))  # fmt: skip


def test_two_that_arrive_at_once_cannot_both_be_the_next(desk: Desk) -> None:
    """The second waits for the first, sees what it has kept, and is refused."""
    desk.ask(HONEST.body(0, 8))
    with desk.store.turn() as turn:
        assert turn.latest(ORIGIN, merkle.EMPTY_ROOT).size == 8
        with pytest.raises(Exception, match="locked"):
            impatient = Store(desk.store.path)
            with impatient._open() as file:
                file.execute("PRAGMA busy_timeout = 10")
                file.execute("BEGIN IMMEDIATE")


def test_what_was_cosigned_cannot_be_changed_or_taken_back_in_the_file(desk: Desk) -> None:
    desk.ask(HONEST.body(0, 8))
    for statement in ("UPDATE cosigned SET size = 1", "DELETE FROM cosigned",
                      "INSERT INTO cosigned SELECT 99, origin, 3, root, note, at FROM cosigned"):  # fmt: skip
        with desk.store._open() as file, pytest.raises(Exception, match=r"stays|does not shrink"):
            file.execute(statement)


def test_its_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    witness = WitnessProcess(tmp_path / "witness")
    assert (witness.folder / "witness.key").stat().st_mode & 0o777 == 0o600
    assert "keeps its key" in witness.command("init", NAME, code=3).stderr
    (witness.folder / "witness.key").chmod(0o644)
    assert "0600" in witness.command("serve", code=3).stderr
    (witness.folder / "witness.key").chmod(0o600)
    (witness.folder / "witness.sqlite3").rename(tmp_path / "gone")
    assert "do not begin anew" in witness.command("serve", code=3).stderr
    assert witness.command("watch", "no key", code=2).stderr.startswith("This cannot be used")


def test_it_needs_nothing_of_the_gateway() -> None:
    code = (
        "import sys, workflows.audit.witness.__main__, workflows.audit.witness.app\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'gateway', 'redaction'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout.strip() == "[]"


# ----- with the log of the product


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WitnessProcess]:
    made = WitnessProcess(tmp_path_factory.mktemp("witness") / "own")
    made.start()
    yield made
    made.kill()


class Watched(LogUnderTest):
    """A log that the witness watches."""

    def __init__(self, folder: Path, settings, witness: WitnessProcess) -> None:
        super().__init__(folder, settings)
        self.witness = witness

    def sequencer(self):
        one = super().sequencer()
        one.witness = cosigning.configured(self.clock)
        return one

    def seal(self) -> None:
        super().seal()
        self.clock.go(seconds=5)


@pytest.fixture
def watched(own_files: Path, settings, db, witness: WitnessProcess) -> Watched:
    settings.LOG_ORIGIN = f"city.test/{uuid.uuid4()}"
    settings.WITNESS_URL, settings.WITNESS_VKEY = witness.url, witness.vkey
    keys.ensure()
    witness.watch(settings.LOG_ORIGIN, keys.log_verifier())
    made = Watched(own_files, settings, witness)
    for _ in range(attacks.BATCHES):
        made.write(attacks.EACH, matter=uuid.uuid4(), facts={"counts": {"page": 1}})
        made.seal()
    assert Leaf.objects.count() == attacks.SIZE
    return made


def exported(watched: Watched) -> Path:
    target = watched.folder / f"from-witness-{uuid.uuid4().hex}"
    watched.witness.command("export", str(target))
    return target


def check(watched: Watched, **changed) -> Result:
    return attacks.check(watched, witness=exported(watched), **changed)


def test_each_checkpoint_is_cosigned_stored_exported_and_verified(watched: Watched) -> None:
    rows = [*CheckpointRow.objects.order_by("id")]
    assert all(row.cosignatures.startswith(f"\u2014 {NAME} ") for row in rows)
    opened = proofs.open_latest()
    assert [one.key for one in opened.witnessed] == [watched.witness.key]
    whole = export.exported_checkpoint(watched.export_dir)
    assert whole == rows[-1].note + rows[-1].cosignatures
    assert f"witness {watched.witness.vkey}" in (watched.export_dir / "keys.txt").read_text()
    result = check(watched)
    assert (result.exit, result.findings, result.witnessed_size) == (0, [], attacks.SIZE)
    assert health.look(watched.clock()).level == health.WITNESSED
    assert health.gate_closed_code(watched.clock()) is None


def test_a_package_shows_the_cosignature_to_a_stranger(watched: Watched, tmp_path: Path) -> None:
    matter, digest = uuid.uuid4(), "ab" * 32
    entries = watched.write(1, "package.built", matter=matter, facts={"manifest": digest})
    watched.seal()
    made = bundle.contents(
        files={"a.txt": b"a"}, entries=entries, meta={"matter": str(matter)},
        package_key=keys.package_signer(),
    )  # fmt: skip
    for path, content in made.items():
        (tmp_path / "bundle" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bundle" / path).write_bytes(content)
    report = verify_bundle.check(tmp_path / "bundle")
    assert (report.exit, report.facts["witnessed_by"]) == (0, [NAME])
    elsewhere = tmp_path / "other.keys"
    elsewhere.write_text(f"witness {cosignature.cosigner(note.new_signer('other')).verifier}\n")
    assert verify_bundle.check(tmp_path / "bundle", witness=elsewhere).exit == 23


def test_without_the_witness_entries_are_sealed_and_nothing_is_released(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosigning, "DRIFT_S", 6 * 3600)  # the test's clock goes on, the witness's does not
    watched.witness.kill()
    (entry,) = watched.write(1, "package.built", matter=uuid.uuid4())
    watched.seal()
    assert proofs.unsealed_count() == 0 and not proofs.sealed(entry)
    with pytest.raises(NotSealed):
        proofs.proof_for(entry)
    assert health.gate_closed_code(watched.clock()) is None
    watched.clock.go(hours=4)
    watched.seal()  # the heartbeat
    assert health.gate_closed_code(watched.clock()) == "log.unwitnessed"
    assert attacks.check(watched, now=watched.clock()).exit == 23

    watched.witness.start()
    watched.clock.go(minutes=2)
    watched.seal()
    assert proofs.sealed(entry) and health.gate_closed_code(watched.clock()) is None
    assert flags.is_open(flags.WITNESS) is False


def test_a_witness_that_lost_an_answer_is_asked_with_the_size_it_names(watched: Watched) -> None:
    """Killed between its store and our row: the next question begins where it stands."""
    watched.write(3)
    one = watched.sequencer()
    witness, one.witness = one.witness, None
    one.step()
    assert witness._post(proofs.latest_checkpoint(), attacks.SIZE)[0] == 200  # the answer is lost
    watched.write(3)
    watched.seal()
    assert CheckpointRow.objects.order_by("-id").first().cosignatures
    assert check(watched).exit == 0


@pytest.mark.parametrize("text", ["", "\u2014 nobody AAAAAA==\n", "rubbish\n", f"\u2014 {NAME} AAAA\n"])
def test_only_a_good_line_of_the_configured_witness_is_kept(watched: Watched, monkeypatch, text: str) -> None:
    watched.write(1)
    monkeypatch.setattr(cosigning.Witness, "_post", lambda self, row, old: (200, text))
    watched.seal()
    assert not CheckpointRow.objects.order_by("-id").first().cosignatures


# ----- twelve attacks by somebody who holds the database, the signing key and the signer's memory


def edited(evil: Attacker) -> None:
    evil.edit(attacks.PLACE, outcome="refused")
    evil.recompute()


def back_dated_append(evil: Attacker) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.utils.timezone.now", lambda: evil.the_log.clock() - timedelta(days=30))
        evil.done()
        evil.the_log.write(1)
    tree.place_pending(1)
    without_triggers()


def replaced(evil: Attacker) -> None:
    for leaf in range(1, attacks.SIZE, 3):
        evil.edit(leaf, role="auditor")
    evil.recompute()


STOLEN: list[tuple[Callable[[Attacker], None], int]] = [
    (edited, 22),
    (attacks.deleted_and_recomputed, 22),
    (attacks.reordered_and_recomputed, 22),
    (attacks.tail_cut_with_its_checkpoints, 22),
    (attacks.inserted_in_the_past_and_recomputed, 22),
    (back_dated_append, 13),
    (attacks.column_edited, 14),
    (replaced, 22),
]


def with_the_key(evil: Attacker) -> None:
    """Sign what the database holds now, and let the memory and the export say the same."""
    evil.renumber()
    evil.recompute()
    evil.sign(keys.log_signer(), evil.the_log.clock())
    head = checkpoint.parse_unsigned(CheckpointRow.objects.get().note)
    evil.the_log.memory.write(head.origin, Remembered(head.size, head.root, evil.the_log.clock()))
    for path in sorted(evil.the_log.export_dir.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


@pytest.mark.parametrize("attack, code", STOLEN, ids=[attack.__name__ for attack, _ in STOLEN])
def test_who_has_stolen_the_signing_key_is_found_out_by_the_witness(
    watched: Watched, attack: Callable[[Attacker], None], code: int
) -> None:
    evil = Attacker(watched)
    attack(evil)
    with_the_key(evil)
    evil.done()
    result = check(watched, now=watched.clock())
    assert code in result.counts, result.findings[:5]
    assert result.exit != 0 and result.witnessed_size == attacks.SIZE


def test_a_stolen_key_on_an_old_backup_that_goes_on_or_stops(watched: Watched) -> None:
    evil = Attacker(watched)
    copy = evil.backup()
    evil.done()
    watched.write(20)
    watched.seal()
    for more in (0, 30):  # stops; goes on past the size that the witness saw
        evil = Attacker(watched)
        evil.restore(copy)
        evil.done()
        watched.write(more)
        tree.place_pending(1)
        without_triggers()
        with_the_key(evil)
        evil.done()
        assert check(watched, now=watched.clock()).exit == 22
        # The sequencer itself is told so, and the gate closes.
        watched.seal()
        assert flags.is_open(flags.WITNESS)
        assert health.gate_closed_code(watched.clock()) == "log.witness"
        copy["audit_flag"] = (copy["audit_flag"][0], [])


def test_what_came_after_the_last_witnessed_checkpoint_is_beyond_the_limit_which_is_said(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    one = watched.sequencer()
    one.witness = None
    watched.write(5)
    one.step()
    evil = Attacker(watched)
    evil.edit(attacks.SIZE + 2, outcome="refused")
    with_the_key(evil)
    evil.done()
    assert check(watched, now=watched.clock()).exit == 0  # this cannot be seen
    call_command("verify_audit", witness=exported(watched))
    assert f"witness: {attacks.SIZE} leaves are cosigned; what came later rests" in capsys.readouterr().out
