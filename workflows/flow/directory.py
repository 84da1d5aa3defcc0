"""The city's own directory of agencies: the only numbers at which an official is called back (policy 8.1)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from workflows.audit import log
from workflows.errors import Forbidden, Invalid
from workflows.matters.acts import act
from workflows.matters.models import Agency, AgencyContact
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import allowed

_PHONE = re.compile(r"\+?[0-9][0-9 ().x-]{6,30}\Z", re.ASCII)


def add_agency_contact(agency_id: UUID | str, office: str, phone: str, *, actor: Any) -> AgencyContact:
    """The office of the agency can be called back at this published number from now on.

    Raises Forbidden, Invalid for an unknown agency, an office that is there already or no number.
    """
    with act("keep_directory", actor=actor, matter_id=None):
        if not allowed(actor.role, "keep_directory"):
            raise Forbidden("The directory is kept by an administrator.")
        agency = Agency.objects.filter(pk=agency_id).first()
        name, number = refuse_status(office.strip()), phone.strip()
        if agency is None or not name or len(name) > 120 or not _PHONE.match(number):
            raise Invalid("Choose the agency, name the office and type its published number.", code="contact")
        if agency.contacts.filter(office=name).exists():
            raise Invalid("This office of the agency is in the directory already.", code="contact_known")
        log.record("directory.changed", actor=actor, facts={"refs": {"agency": agency.pk}})
        return AgencyContact.objects.create(agency=agency, office=name, phone=number)
