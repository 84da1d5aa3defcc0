"""Suggest what a paper is, from its printed words. It fills in the form; the gate never reads it.

A bundle is read part by part and its operative part reported, a blocking order first. Signature block
and caption outweigh the title: "warrant" and "order" prove nothing. Where cues conflict the answer is
`unknown` or the more restrictive kind; what is not printed is null.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from workflows.instruments.cues import Cue, handling, home_cities, local_time
from workflows.instruments.reader import blocks as signatures
from workflows.instruments.reader import custodians, doubts, kinds, subjects
from workflows.instruments.reader import flags as states
from workflows.instruments.reader.attachments import attached, with_attachment
from workflows.instruments.reader.bounds import is_beyond
from workflows.instruments.reader.captions import AGENCIES, COURTS, read_caption
from workflows.instruments.reader.decretal import read_decree
from workflows.instruments.reader.dockets import read_docket
from workflows.instruments.reader.endorsed import endorsement, from_chambers
from workflows.instruments.reader.harmless import without_offers
from workflows.instruments.reader.kinds import Facts, Verdict
from workflows.instruments.reader.parts import Part, split
from workflows.instruments.reader.secrecy import Secrecy, read_secrecy
from workflows.instruments.reader.subjects import Person
from workflows.instruments.reader.terms import Terms, read_terms
from workflows.instruments.reader.view import View, make_view
from workflows.instruments.signers import Signer
from workflows.policy.checks import WARNING_FLAGS
from workflows.policy.instrument_types import (
    COUNSEL,
    INFORMATIONAL,
    SUFFICES,
    InstrumentType,
    instrument_type,
)

# What the contract names, in its order (workflow.md 3.6).
KEYS = (
    "type",
    "judicial",
    "unsigned",
    "expired",
    "docket",
    "court",
    "signer",
    "signer_title",
    "issued",
    "execute_by",
    "return_date",
    "subjects",
    "nondisclosure",
    "flags",
    "gate",
    "evidence",
)
MOST_PARTS = 60  # more papers in one text are a heap to be sorted by a person first
_WITHDRAWN = re.compile(
    r"\b(?:subpoena|summons|warrant|order|demand|citacion|orden)\b[^.;:]{0,90}"
    r"\b(?:is|are|has been|have been|queda)"
    r" (?:hereby )?(?:withdrawn|recalled|rescinded|cancelled|quashed|vacated|retirad[ao]|anulad[ao])\b"
)
_FOR_THE_COURT = re.compile(r"\b(?:entered for the court|for the court|by the court|per curiam)\b")
_OF_A_PARTY = re.compile(
    r"\b(?:plaintiff|defendant|petitioner|respondent|movant|claimant)(?:['’]?s?['’]?)\b(?! city| shall)"
    r"|\bdemandad\w+|\bdemandante\w*|\bpeticionari\w+",
    re.IGNORECASE,
)
AWAY = "FOREIGN_DISTRICT_OR_STATE"


@dataclass(frozen=True, slots=True)
class Read:
    """One part, read for itself."""

    facts: Facts
    verdict: Verdict
    law: InstrumentType
    terms: Terms


def classify(
    text: str, *, as_of: dt.datetime, request_subjects: Sequence[Any], home_city: str | None = None
) -> dict[str, Any]:
    """The reading of one paper. `evidence` quotes are exact: `text[start:end] == quote`, in code points.

    `request_subjects` are names, names with a birth date, or `{"name", "dob"}`; ValueError for others.
    A text beyond `reader.bounds` is not read: unknown and closed.
    """
    as_of = local_time(as_of)
    asked = [person for one in request_subjects for person in subjects.asked_people(one)]
    if is_beyond(text):
        return nothing_read()
    view = make_view(text)
    parts = split(view)
    if len(parts) > MOST_PARTS:
        return nothing_read()
    reads = [_read_part(view, part) for part in parts]
    chosen = _operative(reads)
    if chosen.law.id in handling().warrants:
        whole = with_attachment(view, parts, chosen.facts.part)
        bundled = replace(chosen, facts=replace(chosen.facts, part=whole))
        reads = [bundled if read is chosen else read for read in reads]
        chosen = bundled
    report = _report(view, reads, chosen, as_of, asked, home_cities(home_city))
    # Quotes are of the paper as it is, with the numbers of its lines.
    return {
        **report,
        "evidence": [{**one, "quote": text[one["start"] : one["end"]]} for one in report["evidence"]],
    }


def nothing_read(unreadable: str = "over_limits") -> dict[str, Any]:
    """The reading of what cannot be read: unknown, closed, every field null."""
    return {
        **dict.fromkeys(KEYS),
        "type": "unknown",
        "subjects": [],
        "flags": ["ILLEGIBLE"],
        "gate": "closed",
        "missing": ["unreadable"],
        "unreadable": unreadable,
        "evidence": [],
    }


def _read_part(view: View, part: Part) -> Read:
    caption = read_caption(view, part)
    body = endorsement(view, part) or part
    endorsed = body is not part
    titles = kinds.main_titles(view, body)
    title = " ".join(t.words + " " + t.rest for t in titles)
    chambers = from_chambers(view, part) and caption.origin in COURTS
    letter = not (endorsed or chambers or kinds.is_docket_order(view, part)) and kinds.is_letter(view, part)
    decree = read_decree(view, body, title)
    # An entry of the docket has no place to sign: who made it is told, and nobody's hand is on it.
    signer = Signer() if kinds.is_docket_order(view, part) else signatures.read_signer(view, body)
    if caption.origin == "state" and signer.group == "appeals":
        signer = replace(signer, group="state")  # a circuit judge of a state tries cases
    if endorsed and caption.origin not in COURTS:
        caption = replace(caption, origin="us_court", heading=None)
    facts = Facts(view, body, caption, signer, decree, title, letter, kinds.is_proposed(view, body), endorsed)
    verdict = kinds.decide(facts)
    law = instrument_type(verdict.kind)
    family = next(
        (name for name, ids in handling().families.items() if law.id in ids), _family_by_title(title)
    )
    if family in ("other", "hearing") and caption.origin in COURTS and decree.effect == "compel":
        family = "order"  # of whatever kind, its dates are those of an order
    if family == "letter" or (letter and family == "demand"):
        facts = replace(facts, signer=signatures.read_signer(view, part, want="letter"))
    if family == "application" and not facts.proposed:
        facts = replace(facts, signer=signatures.read_signer(view, part, want="application"))
    terms = read_terms(view, body, facts.signer.line, family=family, letter=letter)
    return Read(replace(facts, part=part), verdict, law, terms)


def _family_by_title(title: str) -> str:
    """What sort of paper its title says it is, where no kind was decided."""
    for word, family in (
        ("subpoena", "subpoena"),
        ("summons", "subpoena"),
        ("warrant", "warrant"),
        ("order", "order"),
    ):
        if word in title:
            return family
    return "other"


def _operative(reads: list[Read]) -> Read:
    """A blocking order, else the paper with most force; of equals the first."""
    tendered = any(r.law.id == "application_or_proposed_paper" for r in reads)

    def place(read: Read) -> tuple[int, int]:
        rank = handling().rank(read.law.id)
        if read.facts.caption.origin in COURTS and read.law.id == "unknown" and read.facts.decree.blocks:
            rank = 0
        if read.law.id == "quash_or_stay_order" and any(_lifts(later, read) for later in reads):
            rank = handling().rank("nondisclosure_order")
        if (
            tendered
            and read.law.judicial
            and read.law.id not in handling().warrants
            and read.facts.signer.signed is False
        ):
            # An unsigned order handed up with a motion is proposed.
            rank = handling().rank("application_or_proposed_paper")
        return rank, read.facts.part.number

    known = [r for r in reads if r.law.id != "unknown"] or reads
    best = min(known, key=place)
    # Of two orders or warrants the later one stands in place of the earlier.
    peers = [r for r in known if r.law.id == best.law.id and r.terms.issued and best.terms.issued]
    if best.law.judicial and len(peers) > 1:
        english = [r for r in peers if not states.translation(r.facts, r.law)] or peers
        return max(english, key=lambda r: r.terms.issued.date if r.terms.issued else dt.date.min)
    if best.law.judicial and states.translation(best.facts, best.law):
        same = [r for r in known if r.law.id == best.law.id and not states.translation(r.facts, r.law)]
        return same[0] if same else best
    return best


_LIFTED = re.compile(
    r"\b(?:lift(?:s|ing)?|dissolv(?:es?|ing)|vacat(?:es?|ing)) (?:the |this |its )?(?:\w+ )?stay\b"
    r"|\bstay\b[^.;]{0,60}\b(?:is|are) (?:hereby |therefore |now )*(?:lifted|dissolved|vacated|terminated)\b"
)


def _lifts(later: Read, stay: Read) -> bool:
    """A judge's later order says that the stay is lifted: it is the paper to report, and stays closed."""
    return (
        later is not stay
        and later.law.judicial is True
        and later.facts.signer.judge is True
        and later.terms.issued is not None
        and stay.terms.issued is not None
        and later.terms.issued.date > stay.terms.issued.date
        and _LIFTED.search(_words(later.facts)) is not None
    )


