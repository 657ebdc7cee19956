"""Reads of encounters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, Provider
from records.registry.models import Patient
from records.registry.numbers import own_numbers

RELATED = ("patient", "facility", "attending")


@gate.query(Permission.CHART_VIEW, Encounter, event="encounter.viewed")
def encounter_details(encounters: QuerySet[Encounter], *, encounter_id: UUID) -> Encounter:
    """One encounter with its patient, people and places."""
    return (
        encounters.select_related(*RELATED)
        .prefetch_related("providers__provider", "locations", own_numbers("patient__mrns"))
        .get(pk=encounter_id)
    )


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.opened")
def encounter_to_manage(encounters: QuerySet[Encounter], *, encounter_id: UUID) -> Encounter:
    """One encounter, for admission and discharge work."""
    return (
        encounters.select_related(*RELATED)
        .prefetch_related(own_numbers("patient__mrns"), "locations")
        .get(pk=encounter_id)
    )


@gate.query(Permission.ENCOUNTER_MANAGE, Patient, event="patient.opened")
def patient_to_admit(patients: QuerySet[Patient], *, patient_id: UUID) -> Patient:
    """One patient, for admission."""
    return patients.prefetch_related(own_numbers()).get(pk=patient_id)


@gate.query(Permission.DOCUMENT_WRITE, Encounter, event="encounter.opened")
def encounter_to_document(encounters: QuerySet[Encounter], *, encounter_id: UUID) -> Encounter:
    """One encounter, to file a document on."""
    return encounters.select_related(*RELATED).prefetch_related(own_numbers("patient__mrns")).get(pk=encounter_id)


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.census_viewed")
def in_house(encounters: QuerySet[Encounter], *, limit: int = 50) -> list[Encounter]:
    """Patients in house, longest stay first, at most `limit`."""
    rows = encounters.filter(status=EncounterStatus.IN_PROGRESS).select_related(*RELATED)
    return list(rows.order_by("admitted_at", "id")[:limit])


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.census_viewed")
def in_house_page(encounters: QuerySet[Encounter], *, after: str = "") -> Page[Encounter]:
    """One page of the patients in house, longest stay first, with their last place. Raises DomainError for `after`."""
    rows = encounters.filter(status=EncounterStatus.IN_PROGRESS).select_related(*RELATED)
    rows = rows.prefetch_related("locations", own_numbers("patient__mrns"))
    return keyset_page(rows, order=("admitted_at", "id"), after=after)


@dataclass(frozen=True)
class Census:
    """How many patients are in house (counted up to a limit), and since when the longest stay lasts."""

    count: int
    since_on: date | None


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.census_counted")
def census(encounters: QuerySet[Encounter], *, limit: int = 1000) -> Census:
    """Patients in house; the count stops at `limit`."""
    staying = encounters.filter(status=EncounterStatus.IN_PROGRESS)
    since = staying.order_by("admitted_at").values_list("admitted_on", flat=True).first()
    return Census(staying.order_by()[:limit].count() if since else 0, since)


def providers() -> QuerySet[Provider]:
    """All clinicians; no patient data."""
    return Provider.objects.order_by("family_name", "given_names")
