"""Asking for background work: `enqueue` writes the row, rings the bell on commit; `job` names the function that does it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from hims.jobs.models import Job

log = logging.getLogger("hims.jobs")
JobFunction = Callable[[Job], Mapping[str, Any]]
Surrounding = Callable[[], AbstractContextManager[Any]]
REGISTRY: dict[str, JobFunction] = {}
QUIET_SECONDS = 10.0
PUBLISH = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
_surroundings: list[Surrounding] = []
_quiet = {"until": 0.0}


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does the work `name`; it must be safe to run twice and returns counts."""

    def register(function: JobFunction) -> JobFunction:
        REGISTRY[name] = function
        return function

    return register


def surround(context: Surrounding) -> None:
    """Every job runs inside this context; an upper app uses it to name the job for the trail. Called when apps are ready."""
    if context not in _surroundings:
        _surroundings.append(context)


@contextmanager
def surroundings() -> Iterator[None]:
    """All contexts given to `surround`, for one job."""
    with ExitStack() as stack:
        for context in _surroundings:
            stack.enter_context(context())
        yield


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


def ring(job_id: UUID) -> bool:
    """Tell the workers; False when the broker is away: the sweeper will tell them later, so nothing is lost.

    After a failure the bell rests for ten seconds, so that a request with many jobs waits for the broker once at most.
    """
    from hims.jobs.tasks import run_job

    if time.monotonic() < _quiet["until"]:
        return False
    try:
        run_job.apply_async((str(job_id),), retry_policy=PUBLISH)
    except (run_job.OperationalError, OSError):
        _quiet["until"] = time.monotonic() + QUIET_SECONDS
        log.warning("broker away, job %s waits for the sweeper", job_id)
        return False
    return True
