"""Reads of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Max, Prefetch, QuerySet

from audit import gate
from audit.authority import authority_of
from audit.trail.enums import Category
from audit.walls import standing_for
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.staff.models import User
from records.registry.matching import begins, owners_of_number
from records.registry.models import Coverage, Patient, PatientName, Payer
from records.registry.numbers import own_numbers
from records.registry.rules import read_search

FOUND_AT_MOST = 50
LIKENESS = 0.5  # one wrong letter in a name of nine; measured against 0.6, 0.4 and 0.35 with 300,000 patients
SHORTEST_LIKENESS = 4


@gate.query(Permission.PATIENT_SEARCH, Patient, event="patient.searched", category=Category.SEARCH, detail=("text",))
def search_patients(patients: QuerySet[Patient], *, text: str) -> list[Patient]:
    """At most 50 patients, best match first: by words of the name (typos allowed), birth date, MRN or account number."""
    asked = read_search(text)
    if asked.empty:
        return []
    if asked.number:
        patients = patients.filter(pk__in=owners_of_number(asked.number))
    if asked.born_on:
        patients = patients.filter(birth_date=asked.born_on)
    patients = patients.prefetch_related(own_numbers())
    if asked.words:
        return _bearers_of_name(patients, asked.words)
    return list(patients.order_by("search_name", "id")[:FOUND_AT_MOST])


def _bearers_of_name(patients: QuerySet[Patient], words: tuple[str, ...]) -> list[Patient]:
    """Patients with a like name, now, formerly or as an alias, and those in whose name a word begins with each of `words`.

    Each way is a query of its own, so that each finds its index. Too short a text has no likeness: only beginnings count.
    """
    name = " ".join(words)
    starting = patients.filter(begins(words)).annotate(nearness=TrigramWordSimilarity(name, "search_name"))
    if len(name) < SHORTEST_LIKENESS:
        other = PatientName.objects.filter(begins(words)).values("patient_id")
        named = patients.filter(pk__in=other).exclude(pk__in=starting.values("pk"))
        first = list(starting.order_by("search_name", "id")[:FOUND_AT_MOST])
        return [*first, *named.order_by("search_name", "id")[: FOUND_AT_MOST - len(first)]]
    _set_likeness()
    now = patients.filter(search_name__trigram_word_similar=name).annotate(
        nearness=TrigramWordSimilarity(name, "search_name")
    )
    formerly = patients.filter(other_names__search_name__trigram_word_similar=name).annotate(
        nearness=Max(TrigramWordSimilarity(name, "other_names__search_name"))
    )
    best: dict[UUID, Patient] = {}
    for rows in (now, formerly, starting):
        for patient in rows.order_by("-nearness", "search_name", "id")[:FOUND_AT_MOST]:
            known = best.get(patient.pk)
            if known is None or _nearness(known) < _nearness(patient):
                best[patient.pk] = patient
    return sorted(best.values(), key=lambda found: (-_nearness(found), found.search_name, found.pk))[:FOUND_AT_MOST]


def _set_likeness() -> None:
    """For the present transaction: how much of the typed text a name must share, in trigrams."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])


def _nearness(patient: Patient) -> float:
    return float(vars(patient)["nearness"])


@gate.query(Permission.PATIENT_VIEW, Patient, event="patient.viewed")
def patient_details(patients: QuerySet[Patient], *, patient_id: UUID) -> Patient:
    """One patient with numbers, names, addresses, phones and coverage."""
    return _with_details(patients).get(pk=patient_id)


@gate.query(Permission.PATIENT_REGISTER, Patient, event="patient.opened")
def patient_to_correct(patients: QuerySet[Patient], *, patient_id: UUID) -> Patient:
    """The same, for whoever may change it."""
    return _with_details(patients).get(pk=patient_id)


def _with_details(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    return patients.prefetch_related(
        own_numbers(),
        "identifiers",
        "other_names",
        "addresses",
        "phones",
        Prefetch("coverages", Coverage.objects.select_related("payer")),
    )


@gate.query(Permission.PATIENT_SEARCH, Patient, event="patient.own_listed", category=Category.SEARCH)
def my_patients(patients: QuerySet[Patient], *, after: str = "") -> Page[Patient]:
    """For people who reach only the patients they are concerned with: all of those, by name. Raises DomainError for `after`."""
    return keyset_page(patients.prefetch_related(own_numbers()), order=("search_name", "id"), after=after)


def payers() -> QuerySet[Payer]:
    """All payers; no patient data."""
    return Payer.objects.order_by("name")


def patient_names(by: User, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of patients as lists show them, of those whom `by` may see; the page that asks records whom it shows."""
    if not authority_of(by).may(Permission.PATIENT_VIEW):
        return {}
    with standing_for(by):
        rows = Patient.objects.visible_to(by, Permission.PATIENT_VIEW).filter(pk__in=set(patient_ids))
        return {patient.pk: patient.listed_name for patient in rows}
