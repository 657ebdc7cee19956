"""Reads of the chart as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Coverage, Patient
from records.registry.numbers import own_numbers

ENTRIES_AT_MOST = 25
LISTS: dict[str, type[Any]] = {
    "problems": Problem,
    "allergies": Allergy,
    "medications": Medication,
    "observations": Observation,
    "procedures": ProcedureEntry,
    "immunizations": Immunization,
}


@dataclass(frozen=True)
class Chart:
    """The first page of everything; of clinical entries the newest 25 of each list."""

    patient: Patient
    encounters: Page[Encounter]
    documents: Page[Document]
    coverages: list[Coverage]
    entries: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient.pk]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return self.patient.facility_ids


@gate.query(Permission.CHART_VIEW, Patient, event="chart.viewed")
def patient_chart(
    patients: QuerySet[Patient], *, patient_id: UUID, encounters_after: str = "", documents_after: str = ""
) -> Chart:
    """A patient's chart; what belongs to a facility out of reach stays out."""
    patient = patients.prefetch_related(own_numbers(), "identifiers").get(pk=patient_id)
    encounters = gate.rows_of(Encounter).filter(patient=patient).select_related("attending", "facility")
    documents = gate.rows_of(Document).filter(patient=patient).select_related("author", "facility")
    return Chart(
        patient=patient,
        encounters=keyset_page(encounters, order=("-admitted_at", "id"), after=encounters_after, size=20),
        documents=keyset_page(documents, order=("-written_at", "id"), after=documents_after, size=40),
        coverages=list(gate.rows_of(Coverage).filter(patient=patient).select_related("payer")),
        entries={name: _newest(model, patient) for name, model in LISTS.items()},
    )


def _newest(model: type[Any], patient: Patient) -> list[Any]:
    rows = gate.rows_of(model).filter(patient=patient).select_related("facility")
    return list(rows.order_by("-effective_at", "id")[:ENTRIES_AT_MOST])


@gate.query(Permission.CHART_VIEW, Patient, event="purpose.stated", detail=("purpose",))
def chart_with_purpose(patients: QuerySet[Patient], *, patient_id: UUID, purpose: str) -> Patient:
    """The patient whose chart the person looks at for this purpose."""
    return patients.get(pk=patient_id)
