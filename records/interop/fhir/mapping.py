"""Which function reads which resource type. Pure."""

from __future__ import annotations

from collections.abc import Callable

from records.interop.fhir import clinical, document, encounter, patient, people
from records.interop.fhir.drafts import Draft
from records.interop.fhir.item import Item
from records.interop.fhir.values import Malformed, Setting

Mapper = Callable[[Item, Setting], Draft | None]
MAPPERS: dict[str, Mapper] = {
    "Practitioner": people.provider_draft,
    "PractitionerRole": people.provider_role_draft,
    "Organization": people.payer_draft,
    "Patient": patient.patient_draft,
    "Coverage": people.coverage_draft,
    "Encounter": encounter.encounter_draft,
    "Condition": clinical.problem_draft,
    "AllergyIntolerance": clinical.allergy_draft,
    "MedicationRequest": clinical.medication_draft,
    "MedicationStatement": clinical.medication_draft,
    "Observation": clinical.observation_draft,
    "Procedure": clinical.procedure_draft,
    "Immunization": clinical.immunization_draft,
    "DocumentReference": document.document_reference_draft,
    "DiagnosticReport": document.diagnostic_report_draft,
}
SUPPORTED = frozenset(MAPPERS)
ORDER = {kind: place for place, kind in enumerate(MAPPERS)}
"""Types in the order in which they may need each other."""


def mapped(item: Item, setting: Setting) -> Draft | None:
    """What the resource becomes; None when there is nothing in it that the chart keeps. Raises Malformed, and nothing else."""
    try:
        return MAPPERS[item.kind](item, setting)
    except Malformed:
        raise
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise Malformed(f"cannot be read ({type(error).__name__})") from error
