"""Which kind a part is: independent sorts of cues weighed, contradictions taken off, ties left open.

Signature block and heading outweigh the title, decretal words the nouns. Words alone never make a
kind: at least two sorts of cues (form, title, heading, standing words, signature) must agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue, Kind, kinds
from workflows.instruments.reader.captions import COURTS, Caption
from workflows.instruments.reader.decretal import Decree
from workflows.instruments.reader.layout import FORM, Title
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View
from workflows.instruments.signers import Signer
from workflows.policy.instrument_types import COUNSEL, SUFFICES, instrument_type

# Weights of the sorts of cues. Chosen so that no single sort reaches ENOUGH with another against it.
FORM_W, TITLE_W, NOUN_W, STRONG_W, PHRASE_W, CAPTION_W, SIGN_W = 8.0, 6.0, 2.0, 3.0, 1.0, 1.0, 1.0
ORIGIN_W, EFFECT_W, LETTER_W, AGAINST_W = 3.0, 5.0, 3.0, 3.0
ENOUGH, ENOUGH_TO_ASK, CLOSE = 7.0, 5.0, 1.0
_LETTER = re.compile(
    r"\bdear\b|\bsincerely\b|\bvery truly yours\b|\bto whom it may concern\b|\bladies and gentlemen\b"
    r"|^\W*(?:counsel|gentlemen|sirs?|madam|records custodian)\s*[:,]\s*$|^\W*(?:re"
    r"|ref)\s*:[^\n]+\n\s*(?:dear|counsel|to)\b|\bestimad[oa]s?\b|\batentamente\b|\bcordialmente\b"
    r"|\bregards,|\brespectfully,|\bfrom:[^\n]{3,80}\n\s*(?:to|sent|date):|^\W*subject:"
    r"|\bsubject:[^\n]+\n\n?\W*(?:importance|dear|hi|hello|good)|\bbuen[oa]s (?:dias|tardes)\b"
    r"|\bde:[^\n]{3,80}\n\s*(?:para|a|enviado|fecha):|\ba quien corresponda\b|\bmuy senor",
    re.MULTILINE,
)
# A fax or a memorandum: from whom, to whom and about what, on lines or in columns of their own.
_MEMO_HEAD = tuple(
    re.compile(rf"(?:^|\t|\n)\W*{label}\s*:")
    for label in ("(?:from|de)", "(?:to|para|a)", "(?:re|subject|asunto)")
)
_PROPOSED = re.compile(
    r"[\[(]\s*(?:proposed(?! findings)|propuesta|propuesto|proyecto)\b|\bproposed\]?\s+(?:order|warrant"
    r"|protective)\b|\bproposed form of order\b|\borden propuesta\b|\b(?:government|plaintiff"
    r"|united states)s proposed order\b|\bproyecto de orden\b"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the stages before found in one part."""

    view: View
    part: Part
    caption: Caption
    signer: Signer
    decree: Decree
    title: str
    letter: bool
    proposed: bool
    endorsed: bool = False  # a judge's few lines under somebody else's paper


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of a part with its cues; `score` says how much stands behind it."""

    kind: str
    score: float
    cues: tuple[Cue, ...]
    runner_up: str


def is_letter(view: View, part: Part) -> bool:
    """Salutation and closing of a letter, or the head of an e-mail."""
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    head = view.text[low : view.lines[min(part.last - 1, part.first + 12)].end]
    return bool(_LETTER.search(view.text, low, high)) or all(mark.search(head) for mark in _MEMO_HEAD)


def is_proposed(view: View, part: Part) -> bool:
    """The paper calls itself proposed in its heading."""
    low = view.lines[part.first].at
    high = view.lines[min(part.last - 1, part.first + 26)].end
    return bool(_PROPOSED.search(view.text, low, high))


def main_titles(view: View, part: Part) -> tuple[Title, ...]:
    """The title of a part and what continues it: the first one and those within three lines of it."""
    own = [t for t in part.titles if t.line < part.body_last] or list(part.titles)
    own = [t for t in own if not t.subject] or own
    if is_docket_order(view, part):
        own = [t for t in own if t.rest == "text"]
    if not own:
        return ()
    words = [t for t in own if len(t.words) > 3] or own
    first = words[0]
    return tuple(t for t in own if 0 <= t.line - first.line <= 3)


_NO_DOCUMENT = re.compile(
    r"\bno (?:pdf|document|attachment|written order)\b[^\n]{0,24}\b(?:attached|will|follow|associated)"
    r"|\b(?:text|docket|paperless|virtual|entry)[- ](?:only|entry) order\b|\bpaperless order\b"
)


def is_docket_order(view: View, part: Part) -> bool:
    """The message of a court's filing system that is itself the order: no paper stands behind it."""
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    return (
        any(t.rest == "text" for t in part.titles) and _NO_DOCUMENT.search(view.text, low, high) is not None
    )


