"""While the trail is away nobody gets another way in, and whoever wants to end one still can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from hims.lib.access import Permission
from hims.lib.errors import TrailUnavailable
from hims.staff.models import User
from hims.staff.sessions.models import SignIn
from hims.staff.tokens.models import ApiToken
from tests.clients import signed_in
from tests.staff.factors import PASSWORD, code_of, is_signed_in, kinds_of, sign_in, with_app

pytestmark = pytest.mark.django_db
NEW = "another sentence with five words"


@contextmanager
def no_trail() -> Iterator[None]:
    with patch("audit.receivers.write", side_effect=TrailUnavailable("away")):
        yield


def proven(dana: User) -> Client:
    """Signed in with the password, so that nothing asks for it again."""
    client = Client()
    sign_in(client, dana.username)
    return client


def test_password_stays(dana: User) -> None:
    client = signed_in(dana)
    with no_trail():
        answer = client.post(
            reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        )
    dana.refresh_from_db()
    assert (answer.status_code, dana.check_password(PASSWORD)) == (503, True)


def test_second_factor_is_not_added(dana: User) -> None:
    client = proven(dana)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with no_trail():
        answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert (answer.status_code, kinds_of(dana)) == (503, set())


def test_second_factor_is_not_removed(dana: User, settings: Any) -> None:
    settings.REQUIRE_MFA = False
    client = proven(dana)
    with_app(dana)
    with no_trail():
        answer = client.post(reverse("mfa_deactivate_totp"))
    assert (answer.status_code, "totp" in kinds_of(dana)) == (503, True)


def test_token_is_not_made(dana: User) -> None:
    client = signed_in(dana)
    asked = {"name": "Lab", "scopes": [Permission.PATIENT_SEARCH.value], "days": "7", "password": PASSWORD}
    with no_trail():
        answer = client.post(reverse("account_tokens"), asked)
    assert (answer.status_code, ApiToken.objects.count()) == (503, 0)


def test_sign_in_opens_nothing(dana: User) -> None:
    client = Client()
    with no_trail():
        assert sign_in(client, dana.username).status_code == 503
    assert not is_signed_in(client)


def test_sign_out_ends_the_sign_in_all_the_same(dana: User) -> None:
    client = signed_in(dana)
    with no_trail():
        client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    assert SignIn.objects.get().ended_at is not None
