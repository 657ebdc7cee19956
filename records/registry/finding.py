"""Patients by number and by id, for those who keep lists of charts (external audits)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from audit import gate
from audit.staffing.finders import Chart, FoundPatient, Stay
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.staff.models import Facility
from records.encounters.models import Encounter
from records.registry.models import MedicalRecordNumber, Patient
from records.registry.numbers import own_numbers

BY_NAME = ("search_name", "id")


@gate.query(
    Permission.PATIENT_VIEW, MedicalRecordNumber, event="patient.found_by_number", category=Category.SEARCH,
    detail=("facility",),
)  # fmt: skip
def patients_by_number(numbers: QuerySet[Any], *, facility: Facility, wanted: Sequence[str]) -> list[FoundPatient]:
    """Patients of the facility whose medical record number is one of `wanted`."""
    rows = numbers.filter(facility=facility, value__in=list(wanted)).select_related("patient").order_by("value")
    return [FoundPatient(row.value, row.patient_id, row.patient.listed_name) for row in rows]


@gate.query(Permission.CHART_VIEW, Patient, event="chart.listed", category=Category.SEARCH)
def charts_of(patients: QuerySet[Any], *, wanted: Sequence[UUID], after: str) -> Page[Chart]:
    """One page of these patients in the order of their names, with the stays in reach."""
    stays = gate.rows_of(Encounter).order_by("-admitted_at", "-id")
    rows = patients.filter(pk__in=list(wanted)).prefetch_related(own_numbers(), Prefetch("encounters", stays))
    page = keyset_page(rows, order=BY_NAME, after=after)
    return Page([_chart(patient) for patient in page.rows], page.next_cursor)


def _chart(patient: Patient) -> Chart:
    stays = (
        Stay(stay.pk, f"{stay.get_encounter_class_display()} {stay.account_number}, {stay.admitted_at:%m/%d/%Y}")
        for stay in patient.encounters.all()
    )
    return Chart(patient.pk, patient.name, ", ".join(number.value for number in patient.mrns.all()), tuple(stays))


class RegistryFinder:
    """The registry's answer to audit.staffing.finders."""

    def by_number(self, *, by: Any, facility: Facility, numbers: Sequence[str]) -> list[FoundPatient]:
        """See patients_by_number."""
        found: list[FoundPatient] = patients_by_number(by=by, facility=facility, wanted=numbers)
        return found

    def charts(self, *, by: Any, patient_ids: Sequence[UUID], after: str) -> Page[Chart]:
        """See charts_of."""
        page: Page[Chart] = charts_of(by=by, wanted=patient_ids, after=after)
        return page
