"""Evidence for codes, signed statements that a code stands without, and what each facility asks for."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from audit.scope import ScopedQuerySet
from coding.workbench.evidence.enums import Level
from coding.workbench.models import CodingRecord
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentVersion
from records.registry.models import Patient


class OfACode(models.Model):
    """What is said of a code of a record, whatever line or role it stands in: the line may be moved, removed and come back.

    patient, facility repeat the record's. system: a CodeSystem.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="%(class)s_rows")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=12)
    code = models.CharField(max_length=7)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def key(self) -> tuple[str, str]:
        """System and code."""
        return self.system, self.code


@pghistory.track()
class Evidence(OfACode):
    """One place in one version of a document that supports a code: a run of its text, or a box on one of its pages.

    begins, ends: characters (code points) of the version's text, the second behind the last one. quote_sha256: of these words in
    UTF-8; version_sha256: of the whole text as it was, which tells whether it still is. page: from 1; box: left, top, right,
    bottom as fractions of the page.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="+")
    version_sha256 = models.CharField(max_length=64)
    begins = models.PositiveIntegerField(null=True, blank=True)
    ends = models.PositiveIntegerField(null=True, blank=True)
    quote_sha256 = models.CharField(max_length=64, blank=True)
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    box = ArrayField(models.DecimalField(max_digits=6, decimal_places=5), size=4, null=True, blank=True)
    pinned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ["record", "system", "code", "pinned_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "system", "code", "version", "begins", "ends"], name="evidence_text_once",
                condition=Q(begins__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(
                    begins__isnull=False, ends__isnull=False, ends__gt=F("begins"), page__isnull=True, box__isnull=True
                )
                | Q(begins__isnull=True, ends__isnull=True, page__isnull=False, page__gte=1, box__isnull=False, box__len=4),
                name="evidence_is_text_or_box",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["document"], name="evidence_in_document")]

    def __str__(self) -> str:
        return f"evidence for {self.code}"


@pghistory.track()
class EvidenceOverride(OfACode):
    """Signed: this code stands without evidence. It is never changed, only withdrawn, once."""

    reason = models.CharField(max_length=200)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["record", "system", "code", "signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "system", "code"], name="evidence_override_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="evidence_override_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="evidence_override_is_signed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("record", "system", "code", "reason", "signed_by", "signed_at"),
            ),
            pgtrigger.Protect(
                name="evidence_override_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} stands without evidence"


class EvidencePolicy(models.Model):
    """What a facility asks for from a moment on; the newest row counts, earlier ones stay. No row: Level.OFF."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=4, choices=Level.choices)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["facility", "-id"]
        indexes = [models.Index(fields=["facility", "-id"], name="evidence_policy_newest")]
        triggers = [
            pgtrigger.Protect(name="evidence_policy_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id}: {self.level}"
