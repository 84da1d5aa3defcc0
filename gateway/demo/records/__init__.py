"""The demo city's records: eight PDFs in eight layouts, and files that must be turned away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from gateway.demo.records.advocacy import advocacy_letter
from gateway.demo.records.hostile import empty, encrypted, not_a_pdf, truncated
from gateway.demo.records.inspection import code_inspection
from gateway.demo.records.intake import intake_note
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.records.mail import mail_printout
from gateway.demo.records.police import police_report
from gateway.demo.records.registration import registration_form
from gateway.demo.records.scan import scanned_memo
from gateway.demo.records.table import housing_list

__all__ = ["HOSTILE", "RECORDS", "DemoRecord", "Planted", "make", "make_all"]

RECORDS: Mapping[str, Callable[[date], DemoRecord]] = MappingProxyType(
    {
        "police_report": police_report,
        "advocacy_letter": advocacy_letter,
        "housing_list": housing_list,
        "scanned_memo": scanned_memo,
        "registration_form": registration_form,
        "mail_printout": mail_printout,
        "intake_note": intake_note,
        "code_inspection": code_inspection,
    }
)
HOSTILE: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {"not-a-pdf.pdf": not_a_pdf, "empty.pdf": empty, "encrypted.pdf": encrypted, "truncated.pdf": truncated}
)


def make(name: str, today: date) -> DemoRecord:
    """Return one record as it would look on `today`. KeyError for names not in RECORDS."""
    return RECORDS[name](today)


def make_all(today: date) -> list[DemoRecord]:
    """Return every record, in the order in which a custodian would hand them in."""
    return [make(name, today) for name in RECORDS]
