"""Reads of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Prefetch, Q, QuerySet

from audit import gate
from audit.authority import authority_of
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.staff.models import User
from records.registry.models import Coverage, MedicalRecordNumber, Patient, Payer
from records.registry.rules import PatientQuery, read_search

FOUND_AT_MOST = 50


@gate.query(Permission.PATIENT_SEARCH, Patient, event="patient.searched", category=Category.SEARCH, detail=("text",))
def search_patients(patients: QuerySet[Patient], *, text: str) -> list[Patient]:
    """At most 50 patients, best match first: by words of the name (typos allowed), birth date, MRN."""
    asked = read_search(text)
    if asked.empty:
        return []
    rows = _matching(patients, asked).prefetch_related(Prefetch("mrns", MedicalRecordNumber.objects.order_by("value")))
    return list(rows[:FOUND_AT_MOST])


def _matching(patients: QuerySet[Patient], asked: PatientQuery) -> QuerySet[Patient]:
    if asked.number:
        numbers = Q(mrns__value=asked.number) | Q(identifiers__value=asked.number)
        owners = Patient.objects.filter(numbers).values("pk")
        patients = patients.filter(pk__in=owners)
    if asked.born_on:
        patients = patients.filter(birth_date=asked.born_on)
    if not asked.words:
        return patients.order_by("search_name", "id")
    name = " ".join(asked.words)
    near = Q(search_name__trigram_word_similar=name)
    for word in asked.words:
        near |= Q(search_name__startswith=word)
    other = Patient.objects.filter(other_names__search_name__trigram_word_similar=name).values("pk")
    ranked = patients.filter(near | Q(pk__in=other)).annotate(
        nearness=TrigramWordSimilarity(name, "search_name")
    )
    return ranked.order_by("-nearness", "search_name", "id")


@gate.query(Permission.PATIENT_VIEW, Patient, event="patient.viewed")
def patient_details(patients: QuerySet[Patient], *, patient_id: UUID) -> Patient:
    """One patient with numbers, names, addresses, phones and coverage."""
    return patients.prefetch_related(
        "mrns__facility",
        "identifiers",
        "other_names",
        "addresses",
        "phones",
        Prefetch("coverages", Coverage.objects.select_related("payer")),
    ).get(pk=patient_id)


def payers() -> QuerySet[Payer]:
    """All payers; no patient data."""
    return Payer.objects.order_by("name")


def patient_names(by: User, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of patients for the audit page, of those whom `by` may see; the page itself records whom it shows."""
    if not authority_of(by).may(Permission.PATIENT_VIEW):
        return {}
    rows = Patient.objects.visible_to(by, Permission.PATIENT_VIEW).filter(pk__in=set(patient_ids))
    return {patient.pk: patient.name for patient in rows}
