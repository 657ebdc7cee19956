"""Reads of psychotherapy notes: by their author."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from records.psychotherapy.models import PsychotherapyNote
from records.psychotherapy.sealing import text_of
from records.registry.models import Patient
from records.registry.numbers import own_numbers


@dataclass(frozen=True)
class OwnNotes:
    """A patient, and the notes that the person wrote; newest first, without their text."""

    patient: Patient
    notes: Page[PsychotherapyNote]

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient.pk]


@dataclass(frozen=True)
class OpenNote:
    """A note and its words."""

    note: PsychotherapyNote
    text: str = field(repr=False)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.note.patient_id]


@gate.query(Permission.PSYCHOTHERAPY_WRITE, Patient, event="psychotherapy.listed")
def own_notes(patients: QuerySet[Patient], *, patient_id: UUID, after: str = "") -> OwnNotes:
    """One's own notes about a patient in reach. Raises DomainError for `after`."""
    patient = patients.prefetch_related(own_numbers()).get(pk=patient_id)
    rows = gate.rows_of(PsychotherapyNote).filter(patient=patient).select_related("encounter").defer("sealed")
    return OwnNotes(patient, keyset_page(rows, order=("-created_at", "id"), after=after))


@gate.query(Permission.PSYCHOTHERAPY_WRITE, PsychotherapyNote, event="psychotherapy.read", detail=("note_id",))
def own_note(notes: QuerySet[PsychotherapyNote], *, note_id: UUID) -> OpenNote:
    """One of one's own notes; a 404 for everybody else, whatever else they may do."""
    note = notes.select_related("patient", "facility", "encounter").prefetch_related(own_numbers("patient__mrns"))
    found = note.get(pk=note_id)
    return OpenNote(found, text_of(found))
