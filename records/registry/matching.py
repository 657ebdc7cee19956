"""Which patients a search text means: conditions that each find their index."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from records.registry.models import MedicalRecordNumber, Patient, PatientIdentifier, PatientName
from records.registry.rules import PatientQuery


def owners_of_number(number: str) -> QuerySet[Any, Any]:
    """Ids of patients; one index look a kind of number, which a single OR over joined tables would not get."""
    forms = {number, number.lower()}
    mrns = MedicalRecordNumber.objects.filter(value__in=forms).values("patient_id")
    identifiers = PatientIdentifier.objects.filter(value__in=forms).values("patient_id")
    accounts = Patient.objects.filter(encounters__account_number__in=forms).values("pk")
    return accounts.union(mrns, identifiers)


def begins(words: tuple[str, ...]) -> Q:
    """In the name a word begins with each of `words`."""
    condition = Q()
    for word in words:
        condition &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return condition


def meant(patients: QuerySet[Patient], asked: PatientQuery) -> list[QuerySet[Patient]]:
    """Those of `patients` that the text plainly means: by number, birth date, and words of the present or another name.

    Several querysets, each with its index; a patient may stand in more than one.
    """
    if asked.number:
        patients = patients.filter(pk__in=owners_of_number(asked.number))
    if asked.born_on:
        patients = patients.filter(birth_date=asked.born_on)
    if not asked.words:
        return [patients]
    other = PatientName.objects.filter(begins(asked.words)).values("patient_id")
    return [patients.filter(begins(asked.words)), patients.filter(pk__in=other)]
