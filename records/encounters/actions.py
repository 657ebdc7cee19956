"""Writes of encounters: admit, move, correct, discharge, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.dates import local_date
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.encounters.enums import EncounterStatus, ProviderRole
from records.encounters.models import (
    AccountCounter,
    Encounter,
    EncounterLocation,
    EncounterProvider,
    Provider,
)
from records.encounters.rules import admission_faults, discharge_faults, move_faults
from records.encounters.signals import encounters_changed, encounters_discharged
from records.registry.actions import give_mrn
from records.registry.counters import take_numbers
from records.registry.models import MedicalRecordNumber, Patient


@dataclass(frozen=True)
class Admission:
    """What an admission holds. admitted_at: aware. admission_type, point_of_origin: one character (UB-04 FL 14, 15)."""

    encounter_class: str
    admitted_at: datetime
    admission_type: str = ""
    point_of_origin: str = ""
    service: str = ""
    reason: str = ""
    attending: Provider | None = None
    unit: str = ""
    room: str = ""
    bed: str = ""


@gate.command(Permission.ENCOUNTER_MANAGE, subject="patient", event="encounter.admitted", category=Category.CREATE)
def admit(*, by: User, patient: Patient, facility: Facility, admission: Admission) -> Encounter:
    """A new encounter in house. The patient gets the facility's medical record number if it is the first visit there.

    Raises DomainError naming the field, AccessDenied for a facility at which `by` may not admit.
    """
    gate.require_at(by, Permission.ENCOUNTER_MANAGE, facility)
    columns = _checked(patient, facility, admission)
    if not MedicalRecordNumber.objects.filter(patient=patient, facility=facility).exists():
        give_mrn(patient, facility)
    encounter = Encounter.objects.create(
        patient=patient, facility=facility, account_number=next_account_number(facility), **columns
    )
    if admission.attending:
        EncounterProvider.objects.create(encounter=encounter, provider=admission.attending, role=ProviderRole.ATTENDING)
    if squeeze(admission.unit):
        _place(encounter, admission.unit, admission.room, admission.bed, admission.admitted_at)
    _announce_change(encounter, by)
    return encounter


@gate.command(Permission.ENCOUNTER_MANAGE, subject="encounter", event="encounter.moved")
def move(*, by: User, encounter: Encounter, unit: str, room: str = "", bed: str = "", at: datetime) -> Encounter:
    """The patient lies elsewhere from `at` on."""
    _lock(encounter, EncounterStatus.IN_PROGRESS, "Only a patient in house can be moved.")
    if not squeeze(unit):
        raise DomainError("Enter the unit.", field="unit")
    _refuse(
        move_faults(
            at=at, admitted_at=encounter.admitted_at, last_moved_at=_last_moved_at(encounter), now=timezone.now()
        )
    )
    encounter.locations.filter(to_at__isnull=True).update(to_at=at)
    _place(encounter, unit, room, bed, at)
    return encounter


@gate.command(Permission.ENCOUNTER_MANAGE, subject="encounter", event="encounter.discharged")
def discharge(*, by: User, encounter: Encounter, discharged_at: datetime, discharge_disposition: str) -> Encounter:
    """The encounter ends; coding and billing get their work in the same transaction."""
    _lock(encounter, EncounterStatus.IN_PROGRESS, "This encounter is not in house.")
    encounter.status = EncounterStatus.DISCHARGED
    _end(encounter, discharged_at, discharge_disposition)
    encounter.locations.filter(to_at__isnull=True).update(to_at=discharged_at)
    encounters_discharged.send(sender=Encounter, encounter_ids=[encounter.pk], actor_id=by.pk)
    return encounter


@gate.command(Permission.ENCOUNTER_MANAGE, subject="encounter", event="encounter.corrected")
def correct_discharge(
    *, by: User, encounter: Encounter, discharged_at: datetime, discharge_disposition: str
) -> Encounter:
    """Another time or disposition of a discharge that has happened."""
    _lock(encounter, EncounterStatus.DISCHARGED, "This encounter has not been discharged.")
    ended_at = encounter.discharged_at
    _end(encounter, discharged_at, discharge_disposition)
    encounter.locations.filter(to_at=ended_at).update(to_at=discharged_at)
    _announce_change(encounter, by)
    return encounter


@gate.command(Permission.ENCOUNTER_MANAGE, subject="encounter", event="encounter.cancelled")
def cancel(*, by: User, encounter: Encounter) -> Encounter:
    """An admission made by mistake; refused once documents or a discharge hang on it."""
    _lock(encounter, EncounterStatus.IN_PROGRESS, "Only an encounter in house can be cancelled.")
    if encounter.documents.exists():
        raise DomainError("Documents are filed on this encounter, so it was no mistake. Discharge it instead.")
    encounter.status = EncounterStatus.CANCELLED
    encounter.save(update_fields=["status", "updated_at"])
    _announce_change(encounter, by)
    return encounter


def next_account_number(facility: Facility) -> str:
    """The facility's next account number, e.g. "A500001"."""
    return f"A{take_numbers(AccountCounter, facility)}"


