"""What each demo paper is, as the city should find when it reads it with care.

`type` and `verdict` are ids of the table of instruments; `flags` its state flags. `gate` is what
the paper alone may do: `opens` once checked, or `closed`. Dates hang on a given `today`, so that
a warrant is always fresh and an expired one always stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from gateway.demo import people
from gateway.demo.people import Signer

ORDER_ITEMS = (
    "Incident reports of the Police Department, with supplements, that name the subject as a complainant, "
    "victim or witness.",
    "Letters of the Department of Family and Community Services written on behalf of the subject.",
    "Pages of the waiting list of the Housing Office on which the subject appears.",
    "Registration forms for city programs that the subject completed.",
    "E-mail between employees of the City about the subject and the premises at 2218 Yarrow Street.",
    "Intake notes of the Tenant Help Desk about the subject.",
)
WARRANT_ITEMS = (
    "Code enforcement inspection reports for premises owned or managed by the person named in Attachment A.",
    "Business licence and landlord registration files of the person named in Attachment A.",
    "Complaints from tenants about the person named in Attachment A.",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The facts of one paper. `signature` is `conformed`, `image` or `blank`."""

    name: str
    file_name: str
    title: str
    type: str
    verdict: str
    gate: str
    flags: tuple[str, ...]
    judicial: bool
    signer: Signer
    signature: str
    docket_pattern: str  # `{yy}` is the year of issue
    issued_days_ago: int
    subject: str
    items: tuple[str, ...] = ()
    court: str | None = None  # key of people.COURTS
    life_days: int | None = None  # execute-by, counted from issue
    expects: str = ""

    def issued(self, today: date) -> date:
        """The day printed beside the signature: a working day."""
        return people.workday(today - timedelta(days=self.issued_days_ago))

    def docket(self, today: date) -> str:
        """The number printed in the caption (for agency papers, their file number)."""
        return self.docket_pattern.format(yy=f"{self.issued(today):%y}")

    def execute_by(self, today: date) -> date | None:
        """The last day for executing a warrant, at most 14 days after issue (Fed. R. Crim. P. 41)."""
        return self.issued(today) + timedelta(days=self.life_days) if self.life_days else None

    def covers(self, today: date) -> tuple[date, date] | None:
        """First and last day of the records it compels, both included; None if it compels none."""
        if not self.items:
            return None
        issued = self.issued(today)
        return date(issued.year - 2, 1, 1), issued

    @property
    def court_phone(self) -> str | None:
        """The number in the city's directory, which is the one to call."""
        return people.COURTS[self.court].phone if self.court else None


_QUINTANA = people.RESIDENTS["quintana"].name
_TUN = people.RESIDENTS["tun"].name
_ALDOUS = people.RESIDENTS["aldous"].name

_PAPERS = (
    Paper(
        "sound_order",
        "order-compelling-production.pdf",
        "ORDER COMPELLING PRODUCTION",
        "fed_production_order",
        "suffices",
        "opens",
        (),
        True,
        people.STERNE,
        "conformed",
        "1:{yy}-mc-00417-RVS",
        5,
        _QUINTANA,
        ORDER_ITEMS,
        "us_district",
        expects="opens the gate once the clerk confirms it",
    ),
    Paper(
        "sound_warrant",
        "search-and-seizure-warrant.pdf",
        "SEARCH AND SEIZURE WARRANT",
        "fed_search_warrant",
        "suffices",
        "opens",
        (),
        True,
        people.MARCHBANK,
        "image",
        "1:{yy}-mj-01188-TOM",
        3,
        _ALDOUS,
        WARRANT_ITEMS,
        "us_magistrate",
        14,
        expects="opens the gate once the clerk confirms it",
    ),
    Paper(
        "i205",
        "warrant-of-removal.pdf",
        "WARRANT OF REMOVAL/DEPORTATION",
        "ice_admin_removal_warrant",
        "does_not_suffice",
        "closed",
        (),
        False,
        people.VOSS,
        "image",
        people.RESIDENTS["tun"].a_number_spaced,
        8,
        _TUN,
        expects="an administrative form: signed by an officer, compels no records",
    ),
    Paper(
        "unsigned_order",
        "order-to-produce-records.pdf",
        "ORDER GRANTING MOTION TO COMPEL",
        "fed_production_order",
        "suffices",
        "closed",
        ("UNSIGNED",),
        True,
        people.STERNE,
        "blank",
        "1:{yy}-mc-00439-RVS",
        2,
        _QUINTANA,
        ORDER_ITEMS[:2],
        "us_district",
        expects="no judge has signed it",
    ),
    Paper(
        "expired_warrant",
        "search-warrant-records-office.pdf",
        "SEARCH AND SEIZURE WARRANT",
        "fed_search_warrant",
        "suffices",
        "closed",
        ("EXPIRED",),
        True,
        people.MARCHBANK,
        "conformed",
        "1:{yy}-mj-00962-TOM",
        45,
        _ALDOUS,
        WARRANT_ITEMS[:1],
        "us_magistrate",
        13,
        expects="its last day has passed and nobody served it",
    ),
    Paper(
        "immigration_judge_order",
        "order-of-the-immigration-judge.pdf",
        "ORDER OF THE IMMIGRATION JUDGE",
        "eoir_order",
        "does_not_suffice",
        "closed",
        (),
        False,
        people.GADWALL,
        "conformed",
        people.RESIDENTS["tun"].a_number_hyphened,
        11,
        _TUN,
        expects="an immigration judge is an officer of the Department of Justice, not of a court",
    ),
    Paper(
        "request_letter",
        "request-for-information.pdf",
        "REQUEST FOR INFORMATION",
        "agency_request_letter",
        "does_not_suffice",
        "closed",
        (),
        False,
        people.TILLING,
        "image",
        "ERO-RS-{yy}-3307",
        1,
        _QUINTANA,
        expects="a letter asks; it compels nothing",
    ),
)
PAPERS: Mapping[str, Paper] = MappingProxyType({paper.name: paper for paper in _PAPERS})
