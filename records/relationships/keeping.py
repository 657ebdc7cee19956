"""Grants that follow from work: the ones there should be are compared with the ones there are, and only differences written.

Used by the sources of relationships (encounters and documents here, coding above), inside their gated actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from audit.access.models import AccessGrant
from hims.staff.models import User
from records.relationships.rules import Span, joined

BATCH = 1000


@dataclass(frozen=True)
class Tie:
    """Whom a piece of work ties to which patient; one grant each (grant_once_an_object)."""

    user_id: UUID
    patient_id: UUID
    source: str
    object_type: str
    object_id: str


@dataclass
class Kept:
    """What became of the grants; ids for the trail."""

    created: int = 0
    updated: int = 0
    ended: int = 0
    unchanged: int = 0
    patient_ids: list[UUID] = field(default_factory=list)
    facility_ids: list[int] = field(default_factory=list)

    def add(self, other: Kept) -> None:
        """Count another part of the work too."""
        self.created += other.created
        self.updated += other.updated
        self.ended += other.ended
        self.unchanged += other.unchanged

    def counts(self) -> dict[str, int]:
        """For the last line of a command and the result of a job."""
        return {"created": self.created, "updated": self.updated, "ended": self.ended, "unchanged": self.unchanged}


Rebuild = Callable[[User], Kept]
_rebuilds: dict[str, Rebuild] = {}


def rebuilt_by(name: str, rebuild: Rebuild) -> None:
    """A source of relationships says, when its app is ready, how all its grants are made right."""
    _rebuilds[name] = rebuild


def rebuilds() -> Mapping[str, Rebuild]:
    """All sources by name."""
    return dict(_rebuilds)


def add_tie(ties: dict[Tie, Span], tie: Tie, span: Span) -> None:
    """A second reason for the same tie makes it longer."""
    ties[tie] = joined(ties[tie], span) if tie in ties else span


def keep(ties: Mapping[Tie, Span], about: QuerySet[AccessGrant, Any], now: datetime) -> Kept:
    """Make the grants `about` some objects those of `ties`: new ones come, changed ones move, the others end now.

    What a person took back stays taken back; what ended by itself comes back with its reason. Safe to run again, and at the
    same time: the work of the same kind comes after each other until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('relationships', 0))")
    kept, held = Kept(), {_tie(grant): grant for grant in about.filter(user__isnull=False)}
    changed = []
    for tie, grant in held.items():
        span = ties.get(tie)
        if grant.revoked_by_id is not None or not _differs(grant, span, now):
            kept.unchanged += 1
            continue
        if span is None:
            grant.revoked_at = now
            kept.ended += 1
        else:
            grant.during, grant.revoked_at = DateTimeTZRange(span.begins, span.ends), None
            kept.updated += 1
        changed.append(grant)
    new = [_new(tie, span) for tie, span in ties.items() if tie not in held and span.ends > now]
    AccessGrant.objects.bulk_update(changed, ["during", "revoked_at"], batch_size=BATCH)
    AccessGrant.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
    kept.created = len(new)
    kept.patient_ids = sorted({grant.patient_id for grant in (*changed, *new)})
    return kept


def objects(object_type: str, ids: Iterable[Any]) -> Q:
    """Grants that follow from these objects."""
    return Q(object_type=object_type, object_id__in=[str(each) for each in ids])


def _tie(grant: AccessGrant) -> Tie:
    user_id: Any = grant.user_id
    return Tie(user_id, grant.patient_id, grant.source, grant.object_type, grant.object_id)


def _differs(grant: AccessGrant, span: Span | None, now: datetime) -> bool:
    if span is None:
        return grant.revoked_at is None and bool(grant.during.upper > now)
    return grant.revoked_at is not None or (grant.during.lower, grant.during.upper) != (span.begins, span.ends)


def _new(tie: Tie, span: Span) -> AccessGrant:
    return AccessGrant(
        user_id=tie.user_id, patient_id=tie.patient_id, source=tie.source, object_type=tie.object_type,
        object_id=tie.object_id, during=DateTimeTZRange(span.begins, span.ends),
    )  # fmt: skip