def forms_in(view: View, part: Part) -> list[tuple[str, Cue]]:
    """Form numbers at the head or foot of the part, not those a sentence mentions."""
    found = []
    for n in range(part.first, part.last):
        text = view.line_text(n)
        if len(text) > 160 or text.lstrip().startswith(">"):
            continue
        for match in FORM.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            words_before = len(re.findall(r"[a-z]{2,}", re.split(r"\t", before)[-1]))
            edge = (
                n - part.first < 4
                or part.last - n <= 6
                or "(page" in text
                or bool(re.match(r"\W*\(?rev|\W*\([0-9]", after))
            )
            if (
                words_before <= 3
                and (edge or words_before == 0)
                and not re.search(r"\b(?:attached|see|the|a|an|of|and|copy|enclosed|on|in)\s*$", before)
            ):
                number = re.sub(r"[^a-z0-9]", "", match["no"])
                found.append(
                    (
                        number,
                        Cue("form number", view.lines[n].at + match.start(), view.lines[n].at + match.end()),
                    )
                )
    return found


def decide(facts: Facts) -> Verdict:
    """The kind with the best cues of at least two sorts; `unknown` where kinds of unlike power are near."""
    forms = forms_in(facts.view, facts.part)
    titles = main_titles(facts.view, facts.part)
    rows = sorted(
        (_score(kind, facts, forms, titles) for kind in kinds()), key=lambda row: row[0], reverse=True
    )
    best, second = rows[0], rows[1]
    if _signed_by_official(best[1], facts):
        return Verdict("unknown", best[0], best[2], best[1])
    if facts.decree.refused and instrument_type(best[1]).judicial is True and best[0] >= ENOUGH_TO_ASK:
        return Verdict("other_court_order", best[0], best[2], best[1])
    if best[1] in _ORDERS:
        best = _by_statute(rows, facts, titles) or _whose_process(rows, best, facts)
    enough = ENOUGH if _power(best[1]) in (SUFFICES, COUNSEL) else ENOUGH_TO_ASK
    if best[0] < enough or best[3] < 2:
        return Verdict("unknown", best[0], best[2], best[1])
    if (
        best[0] - second[0] < CLOSE
        and _power(best[1]) != _power(second[1])
        and SUFFICES in (_power(best[1]), _power(second[1]))
    ):
        return Verdict("unknown", best[0], (*best[2], *second[2]), second[1])
    return Verdict(best[1], best[0], best[2], second[1])


# Orders that open by themselves, and orders of a statute of its own, which counsel must see first.
_ORDERS = ("fed_production_order", "court_order_enforcing_admin_subpoena")
_OF_STATUTE = ("foreign_assistance_order", "fed_sca_order", "all_writs_order", "pen_trap_or_wiretap_order")
# Of these courts every order, warrant and subpoena is of one kind, whatever else its title says.
_OF_ANY_TITLE = ("tribal_court_order", "other_federal_court_process")
_COURTS_PAPER = re.compile(
    r"(?:order|judgment|subpoena|(?:search |arrest )?warrant)\b(?! (?:denying|setting|to show|staying"
    r"|quash|vacat))"
)
_Row = tuple[float, str, tuple[Cue, ...], int]


