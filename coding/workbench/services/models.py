"""Service lines of a working record."""

from __future__ import annotations

from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.services.rules import MOST_MODIFIERS, MOST_POINTERS
from records.encounters.models import Provider


@pghistory.track()
class CodedService(models.Model):
    """One CPT or HCPCS code of the working record, in the order of the page.

    modifiers: two characters each. ndc: eleven digits. Its diagnoses are rows of ServicePointer, which move with the diagnosis.
    """

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="services")
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=5)
    modifiers = ArrayField(models.CharField(max_length=2), size=MOST_MODIFIERS, default=list, blank=True)
    units = models.PositiveSmallIntegerField(default=1)
    serviced_on = models.DateField()
    revenue_code = models.CharField(max_length=4, blank=True)
    ndc = models.CharField(max_length=11, blank=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["record", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "sequence"], name="service_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=models.Q(units__gte=1), name="service_has_units"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.code} x{self.units}"

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.record.facility_id]


@pghistory.track()
class ServicePointer(models.Model):
    """A diagnosis a service was done for; place 1 is the primary one. It leaves with the diagnosis.

    record repeats the service's, so that the history stays behind the same wall when the service is gone.
    """

    record = models.ForeignKey(CodingRecord, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(CodedService, on_delete=models.CASCADE, related_name="pointers")
    diagnosis = models.ForeignKey(CodedDiagnosis, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["service", "place"]
        constraints = [
            models.UniqueConstraint(fields=["service", "diagnosis"], name="pointer_once"),
            models.UniqueConstraint(fields=["service", "place"], name="pointer_place_once"),
            models.CheckConstraint(
                condition=models.Q(place__gte=1, place__lte=MOST_POINTERS), name="pointer_has_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.diagnosis_id}"
