"""Another text of a letter takes two people, says all that it has to, and changes no issued one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, Stale, StepUpNeeded, WrongState
from workflows.flow import letterwriting as acts
from workflows.notices.letters import templates
from workflows.notices.models import Letter, LetterText

DAY = '{{ received_on|date:"F j, Y" }}'
NEVER = "{% if city == 'x' %}{% for one in missing %}- {{ one }}\n{% endfor %}{% endif %}"
OURS = f"Thank you. Your request came on {DAY}.\n\nA person will read it."
EVERY = [(row.id, language) for row in templates().values() for language in row.languages]


def propose(
    city: factories.City, text: str = OURS, letter: str = "acknowledgement", **who: Any
) -> LetterText:
    given = {"actor": city.admin, "stepped_up_at": timezone.now(), **who}
    return acts.propose_text(letter, "en", text, **given)


def settle(row: LetterText, actor: Any, agrees: bool = True) -> LetterText:
    return acts.settle_text(row.pk, agrees, actor=actor, stepped_up_at=timezone.now())


@pytest.mark.parametrize("second", ["administrator", "counsel"])
def test_a_text_holds_once_a_second_person_agrees_and_issued_letters_keep_theirs(
    city: factories.City, second: str
) -> None:
    other = factories.second_administrator() if second == "administrator" else city.counsel
    before = factories.open_request(city).letters.get()
    row = propose(city)
    meanwhile = factories.open_request(city).letters.get()
    with pytest.raises(GuardFailed):
        settle(row, city.admin)
    with pytest.raises(WrongState):
        propose(city, OURS + " Soon.")
    settle(row, other)
    after = factories.open_request(city).letters.get()

    assert [letter.text_number for letter in (before, meanwhile, after)] == [0, 0, 1]
    assert "Thank you." in after.body and after.check_code in after.body  # head and foot are the program's
    assert "Thank you." not in Letter.objects.get(pk=before.pk).body
    issued = list(Entry.objects.filter(event="letter.issued").order_by("pk"))
    assert row.sha256.encode() in bytes(issued[-1].body) and row.sha256.encode() not in bytes(issued[0].body)
    with pytest.raises(NotVisible):  # settled is settled
        settle(row, city.counsel, agrees=False)
    assert propose(city, templates()["acknowledgement"].shipped("en").text).number == 2  # the way back


def test_nobody_else_changes_a_letter_and_a_proposal_that_was_overtaken_is_not_agreed_to(
    city: factories.City,
) -> None:
    for who in ("officer", "verifier", "counsel", "auditor", "client"):
        with pytest.raises(Forbidden):
            propose(city, actor=city.people[who])
    with pytest.raises(StepUpNeeded):
        propose(city, stepped_up_at=None)
    row = propose(city)
    for who in ("officer", "auditor"):
        with pytest.raises(Forbidden):
            settle(row, city.people[who])
    settle(row, city.admin, agrees=False)  # taken back
    row = propose(city)
    now, ours = timezone.now(), {"template": "acknowledgement", "language": "en", "number": 9, "text": OURS}
    LetterText.objects.create(
        **ours, base=0, shipped=row.shipped, sha256="0" * 64, proposed_by=city.admin, proposed_at=now,
        settled_by=city.counsel, settled_at=now, agreed=True, entry=row.entry,
    )  # fmt: skip
    with pytest.raises(Stale):
        settle(row, city.counsel)
    events = Entry.objects.filter(event__startswith="letter.text_").values_list("event", flat=True)
    assert sorted(events) == ["letter.text_declined"] + ["letter.text_proposed"] * 2
    for change in ({"text": "Other words."}, {"agreed": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LetterText.objects.filter(number=9).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterText.objects.filter(number=9).delete()


@pytest.mark.parametrize(
    "letter, text, says",
    [
        ("acknowledgement", "We have it.", "received_on is left out"),
        ("acknowledgement", OURS + "{{ secret }}", "no place that is called secret"),
        ("acknowledgement", OURS + "{% include 'x' %}", "cannot be read as a letter"),
        ("acknowledgement", OURS + "{% load words %}", "cannot be read as a letter"),
        ("acknowledgement", OURS + "{{ agency.matters }}", "agency.matters is nothing that a letter can say"),
        ("acknowledgement", OURS + "{{ city|upper }}", "cannot be read as a letter"),
        ("acknowledgement", OURS + "{% if x %}", "cannot be read as a letter"),
        ("acknowledgement", "On {{ received_on }}.", "received_on is a day"),
        ("recall", "{{ released_on.today }}", "released_on.today is nothing"),
        ("refusal", f"On {DAY}: {{{{ missing }}}}", "missing is a list"),
        ("refusal", f"On {DAY}: {{% for one in missing %}}-{{% endfor %}}", "missing is left out"),
        ("refusal", f"On {DAY}: {{% for a, b in missing %}}{{{{ a }}}}{{% endfor %}}", "one name"),
        ("refusal", f"On {DAY}: {NEVER}", "missing is not said in every letter"),
        ("refusal", "{% for a in missing %}{% for b in missing %}{{ b }}{% endfor %}{% endfor %}", "within"),
        ("refusal", f"On {DAY}:\u202e", "signs that nobody sees"),
    ],
)  # fmt: skip
def test_a_text_that_leaves_out_or_names_what_it_must_not_is_refused_with_the_reason(
    city: factories.City, letter: str, text: str, says: str
) -> None:
    with pytest.raises(Invalid, match="Nothing has been stored") as refused:
        propose(city, text, letter)
    assert says in refused.value.sentence
    assert not LetterText.objects.exists()


@pytest.mark.parametrize("letter, language", EVERY)
def test_every_text_of_the_program_could_be_proposed_and_is_written_to_nobody(
    city: factories.City, letter: str, language: str
) -> None:
    source = templates()[letter].shipped(language)
    looked = acts.examine(letter, language, source.text)
    assert looked.text == source.text
    body = acts.sample(letter, language, looked, now=timezone.now()).body
    assert "M-0000-00000" in body and "{" not in body and "None" not in body and "[" not in body
