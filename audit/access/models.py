"""What opens a single patient to a person: grants, emergencies, the patient's own consent, and whose own chart it is.

Patients are known here by id only: the registry stands above.
"""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hims.lib.ids import uuid7
from hims.lib.labels import TITLES, Label
from hims.staff.models import User


class GrantSource(models.TextChoices):
    """Why a person is concerned with a patient."""

    CARE_TEAM = "care_team", "care team"
    PROVIDER = "provider", "provider of the encounter"
    WORK_ITEM = "work_item", "coding work"
    VISIT = "visit", "scheduled visit"
    RELEASE = "release", "release request"
    AUDIT_LIST = "audit_list", "list of an external audit"
    DELEGATION = "delegation", "delegation"
    EXPLICIT = "explicit", "given by name"
    EMERGENCY = "emergency", "emergency access"


class TimedQuerySet(models.QuerySet[Any, Any]):
    """Rows that hold for a time, by the database's clock: a row is dead in the moment its time ends."""

    def in_force(self) -> Self:
        """Rows that hold now and were not taken back."""
        return self.filter(during__contains=Now(), revoked_at__isnull=True)


class AccessGrant(models.Model):
    """A person, or a group, may reach one patient for a time.

    during: from when to when, half open. object_type, object_id: what the grant follows from (an encounter, a request).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="access_grants")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="access_grants")
    patient_id = models.UUIDField()
    source = models.CharField(max_length=12, choices=GrantSource.choices)
    reason = models.CharField(max_length=300, blank=True)
    during = DateTimeRangeField()
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TimedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True) | Q(user__isnull=True, group__isnull=False),
                name="grant_to_one",
            ),
            models.CheckConstraint(
                condition=Q(during__startswith__isnull=False, during__endswith__isnull=False), name="grant_has_an_end"
            ),
            models.UniqueConstraint(
                fields=["user", "patient_id", "source", "object_type", "object_id"],
                condition=~Q(object_id="") & Q(user__isnull=False),
                name="grant_once_an_object",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "patient_id"], name="grant_of_user", condition=Q(user__isnull=False)),
            models.Index(fields=["group", "patient_id"], name="grant_of_group", condition=Q(group__isnull=False)),
            models.Index(fields=["patient_id"], name="grant_of_patient"),
            models.Index(fields=["user"], name="grant_emergency", condition=Q(source="emergency")),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group}: {self.get_source_display()}"


class EmergencyReason(models.TextChoices):
    """Why the glass was broken, to choose from."""

    EMERGENCY_CARE = "emergency_care", "Emergency care of this patient"
    URGENT_CARE = "urgent_care", "Urgent care, no relationship on record yet"
    SAFETY = "safety", "Danger to the patient or others"
    URGENT_RECORDS = "urgent_records", "Urgent records work that cannot wait"


class EmergencyOutcome(models.TextChoices):
    """What the review found; empty while it waits."""

    WAITING = "", "waiting for review"
    JUSTIFIED = "justified", "justified"
    NOT_JUSTIFIED = "not_justified", "not justified"
    ESCALATED = "escalated", "became a case"


class EmergencyAccess(models.Model):
    """The glass was broken: one person, one patient, four hours; and the review that always follows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.OneToOneField(AccessGrant, on_delete=models.PROTECT, related_name="emergency")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    patient_id = models.UUIDField()
    facility_ids = models.JSONField(default=list)
    reason_code = models.CharField(max_length=20, choices=EmergencyReason.choices)
    reason_text = models.CharField(max_length=500)
    opened_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=16, choices=EmergencyOutcome.choices, blank=True)
    outcome_note = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="emergency_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=models.F("user")), name="emergency_closed_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at", "id"], name="emergency_to_review", condition=Q(outcome="")),
            models.Index(fields=["user", "-opened_at"], name="emergency_of_user"),
            models.Index(fields=["patient_id", "-opened_at"], name="emergency_of_patient"),
        ]

    def __str__(self) -> str:
        return f"emergency access of {self.user}"


class LabelConsent(models.Model):
    """The patient allows information of one label to be seen by those who are not cleared for it, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient_id = models.UUIDField()
    label = models.CharField(max_length=16, choices=[(label.value, TITLES[label]) for label in Label])
    during = DateTimeRangeField()
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = TimedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label="psychotherapy"), name="consent_not_for_psychotherapy"),
            models.CheckConstraint(condition=Q(during__startswith__isnull=False), name="consent_has_a_start"),
        ]
        indexes = [models.Index(fields=["patient_id", "label"], name="consent_of_patient")]

    def __str__(self) -> str:
        return f"consent to {self.label}"


class EmployeeChart(models.Model):
    """This member of staff is that patient: the person never opens the own chart, colleagues need a reason."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="own_chart")
    patient_id = models.UUIDField(unique=True)
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"chart of {self.user}"
