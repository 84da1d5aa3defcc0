"""The people whose records a paper is about, as printed; whether the person asked about is one."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import Any

from workflows.instruments.reader.dates import STATES, moments
from workflows.instruments.reader.mending import DATA
from workflows.instruments.reader.names import plain, readable, tidy, turned
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View, make_view

_W = r"(?:[A-ZÀ-Þ][\w’'`\-]*[\w’'`]|[A-ZÀ-Þ]\.?|(?:Jr|Sr|St|Ma)\.)"
_LINK = r"(?:de la|de los|de las|de|del|la|y|van|von|der|bin|da|dos|el|al|St\.)"
_NAME = rf"{_W}(?:(?:[ \t]+|[ \t]*\n[ \t]*)(?:{_LINK}[ \t]+)?{_W}){{1,4}}"
_ON_LINE = rf"{_W}(?:[ ](?:{_LINK}[ ])?{_W}){{1,4}}"
_TURNED_NAME = rf"{_W}(?:[ ]{_W})?, {_W}(?:[ ]{_W})?(?=\s*[\n(]|[ ](?:is|was|has)\b)"
_CAPITALS = re.compile(
    r"(?<![\w.’'-])(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ’'\-]+(?:(?:[ \t]+|[ \t]*\n[ \t]*)(?:[A-ZÀ-Þ]\.?|DE LA|DE|DEL|LA"
    r"|[A-ZÀ-Þ][A-ZÀ-Þ’'\-]+)){1,4})(?![\w’'-])"
)
_MIXED = re.compile(
    r"(?<![\w.])(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+(?:[ \t]+[A-ZÀ-Þ][a-zà-ÿ]+)?[ \t]+[A-ZÀ-Þ]{3,}(?:["
    r" \t-]+[A-ZÀ-Þ]{2,}){0,2})(?![\w])"
)
_INTRO = (
    r"(?:concerning|regarding|relating to|related to|pertaining to|pertain(?:s)? to|concerns?|the person of"
    r"|the person named|belonging to|naming|that names?|which names?|name[ds]|"
    r"believe that|body of|respecting|referente a|relativos? a|correspondientes? a|a nombre de"
    r"|relacionad[oa]s? con|de la persona de|handled by|let to|so far as they concern|as they concern|"
    r"records? (?:of|on|about)|files? (?:of|on)|documents (?:of|about|on)|statement of"
    r"|between the City[^.]{0,60}? and|correspondence with|subject of|posted by|forms of|removal of"
    r"|arrest of|"
    r"expedientes? de|permisos de|archivos? de|documentos de|registros de|sobre|filed by"
    r"|submitted by|signed by|made by|written by|in the name of|(?:ordered|orders|ORDERED) that|whereas"
    r"|report on"
    r"|(?:applications?|claims?|leases?|letters?|forms?|reviews?|cards?|ledgers?|account|permits?|history"
    r"|photographs?|appraisals?|timesheets?|time sheets?|complaints?|licen[cs]es?|registrations?|badges?"
    r"|requests?|refunds?|payments?|interviews?|transcripts?|statements?) (?:of|for|by|issued to)"
    r"|submitted by applicant|held by|issued to|registered to|paid to|about|victim|suspect|complainant"
    r"|employee)"
)
# Behind a word of the sentence: "the card of Ana Poe", "la menor Ana Poe", "whatever you have on Ana Poe".
_ROLE = (
    r"(?:holder|owner|tenant|customer|employee|driver|patient|student|worker|minor|child|resident"
    r"|applicant|guest"
    r"|member|buyer|seller|vendor|licensee|permittee|lessee|rider|patron|borrower|subscriber|claimant"
    r"|detainee"
    r"|inmate|person|man|woman|subject|target|informant|se[nñ]ora?|menor|ni[nñ][oa]|joven|inquilin[oa]"
    r"|emplead[oa]|trabajador[a]?|titular|due[nñ][oa]|propietari[oa]|testigo|ciudadan[oa]|extranjer[oa]"
    r"|vecin[oa]"
    r"|solicitante|Mr\.|Ms\.|Mrs\.|Miss|Sr\.|Sra\.|Srta\.|don|do[nñ]a)"
)
_OF_BODIES = (
    r"(?:Bureau|Board|Court|House|Office|Department|City|County|Town|Village|Port|State|University"
    r"|District|Order"
    r"|Secretary|Chief|Clerk|Bank|Church|School|Division|Republic|College|Commission)\b"
)
_IN_SENTENCE = re.compile(
    rf"(?<![\w.])(?:(?:[a-zà-ÿ]{{3,}}|[a-zà-ÿ]+['’]s|\))[,;]?\s+(?:of|de|del|by|,\s+by,?|on|with|for|a)"
    rf"|(?<=[0-9.] )[ \t]*(?!{_OF_BODIES})[A-Z][a-z]+ of|showing|whether|si|{_ROLE}|that"
    rf"|que)[ \t]*,?[\s\"“]+"
    rf"(?P<name>{_NAME})(?=['’]s\b|\s*[,;.:()\n\"”?-]|\s+[a-zà-ÿ]|\s*$)"
)
_WHEREAS = re.compile(
    rf"(?:(?i:whereas|por cuanto)\b[,\s]+|(?i:criminal process)[^\n]*:\s+)(?P<name>{_NAME})"
)
# The party of a caption by what is printed under or beside it.
_PARTY = re.compile(
    rf"(?m)^[ \t]*(?P<name>{_NAME})[ \t,]*(?:[)|§:][^\n]*)?\n"
    r"[ \t]*(?i:defendant|respondent|plaintiff|petitioner|acusad[oa]|demandad[oa]|encausad[oa]|imputad[oa]"
    r"|minor"
    r"|\(title of proceeding\))"
)
# The same with the role behind it: "ANA POE, Petitioner," and "Ana Poe      Defendant/Respondent".
_PARTY_BESIDE = re.compile(
    rf"(?m)^[ \t]*(?P<name>{_ON_LINE})(?:[ \t]*,[ \t]*|[ \t]{{2,}})(?:an individual,?[ \t]*)?"
    r"(?i:plaintiff|defendant|petitioner|respondent|movant|claimant|demandante|demandad[oa]|acusad[oa]"
    r"|peticionari[oa]|an? child|an? minor|debtor|deceased)\b"
)
# "RECORDS OF ANA POE, CITY PARKS": a caption in capitals throughout.
_OF_CAPITALS = re.compile(
    r"\b(?:RECORDS?|FILES?|ACCOUNTS?|DOCUMENTS?|PROPERTY|PERSON|IDENTITY|LEASES?|PERMITS?) (?:OF|FOR"
    r"|CONCERNING"
    r"|REGARDING|BELONGING TO|RELATING TO"
    r"|ABOUT)\s+(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ’'\-]+(?:[ \t]+[A-ZÀ-Þ][A-ZÀ-Þ’'.\-]*){1,3})"
    r"(?![\w’'-])"
)
# "POE LIND, Ana" in a field, and "Poe, Ana     02/11/79" in a row of a table.
_FILED_NAME = re.compile(
    r"(?<![\w.,])(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ’'\-]{2,}(?:[ ][A-ZÀ-Þ][A-ZÀ-Þ’'\-]+)?, [A-ZÀ-Þ][a-zà-ÿ]+"
    r"(?:[ \-][A-ZÀ-Þ][a-zà-ÿ.]*)?)(?=\s*(?:[\n(;]|$)|\s{2,})"
)
_ROW = re.compile(
    rf"(?m)^[ \t|]*(?:[0-9]{{1,3}}[.)]?[ \t]+)?(?P<name>{_W}(?:[ ]{_W})?, {_W}(?:[ ]{_W})?)"
    r"(?:[ ]{2,}|[ ]*[|\t])(?=[^\n]*(?:[0-9]|(?i:proceedings)))"
)
# "Ana Poe's file": whose it is, at the head of a sentence.
_OWN = re.compile(
    rf"(?:^|[.;:]\s+|\n)(?P<name>{_ON_LINE})['’]s\s+(?:own\s+)?(?:motion|petition|files?|records?"
    rf"|account|claims?"
    r"|permits?|leases?|employment|personnel|application)\b"
)
_AFTER = re.compile(
    rf"\b{_INTRO}(?::|\s)\s*(?:one |the person |Mr\. |Ms\. |Mrs\. |a person named |el señor "
    rf"|la señora )?(?P<name>{_TURNED_NAME}|{_NAME})"
)
# "DOE, Jane (Jane Doe)": filed surname first, and printed as spoken beside it.
_SPOKEN = re.compile(rf"{_W}(?:[ ]{_W})?, {_W}(?:[ ]{_W})?\s+(?:[^\n(]*\n\s*)?\((?P<name>{_NAME})\)")
_LABEL = re.compile(
    r"(?im)(?:^|(?<=\s\s\s))[^\S\n|]*+(?:[|]\s*)?(?:(?:section )?[\da-z]{1,2}[.)]\s*)?"
    r"(?:name of (?:alien|subject|individual|person|noncitizen"
    r"|patient|requester|consumer|detainee|inmate)|subject(?: name|'s name)?|in re|re|in reference to"
    r"|full name|(?:alien|respondent|patient|individual|person|applicant|holder)['’]?s name"
    r"|respondent name|"
    r"nombre(?: completo| del extranjero| de la persona| del sujeto)?|respondent|target|person|individual"
    r"|asunto|subject of (?:records|request)|con referencia a|en referencia a|referente a"
    r"|patient|data subject|account holder|alien"
    r"|printed name of individual|name)\s*[:]\s*(?P<rest>[^\n]{3,110})"
)
_ABOVE = re.compile(
    r"(?im)^[^\S\n]*+(?P<name>[^\n()_]{5,60}?)[^\S\n_]*\n[^\S\n]*\((?:full )?name of (?:alien|the person"
    r"|person|individual|noncitizen|subject)|^[^\S\n]*+(?P<name2>[^\n()_]{5,60}?)[^\S\n_]*\n[^\S\n]*\("
    r"(?:nombre completo|full name)"
)
_VERSUS = re.compile(
    r"(?:^|\s)(?:v\.|vs\.?|-vs-|v)\s*(?:[)|§:]\s*)*(?P<name>[^\n]{0,80})(?:\n[)"
    r"|§\s]*(?P<next>[^\n]{3,80}))?",
    re.MULTILINE,
)
_BORN = re.compile(
    rf"(?P<name>{_NAME})\s*,?[ \t\n]*(?:\(|,|-)?[ \t\n]*(?:date of birth|DOB|D\.O\.B\.|d\.o\.b\.|dob|born"
    rf"|nacid[oa](?: el)?|fecha de nacimiento|year of birth|YOB)\b"
)
# Forms that print the surname and the given name in two fields.
_TWO_FIELDS = re.compile(
    rf"(?i:family name|surname|last name|apellidos?)(?i: \(caps\))?[ \t]*:?[ \t]+"
    rf"(?P<family>{_W}(?:[ ]{_W}){{0,2}})"
    rf"[^\n]{{0,6}}(?:\n[ \t]*)?[^\n:]{{0,8}}(?i:given names?|forenames?|first name|nombres?)[ \t]*:?[ \t]+"
    rf"(?P<given>{_W}(?:[ ]{_W}){{0,1}})"
)
_SELF = re.compile(rf"(?:^|\s)(?:I|Yo),\s+(?P<name>{_NAME})\s*,")
_MATTER = re.compile(
    r"(?i)in the matter of(?: the (?:search|investigation|estate|custody|adoption) of)?:?"
    r"[\s)]*\n?[\s)]*(?P<name>[^\n)]{4,60})"
)
_OFFICER_BEFORE = re.compile(
    r"(?i)\b(?:judge|honorable|hon\.|agent|officer|attorney|ausa|director|clerk|detective|sgt\.?|marshal"
    r"|magistrad[oa]|juez[a]?|agente|secretar[yi]\w*|commissioner|counsel"
    r"|(?:issued|prepared|presented|approved|authorized|certified|entered|ordered|served|sworn|received"
    r"|reviewed"
    r"|requested|signed electronically) by|(?:^|\n)\W*by:?|by the|/s/|s/|investigator|inspector|sergeant"
    r"|lieutenant|captain|deputy|justice|hon|supervisor|analyst|examiner|magistrate"
    r"|chief|auditor|councilor|mayor|firm of|at)\s*$"
)
_OFFICER_AFTER = re.compile(
    r"(?i)^[ \t]*,?\s*(?:special agent|assistant|deputy|united states|u\.s\.|deportation|ausa|esq|attorney"
    r"|supervisory|clerk|judge|magistrate|director|inspector|chairman|commissioner|p\.a\.|p\.c\.|llc"
    r"|l\.l\.c|inc|llp|co\.|corp|ltd)"
)
_NOT_PEOPLE = re.compile(
    r"\b(?:city|county|state|states|united|department|office|court|records?|police|housing|attachment"
    r"|exhibit|form|division|clerk|inc|llc|corp|company|bank|trust|school|"
    r"district|agency|service|university|street|avenue|ave|blvd|road|nw|ne|sw|se|building|plaza|officer"
    r"|agent|judge|attorney|act|code|federal|immigration|customs|enforcement|"
    r"homeland|security|justice|mexico|albuquerque|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|search|seizure|warrant|order|subpoena|"
    r"section|title|rule|grand|jury|plaintiffs?|defendants?|respondents?|petitioners?|custodian|information"
    r"|request|files?|the|this|any|all|board|commission|committee|unit|"
    r"fraud|application|applications|business|license|account|accounts|premises|property|person|name"
    r"|subject|identity|program|center|association|association|associates|group|"
    r"partners|services|systems|hospital|clinic|church|staffing|freight|carriers|llp|lp|p\.a|p\.c|fire"
    r"|water|municipal|public|transit|airport|library|re|production|compliance|motion|"
    r"petition|documents?|dear|sir|madam|service|your|our|their|evidence|violations?|case|number|no|dob|doc"
    r"|ecf|procedure|civil|criminal|pursuant|"
    r"ciudad|estado|granted|denied|ordered|orders?|hereby|therefore|commanded|shall|confidential|sealed"
    r"|filed|under|seal|draft|proposed|fax|page|return|box|fraudulent|copy|original|attachments|annex|anexo"
    r"|translation|traduccion|courtesy|official|unofficial|only|not|signed|unsigned|and|or|by|in|of|to|it"
    r"|is|with|as|on|be|so|that|you|are|dhs|ice|ero|hsi|fbi|dea|irs|usc|cfr|new|north|south|east|west"
    r"|county|plaza|park|road|center|avenue|first|second|third|amendment|constitution|republic|medicaid"
    r"|social|welfare|sensitive|urgent|emergency|exigent|nuevo|santa fe|las cruces|denver|el paso"
    r"|washington|colorado|arizona|texas|guatemala|honduras|salvador|inspector|commissioner|senate|house"
    r"|representatives|congress|chairman|estados|unidos|tribunal|distrito|expedientes?|departamento|nuevo"
    r"|registros?|solicitud|orden|oficina|removal|proceedings|et al|"
    r"ley|documentos?|administrative|investigation|management|finance|planning|purchasing|team|field"
    r"|special|assistant|deputy|chief|general|national)\b",
    re.IGNORECASE,
)


@functools.cache
def _no_words_of_names() -> frozenset[str]:
    """Words in capitals, or at the head of a line, that make of it no name: small words, things of a city."""
    return frozenset((DATA / "no_subjects.txt").read_text(encoding="utf-8").split())


MOST_READ = 60_000  # characters of a part in which names are looked for


@dataclass(frozen=True, slots=True)
class Person:
    """A printed name with the birth date printed beside it."""

    name: str
    born: dt.date | None


def read_subjects(
    view: View, part: Part, signers: tuple[str, ...], cities: tuple[str, ...]
) -> tuple[Person, ...]:
    """People named as subjects in the part, signers, officers and places left out; names as printed.

    Names behind words that point at a subject and names printed in capitals in the text count; a name
    in passing does not.
    """
    low, _ = view.span(view.lines[part.first].at, view.lines[part.first].at + 1)
    _, high = view.span(view.lines[part.first].at, view.lines[part.last - 1].end)
    source = readable(view.source[low : min(high, low + MOST_READ)])
    places = {word for city in cities for word in city.split()}
    found: dict[tuple[str, ...], Person] = {}
    for pattern in (
        _ABOVE, _SPOKEN, _BORN, _SELF, _LABEL, _MATTER, _AFTER, _WHEREAS, _PARTY, _PARTY_BESIDE,
        _OF_CAPITALS, _FILED_NAME, _ROW, _OWN, _MIXED, _CAPITALS, _IN_SENTENCE,
    ):  # fmt: skip
        for match in pattern.finditer(source):
            groups = match.groupdict()
            raw = groups.get("name") or groups.get("name2") or groups.get("rest") or ""
            if pattern is _CAPITALS and _heading_line(source, match):
                continue
            _add(found, raw, source, match, signers, places)
    for match in _TWO_FIELDS.finditer(source):
        _add(found, f"{match['given'].strip()} {match['family'].strip()}", source, match, signers, places)
    for match in _VERSUS.finditer(source[:2500]):
        for raw in (match["name"], match["next"] or ""):
            _add(found, re.split(r"\s{3,}|[)|§,]\s", raw + " ")[0], source, match, signers, places)
    _add_joined(found, source, signers, places)
    return tuple(_longest(list(found.values())))[:12]


def _add_joined(
    found: dict[tuple[str, ...], Person], source: str, signers: tuple[str, ...], places: set[str]
) -> None:
    """Who is named beside one who was found: "files of Ana Poe and Luis Poe"."""
    for person in list(found.values())[:12]:
        words = r"\s+".join(map(re.escape, person.name.split()))
        other = re.search(
            rf"(?<![\w-]){words}(?:\s*\([^()\n]{{0,40}}\))?,?\s+(?:and|y|e|&)\s+(?P<name>{_NAME})"
            r"(?=['’]s\b|\s*[,;.:()\n]|\s+[a-z]|\s*$)",
            source,
        )
        if other:
            _add(found, other["name"], source, other, signers, places)


def _heading_line(source: str, match: re.Match[str]) -> bool:
    """Capitals that fill a line of other capitals are a heading or a party of the caption's left side."""
    low, high = max(0, match.start() - 200), min(len(source), match.end() + 200)
    start = max(low, source.rfind("\n", low, match.start()) + 1)
    end = source.find("\n", match.end(), high)
    line = re.split(r"\s{3,}|[)|§]", source[start : end if end >= 0 else high])
    cell = next((c for c in line if match.group().split("\n")[0] in c), "")
    rest = cell.replace(match.group().split("\n")[0], "")
    return bool(re.search(r"[A-Z]{3,}", rest)) and not re.search(r"[a-z]{3,}", rest)


