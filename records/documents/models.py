"""Documents of the chart. A signed version is locked by the database; a correction is a new version."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.scope import ScopedQuerySet
from hims.lib.ids import uuid7
from hims.staff.models import Facility
from records.documents.enums import DocumentStatus, DocumentType
from records.encounters.models import Encounter, Provider
from records.labels import known_labels, labels_field
from records.registry.models import Patient


@pghistory.track()
class Document(models.Model):
    """One document of a patient's chart; its content lives in versions.

    written_at: when the author wrote it. source_key: "system|value" of the feed it came from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    document_type = models.CharField(max_length=32, choices=DocumentType.choices)
    title = models.CharField(max_length=120)
    author = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=DocumentStatus.choices, default=DocumentStatus.DRAFT)
    written_at = models.DateTimeField()
    source_key = models.CharField(max_length=200, blank=True)
    labels = labels_field()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="document_source_once"),
            models.CheckConstraint(condition=known_labels(), name="document_known_labels"),
        ]
        indexes = [
            models.Index(fields=["patient", "-written_at", "id"], name="document_of_patient"),
            models.Index(fields=["encounter", "written_at", "id"], name="document_of_encounter"),
            models.Index(fields=["facility", "written_at"], name="document_unsigned", condition=Q(status="draft")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("records:document", kwargs={"document_id": self.pk})


class DocumentVersionQuerySet(ScopedQuerySet):
    facility_path = "document__facility_id__in"
    labels_path = "document__labels"
    encounter_path = "document__encounter_id"


class DocumentVersion(models.Model):
    """The text of a document as its author left it; number 1 is the original.

    Once `signed_at` is set neither the row nor its file can be changed or deleted, not even by the database's owner without
    removing the trigger. sha256: hex digest of the text in UTF-8, what the signature covers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=SearchVector("text", config="english"), output_field=SearchVectorField(), db_persist=True
    )

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_number_once")]
        indexes = [GinIndex(fields=["search"], name="version_search")]
        triggers = [
            pgtrigger.Protect(
                name="signed_is_locked",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__signed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"


class DocumentFile(models.Model):
    """The file of a version as it came: PDF or image bytes. Locked together with its version."""

    version = models.OneToOneField(DocumentVersion, on_delete=models.PROTECT, primary_key=True, related_name="file")
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="file_is_locked", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.sha256
