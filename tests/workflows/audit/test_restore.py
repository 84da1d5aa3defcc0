"""After a restore two people let the log go on, and what was lost stays in sight (evidence.md E3)."""

from __future__ import annotations

import io
import json
import time
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gateway.accounts.models import Role
from gateway.accounts.people import create_person
from gateway.process.codes import totp
from tests.workflows.audit.attacker import Attacker
from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from workflows.audit import flags, health, keyring, keys, proofs, sequencer
from workflows.audit.canonical import parse
from workflows.audit.models import Entry, Flag, Incarnation, Leaf
from workflows.audit.sequencer import Split
from workflows.audit.verification.findings import Result
from workflows.audit.verification.whole import Asked, verify
from workflows.vault import keys as vault_keys

BEFORE, LOST = 12, 7
SAID = {"reason": "The disk of the database broke.", "ticket": "OPS-118"}


class Somebody:
    """An account with both factors, as the people of the house have them."""

    def __init__(self, name: str, role: Role) -> None:
        self.email, self.password = f"{name}@city.test", f"a long password of {name}"
        self.person, self.secret = create_person(self.email, name.title(), role, self.password, actor=None)

    def answers(self, code: str | None = None) -> str:
        return f"{self.password}\n{code or totp(self.secret, time.time())}\n"


