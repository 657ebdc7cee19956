"""The Celery tasks: run one job, sweep what was left, show that we live."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hims.jobs.models import Heartbeat, Job, JobState
from hims.jobs.queue import REGISTRY, ring

log = logging.getLogger("hims.jobs")
MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=330)
SWEEP_AFTER = timedelta(seconds=15)


@shared_task(name="hims.jobs.run")
def run_job(job_id: str) -> None:
    """Do one job unless it is done, or another worker holds its lease."""
    if not _take(job_id):
        return
    try:
        with transaction.atomic():
            row = Job.objects.select_for_update().get(pk=job_id)
            if row.state != JobState.PENDING:
                return
            row.result = dict(REGISTRY[row.name](row))
            row.state, row.done_at, row.error = JobState.DONE, timezone.now(), ""
            row.save(update_fields=["result", "state", "done_at", "error"])
    except Exception as error:
        _failed(job_id, error)
        raise


def _take(job_id: str) -> bool:
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, state=JobState.PENDING, attempts__lt=MAX_ATTEMPTS).update(
        leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return bool(taken)


def _failed(job_id: str, error: Exception) -> None:
    """Free the lease; after the last attempt the job is set aside. The error's class is kept, not its text."""
    log.error("job %s failed with %s", job_id, type(error).__name__)
    Job.objects.filter(pk=job_id, state=JobState.PENDING).update(leased_until=None, error=type(error).__name__)
    Job.objects.filter(pk=job_id, state=JobState.PENDING, attempts__gte=MAX_ATTEMPTS).update(state=JobState.DEAD)


@shared_task(name="hims.jobs.sweep")
def sweep() -> None:
    """Ring again for work nobody does: the broker lost it, or the worker died. Worker deaths count as attempts."""
    now = timezone.now()
    left = Job.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        state=JobState.PENDING,
        created_at__lt=now - SWEEP_AFTER,
    )
    left.filter(attempts__gte=MAX_ATTEMPTS).update(state=JobState.DEAD, error="WorkerLost")
    for job_id in left.order_by("created_at").values_list("pk", flat=True)[:1000]:
        ring(job_id)


@shared_task(name="hims.jobs.heartbeat")
def heartbeat() -> None:
    """Written by a worker when beat says so: both live."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
