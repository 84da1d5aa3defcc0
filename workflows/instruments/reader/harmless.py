"""Words that would take an order back, where they speak of something else that stands in many orders.

The rest of a subpoena is not enforced, a hearing is vacated, an objection is withdrawn, a privilege is not
waived: none of it touches what is ordered beside it. Only these very words are made blanks, place for place,
so that whatever else the sentence says is still read. What is not plainly one of them stays a doubt.
"""

from __future__ import annotations

import re

# The clause ends here: "and so is this order" is read with what it follows.
_END = r"(?=[.;)\n]|$| (?:as moot|as overbroad|by|at|on|without prejudice)\b)"
_IS = r"(?:is|are|was|were|has been|have been|stands?)(?: (?:hereby|therefore|accordingly|also|likewise))?"
_DEMAND = (
    r"(?:subpoena|summons|requests?|categor(?:y|ies)|items?|demands?|paragraphs?|topics?|specifications?)"
)
_NOT_OURS = r"(?!order\b|warrant\b|production\b|compliance\b|obligation\b|judgment\b)"
_WORDS = rf"(?: {_NOT_OURS}[a-z0-9()-]+)"
# What is left of a demand when a part of it has been enforced.
_REST = re.compile(
    rf"\b(?:(?:the )?(?:remaining|remainder of|rest of|balance of|other)|all other){_WORDS}{{0,5}}?"
    rf" {_DEMAND}{_WORDS}{{0,6}}? {_IS} (?:not (?:hereby )?enforced|quashed|withdrawn|denied|vacated)\b{_END}"
    rf"|\b{_DEMAND} {_IS} otherwise (?:not enforced|quashed|denied)\b{_END}"
    rf"|\bnot enforced (?:in|as to) (?:all|any) other respects?\b"
    rf"|\bquashed (?:in|as to) (?:all|any) other respects?\b"
)
# A demand is made smaller, and the smaller one ordered.
_NARROWED = re.compile(
    rf"\b(?:subpoena|summons|requests?)(?: (?:nos? )?[0-9]+)? {_IS} (?:modified|narrowed|limited)"
    r" (?:to (?:reach|cover|call for|seek|require|request|include|leases?|records?|files?|documents?)\b"
    r"|so (?:that|as to) (?:it|they|reach|cover|call for)\b)(?![^.;]{0,60}\b(?:nothing|no|not)\b)"
    r"|(?<=[.:;\n]\s)as (?:so |thus |hereby )?(?:modified|narrowed),?"
    r"(?= (?:the|said) (?:subpoena|summons|city|respondent)\b)"
)
# A day in court or the papers for it; never the day of production.
_SITTING = re.compile(
    r"\b(?:hearing|conference|trial|oral argument|briefing|briefing schedule)s?"
    r"(?: (?!produc|compli|order\b|subpoena\b|warrant\b)[^\s.;:]+){0,12}? "
    rf"{_IS} (?:vacated|cancelled|suspended|stayed)\b(?: as moot\b)?{_END}"
)
# What its own maker took back, against the order or beside it.
_RESISTANCE = (
    r"(?:objections?|opposition|motion (?:to (?:quash|stay)|for (?:an? )?(?:stay|protective order"
    r"|sanctions|contempt|extension|(?:attorneys? )?fees|costs)))"
)
_GIVEN_UP = re.compile(
    rf"\b{_RESISTANCE}(?: (?!order\b|subpoena\b|warrant\b|petition\b)[^\s.;:]+){{0,8}}? {_IS} withdrawn\b"
    rf"{_END}"
    rf"|\bmotion (?:for reconsideration|to reconsider)(?: [^\s.;:]+){{0,6}}? (?:is|are)"
    rf" (?:hereby )?denied\b{_END}"
    r"|\b(?:city|respondent|defendant|movant)(?: also| further)? (?:argue[sd]?|contend(?:s|ed)?"
    r"|claim(?:s|ed)?|sa(?:ys|id)|assert(?:s|ed)?) that (?:the|this) (?:subpoena|summons)"
    r" (?:is|was) (?:void|invalid|moot|premature|unenforceable)\b"
    rf"{_END}"
    r"|\bdeclin(?:es|ed) to (?:stay|impose|award|delay|extend|reconsider|quash|modify)\b"
)
# An earlier order gives way to this very one.
_REPLACED = re.compile(
    r"\b(?:the|its|this courts?|my) (?:[a-z]+ ){0,2}order (?:of|dated|entered|filed)(?: [^\s;:]+){1,8}? "
    rf"{_IS} (?:vacated|withdrawn|superseded|rescinded|set aside)(?: in its entirety)? and (?:is )?"
    r"(?:replaced"
    r"|superseded) by this (?:amended )?order\b"
)
# The pages were looked at in chambers already, or some of them.
_WAS_SEEN = re.compile(
    r"\b(?:after|following|having completed|completed|conducted) (?:(?:an?|its|the|my) )?in camera\b"
    r"(?! (?:production|submission))(?![^.;]{0,110}\b(?:will|shall|may|would|is to)\b)"
    r"|\b(?:reviewed|examined|inspected)(?: [^\s.;:]+){1,8}? in camera\b"
    r"(?![^.;]{0,110}\b(?:will|shall|may|would|is to)\b)"
    r"|\bin camera (?:hearing|review|conference|inspection) was held\b"
    r"|\ba (?:random |representative )?sample of (?:the )?(?:files|records|documents|pages|leases|e-?mails)\b"
)
# What happens to who disobeys, and how privilege is claimed.
_SANCTION = re.compile(
    r"\bif the (?:city|respondent)(?=(?: (?:fails|refuses|neglects) to| does not) (?:comply|obey|produce)\b"
    r"[^.;]{0,60}\b(?:show cause|contempt|sanction|fined?)\b)"
    r"|\bif the (?:city|respondent)(?= (?:with\s?holds|redacts|claims)[^.;]{0,90}\blog\b)"
    r"|\bif the (?:city|respondent)(?= cannot (?:meet|comply by)\b[^.;]{0,60}"
    r"\bshall (?:tell|notify|inform|advise)\b)"
    rf"|\bunless (?:otherwise agreed|the parties (?:otherwise )?agree)(?: otherwise)? in writing"
    rf"(?: (?:on|to) (?:an?|another)(?: (?:later|different|other))? (?:day|date|place|time))?{_END}"
)
# The rule about subpoenas, and what an agency's subpoena was before this court enforced it.
_RECITED = re.compile(
    r"\ba subpoena (?:must|shall|may|can) be quashed or modified (?=if|when|where|only)"
    r"|\b(?:must|shall|may|can) (?:quash or modify|modify or quash) (?:a|any) subpoena (?=if|when|where|that)"
    r"|\b(?:subpoena|summons|demand|request)(?: (?!and\b|order\b)[a-z]+){0,4}? (?:is|was|were|had been) not"
    r" (?:issued or )?signed by (?:a|any) (?:judge|court)\b"
    r"|\b(?:may|can) (?:move|apply|ask)(?: the court)? to modify this order\b"
    rf"|\brequest to modify the subpoena is granted in part\b{_END}"
)
# What the form of a search warrant prints: how notice is given.
_FORM = re.compile(r"\bunless (?=delayed notice is authorized below\b)")
# A stay of before, which this order lifts.
_LIFTED = re.compile(
    r"\b(?:this|the) court (?:had )?stayed (?:its|the) (?:production order|order|subpoena|summons)\b"
    r"(?=.{0,600}?\b(?:the|that) stay\b[^.;]{0,60} is (?:hereby |now |therefore )?(?:lifted|dissolved"
    r"|vacated)\b)",
    re.DOTALL,
)
# The stop of "Doc. 33" is a blank in these texts: one blank or two stand between words.
PATTERNS = tuple(
    re.compile(pattern.pattern.replace(" ", " {1,2}"), pattern.flags)
    for pattern in (
        _REST,
        _NARROWED,
        _SITTING,
        _GIVEN_UP,
        _REPLACED,
        _WAS_SEEN,
        _SANCTION,
        _RECITED,
        _FORM,
        _LIFTED,
    )
)
MOST_PARTS = 12  # given up one by one; a person reads an order with more of them
_LABELLED = r"\b(?:paragraphs?|requests?|items?|categor(?:y|ies)|topics?)\b[^.;]{0,40}?(?<![a-z0-9])"
_ONE_PART = re.compile(
    r"\b(?:paragraph|request|item|category|topic) {1,2}(?:no {1,2})?(?P<label>[a-z]|[0-9]{1,2})"
    r" (?:is|was|has been)(?: hereby)? withdrawn\b(?: and nothing need be produced under it\b)?"
)


