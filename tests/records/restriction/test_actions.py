"""Marking charts, giving and taking back access, and whose own chart it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRow
from guardian.shortcuts import assign_perm

from audit.access.models import AccessGrant, EmployeeChart
from audit.authority import forget_authority
from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.registry.models import Patient, PatientName
from records.restriction.actions import (
    give_access,
    lift,
    link_employee,
    remove_exceptions,
    restrict,
    take_back,
    unlink_employee,
)
from records.restriction.selectors import proposed_charts, restricted_chart, restricted_charts
from tests.factories import records as make
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
WHY = "Known from television"
LATER = date.today() + timedelta(days=30)


@pytest.fixture
def ruth(facility: Facility) -> Patient:
    return make.patient(facility, family_name="Quillfeather")


@pytest.fixture
def clerk(person: Callable[..., User], facility: Facility) -> User:
    """May restrict charts and is not trusted with restricted ones."""
    group = Group.objects.create(name="Restriction clerk")
    codenames = [
        Permission.PATIENT_SEARCH,
        Permission.PATIENT_VIEW,
        Permission.FACILITY_CHARTS,
        Permission.RESTRICTION_MANAGE,
    ]
    group.permissions.set(PermissionRow.objects.filter(codename__in=[each.value for each in codenames]))
    user = person("clara")
    user.memberships.create(facility=facility, role=group)
    return user


def sees(user: User, patient: Patient) -> bool:
    forget_authority(user)
    return bool(Patient.objects.visible_to(user, Permission.PATIENT_VIEW).filter(pk=patient.pk).exists())


def test_mark_hides_the_chart_and_keeps_reason_and_alias(ruth: Patient, coder: User, privacy_officer: User) -> None:
    assert sees(coder, ruth)
    restrict(
        by=privacy_officer, patient=ruth, restriction="vip", reason=WHY, alias_family_name=" Night  jar ",
        alias_given_names="Jo",
    )  # fmt: skip
    ruth.refresh_from_db()
    assert (ruth.confidential, ruth.restriction, ruth.listed_name) == (True, "vip", "Night jar, Jo")
    assert not sees(coder, ruth)
    assert sees(privacy_officer, ruth)
    done = events_of(privacy_officer)[-1]
    assert (done["event"], done["result"], done["category"]) == ("restriction.set", "done", "admin")
    assert done["detail"] == {"restriction": "vip", "reason": WHY}


def test_person_who_is_not_trusted_may_mark_and_then_sees_the_chart_no_more(ruth: Patient, clerk: User) -> None:
    restrict(by=clerk, patient=ruth, restriction="requested", reason=WHY)
    assert not sees(clerk, ruth)
    with pytest.raises(NotVisible):
        lift(by=clerk, patient=ruth, reason=WHY)


def test_another_alias_replaces_the_first_and_lifting_takes_it_away(ruth: Patient, privacy_officer: User) -> None:
    PatientName.objects.create(patient=ruth, use="maiden", family_name="Okafor")
    for alias in ("Nightjar", "Wren"):
        restrict(by=privacy_officer, patient=ruth, restriction="vip", reason=WHY, alias_family_name=alias)
    assert {name.family_name for name in ruth.other_names.all()} == {"Okafor", "Wren"}
    lift(by=privacy_officer, patient=ruth, reason="No longer in office")
    ruth.refresh_from_db()
    assert (ruth.confidential, ruth.restriction, ruth.listed_name) == (False, "", ruth.name)
    assert [name.family_name for name in ruth.other_names.all()] == ["Okafor"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "abcd"}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"restriction": ""}, "restriction"),
        ({"restriction": "famous"}, "restriction"),
        ({"alias_family_name": "QUILLFEATHER"}, "alias_family_name"),
        ({"alias_given_names": "Jo"}, "alias_family_name"),
        ({"alias_family_name": "x" * 61}, "alias_family_name"),
    ],
)
def test_mark_with_a_fault_changes_nothing(
    change: dict[str, str], field: str, ruth: Patient, privacy_officer: User
) -> None:
    with pytest.raises(DomainError) as refused:
        restrict(by=privacy_officer, patient=ruth, **{"restriction": "vip", "reason": WHY, **change})
    assert refused.value.field == field
    ruth.refresh_from_db()
    assert not ruth.confidential


def test_mark_without_the_right_or_out_of_reach_is_refused(
    ruth: Patient, coder: User, person: Callable[..., User], other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        restrict(by=coder, patient=ruth, restriction="vip", reason=WHY)
    with pytest.raises(NotVisible):
        restrict(by=person("jo", Role.PRIVACY_OFFICER, other_facility), patient=ruth, restriction="vip", reason=WHY)


@pytest.mark.parametrize("to", ["user", "group"])
def test_access_is_given_to_a_person_or_a_role_and_taken_back_at_once(
    to: str, ruth: Patient, coder: User, biller: User, privacy_officer: User
) -> None:
    restrict(by=privacy_officer, patient=ruth, restriction="vip", reason=WHY)
    whom: dict[str, Any] = {"user": coder} if to == "user" else {"group": Group.objects.get(name=Role.CODER.value)}
    grant = give_access(by=privacy_officer, patient=ruth, reason="Codes this stay", until=LATER, **whom)
    assert sees(coder, ruth)
    assert not sees(biller, ruth)
    assert restricted_chart(by=privacy_officer, patient_id=ruth.pk).grants == [grant]
    with pytest.raises(DomainError, match="such an access already"):
        give_access(by=privacy_officer, patient=ruth, reason="Codes this stay", until=LATER, **whom)
    take_back(by=privacy_officer, patient=ruth, grant_id=grant.pk)
    assert not sees(coder, ruth)
    grant.refresh_from_db()
    assert grant.revoked_by == privacy_officer
    assert ("restriction.access_taken", "done") in told(privacy_officer)


def test_access_lasts_until_the_end_of_the_day_at_the_facility(
    ruth: Patient, coder: User, privacy_officer: User, facility: Facility
) -> None:
    assert facility.time_zone == "America/Chicago"
    grant = give_access(by=privacy_officer, patient=ruth, user=coder, reason="Codes this stay", until=date.today())
    ends = grant.during.upper.astimezone(ZoneInfo("America/Chicago"))
    assert (ends.date(), ends.hour, ends.minute) == (date.today() + timedelta(days=1), 0, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "no"}, "reason"),
        ({"until": date.today() - timedelta(days=2)}, "until"),
        ({"until": date.today() + timedelta(days=400)}, "until"),
        ({"user": None}, "user"),
    ],
)
def test_access_with_a_fault_is_not_given(
    change: dict[str, Any], field: str, ruth: Patient, coder: User, privacy_officer: User
) -> None:
    given: dict[str, Any] = {"user": coder, "reason": "Codes this stay", "until": LATER, **change}
    with pytest.raises(DomainError) as refused:
        give_access(by=privacy_officer, patient=ruth, **given)
    assert refused.value.field == field
    assert not AccessGrant.objects.exists()


def test_nobody_gives_access_to_themselves(ruth: Patient, privacy_officer: User) -> None:
    with pytest.raises(DomainError, match="Somebody else"):
        give_access(by=privacy_officer, patient=ruth, user=privacy_officer, reason="Curious today", until=LATER)


def test_grant_of_another_patient_is_not_taken_back_through_this_one(
    ruth: Patient, coder: User, facility: Facility, privacy_officer: User
) -> None:
    other = give_access(
        by=privacy_officer, patient=make.patient(facility), user=coder, reason="Codes this stay", until=LATER
    )
    for grant_id in (other.pk, uuid7()):
        with pytest.raises(NotVisible):
            take_back(by=privacy_officer, patient=ruth, grant_id=grant_id)
    other.refresh_from_db()
    assert other.revoked_at is None


def test_standing_exceptions_are_shown_and_removed(ruth: Patient, coder: User, privacy_officer: User) -> None:
    restrict(by=privacy_officer, patient=ruth, restriction="vip", reason=WHY)
    assign_perm("records.view_confidential_patient", coder, ruth)
    assert restricted_chart(by=privacy_officer, patient_id=ruth.pk).exceptions == ["Dana"]
    remove_exceptions(by=privacy_officer, patient=ruth)
    assert not sees(coder, ruth)


def test_linked_employee_never_opens_the_own_chart_and_the_attempt_is_kept(
    ruth: Patient, coder: User, him_manager: User, privacy_officer: User
) -> None:
    link_employee(by=him_manager, patient=ruth, user=him_manager)
    ruth.refresh_from_db()
    assert (ruth.confidential, ruth.restriction) == (True, "employee")
    assert not sees(him_manager, ruth)
    assert not sees(coder, ruth)
    assert sees(privacy_officer, ruth)
    with pytest.raises(NotVisible):
        unlink_employee(by=him_manager, patient=ruth, reason="I want to look")
    with pytest.raises(NotVisible):
        restricted_chart(by=him_manager, patient_id=ruth.pk)
    last = events_of(him_manager)[-1]
    assert (last["result"], last["patient_ids"]) == ("refused", [ruth.pk])
    with pytest.raises(DomainError, match="own chart"):
        give_access(by=privacy_officer, patient=ruth, user=him_manager, reason="Wants to look", until=LATER)


def test_link_is_made_once_and_lifting_waits_for_its_removal(
    ruth: Patient, coder: User, biller: User, facility: Facility, privacy_officer: User
) -> None:
    link_employee(by=privacy_officer, patient=ruth, user=coder)
    for patient, user in ((ruth, biller), (make.patient(facility), coder)):
        with pytest.raises(DomainError, match="linked already"):
            link_employee(by=privacy_officer, patient=patient, user=user)
    with pytest.raises(DomainError, match="member of staff"):
        lift(by=privacy_officer, patient=ruth, reason="Made by mistake")
    unlink_employee(by=privacy_officer, patient=ruth, reason="Another person")
    assert not EmployeeChart.objects.exists()
    lift(by=privacy_officer, patient=ruth, reason="Made by mistake")
    assert sees(coder, ruth)


def test_link_of_a_publicly_known_person_keeps_the_first_reason(
    ruth: Patient, coder: User, privacy_officer: User
) -> None:
    restrict(by=privacy_officer, patient=ruth, restriction="vip", reason=WHY, alias_family_name="Wren")
    link_employee(by=privacy_officer, patient=ruth, user=coder)
    ruth.refresh_from_db()
    assert (ruth.restriction, ruth.alias_family_name) == ("vip", "Wren")


@pytest.mark.parametrize(
    ("display_name", "found"),
    [
        ("Ada Quillfeather", True), ("Dr. Ada QUILLFEATHER", True), ("Quillfeather Ada", True), ("Ada Quill", False),
        ("Quillfeather", False), ("", False),
    ],
)  # fmt: skip
def test_proposals_have_the_same_words_and_birth_date(
    display_name: str, found: bool, coder: User, privacy_officer: User, facility: Facility
) -> None:
    patient = make.patient(facility, family_name="Quillfeather", given_names="Ada", birth_date=date(1961, 7, 8))
    make.patient(facility, family_name="Quillfeather", given_names="Ada", birth_date=date(1961, 7, 9))
    coder.display_name = display_name
    proposed = proposed_charts(by=privacy_officer, user=coder, birth_date=date(1961, 7, 8))
    assert proposed == ([patient] if found else [])


def test_list_holds_the_restricted_charts_in_reach(ruth: Patient, facility: Facility, privacy_officer: User) -> None:
    assert restricted_charts(by=privacy_officer).rows == []
    restrict(by=privacy_officer, patient=ruth, restriction="safety", reason="Threatened at home")
    assert restricted_charts(by=privacy_officer).rows == [ruth]
