"""Seeded sabotages of sound outputs, for the count of C3: what to spoil, and how much, is drawn.

Each is given as output, report with fitting digests, and the source; the second burning is not at
hand, so no sabotage is caught for being another picture than the first.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tests.redaction.verify import forge
from tests.redaction.verify.forge import Forgery, Sheet
from tests.redaction.verify.mutants import Made

CODECS = ("ccitt", "grey4", "palette", "jpeg")
PLACES = ((78, 88, "Guatemala"), (84, 88, "Honduras"), (78, 88, "A087654321"), (90, 88, "Oaxaca"))
LEFT, TOP, RIGHT, BOTTOM = 100, 55, 250, 89  # the pixels of the box of `sound`, frame included

Spoil = Callable[[random.Random], Made]
KINDS: list[Spoil] = []


def kind(spoil: Spoil) -> Spoil:
    """Registers one way to spoil an output."""
    KINDS.append(spoil)
    return spoil


def sound(draw: random.Random, *, codec: str | None = None, **changes: Any) -> Forgery:
    """A sound output of one page in one of the four codecs around one of a few hidden words."""
    hidden = changes.pop("hidden", (draw.choice(PLACES),))
    sheet = Sheet(codec or draw.choice(CODECS), forge.WORDS, (forge.BOX,), hidden=hidden)
    words = tuple(word for _, _, word in hidden)
    return Forgery([replace(sheet, **changes)], removed=words)


def made(forgery: Forgery, output: bytes | None = None) -> Made:
    """The spoiled output, or other bytes of it, with its report and source."""
    written, report = forgery.write()
    if output is not None:
        report["output"] = {"sha256": forge.sha(output), "bytes": len(output)}
    return output or written, report, {"source": forgery.source}


def shown(forgery: Forgery) -> np.ndarray:
    """The page as the source shows it, hidden words and all."""
    sheet = forgery.sheets[0]
    return forge.draw(replace(sheet, words=(*sheet.words, *sheet.hidden), boxes=()))


@kind
def a_box_skipped(draw: random.Random) -> Made:
    forgery = sound(draw)
    forgery.pixels[0] = shown(forgery)
    return made(forgery)


@kind
def a_box_shifted(draw: random.Random) -> Made:
    forgery = sound(draw)
    down, across = draw.choice([(d, a) for d in range(-9, 10) for a in range(-9, 10) if (d, a) != (0, 0)])
    page, box = shown(forgery), forgery.pixels[0][TOP:BOTTOM, LEFT:RIGHT].copy()
    page[TOP + down : BOTTOM + down, LEFT + across : RIGHT + across] = box
    forgery.pixels[0] = page
    return made(forgery)


@kind
def a_box_shrunk(draw: random.Random) -> Made:
    forgery = sound(draw)
    by, page = draw.randint(2, 12), shown(forgery)
    area = forgery.pixels[0]
    side = draw.randrange(4)
    inner = [TOP, BOTTOM, LEFT, RIGHT]
    inner[side] += by if side in (0, 2) else -by
    page[inner[0] : inner[1], inner[2] : inner[3]] = area[inner[0] : inner[1], inner[2] : inner[3]]
    forgery.pixels[0] = page
    return made(forgery)


@kind
def a_box_made_lighter(draw: random.Random) -> Made:
    forgery = sound(draw, codec=draw.choice(("grey4", "jpeg")))
    box = forgery.pixels[0][TOP + 1 : BOTTOM - 1, LEFT + 1 : RIGHT - 1]
    box[box == 0] = draw.randint(20, 200)
    return made(forgery)


@kind
def letters_faint_under_a_box(draw: random.Random) -> Made:
    forgery = sound(draw, codec=draw.choice(("grey4", "jpeg")))
    faint = (shown(forgery) < 128)[TOP + 1 : BOTTOM - 1, LEFT + 25 : RIGHT - 1]
    forgery.pixels[0][TOP + 1 : BOTTOM - 1, LEFT + 25 : RIGHT - 1][faint] = draw.randint(17, 60)
    return made(forgery)


@kind
def a_token_changed(draw: random.Random) -> Made:
    forgery = sound(draw)
    other = draw.choice(["[W-2]", "[W-12]", "[]", "W-1", "[W-1]s", "[Honduras]"])
    old, new = ((text + " ").encode("utf-16-be").hex().upper().encode() for text in ("[W-1]", other))
    forgery.streams[0] = forgery.streams[0].replace(old, new)
    return made(forgery)


@kind
def a_removed_value_in_the_layer(draw: random.Random) -> Made:
    forgery = sound(draw)
    value = forgery.sheets[0].hidden[0][2]
    ways: list[Callable[[str], str]] = [
        str, str.upper, lambda v: v[::-1], lambda v: v.encode().hex(),
        lambda v: base64.b64encode(v.encode()).decode(), lambda v: "".join(chr(ord(c) + 0xFEE0) for c in v),
        lambda v: v[0] + "-" + v[1:], lambda v: "(" + v + ")",
    ]  # fmt: skip
    spelled = draw.choice(ways)(value)
    return made(with_layer(forgery, (24, 6 * draw.randint(1, 3), spelled)))


@kind
def a_word_that_the_source_has_not(draw: random.Random) -> Made:
    forgery = sound(draw)
    word = "".join(draw.choice("bcdfghjklmnpqrstvwz") for _ in range(draw.randint(3, 12)))
    return made(with_layer(forgery, (6 * draw.randint(1, 20), 6 * draw.randint(1, 3), word)))


def with_layer(forgery: Forgery, word: tuple[int, int, str]) -> Forgery:
    """The same output with a word more in the text layer, not in the picture."""
    sheet = forgery.sheets[0]
    forgery.streams[0] = forge.content(replace(sheet, words=(*sheet.words, word)))
    forgery.sheets[0] = replace(sheet, words=(*sheet.words, word))
    return forgery


@kind
def the_hidden_word_shown_somewhere_else(draw: random.Random) -> Made:
    forgery = sound(draw)
    sheet = forgery.sheets[0]
    word = (draw.randint(20, 120), draw.randint(5, 20), sheet.hidden[0][2])
    forgery.pixels[0] = forge.draw(replace(sheet, words=(*sheet.words, word)))
    return made(forgery)


@kind
def a_kept_word_gone_from_the_picture(draw: random.Random) -> Made:
    forgery = sound(draw)
    sheet = forgery.sheets[0]
    at = draw.randrange(len(sheet.words))
    forgery.pixels[0] = forge.draw(replace(sheet, words=sheet.words[:at] + sheet.words[at + 1 :]))
    return made(forgery)


@kind
def a_plan_that_forgot_the_box(draw: random.Random) -> Made:
    """Picture, layer and report agree: nobody ever meant to hide the word."""
    forgery = sound(draw)
    forgery.sheets[0] = replace(forgery.sheets[0], boxes=())
    forgery.pixels[0], forgery.streams[0] = shown(forgery), forge.content(forgery.sheets[0])
    return made(forgery)


@kind
def a_plan_with_its_box_in_the_wrong_place(draw: random.Random) -> Made:
    forgery = sound(draw)
    x0, y0, x1, y1 = forge.BOX
    down = draw.choice((26.0, 30.0, 40.0))
    forgery.sheets[0] = replace(forgery.sheets[0], boxes=((x0, y0 + down, x1, y1 + down),))
    page = shown(forgery)
    forge.paint(page, forgery.sheets[0].boxes[0], forgery.sheets[0])
    forgery.pixels[0], forgery.streams[0] = page, forge.content(forgery.sheets[0])
    return made(forgery)


@kind
def a_plan_with_a_box_too_short(draw: random.Random) -> Made:
    """The box ends in the middle of the hidden word; the rest of it was dropped."""
    forgery = sound(draw, boxes=((72.0, 40.0, float(draw.choice((90, 96, 100, 104))), 64.0),))
    return made(forgery)


@kind
def bytes_that_belong_to_nothing(draw: random.Random) -> Made:
    forgery = sound(draw)
    output = forgery.write()[0]
    where = draw.randrange(3)
    note = draw.randbytes(draw.randint(1, 30))
    if where == 0:
        return made(forgery, output + note)
    if where == 1:
        return made(forgery, output.replace(b"%%EOF", b"%%EOF\n%" + note.hex().encode()))
    return made(forgery, output.replace(b"\nxref\n", b"\n% " + note.hex().encode() + b"\nxref\n"))


@kind
def an_earlier_revision(draw: random.Random) -> Made:
    forgery = sound(draw)
    output = forgery.write()[0]
    other = Forgery([replace(forgery.sheets[0], boxes=())]).write()[0]
    return made(forgery, other + output if draw.random() < 0.5 else output + other)


@kind
def an_object_too_many(draw: random.Random) -> Made:
    forgery = sound(draw)
    bodies = forgery.objects()
    extra = draw.choice([b"<< /Title (x) >>", b"[1 2 3]", forge.stream(b"", draw.randbytes(20)), b"(text)"])
    at = draw.choice([len(bodies), 9])
    output = forge.assemble([*bodies[:at], extra, *bodies[at:]])
    return made(forgery, output)


KEYS = (
    (1, b"/Type /Catalog", b"/Names << >>"), (1, b"/Type /Catalog", b"/OpenAction [10 0 R /Fit]"),
    (1, b"/Type /Catalog", b"/AcroForm << /Fields [] >>"), (1, b"/Type /Catalog", b"/Lang (es-GT)"),
    (1, b"/Type /Catalog", b"/PageLabels << >>"), (2, b"/Type /Pages", b"/Rotate 90"),
    (10, b"/Type /Page ", b"/Annots [] "), (10, b"/Type /Page ", b"/Rotate 180 "),
    (10, b"/Type /Page ", b"/CropBox [0 0 9 9] "), (10, b"/Type /Page ", b"/Thumb 11 0 R "),
    (10, b"/Type /Page ", b"/PieceInfo << >> "), (10, b"/Type /Page ", b"/UserUnit 2 "),
    (11, b"/Subtype /Image", b"/SMask 11 0 R"), (11, b"/Subtype /Image", b"/Alternates []"),
    (11, b"/Subtype /Image", b"/Decode [1 0]"), (11, b"/Subtype /Image", b"/Interpolate true"),
    (11, b"/Subtype /Image", b"/OPI << >>"), (11, b"/Subtype /Image", b"/Metadata 3 0 R"),
    (4, b"/Type /Font", b"/Name /Guatemala"), (5, b"/Type /Font", b"/W [1 [500]]"),
    (6, b"/Type /FontDescriptor", b"/FontFamily (x)"),
)  # fmt: skip


@kind
def a_key_too_many(draw: random.Random) -> Made:
    number, beside, more = draw.choice(KEYS)
    forgery = sound(draw)
    bodies = forgery.objects()
    bodies[number - 1] = bodies[number - 1].replace(beside, beside + b" " + more, 1)
    output, report = forgery.write(bodies)
    return output, report, {"source": forgery.source}


@kind
def metadata_changed(draw: random.Random) -> Made:
    forgery = sound(draw)
    bodies = forgery.objects()
    match draw.randrange(3):
        case 0:
            title = draw.choice([b"Matter of Smith", b"2026-01-31     "])
            bodies[2] = bodies[2].replace(b"Redacted record", title)
            output = forge.assemble(bodies)
        case 1:
            trailer = draw.choice([b" /Info 3 0 R", b" /Prev 9", b" /Encrypt 3 0 R"])
            output = forge.assemble(bodies, trailer=trailer)
        case _:
            name = b"/ID [<%s> <%s>]" % ((draw.randbytes(16).hex().encode(),) * 2)
            output = re.sub(rb"/ID \[<\w+> <\w+>\]", name, forge.assemble(bodies))
    return made(forgery, output)


@kind
def pages_swapped(draw: random.Random) -> Made:
    sheets = [sound(draw, hidden=(PLACES[at],)).sheets[0] for at in draw.sample(range(4), 2)]
    sheets[1] = replace(sheets[1], words=((24, 120, "Second"), (72, 120, "page"), (24, 18, "ends")))
    forgery = Forgery(sheets, removed=("Guatemala",))
    turned = Forgery(sheets[::-1], removed=("Guatemala",), source=forgery.source)
    return made(turned)


@kind
def a_page_missing_or_doubled(draw: random.Random) -> Made:
    sheets = [sound(draw).sheets[0], sound(draw).sheets[0]]
    forgery = Forgery(sheets)
    kept = draw.choice([sheets[:1], [*sheets, sheets[1]]])
    return made(Forgery(kept, source=forgery.source))


@kind
def a_codec_that_says_more(draw: random.Random) -> Made:
    forgery = sound(draw)
    sheet, page = forgery.sheets[0], forgery.pixels[0]
    more = b"\0" * draw.randint(0, 3) + draw.randbytes(draw.randint(1, 40))
    match sheet.codec:
        case "ccitt":
            data = forge.fax(page) + more
        case "jpeg":
            whole = forge.jpeg(page)
            note = b"\xff\xfe" + (len(more) + 2).to_bytes(2) + more
            data = draw.choice([forge.jpeg(page, bare=False), whole[:2] + note + whole[2:], whole + more])
        case "grey4":
            data = forge.nibbles(page // 17) + more
        case _:
            indices = np.where(page < 64, 0, np.where(page > 192, 1, 2)).astype(np.uint8)
            data = forge.nibbles(indices) + more
    bodies = forgery.objects()
    bodies[10] = forge.encode(sheet, page, data)
    output, report = forgery.write(bodies)
    return output, report, {"source": forgery.source}


@kind
def another_codec_than_recorded(draw: random.Random) -> Made:
    forgery = sound(draw)
    output, report, more = made(forgery)
    page = report["pages"][0]
    page["codec"] = draw.choice([codec for codec in CODECS if codec != page["codec"]])
    return output, report, more


@kind
def content_that_draws_more(draw: random.Random) -> Made:
    forgery = sound(draw)
    old, new = draw.choice([
        (b"3 Tr", b"0 Tr"), (b"3 Tr", b"7 Tr"), (b"/F0 6 Tf", b"/F0 12 Tf"), (b"Q\nBT", b"/Im0 Do\nQ\nBT"),
        (b"ET\n", b"ET\n0 0 9 9 re f\n"), (b"q\n", b"q\n1 0 0 1 0 0 cm\n"), (b"ET\n", b"ET\n%x\n"),
        (b"240 0 0 144", b"480 0 0 288"), (b"BT\n", b"BT\n/Span << /ActualText (x) >> BDC\n"),
    ])  # fmt: skip
    assert old in forgery.streams[0]
    forgery.streams[0] = forgery.streams[0].replace(old, new, 1)
    return made(forgery)


@kind
def a_font_that_says_other_letters(draw: random.Random) -> Made:
    forgery = sound(draw)
    bodies = forgery.objects()
    font, which = forge.truetype(), draw.randrange(3)
    if which == 0:
        line = b"<0000> <00FF> <0000>"
        bodies[7] = forge.stream(
            b"", forge.to_unicode(0).replace(line, line[:-5] + b"%02X00>" % draw.randrange(1, 0x41))
        )
    elif which == 1:
        bodies[6] = forge.stream(b"/Length1 %d" % (len(font) + 9), font + b"Guatemala")
    else:
        bodies[8] = forge.stream(b"", b"\0\1" * 65535 + b"\0\2")
    output, report = forgery.write(bodies)
    return output, report, {"source": forgery.source}


@kind
def a_page_of_another_size(draw: random.Random) -> Made:
    forgery = sound(draw)
    output, report, more = made(forgery)
    page = report["pages"][0]
    page[draw.choice(["width_pt", "height_pt"])] += draw.choice([-6, -3, 2, 5, 12])
    return output, report, more


@kind
def a_report_of_something_else(draw: random.Random) -> Made:
    forgery = sound(draw)
    output, report, more = made(forgery)
    page, box = report["pages"][0], report["pages"][0]["boxes"][0]
    match draw.randrange(6):
        case 0:
            page["words"] += draw.choice((-1, 1, 7))
        case 1:
            box["x1"] += 36.0
        case 2:
            box["label"] = "W-2"
        case 3:
            report["source"]["sha256"] = forge.sha(b"another")
        case 4:
            page["raster_sha256"] = forge.sha(b"another")
        case _:
            report["ruleset"] = forge.sha(b"another")
    return output, report, more
