"""The date of a paper: of its signature, at the head of a letter, else of the file stamp."""

from __future__ import annotations

import re

from workflows.instruments.reader.dates import STATES, Moment
from workflows.instruments.reader.layout import RUNNING_HEAD
from workflows.instruments.reader.nearby import after
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

_ISSUED = (
    re.compile(
        r"\b(?:date and time issued|date issued|date of issuance|time and date issued|issued at"
        r"|fecha y hora de (?:emision|expedicion)|fecha de (?:emision|expedicion)|date of issu(?:e|ance)"
        r"|date of order(?=\s*:)"
        r"|order (?:entered|signed|issued)(?=\s*:)"
        r"|issue date|date of publication|publication date|published|fecha de publicacion"
        r"|emitid[ao](?: el)?|expedid[ao](?: el)?|emision)\b(?! by)\W*"
    ),
    re.compile(
        r"\b(?:so ordered|and now|subpoenaed|ordered|entered|signed|dated|done|executed|given|issued"
        r"|witness my hand"
        r"|on this (?:day|date)|it is(?=,? (?:on )?this)|enter(?= this)|affixed|whereof|dad[oa]"
        r"|fechad[oa]|firmad[oa]"
        r"|emitid[oa]|dictad[oa]"
        r"|librad[oa]|suscrit[oa]|hecho|attest|resolvio|firmo|firma|acordo|proveyo|decreto|resuelto"
        r"|pronunciad[oa]|otorgad[oa]|extendid[oa])\b[^.\n]{0,130}?\b(?:this|on|at|the|el"
        r"|a los|a|en"
        r"|dia|día)\b[^.\n]{0,60}?"
    ),
    re.compile(
        r"\b(?:dated|date|fecha|fechado|dated at|entered|enter(?=\s*:)|signed|issued"
        r"|witness)\b(?! and time| of birth"
        r"|/time)\s*\)?\s*[:.]?\s*"
    ),
)


_SHORT = re.compile(
    r"(?<![a-z])[a-z]\.|\b(?:st|ste|no|mt|ft|dept|ave|blvd|calif|wash|tex|ariz|colo)\."
)  # "D.C."
_DAY_LEFT_OPEN = re.compile(
    r"\b(?:dated?|entered|signed|issued|ordered|done|given|fechad[oa]|dad[oa]"
    r"|firmad[oa])\b[^.;]{0,40}?\b(?:this|on|at|the|el|a los)?"
    r"[^\w]*(?<![0-9])(?<![0-9]th)(?<![0-9]st)(?<![0-9]nd)(?<![0-9]rd)_{2,}\W*(?:st|nd|rd|th)?\W*(?:day of"
    r"|dia|dias de|de)\b|\b(?:date and time issued|date issued"
    r"|dated?|fecha)\s*:\s*_{3}(?:\s|,)"
)
_SUBMITTED = re.compile(r"\brespectfully submitted\b|\brespetuosamente\b")
_FILED = re.compile(
    r"\bfiled\b\W*|\bentered\b(?: on (?:the )?docket)?\W*|\bdocketed\b\W*|\bfiled for record\b\W*"
    r"|\bfile stamp\b\W*|\bfiled in (?:my|the) office\b[^\n]{0,40}?"
    r"|\bendorsed\b\W*|\b(?:presentad|registrad|archivad)[oa] el\b\W*"
)


