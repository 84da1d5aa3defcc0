"""`manage.py verify_audit`: exit codes, the JSON object, and the reviewer's own checkpoints."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.workflows.audit.attacker import Attacker
from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from workflows.audit import export, keyring, keys, reconcile
from workflows.audit.canonical import canonical, parse
from workflows.audit.models import Entry
from workflows.audit.tlog import checkpoint, note


def run(capsys, *options: object) -> tuple[int, str]:
    """Return exit code and output of the command."""
    capsys.readouterr()
    code = 0
    try:
        call_command("verify_audit", *map(str, options))
    except SystemExit as stopped:
        code = int(str(stopped.code))
    read = capsys.readouterr()
    return code, read.out + read.err


@pytest.fixture
def two_seals(the_log: LogUnderTest) -> LogUnderTest:
    the_log.write(99)
    the_log.seal()
    the_log.write(100)
    the_log.seal()
    return the_log


@pytest.fixture
def own_copy(the_log: LogUnderTest, tmp_path: Path) -> Path:
    """The checkpoint that a reviewer took home after the first hundred leaves."""
    the_log.write(99)
    the_log.seal()
    taken = tmp_path / "mine.txt"
    taken.write_text(str(export.exported_checkpoint(the_log.export_dir)))
    the_log.write(100)
    the_log.seal()
    return taken


def test_a_good_log_ends_with_0_and_says_so(two_seals: LogUnderTest, capsys) -> None:
    code, said = run(capsys)
    assert code == 0 and said.endswith("good\n")
    assert "200 leaves" in said


COLUMNS = {
    "uuid": uuid.uuid4(),
    "event": "page.seen",
    "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "actor": uuid.uuid4(),
    "role": "counsel",
    "matter": uuid.uuid4(),
    "matter_seq": 2,
    "digest": "cd" * 32,
    "outcome": "refused",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_that_differs_from_the_body_is_named(the_log: LogUnderTest, capsys, column: str) -> None:
    (entry,) = the_log.write(1, matter=uuid.uuid4(), obj=("record", "ab" * 32))
    the_log.seal()
    without_triggers()
    Entry.objects.filter(pk=entry.pk).update(**{column: COLUMNS[column]})
    told = json.loads(run(capsys, "--json")[1])
    assert (told["counts"]["14"], told["findings"][-1]["code"]) == (1, 14)
    assert told["findings"][-1]["detail"] == f"column {column} differs from the body"


@pytest.mark.postgres
def test_the_same_date_before_the_first_year_is_another_one(the_log: LogUnderTest, capsys) -> None:
    (entry,) = the_log.write(1)
    without_triggers()
    body = parse(bytes(entry.body)) | {"at": "0044-03-15T12:00:00.000000Z"}
    sql("UPDATE audit_entry SET body = %s, at = '0044-03-15 12:00+00 BC'", canonical(body))
    told = json.loads(run(capsys, "--json")[1])
    assert "column at differs from the body" in [one["detail"] for one in told["findings"]]


def test_json_is_one_object_with_the_documented_keys(two_seals: LogUnderTest, capsys) -> None:
    code, said = run(capsys, "--json")
    told = json.loads(said)
    assert code == told["exit"] == 0
    assert told.keys() >= {
        "result", "exit", "size", "root", "origin", "entries", "pending", "first_bad_leaf",
        "last_good_size", "witness",
        "findings",
    }  # fmt: skip
    assert (told["result"], told["size"], told["entries"], told["findings"]) == ("good", 200, 200, [])


def test_a_row_edited_behind_its_back_is_named_in_plain_words(two_seals: LogUnderTest, capsys) -> None:
    evil = Attacker(two_seals)
    evil.edit(123, outcome="failed")
    evil.recompute()
    evil.done()
    code, said = run(capsys)
    assert code == 10
    assert "[10] leaf 123: the body was changed" in said
    assert "first bad leaf: 123" in said and "last good checkpoint: 100 leaves" in said
    told = json.loads(run(capsys, "--json")[1])
    first = told["findings"][0]
    assert (first["code"], first["leaf"], told["first_bad_leaf"], told["last_good_size"]) == (
        10,
        123,
        123,
        100,
    )


def test_from_checks_only_what_is_new(own_copy: Path, capsys) -> None:
    code, said = run(capsys, "--json", "--from", own_copy)
    told = json.loads(said)
    assert (code, told["checked_from"], told["entries"]) == (0, 100, 100)


def test_from_finds_a_change_in_what_is_new_and_a_rewritten_past(
    own_copy: Path, the_log: LogUnderTest, capsys
) -> None:
    evil = Attacker(the_log)
    evil.edit(150, outcome="failed")
    evil.done()
    assert run(capsys, "--from", own_copy)[0] == 10

    evil = Attacker(the_log)
    evil.edit(20, outcome="failed")
    evil.recompute()
    evil.sign(keys.log_signer(), the_log.clock())
    evil.done()
    code, said = run(capsys, "--from", own_copy)
    assert code == 21 and "does not extend your checkpoint of 100 leaves" in said


def test_seen_compares_with_what_was_copied_from_paper(own_copy: Path, tmp_path: Path, capsys) -> None:
    paper = tmp_path / "paper.txt"
    lines = own_copy.read_text().split("\n")[:3]
    paper.write_text("\r\n".join(lines))
    assert run(capsys, "--seen", paper)[0] == 0
    other = "B" if lines[2][0] == "A" else "A"
    paper.write_text("\n".join([lines[0], lines[1], other + lines[2][1:]]))
    assert run(capsys, "--seen", paper)[0] == 21
    paper.write_text("\n".join([lines[0], "5000", lines[2]]))
    assert run(capsys, "--seen", paper)[0] == 21


def test_trust_names_the_keys_and_unknown_ones_are_20(
    two_seals: LogUnderTest, tmp_path: Path, capsys
) -> None:
    trust = tmp_path / "trust.txt"
    trust.write_text("# published by the clerk\n" + keyring.keys_text())
    code, said = run(capsys, "--trust", trust)
    assert code == 0 and "confirmed by your trust file" in said
    trust.write_text(str(note.new_signer(two_seals.settings.LOG_ORIGIN).verifier))
    assert run(capsys, "--trust", trust)[0] == 20


def test_a_key_speaks_for_its_sizes_only(two_seals: LogUnderTest, tmp_path: Path, capsys) -> None:
    trust = tmp_path / "trust.txt"
    trust.write_text(f"log 0 150 {keys.log_verifier()}\n")
    assert run(capsys, "--trust", trust)[0] == 20
    trust.write_text(f"log 0 100 {keys.log_verifier()}\nlog 101 * {keys.log_verifier()}\n")
    assert run(capsys, "--trust", trust)[0] == 0


@pytest.mark.parametrize("content", ["", "nonsense", "log x * y", "a\n1\nAAAA\n"])
@pytest.mark.parametrize("option", ["--from", "--seen"])
def test_an_unusable_file_of_the_reviewer_ends_with_2(
    two_seals: LogUnderTest, tmp_path: Path, capsys, option: str, content: str
) -> None:
    (tmp_path / "file.txt").write_text(content)
    assert run(capsys, option, tmp_path / "file.txt")[0] == 2
    assert run(capsys, option, tmp_path / "absent.txt")[0] == 2


def test_a_checkpoint_of_another_log_is_not_compared(two_seals: LogUnderTest, tmp_path: Path, capsys) -> None:
    other = checkpoint.Checkpoint("another.example/log", 10, b"\x01" * 32)
    (tmp_path / "other.txt").write_text(checkpoint.sign(other, keys.log_signer(), 1_900_000_000))
    assert run(capsys, "--from", tmp_path / "other.txt")[0] == 2
    assert run(capsys, "--seen", tmp_path / "other.txt")[0] == 2


def test_a_verification_without_the_memory_says_what_it_cannot_exclude(
    two_seals: LogUnderTest, capsys
) -> None:
    two_seals.memory.path.unlink()
    assert run(capsys)[0] == 21
    code, said = run(capsys, "--without-memory")
    assert code == 0 and "a rollback is not excluded" in said


def test_reconcile_asks_every_room(two_seals: LogUnderTest, capsys, monkeypatch) -> None:
    monkeypatch.setattr(reconcile, "_registered", {})
    reconcile.register("packages", lambda: [reconcile.Fault("a package is not in the log")])
    assert reconcile.names() == ("packages",)
    assert run(capsys)[0] == 0
    code, said = run(capsys, "--reconcile")
    assert code == 40 and "a package is not in the log" in said
    with pytest.raises(ValueError):
        reconcile.register("packages", list)


def test_many_findings_are_counted_and_not_all_listed(two_seals: LogUnderTest, capsys) -> None:
    evil = Attacker(two_seals)
    Entry.objects.update(role="auditor")
    evil.done()
    code, said = run(capsys)
    assert code == 14 and "200 x 14" in said and said.count("[14]") == 50
