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
    "acknowledgement": (2, "ad301afcd780d666a6a4dc2977992fd630baeec7d26c5c9309027d6460b65e55"),
    "needs_paper": (2, "9ccd9b0ada1c572a88d33c2d375aa7f1556a0691f67a88c7f6a49dfad479501d"),
    "refusal": (2, "e74401cfa99b424cf33a5704a074ef3cbbe46c4dd2fbcdceef56c939a8762a5a"),
    "subpoena_answer": (1, "939c536a11e83f87bb58c25ad6f74b0048cb6b141dcebd5f049158099c07936f"),
    "production": (3, "f007b6a3f2d95521289332878873d1a24de5f4cc8511bcd8c7b086f3f0b73c13"),
    "clarification": (1, "67d862ea726eb387d514d5dd73386c5e25c42162ecf5de15a968d6b38159bcd3"),
    "exigent_follow_up": (1, "886eaeeda1ab5b4bfe8b261f73ae04d008ef0b759757813540d67810f3c77c94"),
    "search_certificate": (1, "c87104e72d465442186e4c6b09fcebff69de4058b64b5593e6f4f5584f8a4935"),
    "recall": (1, "474598a7158961e63238ab385001a3cda82afd478001979a20eebd6db9b17014"),
}


def written(template: str, **changes) -> Letter:
    """The letter as it would be issued, not stored."""
    row = letters.templates()[template]
    missing = changes.pop("missing", list(MISSING) if "missing" in row.places else ())
    code = check_codes.new_code()
    body = letters.render(
        row, TO, code=code, today=NOW.date(), missing=missing, given={**GIVEN[template], **changes}
    )
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
    body = letters.render(letters.templates()["acknowledgement"], to, code="x", today=NOW.date(), given={})
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