# What an agency issued itself and a court enforces; and a party's own process, or a motion about it.
_AGENCYS = re.compile(
    r"\b(?:petition|application)s? (?:to|for) (?:summarily |summary |judicial )?enforce\w*"
    r"|\badministrative (?:subpoena|summons|demand)|\b(?:irs|treasury|immigration)(?: enforcement)? "
    r"(?:subpoena|summons)|\bsummons(?:es)?\b|\binvestigative demand\b|\b(?:agencys|commissions|boards"
    r"|departments|services|inspector generals|dhs|eeoc|nlrb|sec|ftc|irs|oig) (?:\w+ )?subpoena"
    r"|\b(?:citacion|citatorio|requerimiento) administrativ[oa]"
    r"|\b(?:peticion|solicitud) (?:de|para) (?:hacer )?cumpli\w+"
)
_PARTYS = re.compile(
    r"\bmotions? to (?:compel|quash|modify)\b|\brule (?:17|26|30|34|37|45)\b|\bunderlying (?:action|case)\b"
    r"|\bplaintiffs?\b|\bdiscovery\b|\bnon-?part(?:y|ies)\b|\bthird-part(?:y|ies)\b|\bdemandantes?\b"
    r"|\b(?:peticion|mocion|solicitud) (?:de|para) (?:exhib|produc|oblig|present|entreg)\w+"
)


def _whose_process(rows: list[_Row], best: _Row, facts: Facts) -> _Row:
    """The order that compels a party's process, where nothing tells of an agency's: "comply with the
    subpoena" stands in both."""
    other = next(row for row in rows if row[1] == _ORDERS[0])
    lines, part = facts.view.lines, facts.part
    text = facts.view.joined[lines[part.first].at : lines[part.last - 1].end]
    if best[1] == other[1] or other[0] < ENOUGH - 2 or other[3] < 2:
        return best
    return best if _AGENCYS.search(text) or not _PARTYS.search(text) else other


def _by_statute(rows: list[_Row], facts: Facts, titles: tuple[Title, ...]) -> _Row | None:
    """The kind whose statute the caption or the title names: "granting application under 28 U.S.C. 1782"."""
    lines = facts.view.lines
    last = max((t.line for t in titles), default=facts.part.first + 8) + 3
    stop = lines[min(facts.part.last - 1, last)].last
    first = lines[facts.part.first].first
    for row in rows:
        if row[1] in _OF_STATUTE and row[3] >= 2 and row[0] >= ENOUGH_TO_ASK:
            kind = next(k for k in kinds() if k.id == row[1])
            if _phrases(facts.view, kind.strong, "authority", first, stop, 1):
                return row
    return None


def names_a_statute_of_its_own(facts: Facts) -> bool:
    """Anywhere in the part stand words of an order that counsel must see first."""
    first, last = facts.view.lines[facts.part.first].first, facts.view.lines[facts.part.last - 1].last
    return any(
        _phrases(facts.view, kind.strong, "authority", first, last, 1)
        for kind in kinds()
        if kind.id in _OF_STATUTE
    )


def _signed_by_official(kind: str, facts: Facts) -> bool:
    """A court's kind over the signature of an agency's officer is no kind at all."""
    official = facts.signer.judge is False and facts.signer.group in (
        "agency",
        "immigration_judge",
        "administrative_law_judge",
    )
    courts_own = instrument_type(kind).judicial is True or kind in (
        "fed_civil_subpoena",
        "fed_grand_jury_subpoena",
        "fed_criminal_trial_subpoena",
        "state_subpoena",
    )
    return (
        official
        and bool(facts.signer.signed)
        and courts_own
        and kind != "fed_arrest_warrant"
        and not facts.letter
    )