def _judicial(law: InstrumentType, facts: Facts) -> bool | None:
    """Whether a judge of a court issued it: heading and signer must both allow it."""
    signer, origin = facts.signer, facts.caption.origin
    if law.id == "unknown":
        return None
    if law.judicial is False:
        return False
    if origin in AGENCIES:
        return False
    if signer.judge is False and signer.group not in ("clerk", "attorney"):
        return False
    if law.judicial is None:
        return signer.judge if signer.judge is not None else None
    if origin == "us_appeals" and signer.group == "clerk" and _FOR_THE_COURT.search(_words(facts)):
        return True  # the clerk of a court of appeals signs what its judges decided
    if origin in COURTS or origin == "us_court":
        return True if signer.judge or signer.judge is None else (None if signer.signed is None else False)
    return True if signer.judge else None


def _words(facts: Facts) -> str:
    part, view = facts.part, facts.view
    return view.joined[view.lines[part.first].at : view.lines[part.last - 1].end]


def _expired(law: InstrumentType, terms: Terms, as_of: dt.datetime) -> bool | None:
    """A warrant past its last day, or a paper past an end date that it states itself."""
    ends = [m for m in (terms.execute_by if law.id in handling().warrants else None, terms.ends) if m]
    if ends:
        return any(states.over(m, as_of) for m in ends)
    return None if law.id in handling().warrants or law.id == "unknown" else False


