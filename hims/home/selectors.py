"""Counts for the home page, each gated by the right that opens the list behind it.

No count goes beyond COUNTED_AT_MOST, so that the page costs the same in a large hospital.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from audit import gate
from audit.authority import authority_of
from billing.charges.enums import AccountState
from billing.charges.models import Account
from billing.claims.enums import ClaimState
from billing.claims.models import Claim
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodingRecord
from hims.jobs.models import Job, JobState
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied
from hims.staff.models import User

COUNTED_AT_MOST = 1000


@dataclass(frozen=True)
class CodingWaiting:
    """Discharged encounters by status of their coding; oldest_on: discharge date of the oldest one not begun."""

    not_started: int
    in_progress: int
    oldest_on: date | None


@dataclass(frozen=True)
class BillingWaiting:
    """Claims and accounts by state."""

    claims_ready: int
    claims_held: int
    accounts_held: int


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.waiting_counted")
def coding_waiting(records: QuerySet[CodingRecord]) -> CodingWaiting:
    """What is discharged and not finally coded."""
    discharged = records.filter(discharged_on__isnull=False)
    not_started = discharged.filter(status=CodingStatus.UNCODED)
    oldest = not_started.order_by("discharged_on").values_list("discharged_on", flat=True).first()
    return CodingWaiting(
        not_started=_capped(not_started),
        in_progress=_capped(discharged.filter(status=CodingStatus.IN_PROGRESS)),
        oldest_on=oldest,
    )


@gate.query(Permission.CLAIM_VIEW, Claim, event="claim.waiting_counted")
def billing_waiting(claims: QuerySet[Claim]) -> BillingWaiting:
    """What can leave, and what is held."""
    return BillingWaiting(
        claims_ready=_capped(claims.filter(state=ClaimState.READY)),
        claims_held=_capped(claims.filter(state=ClaimState.HELD)),
        accounts_held=_capped(gate.rows_of(Account).filter(state=AccountState.HELD)),
    )


def jobs_given_up(*, by: User) -> int:
    """Background jobs that failed five times; no patient data. Raises AccessDenied."""
    if not authority_of(by).may(Permission.JOBS_VIEW):
        raise AccessDenied(gate.REFUSED)
    return _capped(Job.objects.filter(state=JobState.DEAD))


def _capped(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:COUNTED_AT_MOST].count()
