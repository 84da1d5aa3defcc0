"""What an order does, by its decretal words: the nouns of an order are the same when it denies.

Only sentences that order, grant, deny or command count; recitals of what a party asked do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue
from workflows.instruments.reader.harmless import without_harmless
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

_TRIGGER = re.compile(
    r"\bit is (?:(?:hereby|therefore|further|so|also|accordingly|now|,)\s*)*(?:ordered|adjudged)"
    r"|\bordered(?:,? (?:adjudged|and decreed|adjudged,? and decreed))?\s*[,:]?\s*(?:that\b|:)"
    r"|\b(?:the )?court (?:hereby |therefore |further |now |accordingly )*(?:orders|grants|denies|quashes"
    r"|stays|vacates|directs|compels|enforces)\b"
    r"|\b(?:is|are|be|stands?|hereby|was) (?:(?:hereby|therefore|further|also|temporarily|administratively"
    r"|in part)\s*)*(?:granted|denied|quashed|stayed|vacated|dismissed|withdrawn|recalled|rescinded"
    r"|suspended|enforced|overruled|lifted|sealed)\b"
    r"|\bshow cause\b|\byou are (?:hereby )?(?:commanded|ordered|directed)\b|\bis (?:hereby )?ordered\b"
    r"|\bse (?:le )?ordena\b|\bordena\b|\bqueda\w*\b|\bse (?:deniega|concede|suspende|anula|revoca"
    r"|desestima)\b|\bso ordered\b"
    r"|\b(?:is|are) (?:hereby )?(?:directed|commanded) to\b|\bwe (?:hereby )?(?:direct|order)\b|\b(?:is"
    r"|are) held in abeyance\b"
    r"|\b(?:court|undersigned),[^.;]{3,240},\s*(?:hereby )?orders that\b"
    r"|\bhereby orders?\b|\b(?:and|therefore|accordingly) orders\b|\borders\s*:"
    r"|\bdeclines? to enter\b|\b(?:is|are) (?:hereby )?(?:adopted|accepted)\b"
    r"|\bcourt (?:hereby )?(?:adopts|accepts)\b"
    r"|\bneed (?:not )?(?:be )?produced?\b|\b(?:shall|must) (?:not )?(?:produce|disclose|provide"
    r"|deliver|furnish"
    r"|turn over|make available|comply|obey|release)\b|\bdebera\w*\b|\bmostrar causa\b|\bi recommend\b"
)
# Taken whole and never given back: each blank could end one of these words or begin the next.
_FILLER = (
    r"(?:[\s,]*(?:hereby|therefore|further|also|temporarily|administratively|forthwith|promptly"
    r"|likewise|and"
    r"|in its entirety|in (?:all|every) (?:its |of its )?(?:parts?|respects?)|as to (?:all|every) items?"
    r"|each|all|be))*+[\s,]*+"
)
_BLOCK = re.compile(
    rf"\b(?:is|are|be|stands?|was|were|been)(?=[\s,])\s*{_FILLER}(?P<verb>quashed|stayed|vacated"
    rf"|withdrawn|recalled"
    rf"|rescinded|suspended|set aside|void(?:ed)?|null and void|cancelled|superseded)\b"
    r"|\bhereby (?:quashes|stays|vacates|recalls|rescinds|withdraws|suspends)\b|\b(?:court|judge"
    r"|panel) (?:hereby |therefore )*(?:quashes|stays|vacates|recalls|suspends)\b"
    # "The motion to quash is denied and the motion to compel is granted" blocks nothing.
    r"|\bmotions? (?:to (?:quash|stay|vacate|modify)|for (?:an? )?(?:\w+ )?stay)"
    r"(?:(?!\bdenied\b|\band (?:(?:the|its|[a-z]+s) )?(?:motion|petition|application) to (?:compel"
    r"|enforce)\b)[^.;]){0,160}?\b(?:is"
    r"|are)\s+(?:\w+ly )?(?:hereby |therefore )*granted\b"
    r"|\b(?:grants|granting) (?:the |in part (?:the )?)?[^.;]{0,60}\bmotions? (?:to (?:quash|stay|vacate)"
    r"|for (?:an? )?(?:\w+ )?stay)\b"
    r"|\b(?:order|subpoena|summons|warrant)\b[^.;]{0,60}?\b(?:is|are) held in abeyance\b"
    r"|\bstay\b[^.;]{0,80}\b(?:is|are)\s+(?:hereby )?(?:granted|entered|imposed)\b"
    r"|\bqueda\w*\s+(?:\w+\s+){0,2}(?:anulad|suspendid|sin efecto|revocad|cancelad)\w*|\bse (?:suspende"
    r"|anula|revoca|deja sin efecto)\b|\b(?:anulad|suspendid|revocad)[oa]s?\b"
)
_NOT_BLOCK = re.compile(
    r"\bnot (?:be )?(?:hereby )?$|\b(?:hearing|conference|deadlines?|trial|setting|stay|briefing"
    r"|administrative closure|schedule|suspension|time (?:for|to|within)|briefs?|period"
    r"|default|audiencia)\b[^.;]{0,70}$"
)
_DENY = re.compile(
    rf"\b(?:motion|petition|application|request|relief|objection|subpoena"
    rf"|warrant)s?\b[^.;]{{0,200}}?\b(?:is|are|be|stands?)(?=[\s,])\s*{_FILLER}(?:denied|dismissed"
    rf"|refused)\b"
    rf"|\bden(?:ies|ying) (?:the|plaintiff|petitioner|united|government)"
    r"|\b(?:se deniega|queda denegad|se desestima|se rechaza|denegad[oa]|desestimad[oa])\w*"
    r"|^\W*(?:the application is )?denied\b|\b(?:is|are) (?:hereby )?denied\b"
)
_SHOW = re.compile(r"\bshow cause\b|\bmostrar causa\b")
# It was shown, and the order to show it is done with.
_SHOWN = re.compile(
    r"\border to show cause\b[^.;]{0,30}\b(?:is|are)\b[^.;]{0,20}\b(?:discharged|satisfied|made absolute)\b"
    r"|\bon (?:an|the|its|this courts?) order to show cause\b"
)
_COMPEL = re.compile(
    r"(?:\bshall|\bmust|\b(?:is|are|be)\s+(?:hereby |therefore |further |also )*(?:ordered|directed"
    r"|commanded|required|compelled)(?: and (?:directed|ordered|commanded|required))? to|\bordered to"
    r"|\bdirected to|\bto(?=\s+produce\b)|\bdebera(?:n)?|\bse ordena al? [^.;]{0,120}? (?:que|a))"
    r"\s*,?\s+(?:(?:forthwith|promptly|also|then|immediately|,|within [^,.;]{1,40}"
    r"|on or before [^.;]{1,30}?|by [^.;]{1,30}?|no later than [^.;]{1,30}?|not later than [^.;]{1,30}?"
    r"|at [^,.;]{1,40}|a mas tardar [^.;]{1,40}?|dentro de [^.;]{1,40}?)\s*,?\s*){0,3}"
    r"(?P<verb>produce|provide|deliver|turn over|make available|furnish|disclose|release|surrender|transmit"
    r"|hand over|permit inspection|comply with|obey|tender|give to"
    r"|file with the clerk copies|entregar"
    r"|producir|proporcionar|presentar|facilitar|suministrar|remitir|entregue|produzca|cumplir)\b"
    r"|\b(?:entregara|producira|presentara|proporcionara|facilitara|suministrara|remitira|exhibira)(?:n)?\b"
    r"|(?:\b(?:ordered|orders|we (?:direct|order)),?|;(?: and)?) that [^.;]{3,160}? (?:produce|provide"
    r"|furnish|deliver|turn over"
    r"|make available|disclose|release|transmit|comply(?: fully| in full)?(?= with))\b"
    r"|\bse ordena al? [^.;]{3,170}?\b(?:producir|entregar"
    r"|proporcionar|presentar|facilitar|remitir|exhibir)\b|\bshall (?:be )?(?:produced|furnished|provided"
    r"|released|delivered)\b|\b(?:petition|application|motion) to enforce\b[^.;]{0,140}\b(?:is"
    r"|are)\s+(?:hereby )?granted\b"
    r"|\b(?:subpoena|summons)\b[^.;]{0,80}\b(?:is|are) (?:hereby )?enforced\b|\bordered to comply\b"
    r"|\bhereby enforces\b|\bmotion to compel\b[^.;]{0,140}\b(?:is|are)\s+(?:hereby )?granted\b"
)
# Other words for handing over, which say what an order is but never open it.
_SEND = re.compile(
    r"(?:\b(?:shall|must)|\b(?:ordered|directed|commanded) to|\b(?:ordered|orders"
    r"|directs),? that [^.;]{3,120}?)"
    r"\s+(?:send|mail|e-?mail|fax|forward|supply|upload|hand|give|bring|let|allow|permit|submit|return)\b"
    r"(?! (?:(?:an?|the|its|any|written|prompt)\s+)*(?:notice|reports?|briefs?|status|joint|proposed"
    r"|letters?"
    r"|memorand\w+|copy of this|response|answer|affidavits?|declarations?|reply|objections?|stipulat\w+"
    r"|appear\w*|witness\w*))"
    r"|\bordered,? (?:that )?(?:the )?(?:city|county|department|custodian|clerk"
    r"|respondent)\b[^.;]{0,90}? (?:produce|provide"
    r"|deliver|furnish|turn over|make available|disclose)\b(?! (?:an?|its|any) )"
    r"|\borders?\W{1,3}[^.;]{3,200}? to (?:produce|provide|deliver|furnish|disclose|send|give"
    r"|turn over|hand over|release)\b"
    r"|\b(?:tribunal|corte|juzgado|jueza?|magistrad[oa]|sala"
    r"|ordena(?=\s*:))\b[^.;]{0,40}?\bordena\b[^.;]{3,260}?"
    r"\b(?:entreg(?:ar|ue)|produ(?:cir|zca)|proporcion(?:ar|e)|present(?:ar|e)|exhib(?:ir|a)|remit(?:ir|a)"
    r"|facilit(?:ar|e)|suministr(?:ar|e))\b"
    r"|\bse ordena\b[^.;]{3,260}?\b(?:remita|envie|expida|produzca|entregue|presente|facilite|suministre"
    r"|proporcione|exhiba|provea|certifique|rinda|someta)\b"
)
_NOT_COMPEL = re.compile(
    r"\bthe body of\b|(?:(?:an?|one|any|written|sworn|joint|status|progress|final"
    r"|periodic)\s+)+reports?\b|(?:an? |its |the |any )?(?:written |sworn |joint )?(?:privilege log"
    r"|status report"
    r"|joint|affidavit|declaration|response|objections?|log of|index of|list of witnesses|notice of"
    r"|proposed order|certificate of service|initial disclosures|witness(?:es)? lists?|a copy of this order"
    r"|copies of this order)\b"
    r"|(?:to the court |the court with |counsel with |plaintiff with )?(?:(?:an?|the|its|his|her|their|any"
    r"|one|all|written|sworn|joint|knowledgeable|"
    r"competent|proposed|available|potential|responsible)\s+)*(?:(?:records )?custodian|witness(?:es)?"
    r"|representatives?|officers?|employees?|deponents?|dates|"
    r"estimate|summary|position|briefs?|memorand\w+|explanation|reasons?|contact information"
    r"|names? of counsel|availability|hearing|transcript|transport\w*|nothing|"
    r"bond|security|index|list of (?:objections|witnesses|exhibits)|answer|reply|affidavits?|declarations?"
    r"|privilege log|certification|notice)\b"
)
_RESTRAIN = re.compile(
    r"\b(?:shall|may|must) not (?:disclose|notify|reveal|divulge|inform)\b|\bnot to (?:disclose|notify"
    r"|reveal)\b|\bno (?:divulgara|revelara|divulgar|revelar|notificara)\w*\b"
    r"|\bprohibited from (?:disclosing|notifying)\b|\bprecluded from\b|\bdelay(?:ed)? notice\b"
    r"|\bnotice (?:may|shall|is) be? ?delayed\b|\bnotification (?:is|may be|shall be) delayed\b"
)
_SEAL = re.compile(
    r"\b(?:shall be|is|are|be|remain|kept|placed|maintained|filed)\s+(?:\w+ )?(?:sealed|under seal)\b"
    r"|\bmarked confidential\b|\bdesignat\w+ (?:as )?confidential\b"
    r"|\bconfidential(?:ity)?\b[^.;]{0,80}\bshall\b|\bprotective order\b|\bunsealed\b|\bbajo sello\b"
    r"|\bconfidential\b"
)
_DENIES_PRODUCTION = re.compile(
    r"\b(?:motions?|petitions?|applications?|requests?) (?:to (?:compel|enforce)|for (?:an order"
    r"|enforcement|production|order))[^.;]{0,160}\b(?:is|are) (?:\w+ly )?(?:hereby |therefore )*(?:denied"
    r"|dismissed)\b"
    r"|\b(?:petition|application) (?:is|be) (?:hereby |therefore )*(?:denied|dismissed)\b"
)
_IN_ABEYANCE = re.compile(
    r"\b(?:order|subpoena|summons|warrant)\b[^.;]{0,60}?\b(?:is|are) held in abeyance\b"
)
_DECLINES = re.compile(r"\b(?:declin|refus)es? to (?:enter|sign|grant|order|compel|enforce|adopt)\b")
# What leaves open whether anything is to be produced yet.
_CONDITIONAL = re.compile(
    r"\b(?:in abeyance|reserv(?:es?|ed|ing) (?:ruling|judgment|decision)|tentative(?:ly)?"
    r"|conditional(?:ly)?|provisional(?:ly)?|under advisement|in camera|advisory|"
    r"leave to (?:issue|serve)|authorized to (?:issue|serve)|may (?:issue|serve) (?:a |the )?subpoenas?"
    r"|is inclined|would order|intends to order|proposes to order|upon entry of|if no objection"
    r"|absent objection|"
    r"unless (?:the city|respondent|an? objection)|no production (?:is|at)|not (?:yet )?(?:ordered"
    r"|required) to produce|deferred|motion for reconsideration is granted|held over|"
    r"proposed(?! (?:findings|schedule|redactions?|search terms)\b)|lodged|tendered for|unsigned"
    r"|to be signed|awaiting (?:signature|entry)"
    r"|original to follow"
    r"|advance copy|working copy|not (?:yet )?(?:been )?(?:issued or )?(?:signed|entered|filed)"
    r"|for training|sample(?!s)"
    r"|specimen|illustration only|mock|moot court|exercise only|void\b"
    r"|court (?:has |had )?stayed|stay (?:is|was|has been) (?:continued|extended)"
    r"|stay (?:will|shall) be lifted"
    r"|of no (?:force|effect)|this order (?:is|was|has been) (?:modified|amended)|without production"
    r"|order (?!to show cause)(?:[^\s.;]+ ){0,6}is set aside"
    r"|to (?:require|reach|cover|seek|call for) (?:no|nothing)\b"
    r"|(?:court|judge) (?:declin(?:es|ed)|refus(?:es|ed)) to (?:enforce|compel"
    r"|(?:order|direct|require) (?:the |any )?production)"
    r"|need not (?:produce|comply|respond)(?: \w+){0,4} (?:until|before|unless)"
    r"|will (?:then )?(?:consider|issue|enter) an? order)"
)
# In capitals these are what the court does, wherever they stand.
_CAPITALS = frozenset(
    (
        *("quashed", "vacated", "stayed", "suspended", "withdrawn", "recalled", "modified", "rescinded"),
        "superseded",
    )
)
_TAKES_BACK = re.compile(
    r"\b(?:relieved|excused|released from|discharged from|no (?:duty|obligation)|unenforceable"
    r"|no (?:further |longer (?:in )?)?(?:force|effect)|"
    r"enjoin\w*|terminated|set aside|(?<!denied as )moot|premature|without jurisdiction"
    r"|lacks jurisdiction|declin(?:es?"
    r"|ed) to|refus(?:es?|ed) to|"
    r"(?:court|judge) (?:does|will|shall) not|is not ordered|not enforced"
    r"|(?<!granted as )(?<!enforced as )modif(?:y|ied|ies|ying)"
    r"|transferred|remanded|reconsider\w*|"
    r"held void|reversed|abated|stricken|withdr[ae]wn?|suspend\w*|lifted until|renew(?:ed)? motion)\b"
)
# What hangs on somebody's act; and without a word of ordering nothing is ordered, only agreed or told.
_IF = re.compile(
    r"\bif (?:the |any )?(?:petitioner|plaintiff|movant|government|united states|defendant|respondents?"
    r"|agency"
    r"|part(?:y|ies)|court|city)\b|\bunless\b"
)
_ORDERS = re.compile(
    r"\b(?:ordered|orders|order|granted|grants|directed|directs|commanded|compelled|compels|enforced"
    r"|enforces"
    r"|adjudged|decreed|required|ordena\w*|concede\w*|concedid[oa]|obliga\w*)\b"
)
# The title itself orders, above a body that only says what the city shall do.
_TITLE_ORDERS = re.compile(r"order (?:compelling|directing|requiring|enforcing)\b")
_SHORT_STOP = re.compile(r"\b(?:docs?|dkt|ecf|exh?|nos?|pp?|civ|crim|fed|para|art|sec)\.(?=\s?[0-9a-z])")
_GRANTS = re.compile(r"\b(?:is|are) (?:hereby |therefore )*granted\b|\bcourt (?:hereby )?grants\b")
_NEED_NOT = re.compile(
    r"\b(?:city|respondents?|custodian|it|clerk|department) (?:need|does|is|shall) ?not (?:now |yet )?"
    r"(?:be required to |required to |have to |need to )?(?:produce|comply|respond|obey)\b"
)
_OTHER_TITLES = (
    "scheduling",
    "order setting",
    "order resetting",
    "order denying",
    "dismiss",
    "show cause",
    "under advisement",
    "status conference",
    "briefing",
    "order of reference",
    "extending time",
    "minute order",
    "docket control",
    "case management",
    "deniega",
    "rechaza",
)
# What a granted motion was for, where nothing is handed over by it.
_PROCEDURE = (
    "extension",
    "to continue",
    "for leave",
    "to withdraw",
    "to substitute",
    "to dismiss",
    "to intervene",
    "recusal",
    "reassigning",
)
_RECOMMENDS = re.compile(
    r"\brecommended disposition\b|\breport and recommendation\b|\bfindings and recommend\w+|\bi recommend\b"
    r"|\bit is recommended\b|\brecommends that\b|\brecommendation\b"
)
# The district judge makes the recommendation an order: then the other words say what it does.
_ADOPTS = re.compile(
    r"\border (?:overruling .{0,40}?\b)?(?:adopting|accepting|approving)\b"
    r"|\b(?:recommend\w+|findings|report|disposition|doc \w+|pfrd|r ?& ?r)\b[^.;]{0,60}?\b(?:is|are|be) "
    rf"{_FILLER}(?:adopted|accepted|approved)\b"
    r"|\bcourt (?:hereby |therefore )*(?:adopts|accepts|approves)\b[^.;]{0,80}\brecommend"
)
_STILL_RECOMMENDS = re.compile(
    r"\bi recommend\b|\bit is recommended\b|\b(?:court|undersigned|i) (?:\w+ )?recommends?\b|\bbe adopted\b"
)
# A stamp or an endorsement by itself, whatever the paper under it says.
_REFUSED = (
    r"(?:so )?(?:denied|refused|rejected|disapproved|declined|not approved|not granted|not so ordered"
    r"|denegad[oa]|rechazad[oa]|no ha lugar)"
)
_REFUSED_STAMP = re.compile(
    rf"(?:^|\n\n|\f|[.:;|+\])*=_-][ \t]*\n)[^\na-z0-9]*(?:stamp(?:ed)?\W+"
    rf"|sello\W+)?{_REFUSED}\b[^\n]{{0,70}}(?:\n|$)"
    rf"|\[\s*[x^]\s*\][ \t]*(?:(?:the )?(?:application|motion|petition|request|order"
    rf"|warrant)s? is )?{_REFUSED}\b"
    rf"|[\[(<{{]\s*(?:stamp(?:ed)?|sello|endorsed|handwritten|across"
    rf"|over)\b[^\])>}}\n]{{0,40}}?\b{_REFUSED}\b"
)
_SCHEDULE = re.compile(
    r"\b(?:hearing|conference|trial|deadline)s?\b[^.;]{0,80}\b(?:is|are) (?:hereby )?(?:set|scheduled"
    r"|continued|reset|extended|vacated)\b|\btaken under advisement\b|\bis referred\b|\bstatus report\b"
    r"|\bno finding\b"
)


@dataclass(frozen=True, slots=True)
class Decree:
    """`effect` as in cues.yaml, "" when no decretal words were found. `blocks` and `compels` say which
    words stand there, so that a production order with its own stay is seen as both."""

    effect: str
    compels: bool
    blocks: bool
    denies: bool
    doubtful: bool  # words stand there that take back, lift or leave open what the order compels
    bound: str = ""  # the words before the verbs that compel: who is bound
    cues: tuple[Cue, ...] = ()
    refused: bool = False  # a stamp or endorsement by itself refuses what the paper under it says


_QUOTED = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)  # another paper, in a message


def read_decree(view: View, part: Part, title: str) -> Decree:
    """What the decretal sentences of the part do, the title deciding only between the two halves of a mix."""
    at = view.lines[part.first].at
    end = view.lines[max(part.first, part.body_last - 1)].end
    text = _QUOTED.sub(lambda m: " " * len(m.group()), view.text[at:end])
    text = re.sub(r"(?<!\n)[\n\t\f](?!\n)", " ", text)
    # The stop of "Doc. 131" ends no sentence; every character keeps its place.
    text = without_harmless(_SHORT_STOP.sub(lambda m: m.group()[:-1] + " ", text))
    in_force = _in_force(text)
    decree = _sentences(in_force)
    blocks = [
        m
        for m in _BLOCK.finditer(decree)
        if not _NOT_BLOCK.search(decree[max(0, m.start() - 80) : m.start() + 1])
        and not _asked(decree, m.start())
    ]
    compels = [
        m
        for m in _COMPEL.finditer(decree)
        if not _NOT_COMPEL.match(decree[m.end() : m.end() + 60].lstrip(" :\n\t"))
        and not _asked(decree, m.start())
        and not re.search(r"\bmay\b|\bvoluntar|\bissue (?:a |the )?(?:subpoena|writ|summons)\b", m.group())
        and not re.search(r"\bshow cause\b|\bshould not\b|\bwhy\b|\bneed not\b|\bshall not\b", m.group())
    ]
    refused = bool(_REFUSED_STAMP.search(view.text, at, end))
    denies = refused or bool(_DENY.search(decree))
    shows = bool(_SHOW.search(_SHOWN.sub(" ", decree)))
    effect = "other" if refused else _effect(title, bool(blocks), bool(compels), denies, shows, decree)
    cues = _cues(view, text, at, effect)
    bound = " ; ".join(_bound(decree, m) for m in compels)
    doubtful = refused or bool(
        # A box left empty, or words struck out, that would take back or deny: a person looks.
        any(p.search(text) and not p.search(in_force) for p in (_BLOCK, _DENY, _TAKES_BACK))
        or _CONDITIONAL.search(text)
        or (denies and _NEED_NOT.search(decree) and not _GRANTS.search(decree))
        or _TAKES_BACK.search(decree)
        or _in_capitals(view, text, at)
        or _IF.search(decree)
        or not (_ORDERS.search(decree) or _TITLE_ORDERS.match(title))
    )
    return Decree(effect, bool(compels), bool(blocks), denies, doubtful, bound, cues, refused)


def _in_capitals(view: View, text: str, at: int) -> bool:
    """One of these verbs stands in capitals among the words that count; `text` begins at `at`."""
    return any(
        word.norm in _CAPITALS
        and at <= word.at < at + len(text)
        and not text[word.at - at].isspace()
        and view.source[word.start : word.end].isupper()
        for word in view.words
    )


_BOX = re.compile(r"\[\s*(?P<tick>[x^*]|✓|✔)?\s*\]")
_STRUCK_OUT = re.compile(r"~~[^~]{1,600}~~|\[\s*(?:struck|stricken)(?: out)?\s*:[^\]]*\]")


def _in_force(text: str) -> str:
    """The text without what was struck out and, on a form with a ticked box, without its empty boxes.

    Every character keeps its place. A form on which no box is ticked is left as it is.
    """
    text = _STRUCK_OUT.sub(lambda m: " " * len(m.group()), text)
    boxes = list(_BOX.finditer(text))
    if not any(box["tick"] for box in boxes):
        return text
    for box, after in zip(boxes, [*boxes[1:], None], strict=True):
        if box["tick"]:
            continue
        stop = re.compile(r"\n\n|[ \t]{3,}|$").search(text, box.end())
        end = min(stop.start() if stop else len(text), after.start() if after else len(text))
        text = text[: box.start()] + " " * (end - box.start()) + text[end:]
    return text


_SUBJECT_AFTER = re.compile(
    r"\b(?:ordered|orders|adjudged|decreed|granted|denied|overruled|further|therefore|accordingly|directs?"
    r"|compels?)\b[\s,:]*(?:that\b)?"
)


def _bound(decree: str, match: re.Match[str]) -> str:
    """Who a compelling verb binds: the words between the last "ordered that" and the verb. Of a granted
    motion, the motion's own words, so that the one who moved is not taken for the one who must produce."""
    if "granted" in match.group():
        return match.group()
    start = max(
        decree.rfind(" . ", 0, match.start()), decree.rfind(";", 0, match.start()), match.start() - 260, 0
    )
    words = decree[start : match.end()]
    verb = match.start() - start
    openings = [
        m.end() for m in _SUBJECT_AFTER.finditer(words) if m.end() <= verb or m.group().endswith("that")
    ]
    return words[openings[-1] :] if openings else words


