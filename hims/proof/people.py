"""The people of the proof: each role, and everyone whose reach is special for one reason."""

from __future__ import annotations

from dataclasses import dataclass

from hims.lib.access import Permission, Role
from hims.proof.policy import rights

HERE, THERE = "here", "there"
CLEARED = "Coder cleared for treatment programmes"
MINE = "mine"


@dataclass(frozen=True)
class Actor:
    """One person. seats: role and house; opened: patients a grant in force opens; broken: patients behind broken glass.

    by: how `opened` was opened (grant, group, exception, list). state: signed_in, token (an API token), nobody, disabled,
    ended (the roles have ended). lapsed: patients once opened. scopes: what a token leaves of the rights.
    """

    key: str
    seats: tuple[tuple[str, str], ...] = ()
    opened: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    by: str = "grant"
    state: str = "signed_in"
    lapsed: frozenset[str] = frozenset()
    scopes: frozenset[Permission] | None = None

    @property
    def known(self) -> bool:
        """Does the product know who asks?"""
        return self.state in {"signed_in", "ended", "token"}

    def places(self, right: Permission) -> frozenset[str]:
        """The houses at which the right is held today."""
        if self.state not in {"signed_in", "token"} or (self.scopes is not None and right not in self.scopes):
            return frozenset()
        return frozenset(house for role, house in self.seats if right in rights_of_role(role))

    def holds(self, right: Permission) -> bool:
        """At one house at least."""
        return bool(self.places(right))


def rights_of_role(role: str) -> frozenset[Permission]:
    """Of a declared role, or of the one that the proof makes up for itself."""
    if role == CLEARED:
        return rights()[Role.CODER.value] | {Permission.LABEL_PART2}
    return rights()[role]


def _is(role: Role, house: str = HERE) -> tuple[tuple[str, str], ...]:
    return ((role.value, house),)


ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
SPECIAL = (
    Actor("treating provider", _is(Role.PROVIDER), opened=frozenset({"own", "vip"})),
    Actor("provider of a group", _is(Role.PROVIDER), opened=frozenset({"own"}), by="group"),
    Actor("provider who left the group", _is(Role.PROVIDER), lapsed=frozenset({"own"}), by="group"),
    Actor("provider whose time is over", _is(Role.PROVIDER), lapsed=frozenset({"own", "vip"})),
    Actor("provider in an emergency", _is(Role.PROVIDER), broken=frozenset({"emergency", "vip"})),
    Actor("auditor with a list", _is(Role.EXTERNAL_AUDITOR), opened=frozenset({"own"}), by="list"),
    Actor("coder with an exception", _is(Role.CODER), opened=frozenset({"vip"}), by="exception"),
    Actor("coder cleared for part 2", ((CLEARED, HERE),)),
    Actor("coder elsewhere", _is(Role.CODER, THERE)),
    Actor("manager elsewhere", _is(Role.HIM_MANAGER, THERE)),
    Actor("biller elsewhere", _is(Role.BILLER, THERE)),
    Actor("coder here, reviewer there", (*_is(Role.CODER), *_is(Role.CODING_REVIEWER, THERE))),
    Actor("privacy officer here, coder there", (*_is(Role.PRIVACY_OFFICER), *_is(Role.CODER, THERE))),
    Actor("specialist at both", (*_is(Role.RECORDS_SPECIALIST), *_is(Role.RECORDS_SPECIALIST, THERE))),
    Actor(
        "program of a coder",
        _is(Role.CODER),
        state="token",
        scopes=frozenset({Permission.PATIENT_VIEW, Permission.LABEL_HIV, Permission.FACILITY_CHARTS}),
    ),
    Actor("program of a privacy officer", _is(Role.PRIVACY_OFFICER), state="token", scopes=frozenset(Permission)),
    Actor("manager who left", _is(Role.HIM_MANAGER), state="ended"),
    Actor("disabled manager", _is(Role.HIM_MANAGER), state="disabled"),
    Actor("nobody", state="nobody"),
)
PEOPLE: tuple[Actor, ...] = tuple(Actor(role.value.lower(), _is(role)) for role in ROLES) + SPECIAL
