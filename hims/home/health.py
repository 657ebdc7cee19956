"""The health of the parts: each check is quick, and tells a figure, never data."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection
from django.utils import timezone

from audit.seals.state import seal_state
from coding.codesets.models import CodeSetRelease
from hims.jobs.cache import redis_location
from hims.jobs.models import Heartbeat, Job, JobState

STALE = timedelta(seconds=60)
STARTED = time.monotonic()
START_SECONDS = 120
COUNTED_AT_MOST = 10_000
MIN_FREE_BYTES = 500 * 1024 * 1024


@dataclass
class Health:
    """parts: a short word or figure each. broken: names of those that must work and do not."""

    parts: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing that must work is broken."""
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.parts}


def health() -> Health:
    """Database, broker, worker and beat, disk, code sets, waiting and dead jobs, seal lag."""
    report = Health()
    for name, check in CHECKS.items():
        try:
            good, report.parts[name] = check()
        except (DatabaseFault, redis.RedisError, OSError, ValueError) as error:
            good, report.parts[name] = False, type(error).__name__
        if not good:
            report.broken.append(name)
    return report


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "ok"


def _broker() -> tuple[bool, str]:
    client = redis.Redis.from_url(redis_location(settings.REDIS_URL), socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping()), "ok"
    finally:
        client.close()


def _worker() -> tuple[bool, str]:
    """The worker writes a heartbeat when beat asks it to: a fresh one shows that both live."""
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None:
        starting = time.monotonic() - STARTED < START_SECONDS
        return starting, "starting" if starting else "never seen"
    age = timezone.now() - beat.at
    return age < STALE, "ok" if age < STALE else f"silent for {int(age.total_seconds())} s"


def _disk() -> tuple[bool, str]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return free > MIN_FREE_BYTES, f"{free // (1024 * 1024)} MB free"


def _code_sets() -> tuple[bool, str]:
    newest = CodeSetRelease.objects.filter(system="icd10cm").order_by("-effective_from").first()
    return newest is not None, newest.label if newest else "none loaded"


def _jobs() -> tuple[bool, dict[str, int]]:
    """Waiting and given up, each counted up to 10,000."""
    states = {"waiting": JobState.PENDING, "given_up": JobState.DEAD}
    return True, {name: Job.objects.filter(state=state)[:COUNTED_AT_MOST].count() for name, state in states.items()}


def _seal_lag() -> tuple[bool, str]:
    """Age of the oldest event without a seal; what is wrong with sealing, in a sentence."""
    state = seal_state()
    starting = time.monotonic() - STARTED < START_SECONDS
    return state.ok or starting, "; ".join(state.problems) or f"{int(state.lag_seconds)} s"


CHECKS: dict[str, Callable[[], tuple[bool, Any]]] = {
    "database": _database,
    "broker": _broker,
    "worker_and_beat": _worker,
    "disk": _disk,
    "code_sets": _code_sets,
    "jobs": _jobs,
    "seal_lag": _seal_lag,
}
