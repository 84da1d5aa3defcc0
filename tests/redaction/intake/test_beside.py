"""What a file says beside its pages is listed by kind and handed to detection; what the pages say is not."""

from __future__ import annotations

import io

import pytest

from redaction.errors import Quarantined, Rejected
from redaction.intake import Limits, aside, family, sniff
from redaction.intake.aside import Aside, Asides
from redaction.intake.convert import Converted, convert
from redaction.types import TextSource
from tests.redaction import office_papers as office


def opened(data: bytes, limits: Limits | None = None) -> Converted:
    kind = sniff.media_type(data[: sniff.HEAD_BYTES], data[-sniff.TAIL_BYTES :])
    return convert(data, kind, limits or Limits())


def said(done: Converted, kind: str) -> list[str]:
    """Texts of one kind that are beside the pages for certain."""
    return [one.text for one in done.found.found if one.kind == kind and not one.doubtful]


def workbook(**more) -> bytes:
    rows = [
        office.cell("A1", "Name") + office.cell("B1", "Citizenship") + office.cell("C1", "Town"),
        office.cell("A2", "Ana Maldonado") + office.cell("B2", "Honduras") + office.cell("C2", "Aurora"),
        f'<row r="3" hidden="1">{office.cell("A3", "Rosa Quispe")}{office.cell("C3", "Golden")}</row>',
        '<row r="4"><c r="A4"><f>1+1</f><v>7</v></c><c r="C4"><f>WEBSERVICE("http://x.example")</f></c></row>',
    ]
    columns = '<col min="2" max="2" width="9" hidden="1"/>'
    printed = "<headerFooter><oddHeader>&amp;LPrinted head&amp;RPage &amp;P</oddHeader></headerFooter>"
    sheets = {
        "Beds": office.sheet_xml(rows, columns, printed),
        "Old": office.sheet_xml([office.cell("A1", "Former guests")]),
        "Older": office.sheet_xml([office.cell("A1", "Guests of 2019")]),
    }
    names = '<definedName name="Who">"Ximena Robles"</definedName>'
    return office.xlsx(sheets, states={"Old": "hidden", "Older": "veryHidden"}, names=names, **more)


def test_hidden_sheets_rows_columns_names_and_formulas_of_a_workbook_are_listed():
    done = opened(workbook())

    assert done.media_type == sniff.XLSX
    assert said(done, "hidden_sheets") == ["Former guests", "Guests of 2019"]
    assert said(done, "hidden_rows") == ["Rosa Quispe\t\tGolden".replace("\t\t", "\t")]
    assert said(done, "hidden_columns") == ["Citizenship", "Citizenship: Honduras"]
    assert said(done, "defined_names") == ['Who: "Ximena Robles"']
    assert said(done, "formulas") == ["=1+1", '=WEBSERVICE("http://x.example")']
    assert dict(done.found.counts) == {
        "hidden_sheets": 2, "hidden_rows": 1, "hidden_columns": 1, "defined_names": 1, "formulas": 2,
        "hidden_text": 0, "headers_footers": 0,
    }  # fmt: skip
    assert Aside("headers_footers", "Printed head\nPage", doubtful=True) in done.found.found


def test_no_formula_reaches_the_converter():
    import zipfile

    with zipfile.ZipFile(io.BytesIO(opened(workbook()).for_office)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet and ":f>" not in sheet
    assert ">7<" in sheet
    assert ">=WEBSERVICE(&quot;" in sheet or '>=WEBSERVICE("' in sheet


MACRO = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "xl/embeddings/oleObject1.bin": b"inside"}


def test_macros_and_embedded_files_are_listed_and_left_out():
    done = opened(workbook(parts=MACRO))

    assert (done.found.counts["macros"], done.found.counts["embedded_objects"]) == (1, 1)
    assert said(done, "embedded_objects") == ["oleObject1.bin"]
    assert b"vbaProject" not in done.for_office and b"oleObject1" not in done.for_office


CHUNK = {"word/part7.html": b"<p>Country of birth: Honduras</p>", "word/media/image1.png": b"picture",
         "_xmlsignatures/origin.sigs": b"", "docProps/thumbnail.jpeg": b"small"}  # fmt: skip


def test_a_chunk_of_another_format_is_a_file_of_its_own_whatever_its_name():
    data = office.docx("First line", parts=CHUNK)

    done = opened(data)

    assert said(done, "embedded_objects") == ["part7.html"] and "other_parts" not in done.found.counts
    assert b"part7" not in done.for_office
    assert [name for name, _ in family.members(data, sniff.DOCX, Limits())] == ["part7.html"]