def date_of_issue(
    view: View, part: Part, dated: list[Moment], sign_line: int, low: int, high: int,
    execute: Moment | None, ends: Moment | None, family: str,
) -> Moment | None:  # fmt: skip
    """The date of the signature; of a letter the first date at its head; else the file stamp."""
    taken = {m.at for m in (execute, ends) if m}
    told = family == "hearing"  # the day that a notice is about is not its own
    free = [m for m in dated if m.at not in taken and not (told and _held_then(view, m))]
    labelled = after(view, _ISSUED[0], free, low, high, 40)
    if labelled and family != "letter":
        return labelled
    if family == "letter":
        head = view.lines[min(part.last - 1, part.first + 22)].end
        first = next((m for m in free if m.at < head and _alone(view, m)), None)
        if first:
            return first.as_day()
    own = [m for m in free if not _OF_ANOTHER.search(view.joined, max(low, m.at - 110), m.at)]
    near = _near_signature(view, part, free, sign_line)
    if near is not None and not _short_line(view, near) and family in ("demand", "notice"):
        head = view.lines[min(part.last - 1, part.first + 20)].end
        near = next((m.as_day() for m in free if m.at < head and _alone(view, m) and not _due(view, m)), near)
    closing = _last_closing(view, free, low, high, sign_line)
    if family == "application" and near is None and closing is None:
        closing = after(view, _SUBMITTED, own, low, high, 30)
    # "On the 18th day of June ..., ENTERED June 22": the judge's own words before the clerk's stamp.
    stamped = near is not None and closing is not None and _by_clerk(view, near) > _by_clerk(view, closing)
    for found in (closing, near) if stamped else (near, closing):
        if found:
            return found
    if _DAY_LEFT_OPEN.search(view.joined, low, high):
        # Nobody filled in the day: only the clerk's own stamp can say it.
        filed = _filed(view, part, [m for m in free if not _handed_up(view, part, m)], low, high)
        return filed.as_day() if filed else None
    dated_line = after(view, _ISSUED[2], own, low, high, 30)
    if dated_line and not _birth(view, dated_line):
        return dated_line
    filed = _filed(view, part, free, low, high)
    if filed:
        return filed.as_day()
    first = _by_itself(view, part, free, own, low) or (
        after(view, _MAILED, own, low, high, 30) if told else None
    )
    return first.as_day() if first else None


def _by_itself(view: View, part: Part, free: list[Moment], own: list[Moment], low: int) -> Moment | None:
    """A date with hardly a word beside it at the head, else the last that is a sentence of its own."""
    head = view.lines[min(part.last - 1, part.first + 20)].end
    first = next((m for m in free if m.at < head and _alone(view, m) and not _due(view, m)), None)
    if first is not None:
        return first
    alone = [
        m
        for m in own
        if re.search(r"[.]\s*$", view.text[max(low, m.at - 4) : m.at])
        and re.match(r"\s*(?:[.]|\n|\t|$)", view.text[m.end : m.end + 3])
    ]
    return alone[-1] if alone else None


# When a notice went out, where it bears no other date; and the hour of the hearing that it tells of.
_MAILED = re.compile(
    r"\b(?:mailed|sent|went|served|delivered|e-?mailed|transmitted|enviad[oa]|notificad[oa])\b"
    r"[^.;]{0,170}?\b(?:on|el)\b\s*"
)
_HOUR_BELOW = re.compile(r"[^\n]{0,60}\n?\W*(?:time|hora)\b[^0-9\n]{0,24}[0-9]{1,2}\s?[:.]\s?[0-9]{2}")


def _held_then(view: View, moment: Moment) -> bool:
    """The day of the hearing: its hour stands beside it or on the line below."""
    return _HOUR_BELOW.match(view.joined, moment.end) is not None


def _handed_up(view: View, part: Part, moment: Moment) -> bool:
    """On a paper that calls itself proposed the head of its pages says when it was handed up."""
    head = view.text[view.lines[part.first].at : view.lines[min(part.last - 1, part.first + 26)].end]
    return bool(RUNNING_HEAD.match(view.line_text(view.line_of(moment.at)))) and "proposed" in head


def _filed(view: View, part: Part, free: list[Moment], low: int, high: int) -> Moment | None:
    """The date of the clerk's stamp, never that of another filing which a sentence tells of."""
    stamped = [m for m in free if not _IN_SENTENCE.search(view.joined, max(low, m.at - 90), m.at)]
    return after(view, _FILED, stamped, low, high, 30) or _stamp(view, part, stamped, low)


# "The petition filed January 9", "its motion, entered ...": another paper's date.
_IN_SENTENCE = re.compile(
    r"\b(?:petition|motion|application|subpoena|summons|complaint|opinion|affidavit|declaration|response"
    r"|reply|brief"
    r"|objections?|stipulation|request|notice|answer|the order|an order|order|decision|judgment|doc|ecf"
    r"|which was|was|were"
    r"|had|having|been|peticion|solicitud|mocion)\b[^.;:|\n]{0,60}?\b(?:filed|entered|docketed|endorsed"
    r"|presentad[oa])\b\W*"
    r"(?:on|at|the|el|in|of|by|\W)*$"
)


