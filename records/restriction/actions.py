"""Writes of restriction: mark and unmark a chart, give and take back access to one patient, link staff to their own chart."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit import gate
from audit.access.clock import database_now, present
from audit.access.models import AccessGrant, EmployeeChart, GrantSource
from audit.trail.enums import Category
from audit.walls import unwalled
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError, NotVisible
from hims.lib.text import fold, squeeze
from hims.staff.models import Facility, User
from records.registry.enums import NameUse, Restriction
from records.registry.models import Patient, PatientGroupException, PatientName, PatientUserException

SHORTEST_REASON = 5
LONGEST_DAYS = 366
COLUMNS = ["confidential", "restriction", "alias_family_name", "alias_given_names", "updated_at"]
SELF = "Somebody else has to give you access to this patient."


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.set", category=Category.ADMIN,
    detail=("restriction", "reason"),
)  # fmt: skip
def restrict(
    *,
    by: User,
    patient: Patient,
    restriction: str,
    reason: str,
    alias_family_name: str = "",
    alias_given_names: str = "",
) -> Patient:
    """The chart is hidden from all without a right to it, from now on. With an alias, lists show that instead of the name.

    Safe for somebody who is not trusted with restricted charts: the chart is then out of their own reach too.
    Raises DomainError naming the field.
    """
    _reason(reason)
    if restriction not in Restriction.values:
        raise DomainError("Choose why the chart is restricted.", field="restriction")
    alias = {"alias_family_name": squeeze(alias_family_name), "alias_given_names": squeeze(alias_given_names)}
    require_fit(Patient, alias)
    if alias["alias_given_names"] and not alias["alias_family_name"]:
        raise DomainError("Enter the family name of the alias.", field="alias_family_name")
    if alias["alias_family_name"] and fold(alias["alias_family_name"]) == fold(patient.family_name):
        raise DomainError("The alias must not be the patient's own name.", field="alias_family_name")
    with unwalled(str(by.pk)):
        return _kept(_locked(patient), confidential=True, restriction=restriction, **alias)


@gate.command(
    Permission.RESTRICTION_MANAGE,
    subject="patient",
    event="restriction.lifted",
    category=Category.ADMIN,
    detail=("reason",),
)
def lift(*, by: User, patient: Patient, reason: str) -> Patient:
    """The chart is like any other again, without alias. Raises DomainError for the chart of a member of staff."""
    _reason(reason)
    if EmployeeChart.objects.filter(patient_id=patient.pk).exists():
        raise DomainError("This is the chart of a member of staff. Remove the link to the person first.")
    fresh = _locked(patient)
    if not fresh.confidential:
        raise DomainError("This chart is not restricted.")
    return _kept(fresh, confidential=False, restriction="", alias_family_name="", alias_given_names="")


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.access_given", category=Category.ADMIN,
    detail=("user", "group", "reason", "until"),
)  # fmt: skip
def give_access(
    *, by: User, patient: Patient, reason: str, until: date, user: User | None = None, group: Group | None = None
) -> AccessGrant:
    """A person, or everybody of a role, may reach this patient until the end of a day (facility time).

    The right to read charts, or to code, comes from the role as ever. Raises DomainError naming the field.
    """
    words = _reason(reason)
    if (user is None) == (group is None):
        raise DomainError("Choose a person or a role.", field="user")
    if user == by:
        raise DomainError(SELF, field="user")
    if user is not None and EmployeeChart.objects.filter(user=user, patient_id=patient.pk).exists():
        raise DomainError("Nobody opens the own chart.", field="user")
    now = present()
    ends = _end_of(until, patient, now)
    held = AccessGrant.objects.in_force().filter(
        patient_id=patient.pk, source=GrantSource.EXPLICIT, user=user, group=group
    )
    if held.exists():
        raise DomainError("There is such an access already. Take it back to give another one.", field="user")
    return AccessGrant.objects.create(
        user=user, group=group, patient_id=patient.pk, source=GrantSource.EXPLICIT, reason=words,
        during=DateTimeTZRange(now, ends), granted_by=by,
    )  # fmt: skip


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.access_taken", category=Category.ADMIN,
    detail=("grant_id",),
)  # fmt: skip
def take_back(*, by: User, patient: Patient, grant_id: UUID) -> AccessGrant:
    """The access ends at once, wherever it came from. Raises NotVisible when the patient has no such grant."""
    rows = AccessGrant.objects.select_for_update(of=("self",)).filter(pk=grant_id, patient_id=patient.pk)
    grant: AccessGrant | None = rows.first()
    if grant is None:
        raise NotVisible(gate.NOT_THERE)
    if grant.revoked_at is None:
        grant.revoked_at, grant.revoked_by = database_now(), by
        grant.save(update_fields=["revoked_at", "revoked_by"])
    return grant


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.exceptions_removed", category=Category.ADMIN
)
def remove_exceptions(*, by: User, patient: Patient) -> Patient:
    """Standing exceptions, which have no end, go; access with an end is given instead."""
    PatientUserException.objects.filter(content_object=patient).delete()
    PatientGroupException.objects.filter(content_object=patient).delete()
    return patient


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.employee_linked", category=Category.ADMIN,
    detail=("user",),
)  # fmt: skip
def link_employee(*, by: User, patient: Patient, user: User) -> Patient:
    """This patient is that member of staff: the chart is restricted, and the person never opens it. Raises DomainError."""
    try:
        with transaction.atomic():
            EmployeeChart.objects.create(user=user, patient_id=patient.pk, recorded_by=by)
    except IntegrityError:
        raise DomainError("This person or this chart is linked already.", field="user") from None
    with unwalled(str(by.pk)):
        fresh = _locked(patient)
        alias = {"alias_family_name": fresh.alias_family_name, "alias_given_names": fresh.alias_given_names}
        return _kept(fresh, confidential=True, restriction=fresh.restriction or Restriction.EMPLOYEE, **alias)


@gate.command(
    Permission.RESTRICTION_MANAGE, subject="patient", event="restriction.employee_unlinked", category=Category.ADMIN,
    detail=("reason",),
)  # fmt: skip
def unlink_employee(*, by: User, patient: Patient, reason: str) -> Patient:
    """A link made by mistake, or of someone who has left. The chart stays restricted until that is lifted too."""
    _reason(reason)
    link = EmployeeChart.objects.filter(patient_id=patient.pk)
    if not link.exists():
        raise DomainError("This chart is linked to nobody.")
    link.delete()
    return patient


def _locked(patient: Patient) -> Patient:
    fresh: Patient = Patient.objects.select_for_update().get(pk=patient.pk)
    return fresh


def _kept(
    fresh: Patient, *, confidential: bool, restriction: str, alias_family_name: str, alias_given_names: str
) -> Patient:
    """Save the mark, and keep the alias among the names that the search knows."""
    alias = {"use": NameUse.ALIAS, "family_name": alias_family_name, "given_names": alias_given_names}
    if fresh.alias_family_name:
        fresh.other_names.filter(
            use=NameUse.ALIAS, family_name=fresh.alias_family_name, given_names=fresh.alias_given_names
        ).delete()
    if alias_family_name and not fresh.other_names.filter(**alias).exists():
        PatientName.objects.create(patient=fresh, **alias)
    fresh.confidential, fresh.restriction = confidential, restriction
    fresh.alias_family_name, fresh.alias_given_names = alias_family_name, alias_given_names
    fresh.save(update_fields=COLUMNS)
    return fresh


def _reason(text: str) -> str:
    words = squeeze(text)
    if len(words) < SHORTEST_REASON:
        raise DomainError("Say why, in a few words.", field="reason")
    require_fit(AccessGrant, {"reason": words})
    return words


def _end_of(until: date, patient: Patient, now: datetime) -> datetime:
    """The end of the day at the patient's first facility. Raises DomainError for a day that is past or too far."""
    zone = (
        Facility.objects.filter(pk__in=patient.facility_ids).order_by("pk").values_list("time_zone", flat=True).first()
    )
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    if until < today:
        raise DomainError("This day is past.", field="until")
    if until > today + timedelta(days=LONGEST_DAYS):
        raise DomainError("Access is given for a year at most.", field="until")
    return datetime.combine(until + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone or "UTC"))
