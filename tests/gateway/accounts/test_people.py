"""Accounts of the staff are made and changed on the machine, and every change is an entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gateway.accounts.models import Person
from tests import factories
from workflows.audit.models import Entry
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.flow.opening import INTAKE_GROUP


def last_entry() -> tuple[str, str]:
    entry = Entry.objects.latest("id")
    return entry.event, json.loads(bytes(entry.body)).get("result", "")


def test_an_account_is_made_and_its_secrets_stand_once_for_its_owners_eyes(
    city: factories.City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.json"
    words = ("people", "add", "ruth@city.test", "--name", "Ruth Amsel", "--role", "officer")
    call_command(*words, "--to", str(file), "--head")

    person = Person.objects.get(email="ruth@city.test")
    said = json.loads(file.read_text())
    assert person.check_password(said["password"]) and file.stat().st_mode & 0o777 == 0o600
    assert [group.name for group in person.groups.all()] == [DEPARTMENT_HEADS]
    assert last_entry() == ("person.created", "officer")
    shown = capsys.readouterr().out
    assert said["password"] not in shown and said["totp_secret"] not in shown
    for again in (str(file), str(tmp_path / "other.json")):
        with pytest.raises(CommandError):
            call_command(*words, "--to", again)
    assert not (tmp_path / "other.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("add", "x@city.test", "--name", "X Y", "--role", "counsel", "--head"),
        ("add", "x@city.test", "--name", "A 204 118 365", "--role", "officer"),  # the guard reads names
    ],
)
def test_what_may_not_be_leaves_neither_account_nor_file(city, tmp_path, words) -> None:
    with pytest.raises(CommandError):
        call_command("people", *words, "--to", str(tmp_path / "new.json"))
    assert not Person.objects.filter(email="x@city.test").exists() and not [*tmp_path.glob("new*")]


def test_rights_are_given_and_taken_and_nothing_changes_twice(city: factories.City, capsys) -> None:
    call_command("people", "change", "officer2@city.test", "--head", "yes", "--desk", "no")
    assert last_entry() == ("role.changed", "in_department_heads")
    entries = Entry.objects.count()
    call_command("people", "change", "OFFICER2@city.test", "--head", "yes")
    assert Entry.objects.count() == entries

    call_command("people", "change", "counsel@city.test", "--active", "no", "--desk", "no")
    assert last_entry() == ("role.changed", f"out_of_{INTAKE_GROUP}")
    assert not Person.objects.get(email="counsel@city.test").is_active
    call_command("people", "list")
    assert "counsel  counsel@city.test  Counsel  switched off" in capsys.readouterr().out
    for words in (("change", "nobody@city.test", "--active", "no"), ("change", "counsel@city.test")):
        with pytest.raises(CommandError):
            call_command("people", *words)
