"""Reads of the trail, for privacy officers and administrators; looking at the trail is an event itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from audit.trail.enums import Category, Result
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.paging import keyset_page

NEWEST_FIRST = ("-at", "-id")
EXPORTED_AT_MOST = 100_000
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class EventFilter:
    """What to look for; None and "" mean any. from_at, to_at: aware; to_at is exclusive."""

    patient_id: UUID | None = None
    actor_id: UUID | None = None
    event: str = ""
    category: str = ""
    result: str = ""
    request_id: UUID | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if value)

    def apply(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that match."""
        conditions: dict[str, Any] = {
            "patient_ids__contains": [self.patient_id] if self.patient_id else None,
            "actor_id": self.actor_id,
            "event": self.event,
            "category": self.category,
            "result": self.result,
            "request_id": self.request_id,
            "at__gte": self.from_at,
            "at__lt": self.to_at,
        }
        return events.filter(**{name: value for name, value in conditions.items() if value})


@dataclass(frozen=True)
class EventPage:
    """One page of events; patient_ids: those whom the page names, for the trail."""

    events: list[AuditEvent]
    next_cursor: str
    wanted: EventFilter

    @property
    def patient_ids(self) -> list[UUID]:
        """The first few of each event, and the one asked for."""
        named = [patient_id for event in self.events for patient_id in event.patient_ids[:NAMED_AT_MOST]]
        return named + ([self.wanted.patient_id] if self.wanted.patient_id else [])


@gate.query(Permission.AUDIT_VIEW, AuditEvent, event="audit.viewed", category=Category.SEARCH, detail=("wanted",))
def audit_events(events: QuerySet[AuditEvent], *, wanted: EventFilter, after: str = "", size: int = 50) -> EventPage:
    """One page, newest first."""
    rows = wanted.apply(events).defer("canonical", "leaf")
    page = keyset_page(rows, order=NEWEST_FIRST, after=after, size=size)
    return EventPage(page.rows, page.next_cursor, wanted)


@dataclass(frozen=True)
class Refusals:
    """How many attempts were refused, counted up to a limit."""

    count: int


@gate.query(Permission.AUDIT_VIEW, AuditEvent, event="audit.refusals_counted", category=Category.SEARCH)
def refusals_since(events: QuerySet[AuditEvent], *, since: datetime, limit: int = 1000) -> Refusals:
    """Attempts refused since a moment (aware), of any kind; the count stops at `limit`."""
    return Refusals(events.filter(result=Result.REFUSED, at__gte=since).order_by()[:limit].count())


@gate.query(Permission.AUDIT_EXPORT, AuditEvent, event="audit.exported", category=Category.EXPORT, detail=("wanted",))
def audit_export(events: QuerySet[AuditEvent], *, wanted: EventFilter) -> EventPage:
    """The newest 100,000 events that match, for a file that holds ids and no names."""
    rows = wanted.apply(events).defer("canonical", "leaf").order_by(*NEWEST_FIRST)[:EXPORTED_AT_MOST]
    return EventPage(list(rows), "", wanted)
