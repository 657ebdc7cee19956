"""Codes, recovery codes and keys: each once, kept encrypted, demanded where HIMS demands them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from hims.lib.crypto import ROTATIONS, is_sealed, open_sealed
from hims.lib.errors import DomainError
from hims.staff.models import User
from hims.staff.second_factor.adapter import PURPOSE
from hims.staff.second_factor.codes import accepted_by
from tests.staff.factors import PASSWORD, code_of, enter_code, is_signed_in, kinds_of, recovery_codes, sign_in, with_app
from tests.trail import told

pytestmark = pytest.mark.django_db
NOW = 1_900_000_010  # the middle of a half minute


@pytest.fixture
def demanded(settings: Any) -> None:
    """As in production."""
    settings.REQUIRE_MFA = True


def half_way(dana: User, browser: Client) -> str:
    secret = with_app(dana)
    answer = sign_in(browser, "dana.whitfield")
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    return secret


def test_password_alone_signs_nobody_with_an_app_in(dana: User, browser: Client) -> None:
    half_way(dana, browser)
    assert not is_signed_in(browser)
    assert ("staff.signed_in", "done") not in told(dana)


def test_password_and_code_sign_in_under_a_new_session_key(dana: User, browser: Client) -> None:
    secret = half_way(dana, browser)
    before = browser.session.session_key
    assert enter_code(browser, code_of(secret)).status_code == 302
    assert browser.session.session_key != before
    assert is_signed_in(browser)


@pytest.mark.parametrize("steps", [-2, 2, 20])
def test_code_of_another_time_is_refused(steps: int, dana: User, browser: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        secret = half_way(dana, browser)
        assert enter_code(browser, code_of(secret, steps=steps)).status_code == 200
    assert ("staff.code_failed", "refused") in told(dana)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_a_neighbouring_half_minute_is_accepted_once(steps: int, dana: User) -> None:
    secret = with_app(dana)
    with time_machine.travel(NOW, tick=False):
        code = code_of(secret, steps=steps)
        assert accepted_by(dana, code) is not None
        assert accepted_by(dana, code) is None


def test_code_before_the_one_used_last_is_refused(dana: User) -> None:
    secret = with_app(dana)
    with time_machine.travel(NOW, tick=False):
        assert accepted_by(dana, code_of(secret)) is not None
        assert accepted_by(dana, code_of(secret, steps=-1)) is None
        assert accepted_by(dana, code_of(secret, steps=1)) is not None


def test_code_used_in_a_change_that_was_undone_stays_used(dana: User) -> None:
    secret = with_app(dana)

    def undone(code: str) -> None:
        with transaction.atomic():
            assert accepted_by(dana, code) is not None
            raise DomainError("the change is refused")

    with time_machine.travel(NOW, tick=False):
        with pytest.raises(DomainError):
            undone(code_of(secret))
        assert accepted_by(dana, code_of(secret)) is None


def test_code_used_in_one_browser_is_refused_in_another(dana: User, browser: Client) -> None:
    secret = half_way(dana, browser)
    code = code_of(secret)
    assert enter_code(browser, code).status_code == 302
    thief = Client()
    sign_in(thief, "dana.whitfield")
    assert enter_code(thief, code).status_code == 200
    assert not is_signed_in(thief)


def test_each_recovery_code_signs_in_once(dana: User) -> None:
    with_app(dana)
    codes = recovery_codes(dana)
    assert len(set(codes)) == 10
    for code in codes[:2]:
        for expected in (True, False):
            client = Client()
            sign_in(client, "dana.whitfield")
            enter_code(client, code)
            assert is_signed_in(client) is expected


@pytest.mark.parametrize("code", ["", "x", "000000", "9" * 5000, "١٢٣٤٥٦", "12 34\x00", "½"])
def test_nonsense_for_a_code_is_refused(code: str, dana: User, browser: Client) -> None:
    half_way(dana, browser)
    assert enter_code(browser, code).status_code == 200
    assert not is_signed_in(browser)


def test_codes_are_guessed_at_five_times_even_with_the_password_between(dana: User) -> None:
    secret = with_app(dana)
    answers = []
    for _ in range(6):
        client = Client()
        sign_in(client, "dana.whitfield")
        answers.append(enter_code(client, "000000").status_code)
    assert answers == [200] * 5 + [429]
    client = Client()
    sign_in(client, "dana.whitfield")
    assert enter_code(client, code_of(secret)).status_code == 429


def test_secrets_are_encrypted_in_the_database(dana: User) -> None:
    secret = with_app(dana)
    codes = recovery_codes(dana)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in kept
    assert not any(code in kept for code in codes)
    row = Authenticator.objects.get(user=dana, type="totp")
    assert is_sealed(row.data["secret"])
    assert open_sealed(row.data["secret"], PURPOSE) == secret


def test_secrets_get_the_newest_key(dana: User, settings: Any) -> None:
    secret = with_app(dana)
    codes = recovery_codes(dana)
    settings.FIELD_KEY = "a-second-synthetic-field-key-" + "s" * 20 + f" {settings.FIELD_KEY}"
    assert ROTATIONS["second factors"]() == 2
    assert ROTATIONS["second factors"]() == 0
    settings.FIELD_KEY = settings.FIELD_KEY.split()[0]
    assert accepted_by(dana, code_of(secret)) is not None
    assert accepted_by(dana, codes[0]) is not None


# --- Setting up ---


def set_up(client: Client, run_commits: Any) -> str:
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    with run_commits(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret


def test_setting_up_an_app_asks_for_a_code_and_gives_recovery_codes(
    dana: User, browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(browser, "dana.whitfield")
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    assert "data:image/svg+xml" in page
    browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert kinds_of(dana) == set()
    set_up(browser, django_capture_on_commit_callbacks)
    assert kinds_of(dana) == {"totp", "recovery_codes"}
    assert ("staff.second_factor_added", "done") in told(dana)
    assert browser.get(reverse("mfa_view_recovery_codes")).status_code == 200


def test_secret_waits_encrypted_while_an_app_is_set_up(dana: User, browser: Client) -> None:
    sign_in(browser, "dana.whitfield")
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    waiting = browser.session[SECRET_SESSION_KEY]
    assert is_sealed(waiting)
    assert secret not in waiting


def test_setting_up_asks_again_who_it_is_unless_just_signed_in(dana: User, browser: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(browser, "dana.whitfield")
        clock.shift(299)
        assert browser.get(reverse("mfa_activate_totp")).status_code == 200
        clock.shift(1)
        answer = browser.get(reverse("mfa_activate_totp"))
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_removing_the_app_is_recorded(dana: User, browser: Client) -> None:
    secret = half_way(dana, browser)
    enter_code(browser, code_of(secret))
    browser.post(reverse("mfa_deactivate_totp"))
    assert kinds_of(dana) == set()
    assert ("staff.second_factor_removed", "done") in told(dana)


def test_last_second_factor_stays_where_it_is_demanded(demanded: None, dana: User, browser: Client) -> None:
    secret = half_way(dana, browser)
    recovery_codes(dana)
    enter_code(browser, code_of(secret))
    assert "only second factor" in browser.post(reverse("mfa_deactivate_totp")).content.decode()
    assert kinds_of(dana) == {"totp", "recovery_codes"}
    key = WebAuthn.add(dana, "ring", {"id": "x"}).instance
    Authenticator.objects.filter(user=dana, type="totp").delete()
    assert browser.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 409
    assert "webauthn" in kinds_of(dana)


def test_administrator_resets_a_lost_second_factor_and_everybody_is_out(dana: User, browser: Client) -> None:
    secret = half_way(dana, browser)
    enter_code(browser, code_of(secret))
    call_command("reset_second_factor", "dana.whitfield")
    assert kinds_of(dana) == set()
    assert not is_signed_in(browser)


# --- Keys ---


def test_adding_a_key_offers_a_challenge_and_refuses_nonsense(dana: User, browser: Client) -> None:
    sign_in(browser, "dana.whitfield")
    page = browser.get(reverse("mfa_add_webauthn"))
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert options["rp"]["id"] == "testserver"
    assert options["user"]["name"] == "dana.whitfield"
    for nonsense in ("", "{}", "[]", "1", "null", '{"id": 1}', json.dumps({"response": {"clientDataJSON": "x"}})):
        assert browser.post(reverse("mfa_add_webauthn"), {"name": "ring", "credential": nonsense}).status_code == 200
    assert kinds_of(dana) == set()


@pytest.mark.parametrize("credential", ["", "{}", "[]", "1", "null", '{"id": 1}', '"x"'])
def test_nonsense_for_a_key_is_refused(credential: str, dana: User, browser: Client) -> None:
    half_way(dana, browser)
    assert browser.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not is_signed_in(browser)


# --- Demanded ---


def test_first_sign_in_leads_through_the_set_up(
    demanded: None, dana: User, browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(browser, "dana.whitfield", PASSWORD)
    page = browser.get(reverse("home"))
    assert page.status_code == 403
    assert reverse("mfa_activate_totp") in page.content.decode()
    set_up(browser, django_capture_on_commit_callbacks)
    assert is_signed_in(browser)


def test_session_without_the_second_factor_cannot_add_another_one(demanded: None, dana: User, browser: Client) -> None:
    sign_in(browser, "dana.whitfield")
    secret = with_app(dana)
    for route in (
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
    ):
        assert browser.get(reverse(route)).status_code == 403
    answer = browser.post(f"{reverse('mfa_reauthenticate')}?next=/", {"code": code_of(secret)})
    assert answer.status_code == 302
    assert is_signed_in(browser)


def test_persona_without_a_second_factor_works_in_the_demonstration(dana: User, browser: Client) -> None:
    browser.post(reverse("demo_sign_in"), {"username": "dana.whitfield"})
    assert is_signed_in(browser)
