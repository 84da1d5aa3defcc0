"""A message shows its header fields and each form of its text; files in it follow, or withhold it."""

from __future__ import annotations

import io
import struct

import pypdfium2
import pytest

from redaction import intake
from redaction.errors import Rejected
from redaction.intake import Limits, sniff
from redaction.intake.convert import Converted, convert
from redaction.intake.outlook import unpacked
from tests.redaction import mail_papers, office_papers, papers


def opened(data: bytes) -> Converted:
    return convert(data, sniff.media_type(data[: sniff.HEAD_BYTES]), Limits())


def prepared(tmp_path, data: bytes, limits: Limits | None = None, **how) -> intake.Prepared:
    path = tmp_path / "received"
    path.write_bytes(data)
    limits = limits or Limits()
    return intake.prepare(intake.admit(path, limits), limits, **how)


def words(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]


def test_the_text_is_shown_once_when_its_html_form_says_the_same():
    html = "<html><body><p>See  the <b>file</b>.</p><!-- kept --><img src='http://x.example/1.gif'></body></html>"

    done = opened(mail_papers.eml("See the file.", html=html))

    assert done.plain.count("See the file.") == 1
    assert [(one.kind, one.text) for one in done.found.found] == [
        ("comments", "kept"), ("external_links", "http://x.example/1.gif"),
    ]  # fmt: skip
    assert done.found.counts["remote_references"] == 1


def test_another_form_that_says_something_else_is_shown_as_well():
    done = opened(mail_papers.eml("See the file.", html="<p>Born in Honduras</p>"))

    assert "See the file." in done.plain
    assert "Born in Honduras" in done.plain


def test_files_are_listed_by_name_and_a_signature_is_no_file():
    mail = mail_papers.eml(
        "Hi", [("note  one.txt", b"a", "text/plain"), ("s.p7s", b"b", "application/pkcs7-signature")]
    )

    done = opened(mail)

    assert "File 1 in this message: note one.txt (1 bytes)" in done.plain
    assert [file.data for file in done.files] == [b"a"]
    assert dict(done.found.counts) == {"attached_files": 1, "signatures": 1}


def test_text_around_the_parts_that_no_reader_shows_is_listed():
    mail = mail_papers.eml("Hi", [("a.txt", b"a", "text/plain")])
    boundary = mail.index(b"\n\n--") + 2

    done = opened(mail[:boundary] + b"Honduras before the parts\n" + mail[boundary:])

    assert ("hidden_text", "Honduras before the parts") in [(o.kind, o.text) for o in done.found.found]


REPORT = b"""From: a@city.example
To: b@city.example
Content-Type: multipart/report; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.city.example

Final-Recipient: rfc822; ana@city.example

--x
Content-Type: message/global

From: c@city.example
Subject: Inner

Inner words
--x--
"""


def test_a_report_shows_its_fields_and_any_message_inside_is_a_file_whole():
    done = opened(REPORT)

    assert "Reporting-MTA: dns; mail.city.example" in done.plain
    assert "Final-Recipient: rfc822; ana@city.example" in done.plain
    [file] = done.files
    assert b"Subject: Inner" in file.data and b"Inner words" in file.data


@pytest.mark.parametrize(
    "mail",
    [
        b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=x\n\nno boundary ever comes\n",
        b"From: a\nTo: b\nContent-Type: text/plain; charset=utf-16\n\n\x81",
    ],
    ids=["no boundary", "no text"],
)
def test_a_broken_message_is_malformed(mail):
    with pytest.raises(Rejected, match="malformed"):
        convert(mail, sniff.EML, Limits())


# --- Outlook -----------------------------------------------------------------------------------------

PROPERTIES = {
    0x0037: "Bed list",
    0x0C1A: "Clerk Four",
    0x0C1F: "clerk@city.example",
    0x1000: "Line one\r\nLine two",
}


