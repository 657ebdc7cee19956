"""Breaking the glass, ending it, and reviewing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from audit.access.actions import end_emergency, open_emergency, review_emergency
from audit.access.clock import database_now
from audit.access.emergencies import Wanted
from audit.access.models import AccessGrant, EmergencyAccess, EmergencyOutcome
from audit.access.selectors import emergencies_to_review, emergency_queue, emergency_to_review
from audit.access.signals import emergency_escalated
from audit.authority import authority_of, forget_authority
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from tests.audit.access.conftest import emergency
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
WHY = {"reason_code": "emergency_care", "reason_text": "Found unconscious at the door"}
NOTE = "Looked at the trail; she was on call."
DAY = timedelta(days=1)


@pytest.fixture
def lena(person: Callable[..., User], facility: Facility) -> User:
    return person("lena", Role.PROVIDER, facility)


def opened(by: User, facility: Facility, **change: Any) -> EmergencyAccess:
    return open_emergency(by=by, wanted=Wanted("chart x", uuid7(), (), (facility.pk,)), **{**WHY, **change})


def test_opening_grants_four_hours_and_stands_in_the_queue_at_once(
    lena: User, facility: Facility, privacy_officer: User
) -> None:
    access = opened(lena, facility)
    during = access.grant.during
    assert during.upper - during.lower == timedelta(hours=4)
    assert access.patient_id in authority_of(lena).emergency
    assert emergency_queue(by=privacy_officer).rows == [access]
    assert emergencies_to_review(by=privacy_officer).count == 1
    attempted, done = events_of(lena)[-2:]
    for event in (attempted, done):
        assert (event["event"], event["category"], event["patient_ids"]) == (
            "emergency.opened", "admin", [access.patient_id],
        )  # fmt: skip
        assert event["detail"] == {"wanted": "chart x", **WHY}


@pytest.mark.parametrize("hours", [1, 24])
def test_opening_lasts_as_long_as_the_setting_says(
    hours: int, lena: User, facility: Facility, settings: LazySettings
) -> None:
    settings.EMERGENCY_HOURS = hours
    during = opened(lena, facility).grant.during
    assert during.upper - during.lower == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "         ", "123456789", "12345678 \t\n", "x" * 501])
def test_opening_without_a_fitting_reason_is_refused(text: str, lena: User, facility: Facility) -> None:
    with pytest.raises(DomainError) as refused:
        opened(lena, facility, reason_text=text)
    assert refused.value.field == "reason_text"
    assert not AccessGrant.objects.exists()


@pytest.mark.parametrize("text", ["1234567890", "x" * 500])
def test_opening_with_the_shortest_and_the_longest_reason_is_done(text: str, lena: User, facility: Facility) -> None:
    assert opened(lena, facility, reason_text=text).reason_text == text


def test_nothing_is_opened_when_the_trail_is_away(
    lena: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(events: object) -> None:
        raise TrailUnavailable("away")

    monkeypatch.setattr("audit.gate.write", away)
    with pytest.raises(TrailUnavailable):
        opened(lena, facility)
    assert not AccessGrant.objects.exists()
    assert not EmergencyAccess.objects.exists()


def test_coder_may_not_break_the_glass(coder: User, facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        opened(coder, facility)
    assert told(coder) == [("emergency.opened", "refused")]


def test_access_ends_at_once_when_closed_and_only_by_its_owner(
    lena: User, facility: Facility, person: Callable[..., User]
) -> None:
    access = opened(lena, facility)
    with pytest.raises(NotVisible):
        end_emergency(by=person("mateo", Role.PROVIDER, facility), emergency=access)
    end_emergency(by=lena, emergency=access)
    assert authority_of(lena).emergency == frozenset()
    assert not AccessGrant.objects.in_force().exists()


@pytest.mark.parametrize(("left", "runs"), [(-1, False), (0, False), (5, True)])
def test_access_runs_until_its_last_second(left: int, runs: bool, lena: User, facility: Facility) -> None:
    begins = database_now() - timedelta(hours=4) + timedelta(seconds=left)
    access = emergency(lena, uuid7(), begins, facility.pk)
    forget_authority(lena)
    assert (access.patient_id in authority_of(lena).emergency) is runs


@pytest.fixture
def escalated() -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    def hear(**told: Any) -> None:
        heard.append(told)

    emergency_escalated.connect(hear)
    yield heard
    emergency_escalated.disconnect(hear)


@pytest.mark.parametrize("outcome", ["justified", "not_justified", "escalated"])
def test_review_closes_with_outcome_and_note(
    outcome: str, lena: User, facility: Facility, privacy_officer: User, escalated: list[dict[str, Any]]
) -> None:
    access = emergency(lena, uuid7(), database_now() - DAY, facility.pk)
    review_emergency(by=privacy_officer, emergency=access, outcome=outcome, note=NOTE)
    access.refresh_from_db()
    assert (access.outcome, access.outcome_note, access.closed_by) == (outcome, NOTE, privacy_officer)
    assert emergency_queue(by=privacy_officer).rows == []
    assert emergency_queue(by=privacy_officer, closed=True).rows == [access]
    assert [heard["emergency_id"] for heard in escalated] == ([access.pk] if outcome == "escalated" else [])
    with pytest.raises(DomainError, match="closed already"):
        review_emergency(by=privacy_officer, emergency=access, outcome=outcome, note=NOTE)


@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [("", NOTE, "outcome"), ("fine", NOTE, "outcome"), ("justified", "", "note"), ("justified", "short one", "note")],
)
def test_review_without_outcome_or_note_is_refused(
    outcome: str, note: str, field: str, lena: User, facility: Facility, privacy_officer: User
) -> None:
    access = emergency(lena, uuid7(), database_now() - DAY, facility.pk)
    with pytest.raises(DomainError) as refused:
        review_emergency(by=privacy_officer, emergency=access, outcome=outcome, note=note)
    assert refused.value.field == field
    access.refresh_from_db()
    assert access.outcome == ""


def test_nobody_reviews_the_own_access(lena: User, facility: Facility, person: Callable[..., User]) -> None:
    person("lena", Role.PRIVACY_OFFICER, facility)
    forget_authority(lena)
    access = emergency(lena, uuid7(), database_now() - DAY, facility.pk)
    with pytest.raises(DomainError, match="your own"):
        review_emergency(by=lena, emergency=access, outcome="justified", note=NOTE)


def test_access_that_runs_is_not_called_justified_and_ends_when_it_is_not(
    lena: User, facility: Facility, privacy_officer: User
) -> None:
    access = opened(lena, facility)
    with pytest.raises(DomainError, match="still runs"):
        review_emergency(by=privacy_officer, emergency=access, outcome="justified", note=NOTE)
    review_emergency(by=privacy_officer, emergency=access, outcome=EmergencyOutcome.NOT_JUSTIFIED, note=NOTE)
    assert not AccessGrant.objects.in_force().exists()


def test_reviewer_of_another_facility_sees_nothing(
    lena: User, facility: Facility, other_facility: Facility, person: Callable[..., User]
) -> None:
    access = emergency(lena, uuid7(), database_now() - DAY, facility.pk)
    away = person("jo", Role.PRIVACY_OFFICER, other_facility)
    assert emergency_queue(by=away).rows == []
    with pytest.raises(NotVisible):
        emergency_to_review(by=away, emergency_id=access.pk)
    with pytest.raises(NotVisible):
        review_emergency(by=away, emergency=access, outcome="justified", note=NOTE)


def test_review_shows_what_was_done_while_it_ran_and_other_accesses(
    lena: User, facility: Facility, privacy_officer: User
) -> None:
    access = opened(lena, facility)
    end_emergency(by=lena, emergency=access)
    elsewhere = emergency(lena, uuid7(), database_now() - 30 * DAY, facility.pk)
    emergency(lena, uuid7(), database_now() - 400 * DAY, facility.pk)
    review = emergency_to_review(by=privacy_officer, emergency_id=access.pk)
    assert {event.event for event in review.events} <= {"emergency.opened", "emergency.ended"}
    assert ("emergency.opened", "done") in {(event.event, event.result) for event in review.events}
    assert review.others == [elsewhere]


def test_count_tells_the_oldest_and_what_is_overdue_after_seven_days(
    lena: User, facility: Facility, privacy_officer: User
) -> None:
    now = database_now()
    oldest = emergency(lena, uuid7(), now - 7 * DAY - timedelta(minutes=1), facility.pk)
    emergency(lena, uuid7(), now - 7 * DAY + timedelta(minutes=1), facility.pk)
    found = emergencies_to_review(by=privacy_officer)
    assert (found.count, found.oldest_at, found.overdue) == (2, oldest.opened_at, 1)


@pytest.mark.parametrize("hours", ["0", "25", "-1"])
def test_setting_outside_one_day_is_refused(hours: str) -> None:
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", "import hims.settings"], env={**os.environ, "HIMS_EMERGENCY_HOURS": hours},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "HIMS_EMERGENCY_HOURS" in done.stderr
