"""What a coder states of a stay beside its codes, and the fields a facility adds of its own."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.authority import authority_of
from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.rules import LEAST_GRAMS, MOST_GRAMS
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.encounters.models import Provider


class FacilityRowsQuerySet(models.QuerySet[Any, Any]):
    """Rows that belong to a facility and to no patient."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows of the facilities at which the person holds the permission."""
        return self.filter(facility_id__in=authority_of(user).at(permission))


@pghistory.track()
class Abstract(models.Model):
    """The coder's items of one coding; a blank one means that registration's value holds, or that there is none.

    local: values of the facility's own fields by key, as text. against: what registration said of each item when it was
    corrected, so that a later change over there is noticed.
    """

    record = models.OneToOneField(CodingRecord, on_delete=models.CASCADE, primary_key=True, related_name="abstract")
    discharge_disposition = models.CharField(max_length=2, blank=True)
    admission_type = models.CharField(max_length=1, blank=True)
    point_of_origin = models.CharField(max_length=1, blank=True)
    attending = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    operating = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    other_operating = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    birth_weight_grams = models.PositiveSmallIntegerField(null=True, blank=True)
    ventilation_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    local = models.JSONField(default=dict, blank=True)
    against = models.JSONField(default=dict, blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_weight_grams__isnull=True)
                | Q(birth_weight_grams__gte=LEAST_GRAMS, birth_weight_grams__lte=MOST_GRAMS),
                name="abstract_birth_weight_in_grams",
            ),
        ]

    def __str__(self) -> str:
        return f"abstract of {self.record_id}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]


@pghistory.track()
class AbstractField(models.Model):
    """A field that a facility adds to its abstracts. key: made from the first label, never changed; choices: for FieldKind.CHOICE.

    One that is switched off is neither shown nor asked for; what was entered in it stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=FieldKind.choices)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    active = models.BooleanField(default=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = FacilityRowsQuerySet.as_manager()

    class Meta:
        ordering = ["facility", "label"]
        constraints = [models.UniqueConstraint(fields=["facility", "key"], name="abstract_field_once")]

    def __str__(self) -> str:
        return self.label
