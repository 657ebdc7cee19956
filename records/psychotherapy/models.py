"""Psychotherapy notes: apart from the chart, sealed with a key of their own, for their author alone."""

from __future__ import annotations

from typing import Self

from django.db import models

from audit.authority import authority_of
from audit.scope import ScopedQuerySet
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.registry.models import Patient


class PsychotherapyNoteQuerySet(ScopedQuerySet):
    """One's own notes, by the one permission that opens them; the database's policy says the same."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """The notes `user` wrote."""
        authority = authority_of(user)
        if permission is not Permission.PSYCHOTHERAPY_WRITE or user.is_system:
            return self.none()
        own = self.filter(author=user, facility__in=sorted(authority.at(permission)))
        return own.exclude(patient__in=authority.own) if authority.own else own


class PsychotherapyNote(models.Model):
    """One note about what was said in counseling, as 45 CFR 164.501 defines it.

    sealed: AES-256-GCM under the ring HIMS_NOTES_KEY, bound to the note's id and its patient. sealed_for: that patient's id, which
    stays when charts are joined. No search, no export, no release, no list of anybody but the author holds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    session_on = models.DateField()
    sealed = models.TextField()
    sealed_for = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PsychotherapyNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["author", "patient", "-created_at", "id"], name="psychotherapy_of_author")]

    def __str__(self) -> str:
        return "psychotherapy note"

    @property
    def place(self) -> str:
        """What the sealed text is bound to."""
        return f"{self.pk}:{self.sealed_for}"
