"""A file inside a file is a record of its own, bound to the one that held it; nothing rides along unseen."""

from __future__ import annotations

import hashlib

from tests import factories
from tests.redaction import mail_papers, office_papers, papers
from workflows.audit.models import Entry
from workflows.records import actions
from workflows.records.models import Record
from workflows.records.queries import enclosed, holders, same_words

LIST = b"10:00 desk opened\nCountry of birth: Honduras\n"
SAID = "The shelter had twelve free beds on Monday morning."
FILM = b"\0\0\0\x20ftypisom" + bytes(40)


def by_content(matter, data: bytes) -> Record:
    return matter.records.get(sha256=hashlib.sha256(data).hexdigest())


def test_every_file_in_a_file_is_a_record_of_its_own_down_to_the_second_level(city) -> None:
    matter = factories.to_collecting(city)
    note, upper = papers.page(SAID), SAID.upper().encode()
    mail = mail_papers.eml("See the list.", [("list.txt", LIST, "text/plain")])
    inner = office_papers.zipped({"deep.txt": b"too deep"})
    middle = office_papers.zipped({"inner.zip": inner})
    files = {"a/note.pdf": note, "a/note.txt": upper, "b/mail.eml": mail, "b/list.txt": LIST}
    files |= {"clip.mp4": FILM, "empty.txt": b"", "middle.zip": middle}
    parent = factories.take_in(city, matter, office_papers.zipped(files))
    liar = factories.take_in(city, matter, office_papers.zipped({"../up.txt": b"x"}))

    factories.work()

    parent.refresh_from_db()
    liar.refresh_from_db()
    assert (parent.state, parent.reasons) == ("unreadable", ["portfolio"])
    assert parent.dropped == {"empty_files": 1}
    assert (liar.state, liar.reasons, enclosed(liar)) == ("unreadable", ["malformed"], [])
    held = [by_content(matter, data) for data in (note, upper, mail, LIST, FILM, middle)]
    assert enclosed(parent) == held
    of_note, of_upper, of_mail, of_list, of_film, of_middle = held

    # Each came in by the one way in, with an entry, and is covered by nothing around it.
    assert parent.scope == "in"
    assert {one.scope for one in held} == {"unknown"}
    assert {one.custodian for one in held} == {parent.custodian}
    assert set(
        Entry.objects.filter(pk__in=[one.entry_id for one in held]).values_list("event", flat=True)
    ) == {"record.taken_in"}

    # A message is its own pages; the file in it, which lies in the archive as well, is one record.
    assert (of_mail.state, of_mail.page_count, of_mail.dropped["attached_files"]) == ("readable", 1, 1)
    assert enclosed(of_mail) == [of_list]
    assert list(holders(of_list)) == [parent, of_mail]
    assert of_list.findings.exists()

    # The same words in another format are told to the officer; the stored value tells nobody the words.
    assert list(same_words(of_note)) == [of_upper]
    assert not same_words(of_list).exists()
    assert of_note.text_hmac not in ("", hashlib.sha256(SAID.encode()).hexdigest())

    # What cannot be read is a record too, with its reason; what lies too deep is not opened.
    assert (of_film.state, of_film.reasons) == ("unreadable", ["unsupported_type"])
    deepest = by_content(matter, inner)
    assert (of_middle.depth, deepest.depth) == (1, 2)
    assert (deepest.state, deepest.reasons) == ("unreadable", ["over_limits"])
    assert matter.records.count() == 9

    # Reading the parent again keeps the family as it is.
    actions.retry_scan(parent.pk, actor=city.officer)
    factories.work()
    assert enclosed(parent) == held
    assert matter.records.count() == 9


def test_a_workbook_with_a_hidden_column_is_burned_from_what_was_reviewed(city) -> None:
    rows = [
        office_papers.cell("A1", "Name") + office_papers.cell("B1", "Citizenship"),
        office_papers.cell("A2", "Ana Maldonado") + office_papers.cell("B2", "Honduras"),
        office_papers.cell("A3", "Bed assigned") + office_papers.cell("C3", "born in Guatemala"),
    ]
    sheet = office_papers.sheet_xml(rows, columns='<col min="2" max="2" width="9" hidden="1"/>')

    matter = factories.to_counsel(city, office_papers.xlsx({"Beds": sheet}))

    record = matter.records.get()
    assert record.dropped["hidden_columns"] == 1
    assert record.findings.filter(page_n=None, source="hidden").exists()
    assert record.converted is not None and record.converted.kind == "application/pdf"
    burned = matter.manifests.get().records.get()
    assert burned.record == record
    assert matter.state == "counsel_review"
