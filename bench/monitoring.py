"""Privacy monitoring over a million events of the trail, and the made-up week. Run: ./run bench monitoring

Prints one JSON line: events, watch_s (all of them taken, explained and judged), events_per_s, minute_ms (one round of a minute's
events, p95), and the figures of the made-up week (see hims/demo/week_run.py) under "week". The million are synthetic rows, written
with the trail's own role at this moment; the week is told to monitoring without the trail, which takes no other time than now.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
CHUNK, ROUNDS, MINUTE = 50_000, 20, 200
ACTORS, PATIENTS = 400, 20_000
WEEK_ENDS = date(2026, 3, 15)
ONE = """
INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category,
    result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
SELECT gen_random_uuid(), clock_timestamp(), pg_current_xact_id(), '', '', gen_random_uuid(), %(actor)s, 'Someone', 'Coder',
    'chart.viewed', 'read', 'done', 'coding', 'web', '127.0.0.1', ARRAY[%(facility)s::integer], ARRAY[%(patient)s::uuid],
    'patient', '', '{}'
"""
# A person opens charts of the own hundred patients again and again, as work is; every tenth event is a list of twenty.
MANY = """
INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category,
    result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
SELECT gen_random_uuid(), clock_timestamp(), pg_current_xact_id(), '', '', gen_random_uuid(),
    ('00000000-0000-0000-0003-' || lpad((n %% %(actors)s)::text, 12, '0'))::uuid, 'Person ' || n %% %(actors)s, 'Coder',
    CASE WHEN n %% 10 = 0 THEN 'coding.worklist_viewed' ELSE 'chart.viewed' END, 'read', 'done', 'coding', 'web', '127.0.0.1',
    '{1}', CASE WHEN n %% 10 = 0 THEN ARRAY(
        SELECT ('00000000-0000-0000-0004-' || lpad(((n + k) %% %(patients)s)::text, 12, '0'))::uuid
        FROM generate_series(0, 19) AS k)
    ELSE ARRAY[('00000000-0000-0000-0004-' || lpad(
        ((n %% %(actors)s * 100 + n / %(actors)s %% 100) %% %(patients)s)::text, 12, '0'))::uuid] END,
    'patient', '', '{}'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""


def fill(first: int, number: int) -> None:
    """Synthetic events through the writer's own role."""
    import psycopg
    from django.conf import settings

    values = {"actors": ACTORS, "patients": PATIENTS}
    with psycopg.connect(settings.AUDIT_DATABASE_URL, autocommit=True) as connection:
        for start in range(first, first + number, CHUNK):
            last = min(start + CHUNK, first + number) - 1
            connection.execute(MANY, {**values, "first": start, "last": last})


def main() -> int:
    """Fill, watch, measure, print."""
    import django

    django.setup()
    from django.db import transaction

    from audit.monitoring.watching import watch_all
    from hims.demo.week_run import run

    watch_all(seconds=3600)
    fill(1, EVENTS)
    print(f"{EVENTS:,} events written", file=sys.stderr)
    started = time.perf_counter()
    done = watch_all(seconds=7200)
    taken = time.perf_counter() - started
    rounds = []
    for turn in range(ROUNDS):
        fill(EVENTS + 1 + turn * MINUTE, MINUTE)
        started = time.perf_counter()
        watch_all()
        rounds.append(1000 * (time.perf_counter() - started))
    with transaction.atomic():
        week = run(last=WEEK_ENDS)
        transaction.set_rollback(True)
    print(
        json.dumps(
            {
                "events": done.events,
                "accesses": done.accesses,
                "watch_s": round(taken, 1),
                "events_per_s": round(done.events / taken),
                "minute_ms": round(statistics.quantiles(rounds, n=20)[-1], 1),
                "week": week.as_dict(),
            }
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
