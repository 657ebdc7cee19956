"""Who saw the chart of a patient: every event of the trail in a period, counted twice so that the report can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Window

from audit import gate
from audit.access.models import EmergencyAccess
from audit.monitoring.models import AccessExplanation
from audit.report.accesses import Gathered, gather
from audit.seals.proofs import CountProof, count_proof
from audit.trail.enums import Category
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User

YEARS = 6
"""How far back an accounting reaches (45 CFR 164.528(a)(1))."""
LONGEST = timedelta(days=YEARS * 366)
FIELDS = (
    "id",
    "at",
    "request_id",
    "actor_id",
    "actor_name",
    "actor_role",
    "event",
    "category",
    "result",
    "purpose",
    "leaf",
)


@dataclass(frozen=True)
class PatientReport:
    """A report. in_trail: events of the patient in the period, counted by the database; elsewhere: those of facilities outside
    the reach of whoever made it. reasons: why a person saw the chart on a day, as far as monitoring found it."""

    patient_id: UUID
    facility: Facility
    first: date
    last: date
    found: Gathered
    in_trail: int
    elsewhere: int
    proof: CountProof
    made_at: datetime
    reasons: Mapping[tuple[UUID, date], str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Every event that the database counts is represented."""
        return self.in_trail == self.found.represented == len(self.found.ids)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.facility.pk


@gate.query(
    Permission.PRIVACY_REVIEW, AuditEvent, event="audit.patient_report", category=Category.EXPORT,
    detail=("first", "last", "facility"),
)  # fmt: skip
def who_saw(
    events: QuerySet[AuditEvent], *, patient_id: UUID, facility: Facility, first: date, last: date
) -> PatientReport:
    """Every event of a patient from one local day to another, both included. Raises DomainError for an impossible period."""
    if last < first:
        raise DomainError("The last day lies before the first.", field="last")
    if last - first > LONGEST:
        raise DomainError(f"A report covers at most {YEARS} years.", field="first")
    made_at = datetime.now(UTC)
    span = {"at__gte": _start(first, facility), "at__lt": min(_start(last + timedelta(days=1), facility), made_at)}
    mine = events.filter(patient_ids__contains=[patient_id], **span)
    # The count is the database's own, taken in the same statement, so that nothing written meanwhile comes between.
    rows: list[Any] = list(mine.annotate(total=Window(Count("id"))).only(*FIELDS).order_by("id"))
    everywhere = AuditEvent.objects.filter(patient_ids__contains=[patient_id], **span).order_by().count()
    found = gather(rows, facility.time_zone, _emergencies(patient_id), _system())
    in_trail = vars(rows[0])["total"] if rows else 0
    return PatientReport(
        patient_id=patient_id, facility=facility, first=first, last=last, found=found, in_trail=in_trail,
        elsewhere=max(0, everywhere - in_trail), proof=count_proof(found.ids), made_at=made_at,
        reasons=_reasons(patient_id, first, last),
    )  # fmt: skip


def _start(day: date, facility: Facility) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(facility.time_zone)).astimezone(UTC)


def _emergencies(patient_id: UUID) -> dict[UUID, list[tuple[datetime, datetime]]]:
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for each in EmergencyAccess.objects.filter(patient_id=patient_id).select_related("grant"):
        during: Any = each.grant.during
        end = min(filter(None, (during.upper, each.grant.revoked_at)))
        found.setdefault(each.user_id, []).append((during.lower, end))
    return found


def _system() -> frozenset[UUID]:
    return frozenset(User.objects.filter(is_system=True).values_list("pk", flat=True))


def _reasons(patient_id: UUID, first: date, last: date) -> dict[tuple[UUID, date], str]:
    rows = AccessExplanation.objects.filter(patient_id=patient_id, day__gte=first, day__lte=last).exclude(sentence="")
    return {(actor_id, day): sentence for actor_id, day, sentence in rows.values_list("actor_id", "day", "sentence")}
