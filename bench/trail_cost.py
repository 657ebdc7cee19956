"""What the trail adds to a request. Run: ./run bench trail_cost

The same chart pages by turns with the trail as it is and with its writer put to sleep, in one process, each event synced to disk.
Prints one JSON line: requests, with_p50_ms, with_p95_ms, without_p50_ms, without_p95_ms, added_p50_ms, added_p95_ms (difference of
the two p95), events (written a request). BENCH_ROUNDS (400) sets how many requests of each kind.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

from django.contrib.auth.models import Group
from django.test import Client

from audit import gate
from audit.trail.models import AuditEvent
from audit.trail.writer import Event, close_pools
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from tests.factories.records import document, encounter, patient

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "400"))
BACKEND = "hims.staff.backend.StaffBackend"


def address() -> str:
    """The chart of a synthetic patient with five stays of four documents each."""
    house, _ = Facility.objects.get_or_create(pk=1, defaults={"code": "BENCH", "name": "Bench"})
    who = patient(house)
    for _ in range(5):
        stay = encounter(house, who)
        for _ in range(4):
            document(stay)
    return f"/patients/{who.pk}/"


def client() -> Client:
    user, _ = User.objects.get_or_create(username="bench.coder", defaults={"display_name": "Bench Coder"})
    Membership.objects.get_or_create(
        user=user, facility=Facility.objects.get(pk=1), role=Group.objects.get(name=Role.CODER.value)
    )
    made = Client(SERVER_NAME="localhost", raise_request_exception=True)
    made.force_login(user, backend=BACKEND)
    return made


@contextmanager
def asleep() -> Iterator[None]:
    """The gate writes nothing meanwhile."""

    def nothing(events: Sequence[Event]) -> None:
        return

    with mock.patch.object(gate, "write", nothing):
        yield


def one(by: Client, path: str) -> float:
    began = time.perf_counter()
    answer = by.get(path)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status_code
    return took


def p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[18], 2)


if __name__ == "__main__":
    from tests import walls

    walls.install()
    path, by = address(), client()
    for _ in range(20):
        one(by, path)
    before = AuditEvent.objects.using("owner").count()
    with_trail, without = [], []
    for _ in range(ROUNDS):
        with_trail.append(one(by, path))
        with asleep():
            without.append(one(by, path))
    written = AuditEvent.objects.using("owner").count() - before
    figures = {
        "requests": ROUNDS, "with_p50_ms": round(statistics.median(with_trail), 2), "with_p95_ms": p95(with_trail),
        "without_p50_ms": round(statistics.median(without), 2), "without_p95_ms": p95(without),
        "added_p50_ms": round(statistics.median(with_trail) - statistics.median(without), 2),
        "added_p95_ms": round(p95(with_trail) - p95(without), 2), "events": round(written / ROUNDS, 2),
    }  # fmt: skip
    print(json.dumps(figures))
    close_pools()
