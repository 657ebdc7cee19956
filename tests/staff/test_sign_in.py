"""Signing in and out: who may, what is recorded, what is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from hims.lib.access import Role
from hims.staff.models import Facility, User
from hims.staff.personas import PERSONAS
from tests.clients import HTMX, signed_in
from tests.environment import ADMIN_URL, DATABASE
from tests.staff.factors import PASSWORD, is_signed_in, sign_in
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", ["dana.whitfield", "Dana.Whitfield"])
def test_sign_in_with_the_password_leads_home_and_is_recorded(dana: User, username: str) -> None:
    client = Client()
    answer = sign_in(client, username, PASSWORD)
    assert answer.headers["Location"] == reverse("home")
    assert is_signed_in(client)
    assert told(dana)[0] == ("staff.signed_in", "done")


def test_sign_in_does_not_keep_the_session_of_before(dana: User) -> None:
    client = Client()
    client.get(reverse("account_login"))
    client.session.save()
    before = client.session.session_key
    sign_in(client, "dana.whitfield", PASSWORD)
    assert client.session.session_key != before


@pytest.mark.parametrize("username", ["dana.whitfield", "DANA.WHITFIELD"])
def test_sign_in_with_a_wrong_password_is_refused_and_recorded(dana: User, username: str) -> None:
    client = Client()
    answer = sign_in(client, username, "wrong")
    assert answer.status_code == 200
    assert not is_signed_in(client)
    assert told(dana) == [("staff.sign_in_failed", "refused")]


def test_sign_in_with_a_name_of_nobody_records_no_name() -> None:
    """People type passwords into the wrong field."""
    sign_in(Client(), PASSWORD, "x")
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE)) as connection:
        name = connection.execute(
            "SELECT actor_name FROM audit_event WHERE event = 'staff.sign_in_failed' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert name == ("unknown name",)


@pytest.mark.parametrize("username", ["a\x00b", "x" * 10_000, "\u202edana", "' OR 1=1 --", "", "\U0001f600"])
def test_sign_in_with_a_strange_name_is_refused(username: str) -> None:
    client = Client()
    assert sign_in(client, username, "x").status_code == 200
    assert not is_signed_in(client)


def test_sign_in_after_many_wrong_passwords_is_refused_even_with_the_right_one(dana: User) -> None:
    client = Client()
    for _ in range(20):
        sign_in(client, "dana.whitfield", "wrong")
    answer = sign_in(client, "dana.whitfield", PASSWORD)
    assert "Too many failed" in answer.content.decode()
    assert not is_signed_in(client)


def test_sign_in_of_an_inactive_person_is_refused(dana: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    sign_in(client, "dana.whitfield", PASSWORD)
    assert not is_signed_in(client)


def test_person_made_inactive_is_out_at_once(dana: User) -> None:
    client = signed_in(dana)
    assert is_signed_in(client)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)


def test_system_user_cannot_sign_in() -> None:
    client = Client()
    sign_in(client, "system", "")
    sign_in(client, "system", "!")
    assert not is_signed_in(client)


CLOSED = ["signup/", "password/reset/", "email/", "password/set/", "login/code/", "confirm-email/x/", "social/signup/"]


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_account_page_that_visitors_could_use_is_not_there(path: str, method: str) -> None:
    form = {"username": "mallory", "email": "mallory@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = getattr(Client(), method)(f"/accounts/{path}", form)
    assert answer.status_code in (302, 404)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert not User.objects.filter(username="mallory").exists()


def test_sign_out_by_post_ends_the_session_and_is_recorded(dana: User) -> None:
    client = signed_in(dana)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    assert told(dana)[-1] == ("staff.signed_out", "done")


def test_password_change_asks_for_the_old_one_and_fifteen_characters(dana: User) -> None:
    client = signed_in(dana)
    url = reverse("account_change_password")
    assert client.get(url).status_code == 200
    for old, new in (("wrong", "another long sentence"), (PASSWORD, "short")):
        client.post(url, {"oldpassword": old, "password1": new, "password2": new})
        dana.refresh_from_db()
        assert dana.check_password(PASSWORD)
    new = "another sentence with five words"
    client.post(url, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    dana.refresh_from_db()
    assert dana.check_password(new)


@pytest.mark.parametrize("page", ["mfa_index", "account_reauthenticate"])
def test_account_page_of_a_signed_in_person_opens(page: str, dana: User) -> None:
    assert signed_in(dana).get(reverse(page), follow=True).status_code == 200


def test_sign_in_page_inside_another_page_is_a_401(dana: User) -> None:
    answer = Client().post(reverse("records:patient_search"), {"text": "okafor"}, headers=HTMX, follow=True)
    assert answer.status_code == 401
    assert "<html" not in answer.content.decode()


def test_sign_in_page_ignores_an_address_outside(dana: User) -> None:
    answer = Client().post(
        f"{reverse('account_login')}?next=https://evil.example/",
        {"login": "dana.whitfield", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer.headers["Location"] == reverse("home")


# --- Personas of the demo hospital ---


def test_demo_sign_in_as_a_persona_needs_no_password_and_is_recorded(dana: User) -> None:
    client = Client()
    answer = client.post(reverse("demo_sign_in"), {"username": "dana.whitfield"})
    assert answer.headers["Location"] == reverse("home")
    assert is_signed_in(client)
    assert told(dana)[0] == ("staff.signed_in", "done")


@pytest.mark.parametrize("username", ["system", "rosa", "", "x\x00", "dana.whitfield "])
def test_demo_sign_in_as_anyone_else_is_a_404(username: str, person: Callable[..., User], facility: Facility) -> None:
    person("rosa", Role.RECORDS_SPECIALIST, facility)
    client = Client()
    assert client.post(reverse("demo_sign_in"), {"username": username}).status_code == 404
    assert not is_signed_in(client)


def test_demo_sign_in_outside_demo_mode_is_a_404(dana: User, settings: Any) -> None:
    settings.DEMO = False
    client = Client()
    assert client.post(reverse("demo_sign_in"), {"username": "dana.whitfield"}).status_code == 404
    assert not is_signed_in(client)


def test_demo_sign_in_by_get_or_without_token_is_refused(dana: User) -> None:
    assert Client().get(reverse("demo_sign_in"), {"username": "dana.whitfield"}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("demo_sign_in"), {"username": "dana.whitfield"}).status_code == 403
    assert not is_signed_in(strict)


def test_demo_sign_in_of_an_inactive_persona_is_a_404(dana: User) -> None:
    User.objects.update(is_active=False)
    assert Client().post(reverse("demo_sign_in"), {"username": "dana.whitfield"}).status_code == 404


def test_sign_in_page_shows_personas_in_demo_mode_only(settings: Any) -> None:
    assert PERSONAS[0].name in Client().get(reverse("account_login")).content.decode()
    settings.DEMO = False
    page = Client().get(reverse("account_login")).content.decode()
    assert all(persona.name not in page for persona in PERSONAS)
