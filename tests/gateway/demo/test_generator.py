"""The demo city's papers and records are what their labels say, on any day."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from stdnum.mx import curp

from gateway.demo import people
from gateway.demo.papers import PAPERS, make
from gateway.demo.records import HOSTILE, RECORDS, DemoRecord, Planted, make_all
from gateway.demo.records import make as make_record
from redaction.extract import ocr
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import instrument_type

TODAY = date(2026, 3, 9)  # a Monday
DAYS = [
    TODAY + timedelta(days=n) for n in (0, 5, 6, 297, 298, 719)
]  # weekends, a turn of the year, a leap day

# Words by which a reader knows each kind of paper: title, two printed phrases, signature block.
CUES = {
    "fed_production_order": (
        "ORDER",
        "IT IS THEREFORE ORDERED",
        "shall produce",
        "UNITED STATES DISTRICT JUDGE",
    ),
    "fed_search_warrant": (
        "SEARCH AND SEIZURE WARRANT",
        "YOU ARE COMMANDED to execute this warrant on or before",
        "establish probable cause to search and seize",
        "United States Magistrate Judge",
    ),
    "ice_admin_removal_warrant": (
        "WARRANT OF REMOVAL/DEPORTATION",
        "To any immigration officer of the United States Department of Homeland Security",
        "a United States District or Magistrate Court Judge",
        "Signature of immigration officer",
    ),
    "eoir_order": (
        "EXECUTIVE OFFICE FOR IMMIGRATION REVIEW",
        "In Removal Proceedings",
        "ordered removed",
        "Immigration Judge",
    ),
    "agency_request_letter": (
        "REQUEST FOR INFORMATION",
        "respectfully requests",
        "8 U.S.C. 1373",
        "Deportation Officer",
    ),
}


@pytest.fixture(scope="module")
def records() -> dict[str, DemoRecord]:
    return {record.name: record for record in make_all(TODAY)}


def squeezed(text: str) -> str:
    """One space for any run of white space; hyphens that PDFium marks at line ends become plain."""
    return " ".join(text.replace("\ufffe", "-").split())


def page_texts(data: bytes) -> list[str]:
    document = pdfium.PdfDocument(data)
    try:
        return [squeezed(document[n].get_textpage().get_text_range()) for n in range(len(document))]
    finally:
        document.close()


def has_words(text: str, words: str) -> bool:
    """True when `words` stand in `text` as whole words."""
    return re.search(rf"(?<!\w){re.escape(squeezed(words))}(?!\w)", squeezed(text), re.IGNORECASE) is not None


# --- one city, the same every time, with nobody real in it ---------------------------------------


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_the_same_bytes_on_the_same_day_and_others_on_another(name):
    assert make(name, TODAY) == make(name, TODAY)
    assert make(name, TODAY) != make(name, TODAY + timedelta(days=7))


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_the_same_bytes_on_the_same_day(name):
    assert make_record(name, TODAY).data == make_record(name, TODAY).data


def test_another_process_makes_the_same_bytes(records):
    script = (
        "import hashlib, sys; from datetime import date\n"
        "from gateway.demo.papers import PAPERS, make; from gateway.demo.records import make_all\n"
        f"day = date({TODAY.year}, {TODAY.month}, {TODAY.day})\n"
        "whole = b''.join([make(n, day) for n in PAPERS] + [r.data for r in make_all(day)])\n"
        "assert 'django' not in sys.modules\n"
        "print(hashlib.sha256(whole).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(answers) == 1


def test_every_telephone_number_is_one_kept_for_fiction(records):
    everything = " ".join(
        text
        for data in [*(make(n, TODAY) for n in PAPERS), *(r.data for r in records.values())]
        for text in page_texts(data)
    )
    phones = [
        row.phone
        for table in (people.RESIDENTS, people.EMPLOYEES, people.AGENCIES, people.COURTS)
        for row in table.values()
    ]
    printed = re.findall(r"\b\d{3}-\d{3}-\d{4}\b", everything)

    assert printed
    assert all(re.fullmatch(r"505-555-01\d\d", phone) for phone in phones)
    assert {phone for phone in printed if not phone.startswith("505-555-01")} == set()
    assert len({court.phone for court in people.COURTS.values()}) == len(people.COURTS)


def test_every_mail_address_leads_nowhere(records):
    texts = " ".join(text for record in records.values() for text in page_texts(record.data))
    addresses = re.findall(r"[\w.]+@[\w.]+\w", texts)
    assert addresses
    assert all(address.endswith(".example") for address in addresses)


def test_identifiers_have_right_check_digits():
    assert curp.calc_check_digit(people.CURP) == people.CURP[-1]
    upper, lower = people.PASSPORT_MRZ
    assert len(upper) == len(lower) == 44
    # The specimen of ICAO 9303 part 4, appendix A.
    specimen = people.passport_mrz(
        "ERIKSSON", "ANNA<MARIA", "UTO", "L898902C3", date(1974, 8, 12), "F", date(2012, 4, 15)
    )
    assert specimen[0] == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    assert specimen[1].startswith("L898902C36UTO7408122F1204159")
    assert people.mrz_check("L898902C36" + "7408122" + "1204159" + "ZE184226B<<<<<1") == "0"
    with pytest.raises(ValueError, match="17 places"):
        people.with_curp_check("QUAM")


def test_the_directory_lists_each_office_once():
    assert len({(court.name, court.office) for court in people.COURTS.values()}) == len(people.COURTS)
    assert {agency.requester_class for agency in people.AGENCIES.values()} == {
        "civil_immigration",
        "federal_criminal",
    }


# --- papers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_prints_what_its_label_says(name):
    paper, pages = PAPERS[name], page_texts(make(name, TODAY))
    text = " ".join(pages)

    for words in (
        paper.title,
        paper.docket(TODAY),
        paper.signer.name,
        paper.signer.title,
        people.long_date(paper.issued(TODAY)),
        paper.subject.name,
    ):
        assert has_words(text, words), words
    assert len(paper.items) == len(paper.item_pages) == len(paper.item_classes)
    for item, page in zip(paper.items, paper.item_pages, strict=True):
        assert squeezed(item) in pages[page - 1]
    if span := paper.covers(TODAY):
        assert f"from {people.long_date(span[0])} through {people.long_date(span[1])}" in text
        assert has_words(text, people.CITY)
        assert has_words(text, people.long_date(paper.subject.born))
    if until := paper.execute_by(TODAY):
        assert f"on or before {people.long_date(until)}" in text


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_the_cues_of_its_type_and_the_verdict_of_the_table(name):
    paper, text = PAPERS[name], " ".join(page_texts(make(name, TODAY)))
    kind = instrument_type(paper.type)

    assert [cue for cue in CUES[paper.type] if cue not in text] == []
    assert kind.verdict == paper.verdict
    assert kind.judicial == paper.judicial == paper.signer.judge
    assert paper.signer.signer_class in kind.signers
    opens = paper.verdict == "suffices" and not paper.flags
    assert paper.gate == ("opens" if opens else "closed")


@pytest.mark.parametrize("name", PAPERS)
def test_only_a_paper_of_a_court_carries_a_docket_of_a_court(name):
    paper = PAPERS[name]
    assert bool(re.fullmatch(r"1:\d\d-(mc|mj)-\d{5}-[A-Z]{3}", paper.docket(TODAY))) == paper.judicial
    assert (paper.court_phone is not None) == paper.judicial


@pytest.mark.parametrize("name", PAPERS)
def test_a_signature_is_there_as_the_label_says(name):
    paper, data = PAPERS[name], make(name, TODAY)
    conformed = f"/s/ {paper.signer.name}" in " ".join(page_texts(data))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        pictures = sum(len(page.images) for page in pdf.pages)
    assert (conformed, pictures) == {"conformed": (True, 0), "image": (False, 1), "blank": (False, 0)}[
        paper.signature
    ]


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("name", PAPERS)
def test_dates_hold_on_any_day(name, today):
    paper = PAPERS[name]
    issued, until = paper.issued(today), paper.execute_by(today)
    assert issued <= today
    assert issued.weekday() < 5
    assert f":{issued:%y}-" in paper.docket(today) or not paper.judicial
    if until:
        assert issued < until <= issued + timedelta(days=14)
        assert (until < today) == ("EXPIRED" in paper.flags)


@pytest.mark.parametrize("today", DAYS)
def test_every_record_is_covered_by_the_item_it_names(today):
    for record in make_all(today):
        assert record.record_class in RECORD_CLASSES
        for name, item in record.items.items():
            paper = PAPERS[name]
            first, last = paper.covers(today)
            assert (paper.subject.name, paper.subject.born) == (record.subject, record.subject_born)
            assert first <= record.day <= last
            assert paper.item_classes[item - 1] == record.record_class


def test_every_item_of_the_order_has_a_record(records):
    compelled = {record.items["sound_order"] for record in records.values() if "sound_order" in record.items}
    assert compelled == set(range(1, len(PAPERS["sound_order"].items) + 1))


# --- records -------------------------------------------------------------------------------------


def readings(record: DemoRecord) -> Iterator[tuple[str, int | None, str]]:
    """Everything written in the file, as (where, page, text)."""
    for number, text in enumerate(page_texts(record.data), start=1):
        yield "text", number, text
    with pikepdf.open(io.BytesIO(record.data)) as pdf:
        yield "metadata", None, " ".join(str(value) for value in pdf.docinfo.values())
        with pdf.open_outline() as outline:
            for entry in outline.root:
                place = next(
                    n
                    for n, page in enumerate(pdf.pages, 1)
                    if page.obj.same_owner_as(pdf.Root) and page.obj.objgen == entry.destination[0].objgen
                )
                yield "outline", place, entry.title
        for number, page in enumerate(pdf.pages, start=1):
            for note in page.obj.get("/Annots", []):
                if note.Subtype == "/Widget":
                    yield "field", number, str(note.get("/V", ""))
                else:
                    yield "annotation", number, str(note.Contents)


@pytest.mark.parametrize("name", RECORDS)
def test_status_words_are_planted_where_the_label_says(records, name):
    record = records[name]
    written = list(readings(record))
    missing = [
        spot
        for spot in record.planted
        if spot.where != "image"
        and not any(
            where == spot.where and page == spot.page and has_words(text, spot.text)
            for where, page, text in written
        )
    ]
    assert missing == []


@pytest.mark.parametrize("name", sorted(set(RECORDS) - {"scanned_memo"}))
def test_words_that_should_stay_are_there_to_begin_with(records, name):
    record = records[name]
    text = " ".join(text for _, _, text in readings(record))
    assert [words for words in (*record.stays, *record.hard_negatives) if not has_words(text, words)] == []


@pytest.mark.parametrize("name", RECORDS)
def test_no_planted_word_stands_inside_a_word_that_should_stay(records, name):
    record = records[name]
    clash = [
        (spot.text, words)
        for spot in record.planted
        for words in (*record.stays, *record.hard_negatives)
        if has_words(words, spot.text)
    ]
    assert clash == []


@pytest.mark.parametrize("name", RECORDS)
def test_page_counts_agree_in_every_reader(records, name):
    record = records[name]
    with pdfplumber.open(io.BytesIO(record.data)) as plumber, pikepdf.open(io.BytesIO(record.data)) as pike:
        assert len(page_texts(record.data)) == len(plumber.pages) == len(pike.pages) == record.pages <= 4


def test_the_scan_holds_no_text_but_can_be_read_by_eye(records):
    record = records["scanned_memo"]
    assert page_texts(record.data) == ["", ""]
    document = pdfium.PdfDocument(record.data)
    seen = []
    for n in range(len(document)):
        page = document[n]
        picture = page.render(scale=200 / 72).to_pil()
        read = ocr.read_page(picture, n + 1, page.get_width(), (), 120.0)
        seen.append(squeezed(read.text.text))
    document.close()
    for spot in record.planted:
        assert has_words(seen[spot.page - 1], spot.text), spot.type
    for words in (*record.stays, *record.hard_negatives):
        assert has_words(" ".join(seen), words), words


def test_the_form_binds_its_choices_in_groups(records):
    with pikepdf.open(io.BytesIO(records["registration_form"].data)) as pdf:
        boxes = {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields if field.FT == "/Btn"}
    groups = {
        group: [value for name, value in boxes.items() if name.startswith(group + ".")]
        for group in ("citizenship", "marital", "evening")
    }
    assert [len(values) for values in groups.values()] == [4, 4, 4]
    assert groups["citizenship"].count("/Off") == 3


def test_the_records_hold_nearly_every_kind_of_status_data_in_six_hiding_places(records):
    spots: list[Planted] = [spot for record in records.values() for spot in record.planted]
    assert len({spot.type for spot in spots}) >= 20
    assert {spot.where for spot in spots} == {"text", "field", "annotation", "outline", "metadata", "image"}
    assert len({record.layout for record in records.values()}) == len(records)


def test_the_inspection_holds_no_status_data_at_all(records):
    assert records["code_inspection"].planted == ()
    assert len(records["code_inspection"].hard_negatives) >= 10


def test_labels_that_staff_type_pass_the_intake_guard(records):
    for record in records.values():
        for words in (record.title, record.department, record.custodian, record.subject):
            assert refuse_status(words) == words
    for paper in (PAPERS["sound_order"], PAPERS["sound_warrant"]):
        for words in (*paper.items, paper.title, paper.subject.name):
            assert refuse_status(words) == words


# --- files that must be turned away --------------------------------------------------------------


def test_hostile_files_are_what_they_claim_to_be():
    assert not HOSTILE["not-a-pdf.pdf"]().startswith(b"%PDF")
    assert HOSTILE["empty.pdf"]() == b""
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(HOSTILE["encrypted.pdf"]()))
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(HOSTILE["encrypted.pdf"]())
    cut = HOSTILE["truncated.pdf"]()
    assert cut.startswith(b"%PDF")
    assert b"%%EOF" not in cut


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_the_same_every_time(name):
    assert HOSTILE[name]() == HOSTILE[name]()
