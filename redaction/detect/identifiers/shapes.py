"""The grammar of each kind of number, the words that label it, and what proves it.

Patterns run on the joined view (lower case). `D` in a pattern is a digit or a letter that an
optical reader mistakes for one; each claim must hold enough real digits, so words do not pass.
A valid check digit or a label nearby makes it certain; else a status cue nearby sends it to a
person; else it is kept (and logged).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redaction.detect.engine import Rule, RuleSet, compile_pattern
from redaction.detect.identifiers import checks, national

D = "[0-9oqilszb|]"
S = "[ .:_-]{0,2}"  # what may stand between two digits
LABELLED, VALID, NEAR, BARE = 0.95, 0.92, 0.45, 0.05


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of one kind of number.

    `label` must be met within `reach` characters before (or 24 after) to count as labelled;
    `valid` gets the compact upper-case value. `alone` is the score without label and check.
    `digits` is the least number of real digits. `refuse` cancels when it matches around.
    """

    id: str
    type: str
    pattern: str
    why: str
    label: str = ""
    valid: Callable[[str], bool] | None = None
    alone: float = BARE
    near: float = NEAR
    valid_score: float = VALID
    digits: int = 6
    reach: int = 40
    refuse: str = ""
    letters_ok: bool = True


def run_of(low: int, high: int, unit: str = D) -> str:
    """Between `low` and `high` units with separators between them."""
    return f"{unit}(?:{S}{unit}){{{low - 1},{high - 1}}}"


_A_LABEL = (
    r"alien|\ba ?#|uscis|a-?file|a-?num|a-?no\b|\bins\b|registration|immigration|extranjer|numero a\b|"
    r"green card|resident card|\bice\b|\bdhs\b|detaine|eoir|deport|removal"
)
_VISA = r"visa|foil|control|consul|embas|ds-?160"
_PASSPORT = r"passport|pasaporte|\bppt\b|\bpp\b|pass-?port|travel document|documento de viaje|pass no"
_I94 = r"i-?94|admission|arrival|departure|admision|registro de (?:llegada|entrada)"

