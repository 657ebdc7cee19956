"""Writes the made-up hospital's patients and their work as real rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection

from audit.access.models import EmployeeChart
from billing.charges.enums import AccountState
from billing.charges.models import Account
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodingRecord
from hims.demo.profiles import GIVEN_NAMES
from hims.demo.week import Hospital, Stay, moment
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility
from records.encounters.enums import EncounterStatus, ProviderRole
from records.encounters.models import Encounter, EncounterProvider
from records.registry.enums import Restriction
from records.registry.models import Address, MedicalRecordNumber, Patient, Phone


def write_rows(hospital: Hospital) -> None:
    """Patients, encounters, coding and accounts of the hospital. Inside a transaction that sees its facility."""
    everything = [*hospital.stays, *hospital.old]
    rng, facility = hospital.rng, hospital.facility
    Patient.objects.bulk_create((_patient(hospital, stay) for stay in everything), batch_size=1000)
    Patient.objects.filter(pk__in=[stay.patient_id for stay in everything]).update(
        created_at=moment(hospital.first, 0) - timedelta(days=900)
    )
    MedicalRecordNumber.objects.bulk_create(
        MedicalRecordNumber(patient_id=stay.patient_id, facility=facility, value=f"SIM-{number}")
        for number, stay in enumerate(everything)
    )
    Encounter.objects.bulk_create((_encounter(facility, stay) for stay in everything), batch_size=1000)
    EncounterProvider.objects.bulk_create(
        EncounterProvider(
            encounter_id=stay.encounter_id, provider=rng.choice(hospital.staff[Role.PROVIDER]).provider,
            role=ProviderRole.CONSULTING,
        )
        for stay in hospital.stays[::3]
    )  # fmt: skip
    _addresses(hospital, everything)
    EmployeeChart.objects.bulk_create(
        EmployeeChart(user=worker.user, patient_id=worker.own_patient)
        for worker in hospital.everyone
        if worker.own_patient
    )
    _work(hospital)


def _patient(hospital: Hospital, stay: Stay) -> Patient:
    rng = hospital.rng
    made = Patient(
        pk=stay.patient_id, family_name=stay.surname, given_names=f"{rng.choice(GIVEN_NAMES['F'])} {stay.patient_id.hex[-6:]}",
        birth_date=date(1930, 1, 1) + timedelta(days=rng.randint(0, 30_000)), sex="F", confidential=stay.restricted,
        restriction=Restriction.VIP if stay.restricted else "",
        deceased_on=stay.discharged_at.date() if stay.deceased and stay.discharged_at else None,
    )  # fmt: skip
    made.search_name = made.folded_name()
    return made


def _encounter(facility: Facility, stay: Stay) -> Encounter:
    made = Encounter(
        pk=stay.encounter_id, patient_id=stay.patient_id, facility=facility, account_number=f"S{stay.encounter_id.hex[-12:]}",
        encounter_class="inpatient", admitted_at=stay.admitted_at, discharged_at=stay.discharged_at,
        status=EncounterStatus.DISCHARGED if stay.discharged_at else EncounterStatus.IN_PROGRESS,
        discharge_disposition="01" if stay.discharged_at else "", attending=stay.attending.provider,
    )  # fmt: skip
    made.set_local_dates()
    return made


def _addresses(hospital: Hospital, everything: Iterable[Stay]) -> None:
    """Every patient has a home of the own; relatives live with the member of staff."""
    homes, phones = [], []
    for number, stay in enumerate(everything):
        shared = stay.relative_of.own_patient if stay.relative_of else None
        key = shared or stay.patient_id
        homes.append(Address(patient_id=stay.patient_id, line=f"{key.hex[-8:]} Shore Road", postal_code="60099"))
        phones.append(Phone(patient_id=stay.patient_id, value=f"555{number:07}"))
    Address.objects.bulk_create(homes, batch_size=2000)
    Phone.objects.bulk_create(phones, batch_size=2000)


SUMMARY = """
INSERT INTO coding_codingsummary (id, encounter_id, patient_id, facility_id, number, final_drg, content, sha256, reason,
    finalized_by_id, finalized_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[], %s::smallint[], %s::text[], %s::jsonb[], %s::text[],
    %s::text[], %s::uuid[], %s::timestamptz[])
"""


def _work(hospital: Hospital) -> None:
    """Coding records, summaries of what was coded, accounts; visits planned ahead as grants."""
    left = [stay for stay in hospital.stays if stay.discharged_at]
    CodingRecord.objects.bulk_create(
        CodingRecord(
            encounter_id=stay.encounter_id, patient_id=stay.patient_id, facility=hospital.facility,
            encounter_class="inpatient", discharged_on=stay.discharged_at.date() if stay.discharged_at else None,
            status=CodingStatus.FINALIZED if stay.coder else CodingStatus.UNCODED,
            coder=stay.coder.user if stay.coder else None,
        )
        for stay in left
    )  # fmt: skip
    Account.objects.bulk_create(
        Account(
            encounter_id=stay.encounter_id, patient_id=stay.patient_id, facility=hospital.facility,
            state=AccountState.READY if stay.coder else AccountState.NOT_CODED,
        )
        for stay in left
    )  # fmt: skip
    rows = [
        (
            uuid7(), stay.encounter_id, stay.patient_id, hospital.facility.pk, 1, "291", "{}", "0" * 64, "",
            stay.coder.user.pk, stay.coded_at,
        )
        for stay in left
        if stay.coder
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, [list(column) for column in zip(*rows, strict=True)])