PROPERTIES = (
    '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>Carla Ibarra</dc:creator><cp:lastModifiedBy>Desk 4</cp:lastModifiedBy></cp:coreProperties>"
)
COMMENT = (
    f'<w:comments xmlns:w="{office.WORD}"><w:comment w:id="1" w:author="Nurse 2"><w:p>'
    f"{office.run('born in Honduras')}</w:p></w:comment></w:comments>"
)
OUTSIDE = [
    ("urn:x/image", "file:///etc/hostname", True),
    (f"{office.RELATION}/hyperlink", "http://x.example", True),
]


def document() -> bytes:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="urn:wp"><wp:docPr id="1" name="P" descr="Photo of Ana"/>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    raw = f"<w:p>{office.run('Shown. ')}{office.run('Not shown.', '<w:vanish/>')}</w:p>{drawing}"
    raw += '<w:p><w:r><w:instrText>DOCPROPERTY "Alien Number"</w:instrText></w:r></w:p>'
    return office.docx(
        "First line",
        raw=raw,
        parts={
            "docProps/core.xml": PROPERTIES,
            "word/comments.xml": COMMENT,
            "word/header1.xml": office.words("hdr", "Head of the page"),
            "customXml/item1.xml": "<r><a>kept elsewhere</a></r>",
            "word/_rels/document.xml.rels": office.relations(OUTSIDE),
        },
    )


def test_comments_properties_hidden_runs_links_and_field_codes_of_a_document_are_listed():
    done = opened(document())

    assert done.media_type == sniff.DOCX
    assert said(done, "comments") == ["Nurse 2\nborn in Honduras"]
    assert said(done, "metadata") == ["creator: Carla Ibarra", "lastModifiedBy: Desk 4"]
    assert said(done, "hidden_text") == ["Not shown."]
    assert said(done, "alternative_texts") == ["Photo of Ana"]
    assert said(done, "field_codes") == ['DOCPROPERTY "Alien Number"']
    assert said(done, "custom_data") == ["kept elsewhere"]
    assert said(done, "external_links") == ["file:///etc/hostname", "http://x.example"]
    doubtful = {(one.kind, one.text) for one in done.found.found if one.doubtful}
    assert ("hidden_text", "First line") in doubtful
    assert ("hidden_text", "Shown.") in doubtful
    assert ("headers_footers", "Head of the page") in doubtful


def test_no_relation_leads_out_of_what_the_converter_gets():
    import zipfile

    with zipfile.ZipFile(io.BytesIO(opened(document()).for_office)) as package:
        relations = package.read("word/_rels/document.xml.rels").decode()

    assert "file:" not in relations
    assert "hyperlink" in relations  # a link that nothing follows


@pytest.mark.parametrize(
    "change",
    [
        '<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>Honduras</w:t></w:r></w:ins></w:p>',
        '<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>Honduras</w:delText></w:r></w:del></w:p>',
        '<w:p><w:moveFrom w:id="1"><w:r><w:t>Honduras</w:t></w:r></w:moveFrom></w:p>',
        '<w:p><w:r><w:rPr><w:b/><w:rPrChange w:id="1"><w:rPr/></w:rPrChange></w:rPr><w:t>x</w:t></w:r></w:p>',
    ],
)
def test_tracked_changes_of_a_document_are_counted_with_their_words(change):
    done = opened(office.docx("Text", raw=change))

    assert done.found.counts["tracked_changes"] == 1
    assert said(done, "tracked_changes") == (["Honduras"] if "Honduras" in change else [])


def test_hidden_slides_and_notes_of_a_presentation_are_listed():
    done = opened(office.pptx("One", "Two", hidden=[2], notes={1: "Ask Ana"}))

    assert done.media_type == sniff.PPTX
    assert said(done, "hidden_slides") == ["Two"]
    assert said(done, "notes") == ["Ask Ana"]
    assert (done.found.counts["hidden_slides"], done.found.counts["notes"]) == (1, 1)


