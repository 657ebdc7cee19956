"""Writes of the registry: duplicates, corrections, coverage, numbers under load."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps

from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.registry.actions import add_coverage, correct_patient, register_patient
from records.registry.models import Address, Coverage, MedicalRecordNumber, Patient, Payer, Phone
from tests.committed import at_once, committed, worker_at
from tests.factories import records as make
from tests.records.conftest import RUTH

__all__ = ["committed"]


@pytest.fixture
def payer(db: None) -> Payer:
    return Payer.objects.create(code="P1", name="Prairie Health", electronic_id="PRAIRIE1")


@pytest.mark.django_db
def test_registration_gives_the_next_number_of_the_facility(specialist: User, facility: Facility) -> None:
    first = register_patient(by=specialist, facility=facility, details=RUTH)
    second = register_patient(by=specialist, facility=facility, details=replace(RUTH, given_names="Rosa"))
    assert [patient.mrns.get().value for patient in (first, second)] == ["LGH-1000001", "LGH-1000002"]
    assert first.facility_ids == [facility.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("family_name", ["Okafor", "  okafor ", "\u00d3kafor", "Oka\u200bfor"])
def test_registration_of_the_same_person_is_refused_whatever_the_spelling(
    family_name: str, ruth: Patient, specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        register_patient(by=specialist, facility=facility, details=replace(RUTH, family_name=family_name))
    assert refused.value.field == "another_person"
    assert Patient.objects.get() == ruth
    assert MedicalRecordNumber.objects.count() == 1


@pytest.mark.django_db
def test_registration_confirmed_as_another_person_is_set_apart_each_time(
    ruth: Patient, specialist: User, facility: Facility
) -> None:
    twins = [
        register_patient(by=specialist, facility=facility, details=RUTH, another_person=True).distinction
        for _ in range(2)
    ]
    assert twins == [1, 2]


@pytest.mark.django_db
def test_registration_confirmed_without_need_is_an_ordinary_one(specialist: User, facility: Facility) -> None:
    made = register_patient(by=specialist, facility=facility, details=RUTH, another_person=True)
    assert made.distinction == 0


LONG: list[dict[str, Any]] = [
    {"family_name": "x" * 61}, {"family_name": "\ufb2c" * 30}, {"given_names": "x" * 61}, {"suffix": "x" * 11},
    {"language": "x" * 21}, {"city": "x" * 61}, {"state": "x" * 21}, {"postal_code": "1" * 11},
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", LONG)
def test_registration_with_a_text_too_long_is_refused_and_leaves_nothing(
    change: dict[str, Any], specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError, match="longer than"):
        register_patient(by=specialist, facility=facility, details=replace(RUTH, **change))
    assert Patient.objects.count() == 0


@pytest.mark.django_db
def test_birth_date_is_judged_by_the_day_at_the_facility(specialist: User, facility: Facility) -> None:
    """At 22:00 in Chicago it is tomorrow in UTC: that birth date is still in the future."""
    with time_machine.travel("2027-03-10T03:00:00Z", tick=False):
        tomorrow, today = date(2027, 3, 10), date(2027, 3, 9)
        with pytest.raises(DomainError, match="future"):
            register_patient(by=specialist, facility=facility, details=replace(RUTH, birth_date=tomorrow))
        register_patient(by=specialist, facility=facility, details=replace(RUTH, birth_date=today))


@pytest.mark.django_db
def test_birth_date_of_today_is_accepted_where_the_day_begins_earlier(specialist: User, facility: Facility) -> None:
    Facility.objects.update(time_zone="Pacific/Guam")
    facility.refresh_from_db()
    with time_machine.travel("2027-03-09T20:00:00Z", tick=False):
        made = register_patient(by=specialist, facility=facility, details=replace(RUTH, birth_date=date(2027, 3, 10)))
    assert made.birth_date == date(2027, 3, 10)


# --- Corrections ---


@pytest.mark.django_db
def test_correction_keeps_what_others_changed_meanwhile(
    ruth: Patient, specialist: User, other_facility: Facility
) -> None:
    MedicalRecordNumber.objects.create(patient=ruth, facility=other_facility, value="LGS-1")
    Patient.objects.filter(pk=ruth.pk).update(confidential=False, race="x")
    stale = Patient.objects.get(pk=ruth.pk)
    stale.facility_ids, stale.race = [ruth.facility_ids[0]], ""
    corrected = correct_patient(by=specialist, patient=stale, details=replace(RUTH, family_name="Okafor-Lind"))
    ruth.refresh_from_db()
    assert corrected.family_name == ruth.family_name == "Okafor-Lind"
    assert ruth.search_name == "okafor-lind ruth ann"
    assert len(ruth.facility_ids) == 2
    assert ruth.race == "x"


@pytest.mark.django_db
def test_correction_into_another_patient_is_refused_and_leaves_the_instance_alone(
    ruth: Patient, specialist: User, facility: Facility
) -> None:
    rosa = register_patient(by=specialist, facility=facility, details=replace(RUTH, given_names="Rosa"))
    with pytest.raises(DomainError) as refused:
        correct_patient(by=specialist, patient=rosa, details=RUTH)
    assert refused.value.field == "family_name"
    assert rosa.given_names == "Rosa"


@pytest.mark.django_db
def test_correction_of_the_address_keeps_the_former_one_and_other_kinds(ruth: Patient, specialist: User) -> None:
    home = replace(RUTH, address_line="1 Shore Road", city="Lakeside", state="IL", postal_code="60099", phone="5550100")
    Address.objects.create(patient=ruth, use="work", line="9 Mill Street")
    Phone.objects.create(patient=ruth, use="email", value="ruth@example.org")
    correct_patient(by=specialist, patient=ruth, details=home)
    correct_patient(by=specialist, patient=ruth, details=home)
    correct_patient(by=specialist, patient=ruth, details=replace(home, address_line="2 Hill Road", phone=""))
    places = sorted(ruth.addresses.values_list("use", "line"))
    assert places == [("home", "2 Hill Road"), ("old", "1 Shore Road"), ("work", "9 Mill Street")]
    assert list(ruth.phones.values_list("use", "value")) == [("email", "ruth@example.org")]


@pytest.mark.django_db
def test_correction_of_the_name_is_in_the_history(ruth: Patient, specialist: User) -> None:
    correct_patient(by=specialist, patient=ruth, details=replace(RUTH, family_name="Lind"))
    history: Any = apps.get_model("records", "PatientEvent")
    assert set(history.objects.filter(pgh_obj_id=ruth.pk).values_list("family_name", flat=True)) == {"Okafor", "Lind"}


@pytest.mark.django_db
def test_correction_without_right_or_out_of_reach_is_refused(
    ruth: Patient, coder: User, outsider: User, person: Any, other_facility: Facility
) -> None:
    elsewhere = person("otto", Role.RECORDS_SPECIALIST, other_facility)
    for user, error in ((coder, AccessDenied), (outsider, AccessDenied), (elsewhere, NotVisible)):
        with pytest.raises(error):
            correct_patient(by=user, patient=ruth, details=replace(RUTH, family_name="Lind"))
    ruth.refresh_from_db()
    assert ruth.family_name == "Okafor"


# --- Numbers and facilities ---


@pytest.mark.django_db
def test_facilities_of_a_patient_follow_the_numbers(
    ruth: Patient, facility: Facility, other_facility: Facility
) -> None:
    number = MedicalRecordNumber.objects.create(patient=ruth, facility=other_facility, value="LGS-7")
    ruth.refresh_from_db()
    assert ruth.facility_ids == sorted([facility.pk, other_facility.pk])
    twin = make.patient(facility)
    MedicalRecordNumber.objects.filter(pk=number.pk).update(patient=twin)
    ruth.refresh_from_db()
    twin.refresh_from_db()
    assert ruth.facility_ids == [facility.pk]
    assert twin.facility_ids == sorted([facility.pk, other_facility.pk])
    number.delete()
    twin.refresh_from_db()
    assert twin.facility_ids == [facility.pk]


# --- Coverage ---


@pytest.mark.django_db
def test_coverage_added_twice_or_at_a_taken_rank_is_refused(ruth: Patient, specialist: User, payer: Payer) -> None:
    add_coverage(by=specialist, patient=ruth, payer=payer, member_id=" M1 ")
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"member_id": "M1", "rank": 2}, "member_id"),
        ({"member_id": "M2", "rank": 1}, "rank"),
        ({"member_id": "\x00 "}, "member_id"),
        ({"member_id": "x" * 41, "rank": 2}, "member_id"),
        ({"member_id": "M3", "rank": 2, "relationship": "01"}, "subscriber_family_name"),
    ]
    for values, field in refusals:
        with pytest.raises(DomainError) as refused:
            add_coverage(by=specialist, patient=ruth, payer=payer, **values)
        assert refused.value.field == field
    assert Coverage.objects.get().member_id == "M1"


@pytest.mark.django_db
def test_coverage_of_a_spouse_keeps_the_subscriber(ruth: Patient, specialist: User, payer: Payer) -> None:
    made = add_coverage(
        by=specialist, patient=ruth, payer=payer, member_id="M1", relationship="01", subscriber_family_name="Okafor",
        subscriber_given_names="Daniel", subscriber_birth_date=date(1955, 1, 1), subscriber_sex="M",
        starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 1) + timedelta(days=364),
    )  # fmt: skip
    made.refresh_from_db()
    assert (made.subscriber_given_names, made.subscriber_sex) == ("Daniel", "M")


# --- Several people at once ---


def test_numbers_taken_by_several_people_at_once_never_repeat(committed: None) -> None:
    facility = make.facility()
    clerk = worker_at(facility)
    found = at_once(
        *[
            lambda name=name: register_patient(
                by=User.objects.get(pk=clerk.pk), facility=facility, details=replace(RUTH, given_names=name)
            )
            for name in ("Ada", "Bea", "Cleo", "Dora")
        ]
    )
    assert all(isinstance(patient, Patient) for patient in found)
    numbers = sorted(MedicalRecordNumber.objects.values_list("value", flat=True))
    assert numbers == [f"LGH-{number}" for number in range(1000001, 1000005)]


def test_same_person_registered_by_two_people_at_once_is_registered_once(committed: None) -> None:
    facility = make.facility()
    clerk = worker_at(facility)

    def register() -> Patient:
        return register_patient(by=User.objects.get(pk=clerk.pk), facility=facility, details=RUTH)

    found = at_once(register, register)
    assert sorted(type(result).__name__ for result in found) == ["DomainError", "Patient"]
    assert Patient.objects.count() == 1


def test_coverage_of_one_rank_added_by_two_people_at_once_is_added_once(committed: None) -> None:
    facility = make.facility()
    clerk, patient = worker_at(facility), make.patient(facility)
    payer = Payer.objects.create(code="P1", name="Prairie Health", electronic_id="PRAIRIE1")
    found = at_once(
        *[
            lambda member=member: add_coverage(
                by=User.objects.get(pk=clerk.pk), patient=patient, payer=payer, member_id=member
            )
            for member in ("M1", "M1", "M2")
        ]
    )
    assert sorted(type(result).__name__ for result in found) == ["Coverage", "DomainError", "DomainError"]
