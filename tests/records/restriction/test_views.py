"""The pages of restriction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.access.models import AccessGrant, EmployeeChart
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.registry.models import Patient
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
MARK = {"restriction": "vip", "reason": "Known from television", "alias_family_name": "Nightjar"}


@pytest.fixture
def ruth(facility: Facility) -> Patient:
    return make.patient(facility, family_name="Quillfeather", given_names="Ada", birth_date=date(1961, 7, 8))


def at(name: str, patient: Patient, **more: object) -> str:
    return reverse(f"restriction:{name}", kwargs={"patient_id": patient.pk, **more})


@pytest.mark.parametrize("who", ["privacy_officer", "him_manager"])
def test_chart_is_restricted_given_taken_and_lifted_from_its_page(
    who: str, ruth: Patient, coder: User, request: pytest.FixtureRequest
) -> None:
    browser = signed_in(request.getfixturevalue(who))
    assert at("chart", ruth) in browser.get(ruth.get_absolute_url()).content.decode()
    assert browser.get(at("chart", ruth)).status_code == 200
    assert browser.post(at("mark", ruth), MARK).headers["Location"] == at("chart", ruth)
    given = {"user": coder.pk, "reason": "Codes this stay", "until": (date.today() + timedelta(days=9)).isoformat()}
    assert browser.post(at("give", ruth), given).status_code == 302
    page = browser.get(at("chart", ruth)).content.decode()
    for words in ("Restricted: Publicly known person", "Dana", "given by name: Codes this stay", "Nightjar"):
        assert words in page
    assert signed_in(coder).get(ruth.get_absolute_url()).status_code == 200
    grant = AccessGrant.objects.get()
    assert browser.post(at("take", ruth, grant_id=grant.pk)).status_code == 302
    assert signed_in(coder).get(ruth.get_absolute_url()).status_code == 404
    assert browser.post(at("drop_exceptions", ruth)).status_code == 302
    assert browser.post(at("lift", ruth), {"reason": "No longer known"}).status_code == 302
    ruth.refresh_from_db()
    assert not ruth.confidential


def test_faulty_form_is_shown_again_with_its_sentence(ruth: Patient, coder: User, privacy_officer: User) -> None:
    browser = signed_in(privacy_officer)
    for route, data, words in (
        ("mark", {**MARK, "alias_family_name": "Quillfeather"}, "must not be the patient&#x27;s own name"),
        ("mark", {}, "This field is required."),
        ("give", {"reason": "Codes this stay", "until": "2020-01-01", "user": coder.pk}, "This day is past."),
        ("give", {"reason": "Codes this stay", "until": "never"}, "Enter a valid date."),
        (
            "give",
            {"reason": "Codes this stay", "until": date.today().isoformat(), "user": "nobody"},
            "not a valid UUID",
        ),
    ):
        answer = browser.post(at(route, ruth), data)
        assert answer.status_code == 422, route
        assert words in answer.content.decode(), route


def test_form_that_came_too_late_is_answered_with_a_sentence(ruth: Patient, privacy_officer: User) -> None:
    browser = signed_in(privacy_officer)
    for route, words in (("lift", "This chart is not restricted."), ("unlink", "This chart is linked to nobody.")):
        answer = browser.post(at(route, ruth), {"reason": "Made by mistake"})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_member_of_staff_is_found_and_linked(ruth: Patient, coder: User, privacy_officer: User) -> None:
    coder.display_name = "Ada Quillfeather"
    coder.save()
    browser = signed_in(privacy_officer)
    assert browser.get("/restricted/staff/").status_code == 200
    page = browser.post("/restricted/staff/", {"user": coder.pk, "birth_date": "1961-07-08"}).content.decode()
    link = at("link", ruth, user_id=coder.pk)
    assert link in page
    assert browser.post(link).status_code == 302
    assert EmployeeChart.objects.get().user == coder
    assert "is linked already" in browser.post(link, follow=True).content.decode()
    assert browser.post(at("link", ruth, user_id=uuid7())).status_code == 404
    assert signed_in(coder).get(ruth.get_absolute_url()).status_code == 404
    assert "a member of staff" in browser.get(at("chart", ruth)).content.decode()
    assert browser.post(at("unlink", ruth), {"reason": "Another person"}).status_code == 302
    assert not EmployeeChart.objects.exists()


def test_person_without_the_right_is_refused_everywhere(
    ruth: Patient, coder: User, person: Callable[..., User], other_facility: Facility
) -> None:
    away = person("jo", Role.PRIVACY_OFFICER, other_facility)
    posts = [at(name, ruth) for name in ("mark", "lift", "give", "drop_exceptions", "unlink")]
    posts += [at("take", ruth, grant_id=uuid7()), at("link", ruth, user_id=coder.pk)]
    for user, status in ((coder, 403), (away, 404)):
        browser = signed_in(user)
        assert browser.get(at("chart", ruth)).status_code == status
        for url in posts:
            answer = browser.post(url, {**MARK, "until": date.today().isoformat()})
            assert answer.status_code == status, url
            assert "Quillfeather" not in answer.content.decode()
    for url in ("/restricted/", "/restricted/staff/"):
        assert signed_in(coder).get(url).status_code == 403
    ruth.refresh_from_db()
    assert not ruth.confidential


def test_routes_that_act_refuse_a_look(ruth: Patient, privacy_officer: User) -> None:
    for name in ("mark", "lift", "give", "drop_exceptions", "unlink"):
        assert signed_in(privacy_officer).get(at(name, ruth)).status_code == 405
