"""Reads of encounters."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, Provider

RELATED = ("patient", "facility", "attending")


@gate.query(Permission.CHART_VIEW, Encounter, event="encounter.viewed")
def encounter_details(encounters: QuerySet[Encounter], *, encounter_id: UUID) -> Encounter:
    """One encounter with its patient, people and places."""
    return (
        encounters.select_related(*RELATED)
        .prefetch_related("providers__provider", "locations", "patient__mrns")
        .get(pk=encounter_id)
    )


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.opened")
def encounter_to_manage(encounters: QuerySet[Encounter], *, encounter_id: UUID) -> Encounter:
    """One encounter, for admission and discharge work."""
    return encounters.select_related(*RELATED).prefetch_related("patient__mrns", "locations").get(pk=encounter_id)


@gate.query(Permission.ENCOUNTER_MANAGE, Encounter, event="encounter.census_viewed")
def in_house(encounters: QuerySet[Encounter], *, limit: int = 50) -> list[Encounter]:
    """Patients in house, longest stay first, at most `limit`."""
    rows = encounters.filter(status=EncounterStatus.IN_PROGRESS).select_related(*RELATED)
    return list(rows.order_by("admitted_at", "id")[:limit])


def providers() -> QuerySet[Provider]:
    """All clinicians; no patient data."""
    return Provider.objects.order_by("family_name", "given_names")