def _add(
    found: dict[tuple[str, ...], Person],
    raw: str,
    source: str,
    match: re.Match[str],
    signers: tuple[str, ...],
    places: set[str],
) -> None:
    name = _clean(raw)
    if name is None:
        return
    place = source.find(raw.strip().split("\n")[0][:12], match.start()) if raw.strip() else match.start()
    if _OFFICER_BEFORE.search(source[max(0, place - 24) : place]) or _OFFICER_AFTER.match(
        source[place + len(name) : place + len(name) + 30]
    ):
        return
    words = folded_words(name)
    if places & set(words) and len(set(words) - places) < 2:
        return
    key = tuple(sorted(words))
    if key in found and _as_filed(found[key].name) and not _as_filed(name):
        found[key] = Person(name, found[key].born)
    if any(
        set(key) <= set(folded_words(s)) or set(folded_words(s)) <= set(key)
        for s in signers
        if s and len(folded_words(s)) > 1
    ):
        return
    born = birth_date(source[place : place + len(raw) + 90])
    if key not in found or (born and not found[key].born):
        found[key] = Person(name, born)


def _as_filed(name: str) -> bool:
    """Printed as files print it: in capitals, or the surname first."""
    return name.isupper() or "," in name


def _longest(people: list[Person]) -> list[Person]:
    """A surname alone or a shorter form of a printed name is the same entry."""
    out = []
    for person in people:
        words = set(folded_words(person.name))
        if not any(words < set(folded_words(other.name)) for other in people):
            out.append(person)
    return out


