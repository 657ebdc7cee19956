"""States of a coding as they were: baseline, working, final; and where two of them disagree about the DRG."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from audit.scope import ScopedQuerySet
from coding.workbench.history.enums import Disagreement, SnapshotKind, Standpoint, Verdict
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.registry.models import Patient


class CodingSnapshot(models.Model):
    """One state of a coding: immutable, numbered from 1 within the encounter.

    standpoint: whose view it is. content: as CodingSummary keeps it; sha256: of its canonical JSON. record_version: the version
    of the coding it shows. note: why it was kept. summary: the final one's. taken_by: None when the system took it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="coding_snapshots")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=SnapshotKind.choices)
    standpoint = models.CharField(max_length=10, choices=Standpoint.choices)
    record_version = models.PositiveIntegerField()
    initial_drg = models.CharField(max_length=3, blank=True)
    final_drg = models.CharField(max_length=3, blank=True)
    grouper_version = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    summary = models.OneToOneField(
        "coding.CodingSummary", on_delete=models.PROTECT, null=True, blank=True, related_name="snapshot"
    )
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["encounter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "number"], name="snapshot_number_once"),
            models.UniqueConstraint(
                fields=["encounter", "standpoint"], name="baseline_once_a_standpoint", condition=Q(kind="baseline")
            ),
            models.CheckConstraint(
                name="snapshot_names_who", condition=Q(standpoint="automatic") | Q(taken_by__isnull=False)
            ),
            models.CheckConstraint(name="final_has_summary", condition=~Q(kind="final") | Q(summary__isnull=False)),
        ]
        triggers = [pgtrigger.Protect(name="snapshot_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.encounter_id}"


class DrgMismatch(models.Model):
    """Two states of one coding that end in different DRGs, until somebody else has judged; the judgement is kept.

    earlier, later: snapshots; their DRGs are repeated for the list. reason: of the judgement.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Disagreement.choices)
    earlier = models.ForeignKey(CodingSnapshot, on_delete=models.PROTECT, related_name="+")
    later = models.ForeignKey(CodingSnapshot, on_delete=models.PROTECT, related_name="+")
    earlier_drg = models.CharField(max_length=3, blank=True)
    later_drg = models.CharField(max_length=3, blank=True)
    found_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    reason = models.CharField(max_length=400, blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="mismatch_once"),
            models.CheckConstraint(name="mismatch_differs", condition=~Q(earlier_drg=models.F("later_drg"))),
            models.CheckConstraint(
                name="mismatch_judged_with_reason",
                condition=Q(verdict="open") | (Q(judged_by__isnull=False, judged_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "verdict", "found_at", "id"], name="mismatch_list"),
            models.Index(fields=["encounter"], name="mismatch_of_encounter"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="mismatch_judged_once", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__verdict="open")
            ),
            pgtrigger.Protect(name="mismatch_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_drg} or {self.later_drg} for {self.encounter_id}"
