"""The audit page over millions of events: how long a page takes by filter and by order. Run: ./run bench audit

The events lie in partitions of 60 months and are written through the trail's own trigger (canonical bytes, SHA-256, every
index); only its check of the clock is taken out while the past is filled in. BENCH_EVENTS (5,000,000) sets how many.
Prints one JSON line: events, fill_rate (events/s), p50_ms, p95_ms (over all filters), worst and worst_p95_ms (the slowest
filter), by_filter (p95), report_s (the report of a patient with six years of events), write_p50_ms (one synced event).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
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

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000000"))
CHUNK, MONTHS = 50_000, 60
PATIENTS, ACTORS, ROUNDS = max(1000, EVENTS // 10), 1000, 25
OFTEN_SEEN = UUID("00000000-0000-0000-0002-000000000000")
"""One event in 250 is this patient's: 20,000 of 5,000,000."""
NAMES = ("chart.viewed", "patient.searched", "document.viewed", "encounter.viewed", "coding.diagnosis_added")
PATIENT = "('00000000-0000-0000-0002-' || lpad(({} %% %(patients)s)::text, 12, '0'))::uuid"
FILL = f"""
INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category,
    result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
SELECT gen_random_uuid(), %(began)s::timestamptz + n * %(step)s::interval, pg_current_xact_id(), '', '', gen_random_uuid(),
    ('00000000-0000-0000-0001-' || lpad((n * 7919 %% %(actors)s)::text, 12, '0'))::uuid,
    'Person ' || (n * 7919 %% %(actors)s), (ARRAY['Coder', 'Biller', 'Provider'])[1 + n %% 3],
    (%(names)s::text[])[1 + n %% 5],
    CASE WHEN n %% 1000 = 0 THEN 'export' WHEN n %% 5 = 1 THEN 'search' WHEN n %% 5 = 4 THEN 'update' ELSE 'read' END,
    CASE WHEN n %% 500 = 0 THEN 'refused' ELSE 'done' END,
    CASE WHEN n %% 20000 = 7 THEN 'privacy' ELSE 'coding' END, 'web', '127.0.0.1', '{{1}}',
    CASE WHEN n %% 250 = 0 THEN ARRAY['{OFTEN_SEEN}'::uuid]
         WHEN n %% 50 = 1 THEN ARRAY(SELECT {PATIENT.format("((n + k) * 104729)")} FROM generate_series(0, 9) AS k)
         ELSE ARRAY[{PATIENT.format("(n * 104729)")}] END,
    'document', 'doc-' || (n * 31 %% %(patients)s), '{{}}'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
CLOCK_CHECK = "> 5 THEN"


def fill() -> float:
    """Synthetic events of five years through the writer's own role; events a second."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    began = now - timedelta(days=MONTHS * 30)
    step = (now - began) / EVENTS
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT audit_event_add_month((now() - make_interval(months => n))::date) "
                      "FROM generate_series(1, %s) AS n", [MONTHS + 1])  # fmt: skip
        (stamp,) = owner.execute("SELECT pg_get_functiondef('audit_event_stamp'::regproc)").fetchone() or ("",)
        assert CLOCK_CHECK in stamp
        owner.execute(stamp.replace(CLOCK_CHECK, "> 1e12 THEN"))
        started = time.perf_counter()
        with psycopg.connect(settings.AUDIT_DATABASE_URL, autocommit=True) as connection:
            for first in range(1, EVENTS + 1, CHUNK):
                last = min(first + CHUNK - 1, EVENTS)
                connection.execute(FILL, {"actors": ACTORS, "patients": PATIENTS, "names": list(NAMES), "first": first,
                                          "last": last, "began": began, "step": step})  # fmt: skip
                if first // CHUNK % 10 == 0:
                    print(f"{last:,} events, {last / (time.perf_counter() - started):,.0f}/s", file=sys.stderr)
        rate = EVENTS / (time.perf_counter() - started)
        owner.execute(stamp)
        owner.execute("VACUUM ANALYZE audit_event")
    return rate


