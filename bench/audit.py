"""The audit page over a million events: how long a page takes by filter. Run: ./run bench audit

Prints one JSON line: events, p50_ms, p95_ms (over all filters), write_ms (one synced event), and worst, the slowest filter.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

import psycopg
from django.conf import settings
from django.contrib.auth.models import Group

from audit.trail.enums import Category, Result, Source
from audit.trail.selectors import EventFilter, audit_events
from audit.trail.writer import Event, close_pools, write
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
CHUNK = 50_000
PATIENTS, ACTORS, ROUNDS = 100_000, 200, 25
NAMES = ("chart.viewed", "patient.searched", "document.viewed", "encounter.viewed", "coding.diagnosis_added")
FILL = """
INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category,
    result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
SELECT gen_random_uuid(), clock_timestamp(), pg_current_xact_id(), '', '', gen_random_uuid(),
    ('00000000-0000-0000-0001-' || lpad((n * 7919 % %(actors)s)::text, 12, '0'))::uuid, 'Person ' || (n %% %(actors)s), 'Coder',
    (%(names)s::text[])[1 + n %% 5], 'read', CASE WHEN n %% 500 = 0 THEN 'refused' ELSE 'done' END, 'coding', 'web',
    '127.0.0.1', '{1}',
    ARRAY[('00000000-0000-0000-0002-' || lpad((n * 104729 %% %(patients)s)::text, 12, '0'))::uuid], 'patient', '', '{}'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
""".replace("7919 % ", "7919 %% ")


def fill() -> None:
    """Synthetic events through the writer's own role."""
    with psycopg.connect(settings.AUDIT_DATABASE_URL, autocommit=True) as connection:
        for first in range(1, EVENTS + 1, CHUNK):
            last = min(first + CHUNK - 1, EVENTS)
            connection.execute(
                FILL, {"actors": ACTORS, "patients": PATIENTS, "names": list(NAMES), "first": first, "last": last}
            )
            print(f"{last:,} events", file=sys.stderr)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE audit_event")


def privacy_officer() -> User:
    """Someone who may read the trail of every facility."""
    Facility.objects.get_or_create(pk=1, defaults={"code": "BENCH", "name": "Bench"})
    user, _ = User.objects.get_or_create(username="bench.officer", defaults={"display_name": "Bench Officer"})
    role = Group.objects.get(name=Role.PRIVACY_OFFICER.value)
    for facility in Facility.objects.order_by("pk"):
        Membership.objects.get_or_create(user=user, facility=facility, role=role)
    return user


def filters(draw: random.Random) -> dict[str, EventFilter]:
    """One of each kind a privacy officer uses."""
    patient = UUID(f"00000000-0000-0000-0002-{draw.randrange(PATIENTS):012d}")
    actor = UUID(f"00000000-0000-0000-0001-{draw.randrange(ACTORS):012d}")
    return {
        "newest": EventFilter(),
        "patient": EventFilter(patient_id=patient),
        "person": EventFilter(actor_id=actor),
        "event": EventFilter(event=draw.choice(NAMES)),
        "refused": EventFilter(result="refused"),
        "person and event": EventFilter(actor_id=actor, event=draw.choice(NAMES)),
        "patient and person": EventFilter(patient_id=patient, actor_id=actor),
    }


def measure(by: User) -> dict[str, list[float]]:
    """Milliseconds by filter; every second look goes on to the next page."""
    draw = random.Random(1)
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, wanted in filters(draw).items():
            after = ""
            for _page in range(2):
                began = time.perf_counter()
                page = audit_events(by=by, wanted=wanted, after=after)
                times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                after = page.next_cursor
                if not after:
                    break
    return times


def write_times() -> list[float]:
    """Milliseconds of single synced events."""
    times = []
    for _ in range(200):
        event = Event(request_id=uuid7(), actor_id=None, actor_name="bench", event="bench.written",
                      category=Category.READ, result=Result.DONE, source=Source.COMMAND)  # fmt: skip
        began = time.perf_counter()
        write([event])
        times.append((time.perf_counter() - began) * 1000)
    return times


def p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[18], 2)


if __name__ == "__main__":
    fill()
    found = measure(privacy_officer())
    every = [value for values in found.values() for value in values]
    worst = max(found, key=lambda name: p95(found[name]))
    print(
        json.dumps(
            {"events": EVENTS, "p50_ms": round(statistics.median(every), 2), "p95_ms": p95(every),
             "worst": worst, "worst_p95_ms": p95(found[worst]), "write_p50_ms": round(statistics.median(write_times()), 2)}
        )
    )  # fmt: skip
    close_pools()