def test_an_outlook_message_shows_sender_recipients_subject_text_and_files():
    message = mail_papers.msg(
        PROPERTIES | {0x3FFA: "Carla Ibarra"},
        [("list.csv", b"name\n" * 2_000), ("elsewhere.doc", None)],
        [("Rita Sosa", "rita@city.example")],
    )

    done = opened(message)

    assert done.media_type == sniff.MSG
    assert done.plain == (
        'From: "Clerk Four" <clerk@city.example>\nTo: Rita Sosa <rita@city.example>\nSubject: Bed list\n\n'
        "File 1 in this message: list.csv (10000 bytes)\n"
        "File 2 in this message: elsewhere.doc (not readable)\n\n"
        "Line one\nLine two"
    )
    assert [file.data for file in done.files] == [b"name\n" * 2_000, None]
    assert ("metadata", "Carla Ibarra") in [(one.kind, one.text) for one in done.found.found]


def test_header_fields_as_sent_stand_before_what_outlook_made_of_them():
    sent = "From: Clerk <c@city.example>\r\nReceived: by mail\r\n of the city\r\nX-Note: kept\r\n"

    done = opened(mail_papers.msg(PROPERTIES | {0x007D: sent}))

    assert done.plain.startswith(
        "From: Clerk <c@city.example>\nReceived: by mail of the city\nX-Note: kept\n\n"
    )


def test_html_and_rich_text_bodies_are_read_where_there_is_no_plain_one():
    bare = {number: value for number, value in PROPERTIES.items() if number != 0x1000}
    text = rb"{\rtf1\ansi From rich text\par}"
    packed = struct.pack("<4I", len(text) + 12, len(text), 0x414C454D, 0) + text

    assert opened(mail_papers.msg(bare | {0x1013: b"<p>From <i>HTML</i></p>"})).plain.endswith("From HTML")
    assert opened(mail_papers.msg(bare | {0x1009: packed})).plain.endswith("From rich text")


def test_compressed_rich_text_is_inflated_as_its_specification_shows():
    # [MS-OXRTFCP] 4.1.1, the published example; and 4.1.2, a run that overtakes itself
    plain = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    twice = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")

    assert unpacked(plain, Limits()) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(twice, Limits()) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@pytest.mark.parametrize(
    "root, code",
    [
        ({"WordDocument": b"x"}, "malformed"),
        ({"Workbook": b"x"}, "malformed"),
        ({"PowerPoint Document": b"x"}, "malformed"),
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}, "encrypted"),
        ({"Database": b"x"}, "unsupported_type"),
        ({"__properties_version1.0": b""}, "malformed"),
    ],
)
def test_compound_files_of_other_programs_end_in_a_code(root, code):
    with pytest.raises(Rejected) as refused:
        opened(mail_papers.compound(root))

    assert refused.value.code == code


def test_a_compound_file_cut_off_is_malformed():
    with pytest.raises(Rejected, match="malformed"):
        opened(mail_papers.msg(PROPERTIES)[:700])


def nested() -> bytes:
    """A message in a message in a message, each with a file."""
    deepest = mail_papers.letter({0x0037: "Third", 0x1000: "Third words"}, [("c.txt", b"Third listed")])
    inner = mail_papers.letter(
        {0x0037: "Second", 0x1000: "Second words"}, [("b.txt", b"Second listed"), ("Third", deepest)]
    )
    return mail_papers.msg({0x0037: "First", 0x1000: "First words"}, [("a.txt", b"x"), ("Second", inner)])


def test_a_message_kept_in_a_message_becomes_a_file_of_its_own():
    first = opened(nested())
    second = opened(first.files[1].data)
    third = opened(second.files[1].data)

    assert [one.media_type for one in (first, second, third)] == [sniff.MSG] * 3
    assert [one.plain.split("\n")[-1] for one in (first, second, third)] == [
        "First words", "Second words", "Third words",
    ]  # fmt: skip
    assert second.files[0].data == b"Second listed" and third.files[0].data == b"Third listed"
    assert first.files[1].data == opened(nested()).files[1].data  # the same bytes each time