_STAMP = re.compile(
    r"(?:^|\t)[^a-z0-9\n]*(?:electronically )?(?:e-?filed|filed|endorsed|entered|docketed)\b", re.MULTILINE
)


def _stamp(view: View, part: Part, free: list[Moment], low: int) -> Moment | None:
    """The date of a file stamp of several lines at the head of the paper."""
    head = view.lines[min(part.last - 1, part.first + 12)].end
    stamp = _STAMP.search(view.text, low, head)
    return next((m for m in free if stamp and 0 < m.at - stamp.end() <= 160), None)


def _birth(view: View, moment: Moment) -> bool:
    return bool(
        re.search(
            r"\b(?:birth|dob|born|nacimiento|nacid[oa]|service|served|executed)\W*(?:(?:on|el)\W*)?$",
            view.joined[max(0, moment.at - 24) : moment.at],
        )
    )


_PLACE = re.compile(
    rf"\W*(?:(?:done|dated|signed|at|in|en)\W+)?(?:[a-z]+\W){{1,3}}\W*(?:{'|'.join(STATES)}|n ?m|tx|az|co"
    r"|nuevo mexico)\W*(?:,|on|this|the|el|a)?\W*"
)


def _alone(view: View, moment: Moment) -> bool:
    """A date with hardly a word beside it on its line, or after "Date:"."""
    line = view.lines[view.line_of(moment.at)]
    cell_at = max(line.at, view.text.rfind("\t", line.at, moment.at) + 1)
    before = view.text[cell_at : moment.at]
    if re.search(
        r"\b(?:by|before|than|until|through|from|hasta|del)\W*$",
        view.joined[max(0, moment.at - 14) : moment.at],
    ):
        return False
    if re.fullmatch(r"\W*[a-z]+(?: [a-z]+){0,3}(?:, [a-z]+\.?(?: [a-z]+\.?){0,2})?,\W*a(?: los)?\W*", before):
        return True  # "Ciudad Juarez, Chihuahua, a 19 de noviembre": the place and the day of a paper
    if _PLACE.fullmatch(before):
        return True  # "Roswell, New Mexico, March 20, 2024"
    before = re.sub(
        r"\b(?:date|dated|fecha|sent|on|in|this|chambers|a|enviado|albuquerque|new|mexico|nuevo|santa fe"
        r"|denver|el paso"
        r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes"
        r"|sabado|domingo|de|el|d|nm|washington|dc|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|lun|mar|mie"
        r"|jue|vie|sab|dom|via|email|fax|hand|delivery|the|at|las cruces|enviado el|sent)\b",
        "",
        before,
    )
    return len(re.findall(r"[a-z]+", before)) == 0


def _near_signature(view: View, part: Part, free: list[Moment], sign_line: int) -> Moment | None:
    """A date within the lines of the signature block: beside, above or right below the signer."""
    if sign_line < 0:
        return None
    first, last = max(part.first, sign_line - 5), min(part.last - 1, sign_line + 5)
    low, high = view.lines[first].at, view.lines[last].end
    inside = [m for m in free if low <= m.at <= high and not _birth(view, m)]
    start = view.lines[part.first].at
    ranked = [m for m in inside if _dated_here(view, m, start, sign_line) and not _due(view, m)]
    if ranked:
        return min(
            ranked,
            key=lambda m: (
                _by_clerk(view, m), not _short_line(view, m), abs(view.line_of(m.at) - sign_line), m.at
            ),
        )  # fmt: skip
    return None


_CLERKS = re.compile(
    r"\b(?:filed|docketed|docket|entered on|entered in (?:the|my) office|attest|true copy"
    r"|certified copy|conformed copy|es copia fiel"
    r"|mailed|copies (?:sent|mailed)|entered by)\b"
)


def _by_clerk(view: View, moment: Moment) -> bool:
    """The clerk's date of filing, entry or copy beside it: of two dates the judge's own counts."""
    line = view.lines[view.line_of(moment.at)]
    before = view.text[max(line.at, moment.at - 60) : moment.at]
    return bool(_CLERKS.search(before)) and not re.search(
        r"\b(?:signed|dated?|ordered|done|given|issued)\b", before
    )


