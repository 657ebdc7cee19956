"""Runs the made-up two weeks through monitoring and measures the second: what was alerted, wrongly, and explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from audit.access.models import AccessGrant
from audit.monitoring.facts import Strength
from audit.monitoring.models import AccessExplanation, PrivacyAlert
from audit.monitoring.purpose import derive_purpose
from audit.monitoring.seen import Kind, SeenEvent
from audit.monitoring.watching import QUIET, digest, look_again
from audit.walls import standing_for
from hims.demo.snooping import Seed, snoops
from hims.demo.week import DAYS, Hospital, build, moment
from hims.demo.week_rows import write_rows
from hims.demo.week_work import work_of
from hims.staff.selectors import system_user

ROUND = timedelta(hours=2)


@dataclass
class Measured:
    """Figures of the measured week. accesses: looks at, changes of and refusals about single charts, as events."""

    events: int = 0
    accesses: int = 0
    charts: int = 0
    staff: int = 0
    seeds: int = 0
    seeds_alerted: int = 0
    alerts: int = 0
    false_alerts: int = 0
    false_per_1000: float = 0.0
    explained_charts_percent: float = 0.0
    explained_accesses_percent: float = 0.0
    explained_normal_percent: float = 0.0
    purpose_percent: float = 0.0
    by_rule: dict[str, int] = field(default_factory=dict)
    false_by_rule: dict[str, int] = field(default_factory=dict)
    by_source: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def run(*, last: date, seed: int = 20260309) -> Measured:
    """Build, live through and measure the two weeks. Inside a transaction of the caller's."""
    hospital = build(last=last, seed=seed)
    with standing_for(system_user()):
        write_rows(hospital)
    events, seeds = _told(hospital)
    _live(hospital, events)
    return _measure(hospital, events, seeds)


def _told(hospital: Hospital) -> tuple[list[SeenEvent], list[Seed]]:
    """All events in time order, with the grants that go with them on file."""
    numbers = count(1)
    days = [work_of(hospital, hospital.first + timedelta(days=offset), numbers) for offset in range(DAYS)]
    seeds, snooping = snoops(hospital, numbers)
    grants = {(g.user_id, g.patient_id, g.source): g for doing in days for g in doing.grants}
    with standing_for(system_user()):
        AccessGrant.objects.bulk_create(grants.values())
    events = [event for doing in (*days, snooping) for event in doing.events]
    return sorted(events, key=lambda event: (event.at, event.id)), seeds


def _live(hospital: Hospital, events: Sequence[SeenEvent]) -> None:
    """Rounds of two hours, each judged at its own time, and every night's second look."""
    now, taken, end = moment(hospital.first, 0), 0, moment(hospital.last, 36)
    while now < end:
        now += ROUND
        batch = []
        while taken < len(events) and events[taken].at < now:
            batch.append(events[taken])
            taken += 1
        with standing_for(system_user()):
            digest(batch, now=now)
        if now.hour == 0:
            look_again(now=now + QUIET)


def _measure(hospital: Hospital, events: Sequence[SeenEvent], seeds: Sequence[Seed]) -> Measured:
    first = hospital.measured_from
    week = [event for event in events if event.at.date() >= first]
    single = [event for event in week if event.kind in (Kind.OPENED, Kind.CHANGED, Kind.REFUSED)]
    found = Measured(events=len(week), accesses=len(single), staff=len(hospital.everyone), seeds=len(seeds))
    _weigh_alerts(found, first, hospital, seeds)
    _weigh_explanations(found, first, hospital, seeds)
    told = [derive_purpose(event.event, [event.actor_role], None) for event in week]
    found.purpose_percent = _percent(sum(purpose is not None for purpose in told), len(told))
    return found


def _weigh_alerts(found: Measured, first: date, hospital: Hospital, seeds: Sequence[Seed]) -> None:
    alerts = _alerts(first, hospital)
    raised = {(alert.rule, alert.actor_id, alert.patient_id, alert.day) for alert in alerts}
    missed = [each for each in seeds if (each.rule, each.actor_id, each.patient_id, each.day) not in raised]
    seeded = {(each.actor_id, each.patient_id, each.day) for each in seeds}
    false = [alert for alert in alerts if (alert.actor_id, alert.patient_id, alert.day) not in seeded]
    found.alerts, found.false_alerts = len(alerts), len(false)
    found.false_per_1000 = round(1000 * len(false) / max(1, found.accesses), 3)
    found.seeds_alerted = len(seeds) - len(missed)
    found.missed = [f"{each.rule} {each.day}" for each in missed]
    found.by_rule = dict(Counter(alert.rule for alert in alerts))
    found.false_by_rule = dict(Counter(alert.rule for alert in false))


def _alerts(first: date, hospital: Hospital) -> list[PrivacyAlert]:
    """Alerts that a person would have seen: also those that explained themselves only in the night after."""
    return list(
        PrivacyAlert.objects.filter(day__range=(first, hospital.last), facility_ids__contains=[hospital.facility.pk])
    )


def _weigh_explanations(found: Measured, first: date, hospital: Hospital, seeds: Sequence[Seed]) -> None:
    here = {"day__range": (first, hospital.last), "facility_ids__contains": [hospital.facility.pk]}
    units = AccessExplanation.objects.filter(**here).exclude(opened=0, changed=0, refused=0)
    seeded = {(each.actor_id, each.patient_id, each.day) for each in seeds}
    rows = [
        (unit.strength > Strength.NONE, unit.opened + unit.changed + unit.refused, unit.source,
         (unit.actor_id, unit.patient_id, unit.day) in seeded)
        for unit in units
    ]  # fmt: skip
    normal = [row for row in rows if not row[3]]
    found.charts = len(rows)
    found.explained_charts_percent = _percent(sum(row[0] for row in rows), len(rows))
    found.explained_accesses_percent = _percent(sum(row[1] for row in rows if row[0]), sum(row[1] for row in rows))
    found.explained_normal_percent = _percent(sum(row[0] for row in normal), len(normal))
    found.by_source = dict(Counter(row[2] or "not explained" for row in rows))


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 2)
