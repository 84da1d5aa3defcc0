"""The surviving text of a verified copy as HTML that a screen reader reads aloud in order, and the
sheet that says what the codes on its boxes mean.

Rules
1. Only words of the copy's own text layer: they were verified, nothing else was. They are read in
   a caged child by the verifier's grammar and come back as words and places.
2. Every word is escaped; there is no script, no style, no link, and a policy that allows none.
3. A box reads as "withheld", whatever its code, and says nothing about what it hides.
4. What was written is read again and compared word for word before it is given out.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple

from redaction import sandbox
from redaction.errors import Failed

WITHHELD = "withheld"
PARAGRAPH_PT = 21  # a line this near under the one before goes on with its paragraph
MARGIN_PT = 18  # and begins about where that one began
HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
"""
FOOT = "</main>\n</body>\n</html>\n"
LABEL_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


class Word(NamedTuple):
    """One word of the text layer; x and y in points from the bottom left of its page."""

    x: int
    y: int
    text: str


def companion(output: bytes, report: Mapping[str, Any], *, language: str = "en") -> str:
    """The surviving text page by page, for a copy that its report says was verified.

    Raises Failed("internal") for any other file, and when what was written does not read back as
    the same words; sandbox.ChildDied when the copy cannot be read.
    """
    _refuse_unverified(output, report)
    pages = [[Word(int(x), int(y), str(text)) for x, y, text in page] for page in _read(output)]
    if len(pages) != len(report["pages"]):
        raise Failed("internal")
    labels = [{str(box["label"]) for box in page["boxes"]} for page in report["pages"]]
    body = [
        line
        for n, (words, known) in enumerate(zip(pages, labels, strict=True), 1)
        for line in _page(n, len(pages), words, {f"[{label}]" for label in known})
    ]
    made = (
        HEAD.format(language=html.escape(language), title="Redacted record") + "\n".join(body) + "\n" + FOOT
    )
    _refuse_other_words(made, pages, labels)
    return made


def legend(report: Mapping[str, Any], meanings: Mapping[str, str], *, language: str = "en") -> str:
    """A sheet of its own: each code on the boxes of a verified copy and what it stands for, in the
    words given. Raises Failed("internal") when a code has no meaning, or the copy was not verified."""
    if report.get("status") != "verified":
        raise Failed("internal")
    codes = sorted({str(box["label"]) for page in report["pages"] for box in page["boxes"]})
    if not all(meanings.get(code) and LABEL_SIGNS.issuperset(code) for code in codes):
        raise Failed("internal")
    rows = [f"<dt>{html.escape(code)}</dt><dd>{html.escape(meanings[code])}</dd>" for code in codes]
    said = "<p>Boxes have set widths: their size does not tell what they hide.</p>"
    body = ["<dl>", *rows, "</dl>", said] if rows else ["<p>Nothing is withheld in this record.</p>"]
    return _sheet("Codes on the redacted record", language, body)


def _sheet(title: str, language: str, body: Iterable[str]) -> str:
    return HEAD.format(language=html.escape(language), title=title) + "\n".join(body) + "\n" + FOOT


def _refuse_unverified(output: bytes, report: Mapping[str, Any]) -> None:
    said = report.get("output") or {}
    if report.get("status") != "verified" or said.get("sha256") != hashlib.sha256(output).hexdigest():
        raise Failed("internal")


def _read(output: bytes) -> list[Any]:
    pages: list[Any] = sandbox.run("surviving_words", {}, [output]).value
    return pages


def _page(n: int, of: int, words: Sequence[Word], tokens: set[str]) -> Iterator[str]:
    yield f'<section aria-labelledby="page-{n}">'
    yield f'<h2 id="page-{n}">Page {n} of {of}</h2>'
    for lines in _paragraphs(_lines(words)):
        said = (_said(word.text, tokens) for line in lines for word in line)
        yield f"<p>{' '.join(said)}</p>"
    yield "</section>"


def _said(text: str, tokens: set[str]) -> str:
    return f"<mark>{WITHHELD}</mark>" if text in tokens else html.escape(text)


def _lines(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words that follow each other on one baseline."""
    line: list[Word] = []
    for word in words:
        if line and word.y != line[-1].y:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _paragraphs(lines: Iterable[list[Word]]) -> Iterator[list[list[Word]]]:
    """Lines that go on where the one above began."""
    paragraph: list[list[Word]] = []
    for line in lines:
        if paragraph:
            above, first = paragraph[-1][0], line[0]
            if not (0 < above.y - first.y <= PARAGRAPH_PT and abs(above.x - first.x) <= MARGIN_PT):
                yield paragraph
                paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


class _Reader(HTMLParser):
    """What a reader of the HTML hears, and every tag and attribute it meets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: set[str] = set()
        self._spoken = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("p", "section", "h2"):
            self._spoken = tag == "p"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._spoken = False

    def handle_data(self, data: str) -> None:
        if self._spoken:
            self.words += data.split(" ")


def _refuse_other_words(made: str, pages: Sequence[Sequence[Word]], labels: Sequence[set[str]]) -> None:
    """Raises Failed("internal") unless a reader hears exactly the layer's words in order."""
    reader = _Reader()
    reader.feed(made)
    reader.close()
    wanted = [
        WITHHELD if word.text in {f"[{label}]" for label in known} else word.text
        for words, known in zip(pages, labels, strict=True)
        for word in words
    ]
    known_tags = {"html", "head", "meta", "title", "body", "main", "h1", "h2", "section", "p", "mark"}
    if [word for word in reader.words if word] != wanted or not reader.tags <= known_tags:
        raise Failed("internal")