def _due(view: View, moment: Moment) -> bool:
    """The date of a hearing or of compliance: behind "date and time", or with a time in a sentence."""
    before = view.joined[max(0, moment.at - 30) : moment.at]
    if re.search(r"\b(?:date and time|date/time|fecha y hora)\W*$", before):
        return True
    if re.match(r"\W*(?:\(?[abc]\)\W*)?(?:time|hora)\W*[0-9]", view.joined[moment.end : moment.end + 24]):
        return True
    if moment.time and re.search(r"\b(?:time|hora)\b", view.joined[moment.at : moment.end]):
        return True
    if moment.time is None or not re.search(
        r"\b(?:on|el|by|for|para)\W*(?:the\W*)?(?:[a-z]+day\W*)?(?:the\W*)?$", before
    ):
        return False
    return not re.search(
        r"\b(?:signed|issued|entered|dated|done|given|executed|filed|ordered|firmad[oa]|emitid[oa]"
        r"|dad[oa])\b",
        view.joined[max(0, moment.at - 60) : moment.at],
    )


def _short_line(view: View, moment: Moment) -> bool:
    """Few words stand on the line, or in the column, of the date."""
    line = view.lines[view.line_of(moment.at)]
    cell_at = max(line.at, view.text.rfind("\t", line.at, moment.at) + 1)
    stop = view.text.find("\t", moment.end, line.end)
    words = re.findall(
        r"[a-z]{2,}",
        view.text[cell_at : moment.at] + " " + view.text[moment.end : stop if stop >= 0 else line.end],
    )
    return len(words) <= 5


_HERE = re.compile(
    r"\b(?:dated?|fecha|fechad[oa]|entered|signed|issued|ordered|ordena|done|given|executed|day of|filed"
    r"|emitid[oa]|dad[oa]|dictad[oa]|librad[oa]|hoy|hereunto|firmad[oa]|hand|expedid[oa]|witness|approved"
    r"|it is(?=,? (?:on )?this)|enter(?= this)|hecho|seal|resolvio|firma|acordo|proveyo|decreto"
    r"|resuelto|otorgad[oa]"
    r"|extendid[oa])\b[^;\n]{0,90}$"
)


# The date of another paper, of a hearing, or of a lawyer's assent.
_OF_ANOTHER = re.compile(
    r"\b(?:orders?|judgment|subpoena|summons|petition|motion|decision|warrant)\b,? (?!is\b|was\b)"
    r"[^.;:]{0,60}?\b(?:entered|dated|issued|filed|of)\W*(?:on\W*)?$"
    r"|\b(?:conference|hearing|trial(?! judge)|deadline|calendar call|docket call)s?\b[^.;]{0,50}$"
    r"|\bapproved\b\W*(?:(?:telephonic(?:ally)?|by|as to form|via|per|electronically)\b[^.;]{0,30})?$"
)
_BY_HAND = re.compile(
    r"\b(?:witness my hand|witness our hands|given under my hand|under my hand"
    r"|(?:done|dated|signed|issued|given|entered)\W+(?:at|in)|dad[oa] en|hecho en|firmad[oa] en"
    r"|expedid[oa] en|held in and for)\b[^.;]{0,170}?"
    r"(?:,|\b(?:this|on|the|el|a|a los|dia))\W*$"
)


# The line above ends on a word that makes the date a last day, or one that a sentence tells of.
_RUNS_INTO = re.compile(
    r"\b(?:on or before|no later than|not later than|by|before|due|until|expires|from|through|between|of"
    r"|since|for|about|after|and|hasta|desde|antes del?|del|entre|para)\s*$"
)


# "Nunc pro tunc to September 3": from when it counts, not when it was signed.
_COUNTS_FROM = re.compile(r"\b(?:nunc pro tunc|effective|retroactive)(?: (?:to|as of|from|on))?\W*$")
# "/s/ Ana Rivas on 09/10/2025", "(sgd.) Ana Rivas, United States District Judge, 10 September 2025".
_AT_MARK = re.compile(
    r"(?:/[sf]/?|//s//|\(s\)|\(sgd\.?\)|[\[(](?:signed|firmad[oa]|signature|firma)[\])]|\bsgd\.|\bfdo\.)"
    r"[^;:/\n]{3,80}?(?:,|\bon|\bel(?: dia)?)?\W*$"
)


