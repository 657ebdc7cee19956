"""The billing side of an encounter: the account, its charges, and the charge master."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.scope import ScopedQuerySet
from billing.charges.enums import AccountState
from hims.lib.ids import uuid7
from hims.staff.models import Facility
from records.encounters.models import Encounter, Provider
from records.registry.models import Patient


@pghistory.track()
class Account(models.Model):
    """One account an encounter; discharged_on repeats the encounter's for the worklist and DNFB."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="account")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AccountState.choices, default=AccountState.IN_HOUSE)
    hold_reason = models.CharField(max_length=200, blank=True)
    discharged_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["facility", "state", "discharged_on", "id"], name="account_worklist")]

    def __str__(self) -> str:
        return f"account of {self.encounter_id}"

    def get_absolute_url(self) -> str:
        return reverse("billing:account", kwargs={"account_id": self.pk})


class ChargeItem(models.Model):
    """One line of the charge master: the hospital's own words, revenue code, HCPCS where one applies, price in USD."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    description = models.CharField(max_length=120)
    revenue_code = models.CharField(max_length=4)
    hcpcs_code = models.CharField(max_length=5, blank=True)
    price_amount = models.DecimalField(max_digits=12, decimal_places=2)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["facility", "code"]
        constraints = [models.UniqueConstraint(fields=["facility", "code"], name="charge_item_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class ChargeQuerySet(ScopedQuerySet):
    encounter_path = "account__encounter_id"


class Charge(models.Model):
    """One charge; never changed or deleted, only reversed by a charge of the opposite amount.

    amount: USD for all units together, negative on a reversal. pointers: 1-4 places of the diagnoses a professional line
    points to. source_key: the feed's key; the same charge twice is refused.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="charges")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=120)
    revenue_code = models.CharField(max_length=4)
    hcpcs_code = models.CharField(max_length=5, blank=True)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, blank=True, size=4)
    pointers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, size=4)
    service_on = models.DateField()
    units = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    rendering = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    source_key = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["service_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="charge_source_once"),
            models.CheckConstraint(condition=~Q(units=0), name="charge_has_units"),
        ]
        triggers = [
            pgtrigger.Protect(name="charge_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.revenue_code} {self.description} {self.amount}"
