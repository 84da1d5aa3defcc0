"""The number of a paper: of its caption, else labelled, else of the agency's file."""

from __future__ import annotations

import bisect
import re
from itertools import islice

from workflows.instruments.cues import Cue
from workflows.instruments.reader.captions import AGENCIES, COURTS
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

_GOES_ON = re.compile(r"[ \t]*\n[ \t]*(?P<rest>[0-9OolI|]{3,})(?![\w-])")
_D = r"[0-9OolI|SB]"


_KIND = (
    r"(?:cv|rnj|rnc|rnr|rns|rnisc|pr|ev|er|me|mi|ml|cr|mj|mc|sw|gj|md|po|ms|mr|misc|civ|dm|pb|lr|jr|jq|jc"
    r"|fr|dw|ap|bk|rs|at|op|mi|cm|tr|te)"
)


_AS_LETTERS = str.maketrans("0158", "OISB")


_AS_DIGITS = str.maketrans("OolI|", "00111")


_STRUCTURED = (
    re.compile(
        rf"(?<![\w:.]){_D}\s?[:;]\s?{_D}{{2}}\s?[-–—_]\s?(?:{_KIND}"
        rf"|[A-Za-z]{{1,3}})\s?[-–—_]\s?{_D}{{1,6}}(?:[-–—]"
        rf"(?:[A-Za-z]{{1,4}}|[A-Z0-9]{{0,3}}[A-Z][A-Z0-9]{{0,3}})(?:/[A-Z]{{2,4}})?"
        rf"|-[0-9]{{1,2}}(?![0-9])){{0,3}}(?![\w])",
        re.I,
    ),
    re.compile(
        rf"(?<![\w-])[DMTLCA]\s?[-–]\s?{_D}{{1,4}}\s?[-–]\s?[A-Z]{{2}}\s?[-–]\s?(?:19"
        rf"|2[0O]){_D}{{2}}\s?[-–]?\s?{_D}{{3,6}}(?![\w])",
        re.I,
    ),
    re.compile(
        rf"(?<![\w:-])(?:{_D}:)?{_D}{{2}}[- ]?(?:MJ|MR|CR|CV|MC|SW|GJ|SC|PO|MISC|RNJ|RNC"
        rf"|RNR)[- ]?(?={_D}*[0-9]){_D}{{1,6}}(?:[- ][A-Z]{{2,4}}(?:/[A-Z]{{2,4}})?)?"
        rf"(?:-[A-Z]{{2,4}})?(?![\w])",
        re.I,
    ),
    re.compile(
        rf"(?<![\w:-]){_D}{{2}}-{_D}{{2,6}}-(?:SW|MJ|MR|CR|CV|MC"
        rf"|GJ)(?:-{_D}{{3,6}})?(?:-[A-Z]{{2,4}}){{0,2}}(?![\w])",
        re.I,
    ),
    re.compile(
        rf"(?<![\w-])(?:CIV|ClV|CR|MR|MC|MISC|MJ|GJ|SW|CV|CRIM"
        rf"|MAG)\.?[\s-]?(?:No\.?\s?)?{_D}{{2}}[- ]{_D}{{2,6}}"
        rf"(?:-{_D}{{1,3}}(?![\w/]))?(?:[ -][A-Z]{{2,4}}(?:/[A-Z]{{2,4}})?)?(?![\w/]|-\d)",
        re.I,
    ),
    re.compile(rf"(?<![\w-])(?:GJ|Grand Jury)[\s-]?(?:No\.?\s?)?\d{{2}}-\d{{1,2}}-{_D}{{1,5}}(?![\w/-])"),
    re.compile(r"(?<![\w-])\d{2}-\d{4,6}-[a-z]{1,3}\d{0,2}(?![\w])"),
    re.compile(rf"(?<![\w-])\d{{2}}-(?:MJ|MR|CR|CV|MC|SW)-{_D}{{1,2}}(?![\w-])", re.I),
    re.compile(rf"(?<![\w-])(?:CV|CR|LR|SW|DM|PB)-?(?:19|2[0O]){_D}{{2}}-{_D}{{3,6}}(?![\w-])", re.I),
    re.compile(r"(?<![\w-])\d{2} (?:Civ|Cr|Crim|Misc|Mag)\. \d{1,5}(?: \([A-Z]{2,4}\)){0,2}(?![\w-])"),
)


