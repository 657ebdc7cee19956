"""Marked passages of documents: rows beside the signed text, which itself is never touched."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from audit.scope import ScopedQuerySet
from hims.lib.ids import uuid7
from hims.staff.models import User
from records.labels import known_labels, labels_field
from records.sensitivity.passages import Span


class DocumentSectionQuerySet(ScopedQuerySet):
    """Passages by their document; in reach for whoever may see what their own labels protect."""

    facility_path = "version__document__facility_id__in"
    encounter_path = "version__document__encounter_id"


class DocumentSection(models.Model):
    """A passage of one version's text and the labels that protect it.

    begins, ends: character positions, the second behind the last character. Whoever may not see it reads a sentence in its place.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("records.DocumentVersion", on_delete=models.PROTECT, related_name="sections")
    patient = models.ForeignKey("records.Patient", on_delete=models.PROTECT, related_name="+")
    begins = models.PositiveIntegerField()
    ends = models.PositiveIntegerField()
    labels = labels_field()
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentSectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "begins", "ends"], name="section_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="section_holds_something"),
            models.CheckConstraint(condition=known_labels() & ~Q(labels=[]), name="section_is_labelled"),
        ]

    def __str__(self) -> str:
        return f"passage {self.begins} to {self.ends}"

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.begins, self.ends)
