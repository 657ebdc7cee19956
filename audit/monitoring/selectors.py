"""Reads of privacy monitoring, for privacy officers; looking at alerts is an event itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from audit import gate
from audit.monitoring.facts import Strength
from audit.monitoring.models import AccessExplanation, AlertState, PrivacyAlert
from audit.trail.enums import Category
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.paging import keyset_page

GRAVEST_FIRST = ("-score", "-last_at", "-id")
TIMELINE = 100
OTHERS = 20
SHARE_DAYS = 28
COUNTED_AT_MOST = 1000


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts; "" and None mean any."""

    state: str = AlertState.OPEN.value
    rule: str = ""
    actor_id: UUID | None = None
    patient_id: UUID | None = None
    from_day: date | None = None
    to_day: date | None = None

    def apply(self, alerts: QuerySet[PrivacyAlert]) -> QuerySet[PrivacyAlert]:
        """The alerts that match."""
        conditions: dict[str, Any] = {
            "state": self.state, "rule": self.rule, "actor_id": self.actor_id, "patient_id": self.patient_id,
            "day__gte": self.from_day, "day__lte": self.to_day,
        }  # fmt: skip
        return alerts.filter(**{name: value for name, value in conditions.items() if value})


@dataclass(frozen=True)
class AlertPage:
    """One page of alerts. open_count: open ones, counted up to a limit."""

    rows: list[PrivacyAlert]
    next_cursor: str
    open_count: int

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [alert.patient_id for alert in self.rows if alert.patient_id]


@dataclass(frozen=True)
class AlertDetails:
    """One alert with what happened. access: None when the alert is about a whole day. others: further alerts of the person."""

    alert: PrivacyAlert
    events: list[AuditEvent]
    access: AccessExplanation | None
    others: list[PrivacyAlert] = field(default_factory=list)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return sorted({alert.patient_id for alert in (self.alert, *self.others) if alert.patient_id})

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return list(self.alert.facility_ids)


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="alert.listed", category=Category.SEARCH)
def alerts_queue(alerts: QuerySet[PrivacyAlert], *, wanted: AlertFilter, after: str = "", size: int = 50) -> AlertPage:
    """One page of alerts, the gravest first."""
    page = keyset_page(wanted.apply(alerts), order=GRAVEST_FIRST, after=after, size=size)
    open_count = alerts.filter(state=AlertState.OPEN).order_by()[:COUNTED_AT_MOST].count()
    return AlertPage(page.rows, page.next_cursor, open_count)


@dataclass(frozen=True)
class Waiting:
    """How many alerts are open, counted up to a limit, and the rule of the gravest."""

    count: int
    gravest: str = ""


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="alert.counted", category=Category.SEARCH)
def open_alerts(alerts: QuerySet[PrivacyAlert], *, limit: int = COUNTED_AT_MOST) -> Waiting:
    """For the home page: what waits."""
    waiting = alerts.filter(state=AlertState.OPEN)
    first = waiting.order_by(*GRAVEST_FIRST).first()
    return Waiting(waiting.order_by()[:limit].count(), first.get_rule_display() if first else "")


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="alert.viewed")
def alert_details(alerts: QuerySet[PrivacyAlert], *, alert_id: UUID) -> AlertDetails:
    """One alert, what the person did, what explains it, and the person's other alerts."""
    alert = alerts.select_related("closed_by").get(pk=alert_id)
    access = None
    if alert.patient_id:
        access = AccessExplanation.objects.filter(
            actor_id=alert.actor_id, patient_id=alert.patient_id, day=alert.day
        ).first()
    others = alerts.filter(actor_id=alert.actor_id).exclude(pk=alert.pk).order_by("-last_at", "-id")[:OTHERS]
    return AlertDetails(alert, _timeline(alert), access, list(others))


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="alert.opened")
def alert_to_close(alerts: QuerySet[PrivacyAlert], *, alert_id: UUID) -> PrivacyAlert:
    """One alert, to be decided on."""
    return alerts.get(pk=alert_id)


def _timeline(alert: PrivacyAlert) -> list[AuditEvent]:
    """What the person did: the events of the alert, or everything of the time it is about."""
    rows = gate.rows_of(AuditEvent).defer("canonical", "leaf")
    rows = rows.filter(at__gte=alert.first_at, at__lte=alert.last_at, actor_id=alert.actor_id)
    if alert.event_ids:
        rows = rows.filter(pk__in=alert.event_ids)
    return list(rows.order_by("at", "id")[:TIMELINE])


@dataclass(frozen=True)
class DayShare:
    """Accesses to single charts on one day, and how many of them explain themselves."""

    day: date
    total: int
    own: int
    pool: int

    @property
    def none(self) -> int:
        """Not explained."""
        return self.total - self.own - self.pool

    @property
    def percent(self) -> float:
        """Share explained, 0-100; 100 on a day without accesses."""
        return 100 * (self.own + self.pool) / self.total if self.total else 100.0


@dataclass(frozen=True)
class Share:
    """The last weeks by day, and what explained accesses."""

    days: list[DayShare]
    sources: Mapping[str, int]
    patient_ids: Sequence[UUID] = ()


@gate.query(Permission.PRIVACY_REVIEW, AccessExplanation, event="alert.share_viewed")
def explained_share(accesses: QuerySet[AccessExplanation], *, days: int = SHARE_DAYS) -> Share:
    """How many accesses to single charts explained themselves, day by day, and by what."""
    since = timezone.localdate() - timedelta(days=days)
    single = accesses.filter(day__gt=since).exclude(opened=0, changed=0, refused=0)
    by_day = (
        single.values("day").order_by("day").annotate(
            total=Count("pk"), own=Count("pk", filter=Q(strength=Strength.OWN)),
            pool=Count("pk", filter=Q(strength=Strength.POOL)),
        )
    )  # fmt: skip
    by_source = single.values_list("source").order_by("source").annotate(count=Count("pk"))
    return Share([DayShare(**row) for row in by_day], dict(by_source))


@dataclass(frozen=True)
class Outcomes:
    """Closed alerts of a rule by outcome."""

    counts: Mapping[str, Mapping[str, int]]
    patient_ids: Sequence[UUID] = ()


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="alert.outcomes_counted", category=Category.SEARCH)
def outcomes(alerts: QuerySet[PrivacyAlert], *, days: int = 90) -> Outcomes:
    """By rule: alerts of the last days, open and by outcome."""
    since = timezone.localdate() - timedelta(days=days)
    found: dict[str, dict[str, int]] = {}
    rows = alerts.filter(day__gt=since).values("rule", "state", "outcome").order_by("rule").annotate(count=Count("pk"))
    for row in rows:
        kind = row["outcome"] or row["state"]
        found.setdefault(row["rule"], {})[kind] = row["count"]
    return Outcomes(found)
