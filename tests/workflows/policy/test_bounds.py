"""A document of policy is taken whole, or refused with the place of every fault; some things none says."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect import lexicon
from workflows.audit.canonical import canonical
from workflows.policy.bounds import LARGEST, NotADocument, parse, permitted_verdicts, problems
from workflows.policy.compare import changes
from workflows.policy.document import built_in, read, shipped, to_bytes
from workflows.policy.instrument_types import SUFFICES, instrument_types
from workflows.policy.table import differences


def changed(*places: str, to: object) -> dict:
    """The shipped document with one other value at each place (`papers/unknown/verdict`)."""
    document = copy.deepcopy(shipped())
    for place in places:
        *path, last = place.split("/")
        inner = document
        for name in path:
            inner = inner[name]
        inner[last] = to
    return document


def faults(document: dict) -> list[str]:
    return [fault.place for fault in problems(document)]


def test_what_the_program_ships_is_a_policy_and_is_written_in_one_way():
    assert problems(shipped()) == []
    assert parse(to_bytes(shipped()).decode()) == shipped()
    assert to_bytes(shipped()) == canonical(shipped())
    assert built_in().number == 1 and differences(built_in()) == []


def test_the_thresholds_of_version_1_are_those_of_the_detector():
    law = lexicon.read_yaml(lexicon.FOLDER / "law.yaml")
    assert built_in().document["status"]["redact_from_percent"] == 100 * law["thresholds"]["redact"]


NEVER_SAID = [
    # nothing opens that no judge signed, that compels nothing, or that is closed as shipped
    ("papers/ice_admin_subpoena/verdict", "suffices"),
    ("papers/ice_admin_subpoena/verdict", "suffices_after_counsel_review"),
    ("papers/ice_detainer/verdict", "suffices_after_counsel_review"),
    ("papers/fed_arrest_warrant/verdict", "suffices"), ("papers/unknown/verdict", "suffices"),
    ("papers/exigent_request/verdict", "suffices"), ("papers/fed_grand_jury_subpoena/verdict", "suffices"),
    ("papers/consent_waiver/verdict", "suffices"), ("papers/quash_or_stay_order/verdict", "suffices"),
    ("papers/nondisclosure_order/verdict", "suffices"),
    # no order of a court is shut out
    ("papers/fed_search_warrant/verdict", "does_not_suffice"),
    ("papers/state_court_order/verdict", "does_not_suffice"),
    ("papers/fed_grand_jury_subpoena/verdict", "does_not_suffice"),
    # an administrative subpoena is never passed over
    ("papers/ice_admin_subpoena/counsel_task", False),
    # what makes a paper a judge's order is never waived, the second person never turned off
    ("waivable", ["V03"]), ("waivable", ["V01", "V04"]), ("waivable", ["V05"]), ("waivable", ["V10"]),
    ("second_review", "never"), ("bases", ["because"]),
    # what states somebody's status never stays by default
    ("status/redact_from_percent", 66), ("status/tier_2/civil_immigration", "review"),
    ("status/tier_2/unknown", "review"), ("status/tier_2/federal_other", "keep"),
    # dates of the law only get shorter, people are told, originals and the log stay, small cells are hidden
    ("clocks/objection/amount", 15), ("clocks/exigent_review/amount", 25), ("clocks/return/amount", 3),
    ("clocks/notice_before/amount", 0), ("clocks/notice_before/amount", 10),
    ("retention/log", 3650), ("retention/original", 1), ("retention/findings", 0),
    ("register/smallest_printed", 4),
]  # fmt: skip


@pytest.mark.parametrize("place, value", NEVER_SAID)
def test_no_version_says_this(place, value):
    found = faults(changed(place, to=value))
    assert found and all(one.startswith("/" + place) for one in found)


MAY_BE_SAID = [
    ("papers/fed_search_warrant/verdict", "suffices_after_counsel_review"),
    ("papers/fed_sca_order/verdict", "suffices"), ("papers/ig_subpoena/verdict", "does_not_suffice"),
    ("papers/consent_waiver/verdict", "does_not_suffice"), ("waivable", []), ("waivable", ["V12"]),
    ("second_review", "always"), ("bases", []), ("status/redact_from_percent", 40),
    ("status/tier_2/federal_other", "redact"), ("clocks/objection/amount", 7),
    ("clocks/notice_before/amount", -15), ("clocks/search/warn", [24, 4]), ("retention/findings", None),
    ("register/smallest_printed", 10), ("cut_off", "16:30"), ("source/kind", "ordinance"),
    ("words/missing/expired", "The time for serving the paper is over."),
]  # fmt: skip


@pytest.mark.parametrize("place, value", MAY_BE_SAID)
def test_counsel_may_say_this(place, value):
    document = changed(place, to=value)
    assert faults(document) == []
    assert [change.place for change in changes(shipped(), document)] == ["/" + place]


@pytest.mark.parametrize(
    "place, value",
    [
        ("cut_off", "09:00"), ("cut_off", 17), ("v", 2), ("v", True), ("clocks/search/amount", True),
        ("clocks/search/amount", "3"), ("clocks/search/warn", [4, 24]), ("clocks/search/warn", [24, 24]),
        ("clocks/search", {"amount": 3}), ("papers", []), ("papers/ice_detainer", None), ("waivable", "V01"),
        ("waivable", ["V01", "V01"]), ("waivable", [["V01"]]), ("source/kind", "statute"),
        ("source/title/en", "x" * 401), ("source/citation", "  "), ("words/missing/expired", "<b>over</b>"),
        ("words/missing/expired", "{{ city }}"), ("words/missing/expired", "two\nlines"),
        ("words/missing/expired", "turned \u202e round"), ("words/missing/expired", "=HYPERLINK(1)"),
        ("words/missing/expired", None), ("words/missing/because", "A code of nobody."),
        ("papers/a_new_paper", {"verdict": "suffices", "counsel_task": False}),
        ("release_without_judge", True),
    ],
)  # fmt: skip
def test_a_document_of_another_form_is_refused_with_its_place(place, value):
    found = faults(changed(place, to=value))
    assert found and all(one.startswith("/" + place) for one in found)


def test_an_unknown_name_is_shown_only_where_it_looks_like_one_of_ours():
    document = copy.deepcopy(shipped()) | {"Ada Mora <b>": 1, "\ud800": 1}
    assert faults(document) == ["/…", "/…"]


def test_every_part_must_be_there():
    for name in shipped():
        document = copy.deepcopy(shipped())
        del document[name]
        assert faults(document) == [f"/{name}"]


@pytest.mark.parametrize(
    "text",
    ["", "policy: yes", "[]", "null", '{"v": 1', '{"v": 1, "v": 1}', '{"v": 1.0}', '{"v": NaN}',
     "[" * 100_000, '{"v": ' + "9" * 5000 + "}", '"' + "x" * LARGEST + '"'],
)  # fmt: skip
def test_what_is_no_document_is_refused_without_its_words(text):
    with pytest.raises(NotADocument) as refusal:
        parse(text)
    assert len(str(refusal.value)) < 80


@given(st.data())
def test_whatever_a_version_says_within_its_bounds_opens_nothing_without_a_judge(data):
    """Every kind of paper with any verdict it may have: what suffices alone is signed by a judge."""
    document = copy.deepcopy(shipped())
    for kind in instrument_types().values():
        document["papers"][kind.id]["verdict"] = data.draw(st.sampled_from(permitted_verdicts(kind)))
    policy = read(2, to_bytes(document))
    assert problems(document) == []
    for kind in map(policy.kind, instrument_types()):
        assert kind.verdict != SUFFICES or (kind.judicial and kind.compels_records)
    assert not [one for one in differences(policy) if one.immovable]


def test_an_older_version_closes_what_it_does_not_know():
    document = copy.deepcopy(shipped())
    del document["papers"]["fed_search_warrant"], document["clocks"]["search"]
    del document["retention"]["findings"]
    policy = read(2, to_bytes(document))
    assert policy.kind("fed_search_warrant").verdict == "does_not_suffice"
    assert policy.clock("search") == (3, (24,))
    assert policy.retention("findings") is None


def test_a_document_survives_being_written_and_read():
    document = changed("words/grounds/no_judge", to="Ninguna jueza la firmó: así.")
    again = json.loads(to_bytes(document))
    assert again == document
    assert read(2, to_bytes(document)).words("grounds")["no_judge"].startswith("Ninguna")


@pytest.mark.parametrize(
    ("citation", "spanish"),
    [
        ("July 2025", "julio de 2025"),
        ("O-26-14 of May 3, 2026", "O-26-14 of 3 de mayo de 2026"),
        ("No. 2026-12, Mayfield Code", "No. 2026-12, Mayfield Code"),
    ],
)
def test_the_date_of_the_citys_act_is_said_in_the_readers_language(citation, spanish):
    source = replace(built_in().source, citation=citation)
    assert source.line("es").endswith(f"({spanish})") and source.line("en").endswith(f"({citation})")