def _report(
    view: View,
    reads: list[Read],
    chosen: Read,
    as_of: dt.datetime,
    asked: list[Person],
    cities: tuple[str, ...],
) -> dict[str, Any]:
    facts, law, terms = chosen.facts, chosen.law, chosen.terms
    signer = facts.signer
    judicial = _judicial(law, facts)
    unsigned = None if signer.signed is None else not signer.signed
    if facts.proposed and law.id == "application_or_proposed_paper":
        unsigned = True  # a proposed order is nobody's yet, whoever handed it up
    expired = _expired(law, terms, as_of)
    flags = states.read_flags(
        facts,
        law,
        judicial,
        terms,
        as_of,
        unsigned=unsigned,
        expired=expired,
        attached=attached(view, [r.facts.part for r in reads]),
        cities=cities,
    )
    people = _people(view, chosen, reads, cities)
    if asked and people and not _is_subject(view, people, asked):
        flags.append("WRONG_SUBJECT")
    if any(r is not chosen and _kills(r, chosen) for r in reads) and "QUASHED_OR_STAYED" not in flags:
        flags.append("QUASHED_OR_STAYED")
    docket, docket_cue = read_docket(view, facts.part, facts.caption.origin, facts.letter)
    secrecy = _secrecy(view, reads, chosen)
    cues = (
        *chosen.verdict.cues,
        *facts.signer.cues,
        *((docket_cue,) if docket_cue else ()),
        *facts.decree.cues,
        *terms.cues,
    )
    return {
        "type": law.id,
        "judicial": judicial,
        "unsigned": unsigned,
        "expired": expired,
        "docket": docket,
        "court": facts.caption.court
        if judicial is not False
        or law.id not in handling().families["letter"] | {"ice_admin_subpoena", "ice_detainer"}
        else None,
        "signer": signer.name,
        "signer_title": signer.title,
        "issued": terms.issued.iso() if terms.issued else None,
        "execute_by": terms.execute_by.iso() if terms.execute_by else None,
        "return_date": terms.return_date.iso() if terms.return_date else None,
        "subjects": [p.name for p in people],
        "nondisclosure": secrecy.as_json() if secrecy else None,
        "flags": flags,
        "gate": _gate(chosen, judicial, flags, cities, reads, asked),
        "missing": _missing(law, judicial, facts),
        "evidence": _evidence(view, cues),
    }


