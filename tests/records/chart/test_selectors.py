"""The chart: the same number of queries for one row and for three, nothing of a facility out of reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.authority import forget_authority
from audit.trail.models import AuditEvent
from hims.lib.access import Role
from hims.lib.errors import DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.chart.presenters import chart_context
from records.chart.selectors import ENTRIES_AT_MOST, LISTS, patient_chart
from records.documents.selectors import search_chart
from records.encounters.models import Encounter
from records.registry.models import Coverage, MedicalRecordNumber, Patient, Payer
from tests.factories import records as make
from tests.trail import events_of

pytestmark = pytest.mark.django_db
KINDS = (Problem, Allergy, Medication, Observation, ProcedureEntry, Immunization)


def fill(patient: Patient, facility: Facility, number: int) -> Encounter:
    """One more row of everything."""
    stay = make.encounter(facility, patient, attending=make.provider(f"Reyes{number}"))
    make.document(stay, "Heart failure.", author=make.provider(f"Lind{number}"))
    payer = Payer.objects.create(code=f"P{facility.code}{number}", name="Prairie", electronic_id="P")
    Coverage.objects.create(patient=patient, payer=payer, member_id=str(number), rank=number)
    for kind in KINDS:
        kind.objects.create(
            patient=patient, encounter=stay, facility=facility, display=f"{kind.__name__} {facility.code}",
            effective_at=make.ADMITTED_AT + timedelta(hours=number),
        )  # fmt: skip
    return stay


def queries_of(act: Callable[[], Any], user: User) -> int:
    """Of the second time: the first one also fills caches that outlive the request."""
    act()
    forget_authority(user)
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_chart_with_three_rows_of_everything_takes_the_queries_of_one(coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    counts = []
    for number in (1, 2, 3):
        fill(patient, facility, number)
        counts.append(
            queries_of(
                lambda: chart_context(patient_chart(by=coder, patient_id=patient.pk), today=make.ADMITTED_AT.date()),
                coder,
            )
        )
    assert len(set(counts)) == 1
    assert counts[0] <= 20


def test_chart_leaves_out_what_belongs_to_a_facility_out_of_reach(
    coder: User, facility: Facility, other_facility: Facility, person: Any
) -> None:
    patient = make.patient(facility)
    MedicalRecordNumber.objects.create(patient=patient, facility=other_facility, value="LGS-SECRET")
    here = fill(patient, facility, 1)
    there = fill(patient, other_facility, 2)
    chart = patient_chart(by=coder, patient_id=patient.pk)
    assert chart.encounters.rows == [here]
    assert [document.encounter for document in chart.documents.rows] == [here]
    assert {entry.facility for rows in chart.entries.values() for entry in rows} == {facility}
    assert [number.facility for number in chart.patient.mrns.all()] == [facility]
    both = person("bo", Role.CODER, facility, other_facility)
    assert set(patient_chart(by=both, patient_id=patient.pk).encounters.rows) == {here, there}


def test_chart_shows_the_newest_entries_of_each_list(coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    for number in range(ENTRIES_AT_MOST + 2):
        Problem.objects.create(
            patient=patient, facility=facility, display=str(number),
            effective_at=make.ADMITTED_AT + timedelta(hours=number),
        )  # fmt: skip
    shown = patient_chart(by=coder, patient_id=patient.pk).entries["problems"]
    assert [entry.display for entry in shown] == [str(number) for number in range(ENTRIES_AT_MOST + 1, 1, -1)]


def test_chart_pages_go_on_where_they_ended(coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    stays = [
        make.encounter(facility, patient, admitted_at=make.ADMITTED_AT - timedelta(days=number)) for number in range(23)
    ]
    first = patient_chart(by=coder, patient_id=patient.pk)
    second = patient_chart(by=coder, patient_id=patient.pk, encounters_after=first.encounters.next_cursor)
    assert first.encounters.rows + second.encounters.rows == stays
    assert second.encounters.next_cursor == ""


def test_chart_with_a_damaged_cursor_is_refused(coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    with pytest.raises(DomainError):
        patient_chart(by=coder, patient_id=patient.pk, documents_after="garbage")


def test_chart_viewed_is_recorded_with_patient_and_facility(coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    event = events_of(coder)[-1]
    assert (event["patient_ids"], event["facility_ids"]) == ([patient.pk], [facility.pk])


def test_lists_of_the_chart_are_all_clinical_entries() -> None:
    assert set(LISTS.values()) == set(KINDS)


# --- Search inside the chart ---


def test_search_reads_the_newest_version_only(coder: User, facility: Facility) -> None:
    stay = make.encounter(facility)
    found = make.document(stay, "Atrial fibrillation noted.")
    changed = make.document(stay, "Atrial fibrillation suspected.")
    changed.versions.create(number=2, text="Sinus rhythm.", sha256="", patient_id=stay.patient_id)
    hits = search_chart(by=coder, patient_id=stay.patient_id, text="fibrillation")
    assert hits == [found]
    assert search_chart(by=coder, patient_id=stay.patient_id, text="sinus") == [changed]


@pytest.mark.parametrize(
    "text", ["", "  ", "\x00", "\u202e", "\ud800", "-", '"', "' OR 1=1", "((", "x" * 10_000, "the"]
)
def test_search_for_a_strange_text_finds_nothing_and_breaks_nothing(text: str, coder: User, facility: Facility) -> None:
    stay = make.encounter(facility)
    make.document(stay)
    assert search_chart(by=coder, patient_id=stay.patient_id, text=text) == []


def test_search_with_three_hits_takes_the_queries_of_one(coder: User, facility: Facility) -> None:
    stay = make.encounter(facility)
    counts = []
    for number in (1, 2, 3):
        make.document(stay, f"Heart failure {number}.", author=make.provider(f"Lind{number}"))
        counts.append(
            queries_of(lambda: search_chart(by=coder, patient_id=stay.patient_id, text="heart failure"), coder)
        )
    assert len(set(counts)) == 1


def test_search_in_a_chart_out_of_reach_says_that_there_is_none(outsider: User, facility: Facility) -> None:
    stay = make.encounter(facility)
    make.document(stay)
    for patient_id in (stay.patient_id, uuid7()):
        with pytest.raises(NotVisible):
            search_chart(by=outsider, patient_id=patient_id, text="heart")


def test_search_that_finds_nothing_names_its_patient(coder: User, facility: Facility) -> None:
    of = make.encounter(facility)
    assert search_chart(by=coder, patient_id=of.patient_id, text="nowhere") == []
    searched = AuditEvent.objects.filter(event="chart.searched", actor_id=coder.pk).latest("id")
    assert searched.patient_ids == [of.patient_id]
