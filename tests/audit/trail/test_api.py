"""The trail for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/events"


def test_events_of_a_patient_are_told_by_ids(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    found = signed_in(privacy_officer).get(URL, {"patient": str(patient.pk), "event": "chart.viewed"}).json()
    assert found["next"] == ""
    event = found["events"][0]
    assert (event["actor_id"], event["result"], event["door"]) == (str(coder.pk), "done", "command")
    assert event["patient_ids"] == [str(patient.pk)]
    assert event["facility_ids"] == [facility.pk]
    assert patient.family_name not in str(found)


def test_events_in_pages_neither_repeat_nor_skip(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    for _ in range(53):
        patient_chart(by=coder, patient_id=patient.pk)
    client = signed_in(privacy_officer)
    asked = {"patient": str(patient.pk), "event": "chart.viewed"}
    first = client.get(URL, asked).json()
    second = client.get(URL, {**asked, "after": first["next"]}).json()
    ids = [event["event_id"] for event in first["events"] + second["events"]]
    assert (len(first["events"]), len(ids), len(set(ids)), second["next"]) == (50, 53, 53, "")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRIVACY_OFFICER, 200), (Role.ADMINISTRATOR, 200), (Role.CODER, 403), (Role.HIM_MANAGER, 403)],
)
def test_events_by_role(role: Role, status: int, person: Callable[..., User], facility: Facility) -> None:
    assert signed_in(person("anyone", role, facility)).get(URL).status_code == status


def test_events_of_another_facility_are_not_there(
    person: Callable[..., User], coder: User, facility: Facility, other_facility: Facility
) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    elsewhere = person("jo", Role.PRIVACY_OFFICER, other_facility)
    assert signed_in(elsewhere).get(URL, {"patient": str(patient.pk)}).json()["events"] == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"patient": "x"}, 400),
        ({"person": "x"}, 400),
        ({"category": "x"}, 400),
        ({"event": "\x00"}, 400),
        ({"event": "x" * 61}, 400),
        ({"from_day": "9999-99-99"}, 400),
        ({"to_day": "9999-12-31"}, 400),
        ({"from_day": "2026-03-10", "to_day": "2026-03-09"}, 400),
        ({"after": "garbage"}, 409),
        ({"after": "W10"}, 409),
        ({"unknown": "x"}, 200),
    ],
)
def test_events_asked_wrongly_are_refused(asked: dict[str, Any], status: int, privacy_officer: User) -> None:
    answer = signed_in(privacy_officer).get(URL, asked)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"


def test_events_without_sign_in_are_refused() -> None:
    assert Client().get(URL).status_code == 403
    assert reverse("audit_api:events") == URL
