"""The review pages and the tile that leads there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from audit.access.clock import database_now
from audit.access.models import EmergencyAccess
from audit.access.presenters import age_tone, age_words
from hims.home.waiting import waiting_for
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from tests.audit.access.conftest import emergency
from tests.clients import signed_in
from tests.factories import records as make
from tests.trail import events_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
QUEUE = "/privacy/emergencies/"


@pytest.fixture
def lena(person: Callable[..., User], facility: Facility) -> User:
    return person("lena", Role.PROVIDER, facility)


def test_queue_shows_who_whom_why_and_how_old(lena: User, facility: Facility, privacy_officer: User) -> None:
    patient = make.patient(facility, family_name="Zebra")
    emergency(lena, patient.pk, database_now() - 8 * DAY, facility.pk)
    page = signed_in(privacy_officer).get(QUEUE).content.decode()
    for words in ("Lena", "Zebra, Ruth", "Threatened the ward", "8 d, overdue"):
        assert words in page
    assert events_of(privacy_officer)[-1]["patient_ids"] == [patient.pk]


def test_queue_names_no_patient_out_of_the_reviewers_reach(
    lena: User, facility: Facility, other_facility: Facility, privacy_officer: User
) -> None:
    patient = make.patient(other_facility, family_name="Zebra")
    emergency(lena, patient.pk, database_now(), facility.pk)
    page = signed_in(privacy_officer).get(QUEUE).content.decode()
    assert "Zebra" not in page
    assert f"patient {str(patient.pk)[-6:]}" in page


def test_review_page_closes_the_review(lena: User, facility: Facility, privacy_officer: User) -> None:
    access = emergency(lena, make.patient(facility).pk, database_now() - DAY, facility.pk)
    browser, url = signed_in(privacy_officer), reverse("emergencies:review", args=[access.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"outcome": "justified", "note": ""}).status_code == 422
    assert browser.post(url, {"outcome": "justified", "note": "On call that night."}).status_code == 302
    assert EmergencyAccess.objects.get().outcome == "justified"
    assert "This review is closed." in browser.get(url).content.decode()
    again = browser.post(url, {"outcome": "escalated", "note": "Changed my mind."})
    assert again.status_code == 422
    assert "This review is closed already." in again.content.decode()
    assert "Justified" in browser.get(f"{QUEUE}?state=closed").content.decode().title()


def test_review_pages_are_for_reviewers_only(lena: User, coder: User, facility: Facility) -> None:
    access = emergency(lena, uuid7(), database_now(), facility.pk)
    for user in (lena, coder):
        for url in (QUEUE, reverse("emergencies:review", args=[access.pk])):
            assert signed_in(user).get(url).status_code == 403


def test_unknown_access_and_damaged_page_link_are_answered_plainly(privacy_officer: User) -> None:
    browser = signed_in(privacy_officer)
    assert browser.get(reverse("emergencies:review", args=[uuid7()])).status_code == 404
    assert browser.get(f"{QUEUE}?after=nonsense").status_code == 409


def test_home_of_a_privacy_officer_counts_accesses_to_review(
    lena: User, facility: Facility, privacy_officer: User
) -> None:
    assert "Emergency accesses to review" not in [tile.title for tile in waiting_for(by=privacy_officer)]
    emergency(lena, uuid7(), database_now() - 8 * DAY, facility.pk)
    tile = next(tile for tile in waiting_for(by=privacy_officer) if tile.title == "Emergency accesses to review")
    assert (tile.count, tile.tone, tile.url) == ("1", "stop", QUEUE)


@pytest.mark.parametrize(
    ("age", "words", "tone"),
    [
        (timedelta(seconds=59), "0 min", ""), (timedelta(minutes=59), "59 min", ""), (timedelta(hours=1), "1 h", ""),
        (timedelta(hours=47), "47 h", ""), (timedelta(days=2), "2 d", ""), (timedelta(days=5), "5 d", ""),
        (timedelta(days=5, seconds=1), "5 d", "warn"), (timedelta(days=7), "7 d", "warn"),
        (timedelta(days=7, seconds=1), "7 d", "stop"),
    ],
)  # fmt: skip
def test_age_is_told_in_words_and_tone(age: timedelta, words: str, tone: str) -> None:
    assert (age_words(age), age_tone(age)) == (words, tone)
