"""For what purpose: derived, stated, emergency."""

from __future__ import annotations

from datetime import date

import pytest

from audit.access.purposes import for_purpose, known_purpose, must_be_asked, purpose_of, purposes_to_choose
from audit.authority import Authority
from audit.trail.enums import Purpose
from hims.lib.access import Role
from hims.lib.ids import uuid7

ONE, TWO = uuid7(), uuid7()


def someone(*roles: Role, emergency: frozenset[object] = frozenset()) -> Authority:
    return Authority(date(2026, 3, 9), {}, tuple(role.value for role in roles), emergency=emergency)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("roles", "event", "purpose"),
    [
        ((Role.PROVIDER,), "chart.viewed", Purpose.TREATMENT),
        ((Role.CODER,), "chart.viewed", Purpose.CODING),
        ((Role.CODER, Role.CODING_REVIEWER), "chart.viewed", Purpose.CODING),
        ((Role.BILLER,), "patient.viewed", Purpose.PAYMENT),
        ((Role.CODER, Role.PROVIDER), "coding.viewed", Purpose.CODING),
        ((Role.CODER, Role.PROVIDER), "chart.viewed", None),
        ((), "chart.viewed", None),
    ],
)
def test_purpose_follows_from_event_and_roles(roles: tuple[Role, ...], event: str, purpose: Purpose | None) -> None:
    authority = someone(*roles)
    assert known_purpose(event, authority, [ONE]) == purpose
    assert purpose_of(event, authority, [ONE]) == (purpose or Purpose.OPERATIONS)
    assert must_be_asked(event, authority, ONE) == (purpose is None and bool(roles))


def test_choice_offers_what_the_roles_stand_for() -> None:
    assert purposes_to_choose(someone(Role.CODER, Role.PROVIDER)) == [Purpose.CODING, Purpose.TREATMENT]


def test_purpose_behind_broken_glass_is_emergency_for_that_patient_alone() -> None:
    authority = someone(Role.CODER, Role.PROVIDER, emergency=frozenset({ONE}))
    assert purpose_of("document.viewed", authority, [ONE]) == Purpose.EMERGENCY
    assert purpose_of("coding.viewed", authority, [TWO]) == Purpose.CODING
    assert purpose_of("patient.searched", authority, [ONE, TWO]) == Purpose.EMERGENCY
    assert purpose_of("patient.searched", authority, [TWO]) == Purpose.OPERATIONS
    assert purpose_of("patient.searched", authority, []) == Purpose.OPERATIONS
    assert not must_be_asked("chart.viewed", authority, ONE)


def test_purpose_of_the_door_comes_before_what_is_derived() -> None:
    with for_purpose(Purpose.PRIVACY):
        assert purpose_of("chart.viewed", someone(Role.CODER), [ONE]) == Purpose.PRIVACY
        assert not must_be_asked("chart.viewed", someone(Role.CODER, Role.PROVIDER), ONE)
