"""The access matrix makes sense: who holds a right holds what it stands on, and no one holds what would defeat a check."""

from __future__ import annotations

import pytest

from hims.lib.access import ROLE_PERMISSIONS, Permission, Role

P = Permission
PEOPLE = [role for role in Role if role is not Role.SYSTEM]
STANDS_ON = {
    P.PATIENT_REGISTER: {P.PATIENT_SEARCH, P.PATIENT_VIEW},
    P.CHART_VIEW: {P.PATIENT_VIEW},
    P.CONFIDENTIAL_VIEW: {P.PATIENT_VIEW},
    P.ENCOUNTER_MANAGE: {P.CHART_VIEW},
    P.DOCUMENT_WRITE: {P.CHART_VIEW},
    P.CODING_VIEW: {P.CHART_VIEW},
    P.CODING_EDIT: {P.CODING_VIEW},
    P.CODING_FINALIZE: {P.CODING_EDIT},
    P.CODING_REVIEW: {P.CODING_VIEW},
    P.CHARGE_EDIT: {P.CHARGE_VIEW},
    P.CLAIM_EXPORT: {P.CLAIM_VIEW},
    P.SCHEDULE_EDIT: {P.SCHEDULE_VIEW},
    P.AUDIT_EXPORT: {P.AUDIT_VIEW},
}
APART = [
    (P.CODING_FINALIZE, P.CODING_REVIEW),
    (P.CODING_FINALIZE, P.CLAIM_EXPORT),
    (P.CHARGE_EDIT, P.CODING_EDIT),
    (P.STAFF_MANAGE, P.AUDIT_EXPORT),
    (P.STAFF_MANAGE, P.CHART_VIEW),
    (P.AUDIT_VIEW, P.CHART_VIEW),
]


@pytest.mark.parametrize("role", Role)
def test_role_holding_a_right_holds_what_it_stands_on(role: Role) -> None:
    held = ROLE_PERMISSIONS[role]
    missing = {right: needed - held for right, needed in STANDS_ON.items() if right in held and needed - held}
    assert missing == {}


@pytest.mark.parametrize("role", PEOPLE)
def test_role_of_a_person_holds_something_but_never_both_sides_of_a_check(role: Role) -> None:
    held = ROLE_PERMISSIONS[role]
    assert held
    assert [pair for pair in APART if set(pair) <= held] == []


@pytest.mark.parametrize("right", Permission)
def test_right_is_held_by_a_person_and_by_the_system(right: Permission) -> None:
    assert any(right in ROLE_PERMISSIONS[role] for role in PEOPLE)
    assert right in ROLE_PERMISSIONS[Role.SYSTEM]


def test_privacy_officer_changes_nothing() -> None:
    ends = ("_edit", "_manage", "_write", "_register")
    changing = {right for right in Permission if right.value.endswith(ends)} - {P.RESTRICTION_MANAGE}
    assert not ROLE_PERMISSIONS[Role.PRIVACY_OFFICER] & changing


@pytest.mark.parametrize("right", Permission)
def test_right_has_a_label_in_plain_words(right: Permission) -> None:
    assert "_" not in right.label
    assert right.label[0].isupper()