_LABEL = re.compile(
    r"(?P<label>(?:(?:case|docket|cause|civil action|civ|crim|cr|mag|criminal|misc|miscellaneous|magistrate"
    r"|civil"
    r"|matter|grand jury|gj|court file|index|appeal|"
    r"adversary proceeding|adv|adversary|caso|causa|expediente|accion civil|subpoena|summons|cid|file|event"
    r"|control|reference|request|nsl|our file|"
    r"our ref|ref|warrant|expediente penal|asunto|numero de caso|citacion|citatorio|notice"
    r"|investigation|demand|tracking|id|serial|trial|misc docket"
    r"|miscellaneous docket)\W{0,3}(?:file\W{0,2})?)?"
    r"(?:(?:no|num|nro|numero)\.? (?:de|del) (?:la |el )?(?:citatorio|citacion|caso|expediente|causa"
    r"|requerimiento"
    r"|oficio|orden)|no|nos|number|num|numero|nro|id(?=\s*[:#])|#)\.?|(?:our (?:file|reference)|docket"
    r"|case|causa"
    r"|expediente"
    r"|file|subpoena|summons|demand|citatorio|citacion|requerimiento)(?=\s*[:#])"
    r"|(?:subpoena|summons|citatorio|demand|cause|expediente|caso|cid)(?=\s[a-z0-9]{1,6}-[a-z0-9-]{3,})"
    r"|(?:civil|misc|miscellaneous|criminal|magistrate)\.? (?:action|docket|case)(?=\s*[0-9])"
    r"|docket(?=\s[0-9])|(?:ca|mbd)(?=\s[0-9]{2}[-:]))(?![a-z])\s*[:.#]*\s*"
)


_VALUE = re.compile(
    r"(?:(?:19|20)\d{2}|\d{2}) [A-Z]{1,4}\.? \d{2,7}(?![\w-])(?: [A-Z](?![\w.,'-]))?|(?:[A-Z][A-Z-]{0,6}["
    r" ](?=\d))?[A-Za-z0-9][A-Za-z0-9:./-]*\d[A-Za-z0-9:/-]*(?:[ ](?:\d[A-Z0-9/-]*"
    r"|[A-Z]{2,4}(?:/[A-Z]{2,4})?)(?![a-z\w]))*"
)


_A_NUMBER = re.compile(
    rf"(?<![\w])A\s?#?\s?[-.]?\s?{_D}{{2,3}}\s?[- ]?\s?{_D}{{3}}\s?[- ]?\s?{_D}{{3}}(?![\w-])"
)


def _digits(value: str) -> str:
    """A number with look-alike letters in digit places taken for digits."""

    def fix(match: re.Match[str]) -> str:
        return match.group().translate(_AS_DIGITS)

    value = re.sub(
        r"^(?:civ|cr|crim|misc|mag|m\.?c|m\.?j|m\.?r|sw"
        r"|gj)\.?\s?no\.?\s?(?=\d)",
        "",
        " ".join(value.split()),
        flags=re.IGNORECASE,
    )
    value = re.sub(r"\s?[-–]\s?", "-", value)
    value = re.sub(r"^ClV\b", "CIV", value)
    value = re.sub(r"^[lI|](?=:)", "1", value)
    value = re.sub(r"(?<![A-Za-z])rn(?=[jcrs])", "m", re.sub(r"(?<![A-Za-z])RN(?=[JCRS])", "M", value))
    value = re.sub(
        r"(?<=[0-9]-)(ev|er|me|mi|ml)(?=-[0-9OolI|])",
        lambda m: {"ev": "cv", "er": "cr", "me": "mc", "mi": "mj", "ml": "mj"}[m.group().lower()],
        value,
        flags=re.IGNORECASE,
    )
    value = re.sub(r"^([0-9OolI|])\s?[:;]\s?", r"\1:", value.replace("—", "-").replace("_", "-"))
    if re.match(r"[0-9OolI|]:", value):
        value = re.sub(
            r"(?<=-)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{2,4}(?=$|-|/)",
            lambda m: (
                m.group()
                if re.fullmatch(r"[A-Z]+|[0-9]+|(?:MJ|MC|CR|CV|SW|GJ|MR)", m.group())
                else m.group().translate(_AS_LETTERS)
            ),
            value,
        )
    # "HSl-ABQ": between capitals and marks the stroke is an I.
    value = re.sub(r"(?<![a-z0-9])(?<=[A-Z])l(?=[A-Z-])|(?<![A-Za-z0-9])l(?=[A-Z]{2})", "I", value)
    value = re.sub(r"(?<=\d)[SB](?=\d)", lambda m: {"S": "5", "B": "8"}[m.group()], value)
    return re.sub(r"(?<![A-Za-z])[0-9OolI|]*[0-9][0-9OolI|]*(?![A-Za-z])", fix, value)


