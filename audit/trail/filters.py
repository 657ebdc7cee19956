"""What to look for in the trail, and in which order: filters that find their index, and sorting of what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from audit.trail.models import AuditEvent
from hims.lib.errors import DomainError

WALKED_DAYS = 31
"""How far a search reaches that has neither patient, person, event, document nor request to begin with."""
SORTED_AT_MOST = 200_000
# Categories of which there are few events; they have an index of their own (audit/migrations/0006).
COMMON_CATEGORIES = frozenset({"read", "search"})
SORTS: dict[str, str] = {
    "time": "at", "person": "actor_name", "role": "actor_role", "event": "event", "kind": "category", "result": "result",
    "purpose": "purpose", "door": "source", "address": "address", "patient": "patient_ids__0", "document": "object_id",
}  # fmt: skip
TOO_FAR = (
    f"This search has to read every event, so it covers at most {WALKED_DAYS} days. Choose a shorter period, or add a"
    " patient, a person, an event or a document."
)
SORT_WHAT = "Choose a patient, a person, a document or a period first, then sort."
TOO_MANY_TO_SORT = f"More than {SORTED_AT_MOST:,} events match. Choose a shorter period, then sort."


@dataclass(frozen=True)
class EventFilter:
    """What to look for; None and "" mean any. from_at, to_at: aware; to_at is exclusive."""

    patient_id: UUID | None = None
    actor_id: UUID | None = None
    event: str = ""
    category: str = ""
    result: str = ""
    purpose: str = ""
    source: str = ""
    object_type: str = ""
    object_id: str = ""
    request_id: UUID | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if value)

    @property
    def finds_by_index(self) -> bool:
        """There is an index that leads to the events, however many others there are."""
        return bool(
            self.patient_id or self.actor_id or self.event or self.request_id or self.object_id
            or (self.category and self.category not in COMMON_CATEGORIES) or self.result in ("refused", "failed")
        )  # fmt: skip

    @property
    def walks(self) -> bool:
        """The events of the period are read one after the other, newest first, until enough of them match."""
        asks = self.category or self.result or self.purpose or self.source or self.object_type
        return bool(asks) and not self.finds_by_index

    def bounded(self, now: datetime) -> EventFilter:
        """The same; a search that walks gets the last 31 days before its end. Raises DomainError when it asks for more."""
        if not self.walks:
            return self
        end = self.to_at or now
        earliest = end - timedelta(days=WALKED_DAYS)
        if self.from_at is None:
            return EventFilter(**{**vars(self), "from_at": earliest})
        if self.from_at < earliest:
            raise DomainError(TOO_FAR, field="from_day")
        return self

    def apply(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that match."""
        wanted = self.bounded(timezone.now())
        conditions: dict[str, Any] = {
            "patient_ids__contains": [wanted.patient_id] if wanted.patient_id else None,
            "actor_id": wanted.actor_id,
            "event": wanted.event,
            "category": wanted.category,
            "result": wanted.result,
            "purpose": wanted.purpose,
            "source": wanted.source,
            "object_type": wanted.object_type,
            "object_id": wanted.object_id,
            "request_id": wanted.request_id,
            "at__gte": wanted.from_at,
            "at__lt": wanted.to_at,
        }
        return events.filter(**{name: value for name, value in conditions.items() if value})


@dataclass(frozen=True)
class EventOrder:
    """How a page is sorted: by one of SORTS, ties by time. The standard is newest first."""

    name: str = "time"
    descending: bool = True

    @classmethod
    def read(cls, text: str) -> EventOrder:
        """From "person" or "-person"; anything unknown is the standard order."""
        name = text.removeprefix("-")
        return cls(name, text.startswith("-")) if name in SORTS else cls()

    def prepare(self, rows: QuerySet[AuditEvent], wanted: EventFilter) -> tuple[QuerySet[AuditEvent], tuple[str, ...]]:
        """The rows with what the order needs, and its fields for keyset paging. Raises DomainError for too much to sort.

        Sort keys are computed, so that the database finds the events first and then sorts them. Sorted by a plain column it
        may walk an index in the wanted order through every partition until a rare patient turns up.
        """
        sign = "-" if self.descending else ""
        if self.name == "time":
            if wanted.patient_id is None:
                return rows, (f"{sign}at", f"{sign}id")
            moment = ExpressionWrapper(F("at") + Value(timedelta(0)), output_field=DateTimeField())
            return rows.annotate(moment=moment), (f"{sign}moment", f"{sign}id")
        if not (wanted.patient_id or wanted.actor_id or wanted.request_id or wanted.object_id or wanted.from_at):
            raise DomainError(SORT_WHAT, field="sort")
        if rows.order_by()[: SORTED_AT_MOST + 1].count() > SORTED_AT_MOST:
            raise DomainError(TOO_MANY_TO_SORT, field="sort")
        key = Coalesce(Cast(F(SORTS[self.name]), TextField()), Value(""), output_field=TextField())
        return rows.annotate(sort_key=key), (f"{sign}sort_key", "-at", "-id")
