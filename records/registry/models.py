"""The patient registry: who the patient is, by which numbers, where they live, who pays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.scope import ScopedQuerySet
from hims.lib.ids import uuid7
from hims.lib.masking import MEMBER, masked
from hims.lib.text import fold
from hims.staff.models import Facility
from records.registry.enums import AddressUse, NameUse, PayerKind, PhoneUse, Relationship, Restriction, Sex


class PatientQuerySet(ScopedQuerySet):
    """Patients by the facilities that know them."""

    patient_path = ""

    def _at(self, facilities: list[int]) -> Q:
        return Q(facility_ids__overlap=facilities)


class PatientOwnedQuerySet(ScopedQuerySet):
    """Rows of a patient without a facility of their own: in reach when the patient is."""

    def _at(self, facilities: list[int]) -> Q:
        return Q(patient__facility_ids__overlap=facilities)


@pghistory.track()
class Patient(models.Model):
    """One person.

    facility_ids: the facilities that gave the person a medical record number; kept by a trigger on MedicalRecordNumber.
    search_name: folded "family given", kept by `save`. distinction: 0, or a number that sets apart a person confirmed to
    be another one with the same name, birth date and sex. confidential: a restricted chart, for the reason in `restriction`.
    alias_family_name, alias_given_names: what lists show instead of the name of a restricted patient.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility_ids = ArrayField(models.IntegerField(), default=list, editable=False)
    family_name = models.CharField(max_length=60)
    given_names = models.CharField(max_length=60, blank=True)
    suffix = models.CharField(max_length=10, blank=True)
    search_name = models.CharField(max_length=130, editable=False)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    deceased_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=20, blank=True)
    marital_status = models.CharField(max_length=20, blank=True)
    race = models.CharField(max_length=60, blank=True)
    ethnicity = models.CharField(max_length=60, blank=True)
    confidential = models.BooleanField(default=False)
    restriction = models.CharField(max_length=12, choices=Restriction.choices, blank=True, db_default="")
    alias_family_name = models.CharField(max_length=60, blank=True, db_default="")
    alias_given_names = models.CharField(max_length=60, blank=True, db_default="")
    distinction = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        permissions = [("view_confidential_patient", "May open this confidential chart")]
        constraints = [
            models.UniqueConstraint(
                fields=["search_name", "birth_date", "sex", "distinction"], name="patient_registered_once"
            ),
            models.CheckConstraint(
                condition=Q(deceased_on__isnull=True) | Q(deceased_on__gte=F("birth_date")),
                name="patient_dies_after_birth",
            ),
            models.CheckConstraint(
                condition=Q(restriction="") | Q(confidential=True), name="patient_restriction_is_confidential"
            ),
        ]
        indexes = [
            models.Index(fields=["search_name", "id"], name="patient_by_name"),
            models.Index(fields=["birth_date", "search_name"], name="patient_by_birth"),
            GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="patient_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = self.folded_name()
        super().save(*args, **kwargs)

    def folded_name(self) -> str:
        """The form in which the name is sorted, compared and searched."""
        return fold(f"{self.family_name} {self.given_names} {self.suffix}")[:130]

    def get_absolute_url(self) -> str:
        return reverse("records:chart", kwargs={"patient_id": self.pk})

    @property
    def name(self) -> str:
        """The name as charts are labelled: family name, given names, suffix."""
        first = " ".join(part for part in (self.given_names, self.suffix) if part)
        return f"{self.family_name}, {first}" if first else self.family_name

    @property
    def listed_name(self) -> str:
        """What lists, labels and schedules show: the alias where there is one."""
        if not self.alias_family_name:
            return self.name
        return f"{self.alias_family_name}, {self.alias_given_names}".rstrip(", ")

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.pk]


class PatientUserException(UserObjectPermissionBase):
    """An explicit exception for one person (django-guardian, direct key)."""

    content_object = models.ForeignKey(Patient, on_delete=models.CASCADE)


class PatientGroupException(GroupObjectPermissionBase):
    """An explicit exception for a group (django-guardian, direct key)."""

    content_object = models.ForeignKey(Patient, on_delete=models.CASCADE)


