"""A patient, a stay and a note, made as people make them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hims.staff.models import Facility, User
from records.documents.actions import DocumentContent, file_document
from records.documents.models import Document
from records.encounters.actions import Admission, admit
from records.encounters.models import Encounter
from records.registry.actions import PatientDetails, register_patient
from records.registry.models import Patient, Payer

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
RUTH = PatientDetails(family_name="Okafor", given_names="Ruth Ann", birth_date=date(1958, 3, 9), sex="F")
INPATIENT = Admission(encounter_class="inpatient", admitted_at=NOON, service="Cardiology", unit="4 West")
NOTE = DocumentContent(
    document_type="progress_note", title="Progress note", written_at=NOON,
    text="Patient denies chest pain. Atrial fibrillation noted.",
)  # fmt: skip


@pytest.fixture
def ruth(specialist: User, facility: Facility) -> Patient:
    return register_patient(by=specialist, facility=facility, details=RUTH)


@pytest.fixture
def stay(ruth: Patient, specialist: User, facility: Facility) -> Encounter:
    return admit(by=specialist, patient=ruth, facility=facility, admission=INPATIENT)


@pytest.fixture
def draft(stay: Encounter, specialist: User) -> Document:
    return file_document(by=specialist, encounter=stay, content=NOTE)


@pytest.fixture
def note(stay: Encounter, specialist: User) -> Document:
    return file_document(by=specialist, encounter=stay, content=NOTE, sign=True)


@pytest.fixture
def ids(draft: Document, stay: Encounter, facility: Facility) -> dict[str, Any]:
    """What the routes are about; the payer and facility that forms name."""
    payer = Payer.objects.create(code="P1", name="Prairie Health", electronic_id="P")
    return {
        "patient_id": stay.patient_id, "encounter_id": stay.pk, "document_id": draft.pk, "payer": payer.pk,
        "facility": facility.pk,
    }  # fmt: skip
