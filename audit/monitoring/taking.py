"""Takes events in: accesses by person, patient and day, and days by person, each in one statement whatever the number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from audit.monitoring import searches
from audit.monitoring.models import WatchedDay
from audit.monitoring.searches import Tally
from audit.monitoring.seen import Kind, SeenEvent
from hims.staff.models import Facility

KEPT_EVENTS = 100
UNIT = tuple[UUID, UUID, date]
DAY = tuple[UUID, date]
ACCESSES = f"""
INSERT INTO audit_accessexplanation AS a (actor_id, patient_id, day, actor_name, actor_role, facility_ids, event_ids,
    first_at, last_at, opened, listed, changed, refused, hours, source, sentence, strength, settled)
SELECT actor, patient, day, name, role, string_to_array(facilities, ',')::integer[], string_to_array(events, ',')::bigint[],
    first_at, last_at, opened, listed, changed, refused, hours, source, '', 0, false
FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
    %s::timestamptz[], %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::text[])
    AS taken(actor, patient, day, name, role, facilities, events, first_at, last_at, opened, listed, changed, refused, hours,
        source)
ON CONFLICT (actor_id, patient_id, day) DO UPDATE SET
    actor_role = excluded.actor_role,
    facility_ids = ARRAY(SELECT DISTINCT unnest(a.facility_ids || excluded.facility_ids) ORDER BY 1),
    event_ids = (a.event_ids || excluded.event_ids)[1:{KEPT_EVENTS}],
    first_at = least(a.first_at, excluded.first_at), last_at = greatest(a.last_at, excluded.last_at),
    opened = a.opened + excluded.opened, listed = a.listed + excluded.listed, changed = a.changed + excluded.changed,
    refused = a.refused + excluded.refused, hours = a.hours | excluded.hours,
    source = CASE WHEN a.source = '' THEN excluded.source ELSE a.source END, settled = false
