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
from gateway.demo.people import Resident, Signer

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
ORDER_CLASSES = (
    "police_report",
    "social_services",
    "housing_file",
    "other",
    "correspondence",
    "housing_file",
)
WARRANT_CLASSES = ("other", "other", "correspondence")


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
    subject: Resident
    items: tuple[str, ...] = ()
    item_pages: tuple[int, ...] = ()  # where each item is printed, from 1
    item_classes: tuple[str, ...] = ()  # the class of records that each item compels
    court: str | None = None  # key of people.COURTS
    life_days: int | None = None  # execute-by, counted from issue
    comply_days: int | None = None  # the day to comply by, counted from issue; served on the same day
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

    def return_on(self, today: date) -> date | None:
        """The last day on which what it orders can be done in time."""
        return self.issued(today) + timedelta(days=self.comply_days) if self.comply_days else None

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


_QUINTANA = people.RESIDENTS["quintana"]
_TUN = people.RESIDENTS["tun"]
_ALDOUS = people.RESIDENTS["aldous"]

_PAPERS = (
    Paper(
        name="sound_order",
        file_name="order-compelling-production.pdf",
        title="ORDER COMPELLING PRODUCTION",
        type="fed_production_order",
        verdict="suffices",
        gate="opens",
        flags=(),
        judicial=True,
        signer=people.STERNE,
        signature="conformed",
        docket_pattern="1:{yy}-mc-00417-RVS",
        issued_days_ago=5,
        subject=_QUINTANA,
        items=ORDER_ITEMS,
        item_pages=(1, 1, 1, 1, 2, 2),
        item_classes=ORDER_CLASSES,
        court="us_district",
        comply_days=14,
        expects="opens the gate once the clerk confirms it",
    ),
    Paper(
        name="sound_warrant",
        file_name="search-and-seizure-warrant.pdf",
        title="SEARCH AND SEIZURE WARRANT",
        type="fed_search_warrant",
        verdict="suffices",
        gate="opens",
        flags=(),
        judicial=True,
        signer=people.MARCHBANK,
        signature="image",
        docket_pattern="1:{yy}-mj-01188-TOM",
        issued_days_ago=3,
        subject=_ALDOUS,
        items=WARRANT_ITEMS,
        item_pages=(3, 3, 3),
        item_classes=WARRANT_CLASSES,
        court="us_magistrate",
        life_days=14,
        expects="opens the gate once the clerk confirms it",
    ),
    Paper(
        name="i205",
        file_name="warrant-of-removal.pdf",
        title="WARRANT OF REMOVAL/DEPORTATION",
        type="ice_admin_removal_warrant",
        verdict="does_not_suffice",
        gate="closed",
        flags=(),
        judicial=False,
        signer=people.VOSS,
        signature="image",
        docket_pattern=people.RESIDENTS["tun"].a_number_spaced,
        issued_days_ago=8,
        subject=_TUN,
        expects="an administrative form: signed by an officer, compels no records",
    ),
    Paper(
        name="unsigned_order",
        file_name="order-to-produce-records.pdf",
        title="ORDER GRANTING MOTION TO COMPEL",
        type="fed_production_order",
        verdict="suffices",
        gate="closed",
        flags=("UNSIGNED",),
        judicial=True,
        signer=people.STERNE,
        signature="blank",
        docket_pattern="1:{yy}-mc-00439-RVS",
        issued_days_ago=2,
        subject=_QUINTANA,
        items=ORDER_ITEMS[:2],
        item_pages=(1, 1),
        item_classes=ORDER_CLASSES[:2],
        court="us_district",
        expects="no judge has signed it",
    ),
    Paper(
        name="expired_warrant",
        file_name="search-warrant-records-office.pdf",
        title="SEARCH AND SEIZURE WARRANT",
        type="fed_search_warrant",
        verdict="suffices",
        gate="closed",
        flags=("EXPIRED",),
        judicial=True,
        signer=people.MARCHBANK,
        signature="conformed",
        docket_pattern="1:{yy}-mj-00962-TOM",
        issued_days_ago=45,
        subject=_ALDOUS,
        items=WARRANT_ITEMS[:1],
        item_pages=(3,),
        item_classes=WARRANT_CLASSES[:1],
        court="us_magistrate",
        life_days=13,
        expects="its last day has passed and nobody served it",
    ),
    Paper(
        name="immigration_judge_order",
        file_name="order-of-the-immigration-judge.pdf",
        title="ORDER OF THE IMMIGRATION JUDGE",
        type="eoir_order",
        verdict="does_not_suffice",
        gate="closed",
        flags=(),
        judicial=False,
        signer=people.GADWALL,
        signature="conformed",
        docket_pattern=people.RESIDENTS["tun"].a_number_hyphened,
        issued_days_ago=11,
        subject=_TUN,
        expects="an immigration judge is an officer of the Department of Justice, not of a court",
    ),
    Paper(
        name="request_letter",
        file_name="request-for-information.pdf",
        title="REQUEST FOR INFORMATION",
        type="agency_request_letter",
        verdict="does_not_suffice",
        gate="closed",
        flags=(),
        judicial=False,
        signer=people.TILLING,
        signature="image",
        docket_pattern="ERO-RS-{yy}-3307",
        issued_days_ago=1,
        subject=_QUINTANA,
        expects="a letter asks; it compels nothing",
    ),
)
PAPERS: Mapping[str, Paper] = MappingProxyType({paper.name: paper for paper in _PAPERS})
