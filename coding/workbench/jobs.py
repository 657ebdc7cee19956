"""Background work of coding; each is safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from coding.workbench.actions.work import group_records, open_work
from hims.jobs.models import Job
from hims.jobs.queue import job
from hims.staff.selectors import system_user

OPEN_WORK = "coding.open_work"
GROUP_CHUNK = "coding.group_chunk"


@job(OPEN_WORK)
def open_work_job(row: Job) -> Mapping[str, Any]:
    """payload: {"encounter_ids": [...]}."""
    done = open_work(by=system_user(), encounter_ids=[UUID(each) for each in row.payload["encounter_ids"]])
    return {"created": done.created, "updated": done.updated, "removed": done.removed}


@job(GROUP_CHUNK)
def group_chunk_job(row: Job) -> Mapping[str, Any]:
    """payload: {"record_ids": [...], "anew": bool}; the result counts what could not be grouped by reason."""
    record_ids = [UUID(each) for each in row.payload["record_ids"]]
    done = group_records(by=system_user(), record_ids=record_ids, anew=row.payload["anew"])
    return {"grouped": done.grouped, "unchanged": done.unchanged, "errors": dict(done.errors)}
