"""Typical papers of every kind, as courts and agencies print them: the kind and the fields come out.

`typical/*.txt` holds invented papers under lines `=== kind | field=value; field=value`. The kinds are those
of the table; each has at least four papers of different courts, offices and layouts. Two of each are read in
CI, all with `GATEWAY_SCALE=full`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workflows.instruments.cues import kinds
from workflows.instruments.lines import read_line

FULL = os.environ.get("GATEWAY_SCALE") == "full"
FOLDER = Path(__file__).resolve().parent / "typical"
AS_OF = "2026-06-01"


def typical() -> list[tuple[str, dict[str, str], str]]:
    """(kind, fields, text) of every typical paper."""
    rows = []
    for file in sorted(FOLDER.glob("*.txt")):
        for block in re.split(r"(?m)^=== ", file.read_text(encoding="utf-8"))[1:]:
            head, text = block.split("\n", 1)
            kind, _, fields = head.partition(" | ")
            rows.append((kind.strip(), dict(one.split("=", 1) for one in fields.split("; ") if one), text))
    return rows


def read(text: str) -> dict[str, Any]:
    row = {"id": "typical", "text": text, "as_of": AS_OF}
    return read_line(json.dumps(row), now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))


PAPERS = typical()


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in PAPERS}))
def test_a_typical_paper_is_read_as_what_it_is(kind: str) -> None:
    wrong = []
    own = [(fields, text) for expected, fields, text in PAPERS if expected == kind]
    for fields, text in own if FULL else own[:2]:
        found = read(text)
        for key, value in {"type": kind, **fields}.items():
            printed = found[key] or ""
            if key in ("issued", "execute_by", "return_date"):
                printed = printed[:10]
            if printed != value:
                wrong.append((key, value, printed, text.strip()[:60]))
    assert not wrong


def test_every_kind_has_four_typical_papers() -> None:
    count = Counter(kind for kind, *_ in PAPERS)
    assert {kind.id: count[kind.id] for kind in kinds() if count[kind.id] < 4} == {}


# What turns a paper that compels into one that does not, by one line more or another word.
TURNED = {
    "recommends only": ("IT IS ORDERED that", "It is recommended that the district judge order that"),
    "adopts and denies": (
        "IT IS ORDERED that",
        "The recommendation is ADOPTED and the motion is DENIED. It had asked that",
    ),
    "declines to enter": (
        "IT IS ORDERED that",
        "The Court declines to enter the draft. The motion is DENIED. It asked that",
    ),
    "is in abeyance": ("IT IS ORDERED that", "The order of March 2, 2026 is held in abeyance. It said that"),
    "is told to a lawyer": ("City of Albuquerque shall", "Plaintiff shall"),
}
ORDER = """IN THE UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF NEW MEXICO

OSGOOD TARN, Plaintiff,
v.                                     No. 1:25-cv-00733-ABC
LOMA VERDE TRUST, Defendant.

PRETRIAL ORDER NO. 4: RECORDS OF THE CITY

IT IS ORDERED that the City of Albuquerque shall produce the inspection file by May 4, 2026.

Dated April 13, 2026.
                              /s/ Una B. Fairchild
                              UNITED STATES DISTRICT JUDGE
"""


def test_an_order_with_a_title_of_its_own_opens() -> None:
    found = read(ORDER)
    assert (found["type"], found["gate"], found["docket"]) == (
        "fed_production_order", "opens", "1:25-cv-00733-ABC",
    )  # fmt: skip


BEFORE = {
    "asks to hold off": "From: AUSA Poe\nTo: City\nSubject: order\nPlease hold off on this.\n-----------\n",
    "tells of an appeal": "Dear Clerk: the order is being appealed.\nSincerely, AUSA Poe\n-----------\n",
    "a page is missing": "Page 1 of 3\n",
}
BEHIND = {
    "draft in spaced letters": "\nD R A F T  v3\n",
    "draft of chambers": "\nChambers draft of 4/12\n",
    "changed by hand": "\n[date changed by hand]\n",
    "not certified": "\ncopy, not certified\n",
}
PERSON = "Tobias Orrin Hale"


@pytest.mark.parametrize("words", TURNED.values(), ids=TURNED)
def test_the_same_order_turned_does_not_open(words: tuple[str, str]) -> None:
    assert words[0] in ORDER
    assert read(ORDER.replace(*words))["gate"] != "opens"


def test_a_letter_from_chambers_is_an_order_and_one_from_a_lawyer_is_none() -> None:
    letter = """UNITED STATES DISTRICT COURT
DISTRICT OF NEW MEXICO
CHAMBERS OF UNA B. FAIRCHILD
UNITED STATES DISTRICT JUDGE

April 13, 2026

Dear counsel: RE: 1:25-cv-00733-ABC

The City of Albuquerque is ordered to produce the inspection file by May 4, 2026.

Very truly yours,
/s/ Una B. Fairchild
United States District Judge
"""
    assert read(letter)["type"] == "fed_production_order"
    lawyers = letter.replace("CHAMBERS OF UNA B. FAIRCHILD\nUNITED STATES DISTRICT JUDGE", "").replace(
        "United States District Judge", "Attorney for Plaintiff"
    )
    assert read(lawyers)["gate"] != "opens"


@pytest.mark.parametrize("lines", BEFORE.values(), ids=BEFORE)
def test_lines_before_the_order_keep_it_from_opening(lines: str) -> None:
    assert read(lines + ORDER + ("Page 3 of 3\n" if "Page" in lines else ""))["gate"] != "opens"


@pytest.mark.parametrize("lines", BEHIND.values(), ids=BEHIND)
def test_lines_behind_the_order_keep_it_from_opening(lines: str) -> None:
    assert read(ORDER + lines)["gate"] != "opens"


@pytest.mark.parametrize(
    ("asked_in", "opens"),
    [
        (("the inspection file", f"the inspection file of {PERSON}"), True),
        (("the inspection file", f"all files, the file of {PERSON} excluded,"), False),
        (("the inspection file", f"every tenant's file except that of {PERSON}"), False),
        (("OSGOOD TARN", PERSON.upper()), False),
        (("IT IS ORDERED that", f"The duty then ends. It is about {PERSON}. IT IS ORDERED that"), False),
    ],
    ids=["named", "excluded", "excepted", "a party alone", "the duty ends"],
)
def test_an_order_opens_for_whom_it_is_about(asked_in: tuple[str, str], opens: bool) -> None:
    row = {"id": "one", "text": ORDER.replace(*asked_in), "as_of": AS_OF, "request_subject": PERSON}
    found = read_line(json.dumps(row), now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    assert (found["gate"] == "opens") is opens
