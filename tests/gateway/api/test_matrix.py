"""Who gets what from each address of the API: a table written by hand, run cell by cell.

The matter is in collection with its paper in force, one record taken in and not yet read, and the intake
desk (officer, verifier, counsel) assigned. A route or method without a line fails, and so does a
line without a route. Bodies are sound, so that what is refused is refused for the person's sake: 409
and 412 mean that the person may, and that the thing stands elsewhere.
"""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.urls import reverse

from gateway.accounts.answered import LEFT_OUT
from gateway.api.urls import ROOMS, urlpatterns
from tests import factories
from tests.gateway import callers, left, sheets
from workflows.audit import flags
from workflows.audit.models import Entry
from workflows.flow import papers as paper_acts
from workflows.flow.challenging import Filing, file_challenge
from workflows.flow.contacts import Approach, log_contact
from workflows.flow.reviewing import propose_disposition
from workflows.flow.scoping import set_scope
from workflows.flow.searching import open_search
from workflows.instruments.models import ScopeClause, StatusAuthorisation
from workflows.jobs.models import Job
from workflows.matters.models import ListedRequest
from workflows.notices.models import Accounting
from workflows.policy.status_types import status_types

WHO = (
    "auditor",
    "admin",
    "officer2",
    "counsel2",
    "ledgers",
    "nobody",
    "bureau",
    "verifier",
    "counsel",
    "officer",
)
DESK_AND_MORE = frozenset(WHO) - {"nobody", "bureau", "ledgers"}  # who has a session
# First words of routes that name one thing of a matter.
HIDDEN = ("matter", "instrument", "record", "search", "job", "hold", "block", "challenge", "task",
          "secrecy", "flag", "authorisation")  # fmt: skip
