"""The screen locks after a time without activity, and a sign-in ends after twelve hours whatever is done."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hims.staff.models import User
from hims.staff.sessions.models import End, SignIn
from tests.clients import HTMX
from tests.staff.factors import PASSWORD, WRONG, code_of, enter_code, is_signed_in, sign_in, with_app
from tests.trail import told

pytestmark = pytest.mark.django_db
NOW = 1_900_000_010
LIMIT, LIFETIME = 15 * 60, 12 * 60 * 60
JSON = {"Accept": "application/json"}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def inside(dana: User, browser: Client, clock: Any) -> Client:
    sign_in(browser, "dana.whitfield")
    assert is_signed_in(browser)
    return browser


def unlock(client: Client, **form: str) -> Any:
    return client.post(reverse("account_unlock"), form, headers=JSON)


def state(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(reverse("account_session")).json()
    return found


@pytest.mark.parametrize(("seconds", "status"), [(LIMIT - 1, 200), (LIMIT, 423), (LIMIT + 1, 423)])
def test_screen_locks_fifteen_minutes_after_the_last_activity(
    seconds: int, status: int, inside: Client, clock: Any
) -> None:
    clock.shift(600)
    assert is_signed_in(inside)
    clock.shift(seconds)
    assert inside.get(reverse("home")).status_code == status


@pytest.mark.parametrize(
    ("by_role", "seconds", "status"),
    [({"Coder": 2}, 119, 200), ({"Coder": 2}, 120, 423), ({"Biller": 2}, 899, 200), ({"Coder": 15, "Biller": 2}, 899, 200)],
)  # fmt: skip
def test_limit_is_the_one_of_the_role(
    by_role: dict[str, int], seconds: int, status: int, inside: Client, clock: Any, settings: Any
) -> None:
    settings.IDLE_MINUTES_BY_ROLE = by_role
    clock.shift(seconds)
    assert inside.get(reverse("home")).status_code == status


@pytest.mark.parametrize("headers", [{"X-HIMS-Background": "1"}, {"X-HIMS-Background": "1", **HTMX}])
def test_background_requests_keep_no_screen_open(headers: dict[str, str], inside: Client, clock: Any) -> None:
    statuses = []
    for _ in range(LIMIT // 60):
        clock.shift(60)
        statuses.append(inside.get(reverse("home"), headers=headers).status_code)
    assert statuses == [200] * (LIMIT // 60 - 1) + [423]


@pytest.mark.parametrize("route", ["account_session", "billing:export_status"])
def test_polled_routes_keep_no_screen_open(route: str, inside: Client, clock: Any) -> None:
    for _ in range(LIMIT // 60):
        clock.shift(60)
        inside.get(reverse(route))
    assert inside.get(reverse("home")).status_code == 423


def test_what_the_person_types_keeps_the_screen_open(inside: Client, clock: Any) -> None:
    for _ in range(20):
        clock.shift(LIMIT - 1)
        assert inside.post(reverse("account_alive")).status_code == 204
    assert is_signed_in(inside)


def test_asking_for_a_locked_page_again_does_not_open_it(inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    for _ in range(3):
        assert inside.get(reverse("home")).status_code == 423
    assert inside.post(reverse("account_alive")).status_code == 423
    assert inside.post(reverse("account_open_seal"), {"public": ""}).status_code == 423


def test_locked_answers_fit_who_asks_and_hold_no_content(inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    page = inside.get(reverse("records:patients"))
    assert "is signed in here" in page.content.decode()
    assert "<nav" not in page.content.decode()
    fragment = inside.get(reverse("records:patients"), headers=HTMX)
    assert "<html" not in fragment.content.decode()
    assert inside.get(reverse("api_schema")).json() == {"detail": "The screen is locked. Enter your password to go on."}
    assert "was not saved" in inside.post(reverse("records:patient_search"), {"text": "okafor"}).content.decode()
    for answer in (page, fragment):
        assert answer.status_code == 423
        assert answer.headers["Cache-Control"] == "no-store"


def test_password_unlocks_in_place_and_is_recorded(inside: Client, dana: User, clock: Any) -> None:
    key = inside.session.session_key
    clock.shift(LIMIT)
    assert state(inside) | {"seal_key": ""} == {
        "signed_in": True, "locked": True, "seconds_left": 0, "limit_seconds": LIMIT, "name": "Dana.Whitfield",
        "ways": ["password"], "hint": "In this demonstration the password is lakeside-demo-hospital", "seal_key": "",
    }  # fmt: skip
    assert unlock(inside, password=WRONG).status_code == 409
    assert inside.get(reverse("home")).status_code == 423
    assert unlock(inside, password=PASSWORD).json() == {"locked": False}
    assert is_signed_in(inside)
    assert inside.session.session_key == key
    assert ("staff.screen_unlocked", "done") in told(dana)


def test_code_unlocks_once(dana: User, browser: Client, clock: Any) -> None:
    secret = with_app(dana)
    sign_in(browser, "dana.whitfield")
    enter_code(browser, code_of(secret))
    clock.shift(LIMIT)
    code = code_of(secret)
    assert unlock(browser, code=code).status_code == 200
    clock.shift(5)
    browser.post(reverse("account_lock"))
    assert unlock(browser, code=code).status_code == 409


@pytest.mark.parametrize("credential", ["x", "{}", "[]", "null", '{"id": 1}', '{"response": {}}'])
def test_nonsense_for_a_key_unlocks_nothing(credential: str, inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    inside.get(reverse("account_unlock_key"))
    answer = unlock(inside, credential=credential)
    assert (answer.status_code, answer.json()["detail"]) == (409, "The security key was not accepted.")
    assert inside.get(reverse("home")).status_code == 423


def test_unlocking_is_guessed_at_five_times(inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    assert [unlock(inside, password=WRONG).status_code for _ in range(6)] == [409] * 5 + [429]
    assert unlock(inside, password=PASSWORD).status_code == 429


def test_plain_form_unlocks_and_leads_to_the_page_that_was_wanted(inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    page = inside.get(reverse("records:patients")).content.decode()
    assert f'value="{reverse("records:patients")}"' in page
    wrong = inside.post(reverse("account_unlock"), {"password": WRONG, "next": "/patients/"})
    assert "not your password" in wrong.content.decode()
    form = {"password": PASSWORD, "next": reverse("records:patients")}
    assert inside.post(reverse("account_unlock"), form).headers["Location"] == reverse("records:patients")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_unlocking_leads_to_no_foreign_page(wanted: str, inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    answer = inside.post(reverse("account_unlock"), {"password": PASSWORD, "next": wanted})
    assert answer.headers["Location"] == "/"


def test_screen_locked_by_hand_stays_locked(inside: Client, dana: User, clock: Any) -> None:
    assert inside.post(reverse("account_lock"), headers=JSON).status_code == 204
    clock.shift(5)
    assert inside.get(reverse("home")).status_code == 423
    assert ("staff.screen_locked", "done") in told(dana)
    unlock(inside, password=PASSWORD)
    assert is_signed_in(inside)


def test_signing_out_works_behind_the_lock(inside: Client, clock: Any) -> None:
    clock.shift(LIMIT)
    inside.post(reverse("account_logout"))
    assert state(inside) == {"signed_in": False}


@pytest.mark.parametrize(("seconds", "status"), [(LIFETIME - 1, 200), (LIFETIME, 302), (LIFETIME + 1, 302)])
def test_sign_in_ends_after_twelve_hours_of_work(seconds: int, status: int, inside: Client, clock: Any) -> None:
    for at in range(800, LIFETIME - 1, 800):
        clock.move_to(NOW + at)
        assert is_signed_in(inside)
    clock.move_to(NOW + seconds)
    assert inside.get(reverse("home")).status_code == status
    assert SignIn.objects.get().end == (End.EXPIRED if status == 302 else "")


def test_unlocking_does_not_begin_the_twelve_hours_anew(inside: Client, clock: Any) -> None:
    clock.shift(LIFETIME - 10)
    assert unlock(inside, password=PASSWORD).status_code == 200
    clock.shift(10)
    assert unlock(inside, password=PASSWORD).status_code == 302
    assert not is_signed_in(inside)


def test_activity_is_written_at_most_sixty_times_within_the_limit(
    inside: Client, clock: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def writes() -> int:
        with CaptureQueriesContext(connection) as found:
            inside.post(reverse("account_alive"))
        return sum("UPDATE" in query["sql"] and "staff_signin" in query["sql"] for query in found)

    assert writes() == 0
    clock.shift(14)
    assert writes() == 0
    clock.shift(1)
    assert writes() == 1
