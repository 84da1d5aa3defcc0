"""Sabotaged outputs, each with an honest-looking report: name, the assertion that must catch it, how.

Most are judged by output and report alone. Where the assertion needs the source or the pages burned
again, the sabotage gives them as a third member.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pikepdf

from redaction.verify.assertions import ASSERTIONS, Judge, evaluate_all
from redaction.verify.examined import Examined
from tests.redaction.verify import forge
from tests.redaction.verify.forge import Forgery

Written = tuple[bytes, dict[str, Any]]
Made = Written | tuple[bytes, dict[str, Any], dict[str, Any]]
Make = Callable[[], Made]
MUTANTS: list[tuple[str, str, Make]] = []
ONLY: list[tuple[str, str, Make]] = []


def mutant(assertion: str, *, only: bool = False) -> Callable[[Make], Make]:
    """Registers a sabotage under the assertion that must refuse it; `only` when no other does."""

    def register(make: Make) -> Make:
        MUTANTS.append((assertion, make.__name__, make))
        if only:
            ONLY.append((assertion, make.__name__, make))
        return make

    return register


def judged(made: Made, judges: Mapping[str, Judge] = ASSERTIONS) -> dict[str, str]:
    """What every assertion says of a sabotage: result by id."""
    output, report, *more = made
    examined = Examined(output, report, forge.KEY, **(more[0] if more else {}))
    return {one.id: one.result for one in evaluate_all(examined, judges)}


def changed(number: int, old: bytes, new: bytes) -> Written:
    """A sound output with one object's body changed."""
    forgery = forge.sound()
    bodies = forgery.objects()
    assert old in bodies[number - 1]
    bodies[number - 1] = bodies[number - 1].replace(old, new, 1)
    return forgery.write(bodies)


def rewritten(old: bytes, new: bytes) -> Written:
    """A sound output with the first page's content stream changed."""
    forgery = forge.sound()
    assert old in forgery.streams[0]
    forgery.streams[0] = forgery.streams[0].replace(old, new, 1)
    return forgery.write()


def with_words(*words: tuple[int, int, str], **changes: Any) -> Forgery:
    """A sound output with more words on its first page."""
    sheets = forge.sound().sheets
    sheets[0] = replace(sheets[0], words=(*sheets[0].words, *words))
    return Forgery(sheets, **changes)


def rehashed(forgery: Forgery, output: bytes) -> Written:
    """Changed bytes with a report that records them."""
    report = forgery.describe(output, forgery.objects())
    return output, report


def embedded(number: int, data: bytes, keys: bytes = b"") -> Written:
    """A sound output in which one stream was replaced."""
    forgery = forge.sound()
    bodies = forgery.objects()
    bodies[number - 1] = forge.stream(keys, data)
    return forgery.write(bodies)


@mutant("V1")
def the_page_tree_counts_one_page_less() -> Written:
    return changed(2, b"/Count 4", b"/Count 3")


@mutant("V1")
def the_report_knows_a_page_less() -> Written:
    output, report = forge.sound().write()
    report["pages"].pop()
    return output, report


@mutant("V1")
def a_stream_that_pikepdf_warns_about() -> Written:
    return changed(12, b"/Length ", b"/Length 1")


@mutant("V1", only=True)
def a_picture_that_ends_too_early() -> Written:
    """Pillow fills the rest with grey and says nothing; qpdf warns."""
    forgery = forge.sound()
    data = forge.jpeg(forgery.pixels[3])
    bodies = forgery.objects()
    bodies[19] = forge.encode(forgery.sheets[3], forgery.pixels[3], data[:-60] + b"\xff\xd9")
    return forgery.write(bodies)


@mutant("V2", only=True)
def bytes_behind_the_end() -> Written:
    forgery = forge.sound()
    return rehashed(forgery, forgery.write()[0] + b"% more\n")