KIND = min(status_types())
FULL = os.environ.get("GATEWAY_SCALE") == "full"
INSIDE = frozenset({"verifier", "counsel", "officer"})
BY_ROOM = frozenset(one.name for room in ROOMS for one in import_module(f"gateway.api.{room}").urlpatterns)
# What else addresses hold besides ids.
PARTS = {
    "move": "finish_search", "n": 1, "number": 1, "mark": 10**9, "finding": 1, "rest": "nowhere/",
    "code": "2222-2222-2222",
}  # fmt: skip
# Columns as in WHO: those who must be refused come first, so that nothing they see was changed for them.
TABLE = """
route                method  auditor admin officer2 counsel2 ledgers nobody bureau verifier counsel officer
token                POST    400     400   400      400      400     400    400    400      400     400
schema               GET     200     200   200      200      200     200    200    200      200     200
docs                 GET     200     200   200      200      200     200    200    200      200     200
public-letter        GET     200     200   200      200      200     200    200    200      200     200
nothing              GET     404     404   404      404      404     404    404    404      404     404
session              GET     200     200   200      200      401     401    401    200      200     200
session              POST    401     401   401      401      401     401    401    401      401     401
step-up              POST    403     403   403      403      401     401    401    403      403     403
courts               GET     200     200   200      200      401     401    401    200      200     200
people               GET     200     200   200      200      401     401    401    200      200     200
job                  GET     404     404   404      404      404     401    200    200      200     200
job-again            POST    404     404   404      404      401     401    401    403      403     409
entries              GET     200     403   403      403      401     401    401    403      403     403
checkpoint           GET     200     200   200      200      200     401    200    200      200     200
proof                GET     200     403   403      403      401     401    401    403      403     403
exports              GET     200     200   200      200      401     401    401    200      200     200
exports              POST    202     403   403      403      401     401    401    403      403     403
export               GET     404     404   404      404      401     401    401    404      404     404
export-archive       GET     404     404   404      404      401     401    401    404      404     404
reports              GET     200     200   200      200      401     401    401    200      200     200
reports              POST    202     403   403      202      401     401    401    403      202     403
report               GET     200     403   403      200      401     401    401    403      200     403
log-flags            GET     200     403   403      403      401     401    401    403      403     403
log-flag-propose     POST    200     403   403      403      401     401    401    403      403     403
log-flag-decline     POST    200     403   403      403      401     401    401    403      403     403
log-flag-close       POST    200     403   403      403      401     401    401    403      403     403
samples              GET     200     403   403      403      401     401    401    403      403     403
samples              POST    409     403   403      403      401     401    401    403      403     403
sample-outcome       POST    404     403   403      403      401     401    401    403      403     403
sign-offs            GET     200     403   403      403      401     401    401    403      403     403
sign-offs            POST    409     403   403      403      401     401    401    403      403     403
register             GET     200     200   200      200      200     200    200    200      200     200
policy               GET     200     200   200      200      200     200    200    200      200     200
matter-list          GET     200     200   200      200      200     401    200    200      200     200
matter-list          POST    403     403   201      201      403     401    201    201      201     201
matter-detail        GET     404     404   404      404      404     401    200    200      200     200
matter-assign        POST    404     404   404      404      404     401    403    403      204     204
matter-unassign      POST    404     404   404      404      404     401    403    403      204     204
matter-move          POST    404     404   404      404      404     401    403    403      403     409
matter-instruments   GET     404     404   404      404      404     401    200    200      200     200
matter-instruments   POST    404     404   404      404      404     401    202    202      202     202
paper-check          POST    403     403   200      200      200     401    200    200      200     200
instrument-detail    GET     404     404   404      404      404     401    200    200      200     200
instrument-fields    PUT     404     404   404      404      404     401    403    412      403     403
instrument-checks    POST    404     404   404      404      404     401    403    201      403     403
instrument-call-back POST    404     404   404      404      404     401    403    201      403     201
instrument-findings  POST    404     404   404      404      404     401    403    403      201     403
instrument-accept    POST    404     404   404      404      404     401    403    412      403     403
instrument-court-events POST 404     404   404      404      404     401    403    403      422     403
matter-scope         PUT     404     404   404      404      403     401    403    403      409     403
matter-coverage      GET     404     404   404      404      403     401    403    403      200     200
record-scope         POST    404     404   404      404      403     401    403    403      412     403
matter-searches      POST    404     404   404      404      403     401    403    403      403     201
search-list          GET     200     200   200      200      403     401    403    200      200     200
matter-searches      GET     404     404   404      404      403     401    403    200      200     200
search-give          POST    404     404   404      404      403     401    403    403      403     200
search-attest        POST    404     404   404      404      403     401    403    403      403     204
matter-records       GET     404     404   404      404      403     401    403    403      200     200
matter-records       POST    404     404   404      404      403     401    403    403      403     202
record-detail        GET     404     404   404      404      403     401    403    403      200     200
record-detail        PUT     404     404   404      404      403     401    403    403      403     412
record-findings      GET     404     404   404      404      403     401    403    403      200     200
record-seen          POST    404     404   404      404      403     401    403    403      409     409
record-marks         POST    404     404   404      404      403     401    403    403      409     409
record-undo          POST    404     404   404      404      403     401    403    403      409     409
record-redo          POST    404     404   404      404      403     401    403    403      409     409
record-decide        POST    404     404   404      404      403     401    403    403      409     409
record-decide-alike  POST    404     404   404      404      403     401    403    403      409     409
record-value         POST    404     404   404      404      403     401    403    403      404     404
record-alike         GET     404     404   404      404      403     401    403    403      404     404
matter-words         POST    404     404   404      404      403     401    403    403      200     200
matter-mark-words    POST    404     404   404      404      403     401    403    403      422     422
matter-links         POST    404     404   404      404      403     401    403    403      403     409
matter-letters       GET     404     404   404      404      404     401    200    200      200     200
matter-letter        GET     404     404   404      404      404     401    200    200      200     200
matter-notices       GET     404     404   404      404      403     401    403    403      200     200
matter-notices       POST    404     404   404      404      403     401    403    403      201     403
link-list            GET     403     403   403      403      200     401    200    403      403     403
link-claim           POST    403     403   403      403      404     401    404    403      403     403
link-package         GET     403     403   403      403      404     401    404    403      403     403
link-receipt         POST    403     403   403      403      404     401    404    403      403     403
matter-challenges    GET     404     404   404      404      404     401    200    200      200     200
matter-challenges    POST    404     404   404      404      404     401    201    403      201     403
matter-court-bundles GET     200     404   404      404      401     401    401    403      200     403
matter-court-bundles POST    202     404   404      404      401     401    401    403      202     403
matter-recalls       GET     404     404   404      404      404     401    200    200      200     200
matter-recalls       POST    404     404   404      404      404     401    403    409      409     409
recall-acknowledge   POST    403     403   403      403      404     401    404    403      403     403
listed-requests      POST    403     403   201      201      403     401    403    403      201     201
listed-requests      GET     403     403   200      200      403     401    403    403      200     200
listed-request-settle POST   403     403   403      200      403     401    403    403      409     403
contacts             POST    201     201   201      201      403     401    403    201      201     201
contacts             GET     200     200   200      200      403     401    403    200      200     200
contacts-export      POST    200     403   200      200      403     401    403    403      200     200
contact-detail       GET     200     404   200      200      403     401    403    200      200     200
contact-counsel      POST    200     404   409      409      403     401    403    409      409     409
contact-taken        POST    201     404   201      201      403     401    403    201      201     201
contact-open         POST    403     404   201      409      403     401    403    409      409     409
matter-holds         GET     404     404   404      404      403     401    403    200      200     200
matter-holds         POST    404     404   404      404      403     401    403    403      201     409
matter-preservation  POST    404     404   404      404      403     401    403    403      403     409
hold-lift            POST    404     404   404      404      403     401    403    403      200     403
matter-blocks        GET     404     404   404      404      403     401    403    200      200     200
matter-blocks        POST    404     404   404      404      403     401    403    201      201     201
block-lift           POST    404     404   404      404      403     401    403    403      200     403
challenge-settle     POST    404     404   404      404      403     401    403    403      200     403
matter-releases      GET     404     404   404      404      403     401    403    200      200     200
matter-supplement    POST    404     404   404      404      403     401    403    403      403     409
matter-dates         GET     404     404   404      404      403     401    403    200      200     200
matter-dates         POST    404     404   404      404      403     401    403    403      201     403
matter-clarification POST    404     404   404      404      403     401    403    403      204     403
task-finish          POST    404     404   404      404      403     401    403    403      200     403
dates                GET     200     200   200      200      403     401    403    200      200     200
matter-secrecy       GET     404     404   404      404      403     401    403    200      200     200
matter-secrecy       POST    404     404   404      404      403     401    403    403      201     403
secrecy-end          POST    404     404   404      404      403     401    403    403      200     403
matter-bases         GET     404     404   404      404      403     401    403    200      200     200
instrument-override  POST    404     404   404      404      403     401    403    403      422     403
override-confirm     POST    404     404   404      404      403     401    403    404      404     404
matter-determinations POST  404     404   404      404      403     401    403    403      422     403
determination-confirm POST  404     404   404      404      403     401    403    404      404     404
instrument-consent   POST    404     404   404      404      403     401    403    403      422     403
instrument-revoke-consent POST  404     404   404      404      403     401    403    409      409     409
matter-emergency     GET     404     404   404      404      403     401    403    200      200     200
matter-emergency     POST    404     404   404      404      403     401    403    403      403     422
claim-determine      POST    404     404   404      404      403     401    403    404      404     404
claim-refuse         POST    404     404   404      404      403     401    403    404      404     404
emergency-confirm    POST    404     404   404      404      403     401    403    404      404     404
emergency-review     POST    404     404   404      404      403     401    403    404      404     404
emergency-follow-up  POST    404     404   404      404      403     401    403    404      404     404
matter-status        GET     404     404   404      404      403     401    403    200      200     200
matter-authorise     POST    404     404   404      404      403     401    403    403      201     403
matter-withhold      POST    404     404   404      404      403     401    403    403      201     403
authorisation-end    POST    404     404   404      404      403     401    403    403      200     403
matter-questions     GET     404     404   404      404      403     401    403    200      200     200
matter-questions     POST    404     404   404      404      403     401    403    403      409     403
matter-answer        POST    404     404   404      404      403     401    403    403      409     403
matter-unanswered    POST    404     404   404      404      403     401    403    403      409     403
question-answer      GET     404     404   404      404      403     401    403    404      404     404
matter-sums          GET     404     404   404      404      403     401    403    200      200     200
matter-sums          POST    404     404   404      404      403     401    403    403      404     403
instrument-flags     POST    404     404   404      404      403     401    403    201      201     201
flag-clear           POST    404     404   404      404      403     401    403    403      200     403
instrument-page      GET     404     404   404      404      403     401    403    404      404     404
instrument-answer    GET     404     404   404      404      403     401    403    404      404     404
instrument-answer    PUT     404     404   404      404      403     401    403    403      404     403
instrument-answer-send POST  404     404   404      404      403     401    403    403      404     403
record-marks         GET     404     404   404      404      403     401    403    403      200     200
record-page          GET     404     404   404      404      403     401    403    403      404     404
record-result        GET     404     404   404      404      403     401    403    403      404     404
record-unmark        POST    404     404   404      404      403     401    403    403      409     409
record-apply         POST    404     404   404      404      403     401    403    403      409     409
matter-packages      GET     404     404   404      404      403     401    403    403      200     200
record-cite          POST    404     404   404      404      403     401    403    403      409     409
record-retry         POST    404     404   404      404      403     401    403    403      403     409
notices              GET     403     403   200      200      403     401    403    403      200     200
matter-notices-after POST    404     404   404      404      403     401    403    403      204     403
policy-versions      GET     200     200   200      200      403     401    403    200      200     200
policy-versions      POST    403     403   403      422      403     401    403    403      422     403
policy-examine       POST    403     403   403      422      403     401    403    403      422     403
policy-version       GET     200     200   200      200      403     401    403    200      200     200
policy-past          GET     403     403   403      200      403     401    403    403      200     403
policy-approve       POST    403     403   403      409      403     401    403    403      409     403
policy-withdraw      POST    403     403   403      409      403     401    403    403      409     403
calendars            GET     200     200   200      200      403     401    403    200      200     200
calendars            POST    403     201   403      403      403     401    403    403      403     403
calendar-changes     GET     403     200   403      403      403     401    403    403      403     403
calendar-change-agree POST   403     404   403      403      403     401    403    403      403     403
calendar-change-decline POST 403     404   403      403      403     401    403    403      403     403
letter-texts         GET     403     200   403      200      403     401    403    403      200     403
letter-texts         POST    403     201   403      403      403     401    403    403      403     403
letter-text-sample   POST    403     200   403      403      403     401    403    403      403     403
letter-text-changes  GET     403     200   403      200      403     401    403    403      200     403
letter-text-agree    POST    403     404   403      404      403     401    403    403      404     403
letter-text-decline  POST    403     404   403      404      403     401    403    403      404     403
accounts             GET     403     200     403   403      403     401    403    403      403     403
accounts             POST    403     201     403   403      403     401    403    403      403     403
account-role         POST    403     404     403   403      403     401    403    403      403     403
account-on           POST    403     404     403   403      403     401    403    403      403     403
account-off          POST    403     404     403   403      403     401    403    403      403     403
account-changes      GET     403     200     403   403      403     401    403    403      403     403
account-change-agree POST 403     404     403   403      403     401    403    403      403     403
account-change-decline POST 403     404     403   403      403     401    403    403      403     403
agencies             GET     200     200   200      200      403     401    403    200      200     200
agency-offices       GET     200     200   200      200      403     401    403    200      200     200
agency-offices       POST    403     201   403      403      403     401    403    403      403     403
referrals            GET     200     200   200      200      403     401    403    200      200     200
referrals            PUT     403     200   403      200      403     401    403    403      200     403
compliance           GET     200     403   403      403      403     401    403    403      403     403
accountings          POST    403     403   201      201      403     401    403    403      201     201
accounting-questions GET     403     403   200      200      403     401    403    403      200     200
accounting-answer    POST    403     403   404      404      403     401    403    403      404     404
accounting-aside     POST    403     403   404      404      403     401    403    403      404     404
accounting           GET     403     403   200      200      403     401    403    403      200     200
forgettings          GET     403     403   403      200      403     401    403    403      200     403
forgettings          POST    403     403   403      409      403     401    403    403      409     403
forgetting-agree     POST    403     403   403      404      403     401    403    403      404     403
forgetting-decline   POST    403     403   403      404      403     401    403    403      404     403
matter-seal          POST    404     404   404      404      403     401    403    403      201     403
matter-unseal        POST    404     404   404      404      403     401    403    403      200     403
session              DELETE  204     204   204      204      204     204    204    204      204     204
"""