_RANK = re.compile(
    r"^(?:TSgt|SSgt|MSgt|SMSgt|Sgt|SrA|A1C|Amn|Pvt|PFC|Cpl|Lt Col|Lt|Capt|Maj|Col|Spc|Airman|Private"
    r"|Corporal"
    r"|Sergeant|Captain|Major|Mr|Ms|Mrs|Sr|Sra|Srta)\b\.?\s+"
)


_LINE_ABOVE = re.compile(rf"^(?:[A-Z]{{2,4}}|(?i:{'|'.join(STATES)}))[ \t]*\n\s*")


def _clean(raw: str) -> str | None:
    # The initials of judges, or the state of a court, that end the line above.
    raw = _LINE_ABOVE.sub("", raw)
    raw = _RANK.sub("", re.sub(r"[ \t]*\n[ \t]*", " ", raw).strip())
    text = re.split(
        r"\s{3,}|[()\[\];:]|\s[-–—]\s|,?\s(?:born|DOB|date of birth|nacid|A\s?#?\s?\d|aka|a/k/a|from|and"
        r"|who|is|at|,)\s",
        raw.strip() + " ",
    )[0]
    # A full stop after a whole word ends the sentence, and the name with it.
    text = re.split(r"(?<=[a-zà-ÿ]{3})\.\s", text)[0].strip(" ,.")
    head = re.split(r"\s{3,}|[()]", raw.strip())[0].strip(" .")
    swapped = re.match(r"^([A-ZÀ-Þ][\w’'\- ]+),\s*([A-ZÀ-Þ][\w’'\-. ]+)$", head)
    # Surname first as it is printed, where nothing prints it the other way round.
    if swapped and swapped[2].lower() in STATES:
        return None
    text = head if swapped and len(head.split()) <= 6 else re.split(r",", text)[0]
    if _NOT_PEOPLE.search(text) or any(c.isdigit() for c in text.replace("0", "").replace("1", "")):
        return None
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(
        w[0].isupper() or w in ("de", "la", "del", "los", "las", "y", "van", "von", "der", "bin")
        for w in words
    ):
        return None
    spoken = f"{swapped[2]} {swapped[1]}" if swapped and text == head else turned(text)
    if tidy(spoken) is None or any(plain(word) in _no_words_of_names() for word in words):
        return None
    return " ".join(words)


