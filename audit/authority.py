"""What a person may do, and where: roles at facilities, read once a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hims.lib.access import Permission
from hims.staff.models import User
from hims.staff.selectors import facilities_by_permission, roles_of

_ATTRIBUTE = "_hims_authority"


@dataclass(frozen=True)
class Authority:
    """Facilities by permission, for one person on one day."""

    on: date
    facilities: Mapping[str, frozenset[int]]
    roles: tuple[str, ...]

    def may(self, permission: Permission) -> bool:
        """At one facility at least."""
        return bool(self.facilities.get(permission.value))

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
        held = Authority(today, facilities_by_permission(user, today), tuple(roles_of(user, today)))
        user.__dict__[_ATTRIBUTE] = held
    return held


def forget_authority(user: User) -> None:
    """After a change of roles within the same request."""
    user.__dict__.pop(_ATTRIBUTE, None)
