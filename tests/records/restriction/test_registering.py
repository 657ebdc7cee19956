"""Registering or correcting a person who is there but hidden tells nothing and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from hims.lib.access import Role
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.registry.actions import NOT_NOW, PatientDetails, correct_patient, register_patient
from records.registry.models import MedicalRecordNumber, MrnCounter, Patient
from tests.clients import signed_in
from tests.factories import records as make
from tests.records.restriction.conftest import BORN, REAL, Hidden
from tests.trail import events_of

pytestmark = pytest.mark.django_db
SAME = PatientDetails(family_name=REAL, given_names="Ada", birth_date=BORN, sex="F")


@pytest.mark.parametrize("another_person", [False, True])
def test_registering_a_hidden_patient_gets_a_sentence_that_tells_nothing(
    another_person: bool, hidden: Hidden, specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        register_patient(by=specialist, facility=facility, details=SAME, another_person=another_person)
    assert (refused.value.message, refused.value.field) == (NOT_NOW, "")
    assert Patient.objects.count() == 1
    note = next(event for event in events_of(specialist) if event["event"] == "patient.registration_withheld")
    assert note["patient_ids"] == [hidden.patient.pk]
    assert (note["result"], note["facility_ids"]) == ("refused", [facility.pk])


def test_registering_somebody_known_at_another_house_only_gets_the_same_sentence(
    specialist: User, facility: Facility, other_facility: Facility
) -> None:
    make.patient(other_facility, family_name=REAL, given_names="Ada", birth_date=BORN)
    with pytest.raises(DomainError) as refused:
        register_patient(by=specialist, facility=facility, details=SAME)
    assert refused.value.message == NOT_NOW


def test_registering_somebody_in_reach_says_that_they_are_there(specialist: User, facility: Facility) -> None:
    register_patient(by=specialist, facility=facility, details=SAME)
    with pytest.raises(DomainError, match="already registered"):
        register_patient(by=specialist, facility=facility, details=SAME)
    assert register_patient(by=specialist, facility=facility, details=SAME, another_person=True).distinction == 1


def test_correcting_a_name_to_that_of_a_hidden_patient_tells_nothing(
    hidden: Hidden, specialist: User, facility: Facility
) -> None:
    other = register_patient(by=specialist, facility=facility, details=replace(SAME, family_name="Okafor"))
    with pytest.raises(DomainError) as refused:
        correct_patient(by=specialist, patient=other, details=SAME)
    assert refused.value.message == NOT_NOW


def test_page_shows_the_sentence_and_no_error(hidden: Hidden, specialist: User, facility: Facility) -> None:
    browser = signed_in(specialist)
    browser.post(reverse("records:patient_search"), {"text": REAL})
    data = {
        "family_name": REAL,
        "given_names": "Ada",
        "birth_date": BORN.isoformat(),
        "sex": "F",
        "facility": facility.pk,
    }
    answer = browser.post(reverse("records:register"), data)
    assert answer.status_code == 422
    assert NOT_NOW in answer.content.decode()
    assert hidden.mrn not in answer.content.decode()


def test_number_that_a_hidden_patient_holds_is_passed_over(
    hidden: Hidden, specialist: User, facility: Facility
) -> None:
    MrnCounter.objects.update_or_create(facility=facility, defaults={"next_value": 5})
    MedicalRecordNumber.objects.filter(patient=hidden.patient).update(value=f"{facility.code}-5")
    details = PatientDetails(family_name="Okafor", given_names="Ruth", birth_date=date(1958, 3, 9), sex="F")
    patient = register_patient(by=specialist, facility=facility, details=details)
    assert patient.mrns.get().value == f"{facility.code}-6"


def test_scheduler_who_registers_learns_nothing_either(
    hidden: Hidden, person: Callable[..., User], facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        register_patient(by=person("irene", Role.SCHEDULER, facility), facility=facility, details=SAME)
    assert refused.value.message == NOT_NOW
