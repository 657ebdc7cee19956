"""Overrides: what a coder answered to a warning."""

from __future__ import annotations

from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coding.workbench.edits.findings import LONGEST_KEY
from coding.workbench.models import CodingRecord
from hims.staff.models import User

LONGEST_REASON = 200


@pghistory.track()
class EditOverride(models.Model):
    """One warning answered with a reason; it stands while its situation does.

    edit: key of the finding (rule, codes, note). codes: undotted. text: the words that were answered. withdrawn_why: "taken back"
    by a person, or "no longer fires" after a change; a withdrawn one never comes back by itself.
    """

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="overrides")
    edit = models.CharField(max_length=LONGEST_KEY)
    rule = models.CharField(max_length=60)
    codes = ArrayField(models.CharField(max_length=16), default=list)
    text = models.CharField(max_length=600)
    reason = models.CharField(max_length=LONGEST_REASON)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["record", "given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "edit"], condition=Q(withdrawn_at__isnull=True), name="override_once_an_edit"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.edit}: {self.reason}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]