def _kills(other: Read, chosen: Read) -> bool:
    """Another part stays or quashes, or tells that the paper is withdrawn."""
    words = _words(other.facts)
    tells = other.facts.caption.origin not in COURTS and not other.law.compels_records
    if chosen.law.compels_records and tells and _WITHDRAWN.search(words):
        return True
    return other.law.id == "quash_or_stay_order" or (
        other.facts.caption.origin in COURTS and other.facts.decree.effect == "block"
    )


def _people(view: View, chosen: Read, reads: list[Read], cities: tuple[str, ...]) -> tuple[Person, ...]:
    names = tuple(r.facts.signer.name for r in reads if r.facts.signer.name)
    own, part = chosen.facts.signer.name, chosen.facts.part
    waives = chosen.law.id == "consent_waiver" and chosen.facts.signer.group in ("person", "")
    if own is None or not waives:
        return subjects.read_subjects(view, part, names, cities)
    # Who waives is the subject as well as the signer.
    others = tuple(name for name in names if name != own)
    found = subjects.read_subjects(view, part, others, cities)
    written = set(subjects.folded_words(own))
    if any(written <= set(subjects.folded_words(person.name)) for person in found):
        return found
    return (Person(own, subjects.born_beside(view.source, own)), *found)


def _is_subject(view: View, people: tuple[Person, ...], asked: list[Person]) -> bool:
    alike = [
        (p, a)
        for p in people
        for a in asked
        if sorted(subjects.folded_words(p.name)) == sorted(subjects.folded_words(a.name))
    ]
    if any(p.born and a.born and p.born != a.born for p, a in alike):
        return False
    if any(a.born and subjects.other_birth(view.source, a) for a in asked):
        return False
    return any(subjects.same(printed, person) for printed in people for person in asked) or any(
        subjects.stands_in(view.source, person) for person in asked
    )


def _secrecy(view: View, reads: list[Read], chosen: Read) -> Secrecy | None:
    """Of the operative part and the orders in its bundle; what a court ordered outweighs what was asked."""
    found = []
    for read in reads:
        court = (
            read.facts.caption.origin in COURTS | {"us_court"}
            and read.law.judicial is True
            and read.facts.signer.signed is True
        )
        issued = read.terms.issued.date if read.terms.issued else None
        if read.law.id == "application_or_proposed_paper" and read is not chosen:
            continue
        secrecy = read_secrecy(view, read.facts.part, court=court, issued=issued)
        if secrecy:
            found.append(secrecy)
    return next((s for s in found if s.ordered), found[0] if found else None)


def _gate(
    chosen: Read,
    judicial: bool | None,
    flags: list[str],
    cities: tuple[str, ...],
    reads: list[Read],
    asked: list[Person],
) -> str:
    """opens, counsel or closed; anything doubtful is closed."""
    law, facts = chosen.law, chosen.facts
    barring = [flag for flag in flags if flag not in WARNING_FLAGS]
    if (
        law.id == "unknown"
        or law.verdict not in (SUFFICES, COUNSEL)
        or [flag for flag in barring if flag != AWAY]
    ):
        return "closed"
    if law.judicial is True and (judicial is not True or facts.signer.judge is False):
        return "closed"
    if law.verdict == COUNSEL:
        return "counsel"
    if not (facts.signer.judge and facts.signer.signed):
        return "closed"
    if barring or facts.signer.group == "state":
        return "counsel"
    if any(read is not chosen and _may_take_back(read, chosen) for read in reads):
        return "closed"
    good = _sound(chosen) and custodians.keeps_it(facts, cities) and _speaks_of(facts, asked)
    return "opens" if good else "closed"


