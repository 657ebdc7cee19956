"""Which rights people hold, and which of them belong to different people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.staffing.duties import Conflict, conflicts, conflicts_of_adding
from audit.staffing.models import Account, SodException
from hims.lib.access import Permission, Role
from hims.staff.delegations import DelegatedRight
from hims.staff.models import Facility, Membership, User

FAR = date.max
KNOWN = {permission.value for permission in Permission}


def rights_of_roles(role_ids: Iterable[int] | None = None) -> dict[int, frozenset[Permission]]:
    """The permissions that each role carries at this site, by the role's id; all roles when none are named."""
    pairs = Group.objects.filter(permissions__content_type__app_label="staff")
    if role_ids is not None:
        pairs = pairs.filter(pk__in=list(role_ids))
    found: dict[int, set[Permission]] = defaultdict(set)
    for role_id, codename in pairs.values_list("pk", "permissions__codename"):
        if codename in KNOWN:
            found[role_id].add(Permission(codename))
    return {role_id: frozenset(rights) for role_id, rights in found.items()}


def held_between(user: User, first: date, last: date | None) -> frozenset[Permission]:
    """What a person holds on any day of the span, by roles and on loan; last: None while no end is known."""
    until = last or FAR
    roles = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=first), user=user, valid_from__lte=until
    )
    lent = DelegatedRight.objects.filter(
        delegation__borrower=user, delegation__revoked_at__isnull=True, delegation__valid_from__lte=until,
        delegation__valid_to__gte=first,
    )  # fmt: skip
    carried = rights_of_roles(set(roles.values_list("role_id", flat=True)))
    borrowed = {Permission(name) for name in lent.values_list("permission", flat=True) if name in KNOWN}
    return frozenset().union(borrowed, *carried.values())


def conflicts_of_role(user: User, role: Group, first: date, last: date | None) -> list[Conflict]:
    """Duties that the role would bring together in this person's hands, and that no approved exception covers."""
    added = rights_of_roles([role.pk]).get(role.pk, frozenset())
    found = conflicts_of_adding(held_between(user, first, last), added)
    allowed = excepted(user, first, last)
    return [conflict for conflict in found if conflict.key not in allowed]


def conflicts_of_loan(user: User, rights: Iterable[Permission], first: date, last: date) -> list[Conflict]:
    """Duties that borrowed rights would bring together; no exception covers these."""
    return conflicts_of_adding(held_between(user, first, last), rights)


def excepted(user: User, first: date, last: date | None) -> frozenset[str]:
    """Keys of the duties that this person may hold together through the whole span."""
    exceptions = SodException.objects.filter(user=user, approved=True, valid_from__lte=first, valid_to__gte=last or FAR)
    return frozenset(key for duties in exceptions.values_list("duties", flat=True) for key in duties)


def conflicts_by_person(people: QuerySet[Any] | Iterable[User], on: date) -> dict[UUID, list[Conflict]]:
    """Everybody of `people` whose rights on that day belong to different people, with the conflicts; four queries in all."""
    roles: dict[UUID, set[int]] = defaultdict(set)
    lent: dict[UUID, set[Permission]] = defaultdict(set)
    ids: Any = people.values("pk") if isinstance(people, QuerySet) else [person.pk for person in people]
    for user_id, role_id in Membership.objects.in_force(on).filter(user__in=ids).values_list("user_id", "role_id"):
        roles[user_id].add(role_id)
    borrowed = DelegatedRight.objects.filter(
        delegation__borrower__in=ids, delegation__revoked_at__isnull=True, delegation__valid_from__lte=on,
        delegation__valid_to__gte=on,
    )  # fmt: skip
    for user_id, codename in borrowed.values_list("delegation__borrower_id", "permission"):
        if codename in KNOWN:
            lent[user_id].add(Permission(codename))
    return _conflicting(roles, lent)


def _conflicting(roles: Mapping[UUID, set[int]], lent: Mapping[UUID, set[Permission]]) -> dict[UUID, list[Conflict]]:
    """Most people share a few sets of roles, so each set is judged once."""
    carried = rights_of_roles()
    judged: dict[tuple[frozenset[int], frozenset[Permission]], list[Conflict]] = {}
    found = {}
    for user_id in roles.keys() | lent.keys():
        key = (frozenset(roles.get(user_id, ())), frozenset(lent.get(user_id, ())))
        if key not in judged:
            judged[key] = conflicts(key[1].union(*(carried.get(role_id, frozenset()) for role_id in key[0])))
        if judged[key]:
            found[user_id] = judged[key]
    return found


def approvers_for(account: User, facility_id: int, by: User) -> QuerySet[Account]:
    """Who may approve an exception for this person at this facility."""
    able = [role_id for role_id, rights in rights_of_roles().items() if Permission.ACCESS_CERTIFY in rights]
    roles = Membership.objects.in_force(date.today()).filter(user=OuterRef("pk"), facility=facility_id, role__in=able)
    others = Account.objects.exclude(pk__in=[account.pk, by.pk])
    return others.filter(Exists(roles), is_active=True, is_system=False).order_by("display_name", "pk")


def auditors_at(facilities: Iterable[Facility]) -> QuerySet[Account]:
    """External auditors whose role at one of the facilities has not ended."""
    roles = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=date.today()), user=OuterRef("pk"), facility__in=list(facilities),
        role__name=Role.EXTERNAL_AUDITOR.value,
    )  # fmt: skip
    return Account.objects.filter(Exists(roles), is_active=True).order_by("display_name", "pk")
