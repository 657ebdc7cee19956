"""Separation of duties, as rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from uuid import UUID, uuid4

import pytest

from audit.staffing.catalogue import ABOUT, WORDS
from audit.staffing.duties import (
    DUTIES,
    OF_PATIENTS,
    conflicts,
    conflicts_of_adding,
    may_approve_refund,
    require_another,
)
from hims.lib.access import ROLE_PERMISSIONS, Permission, Role
from hims.lib.errors import DomainError

P = Permission
PAIRS = sorted((duty.key, first, second) for duty in DUTIES for first, second in product(duty.first, duty.second))


@pytest.mark.parametrize(("key", "first", "second"), PAIRS)
def test_conflicts_of_a_pair_names_the_duty_and_either_half_alone_does_not(
    key: str, first: Permission, second: Permission
) -> None:
    assert key in [conflict.key for conflict in conflicts({first, second})]
    assert key not in [conflict.key for conflict in conflicts({first})]
    assert key not in [conflict.key for conflict in conflicts({second})]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_conflicts_of_a_standard_role_alone_are_none(role: Role) -> None:
    assert conflicts(ROLE_PERMISSIONS[role]) == []


@pytest.mark.parametrize(
    ("roles", "keys"),
    [
        ((Role.CODER, Role.CODING_REVIEWER), ["coding_and_review"]),
        ((Role.CODER, Role.BILLER), ["coding_and_claims"]),
        ((Role.HIM_MANAGER, Role.RECORDS_SPECIALIST), ["merge"]),
        ((Role.CODER, Role.CDI_SPECIALIST), []),
        ((Role.BILLER, Role.SCHEDULER), []),
        ((Role.ADMINISTRATOR, Role.SCHEDULER), ["accounts_and_patients"]),
        ((Role.ADMINISTRATOR, Role.PRIVACY_OFFICER), ["accounts_and_patients", "accounts_and_certification"]),
        ((Role.PRIVACY_OFFICER, Role.CODER), ["privacy_and_records", "trail_and_records"]),
    ],
)
def test_conflicts_of_two_roles(roles: tuple[Role, Role], keys: list[str]) -> None:
    held = ROLE_PERMISSIONS[roles[0]] | ROLE_PERMISSIONS[roles[1]]
    assert [conflict.key for conflict in conflicts(held)] == keys


def test_conflicts_lists_the_rights_held_on_either_side_and_no_others() -> None:
    (found,) = conflicts({P.CODING_FINALIZE, P.CODING_REVIEW, P.PATIENT_VIEW})
    assert (found.first, found.second) == ((P.CODING_FINALIZE,), (P.CODING_REVIEW,))
    assert found.duty.reason
    assert found.duty.source


def test_conflicts_of_nothing_are_none() -> None:
    assert conflicts(set()) == []


def test_conflicts_of_adding_leaves_out_what_stood_before() -> None:
    held = {P.CODING_EDIT, P.CODING_REVIEW}
    assert conflicts_of_adding(held, {P.SCHEDULE_VIEW}) == []
    assert [conflict.key for conflict in conflicts_of_adding(held, {P.CODING_FINALIZE})] == ["coding_and_review"]


def test_rights_over_accounts_jobs_and_the_trail_alone_are_not_of_patients() -> None:
    others = {
        P.AUDIT_VIEW, P.AUDIT_EXPORT, P.PRIVACY_REVIEW, P.STAFF_MANAGE, P.ACCESS_CERTIFY, P.CODESET_LOAD, P.CODING_POLICY,
    }  # fmt: skip
    assert set(Permission) - OF_PATIENTS - {P.DRG_GROUP, P.JOBS_VIEW} == others


def test_every_right_has_words_and_stands_in_one_group() -> None:
    grouped = [right for _, group in ABOUT for right in group]
    assert set(WORDS) == set(Permission)
    assert sorted(grouped) == sorted(Permission)


@dataclass(frozen=True)
class Someone:
    pk: UUID


def test_require_another_for_the_same_person_raises_and_for_another_not() -> None:
    me, you = Someone(uuid4()), Someone(uuid4())
    with pytest.raises(DomainError, match="to review this coding"):
        require_another(me, me.pk, "to review this coding")
    require_another(me, you.pk, "to review this coding")
    require_another(me, None, "to review this coding")


@pytest.mark.parametrize(
    ("amount", "limit", "allowed"),
    [("0.01", "0.01", True), ("500.00", "500.00", True), ("500.01", "500.00", False), ("1", "0", False)],
)
def test_may_approve_refund_at_the_limit(amount: str, limit: str, allowed: bool) -> None:
    assert may_approve_refund(Decimal(amount), Decimal(limit), uuid4(), uuid4()) is allowed


def test_may_approve_refund_by_the_person_who_asked_is_refused() -> None:
    me = uuid4()
    assert not may_approve_refund(Decimal("1.00"), Decimal("500.00"), me, me)


@pytest.mark.parametrize(("amount", "limit"), [("0", "1"), ("-1", "1"), ("1", "-1"), ("NaN", "1"), ("1", "Infinity")])
def test_may_approve_refund_outside_its_range_raises(amount: str, limit: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        may_approve_refund(Decimal(amount), Decimal(limit), uuid4(), uuid4())
