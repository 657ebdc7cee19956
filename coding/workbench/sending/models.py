"""Which changes of a page have arrived."""

from __future__ import annotations

from django.db import models

from coding.workbench.models import CodingRecord
from hims.staff.models import User


class SentChange(models.Model):
    """A change that was applied, by the id that the page gave it, so that one sent again after a lost answer is applied once.

    Kept for a day; says nothing of what was changed.
    """

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="+")
    sent_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    change = models.UUIDField()
    applied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "sent_by", "change"], name="change_applied_once")]

    def __str__(self) -> str:
        return f"change {self.change}"
