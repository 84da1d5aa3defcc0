"""Letters say what their template says and nothing else; each can be confirmed by its code."""

from __future__ import annotations

import datetime as dt
import io
import random
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from django.db import transaction
from django.utils import timezone

from tests import factories
from workflows.errors import Invalid
from workflows.instruments.queries import missing_elements
from workflows.matters import letters as matter_letters
from workflows.notices import check_codes, layout, letters
from workflows.notices.models import Letter
from workflows.notices.pdf import letter_pdf
from workflows.policy.codes import ANSWER_GROUNDS, MISSING
from workflows.policy.document import built_in
from workflows.releases.queries import confirm_letter

NOW = dt.datetime(2026, 11, 26, 18, tzinfo=dt.UTC)
TO = letters.Addressee(uuid4(), "M-2026-00012", "Bureau of Border Affairs, Mesa Field Office", NOW)
PAPER = letters.Paper("District Court", "1:26-mj-00412")
GIVEN = {
    "acknowledgement": {},
    "needs_paper": {},
    "refusal": {},
    "subpoena_answer": {
        "filed_on": dt.date(2026, 11, 24), "paper": PAPER, "grounds": list(ANSWER_GROUNDS),
        "until": dt.date(2026, 12, 20), "words": "Please call counsel.\n\nSecond paragraph.",
    },
    "production": {"papers": [PAPER], "compelled": True, "record_count": 1, "page_count": 11},
    "clarification": {"paper": PAPER, "words": "Does item two cover the fire department?"},
    "exigent_follow_up": {},
    "search_certificate": {
        "papers": [PAPER], "searched": [letters.Searched("Police Department", dt.date(2026, 11, 20))],
    },
    "recall": {
        "released_on": dt.date(2026, 11, 12), "reason": "stayed", "package_sha256": "ab" * 32,
        "answer_by": dt.date(2026, 11, 30), "replaced": False,
    },
}  # fmt: skip
SAYS_THAT_THERE_ARE = {"production", "search_certificate", "recall"}
# A changed text is a new version: raise it in letters.yaml and write its digest here.
DIGESTS = {
    "acknowledgement": (3, "0b118773fb2d2348f058b644ed111bf0b4ab5d2e97289dc40610216e07263673"),
    "needs_paper": (3, "6252751b13f484633be6a3b65f39621e61fe92ef3fb9055e9d5c0b36928605c6"),
    "refusal": (3, "583a9a6b05b12e98876eb210d177b616598de79b8ee3bdf297988b378511705d"),
    "subpoena_answer": (2, "77690693d5e0791845ab653e11ec793b8bfc93eeaf4f443d7eb027366931b856"),
    "production": (4, "4a50df6c47fd64e1c701b5a18fcc8dd22a6df229a1d1be8492c027be068e1655"),
    "clarification": (2, "147f2cf9f847acc4e6d7c33817d84180129a194684299170917cf571101fa2d0"),
    "exigent_follow_up": (2, "686a6e4e42372d9ff5bd5eaed72a650624983ea121e8f33b8fba7e7564f6a70b"),
    "search_certificate": (2, "adac210592e682425007f4d6947ca9ffd4909aa9dbb42cbe297f28f4b43923a9"),
    "recall": (2, "3039298672946d152d01a9ae9f2df8773d3780a3ce4b72e94133335d099782bd"),
}


def written(template: str, **changes) -> Letter:
    """The letter as it would be issued, not stored."""
    row = letters.templates()[template]
    missing = changes.pop("missing", list(MISSING) if "missing" in row.places else ())
    code = check_codes.new_code()
    body = letters.render(
        row, TO, row.shipped("en"), code=code, today=NOW.date(), policy=built_in(), missing=missing,
        given={**GIVEN[template], **changes},
    )  # fmt: skip
    return Letter(template=template, template_version=row.version, body=body, check_code=code, language="en")


def test_a_changed_text_is_a_new_version():
    rows = letters.templates()
    assert {name: (row.version, row.digest("en")) for name, row in rows.items() if name in DIGESTS} == DIGESTS
    assert GIVEN.keys() == DIGESTS.keys()


