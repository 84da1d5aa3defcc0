"""V6 over one output: every reading of every page, every byte, every decoded stream.

Pages are read by our own grammar, PDFium and, where installed, pdftotext. pdfplumber, which takes
as long for a page as everything else together, reads a few drawn ones; on every page its engine
has to find the very content streams whose every token V4 has judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from redaction.types import Box
from redaction.verify import texts
from redaction.verify.claims import BadReport, Value
from redaction.verify.content import Word
from redaction.verify.examined import Examined
from redaction.verify.memory import EVERY_PAGES, give_back
from redaction.verify.objects import ALL_TO_ONE, page_values, to_unicode, xmp_of
from redaction.verify.remains import APART, in_bytes, unexcused
from redaction.verify.structure import inflate, references
from redaction.verify.windows import letters_of

NEAR_PT = 12.0  # a kept word may have moved to a grid point beside its place


def faults(examined: Examined) -> list[str]:
    """Where a removed value remains. Raises what the readers raise."""
    search, removed = examined.search, examined.removed
    if not examined.key:
        raise BadReport("there is no key to the report's hashes")
    if not removed:
        return []
    found: list[str] = []
    said: list[bytes] = []  # by the readers, on the last pages
    for n, several in enumerate(zip_longest(*readings(examined).values()), 1):
        found += [f"page {n}: {fault}" for fault in text_faults(examined, n, several)]
        said += [text.encode(errors="replace") for text in told_by(several)]
        if n % EVERY_PAGES == 0:
            found += encoded(examined, said)
            said.clear()
            give_back()
    found += encoded(examined, said)
    others = zip_longest(texts.pdfminer_contents(examined.output), examined.contents)
    if any(one != other for one, other in others):
        found.append("pdfminer finds other page contents")
    found += misplaced(examined)
    found += uncovered(examined)
    if left := in_bytes(search, examined.output, removed):
        found.append(f"{left} removed values in the raw bytes")
    for number, data in decoded_streams(examined):
        if left := in_bytes(search, data, removed):
            found.append(f"{left} removed values in stream {number}")
    found += [
        f"page {n}: {look.remains} removed values in the decoded image"
        for n, look in enumerate(examined.looks, 1)
        if look.remains
    ]
    return found


def uncovered(examined: Examined) -> Iterator[str]:
    """Pages on which the source still shows a removed value outside every box: what nobody covered
    is in the pixels, whatever the text layer says. Raises ReaderFailed, TooMuch."""
    if examined.opened_source is None:
        return
    for page in examined.claims.pages:
        text = examined.opened_source.visible_text(page)
        keeps = keeps_of(examined.claims.keeps, page.n)
        if left := unexcused(examined.search, text, examined.removed, keeps):
            yield f"page {page.n}: {left} removed values stand outside the boxes in the source"


def text_faults(examined: Examined, n: int, several: Sequence[str | None]) -> Iterator[str]:
    """What one page's readings still show; readers that agree on a text have it searched once."""
    keeps = keeps_of(examined.claims.keeps, n)
    if None in several or n > len(examined.claims.pages):
        yield "not every reader reads it"
    for text in told_by(several):
        if left := unexcused(examined.search, text, examined.removed, keeps):
            yield f"{left} removed values in its text"


def told_by(several: Sequence[str | None]) -> Sequence[str]:
    """The texts that readers gave of one page, each once."""
    return list(dict.fromkeys(filter(None, several)))


def encoded(examined: Examined, said: Sequence[bytes]) -> Iterator[str]:
    """Removed values encoded in the texts of a few pages, which are searched at once: to begin a search
    takes longer than to search a page's words. Raises TooMuch."""
    if left := in_bytes(examined.search, APART.join(said), examined.removed, plain=False):
        yield f"{left} removed values encoded in the text of pages"


def readings(examined: Examined) -> dict[str, Iterable[str]]:
    """Every reader's texts, page by page. They raise ReaderFailed, Unreadable."""
    said: dict[str, Iterable[str]] = {
        "our own grammar": (as_words(word.text for word in layer.words) for layer in examined.layers),
        "PDFium": (as_words([text]) for text in texts.pdfium_pages(examined.output)),
    }
    if examined.pdftotext_texts is not None:
        said["pdftotext"] = (as_words([text]) for text in examined.pdftotext_texts)
    if some := examined.pdfplumber_texts:
        said["pdfplumber"] = (as_words([some.get(n, "")]) for n in range(1, len(examined.claims.pages) + 1))
    return said


def as_words(parts: Iterable[str]) -> str:
    """Words with one space between them: how readers divide lines does not matter to a search."""
    return " ".join(" ".join(parts).split())


def keeps_of(keeps: Sequence[Value], n: int) -> Counter[bytes]:
    """How often each kept span may stand on a page."""
    return Counter(bytes.fromhex(keep.hmac) for keep in keeps if keep.page == n)


def misplaced(examined: Examined) -> list[str]:
    """Removed values whose excuse, a kept span, stands elsewhere than the plan says."""
    found = []
    for n, layer in enumerate(examined.layers, 1):
        places = [keep for keep in examined.claims.keeps if keep.page == n and keep.box is not None]
        if not places:
            continue
        text = " ".join(word.text for word in layer.words)
        letters = letters_of(text)
        owner = [at for at, word in enumerate(layer.words) for _ in letters_of(word.text).signs]
        if len(owner) != len(letters.signs):
            continue  # a word that folds otherwise alone than among others: the count rule stands
        spans = examined.search.spans(letters)
        excused = [
            (start, end)
            for start, end, digest in spans
            if any(
                bytes.fromhex(keep.hmac) == digest and is_near(keep.box, layer.words[owner[start]])
                for keep in places
            )
        ]
        anywhere = {bytes.fromhex(k.hmac) for k in examined.claims.keeps if k.page == n and k.box is None}
        excused += [(start, end) for start, end, digest in spans if digest in anywhere]
        for start, end, digest in spans:
            if digest in examined.removed and not any(low <= start and end <= high for low, high in excused):
                found.append(f"page {n}: a removed value away from the kept span's place")
    return found


def is_near(box: Box | None, word: Word) -> bool:
    """True when a word's start lies in a box or at a grid point beside it."""
    return box is not None and (
        box.x0 - NEAR_PT <= word.cell.x0 <= box.x1 + NEAR_PT
        and box.y0 - NEAR_PT <= word.cell.y1 <= box.y1 + NEAR_PT
    )


def decoded_streams(examined: Examined) -> Iterator[tuple[int, bytes]]:
    """Every inflated stream but the page images (which are decoded elsewhere), what is the same in every
    file, and the page contents: those are pure grammar (V4), and their words are read above, where kept
    spans excuse."""
    structure = examined.structure
    says_nothing = (ALL_TO_ONE, xmp_of(examined.claims.extras), to_unicode(examined.rows))
    elsewhere = {
        number
        for page in page_values(structure)
        for key in ("Contents", "Resources")
        for number in references(page.get(key))
    }
    for number, entry in structure.objects.items():
        if (stream := entry.stream) is not None and number not in elsewhere:
            flate = entry.value.get("Filter") == "FlateDecode"
            data = inflate(stream) if flate else stream
            if data not in says_nothing:
                yield number, data