RETURNING a.id
"""  # noqa: S608
OPENED_ON = """
SELECT actor_id, day, count(*), bit_or(hours) FROM audit_accessexplanation
WHERE opened > 0 AND (actor_id, day) IN (SELECT * FROM unnest(%s::uuid[], %s::date[])) GROUP BY 1, 2
"""
DAYS = ("opened", "hours", "searches", "tiny", "fruitless", "waiting", "last_at", "actor_role", "facility_ids",
        "outflow", "outflow_event", "outflow_ids", "reason", "settled")  # fmt: skip


@dataclass
class _Unit:
    """What one batch adds to an access."""

    event: SeenEvent
    events: list[int] = field(default_factory=list)
    facilities: set[int] = field(default_factory=set)
    last_at: datetime | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("opened", "listed", "changed", "refused"), 0))
    hours: int = 0
    source: str = ""


@dataclass(frozen=True)
class Taken:
    """Which accesses (by key) and days a batch touched."""

    units: list[int]
    days: list[DAY]


class Clock:
    """The facility-local time of an event: that of its first facility, or of the first facility there is."""

    def __init__(self) -> None:
        self._zones = {
            pk: ZoneInfo(zone) for pk, zone in Facility.objects.order_by("pk").values_list("pk", "time_zone")
        }
        self._standard = next(iter(self._zones.values()), ZoneInfo("UTC"))

    def local(self, event: SeenEvent) -> datetime:
        """The moment on the wall clock of the facility."""
        zone = self._zones.get(event.facility_ids[0]) if event.facility_ids else None
        return event.at.astimezone(zone or self._standard)


def take(events: Iterable[SeenEvent], *, many: int) -> Taken:
    """Add the events to accesses and days, in time order; many: above how many patients a print or export is an outflow."""
    clock, units, days = Clock(), dict[UNIT, _Unit](), dict[DAY, list[SeenEvent]]()
    for event in sorted(events, key=lambda each: (each.at, each.id)):
        local = clock.local(event)
        kind = event.kind
        if kind is not Kind.NOTHING:
            days.setdefault((event.actor_id, local.date()), []).append(event)
            for patient_id in event.patient_ids:
                unit = units.setdefault((event.actor_id, patient_id, local.date()), _Unit(event))
                _count(unit, event, kind, local.hour)
    touched = _write_units(units)
    _write_days(days, many)
    return Taken(touched, list(days))


def _count(unit: _Unit, event: SeenEvent, kind: Kind, hour: int) -> None:
    if len(unit.events) < KEPT_EVENTS:
        unit.events.append(event.id)
    unit.facilities.update(event.facility_ids)
    unit.last_at = event.at
    if kind in (Kind.WORK_LIST, Kind.SEARCHED):
        unit.counts["listed"] += 1
        if kind is Kind.WORK_LIST or not searches.is_tiny(event.text):
            unit.source = unit.source or ("work_list" if kind is Kind.WORK_LIST else "search")
        return
    unit.counts[kind.value] += 1
    if kind is Kind.OPENED:
        unit.hours |= 1 << hour


def _write_units(units: Mapping[UNIT, _Unit]) -> list[int]:
    if not units:
        return []
    rows = [
        (
            *key, unit.event.actor_name, unit.event.actor_role, ",".join(map(str, sorted(unit.facilities))),
            ",".join(map(str, unit.events)), unit.event.at, unit.last_at, *unit.counts.values(), unit.hours, unit.source,
        )
        for key, unit in sorted(units.items())
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ACCESSES, [list(column) for column in zip(*rows, strict=True)])
        return [key for (key,) in cursor.fetchall()]


def _write_days(days: Mapping[DAY, Sequence[SeenEvent]], many: int) -> None:
    if not days:
        return
    actors, dates = [key[0] for key in days], [key[1] for key in days]
    with connection.cursor() as cursor:
        cursor.execute(OPENED_ON, [actors, dates])
        opened = {(actor, day): (count, hours) for actor, day, count, hours in cursor.fetchall()}
    known = {
        (row.actor_id, row.day): row
        for row in WatchedDay.objects.filter(actor_id__in=set(actors), day__in=set(dates)).select_for_update()
    }
    rows = [_day(known.get(key) or _new_day(key, events[0]), events, many) for key, events in sorted(days.items())]
    for row in rows:
        row.opened, row.hours = opened.get((row.actor_id, row.day), (0, 0))
    WatchedDay.objects.bulk_create(
        [row for row in rows if row.pk is None], update_conflicts=True, unique_fields=["actor_id", "day"],
        update_fields=list(DAYS),
    )  # fmt: skip
    WatchedDay.objects.bulk_update([row for row in rows if row.pk is not None], DAYS, batch_size=500)


def _new_day(key: DAY, event: SeenEvent) -> WatchedDay:
    return WatchedDay(
        actor_id=key[0], day=key[1], actor_name=event.actor_name, actor_role=event.actor_role, first_at=event.at,
        last_at=event.at,
    )  # fmt: skip


def _day(row: WatchedDay, events: Sequence[SeenEvent], many: int) -> WatchedDay:
    """The day with these events, which come in time order."""
    tally = tally_of(row)
    for event in events:
        if event.event == "patient.searched" and event.kind is Kind.SEARCHED:
            tally = searches.searched(tally, event.at, event.text)
        elif event.kind in (Kind.OPENED, Kind.CHANGED):
            tally = searches.opened(tally, event.at)
        if event.leaves:
            _flow(row, event, many)
    row.facility_ids = sorted({*row.facility_ids, *(pk for event in events for pk in event.facility_ids)})
    row.last_at = max(row.last_at, events[-1].at)
    row.settled = False
    return put_tally(row, tally)


def _flow(row: WatchedDay, event: SeenEvent, many: int) -> None:
    """The largest outflow of the day, and the first reason given."""
    row.reason = row.reason or event.reason[:300]
    patients = len(set(event.patient_ids))
    if patients > many:
        row.outflow_ids = [*row.outflow_ids, event.id][:KEPT_EVENTS]
    if patients > row.outflow:
        row.outflow, row.outflow_event = patients, event.event


def tally_of(row: WatchedDay) -> Tally:
    """The searches of a day as the rules count them."""
    return Tally(row.searches, row.tiny, row.fruitless, tuple(row.waiting))


def put_tally(row: WatchedDay, tally: Tally) -> WatchedDay:
    """The day with its searches counted anew."""
    row.searches, row.tiny, row.fruitless, row.waiting = (
        tally.searches, tally.tiny, tally.fruitless, list(tally.waiting),
    )  # fmt: skip
    return row
