"""Django finds the app's models here; each lives with its noun."""

from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.documents.models import Document, DocumentFile, DocumentVersion
from records.encounters.models import Encounter, EncounterLocation, EncounterProvider, Provider
from records.psychotherapy.models import PsychotherapyNote
from records.registry.models import (
    Address,
    Coverage,
    MedicalRecordNumber,
    Patient,
    PatientGroupException,
    PatientIdentifier,
    PatientName,
    PatientUserException,
    Payer,
    Phone,
)
from records.sensitivity.models import DocumentSection

__all__ = [
    "Address",
    "Allergy",
    "Coverage",
    "Document",
    "DocumentFile",
    "DocumentSection",
    "DocumentVersion",
    "Encounter",
    "EncounterLocation",
    "EncounterProvider",
    "Immunization",
    "MedicalRecordNumber",
    "Medication",
    "Observation",
    "Patient",
    "PatientGroupException",
    "PatientIdentifier",
    "PatientName",
    "PatientUserException",
    "Payer",
    "Phone",
    "Problem",
    "ProcedureEntry",
    "Provider",
    "PsychotherapyNote",
]