# What courts put behind a number: "-CR-ALTMAN", "-PHX-DWL", " (LDH) (RML)", " - JPH" with blanks put in.
_SUFFIX = re.compile(
    r"(?:-[0-9]{1,4}(?![\w/-]))|(?:\.[0-9]{2}(?![\w.]))"
    r"|(?:-[A-Z]{1,10}(?:/[A-Z]{2,4})?){1,3}(?:-[0-9]{1,2})?(?![\w-])"
)
_INITIALS = re.compile(
    r"(?: ?\((?!ECF|SEAL|LEAD|MEMB|SEALED|USA|DNM|CIV|CRIM|MISC|NM\)"
    r"|OCR)[A-Z]{1,4}(?:[-/][A-Z]{2,4})?\)){1,3}"
)
_SPACED_INITIALS = re.compile(
    r"(?:(?: [-–—])? [A-Z]{2,4}(?:/[A-Z]{2,4})?){1,2}(?=[ \t]*(?:\n|$)|[ \t]{3}|[ \t]+[()|])"
)


_DEFENDANT = re.compile(r"-[0-9](?![\w/-])")  # "-MV-3": the third of several people in one case


MOST_NUMBERS = 100  # of one shape in one part; what has more is a list of cases, and its own stand first


def _suffixed(source: str, end: int) -> int:
    """Where a number ends with the letters and initials that its court puts behind it."""
    for pattern in (_SUFFIX, _SPACED_INITIALS, _INITIALS):
        if more := pattern.match(source, end):
            end = more.end()
    if end and source[end - 1].isalpha() and (defendant := _DEFENDANT.match(source, end)):
        end = defendant.end()
    return end


def structured(view: View, low: int, high: int) -> list[tuple[int, str]]:
    """Court numbers between two places of the source, in order: (place in the source, number)."""
    found: dict[int, tuple[int, str]] = {}
    for pattern in _STRUCTURED:
        for match in islice(pattern.finditer(view.source, low, high), MOST_NUMBERS):
            if not any(at < match.end() and match.start() < end for at, (end, _) in found.items()):
                end = _suffixed(view.source, match.end())
                found[match.start()] = (end, _digits(view.source[match.start() : end]))
    return [(at, value) for at, (_, value) in sorted(found.items())]


