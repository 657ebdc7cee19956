"""Reads of external audits and of exceptions that wait for their approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from audit.access.models import AccessGrant, GrantSource
from audit.staffing.actions.audits import OBJECT
from audit.staffing.models import ExternalAudit, SodException
from audit.subjects import patient_names
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.staff.models import User

NEWEST_FIRST = ("-created_at", "-id")
ON_A_PAGE = 100


@dataclass(frozen=True)
class ListedChart:
    """One chart on the list; name: "" when it is out of the reader's own reach."""

    patient_id: UUID
    name: str
    listed_by: str


@dataclass(frozen=True)
class AuditDetails:
    """One audit with one page of its list; count: of the whole list."""

    audit: ExternalAudit
    charts: list[ListedChart]
    count: int
    next_cursor: str

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [chart.patient_id for chart in self.charts]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.audit.facility_id]


@gate.query(Permission.ACCESS_CERTIFY, ExternalAudit, event="staff.external_audits_listed", category=Category.ADMIN)
def external_audits(audits: QuerySet[Any], *, after: str = "") -> Page[ExternalAudit]:
    """One page of audits, newest first."""
    return keyset_page(audits.select_related("facility", "auditor"), order=NEWEST_FIRST, after=after)


@gate.query(Permission.ACCESS_CERTIFY, ExternalAudit, event="staff.external_audit_viewed", category=Category.ADMIN)
def external_audit(audits: QuerySet[Any], *, external_audit_id: UUID, by_reader: User, after: str = "") -> AuditDetails:
    """One audit with one page of its list of charts. by_reader: whose reach decides which names are shown."""
    audit: ExternalAudit = audits.select_related("facility", "auditor", "opened_by", "closed_by").get(
        pk=external_audit_id
    )
    listed = AccessGrant.objects.filter(
        source=GrantSource.AUDIT_LIST, object_type=OBJECT, object_id=str(audit.pk), revoked_at__isnull=True
    ).select_related("granted_by")
    page = keyset_page(listed, order=("id",), after=after, size=ON_A_PAGE)
    names = patient_names(by_reader, [grant.patient_id for grant in page.rows])
    charts = [
        ListedChart(grant.patient_id, names.get(grant.patient_id, ""), str(grant.granted_by or ""))
        for grant in page.rows
    ]
    return AuditDetails(audit, charts, listed.count(), page.next_cursor)


@gate.query(Permission.ACCESS_CERTIFY, SodException, event="staff.exceptions_listed", category=Category.ADMIN)
def exceptions_waiting(exceptions: QuerySet[Any], *, approver: User) -> list[SodException]:
    """Exceptions that this person was asked to approve, the oldest first; at most 50."""
    waiting = exceptions.filter(approver=approver, approved__isnull=True)
    return list(waiting.select_related("user", "facility", "role", "requested_by").order_by("requested_at", "id")[:50])


@gate.query(Permission.ACCESS_CERTIFY, SodException, event="staff.exception_opened", category=Category.ADMIN)
def exception_to_decide(exceptions: QuerySet[Any], *, exception_id: UUID) -> SodException:
    """One exception."""
    found: SodException = exceptions.select_related("user", "facility", "role", "requested_by").get(pk=exception_id)
    return found