def _effect(title: str, blocks: bool, compels: bool, denies: bool, shows: bool, decree: str) -> str:
    if blocks and not compels and re.search(r"\b(?:vacat|quash|stay|rescind|withdraw|recall)", title):
        return "block"  # an order that takes one back may dismiss what it was made on
    if _keeps_back(decree, denies):
        return "other"
    # A minute order may grant as well as set a date: there the words decide.
    decides = "minute order" in title and (compels or blocks)
    if any(words in title for words in _PROCEDURE) and not any(
        w in title for w in ("compel", "produc", "enforc")
    ):
        return "other"
    acts = ("compel", "grant", "to produce", "for production", "enforc", "quash", "stay")
    if (
        any(words in title for words in _OTHER_TITLES)
        and not decides
        and not any(words in title for words in acts)
    ):
        return "other"
    if (_RECOMMENDS.search(title) or _RECOMMENDS.search(decree)) and not _adopts(title, decree):
        return "other"
    if "show cause" in title or "mostrar causa" in title or (shows and not compels and not blocks):
        return "other"
    if blocks and not (compels and any(w in title for w in ("compel", "produc", "enforc", "disclos"))):
        return "block"
    if _RESTRAIN.search(decree) and (not compels or "disclosure" in title or "notice" in title):
        return "restrain"
    if any(w in title for w in ("protective", "seal", "confidentialit", "proteccion", "sellad")):
        return "seal"
    return "compel" if compels else _weaker(decree, denies)


