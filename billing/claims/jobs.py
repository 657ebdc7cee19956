"""Background work of billing; each is safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from audit.walls import standing_for
from billing.claims.actions.claim import refresh_accounts
from billing.claims.actions.export import JOB as EXPORT
from billing.claims.actions.export import export_claims, request_export
from billing.claims.refresh import JOB as REFRESH
from hims.jobs.models import Job, JobState
from hims.jobs.queue import job
from hims.jobs.tasks import run_job
from hims.staff.models import Facility
from hims.staff.selectors import system_user, user_by_id
from records.encounters.models import Encounter


@job(REFRESH)
def refresh_accounts_job(row: Job) -> Mapping[str, Any]:
    """payload: {"encounter_ids": [...]}; the work of the system, since who coded need not be one who bills."""
    ids = [UUID(each) for each in row.payload["encounter_ids"]]
    by = system_user()
    accounts = claims = 0
    with standing_for(by):
        facilities = list(Facility.objects.filter(pk__in=Encounter.objects.filter(pk__in=ids).values("facility")))
    for facility in facilities:
        done = refresh_accounts(by=by, facility=facility, encounter_ids=ids)
        accounts += done.accounts
        claims += done.claims
    return {"accounts": accounts, "claims": claims}


@job(EXPORT)
def export_job(row: Job) -> Mapping[str, Any]:
    """payload: {"facility_id": n, "part": n}; done by the person who asked, within that person's reach.

    What one run does not take is asked for again, as the next part of the same batch.
    """
    facility, by = Facility.objects.get(pk=row.payload["facility_id"]), user_by_id(row.actor_id)
    done = export_claims(by=by, facility=facility)
    if done.more and row.batch:
        request_export(by=by, facility=facility, batch=row.batch, part=row.payload["part"] + 1)
    return {"exported": done.exported, "held": len(done.held), "files": [file.name for file in done.files]}


def finish_waiting() -> list[tuple[UUID, str]]:
    """Do the refreshes that wait for a worker, here and now; those that failed with the class of their error."""
    waiting = Job.objects.filter(name=REFRESH, state=JobState.PENDING).order_by("created_at")
    ids = list(waiting.values_list("pk", flat=True))
    for job_id in ids:
        run_job(str(job_id))
    failed = Job.objects.filter(pk__in=ids).exclude(state=JobState.DONE).exclude(error="")
    return list(failed.values_list("pk", "error"))
