"""Every sabotage is refused by the assertion it was made for; a sound output passes all (C1, C3)."""

from __future__ import annotations

import pytest

from redaction.verify import assertions, caged, check
from tests.redaction.verify import forge
from tests.redaction.verify.mutants import MUTANTS

NOT_BUILT = {"V10", "V11", "V13"}
ALL = [f"V{n}" for n in range(1, 17)]


def results(output: bytes, report: dict, source: bytes | None = None) -> dict[str, str]:
    return {one.id: one.result for one in check(output, report, source=source, key=forge.KEY)}


def test_a_sound_output_passes_every_built_assertion():
    found = check(*forge.sound().write(), key=forge.KEY)

    assert [one.id for one in found] == ALL
    assert {one.id: one.detail for one in found if one.result == "fail"} == {}
    assert {one.id for one in found if one.result == "not_built"} == NOT_BUILT


@pytest.mark.parametrize(
    "assertion, make", [(a, m) for a, _, m in MUTANTS], ids=[f"{a}-{n}" for a, n, _ in MUTANTS]
)
def test_the_assertion_made_for_it_catches(assertion, make):
    output, report = make()

    assert results(output, report)[assertion] == "fail"


TOLD = ("A 087 654 321", "Guatemala", "Oman", "Mexico", "New Mexico")


@pytest.mark.parametrize("clear", [TOLD, TOLD[:1], ("Guatemalan", "Peru", "", "A 087 654 32")],
                         ids=["all told", "one told", "told untruths"])  # fmt: skip
@pytest.mark.parametrize("make", [m for a, _, m in MUTANTS if a == "V6"], ids=lambda make: make.__name__)
def test_what_the_caller_says_the_values_are_hides_none(make, clear):
    output, report = make()

    found = {one.id: one.result for one in check(output, report, key=forge.KEY, clear=clear)}

    assert found["V6"] == "fail"


def test_a_sound_output_passes_whatever_the_caller_says_the_values_are():
    output, report = forge.sound().write()

    for clear in (TOLD, ("Peru", "twelve", "Report number")):
        assert {one.result for one in check(output, report, key=forge.KEY, clear=clear)} == {
            "pass",
            "not_built",
        }


def test_the_caged_verifier_expects_the_answers_of_every_assertion():
    assert tuple(assertions.ASSERTIONS) == caged.NAMES


def test_every_built_assertion_has_a_sabotage_so_that_none_can_be_switched_off_unseen():
    assert {assertion for assertion, _, _ in MUTANTS} == set(ALL) - NOT_BUILT


@pytest.mark.parametrize("name", sorted(set(ALL) - NOT_BUILT))
def test_switching_one_assertion_off_changes_what_its_sabotages_give(name, monkeypatch):
    monkeypatch.setitem(assertions.ASSERTIONS, name, lambda examined: [])

    caught = [results(*make())[name] for assertion, _, make in MUTANTS[:] if assertion == name]

    assert set(caught) == {"pass"}  # so the table above would fail


@pytest.mark.parametrize("page, box", [(p, b) for p, sheet in enumerate(forge.sound().sheets)
                                       for b in range(len(sheet.boxes))])  # fmt: skip
def test_an_output_with_one_box_skipped_is_refused(page, box):
    forgery = forge.sound()
    sheet = forgery.sheets[page]
    left_out = sheet.boxes[:box] + sheet.boxes[box + 1 :]
    forgery.pixels[page] = forge.draw(forge.replace(sheet, boxes=left_out))

    assert results(*forgery.write())["V9"] == "fail"


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", b"\0" * 4096, None])
def test_a_file_that_is_no_output_fails_everything_that_looks_at_it(damage):
    output, report = forge.sound().write()
    output = output[: len(output) // 2] if damage is None else damage

    found = results(output, report)

    assert {name for name, result in found.items() if result == "pass"} == set()


@pytest.mark.parametrize(
    "field", ["version", "source", "output", "pages", "findings", "keeps", "plan_sha256", "ruleset"]
)
def test_a_report_that_lacks_a_field_lets_nothing_pass_that_needs_it(field):
    output, report = forge.sound().write()
    del report[field]

    found = results(output, report)

    assert found["V16"] == found["V6"] == found["V8"] == found["V9"] == "fail"


def test_with_another_key_nothing_is_recognised_and_with_the_right_one_it_is():
    output, report = next(make for _, name, make in MUTANTS if name == "a_removed_value_backwards")()

    right = {one.id: one.result for one in check(output, report, key=forge.KEY)}
    wrong = {one.id: one.result for one in check(output, report, key=b"\1" * 32)}

    assert (right["V6"], wrong["V6"]) == ("fail", "pass")
