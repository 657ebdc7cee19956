"""Watches the trail: takes what is new, explains it, judges it. Safe to run at any time and twice; nothing is skipped.

Which events are new is decided in audit/monitoring/horizon.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from audit.monitoring.alerting import close_explained, keep
from audit.monitoring.facts import Strength
from audit.monitoring.horizon import new_events, watermark
from audit.monitoring.judging import (
    Background,
    background,
    elapse,
    explanations,
    findings_of_day,
    findings_of_unit,
)
from audit.monitoring.limits import Chosen, chosen
from audit.monitoring.models import AccessExplanation, AlertState, PrivacyAlert, WatchedDay
from audit.monitoring.seen import CATEGORIES, SeenEvent
from audit.monitoring.taking import DAY, take
from audit.walls import standing_for
from hims.staff.models import User
from hims.staff.selectors import system_user

BATCH = 20_000
QUIET = timedelta(minutes=15)
SETTLED_AT_ONCE = 20_000
LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True)
class Watched:
    """What one round did. more: there are events left for the next round."""

    events: int = 0
    accesses: int = 0
    alerts: int = 0
    more: bool = False
    busy: bool = False


def watch(*, now: datetime | None = None, batch: int = BATCH) -> Watched:
    """One round over the newest events; a round that another process is at is left to it."""
    with standing_for(system_user()):
        mark = watermark()
        if mark is None:
            return Watched(busy=True)
        events, more = new_events(mark, batch)
        taken = digest(events, now=now or timezone.now())
        mark.events += len(events)
        mark.watched_at = timezone.now()
        mark.save()
    return Watched(len(events), taken.accesses, taken.alerts, more)


def digest(events: Sequence[SeenEvent], *, now: datetime) -> Watched:
    """Take the events in and judge what they touched, and what has come to rest meanwhile. Inside a transaction."""
    rules = chosen()
    nobody = set(User.objects.filter(is_system=True).values_list("pk", flat=True))
    wanted = [
        event
        for event in events
        if event.category in CATEGORIES and (event.actor_id not in nobody or event.leaves_by_command)
    ]
    touched = take(wanted, many=rules.many)
    units, days = _units(touched.units, now), _days(touched.days, now)
    return Watched(len(events), len(touched.units), judge(units, days, rules, now=now))


def judge(units: Sequence[AccessExplanation], days: Sequence[WatchedDay], rules: Chosen, *, now: datetime) -> int:
    """Explain and judge accesses and days, keep both as they are now, raise alerts. The number of new ones."""
    told = explain_units(units)
    findings = []
    for unit in units:
        unit.settled = unit.last_at <= now - QUIET
        findings += findings_of_unit(unit, told, rules, at_once=not unit.settled)
    for row in days:
        row.settled = row.last_at <= now - QUIET
        findings += findings_of_day(elapse(row, now) if row.settled else row, told, rules)
    keep_units(units)
    WatchedDay.objects.bulk_update(days, ["fruitless", "waiting", "settled"], batch_size=1000)
    return keep(findings)


def explain_units(units: Sequence[AccessExplanation]) -> Background:
    """Put its explanation on each access; the facts about everyone concerned."""
    found = explanations(units)
    for unit in units:
        explanation = found.get(unit.pk)
        unit.source, unit.sentence = (explanation.source, explanation.sentence) if explanation else ("", "")
        unit.strength = explanation.strength if explanation else Strength.NONE
    weighed = [unit for unit in units if unit.opened + unit.changed + unit.refused]
    days = [WatchedDay(actor_id=unit.actor_id, day=unit.day) for unit in units]
    return background(weighed, days)


KEEP = """
UPDATE audit_accessexplanation a SET source = k.source, sentence = k.sentence, strength = k.strength, settled = k.settled
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::boolean[]) AS k(id, source, sentence, strength, settled)
WHERE a.id = k.id
"""


def keep_units(units: Sequence[AccessExplanation]) -> None:
    """Write what explains each access, and whether it came to rest, in one statement."""
    if units:
        rows = [(unit.pk, unit.source, unit.sentence, int(unit.strength), unit.settled) for unit in units]
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])


def look_again(*, now: datetime | None = None) -> int:
    """Every night: explain what stayed unexplained, since work may be recorded later. The number of alerts closed by it."""
    moment = now or timezone.now()
    with standing_for(system_user()):
        first = (moment - LOOK_BACK).date()
        units = list(
            AccessExplanation.objects.filter(day__gte=first, strength__lt=Strength.OWN, settled=True).exclude(
                opened=0, changed=0, refused=0
            )
        )
        rules = chosen()
        before = {(unit.actor_id, unit.patient_id, unit.day): unit.strength for unit in units}
        told = explain_units(units)
        keep_units(units)
        better = [unit for unit in units if unit.strength > before[unit.actor_id, unit.patient_id, unit.day]]
        return _close(better, told, rules)


def _close(units: Sequence[AccessExplanation], told: Background, rules: Chosen) -> int:
    """Close the open alerts about accesses that no rule minds any more."""
    if not units:
        return 0
    minded = {finding.key for unit in units for finding in findings_of_unit(unit, told, rules)}
    again = {(unit.actor_id, unit.patient_id, unit.day) for unit in units}
    alerts = PrivacyAlert.objects.filter(
        state=AlertState.OPEN, actor_id__in={key[0] for key in again}, day__in={key[2] for key in again}
    )
    return close_explained(
        alert
        for alert in alerts
        if (alert.actor_id, alert.patient_id, alert.day) in again
        and (alert.rule, alert.actor_id, alert.patient_id, alert.day) not in minded
    )


def _units(touched: Sequence[int], now: datetime) -> list[AccessExplanation]:
    """The accesses touched, and those that have come to rest since they were."""
    found = {unit.pk: unit for unit in AccessExplanation.objects.filter(pk__in=touched)}
    resting = AccessExplanation.objects.filter(settled=False, last_at__lte=now - QUIET).order_by("last_at")
    found.update({unit.pk: unit for unit in resting[:SETTLED_AT_ONCE]})
    return list(found.values())


def _days(touched: Iterable[DAY], now: datetime) -> list[WatchedDay]:
    """The days touched, and those that have come to rest since they were."""
    wanted = set(touched)
    rows = WatchedDay.objects.filter(actor_id__in={key[0] for key in wanted}, day__in={key[1] for key in wanted})
    found = {row.pk: row for row in rows if (row.actor_id, row.day) in wanted}
    resting = WatchedDay.objects.filter(settled=False, last_at__lte=now - QUIET).order_by("last_at")[:SETTLED_AT_ONCE]
    found.update({row.pk: row for row in resting})
    return list(found.values())


def watch_all(*, seconds: float = 50.0) -> Watched:
    """Rounds until nothing is left, or the time is over; each commits by itself."""
    end = timezone.now() + timedelta(seconds=seconds)
    events = accesses = alerts = 0
    while True:
        with transaction.atomic():
            done = watch()
        events, accesses, alerts = events + done.events, accesses + done.accesses, alerts + done.alerts
        if not done.more or timezone.now() >= end:
            return Watched(events, accesses, alerts, done.more, done.busy)
