"""What the tests of the records pages share: each route, what it is about, what is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter, EncounterLocation
from records.registry.models import Coverage, MedicalRecordNumber, Patient
from records.urls import urlpatterns

SECRETS = ("Okafor", "LGH-1000001", "1958", "Progress note", "A500001", "fibrillation")
AT = "2026-03-10T10:00"
PERSON = {"family_name": "Okafor", "given_names": "Ruth Ann", "birth_date": "1958-03-09", "sex": "F"}
ADMISSION = {
    "encounter_class": "inpatient", "admitted_at": AT, "admission_type": "1", "point_of_origin": "1", "unit": "ICU",
}  # fmt: skip
DOCUMENT = {"document_type": "progress_note", "title": "Note", "written_at": AT, "text": "Words."}
# Route, what it is about, what is sent.
WRITES: list[tuple[str, str, dict[str, str]]] = [
    ("correct", "patient_id", {**PERSON, "family_name": "Lind"}),
    ("coverage", "patient_id", {"member_id": "M1", "rank": "1", "relationship": "18"}),
    ("admit", "patient_id", ADMISSION),
    ("discharge", "encounter_id", {"discharged_at": AT, "discharge_disposition": "01"}),
    ("move", "encounter_id", {"unit": "ICU", "at": AT}),
    ("cancel", "encounter_id", {}),
    ("file_document", "encounter_id", DOCUMENT),
    ("sign", "document_id", {}),
    ("amend", "document_id", {"text": "Other words.", "reason": "why"}),
    ("retract", "document_id", {"reason": "why"}),
]
READS = [
    ("chart", "patient_id"), ("encounter", "encounter_id"), ("document", "document_id"),
    ("document_file", "document_id"), ("admit", "patient_id"), ("correct", "patient_id"), ("coverage", "patient_id"),
    ("discharge", "encounter_id"), ("move", "encounter_id"), ("file_document", "encounter_id"),
    ("amend", "document_id"), ("retract", "document_id"),
]  # fmt: skip
POST_ONLY = ["patient_search", "chart_search", "cancel", "sign"]
GET_ONLY = ["patients", "chart", "encounter", "document", "document_file", "in_house", "unsigned"]


def url_of(route: str, about: str, ids: dict[str, Any]) -> str:
    return reverse(f"records:{route}", kwargs={about: ids[about]} if about else {})


def everything() -> list[Any]:
    """What the routes could change."""
    models = (Patient, MedicalRecordNumber, Coverage, Encounter, EncounterLocation, Document, DocumentVersion)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def routes() -> dict[str, str]:
    """Name of each route, and of the id it takes."""
    return {str(entry.name): next(iter(entry.pattern.converters), "") for entry in urlpatterns}