def names_an_application(facts: Facts) -> bool:
    """A title of the part is that of an application, affidavit, motion or petition."""
    asking = next(kind for kind in kinds() if kind.id == "application_or_proposed_paper")
    titles = main_titles(facts.view, facts.part)
    return any(
        t.words in asking.titles and not t.subject and not any(_speaks_on(facts.view, o, t) for o in titles)
        for t in titles
    )


_ON = re.compile(r"\W*(?:granting|on|upon|regarding|concerning|resolving|re|as to)\b[^.;:]{0,90}$")


def _speaks_on(view: View, order: Title, title: Title) -> bool:
    """The title of an order goes on with the name of the motion that it decides, on the next line."""
    # "ORDER GRANTING PLAINTIFF'S / MOTION TO COMPEL": the word before may be the order's own.
    start = view.joined.rfind("order", order.at, order.end) + len("order")
    between = view.joined[start : title.at] if order.at < title.at else ""
    return "order" in order.words and "proposed" not in order.words and bool(_ON.match(between))


def _power(kind: str) -> str:
    return instrument_type(kind).verdict


def _score(
    kind: Kind, facts: Facts, forms: list[tuple[str, Cue]], titles: tuple[Title, ...]
) -> tuple[float, str, tuple[Cue, ...], int]:
    view, part = facts.view, facts.part
    if _ruled_out(kind, facts):
        return (-99.0, kind.id, (), 0)
    first, last = view.lines[part.first].first, view.lines[part.last - 1].last
    wanted = {
        re.sub(r"[^a-z0-9]", "", form.replace("form ", "").replace("dhs ", "").replace("ice ", ""))
        for form in kind.forms
    }
    form_cues = [cue for number, cue in forms if number in wanted]
    title_cues = [
        Cue("title", t.at, t.end) for t in titles if t.words in kind.titles and (kind.letter or not t.subject)
    ]
    if facts.decree.effect == "compel" and kind.effect == "other":
        title_cues = []  # "order denying motion to quash": what was denied kept nothing back
    if kind.id in _OF_ANY_TITLE and not title_cues and facts.decree.effect != "other":
        title_cues = [Cue("title", t.at, t.end) for t in titles if _COURTS_PAPER.match(t.words)]
    noun_cues = [
        Cue("title", t.at, t.end)
        for t in titles
        if t.words in kind.nouns
        or (kind.effect == "compel" and "order" in kind.nouns and t.words.startswith("order denying"))
    ]
    longest = max((len(t.words) for t in titles if t.words in kind.titles), default=0)
    strong = _phrases(view, kind.strong, "authority", first, last, 3)
    phrases = _phrases(view, kind.phrases, "standing words", first, last, 5)
    captions = _phrases(view, kind.captions, "caption", first, last, 3)
    signature = _phrases(view, kind.signature, "signature words", first, last, 2)
    against = _phrases(view, kind.against, "against", first, last, 2)
    origin = facts.caption.origin in kind.origins and facts.caption.origin != "none"
    if kind.id == "ig_subpoena" and facts.caption.origin != "oig" and not strong:
        return (-99.0, kind.id, (), 0)  # another office of the same department
    if kind.id in (*_OF_STATUTE, "doj_health_fraud_subpoena") and not (
        strong or captions_of_statute(kind, title_cues, captions)
    ):
        return (-99.0, kind.id, (), 0)  # an order of a statute of its own names it, or its matter
    score = (
        FORM_W * bool(form_cues) + (TITLE_W + longest / 25 if title_cues else NOUN_W * bool(noun_cues))
        + STRONG_W * min(3, len(strong)) + PHRASE_W * len(phrases) + CAPTION_W * len(captions)
        + SIGN_W * len(signature) + ORIGIN_W * origin - AGAINST_W * len(against)
    )  # fmt: skip
    score += _fit(kind, facts, named=bool(title_cues or noun_cues), titled=bool(title_cues))
    plain = kind.letter or kind.id == "consent_waiver"
    informal = plain and len(strong) >= 2 and _power(kind.id) != SUFFICES
    sorts = sum(
        map(
            bool,
            (
                informal,
                kind.letter and facts.letter,
                form_cues,
                title_cues or noun_cues,
                origin or captions,
                strong or phrases,
                signature,
            ),
        )
    )
    heading = (
        [Cue("issuer", facts.caption.heading.at, facts.caption.heading.end)]
        if facts.caption.heading and origin
        else []
    )
    return (
        score,
        kind.id,
        (*(title_cues or noun_cues)[:2], *form_cues[:1], *heading, *captions[:1], *strong[:3], *phrases[:2]),
        sorts,
    )


