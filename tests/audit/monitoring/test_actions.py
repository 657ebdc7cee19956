"""Deciding on alerts, and changing rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audit.monitoring.actions import attach_case, change_rule, close_alert, close_alerts
from audit.monitoring.limits import chosen, demand_reason
from audit.monitoring.models import AlertOutcome, AlertState, PrivacyAlert
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from tests.trail import told as trail_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 9, 15, tzinfo=UTC)


def alert(about: User, facility: Facility, **values: Any) -> PrivacyAlert:
    standard = {
        "rule": "co_worker", "score": 70, "patient_id": uuid4(), "day": AT.date(), "first_at": AT, "last_at": AT,
        "seen": "Opened the chart of a member of staff.", "actor_name": str(about), "actor_role": "Coder",
    }  # fmt: skip
    return PrivacyAlert.objects.create(actor_id=about.pk, facility_ids=[facility.pk], **{**standard, **values})


def test_alert_is_closed_with_outcome_and_note(privacy_officer: User, coder: User, facility: Facility) -> None:
    made = alert(coder, facility)
    closed = close_alert(by=privacy_officer, alert=made, outcome="education", note=" Talked  to her. ")
    closed.refresh_from_db()
    assert (closed.state, closed.outcome, closed.note) == (AlertState.CLOSED, "education", "Talked to her.")
    assert closed.closed_by == privacy_officer
    assert trail_of(privacy_officer)[-2:] == [("alert.closed", "attempted"), ("alert.closed", "done")]


@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [
        ("", "x" * 10, "outcome"),
        ("explained_later", "x" * 10, "outcome"),
        ("education", "", "note"),
        ("not_legitimate", "abc", "note"),
        ("legitimate", "x" * 501, "note"),
    ],
)
def test_alert_stays_open_without_outcome_or_note(
    outcome: str, note: str, field: str, privacy_officer: User, coder: User, facility: Facility
) -> None:
    made = alert(coder, facility)
    with pytest.raises(DomainError) as error:
        close_alert(by=privacy_officer, alert=made, outcome=outcome, note=note)
    made.refresh_from_db()
    assert (error.value.field, made.state) == (field, AlertState.OPEN)


def test_alert_about_oneself_is_left_to_others(
    privacy_officer: User, person: Callable[..., User], facility: Facility
) -> None:
    made = alert(privacy_officer, facility)
    for act in (
        lambda: close_alert(by=privacy_officer, alert=made, outcome="legitimate"),
        lambda: close_alerts(by=privacy_officer, alert_ids=[made.pk], outcome="legitimate"),
        lambda: attach_case(by=privacy_officer, alert_ids=[made.pk], case_id=uuid4()),
    ):
        with pytest.raises(DomainError, match="somebody else"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyAlert.objects.filter(pk=made.pk).update(
            state="closed", outcome="legitimate", closed_at=AT, closed_by=privacy_officer
        )
    other = person("jill", Role.PRIVACY_OFFICER, facility)
    assert close_alert(by=other, alert=made, outcome="legitimate").state == AlertState.CLOSED


def test_alerts_are_closed_together_or_not_at_all(privacy_officer: User, coder: User, facility: Facility) -> None:
    one, two = alert(coder, facility), alert(coder, facility)
    ids = [one.pk, two.pk]
    assert close_alerts(by=privacy_officer, alert_ids=ids, outcome="legitimate").count == 2
    three = alert(coder, facility)
    with pytest.raises(DomainError, match="not open any more"):
        close_alerts(by=privacy_officer, alert_ids=[three.pk, one.pk], outcome="legitimate")
    three.refresh_from_db()
    assert three.state == AlertState.OPEN


def test_alert_of_another_facility_is_not_there(
    privacy_officer: User, coder: User, facility: Facility, other_facility: Facility
) -> None:
    made = alert(coder, other_facility)
    with pytest.raises(NotVisible):
        close_alert(by=privacy_officer, alert=made, outcome="legitimate")
    with pytest.raises(NotVisible):
        close_alerts(by=privacy_officer, alert_ids=[made.pk], outcome="legitimate")


@pytest.mark.parametrize("number", [0, 201])
def test_bulk_close_takes_one_to_two_hundred(number: int, privacy_officer: User) -> None:
    with pytest.raises(DomainError):
        close_alerts(by=privacy_officer, alert_ids=[uuid4() for _ in range(number)], outcome="legitimate")


def test_alerts_become_part_of_a_case_once(privacy_officer: User, coder: User, facility: Facility) -> None:
    made, case_id = alert(coder, facility), uuid4()
    attach_case(by=privacy_officer, alert_ids=[made.pk], case_id=case_id)
    made.refresh_from_db()
    assert (made.state, made.case_id) == (AlertState.CASE, case_id)
    with pytest.raises(DomainError):
        attach_case(by=privacy_officer, alert_ids=[made.pk], case_id=uuid4())


def test_only_privacy_officers_decide(him_manager: User, coder: User, facility: Facility) -> None:
    made = alert(coder, facility)
    with pytest.raises(AccessDenied):
        close_alert(by=him_manager, alert=made, outcome="legitimate")
    with pytest.raises(AccessDenied):
        change_rule(by=him_manager, rule="co_worker", active=False, limits={})


def test_rule_is_changed_and_works_that_way(privacy_officer: User) -> None:
    assert chosen().limits["browsing"] == {"searches": 6, "percent": 60}
    change_rule(by=privacy_officer, rule="browsing", active=False, limits={"searches": 9})
    now = chosen()
    assert now.limits["browsing"] == {"searches": 9, "percent": 60}
    assert "browsing" not in now.active
    assert ("alert.rule_changed", "done") in trail_of(privacy_officer)


@pytest.mark.parametrize(
    ("rule", "limits", "field"),
    [("browsing", {"searches": 1}, "searches"), ("browsing", {"percent": 101}, "percent"), ("nonsense", {}, "rule")],
)
def test_rule_is_not_changed_beyond_its_range(
    rule: str, limits: dict[str, int], field: str, privacy_officer: User
) -> None:
    with pytest.raises(DomainError) as error:
        change_rule(by=privacy_officer, rule=rule, active=True, limits=limits)
    assert error.value.field == field
    assert chosen().limits["browsing"]["searches"] == 6


def test_one_alert_a_rule_person_patient_and_day(coder: User, facility: Facility) -> None:
    for patient_id in (uuid4(), None):
        alert(coder, facility, patient_id=patient_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            alert(coder, facility, patient_id=patient_id)


@pytest.mark.parametrize(
    ("values"),
    [
        {"state": AlertState.CLOSED},
        {"state": AlertState.CASE},
        {"state": AlertState.OPEN, "outcome": AlertOutcome.EDUCATION},
        {"state": AlertState.CLOSED, "outcome": AlertOutcome.EDUCATION},
    ],
)
def test_database_refuses_half_a_decision(values: dict[str, Any], coder: User, facility: Facility) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        alert(coder, facility, **values)


@pytest.mark.parametrize(
    ("count", "reason", "kept"),
    [(50, "", ""), (51, " Payer  audit of March ", "Payer audit of March"), (1, "x", "x"), (99, "y" * 400, "y" * 300)],
)
def test_reason_is_kept_as_it_stands_in_the_trail(count: int, reason: str, kept: str, coder: User) -> None:
    assert demand_reason(count, reason) == kept


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_many_patients_leave_with_a_reason_only(reason: str, coder: User, privacy_officer: User) -> None:
    with pytest.raises(DomainError, match="more than 50") as error:
        demand_reason(51, reason)
    assert error.value.field == "reason"
    change_rule(by=privacy_officer, rule="bulk_outflow", active=True, limits={"patients": 100})
    assert demand_reason(51, "") == ""