def read_docket(view: View, part: Part, origin: str, letter: bool) -> tuple[str | None, Cue | None]:
    """The number of the paper: of its caption first, then labelled, then of the agency's file."""
    low, _ = view.span(view.lines[part.first].at, view.lines[part.first].at + 1)
    body_end = view.lines[max(part.first, part.body_last - 1)].end
    _, high = view.span(view.lines[part.first].at, body_end)
    courtly = origin in COURTS or origin in ("us_court", "foreign")
    labels = _labelled(view, part)
    labels = labels if courtly or letter else _of_a_proceeding(view, part, labels) or labels
    if courtly and (not letter or origin in COURTS):
        if origin == "us_appeals" and (
            own := next((row for row in labels if re.fullmatch(r"\d{2}-\d{3,5}", row[2])), None)
        ):
            return own[2], _cue(view, own[1], own[2])
        chosen = _of_caption(view, part, structured(view, low, high), labels)
        if chosen:
            return chosen[1], _cue(view, chosen[0], chosen[1])
        if _blank_label(view, part):
            return None, None
    for wanted in (
        ("subpoena", "summons", "cid", "demand", "citacion", "citatorio", "requerimiento", "nsl"),
        (
            "case",
            "docket",
            "cause",
            "civil",
            "charge",
            "adversary",
            "appeal",
            "caso",
            "matter",
            "expediente",
            "causa",
            "control",
        ),
        (
            "file",
            "event",
            "reference",
            "ref",
            "no",
            "number",
            "request",
            "warrant",
            "#",
            "notice",
            "numero",
            "num",
            "investigation",
        ),
    ):
        for label, at, value in labels:
            if any(word in label for word in wanted) and not (letter and courtly and origin not in COURTS):
                return value, _cue(view, at, value)
    if not courtly and not letter and origin in AGENCIES:
        by_itself = next(iter(_alone(view, part, part.first + 8)), None)
        if by_itself:
            return by_itself[1], _cue(view, *by_itself)
    if not courtly:
        anumber = _A_NUMBER.search(view.source, low, high)
        if anumber and origin in ("eoir", "dhs"):
            return _digits(" ".join(anumber.group().split())), _cue(view, anumber.start(), anumber.group())
    return None, None


_PARTIES = re.compile(
    r"\b(?:complainant|claimant|petitioner|charging party|plaintiff|appellant)\b[^;]{0,300}?"
    r"(?:^|\s)(?:v|vs|and|against)\b\.?[^;]{0,300}?\b(?:respondent|employer|defendant|appellee"
    r"|intervenor)\b"
)
_PROCEEDING = re.compile(r"\b(?:case|docket|cause|matter|caso|causa)\b")


def _of_a_proceeding(
    view: View, part: Part, labels: list[tuple[str, int, str]]
) -> list[tuple[str, int, str]]:
    """The numbers of the case where an agency's tribunal heads its paper with the names of two parties."""
    head = view.joined[view.lines[part.first].at : view.lines[min(part.last - 1, part.first + 24)].end]
    if not _PARTIES.search(head):
        return []
    return [row for row in labels if _PROCEEDING.search(row[0])]


# Words before a number that is another paper's, another court's, or no number of a court at all.
_OF_OTHERS = re.compile(
    r"\b(?:related|prior|see|cf|ref|reference|renewal of|renewing|renews|replaces|superseded|supersedes"
    r"|removed(?: from)?"
    r"|formerly|transferred(?: from)?|convening order|order|search warrant|arrest warrant|subpoena|summons"
    r"|charge|agency|agency file|d ?c|doj|da|lower court"
    r"|underlying|originating|case below|on appeal from|also|adv|adversary|bar|state bar|sbn|phone|tel|fax"
    r"|badge"
    r"|invoice|permit|item|card|doc|ecf|dkt|relacionad[oa]|consolidated with|member case|old|previous"
    r"|earlier|account|book|recorder\w*|wire|instrument|indictment|bond|policy|invoice|check|receipt"
    r"|plate|tag|parcel|unit|apt|room|suite|box|page|report|log|tract)"
    r"\W{0,3}(?:(?:case|cause|matter|action|ct|court|docket|file)\W{0,3})?(?:nos?\b|number|num\b"
    r"|#)?[\s.:#(]*$"
)
_COURTS_LABEL = re.compile(
    r"\b(?:case|docket|cause|ca|mbd|civil|civ|cr|crim|mag|criminal|misc|miscellaneous|magistrate|caso|causa"
    r"|expediente|appeal"
    r"|adversary|matter|asunto|grand jury|gj|court file|index)\b"
)


# The place of the number on a form that nobody filled in.
_BLANK_LABEL = re.compile(
    r"\b(?:case|docket|cause|criminal|civil|misc\w*)\.? (?:action )?(?:no"
    r"|number)\W{0,3}\s(?:[a-z0-9:-]{0,8}_{2,}"
    r"|\(?(?:not yet|to be|unassigned|blank|pending))"
)
# A number by itself in a column of the caption: "M-26-77-D".
_BY_ITSELF = re.compile(
    r"(?:[A-Z]{1,4}[- ]?)?\d{2,4}[- ](?:[A-Z]{1,4}[- ])?\d{1,6}(?:[- ][A-Z0-9/]{1,5}){0,2}"
    r"|[A-Z]{1,4}-[A-Z]{1,4}-\d{2,6}(?:-\d{2,7})?(?:-[A-Z0-9]{1,3})?|[A-Z]{1,2}\d{4}[A-Z]{1,2}\d{3,6}"
    r"|\d{2,4}[A-Z]{2,6}\d{3,6}"
)


