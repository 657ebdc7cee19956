"""Coding of an encounter: the working record, what the grouper said, and the immutable summaries."""

from __future__ import annotations

from uuid import UUID

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse

from audit.scope import ScopedQuerySet
from coding.workbench.enums import CodingStatus, DiagnosisRole, Poa
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.models import Encounter, Provider
from records.registry.models import Patient


@pghistory.track()
class CodingRecord(models.Model):
    """The working coding of one encounter, and its place on the worklist.

    patient, facility, encounter_class, discharged_on repeat the encounter's, so that the worklist is one index scan; kept by the
    listener of encounter events. version: counts changes; a page that sends an older one is refused (lost update).
    reopened_for: why a finalized coding was opened again; the next summary carries it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="coding")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    encounter_class = models.CharField(max_length=20)
    discharged_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=CodingStatus.choices, default=CodingStatus.UNCODED)
    coder = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    reopened_for = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["facility", "status", "discharged_on", "id"], name="coding_worklist"),
            models.Index(fields=["discharged_on", "id"], name="coding_by_discharge"),
            models.Index(
                fields=["discharged_on", "id"],
                name="coding_to_do",
                condition=models.Q(status__in=("uncoded", "in_progress")),
            ),
        ]

    def __str__(self) -> str:
        return f"coding of {self.encounter_id}"

    def get_absolute_url(self) -> str:
        return reverse("coding:workbench", kwargs={"encounter_id": self.encounter_id})


@pghistory.track()
class CodedDiagnosis(models.Model):
    """One ICD-10-CM code of the working record; code undotted upper case; sequence from 1 within its role."""

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="diagnoses")
    role = models.CharField(max_length=20, choices=DiagnosisRole.choices)
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7)
    poa = models.CharField(max_length=1, choices=Poa.choices, blank=True)

    class Meta:
        ordering = ["record", "role", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "role", "sequence"],
                name="diagnosis_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["record", "role", "code"], name="diagnosis_once_a_role"),
        ]
        indexes = [models.Index(fields=["code", "record"], name="diagnosis_uses")]

    def __str__(self) -> str:
        return f"{self.role} {self.sequence} {self.code} {self.poa}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]


@pghistory.track()
class CodedProcedure(models.Model):
    """One ICD-10-PCS code of the working record; sequence 1 is the principal procedure."""

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="procedures")
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7)
    performed_on = models.DateField(null=True, blank=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["record", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "sequence"], name="procedure_place_once", deferrable=models.Deferrable.DEFERRED
            )
        ]
        indexes = [models.Index(fields=["code", "record"], name="procedure_uses")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.code}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]


class Grouping(models.Model):
    """What the grouper said of a coding record, the newest answer only; summaries keep their own.

    grouper_version: e.g. 440. marks: {"diagnoses": [{"code", "severity", ...}], "procedures": [...]} in coded order.
    digest: SHA-256 of what went in, so that nothing is grouped twice without need.
    """

    record = models.OneToOneField(CodingRecord, on_delete=models.CASCADE, primary_key=True, related_name="grouping")
    grouper_version = models.PositiveSmallIntegerField()
    initial_drg = models.CharField(max_length=3)
    final_drg = models.CharField(max_length=3)
    mdc = models.CharField(max_length=2)
    drg_title = models.CharField(max_length=200)
    mdc_title = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=12, blank=True)
    return_code = models.CharField(max_length=60)
    marks = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    grouped_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.final_drg} (v{self.grouper_version})"


class CodingSummary(models.Model):
    """A finalized coding: immutable, numbered. A recode after final is a new number.

    content: {"diagnoses": [{role, sequence, code, poa, title}], "procedures": [{sequence, code, performed_on, provider, title}],
    "services": [{sequence, system, code, title, modifiers, units, serviced_on, revenue_code, ndc, provider, diagnoses}],
    "overrides": [{edit, codes, text, reason, by, at}], "drg": {...}, "encounter": {...}: admission type, point of origin and
    disposition as they count, the coder's before registration's, "registered": {the same as registration had them},
    "abstract": {birth_weight_grams, ventilation_hours, attending, operating, other_operating, local: [{key, label, value}]},
    "evidence": [{system, code, document, version, version_sha256, begins, ends, quote_sha256 ...}],
    "evidence_overrides": [...], "evidence_policy": level}; sha256: of its canonical JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="coding_summaries")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    final_drg = models.CharField(max_length=3, blank=True)
    grouper_version = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    finalized_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finalized_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["encounter", "-number"]
        constraints = [models.UniqueConstraint(fields=["encounter", "number"], name="summary_number_once")]
        triggers = [
            pgtrigger.Protect(name="summary_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"summary {self.number} of {self.encounter_id}"
