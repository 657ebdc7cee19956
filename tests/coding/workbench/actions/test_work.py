"""The worklist follows the encounters; stays are grouped in batches."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.actions.work import group_records, open_work
from coding.workbench.models import CodedDiagnosis, CodingRecord, Grouping
from hims.lib.errors import AccessDenied
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter
from tests.factories.coding import admitted_for, coding_record
from tests.factories.records import encounter
from tests.trail import events_of

pytestmark = pytest.mark.django_db


def opened(*encounters: Encounter) -> tuple[int, int, int]:
    done = open_work(by=system_user(), encounter_ids=[each.pk for each in encounters])
    return done.created, done.updated, done.removed


def test_discharged_encounter_gets_one_record_however_often_it_is_announced(facility: Facility) -> None:
    stay = encounter(facility)
    in_house = encounter(facility, status="in_progress", discharged_at=None, discharge_disposition="")
    assert opened(stay, in_house) == (1, 0, 0)
    assert opened(stay, in_house) == (0, 0, 0)
    record = CodingRecord.objects.get()
    assert (record.encounter, record.patient_id, record.facility) == (stay, stay.patient_id, facility)
    assert (record.encounter_class, record.discharged_on, record.status) == ("inpatient", date(2026, 3, 14), "uncoded")


def test_corrected_discharge_is_followed_and_groups_open_coding_anew(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    stay = record.encounter
    stay.discharged_at = datetime(2026, 4, 2, 16, tzinfo=UTC)
    stay.save()
    assert opened(stay) == (0, 1, 0)
    record.refresh_from_db()
    assert (record.discharged_on, record.grouping.grouper_version) == (date(2026, 4, 2), 431)


def test_finalized_coding_keeps_its_answer_when_the_discharge_is_corrected(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    admitted_for(record)
    finalize(by=coder, record=record, version=1)
    stay = record.encounter
    stay.discharged_at = datetime(2026, 4, 2, 16, tzinfo=UTC)
    stay.save()
    opened(stay)
    assert Grouping.objects.get().grouper_version == 430


def test_cancelled_encounter_without_coding_leaves_the_worklist(
    record: CodingRecord, facility: Facility, coder: User
) -> None:
    kept = coding_record(encounter(facility))
    add_diagnosis(by=coder, record=kept, version=0, code="I130")
    Encounter.objects.update(status="cancelled")
    assert opened(record.encounter, kept.encounter) == (0, 0, 1)
    assert list(CodingRecord.objects.all()) == [kept]


def test_opening_work_is_not_for_everyone(biller: User) -> None:
    with pytest.raises(AccessDenied):
        open_work(by=biller, encounter_ids=[])


@pytest.fixture
def three(facility: Facility, codes: None) -> list[UUID]:
    """Coded by a feed, not grouped: two good stays and one before every grouper version."""
    began, ended = datetime(2021, 3, 9, tzinfo=UTC), datetime(2021, 3, 14, tzinfo=UTC)
    old = encounter(facility, admitted_at=began, discharged_at=ended)
    records = [coding_record(stay) for stay in (encounter(facility), encounter(facility), old)]
    CodedDiagnosis.objects.bulk_create(
        CodedDiagnosis(record=record, role="principal", sequence=1, code="I130", poa="Y") for record in records
    )
    return [record.pk for record in records]


def test_batch_groups_stores_marks_and_counts_what_it_cannot_group(three: list[UUID]) -> None:
    done = group_records(by=system_user(), record_ids=three)
    assert (done.grouped, done.unchanged, sum(done.errors.values())) == (2, 0, 1)
    assert next(iter(done.errors)).startswith("No MS-DRG version covers a discharge on 2021-03-1")
    rows = Grouping.objects.order_by("record_id")
    assert [(row.record_id, row.final_drg, row.grouper_version) for row in rows] == [
        (three[0], "293", 430), (three[1], "293", 430),
    ]  # fmt: skip
    assert rows[0].marks["diagnoses"][0]["code"] == "I130"


def test_batch_does_only_what_has_changed_unless_asked(three: list[UUID]) -> None:
    group_records(by=system_user(), record_ids=three)
    CodedDiagnosis.objects.filter(record_id=three[0]).update(code="J189")
    again = group_records(by=system_user(), record_ids=three)
    assert (again.grouped, again.unchanged) == (1, 1)
    assert group_records(by=system_user(), record_ids=three, anew=True).grouped == 2


def test_batch_removes_the_answer_of_what_can_no_longer_be_grouped(three: list[UUID]) -> None:
    group_records(by=system_user(), record_ids=three)
    CodedDiagnosis.objects.filter(record_id=three[0]).delete()
    assert sum(group_records(by=system_user(), record_ids=three).errors.values()) == 2
    assert not Grouping.objects.filter(record_id=three[0]).exists()


def test_batch_needs_as_many_statements_for_three_as_for_two(three: list[UUID]) -> None:
    def statements(ids: list[UUID]) -> int:
        with CaptureQueriesContext(connection) as seen:
            group_records(by=system_user(), record_ids=ids, anew=True)
        return len(seen)

    assert statements(three) == statements(three[1:])


def test_batch_agrees_with_the_workbench(record: CodingRecord, coder: User) -> None:
    for version, code in enumerate(("I130", "I5023", "N1832")):
        add_diagnosis(by=coder, record=record, version=version, code=code, poa="Y")
    interactive = Grouping.objects.get()
    assert group_records(by=system_user(), record_ids=[record.pk]).unchanged == 1
    group_records(by=system_user(), record_ids=[record.pk], anew=True)
    batch = Grouping.objects.get()
    assert (batch.final_drg, batch.marks, batch.digest) == (
        interactive.final_drg, interactive.marks, interactive.digest,
    )  # fmt: skip


def test_batch_leaves_one_event_with_its_patients(three: list[UUID]) -> None:
    group_records(by=system_user(), record_ids=three)
    last = events_of(system_user())[-1]
    patients = set(CodingRecord.objects.values_list("patient_id", flat=True))
    assert (last["event"], last["result"]) == ("coding.batch_grouped", "done")
    assert last["patient_ids"] == sorted(patients)
