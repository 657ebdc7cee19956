"""Patients opened to a person by name: grants in force and django-guardian's exceptions.

Most people have none or a few, which are read once a request; whoever has many (a provider with a long list) gets a subquery.
Broken glass is not among them: it opens for looking only, and this opens for whatever the role may do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, Model, Q, QuerySet, Value
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from audit.access.models import AccessGrant, GrantSource
from audit.authority import Authority
from hims.staff.models import User

EXCEPTION = "view_confidential_patient"
FEW = 100
"""More are not carried in queries."""
_IN_PERSON = 0


@dataclass(frozen=True)
class Opened:
    """Ids of patients by the id of the group they are opened to; 0: to the person."""

    by_group: Mapping[int, frozenset[UUID]]

    def to(self, groups: Iterable[int]) -> frozenset[UUID]:
        """To the person, or to one of these groups."""
        return frozenset().union(*(self.by_group.get(group, frozenset()) for group in (_IN_PERSON, *groups)))


def few_opened(user: User, authority: Authority, patient: type[Model]) -> Opened | None:
    """What is opened to the person and to the roles held, kept with the authority; None: more than FEW."""
    kind = ("opened", patient)
    if kind not in authority.conditions:
        authority.conditions[kind] = _read(user, list(authority.places), patient)
    found: Opened | None = authority.conditions[kind]
    return found


def _read(user: User, groups: list[int], patient: type[Model]) -> Opened | None:
    found: dict[int, set[UUID]] = defaultdict(set)
    rows = list(_union(_ways(user, groups, patient, apart=True), limit=FEW + 1))
    if len(rows) > FEW:
        return None
    for patient_id, group in rows:
        found[group].add(patient_id)
    return Opened({group: frozenset(ids) for group, ids in found.items()})


def openings(user: User, groups: list[int], patient: type[Model]) -> QuerySet[Any, Any]:
    """The same as a subquery of ids: index looks, where guardian's `get_objects_for_user` would read the patients as well."""
    return _union(_ways(user, groups, patient, apart=False))


def _ways(user: User, groups: list[int], patient: Any, *, apart: bool) -> list[QuerySet[Any, Any]]:
    """Each way a patient is opened; apart: with the group in a second column."""
    person = Value(_IN_PERSON, IntegerField())
    granted = AccessGrant.objects.in_force().exclude(source=GrantSource.EMERGENCY).order_by()
    own = get_user_obj_perms_model(patient)._default_manager.filter(user=user, permission__codename=EXCEPTION)
    shared = get_group_obj_perms_model(patient)._default_manager.filter(permission__codename=EXCEPTION)
    theirs = Q(group__in=user.groups.all())
    ways = [
        (granted.filter(user=user), "patient_id", person),
        (granted.filter(group__in=groups), "patient_id", F("group_id")),
        (own, "content_object_id", person),
    ]
    if apart:
        ways += [
            (shared.filter(theirs), "content_object_id", person),
            (shared.filter(group__in=groups), "content_object_id", F("group_id")),
        ]
        return [rows.annotate(to_group=group).values_list(name, "to_group") for rows, name, group in ways]
    ways += [(shared.filter(theirs | Q(group__in=groups)), "content_object_id", person)]
    return [rows.values(name) for rows, name, _ in ways]


def _union(ways: list[QuerySet[Any, Any]], limit: int | None = None) -> QuerySet[Any, Any]:
    if limit is None:
        return ways[0].union(*ways[1:], all=True)
    return ways[0][:limit].union(*(rows[:limit] for rows in ways[1:]), all=True)[:limit]
