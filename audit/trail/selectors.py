"""Reads of the trail, for privacy officers and administrators; looking at the trail is an event itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from audit.trail.enums import Category, Result
from audit.trail.filters import EventFilter, EventOrder
from audit.trail.models import AuditEvent
from audit.trail.sittings import Sitting, sittings
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.paging import keyset_page

__all__ = ["EventFilter", "EventOrder", "EventPage"]
NEWEST_FIRST = ("-at", "-id")
EXPORTED_AT_MOST = 100_000
PRINTED_AT_MOST = 2_000
NAMED_AT_MOST = 3
SITTINGS_FROM = 5_000
"""Events read for one page of sittings."""
READ_AT_ONCE = 2_000
SEALED = ("canonical", "leaf")


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


@gate.query(
    Permission.AUDIT_VIEW, AuditEvent, event="audit.viewed", category=Category.SEARCH, detail=("wanted", "order")
)
def audit_events(
    events: QuerySet[AuditEvent], *, wanted: EventFilter, after: str = "", size: int = 50, order: str = ""
) -> EventPage:
    """One page, newest first unless `order` says otherwise. Raises DomainError for what cannot be searched or sorted."""
    ordered = EventOrder.read(order)
    rows, fields = ordered.prepare(wanted.apply(events), wanted)
    page = keyset_page(rows.defer(*SEALED), order=fields, after=after, size=size)
    return EventPage(page.rows, page.next_cursor, wanted)


@dataclass(frozen=True)
class SittingPage:
    """Sittings of one person, newest first. before: where the next page begins, None on the last one."""

    sittings: list[Sitting]
    before: datetime | None
    patient_ids: list[UUID] = field(default_factory=list)


@gate.query(
    Permission.AUDIT_VIEW, AuditEvent, event="audit.sittings_viewed", category=Category.SEARCH, detail=("wanted",)
)
def sittings_of(events: QuerySet[AuditEvent], *, wanted: EventFilter) -> SittingPage:
    """What one person did, pause by pause. Raises DomainError without a person."""
    if wanted.actor_id is None:
        raise DomainError("Choose a person to see sittings.", field="person")
    rows = wanted.apply(events).defer(*SEALED, "detail").order_by(*NEWEST_FIRST)
    found = list(rows[: SITTINGS_FROM + 1])
    whole = sittings(found[:SITTINGS_FROM])
    if len(found) <= SITTINGS_FROM:
        return SittingPage(whole, None)
    # The oldest sitting of a full page may go on behind it: it begins the next page, unless it is the only one.
    kept = whole[:-1] or whole
    return SittingPage(kept, kept[-1].first_at)


@dataclass(frozen=True)
class Refusals:
    """How many attempts were refused, counted up to a limit."""

    count: int


@gate.query(Permission.AUDIT_VIEW, AuditEvent, event="audit.refusals_counted", category=Category.SEARCH)
def refusals_since(events: QuerySet[AuditEvent], *, since: datetime, limit: int = 1000) -> Refusals:
    """Attempts refused since a moment (aware), of any kind; the count stops at `limit`."""
    return Refusals(events.filter(result=Result.REFUSED, at__gte=since).order_by()[:limit].count())


@dataclass(frozen=True)
class Size:
    """How large an export would be; both counts stop at what an export may hold. patients: different ones."""

    events: int
    patients: int


@gate.query(
    Permission.AUDIT_EXPORT, AuditEvent, event="audit.export_measured", category=Category.SEARCH, detail=("wanted",)
)
def export_size(events: QuerySet[AuditEvent], *, wanted: EventFilter) -> Size:
    """How many events and patients an export of this filter holds."""
    rows = wanted.apply(events).order_by(*NEWEST_FIRST).values_list("patient_ids", flat=True)[:EXPORTED_AT_MOST]
    count, patients = 0, set[UUID]()
    for ids in rows.iterator(chunk_size=READ_AT_ONCE):
        count += 1
        patients.update(ids)
    return Size(count, len(patients))


@gate.query(
    Permission.AUDIT_EXPORT, AuditEvent, event="audit.exported", category=Category.EXPORT, detail=("wanted", "reason")
)
def audit_export(
    events: QuerySet[AuditEvent], *, wanted: EventFilter, reason: str = "", limit: int = EXPORTED_AT_MOST
) -> EventPage:
    """The newest events that match, at most 100,000, for a file that holds ids and no names."""
    rows = wanted.apply(events).defer(*SEALED).order_by(*NEWEST_FIRST)[: min(limit, EXPORTED_AT_MOST)]
    return EventPage(list(rows), "", wanted)


@dataclass(frozen=True)
class Written:
    """How many events went into a file."""

    count: int


@gate.query(
    Permission.AUDIT_EXPORT, AuditEvent, event="audit.exported", category=Category.EXPORT, detail=("wanted", "reason")
)
def audit_written(
    events: QuerySet[AuditEvent], *, wanted: EventFilter, write: Callable[[AuditEvent], None], reason: str = ""
) -> Written:
    """Every event that matches, oldest first, handed to `write` one by one, so that memory does not grow with the file."""
    count = 0
    for event in wanted.apply(events).defer(*SEALED).order_by("at", "id").iterator(chunk_size=READ_AT_ONCE):
        write(event)
        count += 1
    return Written(count)