def privacy_officer() -> User:
    """Someone who may read the trail of every facility."""
    Facility.objects.get_or_create(pk=1, defaults={"code": "BENCH", "name": "Bench"})
    user, _ = User.objects.get_or_create(username="bench.officer", defaults={"display_name": "Bench Officer"})
    role = Group.objects.get(name=Role.PRIVACY_OFFICER.value)
    for facility in Facility.objects.order_by("pk"):
        Membership.objects.get_or_create(user=user, facility=facility, role=role)
    return user


def searches(draw: random.Random) -> dict[str, tuple[EventFilter, str]]:
    """One of each kind a privacy officer uses, with its order."""
    patient = UUID(f"00000000-0000-0000-0002-{draw.randrange(1, PATIENTS):012d}")
    actor = UUID(f"00000000-0000-0000-0001-{draw.randrange(ACTORS):012d}")
    day = datetime.now(UTC) - timedelta(days=draw.randrange(40, MONTHS * 28))
    three_days = EventFilter(from_at=day, to_at=day + timedelta(days=3))
    return {
        "newest": (EventFilter(), ""),
        "patient": (EventFilter(patient_id=patient), ""),
        "patient often seen": (EventFilter(patient_id=OFTEN_SEEN), ""),
        "person": (EventFilter(actor_id=actor), ""),
        "event": (EventFilter(event=draw.choice(NAMES)), ""),
        "document": (EventFilter(object_type="document", object_id=f"doc-{draw.randrange(PATIENTS)}"), ""),
        "request": (EventFilter(request_id=uuid7()), ""),
        "refused": (EventFilter(result="refused"), ""),
        "exports": (EventFilter(category="export"), ""),
        "purpose, 31 days": (EventFilter(purpose="privacy"), ""),
        "period": (three_days, ""),
        "person and event": (EventFilter(actor_id=actor, event=draw.choice(NAMES)), ""),
        "person and exports": (EventFilter(actor_id=actor, category="export"), ""),
        "patient and person": (EventFilter(patient_id=patient, actor_id=actor), ""),
        "patient often seen, by person": (EventFilter(patient_id=OFTEN_SEEN), "person"),
        "person, by document": (EventFilter(actor_id=actor), "document"),
        "period, by event": (three_days, "-event"),
    }


def measure(by: User) -> dict[str, list[float]]:
    """Milliseconds by filter; every second look goes on to the next page."""
    draw = random.Random(1)
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, (wanted, order) in searches(draw).items():
            after = ""
            for _page in range(2):
                began = time.perf_counter()
                page = audit_events(by=by, wanted=wanted, after=after, order=order)
                times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                after = page.next_cursor
                if not after:
                    break
    return times


def report_seconds(by: User) -> float:
    """The report of the patient who was seen most, as a PDF."""
    from audit.report.document import report_pdf
    from audit.report.selectors import who_saw

    facility = Facility.objects.order_by("pk")[0]
    began = time.perf_counter()
    found = who_saw(
        by=by, patient_id=OFTEN_SEEN, facility=facility,
        first=datetime.now(UTC).date() - timedelta(days=6 * 365), last=datetime.now(UTC).date(),
    )  # fmt: skip
    report_pdf(by, found, patient="Bench", named=True)
    return round(time.perf_counter() - began, 1)


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
    rate = fill()
    officer = privacy_officer()
    found = measure(officer)
    every = [value for values in found.values() for value in values]
    by_filter = {name: p95(values) for name, values in found.items()}
    worst = max(by_filter, key=lambda name: by_filter[name])
    print(
        json.dumps(
            {"events": EVENTS, "fill_rate": round(rate), "p50_ms": round(statistics.median(every), 2),
             "p95_ms": p95(every), "worst": worst, "worst_p95_ms": by_filter[worst], "by_filter": by_filter,
             "report_s": report_seconds(officer), "write_p50_ms": round(statistics.median(write_times()), 2)}
        )
    )  # fmt: skip
    close_pools()