def lines() -> list[tuple[str, str, tuple[int, ...]]]:
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    assert tuple(head[2:]) == WHO
    return [(row[0], row[1], tuple(map(int, row[2:]))) for row in rows]


def methods_of(pattern: Any) -> Iterator[str]:
    actions = getattr(pattern.callback, "actions", None)
    if actions:
        yield from (verb.upper() for verb in actions if verb != "head")
        return
    view = getattr(pattern.callback, "view_class", None) or pattern.callback.cls
    for verb in ("get", "post", "put", "patch", "delete"):
        if hasattr(view, verb):
            yield verb.upper()


def test_every_route_and_method_has_a_line_and_every_line_a_route() -> None:
    routes = {(pattern.name, method) for pattern in urlpatterns for method in methods_of(pattern)}
    routes.add(("nothing", "GET"))  # whatever the method: see test_matters
    assert {(name, method) for name, method, _ in lines()} == routes


class Stage:
    """The matter of this module's head, and a sound body for each address."""

    def __init__(self, city: factories.City) -> None:
        self.city = city
        matter = factories.open_request(city)
        self.clients = {"bureau": callers.program(city.agency), "ledgers": callers.program(city.other_agency)}
        paper = paper_acts.file_paper(
            matter.pk, sheets.sheet("An order."), actor=self.clients["bureau"].person,
            media_type="application/pdf",
        )  # fmt: skip
        factories.verify_paper(city, paper)
        paper_acts.accept_paper(paper.pk, actor=city.verifier)
        self.clauses = [clause for clause in factories.clauses() if clause.page == 1]
        self.matter = set_scope(matter.pk, paper.pk, self.clauses, actor=city.counsel)
        self.paper, self.record = paper, factories.take_in(city, self.matter, sheets.sheet())
        self.search = open_search(matter.pk, "Archive", actor=city.officer)
        self.contact = log_contact(
            Approach("in_person", factories.timezone.now(), "Front desk", "warrant", "court", False,
                     agency=city.agency),
            actor=city.officer,
        )  # fmt: skip
        paper_acts.open_block(matter.pk, "counsel", actor=city.officer)
        file_challenge(matter.pk, Filing("objection", "person"), actor=city.counsel)
        factories.seal_log()
        words = "The clock of the machine was set by hand."
        self.flags = {
            f"log-flag-{act}": flags.raise_flag(flags.CLOCK, factories.timezone.now(), {"seconds": 300})
            for act in ("propose", "decline", "close")
        }
        for act in ("log-flag-decline", "log-flag-close"):
            propose_disposition(self.flags[act].pk, "explained", words, actor=city.auditor2)
        self.entry = Entry.objects.order_by("pk").first()
        self.today = factories.timezone.localdate()
        self.job = Job.objects.get(kind="instrument.read")
        self.callers: dict[str, callers.Caller] = {"nobody": callers.Caller(), **self.clients}
        for name in set(WHO) - set(self.callers):
            self.callers[name] = callers.member(city.people[name])

    def address(self, route: str, absent: bool = False) -> str:
        """The path below the root; `absent` with ids that nothing has."""
        pattern = next(one for one in urlpatterns if one.name == route)
        values: dict[str, Any] = {}
        here = {"flag_id": self.flags[route].pk} if route in self.flags else {}
        for name, converter in pattern.pattern.converters.items():
            if name == "pk" or name.endswith("_id"):
                nothing = uuid.uuid4() if type(converter).__name__ == "UUIDConverter" else 10**9
                there = None if absent else self.known(route.split("-")[0] if name == "pk" else name)
                values[name] = here.get(name) or there or nothing
            else:
                own = {"entry": self.entry and self.entry.pk, "period": f"{self.today:%Y-%m}", **PARTS}
                values[name] = own.get(name) or self.known(name)
        return reverse(f"api:{route}", kwargs=values).removeprefix(callers.ROOT)

    def known(self, kind: str) -> Any:
        """The id of the thing of this kind as it is now, if there is one."""
        firsts: dict[str, Any] = {
            "letter_id": self.matter.letters, "hold": self.matter.holds, "block": self.matter.blocks,
            "challenge": self.matter.challenges, "task": self.matter.tasks.filter(role="counsel"),
            "listed": ListedRequest.objects.order_by("pk"), "secrecy": self.matter.secrecy_orders,
            "flag": self.paper.flags, "clause": ScopeClause.objects.order_by("pk"),
            "authorisation": StatusAuthorisation.objects.order_by("pk"),
            "accounting_id": Accounting.objects.order_by("pk"),
        }  # fmt: skip
        if kind in firsts:
            return firsts[kind].values_list("pk", flat=True).first()
        found = {
            "matter": self.matter, "matter_id": self.matter, "instrument": self.paper, "record": self.record,
            "search": self.search, "job": self.job, "contact_id": self.contact,
            "record_id": self.record,
        }  # fmt: skip
        return found[kind].pk if kind in found else None

    def body(self, who: str, route: str) -> dict[str, Any]:
        """Arguments of `send` that make a sound request."""
        city, today = self.city, factories.timezone.localdate().isoformat()
        described = {"record_class": "police_report", "subject_name": "Ada Mora", "dated_on": today}
        fields = {
            "type": "fed_production_order", "docket": "1", "court": "A court", "signer": "A",
            "signer_title": "Judge",
        }  # fmt: skip
        clauses = [
            {"item": one.item, "page": 1, "quote": one.quote, "subject_name": one.subject_name,
             "record_classes": list(one.record_classes),
             "names_status": one.names_status} for one in self.clauses
        ]  # fmt: skip
        bodies: dict[str, Any] = {
            "session": {"email": f"{who}@nowhere.test", "password": "x", "code": "000000"},
            "step-up": {"code": "000000"},
            "matter-list": {"description": "All reports.", "agency": str(city.agency.pk)},
            "matter-assign": {"person": str(city.verifier.pk)},
            "matter-unassign": {"person": str(city.counsel2.pk)},
            "instrument-fields": fields,
            "instrument-checks": {"check_id": "V01", "outcome": "passed"},
            "instrument-call-back": {"contact": city.court.pk, "spoke_with": "Clerk", "outcome": "passed"},
            "instrument-findings": {"text": "This order binds the city for these records."},
            "instrument-court-events": {"how": "vanished"},
            "matter-scope": {"instrument": str(self.paper.pk), "clauses": clauses},
            "matter-searches": {"department": "Archive"},
            "matter-notices": {
                "notice": str(self.matter.notices.get().pk),
                "act": "not_required",
                "reason": "told_already",
                "words": "Their lawyer has told them.",
            },
            "search-attest": {"outcome": "none", "where": "Shelves"},
            "record-detail": described,
            "record-scope": {"clause": 1, "inside": True, "page": 1, "quote": "x", "reason": "Long enough."},
            "record-marks": {"page": 1, "whole_page": True},
            "record-decide": {"decision": "redact"},
            "matter-words": {"sought": "library card"},
            "matter-mark-words": {"sought": "library card", "places": ["1.1.0.0"]},
            "record-decide-alike": {"decision": "redact", "places": []},
            "samples": {"month": "2001-01-01"},
            "sample-outcome": {"faults": [], "words": "Read by the second reviewer."},
            "sign-offs": {"week": "2001-01-01"},
            "log-flag-propose": {"outcome": "explained", "words": "The clock was set by hand."},
            "log-flag-decline": {"words": "The clock was not set by hand."},
            "link-receipt": {"sha256": "0" * 64},
            "matter-challenges": {"kind": "objection"},
            "matter-recalls": {"reason": "mistake", "note": "Something went wrong."},
            "recall-acknowledge": {"outcome": "destroyed"},
            "exports": {"event": "matter.opened", "form": "csv"},
            "reports": {"period": f"{self.today:%Y-%m}", "scope": "internal"},
        }
        named = {"subject_name": "Ada Mora", "record_classes": ["police_report"]}
        reason = {"reason": "Somebody has said that they will sue."}
        bodies |= {
            "search-give": {"custodian": str(city.custodian.pk)},
            "listed-request-settle": {"outcome": "stays"},
            "contacts": {
                "channel": "phone", "happened_at": factories.timezone.now().isoformat(), "place": "Archive",
                "wants": "records", "paper": "none", "told": False,
            },
            "contact-taken": {"what": "Two binders", "kind": "original", "pieces": 2, "receipt": True},
            "matter-holds": reason,
            "hold-lift": {"act": "ask", **reason},
            "matter-blocks": {"kind": "counsel"},
            "block-lift": reason,
            "challenge-settle": {"step": "pending", "reason": "Order of the court, entry 12."},
            "matter-supplement": reason,
            "matter-dates": {"kind": "return", "day": today, "by": "court"},
            "matter-clarification": {"act": "ask"},
            "task-finish": {"note": "The court was told of it."},
            "matter-secrecy": {"instrument": str(self.paper.pk), "ground": "other_order",
                               "quote": "shall not be disclosed", **reason},
            "secrecy-end": reason,
            "matter-seal": {"ground": "court_order", "people": [str(city.officer.pk), str(city.verifier.pk)],
                            **reason},
            "matter-unseal": {"act": "ask", **reason},
            "instrument-override": {**named, "basis": "statute", "citation": "Act of 2020, section 12",
                                    **reason},
            "matter-determinations": {**named, "types": [KIND], "recipient": "Ruth Tilling", **reason},
            "instrument-consent": {**named, "informed": "By a lawyer, in Spanish.", **reason},
            "instrument-revoke-consent": reason,
            "matter-emergency": {"ground": "danger_of_death", "official": "Ruth Tilling",
                                 "official_title": "Supervisor", "contact": 1, "spoke_with": "The desk",
                                 "danger": "A child is missing since noon."},
            "claim-determine": {**named, "least": "Only the report of today.", **reason},
            "claim-refuse": reason,
            "emergency-review": {"justified": True, **reason},
            "matter-authorise": {"types": [KIND], "quote": "the file of the person named", **reason},
            "matter-withhold": {"choice": "redacted", **reason},
            "matter-questions": {"instrument": str(self.paper.pk),
                                 "question": "Does item two cover reports of the fire department?"},
            "matter-unanswered": reason,
            "matter-sums": {"instrument": str(self.paper.pk), "kind": "records", "page": 1, "quote": "x",
                            **reason},
            "instrument-flags": {"flag": "UNSIGNED"},
            "flag-clear": reason,
            "instrument-answer": {"grounds": []},
            "record-apply": {"authorisation": str(uuid.uuid4())},
            "record-cite": {"page": 1, "clauses": []},
            "matter-notices-after": {"words": "The court has set the day after tomorrow."},
            "policy-versions": {"changes": [], **reason},
            "policy-examine": {"changes": []},
            "policy-approve": {"rows_read": True},
            "policy-withdraw": reason,
            "accounts": {"name": "Rosa Tay", "email": f"{who}@new.test", "role": "auditor"},
            "account-role": {"role": "auditor"},
            "calendars": {"calendar": "city", "closed": [today]},
            **{one: {"letter": "acknowledgement", "language": "en",
                     "letter_text": 'It came on {{ received_on|date:"F j, Y" }}.'}
               for one in ("letter-texts", "letter-text-sample")},
            "agency-offices": {"agency": str(city.agency.pk), "office": "Duty", "phone": "505-555-0181"},
            "referrals": {"rows": []},
            "accountings": {"name": "Ada Mora", "birth_date": "1990-02-01", "proof": "in_person",
                            "language": "es"},
            "accounting-aside": {"reason": "not_shown"},
            "forgettings": {"name": "Ada Mora", "ground": "court_order",
                            "reason": "Order of the court of last week."},
            "forgetting-agree": {"name": "Ada Mora", "birth_date": "1990-02-01"},
            "forgetting-decline": {"reason": "The order was taken back."},
            "accounting-answer": {"name": "Ada Mora", "birth_date": "1990-02-01", "proof": "in_person",
                                  "language": "es"},
        }  # fmt: skip
        given: dict[str, Any] = {"body": bodies.get(route)}
        if route == "listed-requests":
            given["file"] = io.BytesIO(b"Reference,Requester,Request\nPR-1,A. Reader,Budget of the park.\n")
            given["body"] = {"received": "", "address": ""}
        if route == "matter-records":
            given["body"] = {**described, "custodian": "Police"}
        if route in ("matter-records", "matter-instruments", "matter-answer"):
            given["file"] = io.BytesIO(sheets.sheet(f"For {who}."))
        if route == "paper-check":
            given["file"] = io.BytesIO(b"No paper.")
        if route == "matter-move":
            given["seen"] = self.seen(who)
        elif route in (
            "instrument-fields", "instrument-accept", "record-detail", "record-decide",
            "record-decide-alike", "record-scope",
            "instrument-answer", "instrument-answer-send", "record-apply",
        ):  # fmt: skip
            given["seen"] = 0
        return given

    def seen(self, who: str) -> str:
        tag: str = self.callers[who].get(f"matters/{self.matter.pk}/").get("ETag", '"1"')
        return tag.strip('"')

    def ask(self, who: str, route: str, method: str, *, absent: bool = False) -> Any:
        given = self.body(who, route) if method in ("POST", "PUT") else {}
        body = given.pop("body", None)
        return self.callers[who].send(method, self.address(route, absent), body, **given)