def begin(
    monkeypatch: pytest.MonkeyPatch, first: Somebody, second: Somebody, typed: str | None = None
) -> str:
    """The command, with what the two people type."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed or first.answers() + second.answers()))
    out = io.StringIO()
    call_command(
        "begin_incarnation", first=first.email, second=second.email, from_stdin=True, stdout=out, **SAID
    )
    return out.getvalue()


def check(the_log: LogUnderTest, **changed: object) -> Result:
    asked = {
        "ring": keyring.parse_keys(keyring.keys_text()), "memory": the_log.memory,
        "export_dir": the_log.export_dir, "now": timezone.now(), **changed,
    }  # fmt: skip
    return verify(Asked(**asked))  # type: ignore[arg-type]


@pytest.fixture
def people(the_log: LogUnderTest) -> tuple[Somebody, Somebody]:
    vault_keys.ensure()  # secrets of code apps are kept encrypted
    return Somebody("reviewer", Role.AUDITOR), Somebody("keeper", Role.ADMINISTRATOR)


@pytest.fixture
def restored(the_log: LogUnderTest, people: tuple[Somebody, Somebody]) -> LogUnderTest:
    """A log of which the last entries are gone: an older copy of the database was put back."""
    the_log.write(BEFORE, matter=uuid.uuid4())
    the_log.seal()
    copy = Attacker(the_log).backup()
    Attacker(the_log).done()
    the_log.write(LOST)
    the_log.seal()
    evil = Attacker(the_log)
    evil.restore(copy)
    evil.done()
    with pytest.raises(Split):
        the_log.seal()
    the_log.sequencer_stopped = sequencer.from_settings()  # as the process does it
    with pytest.raises(Split) as split:
        the_log.sequencer_stopped.start()
    the_log.sequencer_stopped.stop_for(split.value)
    assert health.gate_closed_code() == "log.split"
    return the_log


def test_the_log_goes_on_under_a_new_origin_and_tells_what_is_lost(
    restored: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = Leaf.objects.count()
    waiting = restored.write(3)  # work went on while the log stood still

    said = begin(monkeypatch, *people)

    opened = Incarnation.objects.get(number=2)
    assert opened.origin == f"{restored.settings.LOG_ORIGIN}/2" and opened.origin in said
    assert (opened.restored_size, opened.prior_note.split("\n")[1]) == (size, str(size + LOST))
    first = Entry.objects.get(pk=Leaf.objects.get(incarnation=2, idx=0).entry)
    body = parse(bytes(first.body))
    assert (body["event"], body["counts"]) == (
        "log.incarnated", {"version": 2, "size": size + LOST, "entries": size},
    )  # fmt: skip
    assert body["actor"] == str(people[0].person.pseudonym)
    assert body["refs"] == {"person": str(people[1].person.pseudonym)}
    assert SAID["reason"] not in bytes(first.body).decode() and "commit" in body

    restored.seal()
    assert not flags.is_open(flags.SPLIT) and health.gate_closed_code() is None
    assert Flag.objects.get(code=flags.SPLIT).disposed_by == people[1].person.pseudonym
    assert all(proofs.sealed(entry) for entry in waiting)
    old = Entry.objects.get(pk=Leaf.objects.get(incarnation=1, idx=3).entry)
    assert proofs.sealed(old)  # proofs under the first origin stay good
    result = check(restored)
    assert (result.exit, result.findings) == (0, [])
    assert result.lives == [{"origin": restored.settings.LOG_ORIGIN, "size": size, "signed": size + LOST}]


def test_the_command_and_the_page_say_it_for_ever(
    restored: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    begin(monkeypatch, *people)
    restored.seal()
    call_command("verify_audit", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["exit"], told["lives"][0]["signed"] - told["lives"][0]["size"]) == (0, LOST)
    call_command("verify_audit")
    assert f"{LOST} signed ones lost" in capsys.readouterr().out
    assert health.look().lost == LOST


@pytest.mark.parametrize("who", ["same", "officer", "two administrators", "wrong code", "wrong password"])
def test_it_takes_two_people_who_are_there(
    restored: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    auditor, keeper = people
    one, other, typed = auditor, keeper, None
    if who == "same":
        other = auditor
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", lambda self, code: True)
    elif who == "officer":
        other = Somebody("officer", Role.OFFICER)
    elif who == "two administrators":
        one = Somebody("other", Role.ADMINISTRATOR)
    elif who == "wrong code":
        typed = auditor.answers() + keeper.answers("000000")
    else:
        typed = auditor.answers().replace("long", "short") + keeper.answers()
    with pytest.raises(CommandError):
        begin(monkeypatch, one, other, typed)
    assert Incarnation.objects.count() == 1 and flags.is_open(flags.SPLIT)


def test_nothing_begins_anew_while_log_and_memory_agree(
    the_log: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", lambda self, code: True)
    the_log.write(3)
    the_log.seal()
    with pytest.raises(CommandError, match="nothing to begin anew"):
        begin(monkeypatch, *people)
    with the_log.memory.held(), pytest.raises(CommandError, match="Stop it first"):
        begin(monkeypatch, *people)
    assert Incarnation.objects.count() == 1


def test_a_second_restore_to_before_the_new_life_is_noticed_and_gets_a_third(
    restored: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = Attacker(restored)
    before = evil.backup()
    evil.done()
    begin(monkeypatch, *people)
    restored.write(2)
    restored.seal()
    evil = Attacker(restored)
    evil.restore(before)
    # As if the first life alone had never been contradicted: the memory still knows the second one.
    sql("DELETE FROM audit_flag")
    evil.done()
    kept = restored.memory.read(restored.settings.LOG_ORIGIN)
    assert kept is not None
    with pytest.raises(Split):
        restored.sequencer()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", lambda self, code: True)
    begin(monkeypatch, *people)
    assert Incarnation.objects.latest("number").origin == f"{restored.settings.LOG_ORIGIN}/3"
    restored.seal()
    assert check(restored).exit == 0


def test_a_life_that_the_memory_knows_and_the_database_has_lost_stops_sealing(
    the_log: LogUnderTest,
) -> None:
    """Where the first life agrees with its memory to the last leaf, only the second one tells."""
    the_log.write(3)
    the_log.seal()
    kept = the_log.memory.read(the_log.settings.LOG_ORIGIN)
    assert kept is not None
    the_log.memory.write(f"{the_log.settings.LOG_ORIGIN}/2", kept)
    with pytest.raises(Split, match="has lost"):
        the_log.sequencer()
    the_log.memory.write(f"{the_log.settings.LOG_ORIGIN}-of-another-city", kept)


def test_what_the_next_life_says_of_the_last_one_is_checked(
    restored: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(monkeypatch, *people)
    restored.seal()
    without_triggers()
    sql("DELETE FROM audit_leaf WHERE incarnation = 1 AND idx = 5")
    Attacker(restored).done()
    assert check(restored).exit == 11
    without_triggers()
    sql("UPDATE audit_incarnation SET prior_note = %s WHERE number = 2", "another note\n")
    Attacker(restored).done()
    assert 21 in check(restored).counts


def test_a_lost_memory_is_no_reason_to_set_it_back(
    the_log: LogUnderTest, people: tuple[Somebody, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was lost with its volume: the log goes on under a new origin here too, never under the old one."""
    the_log.write(3)
    the_log.seal()
    Path(the_log.settings.MEMORY_FILE).unlink()
    begin(monkeypatch, *people)
    the_log.seal()
    assert the_log.memory.read(the_log.settings.LOG_ORIGIN) is None
    assert check(the_log).exit == 0
    assert keys.log_verifier().name == the_log.settings.LOG_ORIGIN