def test_comments_changes_and_properties_of_an_open_document_are_listed():
    raw = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Honduras</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>Open<office:annotation><text:p>aside of Ana"
        '</text:p></office:annotation> text<text:hidden-text text:string-value="unseen"/></text:p>'
    )
    data = office.odt(raw=raw, meta="<dc:creator>Carla Ibarra</dc:creator>", parts={"Basic/x.xml": "<a/>"})

    done = opened(data)

    assert done.media_type == sniff.ODT
    assert said(done, "tracked_changes") == ["Honduras"]
    assert said(done, "comments") == ["aside of Ana"]
    assert said(done, "hidden_text") == ["unseen"]
    assert said(done, "metadata") == ["creator: Carla Ibarra"]
    assert done.found.counts["macros"] == 1
    assert Aside("hidden_text", "Open text", doubtful=True) in done.found.found


def test_hidden_words_changes_comments_and_objects_of_a_rich_text_are_listed():
    body = (
        r"{\info{\author Carla Ibarra}}Plain \'e9 \u241?{\v not seen}{\deleted gone}"
        r"{\*\annotation aside of Ana}"
        r"{\object{\*\objdata 0105}}{\footer At the foot}\par {\*\unheard of}Last\par"
    )

    done = opened(office.rtf(body))

    assert done.media_type == sniff.RTF
    assert said(done, "metadata") == ["Carla Ibarra"]
    assert said(done, "hidden_text") == ["not seen"]
    assert said(done, "tracked_changes") == ["gone"]
    assert said(done, "comments") == ["aside of Ana"]
    assert done.found.counts["embedded_objects"] == 1
    assert Aside("hidden_text", "Plain é ñ", doubtful=True) in done.found.found
    assert Aside("headers_footers", "At the foot", doubtful=True) in done.found.found


# --- what the pages turn out to say ---------------------------------------------------------------


def test_a_doubtful_text_counts_only_where_no_page_says_it_in_whole_words():
    asides = [
        Aside("hidden_text", "bed for\nAna", doubtful=True),
        Aside("hidden_text", "Ana M", doubtful=True),
        Aside("comments", "bed for Ana"),
    ]

    kept, counts = aside.unseen(asides, ["A bed\nfor Ana Maldonado"])

    assert [one.text for one in kept] == ["Ana M", "bed for Ana"]
    assert counts == {"hidden_text": 1}
    assert aside.as_texts(kept)[1].source is TextSource.ANNOTATION


def test_a_child_can_report_no_kind_that_is_not_listed():
    with pytest.raises(Quarantined, match="child_failed"):
        aside.unpack({"asides": [["secrets", "x", False]], "counts": {}})
    with pytest.raises(Quarantined, match="child_failed"):
        aside.unpack({"asides": [], "counts": {"secrets": 1}})


def test_more_text_than_the_limit_is_refused():
    found = Asides(most=10)
    with pytest.raises(Rejected, match="over_limits"):
        found.add("comments", "eleven char")


# --- XML and kinds ----------------------------------------------------------------------------------

ENTITY = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'


@pytest.mark.parametrize(
    "data, code",
    [
        (office.docx("x", parts={"customXml/i.xml": f"{ENTITY}<a>&b;</a>"}), "malformed"),
        (office.docx("x", parts={"customXml/i.xml": "<a>" * 400 + "</a>" * 400}), "over_limits"),
        (office.docx("x", parts={"customXml/i.xml": "<a><b></a>"}), "malformed"),
        (office.zipped({"[Content_Types].xml": "<Types/>", "word/x": "y"}), "malformed"),
        (office.zipped({"word/x": "y"}), "unsupported_type"),
        (office.xlsx({"a": office.sheet_xml([f'<row r="1048576">{office.cell("XFD1048576", "far")}</row>'])}),
         "over_limits"),
        (office.rtf("{{{"), "malformed"),
        (office.rtf("{" * 600 + "}" * 600), "over_limits"),
        (office.docx("x")[:-30], "malformed"),
        (office.odt("x", kind="graphics"), "no_converter"),
    ],
    ids=["entities", "deep", "unclosed", "no main part", "no office file", "far cell", "open groups",
         "deep groups", "cut off", "other open document"],
)  # fmt: skip
def test_a_broken_or_hostile_office_file_ends_in_a_code(data, code):
    with pytest.raises(Rejected) as refused:
        opened(data)

    assert refused.value.code == code


def test_limits_are_settings_with_known_names_and_positive_values():
    assert Limits.changed({"pages": "12", "office_s": "3.5"}) == Limits(pages=12, office_s=3.5)
    for wrong in (
        {"page": "12"},
        {"pages": "many"},
        {"pages": "0"},
        {"office_s": "inf"},
        {"office_s": "nan"},
    ):
        with pytest.raises(ValueError):
            Limits.changed(wrong)
