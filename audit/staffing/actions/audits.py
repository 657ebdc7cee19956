"""Writes of external audits: opened, charts put on the list and taken off it, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from audit import gate
from audit.access.models import AccessGrant, GrantSource
from audit.staffing.duties import require_another
from audit.staffing.finders import FoundPatient, finder
from audit.staffing.models import Account, ExternalAudit
from audit.trail.enums import Category
from hims.lib.access import Permission, Role
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, Membership, User

OBJECT = "externalaudit"
CHARTS_AT_MOST = 2000


@dataclass(frozen=True)
class ListChange:
    """What a list of numbers led to; patient_ids are for the trail."""

    added: list[FoundPatient]
    known: list[FoundPatient]
    missing: list[str]

    @property
    def patient_ids(self) -> list[UUID]:
        """Those whose charts were opened."""
        return [found.patient_id for found in self.added]


@gate.command(
    Permission.ACCESS_CERTIFY, subject="facility", event="staff.external_audit_opened", category=Category.ADMIN,
    detail=("title", "auditor", "starts_on", "ends_on"),
)  # fmt: skip
def open_audit(
    *, by: User, facility: Facility, auditor: Account, title: str, starts_on: date, ends_on: date
) -> ExternalAudit:
    """A new audit with an empty list. The auditor's role must reach as far as the audit. Raises DomainError."""
    require_another(by, auditor.pk, "to open an audit")
    columns = {"title": squeeze(title)}
    if not columns["title"]:
        raise DomainError("Enter what the audit is called.", field="title")
    require_fit(ExternalAudit, columns)
    if ends_on < max(starts_on, date.today()):
        raise DomainError("The last day lies before the first, or in the past.", field="ends_on")
    standing = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=date.today()))
    role = standing.filter(
        user=auditor, user__is_active=True, facility=facility, role__name=Role.EXTERNAL_AUDITOR.value
    ).first()
    if role is None:
        raise DomainError(
            "This person is no external auditor at this facility. An administrator gives the role.", field="auditor"
        )
    if role.valid_to is not None and ends_on > role.valid_to:
        raise DomainError(f"The auditor's role ends on {role.valid_to:%m/%d/%Y}, before the audit.", field="ends_on")
    return ExternalAudit.objects.create(
        facility=facility, auditor=auditor, starts_on=starts_on, ends_on=ends_on, opened_by=by, **columns
    )


@gate.command(
    Permission.ACCESS_CERTIFY, subject="external_audit", event="staff.audit_charts_listed", category=Category.ADMIN
)
def list_charts(*, by: User, external_audit: ExternalAudit, numbers: Sequence[str]) -> ListChange:
    """Open the charts with these medical record numbers to the auditor for the time of the audit.

    Numbers that lead nowhere, or to charts that `by` may not see, are reported alike. Raises DomainError.
    """
    audit = _open(external_audit)
    found = finder().by_number(by=by, facility=audit.facility, numbers=list(dict.fromkeys(numbers)))
    standing = AccessGrant.objects.filter(user_id=audit.auditor_id, **_of(audit))
    if standing.filter(revoked_at__isnull=True).count() + len(found) > CHARTS_AT_MOST:
        raise DomainError(f"A list holds at most {CHARTS_AT_MOST:,} charts.", field="numbers")
    listed = set(standing.filter(revoked_at__isnull=True).values_list("patient_id", flat=True))
    added = [patient for patient in found if patient.patient_id not in listed]
    for patient in added:
        AccessGrant.objects.update_or_create(
            user_id=audit.auditor_id, patient_id=patient.patient_id, **_of(audit),
            defaults={
                "reason": audit.title, "during": _span(audit), "granted_by": by, "revoked_at": None, "revoked_by": None,
            },
        )  # fmt: skip
    known = [patient for patient in found if patient.patient_id in listed]
    met = {patient.number for patient in found}
    return ListChange(added, known, [number for number in dict.fromkeys(numbers) if number not in met])


@gate.command(
    Permission.ACCESS_CERTIFY, subject="external_audit", event="staff.audit_chart_taken_off", category=Category.ADMIN,
    detail=("patient_id",),
)  # fmt: skip
def take_chart_off(*, by: User, external_audit: ExternalAudit, patient_id: UUID) -> None:
    """The chart is closed to the auditor now."""
    audit = _open(external_audit)
    standing = AccessGrant.objects.filter(patient_id=patient_id, revoked_at__isnull=True, **_of(audit))
    if not standing.update(revoked_at=timezone.now(), revoked_by=by):
        raise DomainError("This chart is not on the list any more.")


@gate.command(
    Permission.ACCESS_CERTIFY, subject="external_audit", event="staff.external_audit_closed", category=Category.ADMIN
)
def close_audit(*, by: User, external_audit: ExternalAudit) -> ExternalAudit:
    """Every chart of the list is closed to the auditor now."""
    audit = _open(external_audit)
    now = timezone.now()
    AccessGrant.objects.filter(revoked_at__isnull=True, **_of(audit)).update(revoked_at=now, revoked_by=by)
    audit.closed_at, audit.closed_by = now, by
    audit.save(update_fields=["closed_at", "closed_by"])
    return audit


def _open(external_audit: ExternalAudit) -> ExternalAudit:
    """The audit under lock. Raises DomainError when it has ended."""
    rows = ExternalAudit.objects.select_for_update(of=("self",)).select_related("facility")
    audit: ExternalAudit = rows.get(pk=external_audit.pk)
    if audit.closed_at is not None or audit.ends_on < date.today():
        raise DomainError("This audit has ended. Open a new one.")
    return audit


def _of(audit: ExternalAudit) -> dict[str, Any]:
    return {"source": GrantSource.AUDIT_LIST.value, "object_type": OBJECT, "object_id": str(audit.pk)}


def _span(audit: ExternalAudit) -> DateTimeTZRange:
    """From the first moment of the first day to the end of the last, as the facility counts days; at once when the first
    day has come anywhere."""
    zone = ZoneInfo(audit.facility.time_zone)
    first = datetime.combine(audit.starts_on, time.min, zone)
    if audit.starts_on <= date.today():
        first = min(first, timezone.now())
    return DateTimeTZRange(first, datetime.combine(audit.ends_on + timedelta(days=1), time.min, zone))