@mutant("V2")
def a_comment_between_objects() -> Written:
    forgery = forge.sound()
    head, mark, rest = forgery.write()[0].partition(b"\n5 0 obj")
    note = b"\n%note"
    rest = re.sub(rb"startxref\n(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + len(note)), rest)
    rows = rest.rfind(b"xref\n0 ")
    at = rest.rfind(b"65535 f \n", 0, len(rest))
    table = bytearray(rest)
    for number in range(5, 22):
        place = at + 9 + 20 * (number - 1)
        table[place : place + 10] = b"%010d" % (int(rest[place : place + 10]) + len(note))
    assert rows > 0
    return rehashed(forgery, head + note + mark + bytes(table))


@mutant("V2")
def an_object_that_nothing_points_to() -> Written:
    forgery = forge.sound()
    return forgery.write([*forgery.objects(), b"<< /Secret (no one draws me) >>"])


@mutant("V2", only=True)
def objects_in_an_order_of_their_own() -> Written:
    """Of which there are many: it could say anything."""
    forgery = forge.sound()
    bodies = forgery.objects()
    output = forge.assemble(bodies, last=9)
    return output, forgery.describe(output, bodies)


@mutant("V2")
def an_earlier_revision() -> Written:
    forgery = forge.sound()
    output = forgery.write()[0]
    start = output.rfind(b"xref\n0 ")
    again = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 22 /Root 1 0 R /Prev %d >>\n" % start
    return rehashed(forgery, output + again + b"startxref\n%d\n%%%%EOF\n" % len(output))


@mutant("V3", only=True)
def an_annotation() -> Written:
    return changed(10, b"/Type /Page ", b"/Type /Page /Annots [] ")


@mutant("V3", only=True)
def an_action_on_opening() -> Written:
    return changed(1, b"/Type /Catalog", b"/Type /Catalog /OpenAction [10 0 R /Fit]")


@mutant("V3", only=True)
def an_alternate_image() -> Written:
    return changed(11, b"/Subtype /Image", b"/Subtype /Image /Alternates []")


@mutant("V3", only=True)
def a_font_with_names() -> Written:
    font = forge.truetype()
    return embedded(7, font + b"someone", b"/Length1 %d" % (len(font) + 7))


@mutant("V3", only=True)
def a_map_that_says_other_letters() -> Written:
    return embedded(8, forge.to_unicode(0).replace(b"<0000> <00FF> <0000>", b"<0000> <00FF> <0100>"))


@mutant("V3", only=True)
def a_map_with_letters_that_no_page_has() -> Written:
    return embedded(8, forge.to_unicode(0, 0x42, 0x6F))


@mutant("V3", only=True)
def a_map_that_knows_nothing_of_a_letter() -> Written:
    forgery = with_words((24, 96, "\u0142\u00f3d\u017a"))
    bodies = forgery.objects()
    bodies[7] = forge.stream(b"", forge.to_unicode(0))
    return forgery.write(bodies)


@mutant("V3", only=True)
def a_map_with_a_note() -> Written:
    return embedded(8, forge.to_unicode(0).replace(b"endcmap\n", b"% as the clerk has it\nendcmap\n"))


@mutant("V3")
def other_metadata() -> Written:
    return changed(3, b"Redacted record", b"Matter of Smith")


@mutant("V4")
def visible_text() -> Written:
    return rewritten(b"3 Tr", b"0 Tr")


@mutant("V4", only=True)
def a_word_off_the_grid() -> Written:
    return with_words((25, 96, "slip")).write()


@mutant("V4")
def a_larger_font() -> Written:
    return rewritten(b"/F0 6 Tf", b"/F0 7 Tf")


@mutant("V4")
def a_comment_in_the_content() -> Written:
    return rewritten(b"ET\n", b"ET\n% note\n")


@mutant("V4", only=True)
def a_page_larger_than_its_image() -> Written:
    return rewritten(b"240 0 0 144 0 0 cm", b"239 0 0 144 0 0 cm")


def footed(old: bytes, new: bytes) -> Made:
    """A sound output with a footer whose content stream was changed, and its source."""
    forgery = forge.banded()
    assert old in forgery.streams[0]
    forgery.streams[0] = forgery.streams[0].replace(old, new, 1)
    return *forgery.write(), {"source": forgery.source}


@mutant("V3", only=True)
def a_footer_with_a_mask() -> Written:
    forgery = forge.banded()
    bodies = forgery.objects()
    bodies[12] = bodies[12].replace(b"/Subtype /Image", b"/Subtype /Image /Decode [0 1]", 1)
    return forgery.write(bodies)


@mutant("V4", only=True)
def a_footer_drawn_over_the_page() -> Made:
    return footed(b"65 0 0 7 6 8 cm", b"240 0 0 7 6 8 cm")


@mutant("V8", only=True)
def a_footer_that_says_another_number() -> Made:
    return footed(
        "1OF1".encode("utf-16-be").hex().upper().encode(), "1OF2".encode("utf-16-be").hex().upper().encode()
    )


@mutant("V8")
def a_word_hidden_in_the_footers_band() -> Made:
    word = b"6 0 Td\n<%s> Tj\nET" % "note ".encode("utf-16-be").hex().upper().encode()
    return footed(b"ET", word)


@mutant("V8", only=True)
def a_footers_word_elsewhere() -> Made:
    return footed(b"-66 -102 Td", b"-60 -102 Td")


@mutant("V9", only=True)
def a_dot_in_the_footer() -> Made:
    forgery = forge.banded()
    forgery.footer[4, 100] = 255 - forgery.footer[4, 100]
    return *forgery.write(), {"source": forgery.source}


@mutant("V4")
def a_footer_that_nobody_asked_for() -> Made:
    forgery = forge.banded()
    forgery.report = {}
    return *forgery.write(), {"source": forgery.source}


@mutant("V12")
def a_band_missing_under_the_page() -> Made:
    honest = forge.single()
    honest.report = {"extras": {"footer": "", "archival": False, "tagged": False}}
    return *honest.write(), {"source": honest.source}


@mutant("V7")
def a_stamp_that_is_somebodys_number() -> Made:
    """The stamp alone is judged: pictures are known from it."""
    forgery = forge.banded()
    output, report = forgery.write()
    report["extras"]["footer"] = "A087-123-456"
    return output, report


@mutant("V3", only=True)
def a_colour_profile_with_a_name() -> Written:
    forgery = forge.archival()
    bodies = forgery.objects()
    bodies[-1] = forge.stream(b"/N 3", forge.srgb("Ana."))
    return forgery.write(bodies)


@mutant("V3", only=True)
def bytes_in_the_colour_profile_that_no_reader_asks_for() -> Written:
    forgery = forge.archival()
    bodies = forgery.objects()
    bodies[-1] = forge.stream(b"/N 3", forge.srgb() + b"some")
    return forgery.write(bodies)


@mutant("V3", only=True)
def an_output_intent_that_says_more() -> Written:
    forgery = forge.archival()
    bodies = forgery.objects()
    bodies[0] = bodies[0].replace(b"/Info (sRGB)", b"/Info (sRGB, by J. Marten)")
    return forgery.write(bodies)


@mutant("V3", only=True)
def an_output_intent_that_nobody_asked_for() -> Written:
    forgery = forge.archival()
    bodies = forgery.objects()
    bodies[2] = forge.single().objects()[2]
    del forgery.report["extras"]
    return forgery.write(bodies)


@mutant("V14")
def an_author_in_archival_metadata() -> Written:
    forgery = forge.archival()
    bodies = forgery.objects()
    bodies[2] = bodies[2].replace(b"Redacted record", b"by J. Marten---")
    return forgery.write(bodies)


@mutant("V14")
def archival_metadata_that_is_claimed_and_not_there() -> Written:
    forgery = forge.single()
    forgery.report = {"extras": {"footer": None, "archival": True, "tagged": False}}
    return forgery.write()


def marked(old: bytes, new: bytes) -> Written:
    """A sound tagged output whose content stream was changed."""
    forgery = forge.tagged(full=True)
    assert old in forgery.streams[0]
    forgery.streams[0] = forgery.streams[0].replace(old, new, 1)
    return forgery.write()


def branched(old: bytes, new: bytes) -> Written:
    """A sound tagged output of which an object behind the pages was changed."""
    forgery = forge.tagged()
    bodies = forgery.objects()
    at = max(at for at, body in enumerate(bodies) if old in body)
    bodies[at] = bodies[at].replace(old, new, 1)
    return forgery.write(bodies)


@mutant("V3", only=True)
def a_paragraph_with_another_text_beside_it() -> Written:
    return branched(b"<< /S /P ", b"<< /S /P /Alt (born abroad) ")


@mutant("V3", only=True)
def a_structure_element_with_a_title() -> Written:
    return branched(b"/S /Document ", b"/S /Document /T (Marten) ")


@mutant("V3", only=True)
def a_structure_tree_with_a_class_map() -> Written:
    return branched(b"/StructTreeRoot ", b"/StructTreeRoot /ClassMap << /Someone << /O /Layout >> >> ")


@mutant("V3", only=True)
def a_paragraph_that_no_mark_makes() -> Written:
    forgery = forge.tagged()
    forgery.paragraphs = 4
    return forgery.write()


@mutant("V3", only=True)
def a_mark_that_belongs_to_another_paragraph() -> Written:
    return branched(b"/Nums [0 [16 0 R 17 0 R", b"/Nums [0 [16 0 R 16 0 R")


@mutant("V3", only=True)
def paragraphs_read_in_another_order() -> Written:
    return branched(b"/K [16 0 R 17 0 R", b"/K [17 0 R 16 0 R")


@mutant("V4")
def a_box_that_is_spoken_as_what_it_hides() -> Written:
    return marked(b"(withheld W-1)", b"(Guatemala)")


@mutant("V4")
def a_mark_with_properties_of_its_own() -> Written:
    return marked(b"/P << /MCID 1 >>", b"/P << /MCID 1 /Lang (es) >>")


@mutant("V4", only=True)
def a_word_that_is_spoken_as_another_one() -> Written:
    """The token stays unspoken, a word that may be read is spoken as withheld."""
    forgery = forge.tagged()
    stream = forgery.streams[0]
    one, other = b"/P << /MCID 1 >>", b"/Span << /MCID 2 /ActualText (withheld W-1) >>"
    stream = stream.replace(other, one.replace(b"1", b"2"))
    forgery.streams[0] = stream.replace(one, other.replace(b"2", b"1", 1))
    return forgery.write()


@mutant("V4", only=True)
def a_paragraph_that_ends_within_its_line() -> Written:
    """How often it does could say anything."""
    forgery = forge.tagged()
    one, other = b"EMC\n/P << /MCID 1 >> BDC\n", b"-36 -12 Td"
    assert forgery.streams[0].count(one) == 1
    stream = forgery.streams[0].replace(one, b"")
    forgery.streams[0] = stream.replace(other, one + other)
    return forgery.write()


@mutant("V4", only=True)
def a_sign_that_the_layer_cannot_write() -> Written:
    """In two halves: readers do not agree on what that is."""
    return with_words((24, 96, "\U0001f6cf")).write()


@mutant("V4")
def half_a_sign() -> Written:
    stream = forge.sound().streams[0]
    return rewritten(stream[stream.index(b"<") :][:5], b"<D83D")


@mutant("V4")
def marks_that_nobody_asked_for() -> Written:
    forgery = forge.tagged()
    del forgery.report["extras"]
    return forgery.write()


@mutant("V4")
def a_mark_around_the_whole_text() -> Written:
    return marked(b"/P << /MCID 0 >> BDC\n", b"/OC /Hidden BDC\n/P << /MCID 0 >> BDC\n")


@mutant("V8", only=True)
def a_box_of_which_no_reader_speaks() -> Written:
    forgery = forge.tagged()
    spoken = b"/Span << /MCID 2 /ActualText (withheld W-1) >>"
    assert spoken in forgery.streams[0]
    forgery.streams[0] = forgery.streams[0].replace(spoken, b"/P << /MCID 2 >>", 1)
    return forgery.write()


@mutant("V5", only=True)
def a_jpeg_with_an_application_segment() -> Written:
    forgery = forge.sound()
    bodies = forgery.objects()
    bodies[19] = forge.encode(forgery.sheets[3], forgery.pixels[3], forge.jpeg(forgery.pixels[3], bare=False))
    return forgery.write(bodies)


@mutant("V5", only=True)
def bytes_behind_a_jpeg() -> Written:
    forgery = forge.sound()
    bodies = forgery.objects()
    bodies[19] = forge.encode(forgery.sheets[3], forgery.pixels[3], forge.jpeg(forgery.pixels[3]) + b"more")
    return forgery.write(bodies)


@mutant("V5", only=True)
def bytes_behind_a_fax_image() -> Written:
    forgery = forge.sound()
    bodies = forgery.objects()
    bodies[10] = forge.encode(forgery.sheets[0], forgery.pixels[0], forge.fax(forgery.pixels[0]) + b"more")
    return forgery.write(bodies)


@mutant("V5", only=True)
def a_quantisation_table_that_says_something() -> Written:
    forgery = forge.sound()
    data = forge.jpeg(forgery.pixels[3])
    table = b"\xff\xdb\x00\x43\x03" + b"Born in the city named above, as the file has it, in May 1990. "[
        :64
    ].ljust(64)
    bodies = forgery.objects()
    bodies[19] = forge.encode(forgery.sheets[3], forgery.pixels[3], data[:2] + table + data[2:])
    return forgery.write(bodies)


@mutant("V5", only=True)
def a_colour_that_no_pixel_has() -> Written:
    return changed(17, b"2 <000000FFFFFF808080>", b"3 <000000FFFFFF808080426F62>")


@mutant("V3", only=True)
def a_font_measure_that_says_a_number() -> Written:
    return changed(6, b"/StemV 80", b"/StemV 5553217")


@mutant("V5")
def more_rows_than_the_image_says() -> Written:
    forgery = forge.sound()
    bodies = forgery.objects()
    data = forge.nibbles(forgery.pixels[1] // 17) + b"a row more"
    bodies[13] = forge.encode(forgery.sheets[1], forgery.pixels[1], data)
    return forgery.write(bodies)


@mutant("V6")
def a_removed_number_in_three_words() -> Written:
    return with_words((24, 96, "A 087".replace(" ", "")), (60, 96, "654"), (84, 96, "321.")).write()


@mutant("V6", only=True)
def a_removed_short_value_as_a_word() -> Written:
    return with_words((24, 96, "OMAN,")).write()


@mutant("V6", only=True)
def a_removed_value_backwards() -> Written:
    return with_words((24, 96, "alametauG")).write()


@mutant("V6", only=True)
def a_removed_value_in_full_width_letters() -> Written:
    return with_words((24, 96, "".join(chr(ord(sign) + 0xFEE0) for sign in "Guatemala"))).write()


@mutant("V6", only=True)
def a_removed_value_in_hex() -> Written:
    return with_words((24, 96, b"xxGuatemala".hex())).write()


@mutant("V6", only=True)
def a_removed_value_in_base64() -> Written:
    return with_words((24, 96, base64.b64encode(b"from Guatemala").decode())).write()


@mutant("V6")
def a_removed_value_in_a_comment() -> Written:
    forgery = forge.sound()
    return rehashed(forgery, forgery.write()[0] + b"% A-087-654-321\n")


@mutant("V6")
def a_removed_value_as_utf_16_in_a_string() -> Written:
    return changed(5, b"(Adobe)", b"(%s)" % "Guatemala".encode("utf-16-be"))


@mutant("V6")
def a_removed_value_in_the_font_file() -> Written:
    font = forge.truetype()
    return embedded(7, font + b"Guatemala", b"/Length1 %d" % (len(font) + 9))


@mutant("V6", only=True)
def a_removed_value_spelled_in_pixels() -> Written:
    forgery = forge.sound()
    data = bytearray(forge.nibbles(forgery.pixels[1] // 17))
    data[2000:2009] = b"GUATEMALA"
    bodies = forgery.objects()
    bodies[13] = forge.encode(forgery.sheets[1], forgery.pixels[1], bytes(data))
    return forgery.write(bodies)


@mutant("V6", only=True)
def a_kept_span_used_twice() -> Written:
    words = ((24, 96, "New"), (60, 96, "Mexico"), (24, 84, "New"), (60, 84, "Mexico"))
    kept = ((1, "New Mexico", (24.0, 40.0, 90.0, 50.0)),)
    return with_words(*words, removed=("Mexico",), keeps=kept).write()


@mutant("V6", only=True)
def a_kept_span_at_another_place() -> Written:
    kept = ((1, "New Mexico", (24.0, 110.0, 90.0, 120.0)),)
    return with_words((24, 96, "New"), (60, 96, "Mexico"), removed=("Mexico",), keeps=kept).write()


@mutant("V7", only=True)
def a_number_that_nobody_marked() -> Written:
    return with_words((24, 18, "USCIS"), (60, 18, "A087-123-456")).write()


@mutant("V8")
def a_word_inside_a_box() -> Written:
    return with_words((90, 90, "here")).write()


@mutant("V8", only=True)
def a_box_without_its_token() -> Written:
    forgery = forge.sound()
    forgery.streams[3] = forgery.streams[3].rsplit(b"\n", 4)[0] + b"\nET\n"
    return forgery.write()


@mutant("V8")
def a_token_that_tells_the_length() -> Written:
    forgery = forge.sound()
    one, other = ("[W-1] ".encode("utf-16-be").hex().upper(), "[W-9] ".encode("utf-16-be").hex().upper())
    forgery.streams[3] = forgery.streams[3].replace(one.encode(), other.encode())
    return forgery.write()


@mutant("V8", only=True)
def words_over_one_another() -> Written:
    return with_words((24, 96, "underneath"), (30, 96, "above")).write()


@mutant("V8", only=True)
def a_word_more_than_recorded() -> Written:
    output, report = forge.sound().write()
    report["pages"][0]["words"] -= 1
    return output, report


@mutant("V9", only=True)
def a_grey_pixel_in_a_box() -> Written:
    forgery = forge.sound()
    forgery.pixels[1][70, 120] = 68
    return forgery.write()


@mutant("V9", only=True)
def a_white_pixel_in_a_fax_box() -> Written:
    forgery = forge.sound()
    forgery.pixels[0][75, 200] = 255
    return forgery.write()


@mutant("V9", only=True)
def faint_letters_in_a_jpeg_box() -> Written:
    forgery = forge.sound()
    forgery.pixels[3][64:72, 160:200:2] = 60
    return forgery.write()


@mutant("V9", only=True)
def a_label_that_names_something_else() -> Written:
    forgery = forge.sound()
    sheet = forgery.sheets[2]
    forgery.pixels[2][60:80, 105:125] = 0
    assert sheet.codec == "palette"
    return forgery.write()


@mutant("V10", only=True)
def a_kept_word_that_nobody_sees() -> Made:
    forgery = forge.single()
    forgery.pixels[0][20:34, 80:140] = 255
    return *forgery.write(), {"source": forgery.source}


@mutant("V10", only=True)
def ink_that_the_source_does_not_have() -> Made:
    forgery = forge.single("ccitt")
    forgery.pixels[0][150:170, 200:260:2] = 0
    return *forgery.write(), {"source": forgery.source}


@mutant("V10", only=True)
def a_hidden_word_shown_elsewhere() -> Made:
    forgery = forge.single(words=(*forge.WORDS, (100, 12, "Guatemala")))
    honest = forge.single()
    forgery.streams = honest.streams
    forgery.sheets, forgery.source = honest.sheets, honest.source
    return *forgery.write(), {"source": forgery.source}


@mutant("V10", only=True)
def a_heading_in_white_painted_over() -> Made:
    """What is lost here is light, not dark."""
    forgery = forge.single(dark=((120.0, 100.0, 230.0, 130.0),))
    honest = forge.single(dark=((120.0, 100.0, 230.0, 130.0),))
    with pikepdf.open(io.BytesIO(honest.source)) as document:
        white = b"BT 1 g /F1 14 Tf 130 22 Td (Precinct Two) Tj ET"
        document.pages[0].contents_add(white)
        out = io.BytesIO()
        document.save(out)
    forgery.source = out.getvalue()
    return *forgery.write(), {"source": forgery.source}


def boxed(box: tuple[float, float, float, float], **changes: Any) -> Made:
    """A sound output of one page with its box elsewhere, in picture, layer and report alike."""
    forgery = forge.single(boxes=(box,), **changes)
    return *forgery.write(), {"source": forgery.source}


@mutant("V11", only=True)
def a_box_that_ends_where_its_words_end() -> Made:
    return boxed((72.0, 40.0, 128.0, 64.0))


@mutant("V11", only=True)
def a_box_that_cuts_a_word() -> Made:
    return boxed((72.0, 40.0, 108.0, 64.0), hidden=((78, 88, "Guatemal"),))


@mutant("V11", only=True)
def a_box_that_halves_the_line_below() -> Made:
    words = ((24, 108, "twelve"), (24, 30, "woman"))
    return boxed((0.0, 20.0, 180.0, 31.5), words=words, hidden=((90, 114, "Guatemala"),))


@mutant("V11", only=True)
def two_boxes_that_tell_how_long_a_kept_word_is() -> Made:
    hidden = ((38, 88, "Guatemala"), (110, 88, "Guatemala"))
    forgery = forge.single(boxes=((36.0, 40.0, 90.0, 64.0), (108.0, 40.0, 180.0, 64.0)), hidden=hidden)
    return forgery.write()


@mutant("V11", only=True)
def a_finding_that_no_box_names() -> Written:
    output, report = forge.single().write()
    report["findings"].append(report["findings"][0] | {"key": "another"})
    return output, report


@mutant("V11", only=True)
def a_country_in_a_box_of_class_width() -> Made:
    output, report = forge.single().write()
    return output, classed(report, "COUNTRY_OF_BIRTH")


@mutant("V11", only=True)
def a_number_in_a_box_of_less_than_nine_sizes() -> Made:
    forgery = forge.single(boxes=((72.0, 40.0, 144.0, 64.0),), hidden=((78, 88, "912784321"),))
    output, report = forgery.write()
    return output, classed(report, "US_ITIN"), {"source": forgery.source}


def classed(report: dict[str, Any], kind: str) -> dict[str, Any]:
    """The report with its box as one of class width around a finding of this type."""
    report["findings"][0]["type"] = kind
    report["pages"][0]["boxes"][0]["mode"] = "class"
    report["plan_sha256"] = forge.plan_digest(report)
    return report


@mutant("V12", only=True)
def a_page_narrower_than_the_sources() -> Made:
    forgery = forge.single()
    wider = forge.paper([replace(forgery.sheets[0], width=241.6)])
    forgery.source = wider
    return *forgery.write(), {"source": wider}


@mutant("V13", only=True)
def a_speck_that_burning_does_not_make() -> Made:
    forgery = forge.single()
    again = forge.again(forgery)
    forgery.pixels[0][180, 250] = 34
    return *forgery.write(), {"source": forgery.source, "again": again}


@mutant("V13", only=True)
def a_word_that_burning_sets_elsewhere() -> Made:
    honest = forge.single()
    forgery = forge.single(words=((24, 126, "Report"), *forge.WORDS[1:]))
    forgery.pixels, forgery.source = honest.pixels, honest.source
    return *forgery.write(), {"source": forgery.source, "again": forge.again(honest)}


@mutant("V13", only=True)
def a_page_that_was_not_burned_again() -> Made:
    forgery = forge.single()
    return *forgery.write(), {"source": forgery.source, "again": []}


@mutant("V12")
def a_page_of_another_size() -> Written:
    output, report = forge.sound().write()
    report["pages"][1]["width_pt"] += 2
    return output, report


@mutant("V14", only=True)
def an_identifier_from_elsewhere() -> Written:
    forgery = forge.sound()
    output = re.sub(
        rb"/ID \[<\w+> <\w+>\]", b"/ID [<%s> <%s>]" % (b"ab" * 16, b"ab" * 16), forgery.write()[0]
    )
    return rehashed(forgery, output)


@mutant("V14")
def an_author_in_the_metadata() -> Written:
    return changed(3, b"Redacted record", b"by J. Marten---")


@mutant("V14")
def a_date_in_a_dictionary() -> Written:
    return changed(5, b"(Adobe)", b"(D:20260131)")


@mutant("V15", only=True)
def text_under_a_bar_of_the_source() -> Written:
    sheets = forge.sound().sheets
    words = (*sheets[0].words, (24, 96, "confidential"))
    sheets[0] = replace(sheets[0], words=words, dark=((20.0, 38.0, 120.0, 52.0),), boxes=())
    return Forgery(sheets).write()


@mutant("V16", only=True)
def another_output_than_the_report_says() -> Written:
    output, report = forge.sound().write()
    report["output"]["sha256"] = forge.sha(b"something else")
    return output, report


@mutant("V16")
def a_box_missing_from_the_report() -> Written:
    output, report = forge.sound().write()
    report["pages"][1]["boxes"].pop()
    return output, report


@mutant("V16")
def another_page_image_than_recorded() -> Written:
    output, report = forge.sound().write()
    report["pages"][1]["raster_sha256"] = forge.sha(b"something else")
    return output, report
