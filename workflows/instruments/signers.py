"""Who signed: the signature block decides, never a judge named in the body.

The printed list of an I-205 names a District Court judge, a cover letter names the court it hopes
for: only a title beside a signature line counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue

JUDGES = (
    "United States District Judge",
    "United States Magistrate Judge",
    "U.S. District Judge",
    "U.S. Magistrate Judge",
    "Chief United States District Judge",
    "United States Bankruptcy Judge",
    "District Court Judge",
    "District Judge",
    "Metropolitan Court Judge",
    "Magistrate Judge",
    "Tribal Judge",
    "Military Judge",
    "Court of Appeals Judge",
)
# Called judge or signing with authority, and not a judge of a court for the purpose of the gate.
OFFICIALS = (
    "Assistant Chief Immigration Judge",
    "Appellate Immigration Judge",
    "Immigration Judge",
    "Administrative Law Judge",
    "Supervisory Detention and Deportation Officer",
    "Deportation Officer",
    "Field Office Director",
    "Special Agent in Charge",
    "Supervisory Special Agent",
    "Special Agent",
    "Authorized Immigration Officer",
    "Immigration Officer",
    "Assistant United States Attorney",
    "Patrol Agent in Charge",
    "Director, Field Operations",
    "U.S. Parole Commissioner",
)
_LINE = re.compile(r"[^\n]*")
_CONFORMED = re.compile(r"/s/[ \t]*([^\n]{3,80})", re.IGNORECASE)
_BLANK = re.compile(r"_{6,}")
_SIGNATURE_WORDS = re.compile(r"signature|printed name and title|title of|so ordered|dated", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signer:
    """Name and title in the signature block; `judge` None when no title could be placed there.

    `signed` True for a conformed /s/, False for a blank line or a proposed paper, None where the
    text cannot tell (an ink signature is a picture).
    """

    name: str | None
    title: str | None
    judge: bool | None
    signed: bool | None
    cues: tuple[Cue, ...]


def read_signer(text: str, proposed: bool) -> Signer:
    """What the signature block says. A judge's title wins only where no official's title stands beside it."""
    judge = _last_title(text, JUDGES)
    official = _last_title(text, OFFICIALS)
    if judge and official and _same_place(judge, official):
        judge = None  # "Immigration Judge" holds no judge of a court
    chosen, is_judge = (
        (judge, True) if judge and not (official and official.start > judge.start) else (official, False)
    )
    if chosen is None:
        return Signer(None, None, None, None, ())
    signed = _signed(text, chosen, proposed)
    return Signer(_name(text, chosen), chosen.cue, is_judge, signed, (chosen,))


def _last_title(text: str, titles: tuple[str, ...]) -> Cue | None:
    found: list[Cue] = []
    for title in titles:
        pattern = re.compile(rf"(?<![\w.]){re.escape(title)}(?!\w)".replace(r"\ ", r"[ \t]+"), re.IGNORECASE)
        found += [
            Cue(title, m.start(), m.end())
            for m in pattern.finditer(text)
            if _in_block(text, m.start(), m.end())
        ]
    longest = [cue for cue in found if not any(_holds(other, cue) for other in found)]
    return max(longest, key=lambda cue: cue.start, default=None)


def _in_block(text: str, start: int, end: int) -> bool:
    """A title counts when little else stands on its line and a signature word or /s/ stands close by."""
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", end)
    line = text[left : right if right >= 0 else len(text)]
    if len(line.strip()) > end - start + 60 or re.search(r"\b(?:by|of|or|return)\b[ \t]*$", text[left:start]):
        return False
    near = text[max(0, left - 160) : right + 80 if right >= 0 else len(text)]
    return bool(_SIGNATURE_WORDS.search(near) or _CONFORMED.search(near) or _BLANK.search(near))


def _holds(other: Cue, cue: Cue) -> bool:
    """True when a longer title holds this one: "District Judge" in "United States District Judge"."""
    return other.start <= cue.start and cue.end <= other.end and len(other.cue) > len(cue.cue)


def _same_place(judge: Cue, official: Cue) -> bool:
    return official.start <= judge.start < official.end


def _signed(text: str, title: Cue, proposed: bool) -> bool | None:
    if proposed:
        return False
    before = text[max(0, title.start - 200) : title.start]
    conformed = list(_CONFORMED.finditer(before))
    if conformed:
        return True
    return False if _BLANK.search(before) else None


def _name(text: str, title: Cue) -> str | None:
    """The printed name: before the title on its line, else the line above."""
    left = text.rfind("\n", 0, title.start) + 1
    same = text[left : title.start].strip(" ,\t")
    above = _LINE.findall(text[:left].rstrip("\n").rpartition("\n")[2])
    candidates = [same, *(line.strip() for line in above if line.strip())]
    for candidate in candidates:
        words = candidate.removeprefix("/s/").strip(" ,_").split()
        if 2 <= len(words) <= 6 and all(word[0].isalpha() for word in words):
            return " ".join(word.title() if word.isupper() and len(word) > 2 else word for word in words)
    return None
