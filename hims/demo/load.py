"""Planned stays into the database: patients, encounters, documents, clinical entries, in bulk."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from hims.demo.plan import PlannedDocument, PlannedPatient, PlannedStay
from hims.lib.access import Permission
from hims.lib.forms import at_zone
from hims.staff.models import Facility, User
from records.chart.models import Allergy, Medication, Observation, Problem
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentVersion
from records.encounters.enums import EncounterStatus, ProviderRole
from records.encounters.models import AccountCounter, Encounter, EncounterLocation, EncounterProvider, Provider
from records.encounters.signals import encounters_changed
from records.registry.counters import take_numbers
from records.registry.models import Address, Coverage, MedicalRecordNumber, MrnCounter, Patient, Payer, Phone

ENTRY_MODELS: dict[str, type[Any]] = {
    "problems": Problem,
    "allergies": Allergy,
    "medications": Medication,
    "observations": Observation,
}
SOURCE = "Demo hospital"


@dataclass(frozen=True)
class Loaded:
    """Encounters by the key of their planned stay; patient_ids for the trail."""

    encounters: dict[str, Encounter]
    patient_ids: list[UUID]


@gate.command(Permission.DATA_IMPORT, subject="facility", event="demo.stays_loaded", category=Category.IMPORT)
def load_stays(
    *,
    by: User,
    facility: Facility,
    stays: Sequence[PlannedStay],
    providers: dict[str, Provider],
    payers: dict[str, Payer],
) -> Loaded:
    """All stays of one facility, in one transaction; coding and billing are told through the usual event."""
    patients = _patients(facility, stays, payers)
    encounters = _encounters(facility, stays, patients, providers)
    _documents(facility, stays, encounters, providers)
    _entries(facility, stays, encounters)
    encounters_changed.send(
        sender=Encounter, encounter_ids=[encounter.pk for encounter in encounters.values()], actor_id=by.pk
    )
    return Loaded(encounters, [patient.pk for patient in patients.values()])


def _patients(facility: Facility, stays: Sequence[PlannedStay], payers: dict[str, Payer]) -> dict[str, Patient]:
    planned: dict[str, PlannedPatient] = {stay.patient.key: stay.patient for stay in stays}
    known = {
        (row.search_name, row.birth_date): row
        for row in Patient.objects.filter(birth_date__in={person.birth_date for person in planned.values()})
    }
    found: dict[str, Patient] = {}
    new: dict[str, Patient] = {}
    for key, person in planned.items():
        row = Patient(
            family_name=person.family_name, given_names=person.given_names, birth_date=person.birth_date, sex=person.sex
        )
        row.search_name = row.folded_name()
        same = known.get((row.search_name, row.birth_date))
        (found if same else new)[key] = same or row
    Patient.objects.bulk_create(new.values())
    _number(facility, {**new, **found})
    Address.objects.bulk_create(
        Address(patient=row, line=planned[key].line, city=planned[key].city, state=planned[key].state,
                postal_code=planned[key].postal_code)
        for key, row in new.items()
    )  # fmt: skip
    Phone.objects.bulk_create(Phone(patient=row, value=planned[key].phone) for key, row in new.items())
    Coverage.objects.bulk_create(
        Coverage(patient=row, payer=payers[planned[key].payer], member_id=_member(key, planned[key].payer))
        for key, row in new.items()
    )
    return {**new, **found}


def _number(facility: Facility, patients: dict[str, Patient]) -> None:
    have = set(MedicalRecordNumber.objects.filter(facility=facility).values_list("patient_id", flat=True))
    lacking = [row for row in patients.values() if row.pk not in have]
    first = take_numbers(MrnCounter, facility, len(lacking)) if lacking else 0
    MedicalRecordNumber.objects.bulk_create(
        MedicalRecordNumber(patient=row, facility=facility, value=f"{facility.code}-{first + place}")
        for place, row in enumerate(lacking)
    )


def _member(key: str, payer: str) -> str:
    """A synthetic member number; for Medicare in the form of a Medicare Beneficiary Identifier.

    Source of the form: CMS, MBI format: C A AN N A AN N A A N N, without the letters S L O I B Z.
    """
    draw = random.Random(key)
    if payer != "medicare":
        return f"D{draw.randrange(10**10):010d}"
    digits, letters = "0123456789", "ACDEFGHJKMNPQRTUVWXY"
    kinds = (
        "123456789",
        letters,
        letters + digits,
        digits,
        letters,
        letters + digits,
        digits,
        letters,
        letters,
        digits,
        digits,
    )
    return "".join(draw.choice(kind) for kind in kinds)


def _encounters(
    facility: Facility, stays: Sequence[PlannedStay], patients: dict[str, Patient], providers: dict[str, Provider]
) -> dict[str, Encounter]:
    first = take_numbers(AccountCounter, facility, len(stays))
    rows: dict[str, Encounter] = {}
    for place, stay in enumerate(stays):
        row = Encounter(
            patient=patients[stay.patient.key], facility=facility, account_number=f"A{first + place}",
            encounter_class=stay.encounter_class, admitted_at=_moment(stay.admitted_at, facility),
            discharged_at=_moment(stay.discharged_at, facility) if stay.discharged_at else None,
            status=EncounterStatus.DISCHARGED if stay.discharged_at else EncounterStatus.IN_PROGRESS,
            admission_type=stay.admission_type, point_of_origin=stay.point_of_origin,
            discharge_disposition=stay.disposition if stay.discharged_at else "", service=stay.service,
            reason=stay.reason[:200], attending=providers[stay.attending], source_key=f"demo|{stay.key}",
        )  # fmt: skip
        row.set_local_dates()
        rows[stay.key] = row
    Encounter.objects.bulk_create(rows.values())
    EncounterProvider.objects.bulk_create(
        EncounterProvider(encounter=row, provider=row.attending, role=ProviderRole.ATTENDING) for row in rows.values()
    )
    EncounterLocation.objects.bulk_create(
        EncounterLocation(
            encounter=rows[stay.key], unit=stay.unit, from_at=rows[stay.key].admitted_at,
            to_at=rows[stay.key].discharged_at,
        )
        for stay in stays
        if stay.unit
    )  # fmt: skip
    return rows


def _documents(
    facility: Facility,
    stays: Sequence[PlannedStay],
    encounters: dict[str, Encounter],
    providers: dict[str, Provider],
) -> None:
    documents: list[Document] = []
    versions: list[DocumentVersion] = []
    for stay in stays:
        for place, planned in enumerate(stay.documents):
            document = _document(facility, encounters[stay.key], planned, providers, f"demo|{stay.key}|{place}")
            documents.append(document)
            versions.append(_version(document, planned, providers))
    Document.objects.bulk_create(documents, batch_size=1000)
    DocumentVersion.objects.bulk_create(versions, batch_size=500)


def _document(
    facility: Facility, encounter: Encounter, planned: PlannedDocument, providers: dict[str, Provider], key: str
) -> Document:
    return Document(
        patient=encounter.patient, encounter=encounter, facility=facility, document_type=planned.document_type,
        title=planned.title[:120], author=providers.get(planned.author),
        status=DocumentStatus.SIGNED if planned.signed else DocumentStatus.DRAFT,
        written_at=_moment(planned.at, facility), source_key=key,
    )  # fmt: skip


def _version(document: Document, planned: PlannedDocument, providers: dict[str, Provider]) -> DocumentVersion:
    return DocumentVersion(
        document=document, patient=document.patient, number=1, text=planned.text,
        sha256=hashlib.sha256(planned.text.encode()).hexdigest(),
        signed_at=document.written_at if planned.signed else None,
        signed_by=str(providers.get(planned.author, "")) if planned.signed else "",
    )  # fmt: skip


def _entries(facility: Facility, stays: Sequence[PlannedStay], encounters: dict[str, Encounter]) -> None:
    for kind, model in ENTRY_MODELS.items():
        rows = []
        for stay in stays:
            for place, values in enumerate(stay.entries.get(kind, [])):
                at = values.get("effective_at")
                rows.append(
                    model(
                        patient=encounters[stay.key].patient, encounter=encounters[stay.key], facility=facility,
                        source=SOURCE, source_key=f"demo|{stay.key}|{kind}|{place}",
                        **{**values, "effective_at": _moment(at, facility) if at else None},
                    )
                )  # fmt: skip
        model.objects.bulk_create(rows, batch_size=1000)


def _moment(local: datetime, facility: Facility) -> datetime:
    """The aware moment, never later than now."""
    return min(at_zone(local, facility.time_zone), timezone.now())
