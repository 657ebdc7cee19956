"""What a person may do, and where: roles at facilities, own chart, emergencies; read once a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Value

from audit.access.models import AccessGrant, EmployeeChart, GrantSource
from hims.lib.access import Permission
from hims.staff.delegations import delegated_permissions
from hims.staff.models import User
from hims.staff.selectors import rights_of

_ATTRIBUTE = "_hims_authority"
OWN = "own"


@dataclass(frozen=True)
class Authority:
    """Facilities by permission, for one person on one day.

    own: the person's own chart, which is never opened. emergency: patients behind the glass the person broke. places: where
    each role is held, by the id of its group. conditions: what `visible_to` has made of it for a kind of rows and a
    permission; they live and go with the authority.
    """

    on: date
    facilities: Mapping[str, frozenset[int]]
    roles: tuple[str, ...]
    own: frozenset[UUID] = field(default_factory=frozenset)
    emergency: frozenset[UUID] = field(default_factory=frozenset)
    places: Mapping[int, frozenset[int]] = field(default_factory=dict)
    conditions: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def may(self, permission: Permission) -> bool:
        """At one facility at least."""
        return bool(self.facilities.get(permission.value))

    def roles_throughout(self, facilities: frozenset[int]) -> list[int]:
        """Groups of the roles held at every one of these facilities: what is given to a role counts where it is held."""
        return sorted(group for group, places in self.places.items() if places >= facilities)

    def at(self, permission: Permission) -> frozenset[int]:
        """Ids of the facilities at which the person holds the permission."""
        return self.facilities.get(permission.value, frozenset())

    @property
    def everywhere(self) -> frozenset[int]:
        """Ids of all facilities at which the person holds any permission."""
        return frozenset().union(*self.facilities.values()) if self.facilities else frozenset()


def authority_of(user: User) -> Authority:
    """The person's authority today, kept on the user object, which lives as long as its request."""
    today = date.today()
    held: Authority | None = user.__dict__.get(_ATTRIBUTE)
    if held is None or held.on != today:
        held = _read(user, today)
        user.__dict__[_ATTRIBUTE] = held
    return held


def forget_authority(user: User) -> None:
    """After a change of roles or of what is opened within the same request."""
    user.__dict__.pop(_ATTRIBUTE, None)


def _read(user: User, on: date) -> Authority:
    rights = rights_of(user, on)
    if user.is_system:
        return Authority(on, rights.facilities, rights.roles)
    held = _with_loans(rights.facilities, delegated_permissions(user, on))
    facilities = _within_token(held, getattr(user, "token_scopes", None))
    opened = AccessGrant.objects.in_force().filter(user=user, source=GrantSource.EMERGENCY)
    emergency = opened.annotate(kind=Value("emergency", CharField())).values_list("kind", "patient_id")
    own = (
        EmployeeChart.objects.filter(user=user).annotate(kind=Value(OWN, CharField())).values_list("kind", "patient_id")
    )
    charts = list(emergency.union(own))
    return Authority(
        on,
        facilities,
        rights.roles,
        own=frozenset(patient_id for kind, patient_id in charts if kind == OWN),
        emergency=frozenset(patient_id for kind, patient_id in charts if kind != OWN),
        places=rights.places,
    )


def _with_loans(own: Mapping[str, frozenset[int]], lent: Mapping[str, set[int]]) -> Mapping[str, frozenset[int]]:
    """What a colleague on leave has lent comes on top."""
    return {name: own.get(name, frozenset()) | lent.get(name, set()) for name in {*own, *lent}} if lent else own


def _within_token(
    facilities: Mapping[str, frozenset[int]], scopes: Iterable[str] | None
) -> Mapping[str, frozenset[int]]:
    """An API token never allows more than its owner may, nor more than its scopes."""
    if scopes is None:
        return facilities
    allowed = set(scopes)
    return {codename: places for codename, places in facilities.items() if codename in allowed}
