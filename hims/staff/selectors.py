"""Reads about staff; no patient data, so not gated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import Facility, Membership, User
from hims.staff.roles import SYSTEM_USERNAME


def system_user() -> User:
    """The actor of jobs and feeds."""
    return User.objects.get(username=SYSTEM_USERNAME)


def user_by_id(user_id: UUID) -> User:
    """An active person. Raises DomainError when there is none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise DomainError("This person does not exist or may no longer sign in.")
    return user


def facility_by_code(code: str) -> Facility:
    """A facility. Raises DomainError naming the ones there are."""
    facility = Facility.objects.filter(code=code).first()
    if facility is None:
        known = ", ".join(Facility.objects.values_list("code", flat=True)) or "none yet"
        raise DomainError(f"There is no facility {code!r}. Facilities: {known}.", field="facility")
    return facility


def facilities_by_permission(user: User, on: date) -> Mapping[str, frozenset[int]]:
    """For each permission codename the ids of the facilities at which the person holds it on that day."""
    if not user.is_active:
        return {}
    if user.is_system:
        everywhere = frozenset(Facility.objects.values_list("id", flat=True))
        return {permission.value: everywhere for permission in Permission}
    found: dict[str, set[int]] = defaultdict(set)
    pairs = (
        Membership.objects.in_force(on)
        .filter(user=user, role__permissions__content_type__app_label="staff")
        .values_list("role__permissions__codename", "facility_id")
    )
    for codename, facility_id in pairs:
        found[codename].add(facility_id)
    return {codename: frozenset(ids) for codename, ids in found.items()}


def roles_of(user: User, on: date) -> list[str]:
    """Names of the roles a person holds on that day, each once, in alphabetical order."""
    names = Membership.objects.in_force(on).filter(user=user).values_list("role__name", flat=True)
    return sorted(set(names))
