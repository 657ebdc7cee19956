"""The seal of psychotherapy notes: a ring of keys that nothing else uses."""

from __future__ import annotations

from django.conf import settings

from hims.lib.crypto import Ring, ring
from records.psychotherapy.models import PsychotherapyNote

PURPOSE = "psychotherapy"
OWNER = "owner"


def notes_ring() -> Ring:
    """The ring of HIMS_NOTES_KEY."""
    return ring(settings.NOTES_KEY)


def seal_note(note: PsychotherapyNote, text: str) -> None:
    """Put the sealed text on the note; it opens for this note and this patient only."""
    note.sealed_for = note.patient_id
    note.sealed = notes_ring().seal(text, PURPOSE, place=note.place)


def text_of(note: PsychotherapyNote) -> str:
    """The words. Raises SealError when the row was altered or the key is gone."""
    return notes_ring().open(note.sealed, PURPOSE, place=note.place)


def reseal_notes() -> int:
    """Notes sealed with an older key sealed with the newest, by the database's owner, who sees no text but through this."""
    changed = 0
    rows = PsychotherapyNote.objects.using(OWNER)
    for note in rows.iterator(chunk_size=200):
        if not notes_ring().is_current(note.sealed):
            sealed = notes_ring().seal(text_of(note), PURPOSE, place=note.place)
            changed += rows.filter(pk=note.pk, sealed=note.sealed).update(sealed=sealed)
    return changed