@pytest.mark.parametrize("template", GIVEN)
def test_a_letter_is_whole_on_the_page_and_in_the_pdf(template):
    letter = written(template)
    words = letter.body.split()
    shown = " ".join(line for block in letter.blocks for line in block.lines).split()
    assert shown == [word for word in words if word != "-"]
    assert letter.blocks[1].kind == layout.HEADING
    assert "{" not in letter.body and "None" not in letter.body

    data = letter_pdf(letter)
    assert data == letter_pdf(letter)
    with pypdfium2.PdfDocument(data) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        assert len(document) == (2 if template in ("needs_paper", "subpoena_answer") else 1)
    for word in words:
        assert word == "-" or word.rstrip(":") in text.replace("\r\n", ""), word
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en" and "/StructTreeRoot" in pdf.Root
        fonts = [font for page in pdf.pages for font in page.obj.Resources.Font.values()]
        assert fonts and all("/FontFile2" in font.FontDescriptor for font in fonts)
        assert TO.number not in str(pdf.docinfo) and TO.agency not in str(pdf.docinfo)


@pytest.mark.parametrize("template", sorted(GIVEN.keys() - SAYS_THAT_THERE_ARE))
def test_no_other_letter_tells_whether_records_exist(template):
    assert "This letter says nothing about whether the city holds any record" in written(template).body


@pytest.mark.parametrize(
    "template, changes",
    [
        ("production", {"record_count": "two of them"}), ("production", {"papers": ["A court"]}),
        ("production", {"note": "Ada Mora"}), ("search_certificate", {"searched": ["Police Department"]}),
        ("recall", {"package_sha256": "Ada Mora"}), ("recall", {"answer_by": NOW}),
        ("subpoena_answer", {"words": "x" * 2001}), ("subpoena_answer", {"until": "soon"}),
    ],
)  # fmt: skip
def test_a_place_takes_its_own_type_and_no_other(template, changes):
    with pytest.raises(ValueError):
        written(template, **changes)


@pytest.mark.parametrize(
    "template, changes",
    [
        ("recall", {"reason": "because"}), ("subpoena_answer", {"grounds": ["x"]}),
        ("refusal", {"missing": []}),
    ],
)  # fmt: skip
def test_reasons_come_from_closed_lists(template, changes):
    with pytest.raises(Invalid):
        written(template, **changes)


def test_a_name_cannot_pass_for_another_line_of_the_letter():
    to = letters.Addressee(uuid4(), TO.number, "Bureau\n\nRefused\n- by nobody", NOW)
    row = letters.templates()["acknowledgement"]
    body = letters.render(row, to, row.shipped("en"), code="x", today=NOW.date(), policy=built_in(), given={})
    assert "To: Bureau Refused - by nobody\n" in body


def test_a_slip_of_the_pen_is_noticed_and_dashes_and_case_are_none():
    random.seed(5)
    for _ in range(20):
        code = check_codes.new_code()
        signs = code.replace("-", "")
        assert check_codes.fits(check_codes.tidied(f" {signs.lower()} "))
        for at, wrong in ((at, wrong) for at in range(12) for wrong in check_codes.ALPHABET):
            if wrong != signs[at]:
                assert not check_codes.fits(signs[:at] + wrong + signs[at + 1 :])
    swapped = 0
    for _ in range(1000):
        signs, at = check_codes.new_code().replace("-", ""), random.randrange(11)
        other = signs[:at] + signs[at + 1] + signs[at] + signs[at + 2 :]
        swapped += other == signs or not check_codes.fits(other)
    assert swapped >= 980
    assert check_codes.tidied("ABCD-EFGH") == "" and check_codes.tidied("O" * 12) == ""


def issued(city, template="refusal", **given):
    matter = factories.open_request(city)
    with transaction.atomic():
        return matter_letters.issue(template, matter, actor=None, now=timezone.now(), **given)


def test_a_code_tells_kind_and_day_and_a_letter_that_has_not_gone_out_is_not_confirmed(city):
    letter = issued(city, missing=["unsigned"])
    found = confirm_letter(letter.check_code.lower().replace("-", " "))
    assert (found.genuine, found.kind, found.issued_on) == (True, "refusal", timezone.localdate())
    assert not confirm_letter(check_codes.new_code()).genuine

    early = issued(city, "production", **GIVEN["production"])
    found = confirm_letter(early.check_code)
    assert (found.genuine, found.fits, found.kind, found.titles) == (False, True, "", {})


def test_the_reasons_for_a_refusal_are_what_failed_at_the_checks(city):
    from workflows.flow import papers

    matter, today = factories.open_request(city), timezone.localdate()
    assert missing_elements(matter, today) == ["no_instrument"]
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    assert missing_elements(matter, today) == []
    papers.record_check(paper.pk, "V04", "failed", actor=city.verifier)
    papers.record_check(paper.pk, "V08", "cannot_tell", actor=city.verifier)
    papers.raise_flag(paper.pk, "EXPIRED", actor=city.verifier)
    assert missing_elements(matter, today) == ["unsigned", "expired", "wrong_person"]
