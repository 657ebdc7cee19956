"""Why are you here: asked only of those whose roles leave it open, and kept for this patient."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from tests.clients import HTMX, signed_in
from tests.factories import records as make
from tests.trail import events_of

pytestmark = pytest.mark.django_db
QUESTION = "Why are you here?"


@pytest.fixture
def stay(facility: Facility) -> Encounter:
    return make.encounter(facility)


@pytest.fixture
def both(person: Callable[..., User], facility: Facility) -> User:
    """A coder who also keeps the registry."""
    person("kim", Role.CODER, facility)
    return person("kim", Role.RECORDS_SPECIALIST, facility)


@pytest.mark.parametrize("role", [Role.CODER, Role.RECORDS_SPECIALIST, Role.HIM_MANAGER, Role.CDI_SPECIALIST])
def test_person_of_one_role_is_never_asked(
    role: Role, stay: Encounter, person: Callable[..., User], facility: Facility
) -> None:
    page = signed_in(person("kim", role, facility)).get(stay.patient.get_absolute_url())
    assert page.status_code == 200
    assert QUESTION not in page.content.decode()


def test_person_of_two_purposes_is_asked_once_a_patient(stay: Encounter, both: User) -> None:
    browser, chart = signed_in(both), stay.patient.get_absolute_url()
    page = browser.get(chart).content.decode()
    assert QUESTION in page
    assert 'value="coding"' in page
    assert 'value="operations"' in page
    assert browser.post(f"{chart}purpose", {"purpose": "coding"}).headers["Location"] == chart
    assert QUESTION not in browser.get(chart).content.decode()
    other = make.patient(stay.facility)
    assert QUESTION in browser.get(other.get_absolute_url()).content.decode()
    stated = next(event for event in events_of(both) if event["event"] == "purpose.stated")
    assert (stated["purpose"], stated["patient_ids"]) == ("coding", [stay.patient_id])
    assert stated["detail"] == {"purpose": "coding"}
    looks = [event for event in events_of(both) if event["event"] == "chart.viewed"]
    assert [(event["patient_ids"] == [stay.patient_id], event["purpose"]) for event in looks] == [
        (True, "operations"), (True, "coding"), (False, "operations"),
    ]  # fmt: skip


def test_answer_by_htmx_takes_the_place_of_the_question(stay: Encounter, both: User) -> None:
    answer = signed_in(both).post(f"{stay.patient.get_absolute_url()}purpose", {"purpose": "operations"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Recorded: operations." in answer.content.decode()
    assert QUESTION not in answer.content.decode()


@pytest.mark.parametrize("purpose", ["", "treatment", "emergency", "nonsense", "x" * 5000])
def test_purpose_that_the_roles_do_not_stand_for_is_refused(purpose: str, stay: Encounter, both: User) -> None:
    browser, chart = signed_in(both), stay.patient.get_absolute_url()
    assert browser.post(f"{chart}purpose", {"purpose": purpose}).status_code == 409
    assert QUESTION in browser.get(chart).content.decode()


def test_purpose_for_a_chart_out_of_reach_is_a_404(both: User, other_facility: Facility) -> None:
    away = make.patient(other_facility)
    assert signed_in(both).post(f"{away.get_absolute_url()}purpose", {"purpose": "coding"}).status_code == 404
    assert signed_in(both).get(f"{away.get_absolute_url()}purpose").status_code == 405