def captions_of_statute(kind: Kind, titles: list[Cue], captions: list[Cue]) -> bool:
    """Title or caption is of such an order alone; a subpoena of the Justice Department has many statutes."""
    return kind.id in _OF_STATUTE and bool(titles or captions)


def _phrases(view: View, wanted: tuple[str, ...], name: str, first: int, last: int, most: int) -> list[Cue]:
    found: list[Cue] = []
    for words in wanted:
        place = view.phrase(words, first, last)
        if place and not any(c.at <= place[0] and place[1] <= c.end for c in found):
            found = [c for c in found if not (place[0] <= c.at and c.end <= place[1])]
            found.append(Cue(name, *place))
            if len(found) >= most:
                break
    return found


def _ruled_out(kind: Kind, facts: Facts) -> bool:
    """The heading names another origin, or a letter that no court sent would be an order."""
    origin = facts.caption.origin
    if origin == "us_court":
        return "us_district" not in kind.origins and "us_court" not in kind.origins and kind.id != "unknown"
    if origin in ("none", "city", "law_enforcement"):
        return False
    return origin not in kind.origins


def _fit(kind: Kind, facts: Facts, *, named: bool, titled: bool) -> float:
    """What origin, effect, letter form and signer say for or against the kind."""
    score = 0.0
    if facts.caption.origin in ("none", "city", "law_enforcement") and not kind.origins & {
        "none",
        "city",
        "law_enforcement",
    }:
        score -= 3
    if kind.effect == "assist":
        score += 2 if facts.decree.effect in ("compel", "restrain", "seal", "") else -EFFECT_W
    elif kind.effect and kind.effect not in ("search", "arrest") and not facts.letter:
        if facts.decree.effect:
            score += (EFFECT_W if named else 1) if kind.effect == facts.decree.effect else -EFFECT_W - 1
        elif kind.effect == "compel" and facts.caption.origin in COURTS:
            score -= 2 if titled else 4
        elif kind.effect in ("restrain", "seal", "block") and not titled:
            score -= 3  # nothing in the paper does that
    score += _signer_fit(kind, facts)
    if kind.id == "court_notice" and is_docket_order(facts.view, facts.part):
        score -= EFFECT_W
    if facts.proposed:
        score += 8 if kind.id == "application_or_proposed_paper" else -2
    return score


def _signer_fit(kind: Kind, facts: Facts) -> float:
    """What the letter form and the signer say for or against the kind."""
    law, signer = instrument_type(kind.id), facts.signer
    score = 0.0
    if facts.letter and kind.id not in ("consent_waiver", "interpol_or_foreign_notice", "court_notice"):
        score += LETTER_W if kind.letter else -LETTER_W
    elif kind.letter and not facts.letter:
        score -= 1
    if signer.judge is True and not signer.oath:
        if law.judicial is True or kind.id == "other_federal_court_process":
            score += 2
        elif (
            law.signers
            and not set(law.signers) & {"article_i_judge"}
            and signer.signed
            and kind.id != "fed_arrest_warrant"
        ):
            score -= 4
    if signer.judge is False and law.judicial is True and kind.id != "fed_arrest_warrant":
        score -= 1 if signer.group == "clerk" or (signer.group == "attorney" and not signer.signed) else 3
    return score
