"""How long a paper holds: the day on which it ends, how long it lasts, and from when it counts."""

from __future__ import annotations

import datetime as dt
import re

from workflows.instruments.reader.dates import (
    Moment,
    spoken_number,
)
from workflows.instruments.reader.nearby import (
    LAST_DAY,
)
from workflows.instruments.reader.view import View

ENDS = re.compile(
    r"\b(?:this|the|esta|este)\s+(?:order|warrant|authorization|consent|waiver|release|permission"
    r"|certification"
    r"|autorizacion|orden|consentimiento|permiso|exencion)\b[^.;]{0,30}\b(?:valid[ao]?|effective|good|vigente"
    r"|in (?:effect|force)|en vigor|remains?|vale|rige)\b[^.;]{0,70}\b(?:until|through|hasta(?: el)?"
    r"|to and including)\b\s*|"
    r"\b(?:this|the|esta|este)\s+(?:order|warrant|authorization|consent|waiver|release|writ|subpoena"
    r"|request|autorizacion|orden|consentimiento|permission|certification|agreement)\s+(?:shall |will "
    r"|automatically |is valid and |remains? |shall remain |is )?"
    r"(?:expires?|expire|terminates?|terminate|ends?|lapses?|vence|expira|caduca|valid|in effect|in force"
    r"|effective|es valid[ao]|good|vencera)\b[^.;]{0,60}?(?:on|until|through|el|hasta(?: el)?|at|after"
    r"|:)?\s*"
    r"|\b(?:expires|expiration date|expiration|valid until|valid through|void after|good until"
    r"|date of expiration|expiry date|fecha de vencimiento|vence(?: el)?|valid[ao] hasta(?: el)?"
    r"|expira(?: el)?|vencimiento|expires on|not valid after|in force until"
    r"|vigente hasta(?: el)?)\b\W*(?:on\s+|is\s+|el\s+)?"
    r"|\bno (?:further |longer )?(?:(?:in|of) )?(?:further )?(?:effect|force|validity)\b"
    r"[^.;]{0,20}\bafter\b\s*"
    r"|\bceases? to (?:have effect|be in force|bind)\b[^.;]{0,20}\b(?:on|after)\b\s*"
    r"|\bif not (?:served|executed|presented)\b[^.;]{0,20}\b(?:" + LAST_DAY + r")\b\s*"
    r"|\b(?:authority|permission|force) (?:granted |of \w+ \w+ )?(?:ends?|lapses?|expires?)\b"
    r"[^.;]{0,20}\b(?:on|after|at)\b\s*"
)


def ends_in_sentence(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """ "expires twelve months after ..., or on April 14, 2026, whichever is sooner"."""
    for match in re.finditer(
        r"\b(?:this|the|esta|este) (?:authorization|consent|waiver|release|order|autorizacion"
        r"|consentimiento) (?:will |shall )?(?:expires?|vence)\b",
        view.joined[low:high],
    ):
        at = low + match.end()
        for moment in dated:
            if (
                at <= moment.at <= at + 160
                and "." not in view.text[at : moment.at]
                and re.search(r"\b(?:on|el)\W*$", view.joined[moment.at - 8 : moment.at])
            ):
                return moment
    return None


_LASTS = re.compile(
    r"\b(?:this|the|esta|este) (?:order|warrant|authorization|consent|waiver|release|permission|orden"
    r"|autorizacion|consentimiento)\b[^.;]{0,40}"
    r"\b(?:expires?|remains?|shall remain|valid|effective|in (?:effect|force)|terminates?|lapses?|vence"
    r"|vigente)\b[^.;]{0,40}?"
    r"\b(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)\)?\s+(?:calendar )?(?P<unit>days|months|years|dias|meses)\b"
)


def lasts(view: View, issued: Moment | None, low: int, high: int) -> Moment | None:
    """ "This order remains in effect for sixty days": its end, counted from its date."""
    match = _LASTS.search(view.joined, low, high)
    count = spoken_number(match["n"]) if match else None
    if match is None or issued is None or not count:
        return None
    days = count * (1 if match["unit"].startswith("d") else 31 if match["unit"].startswith("m") else 366)
    return Moment(issued.date + dt.timedelta(days=days), None, match.start(), match.end())


EFFECTIVE = re.compile(
    r"\b(?:effective|takes? effect|shall take effect|becomes? effective|in effect (?:from|beginning)"
    r"|not (?:effective|to be executed) (?:until|before)|shall not be (?:executed|effective) (?:before"
    r"|until)|entra(?:ra)? en vigor|surtira efecto|commencing|stayed until)\b[^.;\n]{0,30}?(?:on|until"
    r"|as of|from|el|a partir del|before|at)?\s*"
)