_GOES_ON = re.compile(r" ?,? ?(?:[a-z]+ ){2}[a-z]+")


def _runs_on(view: View, moment: Moment, above: str) -> bool:
    """A sentence of the line above goes on behind the date: "impounded / March 3, 2026, and to seize"."""
    return (
        len(re.findall(r"[a-z]{2,}", above)) >= 5
        and not above.rstrip().endswith((".", ":"))
        and bool(_GOES_ON.match(view.text, moment.end))
    )


# "By 5:00 p.m. (MDT) on Wednesday, March 20": an hour between the word of a last day and its date.
_HOUR_BEFORE = re.compile(
    r"\b(?:by|before|until|than)\b\W*[0-9]{1,2}[^;\n]{0,24}\bon\W*(?:the\W*)?(?:[a-z]+day\W*)?$"
)


def _dated_here(view: View, moment: Moment, low: int, sign_line: int) -> bool:
    line = view.lines[view.line_of(moment.at)]
    before = view.text[max(low, line.at) : moment.at]
    told = (max(low, moment.at - 110), moment.at)
    if (
        _OF_ANOTHER.search(view.joined, *told)
        or _IN_SENTENCE.search(view.joined, *told)
        or _COUNTS_FROM.search(view.joined, *told)
    ):
        return False
    if re.search(
        r"\b(?:on or (?:about|after)|commenced|entered the united states|admitted|arriv\w+"
        r"|a partir del?)\b[^\n]{0,12}$"
        r"|\b(?:executed|served|received|born|dob|appeal due|due|expires|commission expires|on or before"
        r"|no later than|not later than|before|until|a mas tardar|no mas tarde|antes del?|hasta"
        r"|entreg\w+|produ[cz]\w+)\b[^\n]{0,30}$|\bby\W*$",
        before,
    ):
        return False
    if _HOUR_BEFORE.search(view.joined, max(low, moment.at - 60), moment.at):
        return False
    if not before.strip(" _\t():,.-"):
        above = view.line_text(view.line_of(moment.at) - 1)
        return not (_RUNS_INTO.search(above) or _runs_on(view, moment, above))
    if abs(view.line_of(moment.at) - sign_line) <= 2 and _AT_MARK.search(before):
        return True
    return bool(_HERE.search(before)) or _alone(view, moment) or before.rstrip().endswith((")", "."))


def _last_closing(view: View, free: list[Moment], low: int, high: int, sign_line: int) -> Moment | None:
    """ "Dated this ...", "Entered on ...": the last such date before the end of the paper."""
    best = None
    for match in _ISSUED[1].finditer(view.joined, low, high):
        for moment in free:
            between = view.text[match.start() : moment.at]
            # "Signed by Judge ... on": "by" stands for who signed, not for a last day.
            flat = re.sub(
                r"\b(signed|entered|issued|ordered|firmad[oa]) (?:by|por)\b(?= [^,]{0,40}\b(?:judge|juez))",
                r"\1",
                between,
            )
            flat = flat.replace("\n", " ")
            if (
                0 <= moment.at - match.end() <= 70
                and "." not in _SHORT.sub("", between)
                and between.count("\n") <= 2
                and len(between) < 190
            ):
                if re.search(
                    r"\b(?:hearing|served|subpoena|motion|filed|argument|petition|doc|ecf|opinion|request"
                    r"|warrant issued|born|on or before|on or about"
                    r"|on or after|commenced|united states at"
                    r"|oral|by|produce|recording|shall|records|arrested"
                    r"|received|between|from|since|through|until|no later than|not later than|before|comply"
                    r"|deliver|provide"
                    r"|appear)\b",
                    flat,
                ):
                    continue
                best = moment
                break
    for moment in free:
        if _BY_HAND.search(view.joined, max(low, moment.at - 190), moment.at) and not _due(view, moment):
            best = moment
    return best
