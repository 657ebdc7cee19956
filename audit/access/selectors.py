"""Reads of emergency accesses, for those who review them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from audit.access.clock import database_now
from audit.access.emergencies import REVIEW_DAYS, EmergencyRows, ended_at
from audit.access.models import EmergencyAccess
from audit.trail.enums import Category
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page

COUNTED_AT_MOST = 1000
EVENTS_AT_MOST = 200
OTHERS_AT_MOST = 20
OTHERS_WITHIN = timedelta(days=365)


@dataclass(frozen=True)
class Queue:
    """One page of the review queue. others: how many accesses each person had within a year, by user id; now: for their age."""

    page: Page[EmergencyAccess]
    others: Counter[UUID]
    now: datetime

    @property
    def rows(self) -> list[EmergencyAccess]:
        """For the trail."""
        return self.page.rows


@dataclass(frozen=True)
class EmergencyReview:
    """One access with all that its reviewer needs.

    events: what the person did with this patient while it ran, oldest first, at most 200 (more: there were more). others: the
    person's other accesses within a year, newest first. ends_at: when it ended or will end.
    """

    emergency: EmergencyAccess
    events: list[AuditEvent]
    more: bool
    others: list[EmergencyAccess]
    ends_at: datetime
    now: datetime
    patient_ids: list[UUID] = field(default_factory=list)
    facility_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ToReview:
    """How many accesses wait for their review (counted up to a limit), since when, and how many of them for too long."""

    count: int
    oldest_at: datetime | None
    overdue: int


@gate.query(
    Permission.PRIVACY_REVIEW,
    EmergencyRows,
    event="emergency.queue_viewed",
    category=Category.SEARCH,
    detail=("closed",),
)
def emergency_queue(emergencies: QuerySet[EmergencyAccess], *, closed: bool = False, after: str = "") -> Queue:
    """What waits for review, the oldest first; or what was reviewed, the newest first. Raises DomainError for `after`."""
    rows = emergencies.select_related("user", "grant", "closed_by")
    if closed:
        page = keyset_page(rows.exclude(outcome=""), order=("-opened_at", "-id"), after=after)
    else:
        page = keyset_page(rows.filter(outcome=""), order=("opened_at", "id"), after=after)
    now = database_now()
    people = {row.user_id for row in page.rows}
    recent = emergencies.filter(user_id__in=people, opened_at__gte=now - OTHERS_WITHIN)
    return Queue(page, Counter(recent.values_list("user_id", flat=True)), now)


@gate.query(Permission.PRIVACY_REVIEW, EmergencyRows, event="emergency.review_opened", detail=("emergency_id",))
def emergency_to_review(emergencies: QuerySet[EmergencyAccess], *, emergency_id: UUID) -> EmergencyReview:
    """One access, what was done while it ran, and the person's other ones."""
    found = emergencies.select_related("user", "grant", "closed_by").get(pk=emergency_id)
    now = database_now()
    done = gate.rows_of(AuditEvent).filter(
        actor_id=found.user_id, patient_ids__contains=[found.patient_id], at__gte=found.grant.during.lower,
        at__lt=ended_at(found),
    )  # fmt: skip
    events: list[Any] = list(done.defer("canonical", "leaf").order_by("at", "id")[: EVENTS_AT_MOST + 1])
    others = emergencies.filter(user_id=found.user_id, opened_at__gte=now - OTHERS_WITHIN).exclude(pk=found.pk)
    listed = list(others.select_related("grant", "closed_by").order_by("-opened_at", "-id")[:OTHERS_AT_MOST])
    return EmergencyReview(
        found, events[:EVENTS_AT_MOST], len(events) > EVENTS_AT_MOST, listed, ended_at(found), now,
        patient_ids=sorted({found.patient_id, *(other.patient_id for other in listed)}),
        facility_ids=list(found.facility_ids),
    )  # fmt: skip


@gate.query(Permission.PRIVACY_REVIEW, EmergencyRows, event="emergency.waiting_counted", category=Category.SEARCH)
def emergencies_to_review(emergencies: QuerySet[EmergencyAccess]) -> ToReview:
    """What waits for review; the count stops at a limit."""
    waiting = emergencies.filter(outcome="")
    oldest = waiting.order_by("opened_at").values_list("opened_at", flat=True).first()
    if oldest is None:
        return ToReview(0, None, 0)
    late = waiting.filter(opened_at__lt=database_now() - timedelta(days=REVIEW_DAYS))
    return ToReview(_capped(waiting), oldest, _capped(late))


def _capped(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:COUNTED_AT_MOST].count()