def asked_by(number: int, route: str, expected: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """Who asks a line's address. One that lies in a room of its own asks each time by the same few ways:
    there everybody asks who is not refused, and of the others every third, in turn from line to line; at
    full size all of them."""
    refused = 0
    for who, status in zip(WHO, expected, strict=True):
        if status in (401, 403, 404):
            refused += 1
            if route in BY_ROOM and not FULL and (refused + number) % 3:
                continue
        yield who, status


@pytest.mark.t4
def test_each_role_gets_from_each_address_what_the_table_says(city: factories.City) -> None:
    stage, wrong, silent = Stage(city), [], []
    for number, (route, method, expected) in enumerate(lines()):
        for who, status in asked_by(number, route, expected):
            with left.entries() as written:
                answer = stage.ask(who, route, method)
            if not written and not may_be_silent(route, method, who, answer.status_code):
                silent.append((route, method, who, answer.status_code))
            if answer.status_code != status:
                wrong.append((route, method, who, status, answer.status_code, answer.content[:160]))
    assert not wrong, "\n".join(map(str, wrong))
    assert not silent, "without an entry:\n" + "\n".join(map(str, silent))


def may_be_silent(route: str, method: str, who: str, status: int) -> bool:
    """Rule E12 and what it leaves out: nobody asked (401), or what `answered.LEFT_OUT` names by address.
    Who has no session need not end one."""
    if (route, method, status) == ("session", "DELETE", 204):
        return who not in DESK_AND_MORE
    return status == 401 or (method == "GET" and f"api:{route}" in LEFT_OUT)


@pytest.mark.t8
def test_what_is_hidden_answers_like_what_is_absent(city: factories.City) -> None:
    """Not a word, a header or a status tells an outsider that a matter exists."""
    stage, differing = Stage(city), []
    for route, method, expected in lines():
        if route.split("-")[0] not in HIDDEN or route == "matter-list":
            continue
        for who, status in zip(WHO, expected, strict=True):
            if who in INSIDE:
                continue  # they see the matter: what is absent there is absent, and hides nothing
            if route in BY_ROOM and not FULL and who in ("auditor", "admin", "counsel2"):
                continue  # such acts all ask `access_matter`: one outsider of the desk stands for the others
            for_staff_only = who in ("ledgers", "bureau") and status == 403 and "record" in route
            if status != 404 and not for_staff_only:
                continue
            there, absent = (stage.ask(who, route, method, absent=gone) for gone in (False, True))
            one, other = there.json(), absent.json()
            del one["instance"], other["instance"]
            if (there.status_code, one, set(there.headers)) != (
                absent.status_code,
                other,
                set(absent.headers),
            ):
                differing.append((route, method, who, one, other))
    assert not differing, "\n".join(map(str, differing))