def folded_words(name: str) -> list[str]:
    """Words of a name without case, accents, marks; look-alike figures as letters."""
    return [w for w in (plain(p) for p in re.split(r"[\s,\-]+", name)) if w]


def birth_date(text: str) -> dt.date | None:
    """The date that follows birth words in a short text."""
    view = make_view(text)
    label = re.search(r"\b(?:dob|born|date of birth|nacid[oa]|fecha de nacimiento|b\.)", view.text)
    if label is None:
        return None
    return next((m.date for m in moments(view, label.start(), min(len(view.text), label.end() + 40))), None)


def asked_people(raw: Any) -> list[Person]:
    """The person or people of a request: a name, "name, date", or `{"name", "dob"}`; [] when none is given.

    Raises ValueError for anything else.
    """
    if raw in (None, "", [], {}):
        return []
    if isinstance(raw, list):
        return [person for one in raw for person in asked_people(one)]
    if isinstance(raw, dict):
        name = raw.get("name") or raw.get("full_name")
        if not isinstance(name, str):
            raise ValueError("request_subject has no name")
        born = next((raw[k] for k in ("dob", "birth_date", "date_of_birth", "born") if raw.get(k)), None)
        return [Person(name.strip(), _first_date(str(born)) if born else None)]
    if not isinstance(raw, str):
        raise ValueError("request_subject is neither text nor an object")
    born = _first_date(raw)
    view = make_view(raw)
    dated = next(iter(moments(view)), None)
    name = raw[: view.span(dated.at, dated.end)[0]] if dated else raw
    name = re.sub(
        r"(?i)[\s,;(\-]*(?:\b(?:born|dob|d\.o\.b\.|date of birth|b\.|nacid[oa](?: el)?"
        r"|fecha de nacimiento)\b[:.\s]*(?:on\s+)?)?[\s,;(\-]*$",
        "",
        name,
    )
    return [Person(name.strip(), born)] if name.strip() else []


