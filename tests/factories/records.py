"""Rows of the registry, encounters and documents, made directly: short to write, no trail."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from psycopg.types.range import Range

from audit.access.models import AccessGrant, GrantSource
from hims.staff.models import Facility, User
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentVersion
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, Provider
from records.registry.models import MedicalRecordNumber, Patient

ADMITTED_AT = datetime(2026, 3, 9, 15, tzinfo=UTC)
DISCHARGED_AT = datetime(2026, 3, 14, 16, tzinfo=UTC)
NUMBERS = {"LGH": {"id": 1}, "LGS": {"id": 2}}
A_DAY = timedelta(days=1)
_numbers = count(1)


def facility(code: str = "LGH", **values: Any) -> Facility:
    """A facility by its code; the same one when it exists."""
    return Facility.objects.get_or_create(
        code=code, defaults={**NUMBERS.get(code, {}), "name": f"Hospital {code}", **values}
    )[0]


def patient(at: Facility, **values: Any) -> Patient:
    """A woman of 67 with a medical record number at the facility."""
    number = next(_numbers)
    named = {"family_name": f"Okafor{number}", "given_names": "Ruth", "birth_date": date(1958, 5, 2), "sex": "F"}
    made = Patient.objects.create(**{**named, **values})
    MedicalRecordNumber.objects.create(patient=made, facility=at, value=f"{at.code}-T{number}")
    made.refresh_from_db(fields=["facility_ids"])
    return made


def encounter(at: Facility, of: Patient | None = None, **values: Any) -> Encounter:
    """A discharged inpatient stay of five days."""
    standard = {
        "account_number": f"T{next(_numbers)}", "encounter_class": "inpatient", "status": EncounterStatus.DISCHARGED,
        "admitted_at": ADMITTED_AT, "discharged_at": DISCHARGED_AT, "discharge_disposition": "01",
    }  # fmt: skip
    return Encounter.objects.create(facility=at, patient=of or patient(at), **{**standard, **values})


def provider(family_name: str = "Reyes", **values: Any) -> Provider:
    """A clinician."""
    return Provider.objects.create(
        key=f"test|{next(_numbers)}", family_name=family_name, given_names="Mateo", credentials="MD", **values
    )


def document(of: Encounter, text: str = "Heart failure.", **values: Any) -> Document:
    """A signed document with one version."""
    standard = {"document_type": "progress_note", "title": "Progress note", "written_at": ADMITTED_AT}
    made = Document.objects.create(
        patient_id=of.patient_id, encounter=of, facility_id=of.facility_id, status=DocumentStatus.SIGNED,
        **{**standard, **values},
    )  # fmt: skip
    DocumentVersion.objects.create(
        document=made, patient_id=of.patient_id, number=1, text=text, signed_at=ADMITTED_AT, signed_by="Reyes",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    return made


def grant(to: User, patient_id: UUID, **values: Any) -> AccessGrant:
    """The person is on the care team of the patient, from yesterday until tomorrow."""
    now = datetime.now(UTC)
    standard = {"source": GrantSource.CARE_TEAM, "during": Range(now - A_DAY, now + A_DAY)}
    return AccessGrant.objects.create(user=to, patient_id=patient_id, **{**standard, **values})
