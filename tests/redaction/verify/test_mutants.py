"""Every sabotage is refused by the assertion it was made for; a sound output passes all (C1).

And none can be switched off unseen: for each assertion there is a sabotage that leaves, once that
assertion alone says nothing.
"""

from __future__ import annotations

import pytest

from redaction.verify import assertions, caged, check
from redaction.verify.assertions import ASSERTIONS, evaluate
from redaction.verify.examined import Examined
from tests.redaction.verify import forge
from tests.redaction.verify.mutants import MUTANTS, ONLY, judged

ALL = [f"V{n}" for n in range(1, 17)]


def results(output: bytes, report: dict, **more: object) -> dict[str, str]:
    return {one.id: one.result for one in check(output, report, key=forge.KEY, **more)}


@pytest.fixture(scope="module")
def sound() -> forge.Forgery:
    """Read by many, changed by none."""
    return forge.sound()


def test_a_sound_output_passes_every_assertion(sound):
    output, report = sound.write()

    alone = check(output, report, key=forge.KEY)
    beside = check(output, report, key=forge.KEY, source=sound.source, again=forge.again(sound))

    assert [one.id for one in alone] == [one.id for one in beside] == ALL
    assert {one.id: one.detail for one in (*alone, *beside) if one.result != "pass"} == {}


@pytest.mark.parametrize(
    "assertion, make", [(a, m) for a, _, m in MUTANTS], ids=[f"{a}-{n}" for a, n, _ in MUTANTS]
)
def test_the_assertion_made_for_it_catches(assertion, make):
    output, report, *more = make()

    said = evaluate(assertion, Examined(output, report, forge.KEY, **(more[0] if more else {})))

    assert (said.id, said.result) == (assertion, "fail")


def test_every_assertion_has_a_sabotage_that_no_other_catches():
    assert {assertion for assertion, _, _ in ONLY} == set(ALL) == set(ASSERTIONS)


ONE_EACH = list({assertion: make for assertion, _, make in reversed(ONLY)}.items())


@pytest.mark.parametrize("name, make", ONE_EACH, ids=[name for name, _ in ONE_EACH])
def test_switching_one_assertion_off_lets_its_sabotage_leave(name, make):
    made = make()
    silent = {**ASSERTIONS, name: lambda examined: []}

    assert {one for one, result in judged(made).items() if result != "pass"} == {name}
    assert set(judged(made, silent).values()) == {"pass"}  # so the table above would fail


TOLD = ("A 087 654 321", "Guatemala", "Oman", "Mexico", "New Mexico")


@pytest.mark.parametrize("clear", [TOLD, TOLD[:1], ("Guatemalan", "Peru", "", "A 087 654 32")],
                         ids=["all told", "one told", "told untruths"])  # fmt: skip
def test_what_the_caller_says_the_values_are_hides_none(clear):
    makes = [make for assertion, _, make in MUTANTS if assertion == "V6"]
    examined = [Examined(*make(), forge.KEY, clear=clear) for make in makes]

    assert {evaluate("V6", one).result for one in examined} == {"fail"}


def test_a_sound_output_passes_whatever_the_caller_says_the_values_are(sound):
    output, report = sound.write()

    for clear in (TOLD, ("Peru", "twelve", "Report number")):
        assert set(results(output, report, clear=clear).values()) == {"pass"}


def test_the_caged_verifier_expects_the_answers_of_every_assertion():
    assert tuple(assertions.ASSERTIONS) == caged.NAMES


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", b"\0" * 4096, None])
def test_a_file_that_is_no_output_fails_everything_that_looks_at_it(damage, sound):
    output, report = sound.write()
    output = output[: output.index(b"\n19 0 obj")] if damage is None else damage  # cut before its last page

    found = results(output, report)

    assert {name for name, result in found.items() if result == "pass"} == {"V11"}  # it reads the report
    assert "pass" not in results(output, report, source=b"%PDF-1.7 nothing").values()


@pytest.mark.parametrize(
    "field", ["version", "source", "output", "pages", "findings", "keeps", "plan_sha256", "ruleset"]
)
def test_a_report_that_lacks_a_field_lets_nothing_pass_that_needs_it(field, sound):
    output, report = sound.write()
    del report[field]
    examined = Examined(output, report, forge.KEY)

    needy = ("V6", "V8", "V9", "V10", "V11", "V13", "V16")

    assert {evaluate(name, examined).result for name in needy} == {"fail"}


@pytest.mark.parametrize("name", ["V10", "V13"])
@pytest.mark.parametrize("said", [[], [{"id": "V10", "result": "fail"}, {"id": "V13", "result": "fail"}]])
def test_without_the_source_only_a_recorded_pass_of_these_very_pages_counts(name, said, sound):
    output, report = sound.write()

    assert evaluate(name, Examined(output, report, forge.KEY)).result == "pass"
    assert evaluate(name, Examined(output, report | {"assertions": said}, forge.KEY)).result == "fail"


def test_with_another_key_nothing_is_recognised_and_with_the_right_one_it_is():
    output, report = next(make for _, name, make in MUTANTS if name == "a_removed_value_backwards")()

    right = evaluate("V6", Examined(output, report, forge.KEY))
    wrong = evaluate("V6", Examined(output, report, b"\1" * 32))

    assert (right.result, wrong.result) == ("fail", "pass")
