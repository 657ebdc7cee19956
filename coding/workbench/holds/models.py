"""Who works on an account."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from coding.workbench.models import CodingRecord
from hims.staff.models import User


class Loss(models.TextChoices):
    """How somebody came to lose a hold without leaving the account."""

    TAKEN_OVER = "taken_over", "taken over"
    RELEASED = "released", "released"


class AccountHold(models.Model):
    """One row an account, so that two people never hold it. holder None: nobody works on it now.

    seen_at: the last sign of life of the holder, by the database's clock; it moves every minute, therefore the row has no
    history, and its beginnings and ends are events of the trail. page: the page that was heard last; only that one lets the
    account go when it is left. lost_*: who lost the hold last, to whom, how and when, until that person opens the account again.
    """

    record = models.OneToOneField(CodingRecord, on_delete=models.CASCADE, primary_key=True, related_name="hold")
    holder = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    page = models.UUIDField(null=True, blank=True)
    lost_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lost_to = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lost_how = models.CharField(max_length=10, choices=Loss.choices, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__isnull=True, since__isnull=True, seen_at__isnull=True, page__isnull=True)
                | Q(holder__isnull=False, since__isnull=False, seen_at__isnull=False, page__isnull=False),
                name="hold_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(lost_by__isnull=True, lost_to__isnull=True, lost_at__isnull=True, lost_how="")
                | (Q(lost_by__isnull=False, lost_to__isnull=False, lost_at__isnull=False) & ~Q(lost_how="")),
                name="hold_loss_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"hold on {self.record_id}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]
