"""The command that groups in batches: counts, reasons, and going on after an interruption."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coding.workbench import batch
from coding.workbench.models import CodedDiagnosis, CodingRecord, Grouping
from hims.jobs.models import Heartbeat, Job, JobState
from hims.jobs.tasks import run_job
from hims.staff.models import Facility
from hims.staff.selectors import system_user
from tests.factories.coding import coding_record
from tests.factories.records import encounter

pytestmark = pytest.mark.django_db


def command(*arguments: str) -> tuple[dict[str, Any], str, int]:
    """The last line as an object, what was told beside it, and the exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("group_encounters", *arguments, "--json", stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return json.loads(out.getvalue().splitlines()[-1]), err.getvalue(), code


def stays(facility: Facility, *days: datetime) -> list[UUID]:
    records = [
        coding_record(encounter(facility, admitted_at=day - timedelta(days=4), discharged_at=day)) for day in days
    ]
    CodedDiagnosis.objects.bulk_create(
        CodedDiagnosis(record=record, role="principal", sequence=1, code="I130", poa="Y") for record in records
    )
    return [record.pk for record in records]


@pytest.fixture
def five(facility: Facility, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Five good stays in chunks of two."""
    monkeypatch.setattr(batch, "CHUNK", 2)
    return stays(facility, *(datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 3, 4, 5)))


def test_command_groups_what_has_changed_and_says_how_many(five: list[UUID]) -> None:
    said, _, code = command()
    assert (said["grouped"], said["errors"], code) == (5, 0, 0)
    assert said["seconds"] >= 0
    versions = Grouping.objects.order_by("record__discharged_on").values_list("grouper_version", flat=True)
    assert list(versions) == [430, 430, 430, 431, 431]
    assert Job.objects.filter(name="coding.group_chunk", state=JobState.DONE).count() == 3
    CodedDiagnosis.objects.filter(record_id=five[4]).update(code="J189")
    assert command()[0]["grouped"] == 1
    assert command("--all")[0]["grouped"] == 5


def test_command_since_takes_later_discharges_only(five: list[UUID]) -> None:
    assert command("--since", "2026-04-01")[0]["grouped"] == 2
    assert set(Grouping.objects.values_list("record_id", flat=True)) == set(five[3:])


def test_command_lists_what_cannot_be_grouped_by_reason(facility: Facility, five: list[UUID]) -> None:
    stays(facility, datetime(2021, 5, 2, tzinfo=UTC), datetime(2021, 5, 2, tzinfo=UTC))
    said, told, code = command()
    assert (said["grouped"], said["errors"], code) == (5, 2, 1)
    assert "2 stays: No MS-DRG version covers a discharge on 2021-05-01" in told


def test_command_goes_on_where_it_was_interrupted(five: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def stops_after_one(job_id: str) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(job_id)
        run_job(job_id)

    monkeypatch.setattr(batch, "run_job", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        command("--all")
    assert Grouping.objects.count() == 2
    monkeypatch.setattr(batch, "run_job", run_job)
    before = {row.record_id: row.grouped_at for row in Grouping.objects.all()}
    said, told, _ = command("--all")
    assert said["grouped"] == 5
    assert "continuing" in told
    assert Job.objects.filter(name="coding.group_chunk").count() == 3
    assert {row.record_id: row.grouped_at for row in Grouping.objects.filter(record_id__in=before)} == before


def test_command_leaves_the_work_to_a_living_worker(five: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    rung: list[UUID] = []

    def worker(job_id: UUID) -> None:
        rung.append(job_id)
        run_job(str(job_id))

    monkeypatch.setattr(batch, "ring", worker)
    assert command()[0]["grouped"] == 5
    assert len(rung) == 3


def test_command_does_the_work_itself_when_the_worker_stays_silent(
    five: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    monkeypatch.setattr(batch, "ring", lambda _: None)
    monkeypatch.setattr(batch, "PATIENCE_SECONDS", 0.0)
    assert command()[0]["grouped"] == 5


@pytest.mark.parametrize(("seconds", "lives"), [(10, True), (90, False)])
def test_worker_lives_by_its_heartbeat(seconds: int, lives: bool, db: None) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=seconds))
    assert batch.worker_lives() is lives


def test_chunk_given_up_makes_the_command_fail(five: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    run = batch.plan(five, actor_id=system_user().pk, anew=False, since=None)
    Job.objects.filter(key__endswith=":0").update(state=JobState.DEAD)
    said, told, code = command()
    assert (said["grouped"], code) == (3, 1)
    assert "1 chunks: given up" in told
    assert batch.tally(run).dead == 1


def test_chunk_that_fails_is_told_and_tried_again_by_the_same_command(
    five: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr("coding.workbench.jobs.group_records", broken)
        said, told, code = command()
    assert (said["grouped"], code) == (0, 1)
    assert "3 chunks: not done" in told
    assert command()[0]["grouped"] == 5
    assert Job.objects.filter(name="coding.group_chunk").count() == 3


def test_command_with_a_wrong_day_is_wrong_usage(db: None) -> None:
    with pytest.raises(CommandError, match="wants a date") as wrong:
        call_command("group_encounters", "--since", "yesterday")
    assert wrong.value.returncode == 2


def test_outpatient_and_uncoded_records_are_left_alone(facility: Facility) -> None:
    coding_record(encounter(facility))
    visit = coding_record(encounter(facility, encounter_class="emergency"))
    CodedDiagnosis.objects.create(record=visit, role="principal", sequence=1, code="R079")
    said, _, code = command()
    assert (said["grouped"], said["errors"], code) == (0, 0, 0)
    assert not CodingRecord.objects.filter(grouping__isnull=False).exists()
