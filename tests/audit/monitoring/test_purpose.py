"""Purpose of use, by a table of cases."""

from __future__ import annotations

import pytest

from audit.monitoring.purpose import derive_purpose
from audit.trail.enums import Purpose
from hims.lib.access import Role


@pytest.mark.parametrize(
    ("event", "roles", "explanation", "purpose"),
    [
        ("coding.opened", [Role.HIM_MANAGER], None, Purpose.CODING),
        ("claim.viewed", [Role.BILLER, Role.CODER], None, Purpose.PAYMENT),
        ("audit.viewed", [Role.ADMINISTRATOR], None, Purpose.PRIVACY),
        ("staff.signed_in", [], None, Purpose.ADMINISTRATION),
        ("chart.viewed", [Role.CODER], None, Purpose.CODING),
        ("chart.viewed", [Role.CODING_REVIEWER, Role.CODER], None, Purpose.CODING),
        ("chart.viewed", [Role.CDI_SPECIALIST], None, Purpose.CODING),
        ("chart.viewed", [Role.BILLER], None, Purpose.PAYMENT),
        ("chart.viewed", [Role.PROVIDER], None, Purpose.TREATMENT),
        ("patient.viewed", [Role.PRIVACY_OFFICER], None, Purpose.PRIVACY),
        ("patient.viewed", [Role.ADMINISTRATOR], None, Purpose.ADMINISTRATION),
        ("patient.viewed", [Role.RECORDS_SPECIALIST], None, Purpose.OPERATIONS),
        ("patient.viewed", [Role.SCHEDULER], None, Purpose.OPERATIONS),
        ("patient.viewed", [Role.RECORDS_SPECIALIST, Role.SCHEDULER], None, Purpose.OPERATIONS),
        ("chart.viewed", [Role.PROVIDER, Role.CODER], None, None),
        ("chart.viewed", [Role.PROVIDER, Role.CODER], "coder", Purpose.CODING),
        ("chart.viewed", [Role.PROVIDER, Role.CODER], "provider", Purpose.TREATMENT),
        ("chart.viewed", [Role.PROVIDER, Role.CODER], "account", None),
        ("chart.viewed", [Role.CODER], "emergency", Purpose.TREATMENT),
        ("coding.opened", [Role.CODER], "emergency", Purpose.TREATMENT),
        ("chart.viewed", [], None, None),
        ("chart.viewed", ["Some role of the site"], "coder", None),
    ],
)
def test_purpose_follows_from_work_role_and_explanation(
    event: str, roles: list[str], explanation: str | None, purpose: Purpose | None
) -> None:
    assert derive_purpose(event, [str(role) for role in roles], explanation) is purpose


def test_every_role_has_a_purpose() -> None:
    assert [role for role in Role if derive_purpose("chart.viewed", [role.value], None) is None] == []