_MONTH = re.compile(r"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|ene|abr|ago|dic)\b")


def _blank_label(view: View, part: Part) -> bool:
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    return _BLANK_LABEL.search(view.text, low, high) is not None


def _alone(view: View, part: Part, title: int) -> list[tuple[int, str]]:
    """Numbers that fill a column of the caption with no label beside them."""
    found = []
    for n in range(part.first, min(title, part.last)):
        start, end = view.span(view.lines[n].at, view.lines[n].end)
        for cell in re.finditer(
            r"[^\s:|)](?:[^\n|)]*?[^\s:|)])??(?=\s{3,}|\s*[|)]|\s*$)", view.source[start:end]
        ):
            value = cell.group().strip("()[] ")
            if (
                _BY_ITSELF.fullmatch(value)
                and any(c.isalpha() for c in value)
                and not re.fullmatch(r"[A-Z]{2} \d{5}(?:-\d{4})?", value)
                and not _MONTH.match(value)
            ):
                found.append((view.source.index(value, start + cell.start()), value))
    return found


# A court's number with no label: letters, the year, figures.
_NUMBER_OF_COURT = re.compile(r"[A-Z]{1,4}(?:-[A-Z]{1,4})?-(?:19|20)\d{2}-\d{2,6}(?:-[A-Z0-9]{1,3})?")


def _weight(label: str) -> float:
    """How much a label says that the number is the paper's own."""
    if _COURTS_LABEL.search(label):
        return 4.0
    if label.startswith(("no", "num", "#")):
        return 2.0
    return 1.5 if label.startswith("warrant") else -9.0


def _of_caption(
    view: View, part: Part, shaped: list[tuple[int, str]], labels: list[tuple[str, int, str]]
) -> tuple[int, str] | None:
    """The number that the caption gives the paper: labelled or shaped as a court's own, first of the best."""
    title = next((t.line for t in part.titles if t.line > part.first + 1), part.first + 24)
    found: dict[int, tuple[float, int, str]] = {}
    for at, value in shaped:
        found[at] = (3.0, at, value)
    for label, at, value in labels:
        weight = _weight(label)
        near = next(
            (k for k in found if at <= k < at + len(value) + 6 or k <= at < k + len(found[k][2])), None
        )
        if near is not None:
            found[near] = (found[near][0] + max(weight, 0.0), near, found[near][2])
        elif weight > 0 and not _running_head(view, at):
            found[at] = (weight, at, value)
    for at, value in _alone(view, part, title):
        if _NUMBER_OF_COURT.fullmatch(value) and not any(
            k <= at < k + len(v) + 2 for k, (_, _, v) in found.items()
        ):
            found[at] = (2.5, at, value)
    ranked = []
    for weight, at, value in found.values():
        start = view.source.rfind("\n", 0, at) + 1
        before = view.source[start:at]
        cell = re.split(r"\s{3,}|\t", before)[-1].lower()
        open_bracket = before.rfind("(") > before.rfind(")") and re.search(r"\(\s*\S", before) is not None
        own_label = re.search(r"\bdkt\W*$", cell) and re.match(r"\d:\d\d-", value)  # "Dkt. 1:25-mc-..."
        if (not own_label and _OF_OTHERS.search(re.sub(r"[^a-z#]+", " ", cell).strip() + " ")) or (
            open_bracket and not cell.strip(" (").startswith("case")
        ):
            weight -= 6
        weight -= 5 * _in_prose(view, at) + 3 * _running_head(view, at)
        weight -= 2 * (view.line_of(bisect.bisect_left(view.starts, at)) > title + 2)
        ranked.append((-weight, at, value))
    ranked += [(-1.5, at, value) for at, value in _alone(view, part, title)] if not ranked else []
    best = min(ranked, default=None)
    if best and best[0] >= -2.0 and _blank_label(view, part):
        return None
    return (best[1], best[2]) if best else None