def _speaks_of(facts: Facts, asked: list[Person]) -> bool:
    """Of the people asked for, one is named in the paper, and nowhere with another birth date; where nobody
    was asked for there is no doubt. An agency's form in front of the paper may repeat what was asked."""
    text = facts.view.source
    return not asked or (
        any(
            subjects.stands_in(text, person)
            and not doubts.left_out(text, person.name)
            and _in_the_body(facts, person)
            for person in asked
        )
        and not any(subjects.other_birth(text, person) for person in asked)
    )


def _in_the_body(facts: Facts, person: Person) -> bool:
    """Who is named in an order's caption alone must be meant below by "Plaintiff's": in a suit of Tarn the
    file to be produced may be anybody's."""
    view, titles = facts.view, kinds.main_titles(facts.view, facts.part)
    if "warrant" in facts.title or not titles:
        return True
    body = view.source[view.span(titles[0].at, titles[0].end)[1] :]
    return subjects.stands_in(body, person) or _OF_A_PARTY.search(body) is not None


def _may_take_back(read: Read, chosen: Read) -> bool:
    """Words that take back, elsewhere than in a motion that no judge signed: a motion to stay is no stay."""
    if doubts.only_asks(read.facts):
        return False
    asks = (
        read.law.id == "application_or_proposed_paper"
        and kinds.names_an_application(read.facts)
        and not read.facts.signer.judge
    )
    words = _words(read.facts)
    if read.facts.letter:
        words = without_offers(words)
        if doubts.SPENT.search(words):
            return True
    if _older(read, chosen) and (docket := read_docket(chosen.facts.view, chosen.facts.part, "", False)[0]):
        # "SUPERSEDED - SEE 26-mj-118" on the one before points at this one.
        words = re.sub(rf"\bsuperseded\W{{0,3}}(?:by|see)\W{{1,3}}{re.escape(docket.lower())}", " ", words)
    if asks:
        return doubts.TELLS.search(words) is not None
    return bool(doubts.TAKEN_BACK.search(words) or doubts.HOLDS.search(words))


def _older(read: Read, chosen: Read) -> bool:
    """A paper of the same kind that bears an earlier date."""
    mine, other = chosen.terms.issued, read.terms.issued
    return read.law.id == chosen.law.id and bool(mine and other and other.date < mine.date)


def _sound(chosen: Read) -> bool:
    """What a paper must show beyond its kind before the reading calls it good: a federal court's own
    heading and judge, words that compel, a date of issue, and for a warrant its last day."""
    facts, terms = chosen.facts, chosen.terms
    if (
        facts.caption.origin not in ("us_district", "us_appeals")
        or not facts.caption.home
        or facts.signer.oath
        or facts.endorsed
    ):
        return False
    if facts.signer.group not in ("district", "magistrate", "appeals") or facts.signer.name is None:
        return False
    if terms.issued is None or kinds.names_an_application(facts) or doubts.leaves_open(facts):
        return False
    if chosen.law.id == "fed_search_warrant":
        return terms.execute_by is not None and not facts.decree.doubtful and not doubts.finds_no_cause(facts)
    if kinds.names_a_statute_of_its_own(facts):
        return False
    return (
        facts.decree.effect == "compel"
        and facts.decree.compels
        and not facts.decree.blocks
        and not facts.decree.doubtful
    )


def _missing(law: InstrumentType, judicial: bool | None, facts: Facts) -> list[str]:
    """What an agency can be told at once: only where the paper plainly is an agency's own."""
    agency = facts.caption.origin in AGENCIES or facts.signer.judge is False
    if (
        law.id == "unknown"
        or judicial is not False
        or not agency
        or law.verdict in (SUFFICES, COUNSEL, INFORMATIONAL)
    ):
        return []
    return ["not_judicial"] if law.compels_records else ["not_judicial", "no_records_effect"]


def _evidence(view: View, cues: Sequence[Cue]) -> list[dict[str, Any]]:
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for cue in cues:
        start, end = view.span(cue.at, cue.end)
        if end > start and (start, end) not in found:
            found[start, end] = {"cue": cue.cue, "quote": view.source[start:end], "start": start, "end": end}
    return list(found.values())
