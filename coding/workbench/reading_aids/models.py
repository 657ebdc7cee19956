"""Who has read what."""

from __future__ import annotations

from django.db import models

from audit.scope import ScopedQuerySet
from hims.staff.models import User
from records.documents.models import Document, DocumentVersion
from records.registry.models import Patient


class ReadMarkQuerySet(ScopedQuerySet):
    """Marks by their document."""

    facility_path = "document__facility_id__in"
    labels_path = "document__labels"
    encounter_path = "document__encounter_id"


class ReadMark(models.Model):
    """A person had this version of a document before them in the workbench; read_at: the last time. patient: the document's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="version_read_once")]
        indexes = [models.Index(fields=["document", "user"], name="read_by_document")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.version_id}"
