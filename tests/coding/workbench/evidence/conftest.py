"""A stay with codes, texts to pin, and people who may see more or less of them."""

from __future__ import annotations

import hashlib

import pytest

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter
from records.sensitivity.models import DocumentSection
from tests.factories.records import ADMITTED_AT, document
from tests.records.sensitivity.scenes import someone

TEXT = "Acute on chronic systolic heart failure. Takes methadone 40 mg daily. Hypokalemia, potassium 2.9, replaced."
CODES = (Permission.CODING_VIEW, Permission.CODING_EDIT, Permission.CODING_FINALIZE, Permission.DRG_GROUP)


def amended(of: Document, text: str) -> DocumentVersion:
    """A further signed version of a document."""
    number = of.versions.count() + 1
    made: DocumentVersion = DocumentVersion.objects.create(
        document=of, patient_id=of.patient_id, number=number, text=text, signed_at=ADMITTED_AT, signed_by="Reyes",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    return made


@pytest.fixture
def coded(record: CodingRecord, coder: User) -> CodingRecord:
    """The record with heart failure and hypokalemia."""
    for code in ("I5023", "E876"):
        add_diagnosis(by=coder, record=record, version=record.version, code=code, poa="Y")
    return record


@pytest.fixture
def note(stay: Encounter) -> Document:
    return document(stay, TEXT, title="Consultation")


@pytest.fixture
def marked(note: Document) -> Document:
    """The same with the methadone passage marked as substance use treatment."""
    start = TEXT.index("Takes")
    DocumentSection.objects.create(
        version=note.versions.get(),
        patient_id=note.patient_id,
        begins=start,
        ends=TEXT.index(" Hypokalemia"),
        labels=["part2"],
    )
    return note


@pytest.fixture
def cleared(facility: Facility) -> User:
    """A coder who may read about substance use treatment."""
    reads = (Permission.CHART_VIEW, Permission.PATIENT_VIEW, Permission.FACILITY_CHARTS)
    return someone(facility, *reads, *CODES, cleared=["part2"])