def without_harmless(text: str) -> str:
    """The text with such words as blanks; every other character keeps its place."""
    for pattern in PATTERNS:
        text = pattern.sub(lambda found: " " * len(found.group()), text)
    parts = list(_ONE_PART.finditer(text))
    for found in parts if len(parts) <= MOST_PARTS else ():
        # Of several parts of a demand one is given up: nowhere else does the order name it.
        named = re.findall(rf"{_LABELLED}{found['label']}(?![a-z0-9])", text)
        beside = re.search(rf"{_LABELLED}(?!{found['label']}\b)(?:[a-z]|[0-9]{{1,2}})\b", text)
        if len(named) == 1 and beside:
            text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
    return text


_KEEPS_RIGHTS = re.compile(
    r"\bnothing in this order (?:(?:shall|may|is to|should) )?(?:(?:be )?(?:construed|read|deemed|taken"
    r"|understood) (?:as|to be) (?:an? )?(?:waiver|admission|finding)|waives?|constitutes? a waiver"
    r"|(?:limits?|affects?|impairs?) the rights? of (?:any|a|the|either) part(?:y|ies))\b"
    r"(?!(?: \w+){0,18} (?:with ?hold\w*|refus\w*|declin\w*|decid\w*|not (?:to )?(?:produce|comply)))"
    r"|\bnothing in this order requires? (?:the (?:city|respondent)|production of|disclosure of)"
    r"(?: to (?:produce|disclose))? (?:privileged|attorney client|work product)\b"
    r"|\bsubject to the (?:stipulated |agreed )?protective order (?=(?:doc|dkt|ecf|entered|in this (?:case"
    r"|action|matter)|already in place)\b)"
    r"|\b(?:administrative|agency|an|the) subpoena (?:is|was) not (?:itself )?an? (?:court |judicial )?"
    r"order\b"
    r"|(?<= is withdrawn )and nothing need be produced under it\b"
    r"|\bshall meet and confer (?:on|about|regarding|concerning) (?:(?:an?|the|any) )?(?:schedule for"
    r" )?(?:depositions?|fees|costs|trial|discovery plan)\b"
)


def without_reservations(flat: str) -> str:
    """Words between single blanks, without what keeps rights and privileges and takes nothing back."""
    return _KEEPS_RIGHTS.sub(" ", flat)


# In a letter on top of an order: its own earlier letter, a stay that somebody else may ask for.
_IN_LETTERS = re.compile(
    r"\b(?:our|my) (?:earlier|previous|prior|first|last) (?:letter|request|e-?mail) (?:of [^.;]{3,24} )?is"
    r" (?:hereby )?withdrawn(?= ?[.;])"
    r"|\b(?:if|whether|should) (?:you|the city)\b(?: [a-z]+){0,7}? (?:seek|move for|ask for|request|file for"
    r"|appeal)(?: [a-z]+){0,6}? stay\b"
)


def without_offers(words: str) -> str:
    """The words of a letter without what it says of itself and of a stay that nobody has asked for yet."""
    return _IN_LETTERS.sub(" ", words)