def _first_date(text: str) -> dt.date | None:
    return next((m.date for m in moments(make_view(text))), None)


def same(printed: Person, asked: Person) -> bool:
    """Same words, whatever their case, accents and order, and no other birth date."""
    if printed.born and asked.born and printed.born != asked.born:
        return False
    one, other = set(folded_words(printed.name)), set(folded_words(asked.name))
    if one == other:
        return True
    # A second surname or an initial more is the same person only where the birth dates agree.
    return bool(
        printed.born
        and printed.born == asked.born
        and len(one & other) >= 2
        and (one <= other or other <= one)
    )


def stands_in(text: str, asked: Person) -> bool:
    """The name stands in the text in one piece, in any order, with no other birth date beside it."""
    wanted = sorted(folded_words(asked.name))
    if len(wanted) < 2:
        return False
    text = readable(text)
    places = [(m.start(), m.end(), plain(m.group())) for m in re.finditer(r"[^\W_]+(?:[’'|!][^\W_]+)*", text)]
    size = len(wanted)
    for i in range(len(places) - size + 1):
        if places[i][2] in wanted and sorted(word for _, _, word in places[i : i + size]) == wanted:
            born = birth_date(text[places[i + size - 1][1] : places[i + size - 1][1] + 60])
            if not (born and asked.born and born != asked.born) and not _longer(text, places, i, size):
                return True
    return False


