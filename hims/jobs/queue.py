"""Asking for background work: `enqueue` writes the row, rings the bell on commit; `job` names the function that does it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from hims.jobs.models import Job

log = logging.getLogger("hims.jobs")
JobFunction = Callable[[Job], Mapping[str, Any]]
REGISTRY: dict[str, JobFunction] = {}


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does the work `name`; it must be safe to run twice and returns counts."""

    def register(function: JobFunction) -> JobFunction:
        REGISTRY[name] = function
        return function

    return register


def enqueue(name: str, *, key: str, actor_id: UUID, payload: Mapping[str, Any], batch: UUID | None = None) -> Job:
    """Ask for work inside the caller's transaction. The same key twice gives the first row back.

    payload: ids and options only (JSON), never patient data.
    """
    row, created = Job.objects.get_or_create(
        key=key, defaults={"name": name, "actor_id": actor_id, "payload": dict(payload), "batch": batch}
    )
    if created:
        transaction.on_commit(lambda: ring(row.pk))
    return row


def ring(job_id: UUID) -> None:
    """Tell the workers; when the broker is away the sweeper will tell them later, so nothing is lost."""
    from hims.jobs.tasks import run_job

    try:
        run_job.delay(str(job_id))
    except run_job.OperationalError:
        log.warning("broker away, job %s waits for the sweeper", job_id)
