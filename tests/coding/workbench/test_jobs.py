"""Background work of coding: what the worker finds in the registry does the work."""

from __future__ import annotations

import pytest

from coding import tasks
from coding.workbench.jobs import GROUP_CHUNK, OPEN_WORK
from coding.workbench.models import CodingRecord
from hims.jobs.models import JobState
from hims.jobs.queue import REGISTRY, enqueue
from hims.jobs.tasks import run_job
from hims.staff.models import Facility
from hims.staff.selectors import system_user
from records.encounters.models import Encounter
from records.encounters.signals import encounters_discharged
from tests.factories.records import encounter

pytestmark = pytest.mark.django_db


def test_registry_knows_the_work_of_coding_once_the_tasks_are_loaded() -> None:
    assert REGISTRY[OPEN_WORK] is tasks.open_work_job
    assert REGISTRY[GROUP_CHUNK] is tasks.group_chunk_job


def test_discharge_announced_opens_the_work_when_its_job_runs(facility: Facility) -> None:
    from hims.jobs.models import Job

    stay = encounter(facility)
    encounters_discharged.send(sender=Encounter, encounter_ids=[stay.pk], actor_id=system_user().pk)
    job = Job.objects.get(name=OPEN_WORK)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"created": 1, "updated": 0, "removed": 0})
    assert CodingRecord.objects.get().encounter == stay


def test_work_of_an_encounter_that_is_gone_does_nothing(facility: Facility) -> None:
    payload = {"encounter_ids": ["00000000-0000-7000-8000-000000000000"]}
    job = enqueue(OPEN_WORK, key="test", actor_id=system_user().pk, payload=payload)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.result == {"created": 0, "updated": 0, "removed": 0}
