"""What is asked for in an emergency: an address that gave nothing, or a number with a birth date; and whose chart that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import Resolver404, resolve, reverse

from audit.access.emergencies import Wanted
from audit.walls import unwalled
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import MedicalRecordNumber, Patient

SEVERAL = "More than one patient has this number and birth date. Open the chart by its address."
NOTHING = UUID(int=0)
# Names of ids in addresses of records, and what they stand for.
KINDS = {"patient_id": "chart", "encounter_id": "encounter", "document_id": "document"}


@dataclass(frozen=True)
class Asked:
    """kind and target: of an address (chart, encounter, document). number, born_on: as typed; number is an MRN or account."""

    kind: str = ""
    target: UUID = NOTHING
    number: str = ""
    born_on: date = date.min

    def __str__(self) -> str:
        return f"{self.kind} {self.target}" if self.kind else f"number {self.number}"


def asked_by_path(path: str) -> Asked | None:
    """What an address of records is about, whether it exists or not; None for any other address."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    if found.namespace not in ("records", "purpose"):
        return None
    for name, kind in KINDS.items():
        if name in found.kwargs:
            return Asked(kind, found.kwargs[name])
    return None


def door_of(asked: Asked | None) -> str:
    """The address of the emergency door for it."""
    if asked is None:
        return reverse("emergency:door")
    return reverse("emergency:open", kwargs={"kind": asked.kind, "target": asked.target})


def owners(asked: Asked) -> QuerySet[Patient]:
    """The patients that the address or the number belongs to, among those whom the database shows; the birth date aside."""
    patients = Patient.objects.all()
    if asked.kind == "chart":
        return patients.filter(pk=asked.target)
    if asked.kind == "encounter":
        return patients.filter(pk__in=Encounter.objects.filter(pk=asked.target).values("patient_id"))
    if asked.kind == "document":
        return patients.filter(pk__in=Document.objects.filter(pk=asked.target).values("patient_id"))
    return patients.filter(pk__in=_numbered(asked.number))


def whose(asked: Asked, *, by: User) -> Wanted:
    """Whose chart is asked for, at any facility; only for somebody who has given a reason and proved who they are.

    Raises DomainError when the number belongs to several patients of this birth date.
    """
    with unwalled(str(by.pk)):
        found = list(owners(asked).only("pk", "birth_date", "facility_ids"))
    facilities = tuple(sorted({facility for patient in found for facility in patient.facility_ids}))
    meant = [patient for patient in found if not asked.number or patient.birth_date == asked.born_on]
    if len(meant) > 1:
        raise DomainError(SEVERAL, field="number")
    if not meant:
        return Wanted(str(asked), None, tuple(sorted(patient.pk for patient in found)), facilities)
    return Wanted(str(asked), meant[0].pk, (), tuple(meant[0].facility_ids))


def _numbered(number: str) -> QuerySet[Any, Any]:
    forms = {number, number.upper(), number.lower()}
    mrns = MedicalRecordNumber.objects.filter(value__in=forms).values("patient_id")
    return mrns.union(Encounter.objects.filter(account_number__in=forms).values("patient_id"))