def _weaker(decree: str, denies: bool) -> str:
    """What an order does that neither compels nor blocks by its own verbs."""
    if not denies and (_NEED_NOT.search(decree) or _IN_ABEYANCE.search(decree)):
        return "block"
    if denies or _SCHEDULE.search(decree):
        return "other"
    if _SEND.search(decree):
        return "compel"
    return "seal" if _SEAL.search(decree) else ""


# What may be refused beside a production that is ordered: secrecy, costs, more time.
_BESIDE = re.compile(
    r"\b(?:request|motion|application|prayer)s? (?:for|to) (?:an? |the )?"
    r"(?:order (?:under|pursuant to) (?:18 u\.?s\.?c\.? )?"
    r"(?:§ ?|section )?2705|nondisclosure|non-disclosure|secrecy|delayed? notice|seal\w*"
    r"|(?:attorneys?.? )?fees|costs|sanctions|oral argument|expenses|an? extension"
    r"|extension)\b[^.;]{0,120}?"
    r"\b(?:is|are) (?:\w+ly )?(?:hereby )?denied"
)


def _keeps_back(decree: str, denies: bool) -> bool:
    """Production is denied, or the court declines to enter the order tendered, and nothing is granted."""
    decree = _BESIDE.sub(" ", decree)
    declines = _DENIES_PRODUCTION.search(decree) or (denies and _DECLINES.search(decree))
    return bool(declines) and not re.search(r"\bgrant(?:ed|s)\b", decree)