# "OMB No.", "Form No.", "Phone No.": numbers of other things.
_NO_NUMBER = re.compile(
    r"\b(?:omb|form|phone|tel|fax|cell|badge|room|suite|bar|sbn|apt|acct|licen[sc]e)\W{1,3}$"
)


def _labelled(view: View, part: Part) -> list[tuple[str, int, str]]:
    """(label, place in the source, number) for every labelled number outside running prose."""
    found = []
    low = view.lines[part.first].at
    high = view.lines[max(part.first, part.body_last - 1)].end
    for match in islice(_LABEL.finditer(view.text, low, high), 4 * MOST_NUMBERS):
        if match.end() >= len(view.starts) or match.start() == match.end():
            continue
        if match.start() > 0 and view.text[match.start() - 1].isalnum():
            continue
        at = view.starts[match.end()]
        value = _A_NUMBER.match(view.source, at) or _VALUE.match(view.source, at)
        if value is None or "\n" in view.text[match.end("label") : match.end()]:
            value = _under(view, match) or value
            at = value.start() if value else at
        if (
            value
            and sum(c.isdigit() for c in value.group()) >= 2
            and not re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{2}:\d{2}", value.group())
        ):
            label = match["label"].strip()
            if _in_prose(view, at) or _NO_NUMBER.search(
                view.text[max(low, match.start() - 12) : match.start()]
            ):
                continue
            printed = value.group()
            if printed.endswith("-") and view.source[value.end() : value.end() + 1] == "_":
                continue  # a form whose number nobody filled in
            # A number that breaks off at the end of its line goes on below.
            rest = _GOES_ON.match(view.source, value.end()) if printed.endswith("-") else None
            more = _INITIALS.match(view.source, value.end())
            if rest is None and more and _COURTS_LABEL.search(label):
                printed += more.group()
            found.append((label, at, _digits((printed + (rest["rest"] if rest else "")).rstrip(".,:"))))
    return found


def _under(view: View, label: re.Match[str]) -> re.Match[str] | None:
    """The number right below a label that ends its line, in the label's own column of a form."""
    first, last = view.span(label.start("label"), label.end("label"))
    line_end = view.source.find("\n", last)
    if note := re.compile(r"[ \t]*\([^()\n]{3,40}\)").match(view.source, last):
        last = note.end()  # "CID Number (assigned by Bureau)"
    if line_end < 0 or re.split(r"\s{3,}|[|]", view.source[last:line_end])[0].strip(" :.#"):
        return None
    column = first - (view.source.rfind("\n", 0, first) + 1)
    next_end = view.source.find("\n", line_end + 1)
    below = view.source[line_end + 1 : next_end if next_end >= 0 else len(view.source)]
    for cell in re.finditer(r"\S+(?: \S+)*", below):
        if abs(cell.start() - column) <= 6:
            value = _A_NUMBER.match(view.source, line_end + 1 + cell.start()) or _VALUE.match(
                view.source, line_end + 1 + cell.start()
            )
            if value and value.end() <= line_end + 1 + cell.end() + 1:
                return value
    return _further_down(view, line_end + 1) if label["label"].startswith(("subpoena", "summons")) else None


_LONG = re.compile(r"(?m)^[ \t]*(?=[^\n]*\d{3})(?P<value>[A-Z]{2,6}(?:[-/][A-Z0-9]{1,10}){1,4})[ \t]*$")


def _further_down(view: View, at: int) -> re.Match[str] | None:
    """The number on a line of its own, where a form came out with its labels first and its values below."""
    stop = at
    for _ in range(10):
        stop = view.source.find("\n", stop) + 1 or len(view.source)
    found = _LONG.search(view.source, at, stop)
    return _VALUE.match(view.source, found.start("value")) if found else None


def _in_prose(view: View, at: int) -> bool:
    """Words of a sentence stand before the number on its line."""
    line_start = view.source.rfind("\n", 0, at) + 1
    before = re.split(r"\s{3,}|\s[)|]\s|\t", view.source[line_start:at])[-1]
    words = re.findall(r"[A-Za-z]+", before)
    return len([w for w in words if w.islower()]) >= 5


