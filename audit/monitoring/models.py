"""Privacy monitoring: accesses by person, patient and day with what explains them, days of people, alerts, limits, watermark.

Kept apart from the trail: these rows may be made again from it. Patients and people are known by id only.
"""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.authority import authority_of
from audit.monitoring.rules import RULES
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User

RULE_CHOICES = [(rule.name, rule.title) for rule in RULES]


class WatchedQuerySet(models.QuerySet[Any, Any]):
    """Rows by the facilities they concern."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows of facilities at which `user` holds `permission`, and those that concern no facility."""
        mine = authority_of(user).at(permission)
        if not mine:
            return self.none()
        if mine >= set(Facility.objects.values_list("pk", flat=True)):
            return self
        return self.filter(Q(facility_ids__overlap=sorted(mine)) | Q(facility_ids=[]))


class AccessExplanation(models.Model):
    """All that one person did with one patient on one day, and what explains it.

    day: facility-local. event_ids: numbers of the trail's events, the first hundred. opened: looks at this patient alone; listed:
    appearances in lists and searches; changed: records made or changed; refused: attempts in vain. hours: bit n is set when
    something was opened at local hour n. source, sentence: what explains it, "" when nothing does; strength: 0 nothing, 1 work
    that waits for a group, 2 something of the person's own. settled: judged after the chart had been left.
    """

    actor_id = models.UUIDField()
    patient_id = models.UUIDField()
    day = models.DateField()
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=200, blank=True)
    facility_ids = ArrayField(models.IntegerField(), default=list)
    event_ids = ArrayField(models.BigIntegerField(), default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    hours = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=30, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    strength = models.PositiveSmallIntegerField(default=0)
    settled = models.BooleanField(default=False)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "patient_id", "day"], name="access_once_a_day")]
        indexes = [
            models.Index(fields=["patient_id", "-day"], name="access_of_patient"),
            models.Index(fields=["actor_id", "-day"], name="access_of_person"),
            models.Index(fields=["day", "source"], name="access_by_source"),
            models.Index(fields=["last_at"], name="access_to_settle", condition=Q(settled=False)),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} on {self.day}: {self.source or 'not explained'}"


class WatchedDay(models.Model):
    """One person's day: what is usual for a person is read from here.

    opened: patients opened. hours: bits of the local hours. searches, tiny, fruitless, waiting: see audit/monitoring/searches.py.
    reason: given for an export on this day.
    """

    actor_id = models.UUIDField()
    day = models.DateField()
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=200, blank=True)
    facility_ids = ArrayField(models.IntegerField(), default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)
    hours = models.PositiveIntegerField(default=0)
    searches = models.PositiveIntegerField(default=0)
    tiny = models.PositiveIntegerField(default=0)
    fruitless = models.PositiveIntegerField(default=0)
    waiting = ArrayField(models.DateTimeField(), default=list)
    outflow = models.PositiveIntegerField(default=0)
    outflow_event = models.CharField(max_length=60, blank=True)
    outflow_ids = ArrayField(models.BigIntegerField(), default=list)
    reason = models.CharField(max_length=300, blank=True)
    settled = models.BooleanField(default=False)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "day"], name="watched_day_once")]
        indexes = [
            models.Index(fields=["day"], name="watched_by_day"),
            models.Index(fields=["last_at"], name="watched_to_settle", condition=Q(settled=False)),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} on {self.day}"


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "open", "Open"
    CASE = "case", "In a case"
    CLOSED = "closed", "Closed"


class AlertOutcome(models.TextChoices):
    """What the privacy officer found; empty while open."""

    NONE = "", "not decided"
    LEGITIMATE = "legitimate", "Legitimate"
    EDUCATION = "education", "Education"
    NOT_LEGITIMATE = "not_legitimate", "Not legitimate"
    EXPLAINED_LATER = "explained_later", "Explained later"


class PrivacyAlert(models.Model):
    """Something a privacy officer should look at; once a rule, person, patient and day.

    patient_id: None when the alert is about a person's day. seen: what the rule saw. missing: what would have explained it, in
    plain words. case_id: of the case it became part of.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=24, choices=RULE_CHOICES)
    score = models.PositiveSmallIntegerField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=200, blank=True)
    patient_id = models.UUIDField(null=True, blank=True)
    day = models.DateField()
    event_ids = ArrayField(models.BigIntegerField(), default=list)
    facility_ids = ArrayField(models.IntegerField(), default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen = models.CharField(max_length=300)
    missing = ArrayField(models.CharField(max_length=120), default=list)
    state = models.CharField(max_length=8, choices=AlertState.choices, default=AlertState.OPEN)
    outcome = models.CharField(max_length=16, choices=AlertOutcome.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    case_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "actor_id", "patient_id", "day"], name="alert_once_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | Q(state="case", case_id__isnull=False, closed_at__isnull=True)
                | Q(state="open", outcome="", closed_at__isnull=True),
                name="alert_state_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("actor_id")), name="alert_closed_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-score", "-last_at", "-id"], name="alert_queue"),
            models.Index(fields=["actor_id", "-last_at", "-id"], name="alert_of_person"),
            models.Index(fields=["patient_id", "-last_at", "-id"], name="alert_of_patient"),
            models.Index(fields=["rule", "day"], name="alert_by_rule"),
            models.Index(fields=["case_id"], name="alert_of_case", condition=Q(case_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.actor_name}"

    def get_absolute_url(self) -> str:
        return reverse("privacy:alert", kwargs={"alert_id": self.pk})

    @property
    def patient_ids(self) -> list[Any]:
        """For the trail."""
        return [self.patient_id] if self.patient_id else []


class RuleSetting(models.Model):
    """A rule as the site wants it: at work or not, and its limits where they differ from the standard."""

    rule = models.CharField(max_length=24, primary_key=True, choices=RULE_CHOICES)
    active = models.BooleanField(default=True)
    limits = models.JSONField(default=dict)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.get_rule_display()


class Watermark(models.Model):
    """How far the trail has been watched: one row.

    horizon: every event of a transaction before it has been taken, but for those in `pending`: transactions that were still
    running. since: no event of a transaction from the horizon on is older than this; pending_since: the same for each pending one.
    """

    name = models.CharField(max_length=12, primary_key=True)
    horizon = models.BigIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    pending = ArrayField(models.BigIntegerField(), default=list)
    pending_since = ArrayField(models.DateTimeField(), default=list)
    events = models.BigIntegerField(default=0)
    watched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.horizon}"
