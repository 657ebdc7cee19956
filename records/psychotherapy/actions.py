"""Writing of psychotherapy notes. They are not changed afterwards: what was left out is another note."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.dates import local_date
from hims.lib.errors import DomainError
from hims.lib.text import clean_lines
from hims.staff.models import Facility, User
from records.psychotherapy.models import PsychotherapyNote
from records.psychotherapy.sealing import seal_note
from records.registry.models import Patient

LONGEST_NOTE = 100_000


@gate.command(
    Permission.PSYCHOTHERAPY_WRITE, subject="patient", event="psychotherapy.written", category=Category.CREATE
)
def write_note(*, by: User, patient: Patient, facility: Facility, session_on: date, text: str) -> PsychotherapyNote:
    """A note of a session, sealed before it is stored. Raises DomainError naming the field."""
    gate.require_at(by, Permission.PSYCHOTHERAPY_WRITE, facility)
    words = clean_lines(text)
    if not words.strip():
        raise DomainError("Enter the note.", field="text")
    if len(words) > LONGEST_NOTE:
        raise DomainError(f"The note is longer than {LONGEST_NOTE:,} characters.", field="text")
    if session_on > local_date(timezone.now(), facility.time_zone):
        raise DomainError("The session lies in the future.", field="session_on")
    note = PsychotherapyNote(patient=patient, facility=facility, author=by, session_on=session_on)
    seal_note(note, words)
    note.save(force_insert=True)
    return note
