"""The bundle for a court: what the log holds of one matter, told in sentences, with the digests of what was
filed, approved and released, and a certification for a custodian to sign (rule E18).

The proofs, keys, checkpoint and the checker come with the bundle that all exports are put into.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows.exports.choosing import Placed
from workflows.exports.chronology import Told, people, plain, tell
from workflows.exports.pdf import Paper
from workflows.exports.tables import as_jsonl, sheet
from workflows.matters.models import Matter
from workflows.policy.checks import BY_ID

TEMPLATE = Path(__file__).resolve().parent / "pages" / "certification.txt"
BLANKS = (
    "SHA-256 of the archive", "verify_bundle.py ran on", "Its exit code", "Name", "Title", "Signature",
    "Date and place",
)  # fmt: skip
_UNREAD = frozenset({"request.answered"})  # asked and answered: in the table, not in the paper to read


def files(matter: Matter, rows: list[Placed]) -> dict[str, bytes]:
    """The files of a court's bundle by name. Nothing in them is a name of a person or free text."""
    told = tell(rows)
    made = {
        "entries.jsonl": as_jsonl(rows),
        "chronology.csv": sheet(
            ("index", "time_utc", "who", "what_happened", "object"),
            ((one.index, one.at, one.who, one.says, one.digest) for one in told),
        ),
        "people.csv": sheet(
            ("number", "role", "pseudonym"),
            ((number, role, actor) for actor, (number, role) in people(rows).items()),
        ),
        "checks.csv": sheet(("index", "time_utc", "check", "what_is_checked", "outcome"), _checks(rows)),
        "digests.csv": sheet(("kind", "sha256", "first_named_at_index"), digests(rows)),
    }
    made["chronology.pdf"] = _chronology(matter, [one for one, row in zip(told, rows, strict=True)
                                                  if row.body["event"] not in _UNREAD], rows)  # fmt: skip
    text = certification(matter, len(rows), made)
    made["certification.txt"] = text.encode()
    made["certification.pdf"] = _signable(matter, text)
    return made


def digests(rows: list[Placed]) -> list[tuple[str, str, int]]:
    """Kind, digest and first place of every object that the entries name: papers, manifests, packages."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        named = row.body.get("obj")
        if named is not None:
            found.setdefault((named["kind"], named["sha256"]), row.index)
        if "manifest" in row.body:
            found.setdefault(("manifest", row.body["manifest"]), row.index)
    return [(kind, sha256, index) for (kind, sha256), index in sorted(found.items())]


def certification(matter: Matter, entries: int, made: dict[str, bytes]) -> str:
    """The text to be signed, with a line for each blank."""
    named = "\n".join(f"   {name}  {hashlib.sha256(made[name]).hexdigest()}" for name in sorted(made))
    text = TEMPLATE.read_text(encoding="utf-8").format(
        number=matter.number, city=settings.CITY_NAME, entries=entries, digests=named
    )
    return text + "".join(f"\n{label}: {'_' * 40}\n" for label in BLANKS)


def _checks(rows: list[Placed]) -> list[tuple[Any, ...]]:
    return [
        (
            row.index,
            row.body["at"],
            row.body["check"],
            BY_ID[row.body["check"]].title if row.body["check"] in BY_ID else "",
            plain(row.body.get("result", row.body["outcome"])),
        )
        for row in rows
        if "check" in row.body
    ]


def _chronology(matter: Matter, told: list[Told], rows: list[Placed]) -> bytes:
    paper = Paper(f"Chronology of {matter.number}", f"Chronology of matter {matter.number}")
    paper.heading(f"Chronology of matter {matter.number}")
    paper.text(
        f"What the log holds of this matter: {len(rows)} entries, each with its proof in this archive. Times "
        "are UTC. The number of an entry is its place in the log. People are numbered; people.csv gives the "
        "pseudonym of each. Readings of pages by themselves are in chronology.csv only."
    )
    paper.table(
        ("Entry", "Time", "Who", "What happened"),
        ((str(one.index), one.at, one.who, one.says) for one in told),
        (0.09, 0.19, 0.19, 0.53),
    )
    paper.heading("Digests")
    paper.text(
        "SHA-256 of each paper, list and package that the entries name, and where they are named first."
    )
    paper.table(
        ("Kind", "SHA-256", "Entry"),
        ((kind, sha256, str(index)) for kind, sha256, index in digests(rows)),
        (0.16, 0.72, 0.12),
    )
    return paper.done()


def _signable(matter: Matter, text: str) -> bytes:
    """The certification on paper, with lines to write on."""
    foot = f"Certification of matter {matter.number}. Wording to be approved by counsel before it is signed"
    paper = Paper("Certification", foot)
    *parts, declaration = text[: text.index(f"\n{BLANKS[0]}: ")].strip().split("\n\n")
    for part in parts:
        if part.startswith("   "):
            rows = [line.split() for line in part.splitlines()]
            paper.table(("File", "SHA-256"), rows, (0.22, 0.78), size=8)
        elif part.isupper():
            paper.heading(part)
        else:
            paper.text(part.strip())
    paper.to_sign(declaration.strip(), BLANKS)
    return paper.done()
