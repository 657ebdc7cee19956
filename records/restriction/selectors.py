"""Reads of restriction: which charts are hidden, who may reach one of them, who of the staff is which patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from audit.access.clock import database_now
from audit.access.models import AccessGrant, EmployeeChart
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.lib.text import fold
from hims.staff.models import Facility, Membership, User
from records.registry.models import Patient, PatientGroupException, PatientUserException
from records.registry.numbers import own_numbers

PROPOSED_AT_MOST = 20
GRANTS_AT_MOST = 200
TITLES = frozenset({"dr", "dr.", "prof", "prof.", "mr", "mr.", "ms", "ms.", "mrs", "mrs."})


@dataclass(frozen=True)
class Restricted:
    """One chart with everybody who may reach it although it is restricted.

    grants: in force or still to come, of any source. exceptions: names of those with a standing exception. trusted: people who
    see every restricted chart of the facility. employee: the member of staff whose chart it is.
    """

    patient: Patient
    grants: list[AccessGrant]
    exceptions: list[str]
    trusted: list[User]
    employee: User | None
    zone: str

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient.pk]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return self.patient.facility_ids


@gate.query(Permission.RESTRICTION_MANAGE, Patient, event="restriction.viewed")
def restricted_chart(patients: QuerySet[Patient], *, patient_id: UUID) -> Restricted:
    """One chart, restricted or not, with who may reach it."""
    patient = patients.prefetch_related(own_numbers()).get(pk=patient_id)
    now = database_now()
    grants = AccessGrant.objects.filter(patient_id=patient.pk, revoked_at__isnull=True, during__endswith__gt=now)
    link = EmployeeChart.objects.filter(patient_id=patient.pk).select_related("user").first()
    zone = (
        Facility.objects.filter(pk__in=patient.facility_ids).order_by("pk").values_list("time_zone", flat=True).first()
    )
    return Restricted(
        patient, list(grants.select_related("user", "group", "granted_by").order_by("-created_at", "-id")[:GRANTS_AT_MOST]),
        _exceptions(patient), _trusted(patient.facility_ids, now.date()), link.user if link else None, zone or "UTC",
    )  # fmt: skip


@gate.query(Permission.RESTRICTION_MANAGE, Patient, event="restriction.listed", category=Category.SEARCH)
def restricted_charts(patients: QuerySet[Patient], *, after: str = "") -> Page[Patient]:
    """One page of the restricted charts in reach, by name. Raises DomainError for `after`."""
    rows = patients.filter(confidential=True).prefetch_related(own_numbers())
    return keyset_page(rows, order=("search_name", "id"), after=after)


@gate.query(
    Permission.RESTRICTION_MANAGE,
    Patient,
    event="restriction.employee_searched",
    category=Category.SEARCH,
    detail=("user",),
)
def proposed_charts(patients: QuerySet[Patient], *, user: User, birth_date: date) -> list[Patient]:
    """Patients of this birth date whose name is made of the same words as the person's, titles and order aside."""
    words = _words(user.display_name)
    rows = patients.filter(birth_date=birth_date).prefetch_related(own_numbers()).order_by("search_name", "id")
    same = [patient for patient in rows if words and words == _words(f"{patient.family_name} {patient.given_names}")]
    return same[:PROPOSED_AT_MOST]


def _words(name: str) -> list[str]:
    return sorted(word for word in fold(name).split() if word not in TITLES)


def _exceptions(patient: Patient) -> list[str]:
    people = PatientUserException.objects.filter(content_object=patient).values_list("user__display_name", flat=True)
    groups = PatientGroupException.objects.filter(content_object=patient).values_list("group__name", flat=True)
    return sorted({*people, *groups})


def _trusted(facility_ids: Iterable[int], on: date) -> list[User]:
    held = Membership.objects.in_force(on).filter(
        facility__in=list(facility_ids), role__permissions__codename=Permission.CONFIDENTIAL_VIEW.value
    )
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("display_name"))
