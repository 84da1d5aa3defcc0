"""Values that pass between the stages. All frozen; JSON only at the edge.

Geometry: points (1/72 inch), origin at the top left of the page as a reader sees it
(after /Rotate and CropBox), x to the right, y down. Pages count from 1. Offsets into
text are Unicode code points, end exclusive.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in points, `x0 <= x1`, `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    def meets(self, other: Box) -> bool:
        """True when the two share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )


class TextSource(enum.StrEnum):
    """Who read a text, or from which hiding place it came."""

    PLAIN = "plain"  # text given as text (command line `detect`, TXT files)
    PDFPLUMBER = "pdfplumber"
    PDFIUM = "pdfium"
    FORM_VALUE = "form_value"
    ANNOTATION = "annotation"
    ATTACHMENT_NAME = "attachment_name"
    OUTLINE = "outline"
    METADATA = "metadata"
    ACTUAL_TEXT = "actual_text"
    SCRIPT = "script"  # scripts and addresses of links
    NAVIGATION = "navigation"  # page labels, named destinations
    LEFTOVER = "leftover"  # unused objects, earlier revisions, strings that no viewer shows
    HIDDEN = "hidden"  # off the page, invisible, tiny, under an image, layer switched off
    OCR = "ocr"


@dataclass(frozen=True, slots=True)
class PageText:
    """One reading of one page, or of the file as a whole (`page` None), by one source.

    `text` is in reading order: words separated by one space, lines by `\\n`. `cells` has one
    entry per code point: the character's box on the page, or None where the separator was
    added by the reader or where the source has no place on the page. `cells` may be empty
    when nothing in the text has a place. `sizes` likewise holds font sizes in points.
    """

    source: TextSource
    page: int | None
    text: str
    cells: tuple[Box | None, ...] = ()
    sizes: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is not text: an image, untexted ink, a form field, a table cell.

    `kind` is one of `image`, `ink`, `field`, `cell`, `tick`, `earlier`; a `tick` is the frame of a check
    box that is drawn. For `field`, `name` is the field's
    own name, `group` binds the boxes of one check-box or radio group, `blank` tells an empty value.
    `earlier` is a redaction that left the words in place; its `name` is a code of EARLIER_CODES.
    """

    kind: str
    box: Box
    name: str = ""
    group: str = ""
    blank: bool = False
    readable: bool = True


# Ways in which an earlier redaction failed, reported to the officer with page and box.
EARLIER_CODES = frozenset(
    {"text_under_box", "covered_text", "white_text", "unapplied_redaction", "dark_highlight"}
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known about one page besides its text.

    `scanned`: an image covers over half of it, or it has ink but no parser text.
    `trusted_text` False means no text of it may be taken as complete: a person must look.
    `signals` are codes of closed lists (quarantine codes, `ocr_low`, `hidden_text`, ...).
    """

    n: int
    width_pt: float
    height_pt: float
    rotation: int
    scanned: bool
    trusted_text: bool
    regions: tuple[Region, ...] = ()
    signals: tuple[str, ...] = ()
    smallest_font_pt: float | None = None
    ocr_used: bool = False
    ocr_why: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. `texts` from all sources; `dropped` counts content by kind that the
    rebuilt file will not carry (annotations, attachments, scripts, ...)."""

    source_sha256: str
    media_type: str
    pages: tuple[PageFacts, ...]
    texts: tuple[PageText, ...]
    pages_by_parser: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()  # sha256 of embedded files, never their names


class Action(enum.StrEnum):
    """What the policy proposes for a finding."""

    REDACT = "redact"
    REVIEW = "review"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the detector claims about one span of one text.

    `key` is stable for the same file and ruleset (hash of page, source, span and type);
    `text_index` points into `Document.texts`; `explanation` never quotes the value. A hard
    negative names in `excuses` the types it may spare.
    """

    key: str
    text_index: int
    source: TextSource
    page: int | None
    start: int
    end: int
    type: str
    tier: int
    score: float
    layer: str
    rule: str
    rule_version: int
    ruleset: str
    action: Action
    explanation: str
    evidence: tuple[tuple[int, int], ...] = ()
    excuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A box a person drew. `author` is an opaque id; `narrow` is true when counsel drew it: only then
    may it be narrower than a class width (G11)."""

    page: int
    box: Box
    code: str = "W-1"
    author: str = ""
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided about one file. Empty means unattended.

    `keep` holds keys of findings that stay visible; every other finding with action redact or
    review is burned. `pages_seen` lists pages a person has looked at whole: only then may a
    scanned or untrusted page leave. `uncover` lists (page, region index) of painted-over
    images that a person opened.
    """

    keep: frozenset[str] = frozenset()
    drawn: tuple[DrawnBox, ...] = ()
    whole_pages: frozenset[int] = frozenset()
    pages_seen: frozenset[int] = frozenset()
    uncover: frozenset[tuple[int, int]] = frozenset()


class MarkMode(enum.StrEnum):
    """How a box got its shape (redaction.md 4.1)."""

    CLASS = "class"  # class width on the 36-pt grid
    LINE = "line"  # to the cell edge, column edge or line end
    FIELD = "field"  # a whole form value or cell
    REGION = "region"  # an image or a block of untexted ink
    DRAWN = "drawn"  # by a person
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class PlannedBox:
    """One opaque box on one page; `findings` are keys, empty for drawn boxes and regions."""

    id: str
    page: int
    box: Box
    mode: MarkMode
    findings: tuple[str, ...]
    label: str = "W-1"


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """A found span that stays, with its place: the only excuse V6 and V7 accept."""

    page: int
    box: Box | None
    finding: str
    text: str  # in memory only; reports hold a keyed hash and the normalised length


@dataclass(frozen=True, slots=True)
class Plan:
    """Every box and every kept span of one file; `sha256` over its canonical JSON."""

    source_sha256: str
    ruleset: str
    boxes: tuple[PlannedBox, ...]
    keeps: tuple[KeptSpan, ...]
    sha256: str


STAMP = re.compile(r"[A-Z0-9-]{0,24}")


@dataclass(frozen=True, slots=True)
class Extras:
    """What an output carries besides the plain profile (docs/output-profile.md, section 9).

    `footer` adds a band under every page with its number in the file, behind this stamp: up to 24 of
    `A-Z 0-9 -`, empty for the number alone, None for no band. `archival` adds what PDF/A-2b asks for:
    a colour profile and the mark in the metadata. `tagged` marks paragraphs for readers that speak,
    and lets each box say that something is withheld. Raises ValueError for another stamp.
    """

    footer: str | None = None
    archival: bool = False
    tagged: bool = False

    def __post_init__(self) -> None:
        if self.footer is not None and STAMP.fullmatch(self.footer) is None:
            raise ValueError("a stamp is up to 24 characters of A-Z 0-9 -")


PLAIN = Extras()


@dataclass(frozen=True, slots=True)
class Assertion:
    """One verifier assertion. `result` is `pass` or `fail`."""

    id: str
    result: str
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Only an outright pass counts."""
        return self.result == "pass"
