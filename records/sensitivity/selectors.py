"""Reads of labels, consents and protected numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit import gate
from audit.access.models import LabelConsent
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Patient
from records.registry.numbers import own_numbers
from records.sensitivity.models import DocumentSection

LABELLED: dict[str, type[Any]] = {
    "document": Document,
    "encounter": Encounter,
    "problem": Problem,
    "allergy": Allergy,
    "medication": Medication,
    "observation": Observation,
    "procedure": ProcedureEntry,
    "immunization": Immunization,
}
LISTED_AT_MOST = 25


@dataclass(frozen=True)
class Privacy:
    """What protects a chart: consents, and the labelled items that the person may see, by kind, the newest of each."""

    patient: Patient
    consents: Page[LabelConsent]
    items: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient.pk]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return self.patient.facility_ids


@gate.query(Permission.RESTRICTION_MANAGE, Patient, event="privacy.viewed")
def privacy_of(patients: QuerySet[Patient], *, patient_id: UUID, after: str = "") -> Privacy:
    """Consents of a patient, newest first, and what carries labels. Raises DomainError for `after`."""
    patient = patients.prefetch_related(own_numbers()).get(pk=patient_id)
    consents = LabelConsent.objects.filter(patient_id=patient.pk).select_related("recorded_by", "revoked_by")
    return Privacy(
        patient=patient,
        consents=keyset_page(consents, order=("-created_at", "id"), after=after, size=LISTED_AT_MOST),
        items={kind: _labelled(model, patient) for kind, model in LABELLED.items()},
    )


def _labelled(model: type[Any], patient: Patient) -> list[Any]:
    marked = ~Q(labels=[])
    if model is Document:
        marked |= Q(Exists(gate.rows_of(DocumentSection).filter(version__document=OuterRef("pk"))))
    rows = gate.rows_of(model).filter(marked, patient=patient).select_related("facility")
    return list(rows.order_by("-pk")[:LISTED_AT_MOST])


@gate.query(Permission.RESTRICTION_MANAGE, Patient, event="label.opened", detail=("kind", "item_id"))
def item_to_label(patients: QuerySet[Patient], *, kind: str, item_id: UUID) -> Any:
    """An item of any kind in LABELLED, with its patient, for whoever may label all. Raises NotVisible."""
    if kind not in LABELLED:
        raise Patient.DoesNotExist
    item = gate.rows_of(LABELLED[kind]).select_related("facility").get(pk=item_id)
    item.patient = patients.prefetch_related(own_numbers()).get(pk=item.patient_id)
    return item


@gate.query(Permission.DOCUMENT_WRITE, Document, event="label.opened", detail=("document_id",))
def own_document(documents: QuerySet[Document], *, document_id: UUID, author_id: UUID) -> Document:
    """A document of the person who asks; author_id: their own id."""
    own = documents.filter(author__user=author_id).select_related("patient", "facility")
    return own.prefetch_related(own_numbers("patient__mrns")).get(pk=document_id)


@gate.query(Permission.IDENTIFIER_UNMASK, Patient, event="identifier.opened")
def patient_with_numbers(patients: QuerySet[Patient], *, patient_id: UUID) -> Patient:
    """One patient, for whoever may ask to see a number whole."""
    return patients.prefetch_related(own_numbers()).get(pk=patient_id)