def _adopts(title: str, decree: str) -> bool:
    """A recommendation was made an order, and this paper recommends nothing itself."""
    adopts = _ADOPTS.search(title) or _ADOPTS.search(decree)
    return adopts is not None and not _STILL_RECOMMENDS.search(decree)


def _sentences(text: str) -> str:
    """The sentences and numbered items that hold or follow decretal words, quotations left out."""
    text = re.sub(r'"[^"]{0,1500}"', " ", text)
    kept, done = [], 0
    for match in _TRIGGER.finditer(text):
        if match.start() < done:
            continue
        start = (
            max(
                text.rfind(". ", 0, match.start()),
                text.rfind(".\n", 0, match.start()),
                text.rfind("\n\n", 0, match.start()),
                text.rfind(";", 0, match.start()),
            )
            + 1
        )
        opens_list = bool(
            re.match(
                r"[^.]{0,60}(?:ordered|orders|that|following)\W*:|\s*(?:that)?\s*:",
                text[match.start() : match.start() + 80],
            )
        )
        stop = _stop(
            text, match.end(), items=opens_list or "ordered" in match.group() or "ordena" in match.group()
        )
        if opens_list and not text[match.end() : stop].strip(" :,.\n"):
            # "It is ordered:" and a new paragraph
            below = re.compile(r"\S").search(text, stop)
            stop = _stop(text, below.start(), items=True) if below else stop
        kept.append(" ".join(text[max(start, done) : stop].split()))
        done = stop
    return " . ".join(kept)


