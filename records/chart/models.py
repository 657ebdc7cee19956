"""Clinical entries of the chart, with the code they came with and where they came from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.scope import ScopedQuerySet
from hims.lib.ids import uuid7
from hims.staff.models import Facility
from records.encounters.models import Encounter
from records.labels import known_labels, labels_field
from records.registry.models import Patient


class ClinicalEntry(models.Model):
    """What all clinical entries share.

    system, code, display: the original coding (e.g. SNOMED CT, RxNorm, LOINC, CVX), never translated.
    effective_at: when it began, was measured or was given. source_key: "system|value" of the feed it came from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="%(class)ss")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)
    display = models.CharField(max_length=300)
    status = models.CharField(max_length=30, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    labels = labels_field()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="%(class)s_source_once"),
            models.CheckConstraint(condition=known_labels(), name="%(class)s_known_labels"),
        ]
        indexes = [models.Index(fields=["patient", "-effective_at", "id"], name="%(class)s_of_patient")]

    def __str__(self) -> str:
        return self.display


class Problem(ClinicalEntry):
    """A problem or diagnosis on the clinicians' list; not a coded diagnosis of the account."""

    resolved_at = models.DateTimeField(null=True, blank=True)
    category = models.CharField(max_length=40, blank=True)


class Allergy(ClinicalEntry):
    reaction = models.CharField(max_length=200, blank=True)
    criticality = models.CharField(max_length=20, blank=True)


class Medication(ClinicalEntry):
    dose = models.CharField(max_length=200, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)


class Observation(ClinicalEntry):
    """A vital sign or laboratory result: a number with unit, or text; `parts` holds components (blood pressure)."""

    category = models.CharField(max_length=40, blank=True)
    value_number = models.DecimalField(max_digits=16, decimal_places=5, null=True, blank=True)
    value_text = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    reference_range = models.CharField(max_length=60, blank=True)
    interpretation = models.CharField(max_length=20, blank=True)
    parts = models.JSONField(default=list, blank=True)


class ProcedureEntry(ClinicalEntry):
    """A procedure as the clinical system recorded it; not a coded procedure of the account."""

    ends_at = models.DateTimeField(null=True, blank=True)


class Immunization(ClinicalEntry):
    lot_number = models.CharField(max_length=40, blank=True)
