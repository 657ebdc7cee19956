"""Sealing and verifying a million events, and a thousand tamperings. Run: ./run bench seals

Prints one JSON line: events, seal_seconds, verify_seconds (the best of three whole runs), verify_all (each run), ok, tamperings,
detected, localised (to the batch, at most 1,000 events), batch_ms (one batch checked alone), write_p50_ms and write_p95_ms (one
synced event).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

import psycopg
from django.conf import settings

from audit.seals.anchor import Anchor
from audit.seals.anchored import check_anchors
from audit.seals.keys import SealKey
from audit.seals.sealer import seal_trail
from audit.seals.verify import verify_seal, verify_trail
from audit.trail.enums import Category, Result, Source
from audit.trail.writer import Event, close_pools, write
from bench._tampering import WAYS, put_to_sleep
from hims.lib.ids import uuid7

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
TAMPERINGS = int(os.environ.get("BENCH_TAMPERINGS", "1000"))
CHUNK, WRITES = 50_000, 500
FILL = """
INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category,
    result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
SELECT gen_random_uuid(), clock_timestamp(), pg_current_xact_id(), '', '', gen_random_uuid(), gen_random_uuid(),
    'Person ' || n % 200, 'Coder', 'chart.viewed', 'read', 'done', 'coding', 'web', '127.0.0.1', '{1}',
    ARRAY[gen_random_uuid()], 'patient', '', jsonb_build_object('text', n)
FROM generate_series(1, CHUNK) AS n
"""


def fill() -> None:
    """Synthetic events through the writer's own role; the last chunk may be shorter."""
    with psycopg.connect(settings.AUDIT_DATABASE_URL, autocommit=True) as connection:
        for done in range(0, EVENTS, CHUNK):
            connection.execute(FILL.replace("CHUNK", str(min(CHUNK, EVENTS - done))).encode())
            print(f"{done + CHUNK:,} events", file=sys.stderr)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE audit_event")


def tamper(key: SealKey, anchor: Anchor, seals: int) -> dict[str, Any]:
    """Each way in turn on a random batch, looked at while it stands, then rolled back."""
    draw, detected, localised, times, missed = Random(1), 0, 0, [], set()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        put_to_sleep(owner)
        false = sum(bool(verify_seal(owner, draw.randrange(1, seals + 1), trusted=[key.public])) for _ in range(50))
        for number in range(TAMPERINGS):
            way = WAYS[number % len(WAYS)]
            with owner.transaction(force_rollback=True):
                no = way(owner, draw, draw.randrange(2, seals), key)
                began = time.perf_counter()
                found = verify_seal(owner, no, trusted=[key.public])
                times.append((time.perf_counter() - began) * 1000)
                found += check_anchors(owner, [anchor], [key.public])[0]
            detected += bool(found)
            if any(problem.seal == no or problem.kind == "inserted" for problem in found):
                localised += 1
            else:
                missed.add(way.__name__)
    return {
        "tamperings": TAMPERINGS, "detected": detected, "localised": localised, "missed": sorted(missed), "false_alarms": false,
        "batch_ms": round(statistics.median(times), 1),
    }  # fmt: skip


def write_times() -> list[float]:
    """Milliseconds of single synced events."""
    times = []
    for _ in range(WRITES):
        event = Event(request_id=uuid7(), actor_id=uuid7(), actor_name="bench", event="bench.written", category=Category.READ,
                      result=Result.DONE, source=Source.COMMAND, patient_ids=[uuid7()], facility_ids=[1])  # fmt: skip
        began = time.perf_counter()
        write([event])
        times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    key, folder = SealKey("11" * 32), Path(tempfile.mkdtemp(prefix="hims-bench-seals-"))
    anchor, address = Anchor(folder / "heads.jsonl"), settings.SEALER_DATABASE_URL
    fill()
    began = time.perf_counter()
    sealed = seal_trail(address, key=key, anchors=[anchor])
    seal_seconds = time.perf_counter() - began
    print(f"{sealed.events:,} events in {sealed.seals:,} seals, {seal_seconds:.1f} s", file=sys.stderr)
    times, reports = [], []
    for _ in range(3):
        began = time.perf_counter()
        reports.append(verify_trail(address, trusted=[key.public], anchors=[anchor]))
        times.append(round(time.perf_counter() - began, 2))
        print(f"verified in {times[-1]} s: {[each.as_json() for each in reports[-1].problems]}", file=sys.stderr)
    written = write_times()
    tampered = tamper(key, anchor, sealed.seals)
    print(
        json.dumps(
            {"events": reports[0].events, "seals": reports[0].seals, "seal_seconds": round(seal_seconds, 2),
             "verify_seconds": min(times), "verify_all": times, "ok": all(each.ok for each in reports), **tampered,
             "write_p50_ms": round(statistics.median(written), 2),
             "write_p95_ms": round(statistics.quantiles(written, n=20)[18], 2)}
        )
    )  # fmt: skip
    close_pools()


if __name__ == "__main__":
    main()
