"""Claims, the files they leave in, and control numbers that never repeat."""

from __future__ import annotations

from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from audit.authority import authority_of
from audit.scope import ScopedQuerySet
from billing.charges.models import Account
from billing.claims.enums import ClaimForm, ClaimState
from coding.workbench.models import CodingSummary
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.registry.models import Patient, Payer


class ControlNumber(models.Model):
    """The last control number used in a sequence, taken with UPDATE ... RETURNING. name: e.g. "interchange:LGH", one a sender."""

    name = models.CharField(max_length=80, primary_key=True)
    last_value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last_value}"


class ClaimFileQuerySet(ScopedQuerySet):
    """Files by their facility; a file is in reach when all its claims are."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """The files `user` may reach by `permission`."""
        facilities = Facility.objects.filter(pk__in=sorted(authority_of(user).at(permission)))
        files = self.filter(facility__in=facilities)
        visible = Claim.objects.visible_to(user, permission).filter(pk=OuterRef("pk"))
        return files.filter(~Exists(Claim.objects.filter(~Exists(visible), file=OuterRef("pk"))))


class ClaimFile(models.Model):
    """One X12 interchange as it was written; the bytes are kept and never change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=4, choices=ClaimForm.choices)
    sender_id = models.CharField(max_length=15)
    receiver_id = models.CharField(max_length=15)
    usage = models.CharField(max_length=1)
    interchange_number = models.PositiveIntegerField()
    group_number = models.PositiveIntegerField()
    name = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    claim_count = models.PositiveIntegerField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClaimFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["facility", "-created_at", "-id"], name="claim_file_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["sender_id", "receiver_id", "usage", "interchange_number"],
                name="interchange_number_once",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="file_bytes_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("billing:file_download", kwargs={"file_id": self.pk})


@pghistory.track()
class Claim(models.Model):
    """A claim for an account's summary; rebuilt freely until it is exported.

    control_number: the patient control number (CLM01), once a facility. faults: [{"code", "field", "sentence"}] while held.
    body_sha256: of the claim's own segments, without control numbers. payer_control_number: the number under which the payer
    keeps the claim, once it is known; a replacement names it (REF*F8).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="claims")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="claims")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    summary = models.ForeignKey(CodingSummary, on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    form = models.CharField(max_length=4, choices=ClaimForm.choices)
    frequency = models.CharField(max_length=1, default="1")
    control_number = models.CharField(max_length=20)
    payer_control_number = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=10, choices=ClaimState.choices)
    total_amount = models.DecimalField(max_digits=12, decimal_places=2)
    faults = models.JSONField(default=list)
    body_sha256 = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(ClaimFile, on_delete=models.PROTECT, null=True, blank=True, related_name="claims")
    created_at = models.DateTimeField(auto_now_add=True)
    exported_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "form", "frequency"], name="claim_once_a_summary"),
            models.UniqueConstraint(fields=["facility", "control_number"], name="control_number_once_a_facility"),
        ]
        indexes = [models.Index(fields=["facility", "state", "-created_at", "id"], name="claim_list")]

    def __str__(self) -> str:
        return self.control_number

    def get_absolute_url(self) -> str:
        return reverse("billing:claim", kwargs={"claim_id": self.pk})