def _checked(patient: Patient, facility: Facility, admission: Admission) -> dict[str, Any]:
    """The columns of the encounter. Raises DomainError for the first fault, and for the same admission sent twice."""
    columns: dict[str, Any] = {
        "encounter_class": admission.encounter_class, "admitted_at": admission.admitted_at,
        "admission_type": admission.admission_type, "point_of_origin": admission.point_of_origin,
        "service": squeeze(admission.service), "reason": squeeze(admission.reason), "attending": admission.attending,
    }  # fmt: skip
    admitted_on = local_date(admission.admitted_at, facility.time_zone)
    _refuse(
        admission_faults(
            admitted_at=admission.admitted_at, admitted_on=admitted_on, birth_date=patient.birth_date,
            now=timezone.now(),
        )
    )  # fmt: skip
    require_fit(Encounter, columns)
    Patient.objects.select_for_update().only("pk").get(pk=patient.pk)
    same = Encounter.objects.filter(
        patient=patient, facility=facility, encounter_class=admission.encounter_class, admitted_at=admission.admitted_at
    ).exclude(status=EncounterStatus.CANCELLED)
    if same.exists():
        raise DomainError("This admission is already recorded.", field="admitted_at")
    return columns


def _end(encounter: Encounter, discharged_at: datetime, disposition: str) -> None:
    faults = discharge_faults(
        admitted_at=encounter.admitted_at, discharged_at=discharged_at, disposition=disposition, now=timezone.now(),
        last_moved_at=_last_moved_at(encounter),
    )  # fmt: skip
    _refuse(faults)
    encounter.discharged_at = discharged_at
    encounter.discharge_disposition = disposition
    encounter.save(update_fields=["status", "discharged_at", "discharged_on", "discharge_disposition", "updated_at"])


def _refuse(faults: dict[str, str]) -> None:
    for field, sentence in faults.items():
        raise DomainError(sentence, field=field)


def _place(encounter: Encounter, unit: str, room: str, bed: str, at: datetime) -> None:
    place = {"unit": squeeze(unit), "room": squeeze(room), "bed": squeeze(bed)}
    require_fit(EncounterLocation, place)
    EncounterLocation.objects.create(encounter=encounter, from_at=at, **place)


def _last_moved_at(encounter: Encounter) -> datetime | None:
    latest: datetime | None = encounter.locations.aggregate(latest=Max("from_at"))["latest"]
    return latest


def _lock(encounter: Encounter, status: EncounterStatus, otherwise: str) -> None:
    """Hold the row until the end, and read again what decides: the page may have been open for hours."""
    encounter.refresh_from_db(
        fields=["status", "admitted_at", "discharged_at", "discharge_disposition"],
        from_queryset=Encounter.objects.select_for_update(),
    )
    if encounter.status != status:
        raise DomainError(otherwise)


def _announce_change(encounter: Encounter, by: User) -> None:
    encounters_changed.send(sender=Encounter, encounter_ids=[encounter.pk], actor_id=by.pk)
