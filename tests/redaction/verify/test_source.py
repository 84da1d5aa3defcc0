"""With the source at hand, words and page sizes are held against it, read again by other code."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction.verify.assertions import ASSERTIONS, evaluate
from redaction.verify.examined import Examined
from tests.redaction.verify import forge

LEFT, TOP = 50, 30  # the visible part of the source page begins here


def source(words, *, rotate: int = 0, crop: bool = False) -> bytes:
    """Four pages of 240 x 144 pt as seen, with these words at their places."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(240, 144), invariant=1)
    for _ in range(4):
        canvas.setFont(forge.FONT, forge.SIZE)
        for x, y, text in words:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    if not crop and not rotate:
        return out.getvalue()
    with pikepdf.open(io.BytesIO(out.getvalue())) as document:
        for page in document.pages:
            if crop:
                page.mediabox = [-LEFT, -TOP, 400, 300]
                page.cropbox = [0, 0, 240, 144]
            if rotate:  # turn the sheet, then its content back, so that a reader sees the same
                page.contents_add(b"q 0 1 -1 0 144 0 cm", prepend=True)
                page.contents_add(b"Q")
                page.mediabox = [0, 0, 144, 240]
                page.rotate(rotate, relative=False)
        saved = io.BytesIO()
        document.save(saved)
    return saved.getvalue()


def results(forgery: forge.Forgery, *names: str) -> dict[str, str]:
    examined = Examined(*forgery.write(), forge.KEY, forgery.source)
    found = [evaluate(name, examined) for name in names or ASSERTIONS]
    return {one.id: f"{one.result} {one.detail}".strip() for one in found}


def plain() -> forge.Forgery:
    """A sound output of four pages, one box on each."""
    sheet = forge.Sheet("grey4", forge.WORDS, (forge.BOX,), hidden=((78, 88, "hidden"),))
    return forge.Forgery([sheet] * 4)


@pytest.mark.parametrize("shape", [{}, {"crop": True}, {"rotate": 90}])
def test_words_that_stand_in_the_source_outside_the_boxes_pass(shape):
    forgery = plain()
    forgery.source = source([*forge.WORDS, (78, 88, "hidden")], **shape)

    assert {name: said for name, said in results(forgery).items() if said.startswith("fail")} == {}


@pytest.mark.parametrize("shape", [{}, {"crop": True}, {"rotate": 90}])
def test_a_word_that_the_source_has_only_under_a_box_is_refused(shape):
    sheets = plain().sheets
    words = (*forge.WORDS, (24, 18, "hidden"))
    forgery = forge.Forgery([replace(sheets[0], words=words), *sheets[1:]])
    forgery.source = source([*forge.WORDS, (78, 88, "hidden")], **shape)

    assert results(forgery, "V8")["V8"] == "fail page 1: 1 words are not surviving words of the source"


def test_a_word_more_often_than_in_the_source_is_refused():
    sheets = forge.sound().sheets
    forgery = forge.Forgery([replace(sheets[0], words=(*sheets[0].words, (24, 96, "twelve"))), *sheets[1:]])
    forgery.source = source(sheets[0].words)

    assert results(forgery, "V8")["V8"].startswith("fail page 1: 1 words")


def test_words_of_form_values_and_annotations_count_as_seen():
    forgery = forge.sound()
    without = [word for word in forgery.sheets[0].words if word[2] != "twelve"]
    with pikepdf.open(io.BytesIO(source(without))) as document:
        for page in document.pages:
            look = document.make_stream(
                b"BT /F1 9 Tf 0 0 Td (twelve) Tj ET",
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 40, 8],
                Resources=pikepdf.Dictionary(Font=page.Resources.Font),
            )  # fmt: skip
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[24, 108, 64, 116],
                AP=pikepdf.Dictionary(N=look), F=4,
            )  # fmt: skip
            page.Annots = document.make_indirect([note])
        saved = io.BytesIO()
        document.save(saved)
    forgery.source = saved.getvalue()

    assert results(forgery, "V8")["V8"] == "pass"


def test_a_page_of_another_size_than_the_sources_is_refused():
    forgery = forge.sound()
    forgery.source = source(forgery.sheets[0].words).replace(b"0 0 240 144", b"0 0 250 144")

    assert results(forgery, "V12")["V12"].startswith("fail page 1: another size than in the source")


def test_text_sources_are_compared_as_text_and_images_confirm_no_word():
    forgery = forge.sound()
    forgery.source = " ".join(word for _, _, word in forgery.sheets[0].words).encode()
    assert results(forgery, "V8")["V8"] == "pass"

    forgery.source = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    assert results(forgery, "V8")["V8"].startswith("fail")