def born_beside(text: str, name: str) -> dt.date | None:
    """The birth date printed after a name in the text, if any."""
    place = text.find(name)
    return birth_date(text[place + len(name) : place + len(name) + 60]) if place >= 0 else None


def other_birth(text: str, asked: Person) -> bool:
    """The asked name stands in the text with a birth date or year that is not the asked one."""
    wanted = sorted(folded_words(asked.name))
    text = readable(text)
    places = [(m.start(), m.end(), plain(m.group())) for m in re.finditer(r"[^\W_]+(?:[’'|!][^\W_]+)*", text)]
    for i in range(len(places) - len(wanted) + 1):
        if sorted(word for _, _, word in places[i : i + len(wanted)]) == wanted:
            after = text[places[i + len(wanted) - 1][1] :][:60]
            born = birth_date(after)
            if born and asked.born and born != asked.born:
                return True
            year = re.match(
                r"\W*(?:YOB|year of birth|born(?: in)?|b\.)\W*((?:19|20)\d{2})(?!\d)", after, re.IGNORECASE
            )
            if year and asked.born and int(year.group(1)) != asked.born.year:
                return True
    return False


def _longer(text: str, places: list[tuple[int, int, str]], i: int, size: int) -> bool:
    """Another capitalised word right beside makes it a longer name, somebody else's."""
    after = text[places[i + size - 1][1] : places[i + size - 1][1] + 14]
    return bool(re.match(r"[ -][A-ZÀ-Þ][A-Za-zà-ÿÀ-Þ]{2,}", after)) and not _NOT_PEOPLE.match(
        after.strip(" -")
    )
