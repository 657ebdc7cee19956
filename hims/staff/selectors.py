"""Reads about staff; no patient data, so not gated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from hims.lib.access import Permission, Role
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
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


def user_by_name(username: str) -> User:
    """A person, active or not, by user name in any case. Raises DomainError when there is none."""
    user = User.objects.filter(username__iexact=squeeze(username)).first()
    if user is None:
        raise DomainError("There is no account with this user name.", field="username")
    return user


def facility_by_code(code: str) -> Facility:
    """A facility. Raises DomainError naming the ones there are."""
    facility = Facility.objects.filter(code=code).first()
    if facility is None:
        known = ", ".join(Facility.objects.values_list("code", flat=True)) or "none yet"
        raise DomainError(f"There is no facility {code!r}. Facilities: {known}.", field="facility")
    return facility


@dataclass(frozen=True)
class Rights:
    """For each permission codename the ids of the facilities at which a person holds it, and the names of the roles.

    places: the same facilities for each role, by the id of its group.
    """

    facilities: Mapping[str, frozenset[int]]
    roles: tuple[str, ...]
    places: Mapping[int, frozenset[int]] = field(default_factory=dict)


def rights_of(user: User, on: date) -> Rights:
    """What a person holds on a day through memberships."""
    if not user.is_active:
        return Rights({}, ())
    if user.is_system:
        everywhere = frozenset(Facility.objects.values_list("id", flat=True))
        return Rights({permission.value: everywhere for permission in Permission}, (Role.SYSTEM.value,))
    found: dict[str, set[int]] = defaultdict(set)
    roles, places = set(), defaultdict[int, set[int]](set)
    carried = (
        Membership.objects.in_force(on)
        .filter(user=user)
        .values_list("role_id", "role__name", "role__permissions__codename", "facility_id")
    )
    for role_id, role, codename, facility_id in carried:
        roles.add(role)
        places[role_id].add(facility_id)
        if codename:
            found[codename].add(facility_id)
    return Rights(
        {codename: frozenset(ids) for codename, ids in found.items()},
        tuple(sorted(roles)),
        {role_id: frozenset(ids) for role_id, ids in places.items()},
    )