def test_messages_in_a_message_follow_as_pages_as_deep_as_files_may_lie(tmp_path):
    done = prepared(tmp_path, nested())

    assert [(c.depth, c.media_type, c.reason) for c in done.children] == [
        (1, "text/plain", ""), (1, sniff.MSG, ""), (2, "text/plain", ""), (2, sniff.MSG, ""),
        (3, "", "over_limits"),
    ]  # fmt: skip
    assert done.withheld == ("child_failed",)
    shown = " ".join(words(done.normalised))
    for said in ("First words", "Second words", "Second listed", "Third words"):
        assert said in shown


def test_a_large_message_with_many_properties_inside_another_one_is_whole():
    """Streams of both sizes, hundreds of siblings, more than one sector of the table."""
    many = {0x4000 + n: bytes([n % 256]) * n for n in range(300)}
    large = bytes(range(256)) * 20_000
    inner = mail_papers.letter({0x0037: "In", 0x1000: "In words"} | many, [("large.bin", large)])

    kept = opened(mail_papers.msg(PROPERTIES, [("In", inner)])).files[0].data
    again = opened(kept)

    assert again.plain.endswith("In words")
    assert again.files[0].data == large


def test_an_object_of_another_program_in_a_message_cannot_be_had():
    [file] = opened(mail_papers.msg(PROPERTIES, [("chart", {"CONTENTS": b"x"})])).files

    assert file.data is None


def test_a_message_inside_another_one_whose_head_is_cut_is_malformed():
    inner = mail_papers.letter({}) | {"__properties_version1.0": b"short"}

    with pytest.raises(Rejected, match="malformed"):
        opened(mail_papers.msg(PROPERTIES, [("In", inner)]))


# --- families -----------------------------------------------------------------------------------------


def test_files_in_a_message_and_in_a_message_inside_it_follow_as_pages(tmp_path):
    inner = mail_papers.eml("Inner words", [("list.txt", b"Listed words", "text/plain")])
    note = papers.page("Noted words", pages=2)
    files = [("n.pdf", note, "application/pdf"), ("i.eml", inner, "message/rfc822")]
    outer = mail_papers.eml("Outer words", files)

    done = prepared(tmp_path, outer)

    shown = words(done.normalised)
    for page, said in zip(shown, ["Outer", "Noted", "Noted", "Inner", "Listed"], strict=True):
        assert f"{said} words" in page
    assert [(c.depth, c.media_type, c.pages, c.reason) for c in done.children] == [
        (1, "application/pdf", 2, ""), (1, "message/rfc822", 2, ""), (2, "text/plain", 1, ""),
    ]  # fmt: skip
    assert done.withheld == ()
    assert [part.pages for part in done.parts] == [1, 2, 1, 1]
    alone = prepared(tmp_path, outer, apart=True)
    assert alone.pages == 1 and alone.children == ()


@pytest.mark.parametrize(
    "file, limits, reason",
    [
        (("a.zip", office_papers.zipped({"a.txt": "x"}), "application/zip"), None, "unsupported_type"),
        (("a.pdf", b"%PDF-1.7 broken", "application/pdf"), None, "malformed"),
        (("a.txt", b"", "text/plain"), None, "malformed"),
        (("a.txt", b"text", "text/plain"), Limits(nesting=0), "over_limits"),
    ],
    ids=["archive", "broken", "empty", "too deep"],
)  # fmt: skip
def test_a_file_that_cannot_follow_withholds_the_whole_message(tmp_path, file, limits, reason):
    done = prepared(tmp_path, mail_papers.eml("Outer", [file]), limits)

    assert done.withheld == ("child_failed",)
    assert [child.reason for child in done.children] == [reason]
