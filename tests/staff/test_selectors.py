"""What a person may do where, and from which day to which."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group

from audit.authority import authority_of, forget_authority
from hims.lib.access import ROLE_PERMISSIONS, Permission, Role
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User
from hims.staff.roles import sync_roles, sync_system_user
from hims.staff.selectors import facility_by_code, rights_of, system_user, user_by_id

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 20)
A_DAY = timedelta(days=1)


@pytest.fixture
def temp(facility: Facility) -> User:
    """A coder from 9 to 20 March."""
    user = User.objects.create(username="temp", display_name="Temp")
    coder = Group.objects.get(name=Role.CODER.value)
    Membership.objects.create(user=user, facility=facility, role=coder, valid_from=FIRST, valid_to=LAST)
    return user


@pytest.mark.parametrize(("on", "holds"), [(FIRST - A_DAY, False), (FIRST, True), (LAST, True), (LAST + A_DAY, False)])
def test_membership_holds_from_its_first_to_its_last_day(on: date, holds: bool, temp: User, facility: Facility) -> None:
    expected = {right.value: frozenset([facility.pk]) for right in ROLE_PERMISSIONS[Role.CODER]} if holds else {}
    assert rights_of(temp, on).facilities == expected
    assert rights_of(temp, on).roles == (("Coder",) if holds else ())


def test_membership_without_end_holds_on(temp: User) -> None:
    Membership.objects.update(valid_to=None)
    assert rights_of(temp, date(2099, 1, 1)).roles == ("Coder",)


def test_rights_of_two_roles_at_two_facilities_are_kept_apart(
    temp: User, facility: Facility, other_facility: Facility
) -> None:
    biller = Group.objects.get(name=Role.BILLER.value)
    Membership.objects.create(user=temp, facility=other_facility, role=biller, valid_from=FIRST)
    held = rights_of(temp, FIRST).facilities
    assert held[Permission.CODING_EDIT] == {facility.pk}
    assert held[Permission.CLAIM_EXPORT] == {other_facility.pk}
    assert held[Permission.PATIENT_SEARCH] == {facility.pk, other_facility.pk}
    assert rights_of(temp, FIRST).roles == ("Biller", "Coder")


def test_inactive_person_may_nothing(temp: User) -> None:
    temp.is_active = False
    assert rights_of(temp, FIRST).facilities == {}


def test_superuser_flag_gives_no_right(facility: Facility) -> None:
    root = User.objects.create(username="root", display_name="Root", is_superuser=True, is_staff=True)
    assert rights_of(root, FIRST).facilities == {}


def test_system_user_may_everything_everywhere_but_not_sign_in(facility: Facility, other_facility: Facility) -> None:
    system = system_user()
    held = rights_of(system, FIRST).facilities
    assert set(held) == {right.value for right in Permission}
    assert set(held.values()) == {frozenset([facility.pk, other_facility.pk])}
    assert not system.has_usable_password()


def test_roles_changed_by_the_site_survive_the_next_migration() -> None:
    coder = Group.objects.get(name=Role.CODER.value)
    removed = coder.permissions.get(codename=Permission.CODING_FINALIZE.value)
    coder.permissions.remove(removed)
    sync_roles("default")
    sync_system_user("default")
    assert not coder.permissions.filter(pk=removed.pk).exists()
    assert Group.objects.count() == len(Role)


def test_authority_is_read_once_until_it_is_forgotten(temp: User, facility: Facility) -> None:
    Membership.objects.update(valid_from=date(2000, 1, 1), valid_to=None)
    assert authority_of(temp).may(Permission.CODING_EDIT)
    Membership.objects.all().delete()
    assert authority_of(temp).may(Permission.CODING_EDIT)
    forget_authority(temp)
    assert not authority_of(temp).may(Permission.CODING_EDIT)
    assert authority_of(temp).everywhere == frozenset()


def test_user_by_id_of_an_inactive_or_unknown_person_is_refused(temp: User) -> None:
    assert user_by_id(temp.pk) == temp
    User.objects.update(is_active=False)
    for user_id in (temp.pk, uuid7()):
        with pytest.raises(DomainError, match="no longer sign in"):
            user_by_id(user_id)


def test_facility_by_unknown_code_names_the_known_ones(facility: Facility) -> None:
    assert facility_by_code("LGH") == facility
    with pytest.raises(DomainError, match="Facilities: LGH") as refused:
        facility_by_code("XXX")
    assert refused.value.field == "facility"
