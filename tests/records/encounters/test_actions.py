"""Writes of encounters: what they change, what they announce, what they refuse, two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from hims.jobs.models import Job
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.actions import Admission, admit, cancel, correct_discharge, discharge, move
from records.encounters.models import Encounter, EncounterLocation
from records.registry.models import MedicalRecordNumber, Patient
from tests.committed import at_once, committed, worker_at
from tests.factories import records as make
from tests.records.conftest import INPATIENT, NOON

__all__ = ["committed"]
LATER = NOON + timedelta(days=2)


def queued() -> list[str]:
    return sorted(Job.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_admission_sets_local_day_place_and_number(ruth: Patient, specialist: User, facility: Facility) -> None:
    evening = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)  # 22:30 on the ninth in Chicago
    stay = admit(by=specialist, patient=ruth, facility=facility, admission=replace(INPATIENT, admitted_at=evening))
    assert stay.admitted_on == date(2026, 3, 9)
    assert (stay.account_number, stay.status) == ("A500001", "in_progress")
    assert [str(place) for place in stay.locations.all()] == ["4 West"]
    assert "billing.refresh_accounts" in queued()


@pytest.mark.django_db
def test_first_admission_at_another_facility_gives_its_number(
    ruth: Patient, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    both = person("bo", Role.RECORDS_SPECIALIST, facility, other_facility)
    admit(by=both, patient=ruth, facility=other_facility, admission=INPATIENT)
    ruth.refresh_from_db()
    assert ruth.facility_ids == sorted([facility.pk, other_facility.pk])
    assert ruth.mrns.get(facility=other_facility).value == "LGS-1000001"


@pytest.mark.django_db
def test_admission_to_a_facility_without_the_right_is_refused(
    ruth: Patient, specialist: User, other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        admit(by=specialist, patient=ruth, facility=other_facility, admission=INPATIENT)
    assert Encounter.objects.count() == 0
    assert MedicalRecordNumber.objects.count() == 1


@pytest.mark.django_db
def test_admission_sent_twice_is_recorded_once(stay: Encounter, specialist: User, facility: Facility) -> None:
    with pytest.raises(DomainError, match="already recorded"):
        admit(by=specialist, patient=stay.patient, facility=facility, admission=INPATIENT)
    cancel(by=specialist, encounter=stay)
    again = admit(by=specialist, patient=stay.patient, facility=facility, admission=INPATIENT)
    assert again.account_number == "A500002"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"admitted_at": datetime(2999, 1, 1, tzinfo=UTC)}, "admitted_at"),
        ({"admitted_at": datetime(1958, 3, 8, 12, tzinfo=UTC)}, "admitted_at"),
        ({"service": "x" * 61}, "service"),
        ({"reason": "x" * 201}, "reason"),
        ({"unit": "x" * 61}, "unit"),
        ({"bed": "x" * 21}, "bed"),
        ({"admission_type": "12"}, "admission_type"),
    ],
)
def test_admission_that_cannot_be_is_refused_and_leaves_nothing(
    change: dict[str, object], field: str, ruth: Patient, specialist: User, facility: Facility
) -> None:
    admission = Admission(**{**INPATIENT.__dict__, **change})
    with pytest.raises(DomainError) as refused:
        admit(by=specialist, patient=ruth, facility=facility, admission=admission)
    assert refused.value.field == field
    assert Encounter.objects.count() == 0
    assert queued() == []


@pytest.mark.django_db
def test_move_closes_the_place_before(stay: Encounter, specialist: User) -> None:
    move(by=specialist, encounter=stay, unit="ICU", room="2", bed="A", at=LATER)
    assert [(str(place), place.to_at) for place in stay.locations.all()] == [("4 West", LATER), ("ICU 2 A", None)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "at", "field"),
    [
        ("\x00", LATER, "unit"),
        ("ICU", NOON - timedelta(hours=1), "at"),
        ("ICU", datetime(2999, 1, 1, tzinfo=UTC), "at"),
    ],
)
def test_move_that_cannot_be_is_refused(unit: str, at: datetime, field: str, stay: Encounter, specialist: User) -> None:
    with pytest.raises(DomainError) as refused:
        move(by=specialist, encounter=stay, unit=unit, at=at)
    assert refused.value.field == field
    assert EncounterLocation.objects.count() == 1


@pytest.mark.django_db
def test_discharge_ends_the_stay_and_queues_work_for_coding_and_billing(stay: Encounter, specialist: User) -> None:
    Job.objects.all().delete()
    midnight = datetime(2026, 3, 12, 4, 59, tzinfo=UTC)  # 23:59 on the eleventh in Chicago
    discharge(by=specialist, encounter=stay, discharged_at=midnight, discharge_disposition="01")
    stay.refresh_from_db()
    assert (stay.status, stay.discharged_on) == ("discharged", date(2026, 3, 11))
    assert stay.locations.get().to_at == midnight
    assert queued() == ["billing.refresh_accounts", "coding.open_work", "records.keep_grants"]


@pytest.mark.django_db
def test_discharge_keeps_what_others_changed_meanwhile(stay: Encounter, specialist: User) -> None:
    stale = Encounter.objects.get(pk=stay.pk)
    Encounter.objects.filter(pk=stay.pk).update(service="Neurology")
    discharge(by=specialist, encounter=stale, discharged_at=LATER, discharge_disposition="01")
    stay.refresh_from_db()
    assert (stay.status, stay.service) == ("discharged", "Neurology")


@pytest.mark.django_db
def test_discharge_before_the_last_move_is_refused(stay: Encounter, specialist: User) -> None:
    move(by=specialist, encounter=stay, unit="ICU", at=LATER)
    with pytest.raises(DomainError, match="last move"):
        discharge(by=specialist, encounter=stay, discharged_at=LATER - timedelta(hours=1), discharge_disposition="01")
    stay.refresh_from_db()
    assert stay.status == "in_progress"


@pytest.mark.django_db
def test_discharge_of_a_page_opened_long_ago_is_refused(stay: Encounter, specialist: User) -> None:
    stale = Encounter.objects.get(pk=stay.pk)
    discharge(by=specialist, encounter=stay, discharged_at=LATER, discharge_disposition="01")
    Job.objects.all().delete()
    acts: list[Callable[[], object]] = [
        lambda: discharge(by=specialist, encounter=stale, discharged_at=timezone.now(), discharge_disposition="20"),
        lambda: cancel(by=specialist, encounter=stale),
        lambda: move(by=specialist, encounter=stale, unit="ICU", at=LATER),
    ]
    for act in acts:
        with pytest.raises(DomainError, match="in house"):
            act()
    stay.refresh_from_db()
    assert (stay.status, stay.discharge_disposition) == ("discharged", "01")
    assert queued() == []


@pytest.mark.django_db
def test_corrected_discharge_moves_the_end_and_announces_it(stay: Encounter, specialist: User) -> None:
    discharge(by=specialist, encounter=stay, discharged_at=LATER, discharge_disposition="01")
    Job.objects.all().delete()
    other = LATER + timedelta(days=1)
    correct_discharge(by=specialist, encounter=stay, discharged_at=other, discharge_disposition="03")
    stay.refresh_from_db()
    assert (stay.discharged_on, stay.discharge_disposition) == (date(2026, 3, 12), "03")
    assert stay.locations.get().to_at == other
    assert "billing.refresh_accounts" in queued()


@pytest.mark.django_db
def test_correction_of_a_discharge_that_did_not_happen_is_refused(stay: Encounter, specialist: User) -> None:
    with pytest.raises(DomainError, match="not been discharged"):
        correct_discharge(by=specialist, encounter=stay, discharged_at=LATER, discharge_disposition="01")


@pytest.mark.django_db
def test_cancelling_an_encounter_with_documents_is_refused(note: Document, stay: Encounter, specialist: User) -> None:
    with pytest.raises(DomainError, match="Documents"):
        cancel(by=specialist, encounter=stay)
    stay.refresh_from_db()
    assert stay.status == "in_progress"


@pytest.mark.django_db
def test_encounter_managed_without_right_or_out_of_reach_is_refused(
    stay: Encounter, coder: User, person: Callable[..., User], other_facility: Facility
) -> None:
    elsewhere = person("otto", Role.RECORDS_SPECIALIST, other_facility)
    for user, error in ((coder, AccessDenied), (elsewhere, NotVisible)):
        with pytest.raises(error):
            discharge(by=user, encounter=stay, discharged_at=LATER, discharge_disposition="01")
        with pytest.raises(error):
            cancel(by=user, encounter=stay)
    stay.refresh_from_db()
    assert stay.status == "in_progress"


def test_two_discharges_at_once_leave_one(committed: None) -> None:
    facility = make.facility()
    clerk = worker_at(facility)
    stay = make.encounter(facility, status="in_progress", discharged_at=None, discharge_disposition="")
    found = at_once(
        *[
            lambda disposition=disposition: discharge(
                by=User.objects.get(pk=clerk.pk), encounter=Encounter.objects.get(pk=stay.pk),
                discharged_at=timezone.now(), discharge_disposition=disposition,
            )
            for disposition in ("01", "20")
        ]
    )  # fmt: skip
    assert sorted(type(result).__name__ for result in found) == ["DomainError", "Encounter"]
    assert Job.objects.filter(name="coding.open_work").count() == 1


def test_one_admission_sent_twice_at_once_is_recorded_once(committed: None) -> None:
    facility = make.facility()
    clerk, patient = worker_at(facility), make.patient(facility)

    def send() -> Encounter:
        return admit(by=User.objects.get(pk=clerk.pk), patient=patient, facility=facility, admission=INPATIENT)

    found = at_once(send, send)
    assert sorted(type(result).__name__ for result in found) == ["DomainError", "Encounter"]
    assert Encounter.objects.count() == 1
