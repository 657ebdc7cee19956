"""Reads of the workbench: order, pages, reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.models import CodingRecord
from coding.workbench.selectors import coding_for, records_to_group, worklist
from hims.lib.errors import AccessDenied, NotVisible
from hims.staff.models import Facility, User
from records.registry.models import Patient
from tests.factories.coding import coding_record
from tests.factories.records import document, encounter, provider
from tests.trail import events_of

pytestmark = pytest.mark.django_db


def test_worklist_pages_go_through_every_record_once_oldest_first(facility: Facility, coder: User) -> None:
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for days in (5, 1, 3, 3, 9):
        stay = encounter(facility, admitted_at=start, discharged_at=start + timedelta(days=days))
        coding_record(stay)
    seen: list[date | None] = []
    after = ""
    while True:
        page = worklist(by=coder, after=after, size=2)
        seen += [record.discharged_on for record in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert seen == [date(2026, 3, 1) + timedelta(days=days) for days in (1, 3, 3, 5, 9)]


def test_worklist_takes_open_work_unless_asked_otherwise(facility: Facility, coder: User) -> None:
    for status in ("uncoded", "in_progress", "finalized"):
        record = coding_record(encounter(facility))
        CodingRecord.objects.filter(pk=record.pk).update(status=status)
    counted = {status: len(worklist(by=coder, status=status).rows) for status in ("open", "uncoded", "finalized", "")}
    assert counted == {"open": 2, "uncoded": 1, "finalized": 1, "": 3}


def test_worklist_narrows_to_the_persons_facility_and_is_closed_to_billers(
    record: CodingRecord, other_facility: Facility, coder: User, outsider: User, biller: User
) -> None:
    elsewhere = coding_record(encounter(other_facility))
    assert worklist(by=coder).rows == [record]
    assert worklist(by=outsider).rows == [elsewhere]
    assert worklist(by=coder, facility_id=other_facility.pk).rows == []
    with pytest.raises(AccessDenied):
        worklist(by=biller)


def test_coding_of_a_confidential_patient_is_hidden_from_the_worklist_and_the_page(
    record: CodingRecord, coder: User
) -> None:
    Patient.objects.filter(pk=record.patient_id).update(confidential=True)
    assert worklist(by=coder).rows == []
    with pytest.raises(NotVisible):
        coding_for(by=coder, encounter_id=record.encounter_id)


def test_coding_holds_documents_titles_clinicians_and_edits(record: CodingRecord, coder: User) -> None:
    surgeon = provider("Lindqvist")
    document(record.encounter, author=surgeon, title="Operative report")
    add_diagnosis(by=coder, record=record, version=0, code="B9620", role="principal")
    add_diagnosis(by=coder, record=record, version=1, code="Z794")
    found = coding_for(by=coder, encounter_id=record.encounter_id)
    assert [each.title for each in found.documents] == ["Progress note", "Operative report"]
    assert found.clinicians == [surgeon]
    assert found.titles["icd10cm"] == {"B9620": "Title of B9620", "Z794": "Title of Z794"}
    assert found.coded.exempt == {"Z794"}
    assert found.coded.edits["B9620"] == ("UNACCEPTABLE_PDX",)
    last = events_of(coder)[-1]
    assert (last["event"], last["patient_ids"]) == ("coding.viewed", [record.patient_id])


def test_records_to_group_are_coded_inpatient_stays(record: CodingRecord, facility: Facility, coder: User) -> None:
    coding_record(encounter(facility))
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    assert records_to_group(by=coder) == [record.pk]
    assert records_to_group(by=coder, since=date(2026, 3, 15)) == []