# The function belongs to the owner: a facility that stops or starts to know a patient may be one whose rows the writer does
# not see (records/migrations/0002_add_restrictions).
FACILITIES_OF_PATIENT = "PERFORM records_facilities_of_patient(%s.patient_id); RETURN NULL;"


class MedicalRecordNumber(models.Model):
    """The number under which a facility knows a patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="mrns")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=20)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "value"], name="mrn_once_a_facility"),
            models.UniqueConstraint(fields=["patient", "facility"], name="one_mrn_a_patient_and_facility"),
        ]
        indexes = [models.Index(fields=["value"], name="mrn_by_value")]
        triggers = [
            pgtrigger.Trigger(
                name="facilities_of_patient_added",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=FACILITIES_OF_PATIENT.replace("%s", "NEW"),
            ),
            pgtrigger.Trigger(
                name="facilities_of_patient_removed",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.Update,
                func=FACILITIES_OF_PATIENT.replace("%s", "OLD"),
            ),
        ]

    def __str__(self) -> str:
        return self.value


class MrnCounter(models.Model):
    """The next medical record number of a facility; taken with UPDATE ... RETURNING."""

    facility = models.OneToOneField(Facility, on_delete=models.CASCADE, primary_key=True, related_name="+")
    next_value = models.BigIntegerField(default=1000001)

    def __str__(self) -> str:
        return str(self.next_value)


class PatientIdentifier(models.Model):
    """Any other number: system is a URI or a short authority name.

    Numbers that a state gave are sealed: `value` then holds their blind index, by which equal ones are found, `sealed` the number
    (records/sensitivity/numbers.py).
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=160)
    value = models.CharField(max_length=120)
    sealed = models.TextField(blank=True, db_default="")

    objects = PatientOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="identifier_once_a_system")]
        indexes = [models.Index(fields=["value"], name="identifier_by_value")]

    def __str__(self) -> str:
        return self.system if self.sealed else f"{self.system} {self.value}"


class PatientName(models.Model):
    """Another name of the patient: alias, birth name, former name, name to use."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="other_names")
    use = models.CharField(max_length=10, choices=NameUse.choices)
    family_name = models.CharField(max_length=60)
    given_names = models.CharField(max_length=60, blank=True)
    search_name = models.CharField(max_length=130, editable=False)

    objects = PatientOwnedQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="other_name_trgm")]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_names}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = fold(f"{self.family_name} {self.given_names}")[:130]
        super().save(*args, **kwargs)


class Address(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="addresses")
    use = models.CharField(max_length=10, choices=AddressUse.choices, default=AddressUse.HOME)
    line = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=3, default="US")

    objects = PatientOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return ", ".join(part for part in (self.line, self.city, f"{self.state} {self.postal_code}".strip()) if part)


class Phone(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="phones")
    use = models.CharField(max_length=10, choices=PhoneUse.choices, default=PhoneUse.HOME)
    value = models.CharField(max_length=80)

    objects = PatientOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.value


class Payer(models.Model):
    """Who pays: an insurer or a public programme, by the identifier claims go to."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=2, choices=PayerKind.choices, default=PayerKind.COMMERCIAL)
    electronic_id = models.CharField(max_length=20)
    address_line = models.CharField(max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=9, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Coverage(models.Model):
    """A patient is covered by a payer; rank 1 is primary. Subscriber fields are used when the patient is not the subscriber."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="coverages")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    member_id = models.CharField(max_length=40)
    group_number = models.CharField(max_length=40, blank=True)
    relationship = models.CharField(max_length=2, choices=Relationship.choices, default=Relationship.SELF)
    subscriber_family_name = models.CharField(max_length=60, blank=True)
    subscriber_given_names = models.CharField(max_length=60, blank=True)
    subscriber_birth_date = models.DateField(null=True, blank=True)
    subscriber_sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = PatientOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "payer", "member_id"], name="coverage_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="coverage_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} {masked(MEMBER, self.member_id)}"