def _stop(text: str, at: int, *, items: bool) -> int:
    """The end of the sentence; of the list, where the sentence opens one."""
    if items:
        end = re.compile(
            r"\n\n(?!\W*(?:\(?[a-z0-9]{1,3}[.)]|ordered|and\b|it is|[0-9ivx]+\.))|\bso ordered\b|\bdated\b"
            r"|\bentered this\b"
        ).search(text, at)
        return min(end.start() if end else len(text), at + 4000)
    end = re.compile(r"[.;](?=\s)|\n\n").search(text, at)
    return min(end.end() if end else len(text), at + 600)


def _asked(decree: str, at: int) -> bool:
    """The words belong to what somebody asked for or was told in another paper."""
    start = max(decree.rfind(" . ", 0, at), decree.rfind(";", 0, at))
    before = decree[max(0, start) : at]
    return bool(
        re.search(
            r"\b(?:asks? that|asked that|asks?|asked|requests?|requested|seeks?|sought|moves?|moved"
            r"|commands? that|subpoena commands|why it should not|argues?|says|contends?|would have"
            r"|if the court|were to (?:grant|order|compel))\b[^.]*$",
            before,
        )
    ) and not re.search(r"\bordered\b|\bgranted\b|\borders\b", before)


def _cues(view: View, text: str, at: int, effect: str) -> tuple[Cue, ...]:
    pattern = {"block": _BLOCK, "compel": _COMPEL, "restrain": _RESTRAIN, "other": _DENY, "seal": _SEAL}.get(
        effect
    )
    found = list(pattern.finditer(text))[-1:] if pattern else []
    if effect == "other" and not found:
        found = list(_SHOW.finditer(text))[:1]
    return tuple(Cue("decretal words", at + m.start(), at + m.end()) for m in found)
