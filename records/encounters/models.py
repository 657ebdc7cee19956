"""Encounters: one episode of care, its times, people and places."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.scope import ScopedQuerySet
from hims.lib.dates import local_date
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.enums import EncounterClass, EncounterStatus, ProviderRole
from records.labels import known_labels, labels_field
from records.registry.models import Patient


class Provider(models.Model):
    """A clinician as charts and claims name them; `user` when the person also signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True)
    family_name = models.CharField(max_length=60)
    given_names = models.CharField(max_length=60, blank=True)
    credentials = models.CharField(max_length=20, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    taxonomy_code = models.CharField(max_length=10, blank=True)
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="provider")

    class Meta:
        ordering = ["family_name", "given_names"]

    @property
    def signs_as(self) -> UUID | None:
        """The account under which this clinician signs; None without one that is open."""
        return self.user.pk if self.user is not None and self.user.is_active else None

    def __str__(self) -> str:
        name = f"{self.given_names} {self.family_name}".strip()
        return f"{name}, {self.credentials}" if self.credentials else name


@pghistory.track()
class Encounter(models.Model):
    """One episode of care at a facility.

    account_number: the facility's number for the visit. discharged_on: facility-local date of discharge, kept by `save`; code
    sets, grouper version and age at discharge go by it. discharge_disposition: two characters (UB-04 FL 17).
    source_key: "system|value" of the feed it came from, so that an import finds it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    account_number = models.CharField(max_length=20)
    encounter_class = models.CharField(max_length=20, choices=EncounterClass.choices)
    status = models.CharField(max_length=12, choices=EncounterStatus.choices, default=EncounterStatus.IN_PROGRESS)
    admitted_at = models.DateTimeField()
    discharged_at = models.DateTimeField(null=True, blank=True)
    admitted_on = models.DateField(editable=False)
    discharged_on = models.DateField(null=True, blank=True, editable=False)
    admission_type = models.CharField(max_length=1, blank=True)
    point_of_origin = models.CharField(max_length=1, blank=True)
    discharge_disposition = models.CharField(max_length=2, blank=True)
    service = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    attending = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_key = models.CharField(max_length=200, blank=True)
    labels = labels_field()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "account_number"], name="account_number_once_a_facility"),
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="encounter_source_once"),
            models.CheckConstraint(
                condition=Q(discharged_at__isnull=True) | Q(discharged_at__gte=F("admitted_at")),
                name="discharge_after_admission",
            ),
            models.CheckConstraint(
                condition=~Q(status="discharged") | Q(discharged_at__isnull=False),
                name="discharged_has_a_time",
            ),
            models.CheckConstraint(condition=known_labels(), name="encounter_known_labels"),
        ]
        indexes = [
            models.Index(fields=["patient", "-admitted_at", "id"], name="encounter_of_patient"),
            models.Index(fields=["facility", "status", "discharged_on", "id"], name="encounter_by_discharge"),
            models.Index(fields=["account_number"], name="encounter_by_account"),
            models.Index(fields=["patient"], name="encounter_labelled", condition=~Q(labels=[])),
        ]

    def __str__(self) -> str:
        return self.account_number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_local_dates()
        super().save(*args, **kwargs)

    def set_local_dates(self) -> None:
        """admitted_on and discharged_on from the moments, in the facility's time zone."""
        zone = self.facility.time_zone
        self.admitted_on = local_date(self.admitted_at, zone)
        self.discharged_on = local_date(self.discharged_at, zone) if self.discharged_at else None

    def get_absolute_url(self) -> str:
        return reverse("records:encounter", kwargs={"encounter_id": self.pk})


class EncounterProvider(models.Model):
    """A clinician took part in an encounter in a role."""

    encounter = models.ForeignKey(Encounter, on_delete=models.CASCADE, related_name="providers")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=ProviderRole.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["encounter", "provider", "role"], name="provider_role_once_an_encounter")
        ]

    def __str__(self) -> str:
        return f"{self.provider} ({self.get_role_display()})"


class EncounterLocation(models.Model):
    """Where the patient lay, from when to when."""

    encounter = models.ForeignKey(Encounter, on_delete=models.CASCADE, related_name="locations")
    unit = models.CharField(max_length=60)
    room = models.CharField(max_length=20, blank=True)
    bed = models.CharField(max_length=20, blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["from_at", "id"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.unit, self.room, self.bed) if part)


class AccountCounter(models.Model):
    """The next account number of a facility."""

    facility = models.OneToOneField(Facility, on_delete=models.CASCADE, primary_key=True, related_name="+")
    next_value = models.BigIntegerField(default=500001)

    def __str__(self) -> str:
        return str(self.next_value)
