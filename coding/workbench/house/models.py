"""House rules of a facility and each version of them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from coding.workbench.abstracting.models import FacilityRowsQuerySet
from coding.workbench.house.vocabulary import SEVERITIES
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User

LONGEST_NAME, LONGEST_MESSAGE = 80, 300


@pghistory.track()
class HouseRule(models.Model):
    """A rule by its name. version: number of the newest HouseRuleVersion, the one that counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    version = models.PositiveIntegerField(default=1)

    objects = FacilityRowsQuerySet.as_manager()

    class Meta:
        ordering = ["facility", "name"]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="house_rule_name_once")]

    def __str__(self) -> str:
        return self.name


class HouseRuleVersion(models.Model):
    """One wording of a rule, never changed. content: {"groups": [[condition]], "check": condition}, see house/rules.py.

    starts_on, ends_on: days of discharge it holds for. active: switched on; a change of the switch is a version too.
    """

    rule = models.ForeignKey(HouseRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    content = models.JSONField()
    severity = models.CharField(max_length=6, choices=SEVERITIES)
    message = models.CharField(max_length=LONGEST_MESSAGE)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    active = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="house_rule_version_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="house_rule_ends_after_start",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="house_rule_version_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class HouseRuleTrial(models.Model):
    """A version tried on recent accounts: it would have fired on `fired` of `tested`."""

    wording = models.ForeignKey(HouseRuleVersion, on_delete=models.PROTECT, related_name="trials")
    fired = models.PositiveIntegerField()
    tested = models.PositiveIntegerField()
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    tried_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    tried_at = models.DateTimeField()

    class Meta:
        ordering = ["wording", "-id"]
        constraints = [models.CheckConstraint(condition=Q(fired__lte=F("tested")), name="trial_fires_on_tested")]
        triggers = [pgtrigger.Protect(name="trial_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.fired} of {self.tested}"
