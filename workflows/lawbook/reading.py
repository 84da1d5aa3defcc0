"""Which version of the policy holds at a moment."""

from __future__ import annotations

import datetime as dt

from workflows.lawbook.models import PolicyVersion
from workflows.policy.document import FIRST, Policy, built_in, read, to_bytes


def in_force(at: dt.datetime) -> Policy:
    """The one version that holds at this moment: the approved one that took effect last.

    One small query; the document is read from the table once in each process, by its digest. Before the
    first version of the city's own, and before the table is filled, what the program ships holds.
    """
    row = (
        PolicyVersion.objects.filter(in_force_from__lte=at, withdrawn_at__isnull=True)
        .order_by("-in_force_from", "-number")
        .values_list("number", "sha256")
        .first()
    )
    return numbered(FIRST) if row is None else _known(*row)


def numbered(number: int) -> Policy:
    """The version with this number, whatever became of it. Raises PolicyVersion.DoesNotExist."""
    row = PolicyVersion.objects.filter(number=number).values_list("number", "sha256").first()
    if row is None:
        if number == FIRST:
            return built_in()
        raise PolicyVersion.DoesNotExist
    return _known(*row)


def held_until(at: dt.datetime) -> list[PolicyVersion]:
    """Every version that has taken effect by this moment, the one in force first; none before the table is
    filled."""
    rows = PolicyVersion.objects.filter(in_force_from__lte=at, withdrawn_at__isnull=True)
    return list(rows.order_by("-in_force_from", "-number"))


def waits_for_approval() -> PolicyVersion | None:
    """The proposed version that waits for another lawyer, without its document; None when none does."""
    rows = PolicyVersion.objects.filter(tested_at__isnull=False, approved_at__isnull=True)
    return rows.filter(withdrawn_at__isnull=True).only("number", "proposed_by", "proposed_at").first()


def write_first(using: str = "default") -> None:
    """What the program ships is version 1, unless the table has one already."""
    first = built_in()
    PolicyVersion.objects.using(using).get_or_create(
        number=FIRST,
        defaults={
            "body": to_bytes(first.document).decode(),
            "sha256": first.sha256,
            "base": 0,
            "in_force_from": dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        },
    )


_read: dict[tuple[int, str], Policy] = {}


def _known(number: int, sha256: str) -> Policy:
    """The policy of a row. A stored document that is not the one its digest names is refused (ValueError)."""
    found = _read.get((number, sha256))
    if found is None:
        body = PolicyVersion.objects.values_list("body", flat=True).get(number=number)
        found = read(number, body.encode())
        if found.sha256 != sha256:
            raise ValueError(f"policy version {number} is not the document that its digest names")
        _read[number, sha256] = found
    return found