SHAPES: tuple[Shape, ...] = (
    Shape(
        "anum.lettered", "A_NUMBER", r"\ba ?(?:[#:.-]|no\.?|num\.?)? ?" + run_of(8, 9) + r"\b",
        "Letter A and eight or nine digits: the form of an alien registration number",
        label=_A_LABEL, alone=0.75, digits=7,
        refuse=r"(?:part|permit|invoice|item|model|case|docket|order|asset|badge|parcel|serial|sku|unit|lot|tracking|"
        r"account|acct|dea|license|ref|reference|pieza|factura|parte) ?(?:no|num|number|numero|#|id)?[ .:#]*$",
    ),
    Shape(
        "anum.short", "A_NUMBER", r"\ba ?[#:.-]? ?" + run_of(7, 7) + r"\b",
        "Letter A and seven digits beside a word for it", label=_A_LABEL, digits=6, alone=0.3,
        refuse=r"(?:part|permit|invoice|item|model|case|docket|order|asset|badge|parcel|serial|sku) ?(?:no|num|number|#)?[ .:#]*$",
    ),
    Shape(
        "anum.labelled", "A_NUMBER",
        r"\b(?:(?:alien|uscis|ins|extranjero|residente?)[ -]?(?:reg(?:istration|istro)?\.?)?[ -]?"
        r"(?:no\.?|num(?:ber|ero)?\.?|#|id|file|card)?|a[ -]?(?:number|file|#|numero))(?: (?:is|es|was|of|de|no|number))?[ .:#-]*(?P<v>a?[ -]?" + run_of(7, 9) + r")\b",
        "A word for an alien registration number and seven to nine digits", label=r".", digits=6,
    ),
    Shape(
        "anum.masked", "A_NUMBER", r"\ba[ #-]{0,2}(?:[x*#][x*# -]{2,9})[0-9]{3,4}\b",
        "A partly masked alien registration number", label=r".", digits=3,
    ),
    Shape(
        "receipt.prefix", "USCIS_RECEIPT_NUMBER",
        r"\b(?:eac|vsc|wac|csc|lin|nsc|src|tsc|msc|nbc|ioe|ysc|psc|i0e|l1n|5rc|m5c|ea0|w4c)" + S + run_of(10, 10) + r"\b",
        "Service-centre letters and ten digits: a receipt or card number", label=r".", digits=8,
    ),
    Shape(
        "receipt.office", "USCIS_RECEIPT_NUMBER", r"\bz[a-z]{2}" + S + run_of(10, 10, "[0-9]") + r"\b",
        "Field-office letters and ten digits", label=r"receipt|uscis|card|recibo|i-?797|i-?485", digits=10, alone=0.3,
    ),
    Shape(
        "receipt.masked", "USCIS_RECEIPT_NUMBER", r"\b(?:eac|wac|lin|src|msc|nbc|ioe|ysc)[ -]?[x*#]{4,7}[0-9]{3,5}\b",
        "A partly masked receipt number", label=r".", digits=3,
    ),
    Shape(
        "i94.new", "I94_NUMBER", r"\b" + run_of(9, 9, "[0-9]") + S + r"[a-z]" + S + r"[0-9]\b",
        "Nine digits, a letter and a digit: an arrival record number", label=_I94, alone=0.7, digits=10,
    ),
    Shape(
        "i94.old", "I94_NUMBER", r"\b" + run_of(11, 11) + r"\b",
        "Eleven digits beside a word for an arrival record", label=_I94, digits=9,
    ),
    Shape(
        "i94.labelled", "I94_NUMBER", r"\b" + run_of(9, 11) + r"\b", "Digits beside the name of the arrival record",
        label=r"i-?94|admission (?:no|num|record)|arrival record|numero de admision|departure (?:no|num|record)", digits=8, near=0.0, alone=0.0, reach=24,
    ),
    Shape(
        "sevis.id", "SEVIS_ID", r"\bn ?-?0" + S + run_of(9, 9) + r"\b",
        "Letter N and ten digits: a SEVIS number", label=r"sevis|i-?20|ds-?2019|student|estudiante|f-?1|j-?1", alone=0.75, digits=8,
    ),
    Shape(
        "sevis.school", "SEVIS_ID", r"\b[a-z]{3}[ -]?[0-9]{3}[ -]?f[ -]?[0-9]{5}(?:[ -]?[0-9]{3})?\b",
        "A SEVIS school code", label=r"sevis|school code|i-?20|dso|i-?17", alone=0.5, digits=8,
    ),
    Shape(
        "passport.number", "PASSPORT_NUMBER",
        r"\b(?:[a-z]{1,2} ?-?" + run_of(6, 9) + "|" + run_of(6, 11) + r"|[a-z]{3} ?[0-9]{6}|[0-9]{2}[a-z]{2}[0-9]{5})\b",
        "A number beside the word passport", label=_PASSPORT, digits=5, near=0.0, alone=0.0,
        refuse=r"(?:health|salud|park|parks?|nissan|honda|vin|stamp|museum|phone|tel|dob)[ a-z.:#-]{0,12}$",
    ),
    Shape(
        "visa.foil", "VISA_NUMBER", r"\b(?:[a-z] ?" + run_of(7, 7) + "|" + run_of(8, 8) + r")\b",
        "A number beside the word visa or foil", label=r"(?:visa|foil)[ a-z#.:]{0,14}(?:no|num|number|numero|#|foil)?", near=0.0, alone=0.0,
        digits=7, reach=26, refuse=r"(?:ending|card|debit|credit|mastercard|termina|tarjeta|auth)[ a-z.:#-]{0,14}$",
    ),
    Shape(
        "visa.control", "VISA_NUMBER", r"\b(?:19|20)[0-9]{2}" + S + run_of(10, 10, "[0-9]") + r"\b",
        "Fourteen digits beside the word control or visa", label=_VISA, digits=14, near=0.45, alone=0.05,
    ),
    Shape(
        "visa.ds160", "VISA_NUMBER", r"\baa0?0[0-9a-z]{7,8}\b",
        "The form of a visa application confirmation", label=r".", digits=3,
    ),
    Shape(
        "itin.grouped", "US_ITIN", r"\b9[0-9oilszb]{2}[ -]" + D + "{2}[ -]" + D + r"{4}\b",
        "A taxpayer number in the range kept for people without a social security number",
        valid=checks.itin_holds, label=r"itin|w-?7\b|taxpayer|contribuyente|tax id", digits=7, alone=0.05, near=0.05,
    ),
    Shape(
        "itin.run", "US_ITIN", r"\b9[0-9]{8}\b", "Nine digits beside the word ITIN",
        label=r"itin|w-?7\b|individual taxpayer|contribuyente", digits=9, alone=0.0, near=0.0,
    ),
    Shape(
        "itin.masked", "US_ITIN", r"\b9[x*][x*][ -]?(?:[5-8][0-9]|9[0-24-9]|[x*]{2})[ -]?(?:[0-9]{4}|[x*]{4})\b",
        "A partly masked individual taxpayer number", label=r".", digits=1,
    ),
    Shape(
        "dhs.event", "DHS_CASE_ID", r"\b[a-z]{3}[ -]?(?:[0-9]{2}|20[0-9]{2})[ -]?[0-9]{2}[ -]?[0-9]{6}\b",
        "An event or case number beside a word for immigration records",
        label=r"event|subject|\bice\b|\bdhs\b|\bero\b|border patrol|\bcbp\b|immigration|nvc|evento|i-?213|apprehen", digits=10, alone=0.05,
        refuse=r"(?:cad|dispatch|police|pd|911|calls? for service)[ a-z.:#-]{0,16}$",
    ),
    Shape(
        "dhs.nvc", "DHS_CASE_ID", r"\b[a-z]{3}[ -]?(?:19|20)[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}\b",
        "A visa-centre case number beside a word for it", label=r"nvc|visa cent|consula|embassy|embajada|immigrant visa|dos\b|i-?130|petition", digits=10, alone=0.3,
    ),
    Shape(
        "dhs.numbers", "DHS_CASE_ID", r"\b" + run_of(7, 12) + r"\b",
        "A number beside a word for an immigration file",
        label=r"\bfins?\b ?#|\bfins\b|\bfin\b ?(?:no|num|#)|subject id|subj id|eoir|\biaq\b|\blesc\b|naturali[sz]ation (?:cert|no|num)|certificate of (?:naturali[sz]ation|citizenship)|"
        r"certificado de (?:naturalizacion|ciudadania)|\boan\b|online account|cuenta en linea|\bnvc\b|encounter id|immigration court|ice (?:case|event|subject)|dhs (?:case|id|no|num|#)|"
        r"ident (?:no|num|#|enc)|nat(?:urali[sz]ation|z)\.? cert",
        digits=6, near=0.0, alone=0.0, reach=34, refuse=r"(?:clinical|trial|study|protocol)[ a-z.:#-]{0,24}$",
    ),
    Shape(
        "dhs.fbi", "DHS_CASE_ID", r"\ba[ -]?[0-9]{2,3}[ -]?[0-9]{3}[ -]?[0-9]{3}[ /]+(?:elp|phx|den|alb|abq|hou|dal)\b",
        "An immigration file number with its office", label=r".",
    ),
    Shape(
        "consular.number", "CONSULAR_ID", r"\b" + run_of(7, 9) + r"\b",
        "A number beside the words for a consular identity card",
        label=r"matricula(?: consular)?|consular (?:id|card|identification)|(?:tarjeta|cedula|identificacion|credencial) consular|\bmcas\b|consulado", digits=6,
        near=0.0, alone=0.0, reach=30, refuse=r"(?:coche|carro|auto|vehiculo|escolar|escuela|placa|universidad)[ a-z.:#-]{0,24}$",
    ),
    *national.SHAPES_OF_COUNTRIES(Shape, run_of),
)


def rules() -> RuleSet:
    """All shapes as rules of one filter."""
    return RuleSet(Rule(s.id, 1, "any", s.type, 0.0, "joined", s.pattern, layer="identifier") for s in SHAPES)


def labels() -> Sequence[object]:
    """Compiled label patterns, in the order of SHAPES; None where every claim is labelled."""
    return [compile_pattern(s.label) if s.label not in ("", ".") else None for s in SHAPES]


def refusals() -> Sequence[object]:
    """Compiled refusal patterns, in the order of SHAPES."""
    return [compile_pattern(s.refuse) if s.refuse else None for s in SHAPES]
