"""Investigation cases of the privacy office: the case, its evidence, notes, steps and breach assessments.

Patients and people involved are known here by id. Everything but the case itself is only ever added.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.authority import authority_of
from audit.cases.breach import BreachException, Verdict
from audit.cases.enums import CaseKind, CaseOrigin, CaseOutcome, CaseState, Location, Sanction, StepKind
from audit.trail.models import hide_from_trail
from hims.lib.access import Permission
from hims.lib.dates import local_date
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User


class CaseQuerySet(models.QuerySet[Any, Any]):
    """Cases by facility; nobody sees a case about themselves."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Cases of facilities at which `user` holds `permission`, but none in which `user` is a subject."""
        rows = self.filter(facility_id__in=sorted(authority_of(user).at(permission)))
        return rows.exclude(subject_ids__contains=[user.pk])


@pghistory.track()
class Case(models.Model):
    """One suspected violation of privacy, from its discovery to its outcome.

    subject_ids: members of staff whose conduct is examined. patient_ids: whose information is concerned; affected_count: how
    many individuals, which may be more. in_one_state: the most residents of one State among them. discovered_at: when it
    became known. due_on: the last day for the notice to individuals. delayed_until: a day named by law enforcement.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    origin = models.CharField(max_length=10, choices=CaseOrigin.choices, default=CaseOrigin.HAND)
    origin_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    description = models.CharField(max_length=4000, blank=True)
    subject_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    patient_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    affected_count = models.PositiveIntegerField(default=0)
    in_one_state = models.PositiveIntegerField(null=True, blank=True)
    location = models.CharField(max_length=10, choices=Location.choices, default=Location.EHR)
    occurred_from = models.DateField(null=True, blank=True)
    occurred_to = models.DateField(null=True, blank=True)
    discovered_at = models.DateTimeField()
    due_on = models.DateField()
    delayed_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    outcome = models.CharField(max_length=12, choices=CaseOutcome.choices, blank=True)
    outcome_words = models.CharField(max_length=4000, blank=True)
    sanction = models.CharField(max_length=12, choices=Sanction.choices, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | (
                    Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(sanction="")
                ),
                name="case_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(occurred_to__isnull=True) | Q(occurred_to__gte=models.F("occurred_from")),
                name="case_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="case_by_deadline"),
            models.Index(fields=["facility", "discovered_at"], name="case_of_facility"),
            GinIndex(fields=["subject_ids"], name="case_by_subject"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cases:case", kwargs={"case_id": self.pk})

    @property
    def discovered_on(self) -> date:
        """The facility's local day of discovery."""
        return local_date(self.discovered_at, self.facility.time_zone)

    @property
    def is_open(self) -> bool:
        """It may still be changed."""
        return self.state == CaseState.OPEN


class CaseEvidence(models.Model):
    """One event of the trail as it was when it was added, with its leaf hash; a copy that cannot be changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    event_id = models.UUIDField()
    event_at = models.DateTimeField()
    trail_id = models.BigIntegerField()
    leaf = models.BinaryField()
    frozen = models.JSONField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "event_id"], name="evidence_once_a_case")]
        indexes = [models.Index(fields=["case", "event_at", "trail_id"], name="evidence_of_case")]
        triggers = [pgtrigger.Protect(name="evidence_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"event {self.event_id}"


class CaseNote(models.Model):
    """What somebody of the privacy office wrote; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(max_length=4000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="note_of_case")]
        triggers = [pgtrigger.Protect(name="note_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"note of {self.written_by}"


class CaseStep(models.Model):
    """Something was done about the case on a day: a person heard, a notice sent, a sanction applied."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    done_on = models.DateField()
    text = models.CharField(max_length=1000, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "done_on", "id"], name="step_of_case")]
        triggers = [pgtrigger.Protect(name="step_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_kind_display()


class BreachAssessment(models.Model):
    """The risk assessment of 45 CFR 164.402; a new one replaces the one before, which stays.

    factors: {factor: [level, words]}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    permitted = models.BooleanField(default=False)
    secured = models.BooleanField(default=False)
    exception = models.CharField(
        max_length=20, choices=[(each.value, each.words) for each in BreachException], blank=True
    )
    factors = models.JSONField(default=dict)
    verdict = models.CharField(max_length=16, choices=[(each.value, each.words) for each in Verdict])
    text = models.CharField(max_length=4000, blank=True)
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="assessment_of_case")]
        triggers = [pgtrigger.Protect(name="assessment_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_verdict_display()


def _events_about(user: User) -> Q:
    """Work on cases in which the person is a subject; they are few."""
    own = [str(key) for key in Case.objects.filter(subject_ids__contains=[user.pk]).values_list("pk", flat=True)]
    if not own:
        return Q()
    hidden = Q(object_type="case", object_id__in=own)
    for key in own:
        hidden |= Q(event__startswith="case.", detail__contains={"case_id": key})
    return hidden


hide_from_trail(_events_about)
