"""Words that keep an order or a warrant from opening, however well everything else reads.

A stamp or a note beside the text ("cancelled by chambers"), a title that denies what the body grants, a
finding of probable cause that is not made: each closes the paper until a person has looked. What stands in
a recital ("the motion to stay is denied") is weighed by the decretal words and is no doubt here.
"""

from __future__ import annotations

import re

from workflows.instruments.reader.captions import other_district
from workflows.instruments.reader.harmless import without_reservations
from workflows.instruments.reader.kinds import Facts, main_titles
from workflows.instruments.reader.layout import cells_of
from workflows.instruments.reader.parts import FAX_LINE

# In a note or stamp: outside the sentences of the paper any of these may take it back.
TAKEN_BACK = re.compile(
    r"\b(?:quash\w*|stay(?:s|ed|ing)?\b|vacat(?:e|es|ed|ing|ur)\b|suspend\w*|suspension|recall\w*"
    r"|rescind\w*|rescission|revok\w*|revocation|cancel\w*"
    r"|withdraw\w*|supersed\w*|abeyance|set aside|void\b|voided|revers(?:e|ed|es)\b|nullif\w*|lifted|moot\b"
    r"|reconsider\w*|enjoin\w*|injunction|anula\w*|suspend\w*|revoca\w*|(?:queda\w*|dej\w+) sin efecto"
    r"|sin efecto(?! legal)|paraliza\w*|retira\w*"
    r"|cancelad\w*|in error\b|by mistake\b|reissue\w*)"
)
_NOTE = re.compile(
    r"\b(?:(?:is |was |are )?not (?:yet )?(?:been )?(?:issued|valid|signed|served|filed|approved"
    r"|authori[sz]ed|entered"
    r"|executed|for service|an order|a (?:court |valid |real |true )?(?:order|warrant))\b"
    r"|do(?:es)? not (?:serve|execute|use|comply|act|constitute)|no longer|invalid|expired\b|unexecuted"
    r"|training|simulat\w*|mock|exercise|demonstration|sample|specimen|example|test (?:copy|page|print)"
    r"|drafts?|borrador|d r a f t|overwritten|erased|crossed out|struck (?:out|through)|white ?out"
    r"|(?:changed|altered|corrected|added|amended|written over) (?:by hand|in (?:ink|pen|pencil))"
    r"|not certified"
    r"|uncertified|tachad[oa]|enmendad[oa]|copy left|served on|refused|rejected|denied|disapproved"
    r"|de nada vale|vencid[oa]|no valid[oa]|simulacro)\b"
)
# Above the heading: what follows is told, quoted or sent on by somebody else.
_TOLD = re.compile(
    r"^\W*(?:exhibit|attachment|anexo|excerpt|quot\w+|unofficial|extracto)\b|\bquoted\b|\btext of (?:an?"
    r"|the)\b"
    r"|\banother matter\b|\bnot an original\b|\bunofficial\b|^\W*(?:from|de|sent|enviado|subject|asunto)\s*:"
    r"|\bforwarded\b|\bexcerpt\b"
)
# In another paper of the bundle: somebody asks not to act on this one yet, or says that it is contested.
HOLDS = re.compile(
    r"\b(?:hold off|stand by|stand down|disregard|ignore)\b|\bdo not (?:yet )?(?:comply|act|produce"
    r"|execute|serve"
    # Who served the paper asks that its subject is not told of it.
    r"|release|disclose(?! (?:(?:it|this) to (?:any|the (?:subject|person|target|subscriber|account))"
    r"|(?:its|the) (?:existence|contents?|fact)|(?:the|this) (?:warrant|order|letter))))\b"
    r"|\b(?:notice of|on|an|under) appeal\b|\bappeal(?:ed|s|ing)\b|\bno longer need"
    r"|\bno cumpla\w*\b|\bapelacion\b|\bwait (?:for|until)\b|\bcorrected (?:order|warrant)\b"
)
# A party goes to a higher court or asks for a stay: until a court rules the order holds.
_GOES_ON = re.compile(r"\b(?:notice of appeal|motion (?:to stay|for (?:an? )?stay))\b")
_APPEALS = re.compile(r"\b(?:notice of|pending|on) appeal\b|\bappeals (?:from|to)\b")
_RULED = re.compile(
    r"\b(?:granted|denied|ordered|orders|entered|(?:has|have|was|were|is|are) stayed|stays|so ordered"
    r"|administrative stay|temporary stay|in effect|by the court|judge|automatic\w*)\b"
)
# Somebody tells that a court has ruled, that the paper is spent, or what to leave undone.
TELLS = re.compile(
    r"\b(?:is|was|were|has been|have been) (?:\w+ly )?(?:granted|vacated|stayed|set aside|recalled|quashed)\b"
    r"|\b(?:court|circuit|panel|judge) (?:has |had )?(?:stayed|vacated|granted)\b"
    r"|\bdo not (?:produce|comply|execute)\b|\bautomatically stayed\b"
)
SPENT = re.compile(r"\bwarrant (?:was|has been) (?:\w+ )?executed\b|\breturned executed\b")
_PAGE_OF = re.compile(r"\b(?:page|pag|pagina|p\.?) ?([0-9]{1,3}) ?(?:of|de|/) ?([0-9]{1,3})\b")
A_HEAD = 20  # characters beside the number of a page that tell one sender's pages from another's
_CLOCK = re.compile(r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b")
_SPENT = re.compile(r"\b(?:executed|searched|seized|ejecutad[oa])\b[^\n]{0,30}[0-9]{1,2}/[0-9]{1,2}")
# Anywhere in the paper: it says itself that it is none, or that nothing is due under it yet.
_SAYS_NONE = re.compile(
    r"\b(?:not (?:a|an) (?:court |judicial |valid )?(?:order|warrant)\b"
    r"(?! of (?!(?:(?:the|this|any|a|an) )?(?:(?:united|states|us|federal|district|magistrate) )*"
    r"(?:court|judge)\b))"
    r"|for (?:training"
    r"|demonstration|illustration)"
    r"|example only|sample only|training copy|simulation|takes no action"
    r"|signature (?:is )?(?:pending|to follow|forthcoming|needed|required|outstanding)|awaiting signature"
    r"|nothing (?:shall|is to|need|may) be (?:produced|disclosed)|(?:shall|does"
    r"|will) not (?:yet )?take effect|not effective until|effective only (?:if|when|upon)"
    r"|pending further order|(?:production|compliance) is (?:postponed|deferred|suspended|excused)"
    r"|original (?:order |warrant )?(?:is|to be) (?:filed|signed|entered)"
    r"|produce the body|habeas corpus|foreign intelligence|fisa|fed r bankr p|rule 2004"
    r"|no es una orden|sin valor"
    r"|await(?:s|ing)? the ruling|subject to the protective order|shall meet and confer|instead (?:file|move)"
    r"|hold this order|before entry|without force|until a bond|consents to the draft"
    r"|nothing in this order(?! (?:requires?|obliges|compels)(?: \w+){1,4} to (?:make|create|compile))"
    r"|(?:this|the) order (?:of [a-z]+ [0-9]+ [0-9]+ )?(?:was|is|has been) (?:appealed|on appeal"
    r"|superseded|withdrawn)"
    r"|corrected (?:order|warrant) (?:will|shall|is)|(?:order|warrant) applies to [a-z]+ county"
    r"|is dismissed from|(?:has|have) already complied|(?:shall|will|may) not enter this"
    r"|conditioned (?:up)?on"
    r"|upon the occurrence|only (?:after|upon|with) (?:the )?approval|by direction of the clerk"
    r"|does not authori[sz]e (?:the )?(?:search|seizure|production|disclosure) of (?:city|any)"
    r"|(?:duty|obligation|authority|order|warrant) (?:then )?(?:ends|lapses|ceases|expires)"
    r"|tracking of a)\b"
)
# A person, a witness or a room is to be brought, not records.
_NOT_RECORDS = re.compile(
    r"\b(?:produce|provide|furnish|deliver|release|make available)\b(?: (?!records?\b|files?\b"
    r"|documents?\b)\w+){0,8}?"
    r" (?:for (?:a |an |his |her )?(?:deposition|conference|examination|interview)|witness(?:es)?"
    r"|conference room|custody|operator)\b"
)
_A_PERSON = re.compile(
    r"\b(?:produce|provide|deliver|surrender)\s+[A-Z][a-z]+\s+[A-Z][a-z]+\s+(?:by|on|to|before|at)\b"
)
# A warrant says these of itself alone.
_UNDONE = re.compile(
    r"\b(?:stayed|recalled|vacated|quashed|suspended|rescinded|revoked|denied|supersedes?)\b"
)
_NO_CAUSE = re.compile(
    r"\b(?:not|fails?|failed|insufficient|lacks?|lacking|without|no)\b(?: \w+){0,6}? probable cause\b"
    r"|\bprobable cause\b(?: (?!(?:not|never|nor|neither)\b)\w+){0,5} (?:stale|dissipated|lapsed|vanished)\b"
    r"|\bprobable cause\b(?: \w+){0,2} no longer\b"
    r"|\bprobable cause\b(?: \w+){0,4}? (?:lacking|insufficient|wanting"
    r"|not\b(?! (?:(?:grown|become|gone|turned|been|yet|since|now) )?"
    r"(?:stale|dissipated|diminished|lapsed)\b))\b"
)
_OTHER_WARRANT = re.compile(
    r"\badministrative\b|\bany (?:authori[sz]ed )?immigration officer\b|\bprobable cause to arrest\b"
    r"|\bcommanded to arrest\b|\bpersons? believed to be\b|\bwithout legal authority\b"
)
# The head of a title: what such a paper does or is, whatever it quotes behind that word.
_HEAD = re.compile(
    r"\b(?:notice|form|copy|translation|text|summary|excerpt|draft|proposed|lodged|superseded|specimen|sample"
    r"|motion|application|request|petition|stipulation(?! and)|transcript|objections?|response|brief"
    r"|memorandum in)\b"
    r"(?: (?:of|for|to|in|by|that))?(?= .*\b(?:order|warrant)\b)|\b(?:not for (?:service|filing|release)"
    r"|withdrawn|recalled|tentative|recommend\w*)\b"
)
_DENIES = re.compile(
    r"\b(?:denying|vacating|staying|quashing|rescinding|withdrawing|suspending|dismissing)\b"
)
_GRANTS = re.compile(
    r"\b(?:granting|compelling|enforcing|requiring|directing|overruling|denying motion to (?:quash|stay))\b"
)
# A motion that was granted, over one line or two, and kept something back or only gave leave.
_GRANTS_OTHER = re.compile(
    r"\bgranting\b.*\bmotions? (?:to (?:stay|quash|vacate|dismiss|withdraw|reconsider)"
    r"|for (?:an? )?(?:stay|extension|leave|reconsideration))\b|\bgranting (?:\w+ ){0,4}(?:leave|time)\b"
)
_COMPELS = re.compile(r"\b(?:compelling|enforcing|directing|requiring|denying motion to (?:quash|stay))\b")
_ORDER = re.compile(r"\b(?:order|warrant|orden|writ)\b")
_OFFICE = re.compile(r"\b(?:ice|immigration|homeland|enforcement and removal|administrative)\b")
_ONCE = re.compile(r"\b(?:former|formerly|retired|ret|emeritus|nominee|candidate|arbitrator|mediator)\b")

_DESIGNATED = re.compile(r"\bsitting by (?:designation|assignment)\b")


def only_asks(facts: Facts) -> bool:
    """True for a party's own motion to stay or notice of appeal that tells of no ruling and of no judge."""
    view, part = facts.view, facts.part
    head = view.joined[view.lines[part.first].at : view.lines[min(part.last - 1, part.first + 12)].end]
    words = view.joined[view.lines[part.first].at : view.lines[part.last - 1].end]
    return (
        _GOES_ON.search(head) is not None
        and not facts.signer.judge
        and not facts.decree.compels
        and not _RULED.search(words)
        and not TELLS.search(words)
        and not HOLDS.search(_APPEALS.sub(" ", words))
    )


def leaves_open(facts: Facts) -> bool:
    """True when the part's own words leave it open whether it binds. Nothing opens beside such words."""
    view, part = facts.view, facts.part
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    words = view.joined
    flat = without_reservations(" ".join(re.sub(r"[^a-z0-9]+", " ", words[low:high]).split()))
    if _SAYS_NONE.search(flat) or _NOT_RECORDS.search(flat) or _A_PERSON.search(view.printed(low, high)):
        return True
    return any(
        doubt(facts) for doubt in (pages_missing, _noted, _title_takes_back, _once_a_judge, _of_agency)
    )


def pages_missing(facts: Facts) -> bool:
    """Of the pages that the paper counts itself ("page 1 of 3", "page 3 of 3") one is not there.

    One mark alone says nothing: many a filing prints its running head on one page only.
    """
    view, part = facts.view, facts.part
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    pages: dict[int, set[int]] = {}
    series: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for found in _PAGE_OF.finditer(view.text):
        page, of = int(found.group(1)), int(found.group(2))
        head = _CLOCK.sub("", view.text[view.lines[view.line_of(found.start())].at : found.start()])
        # "Document 39-1": the exhibit of a filing, counted on with it.
        head = re.sub(r"(\bdocument [0-9]+)-[0-9]+\b", r"\1", head.strip())
        series.setdefault((of, head), []).append((page, found.start()))
    # A fax counts the pages of its bundle under one head: those before this paper are there as well.
    whole = {of for (of, _), there in series.items() if len({page for page, _ in there}) == of}
    first = facts.caption.heading.line if facts.caption.heading else part.first
    faxed = {
        (of, head)
        for (of, head), there in series.items()
        for page, at in there[:1]
        if _begins_there(facts, at, first) and {p for p, _ in there} == set(range(page, of + 1))
    }
    # Of a bundle counted through without a gap to its end those before the heading are not missed.
    heading = view.lines[first].at
    faxed |= {
        (of, head)
        for (of, head), there in series.items()
        if facts.caption.heading
        and {page for page, _ in there} == set(range(there[0][0], of + 1))
        and (there[0][1] < heading or there[0][0] == 2)
    }
    for key in series.keys() - faxed:  # what the bundle counts says nothing of how the paper counts itself
        for page, at in series[key]:
            if low <= at < high:
                pages.setdefault(key[0], set()).add(page)
    if any(1 < len(there) < of and of not in whole for of, there in pages.items()):
        return True
    around = (
        (of, {page for page, _ in there})
        for (of, head), there in series.items()
        if len(head) >= A_HEAD and there[0][1] < high and there[-1][1] >= low and (of, head) not in faxed
    )
    return any(1 < len(there) < of for of, there in around)


def _begins_there(facts: Facts, at: int, heading: int) -> bool:
    """The line of a fax stands right over the heading of the paper: its first page came behind a cover."""
    line = facts.view.line_of(at)
    return bool(FAX_LINE.search(facts.view.line_text(line))) and 0 <= heading - line <= 4


def finds_no_cause(facts: Facts) -> bool:
    """True for a warrant that does not find probable cause, or commands something else than a search."""
    view, part = facts.view, facts.part
    words = " ".join(view.joined[view.lines[part.first].at : view.lines[part.last - 1].end].split())
    return bool(_NO_CAUSE.search(words) or _OTHER_WARRANT.search(words) or _UNDONE.search(words))


_LEFT_OUT = (
    r"\b(?:except(?:ing)?|excluding|other than|save|but not|not including|excepto|salvo)\b[^.;]{0,60}?"
    r"{name}|{name}[^.;]{0,80}?\b(?:excluded|excepted|exempt\w*|withheld|not (?:be |to be )?"
    r"(?:produced|included|disclosed|released)|exclu\w+|exceptu\w+)\b"
)


def left_out(text: str, name: str) -> bool:
    """The paper names somebody to leave them out: "files of all tenants except Omar Ruz"."""
    words = re.findall(r"\w+", name)
    if not words:
        return False
    pattern = _LEFT_OUT.replace("{name}", r"\W+".join(map(re.escape, words[-2:])))
    return re.search(pattern, " ".join(text.split()), re.IGNORECASE) is not None


def _noted(facts: Facts) -> bool:
    """A note in brackets, above the heading or below the signature takes the paper back."""
    view, part = facts.view, facts.part
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    notes = [m.group() for m in re.finditer(r"[\[{<*]{1,3}[^\]}>*\n]{3,90}[\]}>*]{1,3}", view.text[low:high])]
    first = facts.caption.heading.line if facts.caption.heading else part.first
    below = range(facts.signer.line + 1, part.body_last) if facts.signer.line >= 0 else range(0)
    notes += [view.line_text(n) for n in (*range(part.first, first), *below)]
    if any(_TOLD.search(view.line_text(n)) for n in range(part.first, first)):
        return True
    warrant = "warrant" in facts.title
    return any(
        TAKEN_BACK.search(note) or _NOTE.search(note) or (warrant and _SPENT.search(note)) for note in notes
    )


def _title_takes_back(facts: Facts) -> bool:
    view = facts.view
    part = facts.part
    numbers = dict.fromkeys(t.line for t in main_titles(view, part))
    lines = " ".join(words for n in numbers if _ORDER.search(words := view.line_words(n)))
    stop = min(part.body_last, part.first + 24)
    head = (cell.words for n in range(part.first, stop) for cell in cells_of(view, n) if cell.caps)
    if any(_HEAD.match(words) for words in head):
        return True
    whole = " ".join(view.line_words(n) for n in numbers)
    if _GRANTS_OTHER.search(whole) and not _COMPELS.search(whole):
        return True
    if _HEAD.match(lines) or re.search(
        r"\bnot for (?:service|filing|release)\b|\bwithdrawn\b|\btentative\b", lines
    ):
        return True
    return bool(_DENIES.search(lines) and not _GRANTS.match(lines[max(0, lines.find("order") + 6) :]))


def _of_agency(facts: Facts) -> bool:
    """The heading is an agency's as well: beside the court stands an office that is none."""
    heading, view, part = facts.caption.heading, facts.view, facts.part
    if heading is None:
        return False
    if _OFFICE.search(view.line_text(heading.line)):
        return True
    offices = [
        h for h in part.headings if 0 < h.line - heading.line <= 2 and h.origin in ("dhs", "us_attorney")
    ]
    return any(not re.search(r"[,)]", view.line_text(h.line)) for h in offices)


def _once_a_judge(facts: Facts) -> bool:
    """The title of the signer is told to be a former one, or one of another district."""
    if facts.signer.line < 0:
        return False
    view, line = facts.view, facts.signer.line
    beside = " ".join(view.line_text(n) for n in range(line, min(len(view.lines), line + 2)))
    if _DESIGNATED.search(beside) and not _ONCE.search(beside):
        return False  # a judge of elsewhere who sits in this court
    return bool(_ONCE.search(view.line_text(line)) or other_district(beside))