def _running_head(view: View, at: int) -> bool:
    line_start = view.source.rfind("\n", 0, at) + 1
    line_end = view.source.find("\n", at)
    line = view.source[line_start : line_end if line_end >= 0 else len(view.source)]
    return bool(re.search(r"\bDoc(?:ument)?\b.*\bFiled\b|\bPage\s+\d+\s+of\b", line, re.IGNORECASE))


def _cue(view: View, at: int, value: str) -> Cue:
    """A place of the source as a cue: places of cues are places of the view."""
    first = bisect.bisect_left(view.starts, at)
    last = bisect.bisect_left(view.starts, at + len(value))
    return Cue("number", first, max(first + 1, last))


def base_number(value: str) -> str:
    """A court number without judges' initials, for telling two cases apart."""
    digits = re.sub(r"[^a-z0-9]", "", value.lower())
    return re.sub(r"[a-z]+$", "", digits).lstrip("0")


def conflicting_numbers(view: View, part: Part) -> list[str]:
    """Different court numbers in captions and at the heads of pages of one paper."""
    found: dict[str, str] = {}
    for n in range(part.first, part.body_last if part.body_last > part.first else part.last):
        _note_numbers(view, n, found)
    for n in part.returns:
        for m in range(n, min(part.last, n + 4)):
            _note_numbers(view, m, found)
    for n, _ in part.attachments:
        for m in range(max(part.first, n - 2), min(part.last, n + 3)):
            _note_numbers(view, m, found)
    for n in range(part.first, min(part.last, part.first + 30)):
        if _BELONG.search(view.line_text(n)):  # the numbers named with that word belong together
            low, high = view.span(view.lines[n].at, view.lines[min(part.last - 1, n + 4)].end)
            for _, value in structured(view, low, high)[:2]:
                found.pop(_number_key(value), None)
    return list(found.values())


# "Docket Nos.: 24-mc-38 (this matter), 23-gj-7": the paper itself says that it has several.
_BELONG = re.compile(r"consolidated|^\W*(?:docket|case|cause|misc|civil action) nos\b")


def _number_key(value: str) -> str:
    """The figures of a number, without the office before the year."""
    key = re.sub(r"^\d:", "", value.lower())
    key = re.sub(r"^\d(?=\d{2}(?:cv|cr|mj|mc|sw|gj|mr))", "", key)
    groups = [group.lstrip("0") for group in re.findall(r"\d+", key)]
    return "-".join(groups[:3] if "d-" in key[:2] else groups[:2])


_OPENED = re.compile(
    r"\([^()]*\b(?:underlying|pending|originating|related|formerly|consolidated|removed|appeal)\b[^()]*$"
)


def _in_bracket_of_others(view: View, at: int) -> bool:
    """ "(Underlying action pending in the Southern District of Texas, No. ...": open for some lines."""
    first = bisect.bisect_left(view.starts, at)
    return _OPENED.search(view.joined, max(0, first - 260), first) is not None


def _note_numbers(view: View, n: int, found: dict[str, str]) -> None:
    line = view.lines[n]
    if line.first == line.last:
        return
    low, high = view.span(line.at, line.end)
    for at, value in structured(view, low, high):
        cited = re.match(
            r"[^\n(]{0,12}\((?:[A-Z]\.|\d{1,2}(?:st|nd|rd|th) )", view.source[at + len(value) :][:24]
        )
        if (
            not cited
            and not _in_prose(view, at)
            and not re.search(
                r"\brelated\b|\bprior\b|\bsee\b|\bcf\b|\badv(?:ersary)?\b|\bin (?:case |cause "
                r"|civil action "
                r"|magistrate )?no\b"
                r"|\bremoved\b|\btransferred\b|\bformerly\b|\bappeal|\bconsolidated\b|\brelacionad"
                r"|\b(?:lead|member) (?:case|action)\b|\brenew(?:s"
                r"|ed|al)\b|\breplaces\b",
                view.line_text(n),
            )
            and not _in_bracket_of_others(view, at)
        ):
            found.setdefault(_number_key(value), value)
