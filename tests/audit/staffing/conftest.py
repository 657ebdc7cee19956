"""People of the staff office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group

from audit.staffing.actions.memberships import Assignment
from audit.staffing.models import Account
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User

TODAY = date.today()
DAY = timedelta(days=1)


def account_of(user: User) -> Account:
    """The same person, as the gate hands it to administrators."""
    return Account.objects.get(pk=user.pk)


def role(name: Role) -> Group:
    """The group of a role."""
    return Group.objects.get(name=name.value)


def assign(name: Role, at: Facility, first: date = TODAY, last: date | None = None) -> Assignment:
    """A role from today on."""
    return Assignment(role(name), at, first, last)


def roles_now(user: User) -> list[str]:
    """Names of the roles in force today."""
    held = Membership.objects.in_force(TODAY).filter(user=user)
    return sorted(held.values_list("role__name", flat=True))


@pytest.fixture
def administrator(person: Callable[..., User], facility: Facility) -> User:
    """Manages accounts at the main house only."""
    return person("sam", Role.ADMINISTRATOR, facility)


@pytest.fixture
def chief(person: Callable[..., User], facility: Facility, other_facility: Facility) -> User:
    """Manages accounts at both houses."""
    return person("ada", Role.ADMINISTRATOR, facility, other_facility)


@pytest.fixture
def auditor(person: Callable[..., User], facility: Facility) -> User:
    """An external auditor for thirty days."""
    user = person("audrey", Role.EXTERNAL_AUDITOR, facility)
    Membership.objects.filter(user=user).update(valid_to=TODAY + 30 * DAY)
    return user


@pytest.fixture
def newcomer(db: None) -> User:
    """Has an account and no role."""
    return User.objects.create(username="noor", display_name="Noor Haddad")
