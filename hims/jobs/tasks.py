"""The Celery tasks: run one job, sweep what was left, show that we live."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hims.jobs.models import Heartbeat, Job, JobState
from hims.jobs.queue import REGISTRY, ring, surroundings

log = logging.getLogger("hims.jobs")
MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=330)
SWEEP_AFTER = timedelta(seconds=15)
RUNG_AT_MOST = 1000
# How long a job rests after its first, second, ... failure, so that a short outage does not use up its attempts.
RESTS = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


@shared_task(name="hims.jobs.run")
def run_job(job_id: str) -> None:
    """Do one job unless it is done, rests after a failure, or another worker holds its lease.

    A failure is kept on the row and logged; it is not raised again, since the message of an error may hold patient data.
    """
    if not _take(job_id):
        return
    try:
        with surroundings(), transaction.atomic():
            row = Job.objects.select_for_update().get(pk=job_id)
            if row.state != JobState.PENDING:
                return
            row.result = dict(REGISTRY[row.name](row))
            row.state, row.done_at, row.error = JobState.DONE, timezone.now(), ""
            row.leased_until = None
            row.save(update_fields=["result", "state", "done_at", "error", "leased_until"])
    except Exception as error:
        _failed(job_id, error)


def _take(job_id: str) -> bool:
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, state=JobState.PENDING, attempts__lt=MAX_ATTEMPTS).update(
        leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return bool(taken)


def _failed(job_id: str, error: Exception) -> None:
    """Let the job rest; after the last attempt it is set aside. The error's class is kept, not its text."""
    kind = type(error).__name__
    log.error("job %s failed with %s at %s", job_id, kind, _place(error))
    mine = Job.objects.filter(pk=job_id, state=JobState.PENDING)
    mine.update(error=kind)
    if mine.filter(attempts__gte=MAX_ATTEMPTS).update(state=JobState.DEAD, leased_until=None):
        return
    attempts = mine.values_list("attempts", flat=True).first() or 1
    mine.update(leased_until=timezone.now() + RESTS[min(attempts, len(RESTS)) - 1])


def _place(error: Exception) -> str:
    """Files and lines the error passed through, innermost first; no text of the error."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))


@shared_task(name="hims.jobs.sweep")
def sweep() -> None:
    """Ring again for work nobody does: the broker lost it, the worker died, or its rest is over. Deaths count as attempts."""
    now = timezone.now()
    left = Job.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        state=JobState.PENDING,
        created_at__lt=now - SWEEP_AFTER,
    )
    left.filter(attempts__gte=MAX_ATTEMPTS).update(state=JobState.DEAD, error="WorkerLost", leased_until=None)
    for job_id in left.order_by("created_at").values_list("pk", flat=True)[:RUNG_AT_MOST]:
        if not ring(job_id):
            break


@shared_task(name="hims.jobs.heartbeat")
def heartbeat() -> None:
    """Written by a worker when beat says so: both live."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
