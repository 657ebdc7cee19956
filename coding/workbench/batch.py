"""A grouping run as jobs: planned once, done by workers or in this process, continued after an interruption."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from coding.workbench.jobs import GROUP_CHUNK
from hims.jobs.models import Heartbeat, Job, JobState
from hims.jobs.queue import ring
from hims.jobs.tasks import run_job
from hims.lib.ids import uuid7

CHUNK = 1000
WORKER_SILENT = timedelta(seconds=60)
PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Run:
    """One request: the jobs of a batch; continued when an earlier one was interrupted."""

    batch: UUID
    chunks: int
    continued: bool = False


@dataclass
class Tally:
    """What the chunks of a run did together.

    errors: stays that cannot be grouped, by reason. left: chunks that failed and wait for another try; dead: those given up.
    """

    grouped: int = 0
    unchanged: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    left: int = 0
    dead: int = 0


def unfinished(*, anew: bool, since: date | None) -> Run | None:
    """The newest run with the same options that still has waiting chunks; they are free to be taken at once.

    A lease left by a process that died, or a rest after a failure, need not be waited for: whoever still works on a chunk
    holds its row, and the second one finds it done.
    """
    asked = {"payload__anew": anew, "payload__since": since.isoformat() if since else None}
    waiting = Job.objects.filter(name=GROUP_CHUNK, state=JobState.PENDING, batch__isnull=False, **asked)
    newest = waiting.order_by("-created_at").first()
    if newest is None or newest.batch is None:
        return None
    waiting.filter(batch=newest.batch).update(leased_until=None, attempts=0)
    return Run(newest.batch, Job.objects.filter(batch=newest.batch).count(), continued=True)


def plan(record_ids: Sequence[UUID], *, actor_id: UUID, anew: bool, since: date | None) -> Run:
    """The chunks as waiting jobs, all or none; nobody is told yet."""
    batch = uuid7()
    pieces = [record_ids[start : start + CHUNK] for start in range(0, len(record_ids), CHUNK)]
    Job.objects.bulk_create(
        [
            Job(
                name=GROUP_CHUNK, key=f"{GROUP_CHUNK}:{batch}:{number}", batch=batch, actor_id=actor_id,
                payload={
                    "record_ids": [str(each) for each in piece], "anew": anew,
                    "since": since.isoformat() if since else None,
                },
            )
            for number, piece in enumerate(pieces)
        ],
        batch_size=100,
    )  # fmt: skip
    return Run(batch, len(pieces))


def worker_lives() -> bool:
    """True when a worker has shown itself within the last minute."""
    return Heartbeat.objects.filter(name="worker", at__gte=timezone.now() - WORKER_SILENT).exists()


def done_here(run: Run) -> Iterator[UUID]:
    """Do the waiting chunks in this process, one after the other; yields each when it is done."""
    for job_id in _waiting(run):
        run_job(str(job_id))
        yield job_id


def done_by_workers(run: Run) -> Iterator[UUID]:
    """Ring for the waiting chunks and yield each as workers finish it; when nothing moves, do the rest here."""
    left = set(_waiting(run))
    for job_id in left:
        ring(job_id)
    moved_at = time.monotonic()
    while left:
        waiting = set(_waiting(run))
        for job_id in left - waiting:
            moved_at = time.monotonic()
            yield job_id
        left &= waiting
        if left and time.monotonic() - moved_at > PATIENCE_SECONDS:
            yield from done_here(run)
            return
        time.sleep(POLL_SECONDS if left else 0)


def tally(run: Run) -> Tally:
    """The results of all chunks of the run."""
    total = Tally()
    for state, result in Job.objects.filter(batch=run.batch).values_list("state", "result"):
        total.left += state == JobState.PENDING
        total.dead += state == JobState.DEAD
        total.grouped += result.get("grouped", 0)
        total.unchanged += result.get("unchanged", 0)
        total.errors.update(result.get("errors", {}))
    return total


def _waiting(run: Run) -> list[UUID]:
    rows = Job.objects.filter(batch=run.batch, state=JobState.PENDING)
    return list(rows.order_by("created_at", "id").values_list("pk", flat=True))
